"""What people bring: packages of all sizes, and what alice and bob say about them."""

import base64
import gzip
import hashlib
import io
import json
import os
import pathlib
import subprocess
import tarfile
import threading

REPOSITORY, ARCHITECTURE = "extra", "x86_64"
PEOPLE = ("alice", "bob")
TIME = 1560556800
# Sizes of ballast in bytes, by how often each is made; an upload waits for the disk every 32 MiB.
SIZES = {2_000: 30, 200_000: 12, 3_000_000: 4, 40_000_000: 1}


def run(*words):
    """Runs a program of ours that must succeed, and returns what it printed."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


class Evidence:
    """One statement in its envelope, and how it is named."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.content = self.path.read_bytes()
        self.payload = payload(self.content)
        kind = b"application/vnd.in-toto+json"
        encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(self.payload), self.payload)
        self.digest = hashlib.sha256(encoded).hexdigest()


def payload(envelope):
    """What an envelope says, whichever of the two alphabets it is written in."""
    text = json.loads(envelope)["payload"]
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "==")


class Item:
    """One package, whom it waits for, and who else claims its version."""

    def __init__(self, name, version, size, text, people, folder):
        self.name, self.version, self.people = name, version, people
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.file_name = f"{name}-{version}-{ARCHITECTURE}.pkg.tar.gz"
        self.path = self.folder / self.file_name
        self.write(size, text)
        self.twin = None
        self.evidence = {person: self.approved_by(person) for person in people}

    def write(self, size, text):
        files = {
            ".BUILDINFO": f"format = 1\npkgname = {self.name}\npkgbase = {self.name}\npkgver = {self.version}\n"
            f"pkgarch = {ARCHITECTURE}\npkgbuild_sha256sum = {'0' * 64}\npackager = Nobody <nobody@example.org>\n"
            f"builddate = {TIME}\nbuilddir = /build\n".encode(),
            ".PKGINFO": f"pkgname = {self.name}\npkgbase = {self.name}\npkgver = {self.version}\n"
            f"pkgdesc = Cargo of a storm\nurl = https://example.org/{self.name}\nbuilddate = {TIME}\n"
            f"packager = Nobody <nobody@example.org>\nsize = {size}\narch = {ARCHITECTURE}\n"
            "license = Apache-2.0\n".encode(),
            f"usr/share/{self.name}/text": f"{text}\n".encode(),
            f"usr/share/{self.name}/ballast": os.urandom(size),
        }
        with gzip.GzipFile(self.path, "wb", compresslevel=1, mtime=0) as compressed:
            with tarfile.open(fileobj=compressed, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
                for name, data in files.items():
                    header = tarfile.TarInfo(name)
                    header.size, header.mtime = len(data), TIME
                    archive.addfile(header, io.BytesIO(data))
        self.size = self.path.stat().st_size
        with self.path.open("rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def approved_by(self, person):
        output = self.folder / f"{self.name}-{person}.dsse.json"
        run(
            "reposeal", "approve", "package", self.path, "--policy", "policy.json", "--repository", REPOSITORY,
            "--signer", person, "--output", output)
        return Evidence(output)

    def __str__(self):
        return f"{self.name}-{self.version} {self.sha256[:12]}"


class Maker:
    """Makes one package after the other, of which some are upgrades, some wait and some contradict another."""

    def __init__(self, generator, is_published):
        self.random, self.is_published = generator, is_published
        self.count = 0
        self.versions, self.refusable = {}, []
        self.lock = threading.Lock()

    def items(self):
        """The next package; two, where they have the same version and different contents."""
        with self.lock:
            self.count += 1
            number = self.count
            name, version = self.name_and_version(number)
            [size] = self.random.choices(list(SIZES), SIZES.values())
            kind = self.random.choices(("both", "one", "nobody", "twins"), (40, 3, 1, 2))[0]
            if kind in ("both", "twins"):
                self.versions[name] = version
            first = self.random.choice(PEOPLE)
        people = {"one": (first,), "nobody": ()}.get(kind, PEOPLE)
        items = [Item(name, version, size, "first", people, f"cargo/{number}")]
        if kind == "twins":
            items.append(Item(name, version, 1000, "second", people, f"cargo/{number}-twin"))
            items[0].twin, items[1].twin = items[1], items[0]
        return items

    def name_and_version(self, number):
        """A new name, or the next version of one whose last version is published."""
        ready = [name for name, version in self.versions.items() if self.is_published(name, version)]
        if ready and self.random.random() < 0.4:
            name = self.random.choice(ready)
            return name, f"{int(self.versions[name].partition('-')[0]) + 1}-1"
        return f"crate-{number}", "1-1"

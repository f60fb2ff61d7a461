"""A package of our own, its entry, the database with it, and what two people say about it: all bytes made here."""

import gzip
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import struct
import subprocess
import tarfile
import tempfile
import time
import zlib

from client import counted, pae, text

vectors = importlib.util.spec_from_file_location(
    "vectors", pathlib.Path(__file__).parent.parent / "repository-database" / "make-vectors.py")
database_format = importlib.util.module_from_spec(vectors)
vectors.loader.exec_module(database_format)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Package:
    """One file in a package, which gets an entry as repository-database.md says."""

    def __init__(self, name, version, content=b"written by nobody's tools\n"):
        self.name, self.version = name, version
        self.file_name = f"{name}-{version}-x86_64.pkg.tar.gz"
        path = f"usr/share/{name}/text"
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            info = f"pkgname = {name}\npkgver = {version}\narch = x86_64\n".encode()
            for member, data in ((".PKGINFO", info), (path, content)):
                header = tarfile.TarInfo(member)
                header.size = len(data)
                archive.addfile(header, io.BytesIO(data))
        self.content = gzip.compress(buffer.getvalue(), mtime=0)
        fields = {
            "FILENAME": self.file_name, "NAME": name, "VERSION": version, "CSIZE": len(self.content),
            "ISIZE": len(content), "SHA256SUM": sha256(self.content), "ARCH": "x86_64", "BUILDDATE": 1560000000,
            "PACKAGER": "Nobody <nobody@example.org>",
        }
        self.desc = "".join(f"%{field}%\n{value}\n\n" for field, value in fields.items())
        self.files = f"%FILES%\n{path}\n"

    @property
    def entry(self):
        return {"desc": self.desc, "files": self.files}

    @property
    def identity(self):
        return {
            "architecture": "x86_64", "desc": sha256(self.desc.encode()), "fileName": self.file_name,
            "files": sha256(self.files.encode()), "name": self.name, "sha256": sha256(self.content),
            "size": str(len(self.content)), "version": self.version,
        }


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def approval(packages, repository, signer, key, distribution, policy_version):
    """A package approval as in statements.md, signed by that person's key, encoded for a job."""
    now = int(time.time())
    identities = sorted((package.identity for package in packages), key=lambda identity: identity["fileName"])
    payload = canonical({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://reposeal.dev/package-approval/v1",
        "subject": [{"digest": {"sha256": one["sha256"]}, "name": one["fileName"]} for one in identities],
        "predicate": {
            "distribution": distribution, "policyVersion": policy_version, "notBefore": stamp(now - 60),
            "notAfter": stamp(now + 3600), "nonce": os.urandom(16).hex(), "signer": signer,
            "repository": repository, "packages": identities, "together": "no",
        },
    })
    with tempfile.NamedTemporaryFile() as file:
        file.write(pae("application/vnd.in-toto+json", payload))
        file.flush()
        command = ["gpg", "--batch", "--quiet", "--local-user", key, "--output", "-", "--detach-sign", file.name]
        signature = subprocess.run(command, check=True, capture_output=True).stdout
    return counted(payload) + counted(signature) + text("")


def deflated(data):
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15, 8)
    return compressor.compress(data) + compressor.flush()


def member(first, tar):
    """One chunk as a gzip member whose header says how long it is and where it begins."""
    name, body = first.encode(), deflated(tar)
    length = 10 + 2 + 8 + len(name) + len(body) + 8
    header = bytes.fromhex("1f8b0804000000000003") + struct.pack("<H", 8 + len(name))
    extra = b"RS" + struct.pack("<HI", 4 + len(name), length) + name
    return header + extra + body + struct.pack("<II", zlib.crc32(tar), len(tar))


def encoded(entries, kind):
    """The bytes of .db or .files."""
    return b"".join(member(first, tar) for first, tar in database_format.chunks(entries, kind))


def entries(files_database):
    """The entries of a .files database."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(files_database))) as archive:
        for item in archive:
            folder, _, name = item.name.partition("/")
            if item.isfile():
                entry = found.setdefault(folder, {"desc": None, "files": None})
                entry[name] = archive.extractfile(item).read().decode()
    return list(found.values())


def codec_id():
    return hashlib.sha256(deflated(database_format.codec_text())).digest()

"""Those who read: one polls each mirror over HTTP and on its disk, one has stock pacman synchronise from it."""

import gzip
import hashlib
import http.client
import io
import os
import pathlib
import subprocess
import tarfile
import threading
import time

import enclave
from load import Finding

FOLDER = "extra/os/x86_64"
CURRENT = f"{FOLDER}/.reposeal/extra.db.tar.gz/current"
KINDS = ("db", "files")


def described(database):
    """What a database says of each package: the fields of its `desc`, by the package's name."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(database))) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith("/desc"):
                text = archive.extractfile(member).read().decode()
                fields = dict(part.split("\n", 1) for part in text.strip().split("\n\n"))
                found[fields["%NAME%"]] = fields
    return found


class Judge:
    """Which pairs belong together; gpg looks at each one once."""

    def __init__(self, policy):
        self.keyring, self.lock = enclave.Keyring(policy), threading.Lock()
        self.serials = {}

    def serial(self, content, signature):
        """The serial of a pair; none if they are no pair."""
        pair = hashlib.sha256(content).digest() + hashlib.sha256(signature).digest()
        with self.lock:
            if pair not in self.serials:
                try:
                    said = self.keyring.verify(content, signature)
                    self.serials[pair] = int(enclave.notations(said)["serial"])
                except subprocess.CalledProcessError:
                    self.serials[pair] = None
            return self.serials[pair]


class Watcher:
    """A thread that looks again and again, until it is told to stop or finds something."""

    def __init__(self, name, pause):
        self.name, self.pause, self.stopping = name, pause, threading.Event()
        self.failure = None
        self.looks = self.straddled = self.serial = 0
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self):
        try:
            while not self.stopping.is_set():
                self.look()
                self.looks += 1
                self.stopping.wait(self.pause)
        except BaseException as error:
            self.failure = error

    def see(self, serial):
        if serial < self.serial:
            raise Finding(f"{self.name}: serial {serial} after {self.serial}")
        self.serial = serial

    def stop(self):
        self.stopping.set()
        self.thread.join(120)


class Reader(Watcher):
    """Reads a mirror as clients do, and the generation that is current on its disk."""

    def __init__(self, name, port, judge):
        super().__init__(f"the reader of {name}", 0.2)
        self.tree, self.port, self.judge = name, port, judge
        self.database, self.entries, self.checked, self.last_update = None, {}, set(), 0
        self.connection = None

    def get(self, path, is_there=True):
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.connection.request("GET", f"/{self.tree}/{path}".replace("+", "%2B"))
                answer = self.connection.getresponse()
                content = answer.read()
                break
            except (http.client.HTTPException, OSError):
                # nginx ends a connection after a thousand requests.
                self.connection = None
                if attempt == 2:
                    raise
        if answer.status != 200:
            if not is_there:
                return None
            raise Finding(f"{self.name}: {path}: {answer.status} {answer.reason}")
        return content

    def look(self):
        self.look_at_disk()
        before = self.signatures()
        databases = {kind: self.get(f"{FOLDER}/extra.{kind}") for kind in KINDS}
        if before != self.signatures():
            self.straddled += 1
            return
        serials = {self.judge.serial(databases[kind], before[kind]) for kind in KINDS}
        if None in serials or len(serials) != 1:
            raise Finding(f"{self.name}: an unmatched pair, {serials}, {digests(databases)}, {digests(before)}")
        self.see(*serials)
        self.check_packages(databases["db"])
        text = self.get("lastupdate")
        if int(text) < self.last_update:
            raise Finding(f"{self.name}: lastupdate {text} after {self.last_update}")
        self.last_update = int(text)

    def signatures(self):
        return {kind: self.get(f"{FOLDER}/extra.{kind}.sig") for kind in KINDS}

    def look_at_disk(self):
        """All four files of one generation, whichever is current while it is opened."""
        try:
            folder = os.open(f"{self.tree}/{CURRENT}", os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            # Between the two the name may have been switched and the old folder removed.
            if not pathlib.Path(self.tree, CURRENT).exists():
                raise Finding(f"{self.name}: current leads nowhere: {os.readlink(f'{self.tree}/{CURRENT}')}") from None
            return
        try:
            files = {}
            for kind in KINDS:
                for name in (f"extra.{kind}.tar.gz", f"extra.{kind}.tar.gz.sig"):
                    with open(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:
                        files[name] = file.read()
        except FileNotFoundError:
            # A generation that is removed is current no more.
            now = os.stat(f"{self.tree}/{CURRENT}")
            if os.path.samestat(now, os.fstat(folder)):
                raise Finding(f"{self.name}: the current generation is not whole: {os.listdir(folder)}") from None
            return
        finally:
            os.close(folder)
        serials = {
            self.judge.serial(files[f"extra.{kind}.tar.gz"], files[f"extra.{kind}.tar.gz.sig"]) for kind in KINDS}
        if None in serials or len(serials) != 1:
            raise Finding(f"{self.name}: an unmatched pair on the disk: {serials}")

    def check_packages(self, database):
        """Every package of the database is there, with a signature; new ones are read over HTTP, once each."""
        if database != self.database:
            self.entries, self.database = described(database), database
        for name, fields in self.entries.items():
            file = fields["%FILENAME%"]
            path = pathlib.Path(self.tree, FOLDER, file)
            for one in (path, path.with_name(f"{file}.sig")):
                if not one.exists():
                    raise Finding(f"{self.name}: {one} of {name} is not there")
            if path.stat().st_size != int(fields["%CSIZE%"]):
                raise Finding(f"{self.name}: {file} has another size")
            if (file, fields["%SHA256SUM%"]) in self.checked:
                continue
            if hashlib.sha256(self.get(f"{FOLDER}/{file}")).hexdigest() != fields["%SHA256SUM%"]:
                raise Finding(f"{self.name}: {file} has another content")
            if not self.get(f"{FOLDER}/{file}.sig"):
                raise Finding(f"{self.name}: {file} has an empty signature")
            self.checked.add((file, fields["%SHA256SUM%"]))

    def is_published(self, name, version):
        return self.entries.get(name, {}).get("%VERSION%") == version


def digests(files):
    return {kind: hashlib.sha256(content).hexdigest()[:12] for kind, content in files.items()}


class Pacman(Watcher):
    """Stock pacman, with a root of its own and the keyring that was published."""

    def __init__(self, name, port, judge, policy):
        super().__init__(f"pacman on {name}", 1)
        self.tree, self.judge = name, judge
        self.home = pathlib.Path(f"pacman-{name}").resolve()
        for folder in ("root", "db", "cache", "hooks"):
            (self.home / folder).mkdir(parents=True)
        (self.home / "gpg").mkdir(mode=0o700)
        gpg = ["gpg", "--homedir", self.home / "gpg", "--batch", "--quiet"]
        subprocess.run([*gpg, "--import", "keyring.gpg"], check=True, capture_output=True)
        trust = "".join(f"{key['fingerprint']}:6:\n" for key in policy["enclave"]["repositoryKeys"])
        subprocess.run([*gpg, "--import-ownertrust"], input=trust.encode(), check=True, capture_output=True)
        self.configuration = self.home / "pacman.conf"
        self.configuration.write_text(
            f"[options]\nRootDir = {self.home}/root\nDBPath = {self.home}/db\nGPGDir = {self.home}/gpg\n"
            f"CacheDir = {self.home}/cache\nHookDir = {self.home}/hooks\nLogFile = {self.home}/log\n"
            "Architecture = x86_64\n\n[extra]\nSigLevel = Required DatabaseRequired TrustedOnly\n"
            f"Server = http://127.0.0.1:{port}/{name}/$repo/os/$arch\n")

    def pacman(self, *words):
        return subprocess.run(
            ["fakeroot", "pacman", "--config", self.configuration, "--noconfirm", *words], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def look(self):
        before = self.current()
        done = self.pacman("-Sy")
        if done.returncode != 0:
            # It asks for a database and for its signature, one after the other; no mirror can answer both at one moment.
            if self.current() == before:
                raise Finding(f"{self.name}: exit {done.returncode}, nothing was switched: {done.stdout}")
            self.straddled += 1
            return
        self.see(self.shown())

    def current(self):
        """What says whether the mirror was switched meanwhile, even there and back."""
        status = os.lstat(f"{self.tree}/{CURRENT}")
        return status.st_ino, status.st_ctime_ns

    def shown(self):
        """The serial of what it has."""
        sync = self.home / "db/sync"
        serial = self.judge.serial((sync / "extra.db").read_bytes(), (sync / "extra.db.sig").read_bytes())
        if serial is None:
            raise Finding(f"{self.name}: it keeps a database beside another's signature")
        return serial

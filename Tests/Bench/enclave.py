"""An enclave of its own for the bench: keys, a policy, repositories, and jobs as a scheduler sends them."""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import canonical
import filelist

HERE = pathlib.Path(__file__).resolve().parent
WORLD = HERE.parent / "Scenarios/world"
sys.path.append(str(HERE.parent / "Interop"))
sys.dont_write_bytecode = True

import client  # noqa: E402

PEOPLE = {"alice": "developer", "bob": "developer", "erin": "sysop", "frank": "sysop"}
BUILDER = "builder"
INITIAL = bytes.fromhex("6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19")  # SHA-256 of nothing yet


def canonical_json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class Package:
    """A package of less than 64 bytes, whose SHA-256 state anybody can write down."""

    name: str
    version: str
    desc: bytes
    files: bytes

    @property
    def content(self) -> bytes:
        return hashlib.sha256(f"{self.name} {self.version}".encode()).digest()

    @property
    def directory(self) -> str:
        return f"{self.name}-{self.version}"

    @property
    def file_name(self) -> str:
        return f"{self.directory}-x86_64.pkg.tar.zst"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @classmethod
    def like(cls, desc: bytes | None, name: str, version: str, files: bytes) -> "Package":
        """A package with the fields of another one's `desc` wherever they need not be its own."""
        package = cls(name, version, b"", files)
        blocks = (block.split("\n", 1) for block in (desc or b"").decode().strip().split("\n\n") if block)
        fields = {head.strip("%"): value for head, value in blocks}
        fields |= {
            "FILENAME": package.file_name, "NAME": name, "VERSION": version, "CSIZE": "32", "SHA256SUM": package.sha256,
            "ARCH": "x86_64",
        }
        fields = {"ISIZE": "4096", "BUILDDATE": "1560000000", "PACKAGER": "A <a@example.org>"} | fields
        order = (
            "FILENAME NAME BASE VERSION DESC GROUPS CSIZE ISIZE SHA256SUM URL LICENSE ARCH BUILDDATE PACKAGER REPLACES "
            "CONFLICTS PROVIDES DEPENDS OPTDEPENDS MAKEDEPENDS CHECKDEPENDS"
        ).split()
        package.desc = "".join(f"%{field}%\n{fields[field]}\n\n" for field in order if field in fields).encode()
        return package

    def members(self, kind: str) -> bytes:
        return canonical.entry(self.directory, self.desc, self.files if kind == "files" else None)

    @property
    def identity(self) -> dict[str, str]:
        return {
            "architecture": "x86_64", "desc": hashlib.sha256(self.desc).hexdigest(), "fileName": self.file_name,
            "files": hashlib.sha256(self.files).hexdigest(), "name": self.name, "sha256": self.sha256,
            "size": "32", "version": self.version,
        }

    @property
    def addition(self) -> bytes:
        state = INITIAL + struct.pack(">QB", 32, 32) + self.content
        return client.counted(self.desc) + b"\1" + client.counted(self.files) + b"\1" + state


@dataclass
class Timing:
    """What one job took."""

    wall: float  # seconds from the last byte of the request to the answer
    steps: dict[str, float]  # seconds by step, as the enclave measured them


class Enclave:
    """A broker and a monitor with a policy in force; `extra` signs with Ed25519, `rsa` with RSA-4096."""

    def __init__(self, programs: pathlib.Path):
        self.programs = programs
        # Paths of sockets are short.
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="rsb-"))
        self.home.chmod(0o711)
        self.environment = {
            "PATH": f"{programs}:{os.environ.get('PATH', '/usr/bin:/bin')}", "LC_ALL": "C.UTF-8",
            "GNUPGHOME": str(self.home / "gnupg"), "HOME": str(self.home),
        }
        self.processes: list[subprocess.Popen] = []
        self.databases: dict[tuple[str, str], canonical.Database] = {}
        self.serials: dict[str, int] = {}
        # Nothing of the enclave runs as root.
        self.user = {"user": 65532, "group": 65533, "extra_groups": []} if os.geteuid() == 0 else {}
        if self.user:
            os.chown(self.home, self.user["user"], self.user["group"])
        for name in ("gnupg", "keys", "state", "scheduler", "people", "machines"):
            self.folder(name)
        self.policy_digest = self.bring_up()

    # Programs.

    def folder(self, name: str) -> pathlib.Path:
        """A new private folder of the enclave's user."""
        folder = self.home / name
        folder.mkdir(mode=0o700)
        if self.user:
            os.chown(folder, self.user["user"], self.user["group"])
        return folder

    def call(self, *words: str, input: bytes | None = None) -> str:
        done = subprocess.run(
            words, cwd=self.home, env=self.environment, input=input, capture_output=True, check=False, **self.user)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(words)[:200]} ended with {done.returncode}:\n{done.stderr.decode()[-2000:]}")
        return done.stdout.decode()

    def start(self, program: str, socket: str, *words: str) -> None:
        (self.home / socket).unlink(missing_ok=True)
        with open(self.home / f"{program}.log", "ab") as log:
            process = subprocess.Popen(
                [program, "serve", *words], cwd=self.home, env=self.environment, stdout=log, stderr=log, **self.user)
        self.processes.append(process)
        while not (self.home / socket).exists():
            if process.poll() is not None:
                sys.exit(f"bench: {program} ended:\n{(self.home / f'{program}.log').read_text()[-2000:]}")
            time.sleep(0.02)

    def close(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
            process.wait()
        subprocess.run(["gpgconf", "--kill", "all"], env=self.environment, check=False, **self.user)
        shutil.rmtree(self.home)

    # Setting up.

    def key(self, use: str, algorithm: str, label: str) -> str:
        return self.call(
            "reposeal-broker", "key", "generate", "--keys", "keys", "--use", use, "--algorithm", algorithm, "--label", label,
            "--demonstration", "--passphrase-file", "passphrase").strip()

    def bring_up(self) -> str:
        for name in PEOPLE:
            self.call(
                "gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key",
                f"{name} <{name}@example.org>", "ed25519", "sign", "never")
            self.call("gpg", "--batch", "--output", f"people/{name}.gpg", "--export", f"={name} <{name}@example.org>")
        self.call("reposeal", "key", "generate", "scheduler/request.key")
        self.call("reposeal", "key", "generate", f"machines/{BUILDER}.key")
        self.call("sh", "-c", "umask 077 && echo bench >passphrase")
        self.keys = {
            "extra": self.key("openpgp", "ed25519", "Bench <bench@example.org>"),
            "rsa": self.key("openpgp", "rsa4096", "Bench <bench@example.org>"),
        }
        log, answer = self.key("log", "ed25519", "example.org/log"), self.key("answer", "ed25519", "answers")
        (self.home / "policy-source.json").write_text(json.dumps(self.policy(log, answer)))
        self.call("reposeal", "policy", "compile", "policy-source.json", "--output", "policy.json")
        digest = hashlib.sha256((self.home / "policy.json").read_bytes()).hexdigest()
        for name in ("erin", "frank"):
            self.call("reposeal", "policy", "approve", "policy.json", "--signer", name, "--output", f"{name}.dsse.json")
        shutil.copy(self.home / "policy.json", self.home / "scheduler/policy.json")
        (self.home / "scheduler/scheduler.json").write_text(json.dumps({
            "enclave": "unix:../link", "policy": "policy.json", "schedulerID": "scheduler",
            "requestKey": "request.key"}))
        self.start(
            "reposeal-broker", "broker", "--keys", "keys", "--socket", str(self.home / "broker"), "--signer",
            str(self.programs / "reposeal-signer"), "--passphrase-file", "passphrase")
        monitor = [
            "--state", str(self.home / "state"), "--broker", str(self.home / "broker"), "--verifier",
            str(self.programs / "reposeal-verifier")]
        self.call(
            "reposeal-enclave", "provision", *monitor, "--policy", "policy.json", "--approval", "erin.dsse.json",
            "--approval", "frank.dsse.json", "--confirm", digest)
        self.monitor_words = [*monitor, "--listen", str(self.home / "link")]
        self.start_monitor()
        return digest

    def policy(self, log: str, answer: str) -> dict:
        """The policy of the scenarios' world, with two repositories and room for large jobs."""
        source = json.loads((WORLD / "policy-source.json").read_text())
        source["people"] = [
            {"id": name, "roles": [role, "trustee"], "revokedFingerprints": [],
             "certificates": [{"certificateFile": f"people/{name}.gpg"}]} for name, role in PEOPLE.items()]
        source["machines"] = [
            {"id": BUILDER, "operator": "bench", "roles": ["builder"], "publicKeyFile": f"machines/{BUILDER}.key.pub"}]
        source["enclave"] |= {
            "logOrigin": "example.org/log", "logKeyFile": f"keys/{log}.pub", "answerKeyFile": f"keys/{answer}.pub",
            "repositoryKeys": [
                {"certificateFile": f"keys/{key}.pub", "demonstration": True} for key in self.keys.values()]}
        extra = next(repository for repository in source["repositories"] if repository["name"] == "extra")
        source["repositories"] = [
            extra | {"name": name, "key": key, "acceptsSubstitution": [other]}
            for (name, key), other in zip(self.keys.items(), reversed(self.keys))]
        source["limits"] |= {"maxJobBytes": 900_000_000, "maxJobPackages": 1000}
        return source

    def start_monitor(self) -> None:
        """Starts the monitor and shows it a head of its log, before which it signs nothing."""
        self.start("reposeal-enclave", "link", *self.monitor_words)
        self.call("reposeal", "enclave", "resume", "--scheduler", "scheduler")

    def restart_monitor(self) -> None:
        """A fresh monitor, whose peak memory is that of what comes next."""
        monitor = self.processes.pop()
        monitor.send_signal(signal.SIGTERM)
        monitor.wait()
        self.start_monitor()

    def peak(self) -> int:
        """The most memory that the monitor had since its start, in bytes."""
        status = pathlib.Path(f"/proc/{self.processes[-1].pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024

    def import_repository(self, folder: pathlib.Path) -> float:
        """Begins `extra` with a stock repository; returns how long that took, in seconds."""
        words = [
            "reposeal", "import", str(folder / "bench.db.tar.gz"), "--files", str(folder / "bench.files.tar.gz"),
            "--repository", "extra", "--architecture", "x86_64", "--scheduler", "scheduler"]
        for name in ("erin", "frank"):
            self.call(
                "reposeal", "approve", "import", words[2], "--files", words[4], "--policy", "policy.json",
                "--repository", "extra", "--architecture", "x86_64", "--signer", name, "--output",
                f"import-{name}.dsse.json")
        start = time.perf_counter()
        self.call(*words, "--evidence", "import-erin.dsse.json", "import-frank.dsse.json")
        took = time.perf_counter() - start
        for kind in ("db", "files"):
            data = (self.home / f"scheduler/repositories/extra/x86_64/{kind}").read_bytes()
            self.databases["extra", kind] = canonical.Database(kind, data)
        self.serials["extra"] = 1
        return took

    # Jobs.

    def approval(self, signer: str, repository: str, packages: list[Package]) -> bytes:
        """A person's approval of packages, as a job has it."""
        now = int(time.time())
        packages = sorted(packages, key=lambda package: package.file_name.encode())
        text = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)) for moment in (now - 60, now + 86400)]
        payload = canonical_json({
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://reposeal.dev/package-approval/v1",
            "predicate": {
                "distribution": self.policy_digest, "policyVersion": "1", "notBefore": text[0], "notAfter": text[1],
                "nonce": os.urandom(16).hex(), "signer": signer, "repository": repository,
                "packages": [package.identity for package in packages], "together": "no"},
            "subject": [{"digest": {"sha256": package.sha256}, "name": package.file_name} for package in packages]})
        signature = self.gpg_signature(signer, client.pae("application/vnd.in-toto+json", payload))
        return client.counted(payload) + client.counted(signature) + client.text("")

    def gpg_signature(self, signer: str, signed: bytes) -> bytes:
        """A person's detached signature."""
        return subprocess.run(
            ["gpg", "--batch", "--quiet", "--local-user", f"={signer} <{signer}@example.org>", "--detach-sign"],
            env=self.environment, input=signed, capture_output=True, check=True, **self.user).stdout

    def job(self, repository: str, packages: list[Package], digests: list[bytes]) -> bytes:
        change = client.text(repository) + client.text("x86_64") + struct.pack(">Q", self.serials.get(repository, 0))
        change += struct.pack(">I", len(packages)) + b"".join(package.addition for package in packages)
        change += struct.pack(">I", 0) + b"".join(digests)
        evidence = [self.approval(name, repository, packages) for name in ("alice", "bob")]
        return b"\1" + struct.pack(">I", 1) + change + struct.pack(">I", 2) + b"".join(evidence)

    def perform(self, repository: str, job: bytes) -> Timing:
        """Has a job signed; ends the program if it is refused."""
        scheduler = client.Scheduler(self.home / "scheduler")
        link = client.Link(str(self.home / "link"), scheduler.policy)
        link.greet()
        link.send(scheduler.request(2, job))
        sent = time.perf_counter()
        answer = link.receive()
        wall = time.perf_counter() - sent
        body = scheduler.answer(*answer)
        if body[0] != 2:
            sys.exit(f"bench: the enclave refused a job: {body[:200]!r}")
        self.serials[repository] = self.serials.get(repository, 0) + 1
        link.send(scheduler.request(1, b""))
        return Timing(wall, steps_of_last_job(scheduler.answer(*link.receive())))

    def upgrade(self, directory: str, version: str) -> Timing | None:
        """Has a new version of a package in `extra` signed.

        None if an earlier row upgraded it already, or if more than one chunk of a file would change.
        """
        _, present = self.databases["extra", "files"].chunk(directory)
        if directory not in present:
            return None
        desc, files = canonical.texts(present[directory])
        package = Package.like(desc, canonical.name_of(directory), version, files)
        after = {}
        for kind in ("db", "files"):
            database = canonical.Database(kind)
            before = self.databases["extra", kind]
            database.firsts, database.members = list(before.firsts), list(before.members)
            if not database.upgraded(directory, package.directory, package.members(kind)):
                return None
            after["extra", kind] = database
        digests = [after["extra", kind].digest() for kind in ("db", "files")]
        timing = self.perform("extra", self.job("extra", [package], digests))
        self.databases |= after
        return timing

    def fill(self, repository: str, count: int) -> Timing:
        """Has so many new packages signed in one job with which a repository begins."""
        packages = [
            Package.like(None, f"p{number}", "1-1", "\n".join(
                ["%FILES%", *filelist.file_list(f"p{number}", 2_000)]).encode() + b"\n") for number in range(count)]
        digests = [
            canonical.Database.made(
                kind, {package.directory: package.members(kind) for package in packages}).digest()
            for kind in ("db", "files")]
        return self.perform(repository, self.job(repository, packages, digests))


def steps_of_last_job(status: bytes) -> dict[str, float]:
    """The steps of the newest job in an answer of kind status (docs/spec/protocol.md, section 5), in seconds."""
    reader = client.Reader(status)
    reader.integer(1), reader.text(), reader.text(), reader.fixed(8 + 32 + 32)
    reader.list(lambda: (reader.text(), reader.text(), reader.fixed(8 + 32)))
    reader.fixed(8 + 32), reader.counted(), reader.integer(8), reader.text(), reader.fixed(16 + 32), reader.text()
    reader.text(), reader.fixed(8 + 8 + 8 + 8), reader.text(), reader.integer(8)
    jobs = reader.list(lambda: (reader.fixed(32), reader.list(lambda: (reader.text(), reader.integer(8) / 1e6))))
    return dict(jobs[-1][1])

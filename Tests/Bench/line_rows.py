"""What jobs cost on a serial line: the bytes of frames and acknowledgements in both directions, HELLO not counted.

The enclave is asked over a socket by the client of Tests/Interop, in the messages that a line would carry.
"""

import hashlib
import os
import pathlib
import struct
import sys
import time
from collections.abc import Iterator

import canonical
import filelist
from enclave import Enclave, Package, canonical_json, client
from rows import Bench, row

import deflated  # noqa: E402, beside the client

LIMITS = {"a refresh": 1_000, "1 package": 8_000, "100 packages": 3_000}
LISTS = pathlib.Path("/var/lib/dpkg/info")
LENGTH = 11_000
MACHINES = ("builder1", "builder2")


def real_lists(count: int) -> list[bytes]:
    """The `files` of packages whose lists are of about 11 kB: of this machine's own packages, or made up if it has too few."""
    found = []
    for path in sorted(LISTS.glob("*.list")):
        names = {name[1:] for name in path.read_text().splitlines() if len(name) > 2}
        parents = {name.rsplit("/", 1)[0] for name in names if "/" in name} | {name.split("/")[0] for name in names}
        listed = sorted((name + "/" if name in parents else name) for name in names)
        found.append("\n".join(listed).encode())
    found.sort(key=lambda listed: abs(len(listed) - LENGTH))
    near = [listed for listed in found if LENGTH / 2 <= len(listed) <= LENGTH * 2][:count]
    made = ["\n".join(filelist.file_list(f"made{number}", LENGTH)).encode() for number in range(count - len(near))]
    print(f"bench: {len(near)} lists of real packages, {len(made)} made up", file=sys.stderr)
    return [b"%FILES%\n" + listed + b"\n" for listed in near + made]


class LineEnclave(Enclave):
    """An enclave whose packages need two source approvals and two build records."""

    entered = 0

    def bring_up(self) -> str:
        self.folder("machines")
        for name in MACHINES:
            self.call("reposeal", "key", "generate", f"machines/{name}.key")
        return super().bring_up()

    def policy(self, log: str, answer: str) -> dict:
        source = super().policy(log, answer)
        source["machines"] = [
            {"id": name, "operator": f"{name}-centre", "roles": ["builder"], "publicKeyFile": f"machines/{name}.key.pub"}
            for name in MACHINES]
        for repository in source["repositories"]:
            repository["admission"] = [[
                {"kind": "sourceApproval", "role": "developer", "threshold": 2, "distinctFrom": []},
                {"kind": "buildRecord", "role": "builder", "threshold": 2, "distinctFrom": []}]]
            repository["databaseValiditySeconds"] = 60
        return source

    def statement(self, kind: str, signer: str, package: Package, repository: str, more: dict, subject: dict) -> bytes:
        now = int(time.time())
        text = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)) for moment in (now - 60, now + 86400)]
        payload = canonical_json({
            "_type": "https://in-toto.io/Statement/v1", "predicateType": f"https://reposeal.dev/{kind}/v1",
            "predicate": {
                "distribution": self.policy_digest, "policyVersion": "1", "notBefore": text[0], "notAfter": text[1],
                "nonce": os.urandom(16).hex(), "signer": signer, "repository": repository, "pkgbase": package.name,
                "version": package.version, "sourceManifest": self.manifest(package)} | more,
            "subject": [subject]})
        if signer in MACHINES:
            seed = bytes.fromhex((self.home / f"machines/{signer}.key").read_text().split()[1])
            signature = client.sign(seed, "application/vnd.in-toto+json", payload)
        else:
            signature = self.gpg_signature(signer, client.pae("application/vnd.in-toto+json", payload))
        return client.counted(payload) + client.counted(signature) + client.text("")

    @staticmethod
    def manifest(package: Package) -> str:
        return hashlib.sha256(f"manifest of {package.directory}".encode()).hexdigest()

    def evidence(self, repository: str, package: Package) -> list[bytes]:
        """What lets one package in."""
        source = {"digest": {"sha256": self.manifest(package)}, "name": f"{package.directory}.manifest"}
        built = {"digest": {"sha256": package.sha256}, "name": package.file_name}
        state = (bytes.fromhex(
            "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19") + package.content).hex()
        environment = hashlib.sha256(b"environment").hexdigest()
        approved = {"packages": [{"architecture": "x86_64", "name": package.name}]}
        recorded = {"packages": [package.identity | {"state": state}], "environment": environment}
        return [self.statement("source-approval", name, package, repository, approved, source) for name in ("alice", "bob")
        ] + [self.statement("build-record", name, package, repository, recorded, built) for name in MACHINES]

    def line_job(self, repository: str, packages: list[Package], digests: list[bytes], kind: int = 1) -> bytes:
        change = client.text(repository) + client.text("x86_64") + struct.pack(">Q", self.serials.get(repository, 0))
        change += struct.pack(">I", len(packages)) + b"".join(package.addition for package in packages)
        change += struct.pack(">I", 0) + b"".join(digests)
        evidence = [statement for package in packages for statement in self.evidence(repository, package)]
        return bytes([kind]) + struct.pack(">I", 1) + change + struct.pack(">I", len(evidence)) + b"".join(evidence)

    def crossing(self, repository: str, job: bytes) -> int:
        """How many bytes a job costs on the line; ends the program if it is refused."""
        scheduler = client.Scheduler(self.home / "scheduler")
        link = client.Link(str(self.home / "link"), scheduler.policy)
        link.greet()
        before = link.crossed
        body = deflated.ask(link, scheduler, 2, job)
        if body[0] != 2:
            sys.exit(f"bench: the enclave refused a job: {body[:200]!r}")
        self.serials[repository] = self.serials.get(repository, 0) + 1
        return link.crossed - before

    def enter(self, repository: str, files: list[bytes]) -> int:
        """How many bytes it costs that packages with these file lists enter a repository."""
        packages = []
        for listed in files:
            self.entered += 1
            name = f"line{self.entered:05d}"
            while any(canonical.begins(f"{name}-1-1", kind) for kind in ("db", "files")):
                name += "x"
            packages.append(Package.like(DESCRIPTION, name, "1-1", listed))
        for kind in ("db", "files"):
            if (repository, kind) not in self.databases:
                entries = {package.directory: package.members(kind) for package in packages}
                self.databases[repository, kind] = canonical.Database.made(kind, entries)
                continue
            for package in packages:
                self.databases[repository, kind].added(package.directory, package.members(kind))
        return self.crossing(repository, self.line_job(repository, packages, self.digests(repository)))

    def digests(self, repository: str) -> list[bytes]:
        for kind in ("db", "files"):
            self.databases[repository, kind].end()
        return [self.databases[repository, kind].digest() for kind in ("db", "files")]

    def refresh(self, repository: str) -> int:
        """How many bytes a refresh costs, which waits until it is allowed."""
        time.sleep(21)
        return self.crossing(repository, self.line_job(repository, [], self.digests(repository), kind=2))


# What a description says of an ordinary package.
DESCRIPTION = b"""%FILENAME%
acl-2.3.2-1-x86_64.pkg.tar.zst

%DESC%
Access control list utilities, libraries and headers for those who need them

%URL%
https://savannah.nongnu.org/projects/acl

%LICENSE%
LGPL-2.1-or-later
GPL-2.0-or-later

%PACKAGER%
Christian Hesse <eworm@archlinux.org>

%PROVIDES%
xfsacl
libacl.so=1-64

%DEPENDS%
glibc
libattr.so=1-64

%MAKEDEPENDS%
git
gettext

"""


def line_bytes(bench: Bench) -> Iterator[str]:
    lists = real_lists(101)
    for entries in (1_000, 15_000):
        made = LineEnclave(bench.programs)
        try:
            made.import_repository(bench.stock_repository(entries))
            for what, count in (("1 package", 1), ("100 packages", 100)):
                each = made.enter("extra", lists[-count:]) / count
                yield bytes_row(f"{what} in {entries}", each, LIMITS[what], "for each package" if count > 1 else "")
            yield bytes_row(f"a refresh of {entries}", made.refresh("extra"), LIMITS["a refresh"], "")
            if entries == 1_000:
                rsa = f"{made.enter('rsa', lists[:1])} bytes, a refresh {made.refresh('rsa')}"
                yield f"| 1 package with RSA-4096, reported only | {rsa} | | | | | |"
        finally:
            made.close()


def bytes_row(what: str, count: float, limit: int, each: str) -> str:
    return row(
        f"{what}, Ed25519, both directions of a serial line", f"{count:.0f} bytes {each}".strip(), "", "",
        f"at most {limit}", count <= limit, None)

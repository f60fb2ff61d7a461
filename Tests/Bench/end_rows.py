"""The row from the last missing approval to a published database that stock pacman verified."""

import json
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Iterator

from enclave import Enclave
from enclave_rows import enclave, p50_p99
from packages import PackageMaker, compress
from rows import Bench, row
from service import Service, wait_for

LIMIT = 1.0
MEMORY_LIMIT = 512 << 20


class Client:
    """A pacman that takes nothing but what the repository's key signed."""

    def __init__(self, made: Enclave, tree: pathlib.Path):
        self.home = made.folder("client")
        for name in ("root", "db", "cache", "hooks", "gpg"):
            made.folder(f"client/{name}")
        self.made = made
        (self.home / "pacman.conf").write_text(
            f"[options]\nRootDir = {self.home}/root\nDBPath = {self.home}/db\nGPGDir = {self.home}/gpg\n"
            f"CacheDir = {self.home}/cache\nHookDir = {self.home}/hooks\nLogFile = {self.home}/log\n"
            "Architecture = x86_64\nSigLevel = Required DatabaseRequired\n"
            f"[extra]\nServer = file://{tree}/extra/os/x86_64\n")
        self.pacman_key("--init")
        self.pacman_key("--add", f"keys/{made.keys['extra']}.pub")
        self.pacman_key("--lsign-key", made.keys["extra"])

    def pacman_key(self, *words: str) -> None:
        self.made.call("fakeroot", "pacman-key", "--config", str(self.home / "pacman.conf"), *words)

    def pacman(self, *words: str) -> str:
        return self.made.call(
            "fakeroot", "pacman", "--config", str(self.home / "pacman.conf"), "--noconfirm", "--color", "never", *words)


def submitted(made: Enclave, service: Service, name: str, version: str) -> bytes:
    """Hands in a package and all but the last approval, which is returned."""
    folder = made.home / "handed-in"
    made_package = PackageMaker(folder).make(name, version, 1 << 16)
    compress([made_package])
    made_package.unlink()
    package = f"handed-in/{made_package.name}.zst"
    for person in ("alice", "bob"):
        made.call(
            "reposeal", "approve", "package", package, "--policy", "policy.json", "--repository", "extra", "--signer",
            person, "--force", "--output", f"handed-in/{person}.dsse.json")
    made.call("reposeal", "submit", package, "handed-in/alice.dsse.json", "--scheduler", "scheduler")
    wait_for(lambda: state(service, name, version) == "waiting", f"{name} to wait")
    return (folder / "bob.dsse.json").read_bytes()


def state(service: Service, name: str, version: str) -> str:
    """Where a submission for `extra` stands."""
    found = [
        one for one in service.json(f"/api/v1/submissions?name={name}&repository=extra&limit=500")["submissions"]
        if one["version"] == version]
    return found[0]["state"] if found else "unknown"


def approve(service: Service, approval: bytes) -> None:
    connection = service.connection()
    connection.request("POST", "/api/v1/evidence", approval, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 202:
        sys.exit(f"bench: an approval was answered with {answer.status}: {answer.read()[:500]!r}")
    connection.close()


def updates(
    made: Enclave, service: Service, client: Client, tree: pathlib.Path, names: pathlib.Path, count: int
) -> Iterator[tuple[float, float]]:
    """Seconds from before the last approval is sent until the database is published, and until pacman took it."""
    current = tree / "extra/os/x86_64/.reposeal/extra.db.tar.gz/current"
    known = [line.split() for line in names.read_text().splitlines()]
    for offset in range(count):
        name, version = known[(offset * 7919 + 17) % len(known)]
        epoch = version.split(":")[0] + ":" if ":" in version else ""
        version = f"{epoch}{time.time_ns()}-1"
        approval = submitted(made, service, name, version)
        before = os.readlink(current)
        start = time.perf_counter()
        approve(service, approval)
        while os.readlink(current) == before:
            if time.perf_counter() - start > 300:
                sys.exit(f"bench: {name} is not published:\n{service.log.read_text()[-2000:]}")
            time.sleep(0.002)
        published = time.perf_counter() - start
        client.pacman("-Sy")
        verified = time.perf_counter() - start
        if f"extra {name} {version}" not in client.pacman("-Sl", "extra"):
            sys.exit(f"bench: pacman does not know {name} {version}")
        wait_for(lambda: state(service, name, version) == "published", f"{name} to be published")
        print(f"bench: {name}: {published:.2f} s, {verified:.2f} s", file=sys.stderr, flush=True)
        yield published, verified


def end_to_end(bench: Bench) -> Iterator[str]:
    made = enclave(bench, bench.entries)
    tree = made.folder("served")
    made.folder("handed-in")
    mirrors = made.home / "scheduler/mirrors.json"
    mirrors.write_text(json.dumps({"published": "../served", "mirrors": []}))
    service = Service(made)
    try:
        wait_for(lambda: (tree / "extra/os/x86_64/extra.db").exists(), "the first publication")
        client = Client(made, tree)
        client.pacman("-Sy")
        cpu = service.cpu()
        taken = list(updates(made, service, client, tree, bench.stock_repository(bench.entries) / "names", bench.updates))
        cpu = (service.cpu() - cpu) / len(taken)
        verified = [one for _, one in taken]
        middle = statistics.median(verified)
        yield row(
            f"from the last missing approval to a published database of {bench.entries} packages that `pacman -Sy` "
            f"verified, {len(taken)} updates of one package", p50_p99(verified),
            f"until it is published: {p50_p99([one for one, _ in taken])}",
            f"{cpu:.1f} s of the service's processor time for each", f"p50 below {LIMIT:.0f} s", middle < LIMIT,
            service.peak(), MEMORY_LIMIT)
    finally:
        service.stop()
        mirrors.unlink()

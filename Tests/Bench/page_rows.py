"""The row about the service's pages: how long each takes while 10,000 packages wait for a repository of full size."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from enclave import INITIAL, Enclave, Package
from enclave_rows import enclave, p50_p99, percentile
from rows import Bench, row
from service import Service

WAITING = 10_000
REQUESTS = 200
CLIENTS = 2
LIMIT = 0.1
MEMORY_LIMIT = 512 << 20


def fill(made: Enclave) -> list[str]:
    """Lets packages wait in the scheduler's directory unless they do already; returns their digests."""
    home = made.home / "scheduler"
    packages = [
        Package.like(None, f"waits{number}", "1-1", b"%FILES%\nusr/\n") for number in range(WAITING)]
    if (home / "submissions" / packages[0].sha256).exists():
        return [package.sha256 for package in packages]
    now = int(time.time())
    for package in packages:
        folder = home / "submissions" / package.sha256
        folder.mkdir(parents=True)
        (folder / "desc").write_bytes(package.desc)
        (folder / "files").write_bytes(package.files)
    with sqlite3.connect(home / "scheduler.sqlite", timeout=10) as store:
        for number, package in enumerate(packages):
            state = (INITIAL + package.content).hex()
            store.execute(
                "INSERT INTO submission VALUES (?, ?, ?, '1-1', 32, ?, ?)",
                (package.sha256, package.file_name, package.name, state, now - 60 * number))
            store.execute(
                "INSERT INTO target (package, sha256, repository, architecture, name, version, state, changed) "
                "VALUES (?, ?, 'extra', 'x86_64', ?, '1-1', 'waiting', 1)",
                (package.sha256, package.sha256, package.name))
    store.close()
    if made.user:
        subprocess.run(["chown", "-R", f"{made.user['user']}:{made.user['group']}", str(home)], check=True)
    return [package.sha256 for package in packages]


def times(service: Service, path: str) -> tuple[list[float], int]:
    """Seconds for each of some requests by clients that ask at once, and the answer's size."""
    def ask(_: int) -> tuple[list[float], int]:
        connection = service.connection()
        taken, size = [], 0
        for _ in range(REQUESTS // CLIENTS):
            start = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            size = len(answer.read())
            taken.append(time.perf_counter() - start)
            if answer.status != 200:
                sys.exit(f"bench: {path}: {answer.status}")
        return taken, size

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(ask, range(CLIENTS)))
    return [moment for taken, _ in answers for moment in taken], answers[0][1]


def pages(bench: Bench) -> Iterator[str]:
    made = enclave(bench, bench.entries)
    digests = fill(made)
    service = Service(made)
    try:
        paths = [
            "/", f"/?state=waiting&repository=extra&name=&after={WAITING // 2}", "/?name=waits77",
            f"/submissions/{digests[0]}", "/repositories", "/repositories/extra/update", "/repositories/extra/history",
            "/mirrors", "/log", "/health",
        ]
        taken: list[list[float]] = []
        for path in paths:
            asked, size = times(service, path)
            taken.append(asked)
            print(f"bench: {path[:50]}: {p50_p99(asked)}, {size} bytes", file=sys.stderr, flush=True)
        worst = max(taken, key=lambda asked: percentile(asked, 0.99))
        yield row(
            f"the slowest of {len(paths)} pages with {WAITING} packages waiting and {bench.entries} entries, "
            f"{CLIENTS} clients at once", p50_p99(worst), "", f"p99 {percentile(worst, 0.99) * 1000:.0f} ms",
            f"below {LIMIT * 1000:.0f} ms", percentile(worst, 0.99) < LIMIT, service.peak(), MEMORY_LIMIT)
    finally:
        service.stop()

"""The rows about the API: its reads against a handler of the same framework that has its answer ready, both by wrk."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator

from enclave_rows import enclave
from page_rows import WAITING, fill
from rows import Bench, row
from service import Service, wait_for

CONNECTIONS = 50
SECONDS = 5
WANTED = 0.5
MEMORY_LIMIT = 512 << 20


def rate(port: int, path: str) -> float:
    """Answers a second; ends the program if any of them is a problem."""
    said = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{path}"], capture_output=True,
        text=True, check=True).stdout
    # Answers that took more than two seconds are told of as errors, but are none.
    if "Non-2xx" in said or re.search(r"Socket errors: (?!connect 0, read 0, write 0)", said):
        sys.exit(f"bench: wrk on {path}:\n{said}")
    return float(re.search(r"^Requests/sec: +([0-9.]+)$", said, re.MULTILINE).group(1))


class Bare:
    """The handler that does nothing else."""

    def __init__(self, bench: Bench):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [bench.programs / "bare-handler", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.listens, "the bare handler")

    def listens(self) -> bool:
        if self.process.poll() is not None:
            sys.exit("bench: the bare handler ended")
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionError:
            return False
        return True


def size(service: Service, path: str) -> int:
    connection = service.connection()
    connection.request("GET", path)
    answer = connection.getresponse()
    length = len(answer.read())
    connection.close()
    if answer.status != 200:
        sys.exit(f"bench: {path}: {answer.status}")
    return length


def api(bench: Bench) -> Iterator[str]:
    made = enclave(bench, bench.entries)
    digests = fill(made)
    bare, service = Bare(bench), Service(made)
    try:
        for path in (
            "/healthz", "/metrics", f"/api/v1/submissions/{digests[WAITING // 2]}",
            f"/api/v1/submissions?state=waiting&after={WAITING // 2}&limit=50", "/api/v1/health"
        ):
            length = size(service, path)
            # In turns, so that both meet the same neighbours.
            pairs = [(rate(bare.port, f"/{length}"), rate(service.port, path)) for _ in range(2)]
            least, ours = (sum(one) / len(pairs) for one in zip(*pairs))
            shown = re.sub(r"[0-9a-f]{64}", "SHA256", path)
            yield row(
                f"`wrk` on `{shown}`, {length} bytes, {WAITING} packages waiting, {CONNECTIONS} connections",
                f"{ours:.0f}/s", f"a bare Hummingbird handler with as many bytes: {least:.0f}/s", f"{ours / least:.0%}",
                f"at least {WANTED:.0%}", ours >= WANTED * least, service.peak(), MEMORY_LIMIT)
    finally:
        service.stop()
        bare.process.terminate()
        bare.process.wait()

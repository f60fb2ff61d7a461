"""`reposeal-scheduler run` on the directory of an enclave's scheduler, and what it costs."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from enclave import Enclave


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Waits until something is so; ends the program if it never is."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"bench: waited {seconds:.0f} s for {what}")
        time.sleep(0.02)


class Service:
    """The service, after its first pass."""

    def __init__(self, made: Enclave):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = made.home / "service.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["reposeal-scheduler", "run", "scheduler", "--set", f"http.listen=127.0.0.1:{self.port}", "--set",
                 "passes.idleSeconds=3600"],
                cwd=made.home, env=made.environment, stdout=log, stderr=log, **made.user)
        wait_for(self.has_passed, "the service's first pass")

    def has_passed(self) -> bool:
        if self.process.poll() is not None:
            sys.exit(f"bench: the service ended:\n{self.log.read_text()[-2000:]}")
        try:
            return self.json("/api/v1/health").get("lastPass", {}).get("succeeded", False)
        except ConnectionError:
            return False

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def json(self, path: str) -> dict:
        """What a path answers."""
        connection = self.connection()
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def peak(self) -> int:
        """The most memory that it had since its start, in bytes."""
        status = open(f"/proc/{self.process.pid}/status", encoding="utf-8").read()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024

    def forget_peak(self) -> None:
        """Lets the peak be that from now on (proc(5), clear_refs)."""
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def cpu(self) -> float:
        """Seconds of processor time since its start."""
        fields = open(f"/proc/{self.process.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

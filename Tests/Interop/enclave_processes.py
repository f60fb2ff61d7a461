"""Broker and monitor of the world in the current folder, and the jails below them; killed and started again."""

import pathlib
import shutil
import subprocess
import sys
import time

from client import Ended
from enclave import Enclave

LINK_ERRORS = (Ended, OSError)


def below(process):
    """The processes below one, by number."""
    found, queue = [], [process]
    while queue:
        try:
            children = pathlib.Path(f"/proc/{queue[0]}/task/{queue.pop(0)}/children").read_text().split()
        except OSError:
            continue
        found += children
        queue += children
    return [int(child) for child in found]


class EnclaveProcesses:
    """Broker and monitor; a scheduler that asks shows the monitor the head of its log, or `resume` does."""

    def __init__(self, resume=True):
        self.broker = self.monitor = None
        self.resume = resume

    def start(self):
        """Starts what is down; the monitor does not outlive its broker."""
        state = pathlib.Path("enclave").resolve()
        if self.broker is None or self.broker.poll() is not None:
            self.kill(self.monitor)
            self.broker = self.run(state / "broker", "broker.log", [
                "reposeal-broker", "serve", "--keys", state / "keys", "--socket", state / "broker",
                "--signer", shutil.which("reposeal-signer"), "--passphrase-file", state / "passphrase"])
        if self.monitor is None or self.monitor.poll() is not None:
            self.monitor = self.run(state / "link", "enclave.log", [
                "reposeal-enclave", "serve", "--state", state / "state", "--broker", state / "broker",
                "--verifier", shutil.which("reposeal-verifier"), "--listen", state / "link"])
            if self.resume:
                # After a start it signs nothing before it was shown a head of its log.
                subprocess.run(
                    ["reposeal", "enclave", "resume", "--scheduler", "scheduler"], stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def run(self, socket, log, words):
        socket.unlink(missing_ok=True)
        with open(log, "ab") as file:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        end = time.monotonic() + 120
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{words[0]} did not start: {pathlib.Path(log).read_text()[-2000:]}")
            time.sleep(0.01)
        return process

    def connection(self):
        """A connection to the monitor, once it is there for us: it may be ending, or still see the one before."""
        end = time.monotonic() + 120
        while True:
            self.start()
            try:
                return Enclave("enclave/link", "scheduler")
            except LINK_ERRORS:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def kill(self, process):
        if process is not None:
            process.kill()
            process.wait()

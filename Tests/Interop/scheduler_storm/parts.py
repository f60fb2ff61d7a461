"""The service and whoever copies for it: started, killed, stalled, and what is left of them."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from enclave_processes import EnclaveProcesses

SERVICE_LOG = "service.log"
# What stays: servers that a shell started, and what gpg leaves to itself.
SERVANTS = ("nginx", "gpg-agent", "keyboxd", "dirmngr", "bash")


def processes():
    """Every process that is no zombie: its number, its parent and its words."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if state != "Z":
            yield int(folder.name), int(parent), words


def ancestry():
    """The numbers of this process and of those who started it."""
    parents = {number: parent for number, parent, _ in processes()}
    found = [os.getpid()]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return found


class Parts:
    """The service, the enclave, and the servers of the mirrors, which a shell started before."""

    def __init__(self, daemons):
        self.daemons = daemons
        self.world = str(pathlib.Path().resolve())
        self.enclave = EnclaveProcesses(resume=False)
        self.service = None
        self.starts = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = f"http://127.0.0.1:{self.port}"

    def start(self):
        """Starts what is down."""
        self.enclave.start()
        if self.service is not None and self.service.poll() not in (None, -signal.SIGKILL):
            raise RuntimeError(f"the service ended by itself: {self.service.returncode}")
        if self.service is None or self.service.poll() is not None:
            self.starts += 1
            with open(SERVICE_LOG, "ab") as file:
                self.service = subprocess.Popen(
                    ["reposeal-scheduler", "run", "scheduler", "--set", f"http.listen=127.0.0.1:{self.port}",
                     "--set", "passes.idleSeconds=2"],
                    stdin=subprocess.DEVNULL, stdout=file, stderr=file, env={**os.environ, "TMPDIR": f"{self.world}/tmp"})

    def kill_service(self):
        self.service.kill()
        self.service.wait()

    def wait_until_served(self):
        end = time.monotonic() + 60
        while True:
            try:
                return self.ask("GET", "/healthz")
            except OSError as error:
                assert self.service.poll() is None, f"the service ended by itself: {self.service.returncode}"
                assert time.monotonic() < end, f"the service does not answer: {error}"
                time.sleep(0.02)

    def ask(self, method, path, body=None, fields=None):
        """The status and the body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, fields or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError(repr(error)) from error
        finally:
            connection.close()

    def document(self, path):
        status, body = self.ask("GET", f"/api/v1/{path}")
        assert status == 200, f"{path}: {status} {body[:500]!r}"
        return json.loads(body)

    def submissions(self):
        found, after = [], ""
        while True:
            page = self.document(f"submissions?limit=1000{after}")
            found += page["submissions"]
            if "next" not in page:
                return found
            after = f"&after={page['next']}"

    def transfers(self):
        """The rsync processes that copy to a mirror now, at either end."""
        return [
            number for number, _, words in processes()
            if words[0].endswith("rsync") and number not in self.daemons and self.world in " ".join(words)]

    def catch_transfer(self, generator, seconds=3):
        """One of them, as soon as there is one; none if nothing is copied for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.transfers():
                return generator.choice(found)
            time.sleep(0.003)
        return None

    def end(self):
        """Ends the service as systemd does, and the enclave; returns what is left of all processes."""
        self.service.send_signal(signal.SIGTERM)
        assert self.service.wait(60) == 0, f"the service ended with {self.service.returncode}"
        self.enclave.kill(self.enclave.monitor)
        self.enclave.kill(self.enclave.broker)
        return self.remains()

    def end_all(self):
        """Whatever still runs ends here."""
        for number in self.running():
            signalled(number, signal.SIGCONT)
            signalled(number, signal.SIGKILL)

    def running(self):
        """What runs in this world, with its words, but for those who started it and the servers of the mirrors."""
        found, spared = {}, (*ancestry(), *self.daemons)
        for number, _, words in processes():
            try:
                place = os.readlink(f"/proc/{number}/cwd")
            except OSError:
                continue
            line = " ".join(words)
            if number in spared or os.path.basename(words[0]).rstrip(":") in SERVANTS:
                continue
            if self.world in line or f"{place}/".startswith(f"{self.world}/"):
                found[number] = line
        return found

    def remains(self):
        """What still runs of all that was started, after some time to end."""
        end = time.monotonic() + 30
        while (left := self.running()) and time.monotonic() < end:
            time.sleep(0.1)
        return left


def signalled(process, number):
    """Sends a signal to a process; false if it has ended."""
    try:
        os.kill(process, number)
        return True
    except ProcessLookupError:
        return False

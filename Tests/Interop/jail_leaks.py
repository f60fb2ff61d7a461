#!/usr/bin/env python3
"""Has many jobs done in jails, and counts what they leave: jail_leaks.py PARALLEL SEQUENTIAL.

Runs in the world of Tests/Scenarios, on an enclave that is down. Broker and monitor answer one request after the other for a
job that everybody approved and that the enclave must refuse, because its version is too low: four verifiers in jails check
who approved it, and a signer in a jail signs the answer, and nothing that may grow is remembered. Then so many jails are
started at once. Every process that is left becomes a child of this one, which is their subreaper (prctl(2)).

Root sees everything; another user not what the broker has open, which is nobody's to look at.
"""

import ctypes
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import time

from client import counted, demand, statement
from enclave import JOB
from enclave_processes import EnclaveProcesses, below
from process_memory import status

SET_CHILD_SUBREAPER = 36
ALLOWED_GROWTH = 2 << 20  # bytes of resident memory, over the last three quarters of the jobs
# Jails refuse root, so it starts the programs as somebody else.
ACCOUNT = ["setpriv", "--reuid=65532", "--regid=65533", "--clear-groups", "--"] if os.geteuid() == 0 else []


class Programs(EnclaveProcesses):
    def run(self, socket, log, words):
        return super().run(socket, log, [*ACCOUNT, *words])


def entries(folder):
    return sum(len(folders) + len(names) for _, folders, names in os.walk(folder))


def control_groups():
    """The control groups directly below this process's."""
    place = pathlib.Path("/proc/self/cgroup").read_text().split("::")[-1].strip()
    below = pathlib.Path("/sys/fs/cgroup", place.lstrip("/"))
    return sum(entry.is_dir() for entry in below.iterdir()) if below.is_dir() else 0


def own_in(folder):
    owner = 65532 if ACCOUNT else os.geteuid()
    return sum(entry.stat(follow_symlinks=False).st_uid == owner for entry in os.scandir(folder))


class Leaks:
    def __init__(self):
        self.faults = []
        self.temporary = pathlib.Path("temporary").resolve()
        self.temporary.mkdir(mode=0o777)
        self.temporary.chmod(0o777)
        os.environ["TMPDIR"] = str(self.temporary)
        if ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            sys.exit("this process cannot become a subreaper")
        self.programs = Programs()
        self.enclave = self.programs.connection()

    def traces(self):
        """What there is now of everything that a jail could leave."""
        found = {
            "mounts here": len(pathlib.Path("/proc/self/mountinfo").read_text().splitlines()),
            "temporary files": entries(self.temporary), "files in /dev/shm": own_in("/dev/shm"),
            "control groups": control_groups(),
        }
        for name in ("broker", "monitor"):
            process = getattr(self.programs, name).pid
            try:
                mounts = pathlib.Path(f"/proc/{process}/mountinfo").read_text().splitlines()
                found[f"mounts of the {name}"] = len(mounts)
                found[f"descriptors of the {name}"] = len(os.listdir(f"/proc/{process}/fd"))
            except PermissionError:
                pass  # Only root may look.
            # As many jails wait as before, each of bubblewrap and its program.
            found[f"processes below the {name}"] = len(below(process))
        return found

    def settled(self):
        """The traces once all jails wait again, and nothing has changed for a while."""
        end, last = time.monotonic() + 120, None
        while True:
            found = self.traces()
            waiting = found["processes below the monitor"], found["processes below the broker"]
            if (waiting == (14, 6) and found == last) or time.monotonic() > end:
                return found
            last = found
            time.sleep(0.3)

    def compare(self, before, when):
        """Nothing may be more than before, once it is over."""
        end = time.monotonic() + 60
        while (more := {what: count for what, count in self.settled().items() if count > before[what]}):
            if time.monotonic() > end:
                break
        self.faults += [f"{when}: {count} {what}, {before[what]} before" for what, count in more.items()]

    def resident(self):
        """The resident memory of both, in bytes."""
        processes = {"broker": self.programs.broker.pid, "monitor": self.programs.monitor.pid}
        return {name: int(status(process, "VmRSS").split()[0]) << 10 for name, process in processes.items()}

    def sequential(self, count):
        evidence = [statement(f"evidence/lower-{name}.dsse.json") for name in ("alice", "bob")]
        body = demand(pathlib.Path("jobs/lower").read_bytes()) + struct.pack(">I", len(evidence)) + b"".join(evidence)
        before = resident = None
        for number in range(count):
            if number == count // 4:
                before, resident = self.settled(), self.resident()
            answer = self.enclave.ask(JOB, body).data
            assert answer[0] == 3 and b"downgrade" in answer, f"job {number}: {answer[:200]!r}"
        self.compare(before, f"after {count} jobs")
        grown = {name: now - resident[name] for name, now in self.resident().items()}
        for name, growth in grown.items():
            if growth > ALLOWED_GROWTH:
                self.faults.append(f"the {name} has {growth} bytes more after {count} jobs than after {count // 4}")
        figures = ", ".join(f"{name} {growth / 1024:+.0f} KiB" for name, growth in grown.items())
        print(f"{count} jobs, one after the other, each in five jails: {figures} since the first quarter")

    def parallel(self, count):
        before = self.settled()
        words = [*ACCOUNT, "JailProbe", "opensslVerifier", shutil.which("reposeal-verifier")]
        # A signature of nothing: kind 3, key, content, signature (docs/spec/jails.md).
        request = b"\3" + counted(bytes([1] + 31 * [0])) + counted(b"content") + counted(bytes(64))
        running = [
            subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(count)]
        for process in running:
            process.stdin.write(request)
            process.stdin.close()
        answers = [process.stdout.read() for process in running]
        for process in running:
            process.wait()
            process.stdout.close()
        wrong = [answer for answer in answers if answer[:6] != b"RSV1\3\1"]
        if wrong:
            self.faults.append(f"{len(wrong)} of {count} at once did not answer: {wrong[0][:200]!r}")
        self.compare(before, f"after {count} at once")
        print(f"{count} jobs at once, each in a jail")

    def end(self):
        """All that is left becomes ours once broker and monitor have ended."""
        for process in (self.programs.monitor, self.programs.broker):
            self.programs.kill(process)
        end = time.monotonic() + 60
        while (left := below(os.getpid())) and time.monotonic() < end:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass
            time.sleep(0.01)
        if left:
            names = [pathlib.Path(f"/proc/{process}/comm").read_text().strip() for process in left]
            self.faults.append(f"processes are left: {' '.join(names)}")
        if entries(self.temporary):
            self.faults.append(f"temporary files are left: {os.listdir(self.temporary)}")


def main():
    parallel, sequential = (int(word) for word in sys.argv[1:])
    leaks = Leaks()
    try:
        leaks.sequential(sequential)
        leaks.parallel(parallel)
    finally:
        leaks.end()
    for fault in leaks.faults:
        print("LEFT:", fault)
    if not leaks.faults:
        print("nothing is left of them")
    sys.exit(bool(leaks.faults))


main()

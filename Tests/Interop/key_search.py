#!/usr/bin/env python3
"""Looks for keys wherever they must not be, while a job is in flight and after it; for root.

    key_search.py BROKER MONITOR KEYS PASSPHRASE SINCE COMMAND...

BROKER and MONITOR are process numbers, KEYS the directory of the sealed keys, and COMMAND has jobs signed. Each signer is held
where it has read its key, where OpenSSL asks for randomness to sign with it, and where it is about to answer; at each of these
moments all of broker, monitor, their jails and COMMAND is taken down, memory and descriptors, and then searched for what is
secret about the keys. The same search must find it in the broker, in memory that is locked, not dumped and wiped in child
processes, and in the signer that has it. Afterwards the files newer than the file SINCE are searched in every place where one
of the programs could write.
"""

import os
import pathlib
import stat
import subprocess
import sys
import threading

import tracing
from enclave_processes import below
from process_memory import Camera, Search, status
from sealed_keys import Secret, secrets

KEY_DESCRIPTOR = 3
# As smaps names them (proc(5)): locked, not in core dumps, zeros in a child.
PRIVATE = {"lo", "dd", "wf"}
DISK = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/crash", "/var/lib/systemd/coredump")


class Moment:
    """All processes, while one signer is held."""

    def __init__(self, what, holder, pictures):
        self.what, self.holder, self.pictures = what, holder, pictures


class KeySearch:
    def __init__(self, broker, monitor, keys, passphrase):
        self.broker, self.monitor = int(broker), int(monitor)
        word = pathlib.Path(passphrase).read_bytes().split(b"\n")[0]
        self.owners = sorted(pathlib.Path(keys).glob("*.key"))
        self.search = Search(
            [Secret("all", "the passphrase", word)]
            + [secret for path in self.owners for secret in secrets(path.stem, path, word)])
        self.moments, self.faults, self.done = [], [], False
        self.command, self.camera = None, Camera()

    def expect(self, holds, fault):
        if not holds and fault not in self.faults:
            self.faults.append(fault)

    # Taking down.

    def everybody(self):
        roots = [self.broker, self.monitor] + ([self.command.pid] if self.command else [])
        return [process for root in roots for process in [root, *below(root)]]

    def look(self, what, holder=None):
        pictures = [taken for process in self.everybody() if (taken := self.camera.picture(process))]
        self.moments.append(Moment(what, holder, pictures))

    def signers(self):
        """The innermost processes below the broker."""
        return [process for process in below(self.broker) if not below(process)]

    def at(self, process, call, arguments, result):
        if call == tracing.READ and arguments[0] == KEY_DESCRIPTOR and result == 0:
            self.look("has read its key", process)
        elif call == tracing.GETRANDOM and result is None:
            self.look("signs with RSA", process)
        elif call == tracing.WRITE and arguments[0] == 1 and result is None:
            self.look("is about to answer", process)

    def run(self, words):
        """Has the command's jobs signed by the signers that wait."""
        waiting = self.signers()
        assert len(waiting) == 3, f"{len(waiting)} signers wait"

        def ask():
            self.command = subprocess.Popen(words, stdin=subprocess.DEVNULL)
            self.command.wait()
            self.done = True

        asking = threading.Thread(target=ask)
        asking.start()
        tracing.hold(waiting, self.at, lambda: self.done)
        asking.join()
        ended, self.command = self.command, None
        self.look("after the job")
        return ended.returncode

    # Searching.

    def judge(self):
        held = {}
        for moment in self.moments:
            found = [
                (taken, place, secret) for taken in moment.pictures for place in taken.places
                for secret in self.search.found(place.data)]
            own = {secret.owner for taken, _, secret in found if taken.process == moment.holder}
            if moment.holder and moment.what != "is about to answer":
                self.expect(len(own) == 1, f"a signer that {moment.what} has {len(own)} keys")
            for owner in own:
                held.setdefault(owner, set()).add(moment.what)
            for taken, place, secret in found:
                self.expect(
                    self.is_allowed(moment, taken, place, secret, own),
                    f"{taken.program} has {secret.name} of {secret.owner} in {place.name} ({' '.join(sorted(place.flags))}) when a signer {moment.what}")
            locked = {
                secret.owner for taken, place, secret in found if taken.process == self.broker and PRIVATE <= place.flags}
            self.expect(locked >= {path.stem for path in self.owners}, "the broker has not every key in locked memory")
        self.expect(
            all("has read its key" in held.get(path.stem, ()) for path in self.owners), f"held were only {held}")
        self.expect(any("signs with RSA" in moments for moments in held.values()), "no RSA key was held at its work")
        return held

    def is_allowed(self, moment, taken, place, secret, own):
        """Whether a secret may be there: in the broker's locked memory, or with the signer that signs with it."""
        if secret.name in ("the passphrase", "the key that seals it"):
            return False
        of_this_job = secret.owner in own
        if taken.process == self.broker:
            return PRIVATE <= place.flags or (of_this_job and "memfd:input" in place.name)
        return of_this_job and taken.process == moment.holder

    def check_process_state(self):
        """What keeps the broker's memory, and that of its jails, from others and from the disk."""
        locked = int(status(self.broker, "VmLck").split()[0]) * 1024
        self.expect(locked >= 4096 * len(self.owners), f"the broker has {locked} bytes locked")
        for process in [self.broker, *self.signers()]:
            # The files of a process that may not be dumped are root's (proc(5)).
            self.expect(os.stat(f"/proc/{process}/mem").st_uid == 0, f"process {process} may be dumped")
        for root in (self.broker, self.monitor):
            for process in below(root):
                limits = pathlib.Path(f"/proc/{process}/limits").read_text()
                core = next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()
                self.expect(core[4:6] == ["0", "0"], f"process {process} may dump {core[4]} bytes")

    def check_disk(self, since, passphrase):
        """No file that is new has a secret, but the one in which the passphrase was given to the broker."""
        oldest, seen = os.stat(since).st_mtime, 0
        for top in (".", *DISK):
            for folder, _, names in os.walk(top):
                for path in (pathlib.Path(folder, name) for name in names):
                    try:
                        about = path.lstat()
                        if not stat.S_ISREG(about.st_mode) or about.st_ctime < oldest:
                            continue
                        data = path.read_bytes()
                    except OSError:
                        continue
                    seen += 1
                    names_found = [secret.name for secret in self.search.found(data)]
                    if os.path.samestat(about, os.stat(passphrase)):
                        self.expect(names_found == ["the passphrase"], "the search does not find the passphrase")
                    else:
                        self.expect(not names_found, f"{path} has {', '.join(names_found)}")
        return seen


def main():
    broker, monitor, keys, passphrase, since, *words = sys.argv[1:]
    search = KeySearch(broker, monitor, keys, passphrase)
    search.check_process_state()
    ended = search.run(words)
    held = search.judge()
    files = search.check_disk(since, passphrase)
    for fault in search.faults:
        print("FOUND:", fault)
    if search.faults or ended:
        sys.exit(1)
    pictures = [taken for moment in search.moments for taken in moment.pictures]
    programs = " ".join(sorted({taken.program for taken in pictures}))
    print(f"{len(search.moments)} moments, {len({taken.process for taken in pictures})} processes: {programs}")
    print(f"{len(held)} keys were with the broker and with the signer that signed, and nowhere else")
    print(f"{files} new files have nothing of them")


if __name__ == "__main__":
    main()

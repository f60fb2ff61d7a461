#!/usr/bin/env python3
"""Kills the enclave's processes at random moments under jobs without end, and looks at what must hold from outside.

    storm.py KILLS [SEED]

Runs in the world of Tests/Scenarios, on an enclave that is down. Each round asks for one job, kills one process at some
moment after that, starts what is down, asks for the same job until it is signed, and checks, by number, all nine
invariants of docs/promises.md:

    1  an answer that came, whole, before the kill is in the log, and the log begins with every log that was seen before
    2  one content for each name and version in the whole log; every third time, another content of one is refused
    3  each version in the log is above those that its name had; every third time, the present one does not come again
    4  each serial is the one before with this job's packages, to the byte, and the log counts them without a gap
    5  the log names the statements of two people for it; every third time, the word of one person is not enough
    6  neither monitor nor its jails have a descriptor of a key, nobody can look into the broker, and nothing dumped core
    7  the same job has the same answer, also much later, also without its evidence
    8  the database, the files database and their signatures belong together
    9  each job is signed in the end
"""

import hashlib
import json
import os
import pathlib
import random
import signal
import sys
import threading
import time

import package
from client import Reader
from enclave import (
    JOB, OUTCOME, Keyring, job_hash, notations, outcome, signing_keys, update, with_statements)
from enclave_processes import LINK_ERRORS, EnclaveProcesses, below

PLACE = ("extra", "x86_64")
NAMES = 12
# By how often each is killed; broker and monitor cost a start.
VICTIMS = {"monitor": 5, "verifier": 3, "signer": 3, "broker": 1}


class Processes(EnclaveProcesses):
    """Broker and monitor, looked at from outside and struck."""

    def check_keys(self):
        """6: where keys are, nobody looks; where untrusted bytes are, no key is."""
        for secret in ("mem", "fd"):
            path = pathlib.Path(f"/proc/{self.broker.pid}/{secret}")
            try:
                list(path.iterdir()) if secret == "fd" else path.open("rb").close()
            except PermissionError:
                continue
            raise AssertionError(f"6: the broker's {secret} can be read")
        for process in [self.monitor.pid, *below(self.monitor.pid)]:
            try:
                opened = [os.readlink(file) for file in pathlib.Path(f"/proc/{process}/fd").iterdir()]
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
            assert not [file for file in opened if "/keys" in file or "passphrase" in file or "memfd:key" in file], "6"
        assert not list(pathlib.Path().glob("**/core*")), "6: a core file"

    def strike(self, victim, generator, asking):
        """Kills the victim; False if there was none until the job's end."""
        if victim in ("broker", "monitor"):
            self.kill(getattr(self, victim))
            return True
        parent = self.monitor if victim == "verifier" else self.broker
        while asking.is_alive():
            children = below(parent.pid)
            if children:
                try:
                    os.kill(generator.choice(children), signal.SIGKILL)
                    return True
                except ProcessLookupError:
                    pass
        return False


class Storm:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.processes = Processes()
        enclave = self.processes.connection()
        self.policy = enclave.policy
        self.keyring, self.keys = Keyring(self.policy), signing_keys(self.policy)
        self.status, self.leaves, history = enclave.checked_log()
        self.serial = history.serials[PLACE]
        published = pathlib.Path("mirror/extra/os/x86_64/extra.files").resolve().read_bytes()
        self.entries = {entry_name(entry): entry for entry in package.entries(published)}
        self.jobs, self.highest = {}, {}
        self.duration = 0.3
        self.killed = {victim: 0 for victim in VICTIMS}
        self.before = self.after = 0

    def approvals(self, packages, people=("alice", "bob")):
        distribution = self.status["distribution"].hex()
        return [
            package.approval(packages, "extra", person, self.keys[person], distribution, self.policy["version"])
            for person in people]

    def made(self, changed):
        """The databases with this package."""
        after = {**self.entries, changed.name: changed.entry}
        return after, {kind: package.encoded(list(after.values()), kind) for kind in ("db", "files")}

    def round(self, number):
        name, version = f"wave-{self.random.randrange(NAMES)}", f"{number}-1"
        ours = package.Package(name, version)
        after, databases = self.made(ours)
        job = update(PLACE, self.serial, [ours], databases)
        statements = self.approvals([ours])
        answer = self.interrupted(with_statements(job, statements))
        if answer is None:
            answer = self.insisted(job, statements)
            self.before += 1
        else:
            self.after += 1
        self.check(job, answer, databases, statements)
        self.processes.check_keys()
        self.jobs[job_hash(job)] = answer
        self.entries, self.serial = after, self.serial + 1
        self.attack(number, ours, statements)

    def interrupted(self, body):
        """The answer, if it came although a process was killed meanwhile."""
        enclave = self.processes.connection()
        request = enclave.scheduler.request(JOB, body)
        answers = []

        def ask():
            try:
                answers.append(enclave.send(request).data)
            except LINK_ERRORS:
                pass

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(self.random.uniform(0, 2 * self.duration))
        [victim] = self.random.choices(list(VICTIMS), VICTIMS.values())
        struck = self.processes.strike(victim, self.random, asking)
        self.killed[victim] += struck
        asking.join()
        enclave.link.socket.close()
        return answers[0] if answers and answers[0][0] == 2 else None

    def insisted(self, job, statements):
        """9: whatever died, the same job is signed in the end."""
        reasons = []
        for _ in range(5):
            try:
                start = time.monotonic()
                answer = self.processes.connection().ask(JOB, with_statements(job, statements)).data
            except LINK_ERRORS as error:
                reasons.append(repr(error))
                continue
            assert answer[0] == 2, f"9: refused: {answer!r}"
            self.duration = (self.duration + time.monotonic() - start) / 2
            return answer
        raise AssertionError(f"9: asked in vain: {reasons}")

    def check(self, job, answer, databases, statements):
        enclave = self.processes.connection()
        result = outcome_of(answer)
        self.status, leaves, history = enclave.checked_log(known=self.leaves)
        assert leaves == self.leaves + result["leaves"], "1: the log has not just this job's leaves"
        assert history.serials[PLACE] == self.serial + 1, "4: the serial"
        for leaf in map(json.loads, result["leaves"]):
            if leaf["kind"] != "admission":
                continue
            assert leaf["evidence"] == sorted(statement_digest(statement) for statement in statements), "5: the evidence"
            major = int(leaf["version"].partition("-")[0])
            assert major > self.highest.get(leaf["name"], 0), "3: a version that is not above the one before"
            self.highest[leaf["name"]] = major
        [database] = result["databases"]
        assert (database["place"], database["serial"]) == (PLACE, self.serial + 1), "4: the answer's serial"
        for kind in databases:
            assert database[kind] == hashlib.sha256(databases[kind]).digest(), "4: other bytes"
            says = notations(self.keyring.verify(databases[kind], database[f"{kind}Signature"]))
            assert says["serial"] == str(self.serial + 1), "8: a signature for another serial"
        assert enclave.ask(OUTCOME, job_hash(job)).data == answer, "7: another answer"
        self.leaves = leaves

    def attack(self, number, ours, statements):
        """What must not be signed is not, also after all that."""
        enclave = self.processes.connection()
        if self.jobs and number % 5 == 0:
            earlier = self.random.choice(list(self.jobs))
            assert enclave.ask(OUTCOME, earlier).data == self.jobs[earlier], "7: an old job has another answer now"
        other = package.Package(ours.name, ours.version, b"something else\n")
        new = package.Package(f"drift-{number}", "1-1")
        for rule, hostile, evidence, code in (
            ("2", other, self.approvals([other]), b"alreadySigned"),
            ("5", new, self.approvals([new], ("alice", "alice")), b"notEnoughApprovals"),
            ("3", ours, statements, b"entryInvalid"),
        )[number % 3 : number % 3 + 1]:
            _, databases = self.made(hostile)
            answer = enclave.ask(JOB, with_statements(update(PLACE, self.serial, [hostile], databases), evidence)).data
            assert answer[0] == 3 and code in answer, f"{rule}: {answer!r}"
            if rule == "2":
                self.check_record(enclave, hostile)

    def check_record(self, enclave, hostile):
        """That everybody approved a second content is in the log, once."""
        self.status, leaves, _ = enclave.checked_log(known=self.leaves)
        [record] = map(json.loads, leaves[len(self.leaves) :])
        assert (record["kind"], record["name"]) == ("equivocation", hostile.name), "1: a leaf that nothing explains"
        self.leaves = leaves

    def end(self):
        """7, once more, of every job, by an enclave that was just started."""
        self.processes.kill(self.processes.monitor)
        enclave = self.processes.connection()
        for job, answer in self.jobs.items():
            assert enclave.ask(OUTCOME, job).data == answer, "7: another answer in the end"
        status, leaves, _ = enclave.checked_log()
        assert leaves == self.leaves, "1: the log in the end"
        self.processes.kill(self.processes.monitor)
        self.processes.kill(self.processes.broker)


def entry_name(entry):
    lines = entry["desc"].split("\n")
    return lines[lines.index("%NAME%") + 1]


def statement_digest(statement):
    """How the log names a statement: the digest of what its signature is over."""
    payload = Reader(statement).counted()
    kind = b"application/vnd.in-toto+json"
    return hashlib.sha256(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)).hexdigest()


def outcome_of(answer):
    return outcome(Reader(answer))


def main():
    kills = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    storm, number = None, 0
    try:
        storm = Storm(seed)
        while sum(storm.killed.values()) < kills:
            number += 1
            storm.round(number)
        storm.end()
    except BaseException:
        print(f"seed {seed}, round {number}", file=sys.stderr)
        raise
    finally:
        if storm is not None:
            storm.processes.kill(storm.processes.monitor)
            storm.processes.kill(storm.processes.broker)
    victims = ", ".join(f"{victim} {count}" for victim, count in storm.killed.items())
    print(f"seed {seed}: {number} jobs, each signed once; killed {victims}")
    print(f"{storm.after} answers came all the same, {storm.before} jobs were asked for again")


main()

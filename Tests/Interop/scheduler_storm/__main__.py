"""Kills the scheduler's service, the enclave, copies to mirrors and clients at random moments, under load, and looks on.

    scheduler_storm KILLS SEED WEB-PORT RSYNCD...

Runs in the world of Tests/Scenarios, on an enclave that is down, with nginx in front of the world at that port, and the
numbers of the rsync daemons that serve the mirrors of `scheduler/mirrors.json`. KILLS counts what is started again: service,
monitor and broker. People and builders hand in packages and statements all the while, by HTTP and into the watched folder,
and keep a journal of what they were told is taken. Somebody polls the published folder and each mirror; stock pacman
synchronises from each mirror. Then it is calm, and everything in the journal must be accounted for.

The seed gives what is done and in which order; the moments are the machine's.
"""

import json
import os
import pathlib
import random
import signal
import sys
import threading
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))
import parts as world  # noqa: E402
from goods import Maker, run  # noqa: E402
from load import Finding, Journal, Load  # noqa: E402
from verdict import Verdict  # noqa: E402
from watch import Judge, Pacman, Reader  # noqa: E402

MIRRORS = ("north", "south")
# By how often each is struck.
STRIKES = {"service": 12, "stalled service": 3, "monitor": 3, "broker": 1, "transfer": 3, "client": 3}
COUNTED = ("service", "monitor", "broker")
CALM = 300


class Storm:
    def __init__(self, seed, web, daemons):
        self.random = random.Random(f"{seed} strikes")
        self.struck = dict.fromkeys(("service", "monitor", "broker", "transfer", "client", "stalled"), 0)
        pathlib.Path("tmp").mkdir(mode=0o700)
        self.parts = world.Parts(daemons)
        self.parts.start()
        self.parts.wait_until_served()
        run("reposeal", "mirror", "sync", "--scheduler", "scheduler") if not self.are_mirrored(60) else None
        policy = json.loads(pathlib.Path("policy.json").read_text())
        judge = Judge(policy)
        self.readers = [Reader(name, web, judge) for name in ("mirror", *MIRRORS)]
        self.pacmans = [Pacman(name, web, judge, policy) for name in MIRRORS]
        self.journal = Journal()
        maker = Maker(random.Random(f"{seed} goods"), self.readers[-1].is_published)
        self.load = Load(self.parts, maker, self.journal, seed)
        for watcher in self.watchers:
            watcher.thread.start()
        self.load.start()

    @property
    def watchers(self):
        return [*self.readers, *self.pacmans]

    def are_mirrored(self, seconds):
        end = time.monotonic() + seconds
        while not all(pathlib.Path(name, "lastsync").exists() for name in MIRRORS):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    @property
    def kills(self):
        return sum(self.struck[name] for name in COUNTED)

    def check(self):
        """Ends the storm as soon as somebody saw what must not be."""
        if not self.load.failures.empty():
            raise self.load.failures.get()
        for watcher in self.watchers:
            if watcher.failure is not None:
                raise watcher.failure

    def strike(self):
        [wait] = self.random.choices((self.little, self.some, self.enough), (4, 3, 2))
        wait()
        [name] = self.random.choices(list(STRIKES), STRIKES.values())
        getattr(self, name.replace(" ", "_"))()
        self.parts.start()
        self.check()

    def little(self):
        """Some die young, before they have come to work."""
        time.sleep(self.random.uniform(0, 0.6))

    def some(self):
        time.sleep(self.random.uniform(0.3, 4))

    def enough(self):
        """Some have brought something to the mirrors, and are at the next thing."""
        reader, end = self.random.choice(self.readers), time.monotonic() + 10
        serial = reader.serial
        while reader.serial == serial and time.monotonic() < end:
            self.check()
            time.sleep(0.05)
        time.sleep(self.random.uniform(0, 1.5))

    def service(self):
        self.parts.kill_service()
        self.struck["service"] += 1
        time.sleep(self.random.choice((0, self.random.uniform(0, 0.5))))

    def stalled_service(self):
        """The service dies while a transfer of it stands still, which goes on later."""
        transfer = self.parts.catch_transfer(self.random)
        if transfer is None or not world.signalled(transfer, signal.SIGSTOP):
            return self.service()
        self.struck["stalled"] += 1
        threading.Timer(
            self.random.uniform(0.2, 3), world.signalled, (transfer, signal.SIGCONT)).start()
        return self.service()

    def monitor(self):
        self.parts.enclave.kill(self.parts.enclave.monitor)
        self.struck["monitor"] += 1

    def broker(self):
        self.parts.enclave.kill(self.parts.enclave.broker)
        self.struck["broker"] += 1

    def transfer(self):
        transfer = self.parts.catch_transfer(self.random)
        if transfer is not None:
            self.struck["transfer"] += world.signalled(transfer, signal.SIGKILL)

    def client(self):
        end = time.monotonic() + 3
        while not self.load.kill_client(self.random):
            if time.monotonic() > end:
                return
            time.sleep(0.003)
        self.struck["client"] += 1

    def calm(self):
        """Everybody comes to an end, and then everything must be as it was said to be."""
        self.parts.start()
        self.parts.wait_until_served()
        self.load.finish()
        verdict = Verdict(self.parts, self.journal, self.readers)
        end = time.monotonic() + CALM
        while problems := verdict.unsettled():
            self.check()
            if time.monotonic() > end:
                raise Finding("not settled:\n" + "\n".join(problems[:20]))
            time.sleep(0.5)
        for pacman in self.pacmans:
            pacman.stop()
            done = pacman.pacman("-Syy")
            assert done.returncode == 0, f"{pacman.name}, in the calm: {done.stdout}"
            pacman.see(pacman.shown())
            assert pacman.serial == self.readers[0].serial, f"{pacman.name} has serial {pacman.serial} in the end"
        for reader in self.readers:
            reader.stop()
        self.check()
        verdict.check_bytes()
        verdict.check_published()
        left = self.check_leftovers(verdict)
        processes = self.parts.end()
        assert not processes, f"still running: {processes}"
        _, leaves, _ = self.parts.enclave.connection().checked_log()
        admitted = verdict.check_log(leaves)
        self.parts.enclave.kill(self.parts.enclave.monitor)
        self.parts.enclave.kill(self.parts.enclave.broker)
        return verdict, left, admitted

    def check_leftovers(self, verdict):
        """What crashes left in the folders goes once it is old, and there is nothing else."""
        crash, other = verdict.leftovers()
        assert not other, f"left over: {other}"
        old = time.time() - 3 * 24 * 3600
        for path in crash:
            os.utime(path, (old, old), follow_symlinks=False)
        self.parts.kill_service()
        self.parts.start()
        self.parts.wait_until_served()
        end = time.monotonic() + 60
        while (still := verdict.leftovers()) != ([], []):
            assert time.monotonic() < end, f"crashes left for good: {still}"
            time.sleep(0.2)
        return len(crash)

    def report(self, seed, verdict, left, admitted):
        states = list(verdict.states.values())
        struck = ", ".join(f"{name} {count}" for name, count in self.struck.items() if name != "stalled")
        ways = ", ".join(f"{name} {count}" for name, count in sorted(self.journal.ways.items()))
        print(f"seed {seed}: {self.kills} kills; killed {struck}; {self.struck['stalled']} stalled")
        print(
            f"{len(states)} packages and {len(self.journal.evidence)} statements taken ({ways}), each accounted for: "
            + ", ".join(f"{state} {states.count(state)}" for state in sorted(set(states))))
        print(
            f"{admitted} admissions in the log, serial {self.readers[0].serial}; {len(verdict.quarantined)} tried again "
            f"by hand; {self.journal.refused} strangers refused; {left} leftovers of crashes, gone when old")
        for watcher in self.watchers:
            print(f"{watcher.name}: {watcher.looks} looks, {watcher.straddled} across a switch, serial {watcher.serial}")


def main():
    kills, seed, web, daemons = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), [int(one) for one in sys.argv[4:]]
    storm, start = None, time.monotonic()
    try:
        storm = Storm(seed, web, daemons)
        told = 0
        while storm.kills < kills:
            storm.strike()
            if storm.kills >= told + 25:
                told = storm.kills
                print(f"{told} kills, serial {storm.readers[0].serial}", file=sys.stderr, flush=True)
        storm.report(seed, *storm.calm())
        print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    except BaseException:
        print(f"seed {seed}, {storm.struck if storm else 'at the start'}", file=sys.stderr, flush=True)
        raise
    finally:
        if storm is not None:
            storm.parts.end_all()


main()

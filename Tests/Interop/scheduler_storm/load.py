"""The load: people and builders who hand in packages and evidence by every way, and the journal of what was taken."""

import pathlib
import queue
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

EVIDENCE = "/api/v1/evidence"
# How often the same thing may fail by itself before it is a finding.
PATIENCE = 20


class Finding(Exception):
    """Something that must never be."""


class Journal:
    """What whoever handed it in was told is accepted."""

    def __init__(self):
        self.lock = threading.Lock()
        self.items, self.evidence = {}, {}
        self.ways = {}
        self.refused = 0

    def took_package(self, item, way):
        with self.lock:
            self.items[item.sha256] = item
            self.count(way)

    def took_evidence(self, item, person, way):
        with self.lock:
            evidence = item.evidence[person]
            self.evidence[evidence.digest] = (evidence, item, person)
            self.count(way)

    def count(self, way):
        self.ways[way] = self.ways.get(way, 0) + 1


class Load:
    """Threads that hand things in until they are told to stop, and then end what they began."""

    def __init__(self, parts, maker, journal, seed, workers=2):
        self.parts, self.maker, self.journal = parts, maker, journal
        self.stopping = threading.Event()
        self.failures = queue.Queue()
        self.later = queue.Queue()
        self.clients, self.lock = {}, threading.Lock()
        self.killed = 0
        self.threads = [
            threading.Thread(target=self.work, args=(random.Random(f"{seed} worker {number}"),), daemon=True)
            for number in range(workers)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def finish(self):
        """No new packages; whatever was begun comes to its end."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(300)
            assert not thread.is_alive(), "somebody is still handing in something"

    def work(self, generator):
        try:
            while not self.stopping.is_set():
                deliveries = []
                for item in self.maker.items():
                    deliveries += [(item, None), *((item, person) for person in item.people)]
                generator.shuffle(deliveries)
                for item, person in deliveries:
                    if self.stopping.is_set() or generator.random() > 0.1:
                        self.deliver(item, person, generator)
                    else:
                        self.later.put((item, person))
                if generator.random() < 0.1:
                    self.hostile()
                if generator.random() < 0.3:
                    self.deliver_later(generator)
                self.stopping.wait(generator.uniform(0, 2))
            while self.deliver_later(generator):
                pass
        except BaseException as error:
            self.failures.put(error)
            raise

    def deliver_later(self, generator):
        """What somebody forgot for a while; false if nothing is left."""
        try:
            item, person = self.later.get_nowait()
        except queue.Empty:
            return False
        self.deliver(item, person, generator)
        return True

    def deliver(self, item, person, generator):
        """Hands in a package or a person's word on it, until it is accepted."""
        if person is None:
            way = generator.choices((self.upload, self.copy, self.drop), (6, 2, 2))[0]
        else:
            way = generator.choices((self.post, self.send, self.copy), (6, 2, 2))[0]
        for attempt in range(PATIENCE):
            # Who is not told that it came hands it in again, and so does now and then who was told.
            if way(item, person):
                if person is None:
                    self.journal.took_package(item, way.__name__)
                else:
                    self.journal.took_evidence(item, person, way.__name__)
                if generator.random() > 0.05:
                    return
            else:
                time.sleep(min(0.2 * (attempt + 1), 2))
        raise Finding(f"{item}, {person or 'package'}: not taken in {PATIENCE} attempts by {way.__name__}")

    # Ways.

    def upload(self, item, person):
        """By tus, with tokens of builder1."""
        return self.client(
            item.path, "--server", self.parts.server, "--policy", "policy.json", "--signer", "builder1", "--key",
            "machines/builder1.key")

    def send(self, item, person):
        return self.client(item.evidence[person].path, "--server", self.parts.server)

    def copy(self, item, person):
        """Into the folder that is watched."""
        return self.client(item.path if person is None else item.evidence[person].path, "--scheduler", "scheduler")

    def client(self, *words):
        """Runs `reposeal submit`, which may be killed; true if it says that everything was taken."""
        with tempfile.TemporaryFile() as complaint:
            process = subprocess.Popen(
                ["reposeal", "submit", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaint)
            with self.lock:
                self.clients[process.pid] = process
            status = process.wait()
            with self.lock:
                del self.clients[process.pid]
            complaint.seek(0)
            if status not in (0, -signal.SIGKILL):
                text = complaint.read().decode(errors="replace")
                self.note(f"reposeal submit {words[0]}: exit {status}: {text}")
        return status == 0

    def drop(self, item, person):
        """A tool that knows nothing of Reposeal puts the file there by renaming it."""
        name = f"{item.sha256}-{random.getrandbits(64):x}"
        unfinished = pathlib.Path("scheduler/incoming", f".{name}")
        unfinished.mkdir()
        shutil.copyfile(item.path, unfinished / item.file_name)
        unfinished.rename(unfinished.with_name(name))
        return True

    def post(self, item, person):
        evidence = item.evidence[person]
        status = self.posted(evidence.content)
        if status is not None and status != 202 and status < 500:
            raise Finding(f"{evidence.path}: {status}")
        return status == 202

    def posted(self, content):
        """The status of the answer to evidence; none if there was none."""
        try:
            return self.parts.ask("POST", EVIDENCE, content, {"Content-Type": "application/json"})[0]
        except OSError:
            return None

    def hostile(self):
        """Nobody takes the word of somebody whom the policy does not know."""
        status = self.posted(pathlib.Path("evidence/tide-mallory.dsse.json").read_bytes())
        if status is not None and status < 500:
            if status != 403:
                raise Finding(f"evidence by mallory: {status}")
            with self.journal.lock:
                self.journal.refused += 1

    def note(self, line):
        with self.lock, open("clients.log", "a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%H:%M:%S')} {line}\n")

    def kill_client(self, generator):
        """Kills somebody who is handing in something; false if nobody is."""
        with self.lock:
            if not self.clients:
                return False
            generator.choice(list(self.clients.values())).kill()
            self.killed += 1
            return True

"""What must hold in the end: everything that was taken is accounted for, and nothing is there twice or left over."""

import hashlib
import json
import os
import pathlib
import re

from goods import ARCHITECTURE, REPOSITORY, payload, run
from watch import FOLDER, described

# Where nothing happens any more unless somebody says something.
SETTLED = ("published", "refused", "waiting")
LEFT_BY_A_CRASH = re.compile(r"\.new-|\.[0-9a-f]{64}-")


class Verdict:
    """Looks at a storm's journal, and at what became of it."""

    def __init__(self, parts, journal, trees):
        self.parts, self.journal, self.trees = parts, journal, trees
        self.states = {}
        self.quarantined = set()

    def unsettled(self):
        """Why it is not over yet, in words; empty once everything is where it should be."""
        health = self.parts.document("health")
        if health["incoming"] or "oldestWorkAt" in health:
            return [f"work is left: {health}"]
        found = {}
        for one in self.parts.submissions():
            found.setdefault(one["sha256"], []).append(one)
        problems = [problem for item in self.journal.items.values() if (problem := self.problem(item, found))]
        [database] = self.parts.document(f"repositories/{REPOSITORY}")["databases"]
        problems += [
            f"{tree.name} shows serial {tree.serial}, signed is {database['serial']}" for tree in self.trees
            if tree.serial != database["serial"]]
        return problems

    def problem(self, item, found):
        documents = found.get(item.sha256, [])
        if len(documents) != 1:
            return f"{item} is there {len(documents)} times"
        [document] = documents
        state = document["state"]
        self.states[item.sha256] = state
        if state == "quarantined":
            self.quarantined.add(item.sha256)
            run("reposeal", "retry", item.sha256[:16], "--scheduler", "scheduler")
            return f"{item} is quarantined"
        if state not in SETTLED:
            return f"{item} is {state}"
        if state == "published":
            return None if len(item.people) == 2 else f"{item} was published with the word of {item.people}"
        codes = [reason["code"] for reason in document["reasons"]]
        if len(item.people) == 2:
            return None if self.may_wait(item, codes) else f"{item} is {state}: {codes}"
        if item.people and not (codes and document["missing"] and document["missing"][0]["givers"]):
            return f"{item} waits and does not say for what: {document}"
        return None

    def may_wait(self, item, codes):
        """Whether everybody's word on a package may be in vain: its version has another content, or is not the newest."""
        if item.twin is not None:
            return self.states.get(item.twin.sha256) == "published" and bool(codes)
        return codes == ["downgrade"] and any(
            other.name == item.name and self.states.get(other.sha256) == "published" and number(other) > number(item)
            for other in self.journal.items.values())

    def check_bytes(self):
        """Packages and statements are what was handed in."""
        for item in self.journal.items.values():
            path = pathlib.Path("scheduler/submissions", item.sha256, item.file_name)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == item.sha256, f"{path} has another content"
        for digest, (evidence, item, person) in self.journal.evidence.items():
            status, content = self.parts.ask("GET", f"/api/v1/evidence/{digest}")
            assert status == 200, f"{person}'s word on {item} is lost: {status}"
            assert payload(content) == evidence.payload, f"{person}'s word on {item} is another one"

    def check_published(self):
        """Each tree shows the newest of all that is published, and auditors agree."""
        newest = {}
        for item in self.journal.items.values():
            if self.states[item.sha256] == "published" or item.twin is None and len(item.people) == 2:
                newest[item.name] = max(newest.get(item.name, item), item, key=number)
        for tree in self.trees:
            database = pathlib.Path(tree.tree, FOLDER, "extra.db").read_bytes()
            shown = {
                name: fields["%SHA256SUM%"] for name, fields in described(database).items()
                if name.startswith("crate-")}
            assert shown == {name: item.sha256 for name, item in newest.items()}, f"{tree.name} shows other packages"
            run("reposeal", "verify", tree.tree, "--repository", REPOSITORY, "--policy", "policy.json")
        run("reposeal", "mirror", "check", "--scheduler", "scheduler")
        changed = os.lstat(f"mirror/{FOLDER}/.reposeal/extra.db.tar.gz/current").st_mtime
        told = int(pathlib.Path("mirror/lastupdate").read_text())
        assert told >= int(changed), f"lastupdate says {told}, but the databases changed at {changed}"

    def check_log(self, leaves):
        """The enclave's log has each published package once, with the words of both, and is the scheduler's."""
        for index, leaf in enumerate(leaves):
            assert pathlib.Path(f"scheduler/log/leaves/{index}").read_bytes() == leaf, f"leaf {index} is another one"
        admissions = {}
        for leaf in map(json.loads, leaves):
            if leaf["kind"] == "admission" and leaf["name"].startswith("crate-"):
                assert (leaf["repository"], leaf["architecture"]) == (REPOSITORY, ARCHITECTURE)
                assert leaf["sha256"] not in admissions, f"{leaf['name']} was admitted twice"
                admissions[leaf["sha256"]] = leaf["evidence"]
        items = self.journal.items
        for sha256, digests in admissions.items():
            assert sha256 in items, f"somebody's {sha256} was admitted"
            assert digests == sorted(one.digest for one in items[sha256].evidence.values()), f"{items[sha256]}: evidence"
        for item in items.values():
            assert (item.sha256 in admissions) == self.was_published(item), f"{item} and the log"
        return len(admissions)

    def was_published(self, item):
        return self.states[item.sha256] == "published" or len(item.people) == 2 and item.twin is None

    def leftovers(self):
        """What lies in `incoming` and `uploads`: what a crash left, which goes after a while, and what should not be."""
        crash, other = [], []
        for folder, names, files in os.walk("scheduler/incoming"):
            for name in names + files:
                path = os.path.join(folder, name)
                is_left = any(LEFT_BY_A_CRASH.match(part) for part in pathlib.Path(path).parts)
                is_left = is_left or name in names and all(map(LEFT_BY_A_CRASH.match, os.listdir(path)))
                (crash if is_left else other).append(path)
        for path in pathlib.Path("scheduler/uploads").rglob("*"):
            if path.is_dir():
                continue
            if LEFT_BY_A_CRASH.match(path.name):
                crash.append(str(path))
            elif path.suffix != ".json" or (record := json.loads(path.read_text()))["offset"] != record["size"]:
                other.append(str(path))
        return crash, other


def number(item):
    return int(item.version.partition("-")[0])

#!/usr/bin/env python3
"""Makes a hostile job of an honest one: the bytes of a job, changed where no tool of ours would change them.

    alter.py JOB OUTPUT EDIT...

    kind=2                              update 1, refresh 2, import 3, re-signing 4
    repository=NAME architecture=NAME serial=N db=HEX
    desc:OLD=>NEW files:OLD=>NEW        text of the first package's entry; \\n is a line break
    words=HEX length+=N tail=N          of the first package's SHA-256 state; tail is N bytes of zeros
    without=state without=files without=additions
    remove=NAME                         one more removal
    twice=addition twice=change         the first one again
    only=N                              the N-th change alone, from 0
"""

import pathlib
import struct
import sys


def text(value):
    return struct.pack(">H", len(value)) + value


def counted(value):
    return struct.pack(">I", len(value)) + value


def listed(items):
    return struct.pack(">I", len(items)) + b"".join(items)


def flagged(value):
    return b"\0" if value is None else b"\1" + value


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def fixed(self, count):
        self.place += count
        return self.data[self.place - count : self.place]

    def integer(self, count):
        return int.from_bytes(self.fixed(count), "big")

    def text(self):
        return self.fixed(self.integer(2))

    def counted(self):
        return self.fixed(self.integer(4))

    def list(self, read):
        return [read() for _ in range(self.integer(4))]

    def state(self):
        return {"words": self.fixed(32), "length": self.integer(8), "tail": self.fixed(self.integer(1))}

    def addition(self):
        return {
            "desc": self.counted(), "files": self.counted() if self.integer(1) else None,
            "state": self.state() if self.integer(1) else None,
        }

    def change(self):
        return {
            "repository": self.text(), "architecture": self.text(), "serial": self.integer(8),
            "additions": self.list(self.addition), "removals": self.list(self.text),
            "db": self.fixed(32), "filesDatabase": self.fixed(32),
        }

    def job(self):
        return {"kind": self.integer(1), "changes": self.list(self.change)}


def state_bytes(state):
    return state["words"] + struct.pack(">QB", state["length"], len(state["tail"])) + state["tail"]


def addition_bytes(addition):
    files, state = addition["files"], addition["state"]
    return (
        counted(addition["desc"]) + flagged(None if files is None else counted(files))
        + flagged(None if state is None else state_bytes(state)))


def change_bytes(change):
    return (
        text(change["repository"]) + text(change["architecture"]) + struct.pack(">Q", change["serial"])
        + listed([addition_bytes(addition) for addition in change["additions"]])
        + listed([text(name) for name in change["removals"]]) + change["db"] + change["filesDatabase"])


def job_bytes(job):
    return bytes([job["kind"]]) + listed([change_bytes(change) for change in job["changes"]]) + listed([])


def replace(place, field, edit):
    old, _, new = edit.replace("\\n", "\n").partition("=>")
    if old.encode() not in place[field]:
        sys.exit(f"alter.py: {field} has no {old!r}")
    place[field] = place[field].replace(old.encode(), new.encode(), 1)


def alter(job, edit):
    change = job["changes"][0]
    addition = change["additions"][0] if change["additions"] else None
    if edit.startswith(("desc:", "files:")):
        field, _, edit = edit.partition(":")
        return replace(addition, field, edit)
    name, _, value = edit.partition("=")
    if name == "kind":
        job["kind"] = int(value)
    elif name in ("repository", "architecture"):
        change[name] = value.encode()
    elif name == "serial":
        change["serial"] = int(value)
    elif name == "db":
        change["db"] = bytes.fromhex(value)
    elif name == "words":
        addition["state"]["words"] = bytes.fromhex(value)
    elif name == "length+":
        addition["state"]["length"] += int(value)
    elif name == "tail":
        addition["state"]["tail"] = bytes(int(value))
    elif edit in ("without=state", "without=files"):
        addition[value] = None
    elif edit == "without=additions":
        change["additions"] = []
    elif name == "remove":
        change["removals"].append(value.encode())
    elif edit == "twice=addition":
        change["additions"].append(addition)
    elif edit == "twice=change":
        job["changes"].append(change)
    elif name == "only":
        job["changes"] = [job["changes"][int(value)]]
    else:
        sys.exit(f"alter.py: no such edit: {edit}")


def main():
    job = Reader(pathlib.Path(sys.argv[1]).read_bytes()).job()
    for edit in sys.argv[3:]:
        alter(job, edit)
    pathlib.Path(sys.argv[2]).write_bytes(job_bytes(job))


main()

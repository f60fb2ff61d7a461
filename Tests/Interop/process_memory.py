"""What processes have in their memory and behind their descriptors (proc(5)); for root."""

import os
import pathlib
import re
import stat
from dataclasses import dataclass, field

PIECE = 1 << 24


@dataclass
class Place:
    """Bytes of a process, and where they were."""

    name: str
    data: bytes
    flags: frozenset = frozenset()  # of the mapping, by their two letters


@dataclass
class Picture:
    """A process as it was at one moment."""

    process: int
    program: str
    places: list = field(default_factory=list)


def status(process, name):
    text = pathlib.Path(f"/proc/{process}/status").read_text()
    return re.search(rf"^{name}:\s+(.*)$", text, re.MULTILINE).group(1)


def mappings(process):
    """Each mapping that can be read: its limits, its name, its flags."""
    found = None
    for line in pathlib.Path(f"/proc/{process}/smaps").read_text().splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$", line)
        if head:
            found = int(head[1], 16), int(head[2], 16), head[3], head[4]
        elif line.startswith("VmFlags:") and found[2][0] == "r" and found[3] not in ("[vvar]", "[vsyscall]"):
            yield found[0], found[1], found[3] or "memory", frozenset(line.split()[1:])


def memory(process):
    """Everything in a process's memory."""
    with open(f"/proc/{process}/mem", "rb", buffering=0) as file:
        for start, end, name, flags in mappings(process):
            data = bytearray()
            try:
                while start + len(data) < end:
                    piece = os.pread(file.fileno(), min(PIECE, end - start - len(data)), start + len(data))
                    if not piece:
                        break
                    data += piece
            except OSError:
                pass  # Beyond the end of the file that is mapped there.
            yield Place(f"{name} at {start:x}", bytes(data), flags)


def descriptors(process):
    """The contents of the files that a process has open; what runs through pipes and sockets is not kept anywhere."""
    for entry in sorted(pathlib.Path(f"/proc/{process}/fd").iterdir(), key=lambda entry: int(entry.name)):
        target = os.readlink(entry)
        if stat.S_ISREG(entry.stat().st_mode):
            yield Place(f"descriptor {entry.name}, {target}", entry.read_bytes())
        else:
            yield Place(f"descriptor {entry.name}, {target}", b"")


class Camera:
    """Takes processes down; what many of them have alike, such as a program, is kept once."""

    def __init__(self):
        self.kept = {}

    def picture(self, process):
        """A process now; None if it ended meanwhile."""
        try:
            taken = Picture(process, status(process, "Name"))
            for place in (*memory(process), *descriptors(process)):
                place.data = self.kept.setdefault(place.data, place.data)
                taken.places.append(place)
            return taken
        except (FileNotFoundError, ProcessLookupError):
            return None


class Search:
    """Looks for secrets, in bytes that are the same once."""

    def __init__(self, secrets):
        self.secrets = secrets
        self.known = {}

    def found(self, data):
        """The secrets of which there is a piece."""
        if data not in self.known:
            self.known[data] = [
                secret for secret in self.secrets if any(piece in data for piece in secret.pieces)]
        return self.known[data]

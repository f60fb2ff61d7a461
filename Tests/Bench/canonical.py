"""Changes databases in the canonical form (docs/spec/repository-database.md) as a scheduler must, in little time."""

import hashlib
import struct
import zlib

import tar

BOUNDARY = {"db": 128, "files": 5120}


def name_of(directory: str) -> str:
    return directory.rsplit("-", 2)[0]


def begins(directory: str, kind: str) -> bool:
    """Whether a chunk begins at this directory wherever it stands."""
    return int.from_bytes(hashlib.sha256(name_of(directory).encode()).digest()[:2], "big") < BOUNDARY[kind]


def compressed(content: bytes, first: str) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15, 8)
    data = deflate.compress(content) + deflate.flush()
    name = first.encode()
    head = bytes.fromhex("1f8b0804000000000003") + struct.pack("<H2sH", 8 + len(name), b"RS", 4 + len(name))
    length = struct.pack("<I", len(head) + 4 + len(name) + len(data) + 8)
    return head + length + name + data + struct.pack("<II", zlib.crc32(content), len(content))


def entry(directory: str, desc: bytes, files: bytes | None) -> bytes:
    """The members of an entry; `files` is None in a `.db`."""
    made = tar.member(f"{directory}/", kind=tar.DIRECTORY, clock=0) + tar.member(f"{directory}/desc", desc, clock=0)
    return made + (tar.member(f"{directory}/files", files, clock=0) if files is not None else b"")


def entries(content: bytes) -> dict[str, bytes]:
    """The members of each entry in a chunk, by directory and in order."""
    found: dict[str, bytes] = {}
    place = start = 0
    directory = ""
    while place < len(content):
        path = content[place : place + 100].rstrip(b"\0").decode()
        if content[place + 156 : place + 157] == tar.DIRECTORY:
            start, directory = place, path.rstrip("/")
        size = int(content[place + 124 : place + 135], 8)
        place += tar.BLOCK + -(-size // tar.BLOCK) * tar.BLOCK
        found[directory] = content[start:place]
    return found


def texts(members: bytes) -> list[bytes]:
    """The contents of an entry's files, `desc` first."""
    found, place = [], tar.BLOCK
    while place < len(members):
        size = int(members[place + 124 : place + 135], 8)
        found.append(members[place + tar.BLOCK : place + tar.BLOCK + size])
        place += tar.BLOCK + -(-size // tar.BLOCK) * tar.BLOCK
    return found


def length_of(member: bytes) -> int:
    return struct.unpack("<I", member[-4:])[0]


class Database:
    """A `.db` or `.files` of which no chunk was begun by its limit."""

    def __init__(self, kind: str, data: bytes = b""):
        self.kind = kind
        self.firsts: list[str] = []
        self.members: list[bytes] = []
        while data:
            extra, length = struct.unpack("<H", data[10:12])[0], struct.unpack("<I", data[16:20])[0]
            self.firsts.append(data[20 : 12 + extra].decode())
            self.members.append(data[:length])
            data = data[length:]

    @classmethod
    def made(cls, kind: str, contents: dict[str, bytes]) -> "Database":
        """The database of these entries, by directory."""
        database = cls(kind)
        chunks: list[tuple[str, list[bytes]]] = []
        for directory in sorted(contents, key=str.encode):
            if not chunks or begins(directory, kind):
                chunks.append((directory, []))
            chunks[-1][1].append(contents[directory])
        for first, parts in chunks:
            database.firsts.append(first)
            database.members.append(compressed(b"".join(parts), first))
        database.firsts.append("")
        database.members.append(b"")
        database.end()
        return database

    def digest(self) -> bytes:
        whole = hashlib.sha256()
        for member in self.members:
            whole.update(member)
        return whole.digest()

    def chunk(self, directory: str) -> tuple[int, dict[str, bytes]]:
        """Where the chunk is that a directory belongs into, and its entries."""
        firsts = [first.encode() for first in self.firsts[:-1]]
        index = max((i for i, first in enumerate(firsts) if first <= directory.encode()), default=0)
        member = self.members[index]
        content = zlib.decompress(member[12 + struct.unpack("<H", member[10:12])[0] : -8], -15)
        return index, entries(content)

    def upgraded(self, old: str, new: str, members: bytes) -> bool:
        """Puts a new version in the place of an old one; false where more than one chunk would change."""
        index, present = self.chunk(old)
        if old == self.firsts[index] or self.chunk(new)[0] != index:
            return False
        del present[old]
        present[new] = members
        content = b"".join(present[directory] for directory in sorted(present, key=str.encode))
        self.members[index] = compressed(content, self.firsts[index])
        self.end()
        return True

    def added(self, directory: str, members: bytes) -> None:
        """Puts an entry that begins no chunk into the one where it belongs."""
        index, present = self.chunk(directory)
        present[directory] = members
        content = b"".join(present[directory] for directory in sorted(present, key=str.encode))
        self.members[index] = compressed(content, self.firsts[index])

    def end(self) -> None:
        """Makes the end of the archive anew."""
        self.members[-1] = compressed(tar.end(sum(length_of(member) for member in self.members[:-1])), "")

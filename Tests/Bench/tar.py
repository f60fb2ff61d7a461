"""POSIX ustar, just enough of it and fast enough for tens of thousands of entries."""

BLOCK = 512
DIRECTORY, FILE = b"5", b"0"


def member(path: str, content: bytes = b"", kind: bytes = FILE, clock: int = 1_560_000_000) -> bytes:
    """One member with its padding, last changed at `clock`."""
    header = member_header(path, len(content), kind, clock)
    return b"".join((header, content, bytes(-len(content) % BLOCK)))


def member_header(path: str, size: int, kind: bytes = FILE, clock: int = 1_560_000_000) -> bytes:
    """A header; the path must have at most 100 bytes."""
    name = path.encode()
    if len(name) > 100:
        raise ValueError(f"{path} is longer than the name field")
    mode = b"0000755" if kind == DIRECTORY else b"0000644"
    fields = b"%s\0%s\0%s\0%011o\0%011o\0" % (mode, b"0000000", b"0000000", size, clock)
    tail = kind + bytes(100) + b"ustar\x0000" + b"root".ljust(32, b"\0") * 2 + b"0000000\0" * 2
    header = name.ljust(100, b"\0") + fields + b" " * 8 + tail
    checksum = b"%06o\0 " % sum(header)
    return (header[:148] + checksum + header[156:]).ljust(BLOCK, b"\0")


def end(length: int) -> bytes:
    """The zero bytes after `length` bytes of members."""
    return bytes(2 * BLOCK + -(length + 2 * BLOCK) % 10240)

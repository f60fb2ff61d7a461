#!/usr/bin/env python3
"""The link's codecs as others wrote them: the PyPI packages cobs and crc32c.

Reads lines of hexadecimal digits and answers each with three words: its COBS encoding, the bytes that it is the shortest
COBS encoding of (`-` if there are none), and its CRC-32C. No bytes are written as `.`.
"""

import sys

from cobs import cobs
from crc32c import crc32c


def text(data: bytes) -> str:
    return data.hex() or "."


def decoded(data: bytes) -> str:
    try:
        content = cobs.decode(data)
    except cobs.DecodeError:
        return "-"
    return text(content) if cobs.encode(content) == data else "-"


for line in sys.stdin:
    given = bytes.fromhex(line.strip().strip("."))
    print(text(cobs.encode(given)), decoded(given), f"{crc32c(given):08x}")

"""Keeps the beginning of a large message as an enclave does that was interrupted: spool.py FILE BYTES.

The format is that of docs/spec/protocol.md, "Interrupted messages".
"""

import os
import struct
import sys

TABLE = []
for value in range(256):
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    TABLE.append(value)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


identity, end = bytes(32), int(sys.argv[2])
with open(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as spool:
    spool.write(b"RSSPOOL1" + identity)
    for start in range(0, end, 1 << 17):
        piece = os.urandom(min(1 << 17, end - start))
        check = crc32c(identity + struct.pack(">Q", start) + piece)
        spool.write(struct.pack(">I", len(piece)) + piece + struct.pack(">I", check))

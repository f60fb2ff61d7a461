"""Keeps the beginning of a large message as an enclave does that was interrupted: spool.py FILE BYTES.

The format is that of docs/spec/protocol.md, "Interrupted messages".
"""

import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Interop"))
from client import crc32c  # noqa: E402

identity, end = bytes(32), int(sys.argv[2])
with open(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as spool:
    spool.write(b"RSSPOOL1" + identity)
    for start in range(0, end, 1 << 17):
        piece = os.urandom(min(1 << 17, end - start))
        check = crc32c(identity + struct.pack(">Q", start) + piece)
        spool.write(struct.pack(">I", len(piece)) + piece + struct.pack(">I", check))

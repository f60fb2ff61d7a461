#!/usr/bin/env python3
"""Writes vectors.json from docs/spec/protocol.md alone, without any code of Reposeal."""

import hashlib
import json
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Interop"))
from client import cobs, crc32c  # noqa: E402


def frame(kind, flags, sequence, acknowledgement, payload):
    data = struct.pack(">BBBBIIH", 1, kind, flags, 0, sequence, acknowledgement, len(payload)) + payload
    return b"\0" + cobs(data + struct.pack(">I", crc32c(data))) + b"\0"


def text(value):
    return struct.pack(">H", len(value)) + value


assert crc32c(b"123456789") == 0xE3069283

hello = b"RSHELLO1" + struct.pack(">HHHHQ", 2, 2, 512, 64, 1 << 26) + bytes(range(8)) + bytes(8) + b"\x01"
hello += b"\x11" * 32
hello += text(b"zlib 1.2.13") + text(b"1.0") + text(b"log.example") + struct.pack(">Q", 1) + b"\x22" * 32
hello += struct.pack(">Q", 77) + b"\x01" + b"\x55" * 32 + struct.pack(">Q", 65536)

token = struct.pack(">H", 2) + text(b"scheduler") + text(b"log.example") + struct.pack(">Q", 1) + bytes(range(32))
token += struct.pack(">QQ", 1000, 2000) + b"\x01" + hashlib.sha256(b"").digest()

demand = b"\x01" + struct.pack(">I", 1) + text(b"extra") + text(b"x86_64") + struct.pack(">Q", 4)
demand += struct.pack(">I", 1) + struct.pack(">I", 4) + b"desc" + b"\0\0"
demand += struct.pack(">I", 1) + text(b"acl") + b"\x33" * 32 + b"\x44" * 32

body = b"\x04"
content = b"content"
head = bytes([2, 0]) + struct.pack(">III", len(body), len(body), 0) + content

vectors = {
    "acknowledgement": frame(3, 0, 0, 7, b"").hex(),
    "answerMessage": frame(2, 3, 0, 1, text(head) + body).hex(),
    "hello": frame(1, 0, 0, 0, hello).hex(),
    "job": (demand + struct.pack(">I", 0)).hex(),
    "jobHash": hashlib.sha256(b"reposeal job v1\n" + demand).hexdigest(),
    "gap": frame(4, 0, 9, 7, b"\x05\x80").hex(),
    "longFrame": frame(2, 0, 1, 2, bytes(range(1, 256)) + bytes(range(256))).hex(),
    "reset": frame(5, 0, 0, 0, b"busy").hex(),
    "statusToken": token.hex(),
}
pathlib.Path(__file__).with_name("vectors.json").write_text(json.dumps(vectors, indent=2) + "\n")

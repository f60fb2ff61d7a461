#!/usr/bin/env python3
"""Asks that packages of a database be signed again, and unpacks what the enclave signed.

    resign.py job OUTPUT FOLDER REPOSITORY SERIAL [PACKAGE...]   the job, on top of the scheduler's FOLDER/{db,files}
    resign.py unpack ANSWER FOLDER                               db.sig, files.sig and FILE.sig of an answer kept by peer.py
"""

import gzip
import hashlib
import io
import pathlib
import struct
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Interop"))
from client import Reader, counted, text  # noqa: E402
from sha256_state import state  # noqa: E402

RESIGN = 4


def descriptions(database):
    """The entries' descriptions by file name."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(database))) as archive:
        for item in archive:
            if item.isfile():
                desc = archive.extractfile(item).read()
                found[desc.decode().split("%FILENAME%\n")[1].split("\n")[0]] = desc
    return found


def job(output, folder, repository, serial, *packages):
    databases = [pathlib.Path(folder, kind).read_bytes() for kind in ("db", "files")]
    present = descriptions(databases[0])
    additions = [
        counted(present[path.name]) + b"\0\1" + state(path.read_bytes()) for path in map(pathlib.Path, packages)]
    change = text(repository) + text("x86_64") + struct.pack(">QI", int(serial), len(additions)) + b"".join(additions)
    change += struct.pack(">I", 0) + b"".join(hashlib.sha256(database).digest() for database in databases)
    pathlib.Path(output).write_bytes(bytes([RESIGN]) + struct.pack(">I", 1) + change + struct.pack(">I", 0))


def unpack(answer, folder):
    reader = Reader(pathlib.Path(answer).read_bytes())
    assert reader.integer(1) == 2, "the answer is no outcome"
    reader.fixed(32)

    def database():
        reader.text(), reader.text(), reader.fixed(8 + 64)
        signatures = {"db.sig": reader.counted(), "files.sig": reader.counted()}
        reader.fixed(16)
        return signatures

    signatures = {name: packet for one in reader.list(database) for name, packet in one.items()}
    for name, packet in reader.list(lambda: (f"{reader.text()}.sig", reader.counted())):
        signatures[name] = packet
    for name, packet in signatures.items():
        pathlib.Path(folder, name).write_bytes(packet)


{"job": job, "unpack": unpack}[sys.argv[1]](*sys.argv[2:])

"""A broker that sometimes answers wrongly: faulty.py SOCKET BROKER FAULTS.

Listens on SOCKET and passes everything on to BROKER and back, but for the faults that the file FAULTS lists when a request
comes, one a line: KIND HOW. KIND is digests, checkpoint, answer or self-test; HOW is one of

    wrong   the signature has one bit changed
    refuse  the signer "did not do its work"
    hold    no answer, until the monitor goes away; `held` is printed
    wait    no answer, until the file no longer says so; `held` is printed

The records are those of docs/spec/jails.md.
"""

import os
import select
import socket
import struct
import sys
import time

KINDS = {1: "digests", 2: "checkpoint", 3: "answer", 4: "self-test"}
RECORD_BYTES = {1: 32, 2: 72, 3: 184, 4: 0}
HEADER_BYTES, SIGNATURE_BYTES = 80, 516


def read(peer, count):
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def fault(path, kind):
    with open(path, encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words and words[0] == KINDS[kind]:
                return words[1]
    return None


def serve(monitor, broker, faults):
    while True:
        header = read(monitor, HEADER_BYTES)
        kind, job, records = header[4], header[40:72], struct.unpack(">I", header[72:76])[0]
        request = header + read(monitor, RECORD_BYTES[kind] * records)
        how = fault(faults, kind)
        if how == "refuse":
            monitor.sendall(b"RSR1" + bytes([3, 0, 0, 0]) + job)
            continue
        if how == "hold":
            print("held", flush=True)
            select.select([monitor], [], [])
            raise EOFError
        if how == "wait":
            print("held", flush=True)
            while fault(faults, kind) == "wait":
                time.sleep(0.02)
        broker.sendall(request)
        answer = bytearray(read(broker, 40))
        if answer[4] == 0:
            answer += read(broker, SIGNATURE_BYTES * max(records, 1))
            if how == "wrong":
                answer[40 + 2 + 10] ^= 1
        monitor.sendall(answer)


def main():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    os.chmod(sys.argv[1], 0o600)
    listener.listen()
    while True:
        monitor, _ = listener.accept()
        with monitor, socket.socket(socket.AF_UNIX) as broker:
            broker.connect(sys.argv[2])
            try:
                serve(monitor, broker, sys.argv[3])
            except (EOFError, ConnectionError):
                continue


main()

#!/usr/bin/env python3
"""A scheduler that need not be honest, written from docs/spec/protocol.md alone.

    peer.py ask SOCKET SCHEDULER-DIRECTORY JOB [EVIDENCE...]   asks for a job with just this evidence
    peer.py link SOCKET SCHEDULER-DIRECTORY ATTACK             does something that the protocol forbids

It prints what the enclave said and believes nothing that the enclave's answer key did not sign.
"""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time

HELLO, DATA, ACK, NAK, RESET = 1, 2, 3, 4, 5
FIRST, LAST = 1, 2
TIMEOUT = 100


class Ended(Exception):
    """The enclave closed the link, perhaps after saying why."""


# Frames (sections 1 and 2).


def crc32c_table():
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        yield byte


TABLE = list(crc32c_table())


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def cobs(data):
    out = bytearray()
    blocks = data.split(b"\0")
    for number, block in enumerate(blocks):
        while len(block) >= 254:
            out += b"\xff" + block[:254]
            block = block[254:]
            if not block and number == len(blocks) - 1:
                return bytes(out)
        out += bytes([len(block) + 1]) + block
    return bytes(out)


def uncobs(data):
    out, place = bytearray(), 0
    while place < len(data):
        code = data[place]
        out += data[place + 1 : place + code]
        place += code
        if code != 255 and place < len(data):
            out.append(0)
    return bytes(out)


def frame(kind, flags, sequence, acknowledgement, payload, version=1, damage=0):
    data = struct.pack(">BBBBIIH", version, kind, flags, 0, sequence, acknowledgement, len(payload)) + payload
    return b"\0" + cobs(data + struct.pack(">I", crc32c(data) ^ damage)) + b"\0"


def text(value):
    return struct.pack(">H", len(value.encode())) + value.encode()


def counted(value):
    return struct.pack(">I", len(value)) + value


class Link:
    """One connection to the enclave."""

    def __init__(self, path, policy):
        self.sent = self.expected = 0
        self.buffer = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(path)
        self.hello = (
            b"RSHELLO1" + struct.pack(">HHHHQ", 1, 1, 512, 64, 1 << 26) + os.urandom(8) + b"\x01" + bytes(32)
            + text("none") + text("peer.py") + text(policy["enclave"]["logOrigin"])
            + struct.pack(">Q", int(policy["enclave"]["epoch"])) + bytes(32) + struct.pack(">Q", 0)
        )

    def greet(self):
        self.raw(frame(HELLO, 0, 0, 0, self.hello))
        kind, _, _, payload = self.frame()
        if kind != HELLO:
            raise Ended(f"sent a frame of type {kind} instead of HELLO")
        return payload

    def raw(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # What was said before the end is still to be read.

    def frame(self):
        while True:
            piece, mark, rest = self.buffer.partition(b"\0")
            if mark:
                self.buffer = rest
                if piece:
                    break
                continue
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            except socket.timeout:
                raise Ended("said nothing in time") from None
            if not more:
                raise Ended("closed the link")
            self.buffer += more
        data = uncobs(piece)
        if crc32c(data[:-4]) != struct.unpack(">I", data[-4:])[0]:
            raise Ended("sent a frame with a bad checksum")
        _, kind, flags, _, sequence, acknowledgement, _ = struct.unpack(">BBBBIIH", data[:14])
        if kind == RESET:
            raise Ended(f"reset: {data[14:-4].decode()}")
        return kind, flags, (sequence, acknowledgement), data[14:-4]

    def send(self, body, declared=None):
        envelope = b"RSM1" + bytes([1, 0, 0, 0]) + struct.pack(">QQ", *(declared or (len(body), len(body))))
        data = envelope + hashlib.sha256(body).digest() + struct.pack(">Q", 0) + body
        pieces = [data[start : start + 512] for start in range(0, len(data), 512)]
        acknowledged = 0
        for number, piece in enumerate(pieces):
            flags = (FIRST if number == 0 else 0) | (LAST if number == len(pieces) - 1 else 0)
            self.raw(frame(DATA, flags, self.sent, self.expected, piece))
            self.sent += 1
            while number + 1 - acknowledged >= 64 or (flags & LAST and acknowledged < len(pieces)):
                kind, _, (_, acknowledgement), _ = self.frame()
                if kind == ACK:
                    acknowledged = acknowledgement - (self.sent - number - 1)

    def receive(self):
        data = b""
        while True:
            kind, flags, (sequence, _), payload = self.frame()
            if kind != DATA:
                continue
            assert sequence == self.expected, "a frame out of order"
            data += payload
            self.expected += 1
            if flags & LAST or self.expected % 32 == 0:
                self.raw(frame(ACK, 0, self.sent, self.expected, b""))
            if flags & LAST:
                assert data[:5] == b"RSM1\x02" and hashlib.sha256(data[64:]).digest() == data[24:56]
                return data[64:]


# Signatures, by openssl.


def pae(kind, body):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)


def openssl(*words, content):
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return subprocess.run(
            ["openssl", "pkeyutl", *words, "-rawin", "-in", file.name], check=True, capture_output=True).stdout


def sign(seed, kind, body):
    with tempfile.NamedTemporaryFile() as key:
        key.write(bytes.fromhex("302e020100300506032b657004220420") + seed)
        key.flush()
        return openssl("-sign", "-keyform", "DER", "-inkey", key.name, content=pae(kind, body))


def verify(public, kind, body, signature):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as made:
        key.write(bytes.fromhex("302a300506032b6570032100") + public)
        key.flush()
        made.write(signature)
        made.flush()
        names = ["-inkey", key.name, "-sigfile", made.name]
        openssl("-verify", "-pubin", "-keyform", "DER", *names, content=pae(kind, body))


# Requests and answers (sections 4 and 5).


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def fixed(self, count):
        self.place += count
        assert self.place <= len(self.data), "the enclave's bytes end too early"
        return self.data[self.place - count : self.place]

    def integer(self, count):
        return int.from_bytes(self.fixed(count), "big")

    def counted(self):
        return self.fixed(self.integer(4))

    def text(self):
        return self.fixed(self.integer(2)).decode()

    def list(self, read):
        return [read() for _ in range(self.integer(4))]


def demand(job):
    """The part of a job before its evidence."""
    reader = Reader(job)
    reader.integer(1)

    def state():
        reader.fixed(40)
        reader.fixed(reader.integer(1))

    def addition():
        reader.counted()
        if reader.integer(1):
            reader.counted()
        if reader.integer(1):
            state()

    def change():
        reader.text()
        reader.text()
        reader.integer(8)
        reader.list(addition)
        reader.list(reader.text)
        reader.fixed(64)

    reader.list(change)
    return job[: reader.place]


def statement(path):
    envelope = json.loads(pathlib.Path(path).read_text())

    def decoded(value):
        return base64.b64decode(value.replace("-", "+").replace("_", "/") + "==")

    return counted(decoded(envelope["payload"])) + counted(decoded(envelope["signatures"][0]["sig"])) + text("")


class Scheduler:
    """Who asks: the identity and the key of a scheduler's directory, unless told otherwise."""

    def __init__(self, directory, options):
        folder = pathlib.Path(directory)
        self.policy = json.loads((folder / "policy.json").read_text())
        key = options.key or folder / "request.key"
        self.seed = bytes.fromhex(pathlib.Path(key).read_text().split()[1])
        self.name = options.name
        self.shift = options.shift
        self.origin = options.origin or self.policy["enclave"]["logOrigin"]

    def request(self, kind, body):
        now = int(time.time()) + self.shift
        epoch = int(self.policy["enclave"]["epoch"])
        self.nonce = os.urandom(32)
        self.data = (
            struct.pack(">H", 1) + text(self.name) + text(self.origin) + struct.pack(">Q", epoch) + self.nonce
            + struct.pack(">QQ", now - 60, now + 240) + bytes([kind]) + body)
        return counted(self.data) + sign(self.seed, "application/vnd.reposeal.request.v1", self.data)

    def answer(self, message):
        """The body of an answer, once all that the specification says about it holds."""
        reader = Reader(message)
        body, record, signature = reader.counted(), reader.fixed(184), reader.fixed(64)
        assert reader.place == len(message), "bytes after the answer"
        key = bytes.fromhex(self.policy["enclave"]["answerKey"])
        verify(key, "application/vnd.reposeal.answer.v1", record, signature)
        assert record[:32] == hashlib.sha256(body).digest(), "the answer's body"
        assert record[64:96] == self.nonce, "the answer's nonce"
        assert record[96:128] == hashlib.sha256(self.data).digest(), "the answer's request"
        return body

    def show(self, body):
        """Prints an answer; true if nothing was refused."""
        reader = Reader(body)
        kind = reader.integer(1)
        if kind == 1:
            print("status", reader.text(), "policy", reader.integer(8))
        elif kind == 2:
            reader.fixed(32)

            def database():
                place = f"{reader.text()}/{reader.text()} serial {reader.integer(8)}"
                reader.fixed(64), reader.counted(), reader.counted(), reader.fixed(16)
                return place

            print("signed", ", ".join(reader.list(database)))
        elif kind == 3:
            for refusal in reader.list(lambda: [reader.text(), *reader.list(reader.text)]):
                print("refused", *refusal)
        else:
            print("answer of kind", kind)
        return kind != 3


def ask(options):
    scheduler = Scheduler(options.scheduler, options)
    job = demand(pathlib.Path(options.words[0]).read_bytes())
    evidence = [statement(path) for path in options.words[1:]]
    link = Link(options.socket, scheduler.policy)
    link.greet()
    link.send(scheduler.request(2, job + struct.pack(">I", len(evidence)) + b"".join(evidence)))
    body = scheduler.answer(link.receive())
    if options.save:
        pathlib.Path(options.save).write_bytes(body)
    return scheduler.show(body)


# Links that break the rules; each function ends with what the enclave said about it.


def end(link):
    while True:
        link.frame()


def garbage(link, scheduler):
    link.raw(b"\0".join(os.urandom(900).replace(b"\0", b"x") for _ in range(100)) + b"\0")
    end(link)


def bad_crc(link, scheduler):
    link.greet()
    link.raw(frame(DATA, FIRST, 0, 0, b"RSM1", damage=1))
    end(link)


def frame_version(link, scheduler):
    link.raw(frame(HELLO, 0, 0, 0, link.hello, version=9))
    end(link)


def hello_version(link, scheduler):
    link.hello = link.hello[:8] + struct.pack(">HH", 7, 9) + link.hello[12:]
    link.greet()
    end(link)


def truncated(link, scheduler):
    link.greet()
    link.send(scheduler.request(1, b"")[:-1])
    end(link)


def vanishing(link, scheduler):
    """Goes away in the middle of a message."""
    link.greet()
    link.raw(frame(DATA, FIRST, 0, 0, b"RSM1" + bytes([1, 0, 0, 0]) + struct.pack(">QQ", 5000, 5000) + bytes(200)))
    link.socket.close()
    print("went away")
    sys.exit(0)


def oversize(link, scheduler):
    link.greet()
    link.send(b"", declared=(1 << 40, 1 << 40))
    end(link)


def false_digest(link, scheduler):
    link.greet()
    body = scheduler.request(1, b"")
    envelope = b"RSM1" + bytes([1, 0, 0, 0]) + struct.pack(">QQ", len(body), len(body))
    link.raw(frame(DATA, FIRST | LAST, 0, 0, envelope + bytes(32) + struct.pack(">Q", 0) + body))
    end(link)


def out_of_order(link, scheduler):
    link.greet()
    link.raw(frame(DATA, FIRST, 5, 0, b"RSM1"))
    end(link)


def second_peer(link, scheduler):
    """Is served, lets another one try, and asks on."""
    link.greet()
    # The enclave now waits for this one's request.
    other = Link(link.socket.getpeername(), scheduler.policy)
    try:
        other.greet()
        print("the second one is served too")
    except Ended as ended:
        print("the second one:", ended)
    status(link, scheduler)


def status(link, scheduler):
    link.send(scheduler.request(1, b""))
    scheduler.show(scheduler.answer(link.receive()))


def twice(link, scheduler):
    """Two requests over one connection, the same one once more, which has a window and no state."""
    link.greet()
    status(link, scheduler)
    link.send(counted(scheduler.data) + sign(scheduler.seed, "application/vnd.reposeal.request.v1", scheduler.data))
    scheduler.show(scheduler.answer(link.receive()))


ATTACKS = {
    name.__name__.replace("_", "-"): name
    for name in [
        garbage, bad_crc, frame_version, hello_version, truncated, vanishing, oversize, false_digest, out_of_order,
        second_peer, twice,
    ]
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ask", "link"])
    parser.add_argument("socket")
    parser.add_argument("scheduler")
    parser.add_argument("words", nargs="+")
    parser.add_argument("--name", default="scheduler", help="the scheduler's name in requests")
    parser.add_argument("--key", help="the key that signs requests")
    parser.add_argument("--origin", help="the log origin that requests name")
    parser.add_argument("--shift", type=int, default=0, help="seconds by which the request's window is moved")
    parser.add_argument("--save", help="where to write the body of the answer")
    options = parser.parse_args()
    try:
        if options.what == "ask":
            sys.exit(0 if ask(options) else 1)
        scheduler = Scheduler(options.scheduler, options)
        ATTACKS[options.words[0]](Link(options.socket, scheduler.policy), scheduler)
    except Ended as ended:
        print(f"the enclave {ended}")
        sys.exit(1)


main()

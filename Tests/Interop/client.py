"""The line between scheduler and enclave, written from docs/spec alone: frames, messages, requests, answers.

It believes nothing that the enclave's answer key did not sign. Only Python's own library, and openssl for Ed25519.
"""

import base64
import hashlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import tempfile
import time

HELLO, DATA, ACK, NAK, RESET = 1, 2, 3, 4, 5
FIRST, LAST = 1, 2
TIMEOUT = 100
LARGE = 1 << 16  # bytes of a body above which it may come in several pieces


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
    """UTF-8 after a count of 16 bits."""
    value = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(value)) + value


def counted(value):
    return struct.pack(">I", len(value)) + value


class Link:
    """One connection to the enclave."""

    def __init__(self, path, policy, accepted=None):
        self.sent = self.expected = 0
        self.crossed = 0  # bytes in both directions, frames and acknowledgements included
        self.buffer = b""
        self.socket = accepted or socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        if accepted is None:
            self.socket.connect(path)
        self.hello = (
            b"RSHELLO1" + struct.pack(">HHHHQ", 2, 2, 512, 64, 1 << 26) + os.urandom(8) + bytes(8) + b"\x01" + bytes(32)
            + text("none") + text("peer.py") + text(policy["enclave"]["logOrigin"])
            + struct.pack(">Q", int(policy["enclave"]["epoch"])) + bytes(32) + struct.pack(">Q", 0)
            + b"\0"
        )

    def greet(self):
        self.raw(frame(HELLO, 0, 0, 0, self.hello))
        kind, _, _, payload = self.frame()
        if kind != HELLO:
            raise Ended(f"sent a frame of type {kind} instead of HELLO")
        assert payload[32:40] == self.hello[24:32], "the answer to another hello"
        self.number(self.hello, payload)
        return payload

    def number(self, own, peer):
        """Each side's first frame has the first bytes of its nonce as number."""
        self.sent, self.expected = (struct.unpack(">I", hello[24:28])[0] for hello in (own, peer))

    def raw(self, data):
        self.crossed += len(data)
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
                self.crossed += len(more)
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

    def send(self, message):
        """Sends a message: a head with its count, and a body."""
        pieces = [message[place : place + 512] for place in range(0, len(message), 512)]
        start, acknowledged = self.sent, 0
        for number, piece in enumerate(pieces):
            flags = (FIRST if number == 0 else 0) | (LAST if number == len(pieces) - 1 else 0)
            self.raw(frame(DATA, flags, self.sent, self.expected, piece))
            self.sent = (self.sent + 1) % 2**32
            while number + 1 - acknowledged >= 64 or (flags & LAST and acknowledged < len(pieces)):
                kind, _, (_, acknowledgement), _ = self.frame()
                if kind == ACK:
                    acknowledged = (acknowledgement - start) % 2**32

    def receive(self, expected_kind=2):
        """The content of a message's head, and its body, which crossed as it is."""
        encoding, content, body, length = self.receive_message(expected_kind)
        assert encoding == 0 and len(body) == length, "a body that is deflated"
        return content, body

    def receive_message(self, expected_kind=2):
        """The encoding of a message, the content of its head, the encoded body, and the length that it comes to."""
        data = b""
        while True:
            kind, flags, (sequence, _), payload = self.frame()
            if kind != DATA:
                continue
            if sequence != self.expected:
                self.raw(frame(ACK, 0, self.sent, self.expected, b""))
                continue
            data += payload
            self.expected = (self.expected + 1) % 2**32
            if flags & LAST or self.expected % 32 == 0:
                self.raw(frame(ACK, 0, self.sent, self.expected, b""))
            if flags & LAST:
                reader = Reader(data)
                head = Reader(reader.fixed(reader.integer(2)))
                assert head.integer(1) == expected_kind, "a message of another kind"
                encoding, encoded, decoded, offset = (head.integer(1), *(head.integer(4) for _ in range(3)))
                body = data[reader.place :]
                assert (encoded, offset) == (len(body), 0), "the length of the encoded body"
                return encoding, head.data[head.place :], body, decoded


def message(kind, content, body, declared=None):
    """A message whose body crosses as it is."""
    lengths = declared or (len(body), len(body))
    return text(bytes([kind, 0]) + struct.pack(">III", *lengths, 0) + content) + body


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


def verify_bytes(public, content, signature):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as made:
        key.write(bytes.fromhex("302a300506032b6570032100") + public)
        key.flush()
        made.write(signature)
        made.flush()
        names = ["-inkey", key.name, "-sigfile", made.name]
        openssl("-verify", "-pubin", "-keyform", "DER", *names, content=content)


def verify(public, kind, body, signature):
    verify_bytes(public, pae(kind, body), signature)


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


def statement(path):
    """The statement in an envelope's file, as a job carries it."""
    envelope = json.loads(pathlib.Path(path).read_text())

    def decoded(value):
        return base64.b64decode(value.replace("-", "+").replace("_", "/") + "==")

    return counted(decoded(envelope["payload"])) + counted(decoded(envelope["signatures"][0]["sig"])) + text("")


def demand(job):
    """The part of a job before its evidence, which the job hash covers."""
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


def subject(kind, body):
    """The hash of the job that a request is about, or zeros; motions are not known here."""
    if kind == 2:
        return hashlib.sha256(b"reposeal job v1\n" + demand(body)).digest()
    return body if kind == 3 else bytes(32)


class Scheduler:
    """Who asks: the identity and the key of a scheduler's directory, unless told otherwise."""

    def __init__(self, directory, key=None, name="scheduler", shift=0, origin=None, epoch=None):
        folder = pathlib.Path(directory)
        self.policy = json.loads((folder / "policy.json").read_text())
        self.seed = bytes.fromhex(pathlib.Path(key or folder / "request.key").read_text().split()[1])
        self.name = name
        self.shift = shift
        self.origin = origin or self.policy["enclave"]["logOrigin"]
        self.epoch = epoch or int(self.policy["enclave"]["epoch"])

    def request(self, kind, body):
        """The message of a request."""
        now = int(time.time()) + self.shift
        self.nonce, self.subject = os.urandom(32), subject(kind, body)
        self.token = (
            struct.pack(">H", 2) + text(self.name) + text(self.origin) + struct.pack(">Q", self.epoch) + self.nonce
            + struct.pack(">QQ", now - 60, now + 240) + bytes([kind]) + hashlib.sha256(body).digest())
        return message(1, self.signed(self.token), body)

    def signed(self, token):
        """A token with its signature, the content of a request's head."""
        return counted(token) + sign(self.seed, "application/vnd.reposeal.request.v2", token)

    def answer(self, content, body, is_large=None):
        """The body of an answer, once the enclave has signed the record that this request and this answer make."""
        reader = Reader(content)
        names_job, log, time_and_signature = reader.integer(1), reader.fixed(8 + 32), reader.fixed(8 + 64)
        digest = hashlib.sha256(body).digest()
        if len(body) > LARGE if is_large is None else is_large:
            assert reader.fixed(32) == digest, "the digest of a large body"
        assert reader.place == len(content) and names_job in (0, 1), "the head of the answer"
        job = self.subject if names_job else bytes(32)
        self.record = digest + job + self.nonce + hashlib.sha256(self.token).digest() + log
        self.record += time_and_signature[:8] + bytes(8)
        key = bytes.fromhex(self.policy["enclave"]["answerKey"])
        verify(key, "application/vnd.reposeal.answer.v1", self.record, time_and_signature[8:])
        return body

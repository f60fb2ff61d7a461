"""Deflated messages (docs/spec/protocol.md, section 3): the dictionaries are read from the specification itself."""

import base64
import hashlib
import pathlib
import re
import struct
import time
import zlib

from client import LARGE, Reader, demand, pae, subject, text

SPECIFICATION = pathlib.Path(__file__).resolve().parents[2] / "docs/spec/protocol.md"
SMALL, WINDOW = 16_384, 32_768


def words(name):
    """A text of the specification."""
    found = re.search(rf"<!-- {name} text -->\n```\n(.*?)\n```", SPECIFICATION.read_text(), re.DOTALL)
    return found.group(1).replace("\\\n", "").encode()


def compress(body, dictionary=b""):
    stream = zlib.compressobj(9, zlib.DEFLATED, -15, 8, zdict=dictionary[-WINDOW:])
    return stream.compress(body) + stream.flush()


def inflate(stream, dictionary=b""):
    """What a stream comes to, and what stands behind it."""
    inflater = zlib.decompressobj(-15, zdict=dictionary[-WINDOW:])
    body = inflater.decompress(stream) + inflater.flush()
    assert inflater.eof, "a stream without end"
    return body, inflater.unused_data


def listed(digests):
    return b"".join(b'"' + digest.hex().encode() + b'",' for digest in digests)


def sha256(data):
    return hashlib.sha256(data).digest()


def implied(kind, body):
    """The digests that an answer can name and that follow from a request."""
    job = subject(kind, body)
    if kind != 2:
        return [job] if kind == 3 else []
    reader, digests, expected = Reader(body), [], []
    reader.integer(1)

    def addition():
        digests.append(sha256(reader.counted()))
        if reader.integer(1):
            digests.append(sha256(reader.counted()))
        if reader.integer(1):
            words, length, tail = reader.fixed(32), reader.integer(8), reader.fixed(reader.integer(1))
            # Only what is shorter than a block has a state from which Python can make the digest.
            assert length == len(tail), "a package of 64 bytes or more"
            digests.append(sha256(tail))

    def change():
        reader.text(), reader.text(), reader.integer(8)
        reader.list(addition), reader.list(reader.text)
        expected.extend([reader.fixed(32), reader.fixed(32)])

    def statement():
        payload, _, _ = reader.counted(), reader.counted(), reader.text()
        digests.append(sha256(pae("application/vnd.in-toto+json", payload)))

    reader.list(change)
    assert reader.place == len(demand(body))
    reader.list(statement)
    return [*digests, *expected, job]


def request(scheduler, kind, body):
    """The message of a request whose body crosses deflated."""
    plain = scheduler.request(kind, body)
    small = len(body) <= SMALL
    encoded = compress(body, words("request") if small else b"")
    count = struct.unpack(">H", plain[:2])[0]
    head = bytes([1, 2 if small else 1]) + struct.pack(">III", len(encoded), len(body), 0) + plain[16 : 2 + count]
    return text(head) + encoded


def answer_body(scheduler, kind, asked, encoding, content, encoded, length):
    """The body of an answer that came deflated."""
    if encoding == 0:
        return encoded
    if encoding == 1:
        body, rest = inflate(encoded)
    else:
        size, root = struct.unpack(">Q", content[1:9])[0], base64.b64encode(content[9:41]).decode()
        note = f"{scheduler.origin}\n{size}\n{root}\n\n\u2014 {scheduler.origin} "
        job = subject(kind, asked) if kind in (2, 3) else b""
        first = asked + words("answer") + listed(implied(kind, asked)) + note.encode() + job
        body, rest = inflate(encoded, first)
        if body[0] == 2:
            more, rest = inflate(rest, first + following(body, job))
            body += more
    assert not rest and len(body) == length, "the length of the body"
    return body


def following(beginning, job):
    """What follows from the signatures of an outcome."""
    reader = Reader(beginning)
    reader.fixed(33)

    def moment(seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))

    def database():
        repository, architecture, serial = reader.text(), reader.text(), reader.integer(8)
        db, files, *signatures = reader.fixed(32), reader.fixed(32), sha256(reader.counted()), sha256(reader.counted())
        created, expires = reader.integer(8), reader.integer(8)
        return (
            f'{{"architecture":"{architecture}","db":"{db.hex()}","dbSignature":"{signatures[0].hex()}","entrySet":"",'
            f'"expires":"{moment(expires)}","files":"{files.hex()}","filesSignature":"{signatures[1].hex()}",'
            f'"job":"{job.hex()}","kind":"database","policyVersion":"1","repository":"{repository}",'
            f'"serial":"{serial}","time":"{moment(created)}"}}').encode()

    leaves = b"".join(reader.list(database))
    return listed(sha256(packet) for packet in reader.list(lambda: (reader.text(), reader.counted())[1])) + leaves


def ask(link, scheduler, kind, body):
    """The answer's body to a request, deflated both ways."""
    link.send(request(scheduler, kind, body))
    encoding, content, encoded, length = link.receive_message()
    assert (len(encoded) > LARGE) == (len(content) > 113), "the digest in the head of a large answer"
    said = answer_body(scheduler, kind, body, encoding, content, encoded, length)
    return scheduler.answer(content, said, is_large=len(encoded) > LARGE)

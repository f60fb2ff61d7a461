"""What the fuzzers of the enclave's messages, statements, policies, records and notes begin with, from Tests/Vectors."""

import base64
import hashlib
import json
import pathlib
import struct
import zlib

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "Vectors"


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def text(value: str) -> bytes:
    return struct.pack(">H", len(value)) + value.encode()


def counted(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def listed(*parts: bytes) -> bytes:
    return struct.pack(">I", len(parts)) + b"".join(parts)


def number(value: int) -> bytes:
    return struct.pack(">Q", value)


def with_choice(choice: int, *contents: bytes) -> dict[str, bytes]:
    return {f"{choice}-{index}": bytes([choice]) + content for index, content in enumerate(contents)}


def statements() -> dict[str, bytes]:
    seeds = {path.name: path.read_bytes() for path in (VECTORS / "statements").glob("*.json")}
    listing = json.loads((VECTORS / "canonical-json/vectors.json").read_text())
    return seeds | {f"json-{index}": base64.b64decode(item["bytes"]) for index, item in enumerate(listing)}


def envelopes() -> dict[str, bytes]:
    seeds = {path.name: path.read_bytes() for path in (VECTORS / "statements").glob("*.dsse.json")}
    for path in (VECTORS / "statements").glob("*.json"):
        body = {"payload": base64.urlsafe_b64encode(path.read_bytes()[:200]).decode(),
                "payloadType": "application/vnd.in-toto+json", "signatures": [{"keyid": "a", "sig": "QUJD"}], "more": [1.5, None]}
        seeds[f"loose-{path.name}"] = json.dumps(body, indent=1).encode()
    return seeds


def policies() -> dict[str, bytes]:
    sample = (VECTORS / "policy/sample.json").read_bytes()
    value = json.loads(sample)
    following = canonical(value | {"previous": hashlib.sha256(sample).hexdigest(), "version": "2"})
    small = canonical(value | {"people": value["people"][:1], "machines": value["machines"][:1], "repositories": []})
    empty = canonical(value | {"people": [], "machines": [], "repositories": []})
    return {"sample": sample, "pair": sample + b"\n" + following, "small": small, "empty": empty,
            "empties": empty + b"\n" + empty}


STATE = struct.pack(">8I", *range(8)) + number(64) + b"\0"
ENVELOPE = counted(b"{}") + counted(b"signature") + text("key")


def demand() -> bytes:
    addition = counted(b"%NAME%\nacl\n\n") + b"\1" + counted(b"%FILES%\nusr/\n") + b"\1" + STATE
    change = text("extra") + text("x86_64") + number(4) + listed(addition) + listed(text("acl")) + bytes(64)
    return b"\x01" + listed(change)


def asked() -> list[bytes]:
    """The body of a request of each kind, after the number of the kind."""
    artefact = text("acl") + text("1:2-3") + bytes(32)
    return [
        b"\1", b"\2" + demand() + listed(ENVELOPE), b"\3" + bytes(32), b"\4" + number(1) + struct.pack(">I", 9),
        b"\5\1" + counted(b"{}") + listed(ENVELOPE), b"\5\2" + number(1) + number(2) + bytes(32) + listed(),
        b"\5\3" + text("keyCompromise") + listed(artefact) + listed(), b"\5\4" + counted(b"note") + listed(),
        b"\6\1" + number(1) + number(2), b"\6\2" + number(1) + number(2), b"\6\3" + number(1), b"\7" + struct.pack(">I", 5),
        b"\x08" + counted(b"again"),
    ]


def said() -> list[bytes]:
    """The body of an answer of each kind."""
    health = text("disk") + number(1) + number(2) + number(3) + text("x") + number(4)
    health += listed(bytes(32) + listed(text("sign") + number(7)))
    status = text("1.0") + number(1) + bytes(64) + listed(text("core") + text("x86_64") + number(3) + bytes(32))
    status += number(5) + bytes(32) + counted(b"note") + number(6) + text("ready") + bytes(32) + text("zlib") + health
    return [
        b"\1" + status, b"\3" + listed(text("stalePredecessor") + listed()), b"\4", b"\5" + number(1) + listed(counted(b"leaf")),
        b"\6" + listed(bytes(32)), b"\7" + listed(number(1) + number(2) + text("no")),
    ]


def requests() -> dict[str, bytes]:
    made = json.loads((VECTORS / "protocol/vectors.json").read_text())
    token = bytes.fromhex(made["statusToken"])
    job = bytes.fromhex(made["job"])
    return (
        with_choice(0, counted(token) + bytes(64)) | with_choice(1, *asked())
        | with_choice(2, job, demand() + listed(ENVELOPE), demand() + listed())
        | with_choice(3, *(counted(body) + bytes(176 + 8 + 64) for body in said()))
        | with_choice(4, b"\1" + bytes(112), bytes(145)) | with_choice(5, *said())
    )


def message(kind: int, content: bytes, body: bytes, length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    return struct.pack(">HBBIII", 14 + len(content), kind, 0, length, length, 0) + content + body


def messages() -> dict[str, bytes]:
    """A message for each kind of request and answer, and an answer that is so large that its seal has a digest."""
    token = bytes.fromhex(json.loads((VECTORS / "protocol/vectors.json").read_text())["statusToken"])
    found = [
        message(1, counted(token[:-33] + body[:1] + hashlib.sha256(body[1:]).digest()) + bytes(64), body[1:])
        for body in asked()
    ]
    found += [message(2, b"\1" + bytes(112), body) for body in said()]
    found.append(message(2, bytes(145), said()[0], length=70_000))
    return {f"message-{index}": content for index, content in enumerate(found)}


def deflated(text: bytes, level: int = 9, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    return stream.compress(text) + stream.flush()


def bodies() -> dict[str, bytes]:
    """Stored, fixed and dynamic blocks, the two streams of an outcome, what a verifier is asked, and a text."""
    text = b"".join(said()) * 3
    streams = [deflated(text, 0), deflated(text, 9, zlib.Z_FIXED), deflated(text), deflated(bytes(5000)), deflated(b"")]
    streams = [struct.pack(">H", length) + stream for stream, length in zip(streams, (len(text),) * 3 + (5000, 0))]
    beginning, rest = b"\2" + bytes(32) + listed() + listed(), number(7) + listed(counted(b"leaf")) + counted(b"note")
    answer = struct.pack(">H", len(beginning + rest)) + deflated(beginning) + deflated(rest)
    unknown = struct.pack(">H", 1) + deflated(b"\4")
    asked_for = b"\6" + struct.pack(">I", len(text)) + counted(text[:100]) + counted(deflated(text))
    return (
        with_choice(0, *streams) | with_choice(1, *streams) | with_choice(2, answer, unknown) | with_choice(3, asked_for)
        | with_choice(4, text, b"a")
    )


def frames() -> dict[str, bytes]:
    made = json.loads((VECTORS / "protocol/vectors.json").read_text())
    wire = [bytes.fromhex(made[name]) for name in ("acknowledgement", "answerMessage", "hello", "longFrame", "reset")]
    content = [unstuffed(frame.strip(b"\0"))[:-4] for frame in wire]
    pairs = json.loads((VECTORS / "cobs/pairs.json").read_text())
    pairs = pairs if isinstance(pairs, list) else pairs["pairs"]
    stuffed = [bytes.fromhex(value) for pair in pairs for value in pair.values() if is_hex(value)]
    return (
        with_choice(0, b"noise" + wire[0], b"".join(wire), *stuffed) | with_choice(1, content[2][14:])
        | with_choice(2, *content)
    )


def is_hex(value: object) -> bool:
    return isinstance(value, str) and len(value) % 2 == 0 and all(digit in "0123456789abcdef" for digit in value)


def unstuffed(stuffed: bytes) -> bytes:
    found, position = b"", 0
    while position < len(stuffed):
        code = stuffed[position]
        found += stuffed[position + 1:position + code]
        position += code
        if code < 255 and position < len(stuffed):
            found += b"\0"
    return found


def open_pgp() -> dict[str, bytes]:
    made = json.loads((VECTORS / "openpgp/vectors.json").read_text())
    seeds = {}
    for index, case in enumerate(made["cases"]):
        certificate, signature = bytes.fromhex(case["certificate"]), bytes.fromhex(case["signature"])
        seeds |= {
            f"certificate-{index}": b"\0" + certificate, f"signature-{index}": b"\1" + signature,
            f"both-{index}": b"\2" + struct.pack(">HI", len(certificate), made["now"]) + certificate + signature,
        }
    return seeds


def leaves() -> bytes:
    """A log of every kind of leaf, as docs/spec/log.md has them."""
    digest, time = "00" * 32, "2026-01-01T00:00:00Z"
    job = {"architecture": "x86_64", "job": digest, "repository": "core", "time": time}
    motion = {"evidence": [digest], "time": time}
    package = {"name": "acl", "sha256": digest, "version": "1-1"}
    database = {"db": digest, "dbSignature": digest, "entrySet": digest, "expires": time, "files": digest,
                "filesSignature": digest, "kind": "database", "policyVersion": "1"}
    nothing = hashlib.sha256(b"reposeal entry set v1\n").hexdigest()
    return b"\n".join(canonical(leaf) for leaf in (
        motion | {"digest": digest, "kind": "policy", "version": "1"},
        job | {"entries": "0", "entrySet": nothing, "evidence": [], "kind": "import"},
        job | database | {"entrySet": nothing, "serial": "1"},
        job | package | {"evidence": [digest], "kind": "override"},
        job | package | {"base": "acl", "desc": digest, "evidence": [], "fileName": "acl-1-1-any.pkg.tar.zst", "files": digest,
                         "kind": "admission", "signature": digest},
        job | package | {"evidence": [], "kind": "removal"}, job | database | {"serial": "2"},
        motion | package | {"kind": "revocation"}, motion | {"before": time, "kind": "clock"},
        motion | {"kind": "head", "root": digest, "size": "3"},
    ))


def notes() -> dict[str, bytes]:
    proof = (VECTORS / "tlog-proof/leaf-5-of-9.tlog-proof").read_bytes()
    note = proof.partition(b"\n\n")[2]
    sample = json.loads((VECTORS / "c2sp-note/note.json").read_text())
    hashes = [base64.b64decode(line) for line in proof.partition(b"\n\n")[0].split(b"\n")[2:]]
    everything = leaves().split(b"\n")
    return (
        with_choice(0, note, sample["note"].encode()) | with_choice(1, note.partition(b"\n\n")[0] + b"\n")
        | with_choice(2, proof, proof.replace(b"index", b"extra AA==\nindex"))
        | with_choice(3, number(5) + bytes(64), number(0), number(1) + bytes(32))
        | with_choice(4, (VECTORS / "tlog-proof/vkey").read_bytes().strip(), sample["vkey"].encode())
        | with_choice(5, number(5) + number(8) + b"".join(hashes), number(7) + number(62) + bytes(96), bytes(16))
        | with_choice(6, leaves(), *everything[:1], *(everything[0] + b"\n" + leaf for leaf in everything[1:]))
    )


def records() -> dict[str, bytes]:
    openpgp = bytes(12) + bytes(range(20))
    def request(kind: int, count: int, content: bytes) -> bytes:
        return b"RSJ1" + bytes([kind, 0, 0, 0]) + openpgp + bytes(32) + struct.pack(">II", count, 0) + content
    def response(status: int, *signatures: bytes) -> bytes:
        padded = b"".join(struct.pack(">H", len(raw)) + raw.ljust(514, b"\0") for raw in signatures)
        return b"RSR1" + bytes([status, 0, 0, 0]) + bytes(32) + padded
    triple = counted(b"certificate") + counted(b"content") + counted(b"signature")
    key = b"RSK1" + bytes([2, 22, 1, 0]) + struct.pack(">I", 7) + text("log.example") + counted(b"\x42" * 32)
    item = STATE + counted(b"signature")
    made = {
        0: [request(1, 2, bytes(64)), request(2, 1, bytes(72)), request(3, 1, bytes(184)), request(4, 0, b"")],
        1: [response(0, b"\1" * 64), response(0, b"\1" * 514), response(2)],
        2: [b"\1" + triple, b"\2" + triple, b"\3" + counted(bytes(range(32))) + counted(b"content") + counted(bytes(64)),
            b"\4" + counted(b"certificate") + listed(item, item)],
        3: [b"RSV1" + bytes([1, 0, 0, 0]) + bytes(range(40)) + number(1) + number(0), b"RSV1" + bytes([1, 3]) + bytes(58)],
        4: [key, key.replace(b"\2\x16", b"\1\1")],
        5: [b"RSKEY1\0\0" + bytes([16, 8, 1, 1, 22, 1, 0, 0]) + bytes(28) + openpgp + bytes(64)],
        6: [bytes(184)], 7: [openpgp, bytes(range(1, 33))],
    }
    return {key: value for choice, contents in made.items()
            for key, value in with_choice(choice, *(b"\1" + content for content in contents)).items()}


def backups() -> dict[str, bytes]:
    """With one key, with two, and with none."""
    def backup(*selectors: bytes) -> bytes:
        keys = listed(*(selector + counted(b"public file") for selector in selectors))
        return (b"RSBACKUP\0\1" + bytes(range(16)) + number(1_700_000_000) + number(1) + text("log.example") + number(7)
                + bytes(32) + number(2) + counted(b"{}") + keys + bytes(12) + counted(bytes(16 + 60 * len(selectors))))
    selectors = bytes(12) + bytes(range(20)), bytes(range(1, 33))
    return {f"backup-{count}": backup(*selectors[:count]) for count in range(3)}


def sessions() -> dict[str, bytes]:
    """A greeting, then frames in and out of order, parts, and time."""
    def frame(sequence: int, payload: bytes = b"payload!") -> bytes:
        return bytes([1, 0, 3, sequence, 0, len(payload) // 2]) + payload
    part, second = bytes([4, 3]) + b"abc", bytes([3, 100, 24])
    return {
        f"session-{role}": bytes([role, 2, 0]) + frame(0) + frame(2) + frame(1) + part * 3 + second * 3 + bytes([5, 5]) + second
        for role in range(4)
    }


MADE = {
    "statements": statements, "envelopes": envelopes, "policies": policies, "requests": requests, "frames": frames,
    "messages": messages, "bodies": bodies, "sessions": sessions, "openPGP": open_pgp, "notes": notes, "records": records,
    "backups": backups,
}

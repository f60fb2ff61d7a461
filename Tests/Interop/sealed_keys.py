"""The enclave's sealed keys, opened from docs/spec/jails.md alone, and every form in which their secrets may lie in memory."""

import hashlib
import pathlib
import struct
import subprocess

PIECE = 16  # bytes; a list that malloc keeps of freed memory overwrites the first 16 of what was there


def unsealed(path, passphrase):
    """The record of a key file, and the key that sealed it."""
    data = pathlib.Path(path).read_bytes()
    assert data[:8] == b"RSKEY1\0\0", f"{path} is no sealed key"
    log2, block, parallel = data[8:11]
    salt, nonce, sealed = data[16:32], data[32:44], data[76:]
    cost = 1 << log2
    key = hashlib.scrypt(passphrase, salt=salt, n=cost, r=block, p=parallel, maxmem=1 << 30, dklen=32)
    # GCM without its check is counter mode from 2 on (NIST SP 800-38D); the record's magic is check enough here.
    words = ["openssl", "enc", "-d", "-aes-256-ctr", "-K", key.hex(), "-iv", (nonce + b"\0\0\0\2").hex()]
    record = subprocess.run(words, input=sealed[:-16], capture_output=True, check=True).stdout
    assert record[:4] == b"RSK1", f"{path}: another passphrase"
    return record, key


def material(record):
    """The algorithm of a key record, and the private key in it."""
    label = struct.unpack(">H", record[12:14])[0]
    length = struct.unpack(">I", record[14 + label : 18 + label])[0]
    found = record[18 + label :]
    assert len(found) == length, "a key record"
    return record[5], found


def integers(der):
    """The integers of a DER value, those in nested values included."""
    place = 0
    while place < len(der):
        kind, length, place = der[place], der[place + 1], place + 2
        if length & 0x80:
            count = length & 0x7F
            length, place = int.from_bytes(der[place : place + count], "big"), place + count
        content, place = der[place : place + length], place + length
        if kind in (0x30, 0x04):
            yield from integers(content)
        elif kind == 0x02:
            yield int.from_bytes(content, "big")


class Secret:
    """Bytes that must not be where they have no business, and the pieces by which they are looked for."""

    def __init__(self, owner, name, data, stride=PIECE):
        self.owner, self.name = owner, name
        places = {*range(0, len(data) - PIECE + 1, stride), len(data) - PIECE}
        self.pieces = [data[place : place + PIECE] for place in sorted(places)]


def secrets(owner, path, passphrase):
    """What is secret about one key file."""
    record, key = unsealed(path, passphrase)
    algorithm, private = material(record)
    yield Secret(owner, "the key that seals it", key)
    if algorithm == 22:
        yield Secret(owner, "its seed", private)
        # RFC 8032 section 5.1.5: the scalar, of which the outermost bytes are changed, and the prefix.
        expanded = hashlib.sha512(private).digest()
        yield Secret(owner, "its scalar", expanded[1:31])
        yield Secret(owner, "its prefix", expanded[32:])
        return
    # PKCS #8 and RFC 8017: two versions, n, e, d, p, q, and d and q^-1 by prime. In DER the most significant byte comes
    # first; OpenSSL's limbs of 64 bits lie the other way round, which on this machine is the last byte first.
    _, _, _, _, d, p, q, dp, dq, inverse = integers(private)
    for name, number in {"d": d, "p": p, "q": q, "d mod p-1": dp, "d mod q-1": dq, "1/q": inverse}.items():
        for order in ("big", "little"):
            data = number.to_bytes((number.bit_length() + 7) // 8, order)
            yield Secret(owner, f"its {name}, {order}-endian", data, stride=96)

"""The enclave's log as docs/spec/log.md has it: the tree, the signed note, and what the leaves say."""

import base64
import hashlib
import json

from client import verify_bytes


def sha256(data):
    return hashlib.sha256(data).digest()


def tree_root(hashes):
    """RFC 6962 section 2.1."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1" + tree_root(hashes[:half]) + tree_root(hashes[half:]))


def node(left, right):
    return sha256(b"\1" + left + right)


def root_by_inclusion(leaf, position, size, proof):
    """RFC 9162 section 2.1.3.2: the root that the proof leads to from a leaf's hash."""
    place, last, root = position, size - 1, leaf
    for sibling in proof:
        assert last > 0, "the inclusion proof is too long"
        if place & 1 or place == last:
            root = node(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node(root, sibling)
        place, last = place >> 1, last >> 1
    assert last == 0, "the inclusion proof is too short"
    return root


def roots_by_consistency(old_size, new_size, old_root, proof):
    """RFC 9162 section 2.1.4.2: the roots of both sizes that the proof leads to."""
    path = [old_root] + proof if old_size & (old_size - 1) == 0 else list(proof)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        assert last > 0, "the consistency proof is too long"
        if place & 1 or place == last:
            old, new = node(sibling, old), node(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, sibling)
        place, last = place >> 1, last >> 1
    assert last == 0, "the consistency proof is too short"
    return old, new


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)


def checkpoint(note, origin, key):
    """Size and root of a checkpoint, which that key signed."""
    text, _, lines = note.rpartition(b"\n\n")
    text += b"\n"
    key_id = sha256(origin.encode() + b"\n\x01" + key)[:4]
    dash, name, signature = lines.decode().rstrip("\n").split(" ")
    signature = base64.b64decode(signature)
    assert (dash, name, signature[:4]) == ("\u2014", origin, key_id), "the checkpoint's signer"
    verify_bytes(key, text, signature[4:])
    stated, size, root, rest = text.decode().split("\n")
    assert stated == origin and rest == "", "the checkpoint's text"
    return int(size), base64.b64decode(root)


class History:
    """What the leaves say has happened, one after the other."""

    def __init__(self):
        self.serials = {}
        self.databases = {}
        self.contents = {}
        self.policies = []

    def add(self, leaf):
        entry = json.loads(leaf)
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert canonical == leaf, "a leaf that is not canonical JSON"
        place = (entry.get("repository"), entry.get("architecture"))
        if entry["kind"] == "policy":
            assert int(entry["version"]) == len(self.policies) + 1, "a policy out of order"
            self.policies.append(entry["digest"])
        elif entry["kind"] == "admission":
            name = (place[1], entry["name"], entry["version"])
            known = self.contents.setdefault(name, entry["sha256"])
            assert known == entry["sha256"], f"{name} has two contents"
        elif entry["kind"] == "database":
            assert int(entry["serial"]) == self.serials.get(place, 0) + 1, f"{place}: a serial out of order"
            self.serials[place] = int(entry["serial"])
            self.databases[place] = (entry["db"], entry["files"])

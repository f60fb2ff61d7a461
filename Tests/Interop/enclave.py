"""The enclave as docs/spec describes it: what it answers, once everything about the answer has been checked."""

import base64
import hashlib
import pathlib
import struct
import subprocess
import sys
import tempfile

import log
from client import Link, Reader, Scheduler, counted, text
from sha256_state import state

STATUS, JOB, OUTCOME, LOG, PROOF = 1, 2, 3, 4, 6


class Enclave:
    """The enclave, asked over one connection."""

    def __init__(self, path, directory):
        self.scheduler = Scheduler(directory)
        self.policy = self.scheduler.policy
        self.policy_digest = hashlib.sha256((pathlib.Path(directory) / "policy.json").read_bytes()).hexdigest()
        self.link = Link(path, self.policy)
        self.hello = self.link.greet()

    def ask(self, kind, body=b""):
        return self.send(self.scheduler.request(kind, body))

    def send(self, request):
        self.link.send(request)
        return Reader(self.scheduler.answer(*self.link.receive()))

    def status(self):
        reader = self.ask(STATUS)
        assert reader.integer(1) == STATUS
        status = {"program": reader.text(), "system": reader.text(), "policy": reader.integer(8), "policyDigest": reader.fixed(32)}
        status["distribution"] = reader.fixed(32)
        status["databases"] = {
            place: serial_and_digest for place, serial_and_digest in reader.list(
                lambda: ((reader.text(), reader.text()), (reader.integer(8), reader.fixed(32).hex())))}
        status["size"], status["root"], status["note"] = reader.integer(8), reader.fixed(32), reader.counted()
        record = self.scheduler.record
        assert (status["size"], status["root"]) == (int.from_bytes(record[128:136], "big"), record[136:168])
        return status

    def leaves(self, size, known, at_most):
        leaves = list(known)
        while len(leaves) < size:
            reader = self.ask(LOG, struct.pack(">QI", len(leaves), at_most))
            assert reader.integer(1) == 5 and reader.integer(8) == len(leaves)
            leaves += reader.list(reader.counted)
        assert len(leaves) == size
        return leaves

    def proof(self, kind, first, second):
        """An inclusion proof (1: position, size) or a consistency proof (2: old size, new size)."""
        reader = self.ask(PROOF, struct.pack(">BQQ", kind, first, second))
        assert reader.integer(1) == 6, "no proof"
        return reader.list(lambda: reader.fixed(32))

    def prove(self, leaves, old_size, old_root, size, root):
        """Has the enclave prove that each of the leaves is in the log, and that the log begins with the old one."""
        for position, leaf in enumerate(leaves):
            proof = self.proof(1, position, size)
            assert log.root_by_inclusion(log.leaf_hash(leaf), position, size, proof) == root, "an inclusion proof"
        proof = self.proof(2, old_size, size)
        assert log.roots_by_consistency(old_size, size, old_root, proof) == (old_root, root), "the consistency proof"

    def checked_log(self, known=(), at_most=1000):
        """The status, the leaves and what they say, once note, tree, replay and status agree.

        Known leaves are not asked for; if the log does not begin with them, its root is another one.
        """
        status = self.status()
        key = bytes.fromhex(self.policy["enclave"]["logKey"])
        head = log.checkpoint(status["note"], self.policy["enclave"]["logOrigin"], key)
        assert head == (status["size"], status["root"]), "the checkpoint is not of the log's head"
        leaves = self.leaves(status["size"], known, at_most)
        assert log.tree_root([log.leaf_hash(leaf) for leaf in leaves]) == status["root"], "the tree's root"
        history = log.History()
        for leaf in leaves:
            history.add(leaf)
        assert history.policies[-1] == self.policy_digest == status["policyDigest"].hex()
        replayed = {place: (history.serials[place], history.databases[place][0]) for place in history.serials}
        assert replayed == status["databases"], "the log and the status do not say the same"
        return status, leaves, history


def outcome(reader):
    kind = reader.integer(1)
    if kind == 3:
        sys.exit(f"refused: {reader.list(lambda: [reader.text(), *reader.list(reader.text)])}")
    assert kind == 2, f"an answer of kind {kind}"
    result = {"job": reader.fixed(32)}

    def database():
        return {
            "place": (reader.text(), reader.text()), "serial": reader.integer(8), "db": reader.fixed(32),
            "files": reader.fixed(32), "dbSignature": reader.counted(), "filesSignature": reader.counted(),
            "created": reader.integer(8), "expires": reader.integer(8),
        }

    result["databases"] = reader.list(database)
    result["packages"] = reader.list(lambda: (reader.text(), reader.counted()))
    result["first"] = reader.integer(8)
    result["leaves"] = reader.list(reader.counted)
    result["note"] = reader.counted()
    assert reader.place == len(reader.data), "bytes after the outcome"
    return result


class Keyring:
    """gpg with the policy's repository keys, and no other."""

    def __init__(self, policy):
        self.folder = tempfile.TemporaryDirectory()
        for number, key in enumerate(policy["enclave"]["repositoryKeys"]):
            certificate = pathlib.Path(self.folder.name, f"{number}.gpg")
            certificate.write_bytes(base64.b64decode(key["certificate"]))
            self.gpg("--import", certificate)

    def gpg(self, *words):
        command = ["gpg", "--homedir", self.folder.name, "--batch", "--quiet", "--no-auto-check-trustdb", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def verify(self, content, signature):
        """What gpg says of a good signature."""
        files = [pathlib.Path(self.folder.name, name) for name in ("signature", "content")]
        for file, data in zip(files, (signature, content)):
            file.write_bytes(data)
        said = self.gpg("--status-fd", "1", "--verify-options", "show-notations", "--verify", *files)
        assert " GOODSIG " in said, said
        return said


def notations(status):
    found, name = {}, None
    for line in status.splitlines():
        words = line.split(" ", 2)
        if words[1] == "NOTATION_NAME":
            name = words[2].partition("@")[0]
        elif words[1] == "NOTATION_DATA":
            found[name] = words[2]
    return found


def update(place, serial, packages, databases):
    """The part of a job before its statements: these packages are new after that serial."""
    additions = [
        counted(package.desc.encode()) + b"\1" + counted(package.files.encode()) + b"\1" + state(package.content)
        for package in packages]
    return (
        b"\1" + struct.pack(">I", 1) + text(place[0]) + text(place[1]) + struct.pack(">Q", serial)
        + struct.pack(">I", len(additions)) + b"".join(additions) + struct.pack(">I", 0)
        + b"".join(hashlib.sha256(databases[kind]).digest() for kind in ("db", "files")))


def job_hash(job):
    return hashlib.sha256(b"reposeal job v1\n" + job).digest()


def with_statements(job, statements):
    return job + struct.pack(">I", len(statements)) + b"".join(statements)


def signing_keys(policy):
    """A certificate of each person that is not revoked."""
    return {
        person["id"]: certificate["fingerprint"] for person in policy["people"]
        for certificate in person["certificates"] if certificate["fingerprint"] not in person["revokedFingerprints"]}

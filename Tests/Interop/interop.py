#!/usr/bin/env python3
"""Has the enclave sign a package that Reposeal's own programs never saw, and believes nothing that it cannot check.

    interop.py SOCKET SCHEDULER-DIRECTORY MIRROR

The mirror's `extra` must hold the database of the last serial. Prints one line for each thing that is as docs/spec says.
"""

import base64
import hashlib
import pathlib
import struct
import subprocess
import sys
import tempfile

import log
import package
from client import Link, Reader, Scheduler, counted, text
from sha256_state import digest, state

STATUS, JOB, OUTCOME, LOG = 1, 2, 3, 4


class Enclave:
    """The enclave, asked over one connection."""

    def __init__(self, path, directory):
        self.scheduler = Scheduler(directory)
        self.policy = self.scheduler.policy
        self.policy_digest = hashlib.sha256((pathlib.Path(directory) / "policy.json").read_bytes()).hexdigest()
        self.link = Link(path, self.policy)
        self.hello = self.link.greet()

    def ask(self, kind, body=b""):
        self.link.send(self.scheduler.request(kind, body))
        return Reader(self.scheduler.answer(self.link.receive()))

    def status(self):
        reader = self.ask(STATUS)
        assert reader.integer(1) == STATUS
        status = {"program": reader.text(), "policy": reader.integer(8), "policyDigest": reader.fixed(32)}
        status["distribution"] = reader.fixed(32)
        status["databases"] = {
            place: serial_and_digest for place, serial_and_digest in reader.list(
                lambda: ((reader.text(), reader.text()), (reader.integer(8), reader.fixed(32).hex())))}
        status["size"], status["root"], status["note"] = reader.integer(8), reader.fixed(32), reader.counted()
        record = self.scheduler.record
        assert (status["size"], status["root"]) == (int.from_bytes(record[128:136], "big"), record[136:168])
        return status

    def leaves(self, size):
        leaves = []
        while len(leaves) < size:
            reader = self.ask(LOG, struct.pack(">QI", len(leaves), 2))
            assert reader.integer(1) == 5 and reader.integer(8) == len(leaves)
            leaves += reader.list(reader.counted)
        assert len(leaves) == size
        return leaves

    def checked_log(self):
        """The status, the leaves and what they say, once note, tree, replay and status agree."""
        status = self.status()
        key = bytes.fromhex(self.policy["enclave"]["logKey"])
        head = log.checkpoint(status["note"], self.policy["enclave"]["logOrigin"], key)
        assert head == (status["size"], status["root"]), "the checkpoint is not of the log's head"
        leaves = self.leaves(status["size"])
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


def good(policy, content, signature):
    """What gpg says of a signature by one of the policy's repository keys, and no other."""
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        for number, key in enumerate(policy["enclave"]["repositoryKeys"]):
            certificate = home / f"{number}.gpg"
            certificate.write_bytes(base64.b64decode(key["certificate"]))
            subprocess.run(
                ["gpg", "--homedir", folder, "--batch", "--quiet", "--import", certificate], check=True, capture_output=True)
        (home / "content").write_bytes(content)
        (home / "signature").write_bytes(signature)
        result = subprocess.run(
            ["gpg", "--homedir", folder, "--batch", "--no-auto-check-trustdb", "--status-fd", "1",
             "--verify-options", "show-notations", "--verify", home / "signature", home / "content"],
            check=True, capture_output=True, text=True)
    return result.stdout


def notations(status):
    found, name = {}, None
    for line in status.splitlines():
        words = line.split(" ", 2)
        if words[1] == "NOTATION_NAME":
            name = words[2].partition("@")[0]
        elif words[1] == "NOTATION_DATA":
            found[name] = words[2]
    return found


def main():
    socket, directory, mirror = sys.argv[1:]
    enclave = Enclave(socket, directory)
    assert enclave.hello[33:65] == package.codec_id(), "the enclave compresses otherwise than Python's zlib"
    print("hello: the codec is Python's zlib")

    status, leaves, history = enclave.checked_log()
    place = ("extra", "x86_64")
    serial = history.serials[place]
    print("log: note, tree, leaves and status agree")

    # The next serial of extra, from the published one.
    published = pathlib.Path(mirror, "extra", "os", "x86_64")
    bytes_before = {kind: (published / f"extra.{kind}").resolve().read_bytes() for kind in ("db", "files")}
    digests = tuple(hashlib.sha256(bytes_before[kind]).hexdigest() for kind in ("db", "files"))
    assert digests == history.databases[place], "the mirror is not at the last serial"
    entries = package.entries(bytes_before["files"])
    assert all(package.encoded(entries, kind) == bytes_before[kind] for kind in bytes_before), "the databases' bytes"
    print("databases: the published ones are made of their entries, to the byte")

    ours = package.Package("flotsam", "1.0-1")
    assert digest(ours.content) == hashlib.sha256(ours.content).digest()
    new = {kind: package.encoded(entries + [ours.entry], kind) for kind in ("db", "files")}
    addition = counted(ours.desc.encode()) + b"\1" + counted(ours.files.encode()) + b"\1" + state(ours.content)
    job = (
        b"\1" + struct.pack(">I", 1) + text("extra") + text("x86_64") + struct.pack(">Q", serial)
        + struct.pack(">I", 1) + addition + struct.pack(">I", 0)
        + b"".join(hashlib.sha256(new[kind]).digest() for kind in ("db", "files")))
    name = hashlib.sha256(b"reposeal job v1\n" + job).digest()
    assert enclave.ask(OUTCOME, name).data == b"\4", "an outcome of a job that nobody asked for"
    people = {
        person["id"]: certificate["fingerprint"] for person in enclave.policy["people"]
        for certificate in person["certificates"] if certificate["fingerprint"] not in person["revokedFingerprints"]}
    evidence = [
        package.approval(ours, "extra", person, people[person], status["distribution"].hex(), enclave.policy["version"])
        for person in ("alice", "bob")]
    answer = enclave.ask(JOB, job + struct.pack(">I", len(evidence)) + b"".join(evidence))
    assert enclave.scheduler.record[32:64] == name, "the answer is about another job"
    result = outcome(answer)
    [database] = result["databases"]
    assert (result["job"], database["place"], database["serial"]) == (name, place, serial + 1)
    assert all(database[kind] == hashlib.sha256(new[kind]).digest() for kind in new)
    print("job: signed, and the databases are those that Python made")

    for kind in new:
        status = good(enclave.policy, new[kind], database[f"{kind}Signature"])
    says = notations(status)
    wanted = {"serial": str(serial + 1), "repo": "extra", "arch": "x86_64", "policy": enclave.policy["version"]}
    assert says == {**wanted, "log": str(result["first"] + len(result["leaves"]) - 1)}, says
    assert f" {database['created']} {database['expires']} " in status.partition("VALIDSIG")[2]
    [(file_name, signature)] = result["packages"]
    assert file_name == ours.file_name and " GOODSIG " in good(enclave.policy, ours.content, signature)
    print("signatures: gpg finds them good, with the notations of this serial")

    _, later, _ = enclave.checked_log()
    assert later == leaves + result["leaves"] and result["first"] == len(leaves)
    print("log: begins with what it was, and goes on with the job's leaves")
    assert enclave.ask(OUTCOME, name).data == answer.data, "the stored outcome is another one"
    assert enclave.ask(JOB, job + struct.pack(">I", 0)).data == answer.data, "the same job has another answer"
    print("outcome: asked again, and the job asked again without evidence, the same to the byte")


main()

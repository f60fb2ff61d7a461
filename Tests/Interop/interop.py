#!/usr/bin/env python3
"""Has the enclave sign a package that Reposeal's own programs never saw, and believes nothing that it cannot check.

    interop.py SOCKET SCHEDULER-DIRECTORY MIRROR

The mirror's `extra` must hold the database of the last serial. Each thing that is as docs/spec says makes one line.
"""

import hashlib
import pathlib
import sys

import package
from enclave import JOB, OUTCOME, Enclave, Keyring, job_hash, notations, outcome, signing_keys, update, with_statements
from sha256_state import digest


def main():
    socket, directory, mirror = sys.argv[1:]
    enclave = Enclave(socket, directory)
    assert enclave.hello[41:73] == package.codec_id(), "the enclave compresses otherwise than Python's zlib"
    print("hello: the codec is Python's zlib")

    status, leaves, history = enclave.checked_log(at_most=2)
    old_head = status["size"], status["root"]
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
    job = update(place, serial, [ours], new)
    name = job_hash(job)
    assert enclave.ask(OUTCOME, name).data == b"\4", "an outcome of a job that nobody asked for"
    keys = signing_keys(enclave.policy)
    evidence = [
        package.approval([ours], "extra", person, keys[person], status["distribution"].hex(), enclave.policy["version"])
        for person in ("alice", "bob")]
    answer = enclave.ask(JOB, with_statements(job, evidence))
    assert enclave.scheduler.record[32:64] == name, "the answer is about another job"
    result = outcome(answer)
    [database] = result["databases"]
    assert (result["job"], database["place"], database["serial"]) == (name, place, serial + 1)
    assert all(database[kind] == hashlib.sha256(new[kind]).digest() for kind in new)
    print("job: signed, and the databases are those that Python made")

    keyring = Keyring(enclave.policy)
    for kind in new:
        status = keyring.verify(new[kind], database[f"{kind}Signature"])
    says = notations(status)
    wanted = {"serial": str(serial + 1), "repo": "extra", "arch": "x86_64", "policy": enclave.policy["version"]}
    assert says == {**wanted, "log": str(result["first"] + len(result["leaves"]) - 1)}, says
    assert f" {database['created']} {database['expires']} " in status.partition("VALIDSIG")[2]
    [(file_name, signature)] = result["packages"]
    assert file_name == ours.file_name
    keyring.verify(ours.content, signature)
    print("signatures: gpg finds them good, with the notations of this serial")

    head, later, _ = enclave.checked_log()
    assert later == leaves + result["leaves"] and result["first"] == len(leaves)
    print("log: begins with what it was, and goes on with the job's leaves")
    enclave.prove(later, *old_head, head["size"], head["root"])
    print("log: the enclave proves it, leaf by leaf")
    assert enclave.ask(OUTCOME, name).data == answer.data, "the stored outcome is another one"
    assert enclave.ask(JOB, with_statements(job, [])).data == answer.data, "the same job has another answer"
    print("outcome: asked again, and the job asked again without evidence, the same to the byte")


main()

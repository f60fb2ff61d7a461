#!/usr/bin/env python3
"""Says something else in somebody's name: changes fields of a statement and signs it again.

    forge.py FILE OUTPUT [--set predicate.signer=mallory] [--swap desc,files] [--text OLD=>NEW] [--gpg KEY [--at TIME] | --seed FILE | --keep]

--swap exchanges two fields of the first package, --text changes the encoded bytes, --keep leaves the signature as it was.
--at is the time that gpg takes for the present, as 20190620T000000.
"""

import argparse
import base64
import json
import pathlib
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("file")
parser.add_argument("output")
parser.add_argument("--set", action="append", default=[], metavar="PATH=TEXT")
parser.add_argument("--swap", metavar="FIELD,FIELD")
parser.add_argument("--text", metavar="OLD=>NEW")
parser.add_argument("--gpg", metavar="KEY")
parser.add_argument("--at", metavar="TIME")
parser.add_argument("--seed", metavar="FILE")
parser.add_argument("--keep", action="store_true")
options = parser.parse_args()

envelope = json.loads(pathlib.Path(options.file).read_text())
statement = json.loads(base64.b64decode(envelope["payload"]))
for change in options.set:
    path, _, value = change.partition("=")
    *folders, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = statement
    for folder in folders:
        place = place[folder]
    place[last] = value
if options.swap:
    first, second = options.swap.split(",")
    package = statement["predicate"]["packages"][0]
    package[first], package[second] = package[second], package[first]
payload = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
if options.text:
    old, _, new = options.text.encode().partition(b"=>")
    assert old in payload, f"the statement has no {options.text}"
    payload = payload.replace(old, new, 1)
kind = envelope["payloadType"].encode()
content = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)

if not options.keep:
    with tempfile.NamedTemporaryFile() as file, tempfile.NamedTemporaryFile() as key:
        file.write(content)
        file.flush()
        if options.gpg:
            faked = [f"--faked-system-time={options.at}!"] if options.at else []
            command = ["gpg", "--batch", "--quiet", *faked, "--local-user", options.gpg, "--output", "-", "--detach-sign", file.name]
        else:
            seed = bytes.fromhex(pathlib.Path(options.seed).read_text().split()[1])
            key.write(bytes.fromhex("302e020100300506032b657004220420") + seed)
            key.flush()
            command = ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key.name, "-in", file.name]
        signature = subprocess.run(command, check=True, capture_output=True).stdout
    envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()
envelope["payload"] = base64.b64encode(payload).decode()
pathlib.Path(options.output).write_text(json.dumps(envelope))

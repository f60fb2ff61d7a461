#!/usr/bin/env python3
"""Looks for keys in a command that is about to end; for root.

    key_leftovers.py KEYS PASSPHRASE WORDS COMMAND...

COMMAND works with the sealed keys in the directory KEYS, under the first line of PASSPHRASE; WORDS names further files, with
commas between, whose first lines are secret. The command is held where it ends, and its memory is searched for all that is
secret about the keys that are sealed then. That the search would find them is seen where the command locks memory.
"""

import os
import pathlib
import sys
import threading
import time

import tracing
from process_memory import Camera, Search, status
from sealed_keys import Secret, secrets

MLOCK, EXIT_GROUP = 149, 231
HEXADECIMAL = b"0123456789abcdef"


def held(command, camera):
    """The memory of a command where it locked some, and where it ended; and how it ended."""
    begin, go = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(go)
        os.read(begin, 1)
        os.execvp(command[0], command)
    os.close(begin)
    moments = {MLOCK: [], EXIT_GROUP: []}

    def at(traced, call, arguments, result):
        if (call == MLOCK and result == 0) or (call == EXIT_GROUP and result is None):
            moments[call].append(camera.picture(traced))

    def start():
        while status(process, "TracerPid") == "0":
            time.sleep(0.01)
        os.write(go, b"x")

    threading.Thread(target=start).start()
    tracing.hold([process], at, lambda: False)
    return moments


def secret_words(path):
    """The first line of a file, and the bytes that it has in hexadecimal."""
    line = pathlib.Path(path).read_bytes().split(b"\n")[0]
    yield Secret(path, "a secret line", line)
    last = line.split(b" ")[-1]
    if len(last) == 64 and set(last) <= set(HEXADECIMAL):
        yield Secret(path, "a secret key", bytes.fromhex(last.decode()))


def main():
    keys, passphrase, words, *command = sys.argv[1:]
    moments = held(command, Camera())
    word = pathlib.Path(passphrase).read_bytes().split(b"\n")[0]
    known = [secret for path in [passphrase, *words.split(",")] if path for secret in secret_words(path)]
    for path in sorted(pathlib.Path(keys).glob("*.key")):
        known += secrets(path.stem, path, word)
    search = Search(known)

    def found(pictures):
        return {
            (secret.owner, secret.name, place.name) for picture in pictures if picture for place in picture.places
            for secret in search.found(place.data)}

    if not moments[EXIT_GROUP] or not found(moments[MLOCK]):
        sys.exit("the search did not see the command work with keys")
    left = found(moments[EXIT_GROUP])
    for owner, name, place in sorted(left):
        print(f"FOUND: {name} of {owner} in {place}")
    if left:
        sys.exit(1)
    print(f"{len(known)} secrets were searched for, and none was left")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A scheduler that need not be honest, over the independent client of Tests/Interop.

    peer.py ask SOCKET SCHEDULER-DIRECTORY JOB [EVIDENCE...]   asks for a job with just this evidence
    peer.py link SOCKET SCHEDULER-DIRECTORY ATTACK             does something that the protocol forbids
    peer.py policy SOCKET SCHEDULER-DIRECTORY POLICY EVIDENCE...   brings the next policy, between two looks at the status
    peer.py wire SOCKET SCHEDULER-DIRECTORY ATTACK LISTEN      sits on the line and lies about what the enclave answers

It prints what the enclave said and believes nothing that the enclave's answer key did not sign.
"""

import argparse
import hashlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Interop"))
from client import ACK, DATA, FIRST, HELLO, LAST, NAK, Ended, Link, Reader, Scheduler, counted, demand, frame, message  # noqa: E402
from client import sign, statement, text  # noqa: E402


def show(body):
    """Prints an answer; true if nothing was refused."""
    reader = Reader(body)
    kind = reader.integer(1)
    if kind == 1:
        version, _ = reader.text(), reader.text()
        print("status", version, "policy", reader.integer(8))
    elif kind == 2:
        reader.fixed(32)

        def database():
            place = f"{reader.text()}/{reader.text()} serial {reader.integer(8)}"
            reader.fixed(64), reader.counted(), reader.counted(), reader.fixed(16)
            return place

        print("signed", ", ".join(reader.list(database)))
    elif kind == 3:
        for refusal in reader.list(lambda: [reader.text(), *reader.list(reader.text)]):
            print("refused", *refusal)
    else:
        print("answer of kind", kind)
    return kind != 3


def scheduler_of(options):
    return Scheduler(
        options.scheduler, key=options.key, name=options.name, shift=options.shift, origin=options.origin,
        epoch=options.epoch)


def ask(options):
    scheduler = scheduler_of(options)
    job = demand(pathlib.Path(options.words[0]).read_bytes())
    evidence = [statement(path) for path in options.words[1:]]
    link = Link(options.socket, scheduler.policy)
    link.greet()
    link.send(scheduler.request(2, job + struct.pack(">I", len(evidence)) + b"".join(evidence)))
    body = scheduler.answer(*link.receive())
    if options.save:
        pathlib.Path(options.save).write_bytes(body)
    return show(body)


def policy(options):
    """All over one connection; says which policy's answer key signed what."""
    scheduler = scheduler_of(options)
    policies = [scheduler.policy, json.loads(pathlib.Path(options.words[0]).read_text())]
    content = b"\1" + counted(pathlib.Path(options.words[0]).read_bytes())
    evidence = [statement(path) for path in options.words[1:]]
    motion = content + struct.pack(">I", len(evidence)) + b"".join(evidence)
    link = Link(options.socket, scheduler.policy)
    link.greet()
    for kind, body in (1, b""), (5, motion), (1, b""):
        link.send(scheduler.request(kind, body))
        if kind == 5:
            scheduler.subject = hashlib.sha256(b"reposeal motion v1\n" + content).digest()
        answer = link.receive()
        for scheduler.policy in policies:
            try:
                body = scheduler.answer(*answer)
            except subprocess.CalledProcessError:
                continue
            print(f"by the answer key of policy {scheduler.policy['version']}:", end=" ")
            show(body)


# Links that break the rules; each function ends with what the enclave said about it.


def end(link):
    while True:
        link.frame()


def garbage(link, scheduler):
    """Noise before the greeting, and noise after it."""
    noise = b"\0".join(os.urandom(900).replace(b"\0", b"x") for _ in range(100)) + b"\0"
    link.raw(noise)
    link.greet()
    link.raw(noise)
    status(link, scheduler)


def bad_crc(link, scheduler):
    """What arrives damaged is as if it had not arrived."""
    link.greet()
    link.raw(frame(DATA, FIRST, link.sent, link.expected, b"head", damage=1))
    status(link, scheduler)


def other_session(link, scheduler):
    """A frame whose number is of no session."""
    link.greet()
    link.raw(frame(DATA, FIRST, (link.sent + 100_000) % 2**32, link.expected, b"head"))
    status(link, scheduler)


def no_greeting(link, scheduler):
    link.raw(frame(DATA, FIRST, 5, 6, b"head"))
    end(link)


def frame_version(link, scheduler):
    link.raw(frame(HELLO, 0, 0, 0, link.hello, version=9))
    end(link)


def hello_version(link, scheduler):
    link.hello = link.hello[:8] + struct.pack(">HH", 7, 9) + link.hello[12:]
    link.greet()
    end(link)


def false_acknowledgement(link, scheduler):
    """Has what was never sent."""
    link.greet()
    link.raw(frame(ACK, 0, link.sent, (link.expected + 1) % 2**32, b""))
    end(link)


def truncated(link, scheduler):
    link.greet()
    link.send(scheduler.request(1, b"")[:-1])
    end(link)


def vanishing(link, scheduler):
    """Goes away in the middle of a message."""
    link.greet()
    link.raw(frame(DATA, FIRST, link.sent, link.expected, message(1, b"content", bytes(200), declared=(5000, 5000))))
    link.socket.close()
    print("went away")
    sys.exit(0)


def oversize(link, scheduler):
    link.greet()
    link.send(message(1, b"content", b"", declared=(1 << 30, 1 << 30)))
    end(link)


def bomb(link, scheduler):
    """A few bytes that are said to become very many."""
    link.greet()
    link.send(text(bytes([1, 1]) + struct.pack(">III", 3, 1 << 30, 0) + b"content") + b"abc")
    end(link)


def other_body(link, scheduler):
    """A good token before another body."""
    link.greet()
    scheduler.request(4, struct.pack(">QI", 0, 1))
    link.send(message(1, scheduler.signed(scheduler.token), struct.pack(">QI", 0, 2)))
    end(link)


def unfinished(link, scheduler):
    """The first frame of a request of a mebibyte."""
    scheduler.request(8, bytes(100))
    head = message(1, scheduler.signed(scheduler.token), b"", declared=(1 << 20, 1 << 20))
    return frame(DATA, FIRST, link.sent, link.expected, head)


def no_body(link, scheduler):
    """Only the head of a large request, whose token somebody else signed: the enclave does not wait for more."""
    link.greet()
    scheduler.seed = bytes(32)
    link.raw(unfinished(link, scheduler))
    end(link)


def late(link, scheduler):
    """The same with a token that is out of date, which a small request is answered for."""
    link.greet()
    scheduler.shift = -86400
    link.raw(unfinished(link, scheduler))
    end(link)


def out_of_order(link, scheduler):
    """Sends the frames of a message from the last to the first."""
    link.greet()
    data = scheduler.request(1, b"")
    pieces = [data[start : start + 100] for start in range(0, len(data), 100)]
    for number, piece in reversed(list(enumerate(pieces))):
        flags = (FIRST if number == 0 else 0) | (LAST if number == len(pieces) - 1 else 0)
        link.raw(frame(DATA, flags, (link.sent + number) % 2**32, link.expected, piece))
        if flags & LAST:
            kind, _, (_, wanted), _ = link.frame()
            print("the first one is wanted" if (kind, wanted) == (NAK, link.sent) else "no gap is seen")
    link.sent = (link.sent + len(pieces)) % 2**32
    show(scheduler.answer(*link.receive()))


def second_peer(link, scheduler):
    """Is served, lets another one try, and asks on."""
    link.greet()
    # The enclave now waits for this one's request.
    other = Link(link.socket.getpeername(), scheduler.policy)
    try:
        other.greet()
        print("the second one is served too")
    except Ended as ended:
        print("the second one:", ended)
    status(link, scheduler)


def status(link, scheduler):
    link.send(scheduler.request(1, b""))
    show(scheduler.answer(*link.receive()))


def twice(link, scheduler):
    """Two requests over one connection, the same one once more, which has a window and no state."""
    link.greet()
    status(link, scheduler)
    link.send(message(1, scheduler.signed(scheduler.token), b""))
    show(scheduler.answer(*link.receive()))


ATTACKS = {
    name.__name__.replace("_", "-"): name
    for name in [
        garbage, bad_crc, other_session, no_greeting, frame_version, hello_version, false_acknowledgement, truncated,
        vanishing, oversize, bomb, other_body, no_body, late, out_of_order, second_peer, twice,
    ]
}


# Somebody on the line, who has no key: takes one connection, passes everything on, and lies about outcomes.


def refusal(content, body, earlier):
    """"alreadySigned", with the enclave's own signature over something else."""
    body = b"\3" + struct.pack(">I", 1) + text("alreadySigned") + struct.pack(">I", 2) + text("x86_64/tide-1.1-1")
    return content, body + text(hashlib.sha256(b"").hexdigest())


def own_signature(content, body, earlier):
    """The same, signed by a key that is not the enclave's."""
    _, body = refusal(content, body, earlier)
    return content[:-64] + sign(os.urandom(32), "application/vnd.reposeal.answer.v1", body), body


def earlier_answer(content, body, earlier):
    """What the enclave once answered to another request."""
    return earlier


def cut_answer(content, body, earlier):
    return content[:-1], body


LIES = {name.__name__.replace("_", "-"): name for name in [refusal, own_signature, earlier_answer, cut_answer]}


def wire(options):
    lie, path = LIES[options.words[0]], options.words[1]
    scheduler = scheduler_of(options)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        near = Link(None, scheduler.policy, accepted=server.accept()[0])
    far = Link(options.socket, scheduler.policy)
    _, _, _, far.hello = near.frame()
    answer = far.greet()
    near.raw(frame(HELLO, 0, 0, 0, answer))
    near.number(answer, far.hello)
    far.send(scheduler.request(1, b""))
    earlier = far.receive()
    while True:
        far.send(message(1, *near.receive(expected_kind=1)))
        content, body = far.receive()
        # The outcome of a job is what the scheduler waits for.
        near.send(message(2, *(lie(content, body, earlier) if body[0] == 2 else (content, body))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ask", "link", "policy", "wire"])
    parser.add_argument("socket")
    parser.add_argument("scheduler")
    parser.add_argument("words", nargs="+")
    parser.add_argument("--name", default="scheduler", help="the scheduler's name in requests")
    parser.add_argument("--key", help="the key that signs requests")
    parser.add_argument("--origin", help="the log origin that requests name")
    parser.add_argument("--epoch", type=int, help="the epoch that requests name")
    parser.add_argument("--shift", type=int, default=0, help="seconds by which the request's window is moved")
    parser.add_argument("--save", help="where to write the body of the answer")
    options = parser.parse_args()
    try:
        if options.what == "ask":
            sys.exit(0 if ask(options) else 1)
        if options.what == "policy":
            return policy(options)
        if options.what == "wire":
            wire(options)
        scheduler = scheduler_of(options)
        ATTACKS[options.words[0]](Link(options.socket, scheduler.policy), scheduler)
    except Ended as ended:
        print(f"the enclave {ended}")
        sys.exit(1)


main()

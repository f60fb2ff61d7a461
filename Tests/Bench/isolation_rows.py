"""The row `isolation`: what it costs to check an envelope and to sign a digest in jails, against the same without and nothing at all."""

import hashlib
import statistics
import struct
import subprocess
from collections.abc import Iterator

import client
from enclave import Enclave, Package
from enclave_rows import percentile
from rows import Bench, row
from sealed_keys import unsealed

WANTED = 15.0  # milliseconds, for both jails together
LOADER = "/lib64/ld-linux-x86-64.so.2"
# The namespaces of a signer's jail (enclave/Sources/Sandbox/BubblewrapArguments.swift).
NAMESPACES = (
    "/usr/bin/bwrap --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --disable-userns "
    "--die-with-parent --new-session --as-pid-1 --uid 65534 --gid 65534 --cap-drop ALL --hostname job --clearenv"
).split()


def nothing(signer: str) -> list[str]:
    """A jail with the files of a signer's, in which true runs."""
    said = subprocess.run([LOADER, "--list", signer], capture_output=True, text=True, check=True).stdout
    libraries = sorted({word for word in said.split() if word.startswith("/")} | {LOADER})
    words = [*NAMESPACES, "--ro-bind", "/usr/bin/true", "/program"]
    for library in libraries:
        words += ["--ro-bind", library, library]
    for device in ("/dev/null", "/dev/urandom"):
        words += ["--dev-bind", device, device]
    return [*words, "--remount-ro", "/", "--", "/program"]


def inputs(made: Enclave, folder) -> None:
    """An approval by a person to check, a digest to sign, and the key for it, as monitor and broker hand them to jails."""
    approval = client.Reader(made.approval("alice", "extra", [Package.like(None, "tide", "1-1", b"%FILES%\n")]))
    payload, signature = approval.counted(), approval.counted()
    certificate = (made.home / "people/alice.gpg").read_bytes()
    content = client.pae("application/vnd.in-toto+json", payload)
    (folder / "verification").write_bytes(b"\2" + b"".join(map(client.counted, (certificate, content, signature))))
    selector = bytes(12) + bytes.fromhex(made.keys["extra"])
    request = b"RSJ1\1\0\0\0" + selector + bytes(32) + struct.pack(">II", 1, 0) + hashlib.sha256(b"a database").digest()
    (folder / "signing").write_bytes(request)
    record, _ = unsealed(made.home / f"keys/{made.keys['extra']}.key", b"bench")
    (folder / "record").write_bytes(record)


def p50_p99(times: list[float]) -> str:
    return f"p50 {statistics.median(times):.1f} ms, p99 {percentile(times, 0.99):.1f} ms"


def isolation(bench: Bench) -> Iterator[str]:
    made = Enclave(bench.programs)
    try:
        folder = made.folder("isolation")
        inputs(made, folder)
        verifier, signer = (str(bench.programs / f"reposeal-{name}") for name in ("verifier", "signer"))
        said = made.call(
            str(bench.programs / "JailProbe"), "cost", verifier, signer, str(folder), str(3 * bench.jobs), *nothing(signer))
    finally:
        made.close()
    names, *lines = said.splitlines()
    columns = zip(*([int(word) / 1000 for word in line.split()] for line in lines))
    times = {name: list(column) for name, column in zip(names.split(), columns)}
    bare = statistics.median(times["bare"])
    for name, work in {
        "jails": "an envelope checked and a digest signed, in two jails made for them", "waiting": "the same in jails that wait",
    }.items():
        cost = statistics.median(times[name]) - bare
        yield row(
            work, p50_p99(times[name]), f"the same programs without jails: {p50_p99(times['bare'])}", f"{cost:+.1f} ms",
            f"under {WANTED:g} ms more", cost < WANTED, None)
    ratio = statistics.median(times["jails"]) / statistics.median(times["nothing"])
    yield f"| | | `bwrap … true` twice: {p50_p99(times['nothing'])} | {ratio:.2f} times the time | | | |"

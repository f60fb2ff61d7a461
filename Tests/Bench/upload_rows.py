"""The row about collecting: many packages at once over HTTP, against what the disk takes and what the cores give."""

import base64
import hashlib
import os
import pathlib
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from enclave import BUILDER, Enclave, canonical_json, client
from enclave_rows import enclave
from rows import Bench, row
from service import Service

UPLOADS = 50
MEBIBYTES = 128
SATURATED = 0.9
MEMORY_LIMIT = 512 << 20
TOKEN = "application/vnd.reposeal.upload-token.v1+json"
CLOCK = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Use:
    """What the machine had done at one moment."""

    clock: float
    busy: float  # seconds of processor time, of all cores
    disk: float  # seconds in which the disk worked
    written: int  # bytes

    @classmethod
    def now(cls, folder: pathlib.Path) -> "Use":
        ticks = [int(word) for word in open("/proc/stat").readline().split()[1:9]]
        device = os.stat(folder).st_dev
        name = [str(os.major(device)), str(os.minor(device))]
        disk = next((line.split() for line in open("/proc/diskstats") if line.split()[:2] == name), ["0"] * 14)
        busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
        return cls(time.perf_counter(), busy, int(disk[12]) / 1000, int(disk[9]) * 512)


class Uploader:
    """A builder whose uploads cost it next to nothing: the kernel sends the same file each time."""

    def __init__(self, made: Enclave, service: Service, file: pathlib.Path):
        self.made, self.service, self.file = made, service, file
        self.size = file.stat().st_size
        with open(file, "rb") as opened:
            self.sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        self.seed = bytes.fromhex((made.home / f"machines/{BUILDER}.key").read_text().split()[1])

    def token(self, method: str, name: str) -> str:
        now = int(time.time())
        data = canonical_json({
            "builder": BUILDER, "distribution": self.made.policy_digest, "fileName": name, "method": method,
            "notAfter": time.strftime(CLOCK, time.gmtime(now + 1800)), "scope": "upload", "sha256": self.sha256,
            "notBefore": time.strftime(CLOCK, time.gmtime(now - 60)), "size": str(self.size)})
        parts = data, client.sign(self.seed, TOKEN, data)
        return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)

    def head(self, method: str, path: str, token: str, *fields: str) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1", "Host: bench", "Connection: close", "Tus-Resumable: 1.0.0",
            f"Authorization: Bearer {token}", *fields, "", ""]
        return "\r\n".join(lines).encode()

    def ask(self, head: bytes, body: bool, expected: int) -> bytes:
        """Sends a request and perhaps the file; returns the answer."""
        with socket.create_connection(("127.0.0.1", self.service.port)) as line, open(self.file, "rb") as opened:
            line.sendall(head)
            if body:
                line.sendfile(opened)
            answer = b""
            while piece := line.recv(65536):
                answer += piece
        if not answer.startswith(f"HTTP/1.1 {expected} ".encode()):
            sys.exit(f"bench: an upload was answered with {answer[:500]!r}")
        return answer

    def begin(self, name: str) -> bytes:
        """Begins an upload; returns the head of the request that brings all its bytes."""
        head = self.head(
            "POST", "/api/v1/uploads", self.token("POST", name), f"Upload-Length: {self.size}", "Content-Length: 0")
        fields = self.ask(head, False, 201).decode().split("\r\n")
        address = next(field.split(": ")[1] for field in fields if field.lower().startswith("location: "))
        return self.head(
            "PATCH", address, self.token("PATCH", name), "Upload-Offset: 0", f"Content-Length: {self.size}",
            "Content-Type: application/offset+octet-stream")

    def send(self, count: int) -> None:
        """So many uploads at once, from the first byte of the first to the answer to the last."""
        heads = [self.begin(f"upload{number}-{time.time_ns()}-1-x86_64.pkg.tar.zst") for number in range(count)]
        os.sync()
        failed: list[BaseException] = []

        def one(head: bytes) -> None:
            try:
                self.ask(head, True, 204)
            except BaseException as error:  # a thread's error would otherwise go unseen
                failed.append(error)

        self.service.forget_peak()
        self.before, self.served = Use.now(self.made.home), self.service.cpu()
        self.own = processor_time()
        threads = [threading.Thread(target=one, args=(head,)) for head in heads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.after, self.served = Use.now(self.made.home), self.service.cpu() - self.served
        self.own = processor_time() - self.own
        if failed:
            sys.exit(f"bench: an upload failed: {failed[0]!r}")


def processor_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def disk_rate(file: pathlib.Path, count: int, folder: pathlib.Path) -> float:
    """Bytes a second of plain copies one after the other, each followed by fsync."""
    os.sync()
    start = time.perf_counter()
    for number in range(count):
        subprocess.run(
            ["dd", f"if={file}", f"of={folder}/{number}", "bs=1M", "conv=fsync", "status=none"], check=True)
    rate = count * file.stat().st_size / (time.perf_counter() - start)
    for number in range(count):
        (folder / str(number)).unlink()
    return rate


def uploads(bench: Bench) -> Iterator[str]:
    made = enclave(bench, bench.entries)
    folder = made.folder("raw")
    file = made.home / "upload"
    file.write_bytes(os.urandom(MEBIBYTES << 20))
    rates = [disk_rate(file, UPLOADS, folder)]
    service = Service(made)
    try:
        uploader = Uploader(made, service, file)
        uploader.send(UPLOADS)
        peak = service.peak()
    finally:
        service.stop()
    rates.append(disk_rate(file, UPLOADS, folder))
    before, after = uploader.before, uploader.after
    wall = after.clock - before.clock
    rate = UPLOADS * uploader.size / wall
    shares = {
        "the disk": (after.disk - before.disk) / wall,
        "the cores": (after.busy - before.busy) / wall / (os.cpu_count() or 1)}
    first = max(shares, key=shares.get)
    yield row(
        f"{UPLOADS} uploads at once of {MEBIBYTES} MiB each",
        f"{rate / 1e6:.0f} MB/s; CPU of the service {uploader.served / wall:.2f} cores, of the sender "
        f"{uploader.own / wall:.2f}", "`dd conv=fsync` of the same, before and after: "
        + " and ".join(f"{one / 1e6:.0f}" for one in rates) + " MB/s",
        ", ".join(f"{name} worked {share:.0%} of the time" for name, share in shares.items()),
        f"{SATURATED:.0%} of one; it is {first}", shares[first] >= SATURATED, peak, MEMORY_LIMIT)
    print(
        f"bench: {UPLOADS} uploads: {wall:.1f} s, {(after.written - before.written) / 1e6:.0f} MB written",
        file=sys.stderr, flush=True)

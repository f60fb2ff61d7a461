"""The rows about the enclave: one package in a large repository against gpg, and many packages against the bare keys."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import canonical
from enclave import Enclave, Timing
from rows import Bench, row, seconds

MONITOR_LIMIT = 200 << 20
# A jail as the enclave's verifiers have (enclave/Sources/Sandbox/BubblewrapArguments.swift), with what gpg needs to sign.
JAIL = (
    "bwrap --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --disable-userns "
    "--die-with-parent --new-session --as-pid-1 --uid 65534 --gid 65534 --cap-drop ALL --hostname job --clearenv "
    "--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --dev /dev "
    "--setenv HOME /job --setenv PATH /usr/bin"
).split()
_enclaves: dict[int, Enclave] = {}


def enclave(bench: Bench, entries: int) -> Enclave:
    """An enclave whose `extra` has so many entries; the same one for every row."""
    if entries not in _enclaves:
        folder = bench.stock_repository(entries)
        _enclaves[entries] = made = Enclave(bench.programs)
        print(f"bench: importing {entries} entries", file=sys.stderr, flush=True)
        took = made.import_repository(folder)
        print(f"bench: imported them in {took:.1f} s, with {made.peak() >> 20} MiB", file=sys.stderr, flush=True)
    return _enclaves[entries]


def close() -> None:
    for made in _enclaves.values():
        made.close()


class Gpg:
    """A key in a home of its own."""

    def __init__(self, enclave: Enclave, algorithm: str):
        self.enclave = enclave
        self.home = enclave.folder(f"gpg-{algorithm}")
        self.words = ["gpg", "--batch", "--quiet", "--no-tty"]
        enclave.call(
            *self.words, "--homedir", str(self.home), "--pinentry-mode", "loopback", "--passphrase", "",
            "--quick-gen-key", "Bench <bench@example.org>", algorithm, "sign", "never")
        enclave.call("gpgconf", "--homedir", str(self.home), "--kill", "all")

    def cold(self, file: Path) -> float:
        """Seconds for one detached signature over a file in a fresh jail, where no agent runs yet."""
        binds = ["--bind", str(self.home), "/job", "--ro-bind", str(file), "/file", "--chdir", "/job"]
        words = [*self.words, "--homedir", "/job", "--yes", "--output", "/dev/null", "--detach-sign", "/file"]
        start = time.perf_counter()
        self.enclave.call(*JAIL, *binds, "--remount-ro", "/", "--", *words)
        return time.perf_counter() - start

    def warm(self, count: int) -> float:
        """Seconds for each of so many small files, one gpg after the other, with an agent that has the key."""
        file = self.enclave.home / "small"
        file.write_bytes(b"a small file\n")
        words = [*self.words, "--homedir", str(self.home), "--yes", "--output", "/dev/null", "--detach-sign", str(file)]
        self.enclave.call(*words)
        start = time.perf_counter()
        for _ in range(count):
            self.enclave.call(*words)
        return (time.perf_counter() - start) / count


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def steps(timings: list[Timing]) -> str:
    """The median of each step, and its share of all of them."""
    middle = {step: statistics.median(timing.steps[step] for timing in timings) for step in timings[0].steps}
    rest = max(statistics.median(timing.wall for timing in timings) - sum(middle.values()), 0)
    total = sum(middle.values()) + rest
    taken = [*middle.items(), ("answer", rest)]
    return ", ".join(f"{step} {seconds(took)} ({took / total:.0%})" for step, took in taken)


def upgrades(made: Enclave, folder: Path, count: int) -> Iterator[Timing]:
    """Upgrades of names all over the repository, one job each."""
    names = [line.split() for line in (folder / "names").read_text().splitlines()]
    done = 0
    for offset in range(len(names)):
        name, version = names[(offset * 7919 + 11) % len(names)]
        epoch = version.split(":")[0] + ":" if ":" in version else ""
        if canonical.begins(f"{name}-{version}", "db") or canonical.begins(f"{name}-{version}", "files"):
            continue
        timing = made.upgrade(f"{name}-{version}", f"{epoch}99999999-1")
        if timing:
            yield timing
            done += 1
        if done == count:
            return


def one_package(bench: Bench, entries: int, gpg: Gpg | None) -> tuple[list[Timing], list[float], int]:
    """Jobs of one package and, in turn with them, gpg over the same `.files`."""
    made = enclave(bench, entries)
    made.restart_monitor()
    file = made.home / "scheduler/repositories/extra/x86_64/files"
    timings, others = [], []
    for timing in upgrades(made, bench.stock_repository(entries), bench.jobs):
        timings.append(timing)
        if gpg:
            others.append(gpg.cold(file))
    return timings, others, made.peak()


def p50_p99(times: list[float]) -> str:
    return f"p50 {seconds(statistics.median(times))}, p99 {seconds(percentile(times, 0.99))}"


def enclave_one(bench: Bench) -> Iterator[str]:
    made = enclave(bench, bench.entries)
    timings, others, peak = one_package(bench, bench.entries, Gpg(made, "ed25519"))
    walls = [timing.wall for timing in timings]
    ratio = statistics.median(walls) / statistics.median(others)
    yield row(
        f"a job of 1 package in {bench.entries}, from request to durable answer", p50_p99(walls),
        f"cold `gpg --detach-sign` over its `.files` in a jail: {p50_p99(others)}", f"{ratio:.2f} times the time",
        "at most 2", ratio <= 2, peak, MONITOR_LIMIT)
    yield f"| its steps | {steps(timings)} | | | | | |"


def enclave_scale(bench: Bench) -> Iterator[str]:
    small, _, _ = one_package(bench, bench.entries, None)
    large, _, peak = one_package(bench, 4 * bench.entries, None)
    walls = [[timing.wall for timing in timings] for timings in (large, small)]
    ratio = statistics.median(walls[0]) / statistics.median(walls[1])
    yield row(
        f"a job of 1 package in {4 * bench.entries}", p50_p99(walls[0]), f"in {bench.entries}: {p50_p99(walls[1])}",
        f"{ratio:.2f} times the time", "at most 4.5", ratio <= 4.5, peak, 1 << 40)
    yield f"| its steps | {steps(large)} | | | | | |"


def enclave_many(bench: Bench) -> Iterator[str]:
    made = Enclave(bench.programs)
    try:
        for repository in ("rsa", "extra"):
            timing = made.fill(repository, 500)
            took = timing.steps["sign"] + timing.steps["check"]
            rate = 502 / took
            if repository == "rsa":
                said = subprocess.run(
                    ["openssl", "speed", "-elapsed", "-seconds", "5", "rsa4096"], capture_output=True, text=True,
                    check=True).stdout
                other = float(re.search(r"^rsa 4096 bits .* ([0-9.]+) +[0-9.]+$", said, re.MULTILINE).group(1))
                yield row(
                    "502 signatures of a job of 500 packages, RSA-4096", f"{rate:.0f}/s, checked",
                    f"`openssl speed rsa4096`: {other:.0f}/s", f"{rate / other:.0%}", "80 %", rate >= 0.8 * other,
                    made.peak(), MONITOR_LIMIT)
            else:
                other = 1 / Gpg(made, "ed25519").warm(50)
                yield row(
                    "502 signatures of a job of 500 packages, Ed25519", f"{rate:.0f}/s, checked",
                    f"`gpg --detach-sign` of each, warm agent: {other:.0f}/s", f"{rate / other:.1f} times as many",
                    "10 times", rate >= 10 * other, made.peak(), MONITOR_LIMIT)
            yield f"| the whole job: {seconds(timing.wall)} | {steps([timing])} | | | | | |"
    finally:
        made.close()

"""Runs commands and says what they took."""

import os
import pathlib
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Cost:
    """What one run took."""

    wall: float  # seconds
    cpu: float  # seconds of user and system time, with all processes that it started and waited for
    peak: int  # bytes resident in the largest of these processes


def run(*commands: list[str], environment: dict[str, str], directory: pathlib.Path) -> Cost:
    """Runs the commands at once until the last has ended.

    What they print goes nowhere, and errors to the file `errors` in the directory. The peak includes what this process
    had resident when it started the command, some 15 MB.
    """
    nowhere = subprocess.DEVNULL
    with open(directory / "errors", "wb") as errors:
        start = time.perf_counter()
        running = [
            subprocess.Popen(command, cwd=directory, env=environment, stdin=nowhere, stdout=nowhere, stderr=errors)
            for command in commands
        ]
        cost = Cost(0, 0, 0)
        for process in running:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cost.cpu += usage.ru_utime + usage.ru_stime
            cost.peak = max(cost.peak, usage.ru_maxrss * 1024)
        cost.wall = time.perf_counter() - start
    for process in running:
        if process.returncode != 0:
            said = (directory / "errors").read_text(errors="replace")[-2000:]
            sys.exit(f"bench: {process.args[0]} ended with {process.returncode}:\n{said}")
    return cost


def median(costs: list[Cost]) -> Cost:
    """The median of the times, the greatest of the peaks."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        max(cost.peak for cost in costs),
    )


def shares(files: list[pathlib.Path], workers: int) -> list[list[str]]:
    """Divides files among workers so that each has about as many bytes."""
    loads: list[tuple[int, list[str]]] = [(0, []) for _ in range(workers)]
    for file in sorted(files, key=lambda file: -file.stat().st_size):
        index = min(range(workers), key=lambda index: loads[index][0])
        total, members = loads[index]
        loads[index] = (total + file.stat().st_size, [*members, str(file)])
    return [members for _, members in loads if members]


def warm(*paths: pathlib.Path) -> None:
    """Brings files into the page cache and writes back what is dirty, so that no run pays for the one before it."""
    for path in paths:
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file():
                with open(file, "rb", buffering=0) as opened:
                    while opened.read(1 << 20):
                        pass
    os.sync()

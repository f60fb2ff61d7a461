#!/usr/bin/env python3
"""failed-tests.py LOG: prints what failed in a log of `swift test`, in some 60 lines whatever its length.

For each test that failed: its name and the issues that it recorded, a transcript as the difference between what was
expected and what was printed. If the run ended early: the tests that had begun. Last, where the log lies.
"""

import difflib
import re
import sys

LINES = 60
ISSUE = re.compile(r'✘ (?:Test case passing .*? to|Test) (".*?"|\S+) recorded an issue(.*)')
BEGAN = re.compile(r'◇ Test (?!case passing|run)(".*"|\S+) started\.$')
ENDED = re.compile(r'(✔|✘|➜) Test (?!case passing|run)(".*?"|\S+) .*?(passed|failed|skipped)')
WHOLE = re.compile(r"[✔✘] Test run with ")
BROKEN = re.compile(r"(^|\s)error: ")
EVENT = ("◇", "✔", "✘", "➜", "⚠", "↻")


def difference(command, expected, printed):
    """A command of a transcript, and what differs in what it printed."""
    said = [block[0].removeprefix("--- ") for block in (expected, printed)]
    changes = difflib.unified_diff(expected[1:], printed[1:], *said, lineterm="", n=1)
    return [" ".join(command)] + ([line for line in changes if not line.startswith("@@")] or [", ".join(said)])


def issue(found, following):
    """What one issue says: the expectation that failed, or the difference of a transcript."""
    details = []
    for line in following:
        if line.startswith(EVENT) or not line.startswith(("↳ ", "  ")):
            break
        details.append(line[2:])
    marks = [number for number, line in enumerate(details) if line.startswith(("--- expected", "--- printed"))]
    if len(marks) == 2:
        return difference(details[:marks[0]], details[marks[0]:marks[1]], details[marks[1]:])
    return [found[2].strip()] + details


def shares(lengths, room):
    """How many lines each gets: as many as it has, as long as there is room for all, and the same for the longest."""
    share = max((n for n in range(1, room + 1) if sum(min(length, n) for length in lengths) <= room), default=1)
    return [min(length, share) for length in lengths]


def unfinished(lines, ended):
    """If the run ended early: the errors, and the tests that began last of those that never ended."""
    if any(WHOLE.match(line) for line in lines):
        return []
    began = dict.fromkeys(found[1] for found in map(BEGAN.match, lines) if found and found[1] not in ended)
    return [line for line in lines if BROKEN.search(line)][-10:] + ["The run did not come to its end. Begun last:"] + [
        f"    {name}" for name in list(began)[-10:]]


def report(lines):
    """What failed, by test, each issue cut to its share of the lines."""
    ended = {found[2]: found[3] for found in map(ENDED.match, lines) if found}
    recorded = [(found[1], issue(found, lines[number + 1:]))
                for number, found in enumerate(map(ISSUE.match, lines)) if found]
    failed = dict.fromkeys([name for name, _ in recorded] + [name for name in ended if ended[name] == "failed"])
    end = unfinished(lines, ended)
    room = shares([len(text) for _, text in recorded], LINES - len(end) - 2 * len(failed))
    for name in failed:
        yield f"✘ {name}"
        for (test, text), share in zip(recorded, room):
            if test == name:
                cut = f"  … {len(text) - share} lines more" if len(text) > share else ""
                yield from (f"    {line}" for line in text[:share - 1])
                yield f"    {text[share - 1]}{cut}"
    yield from end


def main(path):
    with open(path, encoding="utf-8", errors="replace") as log:
        shown = list(report(log.read().splitlines()))
    print("\nWhat failed:", *shown[:LINES], sep="\n")
    if len(shown) > LINES:
        print(f"… {len(shown) - LINES} lines more")
    print(f"The whole log: {path}")


main(sys.argv[1])

#!/usr/bin/env python3
"""Checks that docs/promises.md and docs/threat-model.md name only tests that exist.

Tests are named as `PATH` "NAME", "NAME" ...: PATH is below Tests, `.swift` may be left out, and NAME stands in that file between
quotation marks or grave accents, or in a transcript anywhere. Each numbered row of a table must name a test or say
`pending`. Prints one line for each that does not, and exits 1 if there is any.
"""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
NAMED = re.compile(r'`([A-Za-z0-9/._-]+)` ("[^"]+"(?:, "[^"]+")*)')
NUMBERED = re.compile(r"\| T?\d+\b")


def problems(document):
    named = 0
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        found = [(path, name) for path, names in NAMED.findall(line) for name in re.findall('"([^"]+)"', names)]
        named += len(found)
        place = f"{document.relative_to(root)}:{number}"
        for path, name in found:
            file = next((root / "Tests" / p for p in (path, path + ".swift") if (root / "Tests" / p).is_file()), None)
            if file is None:
                yield f"{place}: there is no file Tests/{path}"
                continue
            text = file.read_text(encoding="utf-8")
            forms = [name] if file.suffix == ".txt" else [f'"{name}"', f"`{name}`"]
            if not any(form in text for form in forms):
                yield f"{place}: there is no test \"{name}\" in {file.relative_to(root)}"
        if NUMBERED.match(line) and not found and "pending" not in line:
            yield f"{place}: neither a test nor the word pending"
    if named == 0:
        yield f"{document.relative_to(root)}: no test is named"


found = [problem for name in ("promises", "threat-model") for problem in problems(root / "docs" / f"{name}.md")]
print(*found, sep="\n", end="\n" if found else "")
sys.exit(bool(found))

#!/usr/bin/env python3
"""Makes a repository's two databases as stock repo-add leaves them: one gzip -6 member each, and short links.

    repository.py ENTRIES PERCENT DIRECTORY

The `desc` entries are the real ones of Arch Linux in 2019 (Tests/Fixtures/arch-2019) in descv2. When they run out they
come again with other numbers under prefixed names, so that no entry stands near its like and helps gzip more than
real ones do. A file list has about 12 kB, at least 4 and at most 20, or PERCENT of it. `names` in the directory lists
NAME VERSION of each entry. The same ENTRIES and PERCENT give the same members.
"""

import hashlib
import itertools
import pathlib
import random
import subprocess
import sys
import tarfile

import filelist
import tar

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/arch-2019"
NAME = "bench"
DROPPED = {"MD5SUM", "PGPSIG"}


def real_descriptions() -> list[dict[str, str]]:
    """The blocks of every real entry, by field, in their order."""
    found = []
    for database in ("core", "multilib", "testing"):
        with tarfile.open(FIXTURES / f"{database}.db") as archive:
            for entry in archive:
                if entry.name.endswith("/desc"):
                    text = archive.extractfile(entry).read().decode()
                    blocks = (block.split("\n", 1) for block in text.strip().split("\n\n"))
                    found.append({head.strip("%"): value for head, value in blocks if head.strip("%") not in DROPPED})
    return found


def entries(count: int) -> dict[str, dict[str, str]]:
    """`count` descriptions by directory name, in the order of a database."""
    made: dict[str, dict[str, str]] = {}
    names: set[str] = set()
    real = real_descriptions()
    for index in itertools.count():
        if len(made) == count:
            return dict(sorted(made.items(), key=lambda item: item[0].encode()))
        turn, original = index // len(real), real[index % len(real)]
        name = (f"{filelist.WORDS[turn % len(filelist.WORDS)]}{turn}-" if turn else "") + original["NAME"]
        if name in names:  # as a package of two repositories is
            continue
        names.add(name)
        rng = random.Random(name)
        version, architecture = original["VERSION"], original["ARCH"]
        made[f"{name}-{version}"] = original | {
            "NAME": name,
            "FILENAME": f"{name}-{version}-{architecture}.pkg.tar.zst",
            "CSIZE": str(rng.randrange(10_000, 10_000_000)),
            "ISIZE": str(rng.randrange(30_000, 40_000_000)),
            "BUILDDATE": str(rng.randrange(1_400_000_000, 1_560_000_000)),
            "SHA256SUM": hashlib.sha256(name.encode()).hexdigest(),
        }


class Database:
    """One of the two files while it is written."""

    def __init__(self, directory: pathlib.Path, kind: str):
        self.file = open(directory / f"{NAME}.{kind}.tar.gz", "wb")
        self.gzip = subprocess.Popen(["gzip", "-c", "-f", "-n"], stdin=subprocess.PIPE, stdout=self.file)
        self.length = 0
        link = directory / f"{NAME}.{kind}"
        link.unlink(missing_ok=True)
        link.symlink_to(f"{NAME}.{kind}.tar.gz")

    def append(self, members: bytes) -> None:
        self.gzip.stdin.write(members)
        self.length += len(members)

    def close(self) -> None:
        self.append(tar.end(self.length))
        self.gzip.stdin.close()
        if self.gzip.wait() != 0:
            sys.exit("repository.py: gzip failed")
        self.file.close()


def make(count: int, percent: int, directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    db, files = Database(directory, "db"), Database(directory, "files")
    with open(directory / "names", "w") as names:
        for directory_name, fields in entries(count).items():
            desc = "".join(f"%{field}%\n{value}\n\n" for field, value in fields.items()).encode()
            length = random.Random(directory_name).randrange(4_000, 19_000) * percent // 100
            paths = "\n".join(["%FILES%", *filelist.file_list(fields["NAME"], length)]) + "\n"
            members = tar.member(f"{directory_name}/", kind=tar.DIRECTORY) + tar.member(f"{directory_name}/desc", desc)
            db.append(members)
            files.append(members + tar.member(f"{directory_name}/files", paths.encode()))
            print(fields["NAME"], fields["VERSION"], file=names)
    db.close()
    files.close()


if __name__ == "__main__":
    make(int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3]))

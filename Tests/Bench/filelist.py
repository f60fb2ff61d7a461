"""File lists as packages have them: directories, and names that repeat words and differ in their ends."""

import random

WORDS = (
    "lib share include python site packages doc man locale config plugin theme icon core utils test data src module "
    "class view model network audio video image driver kernel font help example"
).split()
ROOTS = ("usr/lib/", "usr/share/", "usr/include/", "usr/share/doc/", "usr/share/locale/", "etc/", "usr/bin/")
ENDS = (".py", ".h", ".so", ".png", ".html", ".mo", ".svg", ".js", "")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_vocabulary = random.Random("stems")
STEMS = [
    _vocabulary.choice(WORDS) + "_" + "".join(_vocabulary.choices(_LETTERS, k=_vocabulary.randrange(2, 8)))
    for _ in range(20_000)
]


def file_list(name: str, length: int) -> list[str]:
    """The sorted paths of a package, about `length` bytes with their newlines; the same for the same arguments."""
    rng = random.Random(f"{name} {length}")
    paths: set[str] = set()
    total = 0
    while total < length:
        directory = rng.choice(ROOTS)
        parents = {"usr/"} if directory.startswith("usr/") else set()
        parents.add(directory)
        for step in [name[:40], *rng.sample(WORDS, rng.randrange(4))]:
            directory += step + "/"
            parents.add(directory)
        count = rng.randrange(4, 40)
        files = [
            directory + stem + end for stem, end in zip(rng.choices(STEMS, k=count), rng.choices(ENDS, k=count))
        ]
        new = [path for path in (*parents, *files) if path not in paths]
        paths.update(new)
        total += sum(map(len, new)) + len(new)
    return sorted(paths)

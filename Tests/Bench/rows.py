"""The rows of the table: each prepares its inputs, runs both sides and judges the ratio."""

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from measurement import Cost, median, run, shares, warm

HERE = pathlib.Path(__file__).resolve().parent
MEMORY_LIMIT = 256 << 20
DATABASE = "bench.db.tar.gz"
MEBIBYTE = 1 << 20


@dataclass
class Bench:
    """The inputs and the two sets of programs."""

    directory: pathlib.Path
    programs: pathlib.Path
    entries: int
    packages: int
    mebibytes: int
    runs: int
    stock_runs: int
    jobs: int
    updates: int

    def __post_init__(self) -> None:
        self.scratch = self.directory / "scratch"
        shutil.rmtree(self.scratch, ignore_errors=True)
        links = self.scratch / "bin"
        links.mkdir(parents=True)
        (self.scratch / "tmp").mkdir()
        for name in ("reposeal", "repo-add", "repo-remove"):
            (links / name).symlink_to(self.programs / "reposeal")
        path = os.environ.get("PATH", "/usr/bin:/bin")
        self.stock = {"PATH": path, "LC_ALL": "C.UTF-8", "TMPDIR": str(self.scratch / "tmp"), "HOME": str(self.scratch)}
        self.ours = self.stock | {"PATH": f"{links}:{path}"}

    def input(self, name: str, script: str, *arguments: str) -> pathlib.Path:
        """A directory that `script ARGUMENTS DIRECTORY` makes, unless an earlier run made it."""
        made = self.directory / "inputs" / name
        if not made.exists():
            print(f"bench: making {name}", file=sys.stderr, flush=True)
            unfinished = made.with_name(f"{name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            subprocess.run([sys.executable, HERE / script, *arguments, unfinished], check=True)
            unfinished.rename(made)
        return made

    def stock_repository(self, entries: int) -> pathlib.Path:
        # Four times as many entries with whole lists would exceed what pacman downloads.
        percent = 100 if entries < 50_000 else 90
        return self.input(f"repository-{entries}-{percent}", "repository.py", str(entries), str(percent))

    def updates(self, entries: int) -> list[pathlib.Path]:
        """101 packages for updates of the repository: new versions and new names in turn, a new version last."""
        names = self.stock_repository(entries) / "names"
        made = sorted(self.input(f"updates-{entries}", "packages.py", "update", str(names)).iterdir())
        fresh = [path for path in made if path.name.startswith("quite-new")]
        newer = [path for path in made if path not in fresh]
        return [path for pair in zip(newer, fresh) for path in pair] + newer[-1:]

    def ingest(self, suffix: str) -> list[pathlib.Path]:
        made = self.input(
            f"packages-{self.packages}-{self.mebibytes}", "packages.py", "ingest", str(self.packages),
            str(self.mebibytes),
        )
        return sorted(made.glob(f"*{suffix}"))

    def base(self, side: dict[str, str], entries: int) -> pathlib.Path:
        """The repository after one update by that side, so that ours is in our form."""
        made = self.scratch / f"{'ours' if side is self.ours else 'stock'}-{entries}"
        if not made.exists():
            self.add(side, self.stock_repository(entries), self.updates(entries)[-1:], kept=made)
        return made

    def add(
        self, side: dict[str, str], base: pathlib.Path | None, packages: list[pathlib.Path], kept: pathlib.Path
    ) -> Cost:
        """Adds packages to a fresh copy of a repository (none: to nothing), which is kept for a look."""
        return self.change(side, base, ["repo-add", "-q", DATABASE, *map(str, packages)], packages, kept)

    def change(
        self, side: dict[str, str], base: pathlib.Path | None, command: list[str], inputs: list[pathlib.Path],
        kept: pathlib.Path,
    ) -> Cost:
        """Runs one side's command in a fresh copy of a repository."""
        shutil.rmtree(kept, ignore_errors=True)
        if base:
            subprocess.run(["cp", "-a", base, kept], check=True)
        else:
            kept.mkdir(parents=True)
        warm(kept, *inputs)
        program = shutil.which(command[0], path=side["PATH"]) or sys.exit(f"bench: there is no {command[0]}")
        return run([program, *command[1:]], environment=side, directory=kept)

    def sides(self, work: Callable[[dict[str, str], pathlib.Path], Cost]) -> tuple[Cost, Cost]:
        """Runs the work of both sides in turn and ends if their results differ."""
        ours, stock = [], []
        for index in range(max(self.runs, self.stock_runs)):
            if index < self.stock_runs:
                stock.append(work(self.stock, self.scratch / "stock"))
            if index < self.runs:
                ours.append(work(self.ours, self.scratch / "ours"))
        self.compare(self.scratch / "ours", self.scratch / "stock")
        return median(ours), median(stock)

    def compare(self, ours: pathlib.Path, stock: pathlib.Path) -> None:
        """Both sides must have the same entries in the same two databases."""
        for database in (DATABASE, DATABASE.replace(".db.", ".files.")):
            lists = [
                subprocess.run(["bsdtar", "-tf", side / database], capture_output=True, text=True, check=True)
                for side in (ours, stock)
            ]
            differing = set(lists[0].stdout.split("\n")) ^ set(lists[1].stdout.split("\n"))
            if differing:
                sys.exit(f"bench: {database} differs between ours and stock's in {sorted(differing)[:5]}")


def seconds(time: float) -> str:
    return f"{time * 1000:.0f} ms" if time < 2 else f"{time:.1f} s"


def with_cpu(cost: Cost) -> str:
    return f"{seconds(cost.wall)}, CPU {seconds(cost.cpu)}"


def row(
    work: str, ours: str, other: str, ratio: str, wanted: str, is_met: bool, peak: int | None, limit: int = MEMORY_LIMIT
) -> str:
    memory = "" if peak is None else f"{peak / MEBIBYTE:.0f} MiB" + ("" if peak < limit else ", missed")
    return f"| {work} | {ours} | {other} | {ratio} | {wanted} | {'met' if is_met else 'missed'} | {memory} |"


def times_faster(work: str, ours: Cost, stock: Cost, tool: str, wanted: float) -> str:
    ratio = stock.wall / ours.wall
    words = f"{ratio:.{0 if ratio >= 10 else 1}f} times faster", f"{wanted:g} times"
    return row(work, with_cpu(ours), f"{tool}: {with_cpu(stock)}", *words, ratio >= wanted, ours.peak)


def times_the_time(work: str, ours: Cost, other: Cost, tool: str, limit: float) -> str:
    ratio = ours.wall / other.wall
    words = f"{ratio:.2f} times the time", f"at most {limit:g}"
    return row(work, with_cpu(ours), f"{tool}: {with_cpu(other)}", *words, ratio <= limit, ours.peak)


def add(bench: Bench, count: int, wanted: float) -> Iterator[str]:
    packages = bench.updates(bench.entries)[:count]
    ours, stock = bench.sides(lambda side, kept: bench.add(side, bench.base(side, bench.entries), packages, kept))
    work = f"add {count} package{'s' if count > 1 else ''} to {bench.entries}, both databases"
    yield times_faster(work, ours, stock, "stock `repo-add`", wanted)


def add_one(bench: Bench) -> Iterator[str]:
    yield from add(bench, 1, 100)


def add_hundred(bench: Bench) -> Iterator[str]:
    yield from add(bench, 100, 50)


def remove_one(bench: Bench) -> Iterator[str]:
    names = (bench.stock_repository(bench.entries) / "names").read_text().splitlines()
    command = ["repo-remove", "-q", DATABASE, names[len(names) // 3].split()[0]]
    ours, stock = bench.sides(
        lambda side, kept: bench.change(side, bench.base(side, bench.entries), command, [], kept)
    )
    yield times_faster(f"remove 1 package from {bench.entries}", ours, stock, "stock `repo-remove`", 100)


def scale(bench: Bench) -> Iterator[str]:
    costs: dict[int, list[Cost]] = {bench.entries: [], 4 * bench.entries: []}
    for _ in range(bench.runs):
        for entries in costs:
            base, packages = bench.base(bench.ours, entries), bench.updates(entries)[:1]
            costs[entries].append(bench.add(bench.ours, base, packages, bench.scratch / "ours"))
    small, large = (median(cost) for cost in costs.values())
    yield times_the_time(f"add 1 package to {4 * bench.entries}", large, small, f"ours at {bench.entries}", 4.5)


def convert(bench: Bench) -> Iterator[str]:
    base, packages = bench.stock_repository(bench.entries), bench.updates(bench.entries)[:1]
    ours, stock = bench.sides(lambda side, kept: bench.add(side, base, packages, kept))
    work = f"add 1 package to {bench.entries} that stock's `repo-add` wrote, which rewrites all once"
    yield times_faster(work, ours, stock, "stock `repo-add`", 1)


def ingest(bench: Bench, suffix: str, what: str, tool: list[str], limit: float) -> str:
    packages = bench.ingest(suffix)
    commands = [[*tool, *files] for files in shares(packages, os.cpu_count() or 1)]
    ours, others = [], []
    for _ in range(max(3, bench.runs // 2)):
        ours.append(bench.add(bench.ours, None, packages, bench.scratch / "ours"))
        warm(*packages)
        others.append(run(*commands, environment=bench.stock, directory=bench.scratch))
    work = f"ingest {bench.packages} {what} packages, {bench.mebibytes} MiB unpacked"
    return times_the_time(
        work, median(ours), median(others), f"`{' '.join(tool)}` on {len(commands)} cores", limit
    )


def ingest_plain(bench: Bench) -> Iterator[str]:
    yield ingest(bench, ".pkg.tar", "uncompressed", ["openssl", "dgst", "-sha256"], 1.5)


def ingest_zstd(bench: Bench) -> Iterator[str]:
    yield ingest(bench, ".pkg.tar.zst", "zstd", ["zstd", "-dc"], 1.3)
    packages = bench.ingest(".pkg.tar.zst")
    ours, stock = bench.sides(lambda side, kept: bench.add(side, None, packages, kept))
    yield times_faster("the same", ours, stock, "stock `repo-add`", 5)


def size(bench: Bench) -> Iterator[str]:
    for kind in ("db", "files"):
        file = bench.base(bench.ours, bench.entries) / f"bench.{kind}.tar.gz"
        ours = file.stat().st_size
        one = subprocess.run(["sh", "-c", 'gzip -dc "$0" | gzip -6 -n | wc -c', file], capture_output=True, check=True)
        ratio = ours / int(one.stdout)
        words = f"{ours:,} bytes", f"`gzip -6`: {int(one.stdout):,} bytes", f"{(ratio - 1) * 100:+.2f} %", "within 2 %"
        yield row(f"size of `.{kind}` with {bench.entries} entries", *words, ratio <= 1.02, None)


ROWS: dict[str, Callable[[Bench], Iterator[str]]] = {
    "add1": add_one,
    "add100": add_hundred,
    "remove1": remove_one,
    "scale": scale,
    "convert": convert,
    "ingest-plain": ingest_plain,
    "ingest-zstd": ingest_zstd,
    "size": size,
}

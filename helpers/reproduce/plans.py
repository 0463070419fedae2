"""What is to be run and what may be kept: a hash of all that a result rests on stands beside it.

Imports no more than it needs: a run in which nothing has changed draws and counts nothing.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from helpers import report

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
MADE = "made-from.json"
START = "index.html"


def digest(*parts: str | bytes) -> str:
    """SHA-256 of texts, each with its length, so that none runs into the next."""
    whole = hashlib.sha256()
    for part in (part if isinstance(part, bytes) else part.encode() for part in parts):
        whole.update(b"%d " % len(part))
        whole.update(part)
    return whole.hexdigest()


def foundation(project: Path = PROJECT) -> str:
    """The hash of what every notebook rests on: data, report, helpers, Python, packages.

    The web site, which is made of the results, is no part of it.
    """
    site = project / "helpers" / "site"
    files = sorted(path for part in ("data", "helpers") for path in (project / part).rglob("*.*"))
    content = [
        part
        for path in files
        if path.is_file()
        and site not in path.parents
        and path.suffix != ".pyc"
        and not path.name.startswith(".")
        for part in (path.relative_to(project).as_posix(), path.read_bytes())
    ]
    places = {Path(entry) for entry in sys.path if entry}
    packages = sorted(found.name for place in places for found in place.glob("*.dist-info"))
    return digest(sys.version, platform.platform(), report.PLACE, *packages, *content)


def mark(notebook: Path, force: str, day: str, base: str) -> str:
    """The hash of one result: the foundation, the parameters, the cells without their outputs."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    dropped = ("outputs", "execution_count")
    cells = [{key: cell[key] for key in cell if key not in dropped} for cell in cells]
    return digest(base, notebook.name, force, day, json.dumps(cells, sort_keys=True))


@dataclass(frozen=True)
class Plan:
    """One force's results: where they go, what each is to be made from, what is there already.

    `made`: notebook's name or the start page's -> what it was made from and the checksum of each
    of its files; `said`: what the last run said at its end.
    """

    force: str
    day: str
    final: Path
    marks: dict[Path, str]
    made: dict[str, dict]

    @property
    def todo(self) -> list[Path]:
        return [path for path in self.marks if path.name not in self.made]

    @property
    def whole(self) -> bool:
        """Whether nothing is left to do."""
        return not self.todo and START in self.made

    @property
    def start(self) -> str:
        """The hash of the start page, which tells of all notebooks."""
        return digest(*self.marks.values())


def plan(
    force: str, day: str, final: Path, notebooks: Iterable[Path], base: str, phones: bool = False
) -> Plan:
    """What there is to do for a force: results made from something else, or since changed, go.

    phones: exhibits are to be drawn for phones as well; results with such are good for every run.
    """
    plain = {path: mark(path, force, day, base) for path in notebooks}
    also = {path: digest(own, "phones") for path, own in plain.items()}
    runs = [Plan(force, day, final, marks, {}) for marks in (also if phones else plain, also)]
    good = [{p.name: own for p, own in r.marks.items()} | {START: r.start} for r in runs]
    for name, entry in recorded(final).items():
        if entry["from"] in [marks.get(name) for marks in good] and intact(final, entry["files"]):
            runs[0].made[name] = entry
    return runs[0]


def recorded(folder: Path) -> dict[str, dict]:
    """What a folder's results were made from; nothing where that cannot be read."""
    try:
        found = json.loads((folder / MADE).read_text(encoding="utf-8"))
        return {name: entry for name, entry in found.items() if {"from", "files"} <= entry.keys()}
    except (OSError, ValueError, AttributeError):
        return {}


def intact(folder: Path, files: dict[str, str]) -> bool:
    """Whether all files are there, as they were written."""
    try:
        return all(digest((folder / name).read_bytes()) == was for name, was in files.items())
    except OSError:
        return False


def entry(made_from: str, files: dict[str, bytes], said: str = "") -> dict:
    """How one result is recorded."""
    sums = {name: digest(content) for name, content in files.items()}
    return {"from": made_from, "files": sums} | ({"said": said} if said else {})


@contextmanager
def alone(final: Path) -> Iterator[None]:
    """Only one run at a time writes to a folder; a second one says so and waits."""
    lock = FileLock(final.with_name(f".{final.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"another run is writing to {final}; waiting ...", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        tidy(final)
        yield
    finally:
        tidy(final)
        lock.release()


def aside(final: Path) -> Path:
    """The folder in which a force's results are built."""
    return final.with_name(f".{final.name}.work")


def tidy(final: Path) -> None:
    """Clear what a run left aside; the last good results come back if it died between renames."""
    work = aside(final)
    if (work / "old").exists() and not final.exists():
        (work / "old").replace(final)
    shutil.rmtree(work, ignore_errors=True)

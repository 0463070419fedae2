"""What is particular to one report: its force, its year, and its claims by the part they play.

Which report a process works with is settled when this module is imported: the collection's own, in
data/published, or, where the environment variable PEEL_REPORT names a force, the one on that force,
in data/published/<force>/. Both have the same files; no module knows more of a report than this one
gives.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import areas

VARIABLE = "PEEL_REPORT"
DATA = Path(__file__).resolve().parents[1] / "data"
HOME = "published"  # where the collection's own report lies, below data/
NAME = "report.toml"
FILES = (NAME, "claims.csv", "judgments.csv")  # that no report can be without
NEEDED = {"force": str, "year_ending": dt.date, "source": str, "statistics": str}


class Unprinted(LookupError):
    """The report prints nothing that plays a part, or nobody has typed it in."""


def read(folder: Path) -> dict:
    """The report.toml of a report's folder. ValueError, one line: folder or file is incomplete."""
    shown = f"data/{folder.relative_to(DATA)}" if folder.is_relative_to(DATA) else str(folder)
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise ValueError(f"{shown}: the report lacks {', '.join(missing)}; README.md says how")
    try:
        found = tomllib.loads((folder / NAME).read_text(encoding="utf-8"))
        wrong = [key for key, kind in NEEDED.items() if not isinstance(found.get(key), kind)]
        if wrong:
            raise ValueError(f"fill in {', '.join(wrong)}")
        if areas.force(found["force"]) != found["force"]:
            raise ValueError(f"write force = {areas.force(found['force'])!r}")
    except (OSError, ValueError) as error:  # what is no TOML or no UTF-8 is a ValueError
        raise ValueError(f"{shown}/{NAME}: {error}") from None
    return found


def place_of(force: str) -> str:
    """Where below data/ the report on a force lies; '' where the collection has none."""
    own = f"{HOME}/{areas.slug(force)}"
    if (DATA / own).is_dir():
        return own
    return HOME if read(DATA / HOME)["force"] == force else ""


def _chosen(name: str) -> str:
    """The place of the report that a name asks for. ValueError, one line: there is none."""
    if not name:
        return HOME
    force = areas.force(name)
    if not (place := place_of(force)):
        where = f"data/{HOME}/{areas.slug(force)}/"
        raise ValueError(f"{VARIABLE}={name}: there is no {where}; README.md says how to add it")
    if (other := read(DATA / place)["force"]) != force:
        raise ValueError(f"data/{place}/{NAME}: is about {other}, in the folder for {force}")
    return place


try:
    PLACE = _chosen(os.environ.get(VARIABLE, ""))
    _HOME, _ABOUT = read(DATA / HOME), read(DATA / PLACE)
except ValueError as error:
    sys.exit(str(error))  # before any command can catch it: one line, no traceback

FORCE: str = _ABOUT["force"]
YEAR_ENDING = pd.Timestamp(_ABOUT["year_ending"])
SOURCE: str = _ABOUT["source"]
STATISTICS: str = _ABOUT["statistics"]  # the release of statistics that the report probably had
# what measures that only reports give are called, and days that reports name: a sister report
# mostly has the same, and need say only what is not
LABELS: dict[str, str] = _HOME.get("labels", {}) | _ABOUT.get("labels", {})
_ABOUT["days"] = _HOME.get("days", {}) | _ABOUT.get("days", {})


def again(force: str, module: str, arguments: list[str]) -> int:
    """Run a command in a process that works with the report on a force; gives its exit code."""
    environment = os.environ | {VARIABLE: force}
    return subprocess.run([sys.executable, "-m", module, *arguments], env=environment).returncode


def _named(table: str, *keys: str) -> object:
    """What report.toml has under a table's keys. Unprinted: nothing."""
    found = _ABOUT.get(table, {})
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if found is None or isinstance(found, dict):
        what = ".".join(keys)
        raise Unprinted(f"[{table}] of data/{PLACE}/{NAME} names no {what}: the report prints none")
    return found


def claim(part: str) -> str:
    """The id of the claim that plays a part, such as 'asb_rate.force'. Unprinted: none does."""
    return _named("claims", *part.split("."))


def day(name: str) -> pd.Timestamp:
    """A day that the report names, such as 'survey_year'. Unprinted: it names none so."""
    return pd.Timestamp(_named("days", name))


def tested(theme: str) -> tuple[str, ...]:
    """The ids of the claims that a theme's notebook tests; `theme`: its module's name."""
    return tuple(_ABOUT.get("tested", {}).get(theme.rpartition(".")[2], ()))


def named(about: dict) -> Iterator[tuple[str, str]]:
    """The claims that the tables of a report.toml name: where, and the id."""
    for part, found in about.get("claims", {}).items():
        for which, id in found.items() if isinstance(found, dict) else [("", found)]:
            yield f"[claims] {part}{'.' * bool(which)}{which}", id
    for theme, ids in about.get("tested", {}).items():
        yield from ((f"[tested] {theme}", id) for id in ids)


def is_elsewhere(force: str) -> bool:
    """Whether the collection has a report on a force that this process does not work with."""
    return place_of(force) not in ("", PLACE)


def is_about(force: str, end: pd.Timestamp | None = None) -> bool:
    """Whether the report is about this force (and this year, where one is given)."""
    return force == FORCE and end in (None, YEAR_ENDING)

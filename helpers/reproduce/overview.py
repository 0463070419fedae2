"""What a run says at its end, and the page to choose a force from: the tile map, a link a tile."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import areas, files, prose, report
from helpers.reproduce import plans


def heading(force: str, end: pd.Timestamp) -> str:
    """'Norfolk, year to 30 June 2015'."""
    return f"{force}, year to {prose.day(end)}"


def folder_name(force: str, end: pd.Timestamp) -> str:
    """'norfolk', or 'norfolk-2016-06-30' for another year than the report's."""
    return areas.slug(force) + _year(end)


def _year(end: pd.Timestamp) -> str:
    return "" if end == report.YEAR_ENDING else f"-{end:%Y-%m-%d}"


class Done(NamedTuple):
    """A force's results: where they are, how many notebooks ran of how many, what stopped, and the
    report's verdicts in a line.
    """

    force: str
    place: Path
    ran: int
    total: int
    errors: list[str]
    found: str

    def __str__(self) -> str:
        """'8 of 8 notebooks ran', '2 of 8 notebooks ran, 6 unchanged and kept'."""
        return counted(self.ran - len(self.errors), self.total - self.ran, self.total)


def counted(ran: int, kept: int, total: int) -> str:
    words = [f"{ran} of {total} notebooks ran"] if ran or kept < total else []
    words += (
        [f"{kept} {'' if words else f'of {total} notebooks '}unchanged and kept"] if kept else []
    )
    return ", ".join(words)


def unchanged(plan: plans.Plan) -> Done:
    """A force of whose results nothing is to be made."""
    return Done(plan.force, plan.final, 0, len(plan.marks), [], plan.made[plans.START]["said"])


def tell(done: list[Done], end: pd.Timestamp, out: Path) -> None:
    """Say what was made and where it is; for several forces, write the page to choose from."""
    for each in done:
        for error in each.errors:
            print(f"FAILED  {each.force}, {error}", file=sys.stderr)
    if len(done) > 1:
        ran, kept = (sum(n) for n in zip(*((d.ran, d.total - d.ran) for d in done), strict=True))
        stopped = sum(len(each.errors) for each in done)
        print(f"{len(done)} forces: {counted(ran - stopped, kept, ran + kept)}.")
        print(f"Open {write(end, out, {each.force: each.errors for each in done})}")
        return
    each, final = done[0], out / folder_name(done[0].force, end)
    kept = f" ({final} is still the last good run)" if each.errors and final.exists() else ""
    print(f"{heading(each.force, end)}: {each}. Fact-check of the report, {each.found}")
    print(f"Open {each.place / plans.START}{kept}")


def page(end: pd.Timestamp, errors: dict[str, list[str]]) -> str:
    """The map as a page. `errors`: force -> what stopped; a force that is not there has no tile."""
    codes = {force: code for code, force in areas.ABBREVIATIONS.items()}
    forces = [
        (force, codes[force], x + 1, y + 1, folder_name(force, end), errors[force])
        for force, (x, y) in areas.tiles().items()
        if force in errors
    ]
    from helpers import typeset  # here, as a run in which nothing has changed makes no page

    whose = heading(areas.ENGLAND_AND_WALES, end)
    names = {"title": "Choose a force", "heading": whose, "site": whose, "here": ""}
    names["home"] = f"index{_year(end)}.html"
    return typeset.page("forces.html.j2", forces=forces, **names)


def write(end: pd.Timestamp, out: Path, errors: dict[str, list[str]]) -> Path:
    """Put the page into the folder of all results, with what stands there already; its path."""
    path = out / f"index{_year(end)}.html"
    there = [f for f in areas.FORCES if (out / folder_name(f, end) / plans.START).exists()]
    errors = {force: [] for force in there} | errors
    files.deliver(page(end, errors), str(path))
    return path

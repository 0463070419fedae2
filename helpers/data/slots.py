"""Slots: tables for charts whose values the report does not print, for readers to fill in.

A slot holds what the report prints; every other cell of `printed` is empty. Filled in whole, the
notebook draws the full chart. Half-filled, misspelt or impossible values get a line that says which
row and why, and the chart stays as it was. What is printed stands in claims.csv; report.toml says
under [slots] which claim belongs to which row.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pandas as pd

from helpers import areas
from helpers.printed import Interval, Printed

# what follows is HMIC's layout of its charts, the same in the reports on all forces
COMBINED = "Warwickshire and West Mercia"  # Figure 6 has one value for the two
COMBINED_FORCES = ("Warwickshire", "West Mercia")
FIGURE_6_AREAS = sorted({*areas.FORCES, COMBINED} - {"City of London", *COMBINED_FORCES})
AREAS = {  # those not named here have the areas for which the report prints a value
    "figure_3": areas.AREAS,
    "figure_6": (*FIGURE_6_AREAS, areas.ENGLAND_AND_WALES),
}
KEYS = {
    "figure_3": ["area"],
    "figure_5": ["area", "year_ending"],
    "figure_6": ["area"],
    "figure_7": ["area", "crime_type"],
}
RANGES = {
    "figure_3": (-100, 200),
    "figure_5": (0, 100),
    "figure_6": (0, 1000),
    "figure_7": (0, 100),
}
YEARS = 5  # that Figure 5 shows, up to the printed one

PrintedCells = dict[tuple[str, ...], str]


def printed(report: bytes, claims: pd.DataFrame) -> dict[str, PrintedCells]:
    """What the report prints of each figure: figure -> row of its slot -> text as printed.

    `report`: the bytes of report.toml, whose [slots] name a claim for a row, with a minus where the
    claim is the size of a fall; a figure without any has no row. ValueError: a claim that is not in
    `claims`, or a figure without a slot.
    """
    text = claims.set_index("id")["printed"]
    found: dict[str, PrintedCells] = {}
    for figure, rows in tomllib.loads(report.decode()).get("slots", {}).items():
        for row, claim in rows.items():
            if not text.get(claim.lstrip("-")):
                raise ValueError(f"[slots.{figure}]: no number in claims.csv is called {claim!r}")
            sign = "-" if claim.startswith("-") else ""
            cells = found.setdefault(figure, {})
            cells[tuple(row.split(", ", 1))] = sign + text[claim.lstrip("-")].rstrip("%")
    if unknown := set(found) - set(KEYS):
        raise ValueError(f"[slots.{min(unknown)}]: there are slots of {', '.join(KEYS)} only")
    return {figure: found.get(figure, {}) for figure in KEYS}


def as_printed(figure: str, cells: PrintedCells) -> pd.DataFrame:
    """The slot as the report leaves it: the rows that it prints, and no other."""
    rows = [[*key, text] for key, text in cells.items()]
    return pd.DataFrame(rows, columns=[*KEYS[figure], "printed"])


def is_filled(table: pd.DataFrame, cells: PrintedCells) -> bool:
    return len(table) > len(cells) and "" not in set(table["printed"])


def check(figure: str, cells: PrintedCells, table: pd.DataFrame) -> Iterator[str]:
    """Faults of a slot, each naming its row: misspelt areas, unreadable or impossible values.

    A printed value gone or contradicted, rows missing, a table half filled, shares that do not
    add up are faults too.
    """
    if not cells:
        yield f"first name what the report prints of it, under [slots.{figure}] in report.toml"
        return
    known = AREAS.get(figure) or list(dict.fromkeys(area for area, *_ in cells))
    empty, filled = [], 0
    for row, entry in enumerate(table.itertuples(index=False), 2):
        key = tuple(entry[:-1])
        where = f"row {row} ({', '.join(key)})"
        if fault := _key_fault(figure, key, known, cells) or _value_fault(
            figure, entry.printed, cells.get(key, "")
        ):
            yield f"{where}: {fault}"
        if not entry.printed:
            empty.append(where)
        filled += bool(entry.printed) and key not in cells
    if missing := [area for area in known if area not in set(table["area"])]:
        yield f"the row of {missing[0]} is missing"
    if filled and empty:
        count = f"{len(empty)} empty in all"
        yield f"half-filled: {empty[0]} is empty, {count}; fill in every row or none"
    if figure == "figure_7" and filled and not empty:
        yield from _shares(table)


def _key_fault(figure: str, key: tuple[str, ...], known: list[str], cells: PrintedCells) -> str:
    if key[0] not in known:
        return _area_hint(figure, key[0])
    if figure == "figure_5":
        last = max(int(year[:4]) for _, year in cells)
        first = last - YEARS + 1
        if key[1] not in [f"{year}-03-31" for year in range(first, last + 1)]:
            return f"the figure's years end on 31 March {first} to {last}, written {last}-03-31"
    if figure == "figure_7" and not re.fullmatch(r"[A-Za-z][A-Za-z ,()/&'-]{0,59}", key[1]):
        return "write the activity in plain words, at most 60 letters"
    return ""


def _value_fault(figure: str, text: str, must: str) -> str:
    """`must`: what the report prints in this row, or nothing."""
    if not text:
        return f"the report prints {must} here; put it back" if must else ""
    try:
        number = Printed.parse(text)
    except ValueError as error:
        return str(error)
    low, high = RANGES[figure]
    if not low <= number.value <= high:
        return f"{text} lies outside {low} to {high}, which is impossible here"
    if must and number.value not in Printed.parse(must):
        return f"{text} does not round to the {must} that the report prints"
    return ""


def _area_hint(figure: str, area: str) -> str:
    if figure == "figure_6" and area in COMBINED_FORCES:
        return f"the figure has one value for the two forces, in the row '{COMBINED}'"
    if figure == "figure_6" and area == "City of London":
        return "the figure leaves the City of London out"
    try:
        return f"unknown area; did you mean {areas.harmonise(area)!r}?"
    except ValueError as error:
        return str(error)


def _shares(table: pd.DataFrame) -> Iterator[str]:
    """The shares of each area come to 100% within what rounding allows."""
    for area, rows in table.groupby("area"):
        try:
            total = sum((Printed.parse(text).interval for text in rows["printed"]), Interval(0, 0))
        except ValueError:  # said already
            continue
        if 100 not in total:
            yield f"the shares of {area} come to {total}, which leaves out 100"

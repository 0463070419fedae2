"""Slots: tables of data/published for charts whose values the report does not print, to be filled in by whoever has them.

A slot holds what the report prints; every other cell of `printed` is empty. Filled in whole, the notebook draws the full
chart. Half-filled, misspelt or impossible values get a line that says which row and why, and the chart stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from helpers import names
from helpers.printed import Interval, Printed

COMBINED = "Warwickshire and West Mercia"  # Figure 6 has one value for the two (footnote 18)
FIGURE_6_AREAS = sorted((set(names.FORCES) - {"City of London", "Warwickshire", "West Mercia"}) | {COMBINED})
AREAS = {
    "figure_3": (*names.FORCES, names.ENGLAND_AND_WALES), "figure_5": ("Norfolk", names.ENGLAND_AND_WALES),
    "figure_6": (*FIGURE_6_AREAS, names.ENGLAND_AND_WALES), "figure_7": ("Norfolk", names.ENGLAND_AND_WALES),
}
KEYS = {"figure_3": ["area"], "figure_5": ["area", "year_ending"], "figure_6": ["area"], "figure_7": ["area", "crime_type"]}
RANGES = {"figure_3": (-100, 200), "figure_5": (0, 100), "figure_6": (0, 1000), "figure_7": (0, 100)}
# What the report prints of each figure, by its row: these cells must stay (a sharper value that rounds to them may stand there).
PRINTED = {
    "figure_3": {("Norfolk",): "-14", (names.ENGLAND_AND_WALES,): "-9"},
    "figure_5": {("Norfolk", "2015-03-31"): "89.3", (names.ENGLAND_AND_WALES, "2015-03-31"): "83.8"},
    "figure_6": {("Norfolk",): "53.5", (names.ENGLAND_AND_WALES,): "74.7"},
    "figure_7": {("Norfolk", "Drug activity"): "55", (names.ENGLAND_AND_WALES, "Drug activity"): "64"},
}


def check(figure: str, table: pd.DataFrame) -> Iterator[str]:
    """Faults of a slot, each naming its row: misspelt areas, unreadable or impossible values, a printed value gone, half-filled."""
    keys, (low, high), must = KEYS[figure], RANGES[figure], dict(PRINTED[figure])
    empty, filled = [], 0
    for row, entry in enumerate(table.itertuples(index=False), 2):
        key = tuple(getattr(entry, column) for column in keys)
        where = f"row {row} ({', '.join(key)})"
        if entry.area not in AREAS[figure]:
            yield f"{where}: {_area_hint(figure, entry.area)}"
            continue
        if "year_ending" in keys and not (key[1].endswith("-03-31") and key[1][:4] in map(str, range(2011, 2016))):
            yield f"{where}: the figure's years end on 31 March 2011 to 2015, written 2015-03-31"
        if "crime_type" in keys and not re.fullmatch(r"[A-Za-z][A-Za-z ,()/&'-]{0,59}", key[1]):
            yield f"{where}: write the activity in plain words, at most 60 letters"
            continue
        if not entry.printed:
            empty.append(where)
            if key in must:
                yield f"{where}: the report prints {must[key]} here; put it back"
            continue
        try:
            number = Printed.parse(entry.printed)
        except ValueError as error:
            yield f"{where}: {error}"
            continue
        if not low <= number.value <= high:
            yield f"{where}: {entry.printed} lies outside {low} to {high}, which is impossible here"
        if key in must and number.value not in Printed.parse(must.pop(key)):
            yield f"{where}: {entry.printed} does not round to the {PRINTED[figure][key]} that the report prints"
        filled += key not in PRINTED[figure]
    missing = [area for area in AREAS[figure] if area not in set(table["area"])]
    if missing:
        yield f"the row of {missing[0]} is missing"
    if filled and empty:
        yield f"half-filled: {empty[0]} is empty, {len(empty)} empty in all; fill in every row or none"
    if figure == "figure_7" and filled:
        yield from _shares(table)


def _area_hint(figure: str, area: str) -> str:
    if figure == "figure_6" and area in ("Warwickshire", "West Mercia"):
        return f"the figure has one value for the two forces, in the row '{COMBINED}'"
    if figure == "figure_6" and area == "City of London":
        return "the figure leaves the City of London out (footnote 17)"
    try:
        return f"unknown area; did you mean {names.harmonise(area)!r}?"
    except ValueError as error:
        return str(error)


def _shares(table: pd.DataFrame) -> Iterator[str]:
    """The shares of each area come to 100% within what rounding allows."""
    for area, rows in table.groupby("area"):
        total = Interval(0, 0)
        for text in rows["printed"]:
            total = total + Printed.parse(text).interval if text else total
        if 100 not in total:
            yield f"the shares of {area} come to {total}, which leaves out 100"


CHECKS = {figure: (partial(check, figure),) for figure in AREAS}


def read(figure: str, root: Path | None = None) -> tuple[pd.DataFrame, bool, list[str]]:
    """A slot's table with the column `value` (not a number where nothing is printed), whether it is filled in whole, and its faults.

    A slot with faults is given as the report left it: only what it prints.
    """
    from helpers import data  # data checks slots with this module

    try:
        table, faults = data.load(figure, root or data.ROOT), []
    except data.DataError as error:
        faults = str(error).splitlines()
        table = pd.DataFrame([[*key, text] for key, text in PRINTED[figure].items()], columns=[*KEYS[figure], "printed"])
    value = [float(Printed.parse(text).value) if text else float("nan") for text in table["printed"]]
    return table.assign(value=value), not faults and len(table) > len(PRINTED[figure]) and "" not in set(table["printed"]), faults

"""How far independent data lies from print, and how many numbers would come out by luck.

A count of reproduced numbers measures how finely they were printed. The errors themselves do not:
each is a per cent of what is printed, beside what rounding leaves open, on the yardstick of how
much such records are revised between two releases: of a force those of the 43, of England and Wales
its own.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from helpers import areas, data, measures, report
from helpers.claims import values
from helpers.claims.tables import quantities
from helpers.printed import Printed

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
ROUNDED, COUNTS = "rates and changes", "counts"


def spoken_to(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the ledger whose number independent data speaks to, each quantity once, with unit."""
    found = quantities(rows).merge(data.load("claims")[["id", "unit", "check"]], on="id")
    own_figures = found["check"].str.startswith("fact: ")
    return found[found["verdict"].str.contains("reproduced|differs") & ~own_figures]


def relative_errors(rows: pd.DataFrame) -> pd.DataFrame:
    """Each number of `spoken_to` against independent data, in per cent of what is printed.

    Columns: id, measure, period, area, kind (ROUNDED or COUNTS), error, low and high (what could
    have been rounded to the printed number), inside. 100 x (found / printed - 1); of a change in
    per cent the ratio of its two years stands, so that no error is a per cent of a per cent.
    """
    rows = spoken_to(rows)
    keys = zip(rows["measure"], rows["area"], rows["period"], strict=True)
    found = np.array([values.independent(*key) for key in keys])
    printed = np.array([float(Printed.parse(text).value) for text in rows["printed"]])
    changes = (rows["unit"] == "per cent").to_numpy()
    base, sign = 100 * changes, np.where(rows["measure"] == values.FALL, -1, 1)
    ends = {"error": found, "low": rows["low"].astype(float), "high": rows["high"].astype(float)}
    change = measures.percentage_change
    off = {name: change(base + sign * end, base + sign * printed) for name, end in ends.items()}
    kind = np.where(rows["unit"].map(values.is_rounded), ROUNDED, COUNTS)
    about, inside = rows[["id", "measure", "period", "area"]], rows["verdict"] == "reproduced"
    return about.assign(kind=kind, **off, inside=inside)


@functools.cache
def revision(measure: str = "recorded_crime_count") -> pd.Series:
    """How far each area's count of the report's year was revised, in per cent of the first.

    From the first release to the last; forces and, their sum, England and Wales.
    """
    releases, year = measures.find(measure).vintages, report.YEAR_ENDING
    first, last = (measures.values(measure, year, vintage=releases[n]) for n in (0, -1))
    return measures.percentage_change(last, first).rename(measure)


def chance(low: float, high: float, sizes: np.ndarray) -> float:
    """The chance that a value off by one of the errors still rounds to what is printed.

    What was rounded may lie anywhere between low and high, an error may have either sign and any of
    the sizes, each as likely: the mean of 1 - size / (high - low), where that is above 0.
    """
    return float(np.clip(1 - np.abs(sizes) / (high - low), 0, None).mean())


def _share_of_others(row: tuple) -> float:
    """The share of (other) forces whose own value would pass for what is printed."""
    end = max(report.YEAR_ENDING, pd.Timestamp(row.period))
    each = measures.values(row.measure, row.period, comparison_end=end)[FORCES]
    interval = values.allowed(Printed.parse(row.printed), row.unit)
    others = each.drop(row.area, errors="ignore")
    return float(others.between(float(interval.low), float(interval.high)).mean())


def by_source(rows: pd.DataFrame) -> pd.DataFrame:
    """What came out, how large the errors are, and how many would come out by luck.

    Index: area and kind. Columns: numbers, come_out, median and largest (error, per cent); and
    expected to come out, were errors as large as ordinary revision (revised: of a force any of the
    43 revisions, of England and Wales its own, a sum that varies less), as those of the area's own
    counts (as_counts; of rates alone), or were the data another force's (others).
    """
    found, size = relative_errors(rows), revision()
    yardstick = {EW: size[[EW]].to_numpy()}
    about = spoken_to(rows)
    step = 100 / about["low"].astype(float).abs().where(found["kind"] == COUNTS)  # one thing
    width = step.fillna(found["high"] - found["low"])
    off = found["error"].where(found["kind"] == COUNTS).abs().groupby(found["area"])
    own = {area: size.dropna().to_numpy() for area, size in off}
    chances = []
    for w, area, kind in zip(width, found["area"], found["kind"], strict=True):
        alike = chance(0, w, own[area]) if kind == ROUNDED and len(own[area]) else np.nan
        chances.append([chance(0, w, yardstick.get(area, size[FORCES].to_numpy())), alike])
    luck = pd.DataFrame(chances, found.index, ["revised", "as_counts"])
    luck["others"] = [_share_of_others(row) for row in about.itertuples()]
    luck = found.join(luck).assign(size=found["error"].abs()).groupby(["area", "kind"], sort=False)
    return luck.agg(
        numbers=("inside", "size"),
        come_out=("inside", "sum"),
        median=("size", "median"),
        largest=("size", "max"),
        revised=("revised", "sum"),
        as_counts=("as_counts", lambda each: each.sum(min_count=1)),
        others=("others", "sum"),
    )

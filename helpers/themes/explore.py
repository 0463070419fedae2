"""Notebook 09: the collection as one table to look around in."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, data, explore, measures
from helpers.measures import kinds
from helpers.prose import signed
from helpers.themes import other_year

EW, MET, FORCES = areas.ENGLAND_AND_WALES, "Metropolitan Police", list(areas.FORCES)
RATES = [name for name in measures.MEASURES if name.endswith("_rate")]
FIVE = [f"{name}_rate" for name in ("recorded_crime", "domestic_burglary", "sexual_offences",
                                    "anti_social_behaviour", "charged")]  # fmt: skip
CHANGED = {name: f"{name}, %" for name in ("change", "low", "high")} | {"standing": "limits"}
OTHERS = f"the other {len(FORCES) - 1} forces"
CLAIMS = ()  # the report's claims are tested elsewhere


def attached() -> dict[str, bytes]:
    """The files that stand beside the page: the panel."""
    return explore.files()


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year asked for; a measure that does not reach it shows the nearest that it has."""
    return end


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    return other_year(force, end, end)


@dataclass(frozen=True)
class Panel:
    """How large the panel is: rows, measures, first and last year ending."""

    rows: int
    measures: int
    first: pd.Timestamp
    last: pd.Timestamp


def size() -> Panel:
    panel = explore.panel()
    years = panel["year_ending"]
    return Panel(len(panel), panel["measure"].nunique(), years.min(), years.max())


@dataclass(frozen=True)
class Unusual:
    """A force's rates in the nearest year to one: how many there are (`total`), and which lie
    outside the 99.8% limits for a force of its size.
    """

    total: int
    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def outside(self) -> int:
        return len(self.above) + len(self.below)


def unusual(force: str, end: pd.Timestamp) -> Unusual:
    """The force's rates against their limits, each in the nearest year that it reaches."""
    rows = {name: explore.at(name, explore.nearest(name, end)).loc[force] for name in RATES}
    table = pd.DataFrame(rows).T
    names = pd.Series(
        {name: measures.label(name, row["year_ending"]) for name, row in rows.items()}
    )
    names = names.str.replace(", rate", "").str.removesuffix(" rate")
    high, low = table["value"] > table["high998"], table["value"] < table["low998"]
    return Unusual(len(table), tuple(names[high]), tuple(names[low]))


def without(area: str, end: pd.Timestamp) -> pd.DataFrame:
    """Recorded crime per 1,000 in England and Wales with and without an area, by year to June."""
    rows = explore.rows_of("recorded_crime_rate", until=end)
    wide = rows.pivot(index="year_ending", columns="area", values=["count", "denominator"])
    whole, part = (wide.xs(each, axis=1, level="area").astype(float) for each in (EW, area))
    rest = whole - part
    found = {EW: whole, OTHERS: rest, area: part}
    table = pd.DataFrame(
        {k: measures.per_1000(v["count"], v["denominator"]) for k, v in found.items()}
    )
    return table[table.index.month == 6]


def always_above(measure: str, force: str, end: pd.Timestamp) -> tuple[list[str], pd.DataFrame]:
    """The forces whose value was higher in every June up to a year, and all values by June."""
    rows = explore.rows_of(measure, until=end)
    wide = rows.pivot(index="year_ending", columns="area", values="value")[FORCES]
    junes = wide[wide.index.month == 6]
    return list(junes.columns[junes.gt(junes[force], axis=0).all()]), junes


def largest(measure: str, end: pd.Timestamp, n: int = 3) -> dict[str, str]:
    """The forces with the largest changes: area -> 'Hampshire (+17.5%)'."""
    values = explore.at(measure, end).loc[FORCES, "value"].nlargest(n)
    return {area: f"{area} ({signed(value)}%)" for area, value in values.items()}


def parts(area: str, end: pd.Timestamp) -> pd.DataFrame:
    """What moved an area's crimes over the year, by kind: `kinds.parts_of_change`, for a page."""
    vintage = explore.at("recorded_crime_change_1y", end)["release"].iloc[0]
    found = kinds.parts_of_change(area, end - pd.DateOffset(years=1), end, vintage)
    return found.rename(columns={"before": "crimes before", "now": "crimes now"})


def five_before(measure: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year five years before one, or the first that a measure reaches."""
    return max(end - pd.DateOffset(years=5), explore.reached(measure)[0])


def tables() -> list[str]:
    """Every table that the panel is made from."""
    rows = explore.panel().groupby(["measure", "release"])["year_ending"].agg(["min", "max"])
    used = {
        file
        for (name, release), ends in rows.iterrows()
        for year in ends
        for file in measures.files(name, year, vintage=release)
    }
    return [name for name in data.FILES if name in used]

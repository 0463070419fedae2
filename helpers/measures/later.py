"""What later tables say: outcomes year after year, and what revision did to a year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, data
from helpers.data.schemas import ALL_OUTCOMES, NATION
from helpers.measures import kinds
from helpers.measures.arithmetic import per_100, percentage_change
from helpers.measures.catalogue import OUTCOMES, VINTAGES, outcomes_of, release_name
from helpers.measures.rates import counted, default_vintage

EW, FORCES, CRIME = areas.ENGLAND_AND_WALES, list(areas.FORCES), "recorded_crime_count"
TABLE = "outcomes_2023"  # outcomes of one force and of the nation, to the last year
CHARGED, OUT_OF_COURT = OUTCOMES["charged"].plural, "out of court, the older kinds"
PARTS = {kind.plural: [kind.type] for kind in OUTCOMES.values()}
PARTS[OUT_OF_COURT] = [OUTCOMES[key].type for key in outcomes_of("formal", "informal")]


def areas_with_outcomes(force: str) -> list[str]:
    """The force where its outcomes are known year after year, and the nation."""
    known = set(data.load(TABLE)["area"])
    return [area for area in (force, NATION) if area in known]


def _crimes(area: str, year: pd.Timestamp, vintage: str) -> int:
    """Crimes of a year; of the nation with British Transport Police, as its outcomes are."""
    include = ("transport police",) if area == NATION else ()
    return int(counted(CRIME, vintage, include).loc[year, EW if area == NATION else area])


def _of_year(area: str, numbers: pd.Series) -> pd.DataFrame:
    """A year's outcomes by kind: outcomes, year, crimes, all_outcomes, release, rate."""
    year, vintage = numbers.name, default_vintage(CRIME, numbers.name)
    crimes = _crimes(area, year, vintage)
    table = pd.DataFrame({"outcomes": {k: int(numbers[v].sum()) for k, v in PARTS.items()}})
    table = table.assign(year=year, crimes=crimes, all_outcomes=int(numbers[ALL_OUTCOMES]))
    table = table.assign(release=release_name(vintage))
    return table.assign(rate=per_100(table["outcomes"], crimes))


def outcomes(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Outcomes by area and kind in a year (the first known, at the earliest) and in the last.

    Columns: area, group, value (change of the rate, per cent), and for both years, ending in _was
    and _now: outcomes, year, crimes, all_outcomes, release (that the crimes are from), rate (per
    100 crimes of the same 12 months).
    """
    tables = {}
    for area in areas_with_outcomes(force):
        wide = data.load(TABLE).query("area == @area")
        wide = wide.pivot(index="quarter_ending", columns="outcome_type", values="outcomes")
        years = wide.rolling(4).sum().dropna()  # no year with a quarter that is missing
        ends = years.index[years.index >= end].min(), years.index[-1]
        was, now = (_of_year(area, years.loc[year]) for year in ends)
        tables[area] = was.add_suffix("_was").join(now.add_suffix("_now"))
    table = pd.concat(tables, names=["area", "group"]).reset_index()
    return table.assign(value=percentage_change(table["rate_now"], table["rate_was"]))


@dataclass(frozen=True)
class Revision:
    """By how much the latest release differs from the earliest in a `year`, in per cent.

    change: the force's; median, ninetieth: what half and nine tenths of the 43 forces stay within;
    table: was, now (crimes), change, kind (that moved most), by (crimes), of the forces beyond, the
    force and England and Wales.
    """

    year: pd.Timestamp
    change: float
    median: float
    ninetieth: float
    table: pd.DataFrame


def revision(force: str, year: pd.Timestamp) -> Revision:
    """What revision did to a year's count of crimes, force by force."""
    was, now = (counted(CRIME, v).loc[year].astype("int64") for v in (VINTAGES[0], VINTAGES[-1]))
    change = percentage_change(now, was)
    size = change.abs().sort_values(ascending=False, kind="stable")
    median, ninetieth = size[FORCES].quantile([0.5, 0.9])
    shown = size.index[(size > ninetieth) | size.index.isin([force, EW])]
    moved = {area: kinds.revised(area, year) for area in shown}
    most = {area: [n.abs().idxmax(), n[n.abs().idxmax()]] for area, n in moved.items()}
    parts = pd.DataFrame.from_dict(most, orient="index", columns=["kind", "by"])
    table = pd.DataFrame({"was": was, "now": now, "change": change}).loc[shown].join(parts)
    return Revision(year, float(change[force]), float(median), float(ninetieth), table)

"""Notebook 07: what became of every claim of the report, and how much its checks can notice."""

from __future__ import annotations

import functools

import pandas as pd

from helpers import areas, claims, data, exhibits, report
from helpers.claims import values
from helpers.data.schemas import SECTIONS
from helpers.prose import day
from helpers.themes import other_year

EW, YEAR = areas.ENGLAND_AND_WALES, report.YEAR_ENDING
CLAIMS = (
    "w_prev_norfolk_recording",
    "w_inv_caution_youth",
    "w_inv_caution_adult",
    "w_inv_community",
)
COMPARED = "recorded_crime sexual_offences assault_with_injury domestic_burglary"
COMPARED += " charged caution_youth caution_adult community_resolution anti_social_behaviour"
RATES = [f"{what}_rate" for what in COMPARED.split()]  # by which the report compares forces
TESTED = ["supported", "depends on the method", "not supported"]  # words put to data
BESIDE = "rates printed beside their count"


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The report's: its claims are about that year, whichever is asked for."""
    return YEAR


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    parts = []
    if end != YEAR:
        parts.append(
            f"**This page shows the year to {day(YEAR)}**, whichever year is chosen: it checks the "
            "claims of one report, each in its own year."
        )
    if not report.is_about(force):
        n = len(claims.ledger(force))
        parts += [
            other_year(force, YEAR, YEAR),
            f"What can be checked all the same are its {n} claims about {EW}; they are shown here.",
        ]
    return " ".join(parts)


def whose(force: str) -> str:
    """Who makes the claims shown: for another force they are those on England and Wales."""
    return "The report" if report.is_about(force) else f"On {EW} the report"


def ledger(force: str) -> pd.DataFrame:
    """The checked claims in the order of the report, their section in plain words."""
    rows = claims.ledger(force)
    rows = rows.sort_values("section", key=lambda name: name.map(SECTIONS.index), kind="stable")
    return rows.assign(section=rows["section"].str.replace("_", " "))


def by_section(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims of a `ledger` by section (rows) and verdict (columns)."""
    table = pd.crosstab(rows["section"], rows["verdict"])
    verdicts = [verdict for verdict in claims.VERDICTS if verdict in table]
    return table.loc[rows["section"].drop_duplicates(), verdicts]


def _spoken_to(force: str) -> pd.DataFrame:
    """The quantities that independent data speaks to, each once, with the unit of the claim."""
    about = data.load("claims")[["id", "unit", "check"]]
    rows = claims.quantities(claims.ledger(force)).merge(about, on="id")
    own_figures = rows["check"].str.startswith("fact: ")
    return rows[rows["verdict"].str.contains("reproduced|differs") & ~own_figures]


def come_out(force: str) -> pd.DataFrame:
    """How many of those quantities come out as printed, by kind and area: reproduced, of.

    A rate printed beside its count repeats it, and its rounding can hide what the count shows.
    """
    rows = _spoken_to(force)
    kind = pd.Series("counts", rows.index, name="kind")
    kind[rows["unit"].map(values.is_rounded)] = "other rates and changes"
    kind[_beside_a_count(rows)] = BESIDE
    good = rows["verdict"].str.startswith("reproduced").groupby([kind, rows["area"]], sort=False)
    return good.agg(["sum", "size"]).set_axis(["reproduced", "of"], axis=1)


def _beside_a_count(rows: pd.DataFrame) -> pd.Series:
    """Whether the count behind a rate is printed too, for the same area and period."""
    key, numbers = ["measure", "area", "period"], data.load("claims").query("kind == 'number'")
    counts = rows[key].replace({"measure": r"_rate$"}, "_count", regex=True)
    printed = pd.MultiIndex.from_frame(counts).isin(pd.MultiIndex.from_frame(numbers[key]))
    return rows["measure"].str.endswith("_rate") & printed


def _kind(unit: str) -> tuple[str, str]:
    """What a number is called, and in what its gap is measured."""
    if not values.is_rounded(unit):
        return "count", "per cent of what is printed"
    return ("change", "percentage points") if unit == "per cent" else ("rate", unit)


def gaps(force: str) -> pd.DataFrame:
    """How far what differs lies outside what was printed, each quantity once.

    Index: a kind of number, the unit of its gaps and the area; columns: numbers, least, median,
    most. A rate beside its printed count is left to the count, whose gap needs no rounding.
    """
    rows = _spoken_to(force).query("verdict == 'differs'")
    rows = rows[~_beside_a_count(rows)]
    off, rounded = claims.distances(rows).abs(), rows["unit"].map(values.is_rounded)
    off = off.where(rounded, 100 * off / rows["low"].astype(float))
    keys = [(*_kind(unit), area) for unit, area in zip(rows["unit"], rows["area"], strict=True)]
    kinds = pd.MultiIndex.from_tuples(keys, names=["kind", "gap in", "area"])
    found = off.set_axis(kinds).groupby(level=[0, 1, 2], sort=False)
    columns = ["numbers", "least", "median", "most"]
    return found.agg(["size", "min", "median", "max"]).set_axis(columns, axis=1)


def cross_checked(rows: pd.DataFrame) -> int:
    """How many printed numbers other numbers of the report can be held against."""
    checks = data.load("claims").set_index("id")["check"].loc[rows["id"]].to_numpy()
    return int(pd.Series(checks).str.contains(r"(?:^|\| )(?:from|same|grim): ").sum())


def outside_both() -> list[str]:
    """The forces outside the limits of some rate by both estimates of the spread."""
    each = (exhibits.spread(name, report.FORCE, YEAR).outside for name in RATES)
    return list(dict.fromkeys(force for outside in each for force in outside))


def needed(rows: pd.DataFrame) -> pd.DataFrame:
    """What would be needed to check what is not checkable, and for how many claims."""
    reasons = rows.query("verdict == 'not checkable'")["reason"]
    what = reasons.str.extract(r"needed: ([^:]*)(?:: .*)?\.$")[0]
    return what.value_counts().rename_axis("what would be needed").to_frame("claims")


@functools.cache
def _noticed() -> pd.DataFrame:
    return claims.noticed()


def slips(force: str) -> pd.DataFrame:
    """How large an error each kind of check notices, over the force's rows (claims.noticed)."""
    found = _noticed()
    found = found[found["id"].isin(claims.ledger(force)["id"])]
    table = claims.noticed_by_kind(found)
    columns = ["numbers", "at one step", "median, %", "largest, %", "never noticed"]
    table = table.set_axis(columns, axis=1)
    table.insert(
        2, "with a per cent", found.groupby("kind")["per_cent"].count()
    )  # of 0 there is none
    return table.rename(index={"none": "no check of its own"})

"""Notebook 07: what became of every claim of the report, and how much its checks can notice."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, conventions, data, exhibits, measures, report
from helpers.data.schemas import SECTIONS
from helpers.measures import counts
from helpers.prose import day
from helpers.themes import other_year

EW, YEAR = areas.ENGLAND_AND_WALES, report.YEAR_ENDING
CLAIMS = report.tested(__name__)
COMPARED = "recorded_crime sexual_offences assault_with_injury domestic_burglary"
COMPARED += " charged caution_youth caution_adult community_resolution anti_social_behaviour"
RATES = [f"{what}_rate" for what in COMPARED.split()]  # by which the report compares forces
YARDSTICK = "recorded_crime_count"  # whose revision the errors are held against
AGAINST = ["inconsistent", "differs", "not supported", "depends on the method"]
AGAINST.append("reproduced under an alternative")
ALSO = ("judgments_2015", "judgments_printed", "force_facts", "incidents_calendar_year")
ALSO += ("incidents_month_2014", "incidents_street", "incidents_metropolitan")  # of other claims
ERRORS = (
    "Error in per cent of what is printed, beyond 0.1 on a logarithmic scale. Bar: what rounds to "
    "the printed number; filled dot: inside. Shaded: revision of half, and nine tenths, of forces"
)
LUCK = {  # the columns of claims.by_source as a reader calls them
    "come_out": "come out",
    "median": "median error, %",
    "largest": "largest error, %",
    "revised": "expected, off as revised",
    "as_counts": "expected, off as the area's counts",
    "others": "expected, another force's data",
}
TESTED = ["supported", "depends on the method", "not supported"]  # words put to data


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The report's: its claims are about that year, whichever is asked for."""
    return YEAR


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    shown = f"**This page shows the year to {day(YEAR)}**, whichever year is chosen: it checks the "
    parts = [f"{shown}claims of one report, each in its own year."] * (end != YEAR)
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


def numbers(force: str) -> pd.DataFrame:
    """The errors of `claims.relative_errors`, each with what the number is called (label)."""
    found = claims.relative_errors(claims.ledger(force))
    ends = pd.to_datetime(found["period"])
    names = zip(found["measure"], ends, strict=True)
    earlier = ("" if end == YEAR else f", {end.year}" for end in ends)
    labels = [measures.label(*name) + year for name, year in zip(names, earlier, strict=True)]
    columns = ["area", "kind", "label", "error", "low", "high", "inside"]
    return found.assign(label=labels)[columns]


@dataclass(frozen=True)
class Yardstick:
    """How far forces' own counts of recorded crime were revised from the first release to the last.

    half and nine_tenths: the size, per cent, that half and nine tenths of the forces stay within.
    """

    half: float
    nine_tenths: float
    national: float


def yardstick() -> Yardstick:
    """The revision of the report's year."""
    size = claims.revision(YARDSTICK)
    by_force = size[list(areas.FORCES)].abs()
    return Yardstick(by_force.median(), by_force.quantile(0.9), size[EW])


def files(force: str) -> list[str]:
    """The tables that the numbers and what they are held against are from."""
    rows = claims.relative_errors(claims.ledger(force))
    used = zip(rows["measure"], pd.to_datetime(rows["period"]), strict=True)
    each = (measures.files(name, end, comparison_end=YEAR) for name, end in dict.fromkeys(used))
    found = {file for files in each for file in files}
    for release in measures.find(YARDSTICK).vintages:
        found |= set(measures.files(YARDSTICK, YEAR, vintage=release))
    return ["claims", *(name for name in data.FILES if name in found)]


def against(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that speak against the report or hang on the way of counting, quantities once."""
    return claims.quantities(rows).query("verdict in @AGAINST")


@dataclass(frozen=True)
class PageRate:
    """The rate of crime that HMIC's page of the force prints with no period, and what gives it.

    own, national: as printed; whole: by the page's own crimes and people; tried: pairs of a year
    and a population estimate; give_own, give_national: how many of them do; both: which do both.
    """

    own: int
    national: int
    whole: float
    tried: int
    give_own: int
    give_national: int
    both: list[str]


def page_rate() -> PageRate:
    """The page's rates against every quarter's year and mid-year before the report came out."""
    facts = data.load("force_facts").query("force == @report.FORCE and edition == 'PEEL 2015'")
    facts = facts.set_index("fact")["value"]
    own, national = (int(facts[f"recorded crime rate {who}"]) for who in (report.FORCE, "national"))
    given = {}
    for end in pd.date_range(YEAR - pd.DateOffset(years=1), YEAR, freq="QE"):
        for mid_year in range(2011, YEAR.year):
            people, offences = measures.population(mid_year)[0], counts.offences().loc[end]
            rates = measures.per_1000(offences, people)[[report.FORCE, EW]].round()
            given[f"the year to {day(end)} over mid-{mid_year}"] = rates
    table = pd.DataFrame(given).T.eq([own, national])
    whole = measures.per_1000(facts["crimes recorded"], facts["population"])
    both = list(table.index[table.all(axis=1)])
    return PageRate(own, national, float(whole), len(table), *table.sum().astype(int), both)


def thresholds() -> pd.DataFrame:
    """What each word of the report is taken to mean."""
    words = {word: meaning for word, (_, meaning) in conventions.THRESHOLDS.items()}
    return pd.Series(words, name="taken to mean").to_frame()


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
    columns = ["numbers", "noticed at one step", "median, %", "largest, %", "never noticed"]
    table = table.set_axis(columns, axis=1)
    table.insert(2, "above nought", found.groupby("kind")["per_cent"].count())  # of 0 there is none
    return table.rename(index={"none": "no check of its own"})

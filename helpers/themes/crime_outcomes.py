"""Notebook 03: how crimes are resolved, and whether some outcomes are used unusually often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import pandas as pd

from helpers import areas, claims, conventions, data, exhibits, measures, multiverse, report, stats
from helpers.claims.figure_4 import PARTS, labels, numbers
from helpers.data.schemas import ALL_OUTCOMES
from helpers.prose import day, listing, number_of, ordinal, place_among
from helpers.themes import other_year

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
HIGH = {  # of which the report says "one of the highest"
    f"{key}_rate": measures.OUTCOMES[key].plural for key in conventions.ONE_OF_THE_HIGHEST
}
CLAIMS = report.tested(__name__)
FEW = 30  # outcomes, below which a rate says little
STOPS, USUAL = 0.1, 50  # what makes a quarter odd: see odd_quarters
LIMITS = {
    f"{end}998{way}": f"{end}{name}"
    for way, name in (("_tau", ""), ("_pm", "_pm"))
    for end in ("low", "high")
}


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year asked for where outcomes by force are public for it, else the report's."""
    return end if measures.covers("charged_rate", end) else report.YEAR_ENDING


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    found = other_year(force, end, year_shown(force, end))
    if not report.is_about(force):
        found += (
            f" This page gives the outcomes of {areas.police(force)} and their places among the 43 "
            f"forces; printed numbers only for {EW}, and only beside the report's own year."
        )
    return found


def care(force: str, end: pd.Timestamp) -> str:
    """A warning where quarters are odd or outcomes few; '' elsewhere."""
    parts, few = [], []
    if force in conventions.FORCES_WITH_ODD_QUARTERS:
        parts.append(f"the data of {areas.place(force)} has odd quarters (see *Sensitivity*)")
    for name in HIGH:
        key = name.removesuffix("_rate")
        count, outcome = int(measures.value(f"{key}_count", force, end)), measures.OUTCOMES[key]
        few += [number_of(count, outcome.singular, outcome.plural)] * (count < FEW)
    parts += [f"{listing(few)} in the year are too few to say much"] * bool(few)
    return f"**Read with care:** {'; '.join(parts)}." if parts else ""


def sorts(force: str, end: pd.Timestamp) -> list[exhibits.Spread]:
    """A force's rates of charges, of formal and of informal outcomes out of court."""
    return [exhibits.spread(f"{key}_rate", force, end) for key in ("charged", *PARTS)]


def high(force: str, end: pd.Timestamp) -> dict[str, exhibits.Spread]:
    """A force's rates of the outcomes in question, by what these are called."""
    return {what: exhibits.spread(name, force, end) for name, what in HIGH.items()}


def unusual(high: dict[str, exhibits.Spread]) -> list[str]:
    """The outcomes of `high` outside limits of the ordinary spread, each with its standing."""
    return [f"{what} ({s.standing})" for what, s in high.items() if s.standing != stats.INSIDE]


def most_unusual(force: str, end: pd.Timestamp) -> str:
    """The rate in question that lies furthest out among the 43 forces."""
    return max(HIGH, key=lambda name: abs(exhibits.spread(name, force, end).z))


def outside(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """How many of 43 forces lie outside nominal 99.8% limits, an outcome a row; and the force."""
    table = exhibits.standings([f"{key}_rate" for key in measures.outcomes_of()], force, end)
    columns = ["outside chance limits", "outside both", "outside one", "which", force]
    heads = ["chance alone", "by both estimates", "by one", "which", force]
    found = table[columns].set_axis(heads, axis=1)
    return found.rename(index=lambda rate: rate.removesuffix(", rate")).rename_axis("outcome")


@dataclass(frozen=True)
class OldKinds:
    """How many (`before`) of a force's outcomes (`of`) were of the six old kinds in the quarter
    before the report's force gave all kinds; their share at its lowest and highest since, per cent.
    """

    start: pd.Timestamp
    before: int
    of: int
    low: float
    high: float


def old_kinds(force: str) -> OldKinds:
    """How the share of the old kinds moved when new ones could be recorded, where it is known."""
    share = conventions.old_outcomes_share()[force].dropna()
    start = report.day("full_outcomes_from")
    last, since = share.index[share.index <= start][-1], share[share.index > start]
    keys = ["force", "quarter_ending", "outcome_type"]
    own = data.load("outcomes_2015").set_index(keys)["outcomes"].sort_index().loc[force, last]
    before = own[list(conventions.OLD_OUTCOMES)].sum()
    ends = float(since.min()), float(since.max())
    return OldKinds(start, int(before), int(own[ALL_OUTCOMES]), *ends)


@dataclass(frozen=True)
class Unreported:
    """Quarters of a year in which a force's outcomes are two-thirds or more of the old kinds, or
    missing.

    quarters, of: how many, of all that the 43 forces have; where: their forces and months; charged,
    outcomes: charges and all outcomes, as published, the 43 forces together; charged_full,
    outcomes_full: without those quarters.
    """

    quarters: int
    of: int
    where: list[str]
    charged: int
    outcomes: int
    charged_full: int
    outcomes_full: int


def unreported(end: pd.Timestamp) -> Unreported:
    """Where newer kinds look unreported, not rare, and what a share of all is without that."""
    share = conventions.old_outcomes_share()[FORCES]
    share = share[(share.index > end - pd.DateOffset(years=1)) & (share.index <= end)]
    odd = share.isna() | (share >= conventions.threshold("old outcomes"))
    where = {areas.place(force): odd.index[odd[force]] for force in FORCES if odd[force].any()}
    told = [f"{place} (to {listing(f'{d:%B %Y}' for d in days)})" for place, days in where.items()]
    table = data.load("outcomes_2015").query("quarter_ending in @share.index")
    wide = table.pivot(index="quarter_ending", columns=["outcome_type", "force"], values="outcomes")
    every, charged = wide[ALL_OUTCOMES][FORCES], wide[measures.OUTCOMES["charged"].type][FORCES]
    tables = [charged.where(every.notna()), every]
    tables += [each.mask(odd) for each in tables]
    return Unreported(int(odd.sum().sum()), odd.size, told, *(int(t.sum().sum()) for t in tables))


def own_rates(name: str, end: pd.Timestamp) -> pd.DataFrame:
    """Outcomes, denominator and rate of the 43 forces: the index is the force."""
    table = measures.rates(name, [end]).set_index("area")
    return table.loc[FORCES, ["outcomes", "denominator", "rate"]].rename_axis(None)


def figure_4(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Figure 4: group, area, outcomes, printed outcomes, crimes, value, printed (per 100 crimes).

    What is not public, or not printed for this force and year, is not a number.
    """
    printed, rows = numbers(force) if end == report.YEAR_ENDING else {}, []
    crimes = measures.values("recorded_crime_count", end)
    for (key, label), area in product(labels().items(), (force, EW)):
        row = {"group": label, "area": area, "crimes": int(crimes[area])}
        for name, own, said in (
            (f"{key}_count", "outcomes", "printed outcomes"),
            (f"{key}_rate", "value", "printed"),
        ):
            if name in measures.MEASURES:
                row[own] = measures.value(name, area, end)
            if (name, area) in printed:
                row[said] = float(printed[name, area].value)
        rows.append(row)
    columns = ["group", "area", "outcomes", "printed outcomes", "crimes", "value", "printed"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype(dict.fromkeys(("outcomes", "printed outcomes"), "Int64"))


def ranks(end: pd.Timestamp) -> pd.DataFrame:
    """Every force's rates of the outcomes in question, forces by the mean of their places.

    Columns: panel, area, outcomes, denominator, value, place (1 = the highest), national, standing,
    low, high (99.8% limits with over-dispersion, winsorised), low_pm, high_pm (Paule-Mandel).
    """
    tables = []
    for name, label in HIGH.items():
        own = own_rates(name, end).rename(columns={"rate": "value"})
        tested = stats.funnel(own["outcomes"], own["denominator"])
        national = measures.value(name, EW, end)
        place = own["value"].rank(ascending=False, method="min").astype(int)
        own = own.assign(panel=label, area=own.index, place=place, national=national)
        limits = national * tested[list(LIMITS)].rename(columns=LIMITS)
        tables.append(own.assign(standing=tested["standing"], **limits))
    found = pd.concat(tables, ignore_index=True)
    mean = found.groupby("area")["place"].transform("mean")
    found = found.assign(mean=mean).sort_values(["mean", "area"], kind="stable")
    return found.drop(columns="mean").reset_index(drop=True)


def span(places: Iterable[int]) -> str:
    """'1st to 3rd', or '1st' where all are one."""
    ends = (ordinal(int(end)) for end in (min(places), max(places)))
    return " to ".join(dict.fromkeys(ends))


def places(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """A force's places, 1 = the highest: rows by way of counting (conventions.outcome_places).

    Columns: kind (of way), forces (compared), and an outcome each.
    """
    found = {what: conventions.outcome_places(name, force, end) for name, what in HIGH.items()}
    first = next(iter(found.values()))
    table = first[["kind", "of"]].rename(columns={"of": "forces"})
    return table.assign(**{what: each["place"] for what, each in found.items()})


def least_sure(force: str, end: pd.Timestamp) -> str:
    """The outcome whose place among the highest ten hangs most on the way of counting."""
    found = [multiverse.summary(name, force, end) for name in HIGH]
    return min(found, key=lambda m: max(m.holds, m.total - m.holds) / m.total).name


def as_said() -> str:
    """The ledger's verdicts on "one of the highest", in a sentence."""
    rows = claims.ledger().query("id in @CLAIMS and measure in @HIGH")
    by_verdict = rows["measure"].map(HIGH).groupby(rows["verdict"], sort=False)
    verdicts = listing(f"{verdict} for {listing(what)}" for verdict, what in by_verdict)
    most = int(conventions.threshold("one of the highest"))
    said = f'The report says "one of the highest" of these {len(rows)} outcomes.'
    return f"{said} Read as the highest {most} of 43, that is {verdicts}."


def quarter_apart(force: str, end: pd.Timestamp) -> str:
    """A force's places in the other 12 months held, a quarter earlier or later, in a sentence."""
    earlier, later = (end + n * pd.offsets.QuarterEnd() for n in (-1, 1))
    other = earlier if measures.covers("charged_rate", earlier) else later
    places = [f"the {place_among(s.place)} for {what}" for what, s in high(force, other).items()]
    held = f"In the 12 months to {day(other)}, the only others held here,"
    return f"{held} the rate of {areas.place(force)} is {listing(places)}."


def odd_quarters(end: pd.Timestamp) -> pd.DataFrame:
    """Kinds of outcome that all but stop in a quarter of the year, by force and outcome.

    There a quarter has less than a tenth of the median of all quarters, that being at least 50.
    Columns: every quarter, and their median.
    """
    raw = data.load("outcomes_2015").query("scope == 'core'")
    kinds = {outcome.type: outcome.plural for outcome in measures.OUTCOMES.values()}
    raw = raw.assign(outcome=raw["outcome_type"].map(kinds)).dropna(subset=["outcome"])
    wide = raw.pivot(index=["force", "outcome"], columns="quarter_ending", values="outcomes")
    year, usual = wide.loc[:, end - pd.DateOffset(years=1, days=-1) : end], wide.median(axis=1)
    odd = wide[(year.min(axis=1) < STOPS * usual) & (usual >= USUAL)].astype(int)
    found = odd.rename(columns=lambda quarter: f"{quarter:%B %Y}")
    return found.assign(**{f"median of {len(wide.columns)}": usual}).rename_axis(columns=None)

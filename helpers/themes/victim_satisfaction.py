"""Notebook 04: how many victims are satisfied, and what can be told from what is printed.

The report prints one year's rates and says the rest in words. What the words can mean depends on
the number of answers, which is not printed: everything here but the rates is arithmetic.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import binomtest, norm
from statsmodels.stats.proportion import proportion_confint, samplesize_confint_proportion
from statsmodels.stats.proportion import test_proportions_2indep as compare

from helpers import areas, data, measures, report
from helpers.claims import printed_of
from helpers.printed import Printed
from helpers.prose import agree, day, listing, number_of
from helpers.themes import other_year

EW = areas.ENGLAND_AND_WALES
YEAR = report.day("survey_year")
ANSWERS = (300, 600, 1_000, 3_000)  # numbers of answers a year that are tried
LEVELS = {"95%": 0.05, "99%": 0.01, "99.8%": 0.002}
CLAIMS = report.tested(__name__)
SIGNIFICANT, IN_LINE = "four years before is significantly lower", "in line with the year before"
HEADS = {
    "answers": "answers a year",
    "margin": "margin of one year, points",
    "lower": "told apart if lower by, points",
    "higher": "or higher by, points",
    "line": "earlier rates told apart: up to, %",
    "found": "lower by, noticed four times in five, points",
}
WAYS = {  # way of asking -> what it changes in `fewest`
    "as above: 95%, national rate fixed": {},
    "the spread of the force's own rate": {"own_spread": True},
    "national rate from 43 surveys of the same size": {"times": 1 + 1 / len(areas.FORCES)},
    "answers vary more than a random sample's (variance × 1.5, an assumption)": {"times": 1.5},
    "99%": {"level": "99%"},
    "99.8%": {"level": "99.8%"},
    "99.8% and variance × 1.5": {"level": "99.8%", "times": 1.5},
}


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year that the report's rates are of, whatever is asked for."""
    return YEAR


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    if force != report.FORCE:
        return (
            f"{other_year(force, end, end)} How many victims in {areas.place(force)} were "
            f"satisfied is not known here, and for {EW} only for one year: "
            f"**{rates()[EW].text}** in the 12 months to {day(YEAR)}."
        )
    own = f"**This page shows the year to {day(YEAR)}**, not to {day(end)}: the report prints "
    own += "satisfaction for that year only."
    return "" if end in (report.YEAR_ENDING, YEAR) else own


def rates() -> dict[str, Printed]:
    """The two rates that the report prints, by area."""
    return printed_of("satisfaction")


@functools.cache
def share() -> float:
    """The printed rate of the report's force, as a share of 1."""
    return float(rates()[report.FORCE].value) / 100


def wald(share: float, other: float, answers: int) -> float:
    """Wald's statistic for two independent shares, each of so many answers (unpooled variance)."""
    sizes = (share * answers, answers, other * answers, answers)
    return float(compare(*sizes, method="wald").statistic)


@functools.cache
def smallest(
    answers: int, alpha: float = LEVELS["95%"], power: float = 0.5, higher: bool = False
) -> float:
    """How far below the printed rate an earlier one is significantly lower, in points.

    With `higher` how far above it is significantly higher, which is less: the spread shrinks near
    100%.

    With `power` the true difference is found so often: 0.5 where it is just significant when seen.
    """
    p, reach = share(), norm.isf(alpha / 2) + norm.ppf(power)
    ends = (p, 1 - 1e-9) if higher else (1e-6, p)
    return 100 * abs(p - brentq(lambda q: abs(wald(p, q, answers)) - reach, *ends))


def fewest(
    share: float, other: float, level: str = "95%", times: float = 1, own_spread: bool = False
) -> int:
    """The fewest answers with which a share p lies beyond chance of another, different one, q.

    n > times * z^2 q(1-q) / (p-q)^2: where Wilson's interval around p leaves out a fixed q, if
    `times` is 1. `own_spread` takes p(1-p).
    """
    spread = share if own_spread else other
    size = samplesize_confint_proportion(spread, abs(share - other), alpha=LEVELS[level])
    return int(np.floor(times * size)) + 1


@dataclass(frozen=True)
class Gap:
    """The rates of the force and of England and Wales, and the answers that make them differ.

    fewest: answers with which the gap is beyond chance (95%); least, most: the same for all that
    the printed numbers could have been rounded from; always: with which, and any more, it is by
    the exact binomial test. crimes: recorded with a direct victim.
    """

    own: Printed
    national: Printed
    fewest: int
    least: int
    most: int
    always: int
    crimes: int

    def per_100(self, answers: int) -> float:
        """So many answers to 100 crimes with a direct victim."""
        return measures.per_100(answers, self.crimes)


@functools.cache
def gap() -> Gap:
    """The gap between the two printed rates."""
    own, national = rates().values()
    ends = [(number.interval.low, number.interval.high) for number in (own, national)]
    sizes = [fewest(float(p) / 100, float(q) / 100) for p, q in product(*ends)]
    crimes = measures.counted("victim_based_crime_rate").loc[YEAR, report.FORCE]
    other = float(national.value) / 100
    needed = fewest(share(), other)
    tried = range(needed // 2, 4 * needed)
    within = [n for n in tried if binomtest(round(share() * n), n, other).pvalue >= LEVELS["95%"]]
    return Gap(own, national, needed, min(sizes), max(sizes), max(within) + 1, int(crimes))


def answers_needed() -> pd.DataFrame:
    """The fewest answers that put the gap to England and Wales beyond chance, a row a way."""
    national = float(rates()[EW].value) / 100
    found = {way: fewest(share(), national, **choice) for way, choice in WAYS.items()}
    return pd.DataFrame({"fewest answers": found}).rename_axis("way of asking")


def figure_5() -> tuple[pd.DataFrame, bool, list[str]]:
    """Figure 5 from its slot, read anew; whether a reader filled it in; why that is not used.

    Columns: area, year_ending, printed ('not printed' where there is no value), value.
    """
    slot, filled, faults = data.slot("figure_5")
    slot["year_ending"] = pd.to_datetime(slot["year_ending"])
    years = [YEAR - pd.DateOffset(years=n) for n in range(4, -1, -1)]
    grid = pd.MultiIndex.from_product([rates(), years], names=["area", "year_ending"])
    table = slot.set_index(["area", "year_ending"]).reindex(grid).reset_index()
    table["printed"] = table["printed"].fillna("").replace("", "not printed")
    return table, filled, [f"**The values filled in are not used:** {fault}." for fault in faults]


def diamonds() -> pd.DataFrame:
    """What the report prints of Figure 5: period, value."""
    return pd.DataFrame({"period": YEAR, "value": [float(n.value) for n in rates().values()]})


def margins() -> pd.DataFrame:
    """What chance allows around the force's rate, by number of answers; in per cent and points.

    Columns: answers, rate, margin (half the width of Wilson's 95% interval of one year), lower and
    higher (how far an earlier rate must lie below, or above, to differ significantly).
    """
    answers = np.unique([*range(300, 3_001, 25), *ANSWERS])
    low, high = proportion_confint(share() * answers, answers, method="wilson")
    table = {"answers": answers, "rate": 100 * share(), "margin": 50 * (high - low)}
    table |= {"lower": [smallest(n) for n in answers]}
    return pd.DataFrame(table | {"higher": [smallest(n, higher=True) for n in answers]})


def apart(history: pd.DataFrame, filled: bool) -> pd.DataFrame:
    """What two years must differ by, by number of answers; what then holds of a filled-in slot.

    Columns: margin, lower and higher as in `margins`, line (earlier rates up to this are
    significantly lower), found (how much lower a rate is noticed four times in five); if filled-in
    slot IN_LINE (the year before is within chance) and SIGNIFICANT (four years before is beyond).
    """
    table = margins().query("answers in @ANSWERS").set_index("answers")
    table["line"] = table.pop("rate") - table["lower"]
    table["found"] = [smallest(n, power=0.8) for n in ANSWERS]
    if filled:
        own = history.query("area == @report.FORCE")["value"] / 100
        first, before, last = own.iloc[[0, -2, -1]]
        reach = norm.isf(LEVELS["95%"] / 2)
        table[IN_LINE] = [abs(wald(last, before, n)) <= reach for n in ANSWERS]
        table[SIGNIFICANT] = [wald(last, first, n) > reach for n in ANSWERS]
    return table


def told(history: pd.DataFrame, table: pd.DataFrame) -> str:
    """What can be said of earlier years: by `figure_5`, and by `apart` where the slot is filled."""
    known = history.query("area == @report.FORCE and year_ending < @YEAR")["value"].count()
    why = f"{number_of(known, 'earlier rate')} of Figure 5 {agree(known, 'is', 'are')} known here, "
    why += "and the report does not say how many victims answered."
    if IN_LINE not in table:
        return f"Whether satisfaction has changed by more than chance cannot be told: {why}"
    numbers = listing((f"{n:,}" for n in table.index), "or")
    line, changed = (f"{table[way].sum()} of {len(table)}" for way in (IN_LINE, SIGNIFICANT))
    return (
        f"{why[:1].upper()}{why[1:]} With {numbers} answers a year the last rate is within chance "
        f"of that of the year before in {line} cases, and significantly higher than that of four "
        f"years before in {changed}."
    )


def by_level() -> pd.DataFrame:
    """How much lower an earlier rate must be to differ, in points: levels by answers."""
    found = {f"{n:,} answers": [smallest(n, a) for a in LEVELS.values()] for n in ANSWERS}
    return pd.DataFrame(found, index=list(LEVELS)).rename_axis("level")

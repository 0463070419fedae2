"""Notebook 04: how many victims are satisfied, and what can be told from what is printed.

The report prints one year's rates and says the rest in words. What the words can mean depends on
the number of answers, which is not printed: everything here but the rates is arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint, samplesize_confint_proportion
from statsmodels.stats.proportion import test_proportions_2indep as compare

from helpers import areas, claims, data, measures, report
from helpers.printed import Printed
from helpers.prose import day
from helpers.themes import other_year

EW = areas.ENGLAND_AND_WALES
YEAR = report.day("survey_year")
ANSWERS = (300, 600, 1_000, 3_000)  # numbers of answers a year that are tried
LEVELS = {"95%": 0.05, "99%": 0.01, "99.8%": 0.002}
CLAIMS = ("w_inv_higher",)
SIGNIFICANT, IN_LINE = "four years before is significantly lower", "in line with the year before"
HEADS = {
    "answers": "answers a year",
    "margin": "margin of one year",
    "difference": "smallest difference between two years",
    "line": "earlier rates significantly lower, up to, %",
    "found": "difference found four times in five",
}
WAYS = {  # way of counting -> what it changes in `fewest`
    "as above: 95%, national rate fixed": {},
    "the spread of the force's own rate": {"own_spread": True},
    "national rate from 43 surveys of the same size": {"times": 1 + 1 / 43},
    "answers vary more than a random sample's (variance × 1.5)": {"times": 1.5},
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
        return other_year(force, end, end) + (
            f" How many victims in {areas.place(force)} were satisfied is not known here, and for "
            f"{EW} only for one year: **{printed()[EW].text}** in the 12 months to {day(YEAR)}."
        )
    own = (
        f"**This page shows the year to {day(YEAR)}**, not to {day(end)}: the report prints "
        "satisfaction for that year only."
    )
    return "" if end in (report.YEAR_ENDING, YEAR) else own


def printed() -> dict[str, Printed]:
    """The two rates that the report prints, by area."""
    ids = {report.FORCE: "satisfaction.force", EW: "satisfaction.national"}
    return {area: claims.printed(report.claim(part)) for area, part in ids.items()}


def share() -> float:
    """The printed rate of the report's force, as a share of 1."""
    return float(printed()[report.FORCE].value) / 100


def wald(share: float, other: float, answers: int) -> float:
    """Wald's statistic for two independent shares, each of so many answers (unpooled variance)."""
    sizes = (share * answers, answers, other * answers, answers)
    return float(compare(*sizes, method="wald").statistic)


def smallest(answers: int, alpha: float = LEVELS["95%"], power: float = 0.5) -> float:
    """How far below the printed rate an earlier one is significantly lower, in points.

    With `power` the true difference is found so often: 0.5 where it is just significant when seen.
    """
    p, reach = share(), norm.isf(alpha / 2) + norm.ppf(power)
    return 100 * (p - brentq(lambda q: wald(p, q, answers) - reach, 1e-6, p))


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
    the printed numbers could have been rounded from. crimes: recorded with a direct victim.
    """

    own: Printed
    national: Printed
    fewest: int
    least: int
    most: int
    crimes: int


def gap() -> Gap:
    """The gap between the two printed rates."""
    own, national = printed().values()
    ends = [(number.interval.low, number.interval.high) for number in (own, national)]
    sizes = [fewest(float(p) / 100, float(q) / 100) for p, q in product(*ends)]
    crimes = measures.counted("victim_based_crime_rate").loc[YEAR, report.FORCE]
    needed = fewest(share(), float(national.value) / 100)
    return Gap(own, national, needed, min(sizes), max(sizes), int(crimes))


def answers_needed() -> pd.DataFrame:
    """The fewest answers that put the gap to England and Wales beyond chance, a row a way."""
    national = float(printed()[EW].value) / 100
    found = {way: fewest(share(), national, **choice) for way, choice in WAYS.items()}
    return pd.DataFrame({"fewest answers": found}).rename_axis("way of counting")


def figure_5() -> tuple[pd.DataFrame, bool, list[str]]:
    """Figure 5 from its slot, read anew; whether a reader filled it in; why that is not used.

    Columns: area, year_ending, printed ('not published' where there is no value), value.
    """
    slot, filled, faults = data.slot("figure_5")
    slot["year_ending"] = pd.to_datetime(slot["year_ending"])
    years = [YEAR - pd.DateOffset(years=n) for n in range(4, -1, -1)]
    grid = pd.MultiIndex.from_product([printed(), years], names=["area", "year_ending"])
    table = slot.set_index(["area", "year_ending"]).reindex(grid).reset_index()
    table["printed"] = table["printed"].fillna("").replace("", "not published")
    return table, filled, [f"**The slot is not used:** {fault}." for fault in faults]


def source(filled: bool) -> str:
    """The source line of Figure 5: what is printed, and what a reader filled in."""
    by = ", and values filled in by the reader" if filled else ""
    return f"Source: {report.SOURCE}{by}. File: data/{data.FILES['figure_5']}"


def diamonds() -> pd.DataFrame:
    """What the report prints of Figure 5: period, value."""
    return pd.DataFrame({"period": YEAR, "value": [float(n.value) for n in printed().values()]})


def margins() -> pd.DataFrame:
    """What chance allows around the force's rate, by number of answers; in per cent and points.

    Columns: answers, rate, margin (half of Wilson's 95% interval of one year), difference (the
    smallest significant one between two years).
    """
    answers = np.unique([*range(300, 3_001, 25), *ANSWERS])
    low, high = proportion_confint(share() * answers, answers, method="wilson")
    table = {"answers": answers, "rate": 100 * share(), "margin": 50 * (high - low)}
    return pd.DataFrame(table | {"difference": [smallest(n) for n in answers]})


def apart(history: pd.DataFrame, filled: bool) -> pd.DataFrame:
    """What two years must differ by, for numbers of answers; what then holds of a filled-in slot.

    Columns: answers, margin and difference as in `margins`, line (earlier rates up to this are
    significantly lower), found (the true difference noticed four times in five); with a filled-in
    slot IN_LINE (the year before is within chance) and SIGNIFICANT (four years before is beyond).
    """
    table = margins().query("answers in @ANSWERS").reset_index(drop=True)
    table["line"] = table.pop("rate") - table["difference"]
    table["found"] = [smallest(n, power=0.8) for n in ANSWERS]
    if filled:
        own = history.query("area == @report.FORCE")["value"] / 100
        first, before, last = own.iloc[[0, -2, -1]]
        reach = norm.isf(LEVELS["95%"] / 2)
        table[IN_LINE] = [abs(wald(last, before, n)) <= reach for n in ANSWERS]
        table[SIGNIFICANT] = [wald(last, first, n) > reach for n in ANSWERS]
    return table


def by_level() -> pd.DataFrame:
    """The smallest significant difference between two years, in points: levels by answers."""
    found = {f"{n:,} answers": [smallest(n, a) for a in LEVELS.values()] for n in ANSWERS}
    return pd.DataFrame(found, index=list(LEVELS)).rename_axis("level")

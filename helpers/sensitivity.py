"""The same question under every defensible convention: one table of conventions, one function, one line of verdict.

The conventions are listed in full: none was added or left out because of what it gave.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from scipy import stats

from helpers import counts, intervals, measures, names, words

EW = names.ENGLAND_AND_WALES
EASTERN = ("Bedfordshire", "Cambridgeshire", "Essex", "Hertfordshire", "Norfolk", "Suffolk")  # the region as the report names it

# name -> (what is asked of `measures.values`, why it is defensible)
CONVENTIONS: dict[str, tuple[dict, str]] = {
    "as the report counts": ({}, "its own rule: the earlier release, mid-year population before the last year's end for all years"),
    "release of October 2023": ({"vintage": "2023"}, "later revisions correct earlier records"),
    "revised population": ({"population_rule": "revised"}, "the estimates as ONS has since corrected them"),
    "each year's own population": ({"population_rule": "each year's own"}, "a rate usually divides by the people of its own year"),
    "each year's own population, revised": ({"population_rule": "each year's own, revised"}, "both of the above"),
    "British Transport Police counted in": ({"include": ("transport police",)}, "its crimes happen in England and Wales too"),
    "forces' own fraud counted in": ({"include": ("fraud",)}, "until 2013 forces still recorded fraud themselves"),
}


def under_each(measure: str, area: str, year: pd.Timestamp) -> pd.DataFrame:
    """A measure under every convention that reaches it: rows by convention; columns value, national, rank (1 = lowest), why.

    A convention that changes nothing anywhere (no fraud to count in) is left out.
    """
    rows, usual = {}, measures.values(measure, year)
    for name, (choices, why) in CONVENTIONS.items():
        try:
            found = measures.values(measure, year, **choices)
        except ValueError:  # the release or the estimates do not reach this year
            continue
        if choices and found.equals(usual):
            continue
        rows[name] = [float(found[area]), float(found[EW]), measures.rank(found, area), why]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "national", "rank", "why"])


def similar_forces(area: str, mid_year: int, within: float = 0.25) -> list[str]:
    """Other forces whose population is within a share of the area's."""
    people = measures.population(mid_year)[0][list(names.FORCES)]
    near = people[(people / people[area] - 1).abs() <= within]
    return [force for force in near.index if force != area]


def comparators(values: pd.Series, area: str, mid_year: int) -> pd.Series:
    """What an area can be compared with: the pooled rate, the mean and the median of forces, its region, forces of its size."""
    forces = values[list(names.FORCES)]
    region = [force for force in EASTERN if force != area] if area in EASTERN else []
    found = {"England and Wales, pooled": values[EW], "mean of 43 forces": forces.mean(),
             "mean without the City of London": forces.drop("City of London").mean(), "median force": forces.median(),
             "mean of the rest of the Eastern region": values[region].mean() if region else float("nan"),
             "mean of forces of similar size": values[similar_forces(area, mid_year)].mean()}
    return pd.Series(found, dtype=float).dropna()


def since(measure: str, area: str, end: pd.Timestamp, bases: list[pd.Timestamp]) -> pd.DataFrame:
    """Percentage change from each base year to `end`: rows by base; columns value, national."""
    table = measures.counted(measure, measures.default_vintage(measure, end))
    found = {f"since the year to {base:%B %Y}": [measures.percentage_change(table.loc[end, who], table.loc[base, who]) for who in (area, EW)]
             for base in bases if base in table.index}
    return pd.DataFrame.from_dict(found, orient="index", columns=["value", "national"])


def recording_alone(right: int, found: int, targets: tuple[float, ...] = (0.9, 0.95, 1.0)) -> pd.DataFrame:
    """The rise in recorded crime that better recording alone would give, in per cent, if crime itself stood still.

    From an accuracy of right / found (and the ends of its 95% Wilson interval) to each target: 100 x (target / accuracy - 1).
    Rows by target; columns low, value, high. A target below today's accuracy gives no rise.
    """
    interval = stats.binomtest(right, found).proportion_ci(method="wilson")
    low, high = interval.low, interval.high
    rise = {f"to {target:.0%}": [max(0.0, measures.percentage_change(target, accuracy)) for accuracy in (high, right / found, low)] for target in targets}
    return pd.DataFrame.from_dict(rise, orient="index", columns=["low", "value", "high"])


def outcome_divisors(end: pd.Timestamp) -> dict[str, pd.Series]:
    """What outcomes of a year can be divided by when crime changes: offences of that year, the year before, their mean, a quarter earlier."""
    offences = counts.offences()
    this, before, quarter = (offences.loc[day] for day in (end, end - pd.DateOffset(years=1), end - pd.offsets.QuarterEnd(1)))
    return {"the same year's offences": this, "the year before's offences": before, "the mean of both": (this + before) / 2,
            "offences a quarter earlier": quarter}


def funnels(measure: str, year: pd.Timestamp) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, str]:
    """What `charts.funnel` draws: limits from chance alone and adjusted for over-dispersion, in the measure's unit.

    Returns the two frames by title, the table of rates behind them, and one line: n points, how many outside, which.
    """
    table = measures.rates(measure, [year]).set_index("area")
    national, forces = table["rate"][EW], table.loc[list(names.FORCES)]
    count, divisor = forces[measures.find(measure).counted], forces["denominator"]
    expected, found = divisor * count.sum() / divisor.sum(), {}
    for title, adjusted in (("chance alone", False), ("adjusted for over-dispersion", True)):
        narrow, wide = (intervals.funnel(count, divisor, level, adjusted) for level in (0.95, 0.998))
        found[title] = pd.DataFrame({
            "expected": expected, "rate": forces["rate"], "low95": narrow["low"] * national, "high95": narrow["high"] * national,
            "low": wide["low"] * national, "high": wide["high"] * national, "outside95": narrow["outside"], "outside": wide["outside"]})
    plain, adjusted = found.values()
    spread = intervals.dispersion(count, divisor)
    outside = adjusted.index[adjusted["outside"]]
    line = (f"{len(forces)} points; outside the 99.8% limits {int(plain['outside'].sum())} by chance alone, {len(outside)} adjusted "
            f"({words.listing(outside)}); dispersion {spread.ratio:,.0f} times chance, spread between forces about {200 * spread.tau:.0f}%.")
    return found, table, line


def verdict(rows: pd.DataFrame, test: Callable[[pd.Series], bool], wording: str) -> str:
    """'wording' holds under k of m, naming the conventions under which it does not."""
    holds = rows.apply(test, axis=1)
    fails = list(rows.index[~holds])
    return f"{wording} holds under {words.share(int(holds.sum()), len(rows))}" + (f"; not under: {'; '.join(fails)}." if fails else ".")

"""The interval of every rank: places among the 43 forces that the data cannot tell apart.

A random-effects model, as Goldstein and Spiegelhalter, "League tables and their limitations"
(J. R. Stat. Soc. A, 1996), rank institutions. An area's deviation y from the common value is
observed with error s, its true value is drawn from N(0, tau^2), tau by Paule and Mandel
(`helpers.stats`): given y it is N(b y, b s^2), b = tau^2 / (tau^2 + s^2). Every area is drawn
10,000 times, every draw is ranked; between the 2.5% and 97.5% points of its places lies 95%.

Included: chance in the counts (Poisson), the error of the half-year method where incidents are an
estimate, and in `places` the other releases. Not included: the people that rates are divided by,
crimes that come in clusters, and how forces record. The error of the method is known from one force
only. An area that is no member of the population of rates is not drawn towards the others.
"""

from __future__ import annotations

import contextlib
import functools

import numpy as np
import pandas as pd

from helpers import areas, measures, stats
from helpers.measures import counts

FORCES = list(areas.FORCES)
APART = ("City of London",)  # where rates are per resident: few live there and many come
DRAWS, SEED, TAIL = 10_000, 2015, 0.025
ALIKE = 1e-9  # a spread (squared) so small that areas' places are open: never quite nought


@functools.cache
def _noise(size: int) -> np.ndarray:
    return np.random.default_rng(SEED).standard_normal((DRAWS, size))


def interval(values: pd.Series, deviation, error, apart: tuple[str, ...] = ()) -> pd.DataFrame:
    """Places by values, 1 = the lowest, and between which 95% of the draws put them.

    `deviation`, `error`: y and s of the model, in the order of the values; `apart`: areas that are
    not drawn towards the others. Columns: place, low, high; no place lies outside its interval.
    """
    y, variance = np.asarray(deviation, float), np.asarray(error, float) ** 2
    among = ~values.index.isin(apart)
    tau2 = max(float(stats.paule_mandel(y[among], variance[among] ** 0.5)) ** 2, ALIKE)
    b = np.where(among, tau2 / (tau2 + variance), 1.0)
    drawn = b * y + np.sqrt(b * variance) * _noise(len(y))
    ranks = np.sort(drawn.argsort(axis=1).argsort(axis=1).astype("int8"), axis=0) + 1
    low, high = ranks[int(TAIL * DRAWS)], ranks[-int(TAIL * DRAWS) - 1]
    place = values.rank(method="min").astype(int)
    ends = {"low": np.minimum(low, place), "high": np.maximum(high, place)}
    return pd.DataFrame({"place": place, **ends}, index=values.index)


def of_rates(
    count: pd.Series, denominators: pd.Series, apart: tuple[str, ...] = (), off: object = 0.0
) -> pd.DataFrame:
    """`interval` of rates, on the square-root scale of `stats`; off: the standard error of a count
    beyond chance, as a share of it, by area or one for all.
    """
    expected = (denominators * count.sum() / denominators.sum()).to_numpy(float)
    y, chance = stats.root_scale(count.to_numpy(float), expected)
    return interval(count / denominators, y, np.hypot(chance, (1 + y) * off / 2), apart)


def of_changes(before: pd.Series, after: pd.Series, off: object = 0.0) -> pd.DataFrame:
    """`interval` of changes, on the scale of log ratios; off: the standard error of a ratio beyond
    chance, as a share of it, by area or one for all.
    """
    y, chance = stats.log_scale(before, after)
    return interval(after / before, y, np.hypot(chance, off))


@functools.cache
def _under(measure: str, end: pd.Timestamp, choices: tuple) -> pd.DataFrame:
    of, error = measures.find(measure), counts.half_year_error()
    years = [end - pd.DateOffset(years=of.years), end] if of.years else [end]
    table = measures.rates(measure, years, **dict(choices)).set_index(["year_ending", "area"])
    count, people = (
        [table[part].loc[year].loc[FORCES].astype(float) for year in years]
        for part in (of.counted, "denominator")
    )
    guessed = of.counted == "incidents" and ~counts.is_counted(*years)[FORCES]
    if not of.years:
        apart = () if of.denominator == "offences" else APART
        return of_rates(count[0], people[0], apart, error.count_sd / 100 * guessed)
    before = count[0] * people[1] / people[0]  # as many as there would be in the people of later
    return of_changes(before, count[1], error.change_sd / 100 * guessed * before / count[1])


def under(measure: str, end: pd.Timestamp, **choices) -> pd.DataFrame:
    """Places of the 43 forces and their intervals in one release; choices as for `measures.values`.

    Columns: place (1 = the lowest), low, high. ValueError: what the choices do not reach.
    """
    return _under(measure, end, tuple(sorted(choices.items())))


@functools.cache
def places(measure: str, end: pd.Timestamp) -> pd.DataFrame:
    """`under`, from the lowest end to the highest of all releases that reach the year."""
    own, found = measures.default_vintage(measure, end), []
    for vintage in sorted(measures.find(measure).vintages, key=own.__ne__):
        with contextlib.suppress(ValueError):  # it does not reach
            found.append(under(measure, end, vintage=vintage))
    every = pd.concat(found).groupby(level=0)
    return found[0].assign(low=every["low"].min(), high=every["high"].max())

"""Regression to the mean: how people picked at their worst do a year later, by chance alone.

A model of made-up people, worked out exactly: each has a steady rate of crimes, rates have a gamma
distribution, a year's crimes are Poisson around the rate (Greenwood and Yule, "An inquiry into the
nature of frequency distributions", J. R. Stat. Soc., 1920). Nothing is done to anybody. Rates that
themselves go up and down from year to year would make the falls larger.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

SPREADS = (0, 25, 50, 75, 100, 150, 200, 300)  # of people's rates: sd in per cent of their mean
MEANS = (0.2, 0.5, 1, 2, 4, 8, 16)  # crimes a person a year
PICKED = (0.1, 1, 5, 10, 20)  # per cent of people, those with most crimes in the first year
AWAY = (0, 10, 20, 30)  # per cent of the second year in custody


@functools.cache
def two_years(mean: float, spread: float, picked: float) -> tuple[float, float]:
    """Crimes a head of the worst people of one year, in it and in the next.

    `mean`: crimes a person a year; `spread`: the standard deviation of people's rates in per cent
    of it; `picked` per cent of the people are taken, those with most crimes y in the first year,
    ties by lot. With k = (100 / spread)^2 the mean of the second year given y is
    (k + y) / (k / mean + 1).
    """
    k, share = (100 / spread) ** 2 if spread else np.inf, picked / 100
    crimes = nbinom(k, k / (k + mean)) if spread else poisson(mean)
    y = np.arange(int(crimes.isf(1e-12)) + 2)
    taken = np.clip(share - crimes.sf(y), 0, crimes.pmf(y))
    first = float((taken * y).sum() / share)
    return first, (k + first) / (k / mean + 1) if spread else float(mean)


def falls(picked: float = 1, away: float = 0) -> pd.DataFrame:
    """The fall in crimes a head from the first year to the next, in per cent, in every setting.

    A row a spread, a column a mean. `away` per cent of the second year are spent in custody, where
    no crime is counted: the second year's crimes shrink by as much.
    """
    left = {
        mean: [np.divide(*reversed(two_years(mean, spread, picked))) for spread in SPREADS]
        for mean in MEANS
    }
    return 100 * (1 - (1 - away / 100) * pd.DataFrame(left, index=SPREADS))


def reached(level: float) -> pd.DataFrame:
    """In how many settings the fall reaches a level: a row a share picked, a column a time away."""
    found = {
        f"{away}% of the year in custody": {
            f"{picked:g}%": int((falls(picked, away) >= level).sum(axis=None)) for picked in PICKED
        }
        for away in AWAY
    }
    return pd.DataFrame(found)

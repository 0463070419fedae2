"""How much chance explains: exact Poisson limits, and Spiegelhalter's allowance for over-dispersion.

Sources: Garwood (1936) for the exact limits; Spiegelhalter, "Funnel plots for comparing institutional
performance" (Statistics in Medicine, 2005) and "Handling over-dispersion of performance indicators" (Quality and
Safety in Health Care, 2005) for the funnel and the additive allowance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats


def poisson_limits(count, level: float = 0.95):
    """Exact limits of a Poisson mean given a count: chi-squared quantiles / 2. Works on numbers and arrays."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    count, tail = np.asarray(count, dtype=float), (1 - level) / 2
    if (count < 0).any():
        raise ValueError("a count cannot be negative")
    low = np.where(count > 0, stats.chi2.ppf(tail, np.maximum(2 * count, 1e-9)) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    return low, high


class Dispersion(NamedTuple):
    """How far areas spread: `ratio` = mean squared winsorised z-score (1 = chance alone); `tau` = spread beyond chance."""

    ratio: float
    tau: float


def _root_scale(counts: pd.Series, denominators: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Deviation and standard error on the square-root scale, where a Poisson count's variance is constant.

    With E = the count expected at the common rate: y = sqrt(count / E) - 1, standard error 1 / (2 sqrt(E)).
    """
    expected = denominators * counts.sum() / denominators.sum()
    return np.sqrt(counts.clip(lower=0) / expected) - 1, 1 / (2 * np.sqrt(expected))


def dispersion(counts: pd.Series, denominators: pd.Series, winsorise: float = 0.1) -> Dispersion:
    """Over-dispersion of areas' rates around their common rate.

    z-scores beyond the `winsorise` and 1 - `winsorise` quantiles are drawn in to them, so that a few extreme areas
    do not hide themselves. ratio = sum(z^2) / n; tau^2 = max(0, (n ratio - (n - 1)) / (sum w - sum w^2 / sum w)), w = 1/s^2.
    """
    deviation, error = _root_scale(counts, denominators)
    z = deviation / error
    z = z.clip(z.quantile(winsorise), z.quantile(1 - winsorise))
    weights, n = 1 / error**2, len(z)
    ratio = float((z**2).sum() / n)
    tau_squared = (n * ratio - (n - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    return Dispersion(ratio, float(np.sqrt(max(0.0, tau_squared))))


def funnel(counts: pd.Series, denominators: pd.Series, level: float = 0.998, adjusted: bool = True) -> pd.DataFrame:
    """Each area's control limits around the common rate, as a share of it.

    Columns: ratio (the area's rate / the common rate), low, high, outside (bool). `adjusted` adds tau^2 to the
    variance. Multiply by the common rate for limits in the measure's unit: the verdict does not depend on it.
    """
    deviation, error = _root_scale(counts, denominators)
    tau = dispersion(counts, denominators).tau if adjusted else 0.0
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(error**2 + tau**2)
    return pd.DataFrame({
        "ratio": (1 + deviation) ** 2, "low": (1 - reach).clip(lower=0) ** 2, "high": (1 + reach) ** 2,
        "outside": deviation.abs() > reach,
    })

"""How much chance explains: exact Poisson limits, funnels, and two allowances for over-dispersion.

The spread of areas beyond chance is estimated twice, since the two can disagree. `tau` is
Spiegelhalter's: moments of z-scores that are winsorised, so that a few extreme areas do not hide
themselves; it finds less than the true spread. `tau_pm` is Paule and Mandel's: the spread at which
the areas lie as far from the common value as they should; extreme areas widen it.

Sources: Garwood (1936) for the exact limits; Spiegelhalter, "Funnel plots for comparing
institutional performance" (Statistics in Medicine, 2005) and "Handling over-dispersion of
performance indicators" (Quality and Safety in Health Care, 2005); Paule and Mandel, "Consensus
values and weighting factors" (J. Res. Natl. Bur. Stand., 1982); DerSimonian and Kacker,
"Random-effects model for meta-analysis of clinical trials" (Contemp. Clin. Trials, 2007).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata
from statsmodels.stats.rates import confint_poisson

from helpers.measures.arithmetic import percentage_change

WINSORISE = 0.1  # the share of areas at each end whose z-scores are drawn in
REACH = {"95": norm.ppf(0.975), "998": norm.ppf(0.999)}  # of two-sided limits, in errors
INSIDE, OUTSIDE, UNSURE = "inside", "outside", "outside by one estimate"


def poisson_limits(count, level: float = 0.95):
    """Exact limits (Garwood's) of a Poisson mean given a count. Any shape."""
    return confint_poisson(count, 1, method="exact-c", alpha=1 - level)


@dataclass(frozen=True)
class Dispersion:
    """How far areas spread around their common value.

    ratio: mean squared winsorised z-score (1 = chance alone); tau, tau_pm: spread beyond chance by
    the two estimates, on the scale of the test (square root of a rate, or log of a ratio);
    per_cent: what one unit of that scale is in per cent of the rate or of the ratio.
    """

    ratio: float
    tau: float
    tau_pm: float
    per_cent: float = 200

    @property
    def times(self) -> float:
        """How many times as far from the common value as chance alone would put them."""
        return self.ratio**0.5

    @property
    def sd(self) -> float:
        """The spread beyond chance, winsorised: a standard deviation in per cent of the rate."""
        return self.per_cent * self.tau

    @property
    def sd_pm(self) -> float:
        """The spread beyond chance by Paule and Mandel: a standard deviation in per cent."""
        return self.per_cent * self.tau_pm


def winsorised(deviation: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ratio and tau along the last axis.

    ratio = sum(z^2) / n; with w = 1 / s^2,
    tau^2 = max(0, (n ratio - (n - 1)) / (sum w - sum w^2 / sum w)).
    """
    z, weight = deviation / error, 1 / error**2
    low, high = np.quantile(z, [WINSORISE, 1 - WINSORISE], axis=-1, keepdims=True)
    ratio, n = (np.clip(z, low, high) ** 2).mean(axis=-1), z.shape[-1]
    room = weight.sum(axis=-1) - (weight**2).sum(axis=-1) / weight.sum(axis=-1)
    return ratio, np.sqrt(np.maximum(0, (n * ratio - (n - 1)) / room))


def paule_mandel(deviation: np.ndarray, error: np.ndarray, halvings: int = 60) -> np.ndarray:
    """The tau at which sum(y^2 / (s^2 + tau^2)) = n, or 0 where the sum at 0 is less; last axis.

    n and not n - 1, since deviations are from a given common value. The sum falls with tau, and at
    tau^2 = mean(y^2) it is below n: the root is found by halving.
    """
    square, variance = deviation**2, error**2
    low, high = np.zeros(square.shape[:-1]), square.mean(axis=-1)
    for _ in range(halvings):
        middle = (low + high) / 2
        above = (square / (variance + middle[..., None])).mean(axis=-1) > 1
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.sqrt(np.where(low > 0, high, 0.0))


def root_scale(counts: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Deviation and its error where a Poisson count's variance is constant: the square root.

    With E = the count expected at the common rate: y = sqrt(count / E) - 1, s = 1 / (2 sqrt(E)).
    """
    return np.sqrt(np.clip(counts, 0, None) / expected) - 1, 1 / (2 * np.sqrt(expected))


def log_scale(before, after) -> tuple[np.ndarray, np.ndarray]:
    """Deviation and its error of a change along the last axis: y = log(after / before) - log(common
    ratio).

    s^2 = 1 / before + 1 / after. A count of nought is taken as a half.
    """
    before, after = np.asarray(before, float), np.asarray(after, float)
    common = np.log(after.sum(axis=-1, keepdims=True) / before.sum(axis=-1, keepdims=True))
    before, after = np.maximum(before, 0.5), np.maximum(after, 0.5)
    return np.log(after / before) - common, np.sqrt(1 / before + 1 / after)


def _expected(counts: pd.Series, denominators: pd.Series) -> np.ndarray:
    return (denominators * counts.sum() / denominators.sum()).to_numpy(float)


def _dispersion(deviation: np.ndarray, error: np.ndarray, per_cent: float) -> Dispersion:
    ratio, tau = winsorised(deviation, error)
    return Dispersion(float(ratio), float(tau), float(paule_mandel(deviation, error)), per_cent)


def dispersion(
    counts: pd.Series, denominators: pd.Series, apart: tuple[str, ...] = ()
) -> Dispersion:
    """Over-dispersion of areas' rates around their common rate, on the square-root scale.

    Areas `apart` count in the common rate and not in the spread: one that is no member of the
    population of rates (few residents, many visitors) would make an estimate of it empty.
    """
    expected, kept = _expected(counts, denominators), ~counts.index.isin(apart)
    deviation, error = root_scale(counts.to_numpy(float), expected)
    return _dispersion(deviation[kept], error[kept], per_cent=200)


def change_dispersion(before: pd.Series, after: pd.Series) -> Dispersion:
    """Over-dispersion of areas' changes around the common change, on the scale of log ratios."""
    return _dispersion(*log_scale(before, after), per_cent=100)


def _tested(deviation: np.ndarray, error: np.ndarray, found: Dispersion) -> dict[str, np.ndarray]:
    """z-scores by chance alone and by both estimates, and how they stand to the 99.8% limits."""
    z, z_pm = (deviation / np.hypot(error, tau) for tau in (found.tau, found.tau_pm))
    outside = (np.abs(z) > REACH["998"]).astype(int) + (np.abs(z_pm) > REACH["998"])
    standing = np.array([INSIDE, UNSURE, OUTSIDE])[outside]
    return {"z_chance": deviation / error, "z": z, "z_pm": z_pm, "standing": standing}


def limits(expected, tau: float = 0, ending: str = "") -> dict[str, np.ndarray]:
    """Limits as shares of the common rate: low95, high95, low998, high998, each with `ending`.

    With E = the count expected and s^2 = 1 / (4 E) + tau^2: (1 - z s)^2 and (1 + z s)^2. Any shape.
    """
    error, found = np.hypot(1 / (2 * np.sqrt(expected)), tau), {}
    for name, reach in REACH.items():
        found[f"low{name}{ending}"] = np.clip(1 - reach * error, 0, None) ** 2
        found[f"high{name}{ending}"] = (1 + reach * error) ** 2
    return found


def change_limits(common, error, tau=0) -> dict[str, np.ndarray]:
    """Limits of changes in per cent around a common ratio: low95, high95, low998, high998.

    With s^2 = error^2 + tau^2 on the scale of log ratios: common x exp(-z s) and exp(z s).
    """
    spread, found = np.hypot(error, tau), {}
    for name, reach in REACH.items():
        found[f"low{name}"] = percentage_change(common * np.exp(-reach * spread), 1)
        found[f"high{name}"] = percentage_change(common * np.exp(reach * spread), 1)
    return found


def _limits(expected: np.ndarray, found: Dispersion) -> dict[str, np.ndarray]:
    """The limits for chance alone, and those that allow for either estimate of the spread."""
    either = limits(expected, found.tau, "_tau") | limits(expected, found.tau_pm, "_pm")
    return limits(expected) | either


def funnel(counts: pd.Series, denominators: pd.Series, apart: tuple[str, ...] = ()) -> pd.DataFrame:
    """Each area's rate against the common rate, with control limits. `apart`: as in `dispersion`.

    The limits are nominal: `expected_outside` says how many areas luck alone puts outside them.
    The common rate is that of the sums, in which large areas weigh most.

    Columns: expected (count at the common rate), ratio (the area's rate / the common rate),
    z_chance, z (winsorised), z_pm (Paule-Mandel), standing ('inside' or 'outside' the 99.8% limits
    by both estimates, or 'outside by one estimate'), and the limits of `curve`.
    """
    expected, found = _expected(counts, denominators), dispersion(counts, denominators, apart)
    tested = _tested(*root_scale(counts.to_numpy(float), expected), found)
    columns = {"expected": expected, "ratio": counts / expected} | tested | _limits(expected, found)
    return pd.DataFrame(columns, index=counts.index)


def curve(
    counts: pd.Series, denominators: pd.Series, apart: tuple[str, ...] = (), points: int = 200
) -> pd.DataFrame:
    """The limits of `funnel` as smooth curves, log-spaced over the expected counts that are drawn.

    Columns: expected; low95, high95, low998, high998 for chance alone, and the same ending in _tau
    and _pm. Shares of the common rate: times it, they are in the measure's unit.
    """
    sizes = _expected(counts, denominators)
    grid = np.geomspace(sizes.min(), sizes.max(), points)
    return pd.DataFrame({"expected": grid} | _limits(grid, dispersion(counts, denominators, apart)))


def changes(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Each area's change against the common change, as `funnel` does for rates, on log ratios.

    Columns: change (per cent), z_chance, z (winsorised), z_pm (Paule-Mandel), standing (as in
    `funnel`). The common change is that of the sums.
    """
    tested = _tested(*log_scale(before, after), change_dispersion(before, after))
    return pd.DataFrame({"change": percentage_change(after, before)} | tested, index=before.index)


def expected_outside(
    counts: pd.Series,
    denominators: pd.Series,
    apart: tuple[str, ...] = (),
    draws: int = 2000,
    seed: int = 2015,
) -> pd.DataFrame:
    """What each estimate would find if the true spread were as large as it says, by simulation.

    Of the areas that are not `apart` (as in `dispersion`).

    Areas of the real sizes are given true deviations from N(0, tau^2) on the square-root scale and
    Poisson counts. A row an estimate (tau, tau_pm); columns: true (its value, which is simulated),
    share_found (mean estimate / true; not a number where true is 0), outside (how many of the areas
    fall outside its 99.8% limits by luck, on average; nominally 0.2% of them).
    """
    found = dispersion(counts, denominators, apart)
    expected = _expected(counts, denominators)[~counts.index.isin(apart)]
    rows = {
        name: _simulated(tuple(expected), getattr(found, name), name, draws, seed)
        for name in ("tau", "tau_pm")
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["true", "share_found", "outside"])


@functools.cache
def _simulated(
    expected: tuple[float, ...], true: float, name: str, draws: int, seed: int
) -> tuple[float, float, float]:
    sizes, random = np.array(expected), np.random.default_rng(seed)
    rates = np.clip(1 + random.normal(0, true, (draws, len(sizes))), 0, None) ** 2
    counts = random.poisson(sizes * rates)
    deviation, error = root_scale(counts, sizes * counts.sum(axis=1, keepdims=True) / sizes.sum())
    tau = winsorised(deviation, error)[1] if name == "tau" else paule_mandel(deviation, error)
    reach = REACH["998"] * np.hypot(error, tau[:, None])
    outside = (np.abs(deviation) > reach).sum(axis=1).mean()
    return true, float(tau.mean() / true) if true else float("nan"), float(outside)


def centred_ranks(values) -> np.ndarray:
    """Ranks along the last axis, centred and of length 1: the product of two is Spearman's rho."""
    ranks = rankdata(values, axis=-1)
    ranks -= ranks.mean(axis=-1, keepdims=True)
    return ranks / np.linalg.norm(ranks, axis=-1, keepdims=True)

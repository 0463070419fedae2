"""Limits against golden numbers, and properties that any such limits must have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers import intervals


@pytest.mark.parametrize(("n", "level", "low", "high"), [
    (15, 0.95, 0.5596924, 1.649348), (20, 0.95, 0.6108260, 1.544419), (30, 0.95, 0.6746958, 1.427562),
    (15, 0.998, 0.3862650, 2.082907), (20, 0.998, 0.4479107, 1.902094), (30, 0.998, 0.5289724, 1.702771),
])
def test_exact_poisson_limits(n, level, low, high):
    found = intervals.poisson_limits(n, level)
    assert np.array(found) / n == pytest.approx([low, high], rel=1e-6)


def test_poisson_limits_of_nought():
    low, high = intervals.poisson_limits(0)
    assert (low, high) == pytest.approx((0, -np.log(0.025)))


def test_poisson_limits_refuse_nonsense():
    with pytest.raises(ValueError, match="between 0 and 1"):
        intervals.poisson_limits(5, 95)
    with pytest.raises(ValueError, match="cannot be negative"):
        intervals.poisson_limits(-1)


def sample(n=43, spread=0.0, seed=1):
    rng = np.random.default_rng(seed)
    people = pd.Series(rng.uniform(3e5, 3e6, n))
    return pd.Series(rng.poisson(people * 0.05 * np.exp(rng.normal(0, spread, n)))), people


def test_chance_alone_has_a_dispersion_of_about_one():
    """Winsorising takes a little away: the ratio lies somewhat below 1."""
    ratios = [intervals.dispersion(*sample(seed=seed)).ratio for seed in range(40)]
    assert 0.6 < np.mean(ratios) < 1.0


def test_tau_finds_the_spread_that_was_put_in():
    """A spread of s in the log rate is s / 2 on the square-root scale; winsorising at 10 % trims it a little."""
    taus = [intervals.dispersion(*sample(spread=0.2, seed=seed)).tau for seed in range(40)]
    assert 0.07 < np.mean(taus) < 0.11


def test_adjustment_against_the_formulas_worked_by_hand():
    counts, people = sample(spread=0.1)
    expected = people * counts.sum() / people.sum()
    z = (np.sqrt(counts / expected) - 1) * 2 * np.sqrt(expected)
    low, high = np.quantile(z, [0.1, 0.9])
    ratio = np.mean(np.clip(z, low, high) ** 2)
    w = 4 * expected
    tau2 = (43 * ratio - 42) / (w.sum() - (w**2).sum() / w.sum())
    found = intervals.dispersion(counts, people)
    assert found == pytest.approx((ratio, np.sqrt(tau2)))
    reach = stats.norm.ppf(0.999) * np.sqrt(1 / w + tau2)
    assert intervals.funnel(counts, people)["high"].to_numpy() == pytest.approx((1 + reach) ** 2)


@given(st.integers(0, 10_000), st.floats(0.05, 1000))
def test_the_unit_changes_nothing(seed, multiplier):
    counts, people = sample(spread=0.2, seed=seed)
    one, other = intervals.funnel(counts, people), intervals.funnel(counts, people * multiplier)
    pd.testing.assert_frame_equal(one, other)


@given(st.integers(0, 10_000))
def test_limits_hold_the_target_narrow_with_data_and_do_not_mind_the_order(seed):
    counts, people = sample(spread=0.2, seed=seed)
    limits = intervals.funnel(counts, people, adjusted=False)
    assert (limits["low"] < 1).all() and (limits["high"] > 1).all()
    wider = (limits["high"] - limits["low"]).iloc[people.argsort()]
    assert wider.is_monotonic_decreasing
    order = counts.sample(frac=1, random_state=seed % 2**32).index
    pd.testing.assert_frame_equal(intervals.funnel(counts[order], people[order]).loc[counts.index], intervals.funnel(counts, people))


def test_adjusted_limits_are_wider_where_forces_spread():
    counts, people = sample(spread=0.2)
    plain, adjusted = intervals.funnel(counts, people, adjusted=False), intervals.funnel(counts, people)
    assert plain["outside"].sum() > 30 > adjusted["outside"].sum()
    assert (adjusted["high"] > plain["high"]).all()

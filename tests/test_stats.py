"""Limits, spread and places: golden numbers, and each statistic by a second route."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import norm, poisson
from statsmodels.stats.meta_analysis import combine_effects

from helpers import areas, measures, stats

FORCES, JUNE_2015 = list(areas.FORCES), pd.Timestamp("2015-06-30")


def of_forces(measure, year=JUNE_2015):
    table = measures.rates(measure, [year]).set_index("area").loc[FORCES]
    return table[measures.find(measure).counted], table["denominator"]


def both_years(measure):
    return [measures.values(measure, day)[FORCES] for day in ("2014-06-30", "2015-06-30")]


def sample(n=43, spread=0.0, seed=1):
    rng = np.random.default_rng(seed)
    people = pd.Series(rng.uniform(3e5, 3e6, n))
    return pd.Series(rng.poisson(people * 0.05 * np.exp(rng.normal(0, spread, n)))), people


@pytest.mark.parametrize(
    ("n", "level", "low", "high"),
    [
        (15, 0.95, 0.5596924, 1.649348),
        (20, 0.95, 0.6108260, 1.544419),
        (30, 0.95, 0.6746958, 1.427562),
        (15, 0.998, 0.3862650, 2.082907),
        (20, 0.998, 0.4479107, 1.902094),
        (30, 0.998, 0.5289724, 1.702771),
    ],
)
def test_exact_poisson_limits(n, level, low, high):
    """Against published limits, and against what they mean: tails of the Poisson distribution."""
    found = np.array(stats.poisson_limits(n, level))
    assert found / n == pytest.approx([low, high], rel=1e-6)
    tails = poisson.sf(n - 1, found[0]), poisson.cdf(n, found[1])
    assert tails == pytest.approx([(1 - level) / 2] * 2)


def test_poisson_limits_of_nought():
    assert stats.poisson_limits(0) == pytest.approx((0, -np.log(0.025)))


def test_chance_alone_has_a_dispersion_of_about_one_and_no_spread():
    """Winsorising takes a little away: the ratio lies somewhat below 1."""
    found = [stats.dispersion(*sample(seed=seed)) for seed in range(40)]
    assert 0.6 < np.mean([each.ratio for each in found]) < 1.0
    assert max(each.tau_pm for each in found) < 0.002


def test_both_estimates_find_the_spread_that_was_put_in():
    """A spread of s in the log rate is s / 2 on the square-root scale; winsorising trims it."""
    found = [stats.dispersion(*sample(spread=0.2, seed=seed)) for seed in range(40)]
    assert 0.07 < np.mean([each.tau for each in found]) < 0.09
    assert 0.095 < np.mean([each.tau_pm for each in found]) < 0.105


def test_the_winsorised_estimate_against_its_formula_worked_by_hand():
    counts, people = sample(spread=0.1)
    expected = people * counts.sum() / people.sum()
    z = (np.sqrt(counts / expected) - 1) * 2 * np.sqrt(expected)
    low, high = z.quantile(0.1), z.quantile(0.9)
    ratio = np.mean(np.clip(z, low, high) ** 2)
    w = 4 * expected
    tau2 = (43 * ratio - 42) / (w.sum() - (w**2).sum() / w.sum())
    found = stats.dispersion(counts, people)
    assert (found.ratio, found.tau) == pytest.approx((ratio, np.sqrt(tau2)))
    assert (found.times, found.sd) == pytest.approx((ratio**0.5, 200 * tau2**0.5))
    reach = norm.ppf(0.999) * np.sqrt(1 / w + tau2)
    high = stats.funnel(counts, people)["high998_tau"]
    assert high.to_numpy() == pytest.approx((1 + reach) ** 2)


@pytest.mark.parametrize("measure", ["recorded_crime_rate", "caution_youth_rate"])
def test_paule_mandel_by_minimising_and_by_statsmodels(measure):
    """statsmodels estimates the common value; with every deviation mirrored that estimate is 0."""
    counts, divisor = of_forces(measure)
    expected = divisor * counts.sum() / divisor.sum()
    y, s2 = np.sqrt(counts / expected) - 1, 1 / (4 * expected)
    off = minimize_scalar(
        lambda t2: ((y**2 / (s2 + t2)).sum() - 43) ** 2,
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-12},
    )
    tau_pm = stats.dispersion(counts, divisor).tau_pm
    assert tau_pm == pytest.approx(off.x**0.5, rel=1e-4)
    mirrored = combine_effects(
        np.tile([*y, *-y], 50), np.tile([*s2, *s2], 50), method_re="iterated", atol=1e-9
    )
    assert tau_pm == pytest.approx(mirrored.tau2**0.5, rel=2e-3)


def test_one_outlier_is_outside_by_one_estimate_alone():
    """Norfolk's cautions of youths: the extreme forces widen the one estimate, not the other."""
    norfolk = stats.funnel(*of_forces("caution_youth_rate")).loc["Norfolk"]
    assert (norfolk["z"], norfolk["z_pm"]) == pytest.approx((3.69, 2.28), abs=0.005)
    assert norfolk["standing"] == "outside by one estimate"
    standing = stats.funnel(*of_forces("recorded_crime_rate"))["standing"]
    assert (standing["City of London"], standing["Norfolk"]) == ("outside", "inside")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 1000))
def test_the_unit_changes_nothing(seed, multiplier):
    counts, people = sample(spread=0.2, seed=seed)
    one, other = stats.funnel(counts, people), stats.funnel(counts, people * multiplier)
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_limits_hold_the_target_narrow_with_data_and_do_not_mind_the_order(seed):
    counts, people = sample(spread=0.2, seed=seed)
    limits = stats.funnel(counts, people)
    for ending in ("", "_tau", "_pm"):
        low, high = limits[f"low998{ending}"], limits[f"high998{ending}"]
        assert (low < 1).all() and (high > 1).all()
        assert (low <= limits[f"low95{ending}"]).all() and (high > limits[f"high95{ending}"]).all()
        assert (high - low).iloc[people.argsort()].is_monotonic_decreasing
    assert (limits["high998_tau"] > limits["high998"]).all()
    order = counts.sample(frac=1, random_state=seed).index
    turned = stats.funnel(counts[order], people[order]).loc[counts.index]
    pd.testing.assert_frame_equal(turned, limits)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_standing_is_where_the_ratio_lies_to_the_limits(seed):
    limits = stats.funnel(*sample(spread=0.3, seed=seed))
    beyond = sum(
        (
            (limits["ratio"] < limits[f"low998{e}"]) | (limits["ratio"] > limits[f"high998{e}"])
        ).astype(int)
        for e in ("_tau", "_pm")
    )
    words = beyond.map({0: "inside", 1: "outside by one estimate", 2: "outside"})
    assert (words == limits["standing"]).all()


def test_the_curve_runs_through_the_limits_of_every_force():
    counts, people = of_forces("recorded_crime_rate")
    curve, limits = stats.curve(counts, people), stats.funnel(counts, people)
    assert len(curve) == 200
    ends = curve["expected"].iloc[[0, -1]].tolist()
    assert ends == pytest.approx([limits["expected"].min(), limits["expected"].max()])
    for name in curve.columns.drop("expected"):
        drawn = np.interp(np.log(limits["expected"]), np.log(curve["expected"]), curve[name])
        assert drawn == pytest.approx(limits[name].to_numpy(), rel=1e-3)


@pytest.mark.parametrize("measure", ["recorded_crime_rate", "caution_youth_rate"])
def test_what_the_estimates_find_of_a_true_spread(measure):
    """The winsorised finds 71-76 %; about 0.9 of 43 points are outside by luck, not 0.09."""
    counts, people = of_forces(measure)
    found = stats.expected_outside(counts, people)
    assert 0.71 < found.loc["tau", "share_found"] < 0.76
    assert 0.8 < found.loc["tau", "outside"] < 1.1
    assert 0.9 < found.loc["tau_pm", "share_found"] < 1.02
    assert found.loc["tau_pm", "outside"] < 43 * 0.002 * 1.5
    assert stats.expected_outside(counts, people).equals(found)


@pytest.mark.slow
def test_what_the_estimates_find_by_drawing_one_funnel_after_another():
    counts, people = of_forces("caution_youth_rate")
    expected, true = people * counts.sum() / people.sum(), stats.dispersion(counts, people).tau
    random, taus, outside = np.random.default_rng(7), [], []
    for _ in range(300):
        rates = (1 + random.normal(0, true, 43)).clip(0) ** 2
        drawn = pd.Series(random.poisson(expected * rates), index=counts.index)
        taus.append(stats.dispersion(drawn, people).tau)
        outside.append((stats.funnel(drawn, people)["z"].abs() > norm.ppf(0.999)).sum())
    found = stats.expected_outside(counts, people).loc["tau"]
    assert np.mean(taus) / true == pytest.approx(found["share_found"], abs=0.03)
    assert np.mean(outside) == pytest.approx(found["outside"], abs=0.25)


@pytest.mark.parametrize(
    ("measure", "z", "z_pm"),
    [("recorded_crime_count", 2.33, 1.87), ("anti_social_behaviour_count", -1.75, -1.28)],
)
def test_norfolk_s_changes_are_no_outliers(measure, z, z_pm):
    before, after = both_years(measure)
    norfolk = stats.changes(before, after).loc["Norfolk"]
    assert (norfolk["z"], norfolk["z_pm"]) == pytest.approx((z, z_pm), abs=0.005)
    assert norfolk["standing"] == "inside"


def test_changes_by_logs_of_ratios_worked_by_hand():
    before, after = both_years("recorded_crime_count")
    y = np.log(after / before) - np.log(after.sum() / before.sum())
    s2 = 1 / before + 1 / after
    z = y / s2**0.5
    z = z.clip(z.quantile(0.1), z.quantile(0.9))
    tau2 = ((z**2).sum() - 42) / ((1 / s2).sum() - (1 / s2**2).sum() / (1 / s2).sum())
    found, spread = stats.changes(before, after), stats.change_dispersion(before, after)
    assert found["z"].to_numpy() == pytest.approx((y / np.sqrt(s2 + tau2)).to_numpy())
    assert found["z_chance"].to_numpy() == pytest.approx((y / s2**0.5).to_numpy())
    assert (y**2 / (s2 + spread.tau_pm**2)).sum() == pytest.approx(43)
    assert (spread.times, spread.sd) == pytest.approx(((z**2).mean() ** 0.5, 100 * tau2**0.5))
    other = measures.values("recorded_crime_change_1y", JUNE_2015)[FORCES]
    assert found["change"].to_numpy() == pytest.approx(other.to_numpy())


def test_a_change_from_or_to_nought_is_finite():
    before, after = pd.Series([0, 40, 60]), pd.Series([3, 0, 80])
    assert np.isfinite(stats.changes(before, after)[["z_chance", "z", "z_pm"]]).all(axis=None)

"""The interval of every rank, held against other models, other code and made-up truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from helpers import areas, measures, prose, ranks
from helpers.measures import counts
from helpers.themes import anti_social_behaviour

FORCES, YEAR = list(areas.FORCES), pd.Timestamp("2015-06-30")
ENDS = ["low", "high"]


def drawn_places(draw, draws=1_000):
    """Between which 95% of places lie, one draw after another and ranked by pandas."""
    random = np.random.default_rng(11)
    places = pd.DataFrame([np.asarray(draw(random)) for _ in range(draws)]).rank(axis=1)
    return places.quantile([0.025, 0.975]).T.set_axis(FORCES).set_axis(ENDS, axis=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "apart"),
    [
        ("recorded_crime_rate", ["City of London"]),
        ("caution_youth_rate", []),
        ("community_resolution_rate", []),
    ],
)
def test_places_by_a_gamma_of_rates_and_poisson_counts(measure, apart):
    """The conjugate model: rates gamma by their moments, so that given counts they are gamma."""
    table = measures.rates(measure, [YEAR]).set_index("area").loc[FORCES]
    count, size = table.iloc[:, 1].astype(float), table["denominator"].astype(float)
    rate = (count / size).drop(apart)
    shape = rate.mean() ** 2 / (rate.var() - (rate / size).mean())
    scale = rate.mean() / shape
    oracle = drawn_places(lambda random: random.gamma(shape + count, 1 / (1 / scale + size)))
    found = ranks.under(measure, YEAR)
    assert (found[ENDS] - oracle).abs().max(axis=None) <= 2
    assert (found[ENDS] - oracle).abs().mean(axis=None) < 0.5
    assert found["place"].equals(rate_places(measure))


def rate_places(measure):
    return measures.values(measure, YEAR)[FORCES].rank(method="min").astype(int)


@pytest.mark.parametrize("name", ["recorded_crime", "anti_social_behaviour"])
def test_places_by_change_drawn_one_after_another(name):
    """The method's error stands on every force but the one whose months are counted."""
    before, after = (
        measures.values(f"{name}_count", day)[FORCES].astype(float)
        for day in (YEAR - pd.DateOffset(years=1), YEAR)
    )
    ratio, s2 = after / before, 1 / before + 1 / after
    if name != "recorded_crime":
        method = counts.half_year_error().change_sd / 100 / ratio
        s2 += method.where(method.index != "Metropolitan Police", 0) ** 2
    y = np.log(ratio) - np.log(after.sum() / before.sum())
    tau2 = brentq(lambda t: (y**2 / (s2 + t)).sum() - 43, 0, 1)
    mean, sd = y * tau2 / (tau2 + s2), (s2 * tau2 / (tau2 + s2)) ** 0.5
    oracle = drawn_places(lambda random: random.normal(mean, sd))
    found = ranks.under(f"{name}_change_1y", YEAR)
    assert (found[ENDS] - oracle).abs().max(axis=None) <= 3
    assert (found[ENDS] - oracle).abs().mean(axis=None) < 0.7
    assert found["place"].equals(rate_places(f"{name}_change_1y"))


def test_the_method_s_error_leaves_a_fall_s_place_open():
    fall = anti_social_behaviour.fall("Norfolk", YEAR)
    assert (fall.place, fall.low, fall.high) == (6, 1, 27)


@pytest.mark.slow
def test_true_places_lie_inside_as_often_as_said():
    """Truths and counts are made up by the model; 95% of true places lie in their interval."""
    random, people, inside = np.random.default_rng(5), pd.Series(1e6, FORCES), []
    for _ in range(30):
        true = 0.0005 * (1 + random.normal(0, 0.04, 43)) ** 2
        found = ranks.of_rates(pd.Series(random.poisson(true * people), FORCES), people)
        inside.append(pd.Series(true, FORCES).rank().between(found["low"], found["high"]))
    assert 0.93 < np.mean(inside) < 0.975


def test_places_are_certain_without_error_and_open_without_differences():
    values = pd.Series(np.arange(43.0), FORCES)
    sure = ranks.interval(values, values, np.zeros(43))
    assert sure.eq(sure["place"], axis=0).all(axis=None)
    assert sure["place"].to_list() == list(range(1, 44))
    alike = ranks.interval(values, (values - 21) / 100, np.ones(43))
    assert (alike["low"] <= 3).all() and (alike["high"] >= 41).all(), "chance explains it all"


def test_areas_apart_are_not_drawn_towards_the_others():
    count, people = pd.Series(10, FORCES), pd.Series(1e5, FORCES)
    count["City of London"] = 30
    together, alone = (ranks.of_rates(count, people, apart) for apart in ((), ("City of London",)))
    assert together.loc["City of London", "low"] <= alone.loc["City of London", "low"]


@pytest.mark.parametrize("measure", ["recorded_crime_rate", "recorded_crime_change_1y"])
def test_the_other_release_widens_the_interval(measure):
    found = ranks.places(measure, YEAR)
    each = [ranks.under(measure, YEAR, vintage=vintage) for vintage in measures.VINTAGES]
    assert found["place"].equals(each[0]["place"])
    assert found["low"].equals(np.minimum(each[0]["low"], each[1]["low"]))
    assert found["high"].equals(np.maximum(each[0]["high"], each[1]["high"]))
    assert tuple(found.loc["Norfolk"]) == {"r": (14, 12, 17), "c": (42, 40, 42)}[measure[15]]


@pytest.mark.parametrize("end", ["2012-06-30", "2016-06-30", "2018-12-31", "2023-06-30"])
def test_every_place_lies_in_its_interval_in_other_years(end):
    for measure in ("recorded_crime_rate", "recorded_crime_change_1y"):
        found = ranks.places(measure, pd.Timestamp(end))
        assert found["low"].between(1, found["place"]).all()
        assert found["high"].between(found["place"], 43).all()


@pytest.mark.parametrize(
    ("place", "places", "said"),
    [
        (14, (12, 17), "14th lowest (12th to 17th)"),
        (42, (40, 43), "2nd highest (1st to 4th)"),
        (22, (18, 27), "22nd lowest (18th lowest to 17th highest)"),
        (6, (1, 27), "6th lowest (lowest to 17th highest)"),
        (43, (43, 43), "highest (no other by chance)"),
    ],
)
def test_a_rank_in_words_says_on_which_side_its_ends_lie(place, places, said):
    assert prose.fill("{{ p | place_within(q) }}", p=place, q=places) == said

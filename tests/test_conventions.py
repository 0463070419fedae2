"""The one list of conventions: what each gives, and how ways of one kind count once."""

import sys

import numpy as np
import pandas as pd
import pytest

from helpers import areas, conventions, data, measures
from helpers.measures import counts

YEAR, EW = pd.Timestamp("2015-06-30"), areas.ENGLAND_AND_WALES


def test_every_convention_says_why_and_what_kind_it_is():
    known = conventions.conventions()
    assert (
        next(iter(known)) == conventions.AS_REPORTED and not known[conventions.AS_REPORTED].choices
    )
    assert all(way.why and way.kind for way in known.values())
    assert all(why for _, why in conventions.THRESHOLDS.values())


def test_a_releases_name_comes_from_the_register(monkeypatch):
    table = data.register()
    table.loc[data.FILES["recorded_crime_2023"], "release"] = "24 October 2024"
    monkeypatch.setattr(sys.modules["helpers.data.register"], "register", lambda *root: table)
    conventions.conventions.cache_clear()
    try:
        assert "the release of 24 October 2024" in conventions.conventions()
    finally:
        monkeypatch.undo()
        conventions.conventions.cache_clear()


@pytest.mark.slow
def test_under_each_gives_the_measure_under_every_convention_that_reaches_it():
    rows = conventions.under_each("recorded_crime_change_1y", "Norfolk", YEAR)
    assert list(rows) == ["value", "national", "place", "kind", "why"]
    value, later = rows["value"], measures.release_name("2023")
    assert value["as the report counts"] == pytest.approx(15.65, abs=0.005)
    assert value[later] == pytest.approx(100 * (45_843 / 39_600 - 1))
    own = 100 * (45_798 / 877_710 / (39_600 / 871_040) - 1)
    assert value["each year's own population"] == pytest.approx(own)
    five = conventions.under_each("recorded_crime_change_5y", "Norfolk", YEAR)
    fraud = "forces' own fraud counted in"
    assert fraud in five.index and later not in five.index
    assert fraud not in rows.index, "there was none left to count in 2014 and 2015"


@pytest.mark.parametrize("end", ["2012-06-30", "2013-06-30", "2014-06-30", "2015-06-30"])
def test_a_convention_that_can_alter_nothing_is_left_out(end):
    """One population for both years cancels out of a change, but for the float's last digits."""
    rows = conventions.under_each("recorded_crime_change_1y", "Norfolk", pd.Timestamp(end))
    assert "the revised population estimates" not in rows.index
    assert not any(
        np.allclose(a, b, rtol=1e-9)
        for i, a in enumerate(rows[["value", "national"]].to_numpy())
        for b in rows[["value", "national"]].to_numpy()[:i]
    )


def test_comparators():
    rows = conventions.comparators("recorded_crime_rate", "Norfolk", YEAR)
    rates, value = measures.values("recorded_crime_rate", YEAR), rows["value"]
    crimes, people = counts.offences().loc[YEAR], measures.population(2014)[0]
    rest = [force for force in areas.FORCES if force != "Norfolk"]
    assert value["the rest of England and Wales, pooled"] == pytest.approx(
        1000 * crimes[rest].sum() / people[rest].sum()
    )
    assert value["the rest of England and Wales, pooled"] == pytest.approx(63.07, abs=0.005)
    assert value["England and Wales, pooled"] == pytest.approx(62.90, abs=0.005)
    assert value["the median force"] == rates[list(areas.FORCES)].median()
    eastern = [
        "Bedfordshire",
        "Cambridgeshire",
        "Essex",
        "Hertfordshire",
        "Suffolk",
    ]  # as the report names them
    assert value["the mean of the rest of its region (East)"] == pytest.approx(
        rates[eastern].mean()
    )
    assert value["the mean without the City of London"] < value["the mean of 43 forces"]
    assert rows["kind"].nunique() == 4 and rows["why"].all()
    similar = conventions.similar_forces("Norfolk", 2014)
    assert "Suffolk" in similar and not {"Norfolk", "Metropolitan Police"} & set(similar)
    assert all(0.75 <= people[force] / people["Norfolk"] <= 1.25 for force in similar)


@pytest.mark.parametrize("force", areas.FORCES)
def test_every_force_has_comparators_and_none_is_empty(force):
    rows = conventions.comparators("recorded_crime_rate", force, YEAR)
    assert {"country", "typical force"} <= set(rows["kind"]) and rows["value"].gt(0).all()
    alone = force in ("City of London", "Metropolitan Police")  # each other's only neighbour
    assert ("region" in set(rows["kind"])) != alone


def test_since():
    rows = conventions.since(
        "recorded_crime_rate",
        "Norfolk",
        YEAR,
        [pd.Timestamp("2010-06-30"), pd.Timestamp("1999-06-30")],
    )
    assert rows.index.to_list() == ["since the year to June 2010"] and list(rows) == [
        "value",
        "national",
    ]
    assert rows.iloc[0].to_list() == pytest.approx([7.40, -12.69], abs=0.005)


def test_recording_alone():
    rows = conventions.recording_alone(68, 79)
    assert rows.loc["to 100%", "value"] == pytest.approx(100 * (79 / 68 - 1))
    assert (rows["low"] <= rows["value"]).all() and (rows["value"] <= rows["high"]).all()
    assert rows.loc["to 90%", "low"] == 0, "the upper end of the interval is above 90% already"


def test_crime_divisors():
    divisors = conventions.crime_divisors()
    assert len(divisors) == 1 + len(measures.VINTAGES)
    march, december = pd.Timestamp("2015-03-31"), pd.Timestamp("2014-12-31")
    own, earlier = divisors[conventions.SAME_YEAR], divisors[conventions.EARLIER]
    assert int(own.loc[march, "Norfolk"]) == 44_175
    assert earlier.loc[march].equals(own.loc[december].rename(march))


def test_outcome_divisors():
    divisors = conventions.outcome_divisors(YEAR)
    crimes = [
        int(divisor["Norfolk"]) for divisor, kind, _ in divisors.values() if kind == "per crime"
    ]
    assert crimes == [45_798, 39_600, 42_699, 44_175, 45_798]
    assert int(divisors[conventions.SIX][0]["Norfolk"]) == 15_940
    assert int(divisors["all outcomes recorded"][0]["Norfolk"]) == 50_124
    left_out = conventions.outcome_divisors(YEAR, keep="Suffolk")[
        "crimes, forces with odd quarters left out"
    ][0]
    assert "Suffolk" in left_out and "Merseyside" not in left_out


@pytest.mark.parametrize(
    ("measure", "places"),
    [
        ("caution_youth_rate", [1, 1, 1, 1, 1, 1, 3, 3]),
        ("caution_adult_rate", [4, 3, 4, 4, 4, 5, 9, 7]),
        ("community_resolution_rate", [6, 6, 6, 6, 5, 12, 22, 13]),
    ],
)
def test_outcome_places(measure, places):
    rows = conventions.outcome_places(measure, "Norfolk", YEAR)
    assert rows["place"].to_list() == places
    assert rows["of"].to_list() == [43, 43, 43, 43, 38, 43, 43, 42]
    assert (
        "all outcomes recorded"
        not in conventions.outcome_places(measure, "Metropolitan Police", YEAR).index
    )


@pytest.mark.parametrize("force", ["Suffolk", "City of London", "Metropolitan Police"])
def test_a_force_with_odd_quarters_keeps_its_own_place(force):
    rows = conventions.outcome_places("caution_youth_rate", force, YEAR)
    assert rows["place"].between(1, 43).all() and rows["value"].notna().all()


def test_forces_that_lacked_the_new_outcomes():
    assert conventions.forces_with_old_outcomes(YEAR) == ["Metropolitan Police"]
    share = conventions.old_outcomes_share()["Norfolk"].round().astype(int).to_list()
    assert share == [93, 36, 32, 27, 33]


def test_the_link_between_incidents_and_near_crimes():
    found = conventions.crime_link(YEAR)
    assert found == pytest.approx((-0.21, 0.18, -0.49, 0.10), abs=0.006)


def test_a_tally_counts_kinds_and_names_the_ways_that_fail():
    kind = pd.Series({"a": "x", "b": "x", "c": "y", "d": "z"})
    cases = {
        "abcd": (3, "supported"),
        "acd": (2, "depends on the method"),
        "": (0, "not supported"),
    }
    for held, (holds, verdict) in cases.items():
        tally = conventions.support(kind, pd.Series({way: way in held for way in kind.index}))
        assert (tally.holds, tally.total, tally.verdict) == (holds, 3, verdict)
        assert tally.fails == tuple(way for way in kind.index if way not in held)
    assert str(conventions.Support(2, 3)) == "2 of 3"


def test_counts_are_not_changed_by_those_who_ask():
    before = counts.offences().copy()
    table = measures.counted("recorded_crime_rate")
    table["Norfolk"] = 0
    pd.testing.assert_frame_equal(counts.offences(), before)

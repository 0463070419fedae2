"""The multiverse: combinations worked out again, rules, shares of the variance, the curve drawn."""

import time
import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from matplotlib.collections import LineCollection
from statsmodels.stats.anova import anova_lm

from helpers import areas, claims, conventions, exhibits, measures, multiverse, prose
from helpers.measures import counts
from helpers.multiverse import combinations

YEAR, EW = pd.Timestamp("2015-06-30"), areas.ENGLAND_AND_WALES
RELEASES = {measures.release_name(vintage): vintage for vintage in measures.VINTAGES}
YEARS = ("2012-06-30", "2015-06-30", "2016-06-30", "2018-12-31", "2023-06-30")
UNLIKE = ("Norfolk", "City of London", "Metropolitan Police", "Dyfed-Powys", "Suffolk")
OFTEN, SELDOM = UNLIKE[:3], [pytest.param(force, marks=pytest.mark.slow) for force in UNLIKE[3:]]
SLOW = [pytest.param(force, marks=pytest.mark.slow) for force in UNLIKE[1:]]
OF_EACH_KIND = (
    "recorded_crime_rate",
    "anti_social_behaviour_change_1y",
    "community_resolution_rate",
    "charged_rate",
)
HEADLINES = [
    name if name in OF_EACH_KIND else pytest.param(name, marks=pytest.mark.slow)
    for name in multiverse.HEADLINES
]
CRIME = ("recorded_crime_rate", "recorded_crime_change_1y", "recorded_crime_change_5y")


def asked(row):
    """What the conventions ask for, from the words of a row of crimes."""
    known = {name: way.choices for name, way in conventions.conventions().items()}
    include = known.get(row["scope"], {}).get("include", ())
    rule = known.get(row["population"], {}).get("population_rule", "report")
    end = pd.Timestamp(row["12 months"].removeprefix("to ")) + pd.offsets.MonthEnd(0)
    return end, {"vintage": RELEASES[row["release"]], "include": include, "population_rule": rule}


@pytest.mark.parametrize("force", ["Norfolk", *SLOW])
def test_changes_are_those_of_the_measures_and_comparisons_by_hand(force):
    frame = multiverse.specifications("recorded_crime_change_1y", force, YEAR)
    for _, row in frame.sample(25, random_state=1).iterrows():
        end, choices = asked(row)
        found = measures.values("recorded_crime_change_1y", end, **choices)
        assert row["value"] == row["result"] == pytest.approx(found[force])
        forces = found[list(areas.FORCES)]
        by_hand = {
            conventions.COUNTRY: found[EW],
            "the mean of 43 forces": forces.mean(),
            "the median force": forces.median(),
            "the mean without the City of London": forces.drop("City of London").mean(),
        }
        if row["compared with"] in by_hand:
            assert row["against"] == pytest.approx(by_hand[row["compared with"]])


def test_a_rate_worked_out_by_hand_in_every_choice():
    """The other release, the revised estimates of the next mid-year, March, the others pooled."""
    frame = multiverse.specifications("recorded_crime_rate", "Norfolk", YEAR)
    own = {"release": measures.release_name("2023"), "population": "the next mid-year, revised"}
    own |= {"scope": f"{areas.TRANSPORT_POLICE} counted in", "12 months": "to March 2015"}
    own["compared with"] = f"the rest of {EW}, pooled"
    (row,) = frame[(frame[list(own)] == pd.Series(own)).all(axis=1)].to_dict("records")
    march = pd.Timestamp("2015-03-31")
    crimes = counts.offences((), "2023", ("transport police",)).loc[march]
    people = measures.population(2015, "revised")[0]
    rest = crimes[EW] - crimes["Norfolk"], people[EW] - people["Norfolk"]
    assert row["value"] == pytest.approx(1000 * crimes["Norfolk"] / people["Norfolk"])
    assert row["against"] == pytest.approx(1000 * rest[0] / rest[1])
    assert row["result"] == pytest.approx(100 * (row["value"] / row["against"] - 1))


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADLINES)
def test_the_report_s_own_comes_first_and_gives_its_numbers(name):
    frame, of = multiverse.specifications(name, "Norfolk", YEAR), multiverse.HEADLINES[name]
    assert frame["is_report"].to_list() == [True] + [False] * (len(frame) - 1)
    assert frame["holds"][0] and frame["result"].notna().all()
    column = measures.values(of.measure, YEAR)
    if of.by == multiverse.PLACE:
        assert frame["value"][0] == 44 - measures.rank(column, "Norfolk")
    else:
        own = frame.loc[0, ["value", "against"]].to_list()
        assert own == pytest.approx([column["Norfolk"], column[EW]], abs=2e-3)  # whole incidents


@pytest.mark.parametrize("name", HEADLINES)
@pytest.mark.parametrize("force", ["Norfolk", SLOW[1]])
def test_every_combination_is_there_or_left_out_by_a_rule(name, force):
    choices = combinations._choices(multiverse.HEADLINES[name], YEAR)
    sizes = [len(options) for options in choices.values()]
    found = multiverse.summary(name, force, YEAR)
    every = int(np.prod(sizes)) * len(multiverse.HEADLINES[name].comparisons)
    assert found.total + found.left_out == every
    frame = combinations.crossed(name, force, YEAR)[0]
    assert not frame.drop(columns=["value", "against"]).duplicated().any()


@pytest.mark.slow
def test_every_rule_is_needed():
    cases = [("City of London", "2012-06-30"), ("Suffolk", "2023-06-30")]
    cases += [("Metropolitan Police", "2015-06-30")]
    rules = {v for k, v in vars(combinations).items() if k.isupper() and isinstance(v, str)}
    no_rules = "EW GAP CHANGE PLACE COMPARISON BASE LOWEST_THIRD HIGHEST_TEN COUNTED"
    rules -= {getattr(combinations, name) for name in no_rules.split()}
    met = set()
    for force, end in cases:
        for name in multiverse.HEADLINES:
            if measures.covers(multiverse.HEADLINES[name].measure, pd.Timestamp(end)):
                met |= set(multiverse.summary(name, force, pd.Timestamp(end)).excluded)
    assert met == rules


def test_the_report_s_words_over_norfolk_s_multiverse():
    level = multiverse.summary("recorded_crime_rate", "Norfolk", YEAR)
    assert (level.holds, level.total) == (215, 220)
    assert level.said == "lies below what it is compared with"
    assert level.fails_with == (measures.release_name("2023"), combinations.LOWEST_THIRD)
    assert (level.low, level.own, level.high) == pytest.approx((-33.4, -17.1, 0.0), abs=0.05)
    assert level.most == "compared with" and level.share == pytest.approx(88.2, abs=0.05)
    change = multiverse.summary("recorded_crime_change_1y", "Norfolk", YEAR)
    assert (change.holds, change.total) == (162, 162)
    assert change.said == "is a rise and lies above what it is compared with"
    assert (change.low, change.high) == pytest.approx((11.15, 16.07), abs=0.005)
    assert change.most == "12 months"
    resolutions = multiverse.summary("community_resolution_rate", "Norfolk", YEAR)
    assert (resolutions.low, resolutions.own, resolutions.high) == (4, 6, 23)
    assert resolutions.said == "is among the highest ten" and resolutions.holds == 30
    assert multiverse.summary("recorded_crime_gap", "Norfolk", YEAR).fails_with == ()


@pytest.mark.slow
def test_it_says_what_the_ledger_says_where_both_try_the_same():
    """The ledger's ways are combinations; what it finds to fail fails here too."""
    row = claims.ledger().set_index("id").loc["w_prev_low_crime"]
    assert f"Not under: in the lowest third, {measures.release_name('2023')}" in row["reason"]
    frame = multiverse.specifications("recorded_crime_rate", "Norfolk", YEAR)
    others = conventions.comparators("recorded_crime_rate", "Norfolk", YEAR)["value"]
    own = frame[(frame.iloc[:, :4] == frame.iloc[0, :4]).all(axis=1)].set_index("compared with")
    for name, value in others.items():
        assert own.loc[name.partition(" (")[0], "against"] == pytest.approx(value)


@pytest.mark.slow
def test_a_place_below_the_border_of_the_lowest_third_is_in_it():
    for force in areas.FORCES[::4]:
        frame = multiverse.specifications("recorded_crime_rate", force, YEAR).iloc[:40]
        (row,) = frame[frame["compared with"] == combinations.LOWEST_THIRD].to_dict("records")[:1]
        place = measures.rank(measures.values("recorded_crime_rate", YEAR), force)
        assert (row["value"] < row["against"]) == (place <= 43 / 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["recorded_crime_rate", "recorded_crime_change_5y", "charged_rate"]
)
def test_shares_are_those_of_statsmodels(name):
    frame = multiverse.specifications(name, "Norfolk", YEAR)
    choices = multiverse.choices_of(frame)
    plain = frame[choices].set_axis([f"c{n}" for n in range(len(choices))], axis=1)
    plain = plain.assign(y=frame["result"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = smf.ols("y ~ " + " + ".join(plain.columns.drop("y")), plain).fit()
        squares = anova_lm(model, typ=2)["sum_sq"].drop("Residual")
    expected = 100 * squares / ((plain["y"] - plain["y"].mean()) ** 2).sum()
    found = multiverse.shares(frame, choices)
    assert found[choices].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-4)
    assert found.is_monotonic_decreasing


def test_shares_of_a_balanced_case_by_hand():
    """Results 0, 2, 4, 6 from steps of 2 and 4: means 1 and 5, 2 and 4; squares 4 x 4 and 4 x 1."""
    frame = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["u", "v", "u", "v"]})
    frame["result"] = [0.0, 2.0, 4.0, 6.0]
    assert multiverse.shares(frame, ["b", "a"]).to_dict() == {"a": 80.0, "b": 20.0}
    crossed = frame.assign(result=[1.0, -1.0, -1.0, 1.0])
    assert (multiverse.shares(crossed, ["a", "b"]) == 0).all(), "all lies in how they combine"
    assert (multiverse.shares(frame.assign(result=3.0), ["a", "b"]) == 0).all()


@pytest.mark.slow
def test_other_forces_and_years():
    """Fewer choices reach some years; what is left is whole, and the sentence holds for it."""
    totals = {}
    pairs = [*zip(UNLIKE, YEARS, strict=True), *product(("Suffolk",), YEARS)]
    for (force, year), name in product(pairs, CRIME):
        end = pd.Timestamp(year)
        found = multiverse.summary(name, force, end)
        frame = multiverse.specifications(name, force, end)
        assert frame["holds"][0] and frame.notna().all(axis=None) and len(found.why) >= 1
        assert found.low <= found.own <= found.high and 0 < found.holds <= found.total
        sign = found.value if name != "recorded_crime_rate" else found.own
        assert ("fall" in found.said or "lies below" in found.said) == (sign < 0) or "rise" in (
            found.said)  # fmt: skip
        totals[name, force, end.year] = found.total
    assert totals["recorded_crime_rate", "Suffolk", 2023] < 30
    assert totals["recorded_crime_rate", "Suffolk", 2015] > 200


@pytest.mark.slow
@pytest.mark.parametrize("force", areas.FORCES)
def test_every_force(force):
    for name in multiverse.HEADLINES:
        found = multiverse.summary(name, force, YEAR)
        assert found.total > 40 and found.low <= found.own <= found.high


def test_a_year_without_data_is_named():
    with pytest.raises(ValueError, match="no release has charged_rate for the year to 2018-12-31"):
        multiverse.summary("charged_rate", "Norfolk", pd.Timestamp("2018-12-31"))
    with pytest.raises(ValueError, match="does not reach the year"):
        multiverse.summary("recorded_crime_change_5y", "Norfolk", pd.Timestamp("2011-06-30"))


@pytest.mark.slow
def test_under_three_seconds_a_headline():
    combinations.crossed.cache_clear()
    multiverse.results.summary.cache_clear()
    start = time.process_time()
    exhibits.multiverse("recorded_crime_change_5y", "Suffolk", YEAR)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "name",
    ["community_resolution_rate", pytest.param("recorded_crime_rate", marks=pytest.mark.slow)],
)
def test_the_curve_draws_every_combination(name, overlaps):
    exhibit = exhibits.multiverse(name, "Norfolk", YEAR)
    above, below = exhibit.figure.axes
    frame, found = exhibit.table, multiverse.summary(name, "Norfolk", YEAR)
    kept, lost, own = (c.get_offsets().data for c in above.collections)
    drawn = np.sort(np.concatenate([kept[:, 1], lost[:, 1]]))
    assert drawn == pytest.approx(np.sort(frame["result"].to_numpy()))
    assert (len(kept), len(lost)) == (found.holds, found.total - found.holds)
    assert own[0, 1] == pytest.approx(found.own)
    ticks = [c for c in below.collections if isinstance(c, LineCollection)]
    choices = multiverse.choices_of(frame)
    assert sum(len(c.get_segments()) for c in ticks) == len(frame) * len(choices)
    by_row = pd.Series([round(s[:, 1].mean()) for c in ticks for s in c.get_segments()])
    names = [label.get_text() for label in below.get_yticklabels()]
    for choice in choices:
        for option, number in frame[choice].value_counts().items():
            assert (by_row == names.index(option)).sum() == number
    assert not overlaps(exhibit.figure)
    assert f"{found.total} combinations" in exhibit.alt and f"holds in {found.holds}" in exhibit.alt


@pytest.mark.slow
@pytest.mark.parametrize("force", [*OFTEN, *SELDOM])
def test_no_word_runs_over_the_edge_of_the_curve(force, overlaps):
    for name in ("recorded_crime_rate", "anti_social_behaviour_change_1y", "charged_rate"):
        figure = exhibits.multiverse(name, force, YEAR).figure
        assert not overlaps(figure)


def test_the_rules_are_told_with_their_numbers():
    found = multiverse.summary("recorded_crime_rate", "Norfolk", YEAR)
    assert found.why[0] == "forces had no fraud of their own left to count in (384)"
    told = prose.fill("{{ m.left_out | whole }} are left out: {{ m.why | listing }}.", m=found)
    assert told.startswith("548 are left out: forces had no fraud")


@pytest.mark.slow
@pytest.mark.parametrize("force", [*OFTEN, *SELDOM])
def test_no_headline_is_lost_in_the_table(force):
    table = exhibits.multiverses(multiverse.HEADLINES, force, YEAR)
    assert len(table) == len(multiverse.HEADLINES) and table.index.is_unique
    assert "gap to England and Wales" in table.index


def test_combinations_at_the_report_s_own_base_year():
    name = "recorded_crime_change_5y"
    found = multiverse.summary(name, "Norfolk", YEAR)
    frame = multiverse.specifications(name, "Norfolk", YEAR)
    own = frame[frame["base year"] == "5 years before"]
    assert found.own_base == (own["holds"].sum(), len(own)) == (108, 162)
    assert set(own.loc[~own["holds"], "12 months"]) == {"to March 2015"}
    assert multiverse.summary("recorded_crime_rate", "Norfolk", YEAR).own_base is None
    table = exhibits.multiverses(["recorded_crime_rate", name], "Norfolk", YEAR)
    assert table[exhibits.OWN_BASE].to_list() == ["–", "108 of 162 (67%)"]
    assert exhibits.OWN_BASE not in exhibits.multiverses(["recorded_crime_rate"], "Norfolk", YEAR)


def test_several_headlines_in_one_table():
    names = ["recorded_crime_rate", "community_resolution_rate"]
    table = exhibits.multiverses(names, "Norfolk", YEAR)
    assert table.index.to_list() == ["recorded crime rate", "rate of community resolutions"]
    assert table["which hold"].to_list() == ["215 of 220 (98%)", "30 of 54 (56%)"]
    assert table["as the report counts"].to_list() == ["-17.1%", "6"]
    assert table["moved most by"].to_list() == [
        "compared with (88% of variance)",
        "divided by (65% of variance)",
    ]

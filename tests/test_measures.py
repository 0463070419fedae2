"""Measures give the values that the raw data was checked against, misses included."""

import sys

import pandas as pd
import pytest

from helpers import areas, data, measures
from helpers.data import schemas
from helpers.measures import catalogue, counts

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
JUNE_2014, JUNE_2015 = pd.Timestamp("2014-06-30"), pd.Timestamp("2015-06-30")


@pytest.mark.parametrize(
    ("measure", "norfolk", "national"),
    [
        ("recorded_crime_rate", 52.18, 62.90),
        ("victim_based_crime_rate", 44.23, 55.91),
        ("sexual_offences_rate", 1.82, 1.65),
        ("assault_with_injury_rate", 5.51, 6.32),
        ("domestic_burglary_rate", 3.63, 8.35),
        ("recorded_crime_change_1y", 15.65, 4.35),
        ("recorded_crime_change_5y", 7.40, -12.69),
        ("anti_social_behaviour_rate", 26.83, 32.80),
        ("anti_social_behaviour_change_1y", -14.96, -8.06),
    ],
)
def test_values_for_the_report_year(measure, norfolk, national):
    assert measures.value(measure, "Norfolk", JUNE_2015) == pytest.approx(norfolk, abs=0.005)
    assert measures.value(measure, EW, JUNE_2015) == pytest.approx(national, abs=0.005)


@pytest.mark.parametrize(
    ("measure", "date", "norfolk", "national"),
    [
        ("recorded_crime_count", "2015-06-30", 45_798, 3_611_283),
        ("recorded_crime_count", "2014-06-30", 39_600, 3_460_860),
        ("recorded_crime_count", "2015-03-31", 44_175, 3_529_341),
        ("victim_based_crime_count", "2015-06-30", 38_821, 3_209_895),
        ("domestic_burglary_count", "2015-06-30", 1_350, 195_181),
        ("charged_count", "2015-06-30", 9_523, 572_254),
        ("caution_youth_count", "2015-06-30", 611, 20_358),
        ("caution_adult_count", "2015-06-30", 2_442, 111_530),
        ("penalty_notice_count", "2015-06-30", 435, 30_270),
        ("cannabis_khat_count", "2015-06-30", 681, 41_656),
        ("community_resolution_count", "2015-06-30", 2_248, 116_140),
        ("out_of_court_formal_count", "2015-06-30", 3_488, 162_158),
        ("out_of_court_informal_count", "2015-06-30", 2_929, 157_796),
        ("anti_social_behaviour_count", "2015-06-30", 23_549, 1_883_014),
        ("anti_social_behaviour_count", "2014-06-30", 27_692, 2_048_058),
    ],
)
def test_counts(measure, date, norfolk, national):
    found = measures.values(measure, date)
    assert (found["Norfolk"], found[EW]) == (norfolk, national)
    rounded = 3 if "anti_social" in measure else 0  # forces' estimates are rounded after adding up
    assert abs(found[FORCES].sum() - national) <= rounded


def test_transport_police_and_fraud_are_out_unless_asked_for():
    def rate(**choices):
        return measures.value("recorded_crime_rate", EW, JUNE_2015, **choices)

    assert rate(include=("transport police",)) == pytest.approx(63.7, abs=0.05)
    assert rate() == pytest.approx(62.9, abs=0.05)
    by_force = counts.offences(include=("fraud",)) - counts.offences()
    assert by_force.loc["2012-06-30", EW] > 70_000
    assert by_force.loc["2015-06-30", EW] == 0


def test_one_population_for_every_year_is_the_report_s_rule():
    def norfolk(**choices):
        table = measures.rates("recorded_crime_rate", [JUNE_2014, JUNE_2015], **choices)
        return table.query("area == 'Norfolk'")["rate"].tolist()

    assert norfolk() == pytest.approx([45.12, 52.18], abs=0.005)
    assert norfolk(population_rule="each year's own") == pytest.approx([45.46, 52.18], abs=0.005)
    revised = norfolk(population_rule="revised")[1]
    assert revised == pytest.approx(1000 * 45_798 / 877_388, abs=0.0005)
    before = measures.value("recorded_crime_rate", "Norfolk", JUNE_2014, comparison_end=JUNE_2015)
    assert before == pytest.approx(45.12, abs=0.005)


def test_a_population_that_divides_out_changes_nothing_at_all():
    change = measures.values("recorded_crime_change_1y", JUNE_2015)
    revised = measures.values("recorded_crime_change_1y", JUNE_2015, population_rule="revised")
    assert change.equals(revised)
    own = measures.values("recorded_crime_change_1y", JUNE_2015, population_rule="each year's own")
    assert own["Norfolk"] == pytest.approx(100 * (52.1790 / 45.4626 - 1), abs=0.01)


@pytest.mark.parametrize(
    ("end", "mid_year"),
    [("2015-06-30", 2014), ("2015-03-31", 2014), ("2015-09-30", 2015), ("2015-12-31", 2015)],
)
def test_mid_year_before_the_period_s_end(end, mid_year):
    assert measures.mid_year_before(pd.Timestamp(end)) == mid_year


def test_after_mid_2015_the_revised_population_stands_in_and_says_so():
    table = measures.rates("recorded_crime_rate", ["2018-06-30"])
    assert table["denominator_from"].unique().tolist() == ["mid-2017, ONS mid-2020 release"]


def test_the_later_release_agrees_with_the_earlier_up_to_march_2014():
    both = (counts.offences(vintage=v).loc["2013-03-31":"2014-03-31"] for v in measures.VINTAGES)
    pd.testing.assert_frame_equal(*both, check_dtype=False)


def test_assault_is_a_part_of_victim_based_crime_in_the_later_release():
    choices = {"comparison_end": JUNE_2015}
    earlier, later = (
        measures.value("victim_based_crime_rate", EW, "2014-03-31", vintage=v, **choices)
        for v in measures.VINTAGES
    )
    assert earlier == pytest.approx(later)


@pytest.mark.parametrize(
    ("arguments", "choices", "message"),
    [
        (
            ("burglaries", "Norfolk", "2015-06-30"),
            {},
            "unknown measure 'burglaries': there are rec",
        ),
        (("recorded_crime_rate", "Norflok", "2015-06-30"), {}, "unknown force 'Norflok'"),
        (
            ("recorded_crime_rate", "Norfolk", "2015-06-29"),
            {},
            "no recorded crime rate for the year ending 2015-06-29",
        ),
        (
            ("recorded_crime_rate", "Norfolk", "2025-06-30"),
            {},
            "covers quarter ends from 2013-03-31 to 2023-06-30",
        ),
        (
            ("recorded_crime_rate", "Norfolk", "2008-06-30"),
            {},
            "no population estimate for mid-2007",
        ),
        (
            ("assault_with_injury_rate", "Norfolk", "2015-06-30"),
            {"vintage": "2018"},
            "not in the release to December 2018, only in the release of 19 October 2023",
        ),
        *(
            (
                (measure, "Norfolk", "2015-06-30"),
                {"population_rule": "mine"},
                "unknown population rule",
            )
            for measure in ("recorded_crime_rate", "recorded_crime_change_1y")
        ),
    ],
)
def test_mistakes_are_named(arguments, choices, message):
    with pytest.raises(ValueError, match=message):
        measures.value(*arguments, **choices)


@pytest.mark.parametrize("text", ["2015-06-29", "soon", "", "2008-06-30", "2030-06-30"])
def test_a_year_ending_is_a_quarter_s_end_within_the_data(text):
    with pytest.raises(
        ValueError, match="expected the last day of a quarter from 2010-09-30 to 2023-06-30"
    ):
        measures.year_ending(text)


def test_rank_counts_from_the_lowest():
    rates = measures.values("recorded_crime_rate", JUNE_2015)
    places = [measures.rank(rates, force) for force in ("Dyfed-Powys", "Norfolk", "City of London")]
    assert places == [1, 14, 43]


def test_outcome_types_are_those_of_the_data_and_each_stands_once():
    types = [outcome.type for outcome in measures.OUTCOMES.values()]
    assert len(set(types)) == len(types)
    assert {outcome.figure_4 for outcome in measures.OUTCOMES.values()} <= {*catalogue.KINDS, ""}
    assert set(types) <= set(schemas.OUTCOME_TYPES)
    assert measures.outcomes_of("formal") == ("caution_youth", "caution_adult", "penalty_notice")
    assert measures.outcomes_of("charged") == ("charged",)
    assert measures.outcomes_of("informal") == ("cannabis_khat", "community_resolution")
    for kind in ("formal", "informal"):
        whole = measures.values(f"out_of_court_{kind}_count", JUNE_2015)
        parts = sum(
            measures.values(f"{key}_count", JUNE_2015) for key in measures.outcomes_of(kind)
        )
        assert whole.equals(parts.rename(whole.name))


def test_outcome_rates_divide_by_the_offences_of_the_same_year():
    rate = measures.value("charged_rate", "Norfolk", JUNE_2015)
    assert rate == pytest.approx(100 * 9_523 / 45_798)


def test_the_two_tables_of_outcomes_agree():
    """Norfolk in both; the 43 forces with British Transport Police against the national rows."""
    key = ["quarter_ending", "outcome_type"]
    by_force = data.load("outcomes_2015")
    other = data.load("outcomes_2023").set_index(["area", *key])["outcomes"]
    norfolk = by_force[by_force["force"] == "Norfolk"].set_index(key)["outcomes"]
    everybody = by_force.groupby(key)["outcomes"].sum()
    for area, found in (("Norfolk", norfolk), (f"{EW} with British Transport Police", everybody)):
        found = found.sort_index()
        pd.testing.assert_series_equal(found, other[area].reindex(found.index), check_names=False)


@pytest.mark.parametrize(
    ("measure", "year", "choices", "expected"),
    [
        ("recorded_crime_rate", "2015-06-30", {}, "recorded_crime_2018 population_original"),
        ("recorded_crime_rate", "2018-06-30", {}, "recorded_crime_2018 population_revised"),
        ("recorded_crime_rate", "2021-06-30", {}, "recorded_crime_2023 population_revised"),
        (
            "recorded_crime_rate",
            "2015-06-30",
            {"vintage": "2023", "population_rule": "revised"},
            "recorded_crime_2023 population_revised",
        ),
        (
            "recorded_crime_change_1y",
            "2016-09-30",
            {"population_rule": "each year's own"},
            "recorded_crime_2018 population_original population_revised",
        ),
        ("recorded_crime_change_1y", "2015-06-30", {}, "recorded_crime_2018"),
        ("recorded_crime_count", "2015-06-30", {}, "recorded_crime_2018"),
        ("assault_with_injury_count", "2015-06-30", {}, "recorded_crime_2023"),
        ("domestic_burglary_rate", "2015-06-30", {}, "recorded_crime_2018 households_2011"),
        ("caution_youth_rate", "2015-06-30", {}, "outcomes_2015 recorded_crime_2018"),
        (
            "anti_social_behaviour_rate",
            "2015-06-30",
            {},
            "incidents_calendar_year incidents_month_2014 incidents_metropolitan incidents_street "
            "population_original",
        ),
    ],
)
def test_the_files_and_the_source_s_files(measure, year, choices, expected):
    files, source = (ask(measure, year, **choices) for ask in (measures.files, measures.source))
    assert files == tuple(expected.split())
    named = ", ".join(f"{name}.csv" for name in files)
    assert source.endswith(f". File{'s' * (len(files) > 1)}: data/official/{named}")


@pytest.mark.parametrize(
    ("measure", "year", "choices"),
    [
        ("recorded_crime_change_1y", "2016-09-30", {"population_rule": "each year's own"}),
        pytest.param("caution_youth_rate", "2015-06-30", {}, marks=pytest.mark.slow),
        pytest.param("anti_social_behaviour_rate", "2015-06-30", {}, marks=pytest.mark.slow),
    ],
)
def test_the_files_named_are_those_read(measure, year, choices, in_place_of):
    """A table that is named changes the values when its numbers change, and no other does."""
    files, before = (ask(measure, year, **choices) for ask in (measures.files, measures.values))
    tables, numbers = {}, {"offences", "outcomes", "incidents", "population", "households"}
    for name in data.FILES:
        if data.FILES[name].startswith("official"):
            table = data.load(name)
            changed = {column: table[column] + table.index for column in numbers & set(table)}
            tables[name] = table.assign(**changed)
    in_place_of(**{name: table for name, table in tables.items() if name not in files})
    assert measures.values(measure, year, **choices).equals(before)
    for name in files:
        in_place_of(**{name: tables[name]})
        assert not measures.values(measure, year, **choices).equals(before), name


def test_the_source_names_publisher_title_and_the_release_of_the_rows_used():
    found = measures.source("recorded_crime_rate", "2018-06-30")
    assert found.startswith(
        "Source: Home Office, Recorded crime data at police force area level – "
    )
    assert "; ONS, Mid-year population estimates" in found
    assert found.endswith(
        "mid-2020 release. Files: data/official/recorded_crime_2018.csv, population_revised.csv"
    )
    assert "mid-2015" not in found


def test_a_release_is_called_what_the_register_calls_it(monkeypatch):
    assert measures.release_name("2023") == "the release of 19 October 2023"
    assert measures.release_name("2018") == "the release to December 2018"
    register = data.register()
    register.loc["official/recorded_crime_2023.csv", "release"] = "28 April 2027"
    monkeypatch.setattr(data, "register", lambda *root: register)
    monkeypatch.setattr(sys.modules["helpers.data.register"], "register", lambda *root: register)
    assert measures.release_name("2023") == "the release of 28 April 2027"
    assert "28 April 2027" in measures.source("assault_with_injury_rate", "2015-06-30")


@pytest.mark.parametrize(
    ("year", "label"),
    [
        ("2017-03-31", "domestic burglary rate"),
        ("2017-06-30", "residential burglary (with sheds and garages) rate"),
        ("2018-06-30", "residential burglary (with sheds and garages) rate"),
    ],
)
def test_burglary_is_called_what_it_is(year, label):
    assert measures.label("domestic_burglary_rate", year) == label
    assert measures.label("recorded_crime_rate", year) == "recorded crime rate"


@pytest.mark.parametrize(
    ("measure", "years", "word"),
    [
        ("domestic_burglary_rate", ["2017-03-31"], ""),
        ("domestic_burglary_rate", ["2017-06-30"], "partly"),
        ("domestic_burglary_rate", ["2018-03-31"], "not comparable with earlier years"),
        ("domestic_burglary_rate", ["2015-06-30", "2018-06-30"], "across that date"),
        ("domestic_burglary_change_1y", ["2017-03-31"], ""),
        ("domestic_burglary_change_1y", ["2017-06-30"], "across that date"),
        ("domestic_burglary_change_1y", ["2018-06-30"], "partly"),
        ("domestic_burglary_change_1y", ["2019-06-30"], "not comparable with earlier years"),
        ("domestic_burglary_change_5y", ["2019-06-30"], "across that date"),
        ("recorded_crime_change_5y", ["2019-06-30"], ""),
        (
            "anti_social_behaviour_rate",
            ["2015-06-30"],
            "for the Metropolitan Police area; for the other 42 of 43",
        ),
    ],
)
def test_a_caution_stands_under_what_needs_one(measure, years, word):
    found = measures.caution(measure, *years)
    assert word in found and bool(found) == bool(word)


def test_the_change_of_april_2017_is_in_the_data():
    """LAST_DOMESTIC parts the last year of domestic from the first of residential burglary."""
    table = data.load("recorded_crime_2018").query("offences > 0")
    last = table[table["offence_group"] == "Domestic burglary"].groupby("year_ending").size()
    first = table[table["offence_group"] == "Residential burglary"]["year_ending"].min()
    assert last[catalogue.LAST_DOMESTIC] == 43
    assert first == catalogue.LAST_DOMESTIC + pd.offsets.QuarterEnd()

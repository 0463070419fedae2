"""Measures give the values that the raw data was checked against, misses included."""

import pandas as pd
import pytest

from helpers import counts, data, measures, names

EW = names.ENGLAND_AND_WALES


@pytest.mark.parametrize(("measure", "norfolk", "national"), [
    ("recorded_crime_rate", 52.18, 62.90),
    ("victim_based_crime_rate", 44.23, 55.91),
    ("sexual_offences_rate", 1.82, 1.65),
    ("assault_with_injury_rate", 5.51, 6.32),
    ("domestic_burglary_rate", 3.63, 8.35),
    ("recorded_crime_change_1y", 15.65, 4.35),
    ("recorded_crime_change_5y", 7.40, -12.69),
])
def test_values_for_the_report_year(measure, norfolk, national):
    assert measures.value(measure, "Norfolk", "2015-06-30") == pytest.approx(norfolk, abs=0.005)
    assert measures.value(measure, EW, "2015-06-30") == pytest.approx(national, abs=0.005)


@pytest.mark.parametrize(("measure", "date", "norfolk", "national"), [
    ("recorded_crime_rate", "2015-06-30", 45_798, 3_611_283),
    ("recorded_crime_rate", "2014-06-30", 39_600, 3_460_860),
    ("victim_based_crime_rate", "2015-06-30", 38_821, 3_209_895),
    ("domestic_burglary_rate", "2015-06-30", 1_350, 195_181),
    ("recorded_crime_rate", "2015-03-31", 44_175, 3_529_341),
])
def test_counts(measure, date, norfolk, national):
    row = measures.counted(measure).loc[date]
    assert (row["Norfolk"], row[EW]) == (norfolk, national)


def test_england_and_wales_is_the_sum_of_43_forces():
    for vintage in counts.VINTAGES:
        table = measures.counted("recorded_crime_rate", vintage)
        assert (table[list(names.FORCES)].sum(axis=1) == table[EW]).all()


def test_transport_police_and_fraud_are_out_unless_asked_for():
    def rate(**choices):
        return measures.value("recorded_crime_rate", EW, "2015-06-30", **choices)
    assert rate(include=("transport police",)) == pytest.approx(63.7, abs=0.05)
    assert rate() == pytest.approx(62.9, abs=0.05)
    by_force = measures.counted("recorded_crime_rate", include=("fraud",)) - measures.counted("recorded_crime_rate")
    assert by_force.loc["2012-06-30", EW] > 70_000
    assert by_force.loc["2015-06-30", EW] == 0


def test_one_population_for_every_year_is_the_report_s_rule():
    years = ["2014-06-30", "2015-06-30"]

    def norfolk(**choices):
        return measures.rates("recorded_crime_rate", years, **choices).query("area == 'Norfolk'")["rate"].tolist()
    assert norfolk() == pytest.approx([45.12, 52.18], abs=0.005)
    assert norfolk(population_rule="each year's own") == pytest.approx([45.46, 52.18], abs=0.005)
    assert norfolk(population_rule="revised")[1] == pytest.approx(1000 * 45_798 / 877_388, abs=0.0005)
    assert measures.value("recorded_crime_rate", "Norfolk", "2014-06-30", comparison_end="2015-06-30") == pytest.approx(45.12, abs=0.005)


@pytest.mark.parametrize(("end", "mid_year"), [("2015-06-30", 2014), ("2015-03-31", 2014), ("2015-09-30", 2015), ("2015-12-31", 2015)])
def test_mid_year_before_the_period_s_end(end, mid_year):
    assert measures.mid_year_before(pd.Timestamp(end)) == mid_year


def test_after_mid_2015_the_revised_population_stands_in_and_says_so():
    table = measures.rates("recorded_crime_rate", ["2018-06-30"])
    assert table["denominator_from"].unique().tolist() == ["mid-2017, ONS mid-2020 release"]


def test_the_later_release_agrees_with_the_earlier_up_to_march_2014():
    earlier, later = (measures.counted("recorded_crime_rate", v).loc["2013-03-31":"2014-03-31"] for v in counts.VINTAGES)
    pd.testing.assert_frame_equal(earlier, later, check_dtype=False)


def test_assault_is_a_part_of_victim_based_crime_in_the_later_release():
    earlier, later = (measures.value("victim_based_crime_rate", EW, "2014-03-31", vintage=v, comparison_end="2015-06-30") for v in counts.VINTAGES)
    assert earlier == pytest.approx(later)


def test_a_rate_does_not_change_when_counts_and_people_double():
    assert measures.per_1000(2 * 45_798, 2 * 877_710) == measures.per_1000(45_798, 877_710)


@pytest.mark.parametrize(("arguments", "choices", "message"), [
    (("burglaries", "Norfolk", "2015-06-30"), {}, "unknown measure 'burglaries': there are recorded_crime_rate"),
    (("recorded_crime_rate", "Norflok", "2015-06-30"), {}, "unknown force 'Norflok': did you mean Norfolk"),
    (("recorded_crime_rate", "Norfolk", "2015-06-29"), {}, "no recorded crime rate for the year ending 2015-06-29"),
    (("recorded_crime_rate", "Norfolk", "2025-06-30"), {}, "covers quarter ends from 2013-03-31 to 2023-06-30"),
    (("recorded_crime_rate", "Norfolk", "2008-06-30"), {}, "no population estimate for mid-2007"),
    (("assault_with_injury_rate", "Norfolk", "2015-06-30"), {"vintage": "2018"}, "not in the 2018 release"),
    (("recorded_crime_rate", "Norfolk", "2015-06-30"), {"population_rule": "mine"}, "unknown population rule 'mine': there are report"),
])
def test_mistakes_are_named(arguments, choices, message):
    with pytest.raises(ValueError, match=message):
        measures.value(*arguments, **choices)


@pytest.mark.parametrize("text", ["2015-06-29", "soon", "", "2008-06-30", "2030-06-30"])
def test_a_year_ending_is_a_quarter_s_end_within_the_data(text):
    with pytest.raises(ValueError, match="expected the last day of a quarter from 2010-09-30 to 2023-06-30"):
        measures.year_ending(text)


def test_every_measure_says_what_it_is():
    for measure in measures.MEASURES.values():
        assert measure.formula and measure.unit and measure.source
        assert set(measure.files) <= set(data.FILES)


def test_rank_counts_from_the_lowest():
    rates = measures.values("recorded_crime_rate", "2015-06-30")
    assert (measures.rank(rates, "Dyfed-Powys"), measures.rank(rates, "Norfolk"), measures.rank(rates, "City of London")) == (1, 14, 43)


@pytest.mark.parametrize(("measure", "norfolk", "national"), [
    ("charged_count", 9_523, 572_254), ("caution_youth_count", 611, 20_358), ("caution_adult_count", 2_442, 111_530),
    ("penalty_notice_count", 435, 30_270), ("cannabis_khat_count", 681, 41_656), ("community_resolution_count", 2_248, 116_140),
    ("out_of_court_formal_count", 3_488, 162_158), ("out_of_court_informal_count", 2_929, 157_796),
    ("anti_social_behaviour_count", 23_549, 1_887_304),
])
def test_outcomes_and_incidents(measure, norfolk, national):
    assert measures.value(measure, "Norfolk", "2015-06-30") == norfolk
    assert measures.value(measure, EW, "2015-06-30") == national


def test_outcome_rates_divide_by_the_offences_of_the_same_year():
    assert measures.value("charged_rate", "Norfolk", "2015-06-30") == pytest.approx(100 * 9_523 / 45_798)


def test_incidents_of_the_year_before_and_the_change():
    assert measures.value("anti_social_behaviour_count", "Norfolk", "2014-06-30") == 27_692
    assert measures.value("anti_social_behaviour_change_1y", "Norfolk", "2015-06-30") == pytest.approx(-14.96, abs=0.005)
    assert measures.value("anti_social_behaviour_change_1y", EW, "2015-06-30") == pytest.approx(-7.59, abs=0.005)


def test_the_half_year_method_against_the_metropolitan_s_exact_months():
    exact = counts.metropolitan_incidents()
    truth = measures.percentage_change(exact["2015-06-30"], exact["2014-06-30"])
    assert truth == pytest.approx(-15.9, abs=0.05)
    assert measures.value("anti_social_behaviour_change_1y", "Metropolitan Police", "2015-06-30") == pytest.approx(-12.5, abs=0.05)
    assert exact["2014-12-31"] == 252_435


def test_three_forces_take_the_median_share():
    shares = counts.first_half_shares()
    assert list(shares.index[~shares["known"]]) == ["Greater Manchester", "West Midlands", "West Yorkshire"]
    assert shares.loc["Norfolk", "share"] == pytest.approx(12_669 / 25_712)


def test_the_two_tables_of_outcomes_agree():
    """Norfolk in both, and the 43 forces with British Transport Police against the national rows."""
    by_force, long = data.load("outcomes_2015"), data.load("outcomes_norfolk").set_index(["area", "quarter_ending", "outcome_type"])["outcomes"]
    key = ["quarter_ending", "outcome_type"]
    norfolk = by_force[by_force["force"] == "Norfolk"].set_index(key)["outcomes"]
    everybody = by_force.groupby(key)["outcomes"].sum()
    for area, found in (("Norfolk", norfolk), ("England and Wales with British Transport Police", everybody)):
        pd.testing.assert_series_equal(found.sort_index(), long[area].reindex(found.sort_index().index), check_names=False)


def test_the_half_year_method_s_error_is_measured_where_it_can_be():
    exact, rebuilt = counts.metropolitan_incidents(), counts.incidents()["Metropolitan Police"]
    count, change = counts.half_year_error()
    assert count == pytest.approx(max(abs(100 * (rebuilt[day] / exact[day] - 1)) for day in rebuilt.index))
    assert change >= abs(-12.5 + 15.87) - 0.05

"""Incidents are exact where the months are known, an estimate elsewhere, and it is said which."""

import pandas as pd
import pytest

from conftest import archive
from helpers import areas, data, measures
from helpers.measures import counts

EW, MET, FORCES = areas.ENGLAND_AND_WALES, "Metropolitan Police", list(areas.FORCES)
JUNE = {year: pd.Timestamp(year, 6, 30) for year in range(2011, 2021)}


FIRST, SECOND = sum(1000 - 10 * n for n in range(12)), sum(1000 - 10 * n for n in range(12, 24))


def counted(*years):
    found = counts.is_counted(*(JUNE[year] for year in years))
    return found.index[found].tolist()


def test_the_metropolitan_s_months_make_its_years_exact_and_those_of_the_nation_better():
    assert counts.incidents().loc[[JUNE[2014], JUNE[2015]], MET].tolist() == [277_004, 233_030]
    assert counted(2015, 2014) == [MET]
    rest = counts.half_year_incidents().drop(columns=[MET, EW])
    assert counts.incidents().drop(columns=[MET, EW]).equals(rest)
    changes = measures.values("anti_social_behaviour_change_1y", JUNE[2015])
    assert changes[[MET, EW]].tolist() == pytest.approx([-15.87, -8.06], abs=0.005)
    assert measures.rank(changes, "Norfolk") == 6


def test_the_half_year_method_s_error_is_measured_where_it_can_be():
    """Against the months themselves, added up here."""
    months = data.load("incidents_metropolitan").set_index("month")["incidents"]
    exact = pd.Series({y: months[f"{y - 1}-07" : f"{y}-06"].sum() for y in range(2013, 2017)})
    assert exact[2015] == 233_030 and months["2014-01":"2014-12"].sum() == 252_435
    rebuilt = counts.half_year_incidents()[MET].set_axis(exact.index)
    changes = [100 * (table[2015] / table[2014] - 1) for table in (rebuilt, exact)]
    assert changes == pytest.approx([-12.50, -15.87], abs=0.005)
    off = [
        100 * (rebuilt[y] / rebuilt[y - 1] - exact[y] / exact[y - 1]) for y in (2014, 2015, 2016)
    ]
    error = counts.half_year_error()
    assert error.tests == 3
    assert error.change == pytest.approx(max(map(abs, off)))
    assert error.change_sd == pytest.approx((sum(each**2 for each in off) / 3) ** 0.5)
    assert error.change_sd == pytest.approx(3.54, abs=0.005)
    assert error.count == pytest.approx(max(abs(100 * (rebuilt / exact - 1))))


def test_a_force_with_24_months_is_counted_and_the_rest_is_as_before(in_place_of):
    before = counts.incidents()
    in_place_of(incidents_street=archive(["Norfolk", "Suffolk"], "2013-07", "2015-06"))
    after = counts.incidents()
    assert after.loc[[JUNE[2014], JUNE[2015]], "Norfolk"].tolist() == [FIRST, SECOND]
    changed = ["Norfolk", "Suffolk", EW]
    assert after.drop(columns=changed).equals(before.drop(columns=changed))
    assert after.loc[JUNE[2015], EW] == pytest.approx(after.loc[JUNE[2015], FORCES].sum())
    assert counted(2015, 2014) == [MET, "Norfolk", "Suffolk"]
    assert counted(2016, 2015) == [MET]


@pytest.mark.slow
@pytest.mark.parametrize(
    "months", [("2013-08", "2015-06"), ("2014-07", "2015-06"), ("2013-07", "2015-05")]
)
def test_a_month_short_of_two_years_is_an_estimate_still(in_place_of, months):
    before = counts.incidents()
    in_place_of(incidents_street=archive(["Suffolk"], *months))
    assert (
        counts.incidents()
        .drop(columns=["Suffolk", EW])
        .equals(before.drop(columns=["Suffolk", EW]))
    )
    assert counts.incidents()["Suffolk"].equals(counts.half_year_incidents()["Suffolk"])
    assert counted(2015) == [MET]


def test_a_month_missing_in_the_middle_is_not_nought(in_place_of):
    table = archive(["Norfolk"], "2013-07", "2015-06")
    in_place_of(incidents_street=table[table["month"] != "2014-10"])
    assert counted(2015) == [MET]


def test_three_forces_take_the_median_share():
    shares = counts.first_half_shares()
    unknown = ["Greater Manchester", "West Midlands", "West Yorkshire"]
    assert list(shares.index[~shares["known"]]) == unknown
    assert shares.loc["Norfolk", "share"] == pytest.approx(12_669 / 25_712)
    assert shares["share"].median() == pytest.approx(
        shares.loc[unknown, "share"].iloc[0], abs=0.002
    )


def test_the_first_half_of_2014_is_taken_from_the_archive_where_it_is_there(in_place_of):
    in_place_of(incidents_street=archive(["Greater Manchester"], "2014-01", "2014-06"))
    shares = counts.first_half_shares()
    years = data.load("incidents_calendar_year").set_index(["force", "year"])["incidents"]
    expected = sum(1000 - 10 * n for n in range(6)) / years["Greater Manchester", 2014]
    assert shares.loc["Greater Manchester", "known"]
    assert shares.loc["Greater Manchester", "share"] == pytest.approx(expected)
    assert shares.loc["Greater Manchester", "file"] == "incidents_street"


def test_years_that_only_the_archive_has_are_added(in_place_of):
    assert counts.incidents().index[-1] == JUNE[2016]
    in_place_of(incidents_street=archive(FORCES, "2015-07", "2018-12"))
    assert counts.calendar_years().index[-1] == 2018
    assert counts.incidents().index[-1] == JUNE[2018]
    assert counted(2018, 2017) == [*FORCES, EW]
    assert counts.incident_files(JUNE[2018], JUNE[2017]) == ("incidents_street",)


def test_a_missing_calendar_year_is_not_jumped_over(in_place_of):
    """With 2018 in the archive and 2017 in no table, no year to June can be built from the two."""
    in_place_of(incidents_street=archive(FORCES, "2018-01", "2018-12"))
    assert counts.calendar_years().index.tolist() == [2012, 2013, 2014, 2015, 2016, 2018]
    for table in (counts.half_year_incidents(), counts.incidents()):
        assert table.index.tolist() == [JUNE[year] for year in range(2013, 2017)]


def test_a_year_counted_alone_is_kept_where_there_is_no_estimate_of_it(in_place_of):
    """The year to June 2018 is whole in the archive; it and its neighbours cannot be rebuilt."""
    in_place_of(incidents_street=archive(FORCES, "2017-07", "2018-12"))
    assert counts.incidents().loc[JUNE[2018], "Norfolk"] == FIRST
    assert JUNE[2017] not in counts.incidents().index
    assert counted(2018) == [*FORCES, EW] and counted(2018, 2017) == []


def test_a_counted_year_is_kept_when_the_year_before_can_only_be_counted(in_place_of):
    """The first year that can be rebuilt is 2013; the archive has 2012 and 2013."""
    in_place_of(incidents_street=archive(["Norfolk"], "2011-07", "2013-06"))
    assert counts.incidents().loc[JUNE[2013], "Norfolk"] == SECOND
    assert counts.incidents().index[0] == JUNE[2013]


@pytest.mark.parametrize(
    ("forces", "months", "expected"),
    [
        (["Norfolk"], ("2014-01", "2014-11"), "calendar_year month_2014 metropolitan street"),
        (["Norfolk"], ("2012-01", "2012-02"), "calendar_year month_2014 metropolitan"),
        (FORCES, ("2013-07", "2015-06"), "street"),
        (["Suffolk"], ("2014-07", "2016-06"), "calendar_year month_2014 metropolitan street"),
        ([f for f in FORCES if f != MET], ("2013-07", "2015-06"), "metropolitan street"),
    ],
)
def test_the_tables_of_incidents_named_are_those_used(in_place_of, forces, months, expected):
    in_place_of(incidents_street=archive(forces, *months))
    found = measures.files("anti_social_behaviour_change_1y", JUNE[2015])
    assert found == tuple(f"incidents_{name}" for name in expected.split())
    caution = measures.caution("anti_social_behaviour_change_1y", JUNE[2015])
    assert ("an estimate" in caution) is ("incidents_calendar_year" in found)


def test_nothing_is_called_counted_when_no_months_are_known(in_place_of):
    months = data.load("incidents_metropolitan")
    in_place_of(incidents_metropolitan=months[months["month"] < "2012-01"])
    assert counts.incidents().equals(counts.half_year_incidents()) and counted(2015) == []
    assert measures.caution("anti_social_behaviour_rate", JUNE[2015]).startswith(
        "For all 43 forces"
    )

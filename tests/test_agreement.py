"""Tables that contradict one another are noticed, once; those committed do not."""

import pandas as pd
import pytest

from helpers import data
from helpers.data import agreement

LOAD = data.load


def with_table(name, table):
    return lambda asked: table if asked == name else LOAD(asked)


def ten_times(name, where, column):
    """A table with one number ten times too large."""
    table = LOAD(name)
    rows = table.index[(table[list(where)].astype(str) == list(where.values())).all(axis=1)]
    assert len(rows) == 1
    table.loc[rows, column] = 10 * table.loc[rows[0], column]
    return table


SHOPLIFTING = {"force": "Norfolk", "year_ending": "2015-06-30", "offence_group": "Shoplifting"}
ROBBERY = {"force": "Kent", "quarter_ending": "2021-06-30", "offence_group": "Robbery"}
CAUTIONS = {"force": "Norfolk", "quarter_ending": "2015-03-31", "outcome_type": "caution, adult"}
TEN_TIMES = [  # table, its row, its column, how the line goes on after data/official/
    (
        "recorded_crime_2018",
        SHOPLIFTING,
        "offences",
        "Norfolk, Shoplifting, 2015-06-30: 38,920, against 3,8",
    ),
    ("recorded_crime_2023", ROBBERY, "offences", "Kent, Robbery, 2021-06-30: "),
    ("population_original", {"force": "Kent", "mid_year": "2014"}, "population", "2014, Kent: "),
    ("population_revised", {"force": "Kent", "mid_year": "2020"}, "population", "2020, Kent: "),
    ("households_2011", {"force": "Kent"}, "households", "Kent: "),
    ("outcomes_2015", CAUTIONS, "outcomes", "2015-03-31, caution, adult: "),
    ("incidents_month_2014", {"force": "Kent", "month": "2014-03"}, "incidents", "Kent, 2014: "),
    ("incidents_street", {"month": "2014-03"}, "incidents", "Norfolk, 2014-03: 20,430, against 2,"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "where", "column", "message"),
    [*TEN_TIMES[:3], *(pytest.param(*each, marks=pytest.mark.slow) for each in TEN_TIMES[3:])],
)
def test_a_number_ten_times_too_large_is_reported_once(name, where, column, message):
    table = ten_times(name, where, column)
    (fault,) = agreement.every_fault(with_table(name, table))
    assert fault.startswith(f"data/official/{name}.csv: {message}")
    assert fault.endswith(agreement.MEND)
    assert "\n" not in fault


def test_a_year_of_incidents_ten_times_too_large_is_reported_once():
    where = {"force": "Norfolk", "year": "2014"}
    table = ten_times("incidents_calendar_year", where, "incidents")
    (fault,) = agreement.every_fault(with_table("incidents_calendar_year", table))
    assert "Norfolk, 2014: " in fault
    assert "in data/official/incidents_calendar_year.csv (a full year)" in fault


def test_two_forces_in_one_another_s_place_are_noticed():
    table = LOAD("recorded_crime_2023")
    table["force"] = table["force"].replace({"Norfolk": "Kent", "Kent": "Norfolk"})
    found = list(agreement.every_fault(with_table("recorded_crime_2023", table)))
    assert len(found) == 2
    assert all("should agree to" in fault for fault in found)


def pair(one, other, share=0.1, slack=5):
    index = {"index": pd.Index(list(one), name="force")}
    values = (pd.Series(list(one.values()), **index), pd.Series(other).rename_axis("force"))
    return agreement.Pair("x", "in data/y.csv", *values, share, slack)


def test_one_line_a_force_and_the_rest_counted():
    one = dict.fromkeys("abcdefgh", 100.0)
    twice = pair(one, dict.fromkeys("bcdefgh", 200.0))
    found = list(agreement.faults([twice, twice]))
    assert len(found) == agreement.MOST + 1
    assert found[0].startswith(
        "data/official/x.csv: b: 100, against 200 in data/y.csv; they should agree to 10% and 5 "
        "(2 such cases); "
    )
    assert found[-1] == "data/official/x.csv: and 2 more of this kind"


def test_what_only_one_table_has_is_no_disagreement():
    assert list(agreement.faults([pair({"a": 1.0}, {"b": 9.0}, 0, 0)])) == []


def test_the_check_of_all_data_says_so(monkeypatch):
    monkeypatch.setattr(agreement, "every_fault", lambda load: iter(["data/official/x.csv: no"]))
    assert list(data.faults()) == ["data/official/x.csv: no"]

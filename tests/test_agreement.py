"""Tables that contradict one another are noticed; those committed do not."""

import pandas as pd
import pytest

from helpers import agreement, data

LOAD = data.load


def with_table(name, table):
    return lambda asked: table if asked == name else LOAD(asked)


def test_the_committed_tables_agree():
    assert list(agreement.every_fault(LOAD)) == []


def changed(name, where, column, change):
    """A table with one cell changed."""
    table = LOAD(name)
    rows = table.index[(table[list(where)].astype(str) == list(where.values())).all(axis=1)]
    assert len(rows) == 1
    table.loc[rows, column] = int(change(table.loc[rows[0], column]))
    return table


TEN_TIMES = {
    "offences, earlier release": ("recorded_crime_2018", {"force": "Norfolk", "year_ending": "2015-06-30", "offence_group": "Shoplifting"}, "offences",
                                  "data/official/recorded_crime_2018.csv: Norfolk, Shoplifting, 2015-06-30: 38,920, against 3,8"),
    "offences, later release": ("recorded_crime_2023", {"force": "Kent", "quarter_ending": "2021-06-30", "offence_group": "Robbery"}, "offences",
                                "data/official/recorded_crime_2023.csv: Kent, Robbery, 2021-06-30: "),
    "people, original": ("population_original", {"force": "Kent", "mid_year": "2014"}, "population", "data/official/population_original.csv: 2014, Kent: "),
    "people, revised": ("population_revised", {"force": "Kent", "mid_year": "2020"}, "population", "data/official/population_revised.csv: "),
    "households": ("households_2011", {"force": "Kent"}, "households", "data/official/households_2011.csv: Kent: "),
    "outcomes": ("outcomes_2015", {"force": "Norfolk", "quarter_ending": "2015-03-31", "outcome_type": "caution, adult"}, "outcomes",
                 "data/official/outcomes_2015.csv: 2015-03-31, caution, adult: "),
    "incidents of a year": ("incidents_calendar_year", {"force": "Norfolk", "year": "2014"}, "incidents", "data/official/incidents_street.csv: Norfolk, 2014: "),
    "incidents of a month": ("incidents_month_2014", {"force": "Kent", "month": "2014-03"}, "incidents", "data/official/incidents_month_2014.csv: Kent, 2014: "),
    "incidents, street level": ("incidents_street", {"force": "Norfolk", "month": "2014-03"}, "incidents", "data/official/incidents_street.csv: Norfolk, 2014-03: 20,430, against 2,043"),
}


@pytest.mark.parametrize("what", TEN_TIMES)
def test_a_unit_ten_times_too_large_is_noticed(what):
    name, where, column, message = TEN_TIMES[what]
    table = changed(name, where, column, lambda value: 10 * value)
    found = list(agreement.every_fault(with_table(name, table)))
    assert any(fault.startswith(message) for fault in found), found
    assert all(fault.endswith(agreement.MEND) and "\n" not in fault for fault in found)


def test_two_forces_in_one_another_s_place_are_noticed():
    table = LOAD("recorded_crime_2023")
    table["force"] = table["force"].replace({"Norfolk": "Kent", "Kent": "Norfolk"})
    assert any("should agree to" in fault for fault in agreement.every_fault(with_table("recorded_crime_2023", table)))


def test_the_worst_of_several_is_named_and_the_rest_counted():
    one = pd.Series({"a": 100.0, "b": 100.0, "c": 100.0})
    fault, = agreement.faults(agreement.Pair("data/x.csv", "in data/y.csv", one, pd.Series({"a": 100.0, "b": 150.0, "c": 200.0}), 0.1, 5))
    assert fault.startswith("data/x.csv: c: 100, against 200 in data/y.csv; they should agree to 10% and 5 (2 such cases)")


def test_what_only_one_table_has_is_no_disagreement():
    pair = agreement.Pair("data/x.csv", "in data/y.csv", pd.Series({"a": 1.0}), pd.Series({"b": 9.0}), 0, 0)
    assert list(agreement.faults(pair)) == []


def test_the_check_of_all_data_says_so(monkeypatch):
    monkeypatch.setattr(data.agreement, "every_fault", lambda load: iter(["data/official/x.csv: disagrees"]))
    assert list(data.faults()) == ["data/official/x.csv: disagrees"]

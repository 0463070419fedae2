"""Printed beside recomputed: the verdict follows the rounding interval, and can go either way."""

import pandas as pd
import pytest

from helpers import compare, words


def verdict(printed, measure="recorded_crime_rate", area="Norfolk"):
    row = pd.DataFrame([{"measure": measure, "area": area, "period": pd.Timestamp("2015-06-30"), "printed": printed}])
    return compare.against_data(row)["verdict"].item()


@pytest.mark.parametrize(("printed", "expected"), [
    ("52.2", "reproduced"), ("52.1", "differs"), ("52.3", "differs"), ("52", "reproduced"), ("53", "differs"), ("52.18", "reproduced"),
])
def test_one_unit_of_the_last_digit_turns_the_verdict(printed, expected):
    assert verdict(printed) == expected


def test_the_report_s_numbers():
    found = compare.verdicts("Norfolk", compare.REPORT_YEAR)
    assert found.value_counts().to_dict() == {"reproduced": 22, "differs": 6}


def test_another_force_is_compared_for_england_and_wales_alone():
    rows = compare.printed_rows("figure_2", "Suffolk")
    assert set(rows["area"]) == {"England and Wales"}
    assert "left out for Suffolk" in compare.note("Suffolk", compare.REPORT_YEAR)
    assert compare.note("Norfolk", compare.REPORT_YEAR) == ""
    assert "only the numbers it prints for the years shown" in compare.note("Norfolk", pd.Timestamp("2016-06-30"))


def test_no_rows_make_an_empty_table():
    assert compare.against_data(compare.printed_rows("figure_2", "Norfolk", ["2011-06-30"])).empty


def test_words_agree_with_their_numbers():
    assert words.moved(15.65) == "rose by 15.7%" and words.moved(-12.6) == "fell by 12.6%" and words.moved(0.04) == "did not change"
    assert [words.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 43)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "43rd"]
    assert words.share(34, 43) == "34 of 43 (79%)"
    assert words.listing([]) == "none" and words.listing("ab") == "a and b" and words.listing("abc") == "a, b and c"
    assert words.compared(52.2, 62.9) == "17% below" and words.compared(667, 62.9) == "10.6 times" and words.compared(1, 1) == "level with"
    assert words.place_among(1) == "lowest" and words.place_among(14) == "14th lowest" and words.place_among(43) == "highest"
    assert words.place_among(42) == "2nd highest"
    assert words.signed(-0.04) == "0.0" and words.signed(3.14) == "+3.1"

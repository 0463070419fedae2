"""A printed number: text in; value, precision and interval out."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.printed import Interval, Printed, change


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "unit"),
    [
        ("45.1", "45.1", "45.05", "45.15", ""),
        ("63.0", "63", "62.95", "63.05", ""),
        ("63", "63", "62.5", "63.5", ""),
        ("23,618", "23618", "23617.5", "23618.5", ""),
        ("+15.7%", "15.7", "15.65", "15.75", "%"),
        ("-12.6%", "-12.6", "-12.65", "-12.55", "%"),
        ("\u221212.6%", "-12.6", "-12.65", "-12.55", "%"),
        ("16 percent", "16", "15.5", "16.5", "%"),
        ("16 per cent", "16", "15.5", "16.5", "%"),
        ("twenty", "20", "19.5", "20.5", ""),
        ("None", "0", "-0.5", "0.5", ""),
        ("no change", "0", "-0.5", "0.5", ""),
        ("0.5", "0.5", "0.45", "0.55", ""),
        (" 1,000,000 ", "1000000", "999999.5", "1000000.5", ""),
    ],
)
def test_text_to_interval(text, value, low, high, unit):
    number = Printed.parse(text)
    assert (number.value, number.unit) == (Fraction(value), unit)
    assert number.interval == Interval(Fraction(low), Fraction(high))


def test_fractions_are_exact():
    assert Printed.parse("two-thirds").interval == Interval(Fraction(2, 3), Fraction(2, 3))


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,23", "12,34.5", "1.2.3", "4 5", "1,0000", "nan", "inf", "--3", "1e5", "5.", "½"],
)
def test_what_cannot_be_read_says_so(text):
    with pytest.raises(ValueError, match="cannot read .* as a printed number: write it as in"):
        Printed.parse(text)


def test_half_way_values_belong_to_both_neighbours():
    assert 45.05 in Printed.parse("45.1")
    assert 45.05 in Printed.parse("45.0")
    assert 45.15 in Printed.parse("45.1")
    assert 45.0499999 not in Printed.parse("45.1")
    assert 45.1500001 not in Printed.parse("45.1")


def test_change_between_printed_rates_is_an_interval():
    interval = change(Printed.parse("52.2"), Printed.parse("45.1"))
    assert float(interval.low) == pytest.approx(100 * (52.15 / 45.15 - 1))
    assert float(interval.high) == pytest.approx(100 * (52.25 / 45.05 - 1))
    assert Printed.parse("+15.7%").value in interval


def test_interval_arithmetic():
    assert Interval(-1, 2) * Interval(3, 4) == Interval(-4, 8)
    assert Interval(1, 2) - Interval(1, 3) == Interval(-2, 1)
    assert Interval(1, 4) / 2 == Interval(Fraction(1, 2), 2)
    assert Interval(1, 4) & Interval(3, 9) == Interval(3, 4)
    assert Interval(1, 2) & Interval(3, 4) is None
    assert Interval(1, 2).agrees(Interval(1.5, 3)) and Interval(1, 2).agrees(Interval(2, 2))
    assert not Interval(1, 2).agrees(Interval(2, 3)) and not Interval(1, 2).agrees(Interval(3, 4))
    with pytest.raises(ZeroDivisionError, match="holds zero"):
        Interval(1, 2) / Interval(-1, 1)
    with pytest.raises(ValueError, match="from low to high"):
        Interval(2, 1)


@settings(deadline=None)
@given(st.decimals(-10_000, 10_000, places=4), st.integers(0, 3))
def test_rounding_a_value_prints_a_number_whose_interval_holds_it(value, places):
    assert value in Printed.parse(f"{value:.{places}f}")


@pytest.mark.slow
@settings(deadline=None)
@given(
    *[st.fractions(-100, 100) for _ in range(4)], st.sampled_from(["__add__", "__sub__", "__mul__"])
)
def test_arithmetic_holds_every_possible_result(a, b, c, d, operation):
    left, right = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    assert getattr(a, operation)(c) in getattr(left, operation)(right)

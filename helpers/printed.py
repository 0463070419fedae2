"""A printed number is an interval: "45.1" may be rounded from anything from 45.05 to 45.15.

Both ends belong to the interval, because nobody says which way a half was rounded.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

WORDS = {
    word: n
    for n, word in enumerate(
        "none one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"no change": 0, "thirty": 30, "forty": 40, "fifty": 50}
FRACTIONS = {
    "half": Fraction(1, 2),
    "a half": Fraction(1, 2),
    "one-third": Fraction(1, 3),
    "a third": Fraction(1, 3),
    "two-thirds": Fraction(2, 3),
    "a quarter": Fraction(1, 4),
    "three-quarters": Fraction(3, 4),
}
_DIGITS = re.compile(
    r"(?P<sign>[-+\u2212\u2013]?)\s?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?P<unit>%|percent|per cent)?",
    re.IGNORECASE,
)

Number = int | float | Decimal | Fraction


def _exact(value: Number) -> Fraction:
    """A value as it reads: the float 45.05 is the decimal 45.05, not its binary neighbour."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


@dataclass(frozen=True)
class Interval:
    """All values between two ends, both included; its arithmetic keeps every possible value.

    >>> (Interval(1, 2) + 1).high
    Fraction(3, 1)
    """

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", _exact(self.low))
        object.__setattr__(self, "high", _exact(self.high))
        if self.low > self.high:
            raise ValueError(
                "an interval runs from low to high, not from "
                f"{float(self.low)} to {float(self.high)}"
            )

    @staticmethod
    def of(value: Interval | Number) -> Interval:
        """An interval as it is; a number as the interval that holds it alone."""
        return value if isinstance(value, Interval) else Interval(value, value)

    def __contains__(self, value: Number) -> bool:
        return self.low <= _exact(value) <= self.high

    def __and__(self, other: Interval) -> Interval | None:
        """What both allow; None when they exclude each other."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None

    def agrees(self, other: Interval) -> bool:
        """Whether both could be the same number.

        They share more than an end, or one is exact and lies in the other.
        """
        shared = self & other
        return shared is not None and (
            shared.low < shared.high or self.low == self.high or other.low == other.high
        )

    def __add__(self, other: Interval | Number) -> Interval:
        other = Interval.of(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval | Number) -> Interval:
        other = Interval.of(other)
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval | Number) -> Interval:
        other = Interval.of(other)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval | Number) -> Interval:
        other = Interval.of(other)
        if 0 in other:
            raise ZeroDivisionError(f"cannot divide by an interval that holds zero: {other}")
        return self * Interval(1 / other.high, 1 / other.low)

    def __str__(self) -> str:
        return f"{float(self.low):,.10g} to {float(self.high):,.10g}"


@dataclass(frozen=True)
class Printed:
    """A number as printed: text, value, step of its last digit, unit ('%' or ''), interval."""

    text: str
    value: Fraction
    step: Fraction
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Printed:
        """Read a printed number.

        Thousands commas, a sign, a per-cent sign or word, number words ("six") and fractions
        ("two-thirds", exact) are understood. ValueError: text that is no number, commas out of
        place.
        """
        bare = " ".join(str(text).split()).lower()
        if bare in FRACTIONS:
            return cls(text, FRACTIONS[bare], Fraction(0))
        if bare in WORDS:
            value, unit, digit = Fraction(WORDS[bare]), "", Fraction(1)
        else:
            match = _DIGITS.fullmatch(bare)
            if not match:
                raise ValueError(
                    f"cannot read {text!r} as a printed number: write it as in '45.1', '+15.7%', "
                    "'23,618' or 'two-thirds'"
                )
            number = match["number"].replace(",", "")
            value = Fraction(number) * (-1 if match["sign"] in ("-", "\u2212", "\u2013") else 1)
            unit = "%" if match["unit"] else ""
            digit = Fraction(1, 10 ** len(number.partition(".")[2]))
        return cls(text, value, digit, unit)

    @property
    def interval(self) -> Interval:
        """Every value that rounds to this text: half a step either way, both ends included."""
        return Interval(self.value - self.step / 2, self.value + self.step / 2)

    @property
    def decimals(self) -> int:
        """Digits after the point, 0 for whole numbers and words."""
        number = re.search(r"\.(\d+)", self.text)
        return len(number[1]) if number else 0

    def __contains__(self, value: Number) -> bool:
        return value in self.interval


def change(new: Printed | Interval, old: Printed | Interval) -> Interval:
    """Percentage change, 100 * (new / old - 1), as every value the two printed numbers allow."""
    new, old = (x.interval if isinstance(x, Printed) else x for x in (new, old))
    return (new / old - 1) * 100


def together(intervals: Iterable[Interval]) -> Interval | None:
    """What all intervals allow; None when some of them exclude each other."""
    return functools.reduce(lambda one, other: one and one & other, intervals)

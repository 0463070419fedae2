"""Rates and changes of numbers, arrays, columns or intervals: the one place for each formula."""

from __future__ import annotations


def per_1000(count, denominator):
    """Rate per 1,000 = 1,000 x count / denominator."""
    return 1_000 * count / denominator


def count_at(rate, denominator, per=1_000):
    """The count that gives a rate per 1,000 (or `per` 100) = rate x denominator / 1,000."""
    return rate * denominator / per


def per_100(count, denominator):
    """Rate per 100, a percentage when the one is part of the other = 100 x count / denominator."""
    return 100 * count / denominator


def percentage_change(new, old):
    """100 x (new / old - 1), in per cent."""
    return 100 * (new / old - 1)

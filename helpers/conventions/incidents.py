"""Other ways to count a year of incidents, and to say how they and crimes moved."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm, spearmanr

from helpers import measures
from helpers.conventions.choices import AS_REPORTED, conventions, values_under_each
from helpers.conventions.comparisons import FORTY_TWO
from helpers.conventions.crimes import NEAR_CRIME
from helpers.measures import counts

TWO_YEARS = "over two years"  # beside the ways to count one year's change


@functools.cache
def incident_years(end: pd.Timestamp) -> dict[str, tuple[pd.DataFrame, object, str]]:
    """Every way to come to a year of incidents: name -> (table, its row, kind), the report's first.

    A table's rows are years, without a gap; a column an area.
    """
    calendar, known = counts.calendar_years(), counts.half_year_incidents()
    calendar = calendar.reindex(range(calendar.index[0], calendar.index[-1] + 1))
    middle = counts.first_half_shares()["share"].median()
    split = [(1 - s) * calendar.shift(1) + s * calendar for s in (middle, 0.5)]
    now, before, kind = end.year, end.year - 1, conventions()[AS_REPORTED].kind
    # fmt: off
    return {
        AS_REPORTED: (counts.incidents().asfreq("YE-JUN"), end, kind),
        # one estimate, split in other ways
        "the half-year method for every force": (known.asfreq("YE-JUN"), end, kind),
        "every year split as in the median force": (split[0], now, kind),
        "every year split in halves": (split[1], now, kind),
        f"calendar year {before}": (calendar, before, "calendar years"),
        f"calendar year {now}": (calendar, now, "calendar years"),
    }


@functools.cache
def incident_changes(end: pd.Timestamp) -> dict[str, tuple[pd.Series, str, str]]:
    """Every way to say how incidents moved in the year: name -> (change by area, kind, unit).

    First the change in per cent, under the conventions and by other ways to find or split a year;
    then what else a fall can mean. A way whose years are not all known is left out.
    """
    years = counts.incidents().asfreq("YE-JUN")
    people = measures.population(measures.mid_year_before(end))[0]
    fewer, two = years.diff().loc[end], 100 * years.pct_change(2, fill_method=None).loc[end]
    other = [(name, *way) for name, way in incident_years(end).items() if name != AS_REPORTED]
    # fmt: off
    ways = {
        name: (found, way.kind, "%")
        for name, (found, way) in values_under_each("anti_social_behaviour_change_1y", end).items()
    } | {
        name: (100 * table.pct_change(fill_method=None).reindex([at]).iloc[0], kind, "%")
        for name, table, at, kind in other
    } | {
        TWO_YEARS: (two, "two years", "% in two years"),
        "incidents per head": (measures.per_1000(fewer, people), "per head", "per 1,000 people"),
        "number of incidents": (fewer / 1000, "number", "thousands"),
    }
    # fmt: on
    return {name: way for name, way in ways.items() if way[0].notna().all()}


class Link(NamedTuple):
    """A rank correlation, its p, and its 95% interval."""

    r: float
    p: float
    low: float
    high: float


def rank_link(one: pd.Series, other: pd.Series) -> Link:
    """Spearman's rank correlation of two columns over the same forces.

    The interval: Fisher's z, standard error sqrt((1 + r²/2) / (n - 3)), Bonett and Wright (2000).
    """
    r, p = map(float, spearmanr(one, other))
    reach = norm.ppf(0.975) * ((1 + r**2 / 2) / (len(one) - 3)) ** 0.5
    low, high = (float(np.tanh(np.arctanh(r) + side * reach)) for side in (-1, 1))
    return Link(r, p, low, high)


def crime_link(end: pd.Timestamp) -> Link:
    """How changes of incidents and of near crimes go together, by `rank_link`.

    Both are changes on the year per 1,000 people, over 42 forces (the City of London left out).
    """
    before = end - pd.DateOffset(years=1)
    people = measures.population(measures.mid_year_before(end))[0]
    tables = (counts.incidents(), counts.offences(NEAR_CRIME))
    changes = (measures.per_1000(table.loc[end] - table.loc[before], people) for table in tables)
    return rank_link(*(change[FORTY_TWO] for change in changes))

"""What must be complete or add up within a table. Each check takes a table and gives its faults.

A fault is text: where, what was expected, what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pandas as pd

from helpers import areas
from helpers.data.schemas import OUTCOME_TYPES

Check = Callable[[pd.DataFrame], Iterator[str]]


def _first(items: Iterable[object], most: int = 6) -> str:
    """A list for one line: its first entries, and how many more there are."""
    items = sorted(map(str, items))
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def _missing(column: str, every: str, expected: Iterable, found: Iterable) -> Iterator[str]:
    """`every`: what is expected, in words ('year from 2009 to 2015')."""
    if missing := set(expected) - set(found):
        yield f"column {column}: expected every {every}, missing {_first(missing)}"


def all_forces(table: pd.DataFrame, by: str | None = None) -> Iterator[str]:
    """Exactly the 43 forces, in every group of `by` where given."""
    for group, column in table.groupby(by)["force"] if by else [("", table["force"])]:
        if missing := set(areas.FORCES) - set(column):
            day = f"{group:%Y-%m-%d}" if isinstance(group, pd.Timestamp) else group
            where = f"{by} {day}" if by else "the file"
            yield f"{where}: expected all 43 forces, missing {_first(missing)}"


def every_quarter(table: pd.DataFrame, column: str, first: str, last: str) -> Iterator[str]:
    """Every quarter end from first, where the collection begins, to last or the last there is."""
    found = pd.DatetimeIndex(table[column].unique())
    end = max(pd.Timestamp(last), found.max())
    expected, days = (
        pd.date_range(first, end, freq="QE").strftime("%Y-%m-%d"),
        found.strftime("%Y-%m-%d"),
    )
    words = f"quarter end from {first} to {end:%Y-%m-%d}"
    yield from _missing(column, words, expected, days)
    if unexpected := set(days) - set(expected):
        yield f"column {column}: expected every {words}, unexpected {_first(unexpected)}"


def every_year(table: pd.DataFrame, column: str, first: int, last: int) -> Iterator[str]:
    """Every year from first to last or, in a newer release, to the last there is."""
    end = max(last, table[column].max())
    yield from _missing(column, f"year from {first} to {end}", range(first, end + 1), table[column])


def every_month(table: pd.DataFrame, first: str, last: str) -> Iterator[str]:
    """Every month from first to last."""
    months = pd.period_range(first, last, freq="M").astype(str)
    yield from _missing("month", f"month from {first} to {last}", months, table["month"])


def total(
    table: pd.DataFrame, value: str, expected: int, what: str, within: float = 0, **where: object
) -> Iterator[str]:
    """The sum of `value` over the rows that match `where`, give or take a share `within`."""
    for column, wanted in where.items():
        day = column.endswith("_ending")
        table = table[table[column] == (pd.Timestamp(wanted) if day else wanted)]
    found = int(table[value].sum())
    if abs(found - expected) > within * expected:
        about = f"about {expected:,} (to {within:.0%})" if within else f"{expected:,}"
        yield f"column {value}: {what} should come to {about}, found {found:,}"


def tally(table: pd.DataFrame, column: str, expected: dict[str, int]) -> Iterator[str]:
    """How often each value stands in a column."""
    found = table[column].value_counts().to_dict()
    if found != expected:
        yield f"column {column}: expected {expected}, found {found}"


def scope_of(table: pd.DataFrame) -> pd.Series:
    """'fraud' and 'transport police' are kept but in no default total; the rest is 'core'."""
    scope = pd.Series("core", index=table.index)
    scope[table["force"] == areas.TRANSPORT_POLICE] = "transport police"
    bodies = ["Fraud offences", *areas.FRAUD_BODIES]
    scope[table.get("offence_group", table["force"]).isin(bodies)] = "fraud"
    return scope


def scopes(table: pd.DataFrame) -> Iterator[str]:
    """The scope column says what `scope_of` says."""
    expected = scope_of(table)
    for row, found in table["scope"][table["scope"] != expected].items():
        yield f"row {row + 2}, column scope: expected '{expected[row]}', found '{found}'"


def same_groups(table: pd.DataFrame, period: str) -> Iterator[str]:
    """Every force has the same offence groups in a period: an absent one would count as nought."""
    size = table[table["scope"] == "core"].groupby([period, "force"]).size()
    usual = size.groupby(level=0).transform("max")
    for (date, force), n in size[size != usual].items():
        where = f"{period} {date:%Y-%m-%d}, {force}"
        yield f"{where}: expected {usual[date, force]} groups, found {n}"


def every_type(table: pd.DataFrame, who: str) -> Iterator[str]:
    """All outcome types for every area and quarter, and those named not above all together."""
    wide = table.pivot(index=["quarter_ending", who], columns="outcome_type", values="outcomes")
    types = table.groupby(["quarter_ending", who])["outcome_type"].agg(set)
    for (date, area), row in wide.reindex(columns=list(OUTCOME_TYPES)).iterrows():
        where = f"quarter_ending {date:%Y-%m-%d}, {area}"
        if missing := [each for each in OUTCOME_TYPES if each not in types[date, area]]:
            yield f"{where}: expected all outcome types, missing {_first(missing)}"
        elif (named := row.iloc[:-1].sum()) > row.iloc[-1]:
            yield (
                f"{where}: the types named come to {named:,.0f}, more than the "
                f"{row.iloc[-1]:,.0f} of all together"
            )


def on_the_map(table: pd.DataFrame) -> Iterator[str]:
    """Abbreviation and tile agree with the one map in helpers/areas.py."""
    tiles = areas.tiles()
    for row in table.itertuples():
        tile = (row.tile_column, row.tile_row)
        if areas.ABBREVIATIONS[row.abbreviation] != row.force or tiles[row.force] != tile:
            where = f"row {row.Index + 2}, {row.force}"
            yield f"{where}: abbreviation or tile differs from helpers/areas.py"


def _crime(column: str, first: str, last: str) -> tuple[Check, ...]:
    return (
        partial(all_forces, by=column),
        partial(every_quarter, column=column, first=first, last=last),
        scopes,
        partial(same_groups, period=column),
    )


def _people(last: int, within: float) -> tuple[Check, ...]:
    whole = {"value": "population", "expected": 57_408_654, "what": "England and Wales in mid-2014"}
    return (
        partial(all_forces, by="mid_year"),
        partial(every_year, column="mid_year", first=2009, last=last),
        partial(total, **whole, within=within, mid_year=2014),
    )


_QUARTERS = partial(every_quarter, column="quarter_ending", first="2014-06-30")
CHECKS: dict[str, tuple[Check, ...]] = {
    "forces": (all_forces, on_the_map),
    "districts": (all_forces,),
    "recorded_crime_2018": (
        *_crime("year_ending", "2007-06-30", "2018-12-31"),
        partial(
            total,
            value="offences",
            expected=3_611_283,
            what="England and Wales in the year to June 2015, excluding fraud",
            within=0.01,
            year_ending="2015-06-30",
            scope="core",
        ),
    ),
    "recorded_crime_2023": _crime("quarter_ending", "2012-06-30", "2023-06-30"),
    "population_original": _people(2015, 0),
    "population_revised": _people(2022, 0.01),
    "households_2011": (
        all_forces,
        partial(
            total,
            value="households",
            expected=23_366_044,
            what="England and Wales at the 2011 census",
        ),
    ),
    "outcomes_2015": (
        partial(all_forces, by="quarter_ending"),
        partial(_QUARTERS, last="2015-06-30"),
        scopes,
        partial(every_type, who="force"),
    ),
    "outcomes_2023": (partial(every_type, who="area"), partial(_QUARTERS, last="2023-06-30")),
    "incidents_calendar_year": (
        partial(all_forces, by="year"),
        partial(every_year, column="year", first=2012, last=2016),
        scopes,
        partial(
            total,
            value="incidents",
            expected=252_435,
            what="the Metropolitan Police in 2014",
            within=0.01,
            force="Metropolitan Police",
            year=2014,
        ),
    ),
    "incidents_month_2014": (scopes,),
    "incidents_street": (scopes,),
    "incidents_metropolitan": (partial(every_month, first="2010-12", last="2016-12"),),
    "judgments_2015": (
        all_forces,
        partial(
            tally,
            column="judgment",
            expected={"outstanding": 1, "good": 24, "requires improvement": 18},
        ),
    ),
}

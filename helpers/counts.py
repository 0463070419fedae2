"""Counts in 12 months, a row a year ending and a column an area: offences, outcomes, anti-social behaviour incidents.

England and Wales is always the sum of the 43 forces; British Transport Police and fraud are left out unless asked for.
"""

from __future__ import annotations

import functools

import pandas as pd

from helpers import data, names

VINTAGES = {
    "2018": "Home Office, recorded crime at police force area level, release to December 2018",
    "2023": "Home Office, police recorded crime open data, release of 19 October 2023",
}


def with_national(table: pd.DataFrame) -> pd.DataFrame:
    """A table with one column a force, and England and Wales as their sum."""
    forces = table.reindex(columns=list(names.FORCES))
    return forces.assign(**{names.ENGLAND_AND_WALES: forces.sum(axis=1, skipna=False)})


@functools.cache
def _rolling_years(vintage: str) -> pd.DataFrame:
    """Offences in 12 months: rows (year ending, scope, offence group), a column a recorder."""
    table = data.load(f"recorded_crime_{vintage}")
    keys = ["scope", "offence_group"]
    if vintage == "2018":
        return table.pivot(index=["year_ending", *keys], columns="force", values="offences").sort_index()
    quarters = table.pivot(index="quarter_ending", columns=[*keys, "force"], values="offences")
    # a group that a quarter does not name had no offences in it: the publisher leaves out codes not in use
    years = quarters.fillna(0).rolling(4).sum().iloc[3:].rename_axis("year_ending")
    return years.stack(keys, future_stack=True).sort_index()


@functools.cache
def offences(groups: tuple[str, ...] = (), vintage: str = "2018", include: tuple[str, ...] = ()) -> pd.DataFrame:
    """Offences of some offence groups (none named: of every group) in a release.

    `include` adds what is left out by default: "fraud" (the forces' own fraud offences) or "transport police" (to
    England and Wales alone).
    """
    rows = _rolling_years(vintage)
    rows = rows[rows.index.get_level_values("scope").isin({"core", "transport police"} | ({"fraud"} & set(include)))]
    if groups:
        rows = rows[rows.index.get_level_values("offence_group").isin(groups)]
    years = rows.groupby(level="year_ending").sum()
    table = with_national(years)
    if "transport police" in include:
        table[names.ENGLAND_AND_WALES] += years[names.TRANSPORT_POLICE]
    return table


@functools.cache
def outcomes(types: tuple[str, ...]) -> pd.DataFrame:
    """Outcomes of some types, years ending March and June 2015: investigations closed then, whenever the crime was recorded."""
    table = data.load("outcomes_2015")
    table = table[table["outcome_type"].isin(types)]
    quarters = with_national(table.pivot_table(index="quarter_ending", columns="force", values="outcomes", aggfunc="sum"))
    return quarters.rolling(4).sum().iloc[3:].rename_axis("year_ending")


def first_half_shares() -> pd.DataFrame:
    """The share of 2014's anti-social behaviour incidents that fell in January to June, by force.

    Columns: share, known. The Metropolitan Police has a monthly file of its own; where a force lacks a month of those
    six, the median of the shares in the common monthly file stands in.
    """
    year = data.load("incidents_calendar_year").query("year == 2014").set_index("force")["incidents"]
    half_year = [f"2014-{month:02d}" for month in range(1, 7)]
    months = data.load("incidents_month_2014").pivot(index="force", columns="month", values="incidents")
    share = (months[half_year].sum(axis=1, skipna=False) / year).reindex(list(names.FORCES))
    median = share.median()
    own = data.load("incidents_metropolitan").set_index("month")["incidents"]
    share["Metropolitan Police"] = own[half_year].sum() / year["Metropolitan Police"]
    return pd.DataFrame({"share": share.fillna(median), "known": share.notna()})


@functools.cache
def incidents() -> pd.DataFrame:
    """Anti-social behaviour incidents in years to June, 2013 to 2016, rebuilt from calendar years.

    With s = the share of 2014 that fell in its first half: year to June Y = (1 - s) x (Y - 1) + s x Y. An estimate: for the
    Metropolitan Police `incidents_metropolitan` has the exact months to test it by.
    """
    years = data.load("incidents_calendar_year").pivot(index="year", columns="force", values="incidents")[list(names.FORCES)]
    share = first_half_shares()["share"]
    rebuilt = ((1 - share) * years.shift(1) + share * years).dropna()
    rebuilt.index = pd.to_datetime([f"{year}-06-30" for year in rebuilt.index])
    return with_national(rebuilt.rename_axis("year_ending"))


def metropolitan_incidents() -> pd.Series:
    """The Metropolitan Police's exact incidents in rolling years, from its monthly file."""
    months = data.load("incidents_metropolitan").set_index("month")["incidents"]
    months.index = pd.PeriodIndex(months.index, freq="M").to_timestamp("M").normalize()
    return months.rolling(12).sum().dropna().rename_axis("year_ending")


def half_year_error() -> tuple[float, float]:
    """How far `incidents` is off for the Metropolitan Police at most: in per cent of a count, and in points of a yearly change."""
    rebuilt = incidents()["Metropolitan Police"]
    exact = metropolitan_incidents().reindex(rebuilt.index)
    changes = (100 * (series / series.shift(1) - 1) for series in (rebuilt, exact))
    return float((100 * (rebuilt / exact - 1)).abs().max()), float((next(changes) - next(changes)).abs().max())

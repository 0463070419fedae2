"""Counts in 12 months, a row a year ending and a column an area: offences, outcomes, anti-social behaviour incidents.

England and Wales is always the sum of the 43 forces; British Transport Police and fraud are left out unless asked for.
"""

from __future__ import annotations

import functools

import pandas as pd

from helpers import data, names

VINTAGES = ("2018", "2023")  # the years of the releases that the collection began with; data/sources.csv names those in it now


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


def _calendar_years() -> pd.DataFrame:
    """Incidents by calendar year and force; years that the published table lacks, from the archive where it has all 43 forces."""
    years = data.load("incidents_calendar_year").pivot(index="year", columns="force", values="incidents")[list(names.FORCES)]
    counted = counted_in_12_months()
    counted = counted[counted.index.month == 12]
    return years.combine_first(counted.set_axis(counted.index.year)).dropna().rename_axis("year")


def calendar_years() -> pd.DataFrame:
    """Anti-social behaviour incidents by calendar year, a column an area."""
    return with_national(_calendar_years())


def _month_ends(months: pd.Series) -> pd.DatetimeIndex:
    return pd.PeriodIndex(months, freq="M").to_timestamp("M").normalize()


def counted_in_12_months() -> pd.DataFrame:
    """Incidents in the 12 months to each month's end, counted by month in the archive; not a number where a month is missing."""
    table = data.load("incidents_street")
    months = table.assign(month=_month_ends(table["month"])).pivot(index="month", columns="force", values="incidents")
    return months.reindex(columns=list(names.FORCES)).asfreq("ME").rolling(12).sum().rename_axis("year_ending")


def first_half_shares() -> pd.DataFrame:
    """The share of 2014's anti-social behaviour incidents that fell in January to June, by force.

    Columns: share, known. Months come from the archive where it was ingested, else from the common monthly file; the
    Metropolitan Police has a monthly file of its own. Where a force lacks a month of those six, the median of the shares in
    the common monthly file stands in.
    """
    year, half_year = _calendar_years().loc[2014], [f"2014-{month:02d}" for month in range(1, 7)]
    counted = counted_in_12_months().reindex([pd.Timestamp("2014-12-31")]).iloc[0]

    def share(name: str, whole: pd.Series) -> pd.Series:
        months = data.load(name).pivot(index="month", columns="force", values="incidents").reindex(half_year)
        return (months.sum(skipna=False) / whole).reindex(list(names.FORCES))

    common = share("incidents_month_2014", year)
    known = share("incidents_street", counted.fillna(year)).fillna(share("incidents_metropolitan", year)).fillna(common)
    return pd.DataFrame({"share": known.fillna(common.median()), "known": known.notna()})


@functools.cache
def half_year_incidents() -> pd.DataFrame:
    """Anti-social behaviour incidents in years to June, rebuilt from calendar years, a column an area.

    With s = the share of 2014 that fell in its first half: year to June Y = (1 - s) x (Y - 1) + s x Y. An estimate: for the
    Metropolitan Police `metropolitan_incidents` has the exact months to test it by.
    """
    years, share = _calendar_years(), first_half_shares()["share"]
    rebuilt = ((1 - share) * years.shift(1) + share * years).dropna()
    return with_national(rebuilt.set_axis(pd.to_datetime([f"{year}-06-30" for year in rebuilt.index])).rename_axis("year_ending"))


@functools.cache
def _by_month() -> pd.DataFrame:
    """Exact years to June: those where the year before or after is exact too, so that no change mixes a count with an estimate."""
    exact = counted_in_12_months().reindex(half_year_incidents().index)
    return exact.where(exact.shift(1).notna() | exact.shift(-1).notna())


@functools.cache
def incidents() -> pd.DataFrame:
    """Anti-social behaviour incidents in years to June: counted by month where the archive was ingested, else `half_year_incidents`."""
    return with_national(_by_month().combine_first(half_year_incidents()))


def is_counted(*year_endings: pd.Timestamp) -> pd.Series:
    """Whether the incidents of these years are all counted by month: by force, and for England and Wales if for all 43."""
    exact = _by_month().reindex(list(year_endings)).notna().all()
    return pd.concat([exact, pd.Series({names.ENGLAND_AND_WALES: exact.all()})])


def metropolitan_incidents() -> pd.Series:
    """The Metropolitan Police's exact incidents in rolling years, from its monthly file."""
    months = data.load("incidents_metropolitan").set_index("month")["incidents"]
    return months.set_axis(_month_ends(months.index)).rolling(12).sum().dropna().rename_axis("year_ending")


def half_year_error() -> tuple[float, float]:
    """How far `half_year_incidents` is off for the Metropolitan Police at most: in per cent of a count, and in points of a yearly change."""
    rebuilt = half_year_incidents()["Metropolitan Police"]
    exact = metropolitan_incidents().reindex(rebuilt.index)
    changes = (100 * (series / series.shift(1) - 1) for series in (rebuilt, exact))
    return float((100 * (rebuilt / exact - 1)).abs().max()), float((next(changes) - next(changes)).abs().max())

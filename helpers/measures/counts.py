"""Counts in 12 months, a row a year ending and a column an area: offences, outcomes, incidents.

England and Wales is always the sum of the 43 forces; British Transport Police and fraud are left
out unless asked for.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import areas, data
from helpers.measures.arithmetic import percentage_change
from helpers.measures.catalogue import VINTAGES

FORCES = list(areas.FORCES)
HALF_YEAR = pd.date_range("2014-01-31", "2014-06-30", freq="ME")  # the months that split a year


def with_national(table: pd.DataFrame) -> pd.DataFrame:
    """A table with one column a force, and England and Wales as their sum."""
    forces = table.reindex(columns=FORCES)
    return forces.assign(**{areas.ENGLAND_AND_WALES: forces.sum(axis=1, skipna=False)})


@functools.cache
def lacking(name: str, groups: tuple[str, ...] = ()) -> pd.DataFrame:
    """Where a table by quarter or year has no count of one of the 43: force, period.

    `groups`: the offence groups or outcome types that are asked about (none named: all).
    """
    table = data.load(name)
    period = next(column for column in table if column.endswith("_ending"))
    kind, count = (table[table.columns[at]] for at in (2, 3))
    asked = (table["scope"] == "core") & (kind.isin(groups) | (not groups))
    rows = table[count.isna() & asked].rename(columns={period: "period"})
    return rows[["force", "period"]].drop_duplicates()


def _complete(years: pd.DataFrame, name: str, quarters: int) -> pd.DataFrame:
    """Without the years (of so many quarters) for which a count is missing: it is no nought."""
    ends = lacking(name)["period"]
    missing = {end + n * pd.offsets.QuarterEnd() for end in ends for n in range(quarters)}
    return years[~years.index.get_level_values(0).isin(missing)] if missing else years


@functools.cache
def _rolling_years(vintage: str) -> pd.DataFrame:
    """Offences in 12 months: rows (year ending, scope, offence group), a column a recorder."""
    table = data.load(f"recorded_crime_{vintage}")
    keys = ["scope", "offence_group"]
    if "year_ending" in table:
        years = table.pivot(index=["year_ending", *keys], columns="force", values="offences")
        return _complete(years.sort_index(), f"recorded_crime_{vintage}", 1)
    quarters = table.pivot(index="quarter_ending", columns=[*keys, "force"], values="offences")
    # a group that a quarter does not name had no offences: the publisher leaves out unused codes
    years = quarters.fillna(0).rolling(4).sum().iloc[3:].rename_axis("year_ending")
    years = _complete(years, f"recorded_crime_{vintage}", 4)
    return years.stack(keys, future_stack=True).sort_index()


@functools.cache
def offences(
    groups: tuple[str, ...] = (), vintage: str = VINTAGES[0], include: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Offences of some offence groups (none named: of every group) in a release.

    `include` adds what is left out by default: "fraud" (the forces' own fraud offences) or
    "transport police" (to England and Wales alone).
    """
    rows = _rolling_years(vintage)
    scopes = {"core", "transport police"} | ({"fraud"} & set(include))
    rows = rows[rows.index.get_level_values("scope").isin(scopes)]
    if groups:
        rows = rows[rows.index.get_level_values("offence_group").isin(groups)]
    years = rows.groupby(level="year_ending").sum()
    table = with_national(years)
    if "transport police" in include:
        table[areas.ENGLAND_AND_WALES] += years[areas.TRANSPORT_POLICE]
    return table


def by_group(area: str, year_endings: list[pd.Timestamp], vintage: str) -> pd.DataFrame:
    """An area's offences (no fraud) by offence group: a row a year, a column a group."""
    rows = _rolling_years(vintage).loc[year_endings].query("scope == 'core'")
    groups = with_national(rows)[area].droplevel("scope").unstack("offence_group")
    return groups.dropna(axis=1, how="all").fillna(0)


@functools.cache
def quarters() -> pd.DataFrame:
    """Offences in single quarters, of the release that has them; a row a quarter's end."""
    name = f"recorded_crime_{VINTAGES[-1]}"
    table = data.load(name).query("scope == 'core'")
    sums = table.pivot_table("offences", "quarter_ending", "force", aggfunc="sum")
    return _complete(with_national(sums), name, 1)


@functools.cache
def outcomes(types: tuple[str, ...]) -> pd.DataFrame:
    """Outcomes of some types: investigations closed then, whenever the crime was recorded.

    Not a number for a force, and for the nation, where a quarter's count is missing.
    """
    table = data.load("outcomes_2015")
    quarters = table[table["outcome_type"].isin(types)].pivot_table(
        index="quarter_ending", columns="force", values="outcomes", aggfunc="sum"
    )
    gaps = lacking("outcomes_2015", types)
    for force, quarter in gaps.itertuples(index=False):
        quarters = quarters.astype(float)
        quarters.loc[quarter, force] = np.nan
    return with_national(quarters).rolling(4).sum().iloc[3:].rename_axis("year_ending")


@functools.cache
def _months(name: str) -> pd.DataFrame:
    """A table of incidents by month, a row a month's end and a column a force."""
    table = data.load(name).pivot(index="month", columns="force", values="incidents")
    ends = pd.PeriodIndex(table.index, freq="M").to_timestamp("M").normalize()
    return table.set_axis(ends).reindex(columns=FORCES).asfreq("ME")


def months() -> pd.DataFrame:
    """Incidents counted by month: the archive's, and the Metropolitan Police's own monthly file."""
    return _months("incidents_street").combine_first(_months("incidents_metropolitan")).asfreq("ME")


@functools.cache
def counted_in_12_months() -> pd.DataFrame:
    """Incidents in the 12 months to each month's end; not a number where a month is missing."""
    return months().rolling(12).sum().rename_axis("year_ending")


def _published_years() -> pd.DataFrame:
    table = data.load("incidents_calendar_year")
    return table.pivot(index="year", columns="force", values="incidents")[FORCES]


@functools.cache
def _calendar_years() -> pd.DataFrame:
    """Calendar years, a row for each from the first to the last: those published, else from months.

    A year that not all 43 forces have is not a number throughout.
    """
    years, counted = _published_years(), counted_in_12_months()
    counted = counted[counted.index.month == 12]
    years = years.combine_first(counted.set_axis(counted.index.year)).dropna()
    return years.reindex(range(years.index[0], years.index[-1] + 1)).rename_axis("year")


def calendar_years() -> pd.DataFrame:
    """Anti-social behaviour incidents by calendar year, a column an area."""
    return with_national(_calendar_years().dropna())


@functools.cache
def first_half_shares() -> pd.DataFrame:
    """The share of 2014's anti-social behaviour incidents that fell in January to June, by force.

    Columns: share, known, file (the table that the months are from). Months come from the archive,
    the Metropolitan Police's own file or the common monthly file, in this order. Where a force
    lacks a month of those six, the median of the shares in the common file stands in.
    """
    year = _calendar_years().loc[2014]
    whole = counted_in_12_months().reindex([pd.Timestamp("2014-12-31")]).iloc[0].fillna(year)
    common = _months("incidents_month_2014").reindex(HALF_YEAR).sum(skipna=False) / year
    share = pd.Series(np.nan, index=FORCES)
    file = pd.Series("incidents_month_2014", index=FORCES)
    for name in ("incidents_street", "incidents_metropolitan"):
        own = _months(name).reindex(HALF_YEAR).sum(skipna=False) / whole
        file = file.where(share.notna() | own.isna(), name)
        share = share.fillna(own)
    known = share.fillna(common)
    filled = known.fillna(common.median())
    return pd.DataFrame({"share": filled, "known": known.notna(), "file": file})


@functools.cache
def half_year_incidents() -> pd.DataFrame:
    """Incidents in years to June rebuilt from calendar years for every force, a column an area.

    With s = the share of 2014 that fell in its first half: year to June Y = (1 - s) x (Y - 1) +
    s x Y. An estimate; `half_year_error` measures it where the months are known.
    """
    years, share = _calendar_years(), first_half_shares()["share"]
    rebuilt = ((1 - share) * years.shift(1) + share * years).dropna()
    ends = pd.to_datetime([f"{year}-06-30" for year in rebuilt.index])
    return with_national(rebuilt.set_axis(ends).rename_axis("year_ending"))


@functools.cache
def _incidents() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Incidents in years to June by force, and whether each was counted by month.

    A counted year is taken where the year before or after is counted too, or where no estimate
    stands beside it, so that as few changes as can be mix a count with an estimate.
    """
    exact, rebuilt = counted_in_12_months(), half_year_incidents()[FORCES]
    exact = exact[exact.index.month == 6]
    ends = exact.index.union(rebuilt.index)
    ends = pd.date_range(ends[0], ends[-1], freq="YE-JUN", name="year_ending")
    exact, rebuilt = exact.reindex(ends), rebuilt.reindex(ends)
    paired = exact.shift(1).notna() | exact.shift(-1).notna()
    alone = rebuilt.isna() & rebuilt.shift(1).isna() & rebuilt.shift(-1).isna()
    taken = exact.where(paired | alone)
    whole = taken.combine_first(rebuilt).dropna()
    return whole, taken.notna().loc[whole.index]


@functools.cache
def incidents() -> pd.DataFrame:
    """Anti-social behaviour incidents in years to June: counted where the months are known.

    Else `half_year_incidents`. A row a year that all 43 forces have, a column an area.
    """
    return with_national(_incidents()[0])


def is_counted(*year_endings: pd.Timestamp) -> pd.Series:
    """Whether the incidents of all these years are counted by month: by area, the nation if all."""
    exact = _incidents()[1].reindex(list(year_endings), fill_value=False).all()
    return pd.concat([exact, pd.Series({areas.ENGLAND_AND_WALES: exact.all()})])


@functools.cache
def incident_files(*year_endings: pd.Timestamp) -> tuple[str, ...]:
    """The tables that `incidents` reads for these years, of those that it could read."""
    found, street = set(), _months("incidents_street")
    for end in year_endings:
        counted = is_counted(end)[FORCES]
        by_street = street.reindex(pd.date_range(end=end, periods=12, freq="ME")).notna()
        by_street = by_street.loc[:, counted]
        found |= {"incidents_street"} if by_street.any(axis=None) else set()
        found |= {"incidents_metropolitan"} if not by_street.all(axis=None) else set()
        if not counted.all():
            missing = {end.year - 1, end.year} - set(_published_years().index)
            found |= {"incidents_calendar_year"} if len(missing) < 2 else set()
            found |= {"incidents_street"} if missing else set()
            found |= set(first_half_shares().loc[~counted, "file"])
    return tuple(name for name in data.FILES if name in found)


def metropolitan_incidents() -> pd.Series:
    """The Metropolitan Police's exact incidents in rolling years, from its monthly file."""
    own = _months("incidents_metropolitan")["Metropolitan Police"]
    return own.rolling(12).sum().dropna().rename_axis("year_ending").rename("incidents")


@dataclass(frozen=True)
class HalfYearError:
    """How far `half_year_incidents` is off where that can be tested.

    count: the largest error of a count, in per cent of it, count_sd: their root mean square;
    change, change_sd: the same of a yearly change, in percentage points; tests: how many yearly
    changes there were to test it by.
    """

    count: float
    count_sd: float
    change: float
    change_sd: float
    tests: int


@functools.cache
def half_year_error() -> HalfYearError:
    """The half-year method against the months of the one force that publishes them all.

    Three tests on one force, the Metropolitan Police: little to know an error by, and nothing
    shows that another force's year is split as evenly or as unevenly.
    """
    rebuilt = half_year_incidents()["Metropolitan Police"].asfreq("YE-JUN")
    exact = metropolitan_incidents().reindex(rebuilt.index)
    moved, truly = (percentage_change(years, years.shift(1)) for years in (rebuilt, exact))
    errors = percentage_change(rebuilt, exact).dropna(), (moved - truly).dropna()
    sizes = ((float(e.abs().max()), float((e**2).mean() ** 0.5)) for e in errors)
    (count, count_sd), (change, change_sd) = sizes
    return HalfYearError(count, count_sd, change, change_sd, tests=len(errors[1]))

"""Values of the measures: counts over denominators, for all 44 areas in any year ending covered."""

from __future__ import annotations

import functools

import pandas as pd

from helpers import areas, data
from helpers.measures import counts
from helpers.measures.arithmetic import per_100, per_1000, percentage_change
from helpers.measures.catalogue import TABLES, VINTAGES, Measure, find, release_name

# name -> (one population for the whole comparison?, release); 'report' is the report's own rule
POPULATION_RULES = {
    "report": (True, "original"),
    "each year's own": (False, "original"),
    "revised": (True, "revised"),
    "each year's own, revised": (False, "revised"),
}
FIRST_YEAR = pd.Timestamp("2010-09-30")  # with people for the year before too


def counted(
    measure: str, vintage: str = VINTAGES[0], include: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The counts behind a measure: a row a year ending, a column an area.

    `include` as in `counts.offences`. A year for which a force's count is missing has no row, since
    the nation and every place need all. ValueError: a vintage without the measure.
    """
    chosen = find(measure)
    if vintage not in chosen.vintages:
        where = " and ".join(map(release_name, chosen.vintages))
        raise ValueError(f"{measure} is not in {release_name(vintage)}, only in {where}")
    if chosen.counted == "incidents":
        return counts.incidents().copy()
    if chosen.counted == "outcomes":
        return counts.outcomes(chosen.groups).dropna()
    return counts.offences(chosen.groups, vintage, include).copy()


@functools.cache
def last_year() -> pd.Timestamp:
    """The last year ending that the latest recorded crime and the population estimates reach."""
    people = data.load("population_revised")["mid_year"].max()
    crime = data.load(TABLES[VINTAGES[-1]])["quarter_ending"].max()
    return min(crime, pd.Timestamp(people + 1, 6, 30))


def year_ending(text: str) -> pd.Timestamp:
    """A year's last day from text. ValueError: no date, no quarter's end, or outside the data."""
    try:
        day = pd.Timestamp(text)
    except ValueError:
        day = pd.NaT
    if pd.isna(day) or not day.is_quarter_end or not FIRST_YEAR <= day <= last_year():
        raise ValueError(
            f"year ending {text!r}: expected the last day of a quarter from "
            f"{FIRST_YEAR:%Y-%m-%d} to {last_year():%Y-%m-%d}, such as '2015-06-30'"
        )
    return day


def covers(measure: str, year: pd.Timestamp, vintage: str | None = None) -> bool:
    """Whether a release (any that has the measure, by default) has it for that year."""
    vintages = [each for each in find(measure).vintages if vintage in (None, each)]
    return any(pd.Timestamp(year) in counted(measure, each).index for each in vintages)


@functools.cache
def default_vintage(measure: str, year_ending: str | pd.Timestamp) -> str:
    """The earliest release that has the measure for that year: the nearest to the report's."""
    vintages = find(measure).vintages
    return next((each for each in vintages if covers(measure, year_ending, each)), vintages[-1])


def mid_year_before(period_end: pd.Timestamp) -> int:
    """The year of the last 30 June before the period's end: 2014 for the year to 30 June 2015."""
    return period_end.year if (period_end.month, period_end.day) > (6, 30) else period_end.year - 1


def population_table(mid_year: int, release: str = "original") -> str:
    """The table with the people of a mid-year: the revised one where the original ends before."""
    last = data.load("population_original")["mid_year"].max()
    return f"population_{release if mid_year <= last else 'revised'}"


@functools.cache
def population(mid_year: int, release: str = "original") -> tuple[pd.Series, str]:
    """People by area in one mid-year, and the release they come from ('mid-2015 release').

    After the last year of the original release the revised one stands in. ValueError: a year
    without estimates.
    """
    table = data.load(population_table(mid_year, release))
    table = table[table["mid_year"] == mid_year]
    if table.empty:
        reach = data.load("population_revised")["mid_year"]
        raise ValueError(
            f"there is no population estimate for mid-{mid_year}: "
            f"they run from mid-{reach.min()} to mid-{reach.max()}"
        )
    people = counts.with_national(table.set_index("force")[["population"]].T).loc["population"]
    return people, table["release"].iloc[0]


def population_rule_of(rule: str) -> tuple[bool, str]:
    """Whether a rule takes one population for a whole comparison, and its release. ValueError."""
    if rule not in POPULATION_RULES:
        known = ", ".join(POPULATION_RULES)
        raise ValueError(f"unknown population rule {rule!r}: there are {known}")
    return POPULATION_RULES[rule]


def _denominator(
    measure: Measure, year: pd.Timestamp, end: pd.Timestamp, rule: str
) -> tuple[pd.Series, str]:
    if measure.denominator == "households":
        households = data.load("households_2011").set_index("force")[["households"]].T
        return counts.with_national(households).loc["households"], "Census 2011"
    if measure.denominator == "offences":
        return counts.offences().loc[year], f"offences in the year to {year:%B %Y}"
    one_for_all, release = population_rule_of(rule)
    mid_year = mid_year_before(end if one_for_all else year)
    people, origin = population(mid_year, release)
    return people, f"mid-{mid_year}, ONS {origin}"


def lacking(measure: str, vintage: str | None = None) -> str:
    """The forces without a published count in a release of a measure, and to when; '' for none."""
    chosen = find(measure)
    if chosen.counted == "incidents":
        return ""
    types = chosen.groups if chosen.counted == "outcomes" else ()
    rows = counts.lacking(TABLES[vintage or chosen.vintages[0]], types)
    ends = rows["period"].dt.strftime("%B %Y").groupby(rows["force"]).agg(", ".join)
    return "; ".join(f"{force}, to {days}" for force, days in ends.items())


def _counts_of(
    measure: str, years: list[pd.Timestamp], vintage: str | None, include: tuple[str, ...]
) -> pd.DataFrame:
    """Whole counts of a measure, a row a year. ValueError: a year that the release lacks."""
    vintage = vintage or default_vintage(measure, max(years))
    found = counted(measure, vintage, include)
    for year in years:
        if year not in found.index:
            gaps = lacking(measure, vintage)
            raise ValueError(
                f"{release_name(vintage)} has no {find(measure).label} for the year ending "
                f"{year:%Y-%m-%d}: it covers quarter ends from {found.index[0]:%Y-%m-%d} to "
                f"{found.index[-1]:%Y-%m-%d}"
                + (f" (no count is published for {gaps})" if gaps else "")
            )
    return found.loc[years].round().astype("int64")


def rates(
    measure: str,
    year_endings: list,
    *,
    vintage: str | None = None,
    population_rule: str = "report",
    comparison_end: str | pd.Timestamp | None = None,
    include: tuple[str, ...] = (),
) -> pd.DataFrame:
    """A measure's counts, denominators and rates: a row an area and year ending, all 44 areas.

    Columns: area, year_ending, offences (or outcomes, or incidents), denominator, denominator_from,
    rate (in the measure's unit). By the report's rule all years are divided by one population, the
    last before `comparison_end` (the latest of the years by default). ValueError: a year that the
    release does not cover, an unknown rule or measure.
    """
    chosen, years = find(measure), [pd.Timestamp(year) for year in year_endings]
    end = pd.Timestamp(comparison_end) if comparison_end is not None else max(years)
    found = _counts_of(measure, years, vintage, include)
    scale = per_100 if chosen.denominator == "offences" else per_1000
    tables = []
    for year in years:
        divisor, origin = _denominator(chosen, year, end, population_rule)
        columns = {
            "area": found.columns,
            "year_ending": year,
            chosen.counted: found.loc[year].to_numpy(),
            "denominator": divisor[found.columns].to_numpy().astype("int64"),
            "denominator_from": origin,
        }
        tables.append(pd.DataFrame(columns))
    table = pd.concat(tables, ignore_index=True)
    return table.assign(rate=scale(table[chosen.counted], table["denominator"]))


def divides_out(measure: Measure, population_rule: str) -> bool:
    """Whether a change has one denominator for both years, so that it rests on counts alone."""
    one_for_all, _ = population_rule_of(population_rule)
    return bool(measure.years) and (measure.denominator == "households" or one_for_all)


def values(measure: str, year_ending: str | pd.Timestamp, **choices) -> pd.Series:
    """A measure (rate, number or change) for all 44 areas in one year; choices as for `rates`."""
    return _values(measure, pd.Timestamp(year_ending), tuple(sorted(choices.items()))).copy()


@functools.cache
def _values(measure: str, end: pd.Timestamp, chosen_by: tuple) -> pd.Series:
    chosen, choices = find(measure), dict(chosen_by)
    years = [end - pd.DateOffset(years=chosen.years), end] if chosen.years else [end]
    if not chosen.denominator or divides_out(chosen, choices.get("population_rule", "report")):
        found = _counts_of(measure, years, choices.get("vintage"), choices.get("include", ()))
        found = found.rename_axis(columns="area")
    else:
        table = rates(measure, years, **choices)
        found = table.pivot(index="year_ending", columns="area", values="rate")[list(areas.AREAS)]
    if chosen.years:
        return percentage_change(found.loc[end], found.loc[years[0]]).rename(measure)
    return found.loc[end].rename(measure)


def value(measure: str, area: str, year_ending: str | pd.Timestamp, **choices) -> float:
    """A measure for one area in one year ending. ValueError: an unknown area, measure or year."""
    return float(values(measure, year_ending, **choices)[areas.harmonise(area)])


def rank(column: pd.Series, force: str) -> int:
    """A force's place among the 43, 1 = the lowest value; equal values share the better place."""
    return int(column[list(areas.FORCES)].rank(method="min")[force])

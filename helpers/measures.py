"""Every measure of the collection: what is counted, what it is divided by, in which unit, from which source.

Notebooks, the comparison with the report and other forces all ask this module. England and Wales is always the
sum of the 43 forces, divided by the sum of their denominators; British Transport Police and fraud are left out.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from helpers import data, names

ASSAULT = "Assault with injury"  # a part of violence with injury, which the later release keeps apart
VICTIM_BASED = (
    "Homicide", "Violence with injury", "Violence without injury", "Stalking and harassment", "Sexual offences",
    "Robbery", "Domestic burglary", "Residential burglary", "Non-domestic burglary", "Non-residential burglary",
    "Vehicle offences", "Theft from the person", "Bicycle theft", "Shoplifting", "All other theft offences",
    "Criminal damage and arson", ASSAULT,
)

VINTAGES = {
    "2018": "Home Office, recorded crime at police force area level, release to December 2018",
    "2023": "Home Office, police recorded crime open data, release of 19 October 2023",
}
# name -> (one population for the whole comparison?, release); 'report' is the report's own rule.
POPULATION_RULES = {
    "report": (True, "original"),
    "each year's own": (False, "original"),
    "revised": (True, "revised"),
    "each year's own, revised": (False, "revised"),
}


@dataclass(frozen=True)
class Measure:
    """One statistic. `groups` are summed (empty: every core group); `years` > 0 makes it a change over so many years."""

    name: str
    label: str
    unit: str
    formula: str
    source: str
    groups: tuple[str, ...] = ()
    denominator: str = "population"
    vintages: tuple[str, ...] = ("2018", "2023")
    years: int = 0
    note: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The tables of data/ behind it, as `data.sources` takes them."""
        crime = tuple(f"recorded_crime_{vintage}" for vintage in self.vintages)
        return crime + (("households_2011",) if self.denominator == "households" else ("population_original",))


def _family(name: str, label: str, what: str, unit: str = "per 1,000 population", **about) -> dict[str, Measure]:
    """A rate and its percentage changes over one year and over five."""
    source = "Home Office recorded crime; ONS " + ("households, Census 2011" if "households" in unit else "mid-year population")
    rate = Measure(f"{name}_rate", f"{label} rate", unit, f"1,000 x {what} in the 12 months / {unit.split()[-1]}", source, **about)
    return {rate.name: rate} | {
        f"{name}_change_{n}y": Measure(
            f"{name}_change_{n}y", f"change in {label} over {words}", "per cent",
            f"100 x ({what} in the 12 months / {what} in the 12 months {words} before - 1)", "Home Office recorded crime",
            years=n, **about)
        for n, words in ((1, "one year"), (5, "five years"))}


MEASURES: dict[str, Measure] = {
    **_family("recorded_crime", "recorded crime", "offences excluding fraud"),
    **_family("victim_based_crime", "victim-based crime", "offences with a direct victim", groups=VICTIM_BASED),
    **_family("sexual_offences", "sexual offences", "sexual offences", groups=("Sexual offences",)),
    **_family("assault_with_injury", "assault with injury", "offences of code 8N", groups=(ASSAULT,), vintages=("2023",)),
    **_family("domestic_burglary", "domestic burglary", "burglaries in a dwelling", unit="per 1,000 households",
              groups=("Domestic burglary", "Residential burglary"), denominator="households",
              note="From April 2017 residential burglary, which also counts sheds and garages: not comparable across that date."),
}


def find(name: str) -> Measure:
    """The measure of that name; ValueError naming those there are."""
    if name not in MEASURES:
        raise ValueError(f"unknown measure {name!r}: there are {', '.join(MEASURES)}")
    return MEASURES[name]


def per_1000(count, denominator):
    """Rate per 1,000 = 1,000 x count / denominator. The one place where the 1,000 stands."""
    return 1_000 * count / denominator


def percentage_change(new, old):
    """100 x (new / old - 1), in per cent."""
    return 100 * (new / old - 1)


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
def _offences(measure: str, vintage: str, include: tuple[str, ...]) -> pd.DataFrame:
    chosen = find(measure)
    rows = _rolling_years(vintage)
    wanted = {"core", "transport police"} | ({"fraud"} & set(include))
    rows = rows[rows.index.get_level_values("scope").isin(wanted)]
    if chosen.groups:
        rows = rows[rows.index.get_level_values("offence_group").isin(chosen.groups)]
    years = rows.groupby(level="year_ending").sum()
    table = with_national(years)
    if "transport police" in include:
        table[names.ENGLAND_AND_WALES] += years[names.TRANSPORT_POLICE]
    return table


def offences(measure: str, vintage: str = "2018", include: tuple[str, ...] = ()) -> pd.DataFrame:
    """Offences in 12 months: a row a year ending, a column an area.

    `include` adds what is left out by default: "fraud" (the forces' own fraud offences) or "transport police" (to
    England and Wales alone). ValueError: a vintage without the measure.
    """
    chosen = find(measure)
    if vintage not in chosen.vintages:
        raise ValueError(f"{measure} is not in the {vintage} release, only in that of {' and '.join(chosen.vintages)}")
    return _offences(measure, vintage, include).copy()


FIRST_YEAR, LAST_YEAR = pd.Timestamp("2010-09-30"), pd.Timestamp("2023-06-30")  # with people for the year before too


def year_ending(text: str) -> pd.Timestamp:
    """A year's last day from text. ValueError: no date, no quarter's end, or outside what the data covers."""
    try:
        day = pd.Timestamp(text)
    except ValueError:
        day = pd.NaT
    if pd.isna(day) or not day.is_quarter_end or not FIRST_YEAR <= day <= LAST_YEAR:
        raise ValueError(f"year ending {text!r}: expected the last day of a quarter from {FIRST_YEAR:%Y-%m-%d} to "
                         f"{LAST_YEAR:%Y-%m-%d}, such as '2015-06-30'")
    return day


def covers(measure: str, year: pd.Timestamp, vintage: str | None = None) -> bool:
    """Whether a release (any that has the measure, by default) has it for that year."""
    vintages = [vintage] if vintage else find(measure).vintages
    return any(year in offences(measure, v).index for v in vintages)


def default_vintage(measure: str, year_ending: str | pd.Timestamp) -> str:
    """The earliest release that has the measure for that year, since it is the nearest to the report's."""
    for vintage in find(measure).vintages:
        if pd.Timestamp(year_ending) in offences(measure, vintage).index:
            return vintage
    return find(measure).vintages[-1]


def mid_year_before(period_end: pd.Timestamp) -> int:
    """The year of the last mid-year estimate (30 June) before the period's end: 2014 for the year to 30 June 2015."""
    return period_end.year if (period_end.month, period_end.day) > (6, 30) else period_end.year - 1


@functools.cache
def population(mid_year: int, release: str = "original") -> tuple[pd.Series, str]:
    """People by area in one mid-year, and the release they come from.

    The original release ends at mid-2015; a later year comes from the revised one. ValueError: before mid-2009 or after mid-2022.
    """
    release = release if mid_year <= 2015 else "revised"
    table = data.load(f"population_{release}")
    table = table[table["mid_year"] == mid_year]
    if table.empty:
        raise ValueError(f"there is no population estimate for mid-{mid_year}: they run from mid-2009 to mid-2022")
    people = with_national(table.set_index("force")[["population"]].T).loc["population"]
    return people, table["release"].iloc[0]


def _denominator(measure: Measure, year: pd.Timestamp, end: pd.Timestamp, rule: str) -> tuple[pd.Series, str]:
    if measure.denominator == "households":
        households = data.load("households_2011").set_index("force")[["households"]].T
        return with_national(households).loc["households"], "Census 2011"
    if rule not in POPULATION_RULES:
        raise ValueError(f"unknown population rule {rule!r}: there are {', '.join(POPULATION_RULES)}")
    one_for_all, release = POPULATION_RULES[rule]
    mid_year = mid_year_before(end if one_for_all else year)
    people, origin = population(mid_year, release)
    return people, f"mid-{mid_year}, ONS {origin}"


def rates(measure: str, year_endings: list, *, vintage: str | None = None, population_rule: str = "report",
          comparison_end: str | pd.Timestamp | None = None, include: tuple[str, ...] = ()) -> pd.DataFrame:
    """A measure's offences, denominators and rates: a row an area and year ending, all 44 areas.

    Columns: area, year_ending, offences, denominator, denominator_from, rate (per 1,000). By the report's rule all
    years are divided by one population, the last before `comparison_end` (the latest of the years by default).
    ValueError: a year that the release does not cover, an unknown rule or measure.
    """
    chosen = find(measure)
    years = [pd.Timestamp(year) for year in year_endings]
    end = pd.Timestamp(comparison_end) if comparison_end is not None else max(years)
    vintage = vintage or default_vintage(measure, max(years))
    counts = offences(measure, vintage, include)
    tables = []
    for year in years:
        if year not in counts.index:
            raise ValueError(f"the {vintage} release has no {chosen.label} for the year ending {year:%Y-%m-%d}: it covers quarter "
                             f"ends from {counts.index[0]:%Y-%m-%d} to {counts.index[-1]:%Y-%m-%d}")
        divisor, origin = _denominator(chosen, year, end, population_rule)
        tables.append(pd.DataFrame({
            "area": counts.columns, "year_ending": year, "offences": counts.loc[year].to_numpy().astype("int64"),
            "denominator": divisor[counts.columns].to_numpy().astype("int64"), "denominator_from": origin,
        }))
    table = pd.concat(tables, ignore_index=True)
    return table.assign(rate=per_1000(table["offences"], table["denominator"]))


def values(measure: str, year_ending: str | pd.Timestamp, **choices) -> pd.Series:
    """A measure for all 44 areas in one year ending, rate or change; `choices` as for `rates`."""
    chosen, end = find(measure), pd.Timestamp(year_ending)
    if not chosen.years:
        return rates(measure, [end], **choices).set_index("area")["rate"]
    before = end - pd.DateOffset(years=chosen.years)
    table = rates(measure, [before, end], **choices).pivot(index="area", columns="year_ending", values="rate")
    return percentage_change(table[end], table[before])


def value(measure: str, area: str, year_ending: str | pd.Timestamp, **choices) -> float:
    """A measure for one area in one year ending. ValueError: an unknown area or measure, a year not covered."""
    return float(values(measure, year_ending, **choices)[names.harmonise(area)])


def rank(column: pd.Series, force: str) -> int:
    """The place of a force among the 43, 1 = the lowest value; equal values share the better place."""
    return int(column[list(names.FORCES)].rank(method="min")[force])

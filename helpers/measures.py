"""Every measure of the collection: what is counted, what it is divided by, in which unit, from which source.

Notebooks, the comparison with the report and other forces all ask this module. England and Wales is always the
sum of the 43 forces, divided by the sum of their denominators; British Transport Police and fraud are left out.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from helpers import counts, data, names

VICTIM_BASED = (
    "Homicide", "Violence with injury", "Violence without injury", "Stalking and harassment", "Sexual offences",
    "Robbery", "Domestic burglary", "Residential burglary", "Non-domestic burglary", "Non-residential burglary",
    "Vehicle offences", "Theft from the person", "Bicycle theft", "Shoplifting", "All other theft offences",
    "Criminal damage and arson", names.ASSAULT,
)

TABLES = {vintage: f"recorded_crime_{vintage}" for vintage in counts.VINTAGES} | {"2024": "outcomes_2015", "police.uk": "incidents_street"}
# name -> (one population for the whole comparison?, release); 'report' is the report's own rule.
POPULATION_RULES = {
    "report": (True, "original"),
    "each year's own": (False, "original"),
    "revised": (True, "revised"),
    "each year's own, revised": (False, "revised"),
}


@dataclass(frozen=True)
class Measure:
    """One statistic: what is `counted` (offences, outcomes or incidents; `groups` of them, or all) and what it is divided by.

    denominator: 'population', 'households', 'offences', or '' for the count itself; `years` > 0: a change over so many years.
    """

    name: str
    label: str
    unit: str
    formula: str
    source: str
    counted: str = "offences"
    groups: tuple[str, ...] = ()
    denominator: str = "population"
    vintages: tuple[str, ...] = ("2018", "2023")
    years: int = 0
    note: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The tables of data/ behind it, as `data.sources` takes them."""
        crime = tuple(f"recorded_crime_{vintage}" for vintage in self.vintages if vintage in counts.VINTAGES)
        counted = {"outcomes": ("outcomes_2015",),
                   "incidents": ("incidents_calendar_year", "incidents_month_2014", "incidents_metropolitan", "incidents_street")}.get(self.counted, crime)
        return counted + {"households": ("households_2011",), "offences": ("recorded_crime_2018",), "": ()}.get(
            self.denominator, ("population_original",))


def _family(name: str, label: str, what: str, unit: str = "per 1,000 population", **about) -> dict[str, Measure]:
    """A rate and its percentage changes over one year and over five."""
    counted = "data.police.uk incidents" if about.get("counted") == "incidents" else "Home Office recorded crime"
    source = f"{counted}; ONS " + ("households, Census 2011" if "households" in unit else "mid-year population")
    rate = Measure(f"{name}_rate", f"{label} rate", unit, f"1,000 x {what} in the 12 months / {unit.split()[-1]}", source, **about)
    total = Measure(f"{name}_count", f"{label}, number", "number", f"{what} in the 12 months", counted, **about | {"denominator": ""})
    return {rate.name: rate, total.name: total} | {
        f"{name}_change_{n}y": Measure(
            f"{name}_change_{n}y", f"change in {label} over {words}", "per cent",
            f"100 x ({what} in the 12 months / {what} in the 12 months {words} before - 1)", counted,
            years=n, **about)
        for n, words in ((1, "one year"), (5, "five years"))}


def _outcome(name: str, label: str, *types: str) -> dict[str, Measure]:
    """An outcome's number, and its rate per 100 offences recorded in the same 12 months (HMIC's footnote 8)."""
    about = {"counted": "outcomes", "groups": types, "vintages": ("2024",)}
    source = "Home Office outcomes open data; Home Office recorded crime"
    return {
        f"{name}_rate": Measure(f"{name}_rate", f"{label}, rate", "per 100 offences",
                                f"100 x {label} in the 12 months / offences excluding fraud recorded in them", source, denominator="offences", **about),
        f"{name}_count": Measure(f"{name}_count", f"{label}, number", "number", f"{label} in the 12 months", source.split(";")[0],
                                 denominator="", **about)}


MEASURES: dict[str, Measure] = {
    **_family("recorded_crime", "recorded crime", "offences excluding fraud"),
    **_family("victim_based_crime", "victim-based crime", "offences with a direct victim", groups=VICTIM_BASED),
    **_family("sexual_offences", "sexual offences", "sexual offences", groups=("Sexual offences",)),
    **_family("assault_with_injury", "assault with injury", "offences of code 8N", groups=(names.ASSAULT,), vintages=("2023",)),
    **_family("domestic_burglary", "domestic burglary", "burglaries in a dwelling", unit="per 1,000 households",
              groups=("Domestic burglary", "Residential burglary"), denominator="households",
              note="From April 2017 residential burglary, which also counts sheds and garages: not comparable across that date."),
    **_family("anti_social_behaviour", "anti-social behaviour", "incidents", counted="incidents", vintages=("police.uk",),
              note="Counted by month where the archive was ingested, else rebuilt from calendar years: an estimate."),
    **_outcome("charged", "charged or summonsed", "charged or summonsed"),
    **_outcome("out_of_court_formal", "out-of-court (formal)", "caution, youth", "caution, adult", "penalty notice for disorder"),
    **_outcome("caution_youth", "cautions of youths", "caution, youth"),
    **_outcome("caution_adult", "cautions of adults", "caution, adult"),
    **_outcome("penalty_notice", "penalty notices for disorder", "penalty notice for disorder"),
    **_outcome("out_of_court_informal", "out-of-court (informal)", "cannabis or khat warning", "community resolution"),
    **_outcome("cannabis_khat", "cannabis or khat warnings", "cannabis or khat warning"),
    **_outcome("community_resolution", "community resolutions", "community resolution"),
}


def find(name: str) -> Measure:
    """The measure of that name; ValueError naming those there are."""
    if name not in MEASURES:
        raise ValueError(f"unknown measure {name!r}: there are {', '.join(MEASURES)}")
    return MEASURES[name]


def per_1000(count, denominator):
    """Rate per 1,000 = 1,000 x count / denominator. The one place where the 1,000 stands."""
    return 1_000 * count / denominator


def per_100(count, denominator):
    """Rate per 100, a percentage when the one is part of the other = 100 x count / denominator."""
    return 100 * count / denominator


def percentage_change(new, old):
    """100 x (new / old - 1), in per cent."""
    return 100 * (new / old - 1)


def counted(measure: str, vintage: str = "2018", include: tuple[str, ...] = ()) -> pd.DataFrame:
    """The counts behind a measure: a row a year ending, a column an area. `include` as in `counts.offences`.

    ValueError: a vintage without the measure.
    """
    chosen = find(measure)
    if vintage not in chosen.vintages:
        raise ValueError(f"{measure} is not in the {vintage} release, only in that of {' and '.join(chosen.vintages)}")
    if chosen.counted == "incidents":
        return counts.incidents().copy()
    if chosen.counted == "outcomes":
        return counts.outcomes(chosen.groups).copy()
    return counts.offences(chosen.groups, vintage, include).copy()


def release(vintage: str) -> str:
    """Publisher, title and release of a vintage as the register has them, for the foot of a chart."""
    if vintage == "police.uk":
        return "data.police.uk, street-level archive"
    entry = data.register().loc[data.FILES[TABLES[vintage]]]
    return f"{entry['publisher']}, {entry['title']} – {entry['release']}"


FIRST_YEAR = pd.Timestamp("2010-09-30")  # with people for the year before too


@functools.cache
def last_year() -> pd.Timestamp:
    """The last year ending that both the later release of recorded crime and the population estimates reach."""
    people = data.load("population_revised")["mid_year"].max()
    return min(data.load("recorded_crime_2023")["quarter_ending"].max(), pd.Timestamp(people + 1, 6, 30))


def year_ending(text: str) -> pd.Timestamp:
    """A year's last day from text. ValueError: no date, no quarter's end, or outside what the data covers."""
    try:
        day = pd.Timestamp(text)
    except ValueError:
        day = pd.NaT
    if pd.isna(day) or not day.is_quarter_end or not FIRST_YEAR <= day <= last_year():
        raise ValueError(f"year ending {text!r}: expected the last day of a quarter from {FIRST_YEAR:%Y-%m-%d} to "
                         f"{last_year():%Y-%m-%d}, such as '2015-06-30'")
    return day


def covers(measure: str, year: pd.Timestamp, vintage: str | None = None) -> bool:
    """Whether a release (any that has the measure, by default) has it for that year."""
    return any(year in counted(measure, v).index for v in find(measure).vintages if vintage in (None, v))


def default_vintage(measure: str, year_ending: str | pd.Timestamp) -> str:
    """The earliest release that has the measure for that year, since it is the nearest to the report's."""
    for vintage in find(measure).vintages:
        if pd.Timestamp(year_ending) in counted(measure, vintage).index:
            return vintage
    return find(measure).vintages[-1]


def mid_year_before(period_end: pd.Timestamp) -> int:
    """The year of the last mid-year estimate (30 June) before the period's end: 2014 for the year to 30 June 2015."""
    return period_end.year if (period_end.month, period_end.day) > (6, 30) else period_end.year - 1


@functools.cache
def population(mid_year: int, release: str = "original") -> tuple[pd.Series, str]:
    """People by area in one mid-year, and the release they come from.

    The original release ends at mid-2015; a later year comes from the revised one. ValueError: a year without estimates.
    """
    release = release if mid_year <= 2015 else "revised"
    table = data.load(f"population_{release}")
    table = table[table["mid_year"] == mid_year]
    if table.empty:
        reach = data.load("population_revised")["mid_year"]
        raise ValueError(f"there is no population estimate for mid-{mid_year}: they run from mid-{reach.min()} to mid-{reach.max()}")
    people = counts.with_national(table.set_index("force")[["population"]].T).loc["population"]
    return people, table["release"].iloc[0]


def _denominator(measure: Measure, year: pd.Timestamp, end: pd.Timestamp, rule: str) -> tuple[pd.Series, str]:
    if measure.denominator == "households":
        households = data.load("households_2011").set_index("force")[["households"]].T
        return counts.with_national(households).loc["households"], "Census 2011"
    if measure.denominator == "offences":
        return counts.offences().loc[year], f"offences in the year to {year:%B %Y}"
    if rule not in POPULATION_RULES:
        raise ValueError(f"unknown population rule {rule!r}: there are {', '.join(POPULATION_RULES)}")
    one_for_all, release = POPULATION_RULES[rule]
    mid_year = mid_year_before(end if one_for_all else year)
    people, origin = population(mid_year, release)
    return people, f"mid-{mid_year}, ONS {origin}"


def rates(measure: str, year_endings: list, *, vintage: str | None = None, population_rule: str = "report",
          comparison_end: str | pd.Timestamp | None = None, include: tuple[str, ...] = ()) -> pd.DataFrame:
    """A measure's counts, denominators and rates: a row an area and year ending, all 44 areas.

    Columns: area, year_ending, offences (or outcomes, or incidents), denominator, denominator_from, rate (in the measure's unit). By the report's rule all
    years are divided by one population, the last before `comparison_end` (the latest of the years by default).
    ValueError: a year that the release does not cover, an unknown rule or measure.
    """
    chosen = find(measure)
    years = [pd.Timestamp(year) for year in year_endings]
    end = pd.Timestamp(comparison_end) if comparison_end is not None else max(years)
    vintage = vintage or default_vintage(measure, max(years))
    found = counted(measure, vintage, include)
    scale = per_100 if chosen.denominator == "offences" else per_1000
    tables = []
    for year in years:
        if year not in found.index:
            raise ValueError(f"the {vintage} release has no {chosen.label} for the year ending {year:%Y-%m-%d}: it covers quarter "
                             f"ends from {found.index[0]:%Y-%m-%d} to {found.index[-1]:%Y-%m-%d}")
        divisor, origin = _denominator(chosen, year, end, population_rule)
        tables.append(pd.DataFrame({
            "area": found.columns, "year_ending": year, chosen.counted: found.loc[year].round().to_numpy().astype("int64"),
            "denominator": divisor[found.columns].to_numpy().astype("int64"), "denominator_from": origin,
        }))
    table = pd.concat(tables, ignore_index=True)
    return table.assign(rate=scale(table[chosen.counted], table["denominator"]))


def values(measure: str, year_ending: str | pd.Timestamp, **choices) -> pd.Series:
    """A measure for all 44 areas in one year ending, rate, number or change; `choices` as for `rates`."""
    return _values(measure, pd.Timestamp(year_ending), tuple(sorted(choices.items()))).copy()


@functools.cache
def _values(measure: str, end: pd.Timestamp, chosen_by: tuple) -> pd.Series:
    chosen, choices = find(measure), dict(chosen_by)
    if not chosen.denominator and not chosen.years:
        return rates(measure, [end], **choices).set_index("area")[chosen.counted]
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

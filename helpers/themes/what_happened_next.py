"""Notebook 08: what recorded crime and its outcomes did after the year of a report."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from helpers import areas, measures, ranks, report
from helpers.data.schemas import NATION
from helpers.measures import kinds, later
from helpers.measures.catalogue import TABLES
from helpers.measures.rates import FIRST_YEAR
from helpers.prose import day, dp2, month, place_within, signed
from helpers.themes import other_year

EW, YEAR = areas.ENGLAND_AND_WALES, pd.DateOffset(years=1)
RATE, POPULATION = "recorded_crime_rate", "each year's own, revised"
CRIME = (*(TABLES[vintage] for vintage in measures.VINTAGES), "population_revised")
RELEASES = [measures.release_name(vintage) for vintage in measures.VINTAGES]
TURNED = 1.0  # per cent of its peak, or of its lowest, by which a rate has turned from there
CLAIMS = ()  # the report makes none about the years after it


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year asked for where a year of data follows it, else the last that has one."""
    return min(end, measures.last_year() - YEAR)


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    shown, parts = year_shown(force, end), []
    if shown != end:
        parts.append(
            f"**This page shows what came after the year to {day(shown)}**: the data ends with the "
            f"year to {day(measures.last_year())}."
        )
    parts.append(other_year(force, shown, shown))
    if (last := following(shown)[-1][1]) < measures.last_year():
        parts.append(
            f"No release has both that year and years after {month(last)}: changes end there."
        )
    if force not in later.areas_with_outcomes(force):
        parts.append(f"Outcomes after mid-2015 are here for {NATION} only.")
    return " ".join(filter(None, parts))


def following(end: pd.Timestamp) -> list[tuple[str, pd.Timestamp]]:
    """The releases that have a year and later ones, each with its last year: never none."""
    found = {vintage: measures.counted(RATE, vintage).index for vintage in measures.VINTAGES}
    return [(v, years[-1]) for v, years in found.items() if end in years and years[-1] > end]


@functools.cache
def _rates(vintage: str) -> pd.DataFrame:
    years = [y for y in measures.counted(RATE, vintage).index if y >= FIRST_YEAR - YEAR]
    return measures.rates(RATE, years, vintage=vintage, population_rule=POPULATION)


def series(force: str) -> pd.DataFrame:
    """Rolling years of the force and of England and Wales in every release, per 1,000 people of
    each year's own mid-year estimate: release, area, year_ending, offences, denominator, rate.
    """
    tables = dict(zip(RELEASES, map(_rates, measures.VINTAGES), strict=True))
    table = pd.concat(tables, names=["release"]).reset_index("release")
    return table[table["area"].isin([force, EW])].reset_index(drop=True)


@dataclass(frozen=True)
class Course:
    """Recorded crime per 1,000 from a year (`start`) to a release's last, `last` (`stop`).

    change, national: of the rate and of that of England and Wales, per cent; number: of the number
    of crimes; before: of the number in the year up to the start; peak, lowest (with their rates):
    the highest and the lowest year after the start.
    """

    release: str
    last: pd.Timestamp
    start: float
    stop: float
    change: float
    national: float
    number: float
    before: float
    peak: pd.Timestamp
    peak_rate: float
    lowest: pd.Timestamp
    lowest_rate: float

    @property
    def verdict(self) -> str:
        """'the rise went on', 'the fall did not go on': the directions before and after; 'the rise
        went on to June 2022, then turned' where the rate ends below its peak, or a fall's above its
        lowest; 'the number rose, the rate fell' where people moved more than crimes.
        """
        was, number, rate = (
            "rise" if x > 0 else "fall" if x < 0 else "standstill"
            for x in (round(x, 1) for x in (self.before, self.number, self.change))
        )
        if number != rate:
            verbs = {"rise": "rose", "fall": "fell", "standstill": "stood still"}
            return f"the number {verbs[number]}, the rate {verbs[rate]}"
        if was != rate:
            return f"the {was} did not go on"
        rose = rate == "rise"
        end, turn = (self.peak_rate, self.peak) if rose else (self.lowest_rate, self.lowest)
        back = measures.percentage_change(self.stop, end) * (-1 if rose else 1)
        turned = rate != "standstill" and back >= TURNED
        return f"the {was} went on{f' to {month(turn)}, then turned' * turned}"


def courses(force: str, end: pd.Timestamp) -> list[Course]:
    """What came after a year, by each release that knows, the earliest first."""
    before, found = measures.value("recorded_crime_change_1y", force, end), []
    for vintage, last in following(end):
        table = _rates(vintage).query("year_ending >= @end").set_index(["year_ending", "area"])
        rates, counts = table["rate"].unstack(), table["offences"].unstack()[force]
        change = measures.percentage_change(rates.loc[last], rates.loc[end])
        number, own = measures.percentage_change(counts[last], counts[end]), rates[force]
        moved = map(float, (own[end], own[last], change[force], change[EW], number, before))
        since = own.drop(end)
        turns = (since.idxmax(), since.idxmin())
        ends = (part for turn in turns for part in (turn, float(own[turn])))
        found.append(Course(measures.release_name(vintage), last, *moved, *ends))
    return found


def _moved(kind: str, crimes: int) -> str:
    """'burglary (-1,470)', '–' for none."""
    return f"{kind.lower()} ({signed(crimes, 0)})" if crimes else "–"


@dataclass(frozen=True)
class Drivers:
    """The change in the number of crimes to the latest release's last year, and what moved it.

    file: the table it is from; table: group, area, before, now, change, points (see
    `kinds.parts_of_change`). Of the force: before, now, change (per cent), added and taken (by the
    kinds that rose and fell), most (the three that moved it most: 'burglary (-1,470)').
    """

    file: str
    table: pd.DataFrame
    before: int
    now: int
    change: float
    added: int
    taken: int
    most: tuple[str, ...]


def drivers(force: str, end: pd.Timestamp) -> Drivers:
    """What moved the number of crimes after a year; its parts add up to the change exactly."""
    vintage, last = following(end)[-1]
    each = {area: kinds.parts_of_change(area, end, last, vintage) for area in (force, EW)}
    table, own = pd.concat(each, names=["area", "group"]).reset_index(), each[force]
    before, now, moved = int(own["before"].sum()), int(own["now"].sum()), own["change"]
    most = moved.sort_values(key=abs, ascending=False, kind="stable").iloc[:3]
    parts = int(moved.clip(lower=0).sum()), -int(moved.clip(upper=0).sum())
    change = measures.percentage_change(now, before)
    most = tuple(_moved(*part) for part in most.items())
    return Drivers(TABLES[vintage], table, before, now, change, *parts, most)


@dataclass(frozen=True)
class Places:
    """A force's place among the 43 in years to June, 1 = the lowest rate, with its 95% interval
    (`helpers.ranks`): table (year_ending, place, low, high), then (the year's, or the June before),
    now.
    """

    table: pd.DataFrame
    then: pd.Series
    now: pd.Series

    @property
    def words(self) -> str:
        """'14th lowest (12th to 17th) of 43 in June 2015, 10th lowest (9th to 11th) in ...'."""
        ends = self.then, self.now
        was, now = (place_within(each["place"], (each["low"], each["high"])) for each in ends)
        first, last = (month(each["year_ending"]) for each in ends)
        return f"{was} of 43 in {first}, {now} in {last}"


def places_by_year(force: str, end: pd.Timestamp) -> Places:
    """The force's places in all years to June for which there are people of the year before."""
    junes = pd.date_range(FIRST_YEAR - YEAR, measures.last_year(), freq="YE-JUN")
    rows = {june: ranks.places(RATE, june).loc[force] for june in junes}
    table = pd.DataFrame(rows).T.astype(int).rename_axis("year_ending").reset_index()
    return Places(table, table[table["year_ending"] <= end].iloc[-1], table.iloc[-1])


def outcomes(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Outcomes then and now (`later.outcomes`), each with its label for a chart."""
    table = later.outcomes(force, end)
    who = table["area"].str.replace(areas.TRANSPORT_POLICE, "BTP")
    rates = table["rate_was"].map(dp2) + " to " + table["rate_now"].map(dp2)
    return table.assign(label=who + ", " + rates)


def revision(force: str, end: pd.Timestamp) -> later.Revision:
    """What revision did to a year, or to the report's where not every release has it."""
    reached = all(measures.covers(RATE, end, vintage) for vintage in measures.VINTAGES)
    return later.revision(force, end if reached else report.YEAR_ENDING)

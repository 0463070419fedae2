"""Notebook 01: how much crime the police record, whether it rises, and how unusual either is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, conventions, measures, ranks, report
from helpers.printed import together
from helpers.prose import listing, month
from helpers.themes import other_year
from helpers.themes.quarters import before_publication, no_quarters, quarters, run  # noqa: F401

EW = areas.ENGLAND_AND_WALES
YEAR = pd.DateOffset(years=1)
FOUND_INCOMPLETE = conventions.FOUND_INCOMPLETE
RATE, CHANGE = "recorded_crime_rate", "recorded_crime_change_1y"
CHANGE_5Y = "recorded_crime_change_5y"
KINDS = (
    RATE,
    "victim_based_crime_rate",
    "sexual_offences_rate",
    "assault_with_injury_rate",
    "domestic_burglary_rate",
)
PRINTED = (*KINDS, CHANGE, CHANGE_5Y, "victim_based_crime_change_5y")
CLAIMS = report.tested(__name__)


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year asked for: recorded crime reaches every year that can be asked for."""
    return end


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    return other_year(force, end, end)


def printed_numbers() -> pd.DataFrame:
    """The ledger's rows on these kinds of crime, each quantity once."""
    rows = claims.quantities(claims.ledger())
    return rows[rows["measure"].isin(PRINTED) & (rows["printed"] != "")]


def five_years(force: str, end: pd.Timestamp) -> tuple[pd.DataFrame, list[pd.Timestamp]]:
    """The rates of the force and of England and Wales by quarter, and the years to mark.

    These are this one and the five before it, as far back as the release reaches.
    """
    vintage = measures.default_vintage(RATE, end)
    years = [end - pd.DateOffset(years=n) for n in range(5, -1, -1)]
    years = [year for year in years if measures.covers(RATE, year, vintage)]
    ends = pd.date_range(years[0], end, freq="QE")
    rates = measures.rates(RATE, ends.intersection(measures.counted(RATE, vintage).index))
    return rates[rates["area"].isin([force, EW])], years


def printed_rates(force: str, years: list[pd.Timestamp]) -> pd.DataFrame:
    """The rates that the report's panel prints for these years: period, value."""
    rows = claims.ledger(force).query("measure == @RATE and section == 'force_in_numbers'")
    rows = rows.assign(period=pd.to_datetime(rows["period"]), value=rows["printed"].astype(float))
    return rows.loc[rows["period"].isin(years), ["period", "value"]]


def moved(rates: pd.DataFrame, force: str) -> dict[str, float]:
    """The change by place from the first year of a frame of rates to the last, in per cent."""
    wide = rates.pivot(index="year_ending", columns="area", values="rate")
    change = measures.percentage_change(wide.iloc[-1], wide.iloc[0])
    return {areas.place(area): float(change[area]) for area in (force, EW)}


def kinds(end: pd.Timestamp) -> list[str]:
    """The rates of Figure 2 that a release has for the year."""
    return [name for name in KINDS if measures.covers(name, end)]


def not_yet_known(end: pd.Timestamp) -> str:
    """From when on the rates of Figure 2 are known that no release has for the year; '' if none."""
    rows, known = [], kinds(end)
    for name in (each for each in KINDS if each not in known):
        vintages, kind = measures.find(name).vintages, measures.label(name, end)
        first = min(measures.counted(name, vintage).index[0] for vintage in vintages)
        rows.append(f"{kind.removesuffix(' rate')} is known from the year to {month(first)} on")
    return f"A row is missing: {listing(rows)}." if rows else ""


def kinds_of_crime(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The rates of Figure 2, and what the report prints for the year.

    Columns: area, year_ending, offences, denominator, denominator_from, value, group, printed.
    """
    rows = claims.ledger(force).query("exhibit == 'figure_2'")
    rows = rows[rows["period"] == f"{end:%Y-%m-%d}"]
    printed = rows.set_index(["measure", "area"])["printed"].to_dict()
    tables = []
    for name in kinds(end):
        table = measures.rates(name, [end]).set_index("area").loc[[force, EW]].reset_index()
        table["group"] = measures.label(name, end).removesuffix(" rate")
        table["printed"] = [float(printed.get((name, area), "nan")) for area in table["area"]]
        tables.append(table)
    return pd.concat(tables, ignore_index=True).rename(columns={"rate": "value"})


def compared(kinds: pd.DataFrame, force: str) -> dict:
    """How many (n) of the rates (of) lie below England and Wales, and which do not (rest)."""
    wide = kinds.pivot(index="group", columns="area", values="value")
    below = wide[force] < wide[EW]
    return {"n": int(below.sum()), "of": below.size, "rest": list(below.index[~below])}


def crossed(end: pd.Timestamp) -> list[str]:
    """The headlines whose choices can be crossed: five years back, where a release has both."""
    reached = measures.covers(CHANGE_5Y, end - 5 * YEAR, measures.default_vintage(RATE, end))
    return [RATE, "recorded_crime_gap", CHANGE, *([CHANGE_5Y] if reached else [])]


FIRST_PLACES = pd.Timestamp("2010-06-30")  # the first year with people of its own mid-year before


def places(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The force's place among the 43 in rolling years, by each year's own population: area,
    year_ending, place (1 = the lowest), low, high (95%), ratio (to England and Wales).
    """
    days = pd.date_range(FIRST_PLACES, end, freq="QE")
    days = days.intersection(measures.counted(RATE, measures.default_vintage(RATE, end)).index)
    rows = []
    for day in days:
        found = ranks.under(RATE, day, population_rule="each year's own").loc[force]
        rate = measures.values(RATE, day, population_rule="each year's own")
        rows.append([force, day, *found[["place", "low", "high"]], rate[force] / rate[EW]])
    columns = ["area", "year_ending", "place", "low", "high", "ratio"]
    return pd.DataFrame(rows, columns=columns)


def what_rose(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The change over the year by kind of offence, the largest rise first: group, before, now,
    value (offences more or fewer), change (per cent), by_recording (see conventions), area.
    """
    years = measures.by_group(force, [end - YEAR, end], measures.default_vintage(RATE, end))
    before, now = (years.loc[day] for day in years.index)
    table = pd.DataFrame({"before": before, "now": now, "value": now - before})
    table = table[(table["before"] > 0) | (table["now"] > 0)]
    table["change"] = measures.percentage_change(table["now"], table["before"])
    table["by_recording"] = table.index.isin(conventions.BY_RECORDING)
    table["area"] = table["by_recording"].map({True: force, False: ""})  # which is drawn dark
    return table.sort_values("value", ascending=False, kind="stable").reset_index(names="group")


@dataclass(frozen=True)
class Kinds:
    """The change over the year of the kinds whose number turns most on recording (`sensitive`) and
    of all the `rest`, per cent, and nationally; more: offences of the former, of `net` in all;
    faster: in how many of the 43 forces the former's change lies above the latter's.
    """

    sensitive: float
    rest: float
    national_sensitive: float
    national_rest: float
    more: int
    net: int
    faster: int


def faster_by_year(
    end: pd.Timestamp, groups: tuple[str, ...] = conventions.BY_RECORDING
) -> dict[int, int]:
    """In how many of the 43 forces the kinds that turn most on recording (`groups`) grew faster
    than the rest, or fell less, in this year and up to three before.
    """
    years = (end - n * YEAR for n in range(3, -1, -1))
    known = [year for year in years if measures.covers(RATE, year - YEAR)]
    return {year.year: kinds_by_recording(report.FORCE, year, groups).faster for year in known}


def kinds_by_recording(
    force: str, end: pd.Timestamp, groups: tuple[str, ...] = conventions.BY_RECORDING
) -> Kinds:
    """How the kinds that turn most on recording (`groups`) moved over the year, beside all others.

    The stricter reading of these kinds: `conventions.FOUND_INCOMPLETE`.
    """
    vintage, days = measures.default_vintage(RATE, end), [end - YEAR, end]
    whole = measures.counted(RATE, vintage).loc[days]
    some = measures.offences(groups, vintage).loc[days]
    parts = (some, whole - some)
    sensitive, rest = (measures.percentage_change(t.loc[end], t.iloc[0]) for t in parts)
    changes = (float(change[area]) for area in (force, EW) for change in (sensitive, rest))
    more, net = (round(float(table[force].diff().iloc[1])) for table in (some, whole))
    return Kinds(*changes, more, net, int((sensitive > rest)[list(areas.FORCES)].sum()))


@dataclass(frozen=True)
class Correction:
    """By how much England and Wales must have been corrected for every printed number to hold.

    That is by `fewest` to `most` offences more than `now`, the count of the `earlier` release;
    share: their middle, in per cent of it; revised: by how many per cent the `later` release moved
    it.
    """

    now: int
    fewest: float
    most: float
    share: float
    revised: float
    earlier: str
    later: str


def correction() -> tuple[pd.DataFrame, Correction | None]:
    """What each printed number about England and Wales asks of its count, and the correction.

    None where they exclude each other.
    """
    needed, each = claims.offences_needed(), measures.VINTAGES
    now, then = (int(measures.counted(RATE, v).loc[report.YEAR_ENDING, EW]) for v in each)
    rows, columns = {}, ["at least, crimes", "at most, crimes", "the count here"]
    for name, i in needed.items():
        rows[name] = [float(i.low), float(i.high), "inside" if now in i else "outside"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    both = together(needed.values())
    if both is None:
        return table, None
    fewest, most = float(both.low) - now, float(both.high) - now
    share, revised = 50 * (fewest + most) / now, measures.percentage_change(then, now)
    releases = map(measures.release_name, each)
    return table, Correction(now, fewest, most, share, float(revised), *releases)


@dataclass(frozen=True)
class Recording:
    """What better recording alone would give, from the inspectors' sample.

    Of `found` crimes `right` were recorded correctly; table: the rise by target, beside the
    recorded `change`.
    """

    right: int
    found: int
    change: float
    table: pd.DataFrame

    @property
    def within(self) -> list[str]:
        """The targets whose band holds the recorded change."""
        return list(self.table.query("low <= @self.change <= high").index)

    @property
    def needed(self) -> float:
        """The share recorded correctly that gives the change, from the sample's own, per cent."""
        return measures.per_100(self.right, self.found) * (1 + self.change / 100)


def recording() -> Recording:
    """The rise that better recording alone would give the force of the report."""
    parts = ("crimes_recorded_correctly", "crimes_found")
    right, found = (int(claims.printed_part(part).value) for part in parts)
    change = measures.value(CHANGE, report.FORCE, report.YEAR_ENDING)
    return Recording(right, found, change, conventions.recording_alone(right, found))

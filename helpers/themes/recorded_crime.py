"""Notebook 01: how much crime the police record, whether it rises, and how unusual either is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, conventions, measures, ranks, report, stats
from helpers.printed import together
from helpers.prose import listing, month, number_of
from helpers.themes import other_year

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
    rates = measures.rates(RATE, pd.date_range(years[0], end, freq="QE"))
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
    first = {
        measures.label(name, end).removesuffix(" rate"): min(
            measures.counted(name, vintage).index[0] for vintage in measures.find(name).vintages
        )
        for name in KINDS
        if name not in kinds(end)
    }
    rows = [f"{kind} is known from the year to {month(day)} on" for kind, day in first.items()]
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
SHOWN = 8  # quarters, two years


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


def quarter(end: pd.Timestamp) -> str:
    """'April to June 2014'."""
    return f"{end - pd.DateOffset(months=2):%B} to {month(end)}"


def quarters(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The last eight quarters against the same quarters of the year before, as far as there are
    quarters: group, area, quarter_ending, before, now, value (per cent), chance (95%, points).
    """
    counts = measures.quarters()
    days = pd.date_range(end=end, periods=SHOWN, freq="QE")
    tables = []
    for day in days.intersection(counts.index[4:]):
        now, before = counts.loc[day, [force, EW]], counts.loc[day - YEAR, [force, EW]]
        change = measures.percentage_change(now, before)
        reach = stats.REACH["95"] * (1 / now + 1 / before) ** 0.5 * (100 + change)
        columns = {"before": before.astype(int), "now": now.astype(int), "value": change}
        about = {"group": quarter(day), "area": [force, EW], "quarter_ending": day}
        tables.append(pd.DataFrame(columns | {"chance": reach}).assign(**about))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def no_quarters(end: pd.Timestamp) -> str:
    """From when on single quarters are known, where they do not reach back; '' where they do."""
    first = measures.quarters().index[4]
    if end >= first:
        return ""
    return f"Single quarters can be held against the year before from {quarter(first)} on."


@dataclass(frozen=True)
class Run:
    """How long the force's last direction has lasted: `n` of the `shown` quarters up to the last
    one moved the same way on the year before, the first of them by `first` (per cent), England and
    Wales then by `national`.
    """

    n: int
    shown: int
    since: pd.Timestamp
    first: float
    national: float

    @property
    def more(self) -> str:
        """'more' or 'fewer'."""
        return "more" if self.first > 0 else "fewer"

    @property
    def span(self) -> str:
        """'in each of the last six quarters', 'in the last quarter', 'in all eight quarters'."""
        if self.n == self.shown > 1:
            return f"in all {number_of(self.n, 'quarter')} shown"
        each = "in the last" if self.n == 1 else "in each of the last"
        return f"{each} {number_of(self.n, 'quarter').removeprefix('one ')}"


def run(table: pd.DataFrame, force: str) -> Run:
    """The unbroken run of quarters up to the last one that moved the way that one did."""
    own = table[table["area"] == force].set_index("quarter_ending")["value"]
    same = ((own > 0) == (own.iloc[-1] > 0))[::-1].cummin()[::-1]
    since = own.index[same][0]
    national = table.query("area == @EW and quarter_ending == @since")["value"].iloc[0]
    return Run(int(same.sum()), len(own), since, float(own[since]), float(national))


def before_publication() -> dict:
    """The last quarter that ended before the inspectorate published its inspection of the force's
    crime data: published, quarter, change and national (per cent).
    """
    claim = report.claim("crimes_found")
    day = pd.Timestamp(claims.ledger().set_index("id")["period"][claim])
    table = quarters(report.FORCE, day - pd.offsets.QuarterEnd())
    last = table[table["quarter_ending"] == table["quarter_ending"].max()].set_index("area")
    own, national = (float(last["value"][area]) for area in (report.FORCE, EW))
    about = {"published": day, "quarter": last["group"].iloc[0]}
    return about | {"change": own, "national": national}


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
    years = [
        end - n * YEAR for n in range(3, -1, -1) if measures.covers(RATE, end - (n + 1) * YEAR)
    ]
    return {year.year: kinds_by_recording(report.FORCE, year, groups).faster for year in years}


def kinds_by_recording(
    force: str, end: pd.Timestamp, groups: tuple[str, ...] = conventions.BY_RECORDING
) -> Kinds:
    """How the kinds that turn most on recording (`groups`) moved over the year, beside all others.

    The stricter reading of these kinds: `conventions.FOUND_INCOMPLETE`.
    """
    vintage, days = measures.default_vintage(RATE, end), [end - YEAR, end]
    whole = measures.counted(RATE, vintage).loc[days]
    some = measures.offences(groups, vintage).loc[days]
    each = {"sensitive": some, "rest": whole - some}
    change = {k: measures.percentage_change(t.loc[end], t.iloc[0]) for k, t in each.items()}
    forces = list(areas.FORCES)
    return Kinds(
        **{name: float(found[force]) for name, found in change.items()},
        **{f"national_{name}": float(found[EW]) for name, found in change.items()},
        more=round(float(some[force].diff().iloc[1])),
        net=round(float(whole[force].diff().iloc[1])),
        faster=int((change["sensitive"] > change["rest"])[forces].sum()),
    )


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
    rows = {
        name: [float(i.low), float(i.high), "inside" if now in i else "outside"]
        for name, i in needed.items()
    }
    columns = ["at least", "at most", "the data here"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    both = together(needed.values())
    if both is None:
        return table, None
    fewest, most = float(both.low) - now, float(both.high) - now
    share, revised = 50 * (fewest + most) / now, measures.percentage_change(then, now)
    return table, Correction(
        now, fewest, most, share, float(revised), *map(measures.release_name, each)
    )


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

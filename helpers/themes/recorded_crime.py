"""Notebook 01: how much crime the police record, whether it rises, and how unusual either is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, conventions, measures, report
from helpers.printed import together
from helpers.prose import listing, month
from helpers.themes import other_year

EW = areas.ENGLAND_AND_WALES
RATE, CHANGE = "recorded_crime_rate", "recorded_crime_change_1y"
KINDS = (
    RATE,
    "victim_based_crime_rate",
    "sexual_offences_rate",
    "assault_with_injury_rate",
    "domestic_burglary_rate",
)
PRINTED = (*KINDS, CHANGE, "recorded_crime_change_5y", "victim_based_crime_change_5y")
CLAIMS = (
    "w_overview_low_crime",
    "w_prev_low_crime",
    "w_prev_above_national",
    "prev_forces_up",
    "w_prev_norfolk_recording",
)


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
    """The rates of the force and of England and Wales quarter by quarter, and the years to mark:
    this one and the five before it, as far back as the release reaches.
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
    """The rates of Figure 2: area, year_ending, offences, denominator, denominator_from, value,
    group, and what the report prints for the year.
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


def since(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The change from the years three to seven before: base, value, national (per cent)."""
    bases = [end - pd.DateOffset(years=n) for n in range(7, 2, -1)]
    return conventions.since(RATE, force, end, [base + pd.offsets.MonthEnd(0) for base in bases])


@dataclass(frozen=True)
class Correction:
    """How many offences more than `now`, the count of the `earlier` release, England and Wales must
    have had for every printed number to come out: `fewest` to `most`, their middle `share` of it in
    per cent; revised: by how many per cent the `later` release moved it.
    """

    now: int
    fewest: float
    most: float
    share: float
    revised: float
    earlier: str
    later: str


def correction() -> tuple[pd.DataFrame, Correction | None]:
    """What each printed number about England and Wales asks of its count; None where they exclude
    each other.
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
    """What better recording alone would give, from the inspectors' sample: of `found` crimes
    `right` were recorded correctly; table: the rise by target, beside the recorded `change`.
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
    right, found = (int(claims.printed(report.claim(part)).value) for part in parts)
    change = measures.value(CHANGE, report.FORCE, report.YEAR_ENDING)
    return Recording(right, found, change, conventions.recording_alone(right, found))

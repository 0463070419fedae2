"""Figure 4 as printed: its parts, what it was divided by, and what was revised since.

All of it is about the report's own force and year.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

import pandas as pd

from helpers import areas, data, measures, report
from helpers.claims.ledger import label, ledger, offences_needed
from helpers.claims.tables import distances
from helpers.printed import Interval, Printed, together

EW, END = areas.ENGLAND_AND_WALES, report.YEAR_ENDING
AREAS = (report.FORCE, EW)
TIC = "taken_into_consideration"  # printed, but without a public count by force
PARTS = {f"out_of_court_{kind}": measures.outcomes_of(kind) for kind in ("formal", "informal")}
ALL, CRIME_RATES = "all of them", "the crime rates"


def labels() -> dict[str, str]:
    """The rows of Figure 4: a measure's name without '_rate' -> label; parts below their whole."""
    outcomes = measures.OUTCOMES
    found = {key: outcomes[key].plural for key in measures.outcomes_of("charged")}
    for whole in (TIC, *PARTS):
        found[whole] = label(f"{whole}_rate").partition(", ")[0]
        found |= {part: f"– {outcomes[part].plural}" for part in PARTS.get(whole, ())}
    return found


def numbers(force: str = report.FORCE) -> dict[tuple[str, str], Printed]:
    """What is printed: (measure, area) -> number; of another force England and Wales alone."""
    rows = ledger(force).query("exhibit == 'figure_4' and printed != ''")
    return {(row.measure, row.area): Printed.parse(row.printed) for row in rows.itertuples()}


def source(name: str, end: pd.Timestamp) -> str:
    """The source line of a chart that shows printed numbers beside a measure, for their year."""
    return measures.source(name, end, *["claims"] * (end == END))


@dataclass(frozen=True)
class Reproduced:
    """How many of an `area`'s printed rates and counts come out to the last digit: '8 of 8'.

    Of those with a public count; off: the largest distance of a count from print.
    """

    area: str
    rates: str
    counts: str
    off: float


def reproduced() -> list[Reproduced]:
    """The ledger's verdicts on Figure 4: for the report's force, and for England and Wales."""
    rows, found = ledger().query("exhibit == 'figure_4' and printed != ''"), []
    if rows.empty:
        raise report.Unprinted(f"data/{data.FILES['claims']} has no number of Figure 4")
    for area in AREAS:
        own = rows[(rows["area"] == area) & rows["measure"].isin(list(measures.MEASURES))]
        parts = [own[own["measure"].str.endswith(what)] for what in ("rate", "count")]
        good = [part["verdict"].str.startswith("reproduced") for part in parts]
        shares = (f"{each.sum()} of {len(each)}" for each in good)
        found.append(Reproduced(area, *shares, float(distances(parts[1]).abs().max())))
    return found


def sums() -> dict[str, bool]:
    """Whether the printed parts add up to their whole, by its name.

    Counts to the unit; rates when the intervals that they were rounded from allow it.
    """
    printed, found = numbers(), {}
    for area, whole, what in product(AREAS, PARTS, ("count", "rate")):
        own, *parts = (printed[f"{key}_{what}", area] for key in (whole, *PARTS[whole]))
        fits = sum(part.value for part in parts) == own.value
        if what == "rate":
            allowed = sum((part.interval for part in parts), Interval.of(0))
            fits = bool(allowed & own.interval)
        found[f"{labels()[whole]}, {what}, {area}"] = fits
    return found


@functools.cache
def crimes_implied(area: str) -> dict[str, Interval | None]:
    """The crimes that each row's printed count and rate allow: 100 x count / rate.

    Also those that all rows allow together, and that the printed crime rates and changes allow.
    None: they exclude each other.
    """
    printed, found = numbers(), {}
    for key, row in labels().items():
        count, rate = (printed[f"{key}_{what}", area] for what in ("count", "rate"))
        found[row.removeprefix("– ")] = Interval.of(100 * count.value) / rate.interval
    crime = together(offences_needed(area).values())
    return found | {ALL: together(found.values()), CRIME_RATES: crime}


def crime_rates_miss() -> list[str]:
    """Areas whose printed crime rates and changes leave out the number of crimes counted."""
    counted = measures.values("recorded_crime_count", END)
    found = {area: crimes_implied(area)[CRIME_RATES] for area in AREAS}
    return [area for area, allowed in found.items() if not allowed or counted[area] not in allowed]


def spans() -> pd.DataFrame:
    """Every interval of crimes, for a chart: panel (area and count), label, low, high, strong."""
    crimes, rows = measures.values("recorded_crime_count", END), []
    for area in AREAS:
        for row, each in crimes_implied(area).items():
            panel, strong = f"{area}: {crimes[area]:,.0f}", row in (ALL, CRIME_RATES)
            ends = (float(each.low), float(each.high)) if each else (float("nan"),) * 2
            rows.append([panel, row, *ends, strong])
    return pd.DataFrame(rows, columns=["panel", "label", "low", "high", "strong"])


def around(frame: pd.DataFrame) -> dict[str, dict]:
    """What stands around the spans, by panel: level (the count), shade (all rows), axis limits."""
    every = frame[frame["label"] == ALL].set_index("panel")
    level = {panel: float(panel.rpartition(" ")[2].replace(",", "")) for panel in every.index}
    held = every.dropna()[["low", "high"]].itertuples(name=None)
    return {
        "level": level,
        "shade": {panel: tuple(ends) for panel, *ends in held},
        "limits": {panel: (0.982 * n, 1.022 * n) for panel, n in level.items()},
    }


def candidates() -> pd.DataFrame:
    """Numbers of crimes that the table could have been divided by, and which its rows allow.

    Columns: crimes of, area, crimes, Figure 4 (bool: its rows allow it).
    """
    name, found = "recorded_crime_rate", {}
    for each in measures.VINTAGES:
        way = f"year to {END:%B %Y}, {measures.release_name(each)}"
        found[way] = measures.counted(name, each).loc[END]
    crime, transport = measures.counted(name), measures.counted(name, include=("transport police",))
    found[f"the same with {areas.TRANSPORT_POLICE}"] = transport.loc[END, [EW]]
    for past in (END - pd.offsets.QuarterEnd(1), END - pd.DateOffset(years=1)):
        found[f"year to {past:%B %Y}"] = crime.loc[past]
    rows = []
    for (way, count), area in product(found.items(), AREAS):
        if area in count:
            allowed = crimes_implied(area)[ALL]
            rows.append([way, area, int(count[area]), bool(allowed and count[area] in allowed)])
    return pd.DataFrame(rows, columns=["crimes of", "area", "crimes", "Figure 4"])


def revised() -> pd.DataFrame:
    """How England and Wales differs from print, by type of outcome (the index).

    Columns: printed, 43 forces, transport police, change, change, % and with transport police, %.
    """
    printed, year = numbers(), data.load("outcomes_2015").query("scope == 'transport police'")
    year = year[year["quarter_ending"].between(END - pd.DateOffset(years=1, days=-1), END)]
    transport, rows = year.groupby("outcome_type")["outcomes"].sum(), {}
    for key in measures.outcomes_of():
        outcome = measures.OUTCOMES[key]
        said, now = printed[f"{key}_count", EW].value, measures.value(f"{key}_count", EW, END)
        rows[outcome.plural] = [int(said), int(now), int(transport[outcome.type])]
    columns = ["printed", "43 forces", "transport police"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    said, now, change = table["printed"], table["43 forces"], measures.percentage_change
    both = change(now + table["transport police"], said)
    shares = {"change, %": change(now, said), "with transport police, %": both}
    return table.assign(change=now - said, **shares)

"""Notebook 02: whether anti-social behaviour fell as the report says, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pandas as pd

from helpers import areas, charts, conventions, data, measures, ranks, report
from helpers.claims import figure_3 as printed
from helpers.measures import counts
from helpers.themes import other_year

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
FAMILY = "anti_social_behaviour"
RATE, CHANGE, CRIMES = f"{FAMILY}_rate", printed.CHANGE, "recorded_crime_count"
YEAR = pd.DateOffset(years=1)
CLAIMS = report.tested(__name__)
SMALLER = "smaller fall in, of 42"  # how many other forces, of `readings`
COUNTED, GUESSED = "†", "*"  # after a force's name: months counted, no months of its own
FIGURE_3 = {  # how `charts.ranking` draws a frame of `figure_3`
    "exhibit": "figure_3",
    "dot": "by the half-year method",
    "unit": "%",
    "sign": True,
}


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year asked for where incidents reach it and the year before, else the report's."""
    return end if {end, end - YEAR} <= set(counts.incidents().index) else report.YEAR_ENDING


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    return other_year(force, end, year_shown(force, end))


def pair(values: pd.Series, force: str) -> dict[str, float]:
    """The values of the force and of England and Wales by place."""
    return {areas.place(area): float(values[area]) for area in (force, EW)}


@dataclass(frozen=True)
class Fall:
    """How incidents moved in a year.

    changes: per cent, by place; place: 1 = largest fall of 43; low, high: its 95% interval, every
    estimated change as uncertain as it is on the force `tested` (`helpers.ranks`); counted: whether
    the force's own change is counted by month; counts: how many forces' are; guessed: whether the
    force has the median share, for want of months.
    """

    force: str
    end: pd.Timestamp
    before: float
    after: float
    changes: dict[str, float]
    place: int
    low: int
    high: int
    counted: bool
    counts: int
    guessed: bool
    tested: str
    error: counts.HalfYearError

    @property
    def standing(self) -> str:
        """What the place is: rough, or firm where every change is counted."""
        return "firm" if self.counts == len(FORCES) else "rough"

    @property
    def how(self) -> str:
        """How the force's own incidents are known, to begin a sentence."""
        if self.counted:
            return "Counted by month"
        return f"By an estimate{' without months of its own' if self.guessed else ''}"


def fall(force: str, end: pd.Timestamp) -> Fall:
    """The change of the force and of England and Wales over the year, and the force's place."""
    before, after = (float(counts.incidents()[force][day]) for day in (end - YEAR, end))
    change, exact = measures.values(CHANGE, end), counts.is_counted(end, end - YEAR)[FORCES]
    place = map(int, ranks.places(CHANGE, end).loc[force])
    known = bool(exact[force]), int(exact.sum()), bool(_guessed(exact)[force])
    about, error = (force, end, before, after, pair(change, force)), counts.half_year_error()
    return Fall(*about, *place, *known, tested_force(), error)


def _guessed(exact: pd.Series) -> pd.Series:
    """By area: neither counted by month nor with a share of its own."""
    return ~counts.first_half_shares()["known"].reindex(exact.index, fill_value=True) & ~exact


def tested_force() -> str:
    """The one force that publishes every month itself."""
    return data.load("incidents_metropolitan")["force"].iloc[0]


def tested() -> pd.DataFrame:
    """The half-year method beside the months of the force that publishes them: a row a year.

    Columns: rebuilt, by month (incidents); the changes by both, per cent; off by, points.
    """
    half, exact = counts.half_year_incidents()[tested_force()], counts.metropolitan_incidents()
    frame = pd.DataFrame({"rebuilt": half, "by month": exact}).dropna()
    change = 100 * frame.pct_change().add_prefix("change, ").add_suffix(", %")
    frame = frame.round().astype(int).join(change)
    frame["off by, points"] = change.iloc[:, 0] - change.iloc[:, 1]
    return frame.set_axis(frame.index.strftime("%B %Y")).rename_axis("12 months to")


def figure_3(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Figure 3 rebuilt, a row an area.

    Columns: before, after (incidents), value (change, per cent), mark, printed, other (the half-
    year method's change where the months are counted; none if all are).
    """
    before, after = (counts.incidents().loc[day].round().astype(int) for day in (end - YEAR, end))
    exact, half = counts.is_counted(end, end - YEAR), counts.half_year_incidents()
    rebuilt = measures.percentage_change(*half.reindex([end, end - YEAR]).to_numpy())
    columns = {
        "before": before,
        "after": after,
        "value": measures.values(CHANGE, end),
        "mark": exact.map({True: COUNTED, False: ""}).mask(_guessed(exact), GUESSED),
        "other": pd.Series(rebuilt, half.columns).where(exact & ~exact.all()),
    }
    return printed.beside(columns, force, end)


def rates(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Incidents per 1,000 people in the year and the year before, with what the report prints.

    Columns: group (the year), area, incidents, denominator, denominator_from, value, printed.
    """
    frame = measures.rates(RATE, [end - YEAR, end]).rename(columns={"rate": "value"})
    frame = pd.concat([frame[frame["area"] == area] for area in (force, EW)])
    frame = frame.sort_values("year_ending", kind="stable")
    parts = {end - YEAR: "asb_rate_before", end: "asb_rate"}
    numbers = {day: printed.values(part, force, end) for day, part in parts.items()}
    each = zip(frame["year_ending"], frame["area"], strict=True)
    return frame.assign(
        group="12 months to " + frame["year_ending"].dt.strftime("%B %Y"),
        incidents=frame["incidents"].round().astype(int),
        printed=[numbers[day].get(area, float("nan")) for day, area in each],
    )


def readings(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The change by every way in the one list.

    Columns: value, national, unit, place (1 = largest fall), SMALLER (forces where incidents came
    down less, or rose more), kind.
    """
    rows = {}
    for way, (found, kind, unit) in conventions.incident_changes(end).items():
        place, smaller = measures.rank(found, force), int((found[FORCES] > found[force]).sum())
        rows[way] = [found[force], found[EW], unit, place, smaller, kind]
    columns = ["value", "national", "unit", "place", SMALLER, "kind"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def together(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Incidents, recorded crimes and their sum: group, area, before, after, value (per cent)."""
    crimes, incidents = measures.counted(CRIMES, _vintage(end)), counts.incidents()
    kinds = {"Anti-social behaviour": incidents, "Recorded crime": crimes}
    kinds["The two together"] = incidents + crimes
    rows = []
    for (kind, table), area in product(kinds.items(), (force, EW)):
        rows.append([kind, area, *(round(table.loc[day, area]) for day in (end - YEAR, end))])
    frame = pd.DataFrame(rows, columns=["group", "area", "before", "after"])
    return frame.assign(value=measures.percentage_change(frame["after"], frame["before"]))


def _vintage(end: pd.Timestamp) -> str:
    return measures.default_vintage(CRIMES, end)


def nearest(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Incidents, crimes, their sum, the kinds of crime nearest to them: before, after, rise."""
    near = conventions.NEAR_CRIME
    groups = {group: (group,) for group in near} | {"these kinds together": near}
    kinds = {name: counts.offences(group, _vintage(end))[force] for name, group in groups.items()}
    crimes = pd.DataFrame(kinds).loc[[end - YEAR, end]].T.set_axis(["before", "after"], axis=1)
    sums = together(force, end).query("area == @force").set_index("group")[["before", "after"]]
    frame = pd.concat([sums, crimes.round().astype(int)]).rename_axis("kind")
    return frame.assign(rise=frame["after"] - frame["before"])


def room(kinds: pd.DataFrame) -> int:
    """How many incidents can have moved by a frame of `nearest`: no more than the crimes added."""
    rise = kinds["rise"]
    return max(0, min(rise["these kinds together"], -rise["Anti-social behaviour"]))


def linked(link: conventions.Link) -> str:
    """What the link says of moves from incidents to crimes, which would make it negative."""
    if link.low <= 0 <= link.high:
        sign = "the sign expected" if link.r < 0 else "not the sign expected"
        return f"{sign}, and too weak to tell from none"
    return "the sign expected" if link.r < 0 else "not the sign expected"


def hmic(force: str) -> tuple[charts.Exhibit | None, str]:
    """HMIC's own values of Figure 3, drawn beside the rebuild once a reader has filled them in; and
    what to say of them.
    """
    frame, told = printed.hmic(force)
    if frame is None:
        return None, told
    given = frame.set_index("area")["value"]
    places = {"changes": pair(given, force)}
    return charts.ranking(frame, force, places=places, **printed.HMIC), told

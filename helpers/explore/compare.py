"""What is asked of the panel: areas compared over years, ranked, mapped, set out in a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import areas, charts, data, measures, stats
from helpers.charts.style import number
from helpers.explore.names import EW, area_of, day, forces_of, measure_of, with_unit
from helpers.explore.panel import panel_of
from helpers.measures import kinds
from helpers.prose import day as in_words
from helpers.prose import place_among

FORCES = list(areas.FORCES)
CODES = {area: code for code, area in areas.ABBREVIATIONS.items()}


def reached(measure: str) -> pd.DatetimeIndex:
    """Every year ending that some release has a measure for."""
    return pd.DatetimeIndex(
        panel_of(measure_of(measure).name)["year_ending"].unique()
    ).sort_values()


def nearest(measure: str, end) -> pd.Timestamp:
    """The last year that a measure reaches up to a day, or its first."""
    years = reached(measure)
    return max(years[years <= day(end)], default=years[0])


def _span(name: str, since, until) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last year of a range that a measure reaches. ValueError: none."""
    years = reached(name)
    first = years[0] if since is None else day(since)
    last = years[-1] if until is None else day(until)
    within = years[(years >= first) & (years <= last)]
    if within.empty:
        raise ValueError(
            f"{name} reaches the years ending {years[0]:%Y-%m-%d} to {years[-1]:%Y-%m-%d}; none of "
            f"them lies in the range asked for"
        )
    return within[0], within[-1]


def rows_of(measure: str, since=None, until=None, release: str | None = None) -> pd.DataFrame:
    """The panel's rows of a measure between two years, one release for each year.

    The earliest release that reaches all of the years there are; where none does, each year's
    earliest. ValueError: an unknown measure, years that it does not reach, a release without it.
    """
    of = measure_of(measure)
    if release is not None and release not in of.vintages:
        raise ValueError(f"{of.name} is in the releases {' and '.join(of.vintages)}, not {release}")
    first, last = _span(of.name, since, until)
    rows = panel_of(of.name)
    rows = rows[rows["year_ending"].between(first, last)]
    for vintage in of.vintages if release is None else [release]:
        own = rows[rows["release"] == vintage]
        if release or own["year_ending"].nunique() == rows["year_ending"].nunique():
            return own.reset_index(drop=True)
    rows = rows.sort_values(["year_ending", "release"], kind="stable")
    return rows.drop_duplicates(["area", "year_ending"]).reset_index(drop=True)


def at(measure: str, year, release: str | None = None) -> pd.DataFrame:
    """A measure in one year: the panel's row of each area, by area."""
    return rows_of(measure, year, year, release).set_index("area")


def _shown(of: measures.Measure, values: pd.Series) -> dict:
    """How a chart writes a measure's values: digits, unit, sign."""
    digits = 0 if not of.denominator and not of.years else 2 if values.median() < 3 else 1
    return {
        "digits": 1 if of.years else digits,
        "unit": "%" if of.years else "",
        "sign": bool(of.years),
    }


def _between(table: pd.DataFrame, of: measures.Measure) -> list[kinds.Break]:
    """The breaks that touch a measure and fall among the years of a table."""
    first, last = table["year_ending"].min(), table["year_ending"].max()
    year = pd.DateOffset(years=1 + of.years)
    return [each for each in kinds.BREAKS
            if each.moved(of) and each.start <= last and each.end > first - year]  # fmt: skip


def _releases(table: pd.DataFrame) -> str:
    """Which releases a table is of, in words: 'the release to …', 'from March 2019 …'."""
    starts = table.groupby("release")["year_ending"].min().sort_values()
    first, *later = (measures.release_name(vintage) for vintage in starts.index)
    if not later:
        return "counts from data.police.uk" if first == "police.uk" else first
    joined = " and ".join(
        f"from {when:%B %Y} {name}" for name, when in zip(later, starts.iloc[1:], strict=True)
    )
    return f"{first}, {joined}"


def _source(of: measures.Measure, table: pd.DataFrame) -> str:
    """The source line: the files of every release and of the first and last years of each."""
    files: dict[str, None] = {}
    for release, own in table.groupby("release"):
        for year in (own["year_ending"].min(), own["year_ending"].max()):
            files |= dict.fromkeys(measures.files(of.name, year, vintage=release))
    return data.source_of(*files)


@dataclass(frozen=True)
class Comparison:
    """A force's measure at both ends of a range; place: among the forces shown, of them `shown`."""

    label: str
    force: str
    first: pd.Timestamp
    last: pd.Timestamp
    was: str
    now: str
    place: int
    shown: int

    @property
    def among(self) -> str:
        """', 3rd lowest of the 12 forces shown', '' where the force stands alone."""
        if self.shown < 2:
            return ""
        return f", {place_among(self.place, self.shown)} of the {self.shown} forces shown"


def compare(
    force: str, measure: str, with_=(EW,), since=None, until=None, release: str | None = None
) -> charts.Exhibit:
    """A force's measure over the years beside others', drawn; `.table` is the panel's rows.

    `with_`: names of forces, 'England and Wales', 'similar forces', 'region', 'all forces';
    `since`, `until`: 2012 (the year to June 2012) or any year's last day. Years that the measure
    does not reach are left out, and the subtitle says so. ValueError: an unknown name, with the
    nearest three; years that the measure does not reach at all, with those it does.
    """
    force, of = area_of(force), measure_of(measure)
    with_ = [with_] if isinstance(with_, str) else with_
    table = rows_of(of.name, since, until, release)
    first, last = table["year_ending"].min(), table["year_ending"].max()
    named = [area for name in with_ for area in forces_of(name, force, last)]
    table = table[table["area"].isin([force, *named])].reset_index(drop=True)
    now = table[table["year_ending"] == last].set_index("area")["value"]
    ends = table[table["area"] == force].set_index("year_ending")["value"]
    breaks, look = _between(table, of), _shown(of, now)
    write = number(**look)
    forces = now.drop(EW, errors="ignore").rank(method="min").astype(int)
    short = since is not None and day(since) < first
    found = Comparison(
        measures.label(of.name, first), force, first, last,
        write(ends[first]), write(ends[last]), int(forces.get(force, 0)), len(forces),
    )  # fmt: skip
    return charts.series(
        table,
        force,
        breaks,
        **look,
        title="{{ c.label | first_up }}, {{ c.force }}: {{ c.was }} in {{ c.first | month }}, "
        "{{ c.now }} in {{ c.last | month }}{% if across %} across a break{% endif %}"
        "{% if c.among %}{{ c.among }}{% endif %}",
        subtitle="{{ unit | first_up }}, 12 months to each quarter or June; {{ releases }}"
        "{% if short %}; there is none before {{ c.first | month }}{% endif %}",
        source=_source(of, table),
        exhibit=f"compare_{of.name}",
        places={
            "c": found,
            "unit": of.unit,
            "releases": _releases(table),
            "short": short,
            "across": found.label != measures.label(of.name, last),
        },
    )


def changed(measure: str, since, until) -> pd.DataFrame:
    """By how much a rate or a count changed between two years, by area, in per cent.

    Columns: before, after (values), change, low, high (its 95% interval, by chance in both counts),
    z (how many standard errors of chance the change of the count lies from that of England and
    Wales; 3.1 is the 99.8% limit), standing (to 99.8% limits that allow for over-dispersion).
    ValueError: a measure that is a change itself.
    """
    first, last = (at(measure, year) for year in (since, until))
    if measure_of(measure).years:
        raise ValueError(f"{measure} is a change itself: ask for its rate or its count")
    before, after = (each["count"].astype(float) for each in (first, last))
    found = pd.DataFrame({"before": first["value"], "after": last["value"]})
    found["change"] = measures.percentage_change(found["after"], found["before"])
    error = np.sqrt(1 / before.clip(lower=0.5) + 1 / after.clip(lower=0.5))
    ends = stats.change_limits(found["after"] / found["before"], error)
    tested = stats.changes(before[FORCES], after[FORCES])
    return found.assign(low=ends["low95"], high=ends["high95"], z=tested["z_chance"],
                        standing=tested["standing"])  # fmt: skip


def ranked(measure: str, force: str, year, release: str | None = None) -> charts.Exhibit:
    """All forces in order of a measure in one year, the force and England and Wales marked."""
    of, rows = measure_of(measure), at(measure, year, release)
    name, look = area_of(force), _shown(of, rows["value"])
    return charts.ranking(
        rows.reset_index()[["area", "value"]],
        name,
        unit=look["unit"],
        sign=look["sign"],
        title="{{ label | first_up }}: {{ force | place }} has the {{ rank | place_among }} of 43",
        subtitle="{{ unit | first_up }}, 12 months to {{ end | day }}",
        source=_source(of, rows),
        exhibit=f"ranked_{of.name}",
        places=_about(of, rows, name),
    )


def _about(of: measures.Measure, rows: pd.DataFrame, force: str) -> dict:
    """What titles of one year's charts name."""
    end, places = rows["year_ending"].iloc[0], rows["place"]
    label = measures.label(of.name, end)
    return {"label": label, "unit": of.unit, "end": end, "force": force, "rank": int(places[force])}


def mapped(measure: str, force: str, year, release: str | None = None) -> charts.Exhibit:
    """The tile map of a measure in one year: every force's value, in figures and shaded."""
    of, rows = measure_of(measure), at(measure, year, release)
    name, tiles = area_of(force), areas.tiles()
    frame = pd.DataFrame({"area": FORCES, "code": [CODES[each] for each in FORCES]})
    frame[["x", "y"]] = [tiles[each] for each in FORCES]
    return charts.tile_map(
        frame.assign(value=rows.loc[FORCES, "value"].to_numpy()),
        name,
        **_shown(of, rows["value"]) | ({"digits": 0, "unit": ""} if of.years else {}),
        title="{{ label | first_up }}: {{ force | place }} has the {{ rank | place_among }} of 43",
        subtitle="{{ unit | first_up }}, 12 months to {{ end | day }}; shaded by fifths of forces",
        source=_source(of, rows),
        exhibit=f"mapped_{of.name}",
        places=_about(of, rows, name),
    )


def table_of(force: str, names: list[str], with_=("region", EW), until=None) -> pd.DataFrame:
    """Several measures in one table: a row a measure, a column an area; first the year, the last
    that the measure reaches (up to `until`).
    """
    rows = {}
    for name in names:
        year = nearest(name, until or reached(name)[-1])
        others = [area for each in with_ for area in forces_of(each, area_of(force), year)]
        found = at(name, year)
        rows[with_unit(measure_of(name).name, year)] = {"12 months to": in_words(year)} | found.loc[
            [area_of(force), *others], "value"
        ].to_dict()
    return pd.DataFrame.from_dict(rows, orient="index")

"""The explorer: a chart in which a reader chooses force, measure, comparison and years.

Its drawing is `explorer.vl.json`, in Vega-Lite 5, which JupyterLab shows by itself and for which
`reproduce` writes the scripts into a page. Here it gets its data, the panel at years to June, and
what may be chosen. Every choice is a `<select>` of the browser, which the keyboard reaches.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

import pandas as pd

from helpers import areas, charts, conventions, measures, ranks
from helpers.charts import style
from helpers.charts.tiles import FIFTHS
from helpers.explore.compare import CODES, compare, rows_of
from helpers.explore.names import EVERY, EW, REGION, SIMILAR
from helpers.measures import kinds
from helpers.prose import place_among

SPEC = Path(__file__).with_name("explorer.vl.json")
LEFT_OUT = ("penalty_notice_rate", "cannabis_khat_rate")  # so that the page stays small
SHOWN = [name for name in measures.MEASURES if name.endswith("_rate") and name not in LEFT_OUT]
PARTS = {"value": 7, "place": 2, "low998": 5, "high998": 5, "denominator": 9}  # column -> digits
WIDTH = 280  # pixels of a view; two stand side by side where there is room
INKS = {
    "own": style.FOCUS,
    "nation": style.NATIONAL,
    "beside": "#6F94BD",
    "other": style.OTHER,
    "text": style.INK,
    "soft": style.SOFT,
    "line": style.LINE,
    "mark": style.PRINTED,
    "fifths": list(FIFTHS),
}


def _packed(values: pd.Series, digits: int) -> str:
    """Numbers as one text with spaces between, nothing for none: short in a notebook's file."""
    return " ".join("" if pd.isna(n) else f"{n:.{digits}g}" for n in values.astype(float))


@functools.cache
def records() -> list[dict]:
    """A record a measure and June: the panel's columns, packed, over the areas in order."""
    found = []
    for name in SHOWN:
        of, rows = measures.find(name), rows_of(name)
        for year, own in rows[rows["year_ending"].dt.month == 6].groupby("year_ending"):
            own = own.set_index("area").loc[list(areas.AREAS)]
            packed = {f"{part}s": _packed(own[part], PARTS[part]) for part in PARTS}
            digits = 2 if own["value"].median() < 3 else 1
            about = {"measure": name, "year": year.year, "unit": of.unit, "digits": digits}
            about["apart"] = of.denominator != "offences"
            about["broken"] = own["break_in_series"].iloc[0] != ""
            found.append(about | packed)
    return found


def breaks() -> list[dict]:
    """The breaks on an axis of Junes, on which 2015 is the end of June 2015."""
    found = []
    for each in kinds.BREAKS:
        touched = [name for name in SHOWN if each.moved(measures.find(name))]
        start, end = (round(day.year + day.day_of_year / 365 - 0.496, 3) for day in each[:2])
        if touched:
            found.append({"name": each.name, "start": start, "end": end, "measures": touched})
    return found


def _about(mid_year: int) -> dict[str, dict]:
    """What is known of each force: its place and letters on the map, its region, similar forces."""
    tiles = areas.tiles()
    return {
        force: {
            **dict(zip("xy", tiles[force], strict=True)),
            "code": CODES[force],
            "region": conventions.neighbours(force),
            "similar": conventions.similar_forces(force, mid_year),
        }
        for force in areas.FORCES
    }


def _select(name: str, title: str, value, options: dict) -> dict:
    bind = {"input": "select", "options": list(options), "labels": list(options.values())}
    return {"name": name, "value": value, "bind": bind | {"name": f"{title} "}}


def _params(force: str, measure: str, end: pd.Timestamp, since: int) -> list[dict]:
    mid_year, every = measures.mid_year_before(end), records()
    labels = {name: f"{measures.find(name).label}, {measures.find(name).unit}" for name in SHOWN}
    reach = {name: [r["year"] for r in every if r["measure"] == name] for name in SHOWN}
    junes = {year: f"June {year}" for year in sorted({record["year"] for record in every})}
    forces = {name: name for name in areas.FORCES}
    beside = {EW: f"{EW} only", REGION: "its region", EVERY: f"all {len(forces)} forces"}
    beside[SIMILAR] = f"forces of similar size in mid-{mid_year}"
    constants = {
        "areas": list(areas.AREAS),
        "about": _about(mid_year),
        "nth": ["", *map(place_among, range(1, len(forces) + 1))],
        "reach": {name: [years[0], years[-1]] for name, years in reach.items()},
        "units": labels,
        "nation": EW,
        "apart": ranks.APART[0],
        "ink": INKS,
    }
    return [
        _select("force", "Force", force, forces),
        _select("measure", "Measure", measure, labels),
        _select("beside", "Beside", SIMILAR, beside | forces),
        _select("since", "From", since, junes),
        _select("until", "To", min(end.year, max(junes)), junes),
        *({"name": name, "value": value} for name, value in constants.items()),
    ]


def spec(force: str, measure: str, end: pd.Timestamp, since: int) -> dict:
    """The chart, whole: a dictionary of Vega-Lite with its data and its first choices."""
    chart = json.loads(SPEC.read_text(encoding="utf-8"))
    said, views = chart["vconcat"]
    for view in (said, *views["concat"]):
        view["width"] = WIDTH
    return chart | {
        "params": _params(force, measure, end, since),
        "datasets": {"panel": records(), "breaks": breaks()},
    }


def explorer(force: str, end: pd.Timestamp, measure: str = "recorded_crime_rate") -> charts.Exhibit:
    """The explorer, and as its picture what it shows first: a force beside forces of its size."""
    since = max(2010, min(record["year"] for record in records()))
    first = compare(force, measure, with_=[EW, SIMILAR], since=since, until=end)
    text = dataclasses.replace(first.text, exhibit="explorer")
    return dataclasses.replace(first, text=text, alive=spec(force, measure, end, since))

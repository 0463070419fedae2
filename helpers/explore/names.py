"""What may be asked for by name: measures, forces, sets of forces, years."""

from __future__ import annotations

import difflib

import pandas as pd

from helpers import areas, conventions, measures

EW = areas.ENGLAND_AND_WALES
SIMILAR, REGION, EVERY = "similar forces", "region", "all forces"
SETS = (SIMILAR, REGION, EVERY)
HEADS = {"year_ending": "year ending", "denominator_from": "denominator from",
         "break_in_series": "break in series", "low95": "low, 95%", "high95": "high, 95%",
         "low998": "low, 99.8%", "high998": "high, 99.8%"}  # fmt: skip


def _nearest(what: str, name: str, known: list[str]) -> ValueError:
    """The error that names the three that come nearest."""
    low = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), low, n=3, cutoff=0)
    hint = f"{', '.join(repr(low[n]) for n in near[:-1])} or {low[near[-1]]!r}"
    return ValueError(f"unknown {what} {name!r}: did you mean {hint}?")


def measure_of(name: str) -> measures.Measure:
    """A measure by its name or label; ValueError with the nearest three."""
    by_label = {of.label: of for of in measures.MEASURES.values()}
    if name in measures.MEASURES or name in by_label:
        return measures.MEASURES.get(name) or by_label[name]
    raise _nearest("measure", name, [*measures.MEASURES, *by_label])


def area_of(name: str) -> str:
    """An area by any spelling of its name; ValueError with the nearest three."""
    try:
        found = areas.harmonise(name)
    except ValueError as error:
        known = [*areas.AREAS, *SETS]
        raise (error if " or " in str(error) else _nearest("area", name, known)) from None
    if found not in areas.AREAS:
        raise _nearest("area", name, [*areas.AREAS, *SETS])
    return found


def forces_of(name: str, force: str, year: pd.Timestamp) -> list[str]:
    """The areas that a name stands for: one, or a set of forces seen from one force.

    'similar forces' have a population within a quarter of the force's, at the mid-year before a
    year ends; 'region' is the other forces of its region; 'all forces' the other 42.
    """
    if name == SIMILAR:
        return conventions.similar_forces(force, measures.mid_year_before(year))
    if name == REGION:
        return conventions.neighbours(force)
    if name == EVERY:
        return [each for each in areas.FORCES if each != force]
    return [area_of(name)]


def day(year: int | str | pd.Timestamp) -> pd.Timestamp:
    """The last day of a year: 2012 is the year to 30 June 2012, '2012-03-31' that to that day."""
    return pd.Timestamp(year, 6, 30) if isinstance(year, int) else pd.Timestamp(year)


def with_unit(measure: str, year_ending: pd.Timestamp) -> str:
    """A measure's label in a year with its unit: 'recorded crime rate, per 1,000 population'."""
    label, unit = measures.label(measure, year_ending), measures.find(measure).unit
    return label if label.endswith(unit) else f"{label}, {unit}"


def in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the panel for a page: measures, releases and columns as a reader calls them."""
    named = map(with_unit, rows["measure"], rows["year_ending"])
    releases = rows["release"].map(measures.release_name).str.removeprefix("the ")
    return rows.assign(measure=list(named), release=releases).rename(columns=HEADS)

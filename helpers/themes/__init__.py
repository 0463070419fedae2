"""One module a notebook, of the same name: its tables and findings, of a force and a year.

Every theme has `year_shown(force, end)`, the year its page shows; `about(force, end)`, what the
page gives for another force or year, in a sentence; and `CLAIMS`, the ids of the report's claims
that its notebook tests. It may have `attached()`, files beside its page: name -> content.
"""

from __future__ import annotations

import shlex

import pandas as pd

from helpers import areas, measures, report
from helpers.prose import day

HEADS = {  # columns as a reader calls them
    "area": "area",
    "year_ending": "12 months to",
    "group": "kind",
    "value": "rate",
    "rate": "rate",
    "offences": "crimes",
    "incidents": "incidents",
    "outcomes": "outcomes",
    "denominator": "divided by",
    "denominator_from": "which are",
    "national": "England and Wales",
    "places": "place (95% interval)",
    "place": f"place of {len(areas.FORCES)}",
}
FEW_PEOPLE = 50_000  # below this a rate per resident says little: only the City of London has fewer


def chosen(force: str, year_ending: str) -> tuple[str, pd.Timestamp]:
    """A notebook's two parameters as the collection knows them. ValueError: unknown ones."""
    return areas.force(force), measures.year_ending(year_ending)


def _elsewhere(force: str) -> str:
    """Where the report on a force is that this page is not made with."""
    if not report.is_elsewhere(force):
        return "which is not part of this collection"
    where, start = report.place_of(force), f"{report.VARIABLE}={shlex.quote(force)} make lab"
    return f"**which lies in data/{where}/ and was not chosen: start with `{start}`**"


def other_year(force: str, end: pd.Timestamp, shown: pd.Timestamp) -> str:
    """What comes first where a page is not about the report's force and year, or shows another.

    '' for the report's own.
    """
    found = ""
    if shown != end:
        found = f"**This page shows the year to {day(shown)}**: its data does not reach "
        found += f"the year to {day(end)}. "
    if force != report.FORCE:
        found += f"The report is about {report.FORCE}; what the inspectorate wrote about "
        found += f"{areas.place(force)} stands in another report, {_elsewhere(force)}."
    elif shown != report.YEAR_ENDING:
        found += f"The report is about the year to {day(report.YEAR_ENDING)}: its numbers are held "
        found += "against that year only."
    return found.rstrip()


def residents_note(force: str, end: pd.Timestamp) -> str:
    """A warning where few people live and many come to work; '' elsewhere."""
    people = int(measures.population(measures.mid_year_before(end))[0][force])
    if people >= FEW_PEOPLE:
        return ""
    return (
        f"**Read rates with care:** {areas.place(force)} has {people:,} residents, and many more "
        "people work there by day. A rate per resident says little about anybody's risk."
    )

"""What the site's own pages tell, asked of the themes: no number stands in a template."""

from __future__ import annotations

import re

import pandas as pd

from helpers import areas, claims, data, exhibits, report
from helpers.prose import month, place_within
from helpers.themes import at_a_glance, crime_outcomes, recorded_crime, what_happened_next

EW = areas.ENGLAND_AND_WALES


def landing() -> dict:
    """What the start page's sentences are filled from."""
    force, end, ledger = report.FORCE, report.YEAR_ENDING, claims.ledger()
    high = crime_outcomes.high(force, crime_outcomes.year_shown(force, end))
    return {
        "published": month(pd.Timestamp(data.sources("judgments_2015")["as_at"].iloc[0])),
        "judged": at_a_glance.questions_in_words(),
        "questions": list(at_a_glance.questions()[["question", "printed"]].itertuples(False)),
        "tally": claims.tally(ledger),
        "once": claims.tally(ledger, distinct=True).total,
        "sources": list(claims.by_source(ledger).reset_index().itertuples()),
        "yardstick": claims.revision()[list(areas.FORCES)].abs().quantile([0.5, 0.9]).tolist(),
        "rate": exhibits.spread("recorded_crime_rate", force, end),
        "change": exhibits.change("recorded_crime", force, end),
        "kinds": recorded_crime.kinds_by_recording(force, end),
        "printed": {area: _printed(ledger, area) for area in (force, EW)},
        "correction": recorded_crime.correction()[1],
        "places": [f"the {place_within(s.place, s.places)} for {kind}" for kind, s in high.items()],
        "unusual": crime_outcomes.unusual(high),
        "course": what_happened_next.courses(force, end)[-1],
    }


def _printed(ledger: pd.DataFrame, area: str) -> object:
    """The claim on an area's rate of recorded crime in the year of the report."""
    found = ledger[(ledger["measure"] == "recorded_crime_rate") & (ledger["area"] == area)]
    found = found[(found["period"] == f"{report.YEAR_ENDING:%Y-%m-%d}") & (found["printed"] != "")]
    return next(found.itertuples())


def register() -> list[dict]:
    """The data files, a dictionary a file."""
    return data.register().reset_index().to_dict("records")


def registered(words: str) -> str:
    """Words of a page, every data file that they name linked to what the register says of it."""
    known = {name.rpartition("/")[2]: areas.slug(name) for name in data.register().index}
    names = rf"(?:data/)?(?:\w+/)?\b({'|'.join(map(re.escape, known))})\b"
    link = '<a href="data.html#{}">{}</a>'.format
    return re.sub(names, lambda at: link(known[at[1]], at[0].replace("_", "_<wbr>")), words)

"""What a force's number can be held against: the country, its region, forces of its size."""

from __future__ import annotations

import functools

import pandas as pd

from helpers import areas, data, measures
from helpers.conventions.choices import THRESHOLDS, threshold

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
FORTY_TWO = [force for force in FORCES if force != "City of London"]  # few live there
COUNTRY, REST = f"{EW}, pooled", f"the rest of {EW}, pooled"
OF_REGION = "the mean of the rest of its region"
# fmt: off
COMPARISONS = (  # of `compared`, the one that the report prints first
    COUNTRY, REST, "the mean of 43 forces", "the mean without the City of London",
    "the median force", OF_REGION, "the mean of forces of similar size")
# fmt: on


@functools.cache
def similar_forces(area: str, mid_year: int) -> list[str]:
    """Other forces whose population is near the area's."""
    people = measures.population(mid_year)[0][FORCES]
    near = (people / people[area] - 1).abs() <= threshold("similar size")
    return [force for force in people.index[near] if force != area]


@functools.cache
def neighbours(area: str) -> list[str]:
    """The other forces of the area's region; one neighbour is no region."""
    region = data.load("forces").set_index("force")["region"]
    near = [force for force in FORCES if region[force] == region[area] and force != area]
    return near if len(near) > 1 else []


def result(parts: list[tuple]) -> pd.Series:
    """Count / denominator of one year, or from the first year to the second the change in per cent.

    `parts`: (count, denominator) by year; each a column by area, or a number.
    """
    rates = [count / denominator for count, denominator in parts]
    return rates[0] if len(rates) == 1 else measures.percentage_change(rates[1], rates[0])


def compared(parts: list[tuple[pd.Series, pd.Series]], area: str, year: pd.Timestamp) -> dict:
    """What a force's `result` can be held against: comparator -> (value, kind, why).

    The rest of the country is pooled: the others' counts over the others' denominators. Forces that
    are not among the parts are left out; a comparator without forces is not a number.
    """
    every = result(parts)
    forces = every.reindex(FORCES).dropna()
    rest = result([(c[EW] - c[area], d[EW] - d[area]) for c, d in parts])
    near, similar = neighbours(area), similar_forces(area, measures.mid_year_before(year))
    # fmt: off
    found = (
        (rest, "country", "the words taken literally"),
        (every[EW], "country", "what the report prints beside it"),
        (forces.mean(), "typical force", "every force alike"),
        (forces.drop("City of London", errors="ignore").mean(), "typical force",
         "it has few residents"),
        (forces.median(), "typical force", "no force weighs more"),
        (forces.reindex(near).mean(), "region", "neighbours have more in common"),
        (forces.reindex(similar).mean(), "size", THRESHOLDS["similar size"][1]),
    )
    # fmt: on
    return dict(zip((REST, COUNTRY, *COMPARISONS[2:]), found, strict=True))


def comparators(measure: str, area: str, year: pd.Timestamp) -> pd.DataFrame:
    """What a force's rate can be held against (`compared`): columns value, kind, why.

    A region is named. ValueError: an area that is no force.
    """
    if area not in areas.FORCES:
        raise ValueError(f"{area!r} is no force to compare with others")
    table, of = measures.rates(measure, [year]).set_index("area"), measures.find(measure)
    scale = measures.per_100 if of.denominator == "offences" else measures.per_1000
    rows = compared([(scale(table[of.counted], 1), table["denominator"])], area, year)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "kind", "why"])
    region = data.load("forces").set_index("force")["region"][area]
    return frame.rename({OF_REGION: f"{OF_REGION} ({region})"}).dropna()

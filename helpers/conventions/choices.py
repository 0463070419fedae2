"""What any measure can be asked for in another way, and under how many ways words hold."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from helpers import areas, measures
from helpers.measures import counts

AS_REPORTED = "as the report counts"
# fmt: off
# what a word of the report is taken to mean: the number, and why it stands there
THRESHOLDS = {
    "low": (1 / 3, "the lowest third of forces"),
    "lower": (1 / 4, "the lowest quarter, a stricter reading of the same"),
    "many": (1 / 2, "more than half of the forces"),
    "impressive": (1 / 4, "the quarter of forces with the largest falls"),
    "one of the highest": (10, "the highest 10 of 43 forces, about a quarter"),
    "one of the very highest": (5, "the highest 5, a stricter reading of the same"),
    "similar size": (0.25, "population within a quarter of the force's own"),
    "old outcomes": (200 / 3, "more than two thirds of old kinds: new kinds are missing"),
    "differ": (2, "variance beyond twice that of chance, or the highest rate twice the lowest"),
}
# fmt: on
# what a rate of one year can be divided by: (mid-years after the last before its end, release)
ESTIMATES = {
    "the mid-year before": (0, "original"),
    "the mid-year before, revised": (0, "revised"),
    "the next mid-year": (1, "original"),
    "the next mid-year, revised": (1, "revised"),
}
QUARTERS_OFF = (0, -1, 1)  # the quarters' ends that a year can end with
BASES = {"1y": (1,), "5y": (5, 3, 4, 6, 7)}  # years that a change looks back, the report's first


def threshold(word: str) -> float:
    """The number that a word of the report is taken to mean."""
    return THRESHOLDS[word][0]


@dataclass(frozen=True)
class Convention:
    """One way of counting: what is asked of `measures.values`, its kind, why it is defensible."""

    choices: dict
    kind: str
    why: str


@functools.cache
def conventions() -> dict[str, Convention]:
    """Name -> convention, the report's own first. Names of releases come from the register."""
    own, revised = "each year's own population", "the revised population estimates"
    corrects = "later revisions correct earlier records"
    # fmt: off
    rows = [
        (AS_REPORTED, {}, "report", "the earlier release, and for all years of a comparison the "
                                    "mid-year population before its last year's end"),
        *((measures.release_name(vintage), {"vintage": vintage}, "release", corrects)
          for vintage in counts.VINTAGES[1:]),
        (revised, {"population_rule": "revised"}, "population",
         "the estimates as ONS has since corrected them"),
        (own, {"population_rule": "each year's own"}, "population",
         "a rate usually divides by the people of its own year"),
        (f"{own}, revised", {"population_rule": "each year's own, revised"}, "population",
         "both of the above"),
        (f"{areas.TRANSPORT_POLICE} counted in", {"include": ("transport police",)},
         "transport police", "its crimes happen in England and Wales too"),
        ("forces' own fraud counted in", {"include": ("fraud",)}, "fraud",
         "until 2013 forces still recorded fraud themselves"),
    ]
    # fmt: on
    return {name: Convention(*about) for name, *about in rows}


@dataclass(frozen=True)
class Support:
    """Under how many kinds of convention something holds; `fails` names the ways that do not."""

    holds: int
    total: int
    fails: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.holds} of {self.total}"

    @property
    def verdict(self) -> str:
        """supported (all), depends on the method (some), not supported (none)."""
        if self.holds == self.total:
            return "supported"
        return "depends on the method" if self.holds else "not supported"


def support(kind: pd.Series, holds: pd.Series) -> Support:
    """The support of ways (the index of both) by kind: a kind holds when all of its ways do."""
    by_kind = holds.astype(bool).groupby(kind, sort=False).all()
    return Support(int(by_kind.sum()), len(by_kind), tuple(holds.index[~holds.astype(bool)]))


def values_under_each(measure: str, year: pd.Timestamp) -> dict[str, tuple[pd.Series, Convention]]:
    """A measure by area under every convention that reaches it and gives what none gave before."""
    found: dict[str, tuple[pd.Series, Convention]] = {}
    for name, way in conventions().items():
        try:
            values = measures.values(measure, year, **way.choices)
        except ValueError:  # the release or the estimates do not reach this year
            continue
        if not any(np.allclose(values, other, rtol=1e-9, atol=0) for other, _ in found.values()):
            found[name] = values, way
    return found


def under_each(measure: str, area: str, year: pd.Timestamp) -> pd.DataFrame:
    """A measure under every convention that reaches it: a row a convention.

    Columns: value, national, place (1 = the lowest of 43), kind, why. A convention that gives what
    another gave is left out (no fraud to count in; one population in every year of a change).
    """
    rows, national = {}, areas.ENGLAND_AND_WALES
    for name, (found, way) in values_under_each(measure, year).items():
        place = measures.rank(found, area)
        rows[name] = [float(found[area]), float(found[national]), place, way.kind, way.why]
    columns = ["value", "national", "place", "kind", "why"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def estimates(area: str, mid_year: int) -> pd.Series:
    """An area's people by every estimate that a rate could be divided by, the report's own first.

    Mid-years from one before to one after, in both releases; one that a release repeats once.
    """
    years, found = (mid_year, mid_year - 1, mid_year + 1), {}
    for year, release in product(years, ("original", "revised")):
        people, name = measures.population(year, release)
        found[f"mid-{year} ({name})"] = int(people[area])
    return pd.Series(found, name="people")

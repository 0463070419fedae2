"""Other things that outcomes can be divided by, and how they go with drug offences."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import areas, data, measures, stats
from helpers.conventions.choices import threshold
from helpers.conventions.comparisons import FORTY_TWO
from helpers.conventions.crimes import EARLIER, SAME_YEAR
from helpers.data.schemas import ALL_OUTCOMES
from helpers.measures import counts

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
# forces of which kinds of outcome all but stop in a quarter of 2014/15
# fmt: off
FORCES_WITH_ODD_QUARTERS = (
    "Leicestershire", "Merseyside", "Staffordshire", "Suffolk", "West Yorkshire")
# fmt: on
SIX = "outcomes of Figure 4's six kinds"
# outcomes of which the report says so
ONE_OF_THE_HIGHEST = ("caution_youth", "caution_adult", "community_resolution")
DEALS = 2_000  # of forces' shares, at random
# the types that there were before April 2014, which Figure 4 prints
OLD_OUTCOMES = tuple(measures.OUTCOMES[key].type for key in measures.outcomes_of())


@functools.cache
def outcome_divisors(
    end: pd.Timestamp, keep: str = "", vintage: str = measures.VINTAGES[0], people=(0, "original")
) -> dict[str, tuple]:
    """What a year's outcomes can be divided by: name -> (divisor by area, kind, unit).

    Crimes of four periods are near-identical divisors: one kind. One leaves forces with odd
    quarters out (but `keep`). The last two ask another question, what share of outcomes is of one
    type: of the six kinds of Figure 4, and of all, without forces that did not yet record all.
    A tenth of the people stands for them, so that a rate per 100 of it is one per 1,000 people;
    `people`: one of the ESTIMATES. KeyError: a release (`vintage`) that does not reach so far.
    """
    crimes, (later, release) = counts.offences(vintage=vintage), people
    days = (end, end - pd.DateOffset(years=1), end - pd.offsets.QuarterEnd(1))
    this, before, quarter = (crimes.loc[day] for day in days)
    people = measures.population(measures.mid_year_before(end) + later, release)[0]
    crime, per_100 = "per crime", "per 100 crimes"
    even = this.drop([force for force in FORCES_WITH_ODD_QUARTERS if force != keep])
    full = counts.outcomes((ALL_OUTCOMES,)).loc[end].drop(forces_with_old_outcomes(end))
    # fmt: off
    return {
        SAME_YEAR: (this, crime, per_100),
        "crimes of the year before": (before, crime, per_100),
        "the mean of the two years' crimes": ((this + before) / 2, crime, per_100),
        EARLIER: (quarter, crime, per_100),
        "crimes, forces with odd quarters left out": (even, crime, per_100),
        "people": (people / 10, "per head", "per 1,000 people"),
        SIX: (counts.outcomes(OLD_OUTCOMES).loc[end], "share", "per 100 outcomes"),
        "all outcomes recorded": (full, "share", "per 100 outcomes"),
    }


def outcome_places(measure: str, area: str, end: pd.Timestamp) -> pd.DataFrame:
    """An outcome by every divisor: columns value, unit, place (1 = the highest), of, kind."""
    outcomes, rows = counts.outcomes(measures.find(measure).groups).loc[end], {}
    for way, (divisor, kind, unit) in outcome_divisors(end, keep=area).items():
        if area not in divisor:
            continue
        those = [force for force in FORCES if force in divisor]
        rates = measures.per_100(outcomes, divisor)
        place = int(rates[those].rank(ascending=False, method="min")[area])
        rows[way] = [float(rates[area]), unit, place, len(those), kind]
    columns = ["value", "unit", "place", "of", "kind"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@functools.cache
def old_outcomes_share() -> pd.DataFrame:
    """The share of all outcomes that are of the six old kinds, in per cent, by quarter and force.

    Near 100 where the kinds that came in 2014 were not yet recorded; missing where a count is. Rows
    by quarter's end.
    """
    raw = data.load("outcomes_2015").query("scope == 'core'")
    wide = raw.pivot(index="quarter_ending", columns=["outcome_type", "force"], values="outcomes")
    old = wide[list(OLD_OUTCOMES)].T.groupby(level="force").sum(skipna=False).T
    return measures.per_100(old, wide[ALL_OUTCOMES])


def forces_with_old_outcomes(end: pd.Timestamp) -> list[str]:
    """Forces that in some quarter of the year recorded little but the six old kinds of outcome, or
    for which a count of outcomes is missing.
    """
    share = old_outcomes_share()
    year = share[(share.index > end - pd.DateOffset(years=1)) & (share.index <= end)]
    return sorted(year.columns[(year.isna() | (year >= threshold("old outcomes"))).any()])


class DrugLinks(NamedTuple):
    """How an outcome of drug offences goes with how common these are, over forces.

    table: a row a way (offences per head, outcomes per 100 crimes; both per head; both per 100
    crimes), Spearman's r, and mean, low and high of what `DEALS` deals give, their middle 95%.
    outcomes, offences, forces: how many.
    """

    table: pd.DataFrame
    outcomes: int
    offences: int
    forces: int


@functools.cache
def drug_links(measure: str, end: pd.Timestamp) -> DrugLinks:
    """An outcome's links with drug offences, over 42 forces (the City of London left out).

    An outcome of drug offences is a part of them, and follows them even where forces decide by lot.
    A deal hands the forces' shares of drug offences with that outcome to the forces at random:
    outcomes = offences x a share dealt.
    """
    tables = counts.outcomes(measures.find(measure).groups), counts.offences(("Drug offences",))
    outcomes, drugs, crimes = (t.loc[end, FORTY_TWO] for t in (*tables, counts.offences()))
    people = measures.population(measures.mid_year_before(end))[0][FORTY_TWO]
    shares = np.tile(outcomes / drugs, (DEALS, 1))
    dealt = np.random.default_rng(2015).permuted(shares, axis=1) * drugs.to_numpy()
    rows = {}
    for way, below, beside in (
        ("offences per head, outcomes per 100 crimes", crimes, people),
        ("both per head", people, people),
        ("both per 100 crimes", crimes, crimes),
    ):
        common = stats.centred_ranks(drugs / beside)
        r = stats.centred_ranks(dealt / below.to_numpy()) @ common
        own = stats.centred_ranks(outcomes / below) @ common
        rows[way] = [float(own), r.mean(), *np.quantile(r, [0.025, 0.975])]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["r", "mean", "low", "high"])
    return DrugLinks(table, int(outcomes.sum()), int(drugs.sum()), len(FORTY_TWO))

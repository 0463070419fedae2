"""The judgments of 2015 beside public data: notebook 00 asks whether the classes differ in it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import permutation_test, t
from statsmodels.stats.multitest import multipletests

from helpers import areas, data, measures, report, stats
from helpers.data.schemas import JUDGMENTS

MEASURED = {  # every measure with data on all 43 forces in the report's year, and its change
    "recorded_crime_rate": "recorded crime rate",
    "recorded_crime_change_1y": "change in recorded crime",
    "charged_rate": "charge rate",
    "anti_social_behaviour_rate": "anti-social behaviour rate",
    "anti_social_behaviour_change_1y": "change in anti-social behaviour",
}
SHUFFLES, SEED, LEVEL = 9_999, 2015, 0.05


@dataclass(frozen=True)
class Judged:
    """Spearman's correlation of the class (the better, the higher) with each measure, tested.

    table: by measure, rho, p (two-sided, of `shuffles` shuffles of the judgments), adjusted (Holm,
    for the number of measures); counts: forces by class, '1 outstanding'; apart: the measures whose
    adjusted p is below 5%; low, high: the lowest and highest rho; least: the least adjusted p;
    reach: the least rho that so many forces can tell from none at Holm's first step, two-sided at
    5% / measures: t / sqrt(n - 2 + t²), n - 2 degrees of freedom.
    """

    table: pd.DataFrame
    counts: tuple[str, ...]
    apart: tuple[str, ...]
    shuffles: int = SHUFFLES

    @property
    def low(self) -> float:
        return float(self.table["rho"].min())

    @property
    def high(self) -> float:
        return float(self.table["rho"].max())

    @property
    def reach(self) -> float:
        freedom = len(areas.FORCES) - 2
        quantile = t.ppf(1 - LEVEL / len(self.table) / 2, freedom)
        return float(quantile / (freedom + quantile**2) ** 0.5)

    @property
    def least(self) -> float:
        return float(self.table["adjusted"].min())


def values() -> pd.DataFrame:
    """The measures of the 43 forces in the report's year: a row a force, a column a measure."""
    found = {label: measures.values(name, report.YEAR_ENDING) for name, label in MEASURED.items()}
    return pd.DataFrame(found).loc[list(areas.FORCES)].rename_axis(None)


def classes() -> pd.Series:
    """The overall judgment by force."""
    return data.load("judgments_2015").set_index("force")["judgment"].loc[list(areas.FORCES)]


def correlation(column: pd.Series, judgment: pd.Series) -> tuple[float, float]:
    """Spearman's rho of a measure with the class, the better the higher, and its permutation p.

    Both are ranked (ties share the mean rank); the judgments are shuffled over the forces.
    """
    ranked, better = map(stats.centred_ranks, (column, -judgment.map(JUDGMENTS.index)))
    found = permutation_test(
        (better,),
        lambda shuffled, axis: (shuffled * ranked).sum(axis=axis),
        permutation_type="pairings",
        vectorized=True,
        n_resamples=SHUFFLES,
        rng=np.random.default_rng(SEED),
    )
    return float(found.statistic), float(found.pvalue)


@functools.cache
def judged() -> Judged:
    """Whether forces of a better class rank higher or lower on any of the measures."""
    found, judgment = values(), classes()
    rows = {label: correlation(found[label], judgment) for label in found}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["rho", "p"])
    table["adjusted"] = multipletests(table["p"], LEVEL, method="holm")[1]
    tally = judgment.value_counts()
    counts = tuple(f"{tally[kind]} {kind}" for kind in JUDGMENTS if kind in tally)
    return Judged(table, counts, tuple(table.index[table["adjusted"] < LEVEL]))


def places() -> pd.DataFrame:
    """The chart's frame: panel, note, area, kind, place (1 = the lowest), value."""
    tests, found = judged().table, values()
    table = found.rename_axis("area").reset_index()
    table = table.melt("area", var_name="panel")
    row = tests.loc[table["panel"]].reset_index(drop=True)
    said = "rank correlation {:.2f}, p {:.2f}, after Holm {:.2f}".format
    note = [said(*numbers) for numbers in row.itertuples(index=False)]
    place = table.groupby("panel")["value"].rank(method="min").astype(int)
    return table.assign(kind=table["area"].map(classes()), note=note, place=place)


def files() -> list[str]:
    """The tables that the measures are read from."""
    each = (file for name in MEASURED for file in measures.files(name, report.YEAR_ENDING))
    return list(dict.fromkeys(each))

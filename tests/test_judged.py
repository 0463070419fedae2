"""The judgments beside the data: the tests worked out apart, and a planted pattern is found."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr, t

from helpers import areas, charts
from helpers.data.schemas import JUDGMENTS
from helpers.themes import judged

TEXT = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}


def shuffled_p(column, better, draws=4_000):
    """The share of shuffles whose correlation is at least as far out, on either side, doubled."""
    random, own = np.random.default_rng(1), spearmanr(column, better).statistic
    drawn = [spearmanr(column, random.permutation(better)).statistic for _ in range(draws)]
    return min(1, 2 * min(np.mean(np.array(drawn) >= own), np.mean(np.array(drawn) <= own)))


@pytest.mark.slow
def test_correlations_and_p_values_are_those_of_another_way():
    found, values, better = judged.judged(), judged.values(), -judged.classes().map(JUDGMENTS.index)
    for label, row in found.table.iterrows():
        assert row["rho"] == pytest.approx(spearmanr(values[label], better).statistic)
        assert row["p"] == pytest.approx(spearmanr(values[label], better).pvalue, abs=0.03)
    label = "charge rate"
    assert found.table.loc[label, "p"] == pytest.approx(
        shuffled_p(values[label].to_numpy(), better.to_numpy()), abs=0.03
    )


@pytest.mark.slow
def test_the_numbers_that_are_said():
    found = judged.judged()
    assert found.counts == ("1 outstanding", "24 good", "18 requires improvement")
    assert (round(found.low, 2), round(found.high, 2), found.apart) == (-0.14, 0.20, ())
    assert found.least == 1.0 and round(found.reach, 2) == 0.39
    p = found.table["p"].sort_values()
    r = np.linspace(0.2, 0.6, 40_001)  # p = 0.05 / 5 by the t approximation, looked for apart
    p_of = 2 * t.sf(r * np.sqrt(41 / (1 - r**2)), 41)
    assert found.reach == pytest.approx(r[np.abs(p_of - 0.01).argmin()], abs=2e-5)
    by_hand = (p * np.arange(len(p), 0, -1)).clip(upper=1).cummax()
    assert found.table["adjusted"][p.index].to_list() == pytest.approx(by_hand.to_list())


def test_a_planted_pattern_is_found(monkeypatch):
    rank = judged.values()["charge rate"].rank()
    planted = rank.map(lambda place: JUDGMENTS[2] if place <= 20 else JUDGMENTS[1])
    monkeypatch.setattr(judged, "classes", lambda: planted)
    judged.judged.cache_clear()
    try:
        assert judged.judged().apart == ("charge rate",) and judged.judged().high > 0.8
    finally:
        judged.judged.cache_clear()


def test_the_chart_draws_every_force_at_its_place():
    frame = judged.places()
    assert len(frame) == 43 * len(judged.MEASURED)
    exhibit = charts.classes(frame, "Norfolk", JUDGMENTS, **TEXT)
    for ax, (_, rows) in zip(exhibit.figure.axes, frame.groupby("panel", sort=False), strict=True):
        drawn = sorted(x for part in ax.collections for x, _ in part.get_offsets())
        assert drawn == sorted(rows["place"]) and set(drawn) <= set(range(1, 44))
    first, *rest = exhibit.figure.axes
    assert [note.get_text() for note in first.texts] == ["Norfolk"]
    assert not any(ax.texts for ax in rest) and "after Holm 1.00" in frame["note"].iloc[0]
    bars = [line.get_ydata() for line in first.lines if line.get_label() == "mean place"]
    assert [list(y) for y in bars] == [[1, 2]], "no mean of Durham alone"
    own = frame[(frame["area"] == "Norfolk") & (frame["panel"] == "recorded crime rate")]
    assert own["place"].to_list() == [14] and "Norfolk: 14 on recorded crime rate" in exhibit.alt


def test_its_files_are_named():
    assert {"recorded_crime_2018", "outcomes_2015", "incidents_calendar_year"} <= {*judged.files()}
    assert isinstance(judged.classes(), pd.Series) and len(judged.classes()) == len(areas.FORCES)

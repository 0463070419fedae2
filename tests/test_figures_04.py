"""Victim satisfaction: two points and the rest not published, the arithmetic of margins, and the slot when it is filled in."""

import numpy as np
import pandas as pd
import pytest

from conftest import NOTEBOOKS, Run
from helpers import charts, data, names

EW = names.ENGLAND_AND_WALES
NOTEBOOK = next(path for path in NOTEBOOKS if path.name.startswith("04"))
# Made for these tests alone: no value here was ever published.
MADE_UP = {"Norfolk": ["80.1", "82.2", "85.3", "88.4", "89.3"], EW: ["81.1", "81.6", "82.1", "83.1", "83.8"]}


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def shown(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def fill(root, values):
    table = pd.read_csv(root / "published" / "figure_5.csv", dtype=str, keep_default_na=False)
    table["printed"] = [values[row.area][int(row.year_ending[:4]) - 2011] for row in table.itertuples()]
    table.to_csv(root / "published" / "figure_5.csv", index=False, lineterminator="\n")


@pytest.fixture
def run_with(data_copy, monkeypatch):
    """The notebook on a copy of data/ whose slot holds some values."""
    def run(values, **parameters):
        fill(data_copy, values)
        monkeypatch.setattr(data, "ROOT", data_copy)
        return Run(NOTEBOOK, **parameters)
    yield run
    charts.plt.close("all")


@pytest.mark.parametrize(("force", "areas"), [("Norfolk", {"Norfolk": 89.3, EW: 83.8}), ("Metropolitan Police", {EW: 83.8})])
def test_only_the_printed_points_are_drawn(run_notebook, force, areas):
    fig, table = run_notebook("04", FORCE=force).exhibits["figure_5"]
    drawn = lines(fig.axes[0])
    assert {area: list(drawn[area].get_ydata()) for area in areas} == {area: [value] for area, value in areas.items()}
    assert set(drawn) == {*areas, "printed in the report"}
    assert sorted(drawn["printed in the report"].get_ydata()) == pytest.approx(sorted(areas.values()))
    assert shown(fig).count("not\npublished") == 4
    assert table["value"].notna().sum() == len(areas) and (table["printed"] == "not published").sum() == 4 * len(areas)


def test_a_filled_slot_draws_whole_lines_and_adds_the_checks(run_with):
    run = run_with(MADE_UP)
    assert run.names["filled"] and not run.names["faults"]
    fig, _ = run.exhibits["figure_5"]
    drawn = lines(fig.axes[0])
    for area, values in MADE_UP.items():
        assert list(drawn[area].get_ydata()) == [float(value) for value in values]
        assert list(drawn[area].get_xdata()) == [0, 1, 2, 3, 4]
    assert drawn["Norfolk"].get_color() == charts.FOCUS and drawn[EW].get_color() == charts.NATIONAL
    assert not any("published" in text for text in shown(fig))
    assert "80.1% to 89.3%" in " ".join(fig.texts[0].get_text().split())
    assert run.names["agrees"]
    checks = run.names["checks"].set_index("answers a year")
    assert set(checks["in line with 2014"]) == {"yes"} and set(checks["significantly higher than 2011"]) == {"yes"}


def test_the_checks_of_a_filled_slot_can_fail(run_with):
    run = run_with({"Norfolk": ["88.9", "88.0", "88.0", "84.0", "89.3"], EW: MADE_UP[EW]})
    checks = run.names["checks"].set_index("answers a year")
    assert list(checks["in line with 2014"]) == ["yes", "no", "no", "no"]
    assert set(checks["significantly higher than 2011"]) == {"no"}


def test_another_force_never_shows_norfolks_filled_values(run_with):
    run = run_with(MADE_UP, FORCE="Suffolk")
    fig, table = run.exhibits["figure_5"]
    assert set(table["area"]) == {EW} and "Norfolk" not in lines(fig.axes[0]) and "Suffolk" not in lines(fig.axes[0])
    assert list(lines(fig.axes[0])[EW].get_ydata()) == [float(value) for value in MADE_UP[EW]]


@pytest.mark.parametrize("broken", ["", "189.3", "88,4"])
def test_a_faulty_slot_is_named_and_the_figure_stays_as_it_was(run_with, broken):
    run = run_with(MADE_UP | {"Norfolk": ["80.1", "82.2", "85.3", broken, "89.3"]})
    assert not run.names["filled"]
    assert any("The slot is not used" in said and "2014-03-31" in said for said in run.said)
    fig, _ = run.exhibits["figure_5"]
    assert list(lines(fig.axes[0])["Norfolk"].get_ydata()) == [89.3] and shown(fig).count("not\npublished") == 4


@pytest.mark.parametrize("force", ["Norfolk", "City of London"])
def test_the_margin_chart_draws_its_table(run_notebook, force):
    fig, table = run_notebook("04", FORCE=force).exhibits["satisfaction_margin"]
    drawn = lines(fig.axes[0])
    for column in ("margin", "difference_between_two_years"):
        assert list(drawn[column].get_ydata()) == pytest.approx(table[column].to_list()) and (np.diff(table[column]) < 0).all()
        assert list(drawn[f"{column}, marked"].get_xdata()) == [300, 600, 1000, 3000]
    assert "not data" in fig.texts[1].get_text()
    assert any("printed gap" in text for text in shown(fig)) == (force == "Norfolk")


def test_the_formulas_against_an_oracle(run_notebook):
    from statsmodels.stats.proportion import proportion_confint

    run = run_notebook("04")
    for hits, n in ((81, 263), (536, 600), (0, 20)):
        assert run.names["wilson"](hits / n, n) == pytest.approx(proportion_confint(hits, n, method="wilson"), abs=1e-12)
    need = run.names["need"]
    assert need == 173
    assert run.names["wilson"](0.893, need)[0] > 0.838 > run.names["wilson"](0.893, need - 1)[0]
    for n in (300, 600, 1000, 3000):
        edge = run.names["earlier_share"](0.893, n)
        assert not run.names["beyond_chance"](0.893, edge + 1e-6, n) and run.names["beyond_chance"](0.893, edge - 1e-6, n)

"""Charts drawn narrow, for a phone: nothing is cut, lies on another or is too small to read."""

import inspect

import pytest
from legible import faults
from test_charts import DRAWN, draw

from helpers import charts
from helpers.charts.width import NARROW, WIDE
from helpers.reproduce import plans

FORCES = ["Norfolk", "City of London", "Metropolitan Police", "Dyfed-Powys"]


@pytest.mark.parametrize("name", DRAWN)
def test_a_narrow_chart_can_be_read(name):
    exhibit = draw(name)
    narrow = exhibit.narrow()
    assert narrow.get_figwidth() == NARROW and exhibit.figure.get_figwidth() == WIDE
    assert not faults(narrow)


def test_after_a_narrow_chart_and_one_that_fails_charts_are_wide_again():
    with pytest.raises(ValueError, match="no column"):
        draw("ranking", DRAWN["ranking"][1].drop(columns="value"))
    assert draw("ranking").narrow().get_figwidth() == NARROW
    assert draw("ranking").figure.get_figwidth() == WIDE


@pytest.mark.parametrize(
    ("x", "size", "fault"), [(0.98, 9, "cut: 'planted'"), (0.5, 7.5, "small"), (0.02, 9, "on")]
)
def test_a_planted_fault_is_found(x, size, fault):
    figure = draw("places").narrow()
    figure.text(x, figure.texts[0].get_position()[1] - 0.02, "planted", fontsize=size)
    assert any(fault in each for each in faults(figure))


def test_a_key_that_runs_over_the_edge_is_found():
    figure = draw("questions").figure
    assert not faults(figure)
    figure.axes[0].get_legend().set_bbox_to_anchor((1.3, 0))
    assert "cut: 'printed in the report'" in faults(figure)


def test_every_chart_has_a_narrow_one():
    drawn = dict(inspect.getmembers(charts, inspect.isfunction))
    assert {name for name, chart in drawn.items() if hasattr(chart, "__wrapped__")} == set(DRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("force", FORCES)
@pytest.mark.parametrize(
    "notebook", sorted(plans.NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda p: p.stem
)
def test_every_exhibit_can_be_read_on_a_screen_and_on_a_phone(run_notebook, notebook, force):
    exhibits = run_notebook(notebook.name, FORCE=force).exhibits.values()
    figures = [(e.text.exhibit, fig) for e in exhibits for fig in (e.figure, e.narrow())]
    assert not [f"{name}: {each}" for name, fig in figures for each in faults(fig)]

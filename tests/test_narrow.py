"""Charts drawn narrow, for a phone: nothing is cut, lies on another or is too small to read."""

import inspect

import pytest
from matplotlib.text import Text
from test_charts import DRAWN, draw

from helpers import charts
from helpers.charts.width import NARROW, WIDE
from helpers.reproduce import plans

SHOWN, LEAST = 320, 8  # pixels: of the picture on a phone, of its smallest words
FORCES = ["Norfolk", "City of London", "Metropolitan Police", "Dyfed-Powys"]


def words(fig):
    """Every text in sight, also of axes and keys, with its box; lines that lead to it are none."""
    fig.draw_without_rendering()
    unseen = set()
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        ticks = axis._update_ticks() if axis.axes.axison else []
        seen = {axis.label, *(label for tick in ticks for label in (tick.label1, tick.label2))}
        unseen |= {*axis.findobj(Text)} - seen
    shown = (each for each in fig.findobj(Text) if each.get_visible() and each not in unseen)
    return [(each, Text.get_window_extent(each)) for each in shown if each.get_text().strip()]


def faults(fig):
    """Words of a narrow figure that run over its edge or into one another, or are too small."""
    found, (width, height) = words(fig), fig.get_size_inches() * fig.dpi
    wrong = [
        f"cut: {text.get_text()!r}"
        for text, box in found
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]
    least = LEAST * 72 / fig.dpi * width / SHOWN
    wrong += [f"small: {each.get_text()!r}" for each, _ in found if each.get_fontsize() < least]
    return wrong + [
        f"{one.get_text()!r} on {other.get_text()!r}"
        for at, (one, box) in enumerate(found)
        for other, there in found[:at]
        if box.padded(-1).overlaps(there.padded(-1))
    ]


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


def test_every_chart_has_a_narrow_one():
    drawn = dict(inspect.getmembers(charts, inspect.isfunction))
    assert {name for name, chart in drawn.items() if hasattr(chart, "__wrapped__")} == set(DRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("force", FORCES)
@pytest.mark.parametrize(
    "notebook", sorted(plans.NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda p: p.stem
)
def test_every_exhibit_can_be_read_on_a_phone(run_notebook, notebook, force):
    exhibits = run_notebook(notebook.name, FORCE=force).exhibits.values()
    assert not [f"{e.text.exhibit}: {each}" for e in exhibits for each in faults(e.narrow())]

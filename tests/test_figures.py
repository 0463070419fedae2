"""What is drawn is what the table says: the axes are read back and compared with the frames."""

import matplotlib.dates as mdates
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from conftest import NOTEBOOKS
from helpers import charts, names


@pytest.fixture(params=["Norfolk", "City of London"])
def recorded_crime(request, run_notebook):
    return run_notebook("01", FORCE=request.param)


def drawn_lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_figure_1_draws_its_table(recorded_crime):
    frame, lines = recorded_crime.names["figure_1"], drawn_lines(recorded_crime.figures[0].axes[0])
    for area in (recorded_crime.names["FORCE"], names.ENGLAND_AND_WALES):
        own = frame[frame["area"] == area]
        assert lines[area].get_ydata() == pytest.approx(own["rate"].to_numpy())
        assert mdates.date2num(lines[area].get_xdata()) == pytest.approx(mdates.date2num(own["year_ending"].to_numpy()))
        dots = own[own["year_ending"].isin(recorded_crime.names["marked"])]
        assert lines[f"{area}, marked"].get_ydata() == pytest.approx(dots["rate"].to_numpy())
        assert len(dots) == 6


def test_figure_1_marks_what_was_printed(run_notebook):
    run = run_notebook("01")
    diamonds = drawn_lines(run.figures[0].axes[0])["printed in the report"]
    assert sorted(diamonds.get_ydata()) == [45.1, 52.2, 60.3, 63.0]


def test_figure_2_draws_its_table(recorded_crime):
    frame, ax = recorded_crime.names["figure_2"], recorded_crime.figures[1].axes[0]
    assert sorted(bar.get_width() for bar in ax.patches) == pytest.approx(sorted(frame["rate"]))
    labels = [text.get_text() for text in ax.texts]
    for row in frame.itertuples():
        assert f"{row.rate:.1f}  {row.area}" in labels
    dark = [bar for bar in ax.patches if to_hex(bar.get_facecolor()).upper() == charts.FOCUS]
    assert sorted(bar.get_width() for bar in dark) == pytest.approx(sorted(frame[frame["area"] == recorded_crime.names["FORCE"]]["rate"]))


def test_the_ranking_draws_43_forces_in_order(recorded_crime):
    column, ax = recorded_crime.names["of_year"]["rate"], recorded_crime.figures[2].axes[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == list(column.sort_values(ascending=False).index) and len(labels) == 43
    bars = [bar for bar in ax.patches if bar.get_height() == pytest.approx(0.72)]
    cap = 1.25 * column.drop("City of London").max()
    assert [bar.get_width() for bar in bars] == pytest.approx(column[labels].clip(upper=cap).to_list())


def test_a_wrong_figure_would_be_noticed(run_notebook):
    """The reading back can fail: draw another force's line under Norfolk's name and compare."""
    run = run_notebook("01")
    frame = run.names["figure_1"].copy()
    frame.loc[frame["area"] == "Norfolk", "rate"] += 1
    fig = charts.lines(frame, "Norfolk", run.names["marked"], pd.DataFrame(columns=["period", "value"]), title="t", subtitle="s", source="s")
    own = run.names["figure_1"].query("area == 'Norfolk'")
    assert drawn_lines(fig.axes[0])["Norfolk"].get_ydata() != pytest.approx(own["rate"].to_numpy())
    charts.plt.close(fig)


@pytest.mark.parametrize("force", ["Norfolk", "City of London"])
@pytest.mark.parametrize("notebook", [path.stem for path in NOTEBOOKS])
def test_no_text_runs_over_the_edge_or_into_another(run_notebook, notebook, force):
    for fig in run_notebook(notebook, FORCE=force).figures:
        fig.canvas.draw()
        texts = [t for t in [*fig.texts, *(t for ax in fig.axes for t in [*ax.texts, ax.title])] if t.get_text().strip() and t.get_visible()]
        boxes = [t.get_window_extent() for t in texts]
        width, height = fig.get_size_inches() * fig.dpi
        for text, box in zip(texts, boxes, strict=True):
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text.get_text()
        for i, one in enumerate(boxes):
            for j in range(i):
                assert not one.padded(-1).overlaps(boxes[j].padded(-1)), (texts[i].get_text(), texts[j].get_text())


@pytest.mark.parametrize("notebook", [path.stem for path in NOTEBOOKS])
def test_prose_names_the_force_it_is_about(run_notebook, notebook):
    """Norfolk appears in another force's run only where the report itself is spoken of."""
    said = " ".join(run_notebook(notebook, FORCE="Suffolk").said)
    assert "nan" not in said.lower().replace("finance", "").split() and "Traceback" not in said


def test_prose_is_true_for_another_force_and_year(run_notebook):
    run = run_notebook("01", FORCE="Metropolitan Police", YEAR_ENDING="2014-06-30")
    text = " ".join(run.said)
    assert "the Metropolitan Police area" in text and "Norfolk" not in text.replace("The report is about Norfolk", "")
    assert "12 months to 30 June 2014" in text
    assert "left out for the Metropolitan Police area" in text

"""Victim satisfaction: two points and the rest not printed, the arithmetic of margins, and the
slot when it is filled in.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from conftest import NOTEBOOKS, Run
from helpers import areas, charts, data, report
from helpers.reproduce import running
from helpers.themes import victim_satisfaction as theme

EW, JUNE = areas.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30")
NOTEBOOK = next(path for path in NOTEBOOKS if path.name.startswith("04"))
# Made for these tests alone: no value here was ever published.
MADE_UP = {
    "Norfolk": ["80.1", "82.2", "85.3", "88.4", "89.3"],
    EW: ["81.1", "81.6", "82.1", "83.1", "83.8"],
}
TEXT = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}


@pytest.fixture
def fill(data_copy, monkeypatch):
    """Put values into the slot of Figure 5, in a copy of data/."""
    slot, path = data.slot, data_copy / "published" / "figure_5.csv"
    monkeypatch.setattr(data, "slot", lambda figure: slot(figure, data_copy))

    def put(values):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table["printed"] = [
            values[row.area][int(row.year_ending[:4]) - 2011] for row in table.itertuples()
        ]
        table.to_csv(path, index=False, lineterminator="\n")

    return put


def drawn(exhibit):
    return {line.get_label(): line for line in exhibit.figure.axes[0].get_lines()}


def written(exhibit):
    return [text.get_text() for text in exhibit.figure.axes[0].texts]


def draws(exhibit):
    """Whether Figure 5 draws its table: a dot a value, a field for each year that has none."""
    lines, years = drawn(exhibit), list(dict.fromkeys(exhibit.table["year_ending"]))
    for area in (report.FORCE, EW):
        own = exhibit.table[exhibit.table["area"] == area].dropna(subset="value")
        where = [years.index(year) for year in own["year_ending"]]
        if list(lines[area].get_xdata()) != where or list(lines[area].get_ydata()) != [
            *own["value"]
        ]:
            return False
    empty = exhibit.table.groupby("year_ending")["value"].count().eq(0).sum()
    return written(exhibit).count("not\nprinted") == empty


def test_only_the_printed_points_are_drawn(run_notebook):
    run = run_notebook("04")
    exhibit = run.exhibits["figure_5"]
    assert draws(exhibit) and exhibit.table["value"].notna().sum() == 2
    lines = drawn(exhibit)
    assert set(lines) == {"Norfolk", EW, "printed in the report"}
    assert list(lines["Norfolk"].get_ydata()) == [89.3] and list(lines[EW].get_ydata()) == [83.8]
    assert sorted(lines["printed in the report"].get_ydata()) == [83.8, 89.3]
    assert (exhibit.table["printed"] == "not printed").sum() == 8


@pytest.mark.notebook
def test_a_filled_slot_draws_whole_lines_and_adds_the_checks(fill):
    fill(MADE_UP)
    run = Run(NOTEBOOK)
    exhibit, lines = run.exhibits["figure_5"], drawn(run.exhibits["figure_5"])
    assert draws(exhibit) and not any("not" in text for text in written(exhibit))
    for area, values in MADE_UP.items():
        assert list(lines[area].get_ydata()) == [float(value) for value in values]
    assert lines["Norfolk"].get_color() == charts.FOCUS and lines[EW].get_color() == charts.NATIONAL
    assert data.FILLED_IN in exhibit.text.source
    said = " ".join(run.said)
    assert "Four earlier rates of Figure 5 are known here" in said and "cannot be told" not in said
    assert (
        "before in 4 of 4 cases, and significantly higher than that of four years before in 4"
        in said
    )
    assert run.names["apart"][[theme.IN_LINE, theme.SIGNIFICANT]].all(axis=None)


def test_a_wrong_figure_5_would_be_noticed(run_notebook):
    right = run_notebook("04").exhibits["figure_5"]
    for frame in (
        right.table.assign(value=right.table["value"] + 1),
        right.table.assign(value=right.table["value"].fillna(85)),
    ):
        wrong = charts.gaps(frame, "Norfolk", low=70, **TEXT)
        assert not draws(charts.Exhibit(wrong.figure, right.table, "", right.text))


def test_the_axis_goes_down_to_the_lowest_value(run_notebook):
    table = run_notebook("04").exhibits["figure_5"].table
    low = charts.gaps(table.assign(value=table["value"].fillna(61)), "Norfolk", low=70, **TEXT)
    assert low.figure.axes[0].get_ylim() == (55, 100)


def test_the_checks_of_a_filled_slot_can_fail(fill):
    fill(MADE_UP | {"Norfolk": ["88.9", "88.0", "88.0", "84.0", "89.3"]})
    found = theme.apart(*theme.figure_5()[:2])
    assert list(found[theme.IN_LINE]) == [True, False, False, False]
    assert not found[theme.SIGNIFICANT].any()


def test_a_year_before_that_lies_far_higher_is_not_in_line_and_an_earlier_one_not_lower(fill):
    fill(MADE_UP | {"Norfolk": ["97.0", "88.0", "88.0", "97.0", "89.3"]})
    found = theme.apart(*theme.figure_5()[:2])
    assert not found[theme.IN_LINE].any() and not found[theme.SIGNIFICANT].any()


def test_a_slot_filled_in_while_a_kernel_lives_is_read_anew(fill):
    table, filled, _ = theme.figure_5()
    assert not filled and table["value"].count() == 2
    fill(MADE_UP)
    table, filled, _ = theme.figure_5()
    assert filled and table["value"].count() == 10
    fill(MADE_UP | {"Norfolk": ["70.1", *MADE_UP["Norfolk"][1:]]})
    assert theme.figure_5()[0]["value"].iloc[0] == 70.1


@pytest.mark.notebook
@pytest.mark.parametrize("broken", ["", "189.3", "88,4"])
def test_a_faulty_slot_is_named_and_the_figure_stays_as_it_was(fill, broken):
    fill(MADE_UP | {"Norfolk": ["80.1", "82.2", "85.3", broken, "89.3"]})
    run = Run(NOTEBOOK)
    assert any(
        "values filled in are not used" in said and "2014-03-31" in said for said in run.said
    )
    assert draws(run.exhibits["figure_5"])
    assert list(drawn(run.exhibits["figure_5"])["Norfolk"].get_ydata()) == [89.3]
    assert theme.IN_LINE not in run.names["apart"]


def draws_margins(exhibit, table):
    lines = drawn(exhibit)
    return all(
        lines[column].get_ydata() == pytest.approx(table[column].to_numpy())
        and list(lines[f"{column}, marked"].get_xdata()) == [300, 600, 1000, 3000]
        for column in ("margin", "lower")
    )


def test_the_margin_chart_draws_its_table(run_notebook):
    exhibit = run_notebook("04").exhibits["satisfaction_margin"]
    assert draws_margins(exhibit, exhibit.table) and "not data" in exhibit.text.subtitle
    assert (np.diff(exhibit.table[["margin", "lower", "higher"]], axis=0) < 0).all()
    wrong = exhibit.table.assign(margin=exhibit.table["margin"] + 0.1)
    assert not draws_margins(exhibit, wrong)
    marked = exhibit.table[exhibit.table["answers"].isin(theme.ANSWERS)].round(1)
    assert marked["margin"].to_list() == [3.5, 2.5, 1.9, 1.1]
    assert marked["lower"].to_list() == [5.4, 3.7, 2.9, 1.6]
    assert marked["higher"].to_list() == [4.4, 3.2, 2.6, 1.5]


def test_no_label_of_the_charts_lies_on_another(run_notebook, overlaps):
    for exhibit in run_notebook("04").exhibits.values():
        assert not overlaps(exhibit.figure)


@pytest.mark.slow
def test_the_fewest_answers_are_where_wilson_s_interval_leaves_the_national_rate_out():
    found = theme.gap()
    assert (found.fewest, found.least, found.most) == (173, 167, 179)
    assert found.always == 185

    def low(answers):
        return proportion_confint(0.893 * answers, answers, method="wilson")[0]

    assert low(found.fewest) > 0.838 > low(found.fewest - 1)
    assert found.crimes == 37_608 and round(found.per_100(173), 2) == 0.46


@pytest.mark.parametrize("answers", theme.ANSWERS)
def test_the_smallest_difference_is_where_the_test_turns(answers):
    edge = 0.893 - theme.smallest(answers) / 100
    assert theme.wald(0.893, edge + 1e-6, answers) < norm.isf(0.025)
    assert theme.wald(0.893, edge - 1e-6, answers) > norm.isf(0.025)
    above = 0.893 + theme.smallest(answers, higher=True) / 100
    assert theme.wald(0.893, above - 1e-6, answers) > -norm.isf(0.025)
    assert theme.wald(0.893, above + 1e-6, answers) < -norm.isf(0.025)


def test_a_difference_found_four_times_in_five_is_found_so_often():
    earlier = 0.893 - theme.smallest(1_000, power=0.8) / 100
    random = np.random.default_rng(2015)
    p, q = (random.binomial(1000, share, 40_000) / 1000 for share in (0.893, earlier))
    error = np.sqrt((p * (1 - p) + q * (1 - q)) / 1000)
    assert ((p - q) / error > 1.96).mean() == pytest.approx(0.8, abs=0.015)


def test_control_numbers():
    apart = theme.apart(*theme.figure_5()[:2]).round(1)
    assert apart["line"].to_list() == [83.9, 85.6, 86.4, 87.7]
    assert apart["found"].to_list() == [8.1, 5.5, 4.2, 2.3]
    assert theme.answers_needed()["fewest answers"].to_list() == [173, 122, 177, 259, 298, 429, 643]
    assert theme.by_level().round(1).to_numpy().tolist() == [
        [5.4, 3.7, 2.9, 1.6],
        [7.3, 5.0, 3.8, 2.1],
        [9.0, 6.1, 4.6, 2.6],
    ]


def test_printed_twice_is_repeated_and_what_the_notebook_tests_is_checkable(run_notebook):
    rows = run_notebook("04").names["rows"].set_index("id")
    assert len(rows) == 7 and set(rows["verdict"][rows["printed"] != ""]) == {"repeated"}
    assert not rows["verdict"].str.startswith("reproduced").any()
    assert "not checkable" not in set(rows["verdict"][[*theme.CLAIMS]])


@pytest.mark.parametrize("force", ["Suffolk", "City of London", "Metropolitan Police"])
def test_another_force_gets_one_honest_paragraph_and_nothing_else(run_notebook, force):
    run = run_notebook("04", FORCE=force)
    assert len(run.said) == 1 and not run.exhibits and not run.shown
    assert (
        f"How many victims in {areas.place(force)} were satisfied is not known here" in run.said[0]
    )
    assert "31 March 2015" in run.said[0] and "83.8%" in run.said[0] and "89.3%" not in run.said[0]


@pytest.mark.notebook
def test_for_another_force_in_jupyterlab_all_cells_run_and_speak_of_the_report_s(monkeypatch):
    monkeypatch.setattr(
        running, "numbers", lambda notebook, force: range(1, len(notebook.cells) + 1)
    )
    run = Run(NOTEBOOK, draw=False, FORCE="Suffolk")
    assert "Suffolk" not in "".join(run.said[1:]) and any(
        "in Norfolk" in said for said in run.said[1:]
    )
    assert set(run.exhibits["figure_5"].table["area"]) == {"Norfolk", EW}


def test_another_year_is_said_first(run_notebook):
    run = run_notebook("04", YEAR_ENDING="2018-12-31")
    assert run.said[0].startswith("**This page shows the year to 31 March 2015**, not to 31 Dec")
    assert theme.about("Norfolk", JUNE) == theme.about("Norfolk", theme.YEAR) == ""
    assert theme.year_shown("Norfolk", JUNE) == theme.YEAR

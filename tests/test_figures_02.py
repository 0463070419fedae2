"""Anti-social behaviour: the control numbers of the issue, the axes read back, and the slot of Figure 3 on values made for the test."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from conftest import NOTEBOOKS, Run
from helpers import charts, data, names

EW = names.ENGLAND_AND_WALES
NOTEBOOK = next(path for path in NOTEBOOKS if path.name.startswith("02"))
GUESSED = {"Greater Manchester", "West Midlands", "West Yorkshire"}


@pytest.fixture(autouse=True)
def figures_let_go():
    """pyplot forgets the figures after each test; the runs keep them."""
    yield
    charts.plt.close("all")


def drawn(ax):
    """The bars of an axis by the label of the tick they stand at, as (width, colour, hatch)."""
    labels = dict(zip(np.round(ax.get_yticks(), 6), [t.get_text() for t in ax.get_yticklabels()], strict=True))
    return {labels[round(bar.get_y() + bar.get_height() / 2, 6)]: (bar.get_width(), to_hex(bar.get_facecolor()).upper(), bar.get_hatch()) for bar in ax.patches}


def points(ax, start):
    """The values of the marks whose legend begins so, without the gaps."""
    line = next(line for line in ax.get_lines() if line.get_label().startswith(start))
    values = np.asarray(line.get_xdata(), dtype=float)
    labels = [t.get_text().rstrip("*") for t in ax.get_yticklabels()]
    return {labels[i]: values[i] for i in np.flatnonzero(~np.isnan(values))}


@pytest.fixture(params=["Norfolk", "City of London", "West Midlands"])
def run(request, run_notebook):
    return run_notebook("02", FORCE=request.param)


def test_control_numbers(run_notebook):
    table = run_notebook("02").exhibits["figure_3"][1].set_index("area")
    assert [round(table.loc["Norfolk", when]) for when in ("after", "before")] == [23_549, 27_692]
    assert round(table.loc["Norfolk", "change"], 1) == -15.0
    assert round(table.loc[EW, "after"]) == 1_887_304 and round(table.loc[EW, "change"], 1) == -7.6
    met = table.loc["Metropolitan Police"]
    assert (round(met["change"], 1), round(met["exact"], 1)) == (-12.5, -15.9)


def test_figure_3_draws_its_table(run):
    fig, table = run.exhibits["figure_3"]
    bars = drawn(fig.axes[0])
    assert len(bars) == 44
    for row in table.itertuples():
        width, colour, hatch = bars[row.area + ("*" if row.median_share else "")]
        assert width == pytest.approx(row.change)
        assert colour == {EW: charts.NATIONAL, run.names["FORCE"]: charts.FOCUS}.get(row.area, charts.OTHER)
        assert bool(hatch) == row.median_share == (row.area in GUESSED)


def test_figure_3_is_sorted_and_says_that_it_is_a_rebuild(run):
    fig = run.exhibits["figure_3"][0]
    labels = [t.get_text() for t in fig.axes[0].get_yticklabels()]
    widths = [drawn(fig.axes[0])[label][0] for label in labels]
    assert labels[0] == EW and widths[1:] == sorted(widths[1:])
    title, subtitle = (" ".join(text.get_text().split()) for text in fig.texts[:2])
    assert title.startswith("Rebuilt:") and "Not HMIC's figures" in subtitle


def test_figure_3_marks_what_was_printed_and_the_exact_figure(run):
    ax = run.exhibits["figure_3"][0].axes[0]
    own = {"Norfolk": -14} if run.names["FORCE"] == "Norfolk" else {}
    assert points(ax, "printed") == {EW: -9, **own}
    assert points(ax, "Metropolitan Police") == {"Metropolitan Police": pytest.approx(-15.88, abs=0.01)}
    diamonds = next(line for line in ax.get_lines() if line.get_label().startswith("printed"))
    assert to_hex(diamonds.get_color()).upper() == charts.PRINTED


def test_rates_draw_their_table(run):
    fig, table = run.exhibits["anti_social_behaviour_rates"]
    assert [bar.get_width() for bar in fig.axes[0].patches] == pytest.approx(table["rate"].to_list())
    prints = next(line for line in fig.axes[0].get_lines() if line.get_label().startswith("printed")).get_xdata()
    own = [31.5, 26.9] if run.names["FORCE"] == "Norfolk" else []
    assert [x for x in prints if not np.isnan(x)] == [*own, 36.2, 32.9]


def test_incidents_and_crimes_draw_their_table(run):
    fig, table = run.exhibits["incidents_and_crimes"]
    assert [bar.get_width() for bar in fig.axes[0].patches] == pytest.approx(table["change"].to_list())
    wide = table.pivot(index="area", columns="kind", values="difference")
    assert (wide["Anti-social behaviour"] + wide["Recorded crime"] - wide["The two together"]).abs().max() <= 1  # each rounded by itself


def test_the_puzzle(run_notebook):
    names_ = run_notebook("02").names
    fit, rules = names_["fit"], list(names_["RULES"])
    one, each = (fit[rule, "Norfolk"][0] for rule in rules[:2])
    assert [round(float(end), 2) for end in (one.low, one.high)] == [-14.71, -14.44]
    assert [round(float(end), 2) for end in (each.low, each.high)] == [-14.06, -13.78]
    assert fit[rules[0], "Norfolk"][1] == pytest.approx(22, abs=1) and fit[rules[1], "Norfolk"][1] == 100
    assert fit[rules[0], EW][1] == 100 and fit[rules[1], EW][1] == pytest.approx(28, abs=1)
    assert fit["mid-2013 for both years", "Norfolk"][0] is None  # 23,618 over mid-2013 is not 26.9


def test_the_ledgers_verdicts_are_shown_for_norfolk_alone(run_notebook):
    said = {force: " ".join(run_notebook("02", FORCE=force).said) for force in ("Norfolk", "Suffolk")}
    ledger = run_notebook("02").names["ledger"].set_index("id")
    for id in ("w_prev_asb_many", "w_overview_asb_impressive"):
        assert ledger.loc[id, "verdict"] in said["Norfolk"] and ledger.loc[id, "reason"] in said["Norfolk"]
        assert ledger.loc[id, "reason"] not in said["Suffolk"]
    assert "23,618" in said["Norfolk"] and "23,618" not in said["Suffolk"] and "14%" not in said["Suffolk"]


@pytest.mark.parametrize("force, asked, used", [("Suffolk", "2014-06-30", "30 June 2014"), ("Norfolk", "2016-06-30", "30 June 2016"),
                                                ("Norfolk", "2013-06-30", "30 June 2015"), ("Nottinghamshire", "2018-03-31", "30 June 2015")])
def test_other_years(run_notebook, force, asked, used):
    run = run_notebook("02", FORCE=force, YEAR_ENDING=asked)
    text = " ".join(run.said)
    assert f"in the year to {used}" in text
    assert ("does not reach" in text) == (asked in ("2013-06-30", "2018-03-31"))
    marks = run.exhibits["figure_3"][1]["printed"].notna().sum()
    assert marks == (0 if used != "30 June 2015" else 2 if force == "Norfolk" else 1)


def fill(root, change=lambda table: table):
    """Write values made for the test into a copy's slot: -14.3 and -8.7 where the report prints, others by their place."""
    path = root / "published" / "figure_3.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    made = [f"{-20 + 0.5 * i:.1f}" for i in range(len(table))]
    table["printed"] = [{"Norfolk": "-14.3", EW: "-8.7"}.get(area, value) for area, value in zip(table["area"], made, strict=True)]
    change(table).to_csv(path, index=False, lineterminator="\n")


@pytest.fixture
def with_slot(data_copy, monkeypatch):
    """The notebook run over a copy of data/ with a slot filled in."""
    def work(change=lambda table: table, **parameters):
        fill(data_copy, change)
        monkeypatch.setattr(data, "ROOT", data_copy)
        return Run(NOTEBOOK, **parameters)
    return work


def test_an_empty_slot_draws_nothing(run_notebook):
    run = run_notebook("02")
    assert "figure_3_hmic" not in run.exhibits and "not published" in " ".join(run.said)


@pytest.mark.parametrize("force", ["Norfolk", "Suffolk"])
def test_a_filled_slot_draws_the_full_chart(with_slot, force):
    run = with_slot(FORCE=force)
    fig, table = run.exhibits["figure_3_hmic"]
    bars, given = drawn(fig.axes[0]), table.set_index("area")["change"]
    assert len(bars) == 44 and given["Norfolk"] == -14.3 and given[EW] == -8.7
    for area, (width, colour, hatch) in bars.items():
        assert width == pytest.approx(given[area]) and not hatch
        assert (colour == charts.FOCUS) == (area == force)
    rebuilt = run.exhibits["figure_3"][1].set_index("area")["change"]
    assert points(fig.axes[0], "rebuilt") == pytest.approx(rebuilt.to_dict())
    assert points(fig.axes[0], "printed") == ({"Norfolk": -14, EW: -9} if force == "Norfolk" else {EW: -9})
    text = " ".join(run.said)
    assert "filled in as -8.7" in text and "agrees with the 9%" in text and "does not agree" not in text
    assert ("agrees with the 14%" in text) == (force == "Norfolk")
    gap = abs(rebuilt - given).drop(EW)
    assert f"by {gap.max():.1f} at most ({gap.idxmax()})" in text


@pytest.mark.parametrize("change, fault", [
    (lambda t: t.assign(printed=t["printed"].where(t["area"] != "Kent", "")), "Kent"),
    (lambda t: t.assign(area=t["area"].replace("Kent", "Kemt")), "Kemt"),
    (lambda t: t.assign(printed=t["printed"].where(t["area"] != "Kent", "-400")), "-400"),
    (lambda t: t.assign(printed=t["printed"].where(t["area"] != "Norfolk", "-12")), "-12"),
])
def test_a_faulty_slot_says_so_and_the_chart_stays(with_slot, change, fault):
    run = with_slot(change)
    lines = [said for said in run.said if "is not used" in said]
    assert lines and fault in " ".join(lines)
    assert "figure_3_hmic" not in run.exhibits and "figure_3" in run.exhibits

"""Organised crime: two printed bars and the rest not published, chance, and both slots when they are filled in."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from scipy import stats

from conftest import NOTEBOOKS, Run
from helpers import charts, claims, data, intervals, names, slots
from helpers.printed import Printed

EW = names.ENGLAND_AND_WALES
NOTEBOOK = next((path for path in NOTEBOOKS if path.name.startswith("06")), None)


def shown(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def bars(fig):
    return [bar.get_width() for container in fig.axes[0].containers for bar in container]


def made_up_6(table):
    """Made for these tests alone: no value here was ever published."""
    empty = table["printed"] == ""
    table.loc[empty, "printed"] = [f"{60 + i}.5" for i in range(int(empty.sum()))]


def made_up_7(table):
    for area, kind, share in (("Norfolk", "Made-up kind", "30"), ("Norfolk", "Another", "16"), (EW, "Made-up kind", "36")):
        table.loc[len(table)] = [area, kind, share]


@pytest.fixture
def run_with(data_copy, monkeypatch):
    """The notebook on a copy of data/ whose slots are changed."""
    def run(force="Norfolk", **changes):
        for figure, change in changes.items():
            path = data_copy / "published" / f"{figure}.csv"
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            change(table)
            table.to_csv(path, index=False, lineterminator="\n")
        monkeypatch.setattr(data, "ROOT", data_copy)
        return Run(NOTEBOOK, FORCE=force)
    yield run
    charts.plt.close("all")


@pytest.mark.parametrize(("force", "rates", "drugs"), [("Norfolk", [53.5, 74.7], [55, 64]), ("City of London", [74.7], [64]), ("West Mercia", [74.7], [64])])
def test_only_printed_values_are_drawn(run_notebook, force, rates, drugs):
    run = run_notebook("06", FORCE=force)
    for exhibit, values, gaps in (("figure_6", rates, 1), ("figure_7", drugs, len(drugs))):
        fig, table = run.exhibits[exhibit]
        assert bars(fig) == values and table["value"].to_list() == values
        assert sum("not published" in text for text in shown(fig)) == gaps
        dashed = [p for p in fig.axes[0].patches if isinstance(p, Rectangle) and not p.get_fill()]
        assert len(dashed) == gaps
    labels = [label.get_text() for label in run.exhibits["figure_6"][0].axes[0].get_yticklabels()]
    assert labels[-1] == ("40 other areas" if force == "Norfolk" else "41 areas")


def test_golden_numbers():
    low, high = intervals.poisson_limits(47)
    assert (round(float(low), 2), round(float(high), 2)) == (34.53, 62.50)
    assert claims.grim(Printed.parse("55%"), 47) == [26]
    exact = stats.binomtest(26, 47).proportion_ci(method="exact")
    assert (round(exact.low, 3), round(exact.high, 3)) == (0.401, 0.698)


def test_sentences_state_the_control_numbers(run_notebook):
    text = " ".join(run_notebook("06").said)
    for words in ("**47** organised crime groups", "39.3 to 71.2 per million", "26 of the 47 groups", "877,684 and 879,326", "up to 3.7", "0.03 to 5.6"):
        assert words in text, words


def test_which_population_gives_both_printed_rates(run_notebook):
    by_people = run_notebook("06").names["by_people"]
    both = by_people[(by_people["gives 53.5"] == "yes") & (by_people["gives 54"] == "yes")]
    assert list(both.index) == ["mid-2014, ONS original", "on the force's page, rounded"]


def test_the_chart_of_chance_is_the_funnel(run_notebook):
    """Limits with no variation beyond chance are those of `intervals.funnel`; where the line enters the band, the band's edge is the line."""
    run = run_notebook("06")
    fig, limits = run.exhibits["groups_chance"]
    people, expected = run.names["people"], run.names["expected"]
    rest = 100_000_000  # a second area so large and average that it fixes the common rate
    counts, whole = pd.Series([expected, 74.7 * rest / 1e6]), pd.Series([people, rest])
    funnel = intervals.funnel(counts, whole, level=0.95, adjusted=False)
    assert limits.iloc[0][["95%, from", "95%, to"]].to_list() == pytest.approx((funnel.loc[0, ["low", "high"]] * 74.7).to_list())
    point = next(line for line in fig.axes[0].get_lines() if line.get_marker() == "o")
    sd, rate = float(point.get_xdata()[0]), float(point.get_ydata()[0])
    edge = 74.7 * (1 - stats.norm.ppf(0.975) * ((sd / 200) ** 2 + 1 / (4 * expected)) ** 0.5) ** 2
    assert rate == pytest.approx(1e6 * 47 / 877_710) and rate == pytest.approx(edge)
    drawn = {band.get_label(): band.get_paths()[0].vertices for band in fig.axes[0].collections}
    assert drawn["95%"][:, 1].max() == pytest.approx(limits["95%, to"].max()) and drawn["99.8%"][:, 1].max() == pytest.approx(limits["99.8%, to"].max())


def test_over_dispersion_is_what_decides(run_notebook):
    table = run_notebook("06").names["sensitivity"]
    p = table["probability of 47 or fewer, doubled"]
    assert p.iloc[0] == pytest.approx(2 * stats.poisson.cdf(47, 74.7 * 877_710 / 1e6)) and p.iloc[0] < 0.05
    assert p[p.index.str.contains("40%")].iloc[0] > 0.05
    assert (table["from"] < table["groups expected"]).all() and (table["groups expected"] < table["to"]).all()


def test_another_force_gets_no_number_of_norfolk(run_notebook):
    run = run_notebook("06", FORCE="Metropolitan Police")
    text = " ".join(run.said)
    assert "nothing on organised crime groups in the Metropolitan Police area" in text and "53.5" not in text and "26 of" not in text
    assert "Norfolk" not in text.replace("The report is about Norfolk", "")


@pytest.mark.parametrize("force", ["Norfolk", "West Mercia", "City of London"])
def test_figure_6_filled_in_is_drawn_whole(run_with, force):
    run = run_with(force, figure_6=made_up_6)
    fig, table = run.exhibits["figure_6"]
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    values = table[table["area"] != EW].set_index("area")["value"].sort_values(ascending=False)
    assert sorted(labels) == slots.FIGURE_6_AREAS and len(labels) == 41 and labels.count(slots.COMBINED) == 1
    drawn = [bar for bar in fig.axes[0].patches if bar.get_height() == pytest.approx(0.72)]
    assert [bar.get_width() for bar in drawn] == pytest.approx(values[labels].to_list()) and values.is_monotonic_decreasing
    dark = [label for label, bar in zip(labels, drawn, strict=True) if to_hex(bar.get_facecolor()).upper() == charts.FOCUS]
    assert dark == {"Norfolk": ["Norfolk"], "West Mercia": [slots.COMBINED], "City of London": []}[force]
    assert not any("not published" in text for text in shown(fig))
    checks = run.names["checks_6"]["holds"]
    assert checks[["Norfolk's value rounds to the printed one", "41 areas, the City of London not among them", "Warwickshire and West Mercia once, together"]].all()
    assert "as filled in by a reader" in fig.texts[2].get_text()


def near_the_national_rate(table):
    table.loc[table["printed"] == "", "printed"] = "75.03"


@pytest.mark.parametrize(("change", "holds"), [(made_up_6, False), (near_the_national_rate, True)])
def test_the_mean_of_the_areas_is_held_against_the_national_rate(run_with, change, holds):
    checks = run_with(figure_6=change).names["checks_6"]["holds"]
    assert checks["the mean weighted by people rounds to the value for England and Wales"] == holds


def test_figure_7_filled_in_is_drawn_whole_and_sums_to_100(run_with):
    run = run_with(figure_7=made_up_7)
    fig, table = run.exhibits["figure_7"]
    assert bars(fig) == table["value"].to_list() and len(table) == 5
    assert [label.get_text() for label in fig.axes[0].get_yticklabels()] == table["crime_type"].to_list()
    assert sum(text.count("holds 100") for text in run.said) == 2
    assert not any("not published" in text for text in shown(fig))


def test_a_half_filled_slot_says_which_row_and_leaves_the_chart_as_it_was(run_with):
    def half(table):
        table.loc[0, "printed"] = "61.0"
    run = run_with(figure_6=half)
    assert "The slot was not used" in " ".join(run.said) and "half-filled" in " ".join(run.said)
    assert bars(run.exhibits["figure_6"][0]) == [53.5, 74.7]


def test_a_misspelt_area_and_shares_beyond_100_are_named(run_with):
    def misspelt(table):
        table.loc[table["area"] == "Suffolk", "area"] = "Sufolk"

    def too_much(table):
        table.loc[len(table)] = ["Norfolk", "Made-up kind", "60"]
    text = " ".join(run_with(figure_6=misspelt, figure_7=too_much).said)
    assert "did you mean" in text and "leaves out 100" in text

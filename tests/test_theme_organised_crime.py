"""Organised crime: printed bars and open ones, one fact said once, chance against ordinary spread,
and both slots when they are filled in. The values filled in are made for the tests alone.
"""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from scipy.stats import nbinom, norm, poisson

from conftest import NOTEBOOKS, Run
from helpers import charts, claims, data, report, stats
from helpers.areas import ENGLAND_AND_WALES as EW
from helpers.areas import FORCES
from helpers.data.slots import COMBINED, FIGURE_6_AREAS
from helpers.themes import organised_crime as theme

PATH = next(path for path in NOTEBOOKS if path.name.startswith("06"))
JUNE = pd.Timestamp("2015-06-30")


@pytest.fixture
def norfolk(run_notebook):
    return run_notebook("06")


def widths(exhibit, fill=True):
    bars = exhibit.figure.axes[0].patches
    return [bar.get_width() for bar in bars if bar.get_fill() == fill]


def is_drawn(exhibit):
    """Whether an exhibit of bars has a bar a known value, an open box a rest, and no other."""
    values = exhibit.table["value"].dropna().to_list()
    return widths(exhibit) == pytest.approx(values)


@pytest.fixture
def with_slots(data_copy, monkeypatch):
    """Fill slots in, in a copy of data/ that the themes then read."""
    read = data.slot

    def put(**changes):
        for figure, change in changes.items():
            path = data_copy / "published" / f"{figure}.csv"
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            change(table)
            table.to_csv(path, index=False, lineterminator="\n")
        monkeypatch.setattr(data, "slot", lambda figure: read(figure, data_copy))

    return put


def made_up_6(table):
    empty = table["printed"] == ""
    table.loc[empty, "printed"] = [f"{60 + n}.5" for n in range(int(empty.sum()))]


def near_the_national_rate(table):
    table.loc[table["printed"] == "", "printed"] = "75.03"


def made_up_7(table):
    for area, kind, share in (
        ("Norfolk", "Made-up kind", "30"),
        ("Norfolk", "Another", "16"),
        (EW, "Made-up kind", "36"),
    ):
        table.loc[len(table)] = [area, kind, share]


# What is drawn


@pytest.mark.parametrize(("name", "printed"), [("figure_6", [53.5, 74.7]), ("figure_7", [55, 64])])
def test_only_printed_values_are_drawn(norfolk, name, printed):
    exhibit = norfolk.exhibits[name]
    assert is_drawn(exhibit)
    assert widths(exhibit) == printed
    words = [text.get_text() for text in exhibit.figure.axes[0].texts]
    open_ones = 1 if name == "figure_6" else 2
    assert sum("not published" in text for text in words) == open_ones
    assert len(widths(exhibit, fill=False)) == open_ones


def test_the_rest_of_figure_6_is_one_open_row(norfolk):
    labels = norfolk.exhibits["figure_6"].figure.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == ["Norfolk", EW, "40 other areas"]


def test_a_wrong_figure_is_seen(norfolk):
    exhibit = norfolk.exhibits["figure_6"]
    wrong = exhibit.table.assign(value=exhibit.table["value"] + 1)
    assert not is_drawn(charts.Exhibit(exhibit.figure, wrong, exhibit.alt, exhibit.text))


def test_no_text_runs_over_the_edge_or_into_another(norfolk, overlaps):
    for exhibit in norfolk.exhibits.values():
        assert not overlaps(exhibit.figure), exhibit.text.exhibit


def test_the_chart_of_chance_draws_its_limits_and_where_the_rate_enters(norfolk):
    exhibit = norfolk.exhibits["groups_chance"]
    ax, table = exhibit.figure.axes[0], exhibit.table
    for band in ax.collections:
        level = {"95% of forces": "95", "99.8% of forces": "998"}[band.get_label()]
        drawn = band.get_paths()[0].vertices[:, 1]
        assert drawn.max() == pytest.approx(table[f"high{level}"].max())
        assert drawn.min() == pytest.approx(table[f"low{level}"].min())
    dot = next(line for line in ax.get_lines() if line.get_marker() == "o")
    spread, rate = float(dot.get_xdata()[0]), float(dot.get_ydata()[0])
    edge = 74.7 * (1 - norm.ppf(0.975) * ((spread / 200) ** 2 + 1 / (4 * 65.564937)) ** 0.5) ** 2
    assert rate == pytest.approx(1e6 * 47 / 877_710)
    assert rate == pytest.approx(edge)
    marked = [round(float(x), 1) for x in dot.get_xdata()]
    assert marked == [9.6, 13.9, 18.5]
    assert [f"{x}%" for x in marked] == [t.get_text() for t in ax.texts if "." in t.get_text()][
        -4:-1
    ]
    words = "about 8% to 10% (by the method) or more, Norfolk lies within the 95% limits"
    assert exhibit.text.title == f"If forces ordinarily differ by {words}"
    assert "not data" in exhibit.text.subtitle


# Numbers


def test_control_numbers():
    g, d = theme.groups(), theme.drugs()
    assert (g.count, g.people, g.national) == (47, 877_710, 74.7)
    assert [round(n, 1) for n in (g.rate, g.needed, g.crime, g.crime_pm)] == [53.5, 9.6, 13.9, 18.5]
    assert g.needed_counts == 8.1 and g.needed_range == "8% to 10%"
    assert [round(g.limits(0)[end], 1) for end in ("low95", "high95", "low998", "high998")] == [
        57.7,
        93.9,
        48.9,
        105.9,
    ]
    assert (d.count, g.count, d.printed, d.national) == (26, 47, "55%", "64%")
    assert [round(n, 1) for n in (d.low, d.high)] == [40.1, 69.8]
    assert round(d.p, 2) == 0.23


def test_the_limits_without_spread_are_those_of_a_funnel():
    g, rest = theme.groups(), 100_000_000  # an average area so large that it fixes the rate
    counts, people = pd.Series([g.expected, 74.7 * rest / 1e6]), pd.Series([877_710, rest])
    funnel = stats.funnel(counts, people).iloc[0]
    for end in ("low95", "high95", "low998", "high998"):
        assert g.limits(0)[end] == pytest.approx(funnel[end] * 74.7)


def test_which_estimate_gives_both_printed_rates():
    table = theme.by_estimate()
    both = table["gives 53.5"] & table["gives 54"]
    assert table.loc[both, "people"].to_list() == [877_710]
    assert table["gives 54"].sum() == 4


def test_one_fact_counts_once():
    rows = claims.ledger(report.FORCE).set_index("id")["verdict"]
    ids = [report.claim(part) for part in ("groups", *theme.RATES)]
    assert rows[ids].to_list() == ["consistent", "repeated", "repeated"]


def test_over_dispersion_is_what_decides():
    w = theme.under_each()
    first, widest = w.iloc[0], w.loc["forces differ by 40%"]
    assert first["p"] == pytest.approx(2 * poisson.cdf(47, 74.7 * 877_710 / 1e6))
    mean, shape = widest["expected"], 1 / 0.4**2
    assert widest["p"] == pytest.approx(2 * nbinom.cdf(47, shape, shape / (shape + mean)))
    assert ((w["low"] < w["expected"]) & (w["expected"] < w["high"])).all()
    chance, beyond = (w.loc[found, "p"].round(3) for found in (w["spread"] == 0, w["spread"] > 0))
    assert (chance.min(), chance.max(), len(chance)) == (0.017, 0.024, 8)
    assert beyond.to_list() == [0.030, 0.068, 0.120, 0.198, 0.555]


# Words that hang on a number


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "at_95", "at_998"),
    [
        (47, False, True),
        (60, True, True),
        pytest.param(30, False, False, marks=pytest.mark.slow),
        pytest.param(90, False, True, marks=pytest.mark.slow),
        (100, False, False),
    ],
)
def test_what_chance_does(count, at_95, at_998):
    g = replace(theme.groups(), count=count)
    words = {True: "inside", False: "outside"}
    assert (g.chance("95"), g.chance("998")) == (words[at_95], words[at_998])
    assert (g.needed == 0) == at_95 and (g.needed_counts == 0) == at_95
    assert (g.needed_range == "0%") == at_95


def test_a_count_above_what_is_expected_is_unusual_on_its_own_side():
    """Doubling the lower tail alone gave 1 for every large count."""
    for spread in (0, 10):
        assert theme.unusual(100, 65.6, spread)[2] < 0.05 < theme.unusual(66, 65.6, spread)[2] <= 1
    assert theme.unusual(100, 65.6)[2] == pytest.approx(2 * poisson.sf(99, 65.6))


def test_the_spread_needed_is_said_by_both_methods_and_with_its_limits(norfolk):
    text = " ".join(norfolk.said)
    assert "about 8% to 10% (by the method) or more" in text
    assert "0.12 or 0.198" in text
    assert "outside the limits for 95% of forces and inside those for 99.8%" in text
    assert "cannot be told" in norfolk.said[0] and "without the Metropolitan Police" in text
    assert "all other kinds: not published" in norfolk.exhibits["figure_7"].alt


def test_a_share_that_fits_no_whole_number_is_an_error(monkeypatch):
    monkeypatch.setattr(theme.claims, "grim", lambda number, whole: [])
    with pytest.raises(ValueError, match="unpack"):
        theme.drugs()


# Other forces and years: one paragraph


@pytest.mark.notebook
@pytest.mark.parametrize("end", ["2012-06-30", "2015-06-30"])
@pytest.mark.parametrize(
    "force", ["Suffolk", "City of London", "Metropolitan Police", "West Mercia"]
)
def test_another_force_gets_one_honest_paragraph(force, end):
    run = Run(PATH, FORCE=force, YEAR_ENDING=end)
    assert len(run.said) == 1
    assert not run.exhibits
    assert not run.shown
    text = run.said[0]
    shown = "**This page shows 30 June 2015**, not 30 June 2012: "
    assert text.startswith("The report is about Norfolk" if end == "2015-06-30" else shown)
    assert "The report is about Norfolk" in text
    assert "30 June 2015" in text
    assert "53.5" not in text
    assert "47" not in text
    assert ("arithmetic, not a count" in text) == (force != "City of London")
    assert ("neighbour" in text) == (force == "West Mercia")


def test_another_year_is_said_first(run_notebook):
    said = run_notebook("06", YEAR_ENDING="2012-06-30").said
    assert said[0].startswith("**This page shows 30 June 2015**")
    assert said[1:] == run_notebook("06").said
    assert theme.about("Norfolk", JUNE) == ""


@pytest.mark.notebook
@pytest.mark.parametrize("force", ["Suffolk", "Warwickshire", "City of London"])
def test_cells_about_the_report_run_for_another_force_too(force, monkeypatch):
    """In JupyterLab nothing is left out: those cells speak of the report's own force."""
    monkeypatch.setattr(
        "helpers.reproduce.running.numbers", lambda nb, force: range(1, len(nb.cells) + 1)
    )
    run = Run(PATH, draw=False, FORCE=force)
    assert run.exhibits["figure_6"].text.title.startswith("Norfolk has 53.5")


# The slots


def test_figure_6_filled_in_is_drawn_whole(with_slots, overlaps):
    with_slots(figure_6=made_up_6)
    six = theme.figure_6()
    exhibit = charts.ranking(six.table, report.FORCE, title="t", subtitle="s", **six.layout)
    ax, values = exhibit.figure.axes[0], exhibit.table.set_index("area")["value"]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert sorted(labels) == sorted([*FIGURE_6_AREAS, EW])
    drawn = [bar for bar in ax.patches if bar.get_height() == pytest.approx(0.72)]
    assert [bar.get_width() for bar in drawn] == pytest.approx(values[labels].to_list())
    named = zip(labels, drawn, strict=True)
    dark = [n for n, bar in named if to_hex(bar.get_facecolor()).upper() == charts.FOCUS]
    assert dark == [report.FORCE]
    assert not overlaps(exhibit.figure)
    assert min(label.get_window_extent().x0 for label in ax.get_yticklabels()) > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (made_up_6, "does not round to the 74.7"),
        (near_the_national_rate, "which rounds to the 74.7"),
    ],
)
def test_a_filled_figure_6_is_held_against_the_national_rate(with_slots, change, words):
    assert theme.filled_in("Norfolk") == ""
    with_slots(figure_6=change)
    assert words in theme.filled_in("Norfolk")
    assert "Norfolk has the lowest rate of 41 areas" in theme.filled_in("Norfolk")
    assert ("differ by 0.0% or 0.0%" in theme.filled_in("Norfolk")) == (change is not made_up_6)
    assert theme.filled_in("City of London") == ""
    assert f"{COMBINED} has the" in theme.filled_in("West Mercia")


@pytest.mark.notebook
def test_filled_in_slots_reach_the_page(with_slots):
    with_slots(figure_6=made_up_6, figure_7=made_up_7)
    run = Run(PATH)
    assert data.FILLED_IN in run.exhibits["figure_6"].text.source
    assert "Sorted bars of 41 areas" in run.exhibits["figure_6"].alt
    assert len(run.exhibits["figure_6"].table) == 42
    seven = run.exhibits["figure_7"]
    assert is_drawn(seven)
    assert seven.table["kind"].to_list() == ["Drug activity"] * 2 + ["Made-up kind"] * 2 + [
        "Another"
    ]
    assert seven.table["area"].to_list() == ["Norfolk", EW] * 2 + ["Norfolk"]
    assert "Norfolk has the lowest rate of 41 areas, which differ by" in " ".join(run.said)
    other = theme.about("Suffolk", JUNE)
    assert "as filled in by a reader, Suffolk has the" in other


def half(table):
    table.loc[0, "printed"] = "61.0"


def misspelt(table):
    table["area"] = table["area"].replace("Suffolk", "Sufolk")


def too_much(table):
    table.loc[len(table)] = ["Norfolk", "Made-up kind", "60"]


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("figure", "fill", "words"),
    [
        ("figure_6", half, "half-filled"),
        ("figure_6", misspelt, "did you mean"),
        ("figure_7", too_much, "leaves out 100"),
    ],
)
def test_a_faulty_slot_says_why_and_leaves_the_chart_as_it_was(with_slots, figure, fill, words):
    with_slots(**{figure: fill})
    run = Run(PATH, draw=False)
    refused = "**What was filled in was not used:**"
    assert any(text.startswith(refused) and words in text for text in run.said)
    found = run.exhibits[figure].table["value"].dropna().to_list()
    assert found == ([53.5, 74.7] if figure == "figure_6" else [55, 64])
    assert theme.figure_6().table["group"].iloc[-1] == "40 other areas"


def test_every_force_has_a_bar_but_one():
    without = [force for force in FORCES if theme.bar_of(force) not in FIGURE_6_AREAS]
    assert without == ["City of London"]

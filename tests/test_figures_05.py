"""Vulnerability and offenders: intervals of small numbers, the force's own counts, and a simulation that says that it is one."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from scipy import stats

from helpers import charts, counts, names

EW = names.ENGLAND_AND_WALES


def labels(fig):
    return [label.get_text() for label in fig.axes[0].get_yticklabels()]


def drawn(fig):
    return {line.get_label(): line for line in fig.axes[0].get_lines()}


def test_golden_numbers():
    wilson = stats.binomtest(68, 79).proportion_ci(method="wilson")
    assert (round(wilson.low, 4), round(wilson.high, 4)) == (0.7676, 0.9204)
    assert stats.binomtest(0, 43).proportion_ci(method="exact").high == pytest.approx(1 - 0.025 ** (1 / 43))
    low, high = (end / (1 - end) for end in stats.binomtest(35, 118).proportion_ci(method="exact"))
    assert (round(low, 3), round(high, 3)) == (0.276, 0.633)


def test_domestic_abuse_draws_its_table(run_notebook):
    fig, table = run_notebook("05").exhibits["domestic_abuse"]
    lines = drawn(fig)
    for what in ("force's page, 2015 edition", "force's page, 2016 edition"):
        assert list(lines[what].get_xdata()) == pytest.approx(table[table["what"] == what]["share"].to_list())
    segments = next(c for c in fig.axes[0].collections if c.get_label() == "printed in the report").get_segments()
    printed = table[table["what"] == "printed in the report"]
    assert np.array(segments)[:, :, 0] == pytest.approx(printed[["low", "high"]].to_numpy())
    assert labels(fig) == [f"{area}, year to March {year}" for area in ("Norfolk", EW) for year in (2015, 2014)]


def test_domestic_abuse_is_near_the_printed_share_but_not_inside(run_notebook):
    table = run_notebook("05").exhibits["domestic_abuse"][1]
    printed = table[table["what"] == "printed in the report"].set_index(["area", "year_ending"])
    assert sorted(printed["share"]) == [8.5, 9.9, 10.0, 11.4]
    counted = table[table["crimes"].notna()]
    assert sorted(counted["crimes"]) == [3589, 4134, 4956] and sorted(counted["recorded"]) == [38060, 38060, 44175]
    for row in counted.itertuples():
        own = printed.loc[(row.area, row.year_ending)]
        assert not own["low"] <= row.share <= own["high"] and abs(row.share - own["share"]) < 1


def test_implied_numbers(run_notebook):
    run = run_notebook("05")
    implied = {(area, year.year): (round(float(n.low)), round(float(n.high))) for (area, year), n in run.names["implied"].items()}
    assert implied["Norfolk", 2015] == (5014, 5058) and implied["Norfolk", 2014] == (3749, 3787)
    calls = run.names["of_area"]["Norfolk"]
    assert (round(float(calls.low)), round(float(calls.high))) == (140_872, 141_750)
    text = " ".join(run.said)
    for words in ("399 per 1,000", "350,000 calls", "76.8% to 92.0% (Wilson)", "**16.2%**", "up to 8.2%", "28% to 63%"):
        assert words in text, words


@pytest.mark.parametrize(("force", "rates"), [("Norfolk", [161, 350, 350_000 / 877.71]), ("Suffolk", [350])])
def test_calls_draw_their_table(run_notebook, force, rates):
    fig, table = run_notebook("05", FORCE=force).exhibits["calls"]
    widths = [bar.get_width() for bar in fig.axes[0].patches]
    assert widths == pytest.approx(rates) and widths == table["rate"].to_list()
    assert labels(fig) == table["what"].to_list()


@pytest.mark.parametrize("force", ["Norfolk", "Metropolitan Police"])
def test_proportions_draw_their_table(run_notebook, force):
    fig, table = run_notebook("05", FORCE=force).exhibits["proportions"]
    dots = [line for line in fig.axes[0].get_lines() if line.get_marker() in ("o", "D")]
    assert [float(line.get_xdata()[0]) for line in dots] == pytest.approx(table["share"].to_list())
    assert [line.get_marker() == "o" for line in dots] == table["low"].notna().to_list()
    assert labels(fig) == table["what"].to_list()
    ends = [segment[:, 0] for lines in fig.axes[0].collections for segment in lines.get_segments() if segment.size and not np.isnan(segment).any()]
    sized = table.dropna()
    assert len(ends) == len(sized) and np.array(ends).ravel() == pytest.approx(sized[["low", "high"]].to_numpy().ravel())
    assert (sized["low"] < sized["share"]).all() and (sized["share"] < sized["high"]).all()


def test_what_has_no_count_gets_no_interval(run_notebook):
    table = run_notebook("05").exhibits["proportions"][1].set_index("what")
    assert table["low"].notna().sum() == 4 and len(table) == 7
    assert table.loc["Staff trained", "n of N"] == "no count printed" and np.isnan(table.loc["Staff trained", "low"])


def test_the_simulation_says_so_and_is_drawn_as_it_came_out(run_notebook):
    run = run_notebook("05")
    fig, table = run.exhibits["regression_to_the_mean"]
    told = [text.get_text() for text in [*fig.texts, *fig.axes[0].texts]]
    assert told[0].startswith("Simulation") and told[1].startswith("SIMULATED, not data") and "SIMULATION" in told
    widths = [bar.get_width() for bar in fig.axes[0].patches]
    assert widths == pytest.approx(table[["first year", "second year"]].to_numpy().ravel().tolist())
    assert not {to_hex(bar.get_facecolor()).upper() for bar in fig.axes[0].patches} & {charts.FOCUS, charts.PRINTED}
    assert (table["second year"] < table["first year"]).all()


def test_the_simulation_agrees_with_theory(run_notebook):
    """A gamma-Poisson rate given its first year's count y has the mean (shape + y) / (shape / 2 + 1)."""
    table = run_notebook("05").names["simulation"]
    theory = (table["shape"] + table["first year"]) / (table["shape"] / 2 + 1)
    assert table["second year"].to_list() == pytest.approx(theory.to_list(), rel=0.05)


def test_the_simulation_is_the_same_for_every_force(run_notebook):
    one, two = (run_notebook("05", FORCE=force).exhibits["regression_to_the_mean"][1] for force in ("Norfolk", "Suffolk"))
    assert one.equals(two)


def test_another_force_gets_no_number_of_norfolk(run_notebook):
    run = run_notebook("05", FORCE="City of London")
    text = " ".join(run.said)
    assert "Norfolk" not in text.replace("The report is about Norfolk", "").replace("all about Norfolk", "").replace("Norfolk's", "")
    for printed in ("11.4%", "161", "4,956", "68 of", "83", "350,000"):
        assert printed not in text
    assert set(run.exhibits["domestic_abuse"][1]["area"]) == {EW}
    assert run.names["sensitivity"]["found"].iloc[0] == "351,169 to 354,699"
    assert int(counts.offences().loc["2015-03-31", EW]) == 3_529_341

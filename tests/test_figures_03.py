"""Crime outcomes: control numbers, the figures read back from their axes, and the arithmetic of Figure 4."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from helpers import charts, measures, names

CONTROLS = {"charged": (9_523, 572_254), "caution_youth": (611, 20_358), "caution_adult": (2_442, 111_530), "penalty_notice": (435, 30_270),
            "cannabis_khat": (681, 41_656), "community_resolution": (2_248, 116_140)}
PRINTED = {"charged or summonsed": (9_517, 577_678), "taken into consideration": (488, 21_318), "out of court, formal": (3_486, 165_384),
           "out of court, informal": (2_925, 159_915)}


@pytest.fixture(params=["Norfolk", "Suffolk", "City of London"])
def outcomes(request, run_notebook):
    return run_notebook("03", FORCE=request.param)


def test_the_counts_are_those_of_the_sources(run_notebook):
    found = run_notebook("03").names["found"]
    for name, (norfolk, national) in CONTROLS.items():
        assert found[name].loc["Norfolk", "outcomes"] == norfolk
        assert found[name].loc[names.ENGLAND_AND_WALES, "outcomes"] == national


def test_the_printed_counts_stand_in_the_table(run_notebook):
    table = run_notebook("03").names["figure_4"].set_index(["outcome", "area"])["printed outcomes"]
    for outcome, (norfolk, national) in PRINTED.items():
        assert (table[outcome, "Norfolk"], table[outcome, names.ENGLAND_AND_WALES]) == (norfolk, national)


def test_figure_4_draws_its_table(outcomes):
    frame, ax = outcomes.names["figure_4"], outcomes.figures[0].axes[0]
    known = frame[frame["rate"].notna()]
    bars = {bar.get_label(): bar for bar in ax.containers}
    for row in known.itertuples():
        (bar,) = bars[f"{row.outcome}, {row.area}"].patches
        assert bar.get_width() == pytest.approx(row.rate)
        assert to_hex(bar.get_facecolor()).upper() == (charts.FOCUS if row.area == outcomes.names["FORCE"] else charts.OTHER)
    assert len(known) == 16 and len(frame) == 18
    marks = [line.get_xdata()[0] for line in ax.get_lines()]
    assert marks == pytest.approx(frame["printed rate"].to_list(), nan_ok=True)


def test_taken_into_consideration_has_no_bar(outcomes):
    row = outcomes.names["figure_4"].query("outcome == 'taken into consideration'")
    assert row["rate"].isna().all() and row["outcomes"].isna().all()
    assert any("no public count" in text.get_text() for text in outcomes.figures[0].axes[0].texts)


def test_only_norfolk_has_printed_numbers_of_its_own(outcomes):
    frame = outcomes.names["figure_4"]
    own = frame[frame["area"] == outcomes.names["FORCE"]]["printed rate"]
    assert own.notna().all() if outcomes.names["FORCE"] == "Norfolk" else own.isna().all()


def test_another_year_draws_no_printed_numbers(run_notebook):
    run = run_notebook("03", YEAR_ENDING="2015-03-31")
    assert run.names["figure_4"]["printed rate"].isna().all()
    assert pd.Timestamp("2015-03-31") == run.names["END"]
    late = run_notebook("03", YEAR_ENDING="2016-06-30")
    assert pd.Timestamp("2015-06-30") == late.names["END"] and any("only for the years to March and June 2015" in text for text in late.said)


def test_the_offences_implied(run_notebook):
    run = run_notebook("03")
    together, by_panel = run.names["together"], run.names["by_panel"]
    norfolk, national = (together[area] for area in ("Norfolk", names.ENGLAND_AND_WALES))
    assert (round(float(norfolk.low)), round(float(norfolk.high))) == (45_684, 45_865) and 45_798 in norfolk
    assert (round(float(national.low)), round(float(national.high))) == (3_609_529, 3_621_806) and 3_611_283 in national
    crime_rates = by_panel[names.ENGLAND_AND_WALES]
    assert (round(float(crime_rates.low)), round(float(crime_rates.high))) == (3_614_868, 3_616_599), "as the notebook on recorded crime finds"
    assert 44_175 not in norfolk and 39_600 not in norfolk


def test_the_intervals_are_drawn_as_worked_out(outcomes):
    frame = outcomes.names["offences_implied"]
    for ax, area in zip(outcomes.figures[1].axes, outcomes.names["implied"], strict=True):
        own, lines = frame[frame["area"] == area].set_index("from"), {line.get_label(): line for line in ax.get_lines()}
        for label, row in own.iterrows():
            assert lines[label].get_xdata() == pytest.approx([row["at least"] / 1000, row["at most"] / 1000])
        assert lines["release of 2018"].get_xdata()[0] == outcomes.names["now"][area] / 1000
        low, high = ax.get_xlim()
        assert low < own.loc["all nine together", "at least"] / 1000 and own.loc["all nine together", "at most"] / 1000 < high


def test_43_forces_are_drawn_at_their_rates(outcomes):
    frame, figure = outcomes.names["outcome_ranks"], outcomes.figures[2]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert sorted(labels) == sorted(names.FORCES)
    for ax, name in zip(figure.axes, outcomes.names["THREE"], strict=True):
        own = frame[frame["outcome"] == outcomes.names["TYPES"][name]].set_index("area").loc[labels]
        dots = next(c for c in ax.collections if len(c.get_offsets()) == 43 and len(c.get_sizes()) == 43)
        assert dots.get_offsets()[:, 0].tolist() == pytest.approx(own["rate"].to_list())
        assert dots.get_offsets()[:, 1].tolist() == list(range(43))
        assert own["rate"].to_dict() == pytest.approx(measures.values(f"{name}_rate", "2015-06-30")[labels].to_dict())
        dark = [to_hex(colour).upper() == charts.FOCUS for colour in dots.get_facecolors()]
        assert [labels[i] for i, yes in enumerate(dark) if yes] == [outcomes.names["FORCE"]]


def test_norfolks_places_and_their_sensitivity(run_notebook):
    run = run_notebook("03")
    assert [run.names["place"][name] for name in run.names["THREE"]] == [1, 4, 6]
    assert run.names["sensitivity"].loc["people (per head)", "community resolutions, place"] == 12
    assert (run.names["added"]["agrees"] == "yes").all() and len(run.names["added"]) == 8
    chance = run.names["chance"]
    assert ((chance.iloc[:, 2] <= chance["place"]) & (chance["place"] <= chance["to"])).all()


def test_the_odd_forces_are_left_out_but_never_the_force_itself(run_notebook):
    assert run_notebook("03").names["sensitivity"]["forces"].iloc[-1] == 40
    suffolk = run_notebook("03", FORCE="Suffolk")
    assert suffolk.names["sensitivity"]["forces"].iloc[-1] == 41
    assert any("odd quarters" in text for text in suffolk.said)


def test_nothing_norfolk_printed_is_said_of_another_force(run_notebook):
    run = run_notebook("03", FORCE="Metropolitan Police")
    assert "9,517" not in " ".join(run.said) and "the report, which says the force" not in " ".join(run.said)
    assert "in the Metropolitan Police area" in " ".join(run.said)


def test_no_text_runs_over_an_edge(outcomes):
    for fig in outcomes.figures:
        fig.canvas.draw()
        width, height = fig.get_size_inches() * fig.dpi
        labels = [t for ax in fig.axes for t in (*ax.get_yticklabels(), ax._left_title, *ax.texts)]
        for text in (t for t in labels if t.get_text() and t.get_visible()):
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text.get_text()

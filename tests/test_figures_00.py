"""At a glance: the tile map, the strip of four questions and the seven panels draw what their tables say."""

import itertools

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from helpers import charts, data, names

TILE = 0.92


@pytest.fixture(params=["Norfolk", "City of London"])
def glance(request, run_notebook):
    return run_notebook("00", FORCE=request.param)


def squares(ax):
    """Where the filled squares of the map stand and their colour: (column, row) -> colour; the legend's stand further right."""
    return {(round(p.get_x()), round(p.get_y())): to_hex(p.get_facecolor()).upper() for p in ax.patches
            if isinstance(p, Rectangle) and p.get_width() == pytest.approx(TILE) and p.get_fill() and p.get_x() < 7.5}


def test_the_map_draws_every_force_in_its_place_and_shade(glance):
    fig, table = glance.exhibits["judgments"]
    drawn, shades = squares(fig.axes[0]), glance.names["SHADES"]
    assert len(drawn) == len(table) == 43
    judged = data.load("judgments_2015").set_index("force")["judgment"]
    for force, place in names.tiles().items():
        assert drawn[place] == to_hex(shades[judged[force]][0]).upper(), force


def test_the_map_reads_without_colour(glance):
    fig, table = glance.exhibits["judgments"]
    texts = [text.get_text() for text in fig.axes[0].texts]
    for row in table.itertuples():
        assert f"{row.abbreviation}\n{row.judgment[0].upper()}" in texts
    lightness = sorted(sum(int(shade[0].lstrip("#")[i:i + 2], 16) for i in (0, 2, 4)) if shade[0] != "white" else 765 for shade in glance.names["SHADES"].values())
    assert all(b - a > 80 for a, b in itertools.pairwise(lightness))


def test_the_force_alone_is_outlined(glance):
    fig, table = glance.exhibits["judgments"]
    outlined = [p for p in fig.axes[0].patches if not p.get_fill() and p.get_x() < 7.5]
    own = table.set_index("force").loc[glance.names["FORCE"]]
    assert [(round(p.get_x()), round(p.get_y())) for p in outlined] == [(own["tile_column"], own["tile_row"])]


def test_the_tally_is_the_announced_one(glance):
    assert glance.names["tally"].to_dict() == {"outstanding": 1, "good": 24, "requires improvement": 18, "inadequate": 0}


@pytest.mark.parametrize(("force", "title"), [
    ("Norfolk", "Norfolk is one of 24 forces judged good; 1 is outstanding, 18 require improvement"),
    ("Durham", "Durham is the one force judged outstanding; 24 are good, 18 require improvement"),
    ("Metropolitan Police", "Metropolitan Police is one of 18 forces judged to require improvement; 1 is outstanding, 24 are good")])
def test_the_title_says_where_the_force_stands(run_notebook, force, title):
    fig, _ = run_notebook("00", FORCE=force).exhibits["judgments"]
    assert " ".join(fig.texts[0].get_text().split()) == title


def strip(fig, scale):
    """Label -> what its markers say, from the top."""
    found = {}
    for line in fig.axes[0].get_lines():
        if not line.get_label().startswith("_"):
            found.setdefault(line.get_label(), {})[int(line.get_ydata()[0])] = scale[int(line.get_xdata()[0])]
    return found


def test_the_four_questions_are_norfolks_alone(run_notebook):
    scale = ["inadequate", "requires improvement", "good", "outstanding"]
    fig, table = run_notebook("00").exhibits["judgments_questions"]
    found = strip(fig, scale)
    assert found["printed in the report"] == dict(enumerate(["good", "outstanding", "good", "good", "good"])) == dict(enumerate(table["printed"]))
    assert found["on HMIC's page of all forces"] == {0: "good"}
    fig, table = run_notebook("00", FORCE="City of London").exhibits["judgments_questions"]
    assert strip(fig, scale) == {"on HMIC's page of all forces": {0: "good"}}
    assert [text.get_text() for text in fig.axes[0].texts].count("not in this collection") == 4


def test_seven_panels_draw_their_table(glance):
    fig, table = glance.exhibits["force_in_numbers"]
    panels = {ax.get_label(): ax for ax in fig.axes if ax.get_label() != "key"}
    assert set(panels) == set(table["panel"]) and len(panels) == 7
    for panel, rows in table.groupby("panel"):
        ax = panels[panel]
        places = ax.get_yticks()
        bars = {round(bar.get_y() + bar.get_height() / 2, 6): bar for bar in ax.patches}
        diamonds = {float(line.get_ydata()[0]): line for line in ax.get_lines()}
        for place, row in zip(places, rows.itertuples(), strict=True):
            assert (place in bars) == pd.notna(row.recomputed) and (place in diamonds) == bool(row.printed)
            if place in bars:
                assert bars[place].get_width() == pytest.approx(row.recomputed)
                assert to_hex(bars[place].get_facecolor()).upper() == (charts.FOCUS if row.area == glance.names["FORCE"] else charts.OTHER)
            if place in diamonds:
                assert diamonds[place].get_xdata()[0] == pytest.approx(row.printed_value)


def test_the_panels_print_what_the_report_prints(run_notebook):
    table = run_notebook("00").names["force_in_numbers"].set_index(["panel", "area", "date"]).sort_index()["printed"]
    latest = {panel: tuple(table[panel, area].sort_index().iloc[-1] for area in ("Norfolk", names.ENGLAND_AND_WALES)) for panel in table.index.levels[0]}
    assert latest == {"Calls for assistance": ("161", "350"), "Crime": ("52.2", "63.0"), "Charge rate": ("20.8%", "16.0%"),
                      "Anti-social behaviour": ("26.9", "32.9"), "Domestic abuse": ("11.4%", "10.0%"), "Organised crime groups": ("53.5", "74.7"),
                      "Victim satisfaction": ("89.3%", "83.8%")}
    recomputed = run_notebook("00").names["force_in_numbers"].set_index(["panel", "area", "date"]).sort_index()["recomputed"]
    assert recomputed["Crime", "Norfolk"].round(2).to_list() == [45.12, 52.18]
    assert recomputed[["Organised crime groups", "Victim satisfaction"]].isna().all()


def test_another_force_has_no_printed_number(run_notebook):
    fig, table = run_notebook("00", FORCE="City of London").exhibits["force_in_numbers"]
    assert (table.loc[table["area"] == "City of London", "printed"] == "").all()
    shown = [text.get_text() for ax in fig.axes for text in ax.texts]
    assert shown.count("not published") == 5  # domestic abuse twice, calls, groups, satisfaction


def test_a_year_without_outcomes_falls_back_and_says_so(run_notebook):
    run = run_notebook("00", FORCE="Suffolk", YEAR_ENDING="2014-06-30")
    table = run.names["force_in_numbers"]
    assert set(table.loc[table["panel"] == "Charge rate", "date"]) == {pd.Timestamp("2015-06-30")}
    assert pd.Timestamp("2014-06-30") in set(table.loc[table["panel"] == "Crime", "date"])
    assert any("no data for the year to 30 June 2014 on charge rate" in said for said in run.said)

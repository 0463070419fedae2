"""At a glance: the map, the four questions and the panels draw what their tables say; each finding
in each of its forms.
"""

import itertools

import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from helpers import areas, charts, claims, data, measures, report, stats
from helpers.charts.tiles import SHADES
from helpers.data.schemas import JUDGMENTS
from helpers.themes import at_a_glance as theme

EW, JUNE = areas.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30")
LATE, EARLY, NEXT = (pd.Timestamp(day) for day in ("2018-12-31", "2012-06-30", "2016-06-30"))
TEXT = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}
MET = "Metropolitan Police"


@pytest.fixture(params=["Norfolk", "City of London"])
def run(request, run_notebook):
    return run_notebook("00", FORCE=request.param)


def squares(ax, filled=True):
    """The squares of the map, not those of its legend further right: (column, row) -> colour."""
    return {
        (round(patch.get_x()), round(patch.get_y())): to_hex(patch.get_facecolor())
        for patch in ax.patches
        if isinstance(patch, Rectangle) and patch.get_fill() == filled and patch.get_x() < 7.5
    }


def maps(exhibit):
    """Whether every force stands in its place with its shade, letters and first letter of class."""
    ax, shades = exhibit.figure.axes[0], dict(zip(JUDGMENTS, SHADES, strict=True))
    drawn, texts = squares(ax), [text.get_text() for text in ax.texts]
    return len(drawn) == len(exhibit.table) == 43 and all(
        drawn[row.x, row.y] == to_hex(shades[row.kind][0])
        and f"{row.code}\n{row.kind[0].upper()}" in texts
        for row in exhibit.table.itertuples()
    )


def test_the_map_draws_its_table_and_the_table_is_the_data(run):
    exhibit = run.exhibits["judgments"]
    assert maps(exhibit)
    table = exhibit.table.set_index("area")
    judged = data.load("judgments_2015").set_index("force")["judgment"]
    assert table["kind"].to_dict() == judged.to_dict()
    places = zip(table["x"], table["y"], strict=True)
    assert dict(zip(table.index, places, strict=True)) == areas.tiles()
    own = table.loc[run.names["FORCE"]]
    assert list(squares(exhibit.figure.axes[0], filled=False)) == [(own["x"], own["y"])]


def test_a_wrong_map_would_be_noticed():
    frame = theme.judgments()
    wrong = frame.assign(kind=frame["kind"].where(frame["area"] != "Kent", "inadequate"))
    drawn = charts.tiles(wrong, "Norfolk", list(JUDGMENTS), **TEXT)
    assert maps(drawn)
    assert not maps(charts.Exhibit(drawn.figure, frame, "", drawn.text))


def test_the_shades_tell_apart_without_colour():
    lightness = sorted(sum(to_rgb(shade[0])) for shade in SHADES)
    assert all(b - a > 0.3 for a, b in itertools.pairwise(lightness))


@pytest.mark.parametrize(
    ("force", "title"),
    [
        ("Norfolk", "Norfolk: good, like 23 other forces; one force was judged better, 18 worse"),
        (
            "Durham",
            "Durham: outstanding, like no other force; no force was judged better, 42 worse",
        ),
        (
            "Metropolitan Police",
            "Metropolitan Police: requires improvement, like 17 other forces; 25 forces were "
            "judged better, none worse",
        ),
    ],
)
def test_the_title_says_where_the_force_stands(run_notebook, force, title):
    assert run_notebook("00", FORCE=force).exhibits["judgments"].text.title == title


def test_the_tally_of_judgments():
    tally = theme.judgments()["kind"].value_counts()
    assert tally.to_dict() == {"good": 24, "requires improvement": 18, "outstanding": 1}
    found = theme.judgment("Norfolk")
    assert (found.judgment, found.alike) == ("good", "23 other forces")


def marks(exhibit):
    """Label -> what its marks say by row, from the top."""
    found, scale = {}, JUDGMENTS[::-1]
    for line in exhibit.figure.axes[0].get_lines():
        if not line.get_label().startswith("_"):
            row, place = int(line.get_ydata()[0]), int(line.get_xdata()[0])
            found.setdefault(line.get_label(), {})[row] = scale[place]
    return found


def test_the_four_questions_are_drawn_for_the_report_alone(run_notebook):
    exhibit = run_notebook("00", FORCE="Norfolk").exhibits["judgments_questions"]
    printed = ["good", "outstanding", "good", "good", "good"]
    assert marks(exhibit) == {
        "printed in the report": dict(enumerate(printed)),
        "on HMIC's page of all forces": {0: "good"},
    }
    assert exhibit.table["printed"].to_list() == printed
    assert "judgments_questions" not in run_notebook("00", FORCE="City of London").exhibits


def test_the_questions_in_words(monkeypatch):
    best = "good overall, better at preventing crime and anti-social behaviour"
    assert theme.questions_in_words() == best
    same = theme.questions().assign(printed="good")
    monkeypatch.setattr(theme, "questions", lambda: same)
    assert theme.questions_in_words() == "good overall"


def draws(exhibit, force):
    """Whether every panel has a bar for what is recomputed and a diamond for what is printed."""
    panels = {ax.get_label(): ax for ax in exhibit.figure.axes if ax.get_label() != "key"}
    good = set(panels) == set(exhibit.table["panel"])
    for panel, rows in exhibit.table.groupby("panel"):
        ax = panels[panel]
        bars = {round(bar.get_y() + bar.get_height() / 2, 6): bar for bar in ax.patches}
        diamonds = {float(line.get_ydata()[0]): line.get_xdata()[0] for line in ax.get_lines()}
        for place, row in zip(ax.get_yticks(), rows.itertuples(), strict=True):
            good &= (place in bars) == pd.notna(row.recomputed)
            good &= (place in diamonds) == bool(row.printed)
            if place in bars:
                colour = charts.FOCUS if row.area == force else charts.OTHER
                good &= bars[place].get_width() == pytest.approx(row.recomputed)
                good &= to_hex(bars[place].get_facecolor()).upper() == colour
            if place in diamonds:
                good &= diamonds[place] == pytest.approx(row.printed_value)
    return good


def test_the_panels_draw_their_table(run):
    exhibit, own = run.exhibits["force_in_numbers"], run.names["FORCE"] == report.FORCE
    assert draws(exhibit, run.names["FORCE"])
    assert exhibit.table["panel"].nunique() == (7 if own else 3)


@pytest.mark.slow
@pytest.mark.parametrize("column", ["recomputed", "printed_value"])
def test_a_wrong_panel_would_be_noticed(column):
    frame = theme.panels("Norfolk", JUNE)
    wrong = frame.assign(**{column: frame[column].where(frame.index != 1, 40.0)})
    drawn = charts.panels(wrong, "Norfolk", **TEXT)
    assert draws(drawn, "Norfolk")
    assert not draws(charts.Exhibit(drawn.figure, frame, "", drawn.text), "Norfolk")


@pytest.mark.parametrize("force", ["Norfolk", "City of London", "Metropolitan Police"])
def test_no_text_runs_over_the_edge_or_into_another(run_notebook, force, overlaps):
    for exhibit in run_notebook("00", FORCE=force).exhibits.values():
        assert not overlaps(exhibit.figure), exhibit.text.exhibit


def test_the_panels_print_what_the_report_prints():
    table = theme.panels("Norfolk", JUNE)
    rows = table.sort_values("date").groupby(["panel", "area"], sort=False).last()
    printed = rows["printed"].unstack()[[report.FORCE, EW]]
    latest = {row.Index: tuple(row[1:]) for row in printed.itertuples()}
    assert latest == {
        "Calls for assistance": ("161", "350"),
        "Crime": ("52.2", "63.0"),
        "Charge rate": ("20.8%", "16.0%"),
        "Anti-social behaviour": ("26.9", "32.9"),
        "Domestic abuse": ("11.4%", "10.0%"),
        "Organised crime groups": ("53.5", "74.7"),
        "Victim satisfaction": ("89.3%", "83.8%"),
    }


def test_the_panels_recompute_control_numbers():
    found = theme.panels("Norfolk", JUNE).set_index(["panel", "area", "date"])["recomputed"]
    found = found.sort_index().round(2)
    assert found["Crime", "Norfolk"].to_list() == [45.12, 52.18]
    assert found["Crime", EW].to_list() == [60.28, 62.90]
    assert found["Charge rate"].to_list() == [15.85, 20.79]
    assert found["Anti-social behaviour", "Norfolk"].to_list() == [31.55, 26.83]
    assert found["Domestic abuse", "Norfolk"].to_list() == [9.43, 11.22]
    for panel in ("Organised crime groups", "Victim satisfaction", "Calls for assistance"):
        assert found[panel].isna().all()


def test_known_months_are_used_for_england_and_wales():
    found = theme.panels("Norfolk", JUNE).set_index(["panel", "area", "date"])["recomputed"]
    assert found["Anti-social behaviour", EW, JUNE] == pytest.approx(32.80, abs=0.005)


def test_another_force_has_no_printed_number():
    table = theme.panels("City of London", JUNE).set_index("area")["printed"]
    assert (table["City of London"] == "").all() and (table[EW] != "").all()


def test_a_year_next_to_the_printed_one_is_not_held_against_it():
    table = theme.panels("Norfolk", NEXT).set_index(["panel", "date"])["printed"]
    assert (table["Crime"] == "").all() and (table["Charge rate"] != "").all()


def test_the_verdicts_add_up_and_an_estimate_is_none_that_differs():
    tally = claims.tally(theme.printed_numbers())
    assert (tally.total, tally.reproduced, tally.differs, tally.own_figures) == (24, 6, 4, 2)
    assert (tally.estimated, tally.repeated, tally.not_checkable, tally.consistent) == (4, 3, 5, 0)


def test_the_page_says_first_which_year_it_shows():
    assert theme.about(report.FORCE, report.YEAR_ENDING) == ""
    for end in (EARLY, LATE):
        text = theme.about("Suffolk", end)
        assert text.startswith(f"**This page shows crime for the year to {end.day} {end:%B %Y}.**")
        assert (
            "Data on anti-social behaviour and charge rate does not reach it: the year to "
            "30 June 2015 is shown." in text
        )
    assert theme.about("Norfolk", NEXT).startswith(
        "**This page shows crime and anti-social behaviour for the year to 30 June 2016.**"
    )
    assert "no public figures here" in theme.about("Suffolk", JUNE)
    assert "no public figures here" not in theme.about("Norfolk", LATE)


def test_a_panel_without_data_for_the_year_shows_the_printed_years():
    table = theme.panels("Suffolk", pd.Timestamp("2014-06-30")).groupby("panel")["date"].max()
    assert table["Charge rate"] == JUNE and table["Crime"] == pd.Timestamp("2014-06-30")


def test_two_years_of_a_panel_come_from_one_release():
    end = pd.Timestamp("2019-03-31")
    found = theme.panels("Norfolk", end).query("panel == 'Crime'")
    before = measures.rates(
        "recorded_crime_rate",
        [end - pd.DateOffset(years=1)],
        vintage=measures.VINTAGES[-1],
        comparison_end=end,
    )
    rates = before.set_index("area")["rate"]
    assert found["recomputed"].iloc[2] == pytest.approx(rates["Norfolk"])


@pytest.mark.parametrize(
    ("own", "national", "error", "side"),
    [
        (52.2, 62.9, 0, "below"),
        (62.9, 52.2, 0, "above"),
        (52.22, 52.18, 0, "level"),
        (33.5, 32.8, 3.6, "within the estimate's error"),
        (34.5, 32.8, 3.6, "above"),
    ],
)
def test_the_sides(own, national, error, side):
    assert theme._side(own, national, error) == side


def test_sides_in_words():
    sides = {"Crime": "below", "Charge rate": "below", "Calls": "level", "Abuse": "above"}
    assert theme.grouped(sides) == "below on crime and charge rate; level on calls; above on abuse"
    assert theme.grouped(sides, tell=len) == "below on 2; level on 1; above on 1"


def test_an_estimate_within_its_error_takes_no_side():
    sides = {force: theme.sides(force, JUNE) for force in ("Dyfed-Powys", "Norfolk", MET)}
    found = [each["Anti-social behaviour"] for each in sides.values()]
    assert found == [theme.NEAR, "below", "below"]


def test_the_numbers_that_come_out_and_the_largest_errors(run_notebook):
    said = " ".join(run_notebook("00", FORCE="Norfolk").said)
    for text in ("**No printed number contradicts another** in the report", "24 numbers",
                 "10 can be held against public data", "come out 5 of 5 on Norfolk and 1 of 5 on",
                 "2.8 of 5 on Norfolk and 3.6 of 5", "errors are 0.04% and 0.96%"):  # fmt: skip
        assert text in said, text
    assert not [t for t in run_notebook("00", FORCE="City of London").said if "contradict" in t]


@pytest.mark.parametrize(
    ("force", "end", "words"),
    [
        ("Norfolk", JUNE, "printed in the report and recomputed"),
        ("Suffolk", JUNE, "recomputed, and for England and Wales as printed in the report"),
    ],
)
def test_the_subtitle_says_printed_only_of_what_is_printed(force, end, words):
    frame = theme.panels(force, end)
    assert theme.drawn(frame, force) == words
    assert theme.drawn(frame.assign(printed=""), force) == "recomputed"


def test_norfolk_beside_england_and_wales():
    sides = theme.sides("Norfolk", JUNE)
    assert [name for name, side in sides.items() if side == "above"] == [
        "Domestic abuse",
        "Charge rate",
        "Victim satisfaction",
    ]
    assert list(sides.values()).count("below") == 4


@pytest.mark.slow
def test_standings():
    found = theme.spreads("Norfolk", JUNE)
    assert [s.standing for s in found.values()] == [stats.INSIDE] * 3
    assert [round(s.times, 1) for s in found.values()] == [40.0, 48.4, 15.4]
    city = [s.standing for s in theme.spreads("City of London", JUNE).values()]
    assert city == [stats.OUTSIDE, stats.OUTSIDE, stats.INSIDE]
    assert theme.spreads("Northumbria", JUNE)["Charge rate"].standing == stats.UNSURE


def test_ways_that_are_one_fact_count_once():
    crime, _, charge = (theme.choices(name, "Norfolk", JUNE) for name in theme.DATA)
    assert not crime.duplicated(["value", "against"]).any()
    assert "England and Wales, pooled" not in crime.index
    assert charge["kind"].to_list().count("per crime") == 3


def test_which_comparisons_turn(run_notebook):
    found = theme.turns("Norfolk", JUNE)
    assert found["same side, kinds of choice"].to_list() == ["8 of 8", "6 of 6", "7 of 8"]
    assert found["other side with"].to_list() == ["–", "–", "outcomes of Figure 4's six kinds"]
    assert found.loc["Crime"].iloc[:3].astype(float).round(1).to_list() == [-17.1, -27.8, -3.4]
    assert any(
        "On charge rate the side" in text for text in run_notebook("00", FORCE="Norfolk").said
    )


def test_the_sides_that_turn_in_words():
    found = theme.turns("Norfolk", JUNE)
    assert theme.turning(found) == "On charge rate the side turns with the way of counting"
    none = found.assign(**{"other side with": "–"})
    assert theme.turning(none) == "The sides hold under every way of counting tried"


def test_the_limits_as_a_table():
    found = theme.spreads("Norfolk", JUNE)
    table = theme.limits(found)
    assert list(table.index) == [
        "Crime, per 1,000 population",
        "Anti-social behaviour, per 1,000 population",
        "Charge rate, per 100 offences",
    ]
    assert table["lies"].iloc[0] == stats.INSIDE
    assert tuple(table[["low limit", "high limit"]].iloc[0]) == found["Crime"].band


def test_the_source_line_is_the_registers():
    late, here = (data.source_of(*theme.files("Norfolk", day)) for day in (LATE, JUNE))
    assert "population_revised.csv" in late and "population_revised.csv" not in here
    assert "force_facts.csv" in here
    assert "force_facts" not in theme.files("Suffolk", JUNE)
    assert data.sources("recorded_crime_2018")["release"].iloc[0] in here
    assert "data.police.uk, 4 tables" in here

"""Anti-social behaviour: control numbers, the axes read back, each branch of what chooses words,
and the slot of Figure 3 on values made for the test.
"""

import functools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from conftest import NOTEBOOKS, Run, archive
from helpers import areas, charts, claims, conventions, data, exhibits, measures
from helpers.claims import figure_3
from helpers.themes import anti_social_behaviour as theme

EW, MET = areas.ENGLAND_AND_WALES, "Metropolitan Police"
JUNE = pd.Timestamp("2015-06-30")
NOTEBOOK = next(path for path in NOTEBOOKS if path.name.startswith("02"))
GUESSED = {"Greater Manchester", "West Midlands", "West Yorkshire"}


FIRST, SECOND = (sum(1000 - 10 * n for n in year) for year in (range(12), range(12, 24)))


# Numbers


def test_control_numbers_of_the_report_s_year():
    table = theme.figure_3("Norfolk", JUNE).set_index("area")
    assert table.loc["Norfolk", ["before", "after"]].tolist() == [27_692, 23_549]
    assert table.loc[EW, ["before", "after"]].tolist() == [2_048_058, 1_883_014]
    assert table["value"].round(1)[["Norfolk", EW, MET]].tolist() == [-15.0, -8.1, -15.9]
    assert table["other"].dropna().round(1).to_dict() == {MET: -12.5}
    assert table["printed"].dropna().to_dict() == {"Norfolk": -14, EW: -9}


def test_a_known_month_is_used_everywhere():
    """The Metropolitan Police's months stand in its own change and in the nation's sum."""
    met = theme.fall(MET, JUNE)
    assert met.counted and round(met.changes[areas.place(MET)], 1) == -15.9
    assert (met.before, met.after) == (277_004, 233_030)
    rate = theme.rates("Norfolk", JUNE).set_index(["area", "year_ending"])["value"]
    assert round(rate[EW, JUNE], 2) == 32.80 and round(rate["Norfolk", JUNE], 2) == 26.83


def test_the_place_carries_the_error_of_every_estimate():
    s = theme.fall("Norfolk", JUNE)
    assert (s.place, s.low, s.high) == (6, 1, 27)
    met = theme.fall(MET, JUNE)
    assert met.high - met.low < s.high - s.low  # its own change is counted


def test_changes_are_held_against_the_spread_of_all_forces():
    c = exhibits.change(theme.FAMILY, "Norfolk", JUNE)
    assert (round(c.z, 2), round(c.z_pm, 2), c.standing) == (-1.75, -1.28, "inside")
    assert c.outside == () and c.doubtful == ("Cumbria",)
    assert (round(c.reach, 1), round(c.times, 1), c.beyond) == (1.5, 6.5, 30)


def test_the_half_year_method_is_tested_on_the_force_with_months():
    years, s = theme.tested(), theme.fall("Norfolk", JUNE)
    assert s.tested == MET == theme.tested_force()
    assert years["off by, points"].dropna().round(1).tolist() == [-4.9, 3.4, 1.4]
    assert years["off by, points"].abs().max() == pytest.approx(s.error.change)


def test_incidents_and_crimes_together():
    table = theme.together("Norfolk", JUNE)
    both = table[table["group"] == "The two together"].set_index("area")["value"]
    assert theme.pair(both.round(1), "Norfolk") == {"Norfolk": 3.1, EW: -0.3}
    wide = table.set_index(["area", "group"])[["before", "after"]].unstack("group")
    for when in ("before", "after"):
        parts = wide[when]["Anti-social behaviour"] + wide[when]["Recorded crime"]
        assert (parts - wide[when]["The two together"]).abs().max() <= 1  # each is rounded
    rise = theme.nearest("Norfolk", JUNE)["rise"]
    assert rise.to_dict() == {
        "Anti-social behaviour": -4143,
        "Recorded crime": 6198,
        "The two together": 2055,
        "Public order offences": 1286,
        "Violence without injury": 1783,
        "Stalking and harassment": 347,
        "Criminal damage and arson": 638,
        "these kinds together": 4054,
    }


def test_every_way_of_counting_stands_once_in_one_list():
    ways = theme.readings("Norfolk", JUNE)
    assert list(ways.index) == list(conventions.incident_changes(JUNE))
    assert ways["place"].tolist() == [6, 6, 6, 5, 5, 5, 5, 7, 4, 7, 12]
    assert (ways[theme.SMALLER].min(), ways[theme.SMALLER].max()) == (31, 39)
    year = ways[ways["unit"] == "%"]
    assert year["value"].agg(["min", "max"]).round(1).tolist() == [-17.1, -13.2]
    tally = conventions.support(year["kind"], year["value"] < year["national"])
    assert (tally.holds, tally.total) == (3, 3)


def test_the_fact_check_tries_the_ways_that_the_table_shows():
    row = claims.ledger("Norfolk").set_index("id").loc["w_prev_asb_many"]
    ways = theme.readings("Norfolk", JUNE).drop(conventions.TWO_YEARS)  # the words speak of one
    assert all(way in row["reason"] for way in ways.index)
    kinds = ways["kind"].nunique() + 1  # and the error of the estimate
    assert (row["verdict"], row["computed"]) == ("supported", f"{kinds} of {kinds}")


def test_the_fact_check_counts_incidents_and_near_crimes_as_the_table_does():
    reason = claims.ledger("Norfolk").set_index("id")["reason"]["w_prev_asb_to_crime"]
    rise = theme.nearest("Norfolk", JUNE)["rise"]
    assert f"{-rise['Anti-social behaviour']:,} fewer incidents" in reason
    assert f"{rise['these kinds together']:,} more of the crimes nearest to them" in reason


def test_the_puzzle():
    fit = figure_3.populations()
    one, own, before = dict.fromkeys(fit.index.get_level_values(0))
    assert fit.loc[(one, "Norfolk"), ["low", "high"]].round(2).tolist() == [-14.71, -14.44]
    assert fit.loc[(own, "Norfolk"), ["low", "high"]].round(2).tolist() == [-14.06, -13.78]
    p = figure_3.puzzle(fit)
    assert {area: round(n) for area, n in p.one.items()} == {"Norfolk": 22, EW: 100}
    assert {area: round(n) for area, n in p.own.items()} == {"Norfolk": 100, EW: 28}
    row = fit.loc[(before, "Norfolk")]
    assert pd.isna(row["low"]) and row["share"] == 0  # 23,618 over mid-2013 is not 26.9
    assert (round(p.face, 1), p.possible, p.rules) == (-14.6, 2, 3)


def test_no_estimate_confirms_or_contradicts_a_printed_number():
    t = claims.tally(figure_3.numbers())
    assert (t.numbers, t.estimated, t.reproduced, t.inconsistent) == (7, 7, 0, 0)


# Words


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("2014-06-30", 2014), ("2016-06-30", 2016), ("2013-06-30", 2015), ("2015-09-30", 2015)],
)
def test_the_year_shown_is_the_one_asked_for_or_is_said_first(asked, shown):
    asked = pd.Timestamp(asked)
    assert theme.year_shown("Suffolk", asked) == pd.Timestamp(shown, 6, 30)
    says = theme.about("Suffolk", asked).startswith("**This page shows the year to 30 June 2015**")
    assert says == (shown != asked.year or asked.month != 6)
    assert theme.about("Norfolk", JUNE) == ""


def test_what_the_link_says_follows_its_sign_and_interval():
    link = conventions.Link
    assert theme.linked(link(-0.2, 0.2, -0.5, 0.1)) == (
        "the sign expected, and too weak to tell from none"
    )
    assert theme.linked(link(-0.5, 0.001, -0.7, -0.2)) == "the sign expected"
    assert theme.linked(link(0.1, 0.5, -0.2, 0.4)).startswith("not the sign expected, and")
    assert theme.linked(link(0.5, 0.001, 0.2, 0.7)) == "not the sign expected"


@pytest.mark.notebook
@pytest.mark.parametrize("force", ["Norfolk", "West Midlands", MET])
def test_a_force_with_the_median_share_is_told_so(force):
    found = theme.fall(force, JUNE)
    assert (found.guessed, found.counted, found.counts) == (force in GUESSED, force == MET, 1)
    said = " ".join(Run(NOTEBOOK, draw=False, FORCE=force).said)
    assert ("estimate without months of its own, incidents" in said) == (force in GUESSED)
    assert said.count("Counted by month") == (force == MET)
    assert "That place is rough: 42 of the 43 changes are estimated" in said


@pytest.mark.notebook
def test_the_first_finding_of_the_report_answers_its_title():
    first, *_ = Run(NOTEBOOK, draw=False).said
    assert "**14% and 9%** (Norfolk, then England and Wales); the data gives 15.0% and" in first
    assert "**neither confirms nor refutes** them: it lies at most 0.5 points" in first


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ({"reproduced"}, "confirms"),
        ({"estimated"}, "neither confirms nor refutes"),
        ({"reproduced", "estimated"}, "neither confirms nor refutes"),
        ({"reproduced", "differs"}, "does not confirm both of"),
    ],
)
def test_what_the_data_does_to_the_printed_falls(verdicts, answer):
    falls = figure_3.Falls(("14%",), ("15%",), frozenset(verdicts), 0.5)
    assert falls.answer == answer


def test_no_more_can_have_moved_than_there_are_crimes_added_or_incidents_gone():
    def room(gone, added):
        rise = {"Anti-social behaviour": -gone, "these kinds together": added}
        return theme.room(pd.DataFrame({"rise": rise}))

    assert (room(10, 4), room(3, 4), room(-2, 4), room(10, -4)) == (4, 3, 0, 0)
    assert theme.room(theme.nearest("Norfolk", JUNE)) == 4054


# What is drawn


def drawn(ax):
    """The bars of an axis by the label of the tick they stand at, as (width, colour, hatch)."""
    ticks, labels = np.round(ax.get_yticks(), 6), [t.get_text() for t in ax.get_yticklabels()]
    at = dict(zip(ticks, labels, strict=True))
    return {
        at[round(bar.get_y() + bar.get_height() / 2, 6)]: (
            bar.get_width(),
            to_hex(bar.get_facecolor()).upper(),
            bar.get_hatch() or "",
        )
        for bar in ax.patches
    }


def points(ax, start):
    """The values of the marks whose legend begins so, without the gaps."""
    line = next(line for line in ax.get_lines() if line.get_label().startswith(start))
    values = np.asarray(line.get_xdata(), dtype=float)
    labels = [t.get_text().rstrip("*†") for t in ax.get_yticklabels()]
    at = dict(zip(np.round(ax.get_yticks(), 6), labels, strict=True))
    places = np.round(np.asarray(line.get_ydata(), dtype=float), 6)
    return {at[y]: x for x, y in zip(values, places, strict=True) if not np.isnan(x)}


def shows(figure, table, force):
    """Whether the bars of a ranking are those of its table: lengths, colours, hatching."""
    bars = drawn(figure.axes[0])
    colours = {EW: charts.NATIONAL, force: charts.FOCUS}
    marks = table["mark"] if "mark" in table else pd.Series("", index=table.index)
    return len(bars) == len(table) and all(
        bars.get(area + mark)
        == (pytest.approx(value), colours.get(area, charts.OTHER), "/////" if mark == "*" else "")
        for area, value, mark in zip(table["area"], table["value"], marks, strict=True)
    )


@pytest.fixture(params=["Norfolk", "West Midlands"])
def run(request, run_notebook):
    return run_notebook("02", FORCE=request.param)


def test_figure_3_draws_its_table(run):
    exhibit = run.exhibits["figure_3"]
    assert shows(exhibit.figure, exhibit.table, run.names["FORCE"])
    guessed = exhibit.table.loc[exhibit.table["mark"] == "*", "area"]
    assert set(guessed) == GUESSED
    labels = [t.get_text() for t in exhibit.figure.axes[0].get_yticklabels()]
    widths = [drawn(exhibit.figure.axes[0])[label][0] for label in labels]
    assert labels[0] == EW and widths[1:] == sorted(widths[1:])
    assert (
        exhibit.text.title.startswith("Rebuilt:") and "Not HMIC's figures" in exhibit.text.subtitle
    )


def test_a_wrong_bar_is_noticed(run_notebook):
    exhibit = run_notebook("02", FORCE="Norfolk").exhibits["figure_3"]
    wrong = exhibit.table.assign(value=exhibit.table["value"].mask(lambda v: v.index == 3, 1.0))
    assert not shows(exhibit.figure, wrong, "Norfolk")
    assert not shows(exhibit.figure, exhibit.table, "Suffolk")
    assert not shows(exhibit.figure, exhibit.table.assign(mark=""), "Norfolk")


def test_figure_3_marks_what_was_printed_and_the_half_year_method(run):
    ax = run.exhibits["figure_3"].figure.axes[0]
    own = {"Norfolk": -14} if run.names["FORCE"] == "Norfolk" else {}
    assert points(ax, "printed") == {EW: -9, **own}
    assert points(ax, "by the half-year") == {MET: pytest.approx(-12.50, abs=0.01)}


@pytest.mark.parametrize("name", ["anti_social_behaviour_rates", "incidents_and_crimes"])
def test_bars_draw_their_table(run, name):
    exhibit = run.exhibits[name]
    ax, table = exhibit.figure.axes[0], exhibit.table
    bars = {bar.get_label(): bar.get_width() for c in ax.containers for bar in c}
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == pytest.approx(table["value"].to_list()) and bars
    if "printed" in table:
        line = next(line for line in ax.get_lines() if line.get_label().startswith("printed"))
        own = [31.5, 26.9] if run.names["FORCE"] == "Norfolk" else []
        assert sorted(x for x in line.get_xdata() if not np.isnan(x)) == sorted([*own, 36.2, 32.9])


def test_printed_numbers_and_verdicts_are_shown_for_norfolk_alone(run_notebook):
    own, other = run_notebook("02", FORCE="Norfolk"), Run(NOTEBOOK, draw=False, FORCE="Suffolk")
    verdicts = [
        [t["verdict"].to_list() for t in run.shown if "verdict" in t] for run in (own, other)
    ]
    ledger = claims.ledger("Norfolk").set_index("id")["verdict"]
    assert verdicts == [[["estimated"] * 7, ledger[list(theme.CLAIMS)].to_list()], []]
    assert "26.9 on 31.5" in " ".join(own.said) and "26.9" not in " ".join(other.said)


@pytest.mark.notebook
@pytest.mark.parametrize("year", ["2016-06-30", "2012-06-30"])
def test_printed_changes_are_marked_in_their_own_year_only(year):
    found = Run(NOTEBOOK, draw=False, FORCE="Suffolk", YEAR_ENDING=year)
    shown = theme.year_shown("Suffolk", pd.Timestamp(year))
    assert found.exhibits["figure_3"].table["printed"].notna().sum() == int(shown == JUNE)
    assert f"in the 12 months to 30 June {shown.year}" in " ".join(found.said)


VERBS = {"rose": 1, "fell": -1}


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("force", "year"),
    [("Bedfordshire", "2015-06-30"), ("Cumbria", "2016-06-30"), (MET, "2014-06-30")],
)
def test_verbs_follow_the_sign(force, year):
    found = Run(NOTEBOOK, draw=False, FORCE=force, YEAR_ENDING=year)
    own = measures.value(theme.CHANGE, force, year)
    verb = next(v for v, sign in VERBS.items() if sign * own > 0)
    place = areas.place(force)
    first = next(text for text in found.said if "incidents of anti-social behaviour in" in text)
    assert f"{verb} by {abs(own):.1f}% in {place}" in first
    table = found.exhibits["incidents_and_crimes"].table
    both = table[(table["group"] == "The two together") & (table["area"] == force)]["value"].item()
    verb = next(v for v, sign in VERBS.items() if sign * both > 0)
    assert f"together {verb} by {abs(both):.1f}% in {place}" in " ".join(found.said)


# Months counted from the archive


@pytest.mark.slow
@pytest.mark.parametrize("forces", [["Norfolk", "Suffolk"], areas.FORCES], ids=["two", "all"])
def test_the_notebook_says_for_which_forces_figure_3_is_counted(in_place_of, forces):
    in_place_of(incidents_street=archive(forces, "2013-07", "2015-06"))
    found, every = Run(NOTEBOOK, draw=False), len(forces) == 43
    said, exhibit = " ".join(found.said), found.exhibits["figure_3"]
    assert "Counted by month, incidents of anti-social behaviour in Norfolk went from" in said
    table = exhibit.table.set_index("area")
    assert table.loc["Norfolk", ["before", "after"]].tolist() == [FIRST, SECOND]
    assert (table["mark"] == "†").sum() == (44 if every else 3)
    assert "incidents_street.csv" in exhibit.text.source
    assert ("That place is firm: 0 of the 43 changes are estimated" in said) == every


@pytest.mark.notebook
def test_the_notebook_follows_the_archive_beyond_the_published_years(in_place_of):
    in_place_of(incidents_street=archive(areas.FORCES, "2015-07", "2018-12"))
    found = Run(NOTEBOOK, draw=False, FORCE=MET, YEAR_ENDING="2018-06-30")
    assert "in the 12 months to 30 June 2018" in " ".join(found.said)
    assert found.exhibits["figure_3"].table["other"].isna().all()


# HMIC's own values, made for the test


def fill(root, change):
    """-14.3 and -8.7 where the report prints, others by their place."""
    path = root / "published" / "figure_3.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    prints = {"Norfolk": "-14.3", EW: "-8.7"}
    made = [prints.get(area, f"{-20 + 0.5 * i:.1f}") for i, area in enumerate(table["area"])]
    change(table.assign(printed=made)).to_csv(path, index=False, lineterminator="\n")


@pytest.fixture
def with_slot(data_copy, monkeypatch):
    """Runs the notebook over a copy of data/ with the slot filled in."""

    def work(change=lambda table: table, **parameters):
        fill(data_copy, change)
        monkeypatch.setattr(data, "slot", functools.partial(data.slot, root=data_copy))
        return Run(NOTEBOOK, **parameters)

    return work


def test_an_empty_slot_draws_nothing(run_notebook):
    found = run_notebook("02", FORCE="Norfolk")
    assert "figure_3_hmic" not in found.exhibits and "are not published" in " ".join(found.said)


@pytest.mark.slow
@pytest.mark.parametrize("force", ["Norfolk", "Suffolk"])
def test_a_filled_slot_draws_the_full_chart(with_slot, force):
    found = with_slot(FORCE=force)
    exhibit, rebuilt = found.exhibits["figure_3_hmic"], measures.values(theme.CHANGE, JUNE)
    given = exhibit.table.set_index("area")["value"]
    assert shows(exhibit.figure, exhibit.table, force)
    assert exhibit.text.title.startswith(
        "HMIC's own values: incidents of anti-social behaviour fell"
    )
    assert len(given) == 44 and (given["Norfolk"], given[EW]) == (-14.3, -8.7)
    ax, text = exhibit.figure.axes[0], " ".join(found.said)
    assert points(ax, "rebuilt") == pytest.approx(rebuilt.to_dict())
    assert points(ax, "printed") == {EW: -9} | ({"Norfolk": -14} if force == "Norfolk" else {})
    gap = (rebuilt - given).abs().drop(EW)
    assert f"{gap.max():.1f} at most ({areas.place(gap.idxmax())})" in text


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda t: t.assign(printed=t["printed"].where(t["area"] != "Kent", "")), "Kent"),
        (lambda t: t.assign(area=t["area"].replace("Kent", "Kemt")), "Kemt"),
        (lambda t: t.assign(printed=t["printed"].where(t["area"] != "Kent", "-400")), "-400"),
        (lambda t: t.assign(printed=t["printed"].where(t["area"] != "Norfolk", "-12")), "-12"),
    ],
)
def test_a_faulty_slot_says_so_and_draws_nothing(with_slot, change, fault):
    found = with_slot(change, draw=False)
    lines = [said for said in found.said if "is not used" in said]
    assert lines and fault in " ".join(lines)
    assert "figure_3_hmic" not in found.exhibits and "figure_3" in found.exhibits

"""The fact-check's page: control numbers, what is drawn, findings in each of their forms."""

import pandas as pd
import pytest

from helpers import areas, charts, claims, data, exhibits, report
from helpers.themes import fact_check as theme

EW, JUNE = areas.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30")
SOME = ["Norfolk", "Metropolitan Police"]


def draws(exhibit):
    """Whether the stacked bars are the table's: each verdict's widths, and where they start."""
    table = exhibit.table.set_index("section")
    start = 0 * table.sum(axis=1)
    for bars in exhibit.figure.axes[0].containers:
        column = table[bars.get_label()]
        if [bar.get_width() for bar in bars] != column.to_list():
            return False
        if [bar.get_x() for bar in bars] != start.to_list():
            return False
        start = start + column
    return bool((start == table.sum(axis=1)).all())


@pytest.mark.parametrize("force", SOME)
def test_the_chart_draws_its_table(run_notebook, force, overlaps):
    exhibit = run_notebook("07", FORCE=force).exhibits["verdicts"]
    assert draws(exhibit) and not overlaps(exhibit.figure)
    assert exhibit.table.set_index("section").to_numpy().sum() == len(claims.ledger(force))


def test_a_wrong_chart_would_be_noticed(run_notebook):
    right = run_notebook("07").exhibits["verdicts"]
    other = right.table.set_index("section")
    other.iloc[3, 0] += 1
    text = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}
    wrong = charts.stacked(other, list(claims.VERDICTS), **text)
    assert not draws(charts.Exhibit(wrong.figure, right.table, "", right.text))


@pytest.mark.slow
def test_a_verdict_keeps_its_colour_on_every_page(run_notebook):
    def colours(exhibit):
        bars = exhibit.figure.axes[0].containers
        return {each.get_label(): each[0].get_facecolor() for each in bars}

    own, other = (run_notebook("07", FORCE=force).exhibits["verdicts"] for force in SOME)
    text = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}
    fewer = own.table.set_index("section").drop(columns=["reproduced", "estimated"])
    fewer = colours(charts.stacked(fewer, list(claims.VERDICTS), **text))
    own = colours(own)
    assert fewer.items() < own.items() and len(set(own.values())) == len(own)
    assert colours(other).items() <= own.items()


def test_control_numbers_of_the_ledger():
    own, other = (claims.tally(theme.ledger(force)) for force in ("Norfolk", "Suffolk"))
    assert (own.total, own.numbers) == (157, 114)
    assert [(t.reproduced, t.alternative, t.differs) for t in (own, other)] == [
        (32, 0, 26),
        (10, 0, 19),
    ]
    assert (own.supported, own.depends, own.not_supported, other.supported) == (7, 6, 0, 2)
    assert (own.estimated, own.repeated, own.not_checkable) == (14, 16, 44)
    assert (own.inconsistent, own.own_figures, other.total) == (0, 2, 54)
    assert theme.by_section(theme.ledger("Norfolk")).sum(axis=1).to_dict() == {
        "overview": 10, "force in numbers": 24, "introduction": 2, "prevention": 40,
        "investigation": 63, "vulnerability": 1, "organised crime": 16, "annex": 1}  # fmt: skip


def test_numbers_that_come_out_are_those_that_the_ledger_calls_reproduced():
    for force in SOME:
        once = claims.tally(theme.ledger(force), distinct=True)
        found, spoken_to = theme.numbers(force), once.reproduced + once.alternative + once.differs
        assert [found["inside"].sum(), len(found)] == [once.reproduced, spoken_to]
        assert not found.duplicated(["area", "label"]).any()
    assert set(theme.numbers("Suffolk")["area"]) == {EW}


@pytest.mark.slow
def test_the_chart_of_errors_draws_every_number(run_notebook, overlaps):
    for force, panels in (("Norfolk", 4), ("Metropolitan Police", 2)):
        exhibit = run_notebook("07", FORCE=force).exhibits["errors"]
        axes = exhibit.figure.axes
        lines = [line for ax in axes for line in ax.get_lines() if line.get_marker() == "o"]
        dots = [x for line in lines for x in line.get_xdata()]
        assert sorted(dots) == sorted(exhibit.table["error"]) and len(axes) == panels
        assert not overlaps(exhibit.figure)
        named = {file.split("/")[-1] for file in data.sources(*theme.files(force)).index}
        assert all(name in exhibit.text.source for name in named)


def test_the_yardstick():
    found = theme.yardstick()
    about = (round(x, 2) for x in (found.half, found.nine_tenths, found.national))
    assert list(about) == [0.07, 0.36, 0.04]


def test_what_speaks_against_the_report():
    rows = theme.against(theme.ledger("Norfolk"))
    assert set(rows["verdict"]) == {"differs", "depends on the method"}
    once = claims.tally(theme.ledger("Norfolk"), distinct=True)
    assert len(rows) == once.differs + once.own_figures + once.depends


def test_the_rate_on_the_inspectorate_s_page():
    found = theme.page_rate()
    assert (found.own, found.national, round(found.whole, 1)) == (51, 63, 50.3)
    assert (found.tried, found.give_own, found.give_national) == (20, 3, 3)
    assert found.both == ["the year to 31 March 2015 over mid-2011"]


def test_whose_claims_they_are():
    assert theme.whose("Norfolk") == "The report"
    assert theme.whose("Suffolk") == f"On {EW} the report"


@pytest.mark.slow
def test_another_force_s_page_shows_no_claim_about_the_report_s_force(run_notebook):
    run = run_notebook("07", FORCE="Metropolitan Police")
    assert not run.names["ledger"]["area"].isin(areas.FORCES).any()
    told_apart = [text for text in run.said if not text.startswith("The report is about")]
    assert not [text for text in told_apart if report.FORCE in text]
    for frame in run.shown:
        assert "area" not in frame or set(frame["area"]) == {EW}


@pytest.mark.slow
def test_the_year_shown_is_said_first(run_notebook):
    run = run_notebook("07", YEAR_ENDING="2012-06-30")
    assert "30 June 2015" in run.said[0] and theme.year_shown("Norfolk", JUNE) == JUNE
    assert theme.about("Norfolk", JUNE) == ""
    assert "its 54 claims about England and Wales" in theme.about("Suffolk", JUNE)


def test_the_whole_ledger_can_be_cited():
    ledger = theme.ledger("Norfolk")
    frame = claims.table(ledger).assign(section=ledger["section"].to_list())
    assert len(frame) == 157 and frame[["section", "verdict", "page"]].ne("").all(axis=None)
    assert not frame.reset_index()[["index", "section", "area", "year to"]].duplicated().any()


@pytest.mark.parametrize("force", SOME)
def test_a_section_is_shown_with_its_reasons(run_notebook, force):
    frame = next(f for f in run_notebook("07", FORCE=force).shown if "reason" in f)
    assert len(frame) == (theme.ledger(force)["section"] == "force in numbers").sum()
    assert frame["reason"].str.endswith(".").all()


@pytest.mark.slow
def test_what_the_findings_say(run_notebook):
    said = " ".join(run_notebook("07").said)
    for text in ("**No printed number contradicts another.** The report makes 157 claims",
                 "17 of 17 rates and changes of Norfolk", "0.06% for counts of Norfolk",
                 "by 0.07% or less, nine tenths by 0.36% or less",
                 "13.5 of 17 for Norfolk, where 17 did", "would be 0.4 and 0.7.",
                 "prints 51 recorded crimes"):  # fmt: skip
        assert text in said, text
    assert not [t for t in run_notebook("07", FORCE="Suffolk").said if "That page prints" in t]


@pytest.mark.slow
def test_how_large_an_error_each_kind_of_check_would_notice():
    table = theme.slips("Norfolk")
    good = table.loc["independent data, which agrees"]
    assert (good["numbers"], good["noticed at one step"], good["never noticed"]) == (32, 32, 0)
    assert [round(good[c], 1) for c in ("median, %", "largest, %")] == [1.9, 25.0]
    assert table.loc["no check of its own", "never noticed"] == 25 and table["numbers"].sum() == 113
    assert theme.slips("Suffolk")["numbers"].sum() < 113


@pytest.mark.slow
def test_forces_outside_by_chance_alone_and_by_both_estimates():
    table = exhibits.standings(theme.RATES, "Norfolk", JUNE)
    columns = ["outside chance limits", "outside both", "outside one"]
    assert table[columns].sum().to_list() == [325, 5, 9]
    assert table.loc["cautions of youths, rate", "Norfolk"] == "outside by one estimate"
    assert theme.outside_both() == ["City of London", "Cleveland"]
    luck = table[["luck, narrower limits", "luck, wider limits"]].sum().to_list()
    assert 7.5 < luck[0] < 8.7 and 0.3 < luck[1] < 1  # of nine rates
    other = exhibits.standings(theme.RATES[:1], "City of London", JUNE)
    assert other.loc["recorded crime rate", "City of London"] == "outside"


def test_the_first_estimate_gives_the_narrower_limits():
    for name in theme.RATES:
        found = exhibits.spread(name, "Norfolk", JUNE)
        assert found.sd <= found.sd_pm and found.luck_pm < found.luck


def test_numbers_that_others_of_the_report_can_be_held_against():
    ledger = theme.ledger("Norfolk")
    assert theme.cross_checked(ledger) == 70
    few = ledger[
        ledger["id"].isin(["oc_groups", "oc_groups_rate", "oc_drugs_norfolk", "oc_threats"])
    ]
    assert theme.cross_checked(few) == 3  # from, same, grim; a list is none


def test_what_would_be_needed_counts_every_claim_without_a_check():
    for force in SOME:
        rows = theme.ledger(force)
        assert theme.needed(rows)["claims"].sum() == claims.tally(rows).not_checkable
    assert theme.needed(theme.ledger("Norfolk"))["claims"]["the force's own records"] == 12

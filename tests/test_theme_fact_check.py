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


def test_a_verdict_keeps_its_colour_on_every_page(run_notebook):
    def colours(force):
        axes = run_notebook("07", FORCE=force).exhibits["verdicts"].figure.axes[0]
        return {bars.get_label(): bars[0].get_facecolor() for bars in axes.containers}

    own, other = (colours(force) for force in SOME)
    assert other.items() < own.items() and len(set(own.values())) == len(own)


def test_control_numbers_of_the_ledger():
    own, other = (claims.tally(theme.ledger(force)) for force in ("Norfolk", "Suffolk"))
    assert (own.total, own.numbers, own.wordings) == (151, 114, 37)
    assert [(t.speak_to - t.differs, t.speak_to) for t in (own, other)] == [(32, 58), (10, 29)]
    assert (own.supported, own.depends, own.not_supported, other.supported) == (7, 4, 0, 2)
    assert (own.estimated, own.repeated, own.not_checkable) == (13, 16, 41)
    assert (own.inconsistent, own.own_figures, other.total) == (0, 2, 51)
    assert theme.by_section(theme.ledger("Norfolk")).sum(axis=1).to_dict() == {
        "overview": 9, "force in numbers": 24, "introduction": 2, "prevention": 37,
        "investigation": 61, "vulnerability": 1, "organised crime": 16, "annex": 1}  # fmt: skip


def test_what_comes_out_by_area_and_kind():
    rates, counts = "other rates and changes", "counts"
    table = theme.come_out("Norfolk")
    assert {key: tuple(row) for key, row in table.T.items()} == {
        (rates, "Norfolk"): (9, 9), (theme.BESIDE, "Norfolk"): (8, 8), (counts, "Norfolk"): (1, 8),
        (rates, EW): (5, 9), (theme.BESIDE, EW): (3, 8), (counts, EW): (0, 8)}  # fmt: skip
    apart = table.drop(theme.BESIDE).sum()
    assert (apart["reproduced"], apart["of"]) == (15, 34)
    assert {area for _, area in theme.come_out("Suffolk").index} == {EW}
    for force in SOME:
        once = claims.tally(theme.ledger(force), distinct=True)
        tallied = [once.speak_to - once.differs, once.speak_to]
        assert theme.come_out(force).sum().to_list() == tallied


def test_gaps_are_distances_in_the_unit_of_the_claim_and_of_counts_where_there_are_counts():
    table = theme.gaps("Norfolk").round(2)
    assert table.loc[("rate", "per 1,000 population", EW)].to_list() == [2, 0.04, 0.05, 0.05]
    assert table.loc[("change", "percentage points", EW)].to_list() == [2, 0.04, 0.07, 0.10]
    counts = table.loc[("count", "per cent of what is printed")]
    assert counts[["numbers", "least", "most"]].T.to_dict("list") == {
        "Norfolk": [7, 0.04, 0.44], EW: [8, 0.73, 3.32]}  # fmt: skip
    assert table["numbers"].sum() == 19 and theme.gaps("Suffolk")["numbers"].sum() == 12


def test_a_rate_is_left_to_its_count_only_where_the_count_is_printed(monkeypatch):
    rows = claims.ledger("Norfolk")
    rate = rows[rows["id"].isin(["fin_charge_national", "fig4_charged_rate_national"])]
    other = rows[rows["measure"] == "recorded_crime_rate"]  # its count is not printed
    monkeypatch.setattr(theme.claims, "ledger", lambda force: pd.concat([rate, other]))
    assert theme.gaps("Norfolk").index.to_list() == [("rate", "per 1,000 population", EW)]
    without = data.load("claims").query("measure != 'charged_count'")
    monkeypatch.setattr(theme.data, "load", lambda name: without)
    monkeypatch.setattr(theme.claims, "ledger", lambda force: rate)
    table = theme.gaps("Norfolk").round(2)
    assert table.loc[("rate", "per 100 offences", EW)].to_list() == [1, 0.10, 0.10, 0.10]


def test_a_gap_to_the_force_s_own_figures_is_no_gap_to_independent_data(monkeypatch):
    rows = claims.ledger("Norfolk").query("measure in ['domestic_abuse_share', 'charged_count']")
    assert rows.query("measure == 'domestic_abuse_share'")["verdict"].eq("differs").sum() == 2
    monkeypatch.setattr(theme.claims, "ledger", lambda force: rows)
    assert set(theme.gaps("Norfolk").reset_index()["kind"]) == {"count"}
    assert set(theme.come_out("Norfolk").reset_index()["kind"]) == {"counts"}


def test_whose_claims_they_are():
    assert theme.whose("Norfolk") == "The report"
    assert theme.whose("Suffolk") == f"On {EW} the report"


def test_another_force_s_page_shows_no_claim_about_the_report_s_force(run_notebook):
    run = run_notebook("07", FORCE="Metropolitan Police")
    assert not run.names["ledger"]["area"].isin(areas.FORCES).any()
    told_apart = [text for text in run.said if not text.startswith("The report is about")]
    assert not [text for text in told_apart if report.FORCE in text]
    for frame in run.shown:
        assert "area" not in frame or set(frame["area"]) == {EW}


def test_the_year_shown_is_said_first(run_notebook):
    run = run_notebook("07", YEAR_ENDING="2012-06-30")
    assert "30 June 2015" in run.said[0] and theme.year_shown("Norfolk", JUNE) == JUNE
    assert theme.about("Norfolk", JUNE) == ""
    assert "its 51 claims about England and Wales" in theme.about("Suffolk", JUNE)


def test_the_whole_ledger_can_be_cited(run_notebook):
    frame = next(f for f in run_notebook("07").shown if "section" in f and "page" in f)
    assert len(frame) == 151 and frame[["section", "verdict", "page"]].ne("").all(axis=None)
    assert not frame.reset_index()[["index", "section", "area", "year to"]].duplicated().any()


@pytest.mark.parametrize("force", SOME)
def test_a_section_is_shown_with_its_reasons(run_notebook, force):
    frame = next(f for f in run_notebook("07", FORCE=force).shown if "reason" in f)
    assert len(frame) == (theme.ledger(force)["section"] == "force in numbers").sum()
    assert frame["reason"].str.endswith(".").all()


def test_findings_told_again_are_those_of_the_other_notebooks(run_notebook):
    said = " ".join(run_notebook("07").said)
    for number in ("3,585 to 5,316", "68 of 79 (86%)", "+16.2% (8.6 to 30.3)", "to 95%",
                   "14.4% to 14.7%, part of which", "13.8% to 14.1%, all of which",
                   "5th to 22nd for community resolutions"):  # fmt: skip
        assert number in said, number
    assert not [t for t in run_notebook("07", FORCE="Suffolk").said if "if HMIC counted" in t]


def test_how_large_an_error_each_kind_of_check_would_notice():
    table = theme.slips("Norfolk")
    good = table.loc["independent data, which agrees"]
    assert (good["numbers"], good["at one step"], good["never noticed"]) == (32, 32, 0)
    assert [round(good[c], 1) for c in ("median, %", "largest, %")] == [1.9, 25.0]
    assert table.loc["no check of its own", "never noticed"] == 25 and table["numbers"].sum() == 113
    assert theme.slips("Suffolk")["numbers"].sum() < 113


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

"""The fact-check: complete, reasoned, able to fail. For each rule a planted error turns it."""

import importlib
import io
import pkgutil
import random
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from conftest import PROJECT, forget
from helpers import areas, claims, conventions, data, measures, report, themes
from helpers.claims import __main__ as command
from helpers.claims import tallies, values, verdicts, wording
from helpers.claims.ledger import Judge
from helpers.measures import counts
from helpers.printed import Interval, Printed

LEDGER = data.load("claims")
ROWS = LEDGER.set_index("id")
YEAR, EW = report.YEAR_ENDING, areas.ENGLAND_AND_WALES
SHARED = PROJECT.parent / "shared"
SLOW = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _judged():
    """What is worked out once for the tests here, and not where they are only collected."""
    global FOUND, DRUGS
    FOUND = claims.ledger().set_index("id")
    DRUGS = counts.offences(("Drug offences",)).loc[YEAR, FORTY_TWO]


def planted(id, **changes):
    """The ledger after a change to one row; what is asked of it is judged again."""
    copy = LEDGER.copy()
    copy.loc[copy["id"] == id, list(changes)] = list(changes.values())
    return Judge(copy)


# ---- complete and citable -------------------------------------------------------------------


def test_every_number_of_the_report_is_in_the_ledger():
    tool = SHARED / "tools" / "report_numbers.py"
    if not tool.exists():
        pytest.skip("needs the report's text, which is not in the repository")
    done = subprocess.run(
        [
            sys.executable,
            tool,
            SHARED / "report.txt",
            "--ledger",
            PROJECT / "data" / "published" / "claims.csv",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "0 not covered" in done.stdout, done.stdout


def test_at_least_25_claims_are_wording():
    assert (LEDGER["kind"] == "wording").sum() >= 25


def test_any_two_claims_can_be_told_apart():
    key = ["section", "exhibit", "area", "period", "statement"]
    assert not LEDGER.duplicated(key).any(), LEDGER[LEDGER.duplicated(key, keep=False)][
        ["id", *key]
    ].to_string()
    assert not LEDGER["statement"].str.contains(r"\bso many\b", case=False).any()


def test_no_statement_is_a_sentence_of_the_report():
    text = SHARED / "report.txt"
    if not text.exists():
        pytest.skip("needs the report's text, which is not in the repository")

    def plain(words):
        return re.sub(r"\W+", " ", words.lower()).strip()

    of_report = plain(text.read_text(encoding="utf-8"))
    copied = [s for s in LEDGER["statement"] if len(s.split()) > 6 and plain(s) in of_report]
    assert not copied


def test_pages_follow_the_sections():
    first = LEDGER["page"].str.extract(r"^(\d+)")[0].astype(int)
    assert first.between(3, 39).all()
    order = [
        "overview",
        "force_in_numbers",
        "introduction",
        "prevention",
        "investigation",
        "vulnerability",
        "organised_crime",
        "annex",
    ]
    spans = first.groupby(LEDGER["section"]).agg(["min", "max"]).loc[order]
    assert (spans["max"].to_numpy()[:-1] < spans["min"].to_numpy()[1:]).all()


def test_every_claim_has_a_known_verdict_and_a_reason():
    assert list(claims.ledger().columns) == claims.COLUMNS
    assert set(FOUND["verdict"]) <= set(claims.VERDICTS)
    assert FOUND["reason"].str.fullmatch(r"[A-Z0-9\d].{19,}\.", flags=re.DOTALL).all(), FOUND[
        "reason"
    ].to_string()
    assert not FOUND["reason"].str.contains(r"\.\.|  |; ;|\bnan\b").any()
    assert list(FOUND.index) == list(LEDGER["id"])


def test_low_and_high_are_the_rounding_interval_and_of_a_count_the_count():
    row = FOUND.loc["fin_crime_2014_norfolk"]
    assert (row["printed"], row["low"], row["high"]) == ("45.1", "45.05", "45.15")
    assert FOUND.loc["fig4_charged_count_national", ["low", "high"]].to_list() == [
        "577678",
        "577678",
    ]
    assert (FOUND.loc["w_overview_low_crime", ["low", "high"]] == "").all()
    assert (
        not FOUND["reason"]
        .str.contains(r"\d\.5 to [\d,]+\.5 that [\d,]{3,}\b could")
        .where(FOUND["measure"].str.endswith("_count"), False)
        .any()
    )


# ---- no verdict undeserved ------------------------------------------------------------------


def test_nothing_reproduced_rests_on_a_number_of_the_report():
    """With every number of the other claims destroyed, what is reproduced still is."""
    same = FOUND["verdict"].str.startswith("reproduced")
    assert ROWS.loc[FOUND.index[same], "check"].str.startswith("data").all()
    judge = Judge(LEDGER.assign(check=LEDGER["check"].str.replace(r" \| .*", "", regex=True)))
    for id in judge.known:
        if not same[id]:
            judge.put(id, "1")
    assert all(judge(id).verdict == FOUND["verdict"][id] for id in FOUND.index[same])


CLAIMS_OF_THEMES = [
    (name, id)
    for _, name, _ in pkgutil.iter_modules(themes.__path__)
    for id in getattr(importlib.import_module(f"helpers.themes.{name}"), "CLAIMS", ())
]


def test_no_claim_that_a_notebook_tests_is_not_checkable():
    assert CLAIMS_OF_THEMES, "every theme names the claims that its notebook tests"
    unknown = [id for _, id in CLAIMS_OF_THEMES if id not in FOUND.index]
    untested = [
        (name, id)
        for name, id in CLAIMS_OF_THEMES
        if id in FOUND.index and FOUND["verdict"][id] == "not checkable"
    ]
    assert not unknown and not untested


@pytest.mark.parametrize(
    "id",
    ["w_inv_full_data", "inv_forces_incomplete", "w_prev_asb_to_crime", "w_prev_norfolk_recording"],
)
def test_what_the_notebooks_test_the_ledger_tests(id):
    assert FOUND["verdict"][id] != "not checkable"


def test_an_estimate_neither_contradicts_nor_confirms():
    """Incidents not counted by month: the error is larger than every gap and every interval."""
    rows = FOUND[FOUND["measure"].str.startswith("anti_social") & (FOUND["printed"] != "")]
    assert len(rows) == 10 and (rows["verdict"] == "estimated").all()
    assert rows["reason"].str.contains("cannot tell").all()
    gaps = claims.distances(rows).abs() > 0
    assert rows["reason"].str.contains("interpolation").equals(gaps)
    assert (
        "from 23,618 and 877,710 people in mid-2014 follows 26.909"
        in FOUND["reason"]["fin_asb_2015_norfolk"]
    )


def test_a_rise_in_near_crimes_alone_is_no_sign_of_incidents_moved():
    """Such crimes rose nearly everywhere; the link over forces is too weak to tell from none."""
    found = FOUND.loc["w_prev_asb_to_crime"]
    assert (found["verdict"], found["computed"]) == ("estimated", "0 to 4,054")
    assert "rose in 41 of 43 (95%) forces" in found["reason"]
    assert "-0.21 (95%: -0.49 to 0.10" in found["reason"] and "cannot tell" in found["reason"]


def test_a_value_is_never_shown_as_the_end_of_its_interval():
    ids = ["fin_crime_1y_norfolk", "fig2_sexual_national", "fig2_burglary_national"]
    assert FOUND.loc[ids, "computed"].to_list() == ["15.652", "1.647", "8.353"]
    rows = FOUND[FOUND["reason"].str.startswith("Independent data")]
    rows = rows[rows["low"] != rows["high"]]
    assert not (rows["computed"] == rows["low"]).any()
    assert not (rows["computed"] == rows["high"]).any()


@pytest.mark.slow
def test_incidents_that_are_counted_by_month_get_a_hard_verdict(monkeypatch):
    monkeypatch.setattr(
        counts, "is_counted", lambda *years: pd.Series(True, index=[*areas.FORCES, EW])
    )
    forget()
    try:
        found = Judge(LEDGER)("fin_asb_2014_national")
        assert found.verdict == "differs" and "upload other incidents" in found.reason
    finally:
        monkeypatch.undo()
        forget()


def test_the_forces_page_is_never_independent_data():
    own = ROWS.index[ROWS["check"].str.startswith("fact: ")]
    assert len(own) and not FOUND.loc[own, "verdict"].str.startswith("reproduced").any()
    assert (
        FOUND.loc[own, "reason"].str.startswith("The force's own figures (published by HMIC)").all()
    )
    tally = claims.tally(FOUND.loc[own].reset_index())
    assert tally.reproduced == tally.alternative == tally.differs == 0


def test_one_fact_turned_three_ways_counts_once():
    turned = FOUND.loc[["oc_groups", "fin_groups_norfolk", "oc_groups_rate"], "verdict"]
    assert turned.to_list() == ["consistent", "repeated", "repeated"]


def test_no_p_value_for_a_stock_of_the_same_people():
    assert (
        not FOUND["reason"]["w_inv_very_high_fell"].count("chance")
        and FOUND["computed"]["w_inv_very_high_fell"] == "2 of 2"
    )


# fmt: off
# what, row, changes, the row that turns ('': the same), verdict before, verdict after
PLANTED = [
    ("a digit of a reproduced number", "fin_crime_2015_norfolk",
     {"printed": "52.3"}, "", "reproduced", "inconsistent"),
    ("a digit where only data can tell", "fig2_victim_based_norfolk",
     {"printed": "44.3"}, "", "reproduced", "differs"),
    ("a number as a later release has it", "fig2_victim_based_national",
     {"printed": "55.93", "check": "data"}, "", "differs", "reproduced under an alternative"),
    ("a threshold above what the data gives", "prev_forces_up",
     {"printed": "0.80"}, "", "supported", "not supported"),
    ("a threshold in another year", "prev_forces_up",
     {"period": "2012-06-30"}, "", "supported", "not supported"),
    ("an estimate far beyond its error", "fin_asb_2015_norfolk",
     {"printed": "29.9", "check": "data"}, "", "estimated", "differs"),
    ("an estimate, the printed arithmetic broken", "fin_asb_2015_norfolk",
     {"printed": "26.8"}, "", "estimated", "inconsistent"),
    ("a number so coarse that an estimate settles it", "prev_asb_1y_norfolk",
     {"printed": "0%", "check": "data"}, "", "estimated", "differs"),
    ("the force's own figures agree", "fin_abuse_2015_norfolk",
     {"printed": "11.2%"}, "", "differs", "repeated"),
    ("the force's later figures agree", "fin_abuse_2014_norfolk",
     {"printed": "10.9%"}, "", "differs", "repeated"),
    ("a part that no longer adds up", "fig4_formal_count_norfolk",
     {"printed": "3,487"}, "", "differs", "inconsistent"),
    ("the same, seen from a part", "fig4_formal_count_norfolk",
     {"printed": "3,487"}, "fig4_penalty_notice_count_norfolk", "differs", "inconsistent"),
    ("a rate that is not its count over the offences", "fig4_tic_rate_norfolk",
     {"printed": "1.2"}, "", "consistent", "inconsistent"),
    ("a number that stands twice", "inv_satisfaction_norfolk",
     {"printed": "89.4%"}, "fin_satisfaction_norfolk", "repeated", "inconsistent"),
    ("a fact checked elsewhere", "oc_groups",
     {"printed": "48"}, "oc_groups_rate", "repeated", "inconsistent"),
    ("an impossible percentage of 47", "oc_drugs_norfolk",
     {"printed": "56%"}, "", "consistent", "inconsistent"),
    ("a list that is shorter", "oc_threats",
     {"printed": "seven"}, "", "repeated", "inconsistent"),
    ("another judgment", "w_overview_outstanding",
     {"check": "judgment: prevention good"}, "", "repeated", "inconsistent"),
    ("another force's judgment", "w_overall_good",
     {"area": "Bedfordshire"}, "", "repeated", "inconsistent"),
    ("a scale without a category in use", "w_annex_scale",
     {"check": "scale: outstanding; requires improvement; inadequate"},
     "", "repeated", "inconsistent"),
    ("fewer forces than the sign finds", "inv_forces_incomplete",
     {"printed": "none"}, "", "estimated", "differs"),
    ("better recording where crime fell", "w_prev_norfolk_recording",
     {"period": "2012-06-30"}, "", "estimated", "not supported"),
    ("more recorded correctly than found", "prev_cdi_recorded",
     {"printed": "85"}, "w_prev_norfolk_recording", "estimated", "inconsistent"),
    ("a word turned round", "w_prev_above_national",
     {"area": "City of London"}, "", "supported", "not supported"),
    ("a smaller fall is no faster rise", "w_prev_above_national",
     {"area": "Dyfed-Powys", "period": "2012-06-30"}, "", "supported", "not supported"),
    ("nor is it in Suffolk", "w_prev_above_national",
     {"area": "Suffolk", "period": "2012-06-30"}, "", "supported", "not supported"),
    ("a word about another force", "w_overview_low_crime",
     {"area": "Cleveland"}, "", "depends on the method", "not supported"),
    ("the lowest rate", "w_overview_low_crime",
     {"area": "Dyfed-Powys"}, "", "depends on the method", "supported"),
    ("low in no year", "w_overview_remains_low",
     {"area": "Cleveland"}, "", "depends on the method", "not supported"),
    ("low in every year", "w_overview_remains_low",
     {"area": "Dyfed-Powys"}, "", "depends on the method", "supported"),
    ("an outcome that does not follow drug offences", "w_inv_drugs",
     {"measure": "caution_youth_rate"}, "", "depends on the method", "not supported"),
    ("a rise called an impressive fall", "w_overview_asb_impressive",
     {"area": "Bedfordshire"}, "", "depends on the method", "not supported"),
    ("the largest fall", "w_overview_asb_impressive",
     {"area": "Cumbria"}, "", "depends on the method", "supported"),
    ("a rise called a larger fall than many", "w_prev_asb_many",
     {"area": "Bedfordshire"}, "", "supported", "not supported"),
    ("incidents that did not fall", "w_prev_asb_to_crime",
     {"area": "Bedfordshire"}, "", "estimated", "not supported"),
    ("few cautions", "w_inv_caution_youth",
     {"area": "City of London"}, "", "supported", "not supported"),
    ("many resolutions", "w_inv_community",
     {"area": "Durham"}, "", "depends on the method", "supported"),
    ("a force without the new outcomes", "w_inv_full_data",
     {"area": "Metropolitan Police"}, "", "supported", "depends on the method"),
    ("words on other printed numbers", "inv_satisfaction_norfolk",
     {"printed": "83.8%"}, "w_inv_higher", "consistent", "inconsistent"),
    ("more offenders at very high risk", "inv_very_high_2015",
     {"printed": "95"}, "w_inv_very_high_fell", "consistent", "inconsistent"),
    ("the most common that is no majority", "oc_drugs_national",
     {"printed": "45%"}, "w_oc_drugs_national", "consistent", "inconsistent"),
    ("a check taken away", "w_inv_higher",
     {"check": "none: a survey"}, "", "consistent", "not checkable"),
]
# fmt: on
PLANTED = [(what, id, changes, turned or id, *both) for what, id, changes, turned, *both in PLANTED]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "id", "changes", "turned", "before", "after"), PLANTED, ids=[row[0] for row in PLANTED]
)
def test_a_planted_error_turns_the_verdict(what, id, changes, turned, before, after):
    assert FOUND["verdict"][turned] == before
    assert planted(id, **changes)(turned).verdict == after


def test_every_rule_has_a_planted_error():
    of = {row[1]: row for row in PLANTED} | {row[3]: row for row in PLANTED}
    rules = {kind for id in of for kind, _ in verdicts.ways(ROWS["check"][id])}
    assert rules | {"none"} == set(verdicts.CHECKS)
    tests = {
        ROWS["check"][id].split(": ")[1]
        for id in of
        if ROWS["check"][id].startswith(("wording", "estimate"))
    }
    assert tests | {"forces_differ"} == set(wording.TESTS) | set(verdicts.ESTIMATES)
    reached = {row[4] for row in PLANTED} | {row[5] for row in PLANTED}
    assert reached == set(claims.VERDICTS)


def test_forces_differ_can_fail(monkeypatch):
    """With every force at one rate, neither chance nor size speaks for a difference."""
    usual = measures.rates

    def alike(*args, **more):
        table = usual(*args, **more)
        return table.assign(outcomes=(table["denominator"] * 0.16).round().astype(int), rate=16.0)

    monkeypatch.setattr(measures, "rates", alike)
    end = pd.Timestamp("2015-06-30")
    tested = wording.forces_differ(wording.Words("charged_rate", EW, end, ()))
    assert not any(holds for _, holds in tested.ways.values())


def test_an_alternative_is_named():
    id = "fig2_victim_based_national"
    judge = planted(id, printed="55.93", check="data")
    found = judge(id)
    assert any(
        f"with {way} it gives {found.computed}, inside." in found.reason
        for way in conventions.conventions()
    )
    assert float(found.computed) in judge.known[id]
    id = "fin_abuse_2014_norfolk"
    assert "PEEL 2016" in planted(id, printed="10.9%")(id).reason


def test_releases_in_reasons_come_from_the_register(monkeypatch):
    table = data.register()
    table.loc[[data.FILES["recorded_crime_2018"], data.FILES["outcomes_2015"]], "release"] = [
        "data to May 2031",
        "tables of June 2032",
    ]
    monkeypatch.setattr(data, "register", lambda *root: table)
    values.cause.cache_clear()
    try:
        assert "May 2031" in values.cause("offences") and report.STATISTICS in values.cause(
            "offences"
        )
        assert "June 2032" in values.cause("outcomes")
    finally:
        monkeypatch.undo()
        values.cause.cache_clear()


# ---- the tests of words -----------------------------------------------------------------------


def test_every_wording_test_is_used_and_says_under_which_conventions():
    used = {
        check.removeprefix("wording: ")
        for check in LEDGER["check"]
        if check.startswith("wording: ")
    }
    assert used == set(wording.TESTS)
    words = FOUND.loc[LEDGER.loc[LEDGER["check"].str.startswith("wording"), "id"]]
    assert words["reason"].str.contains(r"Holds under \d of \d kinds? of convention").all()
    assert words["computed"].str.fullmatch(r"\d+ of \d+").all()
    spoken = words.drop(
        ["w_inv_higher", "w_inv_very_high_fell", "w_oc_drugs_norfolk", "w_oc_drugs_national"]
    )
    assert not spoken["reason"].str.startswith("Holds").any(), (
        "the range of value and place comes first"
    )


@pytest.mark.parametrize("end", ["2012-06-30", "2014-06-30", "2015-06-30"])
@pytest.mark.parametrize("forces", [areas.FORCES[::7], pytest.param(areas.FORCES, marks=SLOW)])
def test_crime_rose_faster_only_where_it_rose(forces, end):
    name, day = "recorded_crime_change_1y", pd.Timestamp(end)
    for force in forces:
        tested = wording.rose_faster(wording.Words(name, force, day, ()))
        rows = conventions.under_each(name, force, day)
        for way, (_, holds) in tested.ways.items():
            assert not holds or rows["value"][way] > max(0, rows["national"][way]), force


def test_little_crime_is_held_against_the_rest_of_the_country_and_the_later_release():
    reason = FOUND["reason"]["w_overview_low_crime"]
    assert "below the rest of England and Wales, pooled (63.1)" in reason
    assert f"Not under: in the lowest third, {measures.release_name('2023')} (15th of 43)" in reason
    assert "stricter reading of the third: 0 of 3" in reason


def test_nested_and_near_identical_ways_count_once():
    computed = FOUND.loc[
        ["w_inv_caution_youth", "w_inv_caution_adult", "w_inv_community"], "computed"
    ]
    assert computed.to_list() == ["3 of 3", "3 of 3", "1 of 3"]
    reason = FOUND["reason"]["w_inv_caution_adult"]
    assert (
        reason.startswith("3rd to 9th highest of 43")
        and "Among the highest 5, a stricter reading: 2 of 3" in reason
    )


def test_it_remains_low_only_if_every_year_was():
    reason = FOUND["reason"]["w_overview_remains_low"]
    assert reason.startswith("2nd to 4th lowest of 43 in the five years to June 2014, then 14th; ")
    assert "from 67% to 83% of the rate of England and Wales" in reason
    later = measures.release_name("2023")
    assert f"Not under: in the lowest third every year from 2013, {later} (3rd to 15th" in reason
    assert "as five years before, a stricter reading: no." in reason
    early = wording.Words("recorded_crime_rate", "Norfolk", pd.Timestamp("2012-06-30"), ())
    ways, span, _ = wording.remains_low(early)
    assert "2nd to 7th lowest of 43 in the five years to June 2011, then 3rd" in span
    assert all("2012" not in way and holds for way, (_, holds) in ways.items()) and len(ways) == 2


FORTY_TWO = [force for force in areas.FORCES if force != "City of London"]


@SLOW
def test_warnings_follow_drug_offences_as_a_part_follows_the_whole():
    """Beside deals by another generator, ranked by scipy, over the counts as they stand."""
    links = conventions.drug_links("cannabis_khat_rate", YEAR)
    assert links.table["r"].round(2).to_list() == [0.54, 0.64, 0.81]
    assert links[1:] == (41_486, 159_671, 42)
    warnings = measures.values("cannabis_khat_count", YEAR)[FORTY_TWO]
    people = measures.population(2014)[0][FORTY_TWO]
    crimes, draw = measures.values("recorded_crime_count", YEAR)[FORTY_TWO], random.Random(7)
    ways = [(crimes, people), (people, people), (crimes, crimes)]
    dealt = []
    for _ in range(400):
        part = DRUGS * draw.sample((warnings / DRUGS).to_list(), 42)
        dealt.append([spearmanr(part / one, DRUGS / other).statistic for one, other in ways])
    found = links.table[["mean", "low", "high"]].to_numpy().T
    assert found[0] == pytest.approx(np.mean(dealt, axis=0), abs=0.015)
    assert found[1:] == pytest.approx(np.quantile(dealt, [0.025, 0.975], axis=0), abs=0.04)
    reason = FOUND["reason"]["w_inv_drugs"]
    assert "an outcome of a drug offence (41,486 of 159,671), so some correlation is" in reason
    assert "Holds under 1 of 3 kinds of convention: both per 100 crimes (0.81; deals 0.4" in reason


@pytest.mark.parametrize("follows", [False, True])
def test_a_share_at_random_is_no_link_and_a_share_that_follows_is_one(monkeypatch, follows):
    people = measures.population(2014)[0][FORTY_TWO]
    lot = pd.Series(np.random.default_rng(1).uniform(0.1, 0.5, 42), FORTY_TWO)
    share = ((DRUGS / people).rank() / 50) ** 2 if follows else lot
    planted = (DRUGS * share).to_frame(YEAR).T
    monkeypatch.setattr(counts, "outcomes", lambda groups: planted)
    monkeypatch.setattr(conventions, "drug_links", conventions.drug_links.__wrapped__)
    words = wording.Words("cannabis_khat_rate", EW, YEAR, ())
    ways = wording.outcome_follows_drugs(words).ways
    assert [holds for _, holds in ways.values()] == [follows] * 3


def test_two_editions_of_a_page_on_either_side_of_print_are_both_named():
    reason = FOUND["reason"]["fin_abuse_2014_norfolk"]
    assert "give 9.43 (PEEL 2015), 0.42 percentage points below" in reason
    assert reason.endswith("Its page of PEEL 2016 gives 10.86: 9.9% lies between the two.")
    for id, changes in (("fin_abuse_2015_norfolk", {}),
                        ("fin_abuse_2014_norfolk", {"printed": "9.0%"})):  # fmt: skip
        assert "between" not in planted(id, **changes)(id).reason


@pytest.mark.slow
@pytest.mark.parametrize("n", [0, 1, 3])
def test_contradictions_in_words(n):
    said = claims.tally(
        claims.ledger().assign(verdict=["inconsistent"] * n + ["repeated"] * (157 - n))
    )
    assert (
        said.contradictions
        == {
            0: "No printed number contradicts another",
            1: "1 printed number contradicts another",
            3: "3 printed numbers contradict others",
        }[n]
    )


def test_an_impressive_fall_asks_nothing_of_crime():
    reason = FOUND["reason"]["w_overview_asb_impressive"]
    assert (
        "crime" not in reason
        and "6th of 43" in reason
        and "13th were the estimate off by 4.9 points" in reason
    )


# ---- counted and shown ------------------------------------------------------------------------


@pytest.mark.parametrize("distinct", [False, True])
def test_a_tally_adds_up(distinct):
    tally = claims.tally(claims.ledger(), distinct)
    total, numbers, *parts = tally
    assert sum(parts) == total > numbers
    assert tally.estimated and tally.repeated
    if not distinct:
        assert tally.total == len(LEDGER)
        verdict = FOUND["verdict"].value_counts()
        assert (tally.reproduced, tally.estimated, tally.repeated) == tuple(
            verdict[["reproduced", "estimated", "repeated"]]
        )
        assert tally.differs + tally.own_figures == verdict["differs"]


def test_a_quantity_printed_twice_counts_once_at_its_sharpest():
    once = claims.quantities(claims.ledger())["id"]
    for kept, left in (
        ("fin_crime_1y_norfolk", "prev_crime_1y_norfolk"),
        ("fin_groups_norfolk", "oc_groups_rate"),
        ("fin_crime_2015_norfolk", "fig2_recorded_crime_norfolk"),
        ("w_overview_low_crime", "w_prev_low_crime"),
    ):
        assert kept in set(once) and left not in set(once)
    apart = {
        "prev_schools_nine",
        "prev_schools_42",
        "inv_very_high_2014",
        "inv_very_high_2015",
        "w_vuln_good",
        "w_oc_good",
        "w_overview_like_2014",
        "w_overview_investigation_like_2014",
        "intro_questions",
        "intro_discussed",
    }
    assert apart <= set(once)


def test_distances_are_from_the_interval_in_the_claims_unit():
    off = claims.distances(FOUND)
    assert off["fin_crime_2015_norfolk"] == 0
    assert off["fin_crime_2015_national"] == pytest.approx(62.90 - 62.95)
    assert (
        off["fig4_charged_count_norfolk"] == 6
        and np.isnan(off["fig4_tic_count_norfolk"])
        and np.isnan(off["w_inv_vary"])
    )


def test_the_table_is_in_plain_words():
    shown = claims.table(claims.ledger())
    assert list(shown) == [
        "area",
        "year to",
        "printed",
        "could have been",
        "found",
        "difference",
        "unit",
        "verdict",
        "page",
    ]
    assert not shown.map(lambda cell: "_" in str(cell) or str(cell) in ("", "nan", "+nan")).any(
        axis=None
    )
    row = shown.loc["Number of charges and summonses"].iloc[1]
    assert row[["could have been", "found", "difference"]].to_list() == [
        "577,678",
        "572,254",
        "-5,424",
    ]
    assert shown.loc["Recorded crime per 1,000 people", "year to"].iloc[2] == "June 2014"


def test_a_value_found_is_shown_in_the_form_of_what_is_printed():
    given = [
        ("+15.7%", "15.652", "+15.65%"),
        ("-12.6%", "-12.69", "-12.69%"),
        ("9%", "8.1", "8.1%"),
    ]
    given += [("1.1", "1.064 to 1.066", "1.06 to 1.07"), ("0.6", "0.589 to 0.590", "0.59")]
    given += [
        ("54", "53.55", "53.55"),
        ("9,517", "9,523", "9,523"),
        ("two-thirds", "0.791", "0.791"),
    ]
    given += [
        ("six", "6", "6"),
        ("89.3%", "89.3%", "89.3%"),
        ("", "6 of 7", "6 of 7"),
        ("4", "", ""),
    ]
    rows = pd.DataFrame(given, columns=["printed", "computed", "shown"])
    assert claims.found(rows) == rows["shown"].to_list()


def test_every_measure_has_a_label():
    assert all(claims.label(measure) for measure in LEDGER["measure"])
    assert not set(report.LABELS) & set(measures.MEASURES) and set(report.LABELS) <= set(
        LEDGER["measure"]
    )


def test_a_number_by_its_part():
    assert claims.printed_part("abuse.force") == Printed.parse("11.4%")
    for unknown in ("callz.force", "calls.nobody"):
        with pytest.raises(report.Unprinted, match=unknown):
            claims.printed_part(unknown)


def test_another_force_gets_england_and_wales_alone():
    rows = claims.ledger("Suffolk")
    assert set(rows["area"]) == {EW}
    assert not rows["reason"].str.contains(report.FORCE).any()


def test_offences_needed():
    needed = claims.offences_needed()
    common = list(needed.values())
    low, high = max(i.low for i in common), min(i.high for i in common)
    assert (round(float(low)), round(float(high))) == (3_614_868, 3_616_599)
    own = claims.offences_needed(report.FORCE)
    assert all(45_798 in interval for interval in own.values()) and len(own) == 5


# ---- how large an error is noticed ------------------------------------------------------------


@pytest.fixture(scope="module")
def noticed():
    return claims.noticed().set_index("id")


def turned(id, steps, among):
    """Which verdicts turn when a number is printed so many steps of its last digit off."""
    number = Printed.parse(ROWS["printed"][id])
    value = float(number.value + steps * number.step)
    judge = planted(id, printed=f"{value:.{number.decimals}f}{number.unit}")
    return {other for other in among if judge(other).verdict != FOUND["verdict"][other]}


@SLOW
def test_the_smallest_error_that_is_noticed_turns_a_verdict_and_a_smaller_one_does_not(noticed):
    for id in (
        "fin_crime_5y_national",
        "prev_asb_count",
        "fig4_charged_count_norfolk",
        "fig4_tic_count_norfolk",
    ):
        for sign, steps in ((1, noticed["up"][id]), (-1, noticed["down"][id])):
            for size, turns in ((int(steps), True), (int(steps) - 1, False)):
                assert bool(turned(id, sign * size, FOUND.index)) == turns, (id, sign * size)


@pytest.mark.slow
def test_only_what_depends_on_a_number_is_judged_again():
    dependents = tallies._dependents(Judge(LEDGER))
    for id in (
        "oc_groups",
        "inv_satisfaction_norfolk",
        "fin_crime_2015_national",
        "prev_asb_count",
    ):
        found = turned(id, 40, FOUND.index)
        assert found and found <= set(dependents[id])


@SLOW
def test_what_each_kind_of_check_notices(noticed):
    kinds = claims.noticed_by_kind(noticed)
    assert (
        kinds["numbers"].sum() == len(noticed) == (LEDGER["kind"] == "number").sum() - 1
    )  # two-thirds has no last digit
    agrees = kinds.loc["independent data, which agrees"]
    assert agrees["one_step"] == agrees["numbers"] and not agrees["never"]
    assert kinds.loc["none", "one_step"] == 0 and kinds.loc["none", "never"] >= 20
    assert kinds.loc["arithmetic", "largest"] > 1, (
        "a count beside a rounded rate can be off by some per cent"
    )


# ---- faulty rows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"measure": "burglaries_rate"},
            r"row 2 \(fin_calls_norfolk\): unknown measure 'burglaries_rate'",
        ),
        (
            {"printed": "many"},
            r"row 2 \(fin_calls_norfolk\): cannot read 'many' as a printed number",
        ),
        ({"check": "guess"}, "check 'guess': unknown; there are data"),
        (
            {"check": "from: fin_callz + 1"},
            "names fin_callz; write the id of a claim with a printed number",
        ),
        (
            {"check": "from: w_inv_higher * 2"},
            "names w_inv_higher; write the id of a claim with a printed number",
        ),
        (
            {"check": "from: offences"},
            "names offences; write the id of a claim with a printed number",
        ),
        ({"check": "grim: typo"}, "names typo; write the id of a claim with a printed number"),
        ({"check": "grim: oc_referrals_2014"}, "No whole number|cannot be worked out|^$"),
        ({"check": "same: oc_groups / population", "area": "-"}, "names population; write the id"),
        ({"check": "from: oc_groups +"}, "cannot be worked out: cannot read the expression"),
        ({"check": "from: oc_groups ** 2"}, "cannot be worked out: cannot work out"),
        (
            {"check": "from: oc_groups / (oc_groups - oc_groups)"},
            "cannot be worked out: cannot divide",
        ),
        (
            {"check": "wording: low_crime"},
            "check 'wording: low_crime': is for words, and this is a number",
        ),
        ({"check": "data"}, "no independent data for 'calls_for_assistance_rate'"),
        (
            {"check": "data", "measure": "recorded_crime_rate", "period": "-"},
            "needs an area and a period in place of '-'",
        ),
        (
            {"check": "data", "measure": "recorded_crime_rate", "area": "-"},
            "needs an area and a period in place of '-'",
        ),
        (
            {"check": "data", "measure": "recorded_crime_rate", "period": "1999-06-30"},
            "cannot be worked out: the 2023 release|cannot be worked out: .*1999",
        ),
        ({"check": "fact: typo"}, "cannot be worked out: cannot work out 'typo'"),
        (
            {"check": "fact: domestic_abuse_crimes", "period": "2010-03-31"},
            "cannot be worked out: cannot work out 'domestic_abuse_crimes'",
        ),
        ({"check": "more than"}, "check 'more than': is for recorded_crime_forces_up alone"),
        ({"check": "estimate: typo"}, "no such test; there are forces_with_old_outcomes"),
        ({"kind": "wording"}, "a wording claim has no printed number, found '161'"),
        ({"period": "2015-02-30"}, "period '2015-02-30' is neither a date"),
    ],
)
def test_a_faulty_row_ends_in_one_line_that_names_it(changes, message):
    copy = LEDGER.copy()
    for column, value in changes.items():
        copy.loc[0, column] = value
    if message.startswith(
        "No whole"
    ):  # a whole number of nought is readable: nothing of it gives a percentage
        assert claims.check(copy)["verdict"][0] == "inconsistent"
        return
    with pytest.raises(data.DataError, match=message) as error:
        claims.check(copy)
    assert all(
        line.startswith("data/published/claims.csv: row 2 (fin_calls_norfolk): ")
        for line in str(error.value).splitlines()
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"check": "wording: nice"}, "no such test; there are low_crime"),
        ({"check": "data"}, "needs a printed number; words take"),
        ({"check": "judgment: preventing good"}, "cannot be worked out: preventing"),
        ({"check": "judgment: good"}, "cannot be worked out"),
        ({"check": "wording: low_crime", "period": "-"}, "needs an area and a period"),
        ({"check": "wording: low_crime", "area": EW}, "cannot be worked out"),
    ],
)
def test_a_faulty_row_of_words_is_named(changes, message):
    copy = LEDGER.copy()
    row = copy.index[copy["id"] == "w_overview_low_crime"][0]
    for column, value in changes.items():
        copy.loc[row, column] = value
    with pytest.raises(
        data.DataError, match=rf"row {row + 2} \(w_overview_low_crime\): .*{message}"
    ):
        claims.check(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.replace(b",force_in_numbers,", b",numbers,", 1), "row 2.*section.*numbers"),
        (lambda b: b.replace(b",Norfolk,", b",Norfolc,", 1), "row 2.*area.*Norfolc"),
        (lambda b: b.replace(b"fin_calls_national", b"fin_calls_norfolk", 1), "row [23].*once"),
        (lambda b: b.replace(b"Calls for assistance per 1,000 people", b"", 1), "row 2.*statement"),
        (lambda b: b.replace(b',number,"none', b',numbre,"none', 1), "row 2.*kind.*numbre"),
        (lambda b: b.replace("7–8".encode(), b"seven", 1), "row 2.*page.*seven"),
    ],
)
def test_the_loader_names_a_bad_row_too(change, message):
    content = (data.ROOT / "published" / "claims.csv").read_bytes()
    with pytest.raises(data.DataError, match=message):
        data.parse("claims", change(content))


# ---- arithmetic -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a + 1", "(1).real", "2 ** 9", "1 +", "[1]", "True + 1"]
)
def test_expressions_are_arithmetic_and_nothing_else(text):
    with pytest.raises(ValueError, match="cannot (work out|read)"):
        values.evaluate(text, {"b": Interval(1, 2)})


def test_expressions_carry_intervals():
    assert values.evaluate("100 * (b - 1) / 4", {"b": Interval(2, 3)}) == Interval(25, 50)


def test_grim():
    assert claims.grim(Printed.parse("55%"), 47) == [26]
    assert claims.grim(Printed.parse("56%"), 47) == []
    assert claims.grim(Printed.parse("50%"), 10) == [5]
    assert claims.grim(Printed.parse("50%"), 0) == []
    for whole in (1, 7, 47, 263):
        for text in ("0%", "12%", "50%", "99.6%", "100%"):
            number = Printed.parse(text)
            assert claims.grim(number, whole) == [
                n for n in range(whole + 1) if 100 * n / whole in number
            ]


# ---- the command ------------------------------------------------------------------------------


def test_the_command_prints_the_ledger(tmp_path, capsys):
    assert command.main(["--csv", "-"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype=str, keep_default_na=False)
    assert list(table.columns) == claims.COLUMNS and len(table) == len(LEDGER)
    assert command.main(["--csv", str(tmp_path / "no" / "folder.csv")]) == 1
    assert "No such file" in capsys.readouterr().err
    assert command.main([]) == 0
    assert "claims: " in capsys.readouterr().out.splitlines()[-1]


def test_a_faulty_ledger_is_one_line_on_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(command, "ledger", lambda: claims.check(LEDGER.assign(check="grim: typo")))
    assert command.main([]) == 1
    assert "Traceback" not in (err := capsys.readouterr().err) and "names typo" in err

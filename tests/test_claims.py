"""The fact-check: complete, reasoned, able to fail. For each kind of check a wrong claim is planted and the verdict turns."""

import io
import subprocess
import sys
import time

import pandas as pd
import pytest

from conftest import PROJECT
from helpers import claims, data, wording
from helpers.printed import Interval, Printed

LEDGER = data.load("claims")
FOUND = claims.ledger().set_index("id")


def test_every_number_of_the_report_is_in_the_ledger():
    tool = PROJECT.parent / "shared" / "tools" / "report_numbers.py"
    if not tool.exists():
        pytest.skip("needs the report's text, which is not in the repository")
    done = subprocess.run([sys.executable, tool, tool.parent.parent / "report.txt", "--ledger", PROJECT / "data" / "published" / "claims.csv"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "0 not covered" in done.stdout, done.stdout


def test_at_least_25_claims_are_wording():
    assert (LEDGER["kind"] == "wording").sum() >= 25


def test_every_claim_has_a_known_verdict_and_a_reason():
    assert list(claims.ledger().columns) == claims.COLUMNS
    assert set(FOUND["verdict"]) <= set(claims.VERDICTS)
    assert FOUND["reason"].str.endswith(".").all() and (FOUND["reason"].str.len() > 20).all()
    assert len(FOUND) == len(LEDGER)


def test_low_and_high_are_the_rounding_interval():
    row = FOUND.loc["fin_crime_2014_norfolk"]
    assert (row["printed"], row["low"], row["high"]) == ("45.1", "45.05", "45.15")
    assert (FOUND.loc["w_overview_low_crime", ["low", "high"]] == "").all()


def test_nothing_reproduced_rests_on_a_number_of_the_report():
    """With every printed number of the other claims destroyed, what is reproduced still is: it never looked at them."""
    for claim in LEDGER.itertuples():
        if FOUND["verdict"][claim.id].startswith("reproduced"):
            assert claim.check.split(" | ")[0].split(":")[0] in ("data", "fact", "more than")
    others = LEDGER.copy()
    others.loc[others["check"].str.startswith(("from", "grim")), "printed"] = "1"
    found = claims.check(others).set_index("id")["verdict"]
    same = FOUND["verdict"].str.startswith("reproduced")
    assert (found[same] == FOUND["verdict"][same]).all()


def planted(id, **changes):
    """The verdict on a claim after a change to its row."""
    copy = LEDGER.copy()
    for column, value in changes.items():
        copy.loc[copy["id"] == id, column] = value
    return claims.check(copy).set_index("id")["verdict"]


@pytest.mark.parametrize(("what", "id", "changes", "turned", "before", "after"), [
    ("a digit of a reproduced number", "fin_crime_2015_norfolk", {"printed": "52.3"}, "fin_crime_2015_norfolk", "reproduced", "inconsistent"),
    ("a digit where only data can tell", "fig2_victim_based_norfolk", {"printed": "44.3"}, "fig2_victim_based_norfolk", "reproduced", "differs"),
    ("a threshold above what the data gives", "prev_forces_up", {"printed": "0.80"}, "prev_forces_up", "reproduced", "differs"),
    ("the force's own figures", "fin_abuse_2015_norfolk", {"printed": "11.2%"}, "fin_abuse_2015_norfolk", "differs", "reproduced"),
    ("a part that no longer adds up", "fig4_formal_count_norfolk", {"printed": "3,487"}, "fig4_formal_count_norfolk", "differs", "inconsistent"),
    ("the same, seen from a part", "fig4_formal_count_norfolk", {"printed": "3,487"}, "fig4_penalty_notice_count_norfolk", "differs", "inconsistent"),
    ("a rate that is not its count over the offences", "fig4_tic_rate_norfolk", {"printed": "1.2"}, "fig4_tic_rate_norfolk", "consistent", "inconsistent"),
    ("a number that stands twice", "inv_satisfaction_norfolk", {"printed": "89.4%"}, "fin_satisfaction_norfolk", "consistent", "inconsistent"),
    ("an impossible percentage of 47", "oc_drugs_norfolk", {"printed": "56%"}, "oc_drugs_norfolk", "consistent", "inconsistent"),
    ("a list that is shorter", "oc_threats", {"printed": "seven"}, "oc_threats", "consistent", "inconsistent"),
    ("a word turned round", "w_prev_above_national", {"area": "City of London"}, "w_prev_above_national", "supported", "not supported"),
    ("a word about another force", "w_overview_low_crime", {"area": "Cleveland"}, "w_overview_low_crime", "depends on the method", "not supported"),
    ("a wording test on other printed numbers", "inv_satisfaction_norfolk", {"printed": "83.8%"}, "w_inv_higher", "consistent", "inconsistent"),
])
def test_a_planted_error_turns_the_verdict(what, id, changes, turned, before, after):
    assert FOUND["verdict"][turned] == before
    assert planted(id, **changes)[turned] == after, what


def test_an_alternative_is_named(monkeypatch):
    """With the count of the 2016 edition the domestic abuse share of 2013/14 would be 10.9%."""
    found = claims.check(LEDGER.assign(printed=LEDGER["printed"].mask(LEDGER["id"] == "fin_abuse_2014_norfolk", "10.9%"))).set_index("id")
    assert found["verdict"]["fin_abuse_2014_norfolk"] == "reproduced under an alternative"
    assert "the force's 2016 edition" in found["reason"]["fin_abuse_2014_norfolk"]


def test_most_slips_in_checkable_numbers_are_noticed():
    """The aim is 90%; a count in thousands changed by one, with only a rounded rate to hold it against, cannot be noticed."""
    table = claims.slips(LEDGER)
    checkable = table[table["verdict"] != "not checkable"]
    assert checkable["noticed"].mean() >= 0.87, checkable.loc[~checkable["noticed"], ["id", "slip"]].to_string()
    assert not table.loc[table["verdict"] == "not checkable", "noticed"].all()


@pytest.mark.parametrize(("changes", "message"), [
    ({"measure": "burglaries_rate"}, r"row 2 \(fin_calls_norfolk\): unknown measure 'burglaries_rate'"),
    ({"printed": "many"}, r"row 2 \(fin_calls_norfolk\): cannot read 'many' as a printed number"),
    ({"check": "guess"}, "unknown check 'guess'"),
    ({"check": "from: fin_callz + 1"}, "check names fin_callz, which is the id of no claim"),
    ({"check": "wording: nice"}, "unknown wording test 'nice'; there are low_crime"),
    ({"check": "data"}, "no independent data for 'calls_for_assistance_rate'"),
    ({"kind": "wording"}, "a wording claim has no printed number, found '161'"),
    ({"period": "2015-02-30"}, "period '2015-02-30' is neither a date"),
])
def test_a_faulty_row_is_named(changes, message):
    copy = LEDGER.copy()
    for column, value in changes.items():
        copy.loc[0, column] = value
    with pytest.raises(data.DataError, match=message):
        claims.check(copy)


@pytest.mark.parametrize(("change", "message"), [
    (lambda b: b.replace(b",force_in_numbers,", b",numbers,", 1), "row 2, column section, expected .* found 'numbers'"),
    (lambda b: b.replace(b",Norfolk,", b",Norfolc,", 1), "row 2, column area, expected .* found 'Norfolc'"),
    (lambda b: b.replace(b"fin_calls_national", b"fin_calls_norfolk", 1), "row 2, expected every row once"),
    (lambda b: b.replace(b"Calls for assistance", b"", 1), "row 2, column statement"),
    (lambda b: b.replace(b',number,"none', b',numbre,"none', 1), "row 2, column kind, expected .* found 'numbre'"),
])
def test_the_loader_names_a_bad_row_too(change, message):
    content = (data.ROOT / "published" / "claims.csv").read_bytes()
    with pytest.raises(data.DataError, match=message):
        data.parse("claims", change(content))


@pytest.mark.parametrize("text", ["__import__('os')", "a + 1", "(1).real", "2 ** 9", "1 +", "[1]"])
def test_expressions_are_arithmetic_and_nothing_else(text):
    with pytest.raises(ValueError, match="cannot (work out|read)"):
        claims.evaluate(text, {"b": Interval(1, 2)})


def test_expressions_carry_intervals():
    assert claims.evaluate("100 * (b - 1) / 4", {"b": Interval(2, 3)}) == Interval(25, 50)


def test_grim():
    assert claims.grim(Printed.parse("55%"), 47) == [26]
    assert claims.grim(Printed.parse("56%"), 47) == []
    assert claims.grim(Printed.parse("50%"), 10) == [5]


def test_every_wording_test_is_used_and_says_under_which_conventions():
    used = {check.removeprefix("wording: ") for check in LEDGER["check"] if check.startswith("wording: ")}
    assert used == set(wording.TESTS)
    words = FOUND.loc[LEDGER.loc[LEDGER["check"].str.startswith("wording"), "id"]]
    assert words["reason"].str.startswith("Holds under ").all() and words["computed"].str.fullmatch(r"\d+ of \d+").all()


def test_another_force_gets_england_and_wales_alone():
    assert set(claims.ledger("Suffolk")["area"]) == {"England and Wales"}
    assert "left out for Suffolk" in claims.note("Suffolk", claims.REPORT_YEAR)
    assert claims.note("Norfolk", claims.REPORT_YEAR) == ""
    assert "for that year" in claims.note("Norfolk", pd.Timestamp("2014-06-30"))


def test_the_command_prints_the_ledger_within_seconds(tmp_path, capsys):
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "helpers.claims", "--csv", "-"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 20  # the goal of 5 s is measured by the benchmark; this is to notice a hang
    table = pd.read_csv(io.StringIO(done.stdout), dtype=str, keep_default_na=False)
    assert list(table.columns) == claims.COLUMNS and len(table) == len(LEDGER)
    assert claims.main(["--csv", str(tmp_path / "no" / "folder.csv")]) == 1
    assert "No such file" in capsys.readouterr().err
    assert claims.main([]) == 0
    assert "claims: " in capsys.readouterr().out.splitlines()[-1]

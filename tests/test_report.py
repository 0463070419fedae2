"""What is particular to a report; another force's beside the collection's own, from start to page.

The claims on Suffolk are made for these tests: no report ever printed them.
"""

import os
import shutil
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from conftest import PROJECT, forget
from helpers import data, report, themes
from helpers.data import slots
from helpers.data.load import unknown_claims
from helpers.reproduce import pages, unprinted

ABOUT = """force = "Suffolk"
year_ending = 2015-06-30
source = "Made for a test"
statistics = "October 2015"

[tested]
recorded_crime = ["made_low"]
"""
RATE, CHANGE = "recorded_crime_rate", "recorded_crime_change_1y"
OWN_FIGURES = "fact: 100 * domestic_abuse_crimes / offences"
MADE = {  # id -> section, period, measure, printed, unit, check
    "made_rate": ("prevention", "2015-06-30", RATE, "55.0", "per 1,000 population", "data"),
    "made_wrong": ("prevention", "2015-06-30", RATE, "99.9", "per 1,000 population", "data"),
    "made_change": ("prevention", "2015-06-30", CHANGE, "+13.3%", "per cent", "data"),
    "made_share": (
        "prevention",
        "2015-03-31",
        "domestic_abuse_share",
        "9%",
        "per cent",
        OWN_FIGURES,
    ),
    "made_good": ("overview", "-", "judgment", "", "words", "judgment: overview good"),
    "made_low": ("overview", "2015-06-30", RATE, "", "words", "wording: low_crime"),
}
CLAIMS = pd.DataFrame.from_dict(
    MADE, orient="index", columns=["section", "period", "measure", "printed", "unit", "check"]
)
CLAIMS = CLAIMS.rename_axis("id").reset_index().assign(exhibit="", area="Suffolk", page="1")
CLAIMS["statement"] = "Made for a test"
CLAIMS["kind"] = CLAIMS["printed"].ne("").map({True: "number", False: "wording"})
CLAIMS = CLAIMS[data.load("claims").columns].to_csv(index=False, lineterminator="\n")
JUDGMENTS = "section,question,judgment\noverview,Made for a test,good\n"


def run(folder, *command, chosen=""):
    """A command in a copy of the project: its exit code, and what it said on either side."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {report.VARIABLE: chosen} if chosen else {}
    words = [sys.executable, *command]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def write(folder, about=ABOUT, claims=CLAIMS, judgments=JUDGMENTS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(report.FILES, (about, claims, judgments), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project with a report on Suffolk that nobody has registered yet."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PROJECT / "helpers", folder / "helpers")
    (folder / "data").mkdir()
    (folder / "data" / "official").symlink_to(PROJECT / "data" / "official")
    shutil.copy(PROJECT / "data" / "sources.csv", folder / "data")
    shutil.copytree(PROJECT / "data" / "published", folder / "data" / "published")
    write(folder / "data" / "published" / "suffolk")
    return folder


@pytest.fixture(scope="module")
def registered(copy):
    """The same once it is registered; what the data check and the ingest said on the way."""
    before = run(copy, "-m", "helpers.data")
    noted = run(copy, "-m", "helpers.ingest", "published", "data/published/suffolk")
    return copy, before, noted


@pytest.mark.slow
def test_another_report_is_registered_by_the_ingest_and_the_own_stays(registered):
    copy, (code, _, said), noted = registered
    assert code == 1 and len(said.splitlines()) == 3
    hint = "registers it"
    assert all(line.startswith("data/published/suffolk/") for line in said.splitlines())
    assert said.count("`python -m helpers.ingest published data/published/suffolk` " + hint) == 3
    assert noted == (0, "data/published/suffolk: checked and noted in data/sources.csv\n", "")
    assert run(copy, "-m", "helpers.data") == (0, "", "")
    assert run(copy, "-m", "helpers.data", chosen="Suffolk") == (0, "", "")
    own, now = (pd.read_csv(folder / "data/sources.csv", dtype=str) for folder in (PROJECT, copy))
    pd.testing.assert_frame_equal(now.head(len(own)), own)
    assert set(now["title"].tail(3).str.partition(" (")[0]) == {"Made for a test"}
    assert now["address"].tail(3).str.endswith("/suffolk").all()


@pytest.mark.slow
def test_a_changed_file_of_a_report_that_was_not_chosen_is_a_fault(registered):
    copy, *_ = registered
    path = copy / "data" / "published" / "suffolk" / "claims.csv"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"99.9", b"55.0"))
    code, _, said = run(copy, "-m", "helpers.data")
    path.write_bytes(content)
    assert code == 1 and said.startswith("data/published/suffolk/claims.csv: was changed: ")


@pytest.mark.slow
def test_its_claims_are_judged_and_a_planted_wrong_number_differs(registered):
    copy, *_ = registered
    code, said, error = run(
        copy, "-m", "helpers.claims", "--csv", "found.csv", "--report", "Suffolk"
    )
    assert (code, said, error) == (0, "", "")
    found = pd.read_csv(copy / "found.csv", dtype=str, index_col="id")
    assert found["verdict"].to_dict() == {
        "made_rate": "reproduced",
        "made_wrong": "differs",
        "made_change": "reproduced",
        "made_share": "not checkable",  # no page of the force is among the data
        "made_good": "repeated",
        "made_low": "depends on the method",
    }
    assert "the force's own figures, in data/official/" in found["reason"]["made_share"]


NOTEBOOK = [
    ("parameters", 'FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"'),
    (
        "",
        "from helpers import report\n"
        "print(report.FORCE, report.SOURCE, report.tested('recorded_crime'))",
    ),
    ("report", 'print("own")\nfall = report.claim("asb_fall.force")'),
    ("report", 'print("rests on {{ fall }}")'),
    ("", '{}["nothing of that kind"]'),
]


@pytest.mark.slow
def test_a_force_with_a_report_of_its_own_is_run_with_it(registered):
    copy, *_ = registered
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Made")])
    for tag, source in NOTEBOOK:
        metadata = {"tags": [tag] if tag else []}
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))
    (copy / "made").mkdir()
    nbformat.write(notebook, copy / "made" / "01-made.ipynb")
    command = ("-m", "helpers.reproduce", "--notebooks", "made", "--force", "Suffolk")
    code, said, _ = run(copy, *command)
    assert code == 0 and said.startswith("Suffolk, year to 30 June 2015: 1 of 1 notebooks ran.")
    shown = nbformat.read(copy / "build" / "suffolk" / "01-made.ipynb", as_version=4)
    told = [cell.outputs[0] for cell in shown.cells[2:]]
    assert told[0].text == "Suffolk Made for a test ('made_low',)\n"
    lines = [output.data["text/markdown"] for output in told[1:]]
    assert "data/published/suffolk/report.toml names no asb_fall.force" in lines[0]
    assert lines[1] == "*Left out: it rests on what is left out above.*"
    assert "too little for it (`KeyError: 'nothing of that kind'`)" in lines[2]


@pytest.mark.slow
def test_a_report_that_was_not_chosen_is_named_with_the_way_to_it(registered):
    copy, *_ = registered
    asked = "from helpers.themes import other_year; from helpers import report; "
    asked += "print(other_year('Suffolk', report.YEAR_ENDING, report.YEAR_ENDING))"
    said = run(copy, "-c", asked)[1]
    assert "lies in data/published/suffolk/ and was not chosen" in said
    assert "start with `PEEL_REPORT=Suffolk make lab`" in said
    assert run(copy, "-c", asked, chosen="Suffolk")[1] == "\n"
    here = themes.other_year("Suffolk", report.YEAR_ENDING, report.YEAR_ENDING)
    assert "which is not part of this collection" in here


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        ("Essex", "PEEL_REPORT=Essex: there is no data/published/essex/; README.md says how"),
        ("Sufolk", "unknown force 'Sufolk': did you mean Suffolk or Norfolk?"),
        ("Kent", "data/published/kent: the report lacks judgments.csv; README.md says how"),
        ("Dorset", "data/published/dorset/report.toml: is about Suffolk, in the folder for Dorset"),
    ],
)
def test_a_report_that_cannot_be_chosen_gets_one_line(copy, tmp_path, chosen, line):
    folder = tmp_path / "copy"
    shutil.copytree(copy, folder, symlinks=True)
    (write(folder / "data" / "published" / "kent") / "judgments.csv").unlink()
    write(folder / "data" / "published" / "dorset")
    code, _, said = run(folder, "-m", "helpers.claims", chosen=chosen)
    assert code == 1 and said.startswith(line) and said.count("\n") == 1


@pytest.mark.slow
def test_a_folder_that_names_the_wrong_force_does_not_touch_the_own_report(copy, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(copy, folder, symlinks=True)
    write(folder / "data" / "published" / "essex", ABOUT.replace("Suffolk", report.FORCE))
    code, _, said = run(folder, "-m", "helpers.ingest", "published", "data/published/essex")
    assert code == 1 and f"the report on {report.FORCE} lies in " in said
    own = (PROJECT / "data" / "published" / "claims.csv").read_bytes()
    assert (folder / "data" / "published" / "claims.csv").read_bytes() == own


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("= 2015-06-30", "= 2015-06-31"), "report.toml: Invalid date"),
        (("= 2015-06-30", '= "2015-06-30"'), "report.toml: fill in year_ending"),
        (("statistics", "statistic"), "report.toml: fill in statistics"),
        (('"Suffolk"', '"suffolk"'), "report.toml: write force = 'Suffolk'"),
        (('"Suffolk"', '"Scotland"'), "report.toml: unknown force 'Scotland'"),
    ],
)
def test_each_fault_of_a_report_is_one_line(tmp_path, change, line):
    assert report.read(write(tmp_path))["force"] == "Suffolk"
    with pytest.raises(ValueError, match=line) as raised:
        report.read(write(tmp_path, ABOUT.replace(*change)))
    assert "\n" not in str(raised.value)


def test_a_part_that_is_not_named_says_where_it_would_be():
    assert report.claim("asb_rate.force") and report.day("survey_year")
    for ask, part in (
        (report.claim, "asb_rate.nobody"),
        (report.claim, "asb_rate"),
        (report.day, "x"),
    ):
        with pytest.raises(report.Unprinted, match=f"data/published/report.toml names no {part}:"):
            ask(part)
    assert report.tested("helpers.themes.recorded_crime") and report.tested("no_theme") == ()


def test_an_id_that_no_claim_has_is_a_fault(data_copy):
    about, claims = (data_copy / data.REPORT).read_bytes(), data.load("claims")
    assert list(unknown_claims(about, claims)) == []
    faults = list(unknown_claims(about, claims[~claims["id"].isin(["inv_files", "w_inv_higher"])]))
    assert [fault.partition(": no claim")[0] for fault in faults] == [
        "data/published/report.toml: [claims] files_reviewed",
        "data/published/report.toml: [tested] victim_satisfaction",
    ]


def test_a_report_may_come_without_slots(data_copy):
    register = data_copy / "sources.csv"
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    register.write_text("".join(line for line in lines if "figure_5" not in line), encoding="utf-8")
    (data_copy / data.FILES["figure_5"]).unlink()
    table, filled, faults = data.slot("figure_5", data_copy)
    assert (len(table), filled, faults) == (2, False, [])
    assert list(data.faults(data_copy)) == []
    assert list(data.sources("figure_5", root=data_copy).index) == [data.FILES["claims"]]
    (data_copy / data.FILES["figure_6"]).unlink()  # registered, so it has to be there
    assert "figure_6.csv: cannot be read" in "".join(data.faults(data_copy))
    forget()


def test_a_slot_of_which_nothing_is_said_to_be_printed_is_not_taken():
    table = pd.DataFrame({"area": ["Suffolk"], "crime_type": ["Drugs"], "printed": ["1"]})
    (fault,) = slots.check("figure_7", {}, table)
    assert "under [slots.figure_7] in report.toml" in fault


def test_what_a_theme_cannot_say_of_its_page_is_a_line():
    def about(force):
        return report.claim(f"nothing.{force}")

    assert pages.said(about, "x").startswith("[claims] of data/published/report.toml names no ")
    assert pages.said(str.upper, "x") == "X"


def test_a_cell_that_sets_a_name_again_ends_what_is_left_out():
    def cell(source, error=""):
        outputs = [nbformat.v4.new_output("stream", text="said")]
        if error:
            outputs.append(nbformat.v4.new_output("error", ename=error, evalue="why\nmore"))
        return nbformat.v4.new_code_cell(source, outputs=outputs)

    sources = ["a = f()", "b = a", 'say("{{ b }} a")', "a = b = 1", 'say("{{ a }}")', "say('a b')"]
    cells = [cell(sources[0], "KeyError"), *map(cell, sources[1:])]
    notebook = nbformat.v4.new_notebook(cells=cells)
    unprinted.settle(notebook)
    told = [c.outputs[0].get("data", {}).get("text/markdown", "") for c in notebook.cells]
    assert "`KeyError: why`" in told[0] and told[1] == told[2] != ""
    assert told[3:] == ["", "", ""]

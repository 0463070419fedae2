"""What a file lacks stays, or is named when it goes; a rehearsal writes nothing."""

import subprocess
import sys

import pandas as pd
import pytest
from test_ingest import PEOPLE, everything, newer, population_file, run
from test_publishers import CRIME, as_csv, open_outcomes

from conftest import PROJECT
from helpers import data
from helpers.ingest import __main__ as ingest
from helpers.ingest import merging


def table(*rows):
    return pd.DataFrame(rows, columns=["force", "month", "incidents"]).astype(str)


BEFORE = table(
    ("Kent", "2014-01", 5), ("Norfolk", "2014-01", 7), ("Kent", "2014-02", 6),
    ("Norfolk", "2014-02", 8), ("Norfolk", "2014-03", 9),
)  # fmt: skip
NEW = table(("Norfolk", "2014-01", 70), ("Norfolk", "2014-04", 1))


def test_rows_of_the_new_file_replace_those_of_their_force_and_month_only():
    change = merging.merged(BEFORE, NEW)
    assert change.after.values.tolist() == [
        ["Kent", "2014-01", "5"], ["Norfolk", "2014-01", "70"], ["Kent", "2014-02", "6"],
        ["Norfolk", "2014-02", "8"], ["Norfolk", "2014-03", "9"], ["Norfolk", "2014-04", "1"],
    ]  # fmt: skip
    assert list(merging.lines(change)) == [
        "  gained: Norfolk: 2014-04",
        "  kept, though the file lacks it: Kent: 2014-01 to 2014-02 (2)",
        "  kept, though the file lacks it: Norfolk: 2014-02 to 2014-03 (2)",
    ]


def test_what_is_replaced_whole_names_every_month_that_goes():
    change = merging.merged(BEFORE, NEW, replace=True)
    assert change.after.equals(NEW) and not change.keeps
    assert list(merging.lines(change))[1:] == [
        "  dropped: Kent: 2014-01 to 2014-02 (2)",
        "  dropped: Norfolk: 2014-02 to 2014-03 (2)",
    ]


def test_the_same_table_again_changes_nothing_and_says_nothing():
    change = merging.merged(BEFORE, BEFORE)
    assert change.after is BEFORE
    assert list(merging.lines(change)) == []


def test_months_that_do_not_follow_one_another_are_not_called_a_run():
    change = merging.merged(BEFORE, BEFORE.query("month == '2014-02'"))
    assert list(merging.lines(change)) == [
        "  kept, though the file lacks it: Kent: 2014-01",
        "  kept, though the file lacks it: Norfolk: 2014-01, 2014-03",
    ]


def test_most_of_the_forces_are_named_by_those_that_are_not_among_them():
    every = [
        table((force, "2014-01", 1)) for force in ("Kent", "Norfolk", "Suffolk", "Essex", "Gwent")
    ]
    before = pd.concat(every, ignore_index=True)
    assert list(merging.lines(merging.merged(before[:0], before))) == ["  gained: all 5: 2014-01"]
    assert list(merging.lines(merging.merged(before, table(("Kent", "2014-01", 1))))) == [
        "  kept, though the file lacks it: all but Kent: 2014-01"
    ]


def test_an_offence_group_that_vanishes_from_a_period_is_named():
    old = pd.DataFrame(
        [("Kent", "2015-06-30", "Robbery", "4"), ("Kent", "2015-06-30", "Shoplifting", "5")],
        columns=["force", "quarter_ending", "offence_group", "offences"],
    )
    assert list(merging.lines(merging.merged(old, old[:1]))) == [
        "  dropped: Shoplifting: 1 rows, of periods that the file has without it"
    ]


def test_the_largest_differences_and_the_sums_are_told():
    assert list(merging.differences(merging.merged(BEFORE, NEW))) == [
        "  incidents: 1 of 2 sums by force and year change",
        "    Norfolk, 2014: 24 -> 88 (+266.7%)",
        "    all, 2014: 35 -> 99 (+182.9%)",
    ]


def rehearsed(data_copy, kind, path, *more):
    """A rehearsal; nothing in the data folder is touched, and nothing is left beside it."""
    before = everything(data_copy)
    result = run(data_copy, kind, path, "--check", *more)
    assert everything(data_copy) == before
    assert not list(data_copy.glob(".*"))
    return result


def test_a_rehearsal_says_what_would_change_and_writes_nothing(data_copy, tmp_path, capsys):
    assert rehearsed(data_copy, "population_original", newer(tmp_path)) == 0
    said = capsys.readouterr().out
    assert said.startswith("data/official/population_original.csv: 301 rows -> 301, would change\n")
    assert "population: 2 of 301 sums by force and year change" in said
    assert "    Norfolk, 2014: 877,710 -> 877,709 (-0.0%)" in said
    assert "    all, 2014: 57,408,654 -> 57,408,654 (+0.0%)" in said
    assert said.endswith(
        "passes its schema and its 3 checks\nAgrees with the other tables. Nothing was written.\n"
    )


@pytest.mark.slow
def test_a_rehearsal_names_what_would_be_dropped(data_copy, tmp_path, capsys):
    path = population_file(tmp_path)
    without = pd.read_csv(path).query("year != 2009")
    without.to_csv(path, index=False)
    assert rehearsed(data_copy, "population_original", path) == 0
    said = capsys.readouterr().out
    assert "301 rows -> 301, as before\n  kept, though the file lacks it: all 43: 2009\n" in said
    assert rehearsed(data_copy, "population_original", path, "--replace") == 1
    assert "expected every year from 2009 to 2015, missing 2009" in capsys.readouterr().err


def test_a_rehearsal_of_what_contradicts_the_other_tables_fails(data_copy, tmp_path, capsys):
    table = data.load("population_revised").rename(columns={"mid_year": "year"})
    table.loc[(table["force"] == "Kent") & (table["year"] == 2022), "population"] //= 2
    path = as_csv(tmp_path / "people.csv", table.rename(columns={"release": "vintage"}))
    assert rehearsed(data_copy, "population_revised", path) == 1
    said = capsys.readouterr()
    assert "(-50.0%)" in said.out and "2022, Kent: " in said.err


def test_files_of_the_report_can_be_rehearsed(data_copy, capsys):
    path = data_copy / "published" / "claims.csv"
    path.write_bytes(path.read_bytes().replace(b"52.2", b"52.3"))
    assert rehearsed(data_copy, "published", data_copy / "published") == 0
    assert "Nothing was written" in capsys.readouterr().out


def test_nothing_is_added_to_a_table_that_the_register_does_not_know(data_copy, tmp_path, capsys):
    people = data_copy / PEOPLE
    people.write_bytes(people.read_bytes().replace(b",877710,", b",877709,"))
    path = population_file(tmp_path)
    pd.read_csv(path).query("year != 2014").to_csv(path, index=False)
    before = everything(data_copy)
    assert run(data_copy, "population_original", path) == 1
    assert "population_original.csv: is not what the register says, so nothing is added" in (
        capsys.readouterr().err
    )
    assert everything(data_copy) == before


@pytest.mark.slow
def test_no_lock_stays_behind_after_success_failure_or_a_kill(data_copy, tmp_path, monkeypatch):
    path, before, aside = population_file(tmp_path), set(data_copy.iterdir()), tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    monkeypatch.setenv("TMPDIR", str(aside))
    assert run(data_copy, "population_original", path) == 0
    assert run(data_copy, "population_original", tmp_path / "none.csv") == 1
    code = (
        "import os, sys; from helpers.ingest import __main__ as i; "
        "i.build = lambda *_, **__: os._exit(9); i.main(sys.argv[1:])"
    )
    arguments = ["population_original", str(path), "--root", str(data_copy)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=PROJECT)
    assert done.returncode == 9 and list(aside.iterdir()), "the lock of what was killed"
    assert set(data_copy.iterdir()) == before
    assert run(data_copy, "population_original", path) == 0
    assert not list(aside.iterdir()), "nor in the temporary folder"


RENAMED = "Force outcomes recorded in the quarter"


def test_a_renamed_column_is_mapped_by_whoever_reads_the_message(tmp_path, capsys):
    rows = open_outcomes("Norfolk", "2014/15", 1)
    expected = ingest.KINDS["outcomes_2015"].build(as_csv(tmp_path / "a.csv", rows))
    path = as_csv(
        tmp_path / "b.csv", rows.rename(columns={"Force outcomes recorded in quarter": RENAMED})
    )
    with pytest.raises(data.DataError) as error:
        ingest.build("outcomes_2015", path)
    message = str(error.value)
    assert "needs the column 'closed' (or 'Force outcomes recorded in quarter')" in message
    assert message.endswith(
        'if it stands there under another name, say so: --column "THEIR NAME=closed"'
    )
    names = ingest._arguments(["outcomes_2015", "b.csv", "--column", f"{RENAMED}=closed"]).options
    found = ingest.KINDS["outcomes_2015"].build(path, **names)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recorded_crime_2023", "x.csv", "--column", "Number"], "expected THEIRS=OURS, found"),
        (["forces", "x.csv", "--column", "a=b"], "--column goes with recorded_crime_2018, rec"),
        (["forces", "x.csv", "--skip-unknown"], "--skip-unknown goes with incidents_street only"),
        (["forces", "x.csv", "--skip-corrupt"], "--skip-corrupt goes with incidents_street only"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(capsys, arguments, message):
    with pytest.raises(SystemExit):
        ingest.main(arguments)
    assert message in capsys.readouterr().err


def test_a_mapping_to_no_column_is_refused_and_one_that_is_told_goes_first(tmp_path):
    path = as_csv(tmp_path / "crime.csv", CRIME.assign(other="1"))
    build = ingest.KINDS["recorded_crime_2023"].build
    with pytest.raises(data.DataError, match="no column of this kind is called 'number'; there"):
        build(path, names={"number": "other"})
    assert build(path, names={"n": "Other"})["offences"].sum() == len(CRIME)

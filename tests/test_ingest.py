"""The tidy tables come out of the raw files, byte for byte; what is wrong changes nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from conftest import PROJECT, RAW
from helpers import data
from helpers.data.register import REPORT
from helpers.ingest import __main__ as ingest
from helpers.ingest.putting import STAGE

needs_raw = pytest.mark.skipif(
    not RAW.exists(), reason="needs the raw data, which is not in the repository"
)


def run(data_copy, kind, path, *more):
    return ingest.main([kind, str(path), "--root", str(data_copy), *more])


def everything(folder):
    """Every file below a folder: content, and when it was written."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


LARGE = ("recorded_crime_2018", "recorded_crime_2023", "outcomes_2015")


@needs_raw
@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=[pytest.mark.slow] * (k in LARGE)) for k in ingest.KINDS]
)
def test_rebuilding_gives_the_committed_bytes(kind):
    built = ingest.build(kind, RAW / ingest.KINDS[kind].path, replace=True)
    assert built.content == (data.ROOT / data.FILES[kind]).read_bytes()


@needs_raw
@pytest.mark.slow
def test_ingesting_all_again_changes_nothing(data_copy, capsys):
    before = everything(data_copy)
    assert run(data_copy, "all", RAW) == 0
    assert everything(data_copy) == before
    assert "recorded_crime_2018.csv: 42,069 rows, as before" in capsys.readouterr().out


def population_file(folder, change=lambda text: text):
    """The publisher's layout, made from the tidy table."""
    table = data.load("population_original")
    table = table.rename(columns={"mid_year": "year", "release": "vintage"})
    path = folder / "raw.csv"
    path.write_text(change(table.to_csv(index=False)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: t.replace("population", "people", 1),
            "needs the column 'population'; found 'force', 'year', 'people'",
        ),
        (
            lambda t: t.replace("Norfolk", "Norfolc"),
            "column 'force': unknown force 'Norfolc': did you mean Norfolk?",
        ),
        (
            lambda t: t.replace("City of London", "London"),
            "column 'force': unknown force 'London': did you mean City of London or Metro",
        ),
        (
            lambda t: t.replace("877710", "lots"),
            "column 'population': expected a whole number, found 'lots'",
        ),
        (
            lambda t: t.replace("877710", "877711"),
            "England and Wales in mid-2014 should come to 57,408,654, found 57,408,655",
        ),
        (
            lambda t: t.replace("mid-2015 release", "newest", 1),
            "row 2, column 'vintage': expected a release as in 'mid-2022 release', found 'newest'",
        ),
        (lambda t: "", "cannot be read as a CSV table"),
        (
            lambda t: t + t.splitlines()[1] + "\n",
            "row 303: overlapping periods: Avon and Somerset, 2009 stands already in",
        ),
    ],
)
def test_a_bad_file_is_refused_in_one_line_and_nothing_changes(
    data_copy, tmp_path, capsys, change, message
):
    before = everything(data_copy)
    assert run(data_copy, "population_original", population_file(tmp_path, change)) == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert message in error and "--column" not in error, "which this kind does not take"
    assert everything(data_copy) == before


def test_a_first_release_is_that_of_its_year(tmp_path):
    text = "pfacd,force,year,population,vintage\nE23,Norfolk,2021,916200,first release\n"
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    table = ingest.KINDS["population_revised"].build(path)
    assert table["release"].tolist() == ["mid-2021 release"]


@pytest.mark.slow
@pytest.mark.parametrize("file", ["published/claims.csv", REPORT])
@pytest.mark.parametrize("last_newline", [True, False])
def test_files_of_the_report_are_noted_after_a_change_by_hand(data_copy, file, last_newline):
    path = data_copy / file
    changed = path.read_bytes().rstrip() + b"\n" * last_newline
    path.write_bytes(changed.replace(b"52.2", b"52.3").replace(b"source = ", b"source  = "))
    (fault,) = data.faults(data_copy)
    assert fault.startswith(f"data/{file}: was changed")
    assert run(data_copy, "published", data_copy / "published") == 0
    assert list(data.faults(data_copy)) == []


def test_a_report_that_names_no_claim_is_not_noted(data_copy, capsys):
    path = data_copy / REPORT
    path.write_bytes(path.read_bytes().replace(b'"oc_drugs_national"\n', b'"oc_drugs"\n'))
    before = everything(data_copy)
    assert run(data_copy, "published", data_copy / "published") == 1
    assert "report.toml: [slots.figure_7]: no number in claims.csv" in capsys.readouterr().err
    assert everything(data_copy) == before


def test_a_filled_in_slot_survives_a_rebuild(data_copy):
    slot = data_copy / "published" / "figure_5.csv"
    slot.write_bytes(slot.read_bytes().replace(b"2014-03-31,\n", b"2014-03-31,50.0\n"))
    filled = slot.read_bytes()
    assert run(data_copy, "published", data_copy / "published") == 0
    assert slot.read_bytes() == filled


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_ingesting_the_same_again_does_not_even_touch_a_file(data_copy, tmp_path, suffix):
    path = population_file(tmp_path)
    if suffix != ".csv":
        table, engine = pd.read_csv(path), "odf" if suffix == ".ods" else "openpyxl"
        path = path.with_suffix(suffix)
        table.to_excel(path, sheet_name="Estimates", index=False, startrow=4, engine=engine)
    before = everything(data_copy)
    assert run(data_copy, "population_original", path) == 0
    assert everything(data_copy) == before
    assert not (data_copy / STAGE).exists()


def newer(folder):
    """One person moved from Norfolk to Suffolk: another table that passes its checks."""
    moved = {",877710,": ",877709,", ",738512,": ",738513,"}

    def change(text):
        for old, new in moved.items():
            text = text.replace(old, new, 1)
        return text

    return population_file(folder, change)


PEOPLE = "official/population_original.csv"


@pytest.mark.slow
def test_a_file_and_the_register_are_replaced_together(data_copy, tmp_path):
    before = everything(data_copy)
    assert run(data_copy, "population_original", newer(tmp_path)) == 0
    after = everything(data_copy)
    changed = {file for file in after if after[file] != before.get(file)}
    assert changed == {PEOPLE, "sources.csv"}
    assert list(data.faults(data_copy)) == []
    table = data.load("population_original", data_copy)
    norfolk = table.query("force == 'Norfolk' and mid_year == 2014")
    assert norfolk["population"].item() == 877709


@pytest.mark.slow
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", [1, 2])
def test_a_replacement_that_fails_leaves_whole_files_and_the_next_run_ends_it(
    data_copy, tmp_path, monkeypatch, capsys, error, call
):
    path, calls, replace = newer(tmp_path), [], Path.replace

    def failing(self, target):
        calls.append(target.name)
        if len(calls) >= call:
            raise error
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", failing)
        if isinstance(error, OSError):
            assert run(data_copy, "population_original", path) == 1
            again = "No space left on device; mend that and run the same again\n"
            assert capsys.readouterr().err == f"{data_copy}: {again}"
        else:
            with pytest.raises(KeyboardInterrupt):
                run(data_copy, "population_original", path)
    assert calls == ["population_original.csv", "sources.csv"][:call], "the register comes last"
    ended_by_the_next(data_copy, path, call - 1)


def ended_by_the_next(data_copy, path, moved):
    """So many tables lack a register to match, each is named and whole; the next run mends it."""
    left = list(data.faults(data_copy))
    assert len(left) == moved
    assert all("was changed" in fault and "restore it" in fault for fault in left)
    data.parse("population_original", (data_copy / PEOPLE).read_bytes())
    assert run(data_copy, "population_original", path) == 0
    assert list(data.faults(data_copy)) == []
    assert b",877709," in (data_copy / PEOPLE).read_bytes()
    assert not (data_copy / STAGE).exists()


DIE_AFTER = """
import os, sys
from pathlib import Path
from helpers.ingest import __main__ as ingest
from helpers.ingest.putting import STAGE
replace, calls = Path.replace, []
def dying(self, target):
    calls.append(target)
    if len(calls) > int(sys.argv[1]):
        os._exit(9)
    return replace(self, target)
Path.replace = dying
ingest.main(sys.argv[2:])
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1])
def test_an_ingest_that_was_killed_is_ended_by_the_next(data_copy, tmp_path, after):
    """Killed when all is built and some of it in its place."""
    path = newer(tmp_path)
    arguments = ["population_original", str(path), "--root", str(data_copy)]
    done = subprocess.run([sys.executable, "-c", DIE_AFTER, str(after), *arguments], cwd=PROJECT)
    assert done.returncode == 9
    ended_by_the_next(data_copy, path, after)


def killed(data_copy, path, seconds):
    """An ingest that is killed after so many seconds, or is done before."""
    command = [sys.executable, "-m", "helpers.ingest", "population_original", str(path)]
    process = subprocess.Popen(
        [*command, "--root", str(data_copy)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_killed_at_any_moment_the_data_is_whole_after_the_next_ingest(data_copy, tmp_path):
    (tmp_path / "old").mkdir()
    files, rng = [newer(tmp_path), population_file(tmp_path / "old")], random.Random(5)
    for turn in range(10):
        killed(data_copy, files[turn % 2], rng.uniform(0.5, 3.5))
        data.parse("population_original", (data_copy / PEOPLE).read_bytes())
        assert len(list(data.faults(data_copy))) <= 1, "none, or a table without its register"
        if turn % 2:
            assert run(data_copy, "population_original", files[turn // 2 % 2]) == 0
            assert list(data.faults(data_copy)) == []
    assert run(data_copy, "population_original", files[0]) == 0
    assert not (data_copy / STAGE).exists()


@needs_raw
def test_one_bad_file_among_many_leaves_all_as_it_was(data_copy, tmp_path, capsys, monkeypatch):
    kinds = {kind: ingest.KINDS[kind] for kind in ("population_original", "households_2011")}
    paths = {kind: tmp_path / "raw" / kinds[kind].path for kind in kinds}
    for path in paths.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    newer(tmp_path).replace(paths["population_original"])
    text = (RAW / kinds["households_2011"].path).read_text().replace("372085", "372086")
    paths["households_2011"].write_text(text)
    before = everything(data_copy)
    monkeypatch.setattr(ingest, "KINDS", kinds)
    assert run(data_copy, "all", tmp_path / "raw") == 1
    assert "should come to 23,366,044, found 23,366,045" in capsys.readouterr().err
    assert everything(data_copy) == before


def test_a_second_ingest_at_the_same_time_says_so(data_copy, tmp_path, capsys):
    with ingest.alone(data_copy):
        assert run(data_copy, "population_original", population_file(tmp_path)) == 1
    assert "another ingest into this folder is running; wait" in capsys.readouterr().err
    assert run(data_copy, "population_original", population_file(tmp_path)) == 0


ROLLING = "12 months ending,PFA,Offence,Rolling year total number of offences"
MONTHS = "force," + ",".join(f"2014-{month:02d}" for month in range(1, 12))
OUTCOMES = (
    "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Group,Offence Code,"
    "Outcome Type,Outcome Description,Force outcomes recorded in quarter"
)


@pytest.mark.parametrize(
    ("kind", "rows", "message"),
    [
        (
            "recorded_crime_2018",
            [ROLLING, "30-06-2015,Norfolk,Robbery,5", "30-06-2015,Norfolk,Robbery,6"],
            "row 3: overlapping periods: Norfolk, 2015-06-30, Robbery stands already in "
            "{path}: row 2",
        ),
        (
            "recorded_crime_2018",
            [ROLLING, "30-06-2015,=1+1,Robbery,5"],
            "row 2, column 'PFA': unknown force '=1+1': see data/official/forces.csv",
        ),
        (
            "recorded_crime_2018",
            [ROLLING, "31-06-2015,Norfolk,Robbery,5"],
            "row 2, column '12 months ending': expected a date as in 2015-06-30 or 30-06-2015, "
            "found '31-06-2015'",
        ),
        (
            "recorded_crime_2018",
            [ROLLING, "30-06-2015,Norfolk,Robberies,5"],
            "row 2, column 'Offence': expected an offence group of data/README.md or a sub-group "
            "that helpers/ingest/columns.py maps to one, found 'Robberies'",
        ),
        (
            "incidents_month_2014",
            [MONTHS, "norfolk,1,2,3,4,5,6,7,8,9,10,11", "kent,,,x,,,,,,,,"],
            "row 3, column 'incidents': expected a whole number, found 'x'",
        ),
        (
            "outcomes_2015",
            [OUTCOMES, "2014/15,4,Norfolk,Robbery,Robbery,34B,TIC,Taken,5"],
            "row 2, column 'type': expected the number of an outcome type, found 'TIC'",
        ),
    ],
)
def test_a_bad_row_is_named(tmp_path, kind, rows, message):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    with pytest.raises(data.DataError) as error:
        ingest.build(kind, path)
    assert str(error.value) == f"{path}: {message.format(path=path)}"

"""The tidy tables come out of the raw files, byte for byte; bad raw files are refused and nothing changes."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from conftest import RAW
from helpers import data, ingest

needs_raw = pytest.mark.skipif(not RAW.exists(), reason="needs the raw data, which is not in the repository")


@needs_raw
@pytest.mark.parametrize("kind", ingest.KINDS)
def test_rebuilding_gives_the_committed_bytes(kind):
    assert ingest.build(kind, RAW / ingest.KINDS[kind].path) == (data.ROOT / data.FILES[kind]).read_bytes()


@needs_raw
def test_ingesting_again_changes_nothing(data_copy, capsys):
    before = {path: path.read_bytes() for path in data_copy.rglob("*.csv")}
    assert ingest.main(["all", str(RAW), "--root", str(data_copy)]) == 0
    assert {path: path.read_bytes() for path in data_copy.rglob("*.csv")} == before
    assert "data/official/recorded_crime_2018.csv: 42,069 rows" in capsys.readouterr().out


def population_file(folder, change=lambda text: text, kind="population_original"):
    """The publisher's layout, made from the tidy table."""
    table = data.load(kind).rename(columns={"mid_year": "year", "release": "vintage"})
    path = folder / "raw.csv"
    path.write_text(change(table.to_csv(index=False)), encoding="utf-8")
    return path


def test_a_tidy_table_survives_the_round_trip(data_copy, tmp_path):
    before = (data_copy / data.FILES["population_original"]).read_bytes()
    assert ingest.main(["population_original", str(population_file(tmp_path)), "--root", str(data_copy)]) == 0
    assert (data_copy / data.FILES["population_original"]).read_bytes() == before


@pytest.mark.parametrize(("change", "message"), [
    (lambda t: t.replace("population", "people", 1), "needs the column 'population'; found 'force', 'year', 'people'"),
    (lambda t: t.replace("Norfolk", "Norfolc"), "column 'force': unknown force 'Norfolc': did you mean Norfolk?"),
    (lambda t: t.replace("877710", "lots"), "column 'population': expected a whole number, found 'lots'"),
    (lambda t: t.replace("877710", "877711"), "England and Wales in mid-2014 should come to 57,408,654, found 57,408,655"),
    (lambda t: "", "cannot be read as a CSV table"),
])
def test_a_bad_file_is_refused_in_one_line_and_nothing_changes(data_copy, tmp_path, capsys, change, message):
    before = {path: path.read_bytes() for path in data_copy.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert ingest.main(["population_original", str(population_file(tmp_path, change)), "--root", str(data_copy)]) == 1
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1
    assert {path: path.read_bytes() for path in data_copy.rglob("*") if path.is_file() and path.suffix != ".lock"} == before


def test_a_missing_or_cut_off_file_is_named(data_copy, tmp_path, capsys):
    assert ingest.main(["forces", str(tmp_path / "none.csv"), "--root", str(data_copy)]) == 1
    assert "none.csv: cannot be read as a CSV table" in capsys.readouterr().err
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(b"force,sub,code,n,qe\n" * 1000)[:-20])
    assert ingest.main(["recorded_crime_2023", str(cut), "--root", str(data_copy)]) == 1
    assert "cut.csv.gz: cannot be read as a CSV table" in capsys.readouterr().err


def test_a_date_that_is_none_is_named(tmp_path):
    path = tmp_path / "crime.csv"
    path.write_text("12 months ending,PFA,Offence,Rolling year total number of offences\n31-06-2015,Norfolk,Robbery,5\n", encoding="utf-8")
    with pytest.raises(data.DataError, match="row 2, column '12 months ending': expected a date as in 2015-06-30 or 30-06-2015, found '31-06-2015'"):
        ingest.build("recorded_crime_2018", path)


def test_files_of_the_report_are_noted_after_a_change_by_hand(data_copy):
    path = data_copy / "published" / "claims.csv"
    path.write_bytes(path.read_bytes().replace(b"52.2", b"52.3"))
    assert any("claims.csv: was changed" in fault for fault in data.faults(data_copy))
    assert ingest.main(["published", str(data_copy / "published"), "--root", str(data_copy)]) == 0
    data._register.cache_clear()  # the test reads the register a second time in one process
    assert list(data.faults(data_copy)) == []


def test_a_filled_in_slot_survives_a_rebuild(data_copy):
    slot = data_copy / "published" / "figure_5.csv"
    slot.write_bytes(slot.read_bytes().replace(b"2014-03-31,\n", b"2014-03-31,50.0\n"))
    filled = slot.read_bytes()
    assert ingest.main(["published", str(data_copy / "published"), "--root", str(data_copy)]) == 0
    assert slot.read_bytes() == filled


def everything(folder):
    """Every file below a folder but the lock, which stays: content, and when it was last written."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_ingesting_the_same_again_does_not_even_touch_a_file(data_copy, tmp_path, suffix):
    path = population_file(tmp_path)
    if suffix != ".csv":
        table = pd.read_csv(path)
        path = path.with_suffix(suffix)
        table.to_excel(path, sheet_name="Estimates", index=False, startrow=4, engine="odf" if suffix == ".ods" else "openpyxl")
    before = everything(data_copy)
    assert ingest.main(["population_original", str(path), "--root", str(data_copy)]) == 0
    assert everything(data_copy) == before
    assert not (data_copy / ingest.STAGE).exists()


def newer(folder):
    """One person moved from Norfolk to Suffolk: another table that passes its checks."""
    return population_file(folder, lambda text: text.replace(",877710,", ",877709,", 1).replace(",738512,", ",738513,", 1))


def test_files_control_totals_and_register_are_replaced_together(data_copy, tmp_path, capsys):
    before = everything(data_copy)
    assert ingest.main(["population_original", str(newer(tmp_path)), "--root", str(data_copy)]) == 0
    after = everything(data_copy)
    changed = {path.relative_to(data_copy).as_posix() for path in after if after[path] != before.get(path)}
    assert changed == {data.FILES["population_original"], "controls.csv", "sources.csv"}
    assert list(data.faults(data_copy)) == []
    table = data.load("population_original", data_copy)
    assert table.query("force == 'Norfolk' and mid_year == 2014")["population"].item() == 877709


class Stop(Exception):
    """Stands for any failure between two replacements."""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), Stop()])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_replacement_that_fails_leaves_the_old_data_whole(data_copy, tmp_path, monkeypatch, capsys, error, call):
    path, before, calls, replace = newer(tmp_path), everything(data_copy), [], Path.replace

    def failing(self, target):
        calls.append(target)
        if len(calls) >= call:
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    arguments = ["population_original", str(path), "--root", str(data_copy)]
    if isinstance(error, OSError):
        assert ingest.main(arguments) == 1
        assert "No space left on device" in capsys.readouterr().err
    else:
        with pytest.raises(type(error)):
            ingest.main(arguments)
    assert [target.name for target in calls] == ["population_original.csv", "controls.csv", "sources.csv"][:call]  # the register last
    assert everything(data_copy) == before
    assert list(data.faults(data_copy)) == []


def test_an_ingest_that_was_killed_is_undone_by_the_next(data_copy, tmp_path, monkeypatch):
    before = {path: content for path, (content, _) in everything(data_copy).items()}
    path, replace = newer(tmp_path), Path.replace
    with monkeypatch.context() as patch:  # as if the process had died after the first replacement: nothing tidies up
        patch.setattr(ingest, "recover", lambda root: None)
        patch.setattr(Path, "replace", lambda self, target: replace(self, target) if target.name.startswith("pop") else (_ for _ in ()).throw(Stop()))
        with pytest.raises(Stop):
            ingest.main(["population_original", str(path), "--root", str(data_copy)])
    assert (data_copy / data.FILES["population_original"]).read_bytes() != before[data_copy / data.FILES["population_original"]]
    assert ingest.main(["population_original", str(tmp_path / "none.csv"), "--root", str(data_copy)]) == 1
    assert {path: content for path, (content, _) in everything(data_copy).items()} == before


@needs_raw
def test_one_bad_file_among_many_leaves_all_as_it_was(data_copy, tmp_path, capsys):
    raw = tmp_path / "raw"
    for kind in ("ons/population_by_force_original_2009_to_2015.csv", "ons/census2011_households_by_force.csv"):
        (raw / kind).parent.mkdir(parents=True, exist_ok=True)
        (raw / kind).write_bytes((RAW / kind).read_bytes())
    newer(tmp_path).replace(raw / "ons/population_by_force_original_2009_to_2015.csv")
    households = raw / "ons/census2011_households_by_force.csv"
    households.write_text(households.read_text().replace("372085", "372086"))
    before = everything(data_copy)
    kinds = {kind: ingest.KINDS[kind] for kind in ("population_original", "households_2011")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "KINDS", kinds)
        assert ingest.main(["all", str(raw), "--root", str(data_copy)]) == 1
    assert "England and Wales at the 2011 census should come to 23,366,044, found 23,366,045" in capsys.readouterr().err
    assert everything(data_copy) == before


def test_a_second_ingest_at_the_same_time_says_so(data_copy, tmp_path):
    def inner():
        with pytest.raises(data.DataError, match="another ingest into this folder is running"):
            ingest.renew(dict, data_copy, {})
        return {}
    ingest.renew(inner, data_copy, {})


@pytest.mark.parametrize(("kind", "header", "rows", "message"), [
    ("recorded_crime_2018", "12 months ending,PFA,Offence,Rolling year total number of offences", ["30-06-2015,Norfolk,Robbery,5", "30-06-2015,Norfolk,Robbery,6"],
     "row 3: overlapping periods: Norfolk, 2015-06-30, Robbery stands already in {path}: row 2"),
    ("recorded_crime_2018", "12 months ending,PFA,Offence,Rolling year total number of offences", ["30-06-2015,=1+1,Robbery,5"],
     "row 2, column 'PFA': unknown force '=1+1': see data/official/forces.csv"),
    ("recorded_crime_2018", "12 months ending,PFA,Offence,Rolling year total number of offences", ["30-06-2015,Norfolk,Robberies,5"],
     "row 2, column 'Offence': expected an offence group of data/README.md or a sub-group that helpers/builders.py maps to one, found 'Robberies'"),
    ("incidents_month_2014", "force," + ",".join(f"2014-{month:02d}" for month in range(1, 12)), ["norfolk,1,2,3,4,5,6,7,8,9,10,11", "kent,,,x,,,,,,,,"],
     "row 3, column 'incidents': expected a whole number, found 'x'"),
    ("outcomes_2015", "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Group,Offence Code,Outcome Type,Outcome Description,Force outcomes recorded in quarter",
     ["2014/15,4,Norfolk,Robbery,Robbery,34B,TIC,Taken into consideration,5"], "row 2, column 'type': expected the number of an outcome type, found 'TIC'"),
])
def test_a_bad_row_is_named(tmp_path, kind, header, rows, message):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    with pytest.raises(data.DataError) as error:
        ingest.build(kind, path)
    assert str(error.value) == f"{path}: {message.format(path=path)}"

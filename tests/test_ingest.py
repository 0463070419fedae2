"""The tidy tables come out of the raw files, byte for byte; bad raw files are refused and nothing changes."""

import gzip

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
    before = {path: path.read_bytes() for path in data_copy.rglob("*") if path.is_file()}
    assert ingest.main(["population_original", str(population_file(tmp_path, change)), "--root", str(data_copy)]) == 1
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1
    assert {path: path.read_bytes() for path in data_copy.rglob("*") if path.is_file()} == before


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
    with pytest.raises(data.DataError, match="row 2, column '12 months ending': expected a date, found '31-06-2015'"):
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

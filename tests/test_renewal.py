"""Newer data, made for these tests: it is taken in whole and named; what cannot be is refused."""

import sys
import zipfile

import pandas as pd
import pytest
from test_street import ASB, BURGLARY, put, row, text

from conftest import forget
from helpers import data, measures
from helpers.ingest import __main__ as ingest


def later(table, column, date):
    """The table with one more period: its last one over again."""
    return pd.concat(
        [table, table[table[column] == table[column].max()].assign(**{column: date})],
        ignore_index=True,
    )


def put_crime(folder):
    """A later release in the publisher's layout: one quarter more."""
    table = later(
        data.load("recorded_crime_2023"), "quarter_ending", pd.Timestamp("2023-09-30")
    ).drop(columns="scope")
    table = table.assign(
        sub=table["offence_group"].replace(
            {
                "Assault with injury": "Violence with injury",
                "Vehicle offences": "Theft from a vehicle",
            }
        ),
        code=(table["offence_group"] == "Assault with injury").map({True: "8N", False: "x"}),
    )
    table = table.assign(code=table["code"].mask(table["code"] == "x", table["offence_group"]))
    path = folder / "prc-pfa-mar2013-onwards.csv"
    table.rename(columns={"offences": "n", "quarter_ending": "qe"})[
        ["force", "sub", "code", "n", "qe"]
    ].to_csv(path, index=False)
    return path


def put_people(folder):
    table = later(data.load("population_revised"), "mid_year", 2023).rename(
        columns={"mid_year": "year", "release": "vintage"}
    )
    path = folder / "people.csv"
    table.assign(vintage=table["vintage"].mask(table["year"] == 2023, "mid-2023")).to_csv(
        path, index=False
    )
    return path


def everything(folder):
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix == ".csv"
    }


@pytest.mark.files
def test_a_newer_release_is_taken_in_and_named_and_reaches_its_last_year(
    data_copy, tmp_path, monkeypatch, capsys
):
    stated = ["--release", "25 January 2024", "--as-at", "2024-01-25"]
    for kind, path in (
        ("recorded_crime_2023", put_crime(tmp_path)),
        ("population_revised", put_people(tmp_path)),
    ):
        assert ingest.main([kind, str(path), "--root", str(data_copy), *stated]) == 0
        said = f"the release of {data.FILES[kind]} is now '25 January 2024', as at '2024-01-25'; "
        assert said in capsys.readouterr().out
        assert data.release(kind, data_copy) == "release of 25 January 2024"
    assert list(data.faults(data_copy)) == []
    load, register = data.load, data.register
    monkeypatch.setattr(data, "load", lambda name, root=data_copy: load(name, root))
    for module in (data, sys.modules["helpers.data.register"]):
        monkeypatch.setattr(module, "register", lambda *_: register(data_copy))
    forget()
    end = measures.last_year()
    assert end == pd.Timestamp("2023-09-30")
    assert measures.values("recorded_crime_rate", end).notna().all()
    assert "25 January 2024" in measures.source("recorded_crime_rate", end)
    monkeypatch.undo()
    forget()


@pytest.mark.files
def test_without_a_release_the_register_says_that_none_was_stated(data_copy, tmp_path, capsys):
    assert (
        ingest.main(["population_revised", str(put_people(tmp_path)), "--root", str(data_copy)])
        == 0
    )
    assert "(say which with --release and --as-at)" in capsys.readouterr().out
    entry = data.register(data_copy).loc[data.FILES["population_revised"]]
    assert (entry["release"], entry["as_at"], entry["obtained"]) == (
        "not stated",
        "not stated",
        "Ingested from people.csv",
    )


@pytest.mark.files
def test_a_gap_before_the_new_quarter_is_refused(data_copy, tmp_path, capsys):
    path, before = put_crime(tmp_path), everything(data_copy)
    path.write_text(
        path.read_text(encoding="utf-8").replace("2023-09-30", "2023-12-31"), encoding="utf-8"
    )
    assert ingest.main(["recorded_crime_2023", str(path), "--root", str(data_copy)]) == 1
    assert (
        "expected every quarter end from 2012-06-30 to 2023-12-31, missing 2023-09-30"
        in capsys.readouterr().err
    )
    assert everything(data_copy) == before


@pytest.mark.files
def test_a_new_table_that_contradicts_the_others_is_refused(data_copy, tmp_path, capsys):
    path, before = put_people(tmp_path), everything(data_copy)
    table = pd.read_csv(path)
    table.loc[(table["force"] == "Kent") & (table["year"] == 2023), "population"] //= 2
    table.to_csv(path, index=False)
    assert ingest.main(["population_revised", str(path), "--root", str(data_copy)]) == 1
    error = capsys.readouterr().err
    assert (
        error.startswith("data/official/population_revised.csv: 2023, Kent: ")
        and "a year before; they should agree to 4%" in error
    )
    assert everything(data_copy) == before


@pytest.mark.parametrize("day", ["soon", "2027-02-30", "27/01/2027"])
def test_a_day_that_is_none_is_refused(day, capsys):
    with pytest.raises(SystemExit):
        ingest.main(["forces", "x.csv", "--as-at", day])
    assert f"expected a day as in 2027-01-21, found '{day}'" in capsys.readouterr().err


def archive(folder):
    """Two months of two forces, in the archive's layout."""
    for force, month in (
        ("norfolk", "2018-01"),
        ("norfolk", "2018-02"),
        ("british-transport-police", "2018-01"),
    ):
        put(
            folder,
            f"{month}/{month}-{force}-street.csv",
            text(row(month), row(month), row(month, BURGLARY)),
        )
    return folder


@pytest.mark.files
@pytest.mark.parametrize("zipped", [False, True])
def test_the_archive_is_counted_into_its_table(data_copy, tmp_path, capsys, zipped):
    path = archive(tmp_path / "archive")
    if zipped:
        with zipfile.ZipFile(tmp_path / "2018-02.zip", "w") as file:
            for member in path.rglob("*.csv"):
                file.write(member, member.relative_to(path))
        path = tmp_path / "2018-02.zip"
    arguments = [
        "incidents_street",
        str(path),
        "--root",
        str(data_copy),
        "--release",
        "archive, February 2018",
        "--as-at",
        "2018-04-01",
    ]
    assert ingest.main(arguments) == 0
    assert "data/official/incidents_street.csv: 3 rows, changed" in capsys.readouterr().out
    table = data.load("incidents_street", data_copy)
    assert table.values.tolist() == [
        ["British Transport Police", "2018-01", 2, 1, "transport police"],
        ["Norfolk", "2018-01", 2, 1, "core"],
        ["Norfolk", "2018-02", 2, 1, "core"],
    ]
    assert list(data.faults(data_copy)) == []
    before = everything(data_copy)
    assert ingest.main(arguments) == 0
    assert "3 rows, as before" in capsys.readouterr().out
    assert everything(data_copy) == before


def test_a_corrupt_file_of_the_archive_is_named_and_left_out_only_when_told_to(
    data_copy, tmp_path, capsys
):
    path, before = archive(tmp_path / "archive"), everything(data_copy)
    put(path, "2018-02/2018-02-suffolk-street.csv", text(row("2018-02"))[:-9])
    arguments = ["incidents_street", str(path), "--root", str(data_copy)]
    assert ingest.main(arguments) == 1
    assert (
        "2018-02-suffolk-street.csv: is cut off in its last row; "
        "fetch it again, or leave it out with --skip-corrupt" in capsys.readouterr().err
    )
    assert everything(data_copy) == before
    assert ingest.main([*arguments, "--skip-corrupt"]) == 0
    assert "left out: " in capsys.readouterr().err
    assert len(data.load("incidents_street", data_copy)) == 3
    with pytest.raises(SystemExit):
        ingest.main(["forces", "x.csv", "--skip-corrupt"])


def test_an_archive_that_contradicts_other_counts_is_refused(data_copy, tmp_path, capsys):
    put(tmp_path / "a", "2014-03-norfolk-street.csv", text(*[row("2014-03", ASB)] * 30))
    assert ingest.main(["incidents_street", str(tmp_path / "a"), "--root", str(data_copy)]) == 1
    assert (
        "data/official/incidents_street.csv: Norfolk, 2014-03: 30, against 2,043 in "
        "data/official/incidents_month_2014.csv" in capsys.readouterr().err
    )

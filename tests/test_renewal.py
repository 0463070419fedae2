"""Newer data, made for these tests: it is taken in whole and named; what cannot be is refused."""

import importlib
import sys
import zipfile

import pandas as pd
import pytest
from test_ingest import everything
from test_street import ASB, BURGLARY, put, row, text

from conftest import NOTEBOOKS, Run, forget
from helpers import areas, data, measures
from helpers.data.schemas import ALL_OUTCOMES
from helpers.ingest import __main__ as ingest
from helpers.ingest import outcomes


def later(table, column, *dates):
    """The table with more periods: its last one over again, each force up to 1% up or down."""
    last, made = table[table[column] == table[column].max()], [table]
    value = next(name for name in ("offences", "population", "outcomes") if name in table)
    for n, date in enumerate(dates):
        moved = 1 + ((last["force"].str.len() * 7 + n * 3) % 5 - 2) / 200
        made.append(last.assign(**{column: date, value: (last[value] * moved).astype("int64")}))
    return pd.concat(made, ignore_index=True)


def put_crime(folder, *quarters):
    """A later release in the publisher's layout: a quarter more, or so many."""
    quarters = quarters or [pd.Timestamp("2023-09-30")]
    table = data.load("recorded_crime_2023")
    table = later(table, "quarter_ending", *quarters).drop(columns="scope")
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


def put_people(folder, *years):
    table = later(data.load("population_revised"), "mid_year", *(years or [2023])).rename(
        columns={"mid_year": "year", "release": "vintage"}
    )
    own, path = "mid-" + table["year"].astype(str), folder / "people.csv"
    table.assign(vintage=table["vintage"].mask(table["year"] > 2022, own)).to_csv(path, index=False)
    return path


def reads(folder, monkeypatch):
    """From here on everything reads this data folder."""
    load, register = data.load, data.register
    monkeypatch.setattr(data, "load", lambda name, root=folder: load(name, root))
    for module in (data, sys.modules["helpers.data.register"]):
        monkeypatch.setattr(module, "register", lambda *_: register(folder))
    forget()


@pytest.mark.slow
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
    reads(data_copy, monkeypatch)
    end = measures.last_year()
    assert end == pd.Timestamp("2023-09-30")
    assert measures.values("recorded_crime_rate", end).notna().all()
    assert "25 January 2024" in measures.source("recorded_crime_rate", end)
    monkeypatch.undo()
    forget()


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert capsys.readouterr().out == (
        "data/official/incidents_street.csv: 14 rows, changed\n"
        "  gained: British Transport Police: 2018-01\n"
        "  gained: Norfolk: 2018-01 to 2018-02 (2)\n"
        "  kept, though the file lacks it: Norfolk: 2014-01 to 2014-11 (11)\n"
        "data/sources.csv: the release of official/incidents_street.csv is now 'archive, Norfolk, "
        "January to November 2014 and archive, February 2018', as at '2018-04-01'; see that the "
        "caveats and ratings there still hold\n"
    )
    table = data.load("incidents_street", data_copy)
    assert table[table["month"] < "2018"].equals(data.load("incidents_street"))
    assert table[table["month"] > "2018"].values.tolist() == [
        ["British Transport Police", "2018-01", 2, 1, "transport police"],
        ["Norfolk", "2018-01", 2, 1, "core"],
        ["Norfolk", "2018-02", 2, 1, "core"],
    ]
    assert list(data.faults(data_copy)) == []
    before = everything(data_copy)
    assert ingest.main(arguments) == 0
    assert "14 rows, as before" in capsys.readouterr().out
    assert everything(data_copy) == before
    assert ingest.main([*arguments, "--replace"]) == 0
    assert "3 rows, changed\n  dropped: Norfolk: 2014-01 to 2014-11 (11)" in capsys.readouterr().out
    assert len(data.load("incidents_street", data_copy)) == 3
    assert data.register(data_copy)["release"][data.FILES["incidents_street"]] == (
        "archive, February 2018"
    )


@pytest.mark.slow
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
    assert len(data.load("incidents_street", data_copy)) == 11 + 3


def test_an_archive_that_contradicts_other_counts_is_refused(data_copy, tmp_path, capsys):
    put(tmp_path / "a", "2014-03-norfolk-street.csv", text(*[row("2014-03", ASB)] * 30))
    assert ingest.main(["incidents_street", str(tmp_path / "a"), "--root", str(data_copy)]) == 1
    assert (
        "data/official/incidents_street.csv: Norfolk, 2014-03: 30, against 2,043 in "
        "data/official/incidents_month_2014.csv" in capsys.readouterr().err
    )


END = pd.Timestamp("2026-06-30")
STATED = ["--release", "21 January 2027", "--as-at", "2027-01-21"]
NUMBERS = {name: number for name, (_, number) in outcomes.OUTCOMES.items()}


QUARTERS = pd.date_range("2023-09-30", END, freq="QE")


def put_rolling(folder):
    """Only the years after those that the table has: sums of quarters."""
    table = later(data.load("recorded_crime_2023"), "quarter_ending", *QUARTERS)
    table["Offence"] = table["offence_group"].replace("Assault with injury", "Violence with injury")
    wide = table.pivot_table(
        index="quarter_ending", columns=["force", "Offence"], values="offences", aggfunc="sum"
    )
    years = wide.rolling(4).sum()["2019-03-31":].rename_axis("12 months ending")
    name = "Rolling year total number of offences"
    long = years.stack(["force", "Offence"]).dropna().rename(name).reset_index()
    long.rename(columns={"force": "PFA"}).to_csv(path := folder / "rec-crime-pfa.csv", index=False)
    return path


def put_outcomes(folder):
    """The open data tables from July 2015 on; what no type names is of type 14."""
    quarters = pd.date_range("2015-09-30", END, freq="QE")
    table = later(data.load("outcomes_2015"), "quarter_ending", *quarters)
    table = table[table["quarter_ending"] > "2015-06-30"]
    key = ["force", "quarter_ending"]
    wide = table.pivot(index=key, columns="outcome_type", values="outcomes")
    every = wide.pop(ALL_OUTCOMES)
    wide = wide.rename(columns=NUMBERS).assign(**{"14": every - wide.sum(axis=1)})
    long = wide.rename_axis(columns="type").stack().rename("closed").reset_index()
    long = long.rename(columns={"quarter_ending": "qe"})
    path = folder / "prc-outcomes.csv"
    long.assign(desc="x", grp="Robbery", code="34B", outcome="x").to_csv(path, index=False)
    return path


def put_street(folder):
    """Two years of every force, the second with fewer incidents."""
    for month in pd.period_range(end=END, periods=24, freq="M").astype(str):
        for n, force in enumerate(areas.FORCES, 30 if month > "2025-06" else 40):
            rows = text(*[row(month)] * (n + n % 7), row(month, BURGLARY))
            put(folder / "archive", f"{month}/{month}-{areas.slug(force)}-street.csv", rows)
    return folder / "archive"


REPORTS_OWN = ("04", "05", "06", "07")
RENEWED = {  # in this order: the longer table of outcomes holds the other against it
    "recorded_crime_2018": put_rolling,
    "recorded_crime_2023": lambda folder: put_crime(folder, *QUARTERS),
    "population_revised": lambda folder: put_people(folder, 2023, 2024, 2025, 2026),
    "outcomes_2023": put_outcomes,
    "outcomes_2015": put_outcomes,
    "incidents_street": put_street,
}


def test_every_kind_that_goes_on_has_its_command_in_the_dictionary():
    text = (data.ROOT / "README.md").read_text(encoding="utf-8")
    for kind in RENEWED:
        assert f"`python -m helpers.ingest {kind} " in text


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.slow
def test_after_a_release_of_2027_every_notebook_reaches_its_year(data_copy, tmp_path, monkeypatch):
    """Made data, a command a kind. What the report alone prints (04 to 07) stays of its own year;
    08 shows what came after the year before.
    """
    for kind, make in RENEWED.items():
        assert ingest.main([kind, str(make(tmp_path)), "--root", str(data_copy), *STATED]) == 0
    assert list(data.faults(data_copy)) == []
    shown = {path.stem[:2]: END for path in NOTEBOOKS if path.stem[:2] not in REPORTS_OWN}
    shown["08"] -= pd.DateOffset(years=1)
    reads(data_copy, monkeypatch)
    try:
        for path in (path for path in NOTEBOOKS if path.stem[:2] in shown):
            theme = importlib.import_module(f"helpers.themes.{path.stem[3:].replace('-', '_')}")
            assert theme.year_shown("Norfolk", END) == shown[path.stem[:2]], path.stem
            run = Run(path, draw=False, FORCE="Norfolk", YEAR_ENDING=f"{END:%Y-%m-%d}")
            assert "2026" in " ".join(run.said), path.stem
    finally:
        monkeypatch.undo()
        forget()

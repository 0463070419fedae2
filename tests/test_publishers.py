"""What publishers serve comes in alike, as CSV, ODS or XLSX; faults are named by place."""

import datetime
import gzip
import random
import zipfile

import openpyxl
import pandas as pd
import pytest

from helpers import data
from helpers.ingest import __main__ as ingest
from helpers.ingest import opening, publishers

NOTES = [
    ["Police recorded crime open data tables"],
    ["Released 19 October 2023"],
    ["See the sheet 'Notes' for what each column means"],
    [],
]
CRIME = pd.DataFrame(
    [  # the shortened layout of a copy; the last rows are of the second financial year
        (
            "2012/13",
            "1",
            "Norfolk",
            "Assault with injury",
            "Violence against the person",
            "Violence with injury",
            "8N",
            "15.0",
            "2012-06-30",
        ),
        (
            "2012/13",
            "1",
            "Norfolk",
            "Arson endangering life",
            "Criminal damage and arson",
            "Arson",
            "56A",
            "3.0",
            "2012-06-30",
        ),
        (
            "2012/13",
            "1",
            "London, City of",
            "Criminal damage",
            "Criminal damage and arson",
            "Criminal damage",
            "58A",
            "-1.0",
            "2012-06-30",
        ),
        (
            "2012/13",
            "4",
            "Devon & Cornwall",
            "Burglary in a dwelling",
            "Theft offences",
            "Domestic burglary",
            "28A",
            "40.0",
            "2013-03-31",
        ),
        (
            "2017/18",
            "1",
            "Devon & Cornwall",
            "Burglary - residential",
            "Theft offences",
            "Domestic burglary",
            "28E",
            "50.0",
            "2017-06-30",
        ),
        (
            "2017/18",
            "4",
            "Action Fraud",
            "Fraud",
            "Fraud offences",
            "Fraud: Action Fraud",
            "AF",
            "7",
            "2018-03-31",
        ),
    ],
    columns=["fy", "q", "force", "desc", "grp", "sub", "code", "n", "qe"],
)
OPEN_NAMES = {
    "fy": "Financial Year",
    "q": "Financial  Quarter",
    "force": "Force name",
    "desc": "Offence Description",
    "grp": "Offence Group",
    "sub": "Offence\nSubgroup",
    "code": "Offence Code",
    "n": "Number of Offences",
}
ROLLING = pd.DataFrame(
    [
        ("30-06-2015", "Norfolk", "East", "Robbery", "120"),
        ("30-06-2015", "Suffolk", "East", "Robbery", "99"),
        ("31-03-2005", "Norfolk", "East", "Robbery", "1"),
        ("30-12-2017", "Norfolk", "East", "Robbery", "-2"),
    ],
    columns=[
        "12 months ending",
        "PFA",
        "Region",
        "Offence",
        "Rolling year total number of offences",
    ],
)


def numbers(table):
    """Numbers as a spreadsheet holds them."""
    return table.apply(
        lambda column: [
            float(v) if str(v).removeprefix("-").replace(".0", "").isdigit() else v for v in column
        ]
    )


def workbook(path, **sheets):
    """A workbook as the Home Office makes them: a cover sheet, notes above every table's header."""
    engine = "odf" if path.suffix == ".ods" else "openpyxl"
    with pd.ExcelWriter(path, engine=engine) as writer:
        pd.DataFrame([["Cover"], ["Contact: statistics"]]).to_excel(
            writer, sheet_name="Cover", index=False, header=False
        )
        for name, table in sheets.items():
            rows = [
                *(note + [None] * (table.shape[1] - len(note)) for note in NOTES),
                list(table.columns),
                *table.astype(object).to_numpy().tolist(),
                [None] * table.shape[1],
            ]
            pd.DataFrame(rows).to_excel(writer, sheet_name=name, index=False, header=False)
    return path


def open_crime(path, crime=CRIME):
    """The open data layout of the same: other names, no quarter end, a sheet a financial year."""
    years = {
        fy.replace("/", "-"): numbers(part.drop(columns="qe").rename(columns=OPEN_NAMES))
        for fy, part in crime.groupby("fy")
    }
    return workbook(path, **years)


def as_csv(path, table):
    table.to_csv(path, index=False)
    return path


def tidy(kind, path):
    return ingest.KINDS[kind].build(path).reset_index(drop=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["open.xlsx", "open.ods"])
def test_the_open_data_tables_give_what_the_shortened_copy_gives(tmp_path, name):
    expected = tidy("recorded_crime_2023", as_csv(tmp_path / "short.csv", CRIME))
    assert expected[
        "offence_group"
    ].tolist() == [  # sorted by quarter, force and group; the burglary of 2017 is a residential one
        "Criminal damage and arson",
        "Assault with injury",
        "Criminal damage and arson",
        "Domestic burglary",
        "Residential burglary",
        "Action Fraud",
    ]
    assert expected["quarter_ending"].tolist() == ["2012-06-30"] * 3 + [
        "2013-03-31",
        "2017-06-30",
        "2018-03-31",
    ]
    assert expected["offences"].tolist() == [-1, 15, 3, 40, 50, 7]
    pd.testing.assert_frame_equal(
        tidy("recorded_crime_2023", open_crime(tmp_path / name)), expected
    )
    pd.testing.assert_frame_equal(
        tidy(
            "recorded_crime_2023",
            as_csv(tmp_path / "open.csv", CRIME.drop(columns="qe").rename(columns=OPEN_NAMES)),
        ),
        expected,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rolling.xlsx", "rolling.ods"])
def test_rolling_years_with_true_dates_give_what_the_csv_gives(tmp_path, name):
    expected = tidy("recorded_crime_2018", as_csv(tmp_path / "rolling.csv", ROLLING))
    assert expected["year_ending"].tolist() == ["2015-06-30", "2015-06-30", "2017-12-31"]
    dated = numbers(ROLLING).assign(
        **{
            "12 months ending": [
                datetime.datetime.strptime(day, "%d-%m-%Y") for day in ROLLING["12 months ending"]
            ]
        }
    )
    pd.testing.assert_frame_equal(
        tidy("recorded_crime_2018", workbook(tmp_path / name, Table=dated)), expected
    )


COUNTS = {
    "charged_summonsed_t1": 11,
    "caution_youth_t2": 2,
    "caution_adult_t3": 3,
    "pnd_t6": 6,
    "cannabis_khat_t7": 7,
    "community_resolution_t8": 8,
    "outcome22": 22,
    "all_assigned_outcomes": 63,
}


def open_outcomes(force, fy, quarter):
    """One force's quarter in the open data; fraud and what is not yet assigned do not count."""
    types = [
        ("1", 10),
        ("1A", 1),
        ("2A", 2),
        ("3", 1),
        ("3A", 2),
        ("6", 6),
        ("7", 7),
        ("8", 8),
        ("22", 22),
        ("14", 4),
        ("0", "N/A"),
    ]
    head = [
        "Financial Year",
        "Financial Quarter",
        "Force Name",
        "Offence Code Expired",
        "Offence Description",
        "Offence Group",
        "Offence Subgroup",
        "Offence Code",
        "Outcome Description",
        "Outcome Group",
        "Outcome Type",
        "Force outcomes for offences recorded in quarter",
        "Force outcomes recorded in quarter",
    ]
    rows = [
        (
            fy,
            quarter,
            force,
            "",
            "Robbery",
            "Robbery",
            "Robbery",
            "34B",
            f"Outcome {number}",
            "Group",
            number,
            999,
            n,
        )
        for number, n in types
    ]
    rows += [
        (
            fy,
            quarter,
            force,
            "x",
            "Old code",
            "Robbery",
            "Robbery",
            "34Z",
            "Outcome 1",
            "Group",
            "1",
            "N/A - Offence code expired",
            "N/A",
        ),
        (
            fy,
            quarter,
            force,
            "",
            "Fraud",
            "Fraud offences",
            "Fraud",
            "53",
            "Outcome 1",
            "Group",
            "1",
            5,
            5,
        ),
    ]
    return pd.DataFrame(rows, columns=head)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_outcomes_open_data_are_summed_by_type_number(tmp_path, suffix):
    wide = [
        {"force": force, "fy": fy, "q": q} | COUNTS
        for force in ("Norfolk", "Suffolk")
        for fy, q in (("2014/15", 4), ("2015/16", 1), ("2015/16", 2))
    ]
    expected = tidy("outcomes_2015", as_csv(tmp_path / "wide.csv", pd.DataFrame(wide)))
    assert expected.groupby("outcome_type")["outcomes"].first()[
        ["charged or summonsed", "caution, adult", "all outcomes assigned"]
    ].tolist() == [11, 3, 63]
    folder = tmp_path / "workbooks"  # a workbook a financial year, as they are served
    folder.mkdir()
    for fy, quarters in (("2014/15", [4]), ("2015/16", [1, 2])):
        rows = pd.concat(
            [open_outcomes(force, fy, q) for force in ("Norfolk", "Suffolk") for q in quarters]
        )
        workbook(folder / f"{fy[:4]}{suffix}", Outcomes=rows)
    pd.testing.assert_frame_equal(tidy("outcomes_2015", folder), expected)


def test_outcomes_of_all_forces_are_added_up_for_the_national_table(tmp_path):
    both = [
        {"area": area, "fy": "2014/15", "q": 1} | {key: n * times for key, n in COUNTS.items()}
        for area, times in (("Norfolk", 1), ("England and Wales with British Transport Police", 2))
    ]
    expected = tidy("outcomes_2023", as_csv(tmp_path / "wide.csv", pd.DataFrame(both)))
    rows = pd.concat(
        [open_outcomes(force, "2014/15", 1) for force in ("Norfolk", "British Transport Police")]
    )
    pd.testing.assert_frame_equal(
        tidy("outcomes_2023", as_csv(tmp_path / "open.csv", rows)), expected
    )


def test_alternate_charges_and_cautions_are_not_added_on_top(tmp_path):
    """They list again, by the other offence, what the main tables have as types 1A, 2A and 3A."""
    main, path = open_outcomes("Norfolk", "2014/15", 1), tmp_path / "tables"
    path.mkdir()
    as_csv(path / "main.csv", main)
    expected = tidy("outcomes_2015", path)
    alternate = main[main["Outcome Type"].isin(["1A", "2A"])].assign(**{"Offence Code": "1"})
    as_csv(path / "prc-alternate.csv", alternate)
    with pytest.raises(data.DataError) as error:
        ingest.build("outcomes_2015", path)
    assert str(error.value) == (
        f"{path / 'prc-alternate.csv'}: has the outcome types 1A, 2A alone: alternate charges and "
        "cautions, which the main tables count already; leave this file out"
    )
    (path / "prc-alternate.csv").unlink()
    pd.testing.assert_frame_equal(tidy("outcomes_2015", path), expected)


@pytest.mark.slow
@pytest.mark.parametrize("block", [1, 2, 3, 1000])
def test_blocks_of_any_size_give_the_same_table_and_the_same_faults(tmp_path, monkeypatch, block):
    path = as_csv(tmp_path / "short.csv", CRIME)
    expected = tidy("recorded_crime_2023", path)
    monkeypatch.setattr(publishers, "BLOCK", block)
    pd.testing.assert_frame_equal(tidy("recorded_crime_2023", path), expected)
    as_csv(path, pd.concat([CRIME, CRIME.iloc[[2]]]))
    with pytest.raises(data.DataError, match=r"row 8: overlapping periods: .*short.csv: row 4$"):
        tidy("recorded_crime_2023", path)


def changed(column, value, row=3):
    table = CRIME.copy()
    table.loc[row, column] = value
    return table


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
@pytest.mark.parametrize(
    ("crime", "message"),
    [
        (
            changed("force", "Devon and Cornwal"),
            "sheet '2012-13', row 9, column 'force': unknown force 'Devon and Cornwal': "
            "did you mean Devon and Cornwall?",
        ),
        (
            changed("n", "many"),
            "sheet '2012-13', row 9, column 'n': expected a whole number, found 'many'",
        ),
        (
            changed("n", "1.5", 4),
            "sheet '2017-18', row 6, column 'n': expected a whole number, found '1.5'",
        ),
        (
            changed("q", "5", 4),
            "sheet '2017-18', row 6, column 'q': expected a quarter, 1 to 4, found '5'",
        ),
        (
            CRIME.drop(columns="sub"),
            "sheet '2012-13': needs the column 'sub' (or 'Offence Subgroup'); "
            "found 'Financial Year', 'Financial  Quarter', 'Force name'",
        ),
        (
            CRIME.drop(columns="q"),
            "sheet '2012-13': needs the column 'qe' (or 'Financial Year' and 'Financial Quarter'); "
            "found 'Financial Year', 'Force name'",
        ),
    ],
)
def test_a_fault_is_named_with_file_sheet_and_row(tmp_path, suffix, crime, message):
    path = open_crime(tmp_path / f"open{suffix}", crime)
    with pytest.raises(data.DataError) as error:
        ingest.build("recorded_crime_2023", path)
    assert str(error.value).startswith(f"{path}: {message}")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_overlapping_periods_name_both_places(tmp_path, suffix):
    table = numbers(CRIME.head(3).drop(columns="qe").rename(columns=OPEN_NAMES))
    path = workbook(tmp_path / f"open{suffix}", first=table, again=table.tail(1))
    with pytest.raises(data.DataError) as error:
        ingest.build("recorded_crime_2023", path)
    assert str(error.value) == (
        f"{path}: sheet 'again', row 6: overlapping periods: "
        f"City of London, 2012-06-30, Criminal damage, 58A "
        f"stands already in {path}: sheet 'first', row 8"
    )


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_the_wrong_workbook_is_refused_with_its_sheets_and_the_header_looked_for(tmp_path, suffix):
    path = workbook(tmp_path / f"other{suffix}", Rolling=ROLLING)
    with pytest.raises(data.DataError) as error:
        ingest.build("recorded_crime_2023", path)
    assert str(error.value) == (
        f"{path}: no sheet has the columns 'force', 'sub', 'code', 'n', 'qe' "
        f"in its first 30 rows; found the sheets 'Cover', 'Rolling'"
    )


def test_a_quarter_end_that_contradicts_its_year_and_quarter_is_refused(tmp_path):
    with pytest.raises(
        data.DataError,
        match="row 5, column 'qe': expected 2013-03-31 from the financial year and quarter, "
        "found '2013-06-30'",
    ):
        ingest.build(
            "recorded_crime_2023", as_csv(tmp_path / "short.csv", changed("qe", "2013-06-30"))
        )


def test_empty_cut_off_and_other_files_are_refused(tmp_path):
    whole = {
        suffix: open_crime(tmp_path / f"whole{suffix}").read_bytes() for suffix in (".xlsx", ".ods")
    }
    whole[".csv.gz"] = gzip.compress(CRIME.to_csv(index=False).encode())
    for suffix, content in whole.items():
        kind = "a CSV table" if "csv" in suffix else "a workbook"
        for part, reason in (
            (b"", "the file is empty"),
            (
                content[: len(content) * 2 // 3],
                "it ends too soon: the download broke off; fetch it again",
            ),
            (None, "no such file"),
        ):
            path = tmp_path / f"part{suffix}"
            path.unlink(missing_ok=True)
            if part is not None:
                path.write_bytes(part)
            with pytest.raises(data.DataError) as error:
                publishers.tables(path, ["force", "n"])
            assert str(error.value) == f"{path}: cannot be read as {kind} ({reason})"
    text = CRIME.to_csv(index=False)
    for content, message in (
        (text[:-30], "row 7: expected 9 cells, found 6; the file is damaged or cut off"),
        (text.splitlines()[0], "is empty: a header without a row under it"),
        (
            "<html>moved</html>\n",
            "needs the column 'force' (or 'Force Name'); found '<html>moved</html>'",
        ),
        ("caf\xe9\n".encode("latin-1"), "cannot be read as a CSV table (not UTF-8 text)"),
    ):
        path = tmp_path / "part.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(data.DataError) as error:
            publishers.tables(path, ["force", "n"])
        assert str(error.value).startswith(f"{path}: {message}")
    (tmp_path / "table.doc").write_bytes(b"\xd0\xcf")
    with pytest.raises(
        data.DataError,
        match=r"table.doc: expected a file ending in .csv, .csv.gz, .ods, .xls, .xlsx",
    ):
        publishers.tables(tmp_path / "table.doc", ["force"])
    (tmp_path / "none").mkdir()
    with pytest.raises(data.DataError, match="none: the folder holds no file ending in"):
        publishers.tables(tmp_path / "none", ["force"])


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_workbook_damaged_anywhere_is_read_or_refused_in_one_line(tmp_path, suffix):
    content, rng = open_crime(tmp_path / f"whole{suffix}").read_bytes(), random.Random(1)
    path, refused = tmp_path / f"damaged{suffix}", 0
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 20)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged)
        try:
            publishers.tables(path, ["force", "n"])
        except data.DataError as error:
            refused += 1
            assert len(str(error).splitlines()) == 1
    assert refused > 50


def test_a_workbook_that_would_explode_is_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr(opening, "LARGEST", 1_000_000)
    with pytest.raises(
        data.DataError, match="bomb.xlsx: cannot be read as a workbook .unpacks to more than"
    ):
        publishers.tables(path, ["force"])


def test_cells_come_as_text_with_the_place_they_were_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in (
        [],
        ["  FORCE name ", "Number of\nOffences", "other"],
        [" Norfolk ", 15.0, None],
        [None, None, None],
        ["Suffolk", "=1+1", 2.5],
        [None],
        ["Kent", True, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "cells.xlsx")
    table = publishers.tables(tmp_path / "cells.xlsx", ["force", "n"])
    assert table.to_numpy().tolist() == [
        ["Norfolk", "15"],
        ["Suffolk", ""],
        ["Kent", "True"],
    ]  # a formula never calculated has no value
    assert [row for _, _, row in table.index] == [3, 5, 7]
    assert publishers.place(table.index[0]) == f"{tmp_path / 'cells.xlsx'}: sheet 'Data', row 3"


def test_whose_own_figures_they_are_is_read_from_the_address(tmp_path):
    row = {"fact": "calls received", "value": 1, "unit": "calls", "period": "2014/15"}
    row |= {"edition": "PEEL 2015", "source_url": "https://x.uk/peel-2015/city-of-london/about/"}
    path = as_csv(tmp_path / "facts.csv", pd.DataFrame([row]))
    assert list(tidy("force_facts", path)["force"]) == ["City of London"]
    row["source_url"] = "https://x.uk/peel-2015/nowhere/about/"
    with pytest.raises(data.DataError, match="expected the page of a force in a PEEL edition"):
        tidy("force_facts", as_csv(tmp_path / "facts.csv", pd.DataFrame([row])))


def test_the_longer_table_of_outcomes_takes_every_force_of_the_open_data(tmp_path):
    rows = pd.concat([open_outcomes(force, "2014/15", 1) for force in ("Norfolk", "Suffolk")])
    found = tidy("outcomes_2023", as_csv(tmp_path / "open.csv", rows))
    size = found[found["outcome_type"] == "charged or summonsed"].set_index("area")["outcomes"]
    nation = "England and Wales with British Transport Police"
    assert set(size.index) == {"Norfolk", "Suffolk", nation}
    assert size[nation] == size["Norfolk"] + size["Suffolk"] > 0

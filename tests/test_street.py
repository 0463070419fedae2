"""Street-level files are counted exactly, in folder or zip; what is wrong names the file."""

import zipfile

import pandas as pd
import pytest

from conftest import RAW
from helpers.ingest import __main__ as ingest
from helpers.ingest import archive, street

NORFOLK = RAW / "police_uk" / "street_norfolk_2014"
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
ASB, BURGLARY = "Anti-social behaviour", "Burglary"


def row(month="2014-01", kind=ASB, location="On or near Reeves Close"):
    force = "Norfolk Constabulary"
    return f"a1,{month},{force},{force},1.03,52.74,{location},E01026436,Breckland 001A,{kind},,"


def text(*rows, end="\n"):
    return end.join([HEADER, *rows, ""])


def put(folder, name, content=None):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    month = path.name[:7]
    content = text(row(month), row(month), row(month, BURGLARY)) if content is None else content
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def archive_of(folder):
    put(folder, "2014-02/2014-02-norfolk-street.csv")
    put(folder, "2014-01/2014-01-norfolk-street.csv", text(row(), row(kind=BURGLARY)))
    put(folder, "2014-01/2014-01-btp-street.csv")
    put(folder, "2014-01/2014-01-northern-ireland-street.csv", "left out, whatever it holds")
    put(folder, "2014-01/2014-01-norfolk-outcomes.csv", "no street-level file")
    return folder


EXPECTED = [
    ("British Transport Police", "2014-01", 2, 1),
    ("Norfolk", "2014-01", 1, 1),
    ("Norfolk", "2014-02", 2, 1),
]


def rows(path, **options):
    return list(street.count(path, **options).table.itertuples(index=False, name=None))


def refused(path, capsys):
    """The one line that the command gives up with."""
    assert ingest.main(["incidents_street", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    return said.err


@pytest.mark.skipif(
    not NORFOLK.exists(), reason="needs the raw data, which is not in the repository"
)
def test_norfolk_as_published():
    table = street.count(NORFOLK).table
    assert table.query("month <= '2014-06'")["incidents"].sum() == 12_669
    for path in NORFOLK.glob("*-street.csv"):
        kinds = pd.read_csv(path, usecols=["Crime type"])["Crime type"]
        counted = table.set_index("month").loc[path.name[:7]]
        assert (counted["incidents"], counted["crimes"]) == (
            (kinds == ASB).sum(),
            (kinds != ASB).sum(),
        )


def test_folders_in_a_folder_with_an_awkward_name(tmp_path):
    assert rows(archive_of(tmp_path / "rchïve [1] *")) == EXPECTED


def test_a_zip_gives_the_same_and_leaves_nothing_behind(tmp_path, monkeypatch):
    folder, aside = archive_of(tmp_path / "folder"), tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(street.tempfile, "tempdir", str(aside))
    path = zipped(
        tmp_path / "a.zip",
        {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.csv")},
    )
    assert rows(path) == EXPECTED
    bad = zipped(tmp_path / "b.zip", {"2014-01-norfolk-street.csv": ""})
    with pytest.raises(street.StreetError, match=r"b\.zip/2014-01-norfolk-street\.csv: is empty"):
        street.count(bad)
    assert list(aside.iterdir()) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_commas_quotation_marks_and_line_ends_within_a_cell(tmp_path, end):
    awkward = row(
        location=f'"On or near ""The Street"", Anti-social behaviour,{end}Holt"', kind=BURGLARY
    )
    path = put(tmp_path, "2014-01-norfolk-street.csv", text(row(), awkward, row(), end=end))
    assert rows(tmp_path) == [("Norfolk", "2014-01", 2, 1)]
    assert len(pd.read_csv(path)) == 3


CORRUPT = {
    "": "is empty",
    HEADER + "\n": "has a header and no rows",
    text(row(location="On or near é")).encode("latin-1"): "is not UTF-8 text",
    text(row(), row())[:-20]: "is cut off in its last row",
    text(row(), row()[:-30]): "line 3 has 9 columns, not 12",
    text(
        row(location='"On or near')
    ): "line 2 has no valid CSV, as with a quotation mark that is not closed",
    text(row()).replace(
        "Crime type", "Type"
    ): "needs the column 'Crime type' once; found 'Crime ID', 'Month'",
    text(row(), row(kind="")): "1 rows lack the month or the crime type",
    b"\x1f\x8b\x08" + bytes(range(256)): "is not UTF-8 text",
}


@pytest.mark.parametrize(("content", "message"), CORRUPT.items(), ids=CORRUPT.values())
def test_a_corrupt_file_is_named_and_left_out_only_when_told_to(tmp_path, capsys, content, message):
    put(tmp_path, "2014-01-norfolk-street.csv")
    put(tmp_path, "2014-02-suffolk-street.csv", content)
    error = refused(tmp_path, capsys)
    assert f"2014-02-suffolk-street.csv: {message}" in error
    assert error.endswith("fetch it again, or leave it out with --skip-corrupt\n")
    table, skipped = street.count(tmp_path, skip_corrupt=True)
    assert list(table["force"]) == ["Norfolk"]
    assert len(skipped) == 1


def test_a_damaged_member_of_a_zip_is_named(tmp_path, capsys):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2014-01-norfolk-street.csv", text(row()))
    path.write_bytes(path.read_bytes().replace(b"Reeves", b"Reaves"))
    assert "a.zip/2014-01-norfolk-street.csv: cannot be unpacked (Bad CRC-32" in refused(
        path, capsys
    )
    assert street.count(path, skip_corrupt=True).skipped


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"2014-01-norfolk-street.csv": text(row(), row("2014-02"))},
            "has rows of '2014-02', but its name says 2014-01",
        ),
        (
            {"2014-01-norfolk-street (1).csv": None},
            "2014-01-norfolk-street (1).csv: is the only file of Norfolk, 2014-01; "
            "rename it to 2014-01-norfolk-street.csv, or remove it",
        ),
        ({"2014-13-norfolk-street.csv": None}, "expected a name like 2014-01-norfolk-street.csv"),
        (
            {"a/2014-01-btp-street.csv": None, "b/2014-01-btp-street.csv": None},
            "a/2014-01-btp-street.csv does; remove one of them",
        ),
        ({"notes.txt": ""}, "holds no file called like 2014-01-norfolk-street.csv"),
    ],
)
def test_a_wrong_name_month_or_a_double_is_an_error(tmp_path, capsys, files, message):
    for name, content in files.items():
        put(tmp_path, name, content)
    assert message in refused(tmp_path, capsys)
    with pytest.raises(street.StreetError):
        street.count(tmp_path, skip_corrupt=True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2014-01-norfolc-street.csv", "unknown force 'norfolc': did you mean Norfolk?"),
        ("2014-01-england-and-wales-street.csv", "'England and Wales' is not a police force"),
    ],
)
def test_an_unknown_force_is_named_and_left_out_only_when_told_to(tmp_path, capsys, name, message):
    put(tmp_path, "2014-01-norfolk-street.csv")
    put(tmp_path, name)
    assert f"{name}: {message}; to leave such files out: --skip-unknown\n" in refused(
        tmp_path, capsys
    )
    with pytest.raises(street.StreetError):
        street.count(tmp_path, skip_corrupt=True)
    table, skipped = street.count(tmp_path, skip_unknown=True)
    assert list(table["force"]) == ["Norfolk"]
    assert skipped == [f"{tmp_path / name}: {message}"]


@pytest.mark.parametrize("zips", [False, True])
@pytest.mark.parametrize("suffix", [" (1)", "(2)", " - Copy"])
def test_a_second_copy_of_a_file_is_named_and_not_counted(tmp_path, zips, suffix):
    names = ["2014-01-norfolk-street.csv", f"2014-01-norfolk-street{suffix}.csv"]
    path, content = tmp_path / "a", text(row("2014-01"))
    for name in names:
        put(path, name, content)
    if zips:
        path = zipped(tmp_path / "a.zip", dict.fromkeys(names, content))
    table, (line,) = street.count(path)
    assert table["incidents"].tolist() == [1]
    plain, copy = (path / name for name in names)
    assert line == f"{copy}: a copy of {plain}, which is used; remove it"


def test_a_full_temporary_folder_is_named(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.shutil, "copyfileobj", full)
    path = zipped(tmp_path / "a.zip", {"2014-01-norfolk-street.csv": text(row())})
    said = refused(path, capsys)
    assert "2014-01-norfolk.csv: " in said and "a.zip/2014-01-norfolk-street.csv cannot be" in said
    assert said.endswith("(No space left on device); make room, or name another folder by TMPDIR\n")


def test_a_zip_whose_download_broke_off_says_so(tmp_path, capsys):
    path = zipped(tmp_path / "a.zip", {"2014-01-norfolk-street.csv": text(row())})
    path.write_bytes(path.read_bytes()[:-40])
    assert "the download broke off; fetch it again" in refused(path, capsys)


def test_a_zip_cannot_point_outside_its_folder(tmp_path, capsys):
    link = zipfile.ZipInfo("link-street.csv")
    link.external_attr = 0o120777 << 16
    for name in (
        "../2014-01-norfolk-street.csv",
        "/2014-01-norfolk-street.csv",
        "a\\..\\..\\b.csv",
        "C:/x-street.csv",
        link,
    ):
        path = zipped(
            tmp_path / "a.zip", {"2014-01-norfolk-street.csv": text(row()), name: "/etc/passwd"}
        )
        assert "a.zip: refused, since its member" in refused(path, capsys)
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_bomb_is_refused(tmp_path, capsys, monkeypatch):
    path = zipped(tmp_path / "a.zip", {"2014-01-norfolk-street.csv": b"0" * 1_000_000})
    assert "refused, since it would unpack to 1,000,000 bytes" in refused(path, capsys)
    path = zipped(tmp_path / "b.zip", {"2014-01-norfolk-street.csv": text(row())})
    monkeypatch.setattr(archive, "MOST_BYTES", 100)
    assert "the most is 100" in refused(path, capsys)


def test_what_is_no_folder_and_no_zip_is_refused(tmp_path, capsys):
    assert "none: is no folder and no whole zip file (No such file or directory)" in refused(
        tmp_path / "none", capsys
    )
    assert "is no folder and no whole zip file (File is not a zip file)" in refused(
        put(tmp_path, "x.zip", "x"), capsys
    )


def test_the_same_counts_whatever_the_number_of_workers(tmp_path, monkeypatch):
    folder = archive_of(tmp_path / "folder")
    monkeypatch.setattr(street, "WORKERS", 1)
    assert rows(folder) == EXPECTED


def test_after_a_corrupt_file_the_rest_are_not_read(tmp_path, monkeypatch):
    put(tmp_path, "2013-01-norfolk-street.csv", "")
    for year in range(2014, 2024):
        put(tmp_path, f"{year}-01-norfolk-street.csv")
    read, examine = [], street.examine
    monkeypatch.setattr(street, "WORKERS", 1)
    monkeypatch.setattr(street, "examine", lambda *a: read.append(a) or examine(*a))
    with pytest.raises(street.StreetError, match="is empty"):
        street.count(tmp_path)
    assert len(read) < 11

"""Every check of the loader, shown failing on a damaged copy; and the register, well filled in."""

import re

import pandas as pd
import pytest

from helpers import data

LARGE = "official/recorded_crime_2018.csv"


def test_the_committed_data_is_without_fault(capsys):
    assert data.main([]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", data.FILES)
def test_every_table_loads(name):
    assert len(data.load(name)) > 0


def test_loading_gives_a_copy():
    table = data.load("forces")
    table["force"] = "x"
    assert "x" not in set(data.load("forces")["force"])


def damage(root, file, change):
    path = root / file
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before, "the test changed nothing"


def register_again(root, file):
    """Bring the checksum up to the damage, so that only the content checks are left to object."""
    table = pd.read_csv(root / "sources.csv", dtype=str, keep_default_na=False)
    table.loc[table["file"] == file, "sha256"] = data.sha256((root / file).read_bytes())
    table.to_csv(root / "sources.csv", index=False, lineterminator="\n")


def digit(content, at):
    """Change the digit at a fraction `at` of all digits in the file."""
    places = [m.start() for m in re.finditer(rb"\d", content)]
    place = places[int(at * (len(places) - 1))]
    return content[:place] + (b"1" if content[place:place + 1] != b"1" else b"2") + content[place + 1:]


@pytest.mark.parametrize("file", sorted(p.relative_to(data.ROOT).as_posix() for p in data.ROOT.glob("official/*.csv")))
@pytest.mark.parametrize("at", [0.0, 0.31, 0.5, 0.77, 1.0])
def test_one_changed_digit_is_noticed_and_the_file_named(data_copy, file, at, capsys):
    damage(data_copy, file, lambda content: digit(content, at))
    name = next(name for name, path in data.FILES.items() if path == file)
    with pytest.raises(data.DataError, match=rf"^data/{re.escape(file)}: was changed: its SHA-256 begins [0-9a-f]{{12}}"):
        data.load(name, data_copy)
    # the command's own checks, without parsing every other file again
    monkey_files = {name: file}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "FILES", monkey_files)
        assert data.main(["--root", str(data_copy)]) == 1
    assert f"data/{file}: was changed" in capsys.readouterr().err


CONTENT = {
    "a missing column": ("households_2011", lambda b: b.replace(b"households", b"homes", 1),
                         "expected the columns force, households, residents; found force, homes, residents"),
    "text for a number": ("households_2011", lambda b: re.sub(rb"Norfolk,\d+", b"Norfolk,many", b),
                          "row 27, column households, expected a whole number, found 'many'"),
    "a number out of range": ("households_2011", lambda b: re.sub(rb"Norfolk,\d+", b"Norfolk,12", b),
                              r"row 27, column households, expected a number in the range \(3000, 4000000\), found 12"),
    "an unknown force": ("households_2011", lambda b: b.replace(b"Norfolk,", b"Norfolc,"),
                         r"row 27, column force, expected a value from the data dictionary \(data/README.md\), found 'Norfolc'"),
    "a force left out": ("households_2011", lambda b: re.sub(rb"Norfolk,.*\n", b"", b), "expected all 43 forces, missing Norfolk"),
    "a row twice": ("households_2011", lambda b: b + re.search(rb"Norfolk,.*\n", b)[0], "row 45, expected every row once, found 'Norfolk'"),
    "a control total, households": ("households_2011", lambda b: b.replace(b"372085", b"372086"),
                                    "England and Wales at the 2011 census should come to 23,366,044, found 23,366,045"),
    "a control total, people": ("population_original", lambda b: b.replace(b"877710", b"877711"),
                                "England and Wales in mid-2014 should come to 57,408,654, found 57,408,655"),
    "a control total, revised people": ("population_revised", lambda b: b.replace(b"877388", b"1877388"), r"should come to about 57,408,654 \(to 1%\)"),
    "a year without a force": ("population_original", lambda b: re.sub(rb"Norfolk,2014.*\n", b"", b), "mid_year 2014: expected all 43 forces, missing Norfolk"),
    "a control total, offences": ("recorded_crime_2018", lambda b: b.replace(b"Norfolk,2015-06-30,Shoplifting,", b"Norfolk,2015-06-30,Shoplifting,9"),
                                  "England and Wales in the year to June 2015, excluding fraud should come to about 3,611,283"),
    "a quarter left out": ("recorded_crime_2018", lambda b: re.sub(rb".*,2012-09-30,.*\n", b"", b),
                           "expected every quarter end from 2007-06-30 to 2018-12-31, missing 2012-09-30"),
    "a quarter left out, later release": ("recorded_crime_2023", lambda b: re.sub(rb".*,2015-09-30,.*\n", b"", b), "missing 2015-09-30"),
    "a date that is no quarter's end": ("recorded_crime_2018", lambda b: b.replace(b"2012-09-30", b"2012-09-29", 1),
                                        "column year_ending, expected the last day of a quarter, found"),
    "no date": ("recorded_crime_2018", lambda b: b.replace(b"2012-09-30", b"autumn", 1), "expected a date as in 2015-06-30, found 'autumn'"),
    "fraud not marked": ("recorded_crime_2018", lambda b: b.replace(b",fraud\n", b",core\n", 1), "column scope: expected 'fraud', found 'core'"),
    "a group left out": ("recorded_crime_2018", lambda b: re.sub(rb"Norfolk,2013-06-30,Robbery.*\n", b"", b), "Norfolk: expected 19 groups, found 18"),
    "a tile moved": ("forces", lambda b: b.replace(b"NFK,6,5", b"NFK,5,0"), "Norfolk: abbreviation or tile differs"),
    "cut off in a row": ("forces", lambda b: b[:-20], "row 44"),
    "another encoding": ("forces", lambda b: b.replace(b"Norfolk", "Nörfolk".encode("latin-1")), "is no UTF-8 CSV table"),
    "emptied": ("forces", lambda b: b"", "is no UTF-8 CSV table"),
    "a judgment changed": ("judgments_2015", lambda b: b.replace(b"Norfolk,good", b"Norfolk,outstanding"), "column judgment: expected .*'good': 24"),
    "an outcome type left out": ("outcomes_2015", lambda b: re.sub(rb"Norfolk,2014-12-31,community.*\n", b"", b), "Norfolk: expected all outcome types, missing community resolution"),
    "more of one type than of all": ("outcomes_norfolk", lambda b: re.sub(rb"(Norfolk,2019-12-31,charged or summonsed,)", rb"\g<1>9", b), "more than the"),
    "a quarter of outcomes left out": ("outcomes_norfolk", lambda b: re.sub(rb".*,2019-12-31,.*\n", b"", b), "missing 2019-12-31"),
    "the Metropolitan's incidents changed": ("incidents_calendar_year", lambda b: b.replace(b"252435", b"262435"), r"should come to about 252,435 \(to 1%\), found 262,435"),
    "a month left out": ("incidents_metropolitan", lambda b: re.sub(rb".*,2015-02,.*\n", b"", b), "expected every month from 2010-12 to 2016-12, missing 2015-02"),
    "a thirteenth month": ("incidents_month_2014", lambda b: b.replace(b",2014-11,", b",2014-13,", 1), "column month, expected text like"),
    "a fact below nought": ("norfolk_facts", lambda b: b.replace(b",350000,", b",-350000,"), "column value, expected a number in the range"),
    "a section that does not exist": ("claims", lambda b: b.replace(b",prevention,", b",prevenshun,", 1), "found 'prevenshun'"),
}


@pytest.mark.parametrize("what", CONTENT)
def test_content_checks_object_even_when_the_checksum_was_brought_up_to_date(data_copy, what):
    name, change, message = CONTENT[what]
    damage(data_copy, data.FILES[name], change)
    register_again(data_copy, data.FILES[name])
    with pytest.raises(data.DataError, match=message) as error:
        data.load(name, data_copy)
    assert all(line.startswith(f"data/{data.FILES[name]}: ") for line in str(error.value).splitlines())


def test_a_missing_file_is_named_and_how_to_mend_it(data_copy):
    (data_copy / LARGE).unlink()
    with pytest.raises(data.DataError, match=r"^data/official/recorded_crime_2018\.csv: cannot be read \(No such file or directory\); restore it with"):
        data.load("recorded_crime_2018", data_copy)


def test_an_unknown_table_is_named():
    with pytest.raises(data.DataError, match="no table is called 'crimes'; there are forces"):
        data.load("crimes")


REGISTER = {
    "an empty cell": (lambda b: b.replace(b"Census 2011,2011-03-27", b",2011-03-27", 1), "fill in release"),
    "a rating in other words": (lambda b: b.replace(b",green,", b",fine,", 1), "quality and suitability are red, amber or green"),
    "a column missing": (lambda b: b.replace(b"publisher", b"editor", 1), "expected the columns file, publisher"),
    "a row twice": (lambda b: b + b.splitlines(keepends=True)[-1], "stands there twice"),
    "a file not registered": (lambda b: b"".join(b.splitlines(keepends=True)[:-1]), "has no row in data/sources.csv"),
    "a wrong row count": (lambda b: b.replace(b",43,", b",44,", 1), "has 43 rows, data/sources.csv says 44"),
}


@pytest.mark.parametrize("what", REGISTER)
def test_the_register_is_checked_too(data_copy, what):
    change, message = REGISTER[what]
    damage(data_copy, "sources.csv", change)
    assert any(re.search(message, fault) for fault in data.faults(data_copy))


def test_a_stray_file_is_noticed(data_copy):
    (data_copy / "official" / "notes.csv").write_text("a\n", encoding="utf-8")
    assert "data/official/notes.csv: nobody knows this file; register it in data/sources.csv or remove it" in data.faults(data_copy)


def test_every_file_has_licence_attribution_and_address():
    table = data.register()
    assert (table["licence"] == "Open Government Licence v3.0").all()
    assert table["attribution"].str.contains("Open Government Licence v3.0").all()
    assert table["address"].str.startswith("https://").all()


def test_the_data_dictionary_names_every_file_and_column():
    text = (data.ROOT / "README.md").read_text(encoding="utf-8")
    for name, file in data.FILES.items():
        assert file.split("/")[1] in text
        for column in data.load(name).columns:
            assert re.search(rf"^\|.*\b{column}\b.*\|", text, re.MULTILINE), f"{file}: {column} is not explained"
    for column in data.REGISTER_COLUMNS:
        assert re.search(rf"^\|.*\b{column}\b.*\|", text, re.MULTILINE), column

"""Every check of the loader, shown failing on a damaged copy; and the register, well filled in."""

import re

import pandas as pd
import pytest

from helpers import data, report
from helpers.data import __main__ as command
from helpers.data import slots
from helpers.data.register import REGISTER_COLUMNS, REPORT, sha256

LARGE = "official/recorded_crime_2018.csv"


def test_the_committed_data_is_without_fault(capsys):
    assert command.main([]) == 0
    assert capsys.readouterr() == ("", "")


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
    table.loc[table["file"] == file, "sha256"] = sha256((root / file).read_bytes())
    table.to_csv(root / "sources.csv", index=False, lineterminator="\n")


def digit(content, at):
    """Change the digit at a fraction `at` of all digits in the file."""
    places = [m.start() for m in re.finditer(rb"\d", content)]
    place = places[int(at * (len(places) - 1))]
    other = b"1" if content[place : place + 1] != b"1" else b"2"
    return content[:place] + other + content[place + 1 :]


# slots are there to be changed
FIXED = [*(data.FILES[name] for name in data.FILES if name not in slots.KEYS), REPORT]


@pytest.mark.slow
def test_one_changed_digit_in_each_file_is_reported_once_and_the_file_named(data_copy, capsys):
    for file in FIXED:
        damage(data_copy, file, lambda content: digit(content, 0.77))
    changed = r"^data/{}: was changed: its SHA-256 begins [0-9a-f]{{12}}"
    for name in (name for name, file in data.FILES.items() if file in FIXED):
        with pytest.raises(data.DataError, match=changed.format(re.escape(data.FILES[name]))):
            data.load(name, data_copy)
    assert command.main(["--root", str(data_copy)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(FIXED)
    for file in FIXED:
        assert sum(bool(re.match(changed.format(re.escape(file)), line)) for line in lines) == 1


def test_a_changed_file_s_line_says_where(data_copy):
    damage(data_copy, "official/households_2011.csv", lambda b: b.replace(b"372085", b"many"))
    (line,) = data.faults(data_copy)
    assert "; row 27, column households, expected a whole number, found 'many'; restore it" in line


def sub(pattern, new):
    return lambda content: re.sub(pattern, new, content)


def put(old, new):
    return lambda content: content.replace(old, new, 1)


def norfolk_twice(content):
    return content + re.search(rb"Norfolk,.*\n", content)[0]


HOUSES, CRIME = "households_2011", "recorded_crime_2018"
CONTENT = {
    "a missing column": (
        HOUSES,
        put(b"households", b"homes"),
        "expected the columns force, households, residents; found force, homes, residents",
    ),
    "text for a number": (
        HOUSES,
        sub(rb"Norfolk,\d+", b"Norfolk,many"),
        "row 27, column households, expected a whole number, found 'many'",
    ),
    "a number out of range": (
        HOUSES,
        sub(rb"Norfolk,\d+", b"Norfolk,12"),
        r"row 27, column households, expected a number in the range \(3000, 4000000\), found '12'",
    ),
    "an unknown force": (
        HOUSES,
        put(b"Norfolk,", b"Norfolc,"),
        r"row 27, column force, expected a value from the data dictionary \(data/README.md\), "
        "found 'Norfolc'",
    ),
    "a force left out": (
        HOUSES,
        sub(rb"Norfolk,.*\n", b""),
        "expected all 43 forces, missing Norfolk",
    ),
    "a row twice": (HOUSES, norfolk_twice, "row 45, expected every row once, found 'Norfolk'"),
    "a sum, households": (
        HOUSES,
        put(b"372085", b"372086"),
        "England and Wales at the 2011 census should come to 23,366,044, found 23,366,045",
    ),
    "a sum, people": (
        "population_original",
        put(b"877710", b"877711"),
        "England and Wales in mid-2014 should come to 57,408,654, found 57,408,655",
    ),
    "a sum, revised people": (
        "population_revised",
        put(b"877388", b"1877388"),
        r"should come to about 57,408,654 \(to 1%\)",
    ),
    "a sum, offences": (
        CRIME,
        put(b"Norfolk,2015-06-30,Shoplifting,", b"Norfolk,2015-06-30,Shoplifting,9"),
        "England and Wales in the year to June 2015, excluding fraud should come to about "
        "3,611,283",
    ),
    "a year without a force": (
        "population_original",
        sub(rb"Norfolk,2014.*\n", b""),
        "mid_year 2014: expected all 43 forces, missing Norfolk",
    ),
    "a year left out": (
        "population_revised",
        sub(rb".*,2017,.*\n", b""),
        "expected every year from 2009 to 2022, missing 2017",
    ),
    "a quarter left out": (
        CRIME,
        sub(rb".*,2012-09-30,.*\n", b""),
        "expected every quarter end from 2007-06-30 to 2018-12-31, missing 2012-09-30",
    ),
    "a quarter left out, later release": (
        "recorded_crime_2023",
        sub(rb".*,2015-09-30,.*\n", b""),
        "missing 2015-09-30",
    ),
    "a date that is no quarter's end": (
        CRIME,
        put(b"2012-09-30", b"2012-09-29"),
        "column year_ending, expected the last day of a quarter, found",
    ),
    "no date": (
        CRIME,
        put(b"2012-09-30", b"autumn"),
        "expected a date as in 2015-06-30, found 'autumn'",
    ),
    "fraud not marked": (
        CRIME,
        put(b",fraud\n", b",core\n"),
        "column scope: expected 'fraud', found 'core'",
    ),
    "a group left out": (
        CRIME,
        sub(rb"Norfolk,2013-06-30,Robbery.*\n", b""),
        "Norfolk: expected 19 groups, found 18",
    ),
    "a tile moved": (
        "forces",
        put(b"NFK,6,5", b"NFK,5,0"),
        "Norfolk: abbreviation or tile differs",
    ),
    "cut off in a row": ("forces", lambda b: b[:-20], "row 44"),
    "another encoding": (
        "forces",
        put(b"Norfolk", "Nörfolk".encode("latin-1")),
        "is no UTF-8 CSV table",
    ),
    "emptied": ("forces", lambda b: b"", "is no UTF-8 CSV table"),
    "a control character": (
        "forces",
        put(b"Norfolk", b"Nor\x07folk"),
        r"row 27, column force, expected plain text on one line, found 'Nor\\x07folk'",
    ),
    "a judgment changed": (
        "judgments_2015",
        put(b"Norfolk,good", b"Norfolk,outstanding"),
        "column judgment: expected .*'good': 24",
    ),
    "an outcome type left out": (
        "outcomes_2015",
        sub(rb"Norfolk,2014-12-31,community.*\n", b""),
        "Norfolk: expected all outcome types, missing community resolution",
    ),
    "more of one type than of all": (
        "outcomes_2023",
        sub(rb"(Norfolk,2019-12-31,charged or summonsed,)", rb"\g<1>9"),
        "more than the",
    ),
    "a quarter of outcomes left out": (
        "outcomes_2023",
        sub(rb".*,2019-12-31,.*\n", b""),
        "missing 2019-12-31",
    ),
    "the Metropolitan's incidents changed": (
        "incidents_calendar_year",
        put(b"252435", b"262435"),
        r"should come to about 252,435 \(to 1%\), found 262,435",
    ),
    "a month left out": (
        "incidents_metropolitan",
        sub(rb".*,2015-02,.*\n", b""),
        "expected every month from 2010-12 to 2016-12, missing 2015-02",
    ),
    "a thirteenth month": (
        "incidents_month_2014",
        put(b",2014-11,", b",2014-13,"),
        "column month, expected text like",
    ),
    "a fact below nought": (
        "force_facts",
        put(b",350000,", b",-350000,"),
        "column value, expected a number in the range",
    ),
    "a section that does not exist": (
        "claims",
        put(b",prevention,", b",prevenshun,"),
        "found 'prevenshun'",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", CONTENT)
def test_content_checks_object_even_when_the_checksum_was_brought_up_to_date(data_copy, what):
    name, change, message = CONTENT[what]
    damage(data_copy, data.FILES[name], change)
    register_again(data_copy, data.FILES[name])
    with pytest.raises(data.DataError, match=message) as error:
        data.load(name, data_copy)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"data/{data.FILES[name]}: ") for line in lines)


def test_five_faults_are_named_and_the_rest_counted(data_copy):
    file = data.FILES[HOUSES]
    damage(data_copy, file, sub(rb",\d+,", b",x,"))
    register_again(data_copy, file)
    with pytest.raises(data.DataError) as error:
        data.load(HOUSES, data_copy)
    lines = str(error.value).splitlines()
    assert [line.split(",")[0] for line in lines[:5]] == [
        f"data/{file}: row {n}" for n in range(2, 7)
    ]
    assert lines[5:] == [f"data/{file}: and 38 more"]


def test_a_missing_file_is_named_and_how_to_mend_it(data_copy):
    (data_copy / LARGE).unlink()
    message = rf"^data/{LARGE}: cannot be read \(No such file or directory\); restore it with"
    with pytest.raises(data.DataError, match=message):
        data.load("recorded_crime_2018", data_copy)


def test_an_unknown_table_is_named():
    with pytest.raises(data.DataError, match="no table is called 'crimes'; there are forces"):
        data.load("crimes")


REGISTER = {
    "an empty cell": (put(b"Census 2011,2011-03-27", b",2011-03-27"), "fill in release"),
    "a rating in other words": (
        put(b",green,", b",fine,"),
        "quality and suitability are red, amber or green",
    ),
    "a column missing": (put(b"publisher", b"editor"), "expected the columns file, publisher"),
    "a row twice": (lambda b: b + b.splitlines(keepends=True)[-1], "stands there twice"),
    "a file not registered": (
        sub(rb"published/judgments.csv.*\n", b""),
        "has no row in data/sources.csv",
    ),
    "a wrong row count": (put(b",43,", b",44,"), "has 43 rows, data/sources.csv says 44"),
}


@pytest.mark.parametrize("what", REGISTER)
def test_the_register_is_checked_too(data_copy, what):
    change, message = REGISTER[what]
    damage(data_copy, "sources.csv", change)
    (fault,) = data.faults(data_copy)
    assert re.search(message, fault)


def test_a_stray_file_is_noticed(data_copy):
    (data_copy / "official" / "notes.csv").write_text("a\n", encoding="utf-8")
    mend = "register it in data/sources.csv or remove it"
    assert list(data.faults(data_copy)) == [
        f"data/official/notes.csv: nobody knows this file; {mend}"
    ]


def test_every_file_has_licence_attribution_and_address():
    table = data.register()
    assert (table["licence"] == "Open Government Licence v3.0").all()
    assert table["attribution"].str.contains("Open Government Licence v3.0").all()
    assert table["address"].str.startswith("https://").all()


RELEASES = {  # release and day in the register -> in a sentence
    ("19 October 2023", "2023-10-19"): "release of 19 October 2023",
    ("January 2027", "2027-01-21"): "release of January 2027",
    ("data to December 2018", "2019-04-25"): "release to December 2018",
    ("mid-2015 release (23 June 2016), not revised", "2016-06-23"): "mid-2015 release",
    ("Census 2011", "2011-03-27"): "Census 2011",
    ("not stated", "2027-01-05"): "release of 5 January 2027",
    ("not stated", "not stated"): "release of a day not stated",
}


@pytest.mark.parametrize("written", RELEASES)
def test_a_release_is_named_as_the_register_has_it(data_copy, written):
    table = data.register(data_copy)
    table.loc[data.FILES["recorded_crime_2023"], ["release", "as_at"]] = written
    table.reset_index().to_csv(data_copy / "sources.csv", index=False)
    assert data.release("recorded_crime_2023", data_copy) == RELEASES[written]


def test_sources_say_as_at_which_day():
    assert data.sources("recorded_crime_2023")["as_at"].item() == "2023-10-19"


def test_the_data_dictionary_names_every_file_and_column():
    text = (data.ROOT / "README.md").read_text(encoding="utf-8")
    assert REPORT.split("/")[1] in text
    columns = [(file, c) for name, file in data.FILES.items() for c in data.load(name).columns]
    for file, column in [*columns, *(("sources.csv", c) for c in REGISTER_COLUMNS)]:
        assert file.split("/")[-1] in text
        explained = re.search(rf"^\|.*\b{column}\b.*\|", text, re.MULTILINE)
        assert explained, f"{file}: {column} is not explained"


def test_a_source_line_names_the_report_once_publishers_releases_and_files():
    found = data.source_of("claims", "figure_5", "force_facts", also=data.FILLED_IN)
    assert found == (
        f"Source: {report.SOURCE}; values filled in by a reader; HMIC, PEEL 2015 and 2016 – PEEL "
        "2015 and PEEL 2016 editions. Files: data/published/claims.csv, figure_5.csv; "
        "data/official/force_facts.csv"
    )


def test_a_source_line_gives_the_release_of_the_rows_and_of_many_tables_no_titles():
    read = {"population_revised": ["mid-2020 release", "mid-2022 release"]}
    assert data.source_of("population_revised", releases=read) == (
        "Source: ONS, Mid-year population estimates – mid-2020 release and mid-2022 release. "
        "File: data/official/population_revised.csv"
    )
    many = data.source_of(*(name for name in data.FILES if name.startswith("incidents")))
    assert "data.police.uk, 4 tables – archive, 2012 to 2016; archive, January" in many

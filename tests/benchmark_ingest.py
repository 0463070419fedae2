"""helpers.ingest on workbooks as the Home Office makes them, against plain pandas: time and memory.

    python tests/benchmark_ingest.py [WORKBOOKS]

Recorded crime: one workbook of 14 sheets, 353,000 rows. Outcomes: WORKBOOKS (default: 2; the series
had twelve in 2026) of 4 sheets and 660,000 rows each. Every number in them is made up.

Both run in processes of their own, turn about, and must give the same table. Plain pandas is what
the ingest was before it read sheet by sheet: cells as text, one frame of all of them, converted and
summed at the end. Its cells are calamine's, and once, as the ingest began, openpyxl's, which pandas
takes for XLSX by itself. It gets one outcomes workbook, since its memory grows with each.
Seconds of the processor count as well as those of the clock: the machine may be shared.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile
from itertools import chain, islice, product
from pathlib import Path
from xml.sax.saxutils import escape

from helpers import areas
from helpers.data import load

PROJECT = Path(__file__).resolve().parent.parent
FORCES = [*areas.FORCES, areas.TRANSPORT_POLICE]
CRIME = (
    "Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group",
    "Offence Subgroup", "Offence Code", "Number of Offences",
)  # fmt: skip
OUTCOMES = (
    "Financial Year", "Financial Quarter", "Force Name", "Offence Code Expired",
    "Offence Description", "Offence Group", "Offence Subgroup", "Offence Code",
    "Outcome Description", "Outcome Group", "Outcome Type",
    "Force outcomes for offences recorded in quarter", "Force outcomes recorded in quarter",
)  # fmt: skip
TYPES = "1 1A 2 2A 3 3A 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 20 21 22 0".split()
BOOK = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES_OF = "http://schemas.openxmlformats.org/package/2006/content-types"
PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>"
)


def crime_rows(year, count):
    """Rows of one financial year: every quarter, force and code, as many as asked for."""
    draw, groups = random.Random(year), sorted(set(load("recorded_crime_2018")["offence_group"]))
    codes = [(n, groups[n % 20]) for n in range(-(-count // (4 * len(FORCES))))]
    rows = product(range(1, 5), FORCES, codes)
    for quarter, force, (n, group) in islice(rows, count):
        head = (f"{year}/{(year + 1) % 100:02d}", quarter, force, f"Offence number {n} of the list")
        yield (*head, "Theft offences", group, f"{n}A", draw.randrange(900))


def outcome_rows(year, quarter, count):
    draw, codes = random.Random(year * 4 + quarter), range(-(-count // (len(FORCES) * len(TYPES))))
    for force, n, number in islice(product(FORCES, codes, TYPES), count):
        head = (f"{year}/{(year + 1) % 100:02d}", quarter, force, "", f"Offence number {n}")
        group = ("Fraud offences" if n % 50 == 7 else "Robbery", "Robbery", f"{n}A")
        outcome = (f"Outcome described at some length, {number}", "Group of outcomes", number)
        yield (*head, *group, *outcome, 5, "N/A" if number == "0" else draw.randrange(40))


def write_xlsx(path, sheets):
    """A workbook with shared strings, as Excel saves it; sheets: name -> rows."""
    shared = {}

    def cell(value):
        if isinstance(value, str):
            return f'<c t="s"><v>{shared.setdefault(value, len(shared))}</v></c>' if value else ""
        return f"<c><v>{value}</v></c>"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, rows in enumerate(sheets.values(), 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
                file.write(f'<worksheet xmlns="{BOOK}"><sheetData>'.encode())
                for at, row in enumerate(rows, 1):
                    cells = (
                        cell(value).replace("<c", f'<c r="{chr(65 + i)}{at}"', 1)
                        for i, value in enumerate(row)
                    )
                    file.write(f'<row r="{at}">{"".join(cells)}</row>'.encode())
                file.write(b"</sheetData></worksheet>")
        names = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1)
        )
        root = f'<Relationship Id="b" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        parts = {"workbook": "sheet.main", "sharedStrings": "sharedStrings"}
        parts |= {f"worksheets/sheet{n}": "worksheet" for n in range(1, len(sheets) + 1)}
        kinds = "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{PART}.{kind}+xml"/>'
            for part, kind in parts.items()
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{TYPES_OF}"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        )
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PARTS}">{root}</Relationships>')
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{BOOK}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        strings = f'<Relationship Id="s" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PARTS}">{links}{strings}</Relationships>',
        )
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{BOOK}">{texts}</sst>')


def of_another_year(path, year):
    """A copy of the outcomes workbook of 2014 whose rows are of another year."""
    old, new = (f"{y}/{(y + 1) % 100:02d}".encode() for y in (2014, year))
    target = path.with_name(f"{year}.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", 8, compresslevel=1) as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(old, new))


def write_ods(path, sheets):
    def cell(value):
        if isinstance(value, str):
            text = f"<text:p>{escape(value)}</text:p>"
            return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        typed = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {typed}><text:p>{value}</text:p></table:table-cell>"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest xmlns="{MANIFEST}"/>')
        with archive.open("content.xml", "w") as file:
            file.write(ODS.encode())
            for name, rows in sheets.items():
                file.write(f'<table:table table:name="{name}">'.encode())
                for row in rows:
                    cells = "".join(map(cell, row))
                    file.write(f"<table:table-row>{cells}</table:table-row>".encode())
                file.write(b"</table:table>")
            file.write(b"</office:spreadsheet></office:body></office:document-content>")


OURS = """
import sys, time
from pathlib import Path
from helpers.ingest.builders import KINDS
start = time.perf_counter()
table = KINDS[sys.argv[1]].build(Path(sys.argv[2]))
"""
# What the ingest did before: every cell turned to text by itself, one frame of all rows
PANDAS = """
import sys, time
from pathlib import Path
import openpyxl
import pandas as pd
import python_calamine as calamine
from helpers import areas
from helpers.data.schemas import ALL_OUTCOMES, NATION
from helpers.ingest.builders import CODES_2023
from helpers.ingest.outcomes import OUTCOMES
from helpers.ingest.columns import GROUPS
from helpers.ingest.publishers import quarter_end
from helpers.data.checks import scope_of

def text(value):
    value = "" if value is None else value
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value).strip()

def sheets(file):
    if sys.argv[3] == "openpyxl":
        book = openpyxl.load_workbook(file, read_only=True)
        for sheet in book.worksheets:
            yield sheet.title, list(sheet.iter_rows(values_only=True))
        return
    with calamine.CalamineWorkbook.from_path(file) as book:
        for sheet in book.sheet_names:
            yield sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)

start, cells, where, crime = time.perf_counter(), [], [], sys.argv[1].startswith("recorded")
header = ["Financial Year", "Financial Quarter", "Force Name", "Offence Code"]
header += (
    ["Offence Subgroup", "Number of Offences"] if crime else
    ["Offence Description", "Offence Group", "Outcome Type", "Outcome Description",
     "Force outcomes recorded in quarter"])
path = Path(sys.argv[2])
for file in sorted(path.iterdir()) if path.is_dir() else [path]:
    for sheet, rows in sheets(file):
        at = next(n for n, row in enumerate(rows) if "Force Name" in row)
        places = [rows[at].index(column) for column in header]
        for number, row in enumerate(rows[at + 1:], at + 2):
            where.append((str(file), sheet, number))
            cells.append([text(row[i]) for i in places])
table = pd.DataFrame(cells, pd.MultiIndex.from_tuples(where), header, dtype=str)
ends = {pair: quarter_end(*pair) for pair in set(zip(table[header[0]], table[header[1]]))}
table["quarter_ending"] = [ends[pair] for pair in zip(table[header[0]], table[header[1]])]
names = {name: areas.harmonise(name) for name in table["Force Name"].unique()}
table["force"] = table["Force Name"].map(names)
assert not table.duplicated(["force", "quarter_ending", *header[3:-1]]).any()
value = table[header[-1]].replace(r"(?i)^N/A\\b.*", "0", regex=True)
assert value.str.fullmatch(r"-?\\d{1,12}(?:\\.0+)?").all()
table["n"] = value.str.replace(r"\\.0+$", "", regex=True).astype("int64")
if crime:
    group = table["Offence Subgroup"].map({name: GROUPS[name.casefold()] for name in
                                           table["Offence Subgroup"].unique()})
    table["offence_group"] = table["Offence Code"].map(CODES_2023).fillna(group)
    table = table.groupby(["force", "quarter_ending", "offence_group"], as_index=False)["n"].sum()
    table = table.rename(columns={"n": "offences"}).assign(scope=scope_of)
    table = table.sort_values(["quarter_ending", "force", "offence_group"])
else:
    table["number"] = table["Outcome Type"].str.extract(r"^(\\d+)")[0]
    table = table[table["Offence Group"].str.casefold() != "fraud offences"]
    sums = table.groupby(["force", "quarter_ending", "number"])["n"].sum().unstack(fill_value=0)
    wide = pd.DataFrame({name: sums.get(n, 0) for name, (_, n) in OUTCOMES.items() if n})
    wide[ALL_OUTCOMES] = sums.drop(columns="0").sum(axis=1)
    nation = wide.groupby("quarter_ending").sum().reset_index().assign(area=NATION)
    forces = wide.reset_index().rename(columns={"force": "area"})
    table = pd.concat([forces[forces["area"].isin(areas.FORCES)], nation])
    table = table.melt(["area", "quarter_ending"], var_name="outcome_type", value_name="outcomes")
    table = table.sort_values(["quarter_ending", "area", "outcome_type"])
"""
REPORT = """
import json, resource
seconds, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
table = table.to_csv(index=False, lineterminator="\\n")
print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, table]))
"""


def measured(code, kind, path, reader=""):
    """Seconds by the clock and of the processor, peak MB and the table, of a process of its own."""
    command = [sys.executable, "-c", code + REPORT, kind, str(path), reader]
    return json.loads(subprocess.run(command, cwd=PROJECT, check=True, capture_output=True).stdout)


def compared(what, kind, path, runs=3, reader="calamine"):
    """One line: medians of both, and how many times as fast; the tables must be the same."""
    pairs = [
        (measured(OURS, kind, path), measured(PANDAS, kind, path, reader)) for _ in range(runs)
    ]
    assert len({table for pair in pairs for *_, table in pair}) == 1, "the two do not agree"
    ours, theirs = ([statistics.median(pair[side][n] for pair in pairs) for n in range(3)]
                    for side in (0, 1))  # fmt: skip
    line(what, ours, theirs)


def line(what, ours, theirs=None):
    shown = [f"{clock:6.1f} s {cpu:6.1f} s {peak:5,.0f} MB" for clock, cpu, peak in
             (each for each in (ours, theirs) if each)]  # fmt: skip
    if theirs:
        shown.append(f"{theirs[0] / ours[0]:.1f} and {theirs[1] / ours[1]:.1f} times as fast")
    print(f"{what:<34} | {' | '.join(shown)}", flush=True)


def crime_book(rows=353_000, years=range(2012, 2026)):
    """A sheet a financial year, notes above the header."""
    notes = [["Police recorded crime"], ["Made up for a benchmark"], []]
    return {
        f"{year}-{(year + 1) % 100:02d}": chain(
            notes, [CRIME], crime_rows(year, rows // len(years))
        )
        for year in years
    }


def outcomes_book(year, rows=660_000):
    """A sheet a quarter."""
    return {f"Q{q}": chain([OUTCOMES], outcome_rows(year, q, rows // 4)) for q in range(1, 5)}


def main():
    books = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    print(f"{'clock, processor, peak memory':<34} | the ingest | plain pandas")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, write in ((folder / "c.ods", write_ods), (folder / "c.xlsx", write_xlsx)):
            write(path, crime_book())
            compared(f"crime, 353,000 rows, {path.suffix}", "recorded_crime_2023", path)
        what = "the same, against openpyxl's cells"
        compared(what, "recorded_crime_2023", path, runs=1, reader="openpyxl")
        series = folder / "outcomes"
        series.mkdir()
        write_xlsx(series / "2014.xlsx", outcomes_book(2014))
        compared("outcomes, 660,000 rows, .xlsx", "outcomes_2023", series, runs=1)
        for year in range(2015, 2014 + books):
            of_another_year(series / "2014.xlsx", year)
        what = f"outcomes, {books} workbooks"
        line(what, measured(OURS, "outcomes_2023", series)[:3])


if __name__ == "__main__":
    main()

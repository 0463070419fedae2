"""Reads what publishers serve (CSV, CSV.GZ, ODS, XLSX, or a folder of them) into one table of text.

Notes above a header and sheets that hold something else are passed over; sheets of the same layout are put one below the other.
ODS is read as a stream: a table of a quarter of a million rows would take odfpy, which pandas uses, gigabytes and many minutes.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby, islice, repeat
from operator import itemgetter
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd

from helpers import data

ALIASES = {  # our name of a column -> other names that publishers give it, compared without case and with spaces collapsed
    "fy": ("Financial Year",), "q": ("Financial Quarter",), "qe": ("Quarter end", "quarter_end"), "force": ("Force Name",),
    "desc": ("Offence Description",), "grp": ("Offence Group",), "sub": ("Offence Subgroup", "Offence Sub-group"),
    "code": ("Offence Code",), "n": ("Number of Offences",), "type": ("Outcome Type",), "outcome": ("Outcome Description",),
    "closed": ("Force outcomes recorded in quarter", "Outcomes for investigations that were closed in the quarter",
               "Number of outcomes for investigations that were closed in the quarter"),
}
DERIVED = {"qe": ("fy", "q")}  # a column that can be computed when a table does not have it -> from which columns
SUFFIXES = (".csv", ".csv.gz", ".ods", ".xlsx")
HEADER_WITHIN = 30  # rows
LARGEST = 4 * 2**30  # bytes of a file when unpacked: the largest that is served comes to about half a gigabyte
PLACE = ["file", "sheet", "row"]  # the index of every table: where a cell was read
DAMAGED = (zipfile.BadZipFile, EOFError, zlib.error, KeyError, ElementTree.ParseError)
UNREADABLE = (*DAMAGED, OSError, ValueError, TypeError, AttributeError, csv.Error)
_ODF = {short: f"{{urn:oasis:names:tc:opendocument:xmlns:{long}:1.0}}" for short, long in
        (("table", "table"), ("office", "office"), ("text", "text"))}


def place(where: tuple[str, str, int]) -> str:
    """An entry of a table's index in words."""
    file, sheet, row = where
    return f"{file}: sheet {sheet!r}, row {row}" if sheet else f"{file}: row {row}"


def _key(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()


def _spellings(column: str) -> set[str]:
    return {_key(name) for name in (column, *ALIASES.get(column, ()))}


def _text(value: object) -> str:
    """A cell as text: a whole number without its point, a date as in 2015-06-30."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value).strip()


def _csv_sheet(path: Path) -> Iterator[list[str]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        content = file.read(LARGEST // 4 + 1)
    if len(content) > LARGEST // 4:
        raise ValueError("larger than a gigabyte")
    return csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _ods_text(part: ElementTree.Element) -> str:
    """The text of a paragraph; ODS writes line breaks and further spaces as elements."""
    tag = part.tag.removeprefix(_ODF["text"])
    inner = " " * min(int(part.get(_ODF["text"] + "c", 1)), 100) if tag == "s" else "\n" if tag in ("line-break", "tab") else part.text or ""
    return inner + "".join(_ods_text(child) + (child.tail or "") for child in part)


def _ods_cells(row: ElementTree.Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        kind = cell.get(_ODF["office"] + "value-type")
        if kind in ("float", "percentage", "currency"):
            value = _text(float(cell.get(_ODF["office"] + "value")))
        elif kind == "date":
            value = cell.get(_ODF["office"] + "date-value")[:10]
        else:
            value = "\n".join(_ods_text(p) for p in cell.findall(_ODF["text"] + "p")).strip()  # not those of a comment
        cells += [value] * min(int(cell.get(_ODF["table"] + "number-columns-repeated", 1)), 1000 if value else 1000 - len(cells))
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _ods_rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Sheet and cells of every row, in one pass that forgets what it has read."""
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        table = None
        for event, element in ElementTree.iterparse(content, events=("start", "end")):
            if event == "start" and element.tag == _ODF["table"] + "table":
                table = element
            elif event == "end" and element.tag == _ODF["table"] + "table-row":
                times = min(int(element.get(_ODF["table"] + "number-rows-repeated", 1)), 2**20)  # the rows that a sheet can have
                yield from repeat((table.get(_ODF["table"] + "name"), _ods_cells(element)), times)
                element.clear()
                del table[:]


def _sheets(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Name and rows of every sheet; a CSV is one sheet without a name."""
    if path.name.lower().endswith((".csv", ".csv.gz")):
        yield "", _csv_sheet(path)
        return
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > LARGEST:
            raise ValueError("unpacks to more than four gigabytes")
    if path.suffix.lower() == ".ods":
        yield from ((name, (cells for _, cells in rows)) for name, rows in groupby(_ods_rows(path), key=itemgetter(0)))
        return
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some writers note them wrongly
            yield sheet.title, ([_text(value) for value in row] for row in sheet.iter_rows(values_only=True))
    finally:
        book.close()


def _find(header: list[str], columns: list[str]) -> dict[str, int]:
    """Where the columns stand in a header; a column that can be computed may be absent when those it needs are there."""
    keys = [_key(cell) or f"unnamed: {i}" for i, cell in enumerate(header)]
    needed = [*columns, *(part for column in columns for part in DERIVED.get(column, ()))]
    found = {column: i for column in needed for i, key in reversed(list(enumerate(keys))) if key in _spellings(column)}
    for column in columns:
        if column not in found and all(part in found for part in DERIVED.get(column, [None])):
            found[column] = -1
    return found


def _shown(header: list[str]) -> str:
    names = [repr(cell[:60]) for cell in header if cell]
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def quarter_end(year: str, quarter: str) -> str:
    """The last day of a quarter from a financial year as in 2012/13 and its quarter, 1 (April to June) to 4; ValueError saying what was expected."""
    years, number = re.fullmatch(r"(20\d\d)[/-](?:20)?(\d\d)", year), re.fullmatch(r"[Qq]?([1-4])(?:\.0)?", quarter)
    if not years or (int(years[1]) + 1) % 100 != int(years[2]):
        raise ValueError(f"column 'fy': expected a financial year as in 2012/13, found {year!r}")
    if not number:
        raise ValueError(f"column 'q': expected a quarter, 1 to 4, found {quarter!r}")
    return (f"{int(years[1]) + 1}" if number[1] == "4" else years[1]) + ("-06-30", "-09-30", "-12-31", "-03-31")[int(number[1]) - 1]


def _quarter_ends(table: pd.DataFrame) -> pd.Series:
    ends = {}
    for where, pair in table[["fy", "q"]].drop_duplicates().iterrows():
        try:
            ends[tuple(pair)] = quarter_end(*pair)
        except ValueError as error:
            raise data.DataError(f"{place(where)}, {error}") from None
    return pd.Series([ends[pair] for pair in zip(table["fy"], table["q"], strict=True)], index=table.index, dtype=str)


def _complete(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The columns asked for; quarter ends computed, or held against year and quarter where both are there."""
    if "qe" in columns and {"fy", "q"} <= set(table.columns):
        computed = _quarter_ends(table)
        if "qe" in table:
            other = table["qe"] != computed
            if other.any():
                raise data.DataError(f"{place(table.index[other][0])}, column 'qe': expected {computed[other].iloc[0]} from the financial year "
                                     f"and quarter, found {table['qe'][other].iloc[0]!r}")
        table = table.assign(qe=computed)
    return table[columns]


def _body(path: Path, sheet: str, header: list[str], at: int, rows: Iterable[list[str]], columns: dict[str, int]) -> pd.DataFrame:
    """The rows under a header, blank ones left out. DataError: a CSV's row that is shorter or longer than its header."""
    columns = {column: i for column, i in columns.items() if i >= 0}
    places, where, cells = list(columns.values()), [], []
    for number, row in enumerate(rows, at + 1):
        if not any(row):
            continue
        if not sheet and len(row) != len(header):
            raise data.DataError(f"{path}: row {number}: expected {len(header)} cells, found {len(row)}; the file is damaged or cut off")
        row += [""] * (len(header) - len(row))
        picked = [row[i].strip() for i in places]
        if any(picked):
            where.append(number)
            cells.append(picked)
    index = pd.MultiIndex.from_arrays([[str(path)] * len(where), [sheet] * len(where), where], names=PLACE)
    return pd.DataFrame(cells, index=index, columns=list(columns), dtype=str)


def _of_file(path: Path, layouts: tuple[list[str], ...]) -> list[pd.DataFrame]:
    """The tables of a file, one a sheet that has the header of one of the layouts."""
    found, seen, nearest = [], [], (0.0, "", [], [])
    for sheet, rows in _sheets(path):
        seen.append(sheet)
        rows = iter(rows)
        for at, header in enumerate(islice(rows, HEADER_WITHIN), 1):
            located = [(columns, _find(header, columns)) for columns in layouts]
            fit = next(((columns, at_) for columns, at_ in located if set(columns) <= set(at_)), None)
            if fit:
                found.append(_complete(_body(path, sheet, header, at, rows, fit[1]), fit[0]))
                break
            for columns, at_ in located:
                missing = [column for column in columns if column not in at_]
                share = 1 - len(missing) / len(columns)
                nearest = max(nearest, (share, sheet, missing, header), key=lambda near: near[0])
    share, sheet, missing, header = nearest
    where = f"{path}: sheet {sheet!r}" if sheet else str(path)
    if seen == [""] and not found and not header:
        header = next(iter(_csv_sheet(path)), None)
        if header is None:
            raise ValueError("the file is empty")
        missing = layouts[0]
    if share > 0.7 or (not found and seen == [""]):  # a table of data, too near to be passed over
        other = [ALIASES[part][0] for part in DERIVED.get(missing[0], missing) if part in ALIASES]
        alias = f" (or {' and '.join(map(repr, other[:2] if missing[0] in DERIVED else other[:1]))})" if other else ""
        raise data.DataError(f"{where}: needs the column {missing[0]!r}{alias}; found {_shown(header)}; where the publisher has "
                             "renamed it, add the new name to ALIASES in helpers/publishers.py")
    if not found:
        raise data.DataError(f"{path}: no sheet has the columns {', '.join(map(repr, layouts[0]))} in its first {HEADER_WITHIN} rows; "
                             f"found the sheets {', '.join(map(repr, seen))}")
    return found


def tables(path: Path, *layouts: list[str]) -> pd.DataFrame:
    """The rows of every sheet (of every file, for a folder) with the columns of one of the layouts, as text.

    The index (file, sheet, row) says where a row was read. All sheets must have one layout, the first that fits.
    DataError, in one line: no such file, empty, cut off, another format, no sheet with such a header, a column missing.
    """
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.name.lower().endswith(SUFFIXES))
        if not files:
            raise data.DataError(f"{path}: the folder holds no file ending in {', '.join(SUFFIXES)}")
    found = []
    for file in files:
        kind = "a CSV table" if file.name.lower().endswith((".csv", ".csv.gz")) else "a workbook"
        if not file.name.lower().endswith(SUFFIXES):
            raise data.DataError(f"{file}: expected a file ending in {', '.join(SUFFIXES)}")
        try:
            if not file.stat().st_size:
                raise ValueError("the file is empty")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl's about styles and extensions
                found += _of_file(file, layouts)
        except data.DataError:
            raise
        except FileNotFoundError:
            raise data.DataError(f"{file}: cannot be read as {kind} (no such file)") from None
        except UNREADABLE as error:
            reason = "not UTF-8 text" if isinstance(error, UnicodeError) else "cut off or damaged" if isinstance(error, DAMAGED) else str(error)
            raise data.DataError(f"{file}: cannot be read as {kind} ({' '.join(reason.split())})") from None
    first = list(found[0].columns)
    for table in found:
        if list(table.columns) != first:
            raise data.DataError(f"{place(table.index[0]) if len(table) else path}: has another layout than the sheets before it")
    joined = pd.concat(found)
    if joined.empty:
        raise data.DataError(f"{path}: is empty: a header without a row under it")
    return joined

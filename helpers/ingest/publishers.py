"""Reads what publishers serve (CSV, CSV.GZ, ODS, XLSX, or a folder of them) into one table of text.

Notes above a header and sheets that hold something else are passed over; sheets of the same layout
are put one below the other.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import python_calamine as calamine

from helpers.data import DataError

# Our name of a column -> other names that publishers give it, compared without case
_CLOSED = "utcomes for investigations that were closed in the quarter"
ALIASES = {
    "fy": ("Financial Year",),
    "q": ("Financial Quarter",),
    "qe": ("Quarter end", "quarter_end"),
    "force": ("Force Name",),
    "desc": ("Offence Description",),
    "grp": ("Offence Group",),
    "sub": ("Offence Subgroup", "Offence Sub-group"),
    "code": ("Offence Code",),
    "n": ("Number of Offences",),
    "type": ("Outcome Type",),
    "outcome": ("Outcome Description",),
    "closed": ("Force outcomes recorded in quarter", f"O{_CLOSED}", f"Number of o{_CLOSED}"),
}
PERIOD = ["fy", "q"]  # a quarter's end, "qe", can be computed from these
CSV, WORKBOOK = (".csv", ".csv.gz"), (".ods", ".xlsx")
HEADER_WITHIN = 30  # rows
LARGEST = 4 * 2**30  # bytes unpacked: the largest file that is served comes to half a gigabyte
PLACE = ["file", "sheet", "row"]  # the index of every table: where a cell was read
# RuntimeError: a zip that says it is packed in an unknown way
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, calamine.CalamineError)
UNREADABLE = (*DAMAGED, OSError, ValueError, csv.Error)
Rows = list[list[object]]


def place(where: tuple[str, str, int]) -> str:
    """An entry of a table's index in prose."""
    file, sheet, row = where
    return f"{file}: sheet {sheet!r}, row {row}" if sheet else f"{file}: row {row}"


def _key(name: object) -> str:
    return re.sub(r"\s+", " ", str(name)).strip().casefold()


def _text(value: object) -> str:
    """A cell as text: a whole number without its point, a date as in 2015-06-30."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return (f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else str(value)).strip()


def _csv_rows(path: Path) -> Rows:
    with (gzip.open if path.suffix.lower() == ".gz" else open)(path, "rb") as file:
        content = file.read(LARGEST // 4 + 1)
    if len(content) > LARGEST // 4:
        raise ValueError("larger than a gigabyte")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if not rows:
        raise ValueError("the file is empty")
    return rows


def _sheets(path: Path) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every sheet; a CSV is one sheet without a name."""
    if not path.stat().st_size:
        raise ValueError("the file is empty")
    if path.name.lower().endswith(CSV):
        yield "", _csv_rows(path)
        return
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > LARGEST:
            raise ValueError("unpacks to more than four gigabytes")
    with calamine.CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _find(header: list[object], columns: list[str]) -> tuple[dict[str, int], list[str]]:
    """Where the columns stand in a header, and those that are missing."""
    keys = [_key(cell) or f"unnamed: {i}" for i, cell in enumerate(header)]
    found = {}
    for column in [*columns, *(PERIOD if "qe" in columns else [])]:
        names = {_key(name) for name in (column, *ALIASES.get(column, ()))}
        if (at := next((i for i, key in enumerate(keys) if key in names), None)) is not None:
            found[column] = at
    derived = ["qe"] if set(PERIOD) <= set(found) else []
    return found, [column for column in columns if column not in [*found, *derived]]


def quarter_end(year: str, quarter: str) -> str:
    """The last day of a quarter, from a financial year as in 2012/13 and 1 (April to June) to 4."""
    years = re.fullmatch(r"(20\d\d)[/-](?:20)?(\d\d)", year)
    number = re.fullmatch(r"[Qq]?([1-4])(?:\.0)?", quarter)
    if not years or (int(years[1]) + 1) % 100 != int(years[2]):
        raise ValueError(f"column 'fy': expected a financial year as in 2012/13, found {year!r}")
    if not number:
        raise ValueError(f"column 'q': expected a quarter, 1 to 4, found {quarter!r}")
    end = pd.Period(f"{years[1]}Q1", "Q-MAR") + 4 + int(number[1]) - 1
    return f"{end.end_time:%Y-%m-%d}"


def _with_quarter_ends(table: pd.DataFrame) -> pd.DataFrame:
    """Quarter ends computed, or held against year and quarter where both are there."""
    ends = {}
    for where, pair in table[PERIOD].drop_duplicates().iterrows():
        try:
            ends[tuple(pair)] = quarter_end(*pair)
        except ValueError as error:
            raise DataError(f"{place(where)}, {error}") from None
    pairs = zip(table["fy"], table["q"], strict=True)
    computed = pd.Series([ends[pair] for pair in pairs], index=table.index, dtype=str)
    other = table.get("qe", computed) != computed
    if other.any():
        raise DataError(
            f"{place(table.index[other][0])}, column 'qe': expected {computed[other].iloc[0]} "
            f"from the financial year and quarter, found {table['qe'][other].iloc[0]!r}"
        )
    return table.assign(qe=computed)


def _body(path: Path, sheet: str, rows: Rows, at: int, found: dict[str, int]) -> pd.DataFrame:
    """The rows under the header in row `at`, blank ones left out, as text."""
    where, cells, width = [], [], len(rows[at - 1])
    for number, row in enumerate(rows[at:], at + 1):
        if all(cell == "" for cell in row):
            continue
        if len(row) != width:
            fault = f"expected {width} cells, found {len(row)}; the file is damaged or cut off"
            raise DataError(f"{path}: row {number}: {fault}")
        picked = [_text(row[i]) for i in found.values()]
        if any(picked):
            where.append((str(path), sheet, number))
            cells.append(picked)
    index = pd.MultiIndex.from_tuples(where, names=PLACE) if where else None
    table = pd.DataFrame(cells, index=index, columns=list(found), dtype=str)
    return _with_quarter_ends(table) if where and set(PERIOD) <= set(found) else table


class Header(NamedTuple):
    """A row that may be a layout's header: its number, where the columns are, those missing."""

    at: int
    cells: list[object]
    layout: list[str]
    found: dict[str, int]
    missing: list[str]

    @property
    def share(self) -> float:
        """How much of the layout it has."""
        return 1 - len(self.missing) / len(self.layout)


def _of_file(path: Path, layouts: tuple[list[str], ...]) -> list[pd.DataFrame]:
    """The tables of a file, one a sheet that has the header of one of the layouts."""
    tables, seen, near = [], [], {}
    for sheet, rows in _sheets(path):
        seen.append(sheet)
        tried = product(enumerate(rows[:HEADER_WITHIN], 1), layouts)
        headers = [Header(at, row, columns, *_find(row, columns)) for (at, row), columns in tried]
        if fit := next((header for header in headers if not header.missing), None):
            tables.append(_body(path, sheet, rows, fit.at, fit.found)[fit.layout])
        elif headers:
            near[sheet] = max(headers, key=lambda header: header.share)
    nearest = max(near, key=lambda sheet: near[sheet].share, default=None)
    if near and (near[nearest].share > 0.7 or seen == [""]):  # too near to be passed over
        where = f"{path}: sheet {nearest!r}" if nearest else str(path)
        raise DataError(_needs(where, near[nearest].missing[0], near[nearest].cells))
    if not tables:
        columns, sheets = (", ".join(map(repr, names)) for names in (layouts[0], seen))
        raise DataError(
            f"{path}: no sheet has the columns {columns} in its first {HEADER_WITHIN} rows; "
            f"found the sheets {sheets}"
        )
    return tables


def _needs(where: str, missing: str, header: list[object]) -> str:
    columns = PERIOD if missing == "qe" else [missing]
    other = [ALIASES[column][0] for column in columns if column in ALIASES]
    alias = f" (or {' and '.join(map(repr, other))})" if other else ""
    names = [repr(str(cell)[:60]) for cell in header if cell]
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    return (
        f"{where}: needs the column {missing!r}{alias}; found {shown}; where the publisher has "
        "renamed it, add the new name to ALIASES in helpers/ingest/publishers.py"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, UnicodeError):
        return "not UTF-8 text"
    if isinstance(error, DAMAGED):
        return "cut off or damaged"
    return " ".join(str(error).split())


def tables(path: Path, *layouts: list[str]) -> pd.DataFrame:
    """The rows of every sheet (of every file of a folder) with the columns of a layout, as text.

    The index (file, sheet, row) says where a row was read. All sheets must have one layout, the
    first that fits. DataError, in one line: no such file, empty, cut off, another format, no sheet
    with such a header, a column missing.
    """
    suffixes, files = (*CSV, *WORKBOOK), [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.name.lower().endswith(suffixes))
        if not files:
            raise DataError(f"{path}: the folder holds no file ending in {', '.join(suffixes)}")
    found = []
    for file in files:
        if not file.name.lower().endswith(suffixes):
            raise DataError(f"{file}: expected a file ending in {', '.join(suffixes)}")
        try:
            found += _of_file(file, layouts)
        except DataError:
            raise
        except UNREADABLE as error:
            kind = "a CSV table" if file.name.lower().endswith(CSV) else "a workbook"
            raise DataError(f"{file}: cannot be read as {kind} ({_reason(error)})") from None
    found = [table for table in found if len(table)]
    if not found:
        raise DataError(f"{path}: is empty: a header without a row under it")
    for table in found:
        if list(table.columns) != list(found[0].columns):
            where = place(table.index[0])
            raise DataError(f"{where}: has another layout than the sheets before it")
    return pd.concat(found)

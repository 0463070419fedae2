"""Reads what publishers serve (CSV, ODS, XLS, XLSX, or a folder of them) as tables of text.

Notes above a header and sheets that hold something else are passed over. Rows come in blocks, so
that memory does not grow with their number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice, product
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers.data import DataError
from helpers.ingest.opening import Job, Row, each_of, sheets

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
    "expired": ("Offence Code Expired",),
    "type": ("Outcome Type",),
    "outcome": ("Outcome Description",),
    "closed": ("Force outcomes recorded in quarter", f"O{_CLOSED}", f"Number of o{_CLOSED}"),
}
PERIOD = ["fy", "q"]  # a quarter's end, "qe", can be computed from these
HEADER_WITHIN = 30  # rows
BLOCK = 1 << 16  # rows
PLACE = ["file", "sheet", "row"]  # the index of every table: where a cell was read
# Our name of a column -> what the file calls it, as its reader says; None where nobody is asked
Names = Mapping[str, str] | None
ASKED: Names = {}


def place(where: tuple[str, str, int]) -> str:
    """An entry of a table's index in prose."""
    file, sheet, row = where
    return f"{file}: sheet {sheet!r}, row {row}" if sheet else f"{file}: row {row}"


def key(text: object) -> str:
    """A text as it is compared: without case, blanks about it and runs of them."""
    return re.sub(r"\s+", " ", str(text)).strip().casefold()


def _texts(cells: list[object]) -> pd.Categorical:
    """Cells as text: a whole number without its point, a date as in 2015-06-30.

    As categories: what is done to a column is done once for each different cell.
    """
    values = np.array(cells, dtype=object)
    if pd.api.types.infer_dtype(values, skipna=False) != "string":
        values = np.array(list(map(str, cells)), dtype=object)
    codes, found = pd.factorize(values)
    clean = [re.sub(r"(?<=\d)(?:\.0| 00:00:00)$", "", text.strip()) for text in found]
    again, names = pd.factorize(np.array(clean, dtype=object))
    return pd.Categorical.from_codes(again[codes], names)


class Header(NamedTuple):
    """A row that may be a layout's header, and where it has the layout's columns."""

    at: int
    cells: list[str]
    layout: list[str]
    found: dict[str, int]

    @property
    def missing(self) -> list[str]:
        """Columns of the layout that are neither there nor follow from those that are."""
        derived = ["qe"] if set(PERIOD) <= set(self.found) else []
        return [column for column in self.layout if column not in [*self.found, *derived]]

    @property
    def share(self) -> float:
        """How much of the layout it has."""
        return 1 - len(self.missing) / len(self.layout)


def _header(at: int, row: Row, layout: list[str], names: Mapping[str, str]) -> Header:
    keys = [key(cell) or f"unnamed: {i}" for i, cell in enumerate(row)]
    found = {}
    for column in [*layout, *(PERIOD if "qe" in layout else [])]:
        wanted = (names[column],) if column in names else (column, *ALIASES.get(column, ()))
        wanted = set(map(key, wanted))
        if (place := next((i for i, name in enumerate(keys) if name in wanted), None)) is not None:
            found[column] = place
    return Header(at, list(map(str, row)), layout, found)


def _nearest(
    top: list[Row], layouts: Iterable[list[str]], names: Mapping[str, str]
) -> Header | None:
    """The first row and layout of which most is there."""
    rows = product(enumerate(top, 1), layouts)
    tried = (_header(at, row, layout, names) for (at, row), layout in rows)
    return max(tried, key=lambda header: header.share, default=None)


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
    pairs, ends = table.groupby(PERIOD, observed=True, sort=False), []
    for where, pair in table.loc[~table.duplicated(PERIOD), PERIOD].iterrows():
        try:
            ends.append(quarter_end(*pair))
        except ValueError as error:
            raise DataError(f"{place(where)}, {error}") from None
    ends = pd.Series(np.array(ends, dtype=object)[pairs.ngroup()], table.index)
    other = table["qe"].astype(object) != ends if "qe" in table else pd.Series(False, table.index)
    if other.any():
        raise DataError(
            f"{place(table.index[other][0])}, column 'qe': expected {ends[other].iloc[0]} "
            f"from the financial year and quarter, found {table['qe'][other].iloc[0]!r}"
        )
    return table.assign(qe=ends.astype("category"))


def _block(path: Path, sheet: str, first: int, rows: list[Row], header: Header) -> pd.DataFrame:
    """Rows from number `first` on, blank ones left out, as text."""
    width = len(header.cells)
    for at in (at for at, row in enumerate(rows) if len(row) != width):
        if any(cell != "" for cell in rows[at]):
            fault = f"expected {width} cells, found {len(rows[at])}; the file is damaged or cut off"
            raise DataError(f"{path}: row {first + at}: {fault}")
        rows[at] = [""] * width
    numbers, zeros = pd.RangeIndex(first, first + len(rows)), np.zeros(len(rows), dtype=int)
    levels, codes = [[str(path)], [sheet], numbers], [zeros, zeros, np.arange(len(rows))]
    index = pd.MultiIndex(levels, codes, names=PLACE, verify_integrity=False)
    columns = {name: _texts(list(map(itemgetter(i), rows))) for name, i in header.found.items()}
    table = pd.DataFrame(columns, index=index)
    table = table[(table != "").any(axis=1)]
    if len(table) and set(PERIOD) <= set(header.found):
        table = _with_quarter_ends(table)
    return table[header.layout] if len(table) else table


def _blocks(path: Path, sheet: str, rows: Iterator[Row], header: Header) -> Iterator[pd.DataFrame]:
    """The rows under a header, so many at a time."""
    first = header.at + 1
    while block := list(islice(rows, BLOCK)):
        if len(table := _block(path, sheet, first, block, header)):
            yield table
        first += len(block)


def _refuse(
    path: Path, headers: dict[str, Header | None], layouts: tuple[list[str], ...], names: bool
) -> None:
    """DataError for a file with no sheet that fits, or with one that almost does."""
    near = {sheet: header for sheet, header in headers.items() if not header or header.missing}
    share = {sheet: header.share for sheet, header in near.items() if header}
    nearest = max(share, key=share.get, default=None)
    if share and (share[nearest] > 0.7 or list(headers) == [""]):  # too near to be passed over
        where = f"{path}: sheet {nearest!r}" if nearest else str(path)
        raise DataError(_needs(where, near[nearest], names))
    if len(near) == len(headers):
        columns, found = (", ".join(map(repr, each)) for each in (layouts[0], headers))
        raise DataError(
            f"{path}: no sheet has the columns {columns} in its first {HEADER_WITHIN} rows; "
            f"found the sheets {found}"
        )


def _needs(where: str, header: Header, names: bool) -> str:
    missing = header.missing[0]
    columns = PERIOD if missing == "qe" else [missing]
    other = [ALIASES[column][0] for column in columns if column in ALIASES]
    alias = f" (or {' and '.join(map(repr, other))})" if other else ""
    cells = [repr(text[:60]) for text in header.cells if text]
    shown = ", ".join(cells[:20]) + (f" and {len(cells) - 20} more" if len(cells) > 20 else "")
    say = f'; if it stands there under another name, say so: --column "THEIR NAME={missing}"'
    return f"{where}: needs the column {missing!r}{alias}; found {shown}{say if names else ''}"


def read(
    path: Path,
    *layouts: list[str],
    each: Callable[[pd.DataFrame], object] = lambda table: table,
    names: Names = None,
) -> list:
    """What `each` makes of every block of rows that has the columns of a layout, in their order.

    A block is a table of text as categories; its index (file, sheet, row) says where a row was
    read. A sheet has the first layout that fits. DataError, in one line: no such file, empty, cut
    off, another format, no sheet with such a header, a column missing.
    """
    ours = [*PERIOD, *chain(*layouts)]
    for name in (name for name in names or () if name not in ours):
        known = ", ".join(dict.fromkeys(ours))
        raise DataError(f"{path}: no column of this kind is called {name!r}; there are {known}")

    def work(job: Job) -> tuple[list, dict[str, Header | None]]:
        made, headers = [], {}
        for sheet, rows in sheets(job):
            bar.set_description_str(f"{job.path.name} {sheet}".strip())
            top = list(islice(rows, HEADER_WITHIN))
            header = headers[sheet] = _nearest(top, layouts, names or {})
            if header and not header.missing:
                for table in _blocks(job.path, sheet, chain(top[header.at :], rows), header):
                    made.append(each(table))
                    bar.update(len(table))
        return made, headers

    parts, of_files = [], {}
    with tqdm(unit=" rows", unit_scale=True, disable=None, leave=False) as bar:
        for file, (made, headers) in each_of(path, work):
            parts.extend(made)
            of_files.setdefault(file, {}).update(headers)
    for file, headers in of_files.items():
        _refuse(file, headers, layouts, names is not None)
    if not parts:
        raise DataError(f"{path}: is empty: a header without a row under it")
    return parts


def tables(path: Path, *layouts: list[str], names: Names = None) -> pd.DataFrame:
    """The same as one table, for files that are small."""
    return pd.concat([part.astype(str) for part in read(path, *layouts, names=names)])

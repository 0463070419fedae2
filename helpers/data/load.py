"""Every table of data/, loaded only when it is what the register says and what its schema expects.

Read a table with `load("recorded_crime_2018")`; find its publisher, release and licence with
`register()`. Tables are read once a process, slots each time: a reader may fill them in meanwhile.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import report
from helpers.data import agreement, checks, schemas, slots
from helpers.data.register import (
    FILES,
    MEND,
    REPORT,
    ROOT,
    SLOT,
    DataError,
    checksum_fault,
    read_bytes,
    register,
    text_table,
)
from helpers.printed import Printed

MOST = 5  # faults of one file that are written out; the rest are counted
EXPECTED = {  # a schema check, as pandera names it -> in a reader's words
    "coerce_dtype('int64')": "a whole number",
    "coerce_dtype('float64')": "a whole number",
    "not_nullable": "a date as in 2015-06-30",
    "isin(": "a value from the data dictionary (data/README.md)",
    "multiple_fields_uniqueness": "every row once",
    "field_uniqueness": "every value once",
    "in_range(": "a number in the range (",
    "str_matches(": "text like (",
}


def parse(name: str, content: bytes, root: Path = ROOT) -> pd.DataFrame:
    """The typed table; DataError with the faults that its schema or its content checks find.

    `root`: the data folder whose claims.csv says what a slot must hold. The same content is parsed
    once a process, except a slot's, which depends on the claims as well; a fresh copy is returned.
    """
    return _parse(name, content, root) if name in slots.KEYS else _parsed(name, content).copy()


@functools.lru_cache(maxsize=32)
def _parsed(name: str, content: bytes) -> pd.DataFrame:
    return _parse(name, content, ROOT)


def _parse(name: str, content: bytes, root: Path) -> pd.DataFrame:
    import pandera.pandas as pa  # here, because it takes longer to import than all the rest

    file, schema = FILES[name], schemas.SCHEMAS[name]
    table = text_table(file, content)
    if list(table.columns) != list(schema.columns):
        raise DataError(
            f"data/{file}: expected the columns {', '.join(schema.columns)}; "
            f"found {', '.join(table.columns)}; {MEND}"
        )
    found, text = list(_plain_text(table)), table
    if lacking := [column for column in schemas.MAY_LACK if column in table]:
        table = table.assign(**table[lacking].replace("", None))
    try:
        table = table if found else schemas.with_gaps(schema, table).validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        found = list(_schema_faults(text, errors.failure_cases))
    mend = f"; {MEND}"
    if not found and name in slots.KEYS:
        found, mend = list(slots.check(name, printed(root)[name], table)), ""
    elif not found:
        found = [fault for check in checks.CHECKS.get(name, ()) for fault in check(table)]
    if found:
        lines = [f"data/{file}: {fault}{mend}" for fault in found[:MOST]]
        more = [f"data/{file}: and {len(found) - MOST} more"] if len(found) > MOST else []
        raise DataError("\n".join(lines + more))
    return table


def _plain_text(table: pd.DataFrame) -> Iterator[str]:
    """Cells with a control character: it could hide what stands there, or break a line."""
    for column in table:
        bad = table[column].str.contains(r"[\x00-\x1f\x7f]", regex=True)
        for row, cell in table[column][bad].items():
            yield f"row {row + 2}, column {column}, expected plain text on one line, found {cell!r}"


def _schema_faults(text: pd.DataFrame, cases: pd.DataFrame) -> Iterator[str]:
    """One line a failed cell, or row where a key stands there twice, in the order of the file.

    Checks of a column that could not be typed have failed as well, without a row: only the cause
    is told.
    """
    cases = cases.dropna(subset=["index"]).sort_values("index", kind="stable")
    place = cases["column"].mask(cases["schema_context"] == "DataFrameSchema", "")
    for case in cases.assign(place=place).drop_duplicates(["index", "place"]).itertuples():
        where = f"row {case.index + 2}" + (f", column {case.place}" if case.place else "")
        found = text[case.column][case.index]
        yield f"{where}, expected {_plain(case.check)}, found {found!r}"


def _plain(check: str) -> str:
    start = next((start for start in EXPECTED if check.startswith(start)), None)
    rest = check.removeprefix(start) if start in ("in_range(", "str_matches(") else ""
    return EXPECTED[start] + rest if start else check


def printed(root: Path = ROOT) -> dict[str, slots.PrintedCells]:
    """What the report prints of the figures that have a slot: figure -> row -> text."""
    try:
        return slots.printed(read_bytes(root, REPORT), load("claims", root))
    except DataError:
        raise
    except ValueError as error:
        raise DataError(f"data/{REPORT}: {error}; {MEND}") from None


def is_left_out(name: str, root: Path = ROOT) -> bool:
    """Whether a report comes without this slot: nobody made or registered its file."""
    made = (root / FILES[name]).exists() or FILES[name] in register(root).index
    return name in slots.KEYS and not made


def unknown_claims(about: bytes, claims: pd.DataFrame) -> Iterator[str]:
    """Claims that a report.toml names and its claims.csv does not have, a line each."""
    for where, id in report.named(tomllib.loads(about.decode())):
        if id not in set(claims["id"]):
            yield f"data/{REPORT}: {where}: no claim in claims.csv is called {id!r}"


def _read(name: str, root: Path) -> pd.DataFrame:
    content = read_bytes(root, FILES[name])
    for fault in checksum_fault(FILES[name], content, register(root)):
        raise DataError(fault)
    return parse(name, content, root)


@functools.cache
def _load(name: str, root: Path, _checksum: str) -> pd.DataFrame:
    return _read(name, root)


def load(name: str, root: Path = ROOT) -> pd.DataFrame:
    """A table by its name in FILES, held against the register, its schema and its content checks.

    Returns a fresh copy; its columns stand in data/README.md. DataError: one line a fault.
    """
    if name not in FILES:
        raise DataError(f"no table is called {name!r}; there are {', '.join(FILES)}")
    if name in slots.KEYS:
        left_out = is_left_out(name, root)
        return slots.as_printed(name, printed(root)[name]) if left_out else _read(name, root)
    return _load(name, Path(root), register(root)["sha256"].get(FILES[name], "")).copy()


def problems(name: str, content: bytes, root: Path = ROOT) -> list[str]:
    """Faults of one file's content: of its schema, its checks and its number of rows.

    A file with another checksum gets one line, which names the first of these.
    """
    file, entries = FILES[name], register(root)
    changed = list(checksum_fault(file, content, entries))
    found = []
    try:
        rows = len(parse(name, content, root))
        if file in entries.index and entries["rows"][file] not in (SLOT, str(rows)):
            found = [f"data/{file}: has {rows} rows, data/sources.csv says {entries['rows'][file]}"]
    except DataError as error:
        found = str(error).splitlines()
    if changed and found:
        first = found[0].removeprefix(f"data/{file}: ").removesuffix(f"; {MEND}")
        return [changed[0].replace(f"; {MEND}", f"; {first}; {MEND}")]
    return changed or found


def faults(root: Path = ROOT) -> Iterator[str]:
    """Every fault of every file in data/: checksum, content, rows, files that nobody registered.

    What follows from another fault is left out: slots are held against sound claims only, tables
    against one another only when each is sound by itself.
    """
    try:
        entries = register(root)
    except DataError as error:
        yield str(error)
        return
    faulty = set()
    for file, name in [(REPORT, ""), *((file, name) for name, file in FILES.items())]:
        if name in slots.KEYS and (faulty & {REPORT, FILES["claims"]} or is_left_out(name, root)):
            continue
        try:
            content = read_bytes(root, file)
            found = (
                problems(name, content, root) if name else checksum_fault(file, content, entries)
            )
        except DataError as error:
            found = str(error).splitlines()
        for fault in found:
            faulty.add(file)
            yield fault
    if not faulty & {REPORT, FILES["claims"]}:
        yield from unknown_claims(read_bytes(root, REPORT), load("claims", root))
    if not faulty:
        yield from agreement.every_fault(functools.partial(load, root=root))
    yield from _faults_elsewhere(root, entries)


def _faults_elsewhere(root: Path, entries: pd.DataFrame) -> Iterator[str]:
    """Faults of files of other reports, which need to be those registered; files nobody knows."""
    known = {REPORT, *FILES.values()}
    for file in entries.index.difference(known, sort=False):
        try:
            yield from checksum_fault(file, read_bytes(root, file), entries)
        except DataError as error:
            yield str(error)
    for path in sorted([*root.glob("official/*"), *root.glob(f"{report.HOME}/**/*")]):
        file = path.relative_to(root).as_posix()
        if path.is_file() and file not in known and file not in entries.index:
            mend = "register it in data/sources.csv or remove it"
            if path.parent.parent.name == report.HOME:
                mend = f"`python -m helpers.ingest published data/{Path(file).parent}` registers it"
            yield f"data/{file}: nobody knows this file; {mend}"


def slot(figure: str, root: Path = ROOT) -> tuple[pd.DataFrame, bool, list[str]]:
    """A slot's table with the column `value`, whether it is filled in whole, and its faults.

    `value` is NaN where nothing is printed. A slot with faults is given as the report left it.
    """
    cells, found = printed(root)[figure], []
    try:
        table = load(figure, root)
    except DataError as error:
        table, found = slots.as_printed(figure, cells), str(error).splitlines()
    value = [
        float(Printed.parse(text).value) if text else float("nan") for text in table["printed"]
    ]
    return table.assign(value=value), not found and slots.is_filled(table, cells), found

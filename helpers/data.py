"""Every table of data/, loaded only when it is what the register says and what its schema expects.

    python -m helpers.data            checks every file: silent when all is well, else one line a fault

Read a table with `load("recorded_crime_2018")`; find its publisher, release and licence with `register()`.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import agreement, controls

ROOT = Path(__file__).resolve().parent.parent / "data"
FILES = {
    "forces": "official/forces.csv",
    "recorded_crime_2018": "official/recorded_crime_2018.csv",
    "recorded_crime_2023": "official/recorded_crime_2023.csv",
    "population_original": "official/population_original.csv",
    "population_revised": "official/population_revised.csv",
    "households_2011": "official/households_2011.csv",
    "outcomes_2015": "official/outcomes_2015.csv",
    "outcomes_norfolk": "official/outcomes_norfolk.csv",
    "incidents_calendar_year": "official/incidents_calendar_year.csv",
    "incidents_month_2014": "official/incidents_month_2014.csv",
    "incidents_metropolitan": "official/incidents_metropolitan.csv",
    "incidents_street": "official/incidents_street.csv",
    "judgments_2015": "official/judgments_2015.csv",
    "norfolk_facts": "official/norfolk_facts.csv",
    "claims": "published/claims.csv",
    "judgments_printed": "published/judgments.csv",
    "figure_3": "published/figure_3.csv",
    "figure_5": "published/figure_5.csv",
    "figure_6": "published/figure_6.csv",
    "figure_7": "published/figure_7.csv",
}
REGISTER_COLUMNS = [
    "file", "publisher", "title", "release", "as_at", "licence", "attribution", "address", "obtained", "sha256",
    "rows", "caveats", "quality", "quality_reason", "suitability", "suitability_reason",
]
SLOT = "slot"  # stands in the register for the checksum and rows of a table that readers fill in
RATINGS = ("red", "amber", "green")
MEND = "restore it with `git checkout -- data` or rebuild it with `python -m helpers.ingest`"


class DataError(ValueError):
    """A data file is missing, damaged or not what it should be. One line a fault: which file, where, what, how to mend."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _bytes(root: Path, file: str) -> bytes:
    try:
        return (root / file).read_bytes()
    except OSError as error:
        raise DataError(f"data/{file}: cannot be read ({error.strerror}); {MEND}") from None


def _text_table(file: str, content: bytes) -> pd.DataFrame:
    """A CSV file as text, every cell as it stands."""
    try:
        return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, UnicodeError) as error:  # pandas' own parser errors are ValueErrors
        raise DataError(f"data/{file}: is no UTF-8 CSV table ({str(error).strip()}); {MEND}") from None


@functools.cache
def _register(root: Path) -> pd.DataFrame:
    table = _text_table("sources.csv", _bytes(root, "sources.csv"))
    if list(table.columns) != REGISTER_COLUMNS:
        raise DataError(f"data/sources.csv: expected the columns {', '.join(REGISTER_COLUMNS)}; found {', '.join(table.columns)}")
    for row, entry in enumerate(table.itertuples(index=False), 2):
        empty = [column for column, value in zip(REGISTER_COLUMNS, entry, strict=True) if not value.strip()]
        if empty:
            raise DataError(f"data/sources.csv: row {row} ({entry.file}): fill in {', '.join(empty)}")
        if {entry.quality, entry.suitability} - set(RATINGS):
            raise DataError(f"data/sources.csv: row {row} ({entry.file}): quality and suitability are red, amber or green")
    if table["file"].duplicated().any():
        raise DataError(f"data/sources.csv: {table['file'][table['file'].duplicated()].iloc[0]} stands there twice")
    return table.set_index("file")


def register(root: Path = ROOT) -> pd.DataFrame:
    """The register of sources, one row a file (its index), all columns as text. DataError when it is not well filled in."""
    return _register(root).copy()


def _checksum_fault(file: str, content: bytes, root: Path) -> Iterator[str]:
    entries = _register(root)
    if file not in entries.index:
        yield f"data/{file}: has no row in data/sources.csv; add one with publisher, release and licence"
    elif entries["sha256"][file] != SLOT and sha256(content) != entries["sha256"][file]:
        yield (f"data/{file}: was changed: its SHA-256 begins {sha256(content)[:12]}, data/sources.csv says "
               f"{entries['sha256'][file][:12]}; {MEND}")


def parse(name: str, content: bytes) -> pd.DataFrame:
    """The typed table, or DataError with every fault that its schema or its content checks find."""
    import pandera.pandas as pa  # here, because it takes longer to import than all the rest

    from helpers import schemas

    file, schema = FILES[name], schemas.SCHEMAS[name]
    table = _text_table(file, content)
    if list(table.columns) != list(schema.columns):
        raise DataError(f"data/{file}: expected the columns {', '.join(schema.columns)}; found {', '.join(table.columns)}; {MEND}")
    _plain_text(file, table)
    table = _typed(file, table, {column: str(spec.dtype) for column, spec in schema.columns.items()})
    try:
        table = schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        raise DataError("\n".join(_schema_faults(file, errors.failure_cases))) from None
    mend = "" if file.startswith("published/figure_") else f"; {MEND}"
    faults = [f"data/{file}: {fault}{mend}" for check in schemas.CHECKS.get(name, ()) for fault in check(table)]
    if faults:
        raise DataError("\n".join(faults))
    return table


def _plain_text(file: str, table: pd.DataFrame) -> None:
    """DataError for a cell with a control character: it could hide what stands there, or break a line of a report."""
    for column in table:
        bad = table.index[table[column].str.contains(r"[\x00-\x1f\x7f]", regex=True)]
        if len(bad):
            raise DataError(f"data/{file}: row {bad[0] + 2}, column {column}, expected plain text on one line, found {table[column][bad[0]]!r}; {MEND}")


def _typed(file: str, table: pd.DataFrame, types: dict[str, str]) -> pd.DataFrame:
    """Text turned into the schema's numbers and dates; DataError with every cell that cannot be (up to 5)."""
    found = []
    for column, kind in types.items():
        if kind == "int64":
            good, words = table[column].str.fullmatch(r"-?\d{1,12}"), "a whole number"
        elif kind.startswith("datetime64"):
            day = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
            good, words = day.dt.year.between(1900, 2100) & (table[column].str.len() == 10), "a date as in 2015-06-30"
        else:
            continue
        if good.all():
            table[column] = table[column].astype("int64") if kind == "int64" else day.astype(kind)
        found += [f"data/{file}: row {row + 2}, column {column}, expected {words}, found {table[column][row]!r}; {MEND}" for row in table.index[~good]]
    if found:
        raise DataError("\n".join(found[:5]))
    return table


def _schema_faults(file: str, cases: pd.DataFrame, most: int = 5) -> Iterator[str]:
    """One line a failed cell, naming its row in the file and its column; rows beyond `most` are counted."""
    cases = cases.drop_duplicates(["index", "column"]).sort_values("index", kind="stable")
    for case in cases.head(most).itertuples():
        row = "" if pd.isna(case.index) else f"row {int(case.index) + 2}, "
        column = "" if pd.isna(case.column) or case.schema_context == "DataFrameSchema" else f"column {case.column}, "
        yield f"data/{file}: {row}{column}expected {_plain(case.check)}, found {case.failure_case!r}; {MEND}"
    if len(cases) > most:
        yield f"data/{file}: and {len(cases) - most} more faults of this kind"


def _plain(check: str) -> str:
    """A schema check in a reader's words."""
    check = str(check)
    for start, words in (("isin", "a value from the data dictionary (data/README.md)"),
                         ("multiple_fields_uniqueness", "every row once"), ("field_uniqueness", "every value once")):
        if check.startswith(start):
            return words
    return check.replace("in_range(", "a number in the range (").replace("str_matches(", "text like (")


@functools.cache
def _controls(root: Path) -> pd.DataFrame:
    table = _text_table("controls.csv", _bytes(root, "controls.csv"))
    if list(table.columns) != controls.COLUMNS:
        raise DataError(f"data/controls.csv: expected the columns {', '.join(controls.COLUMNS)}; found {', '.join(table.columns)}; {MEND}")
    return table


def _control_faults(name: str, table: pd.DataFrame, root: Path) -> Iterator[str]:
    """Faults against the control totals; slots have none, since readers fill them in."""
    if _register(root)["sha256"].get(FILES[name]) != SLOT:
        yield from (f"data/{FILES[name]}: {fault}; {MEND}" for fault in controls.faults(name, table, _controls(root)))


@functools.cache
def _load(name: str, root: Path) -> pd.DataFrame:
    if name not in FILES:
        raise DataError(f"no table is called {name!r}; there are {', '.join(FILES)}")
    content = _bytes(root, FILES[name])
    for fault in _checksum_fault(FILES[name], content, root):
        raise DataError(fault)
    table = parse(name, content)
    wrong = list(_control_faults(name, table, root))
    if wrong:
        raise DataError("\n".join(wrong))
    return table


def load(name: str, root: Path = ROOT) -> pd.DataFrame:
    """A table by its name in FILES, checked against the register, its schema and its control totals.

    Returns a fresh copy; its columns stand in data/README.md. DataError: one line a fault.
    """
    return _load(name, Path(root)).copy()


def problems(name: str, content: bytes, root: Path = ROOT, checksum: bool = True) -> Iterator[str]:
    """Every fault of one file's content: its checksum (unless told not to look), its schema and checks, its control totals, its rows."""
    file, entries = FILES[name], _register(root)
    if checksum:
        yield from _checksum_fault(file, content, root)
    try:
        table = parse(name, content)
        yield from _control_faults(name, table, root)
    except DataError as error:
        yield from str(error).splitlines()
        return
    if file in entries.index and entries["rows"][file] not in (SLOT, str(len(table))):
        yield f"data/{file}: has {len(table)} rows, data/sources.csv says {entries['rows'][file]}"


def faults(root: Path = ROOT) -> Iterator[str]:
    """Every fault of every file in data/: checksum, content, a wrong row count, tables that disagree, files that nobody registered."""
    try:
        entries = _register(root)
    except DataError as error:
        yield str(error)
        return
    whole = True
    for name, file in FILES.items():
        try:
            found = list(problems(name, _bytes(root, file), root))
        except DataError as error:
            found = str(error).splitlines()
        whole &= not found
        yield from found
    if whole:  # only then is a disagreement between two tables not the echo of a fault in one
        yield from agreement.every_fault(functools.partial(load, root=root))
    known = {*FILES.values(), *entries.index}
    for path in sorted([*root.glob("official/*"), *root.glob("published/*")]):
        if path.relative_to(root).as_posix() not in known:
            yield f"data/{path.relative_to(root).as_posix()}: nobody knows this file; register it in data/sources.csv or remove it"


def sources(*table_names: str, root: Path = ROOT) -> pd.DataFrame:
    """Where tables come from, as a reader needs it: file, publisher, title, release, licence, caveats."""
    files = [FILES[name] for name in table_names]
    return _register(root).loc[files, ["publisher", "title", "release", "licence", "address", "caveats"]]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.data", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the data folder (default: the project's)")
    found = list(faults(parser.parse_args(arguments).root))
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

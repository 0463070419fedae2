"""Anti-social behaviour incidents and crimes by force and month, from data.police.uk's archive.

DuckDB reads a few files at a time, so memory does not grow with their number.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import glob
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
from tqdm import tqdm

from helpers.ingest import archive
from helpers.ingest.archive import CHUNK, CorruptFile, Part, StreetError

INCIDENT = "Anti-social behaviour"
NEEDED = ("Month", "Crime type")
WORKERS = 2  # files at a time


class Counted(NamedTuple):
    """The counts (force, month, incidents, crimes; sorted) and a line for every file left out."""

    table: pd.DataFrame
    skipped: list[str]


def examine(part: Part, path: Path) -> tuple[str, ...]:
    """The header of a file that is all UTF-8 and ends with a whole line; CorruptFile otherwise."""
    decoder, first, last = codecs.getincrementaldecoder("utf-8")(), b"", b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            first, last = first or chunk, chunk
            try:
                if not chunk.isascii() or decoder.getstate()[0]:  # most are ASCII
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                raise CorruptFile(f"{part.label}: is not UTF-8 text") from None
    if not first:
        raise CorruptFile(f"{part.label}: is empty")
    line = re.split(rb"[\r\n]", first, maxsplit=1)[0].decode("utf-8-sig")
    header = tuple(next(csv.reader([line]), ()))
    if missing := [column for column in NEEDED if header.count(column) != 1]:
        found = ", ".join(map(repr, header[:12]))[:200]
        raise CorruptFile(f"{part.label}: needs the column {missing[0]!r} once; found {found}")
    if not last.endswith((b"\n", b"\r")):
        raise CorruptFile(f"{part.label}: is cut off in its last row")
    return header


QUERY = """
SELECT min({month}), max({month}), count(*), least(count({month}), count({kind})),
    count(*) FILTER ({kind} = $2)
FROM read_csv($1, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',',
    quote = '"', escape = '"')"""


def tally(part: Part, path: Path, connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Incidents and crimes of one file. CorruptFile, or StreetError for rows of another month."""
    header = examine(part, path)
    # names of our own: a header may hold anything
    month, kind = (f"c{header.index(column)}" for column in NEEDED)
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(len(header)))
    query = QUERY.format(month=month, kind=kind, columns=columns)
    try:
        found = connection.execute(query, [glob.escape(str(path)), INCIDENT]).fetchone()
    except duckdb.InvalidInputException as error:
        line = re.search(r"on Line: (\d+)", str(error))
        shape = re.search(r"Number of Columns: (\d+) Found: (\d+)", str(error))
        why = "no valid CSV, as with a quotation mark that is not closed"
        why = f"{shape[2]} columns, not {shape[1]}" if shape else why
        where = f"line {line[1]}" if line else "a line"
        raise CorruptFile(f"{part.label}: {where} has {why}") from None
    first, last, rows, whole, incidents = found
    if not rows:
        raise CorruptFile(f"{part.label}: has a header and no rows")
    if whole < rows:
        raise CorruptFile(f"{part.label}: {rows - whole} rows lack the month or the crime type")
    if {first, last} != {part.month}:
        other = last if first == part.month else first
        what = f"has rows of {other!r}, but its name says {part.month}; rename or remove it"
        raise StreetError(f"{part.label}: {what}")
    return incidents, rows - incidents


def count(path: Path | str, skip_corrupt: bool = False, skip_unknown: bool = False) -> Counted:
    """Incidents and crimes (every other row) by force and month, and the files left out.

    `path`: a folder of street-level files or a zip of one. StreetError names the file; a corrupt
    one, or one of a force not known, only if not to be skipped.
    """
    path, rows, skipped = Path(path), [], []
    with contextlib.ExitStack() as stack:
        if packed := archive.opened(path):
            stack.enter_context(packed)
        files, unknown = archive.named(archive.entries(path, packed))
        if unknown and not skip_unknown:
            raise StreetError(f"{unknown[0]}; to leave such files out: --skip-unknown")
        todo, copies = archive.once(files)
        if not todo:
            raise StreetError(f"{path}: holds no file called like 2014-01-norfolk-street.csv")
        limits = {"memory_limit": "512MB", "threads": 1, "preserve_insertion_order": False}
        connection = stack.enter_context(duckdb.connect(config=limits))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="street-"))
        pool = stack.enter_context(ThreadPoolExecutor(WORKERS))

        def work(part: Part) -> tuple[int, int] | CorruptFile:
            try:
                with archive.unpacked(part, packed, folder) as file, connection.cursor() as cursor:
                    return tally(part, file, cursor)
            except CorruptFile as error:
                return error

        results = tqdm(pool.map(work, todo), "street level", len(todo), unit="file", disable=None)
        for part, result in zip(todo, results, strict=True):
            if not isinstance(result, CorruptFile):
                rows.append((part.force, part.month, *result))
            elif skip_corrupt:
                skipped.append(str(result))
            else:
                pool.shutdown(cancel_futures=True)
                how = "fetch it again, or leave it out with --skip-corrupt"
                raise StreetError(f"{result}; {how}")
    columns = ["force", "month", "incidents", "crimes"]
    return Counted(pd.DataFrame(rows, columns=columns), [*unknown, *copies, *skipped])

"""Anti-social behaviour incidents and crimes by force and month, from data.police.uk's archive.

The archive is a folder, however deep, of files called YYYY-MM-force-street.csv, or a zip of one as
it is served. DuckDB reads a few files at a time, so memory does not grow with their number.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import glob
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import duckdb
import pandas as pd
from tqdm import tqdm

from helpers import areas
from helpers.data import DataError
from helpers.ingest.opening import broke_off

INCIDENT = "Anti-social behaviour"
STREET = "*-street*.csv"
NEEDED = ("Month", "Crime type")
NAME = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))-(.+)-street.*\.csv")  # or …-street (1).csv
LEFT_OUT = "northern-ireland"  # Police Service of Northern Ireland: neither England nor Wales
# Of a zip, unpacked: the archive's own come to a few GB, about 10 times the zip
MOST_BYTES, MOST_RATIO = 50 * 10**9, 50
WORKERS, CHUNK = 2, 1 << 18  # files at a time; bytes a read
Source = Path | zipfile.ZipInfo


class StreetError(DataError):
    """The archive cannot be counted. One line: which file, what is wrong, how to go on."""


class CorruptFile(StreetError):
    """One file cannot be read; `--skip-corrupt` leaves it out."""


class Part(NamedTuple):
    """One file of the archive: what its name says, what to call it, and where it lies."""

    force: str
    month: str
    name: str  # without what a second copy has in it, as ' (1)'
    label: str
    source: Source

    @property
    def copy(self) -> bool:
        """Whether this is a second copy of a file."""
        return not self.label.endswith(self.name)


class Counted(NamedTuple):
    """The counts (force, month, incidents, crimes; sorted) and a line for every file left out."""

    table: pd.DataFrame
    skipped: list[str]


def members(archive: zipfile.ZipFile, path: Path) -> list[tuple[str, zipfile.ZipInfo]]:
    """The street-level files of a zip. StreetError: one that leaves the folder, too big a zip."""
    for member in archive.infolist():
        name = member.filename
        inside = PurePosixPath(name.replace("\\", "/"))
        link = stat.S_ISLNK(member.external_attr >> 16)
        if inside.is_absolute() or ".." in inside.parts or ":" in name or link:
            raise StreetError(
                f"{path}: refused, since its member {name!r} points outside the zip's own folder"
            )
    wanted = [each for each in archive.infolist() if PurePosixPath(each.filename).match(STREET)]
    size = sum(member.file_size for member in wanted)
    if size > min(MOST_BYTES, MOST_RATIO * path.stat().st_size):
        raise StreetError(
            f"{path}: refused, since it would unpack to {size:,} bytes; the most is "
            f"{MOST_BYTES:,}, or {MOST_RATIO} times the zip"
        )
    return [(f"{path}/{member.filename}", member) for member in wanted]


def _force(slug: str) -> str:
    """The force in a file's name. ValueError: none of England and Wales."""
    force = areas.harmonise(slug)
    if force not in (*areas.FORCES, areas.TRANSPORT_POLICE):
        raise ValueError(f"{force!r} is not a police force")
    return force


def named(entries: Iterable[tuple[str, Source]]) -> tuple[list[Part], list[str]]:
    """The files with what their names say, and a line on each of a force that is not known."""
    found, unknown = [], []
    for label, source in sorted(entries, key=lambda entry: entry[0]):
        name = PurePosixPath(label.replace("\\", "/")).name
        label = "".join(letter if letter.isprintable() else "?" for letter in label)
        match = NAME.fullmatch(name)
        if name.startswith(".") or (match and match[2] == LEFT_OUT):  # "._": what macOS leaves
            continue
        if not match:
            raise StreetError(f"{label}: expected a name like 2014-01-norfolk-street.csv")
        try:
            plain = f"{match[1]}-{match[2]}-street.csv"
            found.append(Part(_force(match[2]), match[1], plain, label, source))
        except ValueError as error:
            unknown.append(f"{label}: {error}")
    return found, unknown


def once(files: Iterable[Part]) -> tuple[list[Part], list[str]]:
    """One file a force and month, in their order, and a line on each second copy.

    StreetError: a force's month twice, or in a second copy alone.
    """
    found: dict[tuple[str, str], Part] = {}
    copies = []
    for part in sorted(files, key=lambda part: (*part[:2], part.copy)):
        own, what = found.setdefault(part[:2], part), ", ".join(part[:2])
        if part.copy and own is part:
            only = f"is the only file of {what}; rename it to {part.name}, or remove it"
            raise StreetError(f"{part.label}: {only}")
        if part.copy:
            copies.append(f"{part.label}: a copy of {own.label}, which is used; remove it")
        elif own is not part:
            twice = f"holds {what}, as {own.label} does; remove one of them"
            raise StreetError(f"{part.label}: {twice}")
    return list(found.values()), copies


def examine(part: Part, path: Path) -> tuple[str, ...]:
    """The header of a file that is all UTF-8 and ends with a whole line; CorruptFile otherwise."""
    decoder, first, last = codecs.getincrementaldecoder("utf-8")(), b"", b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            first, last = first or chunk, chunk
            try:
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


@contextlib.contextmanager
def unpacked(part: Part, archive: zipfile.ZipFile | None, folder: str) -> Iterator[Path]:
    """Where the file can be read: in place, or copied out of the zip while it is needed."""
    if archive is None:
        yield part.source
        return
    target = Path(folder) / f"{part.month}-{areas.slug(part.force)}.csv"
    try:
        with archive.open(part.source) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        # RuntimeError: encrypted, or packed in an unknown way
        why = str(error) or "cut off"
        raise CorruptFile(f"{part.label}: cannot be unpacked ({why})") from None
    except OSError as error:
        why = f"({error.strerror}); make room, or name another folder by TMPDIR"
        raise StreetError(f"{target}: {part.label} cannot be unpacked there {why}") from None
    try:
        yield target
    finally:
        target.unlink()


def _opened(path: Path) -> zipfile.ZipFile | None:
    """The archive where it is a zip; None for a folder. StreetError: neither."""
    try:
        return None if path.is_dir() else zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or error
        if path.is_file() and broke_off(path):
            why = "it ends too soon: the download broke off; fetch it again"
        raise StreetError(f"{path}: is no folder and no whole zip file ({why})") from None


def count(path: Path | str, skip_corrupt: bool = False, skip_unknown: bool = False) -> Counted:
    """Incidents and crimes (every other row) by force and month, and the files left out.

    `path`: a folder of street-level files or a zip of one. StreetError names the file; a corrupt
    one, or one of a force not known, only if not to be skipped.
    """
    path, rows, skipped = Path(path), [], []
    with contextlib.ExitStack() as stack:
        if archive := _opened(path):
            stack.enter_context(archive)
        found = ((str(file), file) for file in path.rglob(STREET))
        files, unknown = named(members(archive, path) if archive else found)
        if unknown and not skip_unknown:
            raise StreetError(f"{unknown[0]}; to leave such files out: --skip-unknown")
        todo, copies = once(files)
        if not todo:
            raise StreetError(f"{path}: holds no file called like 2014-01-norfolk-street.csv")
        limits = {"memory_limit": "512MB", "threads": 1, "preserve_insertion_order": False}
        connection = stack.enter_context(duckdb.connect(config=limits))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="street-"))
        pool = stack.enter_context(ThreadPoolExecutor(WORKERS))

        def work(part: Part) -> tuple[int, int] | CorruptFile:
            try:
                with unpacked(part, archive, folder) as file, connection.cursor() as cursor:
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

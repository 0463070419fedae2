"""Anti-social behaviour incidents and crimes by force and month, counted from data.police.uk's own archive files.

    python -m helpers.street PATH                  the counts as CSV on standard output
    python -m helpers.street PATH --csv FILE       ... into a file
    python -m helpers.street PATH --skip-corrupt   ... leaving out the files that cannot be read, each named

PATH is a folder, however deep, of files called YYYY-MM-force-street.csv, or a zip of one as the archive serves it. DuckDB
reads the files a batch at a time, so memory does not grow with their number.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import csv
import glob
import re
import shutil
import signal
import stat
import sys
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

from helpers import data, names, words

INCIDENT = "Anti-social behaviour"
NEEDED = ("Month", "Crime type")
NAME = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))-(.+)-street\.csv")
LEFT_OUT = "northern-ireland"  # Police Service of Northern Ireland: neither England nor Wales
MOST_BYTES, MOST_RATIO = 50 * 10**9, 50  # of a zip, unpacked: the archive's own come to a few GB, about 10 times the zip
BATCH, CHUNK = 512 * 10**6, 1 << 18  # bytes a query, since each has a cost of its own; bytes a read


class StreetError(data.DataError):
    """The archive cannot be counted. One line: which file, what is wrong, how to go on."""


class CorruptFile(StreetError):
    """One file cannot be read; `--skip-corrupt` leaves it out."""


class Part(NamedTuple):
    """One file of the archive: what to call it, what its name says, and where it is (a member, if in a zip)."""

    label: str
    month: str
    force: str
    source: Path | zipfile.ZipInfo


class Counted(NamedTuple):
    """The counts (force, month, incidents, crimes; sorted) and a line for every corrupt file that was left out."""

    table: pd.DataFrame
    skipped: list[str]


def members(archive: zipfile.ZipFile, path: Path) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The street-level files of a zip. StreetError if any member would leave the folder, or the zip would grow too big."""
    wanted = [member for member in archive.infolist() if member.filename.endswith("-street.csv")]
    for member in archive.infolist():
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in member.filename or stat.S_ISLNK(member.external_attr >> 16):
            raise StreetError(f"{path}: refused, since its member {member.filename!r} points outside the zip's own folder")
    size = sum(member.file_size for member in wanted)
    if size > min(MOST_BYTES, MOST_RATIO * path.stat().st_size):
        raise StreetError(f"{path}: refused, since it would unpack to {size:,} bytes; the most is {MOST_BYTES:,}, or {MOST_RATIO} times the zip")
    return ((f"{path}/{member.filename}", member) for member in wanted)


def parts(entries: Iterable[tuple[str, Path | zipfile.ZipInfo]]) -> list[Part]:
    """The files with month and force as their names say, sorted. StreetError: a name not understood, a force-month twice."""
    found: dict[tuple[str, str], Part] = {}
    for label, source in sorted(entries, key=lambda entry: entry[0]):
        name = PurePosixPath(label.replace("\\", "/")).name
        label = "".join(letter if letter.isprintable() else "?" for letter in label)
        if name.startswith("."):  # what macOS leaves in a zip
            continue
        if not (match := NAME.fullmatch(name)):
            raise StreetError(f"{label}: expected a name like 2014-01-norfolk-street.csv")
        month, slug = match.groups()
        if slug == LEFT_OUT:
            continue
        try:
            force = names.harmonise(slug)
        except ValueError as error:
            raise StreetError(f"{label}: {error}") from None
        if force not in (*names.FORCES, names.TRANSPORT_POLICE):
            raise StreetError(f"{label}: {force!r} is not a police force")
        if (force, month) in found:
            raise StreetError(f"{label}: holds {force}, {month}, as {found[force, month].label} does; remove one of them")
        found[force, month] = Part(label, month, force, source)
    return [found[key] for key in sorted(found)]


def examine(part: Part, path: Path) -> tuple[str, ...]:
    """The header of a file that is all UTF-8 and ends with a whole line; CorruptFile otherwise."""
    decoder, first, last = codecs.getincrementaldecoder("utf-8")(), b"", b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            first, last = first or chunk, chunk
            if not (chunk.isascii() and decoder.getstate()[0] == b""):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    raise CorruptFile(f"{part.label}: is not UTF-8 text") from None
    if not first:
        raise CorruptFile(f"{part.label}: is empty")
    header = tuple(next(csv.reader([re.split(rb"[\r\n]", first, maxsplit=1)[0].decode("utf-8-sig")]), ()))
    if missing := [column for column in NEEDED if header.count(column) != 1]:
        raise CorruptFile(f"{part.label}: needs the column {missing[0]!r} once; found {', '.join(map(repr, header[:12]))[:200]}")
    if not last.endswith((b"\n", b"\r")):
        raise CorruptFile(f"{part.label}: is cut off in its last row")
    return header


def tally(connection: duckdb.DuckDBPyConnection, header: tuple[str, ...], files: dict[str, Part]) -> dict[Part, tuple[int, int]]:
    """Incidents and crimes of files (path -> part) that share a header. CorruptFile, or StreetError for rows of another month."""
    month, kind = (f"c{header.index(column)}" for column in NEEDED)  # names of our own: a header may hold anything
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(len(header)))
    try:
        found = {row[0]: row[1:] for row in connection.execute(
            f"""SELECT filename, min({month}), max({month}), count(*), least(count({month}), count({kind})), count(*) FILTER ({kind} = $2)
            FROM read_csv($1, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', filename = true)
            GROUP BY filename""", [[glob.escape(path) for path in files], INCIDENT]).fetchall()}
    except duckdb.InvalidInputException as error:
        line, shape = re.search(r"on Line: (\d+)", str(error)), re.search(r"Number of Columns: (\d+) Found: (\d+)", str(error))
        why = f"{shape[2]} columns, not {shape[1]}" if shape else "no valid CSV, as with a quotation mark that is not closed"
        raise CorruptFile(f"{next(iter(files.values())).label}: {f'line {line[1]}' if line else 'a line'} has {why}") from None
    counts = {}
    for path, part in files.items():
        first, last, rows, whole, incidents = found.get(path, ("", "", 0, 0, 0))
        if not rows or whole < rows:
            raise CorruptFile(f"{part.label}: " + (f"{rows - whole} rows lack the month or the crime type" if rows else "has a header and no rows"))
        if {first, last} != {part.month}:
            raise StreetError(f"{part.label}: has rows of {last if first == part.month else first!r}, but its name says {part.month}; rename or remove it")
        counts[part] = (incidents, rows - incidents)
    return counts


def batches(todo: list[Part]) -> Iterator[list[Part]]:
    """The files in order, so many at a time that they come to about BATCH bytes when unpacked, each by itself if larger."""
    batch, size = [], 0
    for part in todo:
        more = part.source.file_size if isinstance(part.source, zipfile.ZipInfo) else part.source.stat().st_size
        if batch and size + more > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += more
    yield batch


def unpacked(part: Part, archive: zipfile.ZipFile | None, folder: Path) -> Path:
    """Where the file can be read: in place, or a member copied into `folder` under a name of our own."""
    if archive is None:
        return part.source
    target = folder / f"{part.month}-{names.slug(part.force)}.csv"
    try:
        with archive.open(part.source) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: encrypted, or packed in an unknown way
        raise CorruptFile(f"{part.label}: cannot be unpacked ({str(error) or 'cut off'})") from None
    return target


def prepare(batch: list[Part], archive: zipfile.ZipFile | None, folder: Path) -> tuple[dict[tuple[str, ...], dict[str, Part]], list[str]]:
    """Files that can be read, by their header, and a line for each that is corrupt."""
    alike: dict[tuple[str, ...], dict[str, Part]] = {}
    corrupt = []
    for part in batch:
        try:
            file = unpacked(part, archive, folder)
            alike.setdefault(examine(part, file), {})[str(file)] = part
        except CorruptFile as error:
            corrupt.append(str(error))
    return alike, corrupt


def tally_all(connection: duckdb.DuckDBPyConnection, alike: dict[tuple[str, ...], dict[str, Part]]) -> tuple[dict[Part, tuple[int, int]], list[str]]:
    """The counts of files by their header, and a line for each that is corrupt."""
    counts, corrupt = {}, []
    for header, files in alike.items():
        try:
            counts |= tally(connection, header, files)
        except CorruptFile:  # which one? each by itself
            for path, part in files.items():
                try:
                    counts |= tally(connection, header, {path: part})
                except CorruptFile as error:
                    corrupt.append(str(error))
    return counts, corrupt


def count(path: Path | str, skip_corrupt: bool = False) -> Counted:
    """Incidents and crimes (every other row) by force and month, with the corrupt files that were left out.

    `path`: a folder of street-level files or a zip of one. StreetError names the file; a corrupt one only if not to be skipped.
    """
    path, counts, skipped = Path(path), {}, []
    with contextlib.ExitStack() as stack:
        try:
            archive = None if path.is_dir() else stack.enter_context(zipfile.ZipFile(path))
        except (OSError, zipfile.BadZipFile) as error:
            raise StreetError(f"{path}: is no folder and no whole zip file ({getattr(error, 'strerror', None) or error})") from None
        todo = parts(members(archive, path) if archive else ((str(file), file) for file in path.rglob("*-street.csv")))
        if not todo:
            raise StreetError(f"{path}: holds no file called like 2014-01-norfolk-street.csv")
        connection = stack.enter_context(duckdb.connect(config={"memory_limit": "512MB", "threads": 2, "preserve_insertion_order": False}))
        bar = stack.enter_context(tqdm(total=len(todo), unit="file", desc="street level", disable=None))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="street-")))
        pool = stack.enter_context(ThreadPoolExecutor(1))  # it prepares the next files while DuckDB counts these
        rest = batches(todo)
        following = pool.submit(prepare, next(rest), archive, folder)
        while following:
            alike, corrupt = following.result()
            batch = next(rest, None)
            following = batch and pool.submit(prepare, batch, archive, folder)  # one ahead, so that a zip never lies unpacked in whole
            found, more = tally_all(connection, alike)
            if (corrupt := corrupt + more) and not skip_corrupt:
                raise StreetError(f"{corrupt[0]}; fetch it again, or leave it out with --skip-corrupt")
            if archive:
                for file in (file for files in alike.values() for file in files):
                    Path(file).unlink()
            counts |= found
            skipped += corrupt
            bar.update(len(found) + len(corrupt))
    rows = sorted((part.force, part.month, *numbers) for part, numbers in counts.items())
    return Counted(pd.DataFrame(rows, columns=["force", "month", "incidents", "crimes"]), skipped)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.street", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, metavar="PATH", help="a folder of street-level files, or a zip of one")
    parser.add_argument("--csv", metavar="FILE", default="-", help="where the counts go (default: -, standard output)")
    parser.add_argument("--skip-corrupt", action="store_true", help="leave out files that cannot be read, and name each")
    args = parser.parse_args(arguments)
    try:
        table, skipped = count(args.path, args.skip_corrupt)
        for line in skipped:
            print(f"left out: {line}", file=sys.stderr)
        words.deliver(table.to_csv(index=False, lineterminator="\n"), args.csv)
    except (StreetError, OSError, duckdb.Error) as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a killed run removes its temporary folder too
    sys.exit(main())

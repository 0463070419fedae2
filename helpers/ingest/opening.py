"""Opens what publishers serve (CSV, CSV.GZ, ODS, XLSX, or a folder of them), sheet by sheet.

A workbook's reader holds one sheet (of an ODS file all of them), whatever the number of files.
"""

from __future__ import annotations

import csv
import gc
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import python_calamine as calamine

from helpers.data import DataError

CSV, WORKBOOK = (".csv", ".csv.gz"), (".ods", ".xls", ".xlsx")
LARGEST = 4 * 2**30  # bytes unpacked: the largest file that is served comes to half a gigabyte
WORKERS, SMALL = 2, 100 * 2**20  # sheets at a time, where none has more bytes unpacked
# RuntimeError: a zip that says it is packed in an unknown way
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, calamine.CalamineError)
UNREADABLE = (*DAMAGED, OSError, ValueError, csv.Error)
Row = list[object]
Made = TypeVar("Made")


class Job(NamedTuple):
    """What is read at a time: one sheet of an XLSX, or a whole file ('' for its sheet)."""

    path: Path
    sheet: str = ""
    small: bool = True


def _is_csv(path: Path) -> bool:
    return path.name.lower().endswith(CSV)


def files(path: Path) -> list[Path]:
    """The file, or those of a folder. DataError: none is there, or of another format."""
    suffixes = (*CSV, *WORKBOOK)
    what = "the folder holds no file" if path.is_dir() else "expected a file"
    every = sorted(path.iterdir()) if path.is_dir() else [path]
    found = [file for file in every if file.name.lower().endswith(suffixes)]
    if not found:
        raise DataError(f"{path}: {what} ending in {', '.join(suffixes)}")
    return found


def _jobs(path: Path) -> list[Job]:
    if not path.stat().st_size:
        raise ValueError("the file is empty")
    if _is_csv(path) or path.suffix.lower() == ".xls":
        return [Job(path)]
    with zipfile.ZipFile(path) as archive:
        sizes = [part.file_size for part in archive.infolist()]
    if sum(sizes) > LARGEST:
        raise ValueError("unpacks to more than four gigabytes")
    small = max(sizes, default=0) < SMALL
    if path.suffix.lower() == ".ods":  # to open it is to read all of it
        return [Job(path, small=small)]
    with calamine.CalamineWorkbook.from_path(path) as book:
        return [Job(path, sheet, small) for sheet in book.sheet_names]


def sheets(job: Job) -> Iterator[tuple[str, Iterator[Row]]]:
    """Name and rows of the job's sheets; a CSV is one sheet without a name."""
    if _is_csv(job.path):
        opened = gzip.open if job.path.suffix.lower() == ".gz" else open
        with opened(job.path, "rt", encoding="utf-8-sig", newline="") as file:
            yield "", csv.reader(file)
    else:
        with calamine.CalamineWorkbook.from_path(job.path) as book:
            for name in [job.sheet] if job.sheet else book.sheet_names:
                yield name, book.get_sheet_by_name(name).iter_rows()


def broke_off(path: Path) -> bool:
    """Whether a zip has its beginning but not its end, where its list of contents stands."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" and not zipfile.is_zipfile(path)


def _reason(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, UnicodeError):
        return "not UTF-8 text"
    if isinstance(error, EOFError) or (isinstance(error, DAMAGED) and broke_off(path)):
        return "it ends too soon: the download broke off; fetch it again"
    why = getattr(error, "strerror", None) or " ".join(str(error).split())
    return "damaged" if isinstance(error, DAMAGED) else why


def _guarded(work: Callable[..., Made], path: Path, *job: Job) -> Made:
    try:
        return work(*job or [path])
    except DataError:
        raise
    except UNREADABLE as error:
        kind = "a CSV table" if _is_csv(path) else "a workbook"
        raise DataError(f"{path}: cannot be read as {kind} ({_reason(path, error)})") from None


def each_of(path: Path, work: Callable[[Job], Made]) -> list[tuple[Path, Made]]:
    """What `work` makes of every job of a file or a folder, in order; two at a time, if small.

    DataError: the first that a job raises, or the file that cannot be read.
    """
    jobs = [job for file in files(path) for job in _guarded(_jobs, file)]
    pool = ThreadPoolExecutor(WORKERS if all(job.small for job in jobs) else 1)
    collects = gc.isenabled()
    gc.disable()  # rows by the million, none of them in a circle
    try:
        done = pool.map(lambda job: _guarded(work, job.path, job), jobs)
        return [(job.path, made) for job, made in zip(jobs, done, strict=True)]
    finally:
        pool.shutdown(cancel_futures=True)
        if collects:
            gc.enable()

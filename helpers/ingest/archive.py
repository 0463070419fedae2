"""What data.police.uk's archive holds: a file a force and month, in a folder or a zip of one.

Files are called YYYY-MM-force-street.csv and may lie however deep.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from helpers import areas
from helpers.data import DataError
from helpers.ingest.opening import broke_off

STREET = "*-street*.csv"
NAME = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))-(.+)-street.*\.csv")  # or …-street (1).csv
LEFT_OUT = "northern-ireland"  # Police Service of Northern Ireland: neither England nor Wales
# Of a zip, unpacked: the archive's own come to a few GB, about 10 times the zip
MOST_BYTES, MOST_RATIO = 50 * 10**9, 50
CHUNK = 1 << 18  # bytes a read
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


def opened(path: Path) -> zipfile.ZipFile | None:
    """The archive where it is a zip; None for a folder. StreetError: neither."""
    try:
        return None if path.is_dir() else zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or error
        if path.is_file() and broke_off(path):
            why = "it ends too soon: the download broke off; fetch it again"
        raise StreetError(f"{path}: is no folder and no whole zip file ({why})") from None


def entries(path: Path, archive: zipfile.ZipFile | None) -> list[tuple[str, Source]]:
    """The street-level files with what to call them.

    StreetError: a zip with a file that leaves the folder, or too big.
    """
    if archive is None:
        return [(str(file), file) for file in path.rglob(STREET)]
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

"""Puts built files into the data folder together with their rows in the register, or none of it."""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from filelock import FileLock, Timeout

from helpers.data import FILES, DataError, agreement, load, parse, register
from helpers.data.register import sha256
from helpers.ingest import merging, missing, published
from helpers.ingest.builders import KINDS

STAGE = ".ingest"  # the folder in data/ where new files wait until all are there
REGISTER = "sources.csv"
TABLES = {file: name for name, file in FILES.items()}


class Built(NamedTuple):
    """A file's new content and, of a table that is built, what changes in it."""

    content: bytes
    change: merging.Change | None = None


def as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def replace_all(files: dict[str, bytes], root: Path) -> list[str]:
    """Replace files of the data folder, the register last; gives those that have other content now.

    All are written aside first, so that no file is ever half there. Where it stops between two of
    them, `python -m helpers.data` names those without a register to match; the next run, or
    `git checkout -- data`, puts that right.
    """
    aside = root / STAGE
    changed = [
        file
        for file, content in files.items()
        if not (root / file).exists() or (root / file).read_bytes() != content
    ]
    try:
        for file in changed:
            (aside / file).parent.mkdir(parents=True, exist_ok=True)
            (aside / file).write_bytes(files[file])
        for file in changed:
            (aside / file).replace(root / file)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return changed


def _noted(
    before: pd.Series, about: dict[str, str], change: merging.Change | None
) -> dict[str, str]:
    """What the register says of a file that changes; of rows that stay, what it said before too."""
    if not (change and change.keeps):
        return about
    release = " and ".join(dict.fromkeys([before["release"], about["release"]]))
    obtained = f"{about['obtained']}; other rows: {before['obtained']}"
    return about | {"release": release, "obtained": obtained}


def with_register(files: dict[str, Built], root: Path, about: dict[str, str]) -> dict[str, bytes]:
    """The files, and the register brought up to their content. DataError: a file not registered.

    `about` (release, as_at, obtained) is noted for files of data/official/ whose content changes,
    and for files of a report that are new. Where rows stay, so does the release that they are from.
    """
    table = published.registered(register(root), root, about)
    for file, (content, change) in files.items():
        if file not in table.index:
            raise DataError(
                f"data/{file}: has no row in data/sources.csv; add one with publisher, release "
                "and licence"
            )
        if file in TABLES:
            ours = parse(TABLES[file], content)
            table.loc[file, "rows"] = str(len(ours))
            table.loc[file, "caveats"] = missing.caveats(table.loc[file, "caveats"], ours)
        if table.loc[file, "sha256"] != sha256(content):
            table.loc[file, "sha256"] = sha256(content)
            if file.startswith("official/"):
                table.loc[file, list(about)] = _noted(table.loc[file], about, change)
    contents = {file: built.content for file, built in files.items()}
    return contents | {REGISTER: as_csv(table.reset_index())}


def disagreements(files: dict[str, Built], root: Path) -> list[str]:
    """Where the new tables of data/official/ do not agree with the rest of them, a line each."""
    new = {TABLES[file]: built.content for file, built in files.items() if file in TABLES}

    @functools.cache
    def either(name: str) -> pd.DataFrame:
        return parse(name, new[name]) if name in new else load(name, root)

    return list(agreement.every_fault(either)) if set(new) & set(KINDS) else []


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """One ingest into a data folder at a time; DataError for a second one, or no such folder.

    The lock lies in the temporary folder, by the data folder's name: none is ever left in data/.
    It goes with the process, even where one that was killed leaves the file.
    """
    if not root.is_dir():
        raise DataError(f"{root}: there is no such data folder")
    name = f"ingest-{sha256(str(root.resolve()).encode())[:16]}.lock"
    lock = FileLock(Path(tempfile.gettempdir()) / name)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        message = f"{root}: another ingest into this folder is running; wait for it"
        raise DataError(message) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes no open file
            Path(lock.lock_file).unlink()
        lock.release()


def renew(built: dict[str, Built], root: Path, about: dict[str, str]) -> list[str]:
    """Put files into the data folder; gives those that changed. DataError: nothing has changed."""
    if faults := disagreements(built, root):
        raise DataError("\n".join(faults))
    changed = replace_all(with_register(built, root, about), root)
    return [file for file in changed if file in built]

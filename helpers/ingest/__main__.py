"""Builds the tidy tables of data/official/ from the publishers' files; the register notes them.

    python -m helpers.ingest all FOLDER                every table, from a folder by publisher
    python -m helpers.ingest population_original FILE  one table, from one file
    python -m helpers.ingest incidents_street ARCHIVE  street-level files, in a folder or a zip
    python -m helpers.ingest published data/published  notes checksums after a change by hand; so
                                                       for another report, in data/published/FORCE

A newer release, which the register then names:

    python -m helpers.ingest recorded_crime_2023 FILE --release "21 January 2027" --as-at 2027-01-21

The same input gives the same bytes. Nothing in data/ changes unless every table has passed its own
checks and agrees with the others.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout
from tqdm import tqdm

from helpers import report
from helpers.data import FILES, ROOT, DataError, agreement, load, parse, register
from helpers.data.register import MEND, NO_ROWS, NOT_STATED, sha256
from helpers.ingest import published
from helpers.ingest.builders import KINDS

STAGE = ".ingest"  # the folder in data/ where new files wait until all are there
REGISTER = "sources.csv"
TABLES = {file: name for name, file in FILES.items()}


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def build(kind: str, path: Path, **options: bool) -> bytes:
    """The tidy table as the bytes of its file, checked as on loading. DataError, a line a fault."""
    content = _csv(KINDS[kind].build(path, **options))
    try:
        parse(kind, content)
    except DataError as error:
        text = str(error).replace(f"; {MEND}", "").replace(f"data/{FILES[kind]}: ", "")
        start = f"{path}: the table built from it is not as expected: "
        raise DataError("\n".join(start + line for line in text.splitlines())) from None
    return content


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


def with_register(files: dict[str, bytes], root: Path, about: dict[str, str]) -> dict[str, bytes]:
    """The files, and the register brought up to their content. DataError: a file not registered.

    `about` (release, as_at, obtained) is noted for files of data/official/ whose content changes,
    and for files of a report that are new.
    """
    table = published.registered(register(root), root, about)
    for file, content in files.items():
        if file not in table.index:
            raise DataError(
                f"data/{file}: has no row in data/sources.csv; add one with publisher, release "
                "and licence"
            )
        if file in TABLES:
            table.loc[file, "rows"] = str(len(parse(TABLES[file], content)))
        if table.loc[file, "sha256"] != sha256(content):
            table.loc[file, "sha256"] = sha256(content)
            if file.startswith("official/"):
                table.loc[file, list(about)] = list(about.values())
    return files | {REGISTER: _csv(table.reset_index())}


def disagreements(files: dict[str, bytes], root: Path) -> list[str]:
    """Where the new tables of data/official/ do not agree with the rest of them, a line each."""
    new = {TABLES[file]: content for file, content in files.items() if file in TABLES}

    @functools.cache
    def either(name: str) -> pd.DataFrame:
        return parse(name, new[name]) if name in new else load(name, root)

    return list(agreement.every_fault(either)) if set(new) & set(KINDS) else []


def renew(
    make: Callable[[], dict[str, bytes]], root: Path, about: dict[str, str]
) -> dict[str, bytes]:
    """Build files with `make` and put them into the data folder; gives those that changed.

    One ingest at a time. DataError: nothing has changed.
    """
    if not root.is_dir():
        raise DataError(f"{root}: there is no such data folder")
    try:
        with FileLock(root / f"{STAGE}.lock").acquire(timeout=0):
            built = make()
            if faults := disagreements(built, root):
                raise DataError("\n".join(faults))
            changed = replace_all(with_register(built, root, about), root)
            return {file: built[file] for file in changed if file in built}
    except Timeout:
        raise DataError(
            f"{root}: another ingest into this folder is running; wait for it"
        ) from None


def _date(text: str) -> str:
    try:
        return text if text == NOT_STATED else dt.date.fromisoformat(text).isoformat()
    except ValueError:
        message = f"expected a day as in 2027-01-21, found {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m helpers.ingest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add, kinds = parser.add_argument, ["all", "published", *KINDS]
    add("kind", choices=kinds, metavar="KIND", help=", ".join(kinds))
    add(
        "path", type=Path, metavar="PATH", help="the publisher's file; for 'all' the folder of them"
    )
    add("--release", default=NOT_STATED, help="the file's release, for the register")
    add("--as-at", default=NOT_STATED, metavar="DATE", type=_date, help="its day, as in 2027-01-21")
    skip = "incidents_street: leave out files that cannot be read, and name each"
    add("--skip-corrupt", action="store_true", help=skip)
    add("--root", type=Path, default=ROOT, help="the data folder (default: the project's)")
    args = parser.parse_args(arguments)
    if args.skip_corrupt and args.kind != "incidents_street":
        parser.error("--skip-corrupt goes with incidents_street only")
    return args


def main(arguments: list[str] | None = None) -> int:
    args = _arguments(arguments)
    options = {"skip_corrupt": True} if args.skip_corrupt else {}
    wanted = {args.kind: args.path}
    if args.kind == "all":
        wanted = {kind: args.path / KINDS[kind].path for kind in KINDS}
    about = {
        "release": " ".join(args.release.split()) or NOT_STATED,
        "as_at": args.as_at,
        "obtained": f"Ingested from {args.path.resolve().name}",
    }

    if args.kind == "published":
        try:
            force = report.read(args.path.resolve())["force"]
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
        if force != report.FORCE:  # the names of its files are settled at import
            return report.again(force, "helpers.ingest", arguments or sys.argv[1:])

    def make() -> dict[str, bytes]:
        if args.kind == "published":
            return published.build(args.path, args.root)
        bar = tqdm(wanted.items(), unit="table", disable=None if len(wanted) > 1 else True)
        return {FILES[kind]: build(kind, path, **options) for kind, path in bar}

    try:
        changed = renew(make, args.root, about)
        rows = register(args.root)["rows"]
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or args.root}: {error.strerror or error}", file=sys.stderr)
        return 1
    for file in [FILES[kind] for kind in wanted if kind in FILES] or changed:
        count = "" if rows[file] == NO_ROWS else f"{int(rows[file]):,} rows, "
        print(f"data/{file}: {count}{'changed' if file in changed else 'as before'}")
    if args.kind == "published":
        print(f"data/{report.PLACE}: checked and noted in data/sources.csv")
    if official := [file for file in changed if file.startswith("official/")]:
        hint = " (say which with --release and --as-at)" if NOT_STATED in about.values() else ""
        print(
            f"data/sources.csv: the release of {', '.join(official)} is now {about['release']!r}, "
            f"as at {args.as_at!r}{hint}; see that the caveats and ratings there still hold"
        )
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary files go too
    sys.exit(main())

"""Builds the tidy tables of data/official/ from the publishers' files, and notes them in the register.

    python -m helpers.ingest all ../shared/raw         every table, from a folder laid out by publisher
    python -m helpers.ingest population_original FILE  one table, from one file
    python -m helpers.ingest incidents_street ARCHIVE  a folder of data.police.uk's street-level files, or a zip of one
    python -m helpers.ingest recorded_crime_2023 FILE --release "21 January 2027" --as-at 2027-01-21
                                                       a newer release, which the register then names

The same input gives the same bytes. Nothing in data/ changes unless every table has passed its own checks and agrees
with the others.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import functools
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout
from tqdm import tqdm

from helpers import agreement, controls, data, slots
from helpers.builders import KINDS

STAGE = ".ingest"  # the folder in data/ where new files wait and old ones are kept until all are replaced
NOT_STATED = "not stated"


def build(kind: str, path: Path, **options: bool) -> bytes:
    """The tidy table as the bytes of its file, checked as on loading. DataError, a line a fault, when a check fails."""
    content = KINDS[kind].build(path, **options).to_csv(index=False, lineterminator="\n").encode()
    try:
        data.parse(kind, content)
    except data.DataError as error:
        faults = str(error).replace(f"; {data.MEND}", "").replace(f"data/{data.FILES[kind]}: ", "").splitlines()
        raise data.DataError("\n".join(f"{path}: the table built from it is not as expected: {fault}" for fault in faults)) from None
    return content


def published(folder: Path) -> dict[str, bytes]:
    """The files that hold what the report prints, checked; they are typed by hand, not built."""
    found = {}
    for name, file in data.FILES.items():
        if file.startswith("published/") and name not in slots.KEYS:
            found[file] = (folder / Path(file).name).read_bytes()
            data.parse(name, found[file])
    return found


def recover(root: Path) -> None:
    """Undo what an ingest that was killed half-way had replaced: the old files lie in the staging folder until it is done."""
    stage = root / STAGE
    if (stage / "replacing").exists():
        for old in [path for path in (stage / "old").rglob("*") if path.is_file()]:
            shutil.move(old, root / old.relative_to(stage / "old"))
    shutil.rmtree(stage, ignore_errors=True)


def replace_all(files: dict[str, bytes], root: Path) -> list[str]:
    """Replace files of the data folder, all or none, in the order given; those with the same content are not touched.

    Every new file is written aside first. When one cannot be put in its place, or the run is stopped, the old ones are put back.
    """
    changed = {file: content for file, content in files.items() if not (root / file).exists() or (root / file).read_bytes() != content}
    if not changed:
        return []
    stage = root / STAGE
    try:
        for file, content in changed.items():
            for folder in ("new", "old"):
                (stage / folder / file).parent.mkdir(parents=True, exist_ok=True)
            (stage / "new" / file).write_bytes(content)
            if (root / file).exists():
                shutil.copy2(root / file, stage / "old" / file)
        (stage / "replacing").touch()
        for file in changed:
            (stage / "new" / file).replace(root / file)
        (stage / "replacing").unlink()  # from here on it is done
    finally:
        recover(root)
    return list(changed)


def _rows(content: bytes) -> int:
    return content.count(b"\n") - 1


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).encode()


def with_registers(files: dict[str, bytes], root: Path, about: dict[str, str]) -> dict[str, bytes]:
    """The files, and after them the control totals and the register brought up to their content. DataError: a file not registered.

    `about` (release, as_at, obtained) goes into the register for every file of data/official/ whose content changes.
    """
    register, totals = data.register(root).reset_index(), pd.read_csv(root / "controls.csv", dtype=str, keep_default_na=False)
    table_of = {file: name for name, file in data.FILES.items()}
    for file, content in files.items():
        if file not in set(register["file"]):
            raise data.DataError(f"data/{file}: has no row in data/sources.csv; add one with publisher, release and licence")
        row = register["file"] == file
        if file.startswith("official/") and register.loc[row, "sha256"].item() != data.sha256(content):
            register.loc[row, list(about)] = list(about.values())
        register.loc[row, ["sha256", "rows"]] = data.sha256(content), str(_rows(content))
        name = table_of[file]
        totals = pd.concat([totals[totals["table"] != name], controls.totals(name, data.parse(name, content)).astype(str)])
    order = {name: i for i, name in enumerate(data.FILES)}
    totals = totals.sort_values("table", key=lambda column: column.map(order), kind="stable")
    return files | {"controls.csv": _csv(totals), "sources.csv": _csv(register)}


def disagreements(files: dict[str, bytes], root: Path) -> list[str]:
    """Where the new tables of data/official/ do not agree with the rest of them, a line each."""
    kinds = {file: kind for kind, file in data.FILES.items()}
    new = {kinds[file]: content for file, content in files.items() if file.startswith("official/")}

    @functools.cache
    def load(name: str) -> pd.DataFrame:
        return data.parse(name, new[name]) if name in new else data.load(name, root)
    return list(agreement.every_fault(load)) if new else []


def _forget() -> None:
    for cache in (data._register, data._load, data._controls):
        cache.cache_clear()


def renew(make: Callable[[], dict[str, bytes]], root: Path, about: dict[str, str]) -> dict[str, bytes]:
    """Build files with `make` and put them into the data folder, one ingest at a time; gives those that changed.

    DataError or OSError: nothing has changed.
    """
    if not root.is_dir():
        raise data.DataError(f"{root}: there is no such data folder")
    try:
        with FileLock(root / f"{STAGE}.lock").acquire(timeout=0):
            recover(root)
            _forget()
            built = make()
            if faults := disagreements(built, root):
                raise data.DataError("\n".join(faults))
            changed = replace_all(with_registers(built, root, about), root)
            _forget()
            return {file: built[file] for file in changed if file in built}
    except Timeout:
        raise data.DataError(f"{root}: another ingest into this folder is running; wait until it is done") from None


def _date(text: str) -> str:
    try:
        return text if text == NOT_STATED else dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day as in 2027-01-21, found {text!r}") from None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.ingest", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["all", "published", *KINDS], metavar="KIND", help=f"all, published, {', '.join(KINDS)}")
    parser.add_argument("path", type=Path, metavar="PATH", help="the publisher's file; for 'all' the folder of them, "
                        "for 'published' the project's data/published, whose checksums are noted after a change by hand")
    parser.add_argument("--release", default=NOT_STATED, help="the release that the file comes from, for the register")
    parser.add_argument("--as-at", default=NOT_STATED, metavar="DATE", type=_date, help="the day of that release, as in 2027-01-21")
    parser.add_argument("--skip-corrupt", action="store_true", help="incidents_street: leave out files that cannot be read, and name each")
    parser.add_argument("--root", type=Path, default=data.ROOT, help="the data folder (default: the project's)")
    args = parser.parse_args(arguments)
    if args.skip_corrupt and args.kind != "incidents_street":
        parser.error("--skip-corrupt goes with incidents_street only")
    options = {"skip_corrupt": True} if args.skip_corrupt else {}
    wanted = {kind: args.path / KINDS[kind].path for kind in KINDS} if args.kind == "all" else {args.kind: args.path}
    about = {"release": " ".join(args.release.split()) or NOT_STATED, "as_at": args.as_at, "obtained": f"Ingested from {args.path.resolve().name}"}

    def make() -> dict[str, bytes]:
        if args.kind == "published":
            return published(args.path)
        kinds = tqdm(wanted.items(), unit="table", disable=None if len(wanted) > 1 else True)
        return {data.FILES[kind]: build(kind, path, **options) for kind, path in kinds}

    try:
        changed = renew(make, args.root, about)
        rows = data.register(args.root)["rows"]
    except data.DataError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or args.root}: {error.strerror or error}", file=sys.stderr)
        return 1
    for file in [data.FILES[kind] for kind in wanted if kind in data.FILES] or [file for file in data.FILES.values() if file in changed]:
        print(f"data/{file}: {int(rows[file]):,} rows, {'changed' if file in changed else 'as before'}")
    if official := [file for file in changed if file.startswith("official/")]:
        hint = " (say which with --release and --as-at)" if NOT_STATED in about.values() else ""
        print(f"data/sources.csv: the release of {', '.join(official)} is now {about['release']!r}, as at {args.as_at!r}{hint}; "
              "see that the caveats and ratings there still hold")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Builds the tidy tables of data/official/ from the publishers' files; the register notes them.

    python -m helpers.ingest all FOLDER                every table, from a folder by publisher
    python -m helpers.ingest population_original FILE  one table, from one file
    python -m helpers.ingest incidents_street ARCHIVE  street-level files, in a folder or a zip
    python -m helpers.ingest published data/published  notes checksums after a change by hand; so
                                                       for another report, in data/published/FORCE

A newer release, which the register then names; first what it would change, and nothing written:

    python -m helpers.ingest --check recorded_crime_2023 FILE
    python -m helpers.ingest recorded_crime_2023 FILE --release "21 January 2027" --as-at 2027-01-21

Periods and forces that the file has replace those that are there; others stay, and are named. The
same input gives the same bytes. Nothing in data/ changes unless every table has passed its own
checks and agrees with the others.
"""

from __future__ import annotations

import argparse
import datetime as dt
import signal
import sys
from pathlib import Path

from tqdm import tqdm

from helpers import report
from helpers.data import FILES, ROOT, DataError, checks, parse, register
from helpers.data.register import MEND, NO_ROWS, NOT_STATED, read_bytes, sha256, text_table
from helpers.ingest import merging, missing, published
from helpers.ingest.builders import KINDS
from helpers.ingest.putting import TABLES, Built, alone, as_csv, disagreements, renew

# A builder's own option -> what it is called in a command
OPTIONS = {
    "names": "--column", "skip_corrupt": "--skip-corrupt", "skip_unknown": "--skip-unknown"
}  # fmt: skip


def build(
    kind: str, path: Path, root: Path = ROOT, replace: bool = False, **options: object
) -> Built:
    """The tidy table put into the one of the data folder `root`, or in its place; checked.

    DataError, a line a fault.
    """
    file, own = FILES[kind], KINDS[kind]
    folder = {"root": root} if "root" in own.options else {}
    new = text_table(file, as_csv(own.build(path, **folder, **options)))
    held = read_bytes(root, file) if (root / file).exists() else b""
    try:
        there = text_table(file, held) if held else new[:0]
        before, lost = there[list(new)] if len(there) else new[:0], False
    except (DataError, KeyError):
        before, lost = new[:0], True
    change = merging.merged(before, new, replace)
    known = register(root)["sha256"].get(file) == sha256(held)
    if not replace and (lost or (change.keeps and not known)):
        raise DataError(
            f"data/{file}: is not what the register says, so nothing is added to it; restore it "
            "with `git checkout -- data`, or replace all of it with --replace"
        )
    content = as_csv(change.after)
    try:
        parse(kind, content)
    except DataError as error:
        text = str(error).replace(f"; {MEND}", "").replace(f"data/{file}: ", "")
        start = f"{path}: the table built from it is not as expected: "
        raise DataError("\n".join(start + line for line in text.splitlines())) from None
    return Built(content, change)


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
    add("--check", action="store_true", help="say what would change, and write nothing")
    add("--replace", action="store_true", help="drop the rows that the file lacks")
    mapped = "a column of the file that is called otherwise, as in 'Closed in the quarter=closed'"
    add("--column", dest="names", action="append", type=_mapped, metavar="THEIRS=OURS", help=mapped)
    skip = "incidents_street: leave out, and name, files that cannot be read"
    add("--skip-corrupt", action="store_true", help=skip)
    add("--skip-unknown", action="store_true", help="the same of forces that are not known")
    add("--root", type=Path, default=ROOT, help="the data folder (default: the project's)")
    args = parser.parse_args(arguments)
    args.names = dict(args.names or ())
    args.options = {name: value for name in OPTIONS if (value := getattr(args, name))}
    for name in args.options:
        takers = [kind for kind in KINDS if name in KINDS[kind].options]
        if args.kind not in takers:
            parser.error(f"{OPTIONS[name]} goes with {', '.join(takers)} only")
    return args


def _mapped(text: str) -> tuple[str, str]:
    theirs, _, ours = text.rpartition("=")
    if not theirs.strip() or not ours.strip():
        raise argparse.ArgumentTypeError(f"expected THEIRS=OURS, found {text!r}")
    return ours.strip(), theirs.strip()


def _told(file: str, built: Built, state: str, rehearsed: bool = False) -> None:
    """Prints how a file changes: of a table which rows and gaps, of a rehearsal the sums too."""
    said = [f"data/{file}: {state}"]
    if built.change:
        said += merging.lines(built.change)
        said += merging.differences(built.change) if rehearsed else []
        if gaps := missing.gaps(parse(TABLES[file], built.content)):
            said.append(f"  missing as published: {gaps}")
        if rehearsed:
            count = len(checks.CHECKS.get(TABLES[file], ()))
            said.append(f"  passes its schema and its {count} checks")
    print(*said, sep="\n")


def rehearse(built: dict[str, Built], root: Path) -> int:
    """Prints what would change, and what stands against it; 1 where something does."""
    for file, each in built.items():
        old = (root / file).read_bytes() if (root / file).exists() else b""
        state = "as before" if old == each.content else "would change"
        if each.change:
            state = f"{len(each.change.before):,} rows -> {len(each.change.after):,}, {state}"
        _told(file, each, state, rehearsed=True)
    if faults := disagreements(built, root):
        print(*faults, sep="\n", file=sys.stderr)
        return 1
    print("Agrees with the other tables. Nothing was written.")
    return 0


def tell(built: dict[str, Built], changed: list[str], about: dict[str, str], root: Path) -> None:
    """Prints what an ingest did."""
    entries = register(root)
    for file, each in built.items():
        if file in changed or each.change:
            rows = entries["rows"][file]
            count = "" if rows == NO_ROWS else f"{int(rows):,} rows, "
            _told(file, each, f"{count}{'changed' if file in changed else 'as before'}")
    if official := [file for file in changed if file.startswith("official/")]:
        hint = " (say which with --release and --as-at)" if NOT_STATED in about.values() else ""
        release = ", ".join(dict.fromkeys(entries["release"][official]))
        print(
            f"data/sources.csv: the release of {', '.join(official)} is now {release!r}, "
            f"as at {about['as_at']!r}{hint}; see that the caveats and ratings there still hold"
        )


def _built(args: argparse.Namespace) -> dict[str, Built]:
    """What the files become; DataError."""
    if args.kind == "published":
        found = published.build(args.path, args.root)
        return {file: Built(content) for file, content in found.items()}
    wanted = {args.kind: args.path}
    if args.kind == "all":
        wanted = {kind: args.path / KINDS[kind].path for kind in KINDS}
    bar = tqdm(wanted.items(), unit="table", disable=None if len(wanted) > 1 else True)
    return {
        FILES[kind]: build(kind, path, args.root, args.replace, **args.options)
        for kind, path in bar
    }


def _ingest(args: argparse.Namespace) -> int:
    if args.check:
        return rehearse(_built(args), args.root)
    about = {
        "release": " ".join(args.release.split()) or NOT_STATED,
        "as_at": args.as_at,
        "obtained": f"Ingested from {args.path.resolve().name}",
    }
    with alone(args.root):
        built = _built(args)
        tell(built, renew(built, args.root, about), about, args.root)
    if args.kind == "published":
        print(f"data/{report.PLACE}: checked and noted in data/sources.csv")
    return 0


def main(arguments: list[str] | None = None) -> int:
    args = _arguments(arguments)
    try:
        force = published.force(args.path) if args.kind == "published" else report.FORCE
        if force != report.FORCE:  # the names of its files are settled at import
            return report.again(force, "helpers.ingest", arguments or sys.argv[1:])
        return _ingest(args)
    except DataError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        where = error.filename2 or error.filename or args.root
        why = f"{error.strerror or error}; mend that and run the same again"
        print(f"{where}: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary files go too
    sys.exit(main())

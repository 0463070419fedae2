"""Runs every notebook for a force and a year; writes executed notebooks and pages to read.

    python -m helpers.reproduce                            the report's force and year
    python -m helpers.reproduce --force Suffolk --year-ending 2016-06-30
    python -m helpers.reproduce --all-forces --jobs 2      all 43

Results go to OUT/<force>/ (OUT/<force>-<year ending>/ for another year). They are written aside
and moved into place when the run is over: one that is interrupted or fails leaves the last good
one as it was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import nbformat

from helpers import areas, measures, prose, report
from helpers.reproduce import building, running

FORCE, YEAR_ENDING = report.FORCE, f"{report.YEAR_ENDING:%Y-%m-%d}"


def save_in_place(notebooks: list[Path], jobs: int) -> list[running.Result]:
    """Run the committed notebooks for the report's force and year and save those that run."""
    parameters = {"FORCE": FORCE, "YEAR_ENDING": YEAR_ENDING}
    with tempfile.TemporaryDirectory() as runtime:
        results = running.run(notebooks, parameters, jobs, Path(runtime))
    for result in results:
        if result.error:
            print(f"FAILED  {result.error}", file=sys.stderr)
        else:
            prose.deliver(nbformat.writes(result.notebook) + "\n", str(result.path))
            print(f"{result.path.name}: done")
    return results


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line, checked. ValueError: one line on a mistake."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.reproduce",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--force", default=FORCE, help=f"one of the 43 forces (default: {FORCE})")
    add("--all-forces", action="store_true", help="every force, one after the other")
    add("--year-ending", default=YEAR_ENDING, help=f"last day of the year (default: {YEAR_ENDING})")
    add("--out", type=Path, default=Path("build"), help="where results go (default: build)")
    add("--jobs", type=int, default=2, help="notebooks run at the same time (default: 2)")
    add("--in-place", action="store_true", help="save the committed notebooks (for maintainers)")
    add("--notebooks", type=Path, default=running.NOTEBOOKS, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.forces = list(areas.FORCES) if args.all_forces else [areas.force(args.force)]
    args.end = measures.year_ending(args.year_ending)
    args.paths = sorted(args.notebooks.glob("[0-9]*.ipynb"))
    if args.jobs < 1:
        raise ValueError(f"--jobs takes a whole number from 1, not {args.jobs}")
    if not args.paths:
        raise ValueError(f"no notebooks in {args.notebooks}")
    if args.in_place and (args.forces, args.end) != ([FORCE], report.YEAR_ENDING):
        raise ValueError(
            f"--in-place saves the committed notebooks, which are for {FORCE} and the year to "
            f"{YEAR_ENDING}: leave it out for another force or year"
        )
    return args


def main(arguments: list[str] | None = None) -> int:
    prose.print_anywhere()
    try:
        args = parse(arguments)
        if args.in_place:
            results = save_in_place(args.paths, args.jobs)
        else:
            results = [
                result
                for force in args.forces
                for result in building.build(force, args.end, args.out, args.paths, args.jobs)
            ]
    except OSError as error:
        where = error.filename or args.out
        print(f"cannot write the results: {error.strerror or error}: {where}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; the last good run is untouched", file=sys.stderr)
        return 130
    return 1 if any(result.error for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())

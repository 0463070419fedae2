"""Runs every notebook for a force and a year; writes executed notebooks and pages to read.

    python -m helpers.reproduce                            the report's force and year
    python -m helpers.reproduce --force Suffolk --year-ending 2016-06-30
    python -m helpers.reproduce --all-forces --jobs 2      all 43, and a map to choose from

Results go to OUT/<force>/ (OUT/<force>-<year ending>/ for another year). They are written aside
and moved into place when a force is done: a run that is interrupted or fails leaves the last good
one as it was. A force whose report lies in data/published/<force>/ is run with that report. A
result that nothing has changed for (data, notebook, helpers, versions) is kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd

from helpers import areas, files, report
from helpers.reproduce import overview, plans

FORCE, YEAR_ENDING = report.FORCE, f"{report.YEAR_ENDING:%Y-%m-%d}"


def save_in_place(notebooks: list[Path], jobs: int) -> bool:
    """Run the committed notebooks for the report's force and year and save those that run; whether
    all did.
    """
    import nbformat

    from helpers.reproduce import forking, running

    good = True
    with tempfile.TemporaryDirectory() as runtime:
        todo = [running.Job(path, FORCE, YEAR_ENDING, Path(runtime)) for path in notebooks]
        for job, result in forking.run(todo, jobs):
            if result.error:
                print(f"FAILED  {result.error}", file=sys.stderr)
                good = False
            else:
                files.deliver(nbformat.writes(result.notebook) + "\n", str(job.path))
                print(f"{job.path.name}: done")
    return good


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line. ValueError: one line on a mistake."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.reproduce",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--force", action="append", help=f"one of the 43 forces, or several (default: {FORCE})")
    add("--all-forces", action="store_true", help="every force, and a page to choose from")
    add("--year-ending", default=YEAR_ENDING, help=f"last day of the year (default: {YEAR_ENDING})")
    add("--out", type=Path, default=Path("build"), help="where results go (default: build)")
    add("--jobs", type=int, default=2, help="notebooks run at the same time (default: 2)")
    add("--phones", action="store_true", help="draw exhibits narrow as well, as the site needs")
    add("--in-place", action="store_true", help="save the committed notebooks (for maintainers)")
    add("--notebooks", type=Path, default=plans.NOTEBOOKS, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    asked = areas.FORCES if args.all_forces else args.force or [FORCE]
    args.forces = list(dict.fromkeys(map(areas.force, asked)))
    args.paths = [path.resolve() for path in sorted(args.notebooks.glob("[0-9]*.ipynb"))]
    if args.jobs < 1:
        raise ValueError(f"--jobs takes a whole number from 1, not {args.jobs}")
    if not args.paths:
        raise ValueError(f"no notebooks in {args.notebooks}")
    own = (args.forces, args.year_ending, report.PLACE) == ([FORCE], YEAR_ENDING, report.HOME)
    if args.in_place and not own:
        raise ValueError(
            f"--in-place saves the committed notebooks, which are for {FORCE} and the year to "
            f"{YEAR_ENDING}: leave it out for another force or year"
        )
    return args


def unchanged(args: argparse.Namespace) -> list[overview.Done]:
    """All results, where none is to be made; else none. A year that is none has no results."""
    base, done = plans.foundation(), []
    for force in args.forces:
        final = args.out / overview.folder_name(force, args.end)
        plan = plans.plan(force, f"{args.end:%Y-%m-%d}", final, args.paths, base, args.phones)
        if not plan.whole:
            return []
        done.append(overview.unchanged(plan))
    return done


def with_its_report(force: str, args: argparse.Namespace) -> overview.Done:
    """One force's results with its own report, which another process has to read."""
    own = ["--force", force, "--out", str(args.out), "--jobs", str(args.jobs)]
    own += ["--notebooks", str(args.notebooks), *["--phones"] * args.phones]
    own += ["--year-ending", args.year_ending] if args.year_ending != YEAR_ENDING else []
    failed = report.again(force, "helpers.reproduce", own)
    place = args.out / overview.folder_name(force, pd.Timestamp(args.year_ending))
    made = plans.recorded(place)
    said = made.get(plans.START, {}).get("said", "")
    errors = ["see its own lines above"] if failed else []
    return overview.Done(force, place, len(made) - 1, len(made) - 1, errors, said)


def results(args: argparse.Namespace) -> list[overview.Done]:
    """All results, made where they are not there. ValueError: no such year."""
    args.end = pd.to_datetime(args.year_ending, errors="coerce")
    if not pd.isna(args.end) and (done := unchanged(args)):
        return done
    from helpers import measures  # here, as what draws and counts takes seconds to load

    args.end = measures.year_ending(args.year_ending)
    from helpers.reproduce import building

    return building.build(args.forces, args.end, args.out, args.paths, args.jobs, args.phones)


def main(arguments: list[str] | None = None) -> int:
    files.print_anywhere()
    try:
        args = parse(arguments)
        if args.in_place:
            return 0 if save_in_place(args.paths, args.jobs) else 1
        elsewhere = [force for force in args.forces if report.is_elsewhere(force)]
        args.forces = [force for force in args.forces if force not in elsewhere]
        done = results(args) if args.forces else []
        done += [with_its_report(force, args) for force in elsewhere]
        if args.forces:
            overview.tell(done, args.end, args.out)
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
    return 1 if any(each.errors for each in done) else 0


if __name__ == "__main__":
    sys.exit(main())

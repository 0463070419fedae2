"""One force's results: built aside and moved into place when they are whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from helpers import areas, claims, report
from helpers.reproduce import pages, running


def folder_name(force: str, end: pd.Timestamp) -> str:
    """'norfolk', or 'norfolk-2016-06-30' for another year than the report's."""
    return areas.slug(force) + ("" if end == report.YEAR_ENDING else f"-{end:%Y-%m-%d}")


def _work(final: Path) -> Path:
    return final.with_name(f".{final.name}.work")


@contextmanager
def alone(final: Path) -> Iterator[None]:
    """Only one run at a time writes to a folder; a second one says so and waits."""
    lock = FileLock(final.with_name(f".{final.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"another run is writing to {final}; waiting ...", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def tidy(final: Path) -> None:
    """Clear what a run left aside; the last good results come back if it died between renames."""
    work = _work(final)
    if (work / "old").exists() and not final.exists():
        (work / "old").replace(final)
    shutil.rmtree(work, ignore_errors=True)


def build(
    force: str, end: pd.Timestamp, out: Path, notebooks: list[Path], jobs: int = 2
) -> list[running.Result]:
    """Run the notebooks for one force and year into its folder under `out`.

    A run in which a notebook fails goes to '<folder>-failed'; the last good one stays.
    """
    final = out / folder_name(force, end)
    place, failed, work = final, final.with_name(f"{final.name}-failed"), _work(final)
    out.mkdir(parents=True, exist_ok=True)
    with alone(final):
        tidy(final)
        try:
            (work / "kernels").mkdir(parents=True, exist_ok=True)  # a dying kernel may still write
            parameters = {"FORCE": force, "YEAR_ENDING": f"{end:%Y-%m-%d}"}
            results = running.run(notebooks, parameters, jobs, (work / "kernels").resolve())
            pages.write(force, end, results, work / "new")
            errors = [result.error for result in results if result.error]
            shutil.rmtree(failed, ignore_errors=True)
            if errors:
                place = failed
            elif final.exists():
                final.replace(work / "old")
            (work / "new").replace(place)
        finally:
            tidy(final)
    for error in errors:
        print(f"FAILED  {error}", file=sys.stderr)
    ran = f"{len(results) - len(errors)} of {len(results)} notebooks ran"
    found = claims.summary(claims.ledger(force))
    print(f"{pages.heading(force, end)}: {ran}. Fact-check of the report, {found}")
    kept = f" ({final} is still the last good run)" if errors and final.exists() else ""
    print(f"Open {place / 'index.html'}{kept}")
    return results

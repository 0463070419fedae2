"""Forces' results: built aside, and each force's moved into place when all of it is whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nbformat
import pandas as pd
from tqdm import tqdm

from helpers import claims
from helpers.charts.style import DRAWN, PHONES
from helpers.reproduce import forking, overview, pages, plans
from helpers.reproduce.overview import Done
from helpers.reproduce.plans import Plan
from helpers.reproduce.running import Job, Result

tqdm.monitor_interval = 0  # no thread beside those that fork


def build(
    forces: list[str],
    end: pd.Timestamp,
    out: Path,
    notebooks: list[Path],
    jobs: int = 2,
    phones: bool = False,
) -> list[Done]:
    """Run what is to be run for some forces and a year, each into its folder under `out`.

    phones: exhibits are drawn narrow as well.

    A force with a notebook that fails goes to '<folder>-failed'; its last good run stays.
    """
    out.mkdir(parents=True, exist_ok=True)
    base, day, todo = plans.foundation(), f"{end:%Y-%m-%d}", {}
    with ExitStack() as stack:
        for force in forces:
            final = out / overview.folder_name(force, end)
            stack.enter_context(plans.alone(final))
            todo[force] = plans.plan(force, day, final, notebooks, base, phones)
        with drawn(PHONES if phones else "wide"):
            return _built(todo, end, jobs)


@contextmanager
def drawn(how: str) -> Iterator[None]:
    """Exhibits are drawn as SVG as well, by every process started meanwhile; for phones narrow."""
    os.environ[DRAWN] = how
    try:
        yield
    finally:
        del os.environ[DRAWN]


def _built(todo: dict[str, Plan], end: pd.Timestamp, workers: int) -> list[Done]:
    """Run the notebooks of all plans; as soon as a force has all of its own, deliver them."""
    jobs = [
        Job(path, force, plan.day, plans.aside(plan.final) / "kernels")
        for force, plan in todo.items()
        for path in plan.todo
    ]
    results: dict[str, list[Result]] = {force: [] for force in todo}
    whose = next(iter(todo)) if len(todo) == 1 else f"{len(todo)} forces"
    with tqdm(total=len(jobs), unit="notebook", desc=whose, disable=None) as bar:
        done = {force: deliver(plan, end, []) for force, plan in todo.items() if not plan.todo}
        for job, result in forking.run(jobs, workers, pages.finish):
            results[job.force].append(result)
            bar.update()
            if len(results[job.force]) == len(todo[job.force].todo):
                done[job.force] = deliver(todo[job.force], end, results.pop(job.force))
                if len(todo) > 1:
                    bar.write(f"{job.force}: {done[job.force]}")
    return [done[force] for force in todo]


def deliver(plan: Plan, end: pd.Timestamp, results: list[Result]) -> Done:
    """Write a force's results and what is kept of the last ones, and move all of it into place."""
    if plan.whole:
        return overview.unchanged(plan)
    ran = {result.path: result for result in results}
    whole = [ran[path] if path in ran else _kept(plan, path) for path in plan.marks]
    errors = [result.error for result in whole if result.error]
    found = claims.summary(claims.ledger(plan.force))
    whole = pages.framed(whole, pages.around(plan.force, end, whole))
    start = pages.start(plan.force, end, whole)
    marks = {path: plan.made.get(path.name, {}).get("from", of) for path, of in plan.marks.items()}
    made = {r.path.name: plans.entry(marks[r.path], r.files) for r in whole if not r.error}
    made[plans.START] = plans.entry(plan.start, start, found)
    record = {plans.MADE: (json.dumps(made, indent=1) + "\n").encode()}
    new = plans.aside(plan.final) / "new"
    for files in (start, record, *(result.files for result in whole)):
        _write(files, new)
    return Done(plan.force, _moved(plan.final, bool(errors)), len(ran), len(whole), errors, found)


def _kept(plan: Plan, path: Path) -> Result:
    files = {name: (plan.final / name).read_bytes() for name in plan.made[path.name]["files"]}
    notebook = nbformat.reads(files[path.name].decode(), as_version=4)
    return Result(path, notebook, "", files, plan.force)


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _moved(final: Path, failed: bool) -> Path:
    """Move what was built into place; where that is."""
    work, failures = plans.aside(final), final.with_name(f"{final.name}-failed")
    shutil.rmtree(failures, ignore_errors=True)
    if not failed and final.exists():
        final.replace(work / "old")
    place = failures if failed else final
    (work / "new").replace(place)
    shutil.rmtree(work, ignore_errors=True)
    return place

"""Runs every notebook for a force and a year, and writes executed notebooks and pages to read.

    python -m helpers.reproduce                                             Norfolk, year to June 2015
    python -m helpers.reproduce --force Suffolk --year-ending 2016-06-30    another force or year
    python -m helpers.reproduce --all-forces --jobs 2                       all 43

Results go to OUT/<force>/ (OUT/<force>-<year ending>/ for another year). They are written aside and moved into place
when the run is over, so that a run that is interrupted or fails leaves the last good one as it was.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import html
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
from filelock import FileLock, Timeout
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from tqdm import tqdm
from traitlets.config import Config

from helpers import charts, claims, measures, names, words

PROJECT = Path(__file__).resolve().parent.parent
NOTEBOOKS = PROJECT / "notebooks"
CELL_TIMEOUT = 300  # seconds


class Result(NamedTuple):
    """One notebook's run: where it got to, and in one line what stopped it ('' when nothing did)."""

    path: Path
    notebook: nbformat.NotebookNode
    error: str


def parameterise(notebook: nbformat.NotebookNode, **values: str) -> nbformat.NotebookNode:
    """The notebook, outputs cleared, with other values in its cell tagged `parameters`. ValueError: no such cell, or not that parameter in it."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code":  # what another run left must never stand where this run did not come to
            cell.outputs, cell.execution_count = [], None
    cell = next((c for c in copy.cells if "parameters" in c.metadata.get("tags", [])), None)
    if cell is None:
        raise ValueError("has no cell tagged 'parameters'")
    for name, value in values.items():
        cell.source, found = re.subn(rf"^{name} = .*$", lambda _, n=name, v=value: f"{n} = {v!r}".replace("'", '"'), cell.source, flags=re.MULTILINE)
        if not found:
            raise ValueError(f"sets no {name} in its cell tagged 'parameters'")
    return copy


def title(notebook: nbformat.NotebookNode) -> str:
    """The notebook's first heading."""
    return next((line[2:] for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("# ")), "Notebook")


def execute(path: Path, parameters: dict[str, str], on_cell: Callable[..., None] | None = None, runtime: Path | None = None) -> Result:
    """Run one notebook from top to bottom in a fresh kernel. An error in a cell is returned, not raised.

    What the kernel keeps (its connection file, IPython's profile) goes to the folder `runtime`: a run that is killed leaves
    nothing in the system's folders, and no start-up file of the user's changes a result.
    """
    try:
        notebook = parameterise(nbformat.read(path, as_version=4), **parameters)
    except (ValueError, OSError) as error:
        return Result(path, nbformat.v4.new_notebook(), f"{path.name}: {error}")
    where = Config({"KernelManager": {"connection_file": str(runtime / f"{path.stem}.json")}} if runtime else {})
    client = NotebookClient(notebook, config=where, timeout=CELL_TIMEOUT, kernel_name="python3", record_timing=False, extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": str(path.parent)}}, on_cell_executed=on_cell)
    try:
        environment = os.environ | {"PYTHONPATH": str(PROJECT)} | ({"IPYTHONDIR": str(runtime)} if runtime else {})
        asyncio.run(client.async_execute(env=environment))  # a loop of our own, which is closed
        problem = ""
    except CellExecutionError as error:
        number = next(i for i, c in enumerate(notebook.cells, 1) if any(o.output_type == "error" for o in c.get("outputs", [])))
        problem = f"{path.name}, cell {number}: {error.ename}: {str(error.evalue).splitlines()[0] if error.evalue else ''}"
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        problem = f"{path.name}: {str(error).splitlines()[0]}"
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"}, "title": title(notebook)})
    return Result(path, notebook, problem)


def page(notebook: nbformat.NotebookNode) -> str:
    """The notebook as one self-contained HTML page."""
    exporter = HTMLExporter(template_name="page", extra_template_basedirs=[str(Path(__file__).parent)])
    return exporter.from_notebook_node(notebook)[0]


def index(heading: str, results: list[Result]) -> str:
    """The start page: every notebook by its title, with the error of those that failed."""
    items = "\n".join(
        f'<li><a href="{r.path.stem}.html">{html.escape(title(r.notebook))}</a>{" – " + html.escape(r.error) if r.error else ""}</li>'
        for r in results)
    css = (Path(__file__).parent / "page" / "static" / "page.css").read_text(encoding="utf-8")
    return (f'<!DOCTYPE html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{html.escape(heading)}</title>\n'
            f"<style>{css}</style></head>\n<body><main><h1>{html.escape(heading)}</h1>\n<ol start=\"0\">\n{items}\n</ol></main></body>\n</html>\n")


def run(notebooks: list[Path], parameters: dict[str, str], jobs: int = 2, runtime: Path | None = None) -> Iterator[Result]:
    """Run notebooks side by side with a progress bar over their cells; results in the notebooks' order."""
    cells = {path: sum(c.cell_type == "code" for c in nbformat.read(path, as_version=4).cells) for path in notebooks}
    with tqdm(total=sum(cells.values()), unit="cell", desc=parameters["FORCE"], disable=None) as bar, ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(execute, path, parameters, lambda **_: bar.update(), runtime): path for path in notebooks}
        done = {futures[future]: future.result() for future in as_completed(futures)}
    yield from (done[path] for path in notebooks)


def write_exhibits(results: list[Result], folder: Path) -> None:
    """The picture and the table of every exhibit, named after it: figure_1.png, figure_1.csv."""
    folder.mkdir()
    for result in results:
        for output in (o for cell in result.notebook.cells for o in cell.get("outputs", []) if charts.EXHIBIT in o.get("data", {})):
            exhibit = output.data[charts.EXHIBIT]
            name = names.slug(exhibit["name"]).replace("-", "_")
            (folder / f"{name}.png").write_bytes(base64.b64decode(output.data["image/png"]))
            (folder / f"{name}.csv").write_text(exhibit["csv"], encoding="utf-8")


def _aside(final: Path, what: str) -> Path:
    return final.with_name(f".{final.name}.{what}")


def swap(new: Path, final: Path) -> None:
    """Put a finished folder in the place of the last one: two renames, which `recover` completes when a run dies between them."""
    if final.exists():
        final.replace(_aside(final, "old"))
    new.replace(final)
    shutil.rmtree(_aside(final, "old"), ignore_errors=True)


def recover(final: Path) -> None:
    """Tidy up after a run that was killed: its half-written folder goes, the last good one comes back to its place."""
    old = _aside(final, "old")
    if old.exists() and not final.exists():
        old.replace(final)
    for rest in (old, _aside(final, "new"), _aside(final, "kernels")):
        if rest.exists():
            shutil.rmtree(rest)


@contextmanager
def alone(final: Path) -> Iterator[None]:
    """Only one run at a time writes to a folder; a second one says so and waits. A run that dies lets go of the lock."""
    lock = FileLock(_aside(final, "lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"another run is writing to {final}; waiting for it to end ...", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def folder_name(force: str, year_ending: str) -> str:
    """'norfolk', or 'norfolk-2016-06-30' for another year than the report's."""
    return names.slug(force) + ("" if year_ending == f"{claims.REPORT_YEAR:%Y-%m-%d}" else f"-{year_ending}")


def reproduce(force: str, year_ending: str, out: Path, notebooks: list[Path], jobs: int = 2) -> list[Result]:
    """Run the notebooks for one force and year into its folder under `out`; a failed run goes to '<folder>-failed'."""
    final = out / folder_name(force, year_ending)
    out.mkdir(parents=True, exist_ok=True)
    heading = f"{force}, year to {words.day(measures.year_ending(year_ending))}"
    with alone(final):
        failed_place = final.with_name(f"{final.name}-failed")
        recover(final)
        recover(failed_place)
        new, kernels = _aside(final, "new"), _aside(final, "kernels")
        try:
            new.mkdir()
            kernels.mkdir()
            results = list(run(notebooks, {"FORCE": force, "YEAR_ENDING": year_ending}, jobs, kernels.resolve()))
            for result in results:
                nbformat.write(result.notebook, new / result.path.name)
                (new / f"{result.path.stem}.html").write_text(page(result.notebook), encoding="utf-8")
            (new / "index.html").write_text(index(heading, results), encoding="utf-8")
            write_exhibits(results, new / "exhibits")
            failed = [result for result in results if result.error]
            place = failed_place if failed else final
            swap(new, place)
            if not failed:
                shutil.rmtree(failed_place, ignore_errors=True)
        finally:  # a disk that is full is not left fuller
            for rest in (new, kernels):
                shutil.rmtree(rest, ignore_errors=True)
    for result in failed:
        print(f"FAILED  {result.error}", file=sys.stderr)
    print(f"{heading}: {len(results) - len(failed)} of {len(results)} notebooks ran. Fact-check of the report, {claims.summary(claims.ledger(force))}")
    print(f"Open {place / 'index.html'}" + (f" ({final} is still the last good run)" if failed and final.exists() else ""))
    return results


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.reproduce", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--force", default=claims.REPORT_FORCE, help="one of the 43 forces (default: Norfolk)")
    parser.add_argument("--all-forces", action="store_true", help="every force, one after the other")
    parser.add_argument("--year-ending", default=f"{claims.REPORT_YEAR:%Y-%m-%d}", help="last day of the 12 months (default: 2015-06-30)")
    parser.add_argument("--out", type=Path, default=Path("build"), help="where results go (default: build)")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at the same time (default: 2)")
    parser.add_argument("--notebooks", type=Path, default=NOTEBOOKS, help=argparse.SUPPRESS)
    parser.add_argument("--in-place", action="store_true", help="run the committed notebooks and save them where they are (for maintainers)")
    args = parser.parse_args(arguments)
    words.print_anywhere()
    try:
        forces = list(names.FORCES) if args.all_forces else [names.force(args.force)]
        year = f"{measures.year_ending(args.year_ending):%Y-%m-%d}"
        if args.jobs < 1:
            raise ValueError(f"--jobs takes a whole number from 1, not {args.jobs}")
        notebooks = sorted(args.notebooks.glob("[0-9]*.ipynb"))
        if not notebooks:
            raise ValueError(f"no notebooks in {args.notebooks}")
        if args.in_place:
            results = list(run(notebooks, {"FORCE": forces[0], "YEAR_ENDING": year}, args.jobs))
            for result in results:
                print(result.error or f"{result.path.name}: done", file=sys.stderr if result.error else sys.stdout)
                if not result.error:
                    nbformat.write(result.notebook, result.path)
        else:
            results = [r for force in forces for r in reproduce(force, year, args.out, notebooks, args.jobs)]
    except OSError as error:
        print(f"cannot write the results: {error.strerror or error}: {error.filename or args.out}", file=sys.stderr)
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

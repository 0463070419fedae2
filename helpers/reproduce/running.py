"""Running one notebook: parameters put in, from top to bottom in a kernel of its own."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from traitlets.config import Config

from helpers import report
from helpers.reproduce import unprinted
from helpers.reproduce.plans import NOTEBOOKS, PROJECT  # noqa: F401

CELL_TIMEOUT = 300  # seconds
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class Job(NamedTuple):
    """A notebook to run: for whom, for which year, and where its kernel keeps what it needs."""

    path: Path
    force: str
    day: str
    runtime: Path

    @property
    def parameters(self) -> dict[str, str]:
        return {"FORCE": self.force, "YEAR_ENDING": self.day}


class Result(NamedTuple):
    """One notebook's run: where it got to, in one line what stopped it ('': nothing), what a
    reader opens (name -> content), and for whom it ran.
    """

    path: Path
    notebook: nbformat.NotebookNode
    error: str
    files: dict[str, bytes] = {}  # noqa: RUF012
    force: str = report.FORCE


Kernel = Callable[[NotebookClient, Path], Coroutine[Any, Any, object]]


def numbers(notebook: nbformat.NotebookNode, force: str) -> list[int]:
    """The numbers, from 1, of the cells that a run for a force has.

    Cells tagged `report` speak of the force that the report is about and of no other.
    """
    own = report.is_about(force)
    return [
        number
        for number, cell in enumerate(notebook.cells, 1)
        if own or "report" not in cell.metadata.get("tags", [])
    ]


def parameterise(notebook: nbformat.NotebookNode, **values: str) -> nbformat.NotebookNode:
    """A copy with other values in its cell tagged `parameters`, the cells of its force, no outputs.

    ValueError: no such cell, or not that parameter in it.
    """
    copy = nbformat.from_dict(notebook)
    copy.cells = [copy.cells[n - 1] for n in numbers(copy, values.get("FORCE", report.FORCE))]
    for cell in copy.cells:
        if cell.cell_type == "code":  # what another run left must not stand where this one stops
            cell.outputs, cell.execution_count = [], None
    cell = next((c for c in copy.cells if "parameters" in c.metadata.get("tags", [])), None)
    if cell is None:
        raise ValueError("has no cell tagged 'parameters'")
    for name, value in values.items():
        line = f'{name} = "{value}"'
        cell.source, found = re.subn(
            rf"^{name} = .*$", lambda _, line=line: line, cell.source, flags=re.MULTILINE
        )
        if not found:
            raise ValueError(f"sets no {name} in its cell tagged 'parameters'")
    return copy


def title(notebook: nbformat.NotebookNode) -> str:
    """The notebook's first heading."""
    lines = (line for cell in notebook.cells for line in cell.source.splitlines())
    return next((line[2:] for line in lines if line.startswith("# ")), "Notebook")


def surroundings(runtime: Path) -> dict[str, str]:
    """Variables of a kernel: what IPython keeps goes to `runtime`, so that a killed run leaves
    nothing in the system's folders and no start-up file of the user's changes a result.
    """
    backend = "module://matplotlib_inline.backend_inline"
    return {"PYTHONPATH": str(PROJECT), "IPYTHONDIR": str(runtime), "MPLBACKEND": backend}


async def ordinary(client: NotebookClient, runtime: Path) -> None:
    """Run a client's notebook in a kernel started for it."""
    client.config = Config({"KernelManager": {"connection_file": str(runtime / "kernel.json")}})
    await client.async_execute(env=os.environ | surroundings(runtime))


def execute(job: Job, kernel: Kernel = ordinary) -> Result:
    """Run a notebook from top to bottom in a kernel of its own. An error in a cell is returned."""
    path, runtime = job.path, (job.runtime / job.path.stem).resolve()
    try:
        source = nbformat.read(path, as_version=4)
        notebook = parameterise(source, **job.parameters)
    except (ValueError, OSError) as error:
        return Result(path, nbformat.v4.new_notebook(), f"{path.name}: {error}")
    runtime.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        allow_errors=report.PLACE != report.HOME,  # of another report less may be typed in
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # how printed lines fall into packets is chance
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    problem = ""
    try:
        asyncio.run(kernel(client, runtime))  # a loop of our own, which is closed
        unprinted.settle(notebook)
    except CellExecutionError as error:
        place = max(i for i, cell in enumerate(notebook.cells) if cell.get("outputs"))
        number = numbers(source, job.force)[place]
        problem = f"{path.name}, cell {number}: {error.ename}: {_first_line(error.evalue)}"
    except (CellTimeoutError, RuntimeError) as error:  # a kernel that died is a RuntimeError
        problem = f"{path.name}: {_first_line(error)}"
    notebook.metadata = nbformat.from_dict(METADATA | {"title": title(notebook)})
    return Result(path, notebook, problem, force=job.force)


def _first_line(message: object) -> str:
    return str(message).partition("\n")[0]

"""Running notebooks: parameters put in, each in a fresh kernel, several side by side."""

from __future__ import annotations

import asyncio
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from tqdm import tqdm
from traitlets.config import Config

from helpers import report

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
CELL_TIMEOUT = 300  # seconds
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class Result(NamedTuple):
    """One notebook's run: where it got to, and in one line what stopped it ('': nothing)."""

    path: Path
    notebook: nbformat.NotebookNode
    error: str


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


def execute(path: Path, parameters: dict[str, str], runtime: Path) -> Result:
    """Run one notebook from top to bottom in a fresh kernel. An error in a cell is returned.

    What the kernel keeps (its connection file, IPython's profile) goes to the folder `runtime`: a
    killed run leaves nothing in the system's folders, and no start-up file of the user's changes a
    result.
    """
    try:
        source = nbformat.read(path, as_version=4)
        notebook = parameterise(source, **parameters)
    except (ValueError, OSError) as error:
        return Result(path, nbformat.v4.new_notebook(), f"{path.name}: {error}")
    connection = {"connection_file": str(runtime / f"{path.stem}.json")}
    client = NotebookClient(
        notebook,
        config=Config({"KernelManager": connection}),
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "IPYTHONDIR": str(runtime)}
    problem = ""
    try:
        asyncio.run(client.async_execute(env=environment))  # a loop of our own, which is closed
    except CellExecutionError as error:
        place = max(i for i, cell in enumerate(notebook.cells) if cell.get("outputs"))
        number = numbers(source, parameters["FORCE"])[place]
        problem = f"{path.name}, cell {number}: {error.ename}: {_first_line(error.evalue)}"
    except (CellTimeoutError, RuntimeError) as error:  # a kernel that died is a RuntimeError
        problem = f"{path.name}: {_first_line(error)}"
    notebook.metadata = nbformat.from_dict(METADATA | {"title": title(notebook)})
    return Result(path, notebook, problem)


def _first_line(message: object) -> str:
    return str(message).partition("\n")[0]


def run(
    notebooks: list[Path], parameters: dict[str, str], jobs: int, runtime: Path
) -> list[Result]:
    """Run notebooks side by side with a progress bar; results in the notebooks' order."""
    with ThreadPoolExecutor(jobs) as pool:
        runs = pool.map(lambda path: execute(path, parameters, runtime), notebooks)
        bar = {"total": len(notebooks), "unit": "notebook", "desc": parameters["FORCE"]}
        return list(tqdm(runs, **bar, disable=None))  # none where nobody watches

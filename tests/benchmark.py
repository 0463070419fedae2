"""The speed figures of the README, each with its baseline from the same run.

    python tests/benchmark.py      or      make benchmark

Each is the median of several runs. A floor is what any notebook pays: a kernel, pandas, seaborn.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from helpers.reproduce import running

PARAMETERS = {"FORCE": "Norfolk", "YEAR_ENDING": "2015-06-30"}
LEDGER = (sys.executable, "-m", "helpers.claims", "--csv", "-")


def seconds(action, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def command(*words, runs=3):
    quiet = {"check": True, "cwd": running.PROJECT, "stdout": subprocess.DEVNULL}
    return seconds(lambda: subprocess.run(words, **quiet), runs)


def python(code):
    return command(sys.executable, "-c", code, runs=5)


def executed(path, runtime):
    result = running.execute(path, PARAMETERS, runtime)
    assert not result.error, result.error


def floor_notebook(folder):
    lines = "\n".join(f'{name} = "{value}"' for name, value in PARAMETERS.items())
    cells = [
        nbformat.v4.new_code_cell(lines, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import pandas\nimport seaborn"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "floor.ipynb")
    return folder / "floor.ipynb"


def show(what, took, base, unit):
    print(f"{what:<33} {took:6.2f} s; beyond {unit} {took - base:6.2f} s ({took / base:.2f}x)")


def main():
    pandas = python("import pandas")
    print(f"{'import pandas':<33} {pandas:6.2f} s")
    helpers = python("import pandas, helpers.data, helpers.measures")
    show("import helpers.data and .measures", helpers, pandas, "pandas")
    show("the ledger as CSV", command(*LEDGER), pandas, "pandas")
    notebooks = sorted(running.NOTEBOOKS.glob("[0-9]*.ipynb"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty = floor_notebook(folder)
        floor = seconds(lambda: executed(empty, folder), 3)
        print(f"{'floor (kernel, pandas, seaborn)':<33} {floor:6.2f} s")
        for path in notebooks:
            took = seconds(lambda path=path: executed(path, folder), 2)
            show(path.stem, took, floor, "the floor")
        whole = seconds(lambda: running.run(notebooks, PARAMETERS, 2, folder), 1)
    show(f"all {len(notebooks)} notebooks, two at a time", whole, floor, "the floor")
    for target in ("check", "test", "test-slow"):
        show(f"make {target}", command("make", target, runs=1), floor, "the floor")


if __name__ == "__main__":
    main()

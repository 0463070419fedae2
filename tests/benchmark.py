"""The speed figures of the README, each with its baseline from the same run.

    python tests/benchmark.py      or      make benchmark

Each figure is the median of several runs. A floor is what any notebook pays: starting a kernel, importing pandas and seaborn.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from helpers import reproduce

PROJECT = Path(__file__).resolve().parent.parent
PARAMETERS = {"FORCE": "Norfolk", "YEAR_ENDING": "2015-06-30"}


def seconds(action, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def python(code):
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT))


def executed(path):
    result = reproduce.execute(path, PARAMETERS)
    assert not result.error, result.error


def main():
    pandas, helpers = python("import pandas"), python("import pandas, helpers, helpers.data, helpers.measures")
    print(f"import helpers (data, measures)   {helpers:6.2f} s; import pandas {pandas:6.2f} s; beyond it {helpers - pandas:5.2f} s ({helpers / pandas:.2f}x)")
    with tempfile.TemporaryDirectory() as folder:
        floor_path = Path(folder) / "floor.ipynb"
        lines = "\n".join(f'{name} = "{value}"' for name, value in PARAMETERS.items())
        nbformat.write(nbformat.v4.new_notebook(cells=[
            nbformat.v4.new_code_cell(lines, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell("import pandas\nimport seaborn")]), floor_path)
        floor = seconds(lambda: executed(floor_path), 3)
    print(f"floor (kernel, pandas, seaborn)   {floor:6.2f} s")
    notebooks = sorted((PROJECT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        took = seconds(lambda path=path: executed(path), 2)
        print(f"{path.stem:<33} {took:6.2f} s; beyond the floor {took - floor:5.2f} s ({took / floor:.2f}x)")
    whole = seconds(lambda: list(reproduce.run(notebooks, PARAMETERS, 2)), 1)
    print(f"all {len(notebooks)} notebooks on two cores       {whole:6.2f} s ({whole / floor:.2f}x the floor)")
    ledger = seconds(lambda: subprocess.run([sys.executable, "-m", "helpers.claims", "--csv", "-"], check=True, cwd=PROJECT, stdout=subprocess.DEVNULL), 3)
    print(f"the ledger as CSV                 {ledger:6.2f} s ({ledger / pandas:.1f}x import pandas)")
    test = seconds(lambda: subprocess.run(["make", "test"], check=True, cwd=PROJECT, stdout=subprocess.DEVNULL), 1)
    print(f"make test                         {test:6.2f} s ({test / floor:.2f}x the floor)")


if __name__ == "__main__":
    main()

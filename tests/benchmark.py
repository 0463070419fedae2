"""The speed figures of the README, each with its baseline from the same run.

    python tests/benchmark.py      or      make benchmark

Short ones are the median of several runs. A floor is what any notebook pays: a kernel, pandas,
seaborn. `--companions` measures only how fast forces' companions are built.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from helpers import areas
from helpers.reproduce import running

PARAMETERS = {"FORCE": "Norfolk", "YEAR_ENDING": "2015-06-30"}
FIVE = ["Norfolk", "Metropolitan Police", "City of London", "Dyfed-Powys", "Greater Manchester"]
NOTEBOOKS = sorted(running.NOTEBOOKS.glob("[0-9]*.ipynb"))
NBCONVERT = (sys.executable, "-m", "nbconvert", "--execute", "--log-level", "ERROR")
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
    result = running.execute(running.Job(path, *PARAMETERS.values(), runtime))
    assert not result.error, result.error


def floor_notebook(folder):
    lines = "\n".join(f'{name} = "{value}"' for name, value in PARAMETERS.items())
    cells = [
        nbformat.v4.new_code_cell(lines, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import pandas\nimport seaborn"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "floor.ipynb")
    return folder / "floor.ipynb"


def reproduce(out, forces, jobs=2):
    """`make reproduce` for some forces: notebooks, pages, exhibits."""
    words = [word for force in forces for word in ("--force", force)]
    return command(
        *(
            sys.executable,
            "-m",
            "helpers.reproduce",
            "--out",
            str(out),
            "--jobs",
            str(jobs),
            *words,
        ),
        runs=1,
    )


def one_by_one(folder, forces, *options):
    """A process of nbconvert's and a kernel for each notebook and force, one after the other.

    What papermill does as well (which is not among the packages): parameters are put in, nbclient
    runs the notebook. Cells that are about the report's own force are left out for others, as ours.
    """
    took = 0.0
    for force in forces:
        for path in NOTEBOOKS:
            values = PARAMETERS | {"FORCE": force}
            copy = running.parameterise(nbformat.read(path, as_version=4), **values)
            place = folder / areas.slug(force) / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(copy, place)
            took += command(*NBCONVERT, *options, str(place), runs=1)
    return took


def unlike(ours, theirs, forces):
    """The notebooks, and of how many, whose cells do not show the same."""
    names = [(areas.slug(force), path.name) for force in forces for path in NOTEBOOKS]
    shown = [
        [[c.get("outputs") for c in nbformat.read(out / force / name, as_version=4).cells]
         for force, name in names]
        for out in (ours, theirs)
    ]  # fmt: skip
    return sum(own != other for own, other in zip(*shown, strict=True)), len(names)


def against(what, took, base, than):
    print(f"{what:<33} {took:6.1f} s; {than} {base:6.1f} s: {base / took:.1f} times as fast")


def companions(folder):
    """One force and five, each against one process a notebook; again with nothing changed."""
    base = one_by_one(folder / "html", FIVE[:1], "--to", "html")
    took = reproduce(folder / "one", FIVE[:1])
    against("make reproduce", took, base, "nbconvert --execute one by one")
    print(f"{'the same with nothing changed':<33} {reproduce(folder / 'one', FIVE[:1]):6.1f} s")
    base = one_by_one(folder / "theirs", FIVE, "--to", "notebook", "--inplace")
    took = reproduce(folder / "five", FIVE)
    against("five forces, two workers", took, base, "one by one, without pages,")
    print(f"{'the same with nothing changed':<33} {reproduce(folder / 'five', FIVE):6.1f} s")
    different, of = unlike(folder / "five", folder / "theirs", FIVE)
    print(f"{'notebooks that show the same':<33} {of - different:6d} of {of}")
    print(f"{'five forces, one worker':<33} {reproduce(folder / 'slow', FIVE, 1):6.1f} s")
    print(f"{'two forces, two workers':<33} {reproduce(folder / 'two', FIVE[:2]):6.1f} s")


def show(what, took, base, unit):
    print(f"{what:<33} {took:6.2f} s; beyond {unit} {took - base:6.2f} s ({took / base:.2f}x)")


def main():
    with tempfile.TemporaryDirectory() as name:
        companions(Path(name))
    if "--companions" in sys.argv:
        return
    pandas = python("import pandas")
    print(f"{'import pandas':<33} {pandas:6.2f} s")
    helpers = python("import pandas, helpers.data, helpers.measures")
    show("import helpers.data and .measures", helpers, pandas, "pandas")
    show("the ledger as CSV", command(*LEDGER), pandas, "pandas")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty = floor_notebook(folder)
        floor = seconds(lambda: executed(empty, folder), 3)
        print(f"{'floor (kernel, pandas, seaborn)':<33} {floor:6.2f} s")
        for path in NOTEBOOKS:
            took = seconds(lambda path=path: executed(path, folder), 2)
            show(path.stem, took, floor, "the floor")
    for target in ("check", "test", "test-slow"):
        before = os.times()
        show(f"make {target}", command("make", target, runs=1), floor, "the floor")
        spent = sum(os.times()[2:4]) - sum(before[2:4])  # by the command and what it started
        print(f"{'  processor time':<33} {spent:6.2f} s")


if __name__ == "__main__":
    main()

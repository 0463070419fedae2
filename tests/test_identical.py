"""Two builds on one machine give the same bytes: pages, notebooks, pictures and tables hold no time stamp and no chance.

    python tests/test_identical.py      builds the whole collection twice and prints the figure that the README gives
"""

import tempfile
from pathlib import Path

import nbformat

from conftest import NOTEBOOKS
from helpers import reproduce


def differing(notebooks, out, builds=2):
    """How many files two builds give, and those that are not the same byte for byte."""
    found = []
    for n in range(builds):
        results = reproduce.reproduce("Norfolk", "2015-06-30", out / str(n), notebooks)
        assert not any(result.error for result in results)
        folder = out / str(n) / "norfolk"
        found.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()})
    one, other = found
    return len(one), sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_two_builds_give_the_same_bytes(tmp_path):
    count, different = differing([next(path for path in NOTEBOOKS if path.name.startswith("04"))], tmp_path)
    assert count >= 4 and not different


def test_a_build_that_hangs_on_the_clock_is_found_out(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"', metadata={"tags": ["parameters"]}),
                                               nbformat.v4.new_code_cell("import time\ntime.time_ns()")])
    nbformat.write(notebook, tmp_path / "01-clock.ipynb")
    assert differing([tmp_path / "01-clock.ipynb"], tmp_path) == (3, ["01-clock.html", "01-clock.ipynb"])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        total, unlike = differing(NOTEBOOKS, Path(name))
    print(f"{total - len(unlike)} of {total} files are the same in two builds" + (f"; not: {', '.join(unlike)}" if unlike else ""))

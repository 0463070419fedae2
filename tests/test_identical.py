"""Two builds on one machine give the same bytes: nothing in them holds a time stamp or chance.

python tests/test_identical.py      all of it, forked and in ordinary kernels: the README's figure
"""

import tempfile
from pathlib import Path

import pytest
from test_reproduce import small

from conftest import NOTEBOOKS
from helpers import report
from helpers.reproduce import forking
from helpers.reproduce.building import build

pytestmark = pytest.mark.slow


def differing(notebooks, out, forks=(True, True)):
    """How many files two builds give, and those that are not the same byte for byte."""
    found = []
    for name, forked in zip(("one", "other"), forks, strict=True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(forking, "FORKS", forked)
            [done] = build([report.FORCE], report.YEAR_ENDING, out / name, notebooks)
        assert not done.errors
        files = (path for path in done.place.rglob("*") if path.is_file())
        found.append({path.relative_to(done.place).as_posix(): path.read_bytes() for path in files})
    one, other = found
    return len(one), sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))


def test_two_builds_give_the_same_bytes(tmp_path):
    chosen = [path for path in NOTEBOOKS if path.name.startswith("04")]
    count, different = differing(chosen, tmp_path)
    assert count >= 4 and not different


def test_forked_processes_and_ordinary_kernels_give_the_same_bytes(tmp_path):
    count, different = differing(NOTEBOOKS, tmp_path, forks=(True, False))
    assert count > 2 * len(NOTEBOOKS) and not different


def test_a_build_that_hangs_on_the_clock_is_found_out(tmp_path):
    path = small(tmp_path, "01-clock.ipynb", "import time\ntime.time_ns()")
    count, different = differing([path], tmp_path)
    assert different == ["01-clock.html", "01-clock.ipynb", "made-from.json"]
    assert count > len(different)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        total, unlike = differing(NOTEBOOKS, Path(folder), forks=(True, False))
    named = f"; not: {', '.join(unlike)}" if unlike else ""
    print(f"{total - len(unlike)} of {total} files are the same in two builds{named}")

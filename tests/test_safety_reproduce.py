"""Runs are safe: killed, two at once, a full disk, no home; and untrusted text stays text."""

import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
from test_reproduce import CHART, RESULTS, names, run, small

from conftest import NO_UTF8, PROJECT
from helpers import files
from helpers.reproduce import forking, pages, plans

NOTEBOOK = "import time\nfor _ in range(3):\n    time.sleep(0.1)\nprint('whole')"


def command(place, **environment):
    """`make reproduce` of the notebooks in a folder, started and not waited for."""
    folders = ("--out", str(place / "build"), "--notebooks", str(place / "notebooks"))
    return subprocess.Popen(
        [sys.executable, "-m", "helpers.reproduce", *folders],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(PROJECT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_whole(folder):
    page = folder / "01-one.html"
    return names(folder) == RESULTS and "whole" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_killed_at_any_moment_the_last_good_run_is_whole_and_the_next_one_succeeds(tmp_path):
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    assert run(tmp_path) == 0
    final, rng, temporary = tmp_path / "build" / "norfolk", random.Random(5), tmp_path / "tmp"
    temporary.mkdir()
    for moment in range(10):
        source = NOTEBOOK + f"\n{moment}"  # what has not changed would not be run again
        small(tmp_path / "notebooks", "01-one.ipynb", source)
        process = command(tmp_path, TMPDIR=str(temporary))
        time.sleep(rng.uniform(0.2, 4.0))
        process.kill()
        process.communicate()
        plans.tidy(final)  # what the next run does first
        assert is_whole(final)
    assert run(tmp_path) == 0
    assert is_whole(final)
    assert names(tmp_path / "build") == [".norfolk.lock", "norfolk"]
    assert names(temporary) == []


@pytest.mark.slow
@pytest.mark.skipif(not forking.FORKS, reason="ordinary kernels look for their parent themselves")
@pytest.mark.parametrize(
    "how",
    [
        signal.SIGINT,
        pytest.param(signal.SIGKILL, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
    ],
)
def test_a_killed_run_takes_its_notebooks_with_it(tmp_path, how):
    names_itself = "import os, pathlib\npathlib.Path(f'{NAME}.pid').write_text(str(os.getpid()))"
    forever = "import time\nwhile True:\n    time.sleep(1)"
    for name in ("01-one", "02-two"):
        small(tmp_path / "notebooks", f"{name}.ipynb", f"NAME = '{name}'", names_itself, forever)
    process, pids = command(tmp_path), []
    for _ in range(600):
        pids = [int(path.read_text() or 0) for path in (tmp_path / "notebooks").glob("*.pid")]
        if len(pids) == 2 and all(pids):
            break
        time.sleep(0.1)
    assert len(pids) == 2 and all(psutil.pid_exists(pid) for pid in pids)
    process.send_signal(how)
    _, said = process.communicate()
    if how == signal.SIGINT:
        assert process.returncode == 130 and "the last good run is untouched" in said
        assert names(tmp_path / "build") == [".norfolk.lock"]
    _, alive = psutil.wait_procs([psutil.Process(p) for p in pids if psutil.pid_exists(p)], 10)
    assert not alive


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("before the first rename", "norfolk"),
        ("between the two", "old"),
        ("after the second", "norfolk"),
        ("the first run of all", None),
    ],
)
def test_a_death_between_the_renames_is_mended_by_the_next_run(tmp_path, moment, last):
    final = tmp_path / "norfolk"
    work = tmp_path / ".norfolk.work"
    left = {
        "before the first rename": (final, work / "new"),
        "between the two": (work / "old", work / "new"),
        "after the second": (final, work / "old"),
        "the first run of all": (work / "new",),
    }
    for folder in left[moment]:
        folder.mkdir(parents=True)
        (folder / "page").write_text(folder.name, encoding="utf-8")
    plans.tidy(final)
    assert names(tmp_path) == (["norfolk"] if last else [])
    if last:
        assert (final / "page").read_text(encoding="utf-8") == last


@pytest.mark.slow
def test_a_second_run_into_the_same_folder_says_so_and_waits(tmp_path):
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    (tmp_path / "build").mkdir()
    with plans.alone(tmp_path / "build" / "norfolk"):
        process = command(tmp_path)
        assert "another run is writing to" in process.stderr.readline()
        assert process.poll() is None
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and "1 of 1 notebooks ran" in out


def test_a_place_that_cannot_be_written_gets_one_line(tmp_path, capsys):
    small(tmp_path / "notebooks", "01-one.ipynb", "1")
    (tmp_path / "build").write_text("a file where the folder should be", encoding="utf-8")
    assert run(tmp_path) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith("cannot write the results: ") and str(tmp_path / "build") in error
    assert len(error.splitlines()) == 1


@pytest.mark.slow
def test_a_full_disk_gets_one_line_and_leaves_the_last_good_run(tmp_path, capsys, monkeypatch):
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    assert run(tmp_path) == 0

    def full(*_, **__):
        raise OSError(28, "No space left on device", "index.html")

    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK, "1")
    monkeypatch.setattr(pages, "index", full)
    assert run(tmp_path) == 2
    error = capsys.readouterr().err.strip()
    assert error == "cannot write the results: No space left on device: index.html"
    assert is_whole(tmp_path / "build" / "norfolk")
    assert names(tmp_path / "build") == [".norfolk.lock", "norfolk"]


@pytest.mark.slow
def test_no_home_and_a_locale_that_is_not_utf_8(tmp_path):
    place = tmp_path / "a folder with é and spaces"
    place.mkdir()
    small(place / "notebooks", "01-one.ipynb", NOTEBOOK)
    process = command(place, HOME=os.devnull, **NO_UTF8)
    out, error = process.communicate(timeout=90)
    assert process.returncode == 0, error
    assert is_whole(place / "build" / "norfolk") and "1 of 1 notebooks ran" in out


@pytest.mark.slow
def test_a_start_up_file_of_the_user_s_changes_nothing(tmp_path):
    start = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    start.mkdir(parents=True)
    (start / "00-mine.py").write_text("print = lambda *_: None", encoding="utf-8")
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    process = command(tmp_path, HOME=str(tmp_path / "home"))
    _, error = process.communicate(timeout=90)
    assert process.returncode == 0, error
    assert is_whole(tmp_path / "build" / "norfolk")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+cmd|x", "'+cmd|x"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("+15.7%", "+15.7%"),
        ("-14", "-14"),
        ("Norfolk", "Norfolk"),
        (5, 5),
        (-3.2, -3.2),
        ("-14%", "-14%"),
        ("+15.7", "+15.7"),
        ("-cmd", "'-cmd"),
    ],
)
def test_a_formula_cannot_reach_a_csv(cell, safe):
    assert files.harmless(cell) == safe


@pytest.mark.slow
def test_markup_in_a_name_reaches_neither_page_nor_formula(tmp_path):
    """What a filled-in slot might hold, put through everything that a notebook does with it."""
    small(
        tmp_path / "notebooks",
        "01-one.ipynb",
        "AREA = '<script>alert(1)</script><img src=x onerror=alert(2)>'\nNAME = '../../../evil'",
        CHART,
        "prose.say('row 2 ({{ AREA }}): unknown')",
        "prose.table(pd.DataFrame({'area': [AREA]}))",
        CHART.replace("AREA", "'=1+1'").replace("NAME", "'formula'"),
    )
    assert run(tmp_path) == 0
    folder = tmp_path / "build" / "norfolk"
    page = (folder / "01-one.html").read_text(encoding="utf-8")
    shown = "".join(part.split("</pre>")[-1] for part in page.split("<pre"))
    assert "row 2" in shown and "<script" not in shown and "<img src=x" not in shown
    ends = (".csv", ".png", ".svg")
    assert names(folder / "exhibits") == [f"{n}{end}" for n in ("evil", "formula") for end in ends]
    assert "<script" not in (folder / "exhibits" / "evil.svg").read_text(encoding="utf-8")
    assert "'=1+1" in (folder / "exhibits" / "formula.csv").read_text(encoding="utf-8")
    assert {path.parent for path in tmp_path.rglob("evil*")} == {folder / "exhibits"}

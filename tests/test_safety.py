"""Runs are safe, and untrusted text stays text."""

import os
import random
import subprocess
import sys
import time

import pandas as pd
import pytest
from test_reproduce import run, small

from conftest import PROJECT
from helpers import charts, data, reproduce, words

NOTEBOOK = "import time\nfor _ in range(3):\n    time.sleep(0.1)\nprint('whole')"


def command(tmp_path, *arguments, **environment):
    return subprocess.Popen([sys.executable, "-m", "helpers.reproduce", "--out", str(tmp_path / "build"), "--notebooks", str(tmp_path / "notebooks"), *arguments],
                            cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(PROJECT)} | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def is_whole(folder):
    names = sorted(p.name for p in folder.iterdir())
    return names == ["01-one.html", "01-one.ipynb", "exhibits", "index.html"] and "whole" in (folder / "01-one.html").read_text(encoding="utf-8")


def test_killed_at_any_moment_the_last_good_run_is_whole_and_the_next_one_succeeds(tmp_path):
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    assert run(tmp_path) == 0
    final, rng, temporary = tmp_path / "build" / "norfolk", random.Random(5), tmp_path / "tmp"
    temporary.mkdir()
    for _ in range(10):
        process = command(tmp_path, TMPDIR=str(temporary))
        time.sleep(rng.uniform(0.2, 3.0))
        process.kill()
        process.communicate()
        reproduce.recover(final)  # what the next run does first
        assert is_whole(final)
    assert run(tmp_path) == 0
    assert is_whole(final)
    assert sorted(p.name for p in (tmp_path / "build").iterdir() if p.name != ".norfolk.lock") == ["norfolk"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("moment", ["before the first rename", "between the two renames", "after the second"])
def test_a_death_between_the_renames_is_mended_by_the_next_run(tmp_path, moment):
    final, old, new = tmp_path / "norfolk", tmp_path / ".norfolk.old", tmp_path / ".norfolk.new"
    for folder in {"before the first rename": (final, new), "between the two renames": (old, new), "after the second": (final, old)}[moment]:
        folder.mkdir()
        (folder / "page").write_text(folder.name, encoding="utf-8")
    reproduce.recover(final)
    assert [p.name for p in tmp_path.iterdir()] == ["norfolk"]
    assert (final / "page").read_text(encoding="utf-8") == (".norfolk.old" if moment.startswith("between") else "norfolk")


def test_a_second_run_into_the_same_folder_says_so_and_waits(tmp_path):
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    with reproduce.alone(tmp_path / "build" / "norfolk") if (tmp_path / "build").mkdir() is None else None:
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
    assert error.startswith("cannot write the results: ") and str(tmp_path / "build") in error and len(error.splitlines()) == 1


def test_a_full_disk_gets_one_line_and_leaves_the_last_good_run(tmp_path, capsys, monkeypatch):
    small(tmp_path / "notebooks", "01-one.ipynb", NOTEBOOK)
    assert run(tmp_path) == 0

    def full(*_, **__):
        raise OSError(28, "No space left on device", "build/.norfolk.new/index.html")
    monkeypatch.setattr(reproduce, "write_exhibits", full)
    assert run(tmp_path) == 2
    assert capsys.readouterr().err.strip() == "cannot write the results: No space left on device: build/.norfolk.new/index.html"
    assert is_whole(tmp_path / "build" / "norfolk")


@pytest.mark.parametrize("environment", [{"HOME": os.devnull}, {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}])
def test_no_home_and_a_locale_that_is_not_utf_8(tmp_path, environment):
    place = tmp_path / "a folder with é and spaces"
    place.mkdir()
    small(place / "notebooks", "01-one.ipynb", NOTEBOOK)
    process = command(place, **environment)
    out, error = process.communicate(timeout=90)
    assert process.returncode == 0, error
    assert is_whole(place / "build" / "norfolk") and "1 of 1 notebooks ran" in out


def test_the_ledger_prints_in_a_locale_that_is_not_utf_8():
    done = subprocess.run([sys.executable, "-m", "helpers.claims", "--csv", "-"], cwd=PROJECT, capture_output=True, check=True,
                          env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"})
    assert done.stdout.count(b"\n") == len(data.load("claims")) + 1


@pytest.mark.parametrize(("cell", "safe"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("+cmd|x", "'+cmd|x"), ("-2+3", "'-2+3"), ("\tx", "'\tx"),
                                            ("+15.7%", "+15.7%"), ("-14", "-14"), ("Norfolk", "Norfolk"), (5, 5)])
def test_a_formula_cannot_reach_a_csv(cell, safe):
    assert words.harmless(cell) == safe


def test_markup_in_a_name_reaches_neither_page_nor_formula(tmp_path):
    """What a filled-in slot might hold, put through everything that a notebook does with it."""
    small(tmp_path / "notebooks", "01-one.ipynb", "import pandas as pd\nfrom helpers import charts, words\nfrom helpers.words import say\n"
          "name = '<script>alert(1)</script><img src=x onerror=alert(2)>'\nsay(f'row 2 ({name}): unknown')\n"
          "fig, ax = charts.canvas(3, title=name, subtitle='$\\\\frac$', source='Source: x')\n"
          "charts.show(fig, name + ' 5', exhibit='../../../evil', table=pd.DataFrame({'area': ['=1+1', name]}))\n"
          "words.table(pd.DataFrame({'area': [name]}))")
    assert run(tmp_path) == 0
    folder = tmp_path / "build" / "norfolk"
    page = (folder / "01-one.html").read_text(encoding="utf-8")
    outside_code = "".join(part.split("</details>")[-1] for part in page.split("<details"))
    assert "<script" not in outside_code and "<img src=x" not in outside_code
    assert [p.name for p in (folder / "exhibits").iterdir() if p.suffix == ".csv"] == ["evil.csv"]
    assert "'=1+1" in (folder / "exhibits" / "evil.csv").read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("evil*")) or all((folder / "exhibits") in p.parents for p in tmp_path.rglob("evil*"))


@pytest.mark.parametrize("name", ["<b>Drugs</b>", "=1+1", "../x", "Dru\x07gs", "a" * 80])
def test_a_slot_takes_plain_words_only(data_copy, name):
    path = data_copy / "published" / "figure_7.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[len(table)] = ["Norfolk", name, "45"]
    table.to_csv(path, index=False, lineterminator="\n")
    with pytest.raises(data.DataError, match=r"^data/published/figure_7.csv: row 4"):
        data.load("figure_7", data_copy)


def test_a_dollar_sign_in_a_title_is_a_dollar_sign():
    fig, _ = charts.canvas(3, title="$\\frac$ and $", subtitle="s", source="s")
    fig.canvas.draw()
    charts.plt.close(fig)

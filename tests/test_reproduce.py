"""The main job: parameters, a failing notebook, an interrupted run, mistakes on the command line."""

import nbformat
import pytest

from conftest import NOTEBOOKS
from helpers import reproduce

PARAMETERS = 'FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"'


def small(folder, name, *sources):
    """A notebook with a parameters cell and the given code cells."""
    cells = [nbformat.v4.new_markdown_cell("# What is this?"), nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
    folder.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells + [nbformat.v4.new_code_cell(s) for s in sources]), folder / name)
    return folder


def run(tmp_path, *arguments):
    return reproduce.main(["--out", str(tmp_path / "build"), "--notebooks", str(tmp_path / "notebooks"), *arguments])


def test_parameters_reach_the_notebook_and_pages_are_written(tmp_path, capsys):
    small(tmp_path / "notebooks", "01-one.ipynb", "import helpers.names\nprint(FORCE, YEAR_ENDING, helpers.names.slug(FORCE))")
    assert run(tmp_path, "--force", "suffolk constabulary", "--year-ending", "2016-06-30") == 0
    folder = tmp_path / "build" / "suffolk-2016-06-30"
    assert sorted(p.name for p in folder.iterdir()) == ["01-one.html", "01-one.ipynb", "exhibits", "index.html"]
    assert "Suffolk 2016-06-30 suffolk" in (folder / "01-one.html").read_text(encoding="utf-8")
    assert "1 of 1 notebooks ran" in capsys.readouterr().out


def test_a_failing_notebook_is_named_the_others_run_and_the_last_good_run_stays(tmp_path, capsys):
    small(tmp_path / "notebooks", "01-one.ipynb", "print('good')")
    assert run(tmp_path) == 0
    small(tmp_path / "notebooks", "02-two.ipynb", "print('before')", "1 / 0", "print('after')")
    small(tmp_path / "notebooks", "03-three.ipynb", "print('also')")
    assert run(tmp_path) == 1
    output = capsys.readouterr()
    assert "FAILED  02-two.ipynb, cell 4: ZeroDivisionError: division by zero" in output.err
    assert "2 of 3 notebooks ran" in output.out
    failed = tmp_path / "build" / "norfolk-failed"
    assert "also" in (failed / "03-three.html").read_text(encoding="utf-8")
    assert sorted(p.name for p in (tmp_path / "build" / "norfolk").iterdir()) == ["01-one.html", "01-one.ipynb", "exhibits", "index.html"]


def test_what_an_earlier_run_left_does_not_stand_where_this_one_failed(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell("1 / 0"),
        nbformat.v4.new_code_cell("2", execution_count=3, outputs=[nbformat.v4.new_output("stream", text="stale")])])
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "01-one.ipynb")
    assert run(tmp_path) == 1
    assert "stale" not in (tmp_path / "build" / "norfolk-failed" / "01-one.html").read_text(encoding="utf-8")


def test_an_interrupted_run_leaves_the_last_good_one(tmp_path, monkeypatch, capsys):
    small(tmp_path / "notebooks", "01-one.ipynb", "print('good')")
    assert run(tmp_path) == 0
    before = {p: p.read_bytes() for p in (tmp_path / "build" / "norfolk").iterdir() if p.is_file()}

    def interrupt(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr(reproduce, "page", interrupt)
    assert run(tmp_path) == 130
    assert "the last good run is untouched" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in (tmp_path / "build" / "norfolk").iterdir() if p.is_file()} == before


@pytest.mark.parametrize(("arguments", "message"), [
    (["--force", "Norflok"], "unknown force 'Norflok': did you mean Norfolk?"),
    (["--force", "England and Wales"], "'England and Wales' is not one of the 43 territorial forces"),
    (["--year-ending", "2015-06-31"], "year ending '2015-06-31': expected the last day of a quarter"),
    (["--jobs", "0"], "--jobs takes a whole number from 1"),
])
def test_a_mistake_gets_one_line_and_a_status(tmp_path, capsys, arguments, message):
    small(tmp_path / "notebooks", "01-one.ipynb")
    assert run(tmp_path, *arguments) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith(message) and len(error.splitlines()) == 1
    assert not (tmp_path / "build").exists()


def test_a_notebook_without_parameters_is_named(tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), tmp_path / "notebooks" / "01-one.ipynb")
    assert run(tmp_path) == 1
    assert "01-one.ipynb: has no cell tagged 'parameters'" in capsys.readouterr().err


def test_a_page_stands_alone_and_keeps_alt_text():
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    page = reproduce.page(notebook)
    alts = [o.metadata["image/png"]["alt"] for c in notebook.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert page.count("<img") == len(alts) == page.count('alt="')
    assert "<script" not in page and "http-equiv" not in page
    assert not [tag for tag in ("<link", "src=\"http") if tag in page]


def test_exhibits_are_written_as_picture_and_table_with_source_and_licence(tmp_path):
    small(tmp_path / "notebooks", "01-one.ipynb", "import pandas as pd\nfrom helpers import charts\n"
          "fig, ax = charts.canvas(3, title='T', subtitle='S', source='Source: Home Office, 2018. File: data/official/x.csv')\n"
          "charts.show(fig, 'One bar of 5.', exhibit='figure_1', table=pd.DataFrame({'area': ['Norfolk'], 'rate': [5.12345678]}))")
    assert run(tmp_path) == 0
    folder = tmp_path / "build" / "norfolk" / "exhibits"
    assert (folder / "figure_1.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "figure_1.csv").read_text(encoding="utf-8") == (
        'area,rate,source,licence\nNorfolk,5.1234568,"Home Office, 2018. File: data/official/x.csv",Open Government Licence v3.0\n')

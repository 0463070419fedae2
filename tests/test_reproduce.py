"""The main job: parameters, the report's own cells, a failing notebook, pages, mistakes."""

import sys
from types import ModuleType

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from conftest import NOTEBOOKS
from helpers.reproduce import __main__ as command
from helpers.reproduce import pages, running

PARAMETERS = 'FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"'
RESULTS = ["01-one.html", "01-one.ipynb", "exhibits", "index.html"]
code, markdown = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def tagged(new, source, tag):
    return new(source, metadata={"tags": [tag]})


def small(folder, name, *cells):
    """A notebook with a title, a parameters cell and the given cells (code where they are text)."""
    start = [markdown("# What is this?"), tagged(code, PARAMETERS, "parameters")]
    folder.mkdir(exist_ok=True)
    cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=start + cells), folder / name)
    return folder / name


def run(tmp_path, *arguments):
    places = ("--out", tmp_path / "build", "--notebooks", tmp_path / "notebooks")
    return command.main([str(part) for part in (*places, *arguments)])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.kernel
def test_parameters_reach_the_notebook_and_pages_are_written(tmp_path, capsys):
    source = "import helpers.areas\nprint(FORCE, YEAR_ENDING, helpers.areas.slug(FORCE))"
    small(tmp_path / "notebooks", "01-one.ipynb", source)
    arguments = ("--force", "suffolk constabulary", "--year-ending", "2016-06-30")
    assert run(tmp_path, *arguments) == 0
    folder = tmp_path / "build" / "suffolk-2016-06-30"
    assert names(folder) == RESULTS
    text = (folder / "01-one.html").read_text(encoding="utf-8")
    assert "Suffolk 2016-06-30 suffolk" in text
    out = capsys.readouterr().out.splitlines()
    assert "1 of 1 notebooks ran. Fact-check of the report, " in out[-2]
    assert out[-1] == f"Open {folder / 'index.html'}"


@pytest.mark.kernel
def test_a_failing_notebook_is_named_the_others_run_and_the_last_good_run_stays(tmp_path, capsys):
    notebooks, build = tmp_path / "notebooks", tmp_path / "build"
    small(notebooks, "01-one.ipynb", "print('good')")
    assert run(tmp_path) == 0
    stale = code("2", execution_count=3, outputs=[nbformat.v4.new_output("stream", text="stale")])
    small(notebooks, "02-two.ipynb", "print('before')", "1 / 0", stale)
    small(notebooks, "03-three.ipynb", "print('also')")
    assert run(tmp_path) == 1
    output = capsys.readouterr()
    assert "FAILED  02-two.ipynb, cell 4: ZeroDivisionError: division by zero" in output.err
    assert "2 of 3 notebooks ran" in output.out and "is still the last good run" in output.out
    failed = build / "norfolk-failed"
    assert "also" in (failed / "03-three.html").read_text(encoding="utf-8")
    assert "stale" not in (failed / "02-two.html").read_text(encoding="utf-8")
    assert "stopped: 02-two.ipynb, cell 4" in (failed / "index.html").read_text(encoding="utf-8")
    assert names(build / "norfolk") == RESULTS
    (notebooks / "02-two.ipynb").unlink()
    assert run(tmp_path) == 0
    assert names(build) == [".norfolk.lock", "norfolk"]


def about_the_report(folder):
    """A notebook whose third and fourth cells, of seven, speak of the report's force only."""
    return small(
        folder,
        "01-one.ipynb",
        tagged(markdown, "Norfolk's own words", "report"),
        tagged(code, "own = 1", "report"),
        "everyone = 2",
        "1 / 0",
        "never = 3",
    )


@pytest.mark.parametrize(("force", "kept"), [("Norfolk", 7), ("Suffolk", 5)])
def test_cells_about_the_report_are_for_its_force_only(tmp_path, force, kept):
    notebook = nbformat.read(about_the_report(tmp_path), as_version=4)
    copy = running.parameterise(notebook, FORCE=force, YEAR_ENDING="2012-06-30")
    assert len(copy.cells) == kept
    assert ("own = 1" in [cell.source for cell in copy.cells]) == (force == "Norfolk")
    assert copy.cells[1].source == f'FORCE = "{force}"\nYEAR_ENDING = "2012-06-30"'
    assert len(notebook.cells) == 7 and notebook.cells[1].source == PARAMETERS


@pytest.mark.kernel
def test_a_failed_cell_has_its_number_in_the_source(tmp_path, capsys):
    about_the_report(tmp_path / "notebooks")
    assert run(tmp_path, "--force", "Suffolk") == 1
    assert "FAILED  01-one.ipynb, cell 6: ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.kernel
def test_an_interrupted_run_leaves_the_last_good_one(tmp_path, monkeypatch, capsys):
    small(tmp_path / "notebooks", "01-one.ipynb", "print('good')")
    assert run(tmp_path) == 0
    folder = tmp_path / "build" / "norfolk"
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(pages, "page", interrupt)
    assert run(tmp_path) == 130
    assert "the last good run is untouched" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--force", "Norflok"], "unknown force 'Norflok': did you mean Norfolk?"),
        (["--force", "England and Wales"], "'England and Wales' is not one of the 43 territorial"),
        (["--year-ending", "2015-06-31"], "year ending '2015-06-31': expected the last day of a"),
        (["--jobs", "0"], "--jobs takes a whole number from 1"),
        (["--in-place", "--force", "Suffolk"], "--in-place saves the committed notebooks"),
        (["--in-place", "--all-forces"], "--in-place saves the committed notebooks"),
        (["--in-place", "--year-ending", "2014-06-30"], "--in-place saves the committed notebooks"),
    ],
)
def test_a_mistake_gets_one_line_and_a_status(tmp_path, capsys, arguments, message):
    path = small(tmp_path / "notebooks", "01-one.ipynb", "print(FORCE)")
    before = path.read_bytes()
    assert run(tmp_path, *arguments) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith(message) and len(error.splitlines()) == 1
    assert not (tmp_path / "build").exists() and path.read_bytes() == before


@pytest.mark.kernel
def test_in_place_saves_what_ran_and_leaves_what_failed(tmp_path, capsys):
    good = small(tmp_path / "notebooks", "01-one.ipynb", "print(FORCE)")
    bad = small(tmp_path / "notebooks", "02-two.ipynb", "1 / 0")
    before = bad.read_bytes()
    assert run(tmp_path, "--in-place") == 1
    assert nbformat.read(good, as_version=4).cells[2].outputs[0].text == "Norfolk\n"
    assert bad.read_bytes() == before
    assert "FAILED  02-two.ipynb, cell 3: ZeroDivisionError" in capsys.readouterr().err
    assert names(tmp_path) == ["notebooks"]


def test_a_notebook_without_parameters_is_named(tmp_path):
    path = tmp_path / "01-one.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[code("1")]), path)
    error = running.execute(path, {"FORCE": "Norfolk"}, tmp_path).error
    assert error == "01-one.ipynb: has no cell tagged 'parameters'"
    with pytest.raises(ValueError, match="sets no COUNTY in its cell tagged 'parameters'"):
        notebook = nbformat.read(small(tmp_path, "02-two.ipynb"), as_version=4)
        running.parameterise(notebook, COUNTY="Norfolk")


@pytest.mark.parametrize("path", NOTEBOOKS[:2], ids=lambda path: path.stem)
def test_a_page_stands_alone_and_keeps_alt_text(path):
    notebook = nbformat.read(path, as_version=4)
    page = pages.page(notebook)
    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert page.count("<img") == len(pictures) == page.count('alt="')
    assert not [part for part in ("<script", "http-equiv", "<link", 'src="http') if part in page]


def test_the_page_s_own_style_sheet_is_the_last_and_whole():
    soup = BeautifulSoup(pages.page(nbformat.read(NOTEBOOKS[0], as_version=4)), "html.parser")
    sheets = [style.text for style in soup("style")]
    assert len(sheets) == 2 and "font-family" not in sheets[0]
    assert sheets[1].strip().startswith("body {") and "sans-serif" in sheets[1]
    assert not soup.body("style")  # a table brings none of its own


def test_columns_of_numbers_are_set_right_and_columns_with_words_left():
    frame = pd.DataFrame(
        {
            "force": ["Kent", "–"],
            "rate": ["1,234.5", "–"],
            "change": ["+15.7%", "-2%"],
            "n": [1, 2],
        },
        index=pd.Index(["a", "b"], name="area"),
    )
    soup = BeautifulSoup(pages.aligned(frame.to_html()), "html.parser")
    set_right = [[cell.get("class") == ["number"] for cell in row("td")] for row in soup("tr")]
    assert set_right[-2:] == [[False, True, True, True]] * 2
    heads = [cell.text for cell in soup.thead("th", class_="number")]
    assert [head for head in heads if head] == ["rate", "change", "n"]


def test_markup_in_a_table_stays_text():
    frame = pd.DataFrame({"area": ["<script>alert(1)</script>", "<b>1</b> & 2"]})
    assert "&lt;script&gt;" in pages.aligned(frame.to_html())
    assert not BeautifulSoup(pages.aligned(frame.to_html()), "html.parser")(["script", "b"])


def test_the_start_page_says_for_each_notebook_which_year_it_shows(tmp_path, monkeypatch):
    one, two, own = ModuleType("one"), ModuleType("two"), ModuleType("own")
    one.year_shown = lambda force, end: end
    two.year_shown = own.year_shown = lambda force, end: pd.Timestamp("2015-03-31")
    one.about = own.about = lambda force, end: ""  # what the report itself prints needs no excuse
    two.about = lambda force, end: f"The survey's <own> year; nothing on {force}."
    monkeypatch.setitem(sys.modules, "helpers.themes.one_part", one)
    monkeypatch.setitem(sys.modules, "helpers.themes.two_parts", two)
    monkeypatch.setitem(sys.modules, "helpers.themes.own_year", own)
    paths = [
        small(tmp_path, name, "1")
        for name in (
            "01-one-part.ipynb",
            "02-two-parts.ipynb",
            "03-none.ipynb",
            "04-own-year.ipynb",
        )
    ]
    results = [running.Result(path, nbformat.read(path, as_version=4), "") for path in paths]
    html = pages.index("Suffolk", pd.Timestamp("2012-06-30"), results)
    items = [
        " ".join(item.get_text(" ").split()) for item in BeautifulSoup(html, "html.parser")("li")
    ]
    assert items == [
        "What is this? Data to 30 June 2012.",
        "What is this? Shows data to 31 March 2015, not to the day asked for. "
        "The survey's <own> year; nothing on Suffolk.",
        "What is this?",
        "What is this? Data to 31 March 2015.",
    ]


def test_a_theme_that_lacks_a_part_is_not_taken_for_none(tmp_path, monkeypatch):
    def broken(name):
        raise ModuleNotFoundError("No module named 'absent'", name="absent")

    monkeypatch.setattr(pages.importlib, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="absent"):
        pages.theme(tmp_path / "01-one.ipynb")


CHART = """
import pandas as pd
from helpers import charts, prose

frame = pd.DataFrame({"group": ["all"], "area": [AREA], "value": [5.12345678]})
places = {"a": AREA}
text = {"title": "{{ a }} has 5", "subtitle": "S $\\\\frac$", "exhibit": NAME, "places": places}
source = "Source: Home Office, 2018. File: data/official/x.csv"
charts.bars(frame, AREA, source=source, **text)
"""


@pytest.mark.kernel
def test_exhibits_are_written_as_picture_and_table_with_source_and_licence(tmp_path):
    small(tmp_path / "notebooks", "01-one.ipynb", 'AREA, NAME = "Norfolk", "figure_1"', CHART)
    assert run(tmp_path) == 0
    folder = tmp_path / "build" / "norfolk" / "exhibits"
    assert (folder / "figure_1.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "figure_1.csv").read_text(encoding="utf-8") == (
        "group,area,value,source,licence\n"
        'all,Norfolk,5.1234568,"Home Office, 2018. File: data/official/x.csv",'
        "Open Government Licence v3.0\n"
    )

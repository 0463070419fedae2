"""The main job: parameters, the report's own cells, a failing notebook, pages, mistakes."""

import re
import sys
from types import ModuleType

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from conftest import NOTEBOOKS
from helpers import areas, typeset
from helpers.reproduce import __main__ as command
from helpers.reproduce import forking, overview, pages, plans, running
from helpers.typeset import claimed

PARAMETERS = 'FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"'
BESIDE = ["icon.svg", "index.html", "made-from.json", "site.css"]
OTHERS = ["01-one.html", "01-one.ipynb", *BESIDE]  # another force's
RESULTS = sorted([*OTHERS, "claims.js", "fact-check.html"])
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
    assert names(folder) == OTHERS
    text = (folder / "01-one.html").read_text(encoding="utf-8")
    assert "Suffolk 2016-06-30 suffolk" in text
    out = capsys.readouterr().out.splitlines()
    assert "1 of 1 notebooks ran. Fact-check of the report, " in out[-2]
    assert out[-1] == f"Open {folder / 'index.html'}"


@pytest.mark.slow
@pytest.mark.parametrize("forks", [True, False])
def test_a_folder_may_be_named_from_where_one_is(tmp_path, monkeypatch, forks):
    monkeypatch.setattr(forking, "FORKS", forks)
    small(tmp_path / "notebooks", "01-one.ipynb", "print(FORCE)")
    monkeypatch.chdir(tmp_path)
    assert command.main(["--out", "build", "--notebooks", "notebooks"]) == 0
    assert names(tmp_path) == ["build", "notebooks"]
    assert names(tmp_path / "notebooks") == ["01-one.ipynb"]
    assert names(tmp_path / "build" / "norfolk") == RESULTS


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
    assert (
        "FAILED  Norfolk, 02-two.ipynb, cell 4: ZeroDivisionError: division by zero" in output.err
    )
    assert (
        "1 of 3 notebooks ran, 1 unchanged and kept" in output.out
        and "is still the last good run" in output.out
    )
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


@pytest.mark.slow
def test_a_failed_cell_has_its_number_in_the_source(tmp_path, capsys):
    about_the_report(tmp_path / "notebooks")
    assert run(tmp_path, "--force", "Suffolk") == 1
    assert "FAILED  Suffolk, 01-one.ipynb, cell 6: ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.slow
def test_an_interrupted_run_leaves_the_last_good_one(tmp_path, monkeypatch, capsys):
    small(tmp_path / "notebooks", "01-one.ipynb", "print('good')")
    assert run(tmp_path) == 0
    folder = tmp_path / "build" / "norfolk"
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    def interrupt(*_):
        raise KeyboardInterrupt

    small(tmp_path / "notebooks", "01-one.ipynb", "print('better')")
    monkeypatch.setattr(pages, "index", interrupt)
    assert run(tmp_path) == 130
    assert "the last good run is untouched" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.kernel
def test_what_has_not_changed_is_kept_and_the_rest_run_again(tmp_path, capsys):
    one = small(tmp_path / "notebooks", "01-one.ipynb", "import time\nprint(time.time_ns())")
    small(tmp_path / "notebooks", "02-two.ipynb", "import time\nprint(time.time_ns())")
    folder = tmp_path / "build" / "norfolk"

    def made():
        assert run(tmp_path) == 0
        return capsys.readouterr().out, *((folder / f"{p}.html").read_bytes() for p in PAGES)

    _, first, second = made()
    assert made()[1:] == (first, second)
    assert "2 of 2 notebooks unchanged and kept. Fact-check" in (said := made()[0]), said
    small(tmp_path / "notebooks", "02-two.ipynb", "import time\nprint('other', time.time_ns())")
    said, kept, other = made()
    assert "1 of 2 notebooks ran, 1 unchanged and kept" in said
    assert kept == first and other != second
    (folder / "01-one.html").write_text("tampered with", encoding="utf-8")
    _, again, kept = made()
    assert b"tampered" not in again and again != first and kept == other
    (folder / "index.html").unlink()
    assert made()[1:] == (again, other) and (folder / "index.html").exists()
    one.unlink()
    assert run(tmp_path) == 0
    kept = ["02-two.html", "02-two.ipynb", "claims.js", "fact-check.html", *BESIDE]
    assert names(folder) == kept


@pytest.mark.parametrize(
    "change", ["data/official/a.csv", "helpers/b.py", "helpers/typeset/page/c.css", "version"]
)
def test_a_result_hangs_on_data_code_template_and_versions(tmp_path, monkeypatch, change):
    for name in ("data/official/a.csv", "helpers/b.py", "helpers/typeset/page/c.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    packages = tmp_path / "site"
    (packages / "pandas-1.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(packages)])
    before = plans.foundation(tmp_path)
    assert plans.foundation(tmp_path) == before
    if change == "version":
        (packages / "pandas-1.0.dist-info").rename(packages / "pandas-1.1.dist-info")
    else:
        (tmp_path / change).write_text("2", encoding="utf-8")
    assert plans.foundation(tmp_path) != before


def test_a_result_hangs_on_parameters_and_cells_and_on_no_output(tmp_path):
    path = small(tmp_path, "01-one.ipynb", "1")
    first = plans.mark(path, "Norfolk", "2015-06-30", "")
    others = [("Suffolk", "2015-06-30", ""), ("Norfolk", "2012-06-30", ""), (*PAIR, "base")]
    assert first not in [plans.mark(path, *other) for other in others]
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="shown")]
    nbformat.write(notebook, path)
    assert plans.mark(path, *PAIR, "") == first
    notebook.cells[2].metadata["tags"] = ["report"]
    nbformat.write(notebook, path)
    assert plans.mark(path, *PAIR, "") != first


@pytest.mark.slow
def test_a_force_that_fails_is_named_and_the_others_complete(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(areas, "FORCES", ("Kent", "Norfolk", "Suffolk"))
    small(tmp_path / "notebooks", "01-one.ipynb", "print(FORCE)", "assert FORCE != 'Kent', 'no'")
    small(tmp_path / "notebooks", "02-two.ipynb", "print(FORCE)")
    assert run(tmp_path, "--all-forces") == 1
    output = capsys.readouterr()
    assert output.err.splitlines()[-1] == "FAILED  Kent, 01-one.ipynb, cell 4: AssertionError: no"
    assert "3 forces: 5 of 6 notebooks ran." in output.out
    build = tmp_path / "build"
    assert output.out.splitlines()[-1] == f"Open {build / 'index.html'}"
    assert [path.name for path in sorted(build.glob("[a-z]*"))] == [
        "index.html", "kent-failed", "norfolk", "suffolk"]  # fmt: skip
    soup = BeautifulSoup((build / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in soup.find("ul", class_="map")("a")]
    assert sorted(links) == [
        "kent-failed/index.html", "norfolk/index.html", "suffolk/index.html"]  # fmt: skip
    assert all((build / link["href"]).exists() for link in soup("a", href=re.compile("^[^#]")))
    assert "Stopped: 01-one.ipynb, cell 4" in soup.text and not soup(["script", "link"])
    small(tmp_path / "notebooks", "01-one.ipynb", "print(FORCE)")
    assert run(tmp_path, "--all-forces") == 0
    assert run(tmp_path, "--all-forces") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == "3 forces: 6 of 6 notebooks unchanged and kept."
    assert run(tmp_path, "--force", "Suffolk", "--force", "Kent", "--force", "suffolk") == 0
    assert capsys.readouterr().out.startswith("2 forces: 4 of 4 notebooks unchanged and kept.")
    assert "Norfolk" in (build / "index.html").read_text(encoding="utf-8")  # of the run before
    assert "Stopped" not in (build / "index.html").read_text(encoding="utf-8")


def test_the_map_to_choose_from_has_every_force_where_its_tile_is():
    page = overview.page(pd.Timestamp("2016-06-30"), {force: [] for force in areas.FORCES})
    soup = BeautifulSoup(page, "html.parser")
    tiles = soup.find("ul", class_="map")("li")
    at = {
        tile.a["aria-label"]: tuple(map(int, re.findall(r"\d+", tile["style"]))) for tile in tiles
    }
    assert at == {force: (x + 1, y + 1) for force, (x, y) in areas.tiles().items()}
    listed = [link.text for link in soup.find("ul", class_="names")("a")]
    assert listed == list(areas.FORCES)
    assert tiles[0].a["href"] == "northumbria-2016-06-30/index.html"


PAGES, PAIR = ("01-one", "02-two"), ("Norfolk", "2015-06-30")
SHOWS = [
    "import sys\nprint('a')\nprint('b', file=sys.stderr)\nimport time\ntime.sleep(0.5)\nprint('c')",
    "import pandas as pd\npd.DataFrame({f'a long name {n}': [n / 3] for n in range(30)})",
    "from IPython.display import HTML, Markdown, clear_output, display\ndisplay(Markdown('x'))\n5",
    "print('gone')\nclear_output()\nhandle = display(HTML('<b>one</b>'), display_id='it')",
    "handle.update(HTML('<b>two</b>'))\n%precision 3",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone",
    "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "!echo from a shell",
    "_, Out[3].shape, __name__, get_ipython().execution_count",
    "pd.get_option('display.max_columns'), pd.get_option('display.width'), plt.get_backend()",
    "import os, pathlib\npathlib.Path.cwd().name, '' in sys.path, os.environ['IPYTHONDIR'][-6:]",
    "def f(x):\n    return 1 / x\n\nf(0)",
]


@pytest.mark.slow
def test_a_forked_process_shows_what_an_ordinary_kernel_shows(tmp_path, monkeypatch):
    path = small(tmp_path / "notebooks", "01-one.ipynb", *SHOWS)
    job = running.Job(path, *PAIR, tmp_path)
    found = {}
    for forks in (True, False):
        monkeypatch.setattr(forking, "FORKS", forks)
        [(_, found[forks])] = forking.run([job], 1, pages.finish)
    assert found[True].error == found[False].error == (
        "01-one.ipynb, cell 14: ZeroDivisionError: division by zero")  # fmt: skip
    assert found[True].files["01-one.ipynb"].decode() == found[False].files["01-one.ipynb"].decode()
    assert found[True].files == found[False].files


@pytest.mark.slow
@pytest.mark.parametrize("forks", [True, False])
def test_no_notebook_touches_another_s_process(tmp_path, monkeypatch, forks):
    monkeypatch.setattr(forking, "FORKS", forks)
    look = "import os\nfrom helpers import areas\nprint(areas.FORCES[0], os.environ.get('MINE'))"
    spoil = look + "\nareas.FORCES, os.environ['MINE'] = ['spoilt'], 'set'"
    jobs = [
        running.Job(small(tmp_path, name, source), *PAIR, tmp_path)
        for name, source in (("01-one.ipynb", spoil), ("02-two.ipynb", look))
    ]
    for _, result in forking.run(jobs, 1):
        assert result.notebook.cells[2].outputs[0].text == "Avon and Somerset None\n"
    assert areas.FORCES[0] == "Avon and Somerset"


@pytest.mark.slow
@pytest.mark.skipif(not forking.FORKS, reason="an ordinary kernel has no process to be told apart")
@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os\nos._exit(3)", "its process ended with status 3"),
        ("import os\nos.kill(os.getpid(), 9)", "its process ended with status -9"),
        ("import time\ntime.sleep(9)", "took more than 1 seconds"),
        ("while True: pass", "took more than 1 seconds"),
    ],
)
def test_a_process_that_dies_is_named_with_its_cell(tmp_path, monkeypatch, source, why):
    monkeypatch.setattr(forking, "CELL_TIMEOUT", 1)
    jobs = [
        running.Job(small(tmp_path, name, "1", each, "2"), *PAIR, tmp_path)
        for name, each in (("01-one.ipynb", source), ("02-two.ipynb", "print('ran')"))
    ]
    one, two = (result for _, result in sorted(forking.run(jobs, 2)))
    assert one.error == f"01-one.ipynb, cell 4: {why}"
    assert not two.error and two.notebook.cells[3].outputs[0].text == "ran\n"


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
    error = running.execute(running.Job(path, "Norfolk", "2015-06-30", tmp_path)).error
    assert error == "01-one.ipynb: has no cell tagged 'parameters'"
    with pytest.raises(ValueError, match="sets no COUNTY in its cell tagged 'parameters'"):
        notebook = nbformat.read(small(tmp_path, "02-two.ipynb"), as_version=4)
        running.parameterise(notebook, COUNTY="Norfolk")


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS[:2], ids=lambda path: path.stem)
def test_a_page_keeps_alt_text_and_fetches_nothing(path):
    notebook = nbformat.read(path, as_version=4)
    page = pages.inside(running.Result(path, notebook, ""))
    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert page.count("<img") == len(pictures) == page.count('alt="')
    assert not [part for part in ("<script", "http-equiv", "<link", 'src="http') if part in page]


@pytest.mark.slow
def test_claims_are_linked_where_the_report_is_about_the_force_only():
    path = NOTEBOOKS[7]
    notebook = nbformat.read(path, as_version=4)
    own, other = (pages.inside(running.Result(path, notebook, "", force=f))
                  for f in ("Norfolk", "Suffolk"))  # fmt: skip
    assert own.count('href="fact-check.html#') > 60 and "fact-check.html" not in other


def read(*cells):
    """The inside of the page of some cells."""
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    return BeautifulSoup(typeset.body(notebook, claimed.rows()), "html.parser")


def shown(html):
    """A cell that shows a table."""
    return code("x", outputs=[nbformat.v4.new_output("display_data", {"text/html": html})])


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
    soup = read(shown(frame.to_html()))
    set_right = [["number" in cell.get("class", []) for cell in row("td")] for row in soup("tr")]
    assert set_right[1:] == [[False, True, True, True]] * 2
    heads = soup.thead("th")
    assert [head.text for head in heads] == ["area", "force", "rate", "change", "n"]
    assert [h.text for h in heads if "number" in h.get("class", [])] == ["rate", "change", "n"]
    assert all(head["scope"] == "col" for head in heads)


def test_a_first_column_is_kept_in_sight_below_a_merged_cell_too():
    index = pd.MultiIndex.from_product([["crime", "burglary"], ["Kent", "Essex"]])
    soup = read(shown(pd.DataFrame({"rate": [1, 2, 3, 4]}, index).to_html()))
    assert [cell.get_text() for cell in soup.tbody(class_="first")] == ["crime", "burglary"]


@pytest.mark.parametrize(
    ("before", "caption", "left"),
    [
        ("### How high is it?\n\nTwo.", "Table 1. How high is it?", "How high is it? Two."),
        ("### How high is it?", "Table 1. Rate", "How high is it?"),
        (
            "## Figure 2 – rates\n\nTwo. Where *the* first\nof two rates lies:",
            "Table 1. Where the first of two rates lies",
            "Figure 2 – rates Two. Where the first of two rates lies:",
        ),
        (
            "## Rates\n\n*Two*. Where the first of the two\nrates lies:",
            "Table 1. Where the first of the two rates lies",
            "Rates Two.",
        ),
        (
            "## Rates\n\nWhere *the* first of two rates lies:",
            "Table 1. Where the first of two rates lies",
            "Rates",
        ),
        (
            "## Figure 2 – rates\n\nIn the first:",
            "Table 1. Rates",
            "Figure 2 – rates In the first:",
        ),
        (
            "### 3. How high?\n\nIn the first: two.",
            "Table 1. How high?",
            "3. How high? In the first: two.",
        ),
        ("", "Table 1. Rate", ""),
    ],
)
def test_a_caption_says_what_leads_to_the_table_and_does_not_say_it_twice(before, caption, left):
    table = shown(pd.DataFrame({"rate": [1]}).to_html())
    soup = read(*[markdown(before)] * bool(before), table)
    assert soup.caption.text == caption == soup.find(class_="scroll")["aria-label"]
    assert " ".join(tag.get_text() for tag in soup(["h2", "h3", "p"])).split() == left.split()


def test_no_two_tables_of_a_page_are_called_the_same():
    one, two = (shown(pd.DataFrame({name: [1], "rate": [2]}).to_html()) for name in "ab")
    captions = [c.text for c in read(markdown("# Why?"), markdown("Two."), one, two)("caption")]
    assert captions == ["Table 1. Why?", "Table 2. B and rate"]


def test_a_claim_can_be_a_card():
    rows = claimed.rows().head(2)
    claim = pd.Index(rows["statement"], name="claim")
    frame = pd.DataFrame({"found": ["no change", "5.3"], "verdict": "differs"}, claim)
    soup = read(shown(frame.to_html()))
    assert soup.caption.text == "Table 1. 2 claims, with their verdicts"
    assert "claims" in soup.find(class_="scroll")["class"]
    told = [(cell["role"], cell["data-head"]) for cell in soup.tbody.tr(["th", "td"])]
    assert told == [("rowheader", "claim"), ("cell", "found"), ("cell", "verdict")]
    assert [head["role"] for head in soup.thead(["th", "td"])] == ["columnheader"] * 3
    assert [cell["class"] for cell in soup.tbody("td", {"data-head": "found"})] == [["number"]] * 2
    plain = read(shown(frame.reset_index(names="what").to_html(index=False)))
    assert not plain(class_="claims") and not plain(attrs={"role": "cell"})


def test_a_cell_links_the_claims_that_it_is_tagged_with():
    soup = read(tagged(markdown, "### Is it right?", "claim:fin_crime_2015_norfolk"))
    assert soup.li.a["href"] == "fact-check.html#fin_crime_2015_norfolk"
    assert "printed 52.2" in soup.li.text and soup.li.span.text == "reproduced"
    assert not read(markdown("### Is it right?"))("li")


def test_markup_in_a_table_stays_text():
    frame = pd.DataFrame({"area": ["<script>alert(1)</script>", "<b>1</b> & 2"]})
    soup = read(shown(frame.to_html()))
    assert "&lt;script&gt;" in str(soup) and not soup(["script", "b"])


def test_what_makes_sense_in_jupyterlab_only_is_left_out():
    soup = read(markdown('What is it? <span class="jupyter">Run all cells.</span>'))
    assert soup.text.strip() == "What is it?"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<td>-0.5</td>", "<td>−0.5</td>"),
        ("(-12.65 to -12.55)", "(−12.65 to −12.55)"),
        ("<pre>x = -1</pre> -1", "<pre>x = -1</pre> −1"),
        ('<a href="-1">2015-06-30</a>', '<a href="-1">2015-06-30</a>'),
        ("mid-2014, ISBN 978-1-911194", "mid-2014, ISBN 978-1-911194"),
    ],
)
def test_a_negative_number_has_a_true_minus(inside, shown):
    around = {"contents": [], "site": "A site", "here": "", "title": "A page"}
    page = typeset.page("framed.html.j2", inside=inside, **around)
    assert typeset.inside(page).strip() == shown


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
    assert not list(folder.glob("*-narrow.png")) and run(tmp_path, "--phones") == 0
    first = (folder.parent / "01-one.html").stat().st_mtime_ns
    assert run(tmp_path) == 0, "a run for phones is good for every other"
    assert (folder.parent / "01-one.html").stat().st_mtime_ns == first
    assert (folder / "figure_1.png").read_bytes().startswith(b"\x89PNG")
    drawing = (folder / "figure_1.svg").read_text(encoding="utf-8")
    assert "<svg" in drawing and ">Norfolk has 5</text>" in drawing and "<dc:date>" not in drawing
    executed = (folder.parent / "01-one.ipynb").read_text(encoding="utf-8")
    assert "image/png" in executed and "image/svg" not in executed
    page = (folder.parent / "01-one.html").read_text(encoding="utf-8")
    assert re.findall(r'href="exhibits/(figure_1\.\w+)"', page) == [
        "figure_1.png", "figure_1.svg", "figure_1.csv"]  # fmt: skip
    narrow = BeautifulSoup(page, "html.parser").select_one("figure picture source[srcset]")
    assert narrow["media"] == "(max-width: 40rem)" and narrow["width"] == "440"
    with Image.open(folder.parent / narrow["srcset"]) as picture:
        assert picture.size == (440, int(narrow["height"]))
    assert "</summary>Home Office, 2018. File: data/official/x.csv. Open Government" in page
    assert (folder / "figure_1.csv").read_text(encoding="utf-8") == (
        "group,area,value,source,licence\n"
        'all,Norfolk,5.1234568,"Home Office, 2018. File: data/official/x.csv",'
        "Open Government Licence v3.0\n"
    )

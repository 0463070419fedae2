"""Notebooks as committed: executed in order, one shape, cells an analyst can read and change."""

import ast
import io
import itertools
import re

import nbformat
import pandas as pd
import pytest

from conftest import NOTEBOOKS
from helpers import charts
from helpers.reproduce import pages

HEADINGS = [
    "Findings",
    "Exhibits",
    "The sentences, checked",
    "Sensitivity",
    "Notes on variation",
    "Data and method",
]
LINES, WIDTH, SET_UP = 12, 100, 6
ALL_LINES = 108  # code of a notebook, sentences and all, on average
SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=\S)")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code(notebook) for output in cell.outputs]


def tags(cell):
    return cell.metadata.get("tags", [])


def faults(source):
    """What a code cell has that belongs into helpers, a word each."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    made = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [f"defines {node.name}" for node in nodes if isinstance(node, made)]
    for node in nodes:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"imports {n}" for n in names if n.split(".")[0] in ("matplotlib", "seaborn")]
        if isinstance(node, ast.IfExp):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.IfExp) and n is not node]
            found += ["a choice in a choice"] if inner else []
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [f"colour {c}" for c in re.findall(r"#[0-9A-Fa-f]{6}\b", node.value)]
            found += [f"choices in: {s}" for s in SENTENCE.split(node.value) if choices(s) > 1]
        if isinstance(node, ast.JoinedStr) and any(
            isinstance(n, ast.IfExp) for part in node.values for n in ast.walk(part)
        ):
            found.append("a choice inside an f-string")
    lines = source.splitlines()
    found += [f"{len(lines)} lines"] if len(lines) > LINES else []
    found += [f"{len(line)} characters: {line[:40]}" for line in lines if len(line) > WIDTH]
    return found


def choices(sentence):
    """How many choices a sentence of a template has: `{% if %}`, `{% elif %}`, or an inline if."""
    inline = re.findall(r"\{\{.*?\}\}", sentence, re.DOTALL)
    return len(re.findall(r"\{%-?\s*(?:el)?if\b", sentence)) + sum(
        len(re.findall(r"\bif\b", place)) for place in inline
    )


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def f():\n    return 1", "defines f"),
        ("class A:\n    pass", "defines A"),
        ("import matplotlib.pyplot as plt", "imports matplotlib.pyplot"),
        ("from seaborn import barplot", "imports seaborn"),
        ("x = 1 if a else 2 if b else 3", "a choice in a choice"),
        ("bar(colour='#12436D')", "colour #12436D"),
        ("say(f'{1 if a else 2}')", "a choice inside an f-string"),
        ("say('{{ 1 if a else 2 }} and {{ 3 if b else 4 }}.')", "choices in: "),
        ("say('{% if a %}x{% elif b %}y{% endif %}.')", "choices in: "),
        ("x = 1\n" * 13, "13 lines"),
        ("x = '" + "y" * 100 + "'", "106 characters"),
    ],
)
def test_each_rule_for_a_cell_can_fail(source, fault):
    assert any(found.startswith(fault) for found in faults(source))


GOOD = """import pandas as pd
s = recorded_crime.spread(FORCE, END)
share = 1 if s else 2
say('''
Crime {{ 'rose' if s.up else 'fell' }} here. {% if s.low %}It is low.{% endif %}
If it fell: {{ s.low | dp1 }} to #1.
''', s=s)"""


def test_a_good_cell_has_no_fault():
    assert not faults(GOOD)


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_code_cells_are_short_and_hold_no_machinery(notebook):
    found = {i: faults(c.source) for i, c in enumerate(notebook.cells) if c.cell_type == "code"}
    assert not {number: faulty for number, faulty in found.items() if faulty}


def test_cells_are_few_and_the_first_screen_holds_no_set_up(notebook):
    assert 15 <= len(notebook.cells) <= 35
    place = next(i for i, cell in enumerate(notebook.cells) if "parameters" in tags(cell))
    assert place <= 2
    set_up = next(cell for cell in notebook.cells[place + 1 :] if cell.cell_type == "code")
    assert len(set_up.source.splitlines()) <= SET_UP


def test_code_in_all_notebooks_is_little():
    notebooks = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    lines = [line for each in notebooks for cell in code(each) for line in cell.source.splitlines()]
    assert sum(map(bool, map(str.strip, lines))) <= ALL_LINES * len(notebooks)


def test_is_committed_executed_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_has_outputs_and_nothing_on_stderr(notebook):
    found = outputs(notebook)
    assert len(found) >= len(code(notebook)) / 2
    assert not [o for o in found if o.output_type == "error" or o.get("name") == "stderr"]


def test_every_picture_has_alt_text_with_numbers(notebook):
    pictures = [o for o in outputs(notebook) if "image/png" in o.get("data", {})]
    assert pictures
    for picture in pictures:
        assert re.search(r"\d", picture.metadata["image/png"]["alt"])


def test_headings_are_the_same_in_each(notebook):
    markdown = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    lines = [line for cell in markdown for line in cell.source.splitlines()]
    assert lines[0].startswith("# ") and lines[0].endswith("?")
    assert [line[3:] for line in lines if line.startswith("## ")] == HEADINGS


def parts(cells):
    """Headings, as (level, text), and what is none, as 0 and the cell, in the order of cells."""
    for cell in cells:
        prose = cell.cell_type == "markdown"
        for line in filter(str.strip, cell.source.splitlines()):
            mark = re.match(r"#+(?= )", line) if prose else None
            yield (len(mark[0]), line) if mark else (0, cell.source)


def bare(cells):
    """Headings with nothing under them."""
    found = [*parts(cells), (1, "end")]
    return [text for (level, text), (under, _) in itertools.pairwise(found)
            if level and 0 < under <= level]  # fmt: skip


def orphans(cells):
    """What another force keeps of a section whose `##` heading it does not have."""
    found, missing = [], False
    for cell in cells:
        report, section = "report" in tags(cell), re.match(r"#{1,2} ", cell.source)
        if cell.cell_type == "markdown" and section:
            missing = report
        found += [cell.source] if missing and not report else []
    return found


def test_another_force_has_headings_only_with_what_stands_under_them(notebook):
    left = [cell for cell in notebook.cells if "report" not in tags(cell)]
    assert not bare(notebook.cells) and not bare(left) and not orphans(notebook.cells)
    assert "## Findings" in [text for level, text in parts(left) if level]
    assert sum("parameters" in tags(cell) for cell in left) == 1


def test_a_bare_heading_and_an_orphan_are_found():
    md, code_cell = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    own = {"metadata": {"tags": ["report"]}}
    assert bare([md("## A"), md("### B"), code_cell("# a comment")]) == []
    assert bare([md("## A"), md("## B\n\ntext"), md("### C")]) == ["## A", "### C"]
    assert bare([md("### A"), md("## B"), code_cell("1")]) == ["### A"]
    assert orphans([md("## A", **own), code_cell("1", **own), md("## B"), code_cell("2")]) == []
    assert orphans([md("## A", **own), code_cell("1")]) == ["1"]


def test_has_parameters_and_ends_with_its_sources(notebook):
    tagged = [cell for cell in notebook.cells if "parameters" in tags(cell)]
    assert [c.source for c in tagged] == ['FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"']
    assert any("data.sources(" in cell.source for cell in code(notebook)[-2:])


def test_no_series_or_address_in_outputs(notebook):
    """A bare Series prints otherwise with another pandas; an object's address with every run."""
    for output in outputs(notebook):
        text = output.get("data", {}).get("text/plain", "")
        assert "dtype:" not in text and not re.search(r" at 0x[0-9a-f]+", text)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_has_a_theme_that_says_what_year_it_shows_and_what_it_gives(path):
    theme = pages.theme(path)
    force, end = "Norfolk", pd.Timestamp("2015-06-30")
    assert isinstance(theme.year_shown(force, end), pd.Timestamp)
    assert theme.about(force, end) == "" and isinstance(theme.about("Suffolk", end), str)


def test_every_exhibit_of_the_report_is_drawn_with_its_table():
    found = {}
    for path in NOTEBOOKS:
        shown = [o.data for o in outputs(nbformat.read(path, as_version=4)) if "data" in o]
        for exhibit in (data[charts.EXHIBIT] for data in shown if charts.EXHIBIT in data):
            name = exhibit["name"]
            assert name not in found, f"{name} is drawn in {path.stem} and in {found[name]}"
            found[name] = path.stem
            table = pd.read_csv(io.StringIO(exhibit["csv"]))
            assert len(table) and table["source"].notna().all(), name
            assert (table["licence"] == "Open Government Licence v3.0").all(), name
    expected = {"judgments", "force_in_numbers", *(f"figure_{n}" for n in range(1, 8))}
    assert expected <= set(found)

"""Notebooks as committed: executed in order, with outputs, nothing on stderr, the same headings, no cell too long."""

import io
import re

import nbformat
import pandas as pd
import pytest

from conftest import NOTEBOOKS
from helpers import charts

HEADINGS = ["Findings", "Exhibits", "The sentences, checked", "Sensitivity", "Notes on variation", "Data and method"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_is_committed_executed_from_top_to_bottom(notebook):
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))


def test_has_outputs_and_nothing_on_stderr(notebook):
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert len(outputs) >= len(code(notebook)) / 2
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


def test_every_picture_has_alt_text_with_numbers(notebook):
    pictures = [o for cell in code(notebook) for o in cell.outputs if "image/png" in o.get("data", {})]
    assert pictures
    for picture in pictures:
        assert re.search(r"\d", picture.metadata["image/png"]["alt"])


def test_headings_are_the_same_in_each(notebook):
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    assert lines[0].startswith("# ") and lines[0].endswith("?")
    assert [line[3:] for line in lines if line.startswith("## ")] == HEADINGS


def test_cells_are_few_and_short(notebook):
    assert 15 <= len(notebook.cells) <= 45
    for cell in code(notebook):
        assert len(cell.source.splitlines()) <= 16, cell.source[:80]


def test_has_parameters_and_ends_with_its_sources(notebook):
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert [cell.source for cell in tagged] == ['FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"']
    assert any("data.sources(" in cell.source for cell in code(notebook)[-2:])


def test_no_series_or_address_in_outputs(notebook):
    """Bare Series broke other people's notebooks with a newer pandas; an object's address differs in every run."""
    for cell in code(notebook):
        for output in cell.outputs:
            text = output.get("data", {}).get("text/plain", "")
            assert "dtype:" not in text and not re.search(r" at 0x[0-9a-f]+", text)


def test_every_exhibit_of_the_report_is_drawn_with_its_table():
    found = {}
    for path in NOTEBOOKS:
        for cell in code(nbformat.read(path, as_version=4)):
            for output in cell.outputs:
                if charts.EXHIBIT in output.get("data", {}):
                    exhibit = output.data[charts.EXHIBIT]
                    assert exhibit["name"] not in found, f"{exhibit['name']} is drawn in {path.stem} and in {found[exhibit['name']]}"
                    found[exhibit["name"]] = path.stem
                    table = pd.read_csv(io.StringIO(exhibit["csv"]))
                    assert len(table) and table["source"].notna().all() and (table["licence"] == "Open Government Licence v3.0").all(), exhibit["name"]
    assert {"judgments", "force_in_numbers", *(f"figure_{n}" for n in range(1, 8))} <= set(found)

"""What a reader opens: a page for each notebook, a start page, and the exhibits as files."""

from __future__ import annotations

import base64
import importlib
import re
from pathlib import Path
from types import ModuleType

import jinja2
import nbformat
import pandas as pd
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from helpers import areas, charts, prose
from helpers.reproduce.running import Result, title

HERE = Path(__file__).parent


def page(notebook: nbformat.NotebookNode) -> str:
    """The notebook as one self-contained HTML page."""
    copy = nbformat.from_dict(notebook)
    for output in (o for cell in copy.cells for o in cell.get("outputs", [])):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = aligned(output.data["text/html"])
    exporter = HTMLExporter(template_name="page", extra_template_basedirs=[str(HERE)])
    return exporter.from_notebook_node(copy)[0]


def aligned(table: str) -> str:
    """A table as pandas writes it, with class `number` on every column that holds no words."""
    soup = BeautifulSoup(table, "html.parser")
    for style in soup("style"):  # pandas' own, which would win over the page's
        style.decompose()
    for rows in ([row for row in table("tr") if row("td")] for table in soup("table")):
        heads = [row for row in rows[0].find_parent("table")("tr") if not row("td")] if rows else []
        width = len(rows[0]("td")) if rows else 0
        for place in range(-width, 0):
            column = [row("td")[place] for row in rows]
            if not any(re.search(r"[^\W\d_]", cell.text.replace("NaN", "")) for cell in column):
                for cell in column + [h("th")[place] for h in heads if len(h("th")) >= width]:
                    cell["class"] = "number"
    return str(soup)


def theme(notebook: Path) -> ModuleType | None:
    """The module of `helpers.themes` that is named after a notebook; None when there is none."""
    name = f"helpers.themes.{notebook.stem.partition('-')[2].replace('-', '_')}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:  # the theme is there and lacks something itself
            raise
        return None


def index(force: str, end: pd.Timestamp, results: list[Result]) -> str:
    """The start page: every notebook by its title, the year it shows, what it gives, its error."""
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "page"), autoescape=True)
    return pages.get_template("contents.html.j2").render(
        heading=heading(force, end),
        items=[(result, title(result.notebook), theme(result.path)) for result in results],
        force=force,
        end=end,
        day=prose.day,
    )


def heading(force: str, end: pd.Timestamp) -> str:
    """'Norfolk, year to 30 June 2015'."""
    return f"{force}, year to {prose.day(end)}"


def write_exhibits(results: list[Result], folder: Path) -> None:
    """The picture and the table of every exhibit, named after it: figure_1.png, figure_1.csv."""
    folder.mkdir()
    outputs = (o for r in results for cell in r.notebook.cells for o in cell.get("outputs", []))
    for data in (output.data for output in outputs if charts.EXHIBIT in output.get("data", {})):
        exhibit = data[charts.EXHIBIT]
        name = areas.slug(exhibit["name"]).replace("-", "_")
        (folder / f"{name}.png").write_bytes(base64.b64decode(data["image/png"]))
        (folder / f"{name}.csv").write_text(exhibit["csv"], encoding="utf-8")


def write(force: str, end: pd.Timestamp, results: list[Result], folder: Path) -> None:
    """Everything that a run gives, into a new folder."""
    folder.mkdir()
    for result in results:
        nbformat.write(result.notebook, folder / result.path.name)
        (folder / f"{result.path.stem}.html").write_text(page(result.notebook), encoding="utf-8")
    (folder / "index.html").write_text(index(force, end, results), encoding="utf-8")
    write_exhibits(results, folder / "exhibits")

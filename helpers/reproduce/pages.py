"""What a reader opens: a page for each notebook, a start page, and the exhibits as files."""

from __future__ import annotations

import base64
import functools
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import nbformat
import pandas as pd
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from helpers import areas, charts, prose, report
from helpers.reproduce import alive, overview
from helpers.reproduce.running import Result, title

HERE = Path(__file__).parent


def page(notebook: nbformat.NotebookNode) -> str:
    """The notebook as one self-contained HTML page."""
    copy = nbformat.from_dict(notebook)
    for output in (o for cell in copy.cells for o in cell.get("outputs", [])):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = aligned(output.data["text/html"])
        if charts.ALIVE in output.get("data", {}):
            output.data["text/html"] = alive.html(output.data, output.metadata)
    return exporter().from_notebook_node(copy)[0]


@functools.cache
def exporter() -> HTMLExporter:
    """What turns notebooks into pages, its template compiled once a process."""
    made = HTMLExporter(template_name="page", extra_template_basedirs=[str(HERE)])
    made.from_notebook_node(nbformat.v4.new_notebook())
    return made


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
    return overview.TEMPLATES.get_template("contents.html.j2").render(
        heading=overview.heading(force, end),
        items=[(result, title(result.notebook), theme(result.path)) for result in results],
        said=said,
        force=force,
        end=end,
        day=prose.day,
    )


def said(about: Callable[..., str], *arguments: object) -> str:
    """What a theme says of its page; where that needs what the report does not print, this."""
    try:
        return about(*arguments)
    except report.Unprinted as error:
        return f"{error}."


def exhibits(notebook: nbformat.NotebookNode) -> dict[str, bytes]:
    """The picture and the table of every exhibit, named after it: figure_1.png, figure_1.csv."""
    found = {}
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    for shown in (output.data for output in outputs if charts.EXHIBIT in output.get("data", {})):
        exhibit = shown[charts.EXHIBIT]
        name = areas.slug(exhibit["name"]).replace("-", "_")
        found[f"exhibits/{name}.png"] = base64.b64decode(shown["image/png"])
        found[f"exhibits/{name}.csv"] = exhibit["csv"].encode()
    return found


def finish(result: Result) -> Result:
    """A notebook's run with what a reader opens: the notebook, its page, its exhibits."""
    text = nbformat.writes(result.notebook) + "\n"
    own = {result.path.name: text, f"{result.path.stem}.html": page(result.notebook)}
    files = {name: content.encode() for name, content in own.items()}
    attached = getattr(theme(result.path), "attached", dict)
    return result._replace(files=files | exhibits(result.notebook) | attached())

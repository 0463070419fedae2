"""The inside of a notebook's page: words, exhibits, whole tables; code behind one switch."""

from __future__ import annotations

import functools

import nbformat
import pandas as pd
from bs4 import BeautifulSoup
from nbconvert.filters import ansi2html, strip_ansi
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from helpers import areas, charts
from helpers.typeset import alive, exhibits, frame, tables

HEADINGS = ("h1", "h2", "h3", "h4")
JUPYTER = "jupyter"  # the class of what makes sense in JupyterLab only
CLAIM = "claim:"  # a cell tagged claim:ID tests that claim, which is then linked below it


def body(notebook: nbformat.NotebookNode, rows: pd.DataFrame, attached: tuple = ()) -> str:
    """The inside of a page. `rows`: the claims that have a page (none where it is about another
    force); `attached`: names of the files beside it.
    """
    cells = (_cell(cell, rows) for cell in notebook.cells)
    soup = BeautifulSoup("".join(cells), "html.parser")
    for gone in soup.select(f"style, .{JUPYTER}"):
        gone.decompose()
    for code in soup("pre"):
        code["tabindex"] = "0"  # it may scroll
    for code in soup("code", string=attached):
        code.wrap(soup.new_tag("a", href=code.string, download=""))
    _headings(soup)
    for number, figure in enumerate(soup("figure"), 1):
        figure.find(class_="count").string = f"Chart {number}."
    tables.typeset(soup, rows, HEADINGS)
    return str(soup)


def _cell(cell: nbformat.NotebookNode, rows: pd.DataFrame) -> str:
    if cell.cell_type == "markdown":
        parts = [_markdown(cell.source)]
    elif cell.cell_type == "code":
        code = _highlight()(cell.source)
        parts = [f'<div class="code">{code}</div>', *map(_output, cell.outputs)]
    else:
        parts = []
    tagged = [t.removeprefix(CLAIM) for t in cell.metadata.get("tags", []) if t.startswith(CLAIM)]
    tested = rows[rows["id"].isin(tagged)].to_dict("records")
    if tested:
        parts.append(_macro("tested")(tested))
    return "\n".join(parts)


def _markdown(text: str) -> str:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(text)


@functools.cache
def _highlight() -> Highlight2HTML:
    return Highlight2HTML(pygments_lexer="ipython3")


@functools.cache
def _macro(name: str):
    return getattr(frame.environment().get_template("figure.html.j2").module, name)


def _output(output: nbformat.NotebookNode) -> str:
    """One output of a cell: the best of what it offers."""
    if output.output_type == "stream":
        kind = "output_stderr" if output.name == "stderr" else "output_text"
        return f'<pre class="{kind}">{ansi2html(output.text)}</pre>'
    if output.output_type == "error":
        return f'<pre class="output_error">{ansi2html(chr(10).join(output.traceback))}</pre>'
    data = output.data
    if charts.ALIVE in data:
        return alive.html(exhibits.picture(output), data, output.metadata)
    if charts.EXHIBIT in data:
        return _macro("figure")(exhibits.picture(output))
    if "text/html" in data:
        return data["text/html"]
    if "text/markdown" in data:
        return _markdown(data["text/markdown"])
    if "image/png" in data:
        return _macro("plain")(data["image/png"].strip())
    return f'<pre class="output_text">{ansi2html(strip_ansi(data.get("text/plain", "")))}</pre>'


def _headings(soup: BeautifulSoup) -> None:
    """Each heading's address in plain letters, once."""
    taken: dict[str, int] = {}
    for head in soup(HEADINGS):
        slug = areas.slug(head.get_text()) or "part"
        taken[slug] = taken.get(slug, 0) + 1
        head["id"] = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"

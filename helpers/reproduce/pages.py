"""What a reader opens: a page for each notebook, a start page, and the exhibits as files."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import nbformat
import pandas as pd

from helpers import report, typeset
from helpers.reproduce import overview
from helpers.reproduce.running import Result, title
from helpers.typeset import alive, claimed, exhibits

CLAIMS = "fact-check.html"
ALSO = [(CLAIMS, "Every claim", "Every claim, with its verdict")]


def theme(notebook: Path) -> ModuleType | None:
    """The module of `helpers.themes` that is named after a notebook; None when there is none."""
    name = f"helpers.themes.{notebook.stem.partition('-')[2].replace('-', '_')}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:  # the theme is there and lacks something itself
            raise
        return None


def inside(result: Result, attached: tuple[str, ...] = ()) -> str:
    """The inside of a notebook's page; claims are linked where the report is about its force.

    attached: the names of files beside it.
    """
    about, rows = theme(result.path), claimed.rows()
    rows = rows if report.is_about(result.force) else rows[:0]
    body = typeset.body(result.notebook, rows, attached)
    tested = rows[rows["id"].isin(getattr(about, "CLAIMS", ()))].to_dict("records")
    return typeset.page("theme.html.j2", body=body, tested=tested)


def finish(result: Result) -> Result:
    """A notebook's run with what a reader opens: the notebook, the inside of its page, its
    exhibits. Drawings are files only: in the notebook they would stand beside the pictures.
    """
    files = getattr(theme(result.path), "attached", dict)()
    page = inside(result, tuple(files))
    files |= {alive.SCRIPTS: alive.scripts()} if alive.needs_scripts(page) else {}
    files[f"{result.path.stem}.html"] = page.encode()
    for output in exhibits.shown(result.notebook):
        files |= exhibits.picture(output).paths
        output.data.pop(exhibits.SVG, None)
    files[result.path.name] = (nbformat.writes(result.notebook) + "\n").encode()
    return result._replace(files=files)


def framed(results: list[Result], around: dict) -> list[Result]:
    """Results with their pages, made or kept, in the frame of all.

    around: `contents`, (page, its name) of each; `also`, more pages; `site`, what all is called.
    """
    return [result._replace(files=result.files | _page(result, around)) for result in results]


def _page(result: Result, around: dict) -> dict[str, bytes]:
    name = f"{result.path.stem}.html"
    if name not in result.files:  # its process died
        return {}
    inside = typeset.inside(result.files[name].decode())
    names = {"title": title(result.notebook), "inside": inside}
    return {name: typeset.page("framed.html.j2", here=name, **names, **around).encode()}


def around(force: str, end: pd.Timestamp, results: list[Result]) -> dict:
    contents = [(f"{result.path.stem}.html", title(result.notebook)) for result in results]
    also = ALSO if report.is_about(force) else []
    return {"contents": contents, "also": also, "site": overview.heading(force, end)}


def start(force: str, end: pd.Timestamp, results: list[Result]) -> dict[str, bytes]:
    """What a folder of results has beside them: the page to start from, what pages share, and the
    claims where the report is about the force.
    """
    files = {"index.html": index(force, end, results).encode()} | typeset.static()
    if report.is_about(force):
        names = around(force, end, results)
        page = typeset.page("fact-check.html.j2", here=CLAIMS, **claimed.page(), **names)
        files |= {CLAIMS: page.encode()} | typeset.static("claims.js")
    return files


def index(force: str, end: pd.Timestamp, results: list[Result]) -> str:
    """The start page: every notebook by its title, the year it shows, what it gives, its error."""
    names = around(force, end, results)
    return typeset.page(
        "contents.html.j2",
        here="index.html",
        title="Contents",
        heading=overview.heading(force, end),
        items=[(result, title(result.notebook), theme(result.path)) for result in results],
        said=said,
        force=force,
        end=end,
        **names,
    )


def said(about: Callable[..., str], *arguments: object) -> str:
    """What a theme says of its page; where that needs what the report does not print, this."""
    try:
        return about(*arguments)
    except report.Unprinted as error:
        return f"{error}."

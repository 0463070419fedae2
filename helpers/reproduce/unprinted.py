"""Pages of a report of which less is typed in than of the collection's own: what cannot be said.

A cell that needs more stops nothing: a line stands in its place. A cell that uses a name which it
should have set is left out as well, so that nothing rests on what an earlier cell left there.
"""

from __future__ import annotations

import ast
import re

import nbformat

from helpers import report

PLACES = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)  # of a template, which uses names as well


def _names(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell uses, in code and in its templates, and those it sets."""
    used, sets = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (sets if isinstance(node.ctx, ast.Store) else used).add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.update(re.findall(r"[A-Za-z_]\w*", " ".join(PLACES.findall(node.value))))
    return used, sets


def _line(error: nbformat.NotebookNode | None) -> str:
    if error is None:
        return "*Left out: it rests on what is left out above.*"
    if error.ename == report.Unprinted.__name__:
        return f"*Left out: {error.evalue}.*"
    why = f"`{error.ename}: {error.evalue.partition(chr(10))[0]}`"
    return f"*Left out: data/{report.PLACE}/ holds too little for it ({why}).*"


def settle(notebook: nbformat.NotebookNode) -> None:
    """Put a line where a cell could not be worked out."""
    lost: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        used, sets = _names(cell.source)
        error = next((o for o in cell.outputs if o.output_type == "error"), None)
        if error is None and not used & lost:
            lost -= sets
            continue
        told = {"text/markdown": _line(None if used & lost else error)}
        lost |= sets
        cell.outputs = [nbformat.v4.new_output("display_data", told)]

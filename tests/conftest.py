"""What several tests share: a copy of data/ to damage, and a notebook run in this process so that its figures can be read."""

import ast
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from helpers import charts, data, reproduce, words

PROJECT = Path(__file__).resolve().parent.parent
RAW = PROJECT.parent / "shared" / "raw"
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def data_copy(tmp_path):
    """A copy of data/ that a test may damage."""
    return Path(shutil.copytree(data.ROOT, tmp_path / "data", ignore=shutil.ignore_patterns(".ingest*")))


def forget():
    """Empty every cache of the module, so that other data is read."""
    for module in [module for name, module in sys.modules.items() if name.startswith("helpers.")]:
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


@pytest.fixture
def in_place_of(monkeypatch):
    """Put a table in the place of one of data/ for the length of a test: in_place_of(incidents_street=table)."""
    load = data.load

    def put(**tables):
        monkeypatch.setattr(data, "load", lambda name, *root: tables[name].copy() if name in tables else load(name, *root))
        forget()
    yield put
    monkeypatch.undo()
    forget()


class Run:
    """A notebook's code run here: its variables, its figures, its sentences, and what each cell ended in."""

    def __init__(self, path, **parameters):
        self.names, self.figures, self.alts, self.exhibits, self.said, self.shown = {}, [], [], {}, [], []
        notebook = reproduce.parameterise(nbformat.read(path, as_version=4), **parameters)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(charts, "show", self.keep)
            patch.setattr(words, "say", lambda *parts: self.said.append(" ".join(p for p in parts if p)))
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    self.run_cell(cell.source)

    def keep(self, fig, alt, exhibit="", table=None):
        self.figures.append(fig)
        charts.plt.close(fig)  # it can still be read; pyplot need not keep it
        self.alts.append(alt)
        if exhibit:
            self.exhibits[exhibit] = (fig, table)

    def run_cell(self, source):
        body = ast.parse(source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "notebook", "exec"), self.names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "notebook", "eval"), self.names)
            if value is not None:
                self.shown.append(value)


@pytest.fixture(scope="session")
def run_notebook():
    """Run a notebook by the start of its name, once for every set of parameters."""
    done = {}

    def run(start, **parameters):
        key = (start, *sorted(parameters.items()))
        if key not in done:
            path = next(p for p in NOTEBOOKS if p.name.startswith(start))
            done[key] = Run(path, **parameters)
        return done[key]
    return run

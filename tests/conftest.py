"""What several tests share: a copy of data/ to damage, and a notebook run in this process so that
its figures can be read.

Imports stand inside: the process that hands tests out to others loads this file and runs none.
"""

import ast
import gc
import inspect
import shutil
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
RAW = PROJECT.parent / "shared" / "raw"
NO_UTF8 = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
}
PURE = ("helpers.prose", "helpers.regression", "helpers.stats")  # they read no data
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
FLAGS = [f"--{flag}" for flag in """
no-sandbox disable-gpu disable-quic no-first-run disable-background-networking
disable-component-update disable-sync
""".split()]  # fmt: skip
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
OWN = "Norfolk"  # whom the report is about


def pytest_collection_modifyitems(items):
    """Whoever asks for a notebook's run is marked as running it; for other forces it is slow."""
    from helpers import areas

    others = set(areas.FORCES) - {OWN}
    for item in items:
        if "run_notebook" in getattr(item, "fixturenames", ()):
            asked = item.callspec.params.values() if hasattr(item, "callspec") else ()
            item.add_marker("slow" if others & {str(value) for value in asked} else "notebook")


def pytest_collection_finish():
    """What was imported stays: the garbage collector need not go through it at every turn."""
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_sessionfinish():
    gc.unfreeze()


@pytest.fixture
def data_copy(tmp_path):
    """A copy of data/ that a test may damage."""
    from helpers import data

    return Path(
        shutil.copytree(data.ROOT, tmp_path / "data", ignore=shutil.ignore_patterns(".ingest*"))
    )


def forget(but=PURE):
    """Empty the module's caches, so that other data is read, but those of what reads none."""
    from helpers.data.load import _parsed

    ours = {name: module for name, module in sys.modules.items() if name.startswith("helpers.")}
    for module in (module for name, module in ours.items() if not name.startswith(but)):
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear") and thing is not _parsed:  # keyed by content
                thing.cache_clear()


@pytest.fixture
def in_place_of(monkeypatch):
    """Put a table in the place of one of data/ for the length of a test:
    in_place_of(incidents_street=table).
    """
    from helpers import data

    load, replaced = data.load, set()

    def put(**tables):
        replaced.update(tables)
        monkeypatch.setattr(
            data,
            "load",
            lambda name, *root: tables[name].copy() if name in tables else load(name, *root),
        )
        forget(untouched())

    def untouched():
        kept = (*PURE, "helpers.data")  # the files themselves are as before
        return (*kept, "helpers.measures") if replaced == {"claims"} else kept

    yield put
    monkeypatch.undo()
    forget(untouched())


def archive(forces, first, last):
    """Made for a test: 1,000 incidents in the first month, 10 fewer in every month after."""
    import pandas as pd

    months = pd.period_range(first, last, freq="M").astype(str)
    rows = [(f, month, 1000 - 10 * n, 1, "core") for n, month in enumerate(months) for f in forces]
    return pd.DataFrame(rows, columns=["force", "month", "incidents", "crimes", "scope"])


class Run:
    """A notebook's code run here: its names, its exhibits, its sentences, and the tables it shows.

    `draw=False` fills the titles but draws nothing: enough to read every sentence, and fast.
    """

    def __init__(self, path, draw=True, **parameters):
        import nbformat

        from helpers import charts, prose
        from helpers.reproduce import running

        self.names, self.exhibits, self.said, self.shown = {}, {}, [], []
        notebook = running.parameterise(nbformat.read(path, as_version=4), **parameters)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prose, "display", lambda markdown: self.said.append(markdown.data))
            if not draw:
                for name, _ in inspect.getmembers(charts, inspect.isfunction):
                    patch.setattr(charts, name, undrawn)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    self.run_cell(cell.source)

    def run_cell(self, source):
        from helpers.charts import Exhibit

        body = ast.parse(source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "notebook", "exec"), self.names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "notebook", "eval"), self.names)
            if isinstance(value, Exhibit):
                self.exhibits[value.text.exhibit] = value
            elif value is not None:
                self.shown.append(value)


def undrawn(frame, *_, places=None, **text):
    """An exhibit with its words and no picture."""
    from helpers import prose
    from helpers.charts import Exhibit
    from helpers.charts.style import Text

    words = {part: text.get(part, "") for part in ("title", "subtitle", "source", "exhibit")}
    words |= {part: prose.fill(words[part], **places or {}) for part in ("title", "subtitle")}
    return Exhibit(None, frame, "", Text(**words))


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


@pytest.fixture(scope="session")
def overlaps():
    """Words of a figure that run over its edge or into one another."""
    from legible import faults

    return faults


@pytest.fixture(scope="module")
def browser():
    """Chromium as the machine has it; closed with its module, since its loop stops others'."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(BROWSERS)} is on PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as run:
        started = run.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser):
    return browser.new_page()

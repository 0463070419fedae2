"""Runs what has changed, as `make reproduce` does, and builds the web site of it.

python -m helpers.site                     build/norfolk/ becomes build/site/
python -m helpers.site --out public        somewhere else
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from helpers import data, files, report, typeset
from helpers.reproduce import __main__ as reproduce
from helpers.reproduce import overview, pages, plans, running
from helpers.site import checks, facts
from helpers.typeset import Picture, alive, claimed, exhibits, frame

import nbformat  # isort: skip  # after helpers.reproduce, which saves it a second

TEMPLATES = Path(__file__).parent / "page"
START, GALLERY, DATA = "index.html", "exhibits.html", "data.html"
NOT_COPIED = (".ipynb", ".html")
SITE = "An inspection report, taken apart"
PANEL = {"panel.parquet": "Parquet", "panel.csv.gz": "CSV", "panel.md": "its columns, explained"}
ALSO = [
    *pages.ALSO,
    (GALLERY, "Exhibits", "Exhibits, as pictures and tables"),
    ("09-explore.html", "Explore", "Explore"),
    (DATA, "Data and sources", "Data, sources and method"),
]


class Pictures(dict):
    """Exhibits by name; one that a page asks for and no notebook drew stops the build."""

    def __missing__(self, name: str):
        raise ValueError(f"the site is not whole: no notebook drew the exhibit {name}")


def site(folder: Path, notebooks: list[Path]) -> dict[str, bytes]:
    """Name -> content of every file, from a folder of results. ValueError: a line of what lacks."""
    own = (plans.START, *(path.name for path in notebooks))
    recorded = {name: list(plans.recorded(folder).get(name, {}).get("files", ())) for name in own}
    ran = [_ran(folder, path) for path in notebooks]
    shown = {result.path.stem: typeset.pictures(result.notebook) for result in ran}
    pictures = Pictures({p.name: p for each in shown.values() for p in each})
    contents = [(f"{result.path.stem}.html", running.title(result.notebook)) for result in ran]
    around = {"contents": contents, "also": ALSO, "site": SITE}
    beside = [n for names in recorded.values() for n in names if not n.endswith(NOT_COPIED)]
    whole = {name: (folder / name).read_bytes() for name in beside}
    for result in ran:
        attached = tuple(n for n in recorded[result.path.name] if n in whole and "/" not in n)
        page = frame.reworded(pages.inside(result, attached), facts.registered)
        result.files[f"{result.path.stem}.html"] = page.encode()
    for result in pages.framed(ran, around):
        whole |= result.files
    around["panel"] = [(n, what, len(whole[n])) for n, what in PANEL.items() if n in whole]
    whole |= {f"data/{name}": (data.ROOT / name).read_bytes() for name in data.register().index}
    whole |= _own(shown, pictures, around) | typeset.static("claims.js")
    whole |= {path: content for p in pictures.values() for path, content in p.paths.items()}
    if alive.SCRIPTS not in whole:  # not of a run
        whole[alive.SCRIPTS] = alive.scripts()
    if wrong := checks.faults(whole):
        more = f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
        raise ValueError(f"the site is not whole: {wrong[0]}{more}")
    return whole


def _ran(folder: Path, path: Path) -> running.Result:
    """An executed notebook, its drawings put back where the run wrote them."""
    notebook = nbformat.read(folder / path.name, as_version=4)
    for output in exhibits.shown(notebook):
        drawing = folder / "exhibits" / f"{exhibits.picture(output).name}.svg"
        if drawing.exists():
            output.data[exhibits.SVG] = drawing.read_text(encoding="utf-8")
    return running.Result(path, notebook, "", {})


def _own(shown: dict[str, list[Picture]], pictures: Pictures, around: dict) -> dict[str, bytes]:
    """The pages that are no notebook's."""
    made = typeset.environment(TEMPLATES)
    own = {
        START: claimed.page() | facts.landing() | {"pictures": pictures},
        pages.CLAIMS: claimed.page(),
        GALLERY: {"by_page": shown},
        DATA: {"files": facts.register()},
    }
    return {
        name: typeset.page(f"{name}.j2", made, here=name, **names, **around).encode()
        for name, names in own.items()
    }


def write(content: dict[str, bytes], out: Path) -> None:
    """Build aside, then move into place: a reader finds the old site or the whole new one."""
    aside, old = (out.with_name(f".{out.name}.{part}") for part in ("new", "old"))
    for each in (aside, old):
        shutil.rmtree(each, ignore_errors=True)
    for name, each in content.items():
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).write_bytes(each)
    if out.exists():
        out.replace(old)
    aside.replace(out)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    files.print_anywhere()
    parser = argparse.ArgumentParser(
        prog="python -m helpers.site",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--results", type=Path, help="a run's folder, taken as it is (default: run what is to run)")
    add("--out", type=Path, default=Path("build", "site"), help="default: %(default)s")
    add("--jobs", type=int, default=2, help="notebooks run at the same time (default: 2)")
    args = parser.parse_args(arguments)
    if not args.results and (status := reproduce.main(["--phones", "--jobs", str(args.jobs)])):
        return status
    folder = args.results or Path("build", overview.folder_name(report.FORCE, report.YEAR_ENDING))
    notebooks = sorted(plans.NOTEBOOKS.glob("[0-9]*.ipynb"))
    try:
        day = f"{report.YEAR_ENDING:%Y-%m-%d}"
        if not plans.plan(report.FORCE, day, folder, notebooks, plans.foundation()).whole:
            raise ValueError(f"{folder} is not up to date: run `make reproduce` first")
        write(site(folder, notebooks), args.out)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Open {args.out / START}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Builds the web site from the executed notebooks of `make reproduce`.

python -m helpers.site                     build/norfolk/ becomes build/site/
python -m helpers.site --out public        somewhere else
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import jinja2
import nbformat

from helpers import areas, claims, files, prose, report
from helpers.claims.verdicts import VERDICTS
from helpers.reproduce import alive, overview, pages, plans, running
from helpers.site import checks, facts, themes

HERE = Path(__file__).parent / "page"
STATIC = ("site.css", "claims.js")
START, CLAIMS, GALLERY, DATA = "index.html", "fact-check.html", "exhibits.html", "data.html"


WORDS = """
place police dp1 dp2 whole signed moved moves compared share listing month place_within first_up
"""  # of `helpers.prose`, which templates may use


class Pictures(dict):
    """Exhibits by name; one that a page asks for and no notebook drew stops the build."""

    def __missing__(self, name: str):
        raise ValueError(f"the site is not whole: no notebook drew the exhibit {name}")


def environment() -> jinja2.Environment:
    """Templates with the small words of sentences; a name that is not given is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {name: prose.ENVIRONMENT.filters[name] for name in WORDS.split()}
    made.filters["slug"] = areas.slug
    made.globals |= {"EW": areas.ENGLAND_AND_WALES, "FORCE": report.FORCE}
    made.globals |= {"END": report.YEAR_ENDING, "foot": facts.footer()}
    return made


def site(folder: Path, notebooks: list[Path]) -> dict[str, bytes]:
    """Name -> content of every file, from a folder of results. ValueError: a line of what lacks."""
    read = {path.stem: nbformat.read(folder / path.name, as_version=4) for path in notebooks}
    shown = {stem: themes.pictures(book) for stem, book in read.items()}
    pictures = Pictures({p.name: p for each in shown.values() for p in each.values()})
    made = environment()
    made.globals["contents"] = [(f"{stem}.html", running.title(b)) for stem, b in read.items()]
    made.globals["pictures"] = pictures
    found = _themes(made, read, shown) | _own(made, shown)
    found |= {name: (HERE / name).read_text(encoding="utf-8") for name in STATIC}
    found[themes.SCRIPTS] = alive.scripts()
    whole = {name: text.encode() for name, text in found.items()}
    whole |= {f"exhibits/{name}.png": picture.png for name, picture in pictures.items()}
    whole |= {f"exhibits/{name}.csv": picture.csv for name, picture in pictures.items()}
    if wrong := checks.faults(whole):
        more = f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
        raise ValueError(f"the site is not whole: {wrong[0]}{more}")
    return whole


def _themes(made: jinja2.Environment, read: dict, shown: dict) -> dict[str, str]:
    """A page a notebook, with the claims that it tests."""
    figure, rows = made.get_template("figure.html.j2").module.figure, facts.rows()
    found = {}
    for stem, notebook in read.items():
        tested = rows["id"].isin(getattr(pages.theme(Path(stem)), "CLAIMS", ()))
        found[f"{stem}.html"] = made.get_template("theme.html.j2").render(
            here=f"{stem}.html",
            title=running.title(notebook),
            body=themes.body(notebook, shown[stem], figure),
            tested=rows[tested].to_dict("records"),
        )
    return found


def _own(made: jinja2.Environment, shown: dict) -> dict[str, str]:
    """The pages that are no notebook's."""
    rows = facts.rows()
    counts = rows["verdict"].value_counts()
    verdicts = {verdict: int(counts[verdict]) for verdict in VERDICTS if verdict in counts}
    sections = list(dict.fromkeys(rows["section"]))
    own = {
        START: {"verdicts": verdicts} | facts.landing(),
        CLAIMS: {"rows": rows.to_dict("records"), "verdicts": verdicts, "sections": sections},
        GALLERY: {"by_page": {stem: list(each.values()) for stem, each in shown.items()}},
        DATA: {"files": facts.register()},
    }
    return {
        name: made.get_template(f"{name}.j2").render(here=name, **names)
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
    folder = overview.folder_name(report.FORCE, report.YEAR_ENDING)
    add = parser.add_argument
    add("--results", type=Path, default=Path("build", folder), help="default: %(default)s")
    add("--out", type=Path, default=Path("build", "site"), help="default: %(default)s")
    args = parser.parse_args(arguments)
    notebooks = sorted(plans.NOTEBOOKS.glob("[0-9]*.ipynb"))
    try:
        day = f"{report.YEAR_ENDING:%Y-%m-%d}"
        plan = plans.plan(report.FORCE, day, args.results, notebooks, plans.foundation())
        if not plan.whole:
            raise ValueError(f"{args.results} is not up to date: run `make reproduce` first")
        write(site(args.results, notebooks), args.out)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{claims.summary(claims.ledger())}\nOpen {args.out / START}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

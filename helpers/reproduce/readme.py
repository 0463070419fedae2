"""Writes the parts of README.md that are computed: pictures, contents, input data, results.

python -m helpers.reproduce.readme            rewrite them (after a change)
python -m helpers.reproduce.readme --check    say whether they are up to date
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from pathlib import Path

import nbformat

from helpers import areas, claims, data, files, measures, prose, ranks, report, typeset
from helpers.reproduce import running

README = running.PROJECT / "README.md"
COMMAND = "python -m helpers.reproduce.readme"
PICTURES = ("figure_1", "multiverse_community_resolution_rate", "after_recorded_crime")
FOLDER = "docs/pictures"
EXHIBIT = re.compile(r"^### ((?:Figure \d|Force in numbers|Judgments)[^–\n]*)", re.MULTILINE)


def table(*rows: tuple[str, ...]) -> str:
    """Rows, the header first, as a Markdown table."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


@functools.cache
def notebooks() -> list[tuple[Path, nbformat.NotebookNode]]:
    """The committed notebooks, with the outputs of their last run."""
    paths = sorted(running.NOTEBOOKS.glob("[0-9]*.ipynb"))
    return [(path, nbformat.read(path, as_version=4)) for path in paths]


@functools.cache
def drawn() -> dict[str, tuple[Path, nbformat.NotebookNode, typeset.Picture]]:
    """Every exhibit by name, with its notebook."""
    return {p.name: (path, book, p) for path, book in notebooks() for p in typeset.pictures(book)}


def pictures() -> str:
    """Exhibits side by side, each above the question of its notebook. KeyError: none of a name."""
    images, below = [], []
    for path, notebook, picture in map(drawn().__getitem__, PICTURES):
        place, words = f"notebooks/{path.name}", re.sub(r"([\[\]|])", r"\\\1", picture.alt)
        images.append(f"[![{words}]({FOLDER}/{picture.name}.png)]({place})")
        below.append(f"[{running.title(notebook)}]({place})")
    return table(tuple(images), tuple(below))


def contents() -> str:
    """A row a notebook: its question, and the exhibits of the report that it rebuilds."""
    rows = [("notebook", "question", "in the report")]
    for path, notebook in notebooks():
        found = EXHIBIT.findall("\n".join(cell.source for cell in notebook.cells))
        exhibits = ", ".join(dict.fromkeys(name.strip() for name in found))
        rows.append((f"[{path.stem}](notebooks/{path.name})", running.title(notebook), exhibits))
    return table(*rows)


def inputs() -> str:
    """A row a file: title, publisher, release, as-at date, and how far to trust it."""
    rows = [("file", "what, and by whom", "release", "as at", "quality", "suitability")]
    for file, entry in data.register().iterrows():
        rest = entry[["release", "as_at", "quality", "suitability"]]
        rows.append((f"`{file}`", f"{entry['title']} ({entry['publisher']})", *rest))
    return table(*rows)


def results() -> str:
    """Errors and luck by source, the verdicts, and the main results in sentences."""
    ledger, force, end = claims.ledger(), report.FORCE, report.YEAR_ENDING
    found, revised = claims.by_source(ledger), claims.revision()
    size = revised[list(areas.FORCES)].abs()
    sources = [
        (f"{r.area}: {r.kind}", f"{r.come_out} of {r.numbers}", f"{r.median:.2f}%",
         f"{r.revised:.1f}", f"{r.others:.1f}")
        for r in found.reset_index().itertuples()
    ]  # fmt: skip
    heads = (
        "source",
        "come out",
        "median error",
        "by luck, as revised",
        "by luck, another force's",
    )
    up = measures.values("recorded_crime_change_1y", end)[list(areas.FORCES)] > 0
    rates = measures.values("recorded_crime_rate", end)
    place, low, high = ranks.places("recorded_crime_rate", end).loc[force]
    place = prose.place_within(int(place), (int(low), int(high)))
    compared = prose.compared(rates[force], rates[areas.ENGLAND_AND_WALES])
    return f"""\
**{claims.tally(ledger).contradictions}.** Independent data speaks to {found["numbers"].sum()}
quantities, one printed twice counted once. How many come out to the last digit tells how finely
they are printed; the errors do not hang on that:

{table(heads, *sources)}

- *By luck*: what rounding would let through, were the data off by as much as forces revised their
  recorded crime of that year from the first release to the last (half of the 43 by up to
  {size.median():.2f}%, nine tenths by up to {size.quantile(0.9):.2f}%; {areas.ENGLAND_AND_WALES},
  held against its own, by {prose.signed(revised[areas.ENGLAND_AND_WALES], 2)}%), or were it another
  force's.
- The ledger `data/published/claims.csv` holds every statistic that the report prints, and the
  wording that data can speak to.
  {claims.summary(ledger)}.
- Recorded crime rose in {prose.share(int(up.sum()), len(up))} forces in the year to {end:%B %Y}.
- The rate in {areas.place(force)}, {rates[force]:.1f} recorded crimes per 1,000 people, was the
  {place} of {len(up)} (in brackets: where chance in the counts, 95%, or the
  later release would put it), {compared} that of {areas.ENGLAND_AND_WALES}."""


def written(text: str) -> str:
    """The README with its computed parts as they are now. ValueError: a mark is missing."""
    for part in (pictures, contents, inputs, results):
        name = part.__name__
        marked = re.compile(rf"<!-- {name}: .*?<!-- end of {name} -->", re.DOTALL)
        if not marked.search(text):
            raise ValueError(f"README.md: the marks of the part '{name}' are missing")
        new = f"<!-- {name}: written by `{COMMAND}` -->\n{part()}\n<!-- end of {name} -->"
        text = marked.sub(lambda _, new=new: new, text)
    return text


def stale(folder: Path) -> dict[Path, bytes]:
    """The pictures that are not in a folder as the notebooks have them."""
    current = {folder / f"{name}.png": drawn()[name][2].files["png"] for name in PICTURES}
    return {p: png for p, png in current.items() if not p.exists() or p.read_bytes() != png}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; 1 when out of date")
    parser.add_argument("--file", type=Path, default=README, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    try:
        before = args.file.read_text(encoding="utf-8")
        after, pngs = written(before), stale(args.file.parent / FOLDER)
        if before == after and not pngs:
            return 0
        if args.check:
            print("README.md is out of date: run `make readme`", file=sys.stderr)
            return 1
        for path, png in pngs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png)
        files.deliver(after, str(args.file))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

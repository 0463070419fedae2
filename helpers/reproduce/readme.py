"""Writes the parts of README.md that are computed: contents, input data, results.

python -m helpers.reproduce.readme            rewrite them (after a change)
python -m helpers.reproduce.readme --check    say whether they are up to date
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import nbformat

from helpers import areas, claims, data, measures, prose, report
from helpers.reproduce import running

README = running.PROJECT / "README.md"
COMMAND = "python -m helpers.reproduce.readme"
EXHIBIT = re.compile(r"^### ((?:Figure \d|Force in numbers|Judgments)[^–\n]*)", re.MULTILINE)


def table(*rows: tuple[str, ...]) -> str:
    """Rows, the header first, as a Markdown table."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def contents() -> str:
    """A row a notebook: its question, and the exhibits of the report that it rebuilds."""
    rows = [("notebook", "question", "in the report")]
    for path in sorted(running.NOTEBOOKS.glob("[0-9]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
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
    """The verdicts, each as n out of N, and the main results in sentences."""
    tally = claims.ledger()["verdict"].value_counts()
    n, force, end = int(tally.sum()), report.FORCE, report.YEAR_ENDING
    verdicts = [(v, prose.share(int(tally[v]), n)) for v in claims.VERDICTS if v in tally]
    up = measures.values("recorded_crime_change_1y", end)[list(areas.FORCES)] > 0
    rates = measures.values("recorded_crime_rate", end)
    place = prose.place_among(measures.rank(rates, force))
    compared = prose.compared(rates[force], rates[areas.ENGLAND_AND_WALES])
    return f"""\
The ledger `data/published/claims.csv` holds {n} claims of the report: every statistic that it
prints, and the wording that data can speak to.

{table(("verdict", "claims"), *verdicts)}

- Recorded crime rose in {prose.share(int(up.sum()), len(up))} forces in the year to {end:%B %Y}.
- The rate in {areas.place(force)}, {rates[force]:.1f} recorded crimes per 1,000 people, was the
  {place} of {len(up)}, {compared} that of {areas.ENGLAND_AND_WALES}."""


def written(text: str) -> str:
    """The README with its computed parts as they are now. ValueError: a mark is missing."""
    for part in (contents, inputs, results):
        name = part.__name__
        marked = re.compile(rf"<!-- {name}: .*?<!-- end of {name} -->", re.DOTALL)
        if not marked.search(text):
            raise ValueError(f"README.md: the marks of the part '{name}' are missing")
        new = f"<!-- {name}: written by `{COMMAND}` -->\n{part()}\n<!-- end of {name} -->"
        text = marked.sub(lambda _, new=new: new, text)
    return text


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; 1 when out of date")
    parser.add_argument("--file", type=Path, default=README, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    try:
        before = args.file.read_text(encoding="utf-8")
        after = written(before)
        if before == after:
            return 0
        if args.check:
            print("README.md is out of date: run `make readme`", file=sys.stderr)
            return 1
        prose.deliver(after, str(args.file))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

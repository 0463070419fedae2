"""Writes the parts of README.md that are computed: contents, input data, results.

    python -m helpers.readme            rewrite them (after a change of data or notebooks)
    python -m helpers.readme --check    say whether they are up to date
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import nbformat

from helpers import claims, data, measures, names, reproduce, words

README = reproduce.PROJECT / "README.md"
MARK = "<!-- {0}: written by `python -m helpers.readme` -->\n{1}\n<!-- end of {0} -->"


def contents() -> str:
    """A row a notebook: its question, and the exhibits of the report that it rebuilds."""
    rows = ["| notebook | question | in the report |", "|---|---|---|"]
    for path in sorted(reproduce.NOTEBOOKS.glob("[0-9]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        exhibits = re.findall(r"^### ((?:Figure \d|Force in numbers|Judgments)[^–\n]*)", "\n".join(c.source for c in notebook.cells), re.MULTILINE)
        rows.append(f"| [{path.stem}](notebooks/{path.name}) | {reproduce.title(notebook)} | {', '.join(e.strip() for e in exhibits)} |")
    return "\n".join(rows)


def inputs() -> str:
    """A row a file: title, publisher, release, as-at date, and how far to trust it."""
    rows = ["| file | what, and by whom | release | as at | quality | suitability |", "|---|---|---|---|---|---|"]
    for file, entry in data.register().iterrows():
        cells = (f"`{file}`", f"{entry['title']} ({entry['publisher']})", *entry[["release", "as_at", "quality", "suitability"]])
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def results() -> str:
    """The main results as sentences with n out of N."""
    tally = claims.ledger()["verdict"].value_counts()
    up = int((measures.values("recorded_crime_change_1y", claims.REPORT_YEAR)[list(names.FORCES)] > 0).sum())
    rates = measures.values("recorded_crime_rate", claims.REPORT_YEAR)
    return "\n".join([
        f"The ledger `data/published/claims.csv` holds {tally.sum()} claims of the report: every statistic that it prints, and the wording",
        "that data can speak to.",
        "",
        "| verdict | claims |", "|---|---|",
        *(f"| {verdict} | {words.share(int(tally[verdict]), int(tally.sum()))} |" for verdict in claims.VERDICTS if verdict in tally),
        "",
        f"- Recorded crime rose in {words.share(up, 43)} forces in the year to June 2015 (the report: more than two-thirds).",
        f"- Norfolk's recorded crime rate of {rates['Norfolk']:.1f} per 1,000 people was the {words.place_among(measures.rank(rates, 'Norfolk'))} of 43,"
        f" {words.compared(rates['Norfolk'], rates[names.ENGLAND_AND_WALES])} that of England and Wales.",
    ])


def written(text: str) -> str:
    """The README with its computed parts as they are now. ValueError: a mark is missing."""
    for name, part in (("contents", contents), ("inputs", inputs), ("results", results)):
        pattern = re.compile(re.escape(MARK.format(name, "\0")).replace(re.escape("\0"), ".*?"), re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"README.md: the marks of the part '{name}' are missing")
        text = MARK.format(name, part()).join(pattern.split(text))
    return text


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.readme", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when README.md is out of date")
    parser.add_argument("--file", type=Path, default=README, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    try:
        before = args.file.read_text(encoding="utf-8")
        after = written(before)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.check and before != after:
        print("README.md is out of date: run `make readme`", file=sys.stderr)
        return 1
    if before != after:
        args.file.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

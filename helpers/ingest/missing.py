"""Missing is not nought: the marks that publishers put for a count which is not there.

Such a count is empty in our tables, and so is every sum that needs it.
"""

from __future__ import annotations

import re

import pandas as pd

from helpers.data.schemas import MAY_LACK
from helpers.ingest.publishers import key

MARKS = frozenset({
    "", "-", "–", "..", ":", "na", "n/a", "n/a - data not provided", "data not provided",
    "not available", "not provided", "[c]", "[x]", "[z]",
})  # fmt: skip
EXPIRED = "n/a - offence code expired"  # there a count cannot be: nought
SAID = re.compile(r" ?Missing as published: [^.]*\.")
MOST = 6  # gaps that are written out; the rest are counted


def is_mark(column: pd.Series) -> pd.Series:
    """Where a column of text has a mark of missing data."""
    return column.isin([text for text in column.unique() if key(text) in MARKS])


def cannot_be(column: pd.Series, expired: pd.Series) -> pd.Series:
    """Where a code has expired, so that there is nothing to count: says the cell, or its row."""
    said = column.isin([text for text in column.unique() if key(text) == EXPIRED])
    return said | (is_mark(column) & ~expired.str.strip().isin(["", "0"]))


def gaps(table: pd.DataFrame) -> str:
    """The counts that a tidy table lacks: 'Norfolk 2014-06-30 all outcomes assigned; …', or ''."""
    lacks = table[[column for column in table if column in MAY_LACK]].isna()
    rows = table[lacks.any(axis=1)].drop(columns=[*lacks, "scope"], errors="ignore")
    days = {c: rows[c].dt.strftime("%Y-%m-%d") for c in rows.select_dtypes("datetime")}
    found = [" ".join(map(str, row)) for row in rows.assign(**days).itertuples(index=False)]
    more = f" and {len(found) - MOST:,} more" if len(found) > MOST else ""
    return "; ".join(found[:MOST]) + more


def caveats(text: str, table: pd.DataFrame) -> str:
    """The register's caveats of a table, with a sentence on what it lacks."""
    text, found = SAID.sub("", text), gaps(table)
    stop = "" if text.endswith((".", "?", "!")) or not text else "."
    return f"{text}{stop} Missing as published: {found}.".strip() if found else text

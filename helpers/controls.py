"""Control totals: for every value of every text column of a table, how many rows it has and what its numbers sum to.

They stand in data/controls.csv, apart from the checksums: whoever changes a cell, drops, doubles or swaps rows and brings
the checksum up to date still breaks a total, as in double-entry book-keeping. `ingest` writes them anew with the data.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
import pandas as pd

COLUMNS = ["table", "column", "value", "rows", "sum"]


def _weighted(table: pd.DataFrame) -> int:
    """A sum over rows, each weighted by its place as in an ISBN's check digit: cells swapped between rows change it."""
    numbers = table.select_dtypes("number")
    if not len(numbers.columns):  # text alone: each row stands for the checksum of its text
        values = pd.Series([zlib.crc32("\x1f".join(row).encode()) % 1_000_003 for row in table.astype(str).itertuples(index=False)])
    else:
        values = numbers.sum(axis=1)
    return int((values.to_numpy(dtype="int64") * np.arange(1, len(table) + 1)).sum())


def totals(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The control totals of one table, columns as in COLUMNS, all text, sorted."""
    numbers = table.select_dtypes("number").sum(axis=1)
    found = []
    for column in table.columns.difference(table.select_dtypes("number").columns, sort=False):
        key = table[column].dt.strftime("%Y-%m-%d") if pd.api.types.is_datetime64_any_dtype(table[column]) else table[column]
        grouped = numbers.groupby(key.to_numpy())
        found.append(pd.DataFrame({"table": name, "column": column, "rows": grouped.size(), "sum": grouped.sum()}).rename_axis("value").reset_index())
    whole = pd.DataFrame([{"table": name, "column": "-", "value": "-", "rows": len(table), "sum": numbers.sum()},
                          {"table": name, "column": "-", "value": "in order", "rows": len(table), "sum": _weighted(table)}])
    each = [pd.DataFrame({"table": name, "column": column, "value": "-", "rows": [len(table)], "sum": [table[column].sum()]})
            for column in table.select_dtypes("number")]
    joined = pd.concat([whole, *each, *found])[COLUMNS]
    return joined.assign(rows=joined["rows"].astype("int64").astype(str), sum=joined["sum"].round().astype("int64").astype(str))


def faults(name: str, table: pd.DataFrame, expected: pd.DataFrame) -> Iterator[str]:
    """Totals of a table that are not as expected: column, value, what should be there and what is. At most five."""
    key = ["column", "value"]
    found = totals(name, table).set_index(key)[["rows", "sum"]]
    wanted = expected[expected["table"] == name].set_index(key)[["rows", "sum"]]
    joined = wanted.add_suffix("_wanted").join(found.add_suffix("_found"), how="outer").fillna("0")
    wrong = joined[(joined["rows_wanted"] != joined["rows_found"]) | (joined["sum_wanted"] != joined["sum_found"])]
    for (column, value), row in wrong.head(5).iterrows():
        whole = {"-": "the whole table", "in order": "the table in its order"}
        where = whole[value] if column == "-" else f"column {column}" + ("" if value == "-" else f", {value!r}")
        yield f"{where}: expected {row['rows_wanted']} rows and a sum of {row['sum_wanted']}, found {row['rows_found']} and {row['sum_found']}"

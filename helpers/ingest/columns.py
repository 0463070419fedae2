"""Columns as publishers write them, turned into ours; DataError, in one line, names the bad row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers import areas
from helpers.data import DataError
from helpers.data.schemas import MAY_LACK, OFFENCE_GROUPS_2018
from helpers.ingest import missing, publishers

# A date as the Home Office typed it -> the quarter's end it stands for
DATE_SLIPS = {"2017-12-30": "2017-12-31"}
# Groups of the earlier release -> what the later one has in their place
SUBGROUPS_2023 = {
    "All other theft offences": "Other theft offences",
    "Criminal damage and arson": "Arson; Criminal damage",
    "Death or serious injury caused by illegal driving":
        "Death or serious injury - unlawful driving",
    "Drug offences": "Possession of drugs; Trafficking of drugs",
    "Fraud offences": "Fraud offences to 2012/13",
    "Robbery": "Robbery of business property; Robbery of personal property",
    "Sexual offences": "Other sexual offences; Rape offences",
    "Vehicle offences": "Theft from a vehicle; Theft of a motor vehicle; Vehicle interference",
    "Action Fraud": "Fraud: Action Fraud",
    "CIFAS": "Fraud: CIFAS",
    "UK Finance": "Fraud: UK Finance; Fraud: Financial Fraud Action UK",
}  # fmt: skip
GROUPS = {group.casefold(): group for group in OFFENCE_GROUPS_2018} | {
    name.casefold(): group for group, names in SUBGROUPS_2023.items() for name in names.split("; ")
}


def each(column: pd.Series, convert: Callable[[str], object], what: str = "") -> pd.Series:
    """Every different text converted once; DataError names the first row for which that fails.

    `what` was expected there; without it `convert` says so itself.
    """
    found = {}
    for text in column.unique():
        try:
            found[text] = convert(text)
        except (LookupError, TypeError, ValueError) as error:  # TypeError: a pattern does not fit
            where = publishers.place(column.index[column == text][0])
            why = f"expected {what}, found {text!r}" if what else error
            raise DataError(f"{where}, column {column.name!r}: {why}") from None
    return column.map(found)


def whole(column: pd.Series) -> pd.Series:
    """Text as whole numbers, '15.0' too; DataError naming the first row that is none."""
    pattern = re.compile(r"(-?\d{1,12})(?:\.0+)?")
    number = each(column, lambda text: int(pattern.fullmatch(text)[1]), "a whole number")
    return number.astype("int64")


def harmonised(column: pd.Series) -> pd.Series:
    """Publishers' spellings as short names; DataError naming the first row with an unknown one."""
    return each(column, areas.harmonise)


def dates(column: pd.Series) -> pd.Series:
    """Text as ISO dates, from 31-12-2017, 31/12/2017 or 2017-12-31; DataError naming another."""

    def day(text: str) -> str:
        text = re.sub(r"^(\d\d)[-/](\d\d)[-/](\d{4})$", r"\3-\2-\1", text)
        return f"{dt.datetime.strptime(DATE_SLIPS.get(text, text), '%Y-%m-%d'):%Y-%m-%d}"

    return each(column, day, "a date as in 2015-06-30 or 30-06-2015")


def offence_groups(column: pd.Series) -> pd.Series:
    """(Sub-)groups of any release as the earlier one names the groups; DataError if unknown."""
    what = "an offence group of data/README.md or a sub-group that helpers/ingest/columns.py maps"
    return each(column, lambda name: GROUPS[name.casefold()], f"{what} to one")


def once(keys: Sequence[pd.DataFrame]) -> None:
    """DataError when periods overlap: one key stands in two rows, of one sheet or of two.

    `keys`: the columns that tell rows apart, of each block; as categories they take little memory.
    """
    hashes = [pd.util.hash_pandas_object(key, index=False).to_numpy() for key in keys]
    ordered = np.sort(np.concatenate(hashes))
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    found = zip(keys, hashes, strict=True)
    rows = pd.concat([key[np.isin(each, twice)].astype(str) for key, each in found])
    again = rows[rows.duplicated()]
    if len(again):
        there, what = (rows == again.iloc[0]).all(axis=1), ", ".join(again.iloc[0])
        first, second = (publishers.place(table.index[0]) for table in (rows[there], again))
        raise DataError(f"{second}: overlapping periods: {what} stands already in {first}")


def counted(column: pd.Series) -> pd.Series:
    """Text as whole numbers, missing where a mark says so (missing.MARKS); DataError as `whole`."""
    gaps = missing.is_mark(column)
    if not gaps.any():
        return whole(column)
    return whole(column.astype(object).mask(gaps, "0")).astype("Int64").mask(gaps)


COUNTS = "population mid_year households residents year value".split()
CONVERT = dict.fromkeys(COUNTS, whole) | dict.fromkeys(MAY_LACK, counted) | {
    "force": harmonised, "year_ending": dates, "quarter_ending": dates,
    "offence_group": offence_groups,
}  # fmt: skip

Block = tuple[pd.DataFrame, pd.DataFrame]  # what tells the rows of a block apart; their sums


def tidy(raw: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """Columns as name=raw column, each converted as its name asks (CONVERT), the others as text."""
    return pd.DataFrame({n: CONVERT.get(n, pd.Series)(raw[raw_n]) for n, raw_n in columns.items()})


def summed(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """A column added up by all others, which are text (blocks differ in their categories); a sum
    is missing where one of its counts is.
    """
    by = [column for column in table if column != value]
    found = table.groupby(by, observed=True)[value].sum(skipna=False).reset_index()
    return found.astype(dict.fromkeys(by, str))


def added(blocks: list[Block], value: str) -> pd.DataFrame:
    """The sums of all blocks together. DataError: a row that stands there twice."""
    keys, sums = zip(*blocks, strict=True)
    once(keys)
    return summed(pd.concat(sums), value)

"""Columns as publishers write them, turned into ours; DataError, in one line, names the bad row."""

from __future__ import annotations

import pandas as pd

from helpers import areas
from helpers.data import DataError
from helpers.data.schemas import OFFENCE_GROUPS_2018
from helpers.ingest import publishers

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


def expected(what: str, column: pd.Series, bad: pd.Series) -> DataError:
    """The error that names the first bad row of a column, and what was expected of it."""
    where = publishers.place(column.index[bad][0])
    found = column[bad].iloc[0]
    return DataError(f"{where}, column {column.name!r}: expected {what}, found {found!r}")


def whole(column: pd.Series) -> pd.Series:
    """Text as whole numbers, '15.0' too; DataError naming the first row that is none."""
    good = column.str.fullmatch(r"-?\d{1,12}(?:\.0+)?")
    if not good.all():
        raise expected("a whole number", column, ~good)
    return column.str.replace(r"\.0+$", "", regex=True).astype("int64")


def harmonised(column: pd.Series) -> pd.Series:
    """Publishers' spellings as short names; DataError naming the first row with an unknown one."""
    spellings = {}
    for name in column.unique():
        try:
            spellings[name] = areas.harmonise(name)
        except ValueError as error:
            where = publishers.place(column.index[column == name][0])
            raise DataError(f"{where}, column {column.name!r}: {error}") from None
    return column.map(spellings)


def dates(column: pd.Series) -> pd.Series:
    """Text as ISO dates, from 31-12-2017, 31/12/2017 or 2017-12-31; DataError naming another."""
    found = pd.Series(column.unique(), dtype=str)
    text = found.str.replace(r"^(\d\d)[-/](\d\d)[-/](\d{4})$", r"\3-\2-\1", regex=True)
    parsed = pd.to_datetime(text.replace(DATE_SLIPS), format="%Y-%m-%d", errors="coerce")
    if parsed.isna().any():
        bad = column.isin(found[parsed.isna()])
        raise expected("a date as in 2015-06-30 or 30-06-2015", column, bad)
    return column.map(pd.Series(parsed.dt.strftime("%Y-%m-%d").to_numpy(), found))


def offence_groups(column: pd.Series) -> pd.Series:
    """(Sub-)groups of any release as the earlier one names the groups; DataError if unknown."""
    found = column.map({name: GROUPS.get(name.casefold()) for name in column.unique()})
    if found.isna().any():
        what = (
            "an offence group of data/README.md or a sub-group that helpers/ingest/columns.py "
            "maps to one"
        )
        raise expected(what, column, found.isna())
    return found


def once(table: pd.DataFrame, key: list[str]) -> None:
    """DataError when periods overlap: one key stands in two rows, of one sheet or of two."""
    again = table.duplicated(key)
    if again.any():
        second = table[again].iloc[0]
        first = table.index[(table[key] == second[key]).all(axis=1)][0]
        where = publishers.place(table.index[again][0])
        what = ", ".join(map(str, second[key]))
        there = f"stands already in {publishers.place(first)}"
        raise DataError(f"{where}: overlapping periods: {what} {there}")


COUNTS = "offences population mid_year households residents outcomes year incidents value".split()
CONVERT = dict.fromkeys(COUNTS, whole) | {
    "force": harmonised, "year_ending": dates, "quarter_ending": dates,
    "offence_group": offence_groups,
}  # fmt: skip

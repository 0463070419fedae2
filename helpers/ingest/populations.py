"""Mid-year populations by local authority, as ONS serves them, summed to police force areas.

Any workbook (XLSX, ODS, the older XLS) or CSV with a district's code in a column and a mid-year's
population in another: MYE2 (persons), MYE4, MYE5, MYEB1 (by sex and age) and MYEB3 among them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from helpers.data import DataError
from helpers.ingest.columns import whole
from helpers.ingest.districts import CODE, Sheet, first_code
from helpers.ingest.publishers import place

NATION = "K04000001"
HEADER = re.compile(r"(?:(?:estimated )?population[ _]?)?(?:mid[- ]?)?((?:19|20)\d\d)", re.I)
ALL_AGES, SPLIT, WHOLE = "all ages", ("sex", "age"), {"persons", "all", "total", "all ages"}
ANOTHER = re.compile(r"\b(?:fe)?males?\b|\bmedian\b", re.I)  # sheets of one sex, of ages
FIRST = 2009  # mid-year; the tables begin here
BY_DISTRICT = "by local authority; needs the lookup (data/official/districts.csv)"
MEND = (
    "add the district with its force to CHANGED in helpers/ingest/districts.py, or ONS's newer "
    "lookup of districts to police force areas by `python -m helpers.ingest districts LOOKUP`"
)


def _year_columns(sheet: Sheet, head: list[str], top: int) -> dict[int, int]:
    """Mid-year -> column. A column of all ages has the one year that the lines above it name."""
    found = {int(m[1]): i for i, text in enumerate(head) if (m := HEADER.fullmatch(text))}
    ages = next((i for i, text in enumerate(head) if text.casefold() == ALL_AGES), None)
    if found or ages is None:
        return found
    above = " ".join(str(cell) for row in sheet.rows[:top] for cell in row)
    years = set(re.findall(r"\bmid[- ]?(20\d\d)", above, re.I))
    if len(years) != 1:
        where = place((sheet.file, sheet.name, top + 1))
        raise DataError(f"{where}: 'All ages' stands under no single mid-year as in mid-2022")
    return {int(years.pop()): ages}


def _people(sheet: Sheet) -> pd.DataFrame | None:
    """Districts' people: code, name, row, a column a mid-year. None: the sheet holds none."""
    first = first_code(sheet)
    if first is None or not first[0]:
        return None
    top, column = first[0] - 1, first[1]
    head = [" ".join(str(cell).split()) for cell in sheet.rows[top]]
    title = " ".join(str(row[0]) for row in sheet.rows[:top] if row)
    years = _year_columns(sheet, head, top)
    parts = {key: i for key in SPLIT for i, text in enumerate(head) if text.casefold() == key}
    if not years or ("sex" not in parts and ANOTHER.search(f"{sheet.name} {title}")):
        return None
    named = {"code": column, "name": min(column + 1, len(head) - 1)}
    table = sheet.below(top, named | parts | years)
    for key in parts:  # where totals stand beside the parts, the totals alone
        whole_of = table[key].str.casefold().isin(WHOLE)
        table = table[whole_of] if whole_of.any() else table
    table = table[table["code"].str.fullmatch(CODE) | (table["code"] == NATION)]
    again = table.duplicated(["code", *parts])
    if again.any():
        where, row = place(table.index[again][0]), table[again].iloc[0]
        raise DataError(f"{where}: {row['name']} ({row['code']}) stands there twice")
    table = table.assign(at=table.index.to_flat_index())
    for year, i in years.items():
        table[year] = whole(table[year].str.replace(",", "").rename(head[i]))
    return table.groupby("code", sort=False).agg(
        {"name": "first", "at": "first"} | dict.fromkeys(years, "sum")
    )


def _by_force(sheet: Sheet, people: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame | None:
    """People by force (rows) and mid-year; None where not all of England and Wales is there."""
    known = lookup.set_index("code")
    nation, people = people[people.index == NATION], people.drop(NATION, errors="ignore")
    unknown = people[~people.index.isin(known.index)]
    if len(unknown):
        code, row = unknown.index[0], unknown.iloc[0]
        raise DataError(
            f"{place(row['at'])}: district {code} ({row['name']}) stands in no police force "
            f"area in data/official/districts.csv; {MEND}"
        )
    sums = people.drop(columns=["name", "at"]).groupby(known["force"]).sum()
    if set(sums.index) != set(lookup["force"]):
        return None
    _complete(sheet, people, known)
    for year in sums if len(nation) else []:
        if (all_of := int(sums[year].sum())) != nation[year].item():
            raise DataError(
                f"{place(nation['at'].item())}: districts come to {all_of:,} in mid-{year}, "
                f"England and Wales is {nation[year].item():,}"
            )
    return sums


def _complete(sheet: Sheet, people: pd.DataFrame, known: pd.DataFrame) -> None:
    """DataError: a district is missing of a force whose codes are all those of the lookup."""
    lookups = known["listed"] == "lookup"
    current = known[lookups & (known["year"] == known["year"][lookups].max())]
    other = known["force"].reindex(people.index.difference(current.index)).unique()
    missing = current[~current["force"].isin(other)].drop(people.index, errors="ignore")
    for code, row in missing.iterrows():
        where = f"{sheet.file}: sheet {sheet.name!r}" if sheet.name else sheet.file
        raise DataError(f"{where}: lacks the district {code} ({row['name']}, {row['force']})")


def summed(path: Path, sheets: list[Sheet], lookup: pd.DataFrame) -> pd.DataFrame:
    """Every force's people from a file by local authority: force, mid_year, population, release.

    `sheets`: all of the file; `lookup`: the table `districts`. Years before 2009 are left out, and
    sheets without all of England and Wales. ONS names a release after its last mid-year. DataError:
    a district that the lookup lacks, one that is missing, sums that differ from the file's own
    England and Wales or from another sheet's.
    """
    found: dict[int, tuple[pd.Series, str]] = {}
    for sheet in sheets:
        people = _people(sheet)
        sums = None if people is None else _by_force(sheet, people, lookup)
        for year in () if sums is None else (year for year in sums if year >= FIRST):
            other, where = found.setdefault(year, (sums[year], sheet.name))
            if (bad := sums[year] != other).any():
                force = bad.idxmax()
                raise DataError(
                    f"{path}: {force} has {sums[year][force]:,} people in mid-{year} by sheet "
                    f"{sheet.name!r}, {other[force]:,} by sheet {where!r}"
                )
    if not found:
        raise DataError(
            f"{path}: is by local authority, but no sheet has a mid-year's people of every "
            "district of England and Wales, as in MYE2, MYE4, MYE5 or MYEB1"
        )
    table = pd.DataFrame({year: found[year][0] for year in found}).rename_axis("force")
    long = table.rename_axis(columns="mid_year").stack().rename("population").reset_index()
    long = long.assign(release=f"mid-{max(found)} release")
    return long.sort_values(["mid_year", "force"])

"""Districts and the police force area of each, from ONS's lookup; sheets of files by district."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.data import DataError
from helpers.ingest import opening, publishers
from helpers.ingest.columns import harmonised

CODE = re.compile(r"[EW]0[6-9]\d{6}")  # a district of England or Wales; E10 is a county, S12 Scots
ANY_CODE = re.compile(r"[EKNSW]\d{8}")
LOOKED_UP = re.compile(r"(LAD|PFA)(\d\d)(CD|NM)")  # with the lookup's year
COLUMNS = {"LADCD": "code", "LADNM": "name", "PFANM": "force"}
# Codes that ONS's lookup of December 2019 lacks: from or until which year, force, districts.
# A district that was merged, or given another code, lies in one force before and after.
CHANGED = (
    (2012, "until", "Hertfordshire", {"E07000100": "St Albans", "E07000104": "Welwyn Hatfield"}),
    (2013, "until", "Hertfordshire", {"E07000097": "East Hertfordshire", "E07000101": "Stevenage"}),
    (2013, "until", "Northumbria", {"E06000048": "Northumberland", "E08000020": "Gateshead"}),
    (2019, "until", "Avon and Somerset", {
        "E07000190": "Taunton Deane", "E07000191": "West Somerset"}),
    (2019, "until", "Dorset", {
        "E06000028": "Bournemouth", "E06000029": "Poole", "E07000048": "Christchurch",
        "E07000049": "East Dorset", "E07000050": "North Dorset", "E07000051": "Purbeck",
        "E07000052": "West Dorset", "E07000053": "Weymouth and Portland"}),
    (2019, "until", "Suffolk", {
        "E07000201": "Forest Heath", "E07000204": "St Edmundsbury",
        "E07000205": "Suffolk Coastal", "E07000206": "Waveney"}),
    (2020, "from", "Thames Valley", {"E06000060": "Buckinghamshire"}),
    (2021, "from", "Northamptonshire", {
        "E06000061": "North Northamptonshire", "E06000062": "West Northamptonshire"}),
    (2023, "from", "Cumbria", {"E06000063": "Cumberland", "E06000064": "Westmorland and Furness"}),
    (2023, "from", "North Yorkshire", {"E06000065": "North Yorkshire"}),
    (2023, "from", "Avon and Somerset", {"E06000066": "Somerset"}),
    (2025, "from", "South Yorkshire", {"E08000038": "Barnsley", "E08000039": "Sheffield"}),
)  # fmt: skip


class Sheet(NamedTuple):
    """The rows of a sheet, with the file and the sheet's name ('' of a CSV)."""

    file: str
    name: str
    rows: list[list[object]]

    def below(self, row: int, columns: dict[object, int]) -> pd.DataFrame:
        """The rows below a row, counted from 0, as text: our name of a column -> which it is.

        The index (file, sheet, row) says where each was read.
        """
        rows = [
            [str(cells[i]).strip() if i < len(cells) else "" for i in columns.values()]
            for cells in self.rows[row + 1 :]
        ]
        numbers = range(row + 2, len(self.rows) + 1)
        places = pd.MultiIndex.from_product([[self.file], [self.name], numbers])
        return pd.DataFrame(rows, places, columns=list(columns), dtype=str)


def sheets(path: Path) -> list[Sheet]:
    """Every sheet of a workbook, or a CSV as one. DataError: cannot be read."""

    def found(job: opening.Job) -> list[Sheet]:
        return [Sheet(str(path), name, list(rows)) for name, rows in opening.sheets(job)]

    return [sheet for _, each in opening.each_of(path, found) for sheet in each]


def first_code(sheet: Sheet) -> tuple[int, int] | None:
    """Row and column of the first area's code; None where no row has a district's."""
    found = None
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and ANY_CODE.fullmatch(text := cell.strip()):
                found = found or (row, column)
                if column == found[1] and CODE.fullmatch(text):
                    return found
                break
    return None


def by_district(path: Path) -> list[Sheet]:
    """The sheets of a file, if any has districts' codes; a file that cannot be read has none."""
    with contextlib.suppress(DataError):
        if path.is_file() and any(map(first_code, found := sheets(path))):
            return found
    return []


def forces_of(path: Path) -> pd.DataFrame:
    """District -> force from ONS's lookup, and the codes of CHANGED that it lacks.

    A district with several community safety partnerships stands in the lookup several times, here
    once. Columns: code, name, force, listed (lookup, from, until), year (of the lookup or change).
    """
    found = next((table for table in map(_looked_up, sheets(path)) if table is not None), None)
    if found is None:
        what = "by local authority" if by_district(path) else "by force or of another kind"
        raise DataError(
            f"{path}: is {what}; expected ONS's lookup of districts to police force areas, with "
            "columns as LAD19CD, LAD19NM and PFA19NM"
        )
    rows = [
        (code, name, force, listed, year)
        for year, listed, force, those in CHANGED
        for code, name in those.items()
    ]
    table = pd.concat([found, pd.DataFrame(rows, columns=found.columns)])
    return table.drop_duplicates("code").sort_values("code")


def _looked_up(sheet: Sheet) -> pd.DataFrame | None:
    """The districts of a lookup. DataError: one with two forces. None: the sheet is no lookup."""
    for top, row in enumerate(sheet.rows[: publishers.HEADER_WITHIN]):
        heads = [LOOKED_UP.fullmatch(str(cell).strip().upper()) for cell in row]
        at = {match[1] + match[3]: i for i, match in enumerate(heads) if match}
        if set(COLUMNS) <= set(at):
            table = sheet.below(top, {name: at[head] for head, name in COLUMNS.items()})
            return _one_force_each(table, 2000 + int(heads[at["LADCD"]][2]))
    return None


def _one_force_each(table: pd.DataFrame, year: int) -> pd.DataFrame:
    table = table[table["code"].str.fullmatch(CODE)].drop_duplicates()
    table["force"] = harmonised(table["force"])
    if (again := table.duplicated("code")).any():
        where, code = publishers.place(table.index[again][0]), table["code"][again].iloc[0]
        raise DataError(f"{where}: district {code} lies in two police force areas or has two names")
    return table.assign(listed="lookup", year=year)

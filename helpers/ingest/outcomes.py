"""Outcomes of investigations: from the open data tables, or from tables derived of them."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from helpers import areas
from helpers.data import DataError
from helpers.data.checks import scope_of
from helpers.data.schemas import ALL_OUTCOMES, NATION
from helpers.ingest import missing, publishers
from helpers.ingest.columns import Block, added, counted, each, once, summed, tidy
from helpers.ingest.publishers import ASKED, Names

# Our outcome type -> its column in the derived tables, and the number that it begins with in the
# open data tables, where 2 and 2A, its variant, are one
OUTCOMES = {
    "charged or summonsed": ("charged_summonsed_t1", "1"),
    "caution, youth": ("caution_youth_t2", "2"),
    "caution, adult": ("caution_adult_t3", "3"),
    "penalty notice for disorder": ("pnd_t6", "6"),
    "cannabis or khat warning": ("cannabis_khat_t7", "7"),
    "community resolution": ("community_resolution_t8", "8"),
    "diversion (type 22)": ("outcome22", "22"),
    ALL_OUTCOMES: ("all_assigned_outcomes", ""),
}
DERIVED_OUTCOMES = ["qe", *(column for column, _ in OUTCOMES.values())]
ALTERNATES = {"1A", "2A", "3A"}  # outcomes for another offence than the one recorded
_OPEN = ["qe", "force", "desc", "grp", "code", "type", "outcome", "closed"]
OPEN_OUTCOMES = ([*_OPEN, "expired"], _OPEN)


def _closed(raw: pd.DataFrame) -> Block | pd.DataFrame:
    """A block of the open data tables: outcomes of investigations closed in the quarter, no fraud.

    Nought where an offence code has expired, missing where data was not provided. A block of the
    derived tables stays as it is.
    """
    if "closed" not in raw:
        return raw
    expired = raw["expired"] if "expired" in raw else pd.Series("", raw.index)
    closed = raw["closed"].astype(object)
    closed = closed.mask(missing.cannot_be(raw["closed"], expired), "0")
    table = tidy(raw, force="force", quarter_ending="qe")
    key = pd.concat([table, raw[["desc", "code", "type", "outcome"]]], axis=1).astype("category")
    number = each(
        raw["type"], lambda text: re.match(r"\d+", text)[0], "the number of an outcome type"
    )
    table = table.assign(number=number, outcomes=counted(closed))
    core = raw["grp"].str.casefold() != "fraud offences"
    return key, summed(table[core], "outcomes")


def _no_alternates(keys: tuple[pd.DataFrame, ...]) -> None:
    """DataError for a table of alternate charges and cautions: the main one has these outcomes."""
    types: dict[str, set[str]] = {}
    for key in keys:
        types.setdefault(key.index[0][0], set()).update(key["type"].str.upper().unique())
    for file in (file for file, found in types.items() if found <= ALTERNATES):
        raise DataError(
            f"{file}: has the outcome types {', '.join(sorted(types[file]))} alone: alternate "
            "charges and cautions, which the main tables count already; leave this file out"
        )


def _outcomes(path: Path, who: str, names: Names) -> pd.DataFrame:
    """A row an area and quarter, with a column an outcome type; of the open data by force.

    Those not yet assigned (type 0) are in no sum.
    """
    layouts = [who, *DERIVED_OUTCOMES], *OPEN_OUTCOMES
    parts = publishers.read(path, *layouts, each=_closed, names=names)
    derived = [part for part in parts if isinstance(part, pd.DataFrame)]
    if derived and len(derived) < len(parts):
        raise DataError(f"{path}: has derived and open data tables; take them in one at a time")
    if derived:
        raw = pd.concat(parts).astype(str)
        table = tidy(raw, **{who: who}, quarter_ending="qe")
        once([table])
        counts = {name: counted(raw[column]) for name, (column, _) in OUTCOMES.items()}
        return table.assign(**counts)
    _no_alternates([key for key, _ in parts])
    sums = added(parts, "outcomes").set_index(["force", "quarter_ending", "number"])["outcomes"]
    sums = sums.unstack(fill_value=0)
    types = {name: sums.get(n, 0) for name, (_, n) in OUTCOMES.items() if n}
    every = sums.drop(columns="0", errors="ignore").sum(axis=1, skipna=False)
    wide = pd.DataFrame(types | {ALL_OUTCOMES: every}, index=sums.index)
    return wide.astype("Int64" if wide.isna().any(axis=None) else "int64").reset_index()


def _melted(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """One row an area, quarter and outcome type, from a table with a column an outcome type."""
    tidy = table.melt([who, "quarter_ending"], var_name="outcome_type", value_name="outcomes")
    return tidy.sort_values(["quarter_ending", who, "outcome_type"])


def outcomes_2015(path: Path, names: Names = ASKED) -> pd.DataFrame:
    """Outcomes of investigations by force and quarter."""
    return _melted(_outcomes(path, "force", names), "force").assign(scope=scope_of)


def outcomes_2023(path: Path, names: Names = ASKED) -> pd.DataFrame:
    """Outcomes for the forces in the file, and for all with British Transport Police together."""
    table = _outcomes(path, "area", names)
    if "area" not in table:
        quarters = table.drop(columns="force").groupby("quarter_ending")
        nation = quarters.sum(skipna=False).reset_index()
        forces = table[table["force"].isin(areas.FORCES)].rename(columns={"force": "area"})
        table = pd.concat([forces, nation.assign(area=NATION)])
    return _melted(table, "area")

"""The files of a report, typed by hand: checked, and with their rows in the register."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import report
from helpers.data import FILES, REPORT, DataError, load, parse, slots
from helpers.data.load import unknown_claims

TYPED = {file: name for name, file in FILES.items() if file.startswith(f"{report.PLACE}/")}


def force(folder: Path) -> str:
    """Whose report lies in a folder. DataError: one line, what is incomplete."""
    try:
        return report.read(folder.resolve())["force"]
    except ValueError as error:
        raise DataError(str(error)) from None


def build(folder: Path, root: Path) -> dict[str, bytes]:
    """The files of the report that this process works with, checked. DataError: a fault a line.

    `folder`: where they lie in the data folder `root`; no other is taken.
    """
    if folder.resolve() != (root / report.PLACE).resolve():
        own = f"the report on {report.FORCE} lies in {root / report.PLACE}"
        raise DataError(f"{folder / report.NAME}: {own}; say whose report this is: force = …")
    names = [file for file, name in TYPED.items() if name not in slots.KEYS]
    found = {file: (folder / Path(file).name).read_bytes() for file in [*names, REPORT]}
    tables = {file: parse(TYPED[file], found[file], root) for file in names}
    claims = tables[FILES["claims"]]
    if unknown := list(unknown_claims(found[REPORT], claims)):
        raise DataError("\n".join(unknown))
    try:
        slots.printed(found[REPORT], claims)
    except ValueError as error:
        raise DataError(f"{folder / report.NAME}: {error}") from None
    return found


def registered(table: pd.DataFrame, root: Path, about: dict[str, str]) -> pd.DataFrame:
    """The register with a row for every file of the report: a new one is like the own report's.

    `about`: the release and the day that a new row names.
    """
    own = report.read(report.DATA / report.HOME)["force"]
    page = load("judgments_2015", root).set_index("force")["address"][report.FORCE]
    title = report.SOURCE.removeprefix("HMIC, ")
    for file in [*TYPED, REPORT]:
        like = f"{report.HOME}/{Path(file).name}"
        if file in table.index or like not in table.index or not (root / file).exists():
            continue
        row = table.loc[like].copy()
        row["title"] = f"{title} ({row['title'].rpartition(' (')[2]}"
        row["caveats"] = row["caveats"].replace(own, report.FORCE)
        row["release"], row["as_at"], row["address"] = about["release"], about["as_at"], page
        row["quality"], row["quality_reason"] = "amber", "Typed by hand, read once"
        table.loc[file] = row
    return table

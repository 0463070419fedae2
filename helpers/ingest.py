"""Builds the tidy tables of data/official/ from the publishers' files, and notes them in the register.

    python -m helpers.ingest all ../shared/raw         every table, from a folder laid out by publisher
    python -m helpers.ingest population_original FILE  one table, from one file

The same input gives the same bytes. Nothing in data/ changes unless the whole table has passed its checks.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import data, names, schemas

DATE_SLIPS = {"30-12-2017": "31-12-2017"}  # a date as the Home Office typed it -> the quarter's end it stands for
VEHICLE = "Vehicle offences"
SUBGROUPS_2023 = {  # where the later release's sub-groups differ from the earlier release's offence groups
    "Arson": "Criminal damage and arson", "Criminal damage": "Criminal damage and arson",
    "Possession of drugs": "Drug offences", "Trafficking of drugs": "Drug offences",
    "Robbery of business property": "Robbery", "Robbery of personal property": "Robbery",
    "Other sexual offences": "Sexual offences", "Rape offences": "Sexual offences",
    "Other theft offences": "All other theft offences", "Theft from a vehicle": VEHICLE,
    "Theft of a motor vehicle": VEHICLE, "Vehicle interference": VEHICLE,
    "Death or serious injury - unlawful driving": "Death or serious injury caused by illegal driving",
    "Fraud offences to 2012/13": "Fraud offences", "Fraud: Action Fraud": "Action Fraud",
    "Fraud: action fraud": "Action Fraud", "Fraud: CIFAS": "CIFAS", "Fraud: UK Finance": "UK Finance",
    "Fraud: Financial Fraud Action UK": "UK Finance",
}
# Burglary was redefined in April 2017; the later release keeps both definitions under the old sub-group names.
CODES_2023 = {"8N": "Assault with injury"} | dict.fromkeys(
    [f"28{letter}" for letter in "EFGHIJKLMNOP"] + ["29A", "29B", "29C"], "Residential burglary") | dict.fromkeys(
    ["30C", "30D", "31A"], "Non-residential burglary")


def read(path: Path, columns: list[str]) -> pd.DataFrame:
    """A publisher's CSV as text, with the columns that are needed. DataError: no such file, not a table, a column missing."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError, EOFError) as error:
        raise data.DataError(f"{path}: cannot be read as a CSV table ({error})") from None
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise data.DataError(f"{path}: needs the column {missing[0]!r}; found {', '.join(map(repr, table.columns))}")
    return table[columns]


def whole(path: Path, column: pd.Series) -> pd.Series:
    """Text as whole numbers, '15.0' too; DataError naming the first row that is none."""
    good = column.str.fullmatch(r"-?\d+(?:\.0+)?")
    if not good.all():
        row = column.index[~good][0]
        raise data.DataError(f"{path}: row {row + 2}, column {column.name!r}: expected a whole number, found {column[row]!r}")
    return column.str.replace(r"\.0+$", "", regex=True).astype("int64")


def harmonised(path: Path, column: pd.Series) -> pd.Series:
    """Publishers' spellings as short names; DataError naming the first row with an unknown one."""
    spellings = {}
    for name in column.unique():
        try:
            spellings[name] = names.harmonise(name)
        except ValueError as error:
            raise data.DataError(f"{path}: row {column.index[column == name][0] + 2}, column {column.name!r}: {error}") from None
    return column.map(spellings)


def dates(path: Path, column: pd.Series, layout: str) -> pd.Series:
    """Text as ISO dates; DataError naming the first row that is no date."""
    parsed = pd.to_datetime(column.replace(DATE_SLIPS), format=layout, errors="coerce")
    if parsed.isna().any():
        row = column.index[parsed.isna()][0]
        raise data.DataError(f"{path}: row {row + 2}, column {column.name!r}: expected a date, found {column[row]!r}")
    return parsed.dt.strftime("%Y-%m-%d")


def recorded_crime_2018(path: Path) -> pd.DataFrame:
    """Rolling years by force and offence group, June 2007 on (before, only years to March were published)."""
    raw = read(path, ["12 months ending", "PFA", "Offence", "Rolling year total number of offences"])
    table = pd.DataFrame({
        "force": harmonised(path, raw["PFA"]),
        "year_ending": dates(path, raw["12 months ending"], "%d-%m-%Y"),
        "offence_group": raw["Offence"],
        "offences": whole(path, raw["Rolling year total number of offences"]),
    })
    table = table[table["year_ending"] >= "2007-06-30"]
    return table.assign(scope=schemas.scope_of).sort_values(["year_ending", "force", "offence_group"])


def recorded_crime_2023(path: Path) -> pd.DataFrame:
    """Quarters by force and offence group as the earlier release names them; assault with injury (8N) apart."""
    raw = read(path, ["force", "sub", "code", "n", "qe"])
    group = raw["code"].map(CODES_2023).fillna(raw["sub"].replace(SUBGROUPS_2023))
    table = pd.DataFrame({
        "force": harmonised(path, raw["force"]), "quarter_ending": dates(path, raw["qe"], "%Y-%m-%d"),
        "offence_group": group, "offences": whole(path, raw["n"]),
    })
    key = ["quarter_ending", "force", "offence_group"]
    table = table.groupby(key, as_index=False)["offences"].sum().sort_values(key)
    return table.assign(scope=schemas.scope_of)[["force", "quarter_ending", "offence_group", "offences", "scope"]]


def population(path: Path) -> pd.DataFrame:
    """Mid-year estimates by force, with the release that each row comes from."""
    raw = read(path, ["force", "year", "population", "vintage"])
    return pd.DataFrame({
        "force": harmonised(path, raw["force"]), "mid_year": whole(path, raw["year"]),
        "population": whole(path, raw["population"]),
        "release": raw["vintage"].str.extract(r"(mid-20\d\d)")[0].fillna("mid-2021") + " release",
    }).sort_values(["mid_year", "force"])


def households_2011(path: Path) -> pd.DataFrame:
    """Households and usual residents by force at the 2011 census."""
    raw = read(path, ["force", "households", "population"])
    return pd.DataFrame({
        "force": harmonised(path, raw["force"]), "households": whole(path, raw["households"]),
        "residents": whole(path, raw["population"]),
    }).sort_values("force")


def forces(path: Path) -> pd.DataFrame:
    """The 43 forces: ONS codes from the boundaries file, regions from recorded crime beside it, tiles from names."""
    raw = read(path, ["pfacd", "force"])
    crime = path.parent.parent / "home_office" / "rec-crime-pfa.csv"
    regions = read(crime, ["PFA", "Region"]).drop_duplicates()
    region = dict(zip(harmonised(crime, regions["PFA"]), regions["Region"], strict=True))
    short = harmonised(path, raw["force"])
    abbreviation = {name: code for code, name in names.ABBREVIATIONS.items()}
    return pd.DataFrame({
        "force": short, "ons_code": raw["pfacd"], "region": short.map(region), "abbreviation": short.map(abbreviation),
        "tile_column": short.map(lambda name: names.tiles()[name][0]),
        "tile_row": short.map(lambda name: names.tiles()[name][1]),
    }).sort_values("force")


class Kind(NamedTuple):
    """Where a table's file lies in the raw folder, and how it is read."""

    path: str
    build: Callable[[Path], pd.DataFrame]


KINDS = {
    "forces": Kind("ons/force_centroids.csv", forces),
    "recorded_crime_2018": Kind("home_office/rec-crime-pfa.csv", recorded_crime_2018),
    "recorded_crime_2023": Kind("home_office/prc_pfa_quarterly_offence_2012-13_to_2023-24.csv.gz", recorded_crime_2023),
    "population_original": Kind("ons/population_by_force_original_2009_to_2015.csv", population),
    "population_revised": Kind("ons/population_by_force_revised_2009_to_2022.csv", population),
    "households_2011": Kind("ons/census2011_households_by_force.csv", households_2011),
}


def build(kind: str, path: Path) -> bytes:
    """The tidy table as the bytes of its file, checked as on loading. DataError when a check fails."""
    content = KINDS[kind].build(path).to_csv(index=False, lineterminator="\n").encode()
    data.parse(kind, content)
    return content


def published(folder: Path) -> dict[str, bytes]:
    """The files that hold what the report prints, checked; they are typed by hand, not built."""
    found = {}
    for name, file in data.FILES.items():
        if file.startswith("published/"):
            found[file] = (folder / Path(file).name).read_bytes()
            data.parse(name, found[file])
    return found


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(path.name + ".new")
    aside.write_bytes(content)
    aside.replace(path)


def _rows(content: bytes) -> int:
    return content.count(b"\n") - 1


def note(files: dict[str, bytes], root: Path) -> None:
    """Bring checksum and row count in the register up to the files' new content."""
    register = data.register(root).reset_index()
    for file, content in files.items():
        register.loc[register["file"] == file, ["sha256", "rows"]] = data.sha256(content), str(_rows(content))
    text = register.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    write(root / "sources.csv", text.encode())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.ingest", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["all", "published", *KINDS], metavar="KIND", help=f"all, published, {', '.join(KINDS)}")
    parser.add_argument("path", type=Path, metavar="PATH", help="the publisher's file; for 'all' the folder of them, "
                        "for 'published' the project's data/published, whose checksums are noted after a change by hand")
    parser.add_argument("--root", type=Path, default=data.ROOT, help="the data folder (default: the project's)")
    args = parser.parse_args(arguments)
    wanted = {kind: args.path / KINDS[kind].path for kind in KINDS} if args.kind == "all" else {args.kind: args.path}
    try:
        if args.kind == "published":
            built = published(args.path)
        else:
            built = {data.FILES[kind]: build(kind, path) for kind, path in wanted.items()}
        for file, content in built.items():
            write(args.root / file, content)
        note(built, args.root)
    except (data.DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for file, content in built.items():
        print(f"data/{file}: {_rows(content):,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())

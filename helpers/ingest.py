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

from helpers import data, names, schemas, slots

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


OUTCOMES = {  # the publisher's outcome types: column in the raw tables -> name here
    "charged_summonsed_t1": "charged or summonsed", "caution_youth_t2": "caution, youth", "caution_adult_t3": "caution, adult",
    "pnd_t6": "penalty notice for disorder", "cannabis_khat_t7": "cannabis or khat warning",
    "community_resolution_t8": "community resolution", "outcome22": "diversion (type 22)", "all_assigned_outcomes": "all outcomes assigned",
}


def _outcomes(path: Path, raw: pd.DataFrame, who: str, short: pd.Series) -> pd.DataFrame:
    """One row an area, quarter and outcome type, from a table with a column an outcome type."""
    first = raw["fy"].str[:4].astype(int) + (raw["q"] == "4").astype(int)
    months = raw["q"].map({"1": "-06-30", "2": "-09-30", "3": "-12-31", "4": "-03-31"})
    columns = {name: whole(path, raw[column]) for column, name in OUTCOMES.items()}
    wide = pd.DataFrame({who: short, "quarter_ending": first.astype(str) + months} | columns)
    tidy = wide.melt([who, "quarter_ending"], var_name="outcome_type", value_name="outcomes")
    return tidy.sort_values(["quarter_ending", who, "outcome_type"])


def outcomes_2015(path: Path) -> pd.DataFrame:
    """Outcomes of investigations by force and quarter, April 2014 to June 2015."""
    raw = read(path, ["force", "fy", "q", *OUTCOMES])
    table = _outcomes(path, raw, "force", harmonised(path, raw["force"]))
    return table.assign(scope=schemas.scope_of)


def outcomes_norfolk(path: Path) -> pd.DataFrame:
    """Outcomes for Norfolk, and for the 43 forces with British Transport Police together, April 2014 to June 2023."""
    raw = read(path, ["area", "fy", "q", *OUTCOMES])
    return _outcomes(path, raw, "area", raw["area"])


def incidents_calendar_year(path: Path) -> pd.DataFrame:
    """Anti-social behaviour incidents on data.police.uk by force and calendar year; Northern Ireland left out."""
    raw = read(path, ["year", "force", "incidents"])
    raw = raw[raw["force"] != "Police Service of Northern Ireland"]
    table = pd.DataFrame({"force": harmonised(path, raw["force"]), "year": whole(path, raw["year"]), "incidents": whole(path, raw["incidents"])})
    return table.assign(scope=schemas.scope_of).sort_values(["year", "force"])


def incidents_month_2014(path: Path) -> pd.DataFrame:
    """The same by month, January to November 2014: months that a force did not supply have no row."""
    raw = read(path, ["force", *(f"2014-{month:02d}" for month in range(1, 12))])
    raw = raw[raw["force"] != "northern-ireland"]
    table = raw.assign(force=harmonised(path, raw["force"])).melt("force", var_name="month", value_name="incidents")
    table = table[table["incidents"] != ""].reset_index(drop=True)
    return table.assign(incidents=whole(path, table["incidents"]), scope=schemas.scope_of).sort_values(["month", "force"])


def incidents_metropolitan(path: Path) -> pd.DataFrame:
    """The Metropolitan Police by month, December 2010 to December 2016."""
    raw = read(path, ["Unnamed: 0", "met_asb"])
    return pd.DataFrame({"force": "Metropolitan Police", "month": raw["Unnamed: 0"], "incidents": whole(path, raw["met_asb"])})


def judgments_2015(path: Path) -> pd.DataFrame:
    """HMIC's overall effectiveness judgment of each force."""
    raw = read(path, ["force", "effectiveness_2015", "source_url"])
    return pd.DataFrame({"force": harmonised(path, raw["force"]), "judgment": raw["effectiveness_2015"],
                         "address": raw["source_url"]}).sort_values("force")


def norfolk_facts(path: Path) -> pd.DataFrame:
    """What Norfolk Constabulary told HMIC about itself, as on HMICFRS's pages."""
    raw = read(path, ["fact", "value", "unit", "period", "edition", "source_url"])
    return raw.assign(value=whole(path, raw["value"])).rename(columns={"source_url": "address"})


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
    "outcomes_2015": Kind("home_office/outcomes_by_force_quarter_2014-06_to_2015-06.csv", outcomes_2015),
    "outcomes_norfolk": Kind("home_office/outcomes_norfolk_and_national_quarter_2014-06_to_2023-06.csv", outcomes_norfolk),
    "incidents_calendar_year": Kind("police_uk/asb_by_force_calendar_year_2012_to_2016.csv", incidents_calendar_year),
    "incidents_month_2014": Kind("police_uk/asb_by_force_month_2014-01_to_2014-11.csv", incidents_month_2014),
    "incidents_metropolitan": Kind("police_uk/asb_metropolitan_month_2010-12_to_2016-12.csv", incidents_metropolitan),
    "judgments_2015": Kind("hmic/judgments_2015.csv", judgments_2015),
    "norfolk_facts": Kind("hmic/norfolk_area_facts.csv", norfolk_facts),
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
        if file.startswith("published/") and name not in slots.KEYS:
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

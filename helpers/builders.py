"""How each table of data/official/ is built from the publisher's file, and the one place where spellings and layouts are mapped.

A builder takes a path and gives the tidy table; DataError, in one line, says where the file is not as expected.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import data, names, publishers, schemas, street

DATE_SLIPS = {"2017-12-30": "2017-12-31"}  # a date as the Home Office typed it -> the quarter's end it stands for
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
CODES_2023 = {"8N": names.ASSAULT} | dict.fromkeys(
    [f"28{letter}" for letter in "EFGHIJKLMNOP"] + ["29A", "29B", "29C"], "Residential burglary") | dict.fromkeys(
    ["30C", "30D", "31A"], "Non-residential burglary")


def whole(column: pd.Series) -> pd.Series:
    """Text as whole numbers, '15.0' too; DataError naming the first row that is none."""
    good = column.str.fullmatch(r"-?\d{1,12}(?:\.0+)?")
    if not good.all():
        raise _expected("a whole number", column, ~good)
    return column.str.replace(r"\.0+$", "", regex=True).astype("int64")


def harmonised(column: pd.Series) -> pd.Series:
    """Publishers' spellings as short names; DataError naming the first row with an unknown one."""
    spellings = {}
    for name in column.unique():
        try:
            spellings[name] = names.harmonise(name)
        except ValueError as error:
            raise data.DataError(f"{publishers.place(column.index[column == name][0])}, column {column.name!r}: {error}") from None
    return column.map(spellings)


def dates(column: pd.Series) -> pd.Series:
    """Text as ISO dates, from 31-12-2017, 31/12/2017 or 2017-12-31; DataError naming the first row that is no date."""
    found = pd.Series(column.unique(), dtype=str)
    text = found.str.replace(r"^(\d\d)[-/](\d\d)[-/](\d{4})$", r"\3-\2-\1", regex=True).replace(DATE_SLIPS)
    parsed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    if parsed.isna().any():
        raise _expected("a date as in 2015-06-30 or 30-06-2015", column, column.isin(found[parsed.isna()]))
    return column.map(dict(zip(found, parsed.dt.strftime("%Y-%m-%d"), strict=True)))


def _expected(what: str, column: pd.Series, bad: pd.Series) -> data.DataError:
    return data.DataError(f"{publishers.place(column.index[bad][0])}, column {column.name!r}: expected {what}, found {column[bad].iloc[0]!r}")


def offence_groups(column: pd.Series) -> pd.Series:
    """Offence groups and sub-groups of any release as the earlier release names the groups; DataError naming the first row with an unknown one."""
    known = {name.casefold(): name for name in schemas.OFFENCE_GROUPS_2018} | {name.casefold(): group for name, group in SUBGROUPS_2023.items()}
    found = column.map({name: known.get(name.casefold()) for name in column.unique()})
    if found.isna().any():
        raise _expected("an offence group of data/README.md or a sub-group that helpers/builders.py maps to one", column, found.isna())
    return found


def once(table: pd.DataFrame, key: list[str]) -> None:
    """DataError when periods overlap: the same force, period and group stand in two rows, of one sheet or of two."""
    again = table.duplicated(key)
    if again.any():
        second = table[again].iloc[0]
        first = table.index[(table[key] == second[key]).all(axis=1)][0]
        raise data.DataError(f"{publishers.place(table.index[again][0])}: overlapping periods: {', '.join(map(str, second[key]))} "
                             f"stands already in {publishers.place(first)}")


def recorded_crime_2018(path: Path) -> pd.DataFrame:
    """Rolling years by force and offence group, June 2007 on (before, only years to March were published)."""
    raw = publishers.tables(path, ["12 months ending", "PFA", "Offence", "Rolling year total number of offences"])
    table = pd.DataFrame({
        "force": harmonised(raw["PFA"]),
        "year_ending": dates(raw["12 months ending"]),
        "offence_group": offence_groups(raw["Offence"]),
        "offences": whole(raw["Rolling year total number of offences"]),
    })
    once(table, ["force", "year_ending", "offence_group"])
    table = table[table["year_ending"] >= "2007-06-30"]
    return table.assign(scope=schemas.scope_of).sort_values(["year_ending", "force", "offence_group"])


def recorded_crime_2023(path: Path) -> pd.DataFrame:
    """Quarters by force and offence group as the earlier release names them; assault with injury (8N) apart."""
    raw = publishers.tables(path, ["force", "sub", "code", "n", "qe"])
    group = raw["code"].map(CODES_2023).fillna(offence_groups(raw["sub"]))
    table = pd.DataFrame({
        "force": harmonised(raw["force"]), "quarter_ending": dates(raw["qe"]),
        "offence_group": group, "offences": whole(raw["n"]),
    })
    once(table.assign(sub=raw["sub"], code=raw["code"]), ["force", "quarter_ending", "sub", "code"])
    key = ["quarter_ending", "force", "offence_group"]
    table = table.groupby(key, as_index=False)["offences"].sum().sort_values(key)
    return table.assign(scope=schemas.scope_of)[["force", "quarter_ending", "offence_group", "offences", "scope"]]


def population(path: Path) -> pd.DataFrame:
    """Mid-year estimates by force, with the release that each row comes from."""
    raw = publishers.tables(path, ["force", "year", "population", "vintage"])
    return pd.DataFrame({
        "force": harmonised(raw["force"]), "mid_year": whole(raw["year"]),
        "population": whole(raw["population"]),
        "release": raw["vintage"].str.extract(r"(mid-20\d\d)")[0].fillna("mid-2021") + " release",
    }).sort_values(["mid_year", "force"])


def households_2011(path: Path) -> pd.DataFrame:
    """Households and usual residents by force at the 2011 census."""
    raw = publishers.tables(path, ["force", "households", "population"])
    return pd.DataFrame({
        "force": harmonised(raw["force"]), "households": whole(raw["households"]),
        "residents": whole(raw["population"]),
    }).sort_values("force")


def forces(path: Path) -> pd.DataFrame:
    """The 43 forces: ONS codes from the boundaries file, regions from recorded crime beside it, tiles from names."""
    raw = publishers.tables(path, ["pfacd", "force"])
    crime = path.parent.parent / "home_office" / "rec-crime-pfa.csv"
    regions = publishers.tables(crime, ["PFA", "Region"]).drop_duplicates()
    region = dict(zip(harmonised(regions["PFA"]), regions["Region"], strict=True))
    short = harmonised(raw["force"])
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


OUTCOME_NUMBERS = {  # the number that a type begins with in the open data tables: 2 and 2A, its variant, are one -> name here
    "1": "charged or summonsed", "2": "caution, youth", "3": "caution, adult", "6": "penalty notice for disorder",
    "7": "cannabis or khat warning", "8": "community resolution", "22": "diversion (type 22)",
}
OPEN_OUTCOMES = ["qe", "force", "desc", "grp", "code", "type", "outcome", "closed"]


def _melted(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """One row an area, quarter and outcome type, from a table with a column an outcome type."""
    once(table, [who, "quarter_ending"])
    tidy = table.melt([who, "quarter_ending"], var_name="outcome_type", value_name="outcomes")
    return tidy.sort_values(["quarter_ending", who, "outcome_type"])


def _wide_outcomes(raw: pd.DataFrame, who: str, short: pd.Series) -> pd.DataFrame:
    """A row an area and quarter, from the derived tables, which have a column an outcome type."""
    columns = {name: whole(raw[column]) for column, name in OUTCOMES.items()}
    return pd.DataFrame({who: short, "quarter_ending": dates(raw["qe"])} | columns)


def _open_outcomes(raw: pd.DataFrame) -> pd.DataFrame:
    """The same by force from the open data tables: outcomes of investigations closed in the quarter, fraud left out.

    'N/A' stands there where a count cannot be: an offence code that has expired, an outcome not yet assigned (type 0).
    """
    number = raw["type"].str.extract(r"^(\d+)")[0]
    if number.isna().any():
        raise _expected("the number of an outcome type", raw["type"], number.isna())
    table = pd.DataFrame({"force": harmonised(raw["force"]), "quarter_ending": dates(raw["qe"]),
                          "outcomes": whole(raw["closed"].replace(r"(?i)^N/A\b.*", "0", regex=True))})
    kind = ["desc", "code", "type", "outcome"]
    once(table.assign(**{column: raw[column] for column in kind}), ["force", "quarter_ending", *kind])
    kept = table.assign(outcome_type=number.map(OUTCOME_NUMBERS), number=number)[raw["grp"].str.casefold() != "fraud offences"]
    key = ["force", "quarter_ending"]
    wide = kept.pivot_table(index=key, columns="outcome_type", values="outcomes", aggfunc="sum", fill_value=0)
    every = kept[kept["number"] != "0"].groupby(key)["outcomes"].sum()
    wide = wide.reindex(columns=list(OUTCOME_NUMBERS.values()), fill_value=0).assign(**{"all outcomes assigned": every})
    return wide.astype("int64").reset_index().rename_axis(columns=None)


def outcomes_2015(path: Path) -> pd.DataFrame:
    """Outcomes of investigations by force and quarter, April 2014 to June 2015 (later quarters of a table are left out)."""
    raw = publishers.tables(path, ["force", "qe", *OUTCOMES], OPEN_OUTCOMES)
    wide = _open_outcomes(raw) if "closed" in raw else _wide_outcomes(raw, "force", harmonised(raw["force"]))
    table = _melted(wide[wide["quarter_ending"] <= "2015-06-30"], "force")
    return table.assign(scope=schemas.scope_of)


def outcomes_norfolk(path: Path) -> pd.DataFrame:
    """Outcomes for Norfolk, and for the 43 forces with British Transport Police together, April 2014 to June 2023."""
    raw = publishers.tables(path, ["area", "qe", *OUTCOMES], OPEN_OUTCOMES)
    if "closed" not in raw:
        return _melted(_wide_outcomes(raw, "area", raw["area"]), "area")
    forces = _open_outcomes(raw)
    national = forces.drop(columns="force").groupby("quarter_ending", as_index=False).sum()
    norfolk = forces[forces["force"] == "Norfolk"].rename(columns={"force": "area"})
    return _melted(pd.concat([norfolk, national.assign(area=f"{names.ENGLAND_AND_WALES} with British Transport Police")]), "area")


def incidents_calendar_year(path: Path) -> pd.DataFrame:
    """Anti-social behaviour incidents on data.police.uk by force and calendar year; Northern Ireland left out."""
    raw = publishers.tables(path, ["year", "force", "incidents"])
    raw = raw[raw["force"] != "Police Service of Northern Ireland"]
    table = pd.DataFrame({"force": harmonised(raw["force"]), "year": whole(raw["year"]), "incidents": whole(raw["incidents"])})
    return table.assign(scope=schemas.scope_of).sort_values(["year", "force"])


def incidents_month_2014(path: Path) -> pd.DataFrame:
    """The same by month, January to November 2014: months that a force did not supply have no row."""
    raw = publishers.tables(path, ["force", *(f"2014-{month:02d}" for month in range(1, 12))])
    raw = raw[raw["force"] != "northern-ireland"]
    table = raw.assign(force=harmonised(raw["force"])).melt("force", var_name="month", value_name="incidents", ignore_index=False)
    table = table[table["incidents"] != ""]
    return table.assign(incidents=whole(table["incidents"]), scope=schemas.scope_of).sort_values(["month", "force"])


def incidents_metropolitan(path: Path) -> pd.DataFrame:
    """The Metropolitan Police by month, December 2010 to December 2016."""
    raw = publishers.tables(path, ["Unnamed: 0", "met_asb"])
    return pd.DataFrame({"force": "Metropolitan Police", "month": raw["Unnamed: 0"], "incidents": whole(raw["met_asb"])})


def judgments_2015(path: Path) -> pd.DataFrame:
    """HMIC's overall effectiveness judgment of each force."""
    raw = publishers.tables(path, ["force", "effectiveness_2015", "source_url"])
    return pd.DataFrame({"force": harmonised(raw["force"]), "judgment": raw["effectiveness_2015"],
                         "address": raw["source_url"]}).sort_values("force")


def norfolk_facts(path: Path) -> pd.DataFrame:
    """What Norfolk Constabulary told HMIC about itself, as on HMICFRS's pages."""
    raw = publishers.tables(path, ["fact", "value", "unit", "period", "edition", "source_url"])
    return raw.assign(value=whole(raw["value"])).rename(columns={"source_url": "address"})


def incidents_street(path: Path, skip_corrupt: bool = False) -> pd.DataFrame:
    """Incidents and crimes by force and month, counted from data.police.uk's archive: a folder of its files or a zip."""
    counted = street.count(path, skip_corrupt)
    for line in counted.skipped:
        print(f"left out: {line}", file=sys.stderr)
    return counted.table.assign(scope=schemas.scope_of).sort_values(["month", "force"])


class Kind(NamedTuple):
    """Where a table's file lies in the raw folder, and how it is read."""

    path: str
    build: Callable[..., pd.DataFrame]


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
    "incidents_street": Kind("police_uk/street_norfolk_2014", incidents_street),
    "judgments_2015": Kind("hmic/judgments_2015.csv", judgments_2015),
    "norfolk_facts": Kind("hmic/norfolk_area_facts.csv", norfolk_facts),
}

"""How each table of data/official/ is built from the publisher's file; layouts are mapped here.

A builder takes a path and gives the tidy table; DataError, in one line, says where the file is not
as expected.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import areas
from helpers.data.checks import scope_of
from helpers.data.schemas import ALL_OUTCOMES, ASSAULT, NATION
from helpers.ingest import publishers, street
from helpers.ingest.columns import CONVERT, expected, once, whole

# Burglary was redefined in April 2017; the later release has both definitions under the old names.
CODES_2023 = (
    {"8N": ASSAULT}
    | {f"28{letter}": "Residential burglary" for letter in "EFGHIJKLMNOP"}
    | dict.fromkeys(["29A", "29B", "29C"], "Residential burglary")
    | dict.fromkeys(["30C", "30D", "31A"], "Non-residential burglary")
)
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
OPEN_OUTCOMES = ["qe", "force", "desc", "grp", "code", "type", "outcome", "closed"]


def _tidy(raw: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """Columns as name=raw column, each converted as its name asks (CONVERT), the others as text."""
    return pd.DataFrame({n: CONVERT.get(n, pd.Series)(raw[raw_n]) for n, raw_n in columns.items()})


def _read(path: Path, **columns: str) -> pd.DataFrame:
    return _tidy(publishers.tables(path, list(columns.values())), **columns)


def recorded_crime_2018(path: Path) -> pd.DataFrame:
    """Rolling years by force and offence group, June 2007 on (before, only years to March)."""
    number = "Rolling year total number of offences"
    date, key = "12 months ending", ["year_ending", "force", "offence_group"]
    table = _read(path, force="PFA", year_ending=date, offence_group="Offence", offences=number)
    once(table, ["force", "year_ending", "offence_group"])
    table = table[table["year_ending"] >= "2007-06-30"]
    return table.assign(scope=scope_of).sort_values(key)


def recorded_crime_2023(path: Path) -> pd.DataFrame:
    """Quarters by force and offence group as the earlier release names them; code 8N apart."""
    raw = publishers.tables(path, ["force", "sub", "code", "n", "qe"])
    table = _tidy(raw, force="force", quarter_ending="qe", offence_group="sub", offences="n")
    once(table.join(raw[["sub", "code"]]), ["force", "quarter_ending", "sub", "code"])
    table["offence_group"] = raw["code"].map(CODES_2023).fillna(table["offence_group"])
    key = ["force", "quarter_ending", "offence_group"]
    table = table.groupby(key, as_index=False)["offences"].sum().assign(scope=scope_of)
    return table.sort_values(["quarter_ending", "force", "offence_group"])


def population(path: Path) -> pd.DataFrame:
    """Mid-year estimates by force, with the release that each row comes from, as the file says.

    A 'first release' is the one that first had the estimate of that year.
    """
    table = _read(path, force="force", mid_year="year", population="population", release="vintage")
    release = table["release"].str.extract(r"(mid-20\d\d)")[0]
    first = table["release"].str.contains(r"\bfirst release\b")
    release = release.fillna(("mid-" + table["mid_year"].astype(str)).where(first))
    if release.isna().any():
        vintage = table["release"].rename("vintage")
        raise expected("a release as in 'mid-2022 release'", vintage, release.isna())
    return table.assign(release=release + " release").sort_values(["mid_year", "force"])


def households_2011(path: Path) -> pd.DataFrame:
    """Households and usual residents by force at the 2011 census."""
    table = _read(path, force="force", households="households", residents="population")
    return table.sort_values("force")


def forces(path: Path) -> pd.DataFrame:
    """The 43 forces: ONS codes from the boundaries file, regions from recorded crime beside it."""
    table = _read(path, force="force", ons_code="pfacd")
    crime = path.parent.parent / "home_office" / "rec-crime-pfa.csv"
    region = _read(crime, force="PFA", region="Region").drop_duplicates().set_index("force")
    abbreviation = {name: code for code, name in areas.ABBREVIATIONS.items()}
    table["region"] = table["force"].map(region["region"])
    table["abbreviation"] = table["force"].map(abbreviation)
    table[["tile_column", "tile_row"]] = table["force"].map(areas.tiles()).tolist()
    return table.sort_values("force")


def _melted(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """One row an area, quarter and outcome type, from a table with a column an outcome type."""
    once(table, [who, "quarter_ending"])
    tidy = table.melt([who, "quarter_ending"], var_name="outcome_type", value_name="outcomes")
    return tidy.sort_values(["quarter_ending", who, "outcome_type"])


def _wide_outcomes(raw: pd.DataFrame, who: str) -> pd.DataFrame:
    """A row an area and quarter, from the derived tables, which have a column an outcome type."""
    table = _tidy(raw, **{who: who}, quarter_ending="qe")
    return table.assign(**{name: whole(raw[column]) for name, (column, _) in OUTCOMES.items()})


def _open_outcomes(raw: pd.DataFrame) -> pd.DataFrame:
    """The same by force from the open data tables, fraud left out.

    Outcomes of investigations closed in the quarter. 'N/A' stands there where a count cannot be: an
    offence code that has expired, an outcome not yet assigned (type 0).
    """
    number = raw["type"].str.extract(r"^(\d+)")[0]
    if number.isna().any():
        raise expected("the number of an outcome type", raw["type"], number.isna())
    closed = raw["closed"].replace(r"(?i)^N/A\b.*", "0", regex=True)
    table = _tidy(raw, force="force", quarter_ending="qe")
    key, kind = list(table.columns), ["desc", "code", "type", "outcome"]
    once(table.join(raw[kind]), [*key, *kind])
    table = table.assign(outcomes=whole(closed), number=number)
    table = table[raw["grp"].str.casefold() != "fraud offences"]
    sums = table.groupby([*key, "number"])["outcomes"].sum().unstack(fill_value=0)
    types = {name: sums.get(n, 0) for name, (_, n) in OUTCOMES.items() if n}
    every = sums.drop(columns="0", errors="ignore").sum(axis=1)
    wide = pd.DataFrame(types | {ALL_OUTCOMES: every}, index=sums.index)
    return wide.astype("int64").reset_index()


def outcomes_2015(path: Path) -> pd.DataFrame:
    """Outcomes of investigations by force and quarter, April 2014 to June 2015 only."""
    raw = publishers.tables(path, ["force", *DERIVED_OUTCOMES], OPEN_OUTCOMES)
    wide = _open_outcomes(raw) if "closed" in raw else _wide_outcomes(raw, "force")
    wide = wide[wide["quarter_ending"] <= "2015-06-30"]
    return _melted(wide, "force").assign(scope=scope_of)


def outcomes_2023(path: Path) -> pd.DataFrame:
    """Outcomes for the forces in the file, and for all with British Transport Police together."""
    raw = publishers.tables(path, ["area", *DERIVED_OUTCOMES], OPEN_OUTCOMES)
    if "closed" not in raw:
        return _melted(_wide_outcomes(raw, "area"), "area")
    table = _open_outcomes(raw).rename(columns={"force": "area"})
    nation = table.drop(columns="area").groupby("quarter_ending", as_index=False).sum()
    forces = table[table["area"].isin(areas.FORCES)]
    return _melted(pd.concat([forces, nation.assign(area=NATION)]), "area")


def incidents_calendar_year(path: Path) -> pd.DataFrame:
    """Anti-social behaviour incidents on data.police.uk by force and calendar year."""
    raw = publishers.tables(path, ["year", "force", "incidents"])
    raw = raw[raw["force"] != "Police Service of Northern Ireland"]
    table = _tidy(raw, force="force", year="year", incidents="incidents")
    return table.assign(scope=scope_of).sort_values(["year", "force"])


def incidents_month_2014(path: Path) -> pd.DataFrame:
    """The same by month, January to November 2014; a month that a force lacks has no row."""
    raw = publishers.tables(path, ["force", *(f"2014-{month:02d}" for month in range(1, 12))])
    raw = raw[raw["force"] != street.LEFT_OUT]
    long = raw.melt("force", var_name="month", value_name="incidents", ignore_index=False)
    long = long[long["incidents"] != ""]
    table = _tidy(long, force="force", month="month", incidents="incidents")
    return table.assign(scope=scope_of).sort_values(["month", "force"])


def incidents_metropolitan(path: Path) -> pd.DataFrame:
    """The Metropolitan Police by month, December 2010 to December 2016."""
    table = _read(path, month="Unnamed: 0", incidents="met_asb")
    table.insert(0, "force", "Metropolitan Police")
    return table


def incidents_street(path: Path, skip_corrupt: bool = False) -> pd.DataFrame:
    """Incidents and crimes by force and month, counted from data.police.uk's archive."""
    counted = street.count(path, skip_corrupt)
    for line in counted.skipped:
        print(f"left out: {line}", file=sys.stderr)
    return counted.table.assign(scope=scope_of).sort_values(["month", "force"])


def judgments_2015(path: Path) -> pd.DataFrame:
    """HMIC's overall effectiveness judgment of each force."""
    judgment, address = "effectiveness_2015", "source_url"
    return _read(path, force="force", judgment=judgment, address=address).sort_values("force")


def force_facts(path: Path) -> pd.DataFrame:
    """What forces told HMIC about themselves, as on the inspectorate's pages of each."""
    columns = {name: name for name in ("fact", "value", "unit", "period", "edition")}
    table = _read(path, **columns, address="source_url")
    names = {areas.slug(force): force for force in areas.FORCES}
    force = table["address"].str.extract(r"/peel-\d{4}/([a-z-]+)/")[0].map(names)
    if force.isna().any():
        raise expected("the page of a force in a PEEL edition", table["address"], force.isna())
    table.insert(0, "force", force)
    return table


class Kind(NamedTuple):
    """How a table is read, and where its file lies in the raw folder."""

    build: Callable[..., pd.DataFrame]
    path: str


# fmt: off
KINDS = {
    "forces": Kind(forces, "ons/force_centroids.csv"),
    "recorded_crime_2018": Kind(recorded_crime_2018, "home_office/rec-crime-pfa.csv"),
    "recorded_crime_2023": Kind(
        recorded_crime_2023, "home_office/prc_pfa_quarterly_offence_2012-13_to_2023-24.csv.gz"),
    "population_original": Kind(population, "ons/population_by_force_original_2009_to_2015.csv"),
    "population_revised": Kind(population, "ons/population_by_force_revised_2009_to_2022.csv"),
    "households_2011": Kind(households_2011, "ons/census2011_households_by_force.csv"),
    "outcomes_2015": Kind(
        outcomes_2015, "home_office/outcomes_by_force_quarter_2014-06_to_2015-06.csv"),
    "outcomes_2023": Kind(
        outcomes_2023,
        "home_office/outcomes_norfolk_and_national_quarter_2014-06_to_2023-06.csv"),
    "incidents_calendar_year": Kind(
        incidents_calendar_year, "police_uk/asb_by_force_calendar_year_2012_to_2016.csv"),
    "incidents_month_2014": Kind(
        incidents_month_2014, "police_uk/asb_by_force_month_2014-01_to_2014-11.csv"),
    "incidents_metropolitan": Kind(
        incidents_metropolitan, "police_uk/asb_metropolitan_month_2010-12_to_2016-12.csv"),
    "incidents_street": Kind(incidents_street, "police_uk/street_norfolk_2014"),
    "judgments_2015": Kind(judgments_2015, "hmic/judgments_2015.csv"),
    "force_facts": Kind(force_facts, "hmic/norfolk_area_facts.csv"),
}
# fmt: on

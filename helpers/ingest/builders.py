"""How each table of data/official/ is built from the publisher's file; layouts are mapped here.

A builder takes a path and gives the tidy table; DataError, in one line, says where the file is not
as expected.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import areas
from helpers.data import ROOT, DataError, load
from helpers.data.checks import scope_of
from helpers.data.schemas import ASSAULT
from helpers.ingest import archive, districts, missing, populations, publishers, street
from helpers.ingest.columns import Block, added, each, once, summed, tidy
from helpers.ingest.outcomes import outcomes_2015, outcomes_2023
from helpers.ingest.publishers import ASKED, Names

# Burglary was redefined in April 2017; the later release has both definitions under the old names.
CODES_2023 = (
    {"8N": ASSAULT}
    | {f"28{letter}": "Residential burglary" for letter in "EFGHIJKLMNOP"}
    | dict.fromkeys(["29A", "29B", "29C"], "Residential burglary")
    | dict.fromkeys(["30C", "30D", "31A"], "Non-residential burglary")
)
ORIGINAL = 2015  # mid-year of the last of the original population estimates


def _read(path: Path, names: Names = None, **columns: str) -> pd.DataFrame:
    return tidy(publishers.tables(path, list(columns.values()), names=names), **columns)


def recorded_crime_2018(path: Path, names: Names = ASKED) -> pd.DataFrame:
    """Rolling years by force and offence group, June 2007 on (before, only years to March)."""
    number = "Rolling year total number of offences"
    date, key = "12 months ending", ["year_ending", "force", "offence_group"]
    columns = {"force": "PFA", "year_ending": date, "offence_group": "Offence", "offences": number}
    table = _read(path, names, **columns)
    once([table[["force", "year_ending", "offence_group"]]])
    table = table[table["year_ending"] >= "2007-06-30"]
    return table.assign(scope=scope_of).sort_values(key)


def _offences(raw: pd.DataFrame) -> Block:
    table = tidy(raw, force="force", quarter_ending="qe", offence_group="sub", offences="n")
    key = pd.concat([table[["force", "quarter_ending"]], raw[["sub", "code"]]], axis=1)
    own = raw["code"].astype(object).map(CODES_2023)
    group = own.where(own.notna(), table["offence_group"].astype(object))
    return key.astype("category"), summed(table.assign(offence_group=group), "offences")


def recorded_crime_2023(path: Path, names: Names = ASKED) -> pd.DataFrame:
    """Quarters by force and offence group as the earlier release names them; code 8N apart."""
    layout = ["force", "sub", "code", "n", "qe"]
    table = added(publishers.read(path, layout, each=_offences, names=names), "offences")
    return table.assign(scope=scope_of).sort_values(["quarter_ending", "force", "offence_group"])


def _release(vintage: str) -> str:
    """A release as in 'mid-2022', or 'first release', that of the estimate's own year."""
    return (re.search(r"mid-20\d\d", vintage) or re.search(r"\bfirst release\b", vintage))[0]


def population(path: Path, kind: str = "population_revised", root: Path = ROOT) -> pd.DataFrame:
    """Mid-year estimates by force, with the release that each row comes from, as the file says.

    A file by local authority is summed. A 'first release' is the one that first had the estimate of
    that year. DataError: of a later release than the original estimates, which are never revised.
    """
    if sheets := districts.by_district(path):
        table = populations.summed(path, sheets, load("districts", root))
        if kind == "population_original" and (last := table["mid_year"].max()) > ORIGINAL:
            raise DataError(
                f"{path}: is of the mid-{last} release; the original estimates end with the "
                f"mid-{ORIGINAL} release: ingest it as population_revised"
            )
        return table
    table = _read(path, force="force", mid_year="year", population="population", release="vintage")
    once([table[["force", "mid_year"]]])
    vintage = table["release"].rename("vintage")
    release = each(vintage, _release, "a release as in 'mid-2022 release'")
    release = release.mask(release == "first release", "mid-" + table["mid_year"].astype(str))
    return table.assign(release=release + " release").sort_values(["mid_year", "force"])


def households_2011(path: Path) -> pd.DataFrame:
    """Households and usual residents by force at the 2011 census."""
    if districts.by_district(path):
        raise DataError(f"{path}: is {populations.BY_DISTRICT}; expected sums by police force area")
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


def incidents_calendar_year(path: Path) -> pd.DataFrame:
    """Anti-social behaviour incidents on data.police.uk by force and calendar year."""
    raw = publishers.tables(path, ["year", "force", "incidents"])
    raw = raw[raw["force"] != "Police Service of Northern Ireland"]
    table = tidy(raw, force="force", year="year", incidents="incidents")
    return table.assign(scope=scope_of).sort_values(["year", "force"])


def incidents_month_2014(path: Path) -> pd.DataFrame:
    """The same by month, January to November 2014; a month that a force lacks has no row."""
    raw = publishers.tables(path, ["force", *(f"2014-{month:02d}" for month in range(1, 12))])
    raw = raw[raw["force"] != archive.LEFT_OUT]
    long = raw.melt("force", var_name="month", value_name="incidents", ignore_index=False)
    long = long[~missing.is_mark(long["incidents"])]
    table = tidy(long, force="force", month="month", incidents="incidents")
    return table.assign(scope=scope_of).sort_values(["month", "force"])


def incidents_metropolitan(path: Path) -> pd.DataFrame:
    """The Metropolitan Police by month, December 2010 to December 2016."""
    table = _read(path, month="Unnamed: 0", incidents="met_asb")
    table.insert(0, "force", "Metropolitan Police")
    return table


def incidents_street(path: Path, **skip: bool) -> pd.DataFrame:
    """Incidents and crimes by force and month, counted from data.police.uk's archive."""
    counted = street.count(path, **skip)
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
    page = re.compile(r"/peel-\d{4}/([a-z-]+)/")
    what = "the page of a force in a PEEL edition"
    force = each(table["address"], lambda address: names[page.search(address)[1]], what)
    table.insert(0, "force", force)
    return table


class Kind(NamedTuple):
    """How a table is read, where its file lies in the raw folder, and what may be said of it."""

    build: Callable[..., pd.DataFrame]
    path: str
    options: tuple[str, ...] = ()


NAMED = ("names",)  # its columns may go by other names
LOOKS_UP = ("root",)  # in another table of the data folder

# fmt: off
KINDS = {
    "forces": Kind(forces, "ons/force_centroids.csv"),
    "recorded_crime_2018": Kind(
        recorded_crime_2018, "home_office/rec-crime-pfa.csv", NAMED),
    "recorded_crime_2023": Kind(
        recorded_crime_2023, "home_office/prc_pfa_quarterly_offence_2012-13_to_2023-24.csv.gz",
        NAMED),
    "districts": Kind(districts.forces_of, "ons/lad_csp_pfa_lookup_2019-12.csv"),
    "population_original": Kind(
        partial(population, kind="population_original"),
        "ons/population_by_force_original_2009_to_2015.csv", LOOKS_UP),
    "population_revised": Kind(
        population, "ons/population_by_force_revised_2009_to_2022.csv", LOOKS_UP),
    "households_2011": Kind(households_2011, "ons/census2011_households_by_force.csv"),
    "outcomes_2015": Kind(
        outcomes_2015, "home_office/outcomes_by_force_quarter_2014-06_to_2015-06.csv", NAMED),
    "outcomes_2023": Kind(
        outcomes_2023,
        "home_office/outcomes_norfolk_and_national_quarter_2014-06_to_2023-06.csv", NAMED),
    "incidents_calendar_year": Kind(
        incidents_calendar_year, "police_uk/asb_by_force_calendar_year_2012_to_2016.csv"),
    "incidents_month_2014": Kind(
        incidents_month_2014, "police_uk/asb_by_force_month_2014-01_to_2014-11.csv"),
    "incidents_metropolitan": Kind(
        incidents_metropolitan, "police_uk/asb_metropolitan_month_2010-12_to_2016-12.csv"),
    "incidents_street": Kind(
        incidents_street, "police_uk/street_norfolk_2014", ("skip_corrupt", "skip_unknown")),
    "judgments_2015": Kind(judgments_2015, "hmic/judgments_2015.csv"),
    "force_facts": Kind(force_facts, "hmic/norfolk_area_facts.csv"),
}
# fmt: on

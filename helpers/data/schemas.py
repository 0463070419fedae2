"""What every data file must look like: its columns, their types and values, and the key of a row.

What must add up or be complete stands in checks.py.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from helpers import areas
from helpers.data import slots

# fmt: off
REGIONS = (
    "East", "East Midlands", "London", "North East", "North West", "South East", "South West",
    "Wales", "West Midlands", "Yorkshire and The Humber",
)
SCOPES = ("core", "transport police", "fraud")
OFFENCE_GROUPS_2018 = (
    "All other theft offences", "Bicycle theft", "Criminal damage and arson",
    "Death or serious injury caused by illegal driving", "Domestic burglary", "Drug offences",
    "Fraud offences", "Homicide", "Miscellaneous crimes against society", "Non-domestic burglary",
    "Non-residential burglary", "Possession of weapons offences", "Public order offences",
    "Residential burglary", "Robbery", "Sexual offences", "Shoplifting",
    "Stalking and harassment", "Theft from the person", "Vehicle offences",
    "Violence with injury", "Violence without injury", *areas.FRAUD_BODIES,
)
# offence code 8N, a part of violence with injury that the later release keeps apart
ASSAULT = "Assault with injury"
OFFENCE_GROUPS_2023 = (*OFFENCE_GROUPS_2018, ASSAULT)
SECTIONS = (
    "overview", "force_in_numbers", "introduction", "prevention", "investigation",
    "vulnerability", "organised_crime", "annex",
)
# HMIC's four-point scale, best first
JUDGMENTS = ("outstanding", "good", "requires improvement", "inadequate")
ALL_OUTCOMES = "all outcomes assigned"  # counts every type, also those not listed
OUTCOME_TYPES = (
    "charged or summonsed", "caution, youth", "caution, adult", "penalty notice for disorder",
    "cannabis or khat warning", "community resolution", "diversion (type 22)", ALL_OUTCOMES,
)
# fmt: on
NATION = f"{areas.ENGLAND_AND_WALES} with {areas.TRANSPORT_POLICE}"
MAY_LACK = ("offences", "outcomes", "incidents", "crimes")  # empty where a publisher has no count
LAST = 2100  # a newer release may reach further than today's; checks.py looks for missing years
RECORDERS = (*areas.FORCES, areas.TRANSPORT_POLICE, *areas.FRAUD_BODIES)


def _text(*values: str, unique: bool = False) -> pa.Column:
    check = pa.Check.isin(values) if values else pa.Check.str_length(min_value=1)
    return pa.Column(str, check, unique=unique)


def _like(pattern: str, unique: bool = False) -> pa.Column:
    return pa.Column(str, pa.Check.str_matches(pattern), unique=unique)


def _whole(low: int, high: int) -> pa.Column:
    return pa.Column("int64", pa.Check.in_range(low, high))


def with_gaps(schema: pa.DataFrameSchema, table: pd.DataFrame) -> pa.DataFrameSchema:
    """The schema of a table that lacks counts: these are then numbers with a point, or missing."""
    checks = {column: schema.columns[column].checks for column in schema.columns}
    whole = pa.Check(lambda s: s.isna() | (s % 1 == 0), error="a whole number")
    gaps = [column for column in MAY_LACK if column in table and table[column].isna().any()]
    about = {c: {"dtype": "float64", "nullable": True, "checks": [*checks[c], whole]} for c in gaps}
    return schema.update_columns(about) if gaps else schema


def _quarter() -> pa.Column:
    def days(text: pd.Series) -> pd.Series:
        found = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        return found.where(found.dt.year.between(1900, LAST))

    check = pa.Check(lambda s: s.dt.is_quarter_end, error="the last day of a quarter")
    return pa.Column("datetime64[ns]", check, parsers=pa.Parser(days))


def _table(key: str, **columns: pa.Column) -> pa.DataFrameSchema:
    """Text is turned into the columns' types; what cannot be is a fault of that cell."""
    return pa.DataFrameSchema(
        columns,
        unique=key.split(),
        report_duplicates="exclude_first",
        strict=True,
        ordered=True,
        coerce=True,
    )


def _force() -> pa.Column:
    return _text(*areas.FORCES)


def _police() -> pa.Column:
    return _text(*areas.FORCES, areas.TRANSPORT_POLICE)


def _scope() -> pa.Column:
    return _text(*SCOPES)


def _month() -> pa.Column:
    return _like(r"^20\d\d-(0[1-9]|1[0-2])$")


def _crime(period: str, groups: tuple[str, ...]) -> pa.DataFrameSchema:
    """The lowest count is no slip: a force may take back more records in a year than it adds."""
    columns = {"force": _text(*RECORDERS), period: _quarter(), "offence_group": _text(*groups)}
    key = f"force {period} offence_group"
    return _table(key, **columns, offences=_whole(-200, 500_000), scope=_scope())


def _people(first: int, last: int) -> pa.DataFrameSchema:
    columns = {"mid_year": _whole(first, last), "population": _whole(5_000, 10_000_000)}
    return _table("force mid_year", force=_force(), **columns, release=_text())


def _incidents(key: str, **columns: pa.Column) -> pa.DataFrameSchema:
    return _table(key, force=_police(), **columns, scope=_scope())


SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "forces": _table(
        "tile_column tile_row",
        force=_text(*areas.FORCES, unique=True),
        ons_code=_like(r"^[EW]\d{8}$", unique=True),
        region=_text(*REGIONS),
        abbreviation=_text(*areas.ABBREVIATIONS, unique=True),
        tile_column=_whole(0, 6),
        tile_row=_whole(0, 9),
    ),
    "districts": _table(
        "code",
        code=_like(r"^[EW]0[6-9]\d{6}$"),
        name=_text(),
        force=_force(),
        listed=_text("lookup", "from", "until"),
        year=_whole(2009, LAST),
    ),
    "recorded_crime_2018": _crime("year_ending", OFFENCE_GROUPS_2018),
    "recorded_crime_2023": _crime("quarter_ending", OFFENCE_GROUPS_2023),
    "population_original": _people(2009, 2015),
    "population_revised": _people(2009, LAST),
    "households_2011": _table(
        "force",
        force=_force(),
        households=_whole(3_000, 4_000_000),
        residents=_whole(5_000, 10_000_000),
    ),
    "outcomes_2015": _table(
        "force quarter_ending outcome_type",
        force=_police(),
        quarter_ending=_quarter(),
        outcome_type=_text(*OUTCOME_TYPES),
        outcomes=_whole(-10, 300_000),
        scope=_scope(),
    ),
    "outcomes_2023": _table(
        "area quarter_ending outcome_type",
        area=_text(*areas.FORCES, NATION),
        quarter_ending=_quarter(),
        outcome_type=_text(*OUTCOME_TYPES),
        outcomes=_whole(0, 2_000_000),
    ),
    "incidents_calendar_year": _incidents(
        "force year", year=_whole(2012, LAST), incidents=_whole(100, 500_000)
    ),
    "incidents_month_2014": _incidents("force month", month=_month(), incidents=_whole(10, 50_000)),
    "incidents_street": _incidents(
        "force month", month=_month(), incidents=_whole(0, 60_000), crimes=_whole(0, 200_000)
    ),
    "incidents_metropolitan": _table(
        "month",
        force=_text("Metropolitan Police"),
        month=_month(),
        incidents=_whole(10_000, 60_000),
    ),
    "judgments_2015": _table("force", force=_force(), judgment=_text(*JUDGMENTS), address=_text()),
    "force_facts": _table(
        "force fact period edition",
        force=_force(),
        fact=_text(),
        value=_whole(1, 1_000_000),
        unit=_text(),
        period=_text(),
        edition=_text(),
        address=_text(),
    ),
    "claims": _table(
        "id",
        id=_like(r"^[a-z0-9_]+$"),
        section=_text(*SECTIONS),
        exhibit=pa.Column(str),
        area=_text(*areas.AREAS, "-"),
        period=pa.Column(str),
        measure=_text(),
        statement=_text(),
        printed=pa.Column(str),
        unit=_text(),
        kind=_text("number", "wording"),
        check=_text(),
        page=_like(r"^\d+(–\d+)?$"),
    ),
    "judgments_printed": _table(
        "section", section=_text(*SECTIONS), question=_text(unique=True), judgment=_text(*JUDGMENTS)
    ),
}
SCHEMAS |= {
    figure: _table(" ".join(keys), **{column: pa.Column(str) for column in [*keys, "printed"]})
    for figure, keys in slots.KEYS.items()
}

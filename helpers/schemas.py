"""What every data file must look like: columns, types and ranges (pandera), and totals that must add up.

Each content check takes a table and returns faults as text: where, what was expected, what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pandas as pd
import pandera.pandas as pa

from helpers import names, slots

REGIONS = ("East", "East Midlands", "London", "North East", "North West", "South East", "South West", "Wales",
           "West Midlands", "Yorkshire and The Humber")
SCOPES = ("core", "transport police", "fraud")
OFFENCE_GROUPS_2018 = (
    "All other theft offences", "Bicycle theft", "Criminal damage and arson",
    "Death or serious injury caused by illegal driving", "Domestic burglary", "Drug offences", "Fraud offences",
    "Homicide", "Miscellaneous crimes against society", "Non-domestic burglary", "Non-residential burglary",
    "Possession of weapons offences", "Public order offences", "Residential burglary", "Robbery",
    "Sexual offences", "Shoplifting", "Stalking and harassment", "Theft from the person", "Vehicle offences",
    "Violence with injury", "Violence without injury", *names.FRAUD_BODIES,
)
OFFENCE_GROUPS_2023 = (*OFFENCE_GROUPS_2018, names.ASSAULT)
SECTIONS = ("overview", "force_in_numbers", "introduction", "prevention", "investigation", "vulnerability",
            "organised_crime", "annex")
JUDGMENTS = ("outstanding", "good", "requires improvement", "inadequate")  # HMIC's four-point scale, best first
OUTCOME_TYPES = ("charged or summonsed", "caution, youth", "caution, adult", "penalty notice for disorder", "cannabis or khat warning",
                 "community resolution", "diversion (type 22)", "all outcomes assigned")
LAST = 2100  # a newer release may reach further than today's; whether years are missing is for CHECKS to say
RECORDERS = (*names.FORCES, names.TRANSPORT_POLICE, *names.FRAUD_BODIES)


def _text(*values: str, unique: bool = False) -> pa.Column:
    return pa.Column(str, pa.Check.isin(values) if values else pa.Check.str_length(min_value=1), unique=unique)


def _whole(low: int, high: int) -> pa.Column:
    return pa.Column("int64", pa.Check.in_range(low, high))


def _month() -> pa.Column:
    return pa.Column(str, pa.Check.str_matches(r"^20\d\d-(0[1-9]|1[0-2])$"))


def _date(quarter_ends: bool = True) -> pa.Column:
    check = pa.Check(lambda s: s.dt.is_quarter_end, error="the last day of a quarter") if quarter_ends else None
    return pa.Column("datetime64[ns]", check)


def _table(columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, unique=key, strict=True, ordered=True)


# The lowest count is no slip: a force that takes back earlier records can come to less than nothing in a year.
_OFFENCES = _whole(-200, 500_000)
SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "forces": _table({
        "force": _text(*names.FORCES, unique=True),
        "ons_code": pa.Column(str, pa.Check.str_matches(r"^[EW]\d{8}$"), unique=True),
        "region": _text(*REGIONS), "abbreviation": _text(*names.ABBREVIATIONS, unique=True),
        "tile_column": _whole(0, 6), "tile_row": _whole(0, 9),
    }, ["tile_column", "tile_row"]),
    "recorded_crime_2018": _table({
        "force": _text(*RECORDERS), "year_ending": _date(), "offence_group": _text(*OFFENCE_GROUPS_2018),
        "offences": _OFFENCES, "scope": _text(*SCOPES),
    }, ["force", "year_ending", "offence_group"]),
    "recorded_crime_2023": _table({
        "force": _text(*RECORDERS), "quarter_ending": _date(), "offence_group": _text(*OFFENCE_GROUPS_2023),
        "offences": _OFFENCES, "scope": _text(*SCOPES),
    }, ["force", "quarter_ending", "offence_group"]),
    "population_original": _table({
        "force": _text(*names.FORCES), "mid_year": _whole(2009, 2015), "population": _whole(5_000, 10_000_000),
        "release": _text(),
    }, ["force", "mid_year"]),
    "population_revised": _table({
        "force": _text(*names.FORCES), "mid_year": _whole(2009, LAST), "population": _whole(5_000, 10_000_000),
        "release": _text(),
    }, ["force", "mid_year"]),
    "households_2011": _table({
        "force": _text(*names.FORCES, unique=True), "households": _whole(3_000, 4_000_000),
        "residents": _whole(5_000, 10_000_000),
    }, ["force"]),
    "claims": _table({
        "id": pa.Column(str, pa.Check.str_matches(r"^[a-z0-9_]+$"), unique=True), "section": _text(*SECTIONS),
        "exhibit": pa.Column(str), "area": _text(*names.AREAS, "-"), "period": pa.Column(str), "measure": _text(),
        "statement": _text(), "printed": pa.Column(str), "unit": _text(), "kind": _text("number", "wording"),
        "check": _text(),
    }, ["id"]),
    "judgments_printed": _table({"section": _text(*SECTIONS), "question": _text(unique=True), "judgment": _text(*JUDGMENTS)}, ["section"]),
    "outcomes_2015": _table({
        "force": _text(*names.FORCES, names.TRANSPORT_POLICE), "quarter_ending": _date(), "outcome_type": _text(*OUTCOME_TYPES),
        "outcomes": _whole(-10, 300_000), "scope": _text(*SCOPES),
    }, ["force", "quarter_ending", "outcome_type"]),
    "outcomes_norfolk": _table({
        "area": _text("Norfolk", f"{names.ENGLAND_AND_WALES} with British Transport Police"), "quarter_ending": _date(),
        "outcome_type": _text(*OUTCOME_TYPES), "outcomes": _whole(0, 2_000_000),
    }, ["area", "quarter_ending", "outcome_type"]),
    "incidents_calendar_year": _table({
        "force": _text(*names.FORCES, names.TRANSPORT_POLICE), "year": _whole(2012, LAST), "incidents": _whole(100, 500_000),
        "scope": _text(*SCOPES),
    }, ["force", "year"]),
    "incidents_month_2014": _table({
        "force": _text(*names.FORCES, names.TRANSPORT_POLICE), "month": _month(), "incidents": _whole(10, 50_000), "scope": _text(*SCOPES),
    }, ["force", "month"]),
    "incidents_metropolitan": _table({
        "force": _text("Metropolitan Police"), "month": _month(), "incidents": _whole(10_000, 60_000)}, ["month"]),
    "incidents_street": _table({
        "force": _text(*names.FORCES, names.TRANSPORT_POLICE), "month": _month(), "incidents": _whole(0, 60_000), "crimes": _whole(0, 200_000),
        "scope": _text(*SCOPES),
    }, ["force", "month"]),
    "judgments_2015": _table({
        "force": _text(*names.FORCES, unique=True), "judgment": _text(*JUDGMENTS), "address": _text()}, ["force"]),
    "norfolk_facts": _table({
        "fact": _text(), "value": _whole(1, 1_000_000), "unit": _text(), "period": _text(), "edition": _text(), "address": _text(),
    }, ["fact", "period", "edition"]),
}

SCHEMAS |= {figure: _table({column: pa.Column(str) for column in [*keys, "printed"]}, keys) for figure, keys in slots.KEYS.items()}

Check = Callable[[pd.DataFrame], Iterator[str]]


def _first(items: Iterable[object], most: int = 6) -> str:
    """A list for one line: its first entries, and how many more there are."""
    items = sorted(map(str, items))
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")



def all_forces(by: str | None = None) -> Check:
    """Exactly the 43 forces, in every group of `by` where given."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        groups = table.groupby(by)["force"] if by else [("the file", table["force"])]
        for group, column in groups:
            missing = set(names.FORCES) - set(column)
            if missing:
                where = f"{by} {group:%Y-%m-%d}" if isinstance(group, pd.Timestamp) else group if by is None else f"{by} {group}"
                yield f"{where}: expected all 43 forces, missing {_first(missing)}"
    return check


def no_gaps(column: str, first: str, last: str) -> Check:
    """Every quarter end from first (the collection begins there) to last or, in a newer release, to the last there is."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        found = pd.DatetimeIndex(table[column].unique())
        expected = pd.date_range(first, max(pd.Timestamp(last), found.max()), freq="QE")
        for word, dates in (("missing", expected.difference(found)), ("unexpected", found.difference(expected))):
            if len(dates):
                yield (f"column {column}: expected every quarter end from {first} to {expected[-1]:%Y-%m-%d}, "
                       f"{word} {_first(dates.strftime('%Y-%m-%d'))}")
    return check


def every_year(column: str, first: int, last: int) -> Check:
    """Every year from first to last or, in a newer release, to the last there is."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        missing = set(range(first, max(last, table[column].max()) + 1)) - set(table[column])
        if missing:
            yield f"column {column}: expected every year from {first} to {max(last, table[column].max())}, missing {_first(missing)}"
    return check


def total(value: str, expected: int, what: str, within: float = 0, **where: object) -> Check:
    """A control total: the sum of `value` over the rows that match `where`, `within` a share of it where releases revise it."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        rows = table
        for column, wanted in where.items():
            rows = rows[rows[column] == (pd.Timestamp(wanted) if column.endswith("_ending") else wanted)]
        found = int(rows[value].sum())
        if abs(found - expected) > within * expected:
            about = f"about {expected:,} (to {within:.0%})" if within else f"{expected:,}"
            yield f"column {value}: {what} should come to {about}, found {found:,}"
    return check


def no_missing_months(first: str, last: str) -> Check:
    """Every month from first to last."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        missing = set(pd.period_range(first, last, freq="M").astype(str)) - set(table["month"])
        if missing:
            yield f"column month: expected every month from {first} to {last}, missing {_first(missing)}"
    return check


def tally(column: str, expected: dict[str, int]) -> Check:
    """How often each value stands in a column."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        found = table[column].value_counts().to_dict()
        if found != expected:
            yield f"column {column}: expected {expected}, found {found}"
    return check


def scope_of(table: pd.DataFrame) -> pd.Series:
    """'fraud' and 'transport police' are kept but left out of every default total; the rest is 'core'."""
    fraud = table.get("offence_group", table["force"]).isin(["Fraud offences", *names.FRAUD_BODIES])
    return (table["force"] == names.TRANSPORT_POLICE).map({True: "transport police", False: "core"}).mask(fraud, "fraud")


def scopes(table: pd.DataFrame) -> Iterator[str]:
    """The scope column says what `scope_of` says."""
    expected = scope_of(table)
    for row in table.index[table["scope"] != expected]:
        yield f"row {row + 2}, column scope: expected '{expected[row]}', found '{table['scope'][row]}'"


def same_groups(period: str) -> Check:
    """Every force has the same groups (of offences, of outcomes) in a period, so that none is counted as nought by its absence."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        core = table[table["scope"] == "core"]
        size = core.groupby([period, "force"]).size()
        usual = size.groupby(level=0).transform("max")
        for (date, force), n in size[size != usual].items():
            yield f"{period} {date:%Y-%m-%d}, {force}: expected {usual[date, force]} groups, found {n}"
    return check


def every_type(who: str) -> Check:
    """Every area has all outcome types in every quarter, and the types named do not come to more than all of them together."""
    def check(table: pd.DataFrame) -> Iterator[str]:
        wide = table.pivot(index=["quarter_ending", who], columns="outcome_type", values="outcomes").reindex(columns=list(OUTCOME_TYPES))
        for (date, area), row in wide.iterrows():
            if missing := list(row.index[row.isna()]):
                yield f"quarter_ending {date:%Y-%m-%d}, {area}: expected all outcome types, missing {_first(missing)}"
            elif (named := row.iloc[:-1].sum()) > row.iloc[-1]:
                yield f"quarter_ending {date:%Y-%m-%d}, {area}: the types named come to {named:,.0f}, more than the {row.iloc[-1]:,.0f} of all together"
    return check


def on_the_map(table: pd.DataFrame) -> Iterator[str]:
    """Abbreviation and tile agree with the one map in helpers/names.py."""
    tiles = names.tiles()
    for row in table.itertuples():
        if names.ABBREVIATIONS[row.abbreviation] != row.force or tiles[row.force] != (row.tile_column, row.tile_row):
            yield f"row {row.Index + 2}, {row.force}: abbreviation or tile differs from helpers/names.py"


CHECKS: dict[str, tuple[Check, ...]] = {
    "forces": (all_forces(), on_the_map),
    "recorded_crime_2018": (
        all_forces("year_ending"), no_gaps("year_ending", "2007-06-30", "2018-12-31"), scopes, same_groups("year_ending"),
        total("offences", 3_611_283, "England and Wales in the year to June 2015, excluding fraud",
              within=0.01, year_ending="2015-06-30", scope="core"),
    ),
    "recorded_crime_2023": (
        all_forces("quarter_ending"), no_gaps("quarter_ending", "2012-06-30", "2023-06-30"), scopes,
        same_groups("quarter_ending"),
    ),
    "population_original": (
        all_forces("mid_year"), every_year("mid_year", 2009, 2015), total("population", 57_408_654, "England and Wales in mid-2014", mid_year=2014)),
    "population_revised": (
        all_forces("mid_year"), every_year("mid_year", 2009, 2022),
        total("population", 57_408_654, "England and Wales in mid-2014", within=0.01, mid_year=2014)),
    "outcomes_2015": (all_forces("quarter_ending"), no_gaps("quarter_ending", "2014-06-30", "2015-06-30"), scopes, every_type("force")),
    "outcomes_norfolk": (every_type("area"), no_gaps("quarter_ending", "2014-06-30", "2023-06-30"),),
    "incidents_calendar_year": (
        all_forces("year"), every_year("year", 2012, 2016), scopes,
        total("incidents", 252_435, "the Metropolitan Police in 2014", within=0.01, force="Metropolitan Police", year=2014)),
    "incidents_month_2014": (scopes,),
    "incidents_street": (scopes,),
    "incidents_metropolitan": (no_missing_months("2010-12", "2016-12"),),
    "judgments_2015": (all_forces(), tally("judgment", {"outstanding": 1, "good": 24, "requires improvement": 18})),
    "households_2011": (all_forces(), total("households", 23_366_044, "England and Wales at the 2011 census")),
    **slots.CHECKS,
}

"""Tables held against one another: two releases of the same figures, a year against the quarter before, parts against their sum.

A slip within one table (a unit ten times too large, rows of two forces swapped) can pass that table's own checks, and a new
file brings new control totals with it. What independent tables say of the same people and crimes it cannot bring along.
The tolerances lie just beyond the largest gaps in the data as published: revisions, redefinitions, the City of London.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pandas as pd

from helpers import names

Load = Callable[[str], pd.DataFrame]
FAMILIES = {  # groups that only one of the releases splits -> what they are together
    **dict.fromkeys([names.ASSAULT, "Violence with injury", "Violence without injury", "Stalking and harassment"], "Violence"),
    **dict.fromkeys(["Domestic burglary", "Residential burglary", "Non-domestic burglary", "Non-residential burglary"], "Burglary")}
MEND = "look for a wrong unit, row or file; where the publisher too has it so, widen the tolerance in helpers/agreement.py"


class Pair(NamedTuple):
    """Two series over the same index that should agree to `share` of the larger value plus `slack`."""

    file: str
    against: str
    one: pd.Series
    other: pd.Series
    share: float
    slack: float


def _file(name: str) -> str:
    return f"data/official/{name}.csv"


def faults(pair: Pair) -> Iterator[str]:
    """The worst disagreement, in one line that says how many there are."""
    table = pd.DataFrame({"one": pair.one, "other": pair.other}).dropna()
    excess = (table["one"] - table["other"]).abs() - pair.share * table.abs().max(axis=1) - pair.slack
    wrong = excess[excess > 0].sort_values(ascending=False, kind="stable")
    if len(wrong):
        where = wrong.index[0] if isinstance(wrong.index[0], tuple) else (wrong.index[0],)
        words = ", ".join(f"{part:%Y-%m-%d}" if isinstance(part, pd.Timestamp) else str(part) for part in where)
        one, other = table.loc[wrong.index[0]]
        more = f" ({len(wrong)} such cases)" if len(wrong) > 1 else ""
        yield (f"{pair.file}: {words}: {one:,.0f}, against {other:,.0f} {pair.against}; they should agree to {pair.share:.0%} "
               f"and {pair.slack:,.0f}{more}; {MEND}")


def _families(table: pd.DataFrame, period: str) -> pd.DataFrame:
    """Offences by period (rows) and force and family of offence groups (columns), of core groups only."""
    core = table[table["scope"] == "core"]
    family = core["offence_group"].map(FAMILIES).fillna(core["offence_group"]).rename("family")
    return core.groupby([period, "force", family])["offences"].sum().unstack(["force", "family"])


def _crime(load: Load) -> Iterator[Pair]:
    file, later_file = _file("recorded_crime_2018"), _file("recorded_crime_2023")
    years = _families(load("recorded_crime_2018"), "year_ending").rename_axis("period")
    later = _families(load("recorded_crime_2023"), "quarter_ending").fillna(0).rolling(4).sum().iloc[3:].rename_axis("period")
    total, later_total = (table.T.groupby(level="force").sum().T for table in (years, later))
    yield Pair(file, f"in {later_file}", years.unstack(), later.unstack(), 0.55, 100)
    yield Pair(file, f"in {later_file}", total.unstack(), later_total.unstack(), 0.1, 100)
    for which, table in ((file, years), (later_file, later)):
        yield Pair(which, "in the year to the quarter before", table.unstack(), table.shift(1).unstack(), 0.5, 100)


def _people(load: Load) -> Iterator[Pair]:
    original, revised = (load(f"population_{release}").set_index(["mid_year", "force"])["population"] for release in ("original", "revised"))
    yield Pair(_file("population_original"), f"in {_file('population_revised')}", original, revised, 0.01, 2_500)
    for release, people in (("original", original), ("revised", revised)):
        yield Pair(_file(f"population_{release}"), "a year before", people, people.rename(lambda year: year + 1, level="mid_year"), 0.04, 2_500)
    census = load("households_2011").set_index("force")
    yield Pair(_file("households_2011"), f"in {_file('population_revised')}, mid-2011", census["residents"], revised.loc[2011], 0.01, 2_500)
    expected = census["households"] * census["residents"].sum() / census["households"].sum()
    yield Pair(_file("households_2011"), "from its households at the national size", census["residents"], expected, 0.1, 2_500)


def _outcomes(load: Load) -> Iterator[Pair]:
    forces, areas = load("outcomes_2015"), load("outcomes_norfolk").set_index(["quarter_ending", "outcome_type", "area"])["outcomes"]
    key = ["quarter_ending", "outcome_type"]
    for area, rows in (("Norfolk", forces[forces["force"] == "Norfolk"]), (f"{names.ENGLAND_AND_WALES} with British Transport Police", forces)):
        yield Pair(_file("outcomes_2015"), f"in {_file('outcomes_norfolk')}", rows.groupby(key)["outcomes"].sum(), areas.xs(area, level="area"), 0.2, 20)


def _incidents(load: Load) -> Iterator[Pair]:
    years = load("incidents_calendar_year").set_index(["force", "year"])["incidents"]
    months = {name: load(name).set_index(["force", "month"])["incidents"] for name in ("incidents_street", "incidents_month_2014", "incidents_metropolitan")}
    for name in ("incidents_month_2014", "incidents_metropolitan"):
        yield Pair(_file("incidents_street"), f"in {_file(name)}", months["incidents_street"], months[name], 0.1, 20)
    for name, table in months.items():
        sums = table.groupby(["force", table.index.get_level_values("month").str[:4].astype(int).rename("year")]).agg(["sum", "size"])
        whole = sums.loc[sums["size"] >= 11, "sum"] * 12 / sums["size"]  # the monthly file of 2014 lacks December
        yield Pair(_file(name), f"in {_file('incidents_calendar_year')} (a full year)", whole.dropna(), years, 0.15, 20)


def every_fault(load: Load) -> Iterator[str]:
    """Every disagreement between tables; `load` gives a table by its name."""
    for pairs in (_crime, _people, _outcomes, _incidents):
        for pair in pairs(load):
            yield from faults(pair)

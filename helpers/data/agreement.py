"""Tables held against one another: two releases of one figure, a year and the last, parts and sums.

A slip within one table (a unit ten times too large, rows of two forces swapped) can pass that
table's own checks, and every release has a checksum of its own. What independent tables say of the
same people and crimes it cannot bring along. The tolerances lie just beyond the largest gaps in the
data as published: revisions, redefinitions, the City of London.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from helpers.data.schemas import ASSAULT, NATION

Load = Callable[[str], pd.DataFrame]
VIOLENCE = (
    ASSAULT, "Violence with injury", "Violence without injury", "Stalking and harassment",
)  # fmt: skip
BURGLARY = (
    "Domestic burglary", "Residential burglary", "Non-domestic burglary",
    "Non-residential burglary",
)  # fmt: skip
# Groups that only one of the releases splits -> what they are together
FAMILIES = dict.fromkeys(VIOLENCE, "Violence") | dict.fromkeys(BURGLARY, "Burglary")
MEND = (
    "look for a wrong unit, row or file; where the publisher too has it so, widen the tolerance in "
    "helpers/data/agreement.py"
)
MOST = 5  # lines of one kind of table


class Pair(NamedTuple):
    """Two series over one index that should agree to `share` of the larger value plus `slack`.

    `table` is the one that is named, `against` says where the other comes from.
    """

    table: str
    against: str
    one: pd.Series
    other: pd.Series
    share: float
    slack: float


def _file(table: str) -> str:
    return f"data/official/{table}.csv"


def disagreements(pair: Pair) -> pd.DataFrame:
    """The rows (one, other) where the two are too far apart."""
    table = pd.DataFrame({"one": pair.one, "other": pair.other}).dropna()
    allowed = pair.share * table.abs().max(axis=1) + pair.slack
    return table[(table["one"] - table["other"]).abs() > allowed]


def faults(pairs: Iterable[Pair]) -> Iterator[str]:
    """One line a force that disagrees anywhere (a place, where no force is named).

    However many pairs notice it, the line shows the first case of the first that does and counts
    the rest. Pairs of one file with itself come first: they leave no doubt which file it is.
    """
    lines: dict[object, str] = {}
    cases: Counter[object] = Counter()
    for pair in pairs:
        names = list(pair.one.index.names)
        for where, case in disagreements(pair).iterrows():
            parts = where if isinstance(where, tuple) else (where,)
            who = parts[names.index("force")] if "force" in names else where
            cases[who] += 1
            lines.setdefault(who, _line(pair, parts, case))
    for who in list(lines)[:MOST]:
        count = f" ({cases[who]} such cases)" if cases[who] > 1 else ""
        yield f"{lines[who]}{count}; {MEND}"
    if len(lines) > MOST:
        yield f"{_file(pair.table)}: and {len(lines) - MOST} more of this kind"


def _line(pair: Pair, parts: tuple, case: pd.Series) -> str:
    shown = (f"{p:%Y-%m-%d}" if isinstance(p, pd.Timestamp) else str(p) for p in parts)
    values = f"{case['one']:,.0f}, against {case['other']:,.0f} {pair.against}"
    agree = f"they should agree to {pair.share:.0%} and {pair.slack:,.0f}"
    return f"{_file(pair.table)}: {', '.join(shown)}: {values}; {agree}"


def _families(table: pd.DataFrame, period: str, absent: int | None = None) -> pd.DataFrame:
    """Offences of core groups by period (rows), force and family of offence groups (columns).

    `absent`: what stands for a family that a period does not name.
    """
    core = table[table["scope"] == "core"]
    family = core["offence_group"].map(FAMILIES).fillna(core["offence_group"]).rename("family")
    sums = core.groupby([period, "force", family])["offences"].sum(skipna=False)  # or missing
    return sums.unstack(["force", "family"], fill_value=absent).rename_axis("period")


def _crime(load: Load) -> Iterator[Pair]:
    name, later_name = "recorded_crime_2018", "recorded_crime_2023"
    years = _families(load(name), "year_ending")
    later = _families(load(later_name), "quarter_ending", 0).rolling(4).sum().iloc[3:]
    total, later_total = (
        table.T.groupby(level="force").sum(skipna=False).T for table in (years, later)
    )
    for which, table in ((name, years), (later_name, later)):
        before = table.shift(1).unstack()
        yield Pair(which, "in the year to the quarter before", table.unstack(), before, 0.5, 100)
    against = f"in {_file(later_name)}"
    yield Pair(name, against, years.unstack(), later.unstack(), 0.55, 100)
    yield Pair(name, against, total.unstack(), later_total.unstack(), 0.1, 100)


def _people(load: Load) -> Iterator[Pair]:
    key = ["mid_year", "force"]
    people = {
        name: load(name).set_index(key)["population"]
        for name in ("population_original", "population_revised")
    }
    for name, table in people.items():
        before = table.rename(lambda year: year + 1, level="mid_year")
        yield Pair(name, "a year before", table, before, 0.04, 2_500)
    original, revised = people.values()
    against = f"in {_file('population_revised')}"
    yield Pair("population_original", against, original, revised, 0.01, 2_500)
    census = load("households_2011").set_index("force")
    residents, name = census["residents"], "households_2011"
    yield Pair(name, f"{against}, mid-2011", residents, revised.loc[2011], 0.01, 2_500)
    expected = census["households"] * (residents / census["households"]).median()
    yield Pair(name, "from its households at the median size", residents, expected, 0.1, 2_500)


def _outcomes(load: Load) -> Iterator[Pair]:
    forces, key = load("outcomes_2015"), ["quarter_ending", "outcome_type"]
    other = load("outcomes_2023").set_index([*key, "area"])["outcomes"]
    against = f"in {_file('outcomes_2023')}"
    for who, table in other.groupby(level="area"):
        rows = forces if who == NATION else forces[forces["force"] == who]
        sums = rows.groupby(key)["outcomes"].sum(skipna=False)
        yield Pair("outcomes_2015", against, sums, table.droplevel("area"), 0.2, 20)


def _incidents(load: Load) -> Iterator[Pair]:
    years = load("incidents_calendar_year").set_index(["force", "year"])["incidents"]
    months = {
        name: load(name).set_index(["force", "month"])["incidents"]
        for name in ("incidents_street", "incidents_month_2014", "incidents_metropolitan")
    }
    street = months["incidents_street"]
    for name in ("incidents_month_2014", "incidents_metropolitan"):
        yield Pair("incidents_street", f"in {_file(name)}", street, months[name], 0.1, 20)
    against = f"in {_file('incidents_calendar_year')} (a full year)"
    for name, table in months.items():
        year = table.index.get_level_values("month").str[:4].astype(int).rename("year")
        sums = table.groupby(["force", year]).agg(["sum", "count"])
        # the monthly file of 2014 lacks December
        whole = sums.loc[sums["count"] >= 11, "sum"] * 12 / sums["count"]
        yield Pair(name, against, whole.dropna(), years, 0.15, 20)


def every_fault(load: Load) -> Iterator[str]:
    """Every disagreement between tables, a line a force; `load` gives a table by its name."""
    for pairs in (_crime, _people, _outcomes, _incidents):
        yield from faults(pairs(load))

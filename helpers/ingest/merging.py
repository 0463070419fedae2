"""Puts new tables into those that are there, and says what changes: nothing is lost without a word.

Tables are text here. Rows belong together by period and by force (or area): those of the new table
replace those that are there, the rest stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from helpers.data.schemas import ALL_OUTCOMES, NATION

PERIODS = ("year_ending", "quarter_ending", "mid_year", "year", "month")
WHO = ("force", "area")
KINDS_OF_ROWS = ("offence_group", "outcome_type")
COUNTED = ("offences", "population", "outcomes", "incidents")
MOST = 8  # differences, and sums, that are shown


class Change(NamedTuple):
    """What an ingest does to a table: its rows before, those of the new file, and those after."""

    before: pd.DataFrame
    new: pd.DataFrame
    after: pd.DataFrame

    @property
    def keeps(self) -> bool:
        """Whether rows stay that the new file lacks."""
        return len(self.after) > len(self.new)


def _unit(table: pd.DataFrame) -> list[str]:
    """The columns by which rows belong together: the period, if there is one, and who."""
    if "code" in table:  # districts: each stands there once
        return ["code"]
    return [column for column in (*PERIODS, *WHO) if column in table]


def _in(table: pd.DataFrame, other: pd.DataFrame, by: list[str]) -> pd.Series:
    """Which rows of a table have a counterpart in another."""
    return pd.MultiIndex.from_frame(table[by]).isin(pd.MultiIndex.from_frame(other[by]))


def merged(before: pd.DataFrame, new: pd.DataFrame, replace: bool = False) -> Change:
    """The new table with, unless told to `replace` all, the rows of periods that it lacks."""
    by, taken = _unit(new), new if replace else _revising(before, new)
    stays = before[~_in(before, taken, by)]
    if replace or stays.empty:
        return Change(before, new, new)
    both = pd.concat([stays, taken], ignore_index=True)
    return Change(before, new, both.sort_values(by, kind="stable", ignore_index=True))


def _revising(before: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The new rows that are taken: where a table names releases, not those of every period.

    A period whose numbers are the same keeps the release that it is from, and an older release
    revises nothing.
    """
    if "release" not in new:
        return new
    when, who = _unit(new)
    both = before.merge(new, on=[when, who], suffixes=("", "_new"))
    late = both[both["release"] <= both["release_new"]]
    revised = late[late["population"] != late["population_new"]]
    return new[new[when].isin(revised[when]) | ~new[when].isin(before[when])]


def _runs(found: Iterable[str], every: list[str]) -> str:
    """Periods as 'first to last (how many)' where none of those between is missing."""
    spans = (list(run) for wanted, run in groupby(every, set(found).__contains__) if wanted)
    said = (f"{run[0]} to {run[-1]} ({len(run)})" if run[1:] else run[0] for run in spans)
    return ", ".join(said)


def _places(rows: pd.DataFrame, change: Change) -> Iterator[str]:
    """Whose rows of which periods these are, a line for all that have the same periods."""
    *when, who = _unit(rows)
    if not when:
        yield ", ".join(dict.fromkeys(rows[who]))
        return
    every = sorted({*change.before[when[0]], *change.new[when[0]]})
    spans = rows.groupby(who)[when[0]].agg(lambda column: _runs(column, every))
    everyone = {*change.before[who], *change.new[who]}
    for span, names in spans.groupby(spans).groups.items():
        others = sorted(everyone - set(names))
        said = ", ".join(names)
        if len(names) > 3 and len(others) < 4:
            said = f"all but {', '.join(others)}" if others else f"all {len(names)}"
        yield f"{said}: {span}"


def lines(change: Change) -> Iterator[str]:
    """What is gained, what stays though the new file lacks it, what is lost or not taken."""
    before, new, after = change
    by = _unit(new)
    lacks = before[~_in(before, new, by)]
    what = {
        "gained": new[~_in(new, before, by)],
        "kept, though the file lacks it" if change.keeps else "dropped": lacks,
    }
    if "release" in new:
        taken = _in(new, after, [column for column in new if column != "release"])
        what["not taken, since what is there is of a later release"] = new[~taken]
    for word, rows in what.items():
        yield from (f"  {word}: {place}" for place in (_places(rows, change) if len(rows) else ()))
    for column in (column for column in KINDS_OF_ROWS if column in before):
        gone = before[_in(before, new, by) & ~_in(before, new, [*by, column])]
        for name, count in gone[column].value_counts().items():
            yield f"  dropped: {name}: {count:,} rows, of periods that the file has without it"


def differences(change: Change) -> Iterator[str]:
    """How many sums of a force and year change, the largest of them, and the sums of all."""
    value = next((column for column in COUNTED if column in change.new), None)
    by = _unit(change.new)
    if value is None or len(by) < 2:
        return
    sums = {}
    for name, table in (("before", change.before), ("after", change.after)):
        for column, wanted in (("scope", "core"), ("outcome_type", ALL_OUTCOMES)):
            table = table[table[column] == wanted] if column in table else table
        year = table[by[0]] if by[0] == "year_ending" else table[by[0]].str[:4]
        sums[name] = pd.to_numeric(table[value]).groupby([table[by[1]], year]).sum(min_count=1)
    both = pd.DataFrame(sums).rename_axis(["who", "when"])
    moved = both.dropna().assign(by=lambda t: t["after"] - t["before"]).query("by != 0")
    yield f"  {value}: {len(moved):,} of {len(both.dropna()):,} sums by {by[1]} and year change"
    for (who, year), row in moved.sort_values("by", key=abs, ascending=False).head(MOST).iterrows():
        yield f"    {who}, {year}: {_arrow(row['before'], row['after'])}"
    whole = both[both.index.get_level_values("who") == NATION] if by[1] == "area" else both
    for year, row in whole.groupby("when").sum(min_count=1).tail(MOST).iterrows():
        yield f"    all, {year}: {_arrow(row['before'], row['after'])}"


def _arrow(before: float, after: float) -> str:
    old, new = ("none" if number != number else f"{number:,.0f}" for number in (before, after))
    share = f" ({after / before - 1:+.1%})" if before > 0 and after == after else ""
    return f"{old} -> {new}{share}"

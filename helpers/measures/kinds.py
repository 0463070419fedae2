"""Kinds of crime over years in which what they count changed: the breaks, and sums across them."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers.measures.arithmetic import per_100, percentage_change
from helpers.measures.catalogue import LAST_DOMESTIC, VINTAGES, Measure
from helpers.measures.counts import by_group

ALL, NEW_STALKING = "*", ("Stalking and harassment", "")  # every kind; from or to not counted


class Break(NamedTuple):
    """A change in how crime is recorded, or in life: its days, name, what it touches, source.

    groups: the offence groups that crimes moved between; '' stands for what is not counted.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    name: str
    touches: str
    source: str
    groups: tuple[str, ...]

    def moved(self, measure: Measure) -> bool:
        """Whether it moved crimes into a measure of offences, or out of it.

        What moves among groups that are all part of a measure leaves it as it was.
        """
        if measure.counted != "offences" or ALL in self.groups:
            return measure.counted == "offences"
        within = {group != "" and group in (measure.groups or self.groups) for group in self.groups}
        return within == {True, False}


def _break(days: str, *about) -> Break:
    """`days`: '2015-04-01', or the first and the last day parted by a space."""
    first, *last = map(pd.Timestamp, days.split())
    return Break(first, *(last or [first]), *about)


BURGLARY = {
    f"{where} burglary": "Burglary"
    for where in ("Domestic", "Residential", "Non-domestic", "Non-residential")
}
# fmt: off
BREAKS = (
    _break("2011-04-01 2013-03-31", "fraud to Action Fraud",
           "fraud, which passed from the forces to one body: it is in no total here",
           "Home Office, answer to a parliamentary question on Action Fraud", ()),
    _break("2014-02-01 2014-11-18", "recording inspections",
           "all crime, violence and sexual offences most: recording became more complete",
           "HMIC, Crime-recording: making the victim count, November 2014", (ALL,)),
    _break("2015-04-01", "malicious communications",
           "stalking and harassment: threatening messages became notifiable",
           "Home Office, recorded crime, note to Appendix table A4", NEW_STALKING),
    _break(f"{LAST_DOMESTIC + pd.DateOffset(days=1):%Y-%m-%d}", "residential burglary",
           "dwellings' sheds and garages, now residential: the parts of burglary, not their sum",
           "Home Office Counting Rules, Burglary", tuple(BURGLARY)),
    _break("2018-04-01", "stalking in addition",
           "stalking, harassment and controlling behaviour: recorded in addition to the most "
           "serious other offence", "Home Office, recorded crime, notes to Appendix table A4",
           NEW_STALKING),
    _break("2020-03-23 2021-07-19", "pandemic",
           "all crime: from the first lockdown to the end of most legal limits in England",
           "ONS, User guide to crime statistics: measuring crime during the pandemic", (ALL,)),
    _break("2023-04-13", "one crime of several",
           "stalking and harassment most: of crimes reported together one counts (day announced)",
           "Home Office, answer to a parliamentary question of 18 April 2023", NEW_STALKING),
)
# fmt: on


def breaks() -> pd.DataFrame:
    """The list as a reader sees it: from, to, what it touches, source, by name."""
    table = pd.DataFrame(BREAKS).set_index("name").drop(columns="groups").rename_axis(None)
    return table.rename(columns={"start": "from", "end": "to", "touches": "what it touches"})


def breaks_on(word: str, first: pd.Timestamp, last: pd.Timestamp) -> list[Break]:
    """The breaks that moved a kind with a word in its name, from the year ending `first` on.

    A break on that year's own first day is the same to all years from there to `last`.
    """
    start = first - pd.DateOffset(years=1) + pd.DateOffset(days=1)
    return [
        each
        for each in BREAKS
        if any(word in group for group in each.groups) and each.end > start and each.start <= last
    ]


SMALL = 1.0  # points of the total, below which a kind is shown among all others
# Kinds whose parts moved into one another, or that one release keeps in two: summed as one.
JOINED = BURGLARY | {"Assault with injury": "Violence with injury"}
# Until March 2013 the later release keeps harassment in violence without injury: in rolling years
# that begin before, no release's two are told apart.
HARASSMENT_APART = pd.Timestamp("2014-03-31")
TOGETHER = dict.fromkeys(
    ("Stalking and harassment", "Violence without injury"),
    "Violence without injury, stalking and harassment",
)


def by_kind(area: str, year_endings: list[pd.Timestamp], vintage: str) -> pd.DataFrame:
    """An area's offences (no fraud) by kind, comparable across the breaks: a column a year."""
    joined = JOINED | (TOGETHER if min(year_endings) < HARASSMENT_APART else {})
    table = by_group(area, year_endings, vintage).rename(columns=joined)
    return table.T.groupby(level=0).sum().round().astype("int64")


def parts_of_change(
    area: str, start: pd.Timestamp, end: pd.Timestamp, vintage: str
) -> pd.DataFrame:
    """The change in all crimes between two years ending, by kind, the largest rise first.

    Columns: before, now, change (crimes), points (100 x change / all crimes before). Changes and
    points add up to those of all crimes exactly, for all crimes are the sum of the kinds.
    """
    table = by_kind(area, [start, end], vintage).set_axis(["before", "now"], axis=1)
    table["change"] = table["now"] - table["before"]
    table["points"] = per_100(table["change"], table["before"].sum())
    return table.sort_values("change", ascending=False, kind="stable").rename_axis("kind")


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """The kinds that moved either area's total by a point or more, in the first area's order, and
    all others as one row.

    table: group, area, before, now, change, points; the sums of both tables are the same.
    """
    small = table.groupby("group")["points"].agg(lambda points: points.abs().max()) < SMALL
    rest = f"All other kinds ({small.sum()})"
    group = table["group"].mask(table["group"].map(small), rest)
    order = [*dict.fromkeys(group[group != rest]), rest]
    table = table.assign(group=pd.Categorical(group, order))
    summed = table.groupby(["group", "area"], sort=False, observed=True).sum().reset_index()
    return summed.sort_values("group", kind="stable", ignore_index=True)


def without(table: pd.DataFrame, word: str) -> tuple[list[str], pd.Series]:
    """The kinds of `pooled`'s table that have a word in their name, in small letters; the change of
    all others together, per cent, by area.
    """
    named = table["group"].str.contains(word)
    sums = table[~named].groupby("area")[["before", "now"]].sum()
    names = table.loc[named, "group"].str.lower().unique()
    return list(names), percentage_change(sums["now"], sums["before"])


def revised(area: str, year: pd.Timestamp) -> pd.Series:
    """By how many crimes the latest release differs from the earliest in a year, by kind."""
    first, last = (by_kind(area, [year], VINTAGES[n])[year] for n in (0, -1))
    return last.sub(first, fill_value=0).astype("int64")

"""Quarters against those of the year before: notebook 01 asks how long a direction has lasted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, measures, report, stats
from helpers.prose import month, number_of

EW, YEAR = areas.ENGLAND_AND_WALES, pd.DateOffset(years=1)
SHOWN = 8  # quarters, two years


def quarter(end: pd.Timestamp) -> str:
    """'April to June 2014'."""
    return f"{end - pd.DateOffset(months=2):%B} to {month(end)}"


def quarters(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The last eight quarters against the same quarters of the year before, as far as there are
    quarters: group, area, quarter_ending, before, now, value (per cent), chance (95%, points).
    """
    counts = measures.quarters()
    days = pd.date_range(end=end, periods=SHOWN, freq="QE")
    tables = []
    for day in days.intersection(counts.index[4:]):
        now, before = counts.loc[day, [force, EW]], counts.loc[day - YEAR, [force, EW]]
        change = measures.percentage_change(now, before)
        reach = stats.REACH["95"] * (1 / now + 1 / before) ** 0.5 * (100 + change)
        columns = {"before": before.astype(int), "now": now.astype(int), "value": change}
        about = {"group": quarter(day), "area": [force, EW], "quarter_ending": day}
        tables.append(pd.DataFrame(columns | {"chance": reach}).assign(**about))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def no_quarters(end: pd.Timestamp) -> str:
    """From when on single quarters are known, where they do not reach back; '' where they do."""
    first = measures.quarters().index[4]
    if end >= first:
        return ""
    return f"Single quarters can be held against the year before from {quarter(first)} on."


@dataclass(frozen=True)
class Run:
    """How long the force's last direction has lasted: `n` of the `shown` quarters up to the last
    one moved the same way on the year before, the first of them by `first` (per cent), England and
    Wales then by `national`.
    """

    n: int
    shown: int
    since: pd.Timestamp
    first: float
    national: float

    @property
    def more(self) -> str:
        """'more' or 'fewer'."""
        return "more" if self.first > 0 else "fewer"

    @property
    def span(self) -> str:
        """'in each of the last six quarters', 'in the last quarter', 'in all eight quarters'."""
        if self.n == self.shown > 1:
            return f"in all {number_of(self.n, 'quarter')} shown"
        each = "in the last" if self.n == 1 else "in each of the last"
        return f"{each} {number_of(self.n, 'quarter').removeprefix('one ')}"


def run(table: pd.DataFrame, force: str) -> Run:
    """The unbroken run of quarters up to the last one that moved the way that one did."""
    own = table[table["area"] == force].set_index("quarter_ending")["value"]
    same = ((own > 0) == (own.iloc[-1] > 0))[::-1].cummin()[::-1]
    since = own.index[same][0]
    national = table.query("area == @EW and quarter_ending == @since")["value"].iloc[0]
    return Run(int(same.sum()), len(own), since, float(own[since]), float(national))


def before_publication() -> dict:
    """The last quarter that ended before the inspectorate published its inspection of the force's
    crime data: published, quarter, change and national (per cent).
    """
    claim = report.claim("crimes_found")
    day = pd.Timestamp(claims.ledger().set_index("id")["period"][claim])
    table = quarters(report.FORCE, day - pd.offsets.QuarterEnd())
    last = table[table["quarter_ending"] == table["quarter_ending"].max()].set_index("area")
    own, national = (float(last["value"][area]) for area in (report.FORCE, EW))
    about = {"published": day, "quarter": last["group"].iloc[0]}
    return about | {"change": own, "national": national}

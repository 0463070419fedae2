"""What the report prints beside what independent data gives: printed, recomputed, difference, verdict."""

from __future__ import annotations

import pandas as pd

from helpers import data, measures, names
from helpers.printed import Printed

REPORT_FORCE = "Norfolk"
REPORT_YEAR = pd.Timestamp("2015-06-30")


def printed_rows(table: str, force: str, periods: list | None = None) -> pd.DataFrame:
    """Rows of a table of data/published that have a number, for a force and England and Wales.

    Only the report's own force has rows of its own; any other force gets England and Wales alone. `periods`: only these.
    """
    rows = data.load(table)
    period = pd.to_datetime(rows["period"])
    wanted = (rows["printed"] != "") & rows["area"].isin([force, names.ENGLAND_AND_WALES])
    if periods is not None:
        wanted &= period.isin([pd.Timestamp(p) for p in periods])
    return rows.assign(period=period)[wanted]


def note(force: str, end: pd.Timestamp) -> str:
    """What of the report is left out for another force or year, in a sentence; '' for the report's own."""
    if force != REPORT_FORCE:
        return (f"The report is about {REPORT_FORCE}: its printed numbers are left out for {names.place(force)}, and only those for "
                f"{names.ENGLAND_AND_WALES} are compared.")
    if end != REPORT_YEAR:
        return f"The report is about the year to {REPORT_YEAR.day} {REPORT_YEAR:%B %Y}: only the numbers it prints for the years shown here are compared."
    return ""


def recomputed(measure: str, area: str, period: pd.Timestamp) -> float:
    """The measure as the report defines it: its population is that of the comparison's last year, mid-2014."""
    return measures.value(measure, area, period, comparison_end=max(REPORT_YEAR, period))


def against_data(rows: pd.DataFrame) -> pd.DataFrame:
    """Compare printed rows with independent data: a row a number, ready to show.

    Columns: measure, area, year to, printed, could have been, recomputed, difference, verdict ('reproduced' when the
    recomputed value lies inside what the printed number could have been rounded from, else 'differs').
    """
    result = []
    for row in rows.itertuples():
        number = Printed.parse(row.printed)
        value = recomputed(row.measure, row.area, row.period)
        digits = number.decimals + 1
        low, high = float(number.interval.low), float(number.interval.high)
        result.append({
            "measure": measures.find(row.measure).label, "area": row.area, "year to": f"{row.period:%B %Y}",
            "printed": row.printed, "could have been": f"{low:.{digits}f} to {high:.{digits}f}",
            "recomputed": f"{value:.{digits}f}", "difference": f"{value - float(number.value):+.{digits}f}",
            "verdict": "reproduced" if value in number else "differs",
        })
    return pd.DataFrame(result, columns=["measure", "area", "year to", "printed", "could have been", "recomputed",
                                         "difference", "verdict"]).set_index("measure").rename_axis(index=None, columns="measure")


def verdicts(force: str, end: pd.Timestamp) -> pd.Series:
    """The verdict on every printed number compared for a force, over all tables of data/published."""
    years = [end - pd.DateOffset(years=n) for n in range(6)]
    tables = [printed_rows(table, force, years) for table in ("force_in_numbers", "figure_1", "figure_2", "claims")]
    rows = pd.concat(tables)
    return against_data(rows[rows["measure"].isin(list(measures.MEASURES))])["verdict"]

"""Kinds of crime by how they come to be recorded, and other ways to count and compare crimes."""

from __future__ import annotations

import pandas as pd
from scipy.stats import binomtest

from helpers import areas, measures
from helpers.conventions.choices import conventions
from helpers.measures import counts

EW = areas.ENGLAND_AND_WALES
# fmt: off
NEAR_CRIME = ("Public order offences", "Violence without injury", "Stalking and harassment",
              "Criminal damage and arson")  # what an incident could be recorded as
# kinds recorded least completely: violence and sexual offences (HMIC, Crime-recording: making the
# victim count, 2014), and all whose number turns most on what is reported, found and written down
FOUND_INCOMPLETE = ("Violence with injury", "Assault with injury", "Violence without injury",
                    "Stalking and harassment", "Sexual offences")
BY_RECORDING = (*FOUND_INCOMPLETE, "Public order offences", "Possession of weapons offences",
                "Miscellaneous crimes against society")
# fmt: on
SAME_YEAR, EARLIER = "crimes of the same year", "crimes of a year one quarter earlier"


def since(measure: str, area: str, end: pd.Timestamp, bases: list[pd.Timestamp]) -> pd.DataFrame:
    """Percentage change from each base year to `end`: rows by base; columns value, national."""
    table = measures.counted(measure, measures.default_vintage(measure, end))
    reached = table.loc[[base for base in bases if base in table.index], [area, EW]]
    change = measures.percentage_change(table.loc[end, [area, EW]], reached)
    days = [f"since the year to {base:%B %Y}" for base in reached.index]
    return change.set_axis(days).set_axis(["value", "national"], axis=1)


def changes_between(
    measure: str, area: str, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """The change of a rate between two years under every convention that reaches both: value,
    national (per cent), kind; a convention that gives what another gave is left out, and for a
    force so are the crimes of British Transport Police, which are in no force's figure.
    """
    rows = {}
    for name, way in conventions().items():
        if area in areas.FORCES and way.kind == "transport police":
            continue
        try:
            table = measures.rates(measure, [start, end], **way.choices)
        except ValueError:  # the release or the estimates do not reach both
            continue
        wide = table.pivot(index="year_ending", columns="area", values="rate")[[area, EW]]
        rows[name] = [*measures.percentage_change(wide.loc[end], wide.loc[start]), way.kind]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "national", "kind"])
    return found[~found[["value", "national"]].round(6).duplicated()]


def recording_alone(
    right: int, found: int, targets: tuple[float, ...] = (0.9, 0.95, 1.0)
) -> pd.DataFrame:
    """The rise in recorded crime that better recording alone would give, in per cent.

    Crime itself stands still. From an accuracy of right / found (and the ends of its 95% Wilson
    interval) to each target: 100 x (target / accuracy - 1), at least 0. Rows by target; columns
    low, value, high.
    """
    interval = binomtest(right, found).proportion_ci(method="wilson")
    starts, rise = (interval.high, right / found, interval.low), {}
    for target in targets:
        needed = (measures.percentage_change(target, start) for start in starts)
        rise[f"to {target:.0%}"] = [max(0.0, change) for change in needed]
    return pd.DataFrame.from_dict(rise, orient="index", columns=["low", "value", "high"])


def crime_divisors() -> dict[str, pd.DataFrame]:
    """What crimes of a kind can be a share of: name -> recorded crimes by year and area.

    Of the same year, in each release; of 12 months that end a quarter before.
    """
    found = {SAME_YEAR: (own := counts.offences())}
    for vintage in counts.VINTAGES[1:]:
        found[f"the same, {measures.release_name(vintage)}"] = counts.offences(vintage=vintage)
    return found | {EARLIER: own.rename(lambda end: end + pd.offsets.QuarterEnd())}

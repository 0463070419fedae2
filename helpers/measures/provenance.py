"""Which tables a value was read from, and what must be said beside it: all from the register."""

from __future__ import annotations

import pandas as pd

from helpers import areas, data
from helpers.measures import counts
from helpers.measures.catalogue import LAST_DOMESTIC, TABLES, VINTAGES, find
from helpers.measures.rates import (
    default_vintage,
    divides_out,
    lacking,
    mid_year_before,
    population,
    population_rule_of,
    population_table,
)


def _years(name: str, *year_endings: str | pd.Timestamp) -> list[pd.Timestamp]:
    """The years that a measure's values rest on: of a change, those before as well."""
    back = pd.DateOffset(years=find(name).years)
    ends = [pd.Timestamp(year) for year in year_endings]
    return sorted({end - back for end in ends} | set(ends))


def _people(name: str, year: str | pd.Timestamp, choices: dict) -> list[tuple[int, str]]:
    """The mid-years, and the release asked for, whose people a measure is divided by."""
    rule = choices.get("population_rule", "report")
    one_for_all, release = population_rule_of(rule)
    if find(name).denominator != "population" or divides_out(find(name), rule):
        return []
    end = pd.Timestamp(choices.get("comparison_end", year))
    return [
        (mid_year_before(each), release) for each in ([end] if one_for_all else _years(name, year))
    ]


def files(name: str, year: str | pd.Timestamp, **choices) -> tuple[str, ...]:
    """The tables that `values` rests on under the same choices; no denominator that cancels."""
    chosen = find(name)
    if chosen.counted == "incidents":
        found = list(counts.incident_files(*_years(name, year)))
    else:
        found = [TABLES[choices.get("vintage") or default_vintage(name, year)]]
    if chosen.denominator == "households" and not chosen.years:
        found.append("households_2011")
    if chosen.denominator == "offences":
        found.append(TABLES[VINTAGES[0]])
    found += [population_table(*each) for each in _people(name, year, choices)]
    return tuple(dict.fromkeys(found))


def source(names: str | list[str], year: str | pd.Timestamp, *others: str, **choices) -> str:
    """The source line for the foot of a chart of these measures, and of tables shown beside them.

    `choices` as for `values`. A population's release is that of the rows used. Forces whose counts
    are missing are named: there a line has a gap.
    """
    names = [names] if isinstance(names, str) else names
    used = dict.fromkeys(file for name in names for file in files(name, year, **choices))
    releases: dict[str, dict[str, None]] = {}
    for mid_year, release in (each for name in names for each in _people(name, year, choices)):
        of_rows = population(mid_year, release)[1]
        releases.setdefault(population_table(mid_year, release), {})[of_rows] = None
    gaps = (lacking(name, choices.get("vintage") or default_vintage(name, year)) for name in names)
    missing = "; ".join(dict.fromkeys(gap for gap in gaps if gap))
    line = data.source_of(*used, *others, releases=releases)
    return f"{line}. Missing, as no count is published: {missing}" if missing else line


def _burglary(years: list[pd.Timestamp]) -> str:
    """From April 2017 sheds and garages count too: of one count, or of years before and after."""
    beyond = [year > LAST_DOMESTIC for year in years]
    if not any(beyond):
        return ""
    what = "From April 2017 residential burglary, with sheds and garages, is counted instead"
    if not all(beyond):
        return f"{what}: a change across that date is not one of burglaries alone."
    if min(years) < LAST_DOMESTIC + pd.DateOffset(years=1):
        return f"{what}: 12 months that begin before it are partly the one, partly the other."
    return f"{what}: not comparable with earlier years."


def _estimated(years: list[pd.Timestamp]) -> str:
    """For which forces incidents are an estimate, or '' where all are counted by month."""
    exact = counts.is_counted(*years)[counts.FORCES]
    if exact.all():
        return ""
    known = list(exact.index[exact])
    how = "years to June are rebuilt from calendar years, an estimate"
    if not known:
        return f"For all {len(exact)} forces {how}."
    who = " and ".join(map(areas.place, known)) if len(known) < 3 else f"{len(known)} forces"
    return (
        f"Counted by month for {who}; for the other {len(exact) - len(known)} of {len(exact)} "
        f"forces {how}."
    )


def caution(name: str, *year_endings: str | pd.Timestamp) -> str:
    """A sentence to stand under a chart of these years, or '' where none is needed.

    For burglary when 12 months reach beyond March 2017 or a comparison crosses it; for
    anti-social behaviour when the incidents of a force are an estimate.
    """
    years = _years(name, *year_endings)
    if find(name).label_after:
        return _burglary(years)
    if find(name).counted == "incidents":
        return _estimated(years)
    return ""

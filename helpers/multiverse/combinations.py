"""Every combination of the choices behind a headline, and the rules by which some are left out."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from helpers import areas, conventions, measures
from helpers.conventions import ESTIMATES
from helpers.measures import counts

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
GAP, CHANGE, PLACE = "gap", "change", "place"
COMPARISON, BASE, LOWEST_THIRD = "compared with", "base year", "the border of the lowest third"
HIGHEST_TEN = "the highest ten"
COUNTED = "counted, else the half-year method"
NUMBERS = ("value", "against")
# why a combination is left out
NOT_REACHED = "the release does not reach the year"
NO_PEOPLE = "there is no population estimate for that mid-year"
ONE_ESTIMATE = "only one release estimates the people of that mid-year"
CANCELS = "one population for all years cancels out of a change"
NO_FRAUD = "forces had no fraud of their own left to count in"
NO_AREA = f"{areas.TRANSPORT_POLICE} moves sums of the country only"
NOT_USED = "the rate is not divided by it"
NO_FORCES = "there are no such forces"
OLD_OUTCOMES = "the force did not yet record all kinds of outcome"


class Excluded(Exception):
    """A combination that is left out; its text is the rule."""


@dataclass(frozen=True)
class Headline:
    """What is asked of a measure: how far a rate lies from others', in per cent of them (`GAP`), a
    change, in per cent (`CHANGE`), or a rate's place from the highest (`PLACE`).

    label: what it is called where that is not what its measure is.
    """

    measure: str
    by: str
    comparisons: tuple[str, ...] = conventions.COMPARISONS
    label: str = ""


# fmt: off
HEADLINES = {
    "recorded_crime_rate": Headline(
        "recorded_crime_rate", GAP, (*conventions.COMPARISONS, LOWEST_THIRD)),
    "recorded_crime_gap": Headline(
        "recorded_crime_rate", GAP, conventions.COMPARISONS[:2], f"gap to {EW}"),
    "recorded_crime_change_1y": Headline("recorded_crime_change_1y", CHANGE),
    "recorded_crime_change_5y": Headline("recorded_crime_change_5y", CHANGE),
    "anti_social_behaviour_rate": Headline("anti_social_behaviour_rate", GAP),
    "anti_social_behaviour_change_1y": Headline("anti_social_behaviour_change_1y", CHANGE),
} | {
    f"{key}_rate": Headline(f"{key}_rate", PLACE, (HIGHEST_TEN,))
    if key in conventions.ONE_OF_THE_HIGHEST
    else Headline(f"{key}_rate", GAP)
    for key in measures.outcomes_of()
}
# fmt: on


def _of_kind(*kinds: str) -> dict[str, dict]:
    """The conventions of some kinds, by name."""
    ways = conventions.conventions().items()
    return {name: way.choices for name, way in ways if way.kind in kinds}


def _choices(headline: Headline, end: pd.Timestamp) -> dict[str, dict[str, object]]:
    """Choice -> option -> what it asks for, all but the comparison; the report's own first."""
    of, others = measures.find(headline.measure), _of_kind("population")
    rules = {"one population for all years": "report"}
    rules |= {name: asked["population_rule"] for name, asked in others.items()}
    people = {"population": rules if of.years else ESTIMATES}
    if of.counted == "incidents":
        first, *rest = conventions.incident_years(end).items()
        return {"12 months": {COUNTED: first[1]} | dict(rest)} | people
    own = measures.default_vintage("recorded_crime_rate", end)
    releases = sorted(measures.VINTAGES, key=own.__ne__)
    ends = [end + n * pd.offsets.QuarterEnd() for n in conventions.QUARTERS_OFF]
    release = {"release": {measures.release_name(vintage): vintage for vintage in releases}}
    period = {"12 months": {f"to {day:%B %Y}": day for day in ends}}
    if of.counted == "outcomes":
        divisors = conventions.outcome_divisors(end).items()  # what is left out is crossed below
        ways = {way: (way, kind) for way, (_, kind, _) in divisors if "left out" not in way}
        odd = {"all forces": False, "without forces with odd quarters": True}
        return {"divided by": ways} | release | people | period | {"forces": odd}
    wider = _of_kind("transport police", "fraud").items()
    scope = {name: asked["include"] for name, asked in wider}
    scope = {"43 forces, no fraud": ()} | scope | {"both counted in": sum(scope.values(), ())}
    base = {}
    if of.years:
        looks_back = conventions.BASES[headline.measure[-2:]]
        base = {BASE: {f"{years} years before": years for years in looks_back}}
    return release | people | {"scope": scope} | period | base


def _people(mid_year: int, release: str) -> pd.Series:
    """The people of a mid-year; a release that stands in for another is left out."""
    try:
        people, name = measures.population(mid_year, release)
    except ValueError:
        raise Excluded(NO_PEOPLE) from None
    if release == "revised" and name == measures.population(mid_year)[1]:
        raise Excluded(ONE_ESTIMATE)
    return people


def _divisors(chosen: object, years: list[pd.Timestamp]) -> list:
    """What the counts of a year, or of two, are divided by: thousands of people, or alike."""
    if len(years) == 1:
        later, release = chosen
        return [_people(measures.mid_year_before(years[0]) + later, release) / 1_000]
    one_for_all, release = measures.POPULATION_RULES[chosen]
    if one_for_all and release == "revised":
        raise Excluded(CANCELS)
    if one_for_all:
        return 2 * [pd.Series(dict.fromkeys(FORCES, 1) | {EW: len(FORCES)})]
    return [_people(measures.mid_year_before(year), release) / 1_000 for year in years]


@functools.cache
def _crimes_in(measure: str, vintage: str, include: tuple, year: pd.Timestamp) -> pd.Series:
    try:
        return measures.counted(measure, vintage, include).loc[year]
    except KeyError:
        raise Excluded(NOT_REACHED) from None


def _crimes(measure: str, asked: dict) -> list[tuple]:
    end, back, include = asked["12 months"], asked.get(BASE), asked["scope"]
    years = [end - pd.DateOffset(years=back), end] if back else [end]
    crimes = [_crimes_in(measure, asked["release"], include, year) for year in years]
    if "fraud" in include:
        rest = tuple(part for part in include if part != "fraud")
        others = (_crimes_in(measure, asked["release"], rest, year) for year in years)
        if all(map(pd.Series.equals, crimes, others)):
            raise Excluded(NO_FRAUD)
    return list(zip(crimes, _divisors(asked["population"], years), strict=True))


def _incidents(measure: str, asked: dict) -> list[tuple]:
    table, row, kind = asked["12 months"]
    year = 1 if isinstance(row, int) else pd.DateOffset(years=1)
    rows = [row - year, row] if measures.find(measure).years else [row]
    if not set(rows) <= set(table.dropna().index):
        raise Excluded(NOT_REACHED)
    last = "12-31" if kind == "calendar years" else "06-30"
    ends = [pd.Timestamp(f"{r}-{last}") if isinstance(r, int) else r for r in rows]
    divisors = _divisors(asked["population"], ends)
    return [(table.loc[r], divisor) for r, divisor in zip(rows, divisors, strict=True)]


def _outcomes(measure: str, asked: dict, force: str, first: dict) -> list[tuple]:
    """England and Wales is the sum of the forces that are kept."""
    (way, kind), end, people = asked["divided by"], asked["12 months"], asked["population"]
    table = counts.outcomes(measures.find(measure).groups)
    idle = {"release": kind != "per crime", "population": kind != "per head"}
    if any(unused and asked[choice] != first[choice] for choice, unused in idle.items()):
        raise Excluded(NOT_USED)
    if kind == "per head":
        _people(measures.mid_year_before(end) + people[0], people[1])
    try:
        divisors = conventions.outcome_divisors(end, force, asked["release"], people)
    except KeyError:
        raise Excluded(NOT_REACHED) from None
    odd = [f for f in conventions.FORCES_WITH_ODD_QUARTERS if f != force and asked["forces"]]
    divisor = divisors[way][0].drop([EW, *odd], errors="ignore")
    if force not in divisor:
        raise Excluded(OLD_OUTCOMES)
    outcomes = 100 * table.loc[end, divisor.index]
    return [tuple(pd.concat([c, pd.Series({EW: c.sum()})]) for c in (outcomes, divisor))]


def _rows(headline: Headline, force: str, parts: list, asked: dict, end: pd.Timestamp) -> dict:
    """What a combination is compared with: option -> (value, against), or the rule that excludes
    it. By place there is one option.
    """
    every = conventions.result(parts)
    if headline.by == PLACE:
        place = int(every.reindex(FORCES).dropna().rank(ascending=False, method="min")[force])
        return {HIGHEST_TEN: (place, conventions.threshold("one of the highest"))}
    found, others = {}, conventions.compared(parts, force, end)
    border = every.reindex(FORCES).dropna().sort_values()
    border = border.iloc[int(len(border) * conventions.threshold("low"))]
    others[LOWEST_THIRD] = (border, "place", "a word for a place among the forces")
    for name in headline.comparisons:
        against, kind, _ = others[name]
        found[name] = float(every[force]), float(against)
        if kind != "country" and "transport police" in asked.get("scope", ()):
            found[name] = NO_AREA
        elif np.isnan(against):
            found[name] = NO_FORCES
    return found


def _parts(measure: str, asked: dict, force: str, first: dict) -> list[tuple]:
    """The counts by area and what they are divided by, of one year or of two."""
    if measures.find(measure).counted == "outcomes":
        return _outcomes(measure, asked, force, first)
    return (_crimes if "release" in asked else _incidents)(measure, asked)


@functools.cache
def crossed(name: str, force: str, end: pd.Timestamp) -> tuple[pd.DataFrame, dict[str, int]]:
    """Every combination (an option by choice, value, against), and how many each rule leaves out.

    The report's own comes first. ValueError: data that does not reach the year.
    """
    headline, rows, excluded = HEADLINES[name], [], {}
    if not measures.covers(headline.measure, end):
        raise ValueError(f"no release has {headline.measure} for the year to {end:%Y-%m-%d}")
    choices = _choices(headline, end)
    first = {choice: next(iter(options.values())) for choice, options in choices.items()}
    for names in product(*choices.values()):
        options = dict(zip(choices, names, strict=True))
        asked = {choice: choices[choice][option] for choice, option in options.items()}
        try:
            parts = _parts(headline.measure, asked, force, first)
            found = _rows(headline, force, parts, asked, end)
        except Excluded as rule:
            found = dict.fromkeys(headline.comparisons, str(rule))
            if not rows:  # it is the report's own
                raise ValueError(f"{headline.measure} to {end:%Y-%m-%d}: {rule}") from None
        for against, numbers in found.items():
            if isinstance(numbers, str):
                excluded[numbers] = excluded.get(numbers, 0) + 1
            else:
                numbers = dict(zip(NUMBERS, numbers, strict=True))
                rows.append({**options, COMPARISON: against} | numbers)
    return pd.DataFrame(rows), excluded

"""Tests of the report's words: under how many kinds of stated convention do they hold?

A test takes a claim's measure, area and year, and the report's printed numbers by claim id. It
gives the ways the words were tried, each with its kind and whether they hold. The range of value
and place comes first; what is nested in a way already counted is said in words.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from helpers import areas, conventions, measures, prose, report, stats
from helpers.claims import values
from helpers.conventions import threshold
from helpers.printed import Printed

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
ALL = len(FORCES)


class Words(NamedTuple):
    """A claim in words: what it is about, and the printed numbers that its test looks at."""

    measure: str
    area: str
    end: pd.Timestamp
    printed: tuple[tuple[str, str], ...]

    def number(self, part: str) -> Printed:
        """The printed number that plays a part."""
        return Printed.parse(dict(self.printed)[report.claim(part)])


class Tested(NamedTuple):
    """ways: condition in words -> (kind, holds); span: value and place under all; remark: more."""

    ways: dict[str, tuple[str, bool]]
    span: str = ""
    remark: str = ""


def _range(column: pd.Series, show: Callable[[float], str] = "{:.1f}".format) -> str:
    """'52.2' or '52.2 to 52.3'."""
    return " to ".join(dict.fromkeys([show(column.min()), show(column.max())]))


def _ordinals(places: pd.Series) -> str:
    return _range(places.astype(int), prose.ordinal)


def low_crime(words: Words) -> Tested:
    about = words.measure, words.area, words.end
    own, others = measures.value(*about), conventions.comparators(*about)
    each = conventions.under_each(*about)
    each = each[each["kind"] != "transport police"]  # which moves no force
    ways = {
        f"below {name} ({row['value']:.1f})": (row["kind"], own < row["value"])
        for name, row in others.iterrows()
    }
    for way, row in each.iterrows():
        condition = f"in the lowest third, {way} ({prose.ordinal(row['place'])} of {ALL})"
        ways[condition] = f"place, {row['kind']}", row["place"] <= ALL * threshold("low")
    stricter = conventions.support(each["kind"], each["place"] <= ALL * threshold("lower"))
    span = f"{_range(each['value'])} per 1,000 people, {_ordinals(each['place'])} lowest of {ALL}"
    return Tested(ways, span, f"In the lowest quarter, a stricter reading of the third: {stricter}")


def remains_low(words: Words) -> Tested:
    """Low in every one of six years to the claim's, as far back as each release reaches."""
    years, ways, low = [words.end - pd.DateOffset(years=n) for n in range(5, -1, -1)], {}, []
    releases = measures.find(words.measure).vintages
    for release in [each for each in releases if measures.covers(words.measure, words.end, each)]:
        reached = [year for year in years if measures.covers(words.measure, year, release)]
        choice = {"vintage": release, "comparison_end": words.end}
        each = pd.DataFrame({y: measures.values(words.measure, y, **choice) for y in reached})
        places = each.apply(measures.rank, force=words.area)
        ratios = each.loc[words.area] / each.loc[EW]
        since = f"every year from {reached[0].year}, {measures.release_name(release)}"
        third = (places <= ALL * threshold("low")).all()
        ways[f"in the lowest third {since} ({_ordinals(places)} of {ALL})"] = (release, third)
        ways[f"below England and Wales {since}"] = ("country", (ratios < 1).all())
        low.append((places, ratios))
    places, ratios = low[0]
    *before, last = places.index
    ago = prose.number_of(len(before), "year")
    span = f"{_ordinals(places[before])} lowest of {ALL} in the {ago} to {before[-1]:%B %Y}, then "
    span += f"{prose.ordinal(places[last])}; from {ratios.iloc[0]:.0%} to {ratios[last]:.0%} of "
    span += "the rate of England and Wales"
    same = "yes" if places.iloc[0] == places[last] else "no"
    return Tested(ways, span, f"In the same place as {ago} before, a stricter reading: {same}")


def _error(words: Words) -> float:
    """How far a yearly change of incidents may be off, in points; 0 where both are counted."""
    return values.estimate_error(words.measure, words.area, f"{words.end:%Y-%m-%d}")[0]


def _if_off(change: pd.Series, area: str, error: float) -> pd.Series:
    """The changes with the area's own higher by the error."""
    return change.mask(change.index == area, change + error)


def _fall(change: pd.Series, area: str, error: float) -> str:
    """The change and its place, and the place were the estimate off by its error."""
    place, off = (measures.rank(_if_off(change, area, size), area) for size in (0, error))
    span = f"{prose.moved(change[area])}, {prose.ordinal(place)} of {ALL} from the largest fall"
    if not error:
        return span
    seen = f"{error:.1f} points, the most seen where it can be tested"
    return f"{span}, or {prose.ordinal(off)} were the estimate off by {seen}"


def impressive_fall(words: Words) -> Tested:
    change = measures.values(words.measure, words.end)
    error, ways = _error(words), {}
    for off in dict.fromkeys((0.0, error)):
        found = _if_off(change, words.area, off)
        own, note = found[words.area], ", if the estimate is off by its error" if off else ""
        most = measures.rank(found, words.area) <= ALL * threshold("impressive")
        others = {"England and Wales": ("country", found[EW])}
        others["the median force"] = "typical force", found[FORCES].median()
        for who, (kind, other) in others.items():
            ways[f"a larger fall than in {who}{note}"] = kind, own < min(0, other)
        ways[f"among the quarter with the largest falls{note}"] = "place", own < 0 and most
    ways = {way: ("error" if "error" in way else kind, yes) for way, (kind, yes) in ways.items()}
    return Tested(ways, _fall(change, words.area, error))


def fell_more_than_many(words: Words) -> Tested:
    change, error = measures.values(words.measure, words.end), _error(words)
    changes = {way: found[:2] for way, found in conventions.incident_changes(words.end).items()}
    changes.pop(conventions.TWO_YEARS, None)  # the words speak of one
    if error:
        off = _if_off(change, words.area, error)
        changes["the estimate off by its error"] = off, "error"
    most = ALL * threshold("many")
    ways = {
        way: (kind, found[words.area] < 0 and measures.rank(found, words.area) <= most)
        for way, (found, kind) in changes.items()
    }
    many = conventions.THRESHOLDS["many"][1]
    return Tested(ways, f"{_fall(change, words.area, error)}; many is {many}")


def rose_faster(words: Words) -> Tested:
    rows = conventions.under_each(words.measure, words.area, words.end)
    own, national = (_range(rows[column], prose.signed) for column in ("value", "national"))
    holds = (rows["value"] > 0) & (rows["value"] > rows["national"])
    ways = {way: (row["kind"], holds[way]) for way, row in rows.iterrows()}
    return Tested(ways, f"a change of {own}%, against {national}% nationally")


def one_of_the_highest(words: Words) -> Tested:
    rows = conventions.outcome_places(words.measure, words.area, words.end)
    ten, five = (int(threshold(f"one of the {word}highest")) for word in ("", "very "))
    ways = {}
    for kind, same in rows.groupby("kind", sort=False):
        value = f"{_range(same['value'])} {same['unit'].iloc[0]}, {_ordinals(same['place'])}"
        ways[f"{kind} ({value})"] = kind, (same["place"] <= ten).all()
    stricter = conventions.support(rows["kind"], rows["place"] <= five)
    span = f"{_ordinals(rows['place'])} highest of {ALL}, taking the highest {ten} as meant"
    return Tested(ways, span, f"Among the highest {five}, a stricter reading: {stricter}")


def forces_differ(words: Words) -> Tested:
    table = measures.rates(words.measure, [words.end]).set_index("area").loc[FORCES]
    spread = stats.dispersion(table["outcomes"], table["denominator"]).ratio
    low, high, much = table["rate"].min(), table["rate"].max(), threshold("differ")
    ways = {
        "more than chance alone would make them": ("chance", spread > much),
        "the highest rate is more than twice the lowest": ("size", high > much * low),
    }
    span = f"{low:.1f} to {high:.1f} per 100 crimes; variance {spread:,.0f} times that of chance"
    return Tested(ways, span)


def outcome_follows_drugs(words: Words) -> Tested:
    """Rank correlations over forces, beyond what a part of drug offences has with the whole."""
    found = conventions.drug_links(words.measure, words.end)
    ways = {}
    for way, row in found.table.iterrows():
        numbers = f"{row['r']:.2f}; deals {row['low']:.2f} to {row['high']:.2f}"
        ways[f"{way} ({numbers})"] = way, row["r"] > row["high"]
    span = f"rank correlations of outcomes and drug offences, over {found.forces} forces"
    remark = (
        f"A warning is an outcome of a drug offence ({found.outcomes:,} of {found.offences:,}), so "
        "some correlation is built in: as much as when each force gives warnings for another's "
        f"share of its drug offences, dealt at random {conventions.DEALS:,} times (middle 95%). "
        "Drug offences are recorded where police look for them: both can follow their work, not "
        "only how common drugs are, which nobody measures here"
    )
    return Tested(ways, span, remark)


def full_outcomes(words: Words) -> Tested:
    """The only public sign: a force with little but the six old kinds lacks the new ones."""
    share, start = conventions.old_outcomes_share()[words.area], report.day("full_outcomes_from")
    since, before = share[share.index > start], share[share.index <= start]
    most, new = threshold("old outcomes"), "new kinds of outcome are recorded"
    ways = {
        f"{new} in every quarter since {start:%B %Y}": ("since", (since < most).all()),
        "the quarter before still lacked them": ("before", (before >= most).any()),
    }
    sizes = [_range(part, "{:.0f}".format) for part in (before, since)]
    span = f"old kinds were {sizes[0]}% of outcomes before, {sizes[1]}% since"
    return Tested(ways, span, "A force can fall short without so plain a sign")


def satisfaction_higher(words: Words) -> Tested:
    own, national = (words.number(f"satisfaction.{who}").interval for who in ("force", "national"))
    return Tested({"beyond what rounding could hide": ("", own.low > national.high)})


def very_high_risk_fell(words: Words) -> Tested:
    """No test of chance: the offenders of the two years are largely the same people."""
    before, after = (words.number(f"very_high_risk.{when}").value for when in ("before", "after"))
    growth = 1 + words.number("sex_offenders_change").value / 100
    smaller = "the share of all registered offenders is smaller"
    ways = {"the number is smaller": ("number", after < before)}
    return Tested(ways | {smaller: ("share", after / growth < before)})


def majority(words: Words) -> Tested:
    share = words.number(f"drugs.{'national' if words.area == EW else 'force'}").interval
    return Tested({"more than half, so no other can be more common": ("", share.low > 50)})


# fmt: off
TESTS: dict[str, Callable[[Words], Tested]] = {test.__name__: test for test in (
    low_crime, remains_low, impressive_fall, fell_more_than_many, rose_faster, one_of_the_highest,
    forces_differ, outcome_follows_drugs, full_outcomes, satisfaction_higher, very_high_risk_fell,
    majority)}
# tests of nothing but the report's own numbers: the words can only be consistent with them, or not
OWN_NUMBERS = ("satisfaction_higher", "very_high_risk_fell", "majority")
# the claims whose printed numbers a test, or an estimate, looks at, by the part they play
USES = {
    "satisfaction_higher": ("satisfaction.force", "satisfaction.national"),
    "very_high_risk_fell": ("very_high_risk.before", "very_high_risk.after",
                            "sex_offenders_change"),
    "majority": ("drugs.force", "drugs.national"),
    "better_recording": ("crimes_recorded_correctly", "crimes_found"),
}
# fmt: on


def uses(test: str) -> set[str]:
    """The ids of the claims whose printed numbers a test looks at."""
    return {report.claim(part) for part in USES.get(test, ())}


@functools.cache
def _tested(test: str, words: Words) -> Tested:
    return TESTS[test](words)


def judge(
    test: str, measure: str, area: str, period: str, printed: dict[str, str]
) -> tuple[str, str, str]:
    """Verdict, 'k of m', and a reason that names the ways on either side."""
    used = tuple((id, printed[id]) for id in sorted(uses(test)))
    found = _tested(test, Words(measure, area, pd.Timestamp(period), used))
    frame = pd.DataFrame.from_dict(found.ways, orient="index", columns=["kind", "holds"])
    support = conventions.support(frame["kind"], frame["holds"])
    passes = "; ".join(way for way in found.ways if way not in support.fails)
    kinds = f"{support} kind{'s' * (support.total > 1)} of convention{': ' * bool(passes)}{passes}"
    parts = [found.span[:1].upper() + found.span[1:], f"Holds under {kinds}"]
    parts += [f"Not under: {'; '.join(support.fails)}" if support.fails else "", found.remark]
    verdict = support.verdict
    if test in OWN_NUMBERS:
        verdict = "inconsistent" if support.fails else "consistent"
        parts.append("These are the report's own numbers; no independent data")
    return verdict, str(support), ". ".join(part for part in parts if part) + "."

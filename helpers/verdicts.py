"""How one claim is judged: against independent data, against other printed numbers, or not at all.

The ways stand in the claim's `check` column; helpers/claims.py says what each means.
"""

from __future__ import annotations

import ast
import functools
import operator
import re
from typing import NamedTuple

import pandas as pd

from helpers import counts, data, measures, names, wording, words
from helpers.printed import Interval, Printed

REPORT_FORCE, REPORT_YEAR = "Norfolk", pd.Timestamp("2015-06-30")
VERDICTS = ("reproduced", "reproduced under an alternative", "differs", "consistent", "inconsistent", "supported",
            "depends on the method", "not supported", "not checkable")
# Listed in full, tried in this order; none was added or left out because of what it gave: name -> (what changes, how it is asked for).
ALTERNATIVES = {
    "the release of October 2023": {"vintage": "2023"},
    "the revised population estimates": {"population_rule": "revised"},
    "each year's own population": {"population_rule": "each year's own"},
    "British Transport Police counted in": {"include": ("transport police",)},
    "the count in the force's 2016 edition": {"edition": "PEEL 2016"},
}
CAUSES = {
    "offences": "the data here is a later release than the one of October 2015 that the report probably had, and forces revise",
    "outcomes": "the data here stood in the tables of 2024, and forces have revised outcomes since 2015",
    "incidents": "forces upload other incidents to data.police.uk than they returned to HMIC",
    "domestic_abuse_share": "the force's page counts domestic abuse crimes in another way or at another time",
}


class Finding(NamedTuple):
    """What a check came to: a verdict, the value found ('' when there is none), and the reason."""

    verdict: str
    computed: str
    reason: str


_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def evaluate(expression: str, known: dict[str, Interval]) -> Interval:
    """Arithmetic (+ - * / and brackets) over numbers and known names, as an interval. ValueError: anything else."""
    def value(node: ast.expr) -> Interval:
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return Interval.of(node.value)
        if isinstance(node, ast.Name) and node.id in known:
            return known[node.id]
        raise ValueError(f"cannot work out {ast.unparse(node)!r} in {expression!r}: known are numbers, + - * / and the ids of other claims")
    try:
        return value(ast.parse(expression, mode="eval").body)
    except SyntaxError:
        raise ValueError(f"cannot read the expression {expression!r}") from None


def independent(claim, **choices) -> float:
    """The claim's measure from independent data, by the report's conventions or with `choices` changed."""
    if claim.measure == "anti_social_behaviour_fall_1y":
        return -measures.value("anti_social_behaviour_change_1y", claim.area, claim.period, **choices)
    end = max(REPORT_YEAR, pd.Timestamp(claim.period))
    return measures.value(claim.measure, claim.area, claim.period, comparison_end=end, **choices)


def _from_facts(expression: str, claim, edition: str = "PEEL 2015") -> float:
    """An expression of the force's own published figures for the claim's financial year."""
    end = pd.Timestamp(claim.period)
    facts = data.load("norfolk_facts").set_index(["edition", "period", "fact"])["value"].sort_index()[edition, f"{end.year - 1}/{end.year % 100:02d}"]
    known = {name.replace(" ", "_"): Interval.of(int(value)) for name, value in facts.items()}
    known["offences"] = Interval.of(int(counts.offences().loc[end, claim.area]))
    return float(evaluate(expression, known | population(claim.area)).low)


@functools.cache
def population(area: str) -> dict[str, Interval]:
    """What the name `population` stands for in a check: the area's mid-2014 estimate, the report's own rule."""
    return {"population": Interval.of(int(measures.population(2014)[0][area]))} if area in names.AREAS else {}


def is_rounded(unit: str) -> bool:
    """Rates, percentages and shares are rounded; every other number counts things and is exact."""
    return unit.startswith(("per ", "share "))


def _shown(value: float, claim, number: Printed) -> str:
    """One decimal more than printed; another where that would hide on which side of the interval's end it lies."""
    digits = number.decimals + 1 if is_rounded(claim.unit) else 0
    if is_rounded(claim.unit) and (round(value, digits) in number) != (value in number):
        digits += 1
    return f"{value:,.{digits}f}"


def _allowed(number: Printed) -> str:
    low, high = float(number.interval.low), float(number.interval.high)
    return f"{low:,.{number.decimals + 1}f} to {high:,.{number.decimals + 1}f}"


@functools.cache
def _recomputed(measure: str, area: str, period: str, check: str, alternative: str = "") -> float | None:
    """The independent value, or that under an alternative (None where it does not reach): neither depends on what is printed."""
    claim = pd.Series({"measure": measure, "area": area, "period": period})
    choice = ALTERNATIVES[alternative] if alternative else {}
    expression = next((way.removeprefix("fact: ") for way in check.split(" | ") if way.startswith("fact: ")), "")
    if alternative and ("edition" in choice) != bool(expression):
        return None
    try:
        return _from_facts(expression, claim, **choice) if expression else independent(claim, **choice)
    except (ValueError, KeyError):
        if alternative:
            return None
        raise


@functools.cache
def _estimate() -> str:
    """How far off the half-year method is where it can be tested, in a sentence."""
    count, change = counts.half_year_error()
    return (f" This is an estimate: on the Metropolitan Police it misses counts by up to {count:.1f}% and changes by up to {change:.1f} points, "
            "so neither agreement nor a gap of this size settles the printed number.")


@functools.cache
def _counted(area: str, period: str, measure: str) -> bool:
    """Whether the incidents behind a claim are counted by month, in the year before too where it is about a change."""
    end = pd.Timestamp(period)
    return bool(counts.is_counted(end, *([end - pd.DateOffset(years=1)] if measure.endswith("_1y") else []))[area])


def _against_data(claim, number: Printed) -> Finding:
    about = (claim.measure, claim.area, claim.period, claim.check)
    value = _recomputed(*about)
    shown, allowed = _shown(value, claim, number), _allowed(number)
    measure = measures.MEASURES.get(claim.measure)
    kind = measure.counted if measure else "incidents" if claim.measure.startswith("anti_social") else claim.measure
    estimate = _estimate() if kind == "incidents" and not _counted(claim.area, claim.period, claim.measure) else ""
    if value in number:
        return Finding("reproduced", shown,
                       f"Independent data gives {shown}, inside the {allowed} that {claim.printed} could have been rounded from.{estimate}")
    for name in ALTERNATIVES:
        other = _recomputed(*about, name)
        if other is not None and other in number:
            return Finding("reproduced under an alternative", _shown(other, claim, number),
                           f"Independent data gives {shown}, outside {allowed}; with {name} it gives {_shown(other, claim, number)}, inside.")
    gap = value - float(number.value)
    share = f"{abs(100 * gap / float(number.value)):.{1 if is_rounded(claim.unit) else 2}f}%"
    size = f"{abs(gap):.2f} percentage points" if claim.unit == "per cent" else share if is_rounded(claim.unit) else f"{abs(gap):,.0f} ({share})"
    side = "above" if gap > 0 else "below"
    return Finding("differs", shown, f"Independent data gives {shown}, {size} {side} the printed {claim.printed} and outside {allowed}; "
                   f"the likely cause: {CAUSES[kind]}.{estimate}")


def _from_printed(expression: str, claim, number: Printed, printed: dict[str, str], known: dict[str, Interval]) -> Finding:
    used = list(dict.fromkeys(re.findall(r"[a-z_][a-z0-9_]*", expression)))
    texts = [f"{int(known[name].low):,} people in mid-2014" if name == "population" else printed[name] for name in used]
    result = evaluate(expression, known)
    if expression in printed:
        same = result.agrees(number.interval)
        found = "the two agree; nothing else to hold them against" if same else "the two contradict each other"
        return Finding("consistent" if same else "inconsistent", printed[expression],
                       f"Printed twice, {claim.printed} here and {printed[expression]} elsewhere: {found}.")
    digits = number.decimals + 2 if is_rounded(claim.unit) else 0
    low, high = (f"{float(end):,.{digits}f}" for end in (result.low, result.high))
    span = low if low == high else f"{low} to {high}"
    follows = f"From {words.listing(texts)} follows {span}"
    if result.agrees(number.interval):
        return Finding("consistent", span, f"{follows}, which agrees with {claim.printed}; no independent data.")
    return Finding("inconsistent", span, f"{follows}, which {claim.printed} ({_allowed(number)}) contradicts.")


def grim(number: Printed, whole: int) -> list[int]:
    """The whole numbers out of `whole` that give the printed percentage (GRIM: Brown and Heathers, 2017)."""
    return [n for n in range(whole + 1) if measures.per_100(n, whole) in number]


def judge(claim, printed: dict[str, str], known: dict[str, Interval]) -> Finding:
    """The verdict on one claim of the ledger, given all printed texts and what arithmetic may take them for.

    `known` holds a rounding interval for a rate and the exact number for a count.
    """
    ways = [way.partition(": ") for way in claim.check.split(" | ")]
    number = Printed.parse(claim.printed) if claim.kind == "number" else None
    by_data = by_print = None
    for kind, _, rest in ways:
        if kind in ("data", "fact"):
            by_data = _against_data(claim, number)
        elif kind == "more than":
            up = int((measures.values("recorded_crime_change_1y", claim.period)[list(names.FORCES)] > 0).sum())
            verdict = "reproduced" if up / 43 > number.value else "differs"
            more = "more" if verdict == "reproduced" else "not more"
            return Finding(verdict, f"{up / 43:.3f}", f"Recorded crime rose in {words.share(up, 43)} forces, {more} than {claim.printed}.")
        elif kind == "from":
            one = _from_printed(rest, claim, number, printed, known | population(claim.area))
            if by_print is None or one.verdict == "inconsistent":
                by_print = one
        elif kind == "grim":
            whole = int(known[rest].low)
            fits = grim(number, whole)
            if fits:
                return Finding("consistent", f"{measures.per_100(fits[0], whole):.1f}",
                               f"{words.listing(map(str, fits), 'or')} of {whole} gives {claim.printed}; no independent data.")
            return Finding("inconsistent", "", f"No whole number out of {whole} gives {claim.printed}.")
        elif kind == "list":
            items = rest.split("; ")
            agrees = len(items) in number
            return Finding("consistent" if agrees else "inconsistent", str(len(items)),
                           f"The report names {len(items)}: {words.listing(items)}{'' if agrees else f', not {claim.printed}'}.")
        elif kind == "wording":
            return Finding(*wording.judge(rest, claim.measure, claim.area, claim.period, printed))
        elif kind == "none":
            return Finding("not checkable", "", f"Nothing public to hold it against; needed: {rest}.")
    if by_data and not (by_print and by_print.verdict == "inconsistent"):
        return by_data._replace(reason=by_data.reason + (" It agrees with what else the report prints." if by_print and by_data.verdict == "differs" else ""))
    return by_print

"""What a claim is held against: values from independent data, arithmetic, intervals, in words."""

from __future__ import annotations

import ast
import functools
import operator
import re
from typing import NamedTuple

import pandas as pd

from helpers import areas, conventions, data, measures, report
from helpers.measures import counts
from helpers.printed import Interval, Printed

FALL = "anti_social_behaviour_fall_1y"  # a change with its sign turned, as the report prints it
NAME = re.compile(r"[a-z_][a-z0-9_]*")  # an id, or a known name, in an expression
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub}
_OPERATORS |= {ast.Mult: operator.mul, ast.Div: operator.truediv}


def is_rounded(unit: str) -> bool:
    """Rates, percentages and shares are rounded; every other number counts things and is exact."""
    return unit.startswith(("per ", "share "))


def allowed(number: Printed, unit: str) -> Interval:
    """What a printed number can be: a rate's rounding interval, a count itself."""
    return number.interval if is_rounded(unit) else Interval.of(number.value)


def gap(value: float, interval: Interval) -> float:
    """How far a value lies outside an interval: below it negative, inside it 0."""
    if value in interval:
        return 0.0
    return value - float(interval.low if value < interval.low else interval.high)


class Claim(NamedTuple):
    """A claim as it is judged: its row, its number, what all rows print, and what that may be.

    `known` holds a rounding interval for a rate, the exact number for a count, by id.
    """

    row: tuple
    number: Printed | None
    printed: dict[str, str]
    known: dict[str, Interval]

    @property
    def interval(self) -> Interval:
        return self.known[self.row.id]

    @property
    def exact(self) -> bool:
        return not is_rounded(self.row.unit)

    def show(self, value: float) -> str:
        """One decimal more than printed; more where that would hide on which side it lies."""
        digits = 0 if self.exact else self.number.decimals + 1
        ends = float(self.interval.low), float(self.interval.high)
        while 0 < digits < 9 and round(value, digits) in ends and value not in ends:
            digits += 1
        return f"{value:,.{digits}f}"

    def span(self) -> str:
        """'the 52.15 to 52.25 that 52.2 could have been rounded from'; a count itself."""
        if self.exact:
            return f"the printed {self.row.printed}"
        digits = self.number.decimals + 1
        ends = (self.interval.low, self.interval.high)
        low, high = (f"{float(end):,.{digits}f}" for end in ends)
        return f"the {low} to {high} that {self.row.printed} could have been rounded from"

    def off(self, value: float) -> str:
        """'0.05 per 1,000 population below', '6 (0.06%) above', 'inside'."""
        distance = gap(value, self.interval)
        if not distance:
            return "inside"
        size, side = abs(distance), "above" if distance > 0 else "below"
        if self.exact:
            whole = abs(float(self.number.value))
            share = f" ({100 * size / whole:.2f}%)" if whole else ""
            return f"{size:,.0f}{share} {side}"
        digits = self.number.decimals + 1
        while digits < 9 and not round(size, digits):
            digits += 1
        unit = "percentage points" if self.row.unit == "per cent" else self.row.unit
        return f"{size:.{digits}f} {unit} {side}"


@functools.cache
def _tree(expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise ValueError(f"cannot read the expression {expression!r}") from None


def evaluate(expression: str, known: dict[str, Interval]) -> Interval:
    """Arithmetic (+ - * / and brackets) over numbers and known names, as an interval.

    ValueError: anything else.
    """

    def value(node: ast.expr) -> Interval:
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return Interval.of(node.value)
        if isinstance(node, ast.Name) and node.id in known:
            return known[node.id]
        part = ast.unparse(node)
        raise ValueError(f"cannot work out {part!r}: known are numbers, + - * / and ids of numbers")

    return value(_tree(expression))


def grim(number: Printed, whole: int) -> list[int]:
    """The whole numbers out of `whole` that give a percentage (GRIM: Brown and Heathers, 2017)."""
    if whole <= 0:
        return []
    middle, reach = number.value * whole / 100, number.step * whole / 200
    near = range(max(0, int(middle - reach)), min(whole, int(middle + reach) + 1) + 1)
    return [n for n in near if measures.per_100(n, whole) in number]


@functools.cache
def population(area: str) -> dict[str, Interval]:
    """What the name `population` stands for: the people by the report's own rule for its year."""
    if area not in areas.AREAS:
        return {}
    people = measures.population(measures.mid_year_before(report.YEAR_ENDING))[0]
    return {"population": Interval.of(int(people[area]))}


@functools.cache
def facts(area: str, period: str, edition: str) -> dict[str, Interval]:
    """The force's own figures for a financial year, and that year's offences, by name."""
    end = pd.Timestamp(period)
    table = data.load("force_facts").query("force == @area and edition == @edition")
    rows = table[table["period"] == f"{end.year - 1}/{end.year % 100:02d}"]
    known = {row.fact.replace(" ", "_"): Interval.of(int(row.value)) for row in rows.itertuples()}
    return known | {"offences": Interval.of(int(counts.offences().loc[end, area]))}


@functools.cache
def independent(measure: str, area: str, period: str, way: str = conventions.AS_REPORTED) -> float:
    """A claim's measure from independent data. ValueError: the convention does not reach it."""
    choices = conventions.conventions()[way].choices
    if measure == FALL:
        return -measures.value("anti_social_behaviour_change_1y", area, period, **choices)
    end = max(report.YEAR_ENDING, pd.Timestamp(period))
    return measures.value(measure, area, period, comparison_end=end, **choices)


def counted(measure: str) -> str:
    """What is counted behind a measure: offences, outcomes or incidents."""
    return "incidents" if measure == FALL else measures.find(measure).counted


@functools.cache
def estimate_error(measure: str, area: str, period: str) -> tuple[float, bool]:
    """How far an estimate of incidents may be off, and whether in points (else per cent of it).

    The largest error seen on the force where the estimate can be tested, 0 where all is counted.
    Of England and Wales its estimated share can be as far off, were all forces off alike; were
    their errors independent, far less. The larger is taken.
    """
    end, change = pd.Timestamp(period), measure.endswith("_1y")
    years = [end, end - pd.DateOffset(years=1)] if change else [end]
    if counted(measure) != "incidents" or counts.is_counted(*years)[area]:
        return 0.0, change
    error = counts.half_year_error()
    size = error.change if change else error.count
    if area == areas.ENGLAND_AND_WALES:
        incidents, exact = counts.incidents().loc[end], counts.is_counted(*years)
        size *= float(1 - incidents[exact].sum() / incidents[area])
    return size, change


@functools.cache
def cause(kind: str) -> str:
    """A possible cause of a gap to independent data."""
    tables = {"offences": "recorded_crime_2018", "outcomes": "outcomes_2015"}
    if kind not in tables:
        return "forces upload other incidents to data.police.uk than they returned to HMIC"
    release = data.register()["release"][data.FILES[tables[kind]]]
    if kind == "outcomes":
        return f"forces have revised outcomes since; the data here: {release}"
    probably = f"the release of {report.STATISTICS} that the report probably had"
    return f"the data here ({release}) is later than {probably}, and forces revise"

"""The fact-check: every claim of the report with a verdict, a value, and a reason in a sentence.

How a claim is checked stands in its `check` column, ways separated by ' | '. The first decides,
unless another shows that the printed numbers contradict each other (inconsistent):

    data               the measure from independent data: reproduced, under an alternative, differs;
                       estimated where it is an estimate that cannot tell
    fact: EXPRESSION   the force's own figures on HMIC's page: repeated or differs
    more than          recorded crime rose in a larger share of forces than the printed number; for
                       the measure recorded_crime_forces_up alone
    estimate: TEST     what can show a possibility only: estimated, unless it is ruled out
    from: EXPRESSION   arithmetic with other printed numbers, by their ids: consistent; an id alone
                       is a number printed twice: repeated
    same: EXPRESSION   the same for a fact that another row has checked: repeated
    grim: ID           a whole number out of the whole number ID gives this percentage: consistent
    list: A; B; C      the report lists so many things: repeated
    judgment: SECTION J    the report's own table, and HMIC's page, say J: repeated
    scale: A; B; C     HMIC's judgments use no other category: repeated
    wording: TEST      a test of helpers/claims/wording.py
    none: WHAT         not checkable; what would be needed

A value that rests on the report's own numbers is never called reproduced. `page` is the page of the
report, or the pages between the two headings of its table of contents around the claim.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date

import pandas as pd

from helpers import areas, data, measures, report
from helpers.claims import values, verdicts, wording
from helpers.measures import counts
from helpers.printed import Interval, Printed

# fmt: off
COLUMNS = ["id", "section", "exhibit", "area", "period", "measure", "printed", "computed", "low",
           "high", "verdict", "reason"]
# fmt: on
OF_WORDS = ("wording", "judgment", "scale", "estimate", "none")
NAMED = {"wording": wording.TESTS, "estimate": verdicts.ESTIMATES}
OF_A_YEAR = ("data", "fact", "estimate", "wording", "more than")  # they need an area and a period


def label(measure: str) -> str:
    """What a measure of the ledger is called. KeyError: an unknown one."""
    return measures.find(measure).label if measure in measures.MEASURES else report.LABELS[measure]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _row_faults(claim: tuple, numbers: set[str]) -> Iterator[str]:
    """What is wrong with one row, beyond what its schema looks at."""
    if claim.measure not in measures.MEASURES and claim.measure not in report.LABELS:
        yield (
            f"unknown measure {claim.measure!r}; they stand in helpers/measures/catalogue.py, "
            f"those that only the report gives under [labels] in data/{data.REPORT}"
        )
    if claim.kind == "number":
        try:
            Printed.parse(claim.printed)
        except ValueError as error:
            yield str(error)
    elif claim.printed:
        yield f"a wording claim has no printed number, found {claim.printed!r}"
    if claim.period != "-" and not _is_date(claim.period):
        yield f"period {claim.period!r} is neither a date as in 2015-06-30 nor '-'"
    for kind, rest in verdicts.ways(claim.check):
        if fault := _way_fault(claim, kind, rest, numbers):
            yield f"check {kind + f': {rest}' * bool(rest)!r}: {fault}"


def _way_fault(claim: tuple, kind: str, rest: str, numbers: set[str]) -> str:
    """What is wrong with one way of a check, and how to mend it; '' when nothing is."""
    if kind not in verdicts.CHECKS:
        return f"unknown; there are {', '.join(verdicts.CHECKS)}"
    if claim.kind == "wording" and kind not in OF_WORDS:
        return f"needs a printed number; words take {', '.join(OF_WORDS)}"
    if claim.kind == "number" and kind in OF_WORDS[:3]:
        return "is for words, and this is a number"
    if kind in OF_A_YEAR and "-" in (claim.area, claim.period):
        return "needs an area and a period in place of '-'"
    if kind in NAMED and rest not in NAMED[kind]:
        return f"no such test; there are {', '.join(NAMED[kind])}"
    if kind == "more than" and claim.measure != verdicts.FORCES_UP:
        return f"is for {verdicts.FORCES_UP} alone"
    if kind == "data" and claim.measure not in {*measures.MEASURES, values.FALL}:
        return f"no independent data for {claim.measure!r}; use another check"
    if kind in ("from", "same", "grim"):
        known = numbers if kind == "grim" else numbers | set(values.population(claim.area))
        names = {rest} if kind == "grim" else set(values.NAME.findall(rest))
        if unknown := ", ".join(sorted(names - known)):
            return f"names {unknown}; write the id of a claim with a printed number"
    return ""


def faults(claims: pd.DataFrame) -> list[str]:
    """What is wrong with rows of the ledger, a line a fault naming the row: nothing is skipped."""
    numbers = set(claims.loc[claims["kind"] == "number", "id"])
    found = []
    for row, claim in enumerate(claims.itertuples(), 2):
        where = f"data/{data.FILES['claims']}: row {row} ({claim.id})"
        found += [f"{where}: {fault}" for fault in _row_faults(claim, numbers)]
    return found


class Judge:
    """Judges rows by their ids, given what all rows print. DataError: a faulty row."""

    def __init__(self, claims: pd.DataFrame):
        if wrong := faults(claims):
            raise data.DataError("\n".join(wrong))
        self.rows = {claim.id: claim for claim in claims.reset_index(drop=True).itertuples()}
        self.printed, self.known = {}, {}
        for claim in list(self.rows.values()):
            if claim.kind == "number":
                self.put(claim.id, claim.printed)

    def put(self, id: str, text: str) -> None:
        """Print another text in a row."""
        self.rows[id] = self.rows[id]._replace(printed=text)
        self.printed[id] = text
        self.known[id] = values.allowed(Printed.parse(text), self.rows[id].unit)

    def __call__(self, id: str) -> verdicts.Finding:
        claim = self.rows[id]
        try:
            return verdicts.judge(claim, self.printed, self.known)
        except (ArithmeticError, LookupError, ValueError) as error:
            what = str(error.args[0] if error.args else error)
            raise data.DataError(
                f"data/{data.FILES['claims']}: row {claim.Index + 2} ({id}): check {claim.check!r} "
                f"cannot be worked out: {what}; mend it, or the row's area, period or number"
            ) from None


def check(claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """The ledger with what was found: a row a claim, the columns of COLUMNS.

    DataError: a faulty row. low and high: what the printed number can be, of a count itself.
    """
    claims = data.load("claims") if claims is None else claims
    judge = Judge(claims)
    found = pd.DataFrame([judge(id) for id in claims["id"]], index=claims.index)
    ends = [judge.known.get(id) for id in claims["id"]]
    low, high = (
        ["" if end is None else f"{float(getattr(end, side)):.10g}" for end in ends]
        for side in ("low", "high")
    )
    return claims.assign(**found, low=low, high=high)[COLUMNS]


@functools.cache
def _ledger() -> pd.DataFrame:
    return check()


def ledger(force: str = report.FORCE) -> pd.DataFrame:
    """The checked ledger; for another force than the report's, its rows on England and Wales."""
    found = _ledger()
    mine = report.is_about(force) | (found["area"] == areas.ENGLAND_AND_WALES)
    return found[mine].copy()


@functools.cache
def printed_part(part: str) -> Printed:
    """The number printed in the claim that plays a part. KeyError: none does; ValueError: words."""
    return Printed.parse(data.load("claims").set_index("id")["printed"][report.claim(part)])


def printed_of(part: str, force: str = report.FORCE) -> dict[str, Printed]:
    """Area -> its number of a part: the report's own force where asked for, England and Wales."""
    own = {force: printed_part(f"{part}.force")} if report.is_about(force) else {}
    return own | {areas.ENGLAND_AND_WALES: printed_part(f"{part}.national")}


@functools.cache
def offences_needed(area: str = areas.ENGLAND_AND_WALES) -> dict[str, Interval]:
    """How many offences the report's year must have had for each number printed about them.

    The counts of the years compared with, and the population, are taken from independent data.
    """
    found, offences, end = {}, counts.offences()[area], report.YEAR_ENDING
    rows = data.load("claims").query("kind == 'number' and area == @area")
    rows = rows[rows["measure"].str.match("recorded_crime_(rate|change)")]
    rows = rows[rows["period"] == f"{end:%Y-%m-%d}"].drop_duplicates(["measure", "printed"])
    for row in rows.itertuples():
        interval, years = Printed.parse(row.printed).interval, measures.find(row.measure).years
        needed = measures.count_at(interval, values.population(area)["population"])
        if years:
            needed = (interval / 100 + 1) * int(offences[end - pd.DateOffset(years=years)])
        found[f"{label(row.measure)}, printed {row.printed}"] = needed
    return found

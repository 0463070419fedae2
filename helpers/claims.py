"""The fact-check: every claim of the report with a verdict, a value to hold it against, and a reason in a sentence.

    python -m helpers.claims               the ledger as a table, and the counts by verdict
    python -m helpers.claims --csv FILE    the ledger as CSV ('-': standard output)

How a claim is checked stands in its `check` column, ways separated by ' | ': data first; where it differs, a contradiction
among printed numbers weighs more:

    data                 the measure, recomputed from independent data: reproduced, under an alternative, or differs
    fact: EXPRESSION     the same from the force's own published figures (norfolk_facts)
    more than            a measure of independent data is above the printed number
    from: EXPRESSION     arithmetic with other printed numbers, by their ids: consistent or inconsistent
    grim: ID             a whole number out of the whole number ID gives this percentage
    list: A; B; C        the report lists so many things
    wording: TEST        a test of helpers/wording.py
    none: WHAT           not checkable; what would be needed

A value that rests on the report's own numbers is never called reproduced.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from datetime import date

import pandas as pd

from helpers import counts, data, measures, names, verdicts, wording, words
from helpers.printed import Interval, Printed
from helpers.verdicts import ALTERNATIVES, REPORT_FORCE, REPORT_YEAR, VERDICTS, evaluate, grim, judge

__all__ = ["ALTERNATIVES", "REPORT_FORCE", "REPORT_YEAR", "VERDICTS", "check", "evaluate", "grim", "ledger", "note", "slips", "summary", "table"]

COLUMNS = ["id", "section", "exhibit", "area", "period", "measure", "printed", "computed", "low", "high", "verdict", "reason"]
# Measures that the report prints and no independent data gives, with how they are called.
PRINTED_ONLY = {
    "calls_for_assistance_rate": "calls for assistance", "domestic_abuse_share": "domestic abuse, share of recorded crime",
    "organised_crime_groups_rate": "organised crime groups per million people", "organised_crime_groups": "organised crime groups",
    "drug_activity_share": "groups whose main activity is drugs", "victim_satisfaction": "victims satisfied",
    "taken_into_consideration_count": "taken into consideration, number", "taken_into_consideration_rate": "taken into consideration, rate",
    "anti_social_behaviour_fall_1y": "fall in anti-social behaviour over one year", "recorded_crime_forces_up": "forces with more recorded crime",
    "incidents_reviewed": "incidents reviewed", "crimes_recorded_correctly": "crimes recorded correctly", "crimes_found": "crimes found",
    "neighbourhood_teams": "neighbourhood teams", "schools": "schools", "meetings_observed": "meetings observed", "files_reviewed": "files reviewed",
    "outcome_types": "types of outcome", "forces_incomplete": "forces with incomplete data", "reviews_commissioned": "reviews commissioned",
    "staff_trained": "staff trained", "reoffending_reduction": "less crime by scheme participants", "sex_offenders_change": "registered sex offenders, change",
    "very_high_risk": "sex offenders at very high risk", "intelligence_referrals": "referrals to the intelligence network",
    "policing_districts": "policing districts", "years_in_prison": "years in prison", "public_order_units": "public order units",
    "count_in_text": "things listed in the text", "judgment": "judgment",
}


def label(measure: str) -> str:
    """What a measure of the ledger is called. KeyError: an unknown one."""
    return measures.MEASURES[measure].label if measure in measures.MEASURES else PRINTED_ONLY[measure]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def faults(claims: pd.DataFrame) -> list[str]:
    """What is wrong with rows of the ledger, a line a fault naming the row: nothing is skipped silently."""
    found = []
    ids = set(claims["id"])
    for row, claim in enumerate(claims.itertuples(), 2):
        where = f"data/published/claims.csv: row {row} ({claim.id})"
        if claim.measure not in measures.MEASURES and claim.measure not in PRINTED_ONLY:
            found.append(f"{where}: unknown measure {claim.measure!r}; the measures stand in helpers/measures.py and helpers/claims.py")
        if claim.kind == "number":
            try:
                Printed.parse(claim.printed)
            except ValueError as error:
                found.append(f"{where}: {error}")
        elif claim.printed:
            found.append(f"{where}: a wording claim has no printed number, found {claim.printed!r}")
        if claim.period != "-" and not _is_date(claim.period):
            found.append(f"{where}: period {claim.period!r} is neither a date as in 2015-06-30 nor '-'")
        for way in claim.check.split(" | "):
            kind, _, rest = way.partition(": ")
            if kind in ("from", "fact"):
                unknown = set(re.findall(r"[a-z_][a-z0-9_]*", rest)) - ids - {"population", "offences", "calls_received", "domestic_abuse_crimes"}
                if unknown:
                    found.append(f"{where}: check names {', '.join(sorted(unknown))}, which is the id of no claim")
            elif kind == "wording" and rest not in wording.TESTS:
                found.append(f"{where}: unknown wording test {rest!r}; there are {', '.join(wording.TESTS)}")
            elif kind == "data" and claim.measure not in measures.MEASURES and claim.measure != "anti_social_behaviour_fall_1y":
                found.append(f"{where}: no independent data for {claim.measure!r}")
            elif kind not in ("data", "more than", "grim", "list", "wording", "none"):
                found.append(f"{where}: unknown check {way!r}; see helpers/claims.py")
    return found


def check(claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """The ledger with what was found: a row a claim, the columns of COLUMNS. DataError: a faulty row."""
    claims = data.load("claims") if claims is None else claims
    wrong = faults(claims)
    if wrong:
        raise data.DataError("\n".join(wrong))
    numbers = claims[claims["kind"] == "number"]
    printed = dict(zip(numbers["id"], numbers["printed"], strict=True))
    number = {id: Printed.parse(text) for id, text in printed.items()}
    rounded = dict(zip(numbers["id"], numbers["unit"].map(verdicts.is_rounded), strict=True))
    known = {id: n.interval if rounded[id] else Interval.of(n.value) for id, n in number.items()}
    rows = []
    for claim in claims.itertuples():
        finding = judge(claim, printed, known)
        low, high = (f"{float(end):.10g}" for end in (number[claim.id].interval.low, number[claim.id].interval.high)) if claim.id in number else ("", "")
        rows.append([claim.id, claim.section, claim.exhibit, claim.area, claim.period, claim.measure, claim.printed, finding.computed, low, high,
                     finding.verdict, finding.reason])
    return pd.DataFrame(rows, columns=COLUMNS)


def offences_needed() -> dict[str, Interval]:
    """How many offences England and Wales must have had in the year to June 2015 for each number printed about them.

    The counts of the years compared with, and the population, are taken from independent data.
    """
    found = {}
    offences = counts.offences()[names.ENGLAND_AND_WALES]
    rows = data.load("claims").query("kind == 'number'")
    rows = rows[(rows["area"] == names.ENGLAND_AND_WALES) & (rows["period"] == "2015-06-30") & rows["measure"].str.match("recorded_crime_(rate|change)")]
    for row in rows.drop_duplicates(["measure", "printed"]).itertuples():
        interval, years = Printed.parse(row.printed).interval, measures.find(row.measure).years
        before = int(offences[REPORT_YEAR - pd.DateOffset(years=years)])
        people = verdicts.population(names.ENGLAND_AND_WALES)["population"]
        found[f"{label(row.measure)}, printed {row.printed}"] = (interval / 100 + 1) * before if years else interval * people / 1000
    return found


def slips(claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """What the ledger notices: each printed number changed by one unit of its last digit, up and down in turn.

    Columns: id, verdict (on the number as printed), slip (the changed text), noticed (some claim's verdict turned).
    Fractions in words are left out: they have no last digit.
    """
    claims = data.load("claims") if claims is None else claims
    before = check(claims).set_index("id")["verdict"]
    rows = []
    for row in claims[claims["kind"] == "number"].itertuples():
        number = Printed.parse(row.printed)
        for step in (number.step, -number.step) if number.step else ():
            text = f"{float(number.value + step):.{number.decimals}f}{number.unit}"
            after = check(claims.assign(printed=claims["printed"].mask(claims["id"] == row.id, text))).set_index("id")["verdict"]
            rows.append([row.id, before[row.id], text, bool((after != before).any())])
    return pd.DataFrame(rows, columns=["id", "verdict", "slip", "noticed"])


@functools.cache
def _ledger() -> pd.DataFrame:
    return check()


def ledger(force: str = REPORT_FORCE) -> pd.DataFrame:
    """The checked ledger; for a force that the report is not about, only what it says about England and Wales."""
    found = _ledger()
    return found.copy() if force == REPORT_FORCE else found[found["area"] == names.ENGLAND_AND_WALES].copy()


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the ledger as a notebook shows them: printed, what it could have been, recomputed, difference, verdict."""
    def difference(row) -> str:
        try:
            return words.signed(float(row.computed.replace(",", "")) - float(Printed.parse(row.printed).value), Printed.parse(row.printed).decimals + 1)
        except ValueError:  # a range, or nothing computed
            return "–"
    shown = pd.DataFrame({
        "measure": [label(row.measure) for row in rows.itertuples()], "area": rows["area"].to_list(),
        "to": rows["period"].to_list(), "printed": rows["printed"].to_list(),
        "could have been": [f"{row.low} to {row.high}" if row.low else "–" for row in rows.itertuples()],
        "recomputed": [row.computed or "–" for row in rows.itertuples()],
        "difference": [difference(row) for row in rows.itertuples()], "verdict": rows["verdict"].to_list(),
    })
    return shown.set_index("measure").rename_axis(index=None, columns="measure")


def note(force: str, end: pd.Timestamp) -> str:
    """What of the report is left out for another force or year, in a sentence; '' for the report's own."""
    if force != REPORT_FORCE:
        return (f"The report is about {REPORT_FORCE}: its printed numbers are left out for {names.place(force)}, and only those for "
                f"{names.ENGLAND_AND_WALES} are compared.")
    if end != REPORT_YEAR:
        return (f"The report is about the year to {words.day(REPORT_YEAR)}: its numbers are compared with the data for that year, "
                "not for the year chosen here.")
    return ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m helpers.claims", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", metavar="FILE", help="write the ledger as CSV to a file; '-' for standard output")
    args = parser.parse_args(arguments)
    words.print_anywhere()
    try:
        found = ledger()
        if args.csv:
            words.deliver(found.map(words.harmless).to_csv(index=False, lineterminator="\n"), args.csv)
            return 0
    except (data.DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(found[["id", "printed", "computed", "verdict"]].to_string(index=False))
    print("\n" + summary(found))
    return 0


def summary(found: pd.DataFrame) -> str:
    """The counts by verdict in one line."""
    tally = found["verdict"].value_counts()
    return f"{len(found)} claims: " + ", ".join(f"{tally[verdict]} {verdict}" for verdict in VERDICTS if verdict in tally)


if __name__ == "__main__":
    sys.exit(main())

"""How one claim is judged, by the ways in its `check` column (see helpers/claims/ledger.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pandas as pd

from helpers import areas, conventions, data, measures, prose, report
from helpers.claims import values, wording
from helpers.claims.values import Claim, Interval, Printed
from helpers.measures import counts

# fmt: off
VERDICTS = ("reproduced", "reproduced under an alternative", "differs", "consistent",
            "inconsistent", "supported", "depends on the method", "not supported", "estimated",
            "repeated", "not checkable")
# fmt: on
FORCES_UP = "recorded_crime_forces_up"  # the measure that `more than` checks


class Finding(NamedTuple):
    """What a check came to: a verdict, the value found ('' when there is none), and the reason."""

    verdict: str
    computed: str
    reason: str


def _repeated(agrees: bool, found: str, reason: str) -> Finding:
    return Finding("repeated" if agrees else "inconsistent", found, reason)


def _estimated(value: float, claim: Claim) -> Finding | None:
    """An estimate cannot contradict a number nearer than its error, nor confirm a finer one."""
    error, points = values.estimate_error(claim.row.measure, claim.row.area, claim.row.period)
    reach = error if points else value * error / 100
    width = claim.interval.high - claim.interval.low
    off = abs(values.gap(value, claim.interval))
    if not error or off > reach or (not off and 2 * reach < width):
        return None
    cause = "; a possible cause of the gap is the interpolation between years" if off else ""
    size = f"{reach:,.{0 if claim.exact else 1}f} {'points' if points else claim.row.unit}"
    reason = f"An estimate gives {claim.show(value)}, {claim.off(value)} {claim.span()}{cause}."
    reason += f" It can be off by {size} (as it was where it could be tested), so it cannot tell."
    return Finding("estimated", claim.show(value), reason)


def by_data(rest: str, claim: Claim) -> Finding:
    about = (claim.row.measure, claim.row.area, claim.row.period)
    value = values.independent(*about)
    if found := _estimated(value, claim):
        return found
    shown = claim.show(value)
    gives = f"Independent data gives {shown}, {claim.off(value)} {claim.span()}"
    if value in claim.interval:
        gives = f"Independent data gives {shown}, as printed" if claim.exact else gives
        return Finding("reproduced", shown, f"{gives}.")
    for way in list(conventions.conventions())[1:]:
        try:
            other = values.independent(*about, way)
        except ValueError:  # a release or estimates that do not reach it
            continue
        if other in claim.interval:
            then = claim.show(other)
            reason = f"{gives}; with {way} it gives {then}, inside."
            return Finding("reproduced under an alternative", then, reason)
    cause = values.cause(values.counted(claim.row.measure))
    return Finding("differs", shown, f"{gives}; a possible cause: {cause}.")


def by_fact(rest: str, claim: Claim) -> Finding:
    """Against what the force itself gave HMIC for its page: the same source, never reproduced."""
    gives, first, side = "The force's own figures (published by HMIC) give", None, 0.0
    table = data.load("force_facts").query("force == @claim.row.area")
    if table.empty:
        return by_nothing(f"the force's own figures, in data/{data.FILES['force_facts']}", claim)
    for edition in sorted(table["edition"].unique()):  # by year: the report's own comes first
        known = values.facts(claim.row.area, claim.row.period, edition)
        if set(values.NAME.findall(rest)) - set(known) and first:
            continue
        value = float(values.evaluate(rest, known).low)
        reason = f"{gives} {claim.show(value)} ({edition}), {claim.off(value)} {claim.span()}"
        if value in claim.interval:
            return Finding("repeated", claim.show(value), f"{reason}.")
        off = values.gap(value, claim.interval)
        if first is None:
            cause = "its page counts in another way or at another time"
            reason = f"{reason}; a possible cause: {cause}."
            first, side = Finding("differs", claim.show(value), reason), off
        elif off * side < 0:
            other = f"Its page of {edition} gives {claim.show(value)}"
            between = f"{first.reason} {other}: {claim.row.printed} lies between the two."
            first = first._replace(reason=between)
    return first


def by_print(rest: str, claim: Claim, again: bool = False) -> Finding:
    """Arithmetic with other printed numbers; one that merely stands elsewhere too is repeated."""
    result = values.evaluate(rest, claim.known | values.population(claim.row.area))
    agrees = result.agrees(claim.interval)
    if rest in claim.printed:
        so = "they agree, which shows nothing more" if agrees else "the two contradict each other"
        twice = f"Printed twice, {claim.row.printed} here and {claim.printed[rest]} elsewhere"
        return _repeated(agrees, claim.printed[rest], f"{twice}: {so}.")
    people = f"{{:,}} people in mid-{measures.mid_year_before(report.YEAR_ENDING)}"
    texts = {n: people.format(int(i.low)) for n, i in values.population(claim.row.area).items()}
    used = [(texts | claim.printed)[name] for name in dict.fromkeys(values.NAME.findall(rest))]
    digits = 0 if claim.exact else claim.number.decimals + 2
    ends = (f"{float(end):,.{digits}f}" for end in (result.low, result.high))
    span = " to ".join(dict.fromkeys(ends))
    follows = f"From {prose.listing(used)} follows {span}"
    if not agrees:
        return Finding("inconsistent", span, f"{follows}, which contradicts {claim.span()}.")
    reason = f"{follows}, which agrees with {claim.row.printed}"
    if again:
        return Finding("repeated", span, f"{reason}: the same fact as another row's.")
    return Finding("consistent", span, f"{reason}; no independent data.")


def by_whole(rest: str, claim: Claim) -> Finding:
    whole, printed = int(claim.known[rest].low), claim.row.printed
    fits = values.grim(claim.number, whole)
    if not fits:
        return Finding("inconsistent", "", f"No whole number out of {whole} gives {printed}.")
    numbers = prose.listing(map(str, fits), "or")
    reason = f"{numbers} of {whole} gives {printed}; no independent data."
    return Finding("consistent", f"{measures.per_100(fits[0], whole):.1f}", reason)


def by_list(rest: str, claim: Claim) -> Finding:
    items = rest.split("; ")
    agrees = len(items) in claim.interval
    but = "" if agrees else f", not {claim.row.printed}"
    reason = f"The report names {len(items)}: {prose.listing(items)}{but}."
    return _repeated(agrees, str(len(items)), reason)


def by_judgment(rest: str, claim: Claim) -> Finding:
    """A judgment, held against the report's own table and, the overall one, HMIC's page."""
    section, said = rest.split(" ", 1)
    own = data.load("judgments_printed").set_index("section")["judgment"][section]
    found = {"The report's own table of judgments": own}
    if section == "overview":
        page = data.load("judgments_2015").set_index("force")["judgment"]
        found["HMIC's page of judgments"] = page[claim.row.area]
    says = prose.listing(f"{where} says {judgment}" for where, judgment in found.items())
    same = set(found.values()) == {said}
    return _repeated(same, own, says + ("; the same source again." if same else f", not {said}."))


def by_scale(rest: str, claim: Claim) -> Finding:
    """The categories named, against every judgment that HMIC printed or published."""
    named, used = rest.split("; "), set()
    for table in ("judgments_printed", "judgments_2015"):
        used |= set(data.load(table)["judgment"])
    other = sorted(used - set(named))
    also = f"others too: {prose.listing(other)}" if other else f"{len(used)} of them and no other"
    reason = f"The annex names {len(named)}: {prose.listing(named)}; HMIC's judgments use {also}."
    return _repeated(not other, str(len(named)), reason)


def by_threshold(rest: str, claim: Claim) -> Finding:
    """A number that the words are 'more than': a comparison, on the claim's own year."""
    change = measures.values("recorded_crime_change_1y", claim.row.period)[list(areas.FORCES)]
    up, more = int((change > 0).sum()), (change > 0).mean() > claim.number.value
    than = f"{'more' if more else 'not more'} than {claim.row.printed}"
    reason = f"Recorded crime rose in {prose.share(up, len(change))} forces, {than}."
    return Finding("supported" if more else "not supported", f"{up / len(change):.3f}", reason)


def forces_with_old_outcomes(claim: Claim) -> Finding:
    """A sign in the data that finds some of the forces in question, and can miss others."""
    found = conventions.forces_with_old_outcomes(pd.Timestamp(claim.row.period))
    n, few = len(found), "hardly any of the new kinds of outcome"
    reason = f"In some quarter {n} of {len(areas.FORCES)} forces recorded {few} "
    reason += f"({prose.listing(found)}); the report prints {claim.row.printed}. "
    reason += "The sign can miss a force, "
    if n > claim.number.value:
        why = "but hardly invents one; a possible cause: the data here is later."
        return Finding("differs", str(n), reason + why)
    return Finding("estimated", str(n), f"{reason}so it cannot tell.")


def better_recording(claim: Claim) -> Finding:
    """How much of a rise better recording alone could give, from a sample taken before it."""
    parts = wording.USES["better_recording"]
    right, found = (int(claim.known[report.claim(part)].low) for part in parts)
    if right > found:
        more = f"{right} crimes recorded correctly are more than the {found} found"
        return Finding("inconsistent", "", f"The printed numbers contradict each other: {more}.")
    rise = measures.value(claim.row.measure, claim.row.area, claim.row.period)
    alone = conventions.recording_alone(right, found)
    low, high = f"{alone['value'].min():.1f}", f"{alone['value'].max():.1f}"
    chance = f"{alone['low'].min():.1f} to {alone['high'].max():.1f} with chance allowed for"
    reason = f"From {right} of {found} crimes recorded correctly, better recording alone would "
    reason += f"give {low}% to {high}% more ({chance}), beside a change of {rise:.1f}%. "
    if rise <= 0:
        return Finding("not supported", f"{rise:.1f}", f"{reason}There is no rise to explain.")
    reason += "It could be part of the rise or all; nobody looked again a year later, "
    return Finding("estimated", f"{low} to {high}", f"{reason}so it cannot tell.")


def moved_to_crime(claim: Claim) -> Finding:
    """Whether crimes near to incidents rose as these fell: a sign that other causes give too."""
    end, area = pd.Timestamp(claim.row.period), claim.row.area
    days, forces = [end - pd.DateOffset(years=1), end], list(areas.FORCES)
    near, incidents = counts.offences(conventions.NEAR_CRIME), counts.incidents()
    both = (table.loc[days, area].round().diff().iloc[1] for table in (incidents, near))
    change, rise = map(int, both)
    up = int((near.loc[days, forces].diff().iloc[1] > 0).sum())
    sizes = (f"{abs(size):,} {'more' if size > 0 else 'fewer'}" for size in (change, rise))
    reason = "{} incidents, {} of the crimes nearest to them. ".format(*sizes)
    if change >= 0 or rise <= 0:
        what = "no fall of incidents to explain" if change >= 0 else "no rise that could hold them"
        return Finding("not supported", "", f"{reason}There is {what}.")
    link = conventions.crime_link(end)
    reason += f"Such crimes rose in {prose.share(up, len(forces))} forces, so a rise alone tells "
    reason += "little; larger falls would go with larger rises, but over 42 forces the link is "
    reason += f"{link.r:.2f} (95%: {link.low:.2f} to {link.high:.2f}; rank correlation). "
    reason += "What became of any one incident nobody counted, so it cannot tell."
    return Finding("estimated", f"0 to {min(-change, rise):,}", reason)


ESTIMATES = {
    test.__name__: test for test in (forces_with_old_outcomes, better_recording, moved_to_crime)
}


def by_wording(rest: str, claim: Claim) -> Finding:
    row = claim.row
    return Finding(*wording.judge(rest, row.measure, row.area, row.period, claim.printed))


def by_nothing(rest: str, claim: Claim) -> Finding:
    reason = f"Nothing in this collection to hold it against; needed: {rest}."
    return Finding("not checkable", "", reason)


# fmt: off
CHECKS: dict[str, Callable[[str, Claim], Finding]] = {
    "data": by_data, "fact": by_fact, "from": by_print, "same": partial(by_print, again=True),
    "grim": by_whole, "list": by_list, "more than": by_threshold,
    "estimate": lambda test, claim: ESTIMATES[test](claim), "wording": by_wording,
    "judgment": by_judgment, "scale": by_scale, "none": by_nothing}
# fmt: on


def ways(check: str) -> list[tuple[str, str]]:
    """The ways of a `check` cell, each as (kind, what it is held against)."""
    return [way.partition(": ")[::2] for way in check.split(" | ")]


def judge(row: tuple, printed: dict[str, str], known: dict[str, Interval]) -> Finding:
    """The verdict on one claim: the first way's, unless printed numbers contradict each other."""
    number = Printed.parse(row.printed) if row.kind == "number" else None
    claim = Claim(row, number, printed, known)
    first, *others = (CHECKS[kind](rest, claim) for kind, rest in ways(row.check))
    for other in others:
        if other.verdict == "inconsistent":
            return other
    if others and first.verdict in ("differs", "estimated"):
        also = others[0].reason.replace("; no independent data", "")
        note = " It agrees with where else it is printed."
        if others[0].verdict == "consistent":
            note = f" The printed arithmetic holds: {also[:1].lower()}{also[1:]}"
        return first._replace(reason=first.reason + note)
    return first

"""Tests of the report's words: under how many stated conventions do they hold?

A test takes a claim's measure, area and period, and the report's printed numbers by claim id, and gives every convention
with whether the words hold under it. All: supported; some: depends on the method; none: not supported.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pandas as pd
from scipy import stats

from helpers import counts, data, intervals, measures, names, sensitivity, words
from helpers.printed import Printed

EW = names.ENGLAND_AND_WALES


def low_crime(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    rates = measures.values(measure, period)
    place = measures.rank(rates, area)
    others = sensitivity.comparators(rates, area, measures.mid_year_before(pd.Timestamp(period)))
    return {f"below {name} ({rate:.1f})": rates[area] < rate for name, rate in others.items()} | {
        f"in the lowest third ({words.ordinal(place)} of 43)": place <= 43 / 3, "in the lowest quarter": place <= 43 / 4}


def impressive_fall(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    change = measures.values(measure, period)
    crime = counts.offences()
    both = crime + counts.incidents().reindex(crime.index)
    end, before = pd.Timestamp(period), pd.Timestamp(period) - pd.DateOffset(years=1)
    return {
        "a larger fall than in England and Wales": change[area] < change[EW],
        "a larger fall than in the median force": change[area] < change[list(names.FORCES)].median(),
        "among the quarter of forces with the largest falls": measures.rank(change, area) <= 43 / 4,
        "a fall in anti-social behaviour and crime together": both.loc[end, area] < both.loc[before, area],
    }


def fell_more_than_many(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    ways = {"years to June": measures.values(measure, period)[list(names.FORCES)]}
    calendar = counts.calendar_years()
    for year in (2014, 2015):
        ways[f"calendar year {year}"] = measures.percentage_change(calendar.loc[year], calendar.loc[year - 1])
    return {f"a larger fall than in half of the forces, {way}": measures.rank(change, area) <= 43 / 2 for way, change in ways.items()}


def rose_faster(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    rows = sensitivity.under_each(measure, area, pd.Timestamp(period))
    return {way: bool(row["value"] > row["national"]) for way, row in rows.iterrows()}


def one_of_the_highest(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    end = pd.Timestamp(period)
    outcomes = measures.counted(measure, "2024").loc[end]
    divisors = sensitivity.outcome_divisors(end) | {"people": measures.population(measures.mid_year_before(end))[0]}
    found = {}
    for way, divisor in divisors.items():
        place = 44 - measures.rank(outcomes / divisor, area)
        found |= {f"among the highest {top}, divided by {way} ({words.ordinal(place)})": place <= top for top in (5, 10)}
    return found


def forces_differ(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    table = measures.rates(measure, [period]).set_index("area").loc[list(names.FORCES)]
    spread = intervals.dispersion(table["outcomes"], table["denominator"])
    return {"more than chance alone (dispersion above 2)": spread.ratio > 2,
            "the highest rate is more than twice the lowest": table["rate"].max() > 2 * table["rate"].min()}


def satisfaction_higher(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    own, national = (Printed.parse(printed[id]).interval for id in ("inv_satisfaction_norfolk", "inv_satisfaction_national"))
    return {"beyond what rounding could hide": own.low > national.high}


def very_high_risk_fell(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    before, after = (int(Printed.parse(printed[id]).value) for id in ("inv_very_high_2014", "inv_very_high_2015"))
    growth = 1 + float(Printed.parse(printed["inv_sex_offenders"]).value) / 100
    test = stats.binomtest(after, before + after, 0.5)
    return {"the number is smaller": after < before, "the share is smaller, with 10% more offenders in all": after / growth < before,
            "beyond chance (exact test, 95%)": test.pvalue < 0.05 and after < before}


def majority(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    share = Printed.parse(printed["oc_drugs_norfolk" if area != EW else "oc_drugs_national"])
    return {"more than half, so no other can be more common": float(share.interval.low) > 50}


def judgment_is_good(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    return {"the inspectorate's page of judgments": data.load("judgments_2015").set_index("force")["judgment"][area] == "good"}


def four_categories(measure: str, area: str, period: str, printed: dict) -> dict[str, bool]:
    from helpers.schemas import JUDGMENTS

    return {"the 43 judgments use no other": set(data.load("judgments_2015")["judgment"]) <= set(JUDGMENTS) and len(JUDGMENTS) == 4}


TESTS: dict[str, Callable[[str, str, str, dict], dict[str, bool]]] = {test.__name__: test for test in (
    low_crime, impressive_fall, fell_more_than_many, rose_faster, one_of_the_highest,
    forces_differ, satisfaction_higher, very_high_risk_fell, majority, judgment_is_good, four_categories)}


# Tests that look at nothing but the report's own numbers: the words can then only be consistent with them, or not.
OWN_NUMBERS = ("satisfaction_higher", "very_high_risk_fell", "majority")
# The claims whose printed numbers the tests look at.
USES = ("inv_satisfaction_norfolk", "inv_satisfaction_national", "inv_very_high_2014",
        "inv_very_high_2015", "inv_sex_offenders", "oc_drugs_norfolk", "oc_drugs_national")


@functools.cache
def _conventions(test: str, measure: str, area: str, period: str, printed: tuple[tuple[str, str], ...]) -> dict[str, bool]:
    return TESTS[test](measure, area, period, dict(printed))


def judge(test: str, measure: str, area: str, period: str, printed: dict[str, str]) -> tuple[str, str, str]:
    """Verdict, 'k of m', and a reason that names the conventions on either side."""
    found = _conventions(test, measure, area, period, tuple((id, printed[id]) for id in USES if id in printed))
    holds, fails = [way for way, yes in found.items() if yes], [way for way, yes in found.items() if not yes]
    verdict = "supported" if not fails else "depends on the method" if holds else "not supported"
    reason = f"Holds under {len(holds)} of {len(found)} convention{'s' if len(found) > 1 else ''}"
    reason += f": {'; '.join(holds)}" if holds else ""
    reason += f". Not under: {'; '.join(fails)}" if fails else ""
    if test in OWN_NUMBERS:
        verdict = "inconsistent" if fails else "consistent"
        reason += ". These are the report's own numbers; no independent data"
    return verdict, f"{len(holds)} of {len(found)}", reason + "."

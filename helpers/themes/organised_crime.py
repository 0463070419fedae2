"""Notebook 06: how many organised crime groups are known, and whether the number is unusual.

Figures 6 and 7, of which the report prints little, are drawn from their slots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest, nbinom, norm, poisson

from helpers import areas, charts, claims, conventions, data, measures, report, stats
from helpers.claims import printed_part
from helpers.data.slots import COMBINED, COMBINED_FORCES, FIGURE_6_AREAS
from helpers.prose import day, dp1, dp2, place_among, whole
from helpers.themes import other_year

EW, DAY, MILLION = areas.ENGLAND_AND_WALES, report.YEAR_ENDING, 1_000_000
MID_YEAR = measures.mid_year_before(DAY)
WITHOUT = (EW, "the Metropolitan Police")  # in Figure 7: it sorts its groups another way
RATES = ("groups_rate.force", "groups_rate.again")  # one fact with the number of groups
CLAIMS = report.tested(__name__)
SPREADS = (5, 10, 40)  # tried beside that of recorded crime, in per cent of the national rate
CURVES = {  # how `allowances` is drawn: the widest limits first
    "exhibit": "groups_chance",
    "x": "spread",
    "labels": {"rate": report.FORCE},
    "bands": (("low998", "high998", "99.8% of forces"), ("low95", "high95", "95% of forces")),
    "axis": "Standard deviation between forces beyond chance, % of the national rate",
}


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The day of the report's numbers, whatever is asked for."""
    return DAY


def about(force: str, end: pd.Timestamp) -> str:
    """All that the page gives for another force, or the day it shows; '' for the report's own."""
    only = f"**This page shows {day(DAY)}**, not {day(end)}: the report counts groups then only."
    shown = only * (end != DAY)
    if force == report.FORCE:
        return shown
    place, people, rate = areas.place(force), people_of(force), printed_part("groups_rate.national")
    parts = [
        shown,
        other_year(force, DAY, DAY),
        f"This one prints no number of organised crime groups for {place}; for {EW} it prints "
        f"{rate.text} per million people on {day(DAY)}.",
        f"At that rate {people:,} people, as many as lived in {place} in mid-{MID_YEAR}, would "
        f"have about {float(rate.value) * people / MILLION:.0f}: arithmetic, not a count."
        if bar_of(force) in FIGURE_6_AREAS
        else "Its chart leaves this force out, whose groups are not comparable.",
        "Its chart has one bar for this force and a neighbour." * (force in COMBINED_FORCES),
        filled_in(force),
    ]
    return " ".join(filter(None, parts))


def bar_of(force: str) -> str:
    """The name of a force's bar in Figure 6, where two forces share one."""
    return COMBINED if force in COMBINED_FORCES else force


def people_of(bar: str) -> int:
    """The people of a force, or of the two that share a bar, by the report's rule."""
    people = measures.population(MID_YEAR)[0]
    return int(people[list(COMBINED_FORCES)].sum() if bar == COMBINED else people[bar])


@dataclass(frozen=True)
class Slot:
    """A figure as far as its values are known: the rows that are drawn, and how.

    filled: whether a reader filled it in; refused: why what was filled in was not taken, or ''.
    """

    table: pd.DataFrame
    filled: bool
    refused: str
    layout: dict

    @property
    def chart(self) -> Callable[..., charts.Exhibit]:
        """How areas are drawn: all in order once a reader filled them in, else as a few bars."""
        return charts.ranking if self.filled else charts.bars


def _slot(figure: str) -> Slot:
    table, filled, faults = data.slot(figure)
    refused = " ".join(f"**What was filled in was not used:** {fault}." for fault in faults)
    by = data.source_of(figure, also=data.FILLED_IN * filled)
    return Slot(table, filled, refused, {"exhibit": figure, "source": by})


def figure_6() -> Slot:
    """Groups per million people: group, area, value; one open row for all that is not published."""
    slot = _slot("figure_6")
    known = slot.table.dropna(subset="value").set_index("area")["value"]
    names, layout = [*known.index.drop(EW), EW], slot.layout
    if not slot.filled:
        names.append(f"{len(FIGURE_6_AREAS) + 1 - len(known)} other areas")
        words = "not published: in the report these bars are only a picture"
        layout |= {"open_to": 100, "missing": words}
    value = known.reindex(names).to_numpy()
    table = pd.DataFrame({"group": names, "area": names, "value": value})
    return Slot(table, slot.filled, slot.refused, layout)


def filled_in(force: str) -> str:
    """What the values of Figure 6 that a reader filled in say of a force's area; '' without any."""
    slot, bar = figure_6(), bar_of(force)
    if not slot.filled or bar not in FIGURE_6_AREAS:
        return ""
    rates = slot.table.set_index("area")["value"].drop(EW)
    people = pd.Series({area: people_of(area) for area in rates.index})
    spread = stats.dispersion((rates * people / MILLION).round(), people)
    at = place_among(int(rates.rank(method="min")[bar]), len(rates))
    mean, nation = (rates * people).sum() / people.sum(), printed_part("groups_rate.national")
    return (
        f"By the chart's values, as filled in by a reader, {areas.place(bar)} has the {at} rate of "
        f"{len(rates)} areas, which differ by {dp1(spread.sd)}% or {dp1(spread.sd_pm)}% beyond "
        f"chance, by two estimates. Their mean by people is {dp2(mean)}, which "
        f"{'rounds' if mean in nation else 'does not round'} to the {nation.text} of {EW}."
    )


def figure_7() -> Slot:
    """What the groups mainly do, the commonest first, the report's force above the nation.

    Columns: group, area, value, printed_as, label, kind.
    """
    slot = _slot("figure_7")
    table = slot.table.rename(columns={"printed": "printed_as", "crime_type": "kind"})
    top, nation = table.groupby("kind")["value"].transform("max"), table["area"] == EW
    table = table.assign(top=top, nation=nation).sort_values(
        ["top", "kind", "nation"], ascending=[False, True, True], ignore_index=True
    )
    group, label = (table["kind"], table["area"]) if slot.filled else (table["area"], "drugs")
    rest = {"open_to": 100, "rest": "all other kinds: not published"}
    layout = slot.layout | {"digits": 0, "unit": "%"} | ({} if slot.filled else rest)
    columns = ["group", "area", "value", "printed_as", "label", "kind"]
    table = table.assign(group=group, label=label)[columns]
    return Slot(table, slot.filled, slot.refused, layout)


@dataclass(frozen=True)
class Groups:
    """The groups that the force was dealing with, and how unusual their rate is.

    crime, crime_pm: how far forces differ in recorded crime beyond chance, per cent, by two
    estimates.
    """

    count: int
    people: int
    national: float
    crime: float
    crime_pm: float

    @property
    def rate(self) -> float:
        """Groups per million people."""
        return MILLION * self.count / self.people

    @property
    def expected(self) -> float:
        """The groups that so many people would have at the national rate."""
        return self.national * self.people / MILLION

    @property
    def needed(self) -> float:
        """How far forces must differ beyond chance for the rate to lie in square-root limits (95%).

        With y = sqrt(rate / national) - 1, E expected and z the limits' errors, the standard
        deviation is 200 sqrt((y / z)^2 - 1 / (4 E)) per cent of the national rate, or 0.
        """
        away = (np.sqrt(self.rate / self.national) - 1) / stats.REACH["95"]
        return 200 * float(np.sqrt(max(0.0, away**2 - 1 / (4 * self.expected))))

    @property
    def needed_counts(self) -> float:
        """The same by gamma-Poisson counts, to a tenth: where the probability comes to 0.05."""
        tried = (tenths / 10 for tenths in range(10_000))
        return next(sd for sd in tried if unusual(self.count, self.expected, sd)[2] >= 0.05)

    @property
    def needed_range(self) -> str:
        """The spread needed by both methods, the smaller first: '8% to 10%'."""
        ends = sorted((self.needed_counts, self.needed))
        return " to ".join(dict.fromkeys(f"{whole(end)}%" for end in ends))

    def chance(self, level: str) -> str:
        """How the rate lies to the limits of chance alone, for '95' or '998' (99.8%) of forces."""
        ends = self.limits(0)
        return "inside" if ends[f"low{level}"] <= self.rate <= ends[f"high{level}"] else "outside"

    def limits(self, spread: float) -> dict[str, float]:
        """Between which rates 95% and 99.8% of forces of this size lie, when they differ so."""
        found = stats.limits(self.expected, spread / 200)
        return {end: self.national * float(value) for end, value in found.items()}


def groups() -> Groups:
    """The one fact that the report prints as a number of groups and as two rates.

    Crime is compared over the forces of Figure 6: without the City of London, whose few residents
    would decide the second estimate.
    """
    count, people = int(printed_part("groups").value), people_of(report.FORCE)
    forces = [force for force in areas.FORCES if bar_of(force) in FIGURE_6_AREAS]
    crime = measures.rates("recorded_crime_rate", [DAY]).set_index("area").loc[forces]
    spread = stats.dispersion(crime["offences"], crime["denominator"])
    national = float(printed_part("groups_rate.national").value)
    return Groups(count, people, national, spread.sd, spread.sd_pm)


@dataclass(frozen=True)
class Drugs:
    """The groups whose main activity is drugs: count, with a 95% exact interval of the share.

    p: how often chance would put a share so far from the national one.
    """

    count: int
    low: float
    high: float
    p: float
    printed: str
    national: str


def drugs() -> Drugs:
    """The printed share as a whole number of groups (GRIM). ValueError: none fits, or several."""
    total, own, other = groups().count, printed_part("drugs.force"), printed_part("drugs.national")
    (count,) = claims.grim(own, total)
    test = binomtest(count, total, float(other.value) / 100)
    low, high = (100 * end for end in test.proportion_ci(method="exact"))
    return Drugs(count, low, high, test.pvalue, own.text, other.text)


def by_estimate() -> pd.DataFrame:
    """Which estimate of the people gives both printed rates: people, rate, and yes or no a rate."""
    table = conventions.estimates(report.FORCE, MID_YEAR).to_frame()
    table["groups per million"] = MILLION * groups().count / table["people"]
    for number in map(printed_part, RATES):
        table[f"gives {number.text}"] = [rate in number for rate in table["groups per million"]]
    return table


def allowances() -> pd.DataFrame:
    """The limits by spread, 0 to the largest tried: spread, rate, low95, high95, low998, high998.

    The spread at which the rate enters the limits has a row of its own, and those of crime.
    """
    found = groups()
    spreads = sorted({*range(max(SPREADS) + 1), found.needed, found.crime, found.crime_pm})
    rows = [{"spread": spread, "rate": found.rate} | found.limits(spread) for spread in spreads]
    return pd.DataFrame(rows).astype({"spread": float})


def under_each() -> pd.DataFrame:
    """The number of groups under other people, rates before rounding, and spreads of forces.

    Columns: people, expected (groups), low, high (that would not be unusual, 95%), p (of one
    as far out), spread (per cent; 0: chance alone).
    """
    own, rounded = groups(), printed_part("groups_rate.national").interval
    estimates = conventions.estimates(report.FORCE, MID_YEAR)
    rows = {f"people: {way}": (people, own.national, 0) for way, people in estimates.items()}
    for end in map(float, (rounded.low, rounded.high)):
        rows[f"national rate before rounding: {end:.2f}"] = (own.people, end, 0)
    spreads = {spread: f"{spread}%" for spread in SPREADS}
    for spread, name in ((own.crime, "winsorised"), (own.crime_pm, "Paule–Mandel")):
        spreads[spread] = f"{dp1(spread)}%, as in recorded crime, {name}"
    for spread, way in sorted(spreads.items()):
        rows[f"forces differ by {way}"] = (own.people, own.national, spread)
    found, columns = {}, ["people", "expected", "low", "high", "p", "spread"]
    for way, (people, rate, spread) in rows.items():
        mean = rate * people / MILLION
        found[way] = [people, mean, *unusual(own.count, mean, spread), spread]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns)


def unusual(count: int, mean: float, spread: float = 0) -> tuple[int, int, float]:
    """Between which counts 95% lie around a mean m, and how often chance goes as far out as one.

    Poisson, or with a spread of sd gamma-Poisson counts of variance m + (m sd)^2; the probability
    is min(1, 2 min(P(X <= count), P(X >= count))).
    """
    sd = spread / 100
    model = nbinom(1 / sd**2, 1 / (1 + mean * sd**2)) if spread else poisson(mean)
    low, high = (int(model.ppf(norm.cdf(end))) for end in (-stats.REACH["95"], stats.REACH["95"]))
    return low, high, min(1.0, 2 * float(min(model.cdf(count), model.sf(count - 1))))

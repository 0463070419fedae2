"""The one list of conventions: every other way of counting that the ledger and the notebooks try.

The conventions are listed in full: none was added or left out because of what it gave. Each has a
kind; ways of one kind differ in degree only and count once where prose says "under k of m".
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest, norm, rankdata, spearmanr

from helpers import areas, data, measures, ranks
from helpers.data.schemas import ALL_OUTCOMES
from helpers.measures import counts
from helpers.prose import place_range

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
AS_REPORTED = "as the report counts"
# fmt: off
# what a word of the report is taken to mean: the number, and why it stands there
THRESHOLDS = {
    "low": (1 / 3, "the lowest third of forces"),
    "lower": (1 / 4, "the lowest quarter, a stricter reading of the same"),
    "many": (1 / 2, "more than half of the forces"),
    "impressive": (1 / 4, "the quarter of forces with the largest falls"),
    "one of the highest": (10, "about the highest quarter of 43 forces"),
    "one of the very highest": (5, "a stricter reading of the same"),
    "similar size": (0.25, "population within a quarter of the force's own"),
    "old outcomes": (200 / 3, "per cent of old kinds, above which new kinds are missing"),
    "differ": (2, "variance beyond twice that of chance, or the highest rate twice the lowest"),
}
# forces of which kinds of outcome all but stop in a quarter of 2014/15
FORCES_WITH_ODD_QUARTERS = (
    "Leicestershire", "Merseyside", "Staffordshire", "Suffolk", "West Yorkshire")
SIX = "outcomes of Figure 4's six kinds"
NEAR_CRIME = ("Public order offences", "Violence without injury", "Stalking and harassment",
              "Criminal damage and arson")  # what an incident could be recorded as
# kinds recorded least completely: violence and sexual offences (HMIC, Crime-recording: making the
# victim count, 2014), and all whose number turns most on what is reported, found and written down
FOUND_INCOMPLETE = ("Violence with injury", "Assault with injury", "Violence without injury",
                    "Stalking and harassment", "Sexual offences")
BY_RECORDING = (*FOUND_INCOMPLETE, "Public order offences", "Possession of weapons offences",
                "Miscellaneous crimes against society")
# outcomes of which the report says so
ONE_OF_THE_HIGHEST = ("caution_youth", "caution_adult", "community_resolution")
SAME_YEAR, EARLIER = "crimes of the same year", "crimes of a year one quarter earlier"
TWO_YEARS = "over two years"  # beside the ways to count one year's change
# what a rate of one year can be divided by: (mid-years after the last before its end, release)
ESTIMATES = {
    "the mid-year before": (0, "original"),
    "the mid-year before, revised": (0, "revised"),
    "the next mid-year": (1, "original"),
    "the next mid-year, revised": (1, "revised"),
}
DEALS = 2_000  # of forces' shares, at random
QUARTERS_OFF = (0, -1, 1)  # the quarters' ends that a year can end with
BASES = {"1y": (1,), "5y": (5, 3, 4, 6, 7)}  # years that a change looks back, the report's first
COUNTRY = f"{EW}, pooled"
COMPARISONS = (  # of `compared`, the one that the report prints first
    COUNTRY, f"the rest of {EW}, pooled", "the mean of 43 forces",
    "the mean without the City of London", "the median force",
    "the mean of the rest of its region", "the mean of forces of similar size")
# fmt: on


def threshold(word: str) -> float:
    """The number that a word of the report is taken to mean."""
    return THRESHOLDS[word][0]


@dataclass(frozen=True)
class Convention:
    """One way of counting: what is asked of `measures.values`, its kind, why it is defensible."""

    choices: dict
    kind: str
    why: str


@functools.cache
def conventions() -> dict[str, Convention]:
    """Name -> convention, the report's own first. Names of releases come from the register."""
    own, revised = "each year's own population", "the revised population estimates"
    corrects = "later revisions correct earlier records"
    # fmt: off
    rows = [
        (AS_REPORTED, {}, "report", "the earlier release, and for all years of a comparison the "
                                    "mid-year population before its last year's end"),
        *((measures.release_name(vintage), {"vintage": vintage}, "release", corrects)
          for vintage in counts.VINTAGES[1:]),
        (revised, {"population_rule": "revised"}, "population",
         "the estimates as ONS has since corrected them"),
        (own, {"population_rule": "each year's own"}, "population",
         "a rate usually divides by the people of its own year"),
        (f"{own}, revised", {"population_rule": "each year's own, revised"}, "population",
         "both of the above"),
        (f"{areas.TRANSPORT_POLICE} counted in", {"include": ("transport police",)},
         "transport police", "its crimes happen in England and Wales too"),
        ("forces' own fraud counted in", {"include": ("fraud",)}, "fraud",
         "until 2013 forces still recorded fraud themselves"),
    ]
    # fmt: on
    return {name: Convention(*about) for name, *about in rows}


@dataclass(frozen=True)
class Support:
    """Under how many kinds of convention something holds; `fails` names the ways that do not."""

    holds: int
    total: int
    fails: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.holds} of {self.total}"

    @property
    def verdict(self) -> str:
        """supported (all), depends on the method (some), not supported (none)."""
        if self.holds == self.total:
            return "supported"
        return "depends on the method" if self.holds else "not supported"


def support(kind: pd.Series, holds: pd.Series) -> Support:
    """The support of ways (the index of both) by kind: a kind holds when all of its ways do."""
    by_kind = holds.astype(bool).groupby(kind, sort=False).all()
    return Support(int(by_kind.sum()), len(by_kind), tuple(holds.index[~holds.astype(bool)]))


def _under_each(measure: str, year: pd.Timestamp) -> dict[str, tuple[pd.Series, Convention]]:
    """A measure by area under every convention that reaches it and gives what none gave before."""
    found: dict[str, tuple[pd.Series, Convention]] = {}
    for name, way in conventions().items():
        try:
            values = measures.values(measure, year, **way.choices)
        except ValueError:  # the release or the estimates do not reach this year
            continue
        if not any(np.allclose(values, other, rtol=1e-9, atol=0) for other, _ in found.values()):
            found[name] = values, way
    return found


def under_each(measure: str, area: str, year: pd.Timestamp) -> pd.DataFrame:
    """A measure under every convention that reaches it: a row a convention.

    Columns: value, national, place (1 = the lowest of 43), places (the same with its interval, in
    words), kind, why. A convention that gives what another gave is left out (no fraud to count in;
    one population in every year of a change).
    """
    rows = {}
    for name, (found, way) in _under_each(measure, year).items():
        place, low, high = ranks.under(measure, year, **way.choices).loc[area]
        within = place_range(place, low, high)
        rows[name] = [float(found[area]), float(found[EW]), int(place), within, way.kind, way.why]
    columns = ["value", "national", "place", "places", "kind", "why"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@functools.cache
def incident_years(end: pd.Timestamp) -> dict[str, tuple[pd.DataFrame, object, str]]:
    """Every way to come to a year of incidents: name -> (table, its row, kind), the report's first.

    A table's rows are years, without a gap; a column an area.
    """
    calendar, known = counts.calendar_years(), counts.half_year_incidents()
    calendar = calendar.reindex(range(calendar.index[0], calendar.index[-1] + 1))
    middle = counts.first_half_shares()["share"].median()
    split = [(1 - s) * calendar.shift(1) + s * calendar for s in (middle, 0.5)]
    now, before, kind = end.year, end.year - 1, conventions()[AS_REPORTED].kind
    # fmt: off
    return {
        AS_REPORTED: (counts.incidents().asfreq("YE-JUN"), end, kind),
        # one estimate, split in other ways
        "the half-year method for every force": (known.asfreq("YE-JUN"), end, kind),
        "every year split as in the median force": (split[0], now, kind),
        "every year split in halves": (split[1], now, kind),
        f"calendar year {before}": (calendar, before, "calendar years"),
        f"calendar year {now}": (calendar, now, "calendar years"),
    }
    # fmt: on


@functools.cache
def incident_changes(end: pd.Timestamp) -> dict[str, tuple[pd.Series, str, str]]:
    """Every way to say how incidents moved in the year: name -> (change by area, kind, unit).

    First the change in per cent, under the conventions and by other ways to find or split a year;
    then what else a fall can mean. A way whose years are not all known is left out.
    """
    years = counts.incidents().asfreq("YE-JUN")
    people = measures.population(measures.mid_year_before(end))[0]
    fewer, two = years.diff().loc[end], 100 * years.pct_change(2, fill_method=None).loc[end]
    other = [(name, *way) for name, way in incident_years(end).items() if name != AS_REPORTED]
    # fmt: off
    ways = {
        name: (found, way.kind, "%")
        for name, (found, way) in _under_each("anti_social_behaviour_change_1y", end).items()
    } | {
        name: (100 * table.pct_change(fill_method=None).reindex([at]).iloc[0], kind, "%")
        for name, table, at, kind in other
    } | {
        TWO_YEARS: (two, "two years", "% in two years"),
        "incidents per head": (measures.per_1000(fewer, people), "per head", "per 1,000 people"),
        "number of incidents": (fewer / 1000, "number", "thousands"),
    }
    # fmt: on
    return {name: way for name, way in ways.items() if way[0].notna().all()}


@functools.cache
def similar_forces(area: str, mid_year: int) -> list[str]:
    """Other forces whose population is near the area's."""
    people = measures.population(mid_year)[0][FORCES]
    near = (people / people[area] - 1).abs() <= threshold("similar size")
    return [force for force in people.index[near] if force != area]


@functools.cache
def neighbours(area: str) -> list[str]:
    """The other forces of the area's region; one neighbour is no region."""
    region = data.load("forces").set_index("force")["region"]
    near = [force for force in FORCES if region[force] == region[area] and force != area]
    return near if len(near) > 1 else []


def result(parts: list[tuple]) -> pd.Series:
    """Count / denominator of one year, or from the first year to the second the change in per cent.

    `parts`: (count, denominator) by year; each a column by area, or a number.
    """
    rates = [count / denominator for count, denominator in parts]
    return rates[0] if len(rates) == 1 else measures.percentage_change(rates[1], rates[0])


def compared(parts: list[tuple[pd.Series, pd.Series]], area: str, year: pd.Timestamp) -> dict:
    """What a force's `result` can be held against: comparator -> (value, kind, why).

    The rest of the country is pooled: the others' counts over the others' denominators. Forces that
    are not among the parts are left out; a comparator without forces is not a number.
    """
    every = result(parts)
    forces = every.reindex(FORCES).dropna()
    rest = result([(c[EW] - c[area], d[EW] - d[area]) for c, d in parts])
    near, similar = neighbours(area), similar_forces(area, measures.mid_year_before(year))
    # fmt: off
    found = (
        (rest, "country", "the words taken literally"),
        (every[EW], "country", "what the report prints beside it"),
        (forces.mean(), "typical force", "every force alike"),
        (forces.drop("City of London", errors="ignore").mean(), "typical force",
         "it has few residents"),
        (forces.median(), "typical force", "no force weighs more"),
        (forces.reindex(near).mean(), "region", "neighbours have more in common"),
        (forces.reindex(similar).mean(), "size", THRESHOLDS["similar size"][1]),
    )
    # fmt: on
    return dict(zip((COMPARISONS[1], COUNTRY, *COMPARISONS[2:]), found, strict=True))


def comparators(measure: str, area: str, year: pd.Timestamp) -> pd.DataFrame:
    """What a force's rate can be held against (`compared`): columns value, kind, why.

    A region is named. ValueError: an area that is no force.
    """
    if area not in areas.FORCES:
        raise ValueError(f"{area!r} is no force to compare with others")
    table, of = measures.rates(measure, [year]).set_index("area"), measures.find(measure)
    scale = measures.per_100 if of.denominator == "offences" else measures.per_1000
    rows = compared([(scale(table[of.counted], 1), table["denominator"])], area, year)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "kind", "why"])
    region = data.load("forces").set_index("force")["region"][area]
    named = {name: f"{name} ({region})" for name in frame.index if name.endswith("region")}
    return frame.rename(index=named).dropna()


def since(measure: str, area: str, end: pd.Timestamp, bases: list[pd.Timestamp]) -> pd.DataFrame:
    """Percentage change from each base year to `end`: rows by base; columns value, national."""
    table = measures.counted(measure, measures.default_vintage(measure, end))
    reached = table.loc[[base for base in bases if base in table.index], [area, EW]]
    change = measures.percentage_change(table.loc[end, [area, EW]], reached)
    return change.set_axis(["value", "national"], axis=1).set_axis(
        [f"since the year to {base:%B %Y}" for base in reached.index]
    )


def changes_between(
    measure: str, area: str, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """The change of a rate between two years under every convention that reaches both: value,
    national (per cent), kind; a convention that gives what another gave is left out, and for a
    force so are the crimes of British Transport Police, which are in no force's figure.
    """
    rows = {}
    for name, way in conventions().items():
        if area in FORCES and way.kind == "transport police":
            continue
        try:
            table = measures.rates(measure, [start, end], **way.choices)
        except ValueError:  # the release or the estimates do not reach both
            continue
        wide = table.pivot(index="year_ending", columns="area", values="rate")[[area, EW]]
        rows[name] = [*measures.percentage_change(wide.loc[end], wide.loc[start]), way.kind]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "national", "kind"])
    return found[~found[["value", "national"]].round(6).duplicated()]


def recording_alone(
    right: int, found: int, targets: tuple[float, ...] = (0.9, 0.95, 1.0)
) -> pd.DataFrame:
    """The rise in recorded crime that better recording alone would give, in per cent.

    Crime itself stands still. From an accuracy of right / found (and the ends of its 95% Wilson
    interval) to each target: 100 x (target / accuracy - 1), at least 0. Rows by target; columns
    low, value, high.
    """
    interval = binomtest(right, found).proportion_ci(method="wilson")
    starts = (interval.high, right / found, interval.low)
    rise = {
        f"to {target:.0%}": [
            max(0.0, measures.percentage_change(target, start)) for start in starts
        ]
        for target in targets
    }
    return pd.DataFrame.from_dict(rise, orient="index", columns=["low", "value", "high"])


def estimates(area: str, mid_year: int) -> pd.DataFrame:
    """An area's people by every estimate that a rate could be divided by; a row an estimate.

    Mid-years from one before to one after, in both releases, the report's own first. Columns:
    people, kind. An estimate that a release repeats is left out.
    """
    years = sorted(range(mid_year - 1, mid_year + 2), key=lambda year: year != mid_year)
    rows = {}
    for year in years:
        for release in ("original", "revised"):
            people, name = measures.population(year, release)
            rows[f"mid-{year} ({name})"] = [int(people[area]), "population"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["people", "kind"])
    frame.iloc[0, 1] = "report"
    return frame


def crime_divisors() -> dict[str, pd.DataFrame]:
    """What crimes of a kind can be a share of: name -> recorded crimes by year and area.

    Of the same year, in each release; of 12 months that end a quarter before.
    """
    later = {
        f"the same, {measures.release_name(vintage)}": counts.offences(vintage=vintage)
        for vintage in counts.VINTAGES[1:]
    }
    own = counts.offences()
    earlier = own.rename(lambda end: end + pd.offsets.QuarterEnd())
    return {SAME_YEAR: own} | later | {EARLIER: earlier}


# the types that there were before April 2014, which Figure 4 prints
OLD_OUTCOMES = tuple(measures.OUTCOMES[key].type for key in measures.outcomes_of())


def outcome_divisors(
    end: pd.Timestamp, keep: str = "", vintage: str = measures.VINTAGES[0], people=(0, "original")
) -> dict[str, tuple]:
    """What a year's outcomes can be divided by: name -> (divisor by area, kind, unit).

    Crimes of four periods are near-identical divisors: one kind. One leaves forces with odd
    quarters out (but `keep`). The last two ask another question, what share of outcomes is of one
    type: of the six kinds of Figure 4, and of all, without forces that did not yet record all.
    A tenth of the people stands for them, so that a rate per 100 of it is one per 1,000 people;
    `people`: one of the ESTIMATES. KeyError: a release (`vintage`) that does not reach so far.
    """
    crimes, (later, release) = counts.offences(vintage=vintage), people
    days = (end, end - pd.DateOffset(years=1), end - pd.offsets.QuarterEnd(1))
    this, before, quarter = (crimes.loc[day] for day in days)
    people = measures.population(measures.mid_year_before(end) + later, release)[0]
    crime, per_100 = "per crime", "per 100 crimes"
    even = this.drop([force for force in FORCES_WITH_ODD_QUARTERS if force != keep])
    full = counts.outcomes((ALL_OUTCOMES,)).loc[end].drop(forces_with_old_outcomes(end))
    # fmt: off
    return {
        SAME_YEAR: (this, crime, per_100),
        "crimes of the year before": (before, crime, per_100),
        "the mean of the two years' crimes": ((this + before) / 2, crime, per_100),
        EARLIER: (quarter, crime, per_100),
        "crimes, forces with odd quarters left out": (even, crime, per_100),
        "people": (people / 10, "per head", "per 1,000 people"),
        SIX: (counts.outcomes(OLD_OUTCOMES).loc[end], "share", "per 100 outcomes"),
        "all outcomes recorded": (full, "share", "per 100 outcomes"),
    }
    # fmt: on


def outcome_places(measure: str, area: str, end: pd.Timestamp) -> pd.DataFrame:
    """An outcome by every divisor: columns value, unit, place (1 = the highest), of, kind."""
    outcomes, rows = counts.outcomes(measures.find(measure).groups).loc[end], {}
    for way, (divisor, kind, unit) in outcome_divisors(end, keep=area).items():
        if area not in divisor:
            continue
        those = [force for force in FORCES if force in divisor]
        rates = measures.per_100(outcomes, divisor)
        place = int(rates[those].rank(ascending=False, method="min")[area])
        rows[way] = [float(rates[area]), unit, place, len(those), kind]
    columns = ["value", "unit", "place", "of", "kind"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@functools.cache
def old_outcomes_share() -> pd.DataFrame:
    """The share of all outcomes that are of the six old kinds, in per cent, by quarter and force.

    Near 100 where a force did not yet record the kinds that came in 2014. Rows by quarter's end.
    """
    raw = data.load("outcomes_2015").query("scope == 'core'")
    wide = raw.pivot_table(
        index="quarter_ending", columns=["outcome_type", "force"], values="outcomes", aggfunc="sum"
    )
    old = wide[list(OLD_OUTCOMES)].T.groupby(level="force").sum().T
    return measures.per_100(old, wide[ALL_OUTCOMES])


def forces_with_old_outcomes(end: pd.Timestamp) -> list[str]:
    """Forces that in some quarter of the year recorded little but the six old kinds of outcome."""
    share = old_outcomes_share()
    year = share[(share.index > end - pd.DateOffset(years=1)) & (share.index <= end)]
    return sorted(year.columns[(year >= threshold("old outcomes")).any()])


class Link(NamedTuple):
    """A rank correlation, its p, and its 95% interval."""

    r: float
    p: float
    low: float
    high: float


def rank_link(one: pd.Series, other: pd.Series) -> Link:
    """Spearman's rank correlation of two columns over the same forces.

    The interval: Fisher's z, standard error sqrt((1 + r²/2) / (n - 3)), Bonett and Wright (2000).
    """
    r, p = map(float, spearmanr(one, other))
    reach = norm.ppf(0.975) * ((1 + r**2 / 2) / (len(one) - 3)) ** 0.5
    low, high = (float(np.tanh(np.arctanh(r) + side * reach)) for side in (-1, 1))
    return Link(r, p, low, high)


def crime_link(end: pd.Timestamp) -> Link:
    """How changes of incidents and of near crimes go together, by `rank_link`.

    Both are changes on the year per 1,000 people, over 42 forces (the City of London left out).
    """
    before = end - pd.DateOffset(years=1)
    people = measures.population(measures.mid_year_before(end))[0]
    changes = (
        measures.per_1000(table.loc[end] - table.loc[before], people)[FORCES].drop("City of London")
        for table in (counts.incidents(), counts.offences(NEAR_CRIME))
    )
    return rank_link(*changes)


class DrugLinks(NamedTuple):
    """How an outcome of drug offences goes with how common these are, over forces.

    table: a row a way (offences per head, outcomes per 100 crimes; both per head; both per 100
    crimes), Spearman's r, and mean, low and high of what `DEALS` deals give, their middle 95%.
    outcomes, offences, forces: how many.
    """

    table: pd.DataFrame
    outcomes: int
    offences: int
    forces: int


def _ranked(values) -> np.ndarray:
    """Ranks along the last axis, centred and of length 1: the product of two is Spearman's r."""
    ranks = rankdata(values, axis=-1)
    ranks -= ranks.mean(axis=-1, keepdims=True)
    return ranks / np.linalg.norm(ranks, axis=-1, keepdims=True)


@functools.cache
def drug_links(measure: str, end: pd.Timestamp) -> DrugLinks:
    """An outcome's links with drug offences, over 42 forces (the City of London left out).

    An outcome of drug offences is a part of them, and follows them even where forces decide by lot.
    A deal hands the forces' shares of drug offences with that outcome to the forces at random:
    outcomes = offences x a share dealt.
    """
    forces = [force for force in FORCES if force != "City of London"]
    tables = counts.outcomes(measures.find(measure).groups), counts.offences(("Drug offences",))
    outcomes, drugs, crimes = (t.loc[end, forces] for t in (*tables, counts.offences()))
    people = measures.population(measures.mid_year_before(end))[0][forces]
    shares = np.tile(outcomes / drugs, (DEALS, 1))
    dealt = np.random.default_rng(2015).permuted(shares, axis=1) * drugs.to_numpy()
    rows = {}
    for way, below, beside in (
        ("offences per head, outcomes per 100 crimes", crimes, people),
        ("both per head", people, people),
        ("both per 100 crimes", crimes, crimes),
    ):
        common = _ranked(drugs / beside)
        r = _ranked(dealt / below.to_numpy()) @ common
        own = _ranked(outcomes / below) @ common
        rows[way] = [float(own), r.mean(), *np.quantile(r, [0.025, 0.975])]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["r", "mean", "low", "high"])
    return DrugLinks(table, int(outcomes.sum()), int(drugs.sum()), len(forces))

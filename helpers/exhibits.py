"""What several notebooks show alike: how a rate or a change stands in the spread of the forces."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from helpers import areas, charts, measures, ranks, stats
from helpers.multiverse import (
    CHANGE,
    GAP,
    HEADLINES,
    PLACE,
    TURNS,
    other_files,
    specifications,
    summary,
)
from helpers.prose import listing, share, signed, whole

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
YEAR = pd.DateOffset(years=1)
APART = ranks.APART
LIMITS = {
    "chance alone": "",
    "over-dispersed, winsorised": "_tau",
    "over-dispersed, Paule–Mandel": "_pm",
}


@dataclass(frozen=True)
class Standing:
    """A force among the 43: its value, place (1 = lowest), and how it stands to their spread.

    places: the place's 95% interval, from its lowest end to its highest (`helpers.ranks`);
    times: how far forces lie from the national value, against chance; sd, sd_pm: their spread
    beyond chance, per cent, by two estimates; z, z_pm and `standing` (to the 99.8% limits that
    allow for it): the force's, by both; beyond: forces outside limits of chance alone; outside,
    doubtful: those outside by both estimates, and by one.
    """

    force: str
    value: float
    national: float
    place: int
    places: tuple[int, int]
    times: float
    sd: float
    sd_pm: float
    z: float
    z_pm: float
    standing: str
    beyond: int
    outside: tuple[str, ...]
    doubtful: tuple[str, ...]

    @property
    def where(self) -> str:
        """The standing with its noun: 'inside the limits', 'outside the limits by one estimate'."""
        return self.standing.replace("side", "side the limits", 1)

    @property
    def where_spread(self) -> str:
        """`where` by itself: 'inside the limits that allow for over-dispersion'."""
        return self.where.replace("limits", "limits that allow for over-dispersion")

    @property
    def lower(self) -> int:
        """How many forces have a lower value."""
        return self.place - 1

    @property
    def named(self) -> list[str]:
        """Every force outside by one estimate or both."""
        return [*self.outside, *self.doubtful]


def _standing(
    name: str, force: str, end: pd.Timestamp, tested: pd.DataFrame, found: stats.Dispersion
) -> dict:
    values, own = measures.values(name, end), tested.loc[force]
    return {
        "force": force,
        "value": float(values[force]),
        "national": float(values[EW]),
        "place": measures.rank(values, force),
        "places": tuple(map(int, ranks.places(name, end).loc[force, ["low", "high"]])),
        **{part: getattr(found, part) for part in ("times", "sd", "sd_pm")},
        **{part: float(own[part]) for part in ("z", "z_pm")},
        "standing": str(own["standing"]),
        "beyond": int((tested["z_chance"].abs() > stats.REACH["998"]).sum()),
        "outside": tuple(tested.index[tested["standing"] == stats.OUTSIDE]),
        "doubtful": tuple(tested.index[tested["standing"] == stats.UNSURE]),
    }


@dataclass(frozen=True)
class Spread(Standing):
    """The standing of a rate.

    low, high: the steady rates that chance allows for its count (95%, exact Poisson); band: the
    99.8% limits for a force of its size, winsorised; luck, luck_pm: how many of 43 forces luck
    alone puts outside each estimate's limits.
    """

    count: int
    low: float
    high: float
    band: tuple[float, float]
    luck: float
    luck_pm: float

    @property
    def chance(self) -> str:
        """Whether chance alone explains the gap to the rate of England and Wales."""
        return "could explain" if self.low <= self.national <= self.high else "does not explain"


def _counts(name: str, end: pd.Timestamp) -> tuple[pd.DataFrame, tuple]:
    """A rate's table by area, and what stats asks for.

    That is the forces' counts, what they are divided by, and who stands apart when their spread is
    estimated.
    """
    table, of = measures.rates(name, [end]).set_index("area"), measures.find(name)
    apart = () if of.denominator == "offences" else APART
    return table, (table.loc[FORCES, of.counted], table.loc[FORCES, "denominator"], apart)


@functools.cache
def spread(name: str, force: str, end: pd.Timestamp) -> Spread:
    """The standing of a force's rate among the 43."""
    table, each = _counts(name, end)
    rates, tested, count = table["rate"], stats.funnel(*each), int(each[0][force])
    low, high = (float(x) * rates[force] / count for x in stats.poisson_limits(count))
    band = tuple(float(tested[x][force] * rates[EW]) for x in ("low998_tau", "high998_tau"))
    luck, luck_pm = map(float, stats.expected_outside(*each)["outside"])
    about = _standing(name, force, end, tested, stats.dispersion(*each))
    return Spread(**about, count=count, low=low, high=high, band=band, luck=luck, luck_pm=luck_pm)


@dataclass(frozen=True)
class Change(Standing):
    """The standing of a change over the year, in per cent.

    rose: how many forces' did; median: of the 43 forces; reach: what chance alone moves the force's
    change by (95%, points).
    """

    rose: int
    median: float
    reach: float


@functools.cache
def change(family: str, force: str, end: pd.Timestamp) -> Change:
    """The standing of a force's change over the year, on log ratios; family: 'recorded_crime'."""
    before, after = (measures.values(f"{family}_count", day)[FORCES] for day in (end - YEAR, end))
    name, found = f"{family}_change_1y", stats.change_dispersion(before, after)
    values, noise = measures.values(name, end), (1 / before[force] + 1 / after[force]) ** 0.5
    rose, median = int((values[FORCES] > 0).sum()), float(values[FORCES].median())
    reach = float(stats.REACH["95"] * noise * (100 + values[force]))
    about = _standing(name, force, end, stats.changes(before, after), found)
    return Change(**about, rose=rose, median=median, reach=reach)


def standings(names: list[str], force: str, end: pd.Timestamp) -> pd.DataFrame:
    """How many of the 43 forces lie outside nominal 99.8% limits, a rate a row.

    By limits of chance alone, and by those that allow for over-dispersion by both estimates and by
    one; who they are; the force's own standing; and how many luck alone would put outside the
    narrower and the wider.
    """
    rows, columns = {}, ["outside chance limits", "outside both", "outside one", "which", force]
    for name in names:
        s = spread(name, force, end)
        outside = s.beyond, len(s.outside), len(s.doubtful), listing(s.named)
        rows[measures.label(name, end)] = [*outside, s.standing, s.luck, s.luck_pm]
    columns += ["luck, narrower limits", "luck, wider limits"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("rate")


def funnel(name: str, force: str, end: pd.Timestamp) -> charts.Exhibit:
    """The funnel plot of a rate: the force and those outside by either estimate are named."""
    table, each = _counts(name, end)
    national = float(table["rate"][EW])
    found, curve = spread(name, force, end), stats.curve(*each)
    reach = national * curve.drop(columns="expected")
    limits = {
        label: curve[["expected"]].assign(low=reach[f"low998{way}"], high=reach[f"high998{way}"])
        for label, way in LIMITS.items()
    }
    points = table.loc[FORCES].reset_index()
    points["expected"] = stats.funnel(*each)["expected"].to_numpy()
    about = {"label": measures.spoken(name, end), "unit": measures.find(name).unit}
    return charts.funnel(
        points[["area", "expected", "rate"]],
        limits,
        national,
        force,
        named=found.named if len(found.named) <= 8 else [],
        unit=measures.find(name).counted,
        digits=1 if national >= 2 else 2,
        exhibit=f"funnel_{name}",
        source=measures.source(name, end),
        title="For the {{ label }} {{ force | place }} lies {{ s.where_spread }}",
        subtitle="{{ unit | first_up }}, 43 forces, 12 months to {{ end | day }}",
        places=about | {"force": force, "s": found, "end": end},
    )


AXES = {  # what the result of a multiverse is, in short and in full, and what its words turn at
    GAP: ("gap, %", "Gap to what the rate is compared with, per cent of that", "level"),
    CHANGE: ("change, %", "Change, per cent", "no change"),
    PLACE: ("place", "Place among the forces, 1 = the highest", "tenth place"),
}


def multiverse(headline: str, force: str, end: pd.Timestamp) -> charts.Exhibit:
    """The specification curve of a headline (`helpers.multiverse.HEADLINES`)."""
    found, others = summary(headline, force, end), other_files(headline, end)
    by_place, (axis, what, turn) = found.by == PLACE, AXES[found.by]
    return charts.specifications(
        specifications(headline, force, end),
        found.shares,
        (turn, TURNS[found.by]),
        digits=0 if by_place else 1,
        unit=found.unit,
        sign=not by_place,
        axis=axis,
        first_up=by_place,
        exhibit=f"multiverse_{headline}",
        source=f"{measures.source(HEADLINES[headline].measure, end)}; for other choices "
        f"also {listing(f'{table}.csv' for table in others)}",
        title="In {{ m.holds | share(m.total) }} combinations the {{ m.label }} in {{ f | place }} "
        "{{ m.said }}",
        subtitle="{{ what }}; combinations of choices, sorted; as the report counts, 12 months to "
        "{{ d | day }}",
        places={"m": found, "f": force, "d": end, "what": what},
    )


OWN_BASE = "at the report's base year"


def _shown(result: float, unit: str) -> str:
    return f"{signed(result)}{unit}" if unit else whole(result)


def multiverses(headlines: Iterable[str], force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The multiverses of several headlines, one a row: in how many combinations the report's side
    is kept, the result as the report counts, the smallest and the largest, what moves it most.

    Where the years that changes look back vary, also in how many of the report's own: a change over
    another number of years answers another question.
    """
    rows, columns = {}, ["combinations", "which hold", OWN_BASE, "as the report counts"]
    for m in (summary(headline, force, end) for headline in headlines):
        hold = share(m.holds, m.total), share(*m.own_base) if m.own_base else "–"
        results = (_shown(result, m.unit) for result in (m.own, m.low, m.high))
        rows[m.label] = [m.total, *hold, *results, f"{m.most} ({m.share:.0f}% of variance)"]
    columns += ["lowest", "highest", "moved most by"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("headline")
    return table if (table[OWN_BASE] != "–").any() else table.drop(columns=OWN_BASE)

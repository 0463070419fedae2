"""What the report prints of anti-social behaviour, held against itself and beside the ledger.

Which population its rates fit; HMIC's own values of Figure 3 where a reader filled them in.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pandas as pd

from helpers import areas, data, measures, report
from helpers.claims.ledger import ledger, printed_of, printed_part
from helpers.claims.tables import distances, quantities
from helpers.claims.values import FALL
from helpers.printed import Interval
from helpers.printed import change as change_allowed
from helpers.prose import day, dp1

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
CHANGE = "anti_social_behaviour_change_1y"
SLOT = data.FILES["figure_3"]


def values(part: str, force: str, end: pd.Timestamp) -> dict[str, float]:
    """What the report prints of a part in a year, by area: its own force's number for it alone."""
    if end != report.YEAR_ENDING:
        return {}
    return {area: float(number.value) for area, number in printed_of(part, force).items()}


def beside(columns: dict, force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Columns by area, and `printed`: the changes that the report prints, per cent."""
    fell = pd.Series(values("asb_fall", force, end), dtype=float)
    return pd.DataFrame(columns | {"printed": -fell}).rename_axis("area").reset_index()


def numbers() -> pd.DataFrame:
    """The ledger's rows on numbers of anti-social behaviour, each quantity once."""
    rows = ledger(report.FORCE).query("printed != ''")
    rows = rows[rows["measure"].str.startswith("anti_social_behaviour")]
    if rows.empty:
        raise report.Unprinted(f"data/{data.FILES['claims']} has no number of incidents")
    return quantities(rows)


@dataclass(frozen=True)
class Falls:
    """The printed falls beside what the data gives, the force first.

    printed, found: as they are written; verdicts: the ledger's; gap: the most that a value found
    lies outside what rounds to its printed number, points.
    """

    printed: tuple[str, ...]
    found: tuple[str, ...]
    verdicts: frozenset[str]
    gap: float

    @property
    def answer(self) -> str:
        """What the data does to the printed falls, to be followed by 'them'."""
        if self.verdicts == {"reproduced"}:
            return "confirms"
        known = self.verdicts <= {"reproduced", "estimated"}
        return "neither confirms nor refutes" if known else "does not confirm both of"


def falls() -> Falls:
    """The ledger's rows on the printed falls as one finding."""
    rows = numbers()[lambda rows: rows["measure"] == FALL]
    found, gap = tuple(rows["computed"] + "%"), distances(rows).abs().max()
    return Falls(tuple(rows["printed"]), found, frozenset(rows["verdict"]), float(gap))


def populations() -> pd.DataFrame:
    """What change in incidents the printed rates of two years allow, by what they are divided by.

    A row a population and area: low, high (per cent; none where the printed count excludes it) and
    share, how much of that range rounds to the printed percentage, per cent.
    """
    mid, rows = measures.mid_year_before(report.YEAR_ENDING), []
    rules = {
        f"mid-{mid} for both years": (mid, mid),
        f"each year's own, mid-{mid - 1} and mid-{mid}": (mid - 1, mid),
        f"mid-{mid - 1} for both years": (mid - 1, mid - 1),
    }
    rates, later_rates, falls = map(printed_of, ("asb_rate_before", "asb_rate", "asb_fall"))
    for (rule, years), area in product(rules.items(), falls):
        people, later = (int(measures.population(year)[0][area]) for year in years)
        before = measures.count_at(rates[area].interval, people)
        after = measures.count_at(later_rates[area].interval, later)
        if area == report.FORCE:  # of its last year the report prints the count
            after = after & Interval.of(printed_part("asb_count").value)
        moves = after and change_allowed(after, before)
        fits = moves and moves & (falls[area].interval * -1)
        ends = [float(moves.low), float(moves.high)] if moves else [float("nan")] * 2
        share = 100 * (fits.high - fits.low) / (moves.high - moves.low) if fits else 0
        rows.append([rule, area, *ends, float(share)])
    columns = ["divided by", "area", "low", "high", "share"]
    return pd.DataFrame(rows, columns=columns).set_index(columns[:2])


@dataclass(frozen=True)
class Puzzle:
    """What the printed rates and falls of the force say about the population behind them.

    face: the change that the rates give as they stand, per cent; one, own: the shares of
    `populations` by area, with one population for both years and with each year's own; possible:
    how many of so many `rules` allow both printed percentages.
    """

    force: str
    now: str
    before: str
    fall: str
    count: str
    face: float
    one: dict[str, float]
    own: dict[str, float]
    possible: int
    rules: int


def puzzle(table: pd.DataFrame) -> Puzzle:
    """The finding of a frame of `populations`."""
    shares = table["share"].unstack("area", sort=False)
    parts = ("asb_rate.force", "asb_rate_before.force", "asb_fall.force", "asb_count")
    now, before, fall, count = map(printed_part, parts)
    texts = (number.text for number in (now, before, fall, count))
    face = float(measures.percentage_change(now.value, before.value))
    one, own = shares.iloc[:2].to_dict("records")
    possible = int((shares > 0).all(axis=1).sum())
    return Puzzle(report.FORCE, *texts, face, one, own, possible, len(shares))


def hmic(force: str) -> tuple[pd.DataFrame | None, str]:
    """HMIC's own values of Figure 3 beside the rebuild, or none; and what to say of them.

    That is how far the two differ, that a reader filled in nothing, or why it is not used.
    """
    table, filled, faults = data.slot("figure_3")
    given, rebuilt = table.set_index("area")["value"], measures.values(CHANGE, report.YEAR_ENDING)
    if faults:
        about = "; ".join(fault.removeprefix(f"data/{SLOT}: ") for fault in faults)
        return None, f"`figure_3.csv` is not used: {about}."
    if not filled:
        return None, (
            f"HMIC's own values for Figure 3 are not published: of {len(given)} the report prints "
            f"{given.count()}, in its text."
        )
    gap = (rebuilt - given)[FORCES].abs()
    told = (
        f"HMIC's values and the rebuild differ by {dp1(gap.median())} points in the median force "
        f"and by {dp1(gap.max())} at most ({areas.place(gap.idxmax())})."
    )
    return beside({"value": given, "other": rebuilt}, force, report.YEAR_ENDING), told


HMIC = {  # how `charts.ranking` draws it
    "exhibit": "figure_3_hmic",
    "title": "HMIC's own values: incidents of anti-social behaviour {{ changes | moves }}",
    "subtitle": f"Change on the year before, 12 months to {day(report.YEAR_ENDING)}",
    "source": data.source_of("figure_3", also=data.FILLED_IN),
    "dot": "rebuilt from data.police.uk",
    "unit": "%",
    "sign": True,
}

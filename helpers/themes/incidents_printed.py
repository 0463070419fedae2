"""What the report prints of anti-social behaviour: numbers beside the ledger, which population the
rates fit, and HMIC's own values of Figure 3 where a reader has filled them in.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, data, measures, report
from helpers.printed import Interval, Printed
from helpers.printed import change as change_allowed
from helpers.prose import dp1

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
CHANGE = "anti_social_behaviour_change_1y"
CLAIMS = ("w_overview_asb_impressive", "w_prev_asb_many", "w_prev_asb_to_crime")


def _number(part: str) -> Printed:
    return claims.printed(report.claim(part))


def values(part: str, force: str, end: pd.Timestamp) -> dict[str, float]:
    """What the report prints of a part in a year, by area: its own force's number for it alone."""
    if end != report.YEAR_ENDING:
        return {}
    own = {force: float(_number(f"{part}.force").value)} if report.is_about(force) else {}
    return own | {EW: float(_number(f"{part}.national").value)}


def beside(columns: dict, force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Columns by area, and `printed`: the changes that the report prints, per cent."""
    fell = pd.Series(values("asb_fall", force, end), dtype=float)
    return pd.DataFrame(columns | {"printed": -fell}).rename_axis("area").reset_index()


def numbers() -> pd.DataFrame:
    """The ledger's rows on numbers of anti-social behaviour, each quantity once."""
    rows = claims.ledger(report.FORCE)
    return claims.quantities(
        rows[rows["measure"].str.startswith("anti_social_behaviour") & (rows["printed"] != "")]
    )


def populations() -> pd.DataFrame:
    """What change in incidents the printed rates of two years allow, by what they are divided by.

    A row a population and area: low, high (per cent; none where the printed count excludes it) and
    share, how much of that range rounds to the printed percentage, per cent.
    """
    mid, rows = measures.mid_year_before(report.YEAR_ENDING), {}
    rules = {
        f"mid-{mid} for both years": (mid, mid),
        f"each year's own, mid-{mid - 1} and mid-{mid}": (mid - 1, mid),
        f"mid-{mid - 1} for both years": (mid - 1, mid - 1),
    }
    for rule, years in rules.items():
        people = [measures.population(year)[0] for year in years]
        for who, area in (("force", report.FORCE), ("national", EW)):
            both = (_number(f"{part}.{who}").interval for part in ("asb_rate_before", "asb_rate"))
            before, after = (
                rate * int(n[area]) / 1000 for rate, n in zip(both, people, strict=True)
            )
            if who == "force":  # of its last year the report prints the count
                after = after & Interval.of(_number("asb_count").value)
            moves = after and change_allowed(after, before)
            fits = moves and moves & (_number(f"asb_fall.{who}").interval * -1)
            ends = [float(moves.low), float(moves.high)] if moves else [float("nan")] * 2
            share = 100 * (fits.high - fits.low) / (moves.high - moves.low) if fits else 0
            rows[rule, area] = [*ends, float(share)]
    index = pd.MultiIndex.from_tuples(rows, names=["divided by", "area"])
    return pd.DataFrame(list(rows.values()), index, ["low", "high", "share"])


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
    now, before, fall = (_number(f"{p}.force") for p in ("asb_rate", "asb_rate_before", "asb_fall"))
    return Puzzle(
        report.FORCE,
        now.text,
        before.text,
        fall.text,
        _number("asb_count").text,
        float(measures.percentage_change(now.value, before.value)),
        *shares.iloc[:2].to_dict("records"),
        int((shares > 0).all(axis=1).sum()),
        len(shares),
    )


def hmic(force: str) -> tuple[pd.DataFrame | None, str]:
    """HMIC's own values of Figure 3 beside the rebuild once a reader has filled them in, else none;
    and what to say of it: how far the two differ, that nothing is filled in, or why it is not used.
    """
    table, filled, faults = data.slot("figure_3")
    given, rebuilt = table.set_index("area")["value"], measures.values(CHANGE, report.YEAR_ENDING)
    if faults:
        about = "; ".join(fault.removeprefix("data/published/figure_3.csv: ") for fault in faults)
        return None, f"`figure_3.csv` is not used: {about}."
    if not filled:
        return None, (
            f"HMIC's own values for Figure 3 are not published: of {len(given)} the report prints "
            f"{given.count()}, in its text. Filled into data/published/figure_3.csv they are "
            "drawn here."
        )
    gap = (rebuilt - given)[FORCES].abs()
    told = (
        f"HMIC's values and the rebuild differ by {dp1(gap.median())} points in the median force "
        f"and by {dp1(gap.max())} at most ({areas.place(gap.idxmax())})."
    )
    return beside({"value": given, "other": rebuilt}, force, report.YEAR_ENDING), told


HMIC = {  # how `charts.ranking` draws a frame of `hmic`
    "exhibit": "figure_3_hmic",
    "title": "Figure 3 in HMIC's own values",
    "subtitle": "Change in incidents of anti-social behaviour on the 12 months before",
    "source": "Source: HMIC, values filled in by a reader. File: data/published/figure_3.csv",
    "dot": "rebuilt from data.police.uk",
    "unit": "%",
    "sign": True,
}

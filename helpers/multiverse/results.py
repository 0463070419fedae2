"""What a headline comes to over all combinations: how often its words hold, what moves it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import conventions, measures
from helpers.multiverse.combinations import (
    BASE,
    CHANGE,
    GAP,
    HEADLINES,
    HIGHEST_TEN,
    NUMBERS,
    PLACE,
    crossed,
)

UNITS = {GAP: "%", CHANGE: "%", PLACE: ""}
TURNS = {GAP: 0.0, CHANGE: 0.0, PLACE: conventions.threshold("one of the highest") + 0.5}


def specifications(name: str, force: str, end: pd.Timestamp) -> pd.DataFrame:
    """A row a combination: its options by choice, value, against, result, holds, is_report.

    By `GAP` the result is 100 x (value / against - 1), else the value itself: a change in per cent,
    or the place from the highest. A choice with one option left is left out.
    ValueError: data that does not reach the year.
    """
    by, frame = HEADLINES[name].by, crossed(name, force, end)[0].copy()
    value, against = frame["value"], frame["against"]
    result = measures.percentage_change(value, against) if by == GAP else value
    below = value <= against if by == PLACE else value < against
    holds = below == below[0]  # the first row has the first options, the report's own
    if by == CHANGE:
        holds &= (value < 0) == (value[0] < 0)
    frame = frame.assign(result=result, holds=holds, is_report=frame.index == 0)
    return frame.drop(columns=[c for c in choices_of(frame) if frame[c].nunique() == 1])


def choices_of(frame: pd.DataFrame) -> list[str]:
    """The columns of `specifications` that are choices."""
    return [c for c in frame if c not in (*NUMBERS, "result", "holds", "is_report")]


def shares(frame: pd.DataFrame, choices: list[str], result: str = "result") -> pd.Series:
    """How much of the variance of the results goes with each choice, in per cent, largest first.

    Main effects: the sum of squares that a choice explains beyond the other choices (type II), of
    the total; they need not add to 100. What lies in how choices combine is in none, nor what two
    of them explain alike, where combinations that cannot be leave gaps; choices that hide each
    other's effect there can bring the sum above 100.
    """
    columns = [pd.get_dummies(frame[choice], drop_first=True).astype(float) for choice in choices]
    x, y = np.hstack(columns), frame[result].to_numpy(float)
    x, y = x - x.mean(axis=0), y - y.mean()
    owner = np.repeat(choices, [column.shape[1] for column in columns])

    def explained(used: np.ndarray) -> float:
        fitted = x[:, used] @ np.linalg.lstsq(x[:, used], y, rcond=None)[0]
        return float(fitted @ fitted)

    whole, total = explained(owner == owner), float(y @ y) or 1.0
    found = {choice: 100 * (whole - explained(owner != choice)) / total for choice in choices}
    share = pd.Series(found, dtype=float).clip(lower=0).round(6)
    return share.sort_values(ascending=False, kind="stable")


@dataclass(frozen=True)
class Multiverse:
    """What a headline comes to in all combinations.

    total: how many there are; holds: in how many the report's side is kept; own, low, high: the
    result by the report's way, the smallest and the largest, in `unit`; value, values: the same of
    the number itself; shares: of the variance by choice, per cent, largest first; excluded: how
    many combinations each rule leaves out; fails_with: the options other than the
    report's that all that fail have; own_base: (holds, total) of a change over the report's own
    number of years, None where that does not vary.
    """

    name: str
    label: str
    by: str
    total: int
    holds: int
    own: float
    low: float
    high: float
    value: float
    values: tuple[float, float]
    below: bool
    shares: dict[str, float]
    excluded: dict[str, int]
    fails_with: tuple[str, ...]
    own_base: tuple[int, int] | None

    @property
    def unit(self) -> str:
        """'%', or '' for a place."""
        return UNITS[self.by]

    @property
    def said(self) -> str:
        """The statement that holds or not: 'lies below what it is compared with'."""
        if self.by == PLACE:
            return f"is {'' if self.below else 'not '}among {HIGHEST_TEN}"
        side = f"{'below' if self.below else 'above'} what it is compared with"
        if self.by == GAP:
            return f"lies {side}"
        return f"is a {'fall' if self.value < 0 else 'rise'} and lies {side}"

    @property
    def most(self) -> str:
        """The choice that moves the result most; 'none' where none moves it."""
        return next((choice for choice, share in self.shares.items() if share > 0), "none")

    @property
    def share(self) -> float:
        """That choice's share of the variance, per cent."""
        return self.shares.get(self.most, 0.0)

    @property
    def left_out(self) -> int:
        """How many combinations the rules leave out."""
        return sum(self.excluded.values())

    @property
    def why(self) -> list[str]:
        """The rules with how many combinations each leaves out, the most first."""
        ranked = sorted(self.excluded.items(), key=lambda rule: -rule[1])
        return [f"{rule} ({number:,})" for rule, number in ranked]


def other_files(name: str, end: pd.Timestamp) -> list[str]:
    """The tables that other choices than the report's rest on."""
    of = measures.find(HEADLINES[name].measure)
    crimes = [] if of.counted == "incidents" else [f"recorded_crime_{v}" for v in measures.VINTAGES]
    used = measures.files(of.name, end)
    tables = (*crimes, "population_original", "population_revised")
    return [table for table in tables if table not in used]


@functools.cache
def summary(name: str, force: str, end: pd.Timestamp) -> Multiverse:
    """The multiverse of a headline for a force and a year. ValueError: as `specifications`."""
    headline, frame = HEADLINES[name], specifications(name, force, end)
    choices, fails, own = choices_of(frame), frame[~frame["holds"]], frame.iloc[0]
    based = frame[frame[BASE] == own[BASE]]["holds"] if BASE in frame else None
    alike = [fails[choice].iloc[0] for choice in choices if fails[choice].nunique() == 1]
    alike = [option for option in alike if option not in list(own)]
    return Multiverse(
        name=name,
        label=headline.label or measures.spoken(headline.measure, end),
        by=headline.by,
        total=len(frame),
        holds=int(frame["holds"].sum()),
        own=float(own["result"]),
        low=float(frame["result"].min()),
        high=float(frame["result"].max()),
        value=float(own["value"]),
        values=(float(frame["value"].min()), float(frame["value"].max())),
        below=bool(own["value"] <= own["against"]),
        shares={choice: float(share) for choice, share in shares(frame, choices).items()},
        excluded=crossed(name, force, end)[1],
        fails_with=tuple(alike),
        own_base=None if based is None else (int(based.sum()), len(based)),
    )

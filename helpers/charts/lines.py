"""Lines: a rate over years, and curves of arithmetic."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from helpers.areas import ENGLAND_AND_WALES as EW
from helpers.charts.breaks import above, few_years, named_breaks
from helpers.charts.style import (
    BAND,
    DASHED,
    FOCUS,
    NATIONAL,
    PRINTED,
    WHITE,
    Exhibit,
    beside,
    canvas,
    diamonds,
    emphasis,
    finish,
    key,
    need,
    number,
)
from helpers.charts.width import at_end, is_narrow, room_after, two_widths, wrapped
from helpers.prose import fixed, place_among

VALUE = number(1)
SHADE, WORDS = "#C9D3E0", pd.Timedelta(days=400)  # words of `places` reach over so many days
SOON = 2 * WORDS  # of `releases`, narrow: two values nearer than this are not both written
CURVES = ((FOCUS, "-", -17), (NATIONAL, "--", 14))  # colour, line, where its name stands


def _two(force: str):
    """England and Wales and the force: area, the other one, how its line looks."""
    return (
        (EW, force, {"color": NATIONAL, "linewidth": 1.8}),
        (force, EW, {"color": FOCUS, "linewidth": 2.4}),
    )


def _values(ax, dots: pd.Series, others: pd.Series, own: bool, floor: float = 0, **style) -> None:
    """The value at each dot: above it where the other line is lower, or no room is left below."""
    for at, value in dots.items():
        above = value < floor or value > others[at] or (own and value == others[at])
        beside(ax, VALUE(value), at, value, 0, 16 if above else -16, **style)


def every_year(wide: pd.DataFrame) -> pd.DataFrame:
    """A row for every end of a year from first to last: where one is missing lines have a gap."""
    months = wide.index.to_period("M")
    step = min(((b - a).n for a, b in pairwise(months)), default=1)
    return wide.reindex(pd.date_range(wide.index[0], wide.index[-1], freq=f"{step}ME"))


def _end_names(ax, ends: dict[str, tuple], force: str) -> None:
    """The names of the two lines at their ends, pushed apart where those are close."""
    low, high = ax.get_ylim()
    national, own = ends[EW][1], ends[force][1]
    near = abs(own - national) < (0.12 if is_narrow() else 0.07) * (high - low)
    away = 14 if is_narrow() else 7
    for area, up in ((EW, national > own), (force, own >= national)):
        look = {"fontsize": 10, "annotation_clip": False} | emphasis(area == force)
        beside(ax, at_end(area), *ends[area], 14, near * (away if up else -away), **look)


@two_widths
def lines(
    frame: pd.DataFrame, force: str, marked: list, printed: pd.DataFrame | None = None, **text
) -> Exhibit:
    """Rates of a force and of England and Wales in rolling years, those `marked` with a value.

    `frame`: area, year_ending, rate. `printed` (period, value): open diamonds around the dots.
    """
    need(frame, "area", "year_ending", "rate")
    room = {"right": room_after((force, EW), 1.65), "below": 0.15 * is_narrow()}
    fig, ax = canvas(3.4, text, above=0.15, **room)
    wide = every_year(frame.pivot(index="year_ending", columns="area", values="rate"))
    top = 1.15 * frame["rate"].max()
    ax.set_ylim(0, top)
    for area, other, look in _two(force):
        dots = wide[area].reindex(marked)
        ax.plot(wide.index, wide[area], label=area, **look)
        ax.plot(dots.index, dots, "o", color=look["color"], label=f"{area}, marked")
        _values(ax, dots, wide[other], area == force, 0.1 * top, color=look["color"])
    _end_names(ax, {area: (wide.index[-1], wide[area].iloc[-1]) for area in (force, EW)}, force)
    if printed is not None and len(printed):
        key(ax, diamonds(ax, printed["period"], printed["value"], fillstyle="none", markersize=11))
    months = [f"{when:%B %Y}" if when.month == 6 else f"{when:%b %Y}" for when in marked]
    ax.set_xticks(marked, [wrapped(month, 7) for month in months])
    ax.grid(axis="y")
    ends = "; ".join(
        f"{area}: {VALUE(wide[area].iloc[0])} in the year to {wide.index[0]:%B %Y}, "
        f"{VALUE(wide[area].iloc[-1])} in the year to {wide.index[-1]:%B %Y}"
        for area in (force, EW)
    )
    return finish(fig, frame, f"Lines of rates in rolling years. {ends}.", text)


@two_widths
def places(
    frame: pd.DataFrame, force: str, of: int = 43, marked: pd.Timestamp | None = None, **text
) -> Exhibit:
    """A force's place among `of` year by year, the lowest rate at the foot, its interval shaded.

    `frame`: year_ending, place (1 = the lowest), low, high. The place in the first, the last and
    the `marked` year, and the lowest and the highest, are written where there is room.
    """
    need(frame, "year_ending", "place", "low", "high")
    fig, ax = canvas(3.2, text, left=0.6, right=0.5)
    days, place = frame["year_ending"], frame["place"]
    ax.fill_between(days, frame["low"], frame["high"], color=SHADE, linewidth=0, label="interval")
    ax.plot(days, place, color=FOCUS, linewidth=2.4, label=force)
    rows = [0, len(frame) - 1, *frame.index[days == marked], place.idxmin(), place.idxmax()]
    told = frame.loc[_spread(days, rows)]
    ax.plot(told["year_ending"], told["place"], "o", color=FOCUS, label=f"{force}, marked")
    for row in told.itertuples():
        near = place[(days - row.year_ending).abs() < WORDS].mean()  # of the line its words span
        above = row.place > near or (row.place == near and row.place > of / 2)
        side = {"ha": "left" if row.Index == 0 else "center", "color": FOCUS}
        words = place_among(int(row.place), of)
        beside(ax, words, row.year_ending, row.place, 0, 14 if above else -14, **side)
    few_years(ax)
    ax.set(ylim=(-4, of + 3), yticks=[1, *range(10, of, 10), of])
    ax.set_ylabel(f"place of {of}, 1 = lowest")
    ax.grid(axis="y")
    points = "; ".join(
        f"{place_among(int(row.place), of)} ({row.low:.0f} to {row.high:.0f}) in the year to "
        f"{row.year_ending:%B %Y}"
        for row in told.itertuples()
    )
    return finish(fig, frame, f"Line of {force}'s place among {of}: {points}.", text)


def _spread(days: pd.Series, rows: list[int]) -> list[int]:
    """Of rows to be written, the most important first, those whose words have room."""
    kept, near = [], (days.max() - days.min()) / (3.8 if is_narrow() else 7)
    for row in rows:
        if all(abs(days[row] - days[other]) > near for other in kept):
            kept.append(row)
    return sorted(kept)


@two_widths
def gaps(
    frame: pd.DataFrame, force: str, printed: pd.DataFrame | None = None, *, low: float = 0, **text
) -> Exhibit:
    """Percentages of a force and of England and Wales, year by year, where some are not printed.

    `frame`: area, year_ending, value (not a number where it is not printed: a year without any
    value gets a hatched field that says so). `printed` (period, value): open diamonds around the
    dots. `low`: where the axis starts, at most.
    """
    need(frame, "area", "year_ending", "value")
    room = {"right": room_after((force, EW), 1.75), "below": 0.15 * is_narrow()}
    fig, ax = canvas(3.4, text, left=0.5, above=0.15, **room)
    wide = frame.pivot(index="year_ending", columns="area", values="value")
    years, wide = list(wide.index), wide.reset_index(drop=True)
    low = min(low, 5 * (wide.min(axis=None) // 5) - 5)
    ax.set(xlim=(-0.5, len(wide) - 0.6), ylim=(low, 100))
    for at in wide.index[wide.isna().all(axis=1)]:
        ax.axvspan(at - 0.38, at + 0.38, facecolor="#F4F4F4", edgecolor="#D0D0D0", hatch="//", lw=0)
        style = {"color": NATIONAL, "bbox": WHITE | {"pad": 3}}
        size = 8 if is_narrow() else 10
        beside(ax, "not\nprinted", at, (low + 100) / 2, 0, fontsize=size, **style)
    for area, other, look in _two(force):
        own = wide[area].dropna()
        ax.plot(own.index, own, "o-", markersize=7, label=area, **look)
        _values(ax, own, wide[other], area == force, fontsize=10, color=look["color"])
    ends = {area: wide[area].dropna() for area in (force, EW)}
    _end_names(ax, {area: (own.index[-1], own.iloc[-1]) for area, own in ends.items()}, force)
    if printed is not None:
        places = [years.index(period) for period in printed["period"]]
        look = {"fillstyle": "none", "markersize": 12, "linestyle": ""}
        key(ax, diamonds(ax, places, printed["value"], **look))
    ax.set_xticks(wide.index, [wrapped(f"{year:%B %Y}", 7) for year in years])
    ax.grid(axis="y")
    told = "; ".join(
        f"{row.area}, {row.year_ending:%B %Y}: "
        + ("not printed" if pd.isna(row.value) else f"{VALUE(row.value)}%")
        for row in frame.itertuples()
    )
    return finish(fig, frame, f"Dots with a place for each year. {told}.", text)


@two_widths
def curves(
    frame: pd.DataFrame,
    x: str,
    labels: dict[str, str],
    level: tuple[float, str] | None = None,
    marked: tuple | dict[float, str] = (),
    bands: tuple[tuple[str, str, str], ...] = (),
    axis: str = "",
    **text,
) -> Exhibit:
    """Curves over the column `x`, a line a column of `labels` (column -> its name on the chart).

    `level`: a horizontal line and its label. `marked`: values of x that get a dot and their value
    (or the words given for it), and are told in words. `bands`: (low column, high column, label),
    shaded, the widest first.
    """
    names = [*labels, *(end for low, high, _ in bands for end in (low, high))]
    need(frame, x, *names)
    fig, ax = canvas(3.4, text, left=0.5, below=0.2 + 0.15 * is_narrow())
    _bands(ax, frame, x, bands)
    dots, middle = frame[frame[x].isin(list(marked))], frame.iloc[len(frame) // 2]
    for (column, label), (colour, style, away) in zip(labels.items(), CURVES, strict=False):
        ax.plot(frame[x], frame[column], style, color=colour, linewidth=2.2, label=column)
        look = {"color": colour, "label": f"{column}, marked", "clip_on": False, "zorder": 4}
        ax.plot(dots[x], dots[column], "o", **look)
        for n, (at, value) in enumerate(zip(dots[x], dots[column], strict=True)):
            words = marked[at] if isinstance(marked, dict) else VALUE(value)
            down = n % 2 and is_narrow() and isinstance(marked, dict)  # else into one another
            beside(ax, words, at, value, *((-4, -11) if down else (4, 11)), color=colour)
        words = wrapped(label, 24)
        beside(ax, words, middle[x], middle[column], 0, away, ha="left", color=colour)
    limits = frame[x].min(), frame[x].max() * 1.03
    ax.set(xlim=limits, ylim=(0, None), xlabel=wrapped(axis, 40))
    if level:
        ax.axhline(level[0], color=PRINTED, linewidth=1.3, linestyle=DASHED)
        beside(ax, level[1], frame[x].max(), level[0], 0, 8, ha="right", color=PRINTED)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(axis="y")
    points = "; ".join(
        f"at {fixed(at, 0 if at == round(at) else 1)}: "
        + ", ".join(f"{name} {VALUE(value)}" for name, value in row.items())
        for at, row in dots.set_index(x)[names].iterrows()
    )
    return finish(fig, frame, f"Curves over {axis or x}, computed and not counted. {points}.", text)


def _bands(ax, frame: pd.DataFrame, x: str, bands: tuple) -> None:
    """Shaded ranges, each with its name at its upper edge."""
    at = frame.iloc[int(0.68 * len(frame))]
    for shade, (low, high, label) in zip((BAND, "#D5DBE3"), bands, strict=False):
        ax.fill_between(frame[x], frame[low], frame[high], color=shade, linewidth=0, label=label)
        beside(ax, label, at[x], at[high], 0, -14)


@two_widths
def releases(
    frame: pd.DataFrame, force: str, marked: pd.Timestamp, breaks: list, **text
) -> Exhibit:
    """Rates of a force and of England and Wales in rolling years, one release over another: the
    earlier broad and pale, the latest thin and dark on it.

    `frame`: release, area, year_ending, rate, the earliest release first. `marked`: a year that
    gets a dot and its value, as the last does. `breaks`: start, end, name; each is a line (or a
    shade, where it lasted) with its name above.
    """
    need(frame, "release", "area", "year_ending", "rate")
    within = [each for each in breaks if each.end >= frame["year_ending"].min()]
    fig, ax = canvas(3.6, text, right=room_after((force, EW), 1.75), above=above(within))
    *_, latest = frame["release"].unique()
    for (release, area), own in frame.groupby(["release", "area"], sort=False):
        colour, last = FOCUS if area == force else NATIONAL, release == latest
        look = {"linewidth": 1.6, "zorder": 3} if last else {"linewidth": 5.5, "alpha": 0.35}
        ax.plot(own["year_ending"], own["rate"], color=colour, label=f"{area}, {release}", **look)
    top = 1.15 * frame["rate"].max()
    ax.set_ylim(0, top)
    last = frame.sort_values("year_ending", kind="stable").groupby("area").tail(1)
    ends = {row.area: row for row in last.sort_values("area").itertuples()}
    _end_names(ax, {area: (row.year_ending, row.rate) for area, row in ends.items()}, force)
    shown = frame[frame["year_ending"] == marked].drop_duplicates("area", keep="last")
    for row in [*shown.itertuples(), *ends.values()]:
        other = shown if row.year_ending == marked else pd.DataFrame(ends.values())
        rest = other.loc[other["area"] != row.area, "rate"].iloc[0]
        colour = FOCUS if row.area == force else NATIONAL
        away = -14 if 0.1 * top < row.rate < rest else 14
        ax.plot(row.year_ending, row.rate, "o", color=colour, zorder=4, label=f"{row.area}, marked")
        if is_narrow() and SOON > ends[row.area].year_ending - row.year_ending > pd.Timedelta(0):
            continue  # its value would lie on the last one
        look = {"color": colour, "bbox": {"fc": "white", "ec": "none", "pad": 0.5, "alpha": 0.7}}
        beside(ax, VALUE(row.rate), row.year_ending, row.rate, 0, away, **look)
    named_breaks(ax, within)
    ax.grid(axis="y")
    told = "; ".join(
        f"{row.area} {VALUE(row.rate)} in the year to {row.year_ending:%B %Y}"
        for row in [*shown.itertuples(), *ends.values()]
    )
    named = "; ".join(f"{each.start:%B %Y} {each.name}" for each in breaks)
    return finish(fig, frame, f"Lines of rates in rolling years. {told}. Breaks: {named}.", text)

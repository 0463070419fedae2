"""Lines: a rate over years, and curves of arithmetic."""

from __future__ import annotations

import pandas as pd

from helpers.areas import ENGLAND_AND_WALES as EW
from helpers.charts.style import (
    BAND,
    DASHED,
    FOCUS,
    NATIONAL,
    PRINTED,
    Exhibit,
    beside,
    canvas,
    diamonds,
    finish,
    key,
    need,
    number,
)
from helpers.prose import fixed

VALUE = number(1)
CURVES = ((FOCUS, "-", -17), (NATIONAL, "--", 14))  # colour, line, where its name stands


def _two(force: str):
    """England and Wales and the force: area, the other one, how its line looks."""
    return (
        (EW, force, {"color": NATIONAL, "linewidth": 1.8}),
        (force, EW, {"color": FOCUS, "linewidth": 2.4}),
    )


def _away(value: float, other: float, own: bool) -> int:
    """Points above (below, where the other line is the higher) at which a value stands."""
    return 16 if value > other or (own and value == other) else -16


def _end_names(ax, ends: dict[str, tuple], force: str) -> None:
    """The names of the two lines at their ends, pushed apart where those are close."""
    low, high = ax.get_ylim()
    national, own = ends[EW][1], ends[force][1]
    near = abs(own - national) < 0.07 * (high - low)
    for area, colour, up in ((EW, NATIONAL, national > own), (force, FOCUS, own >= national)):
        look = {
            "fontsize": 10,
            "color": colour,
            "fontweight": "bold" if area == force else "normal",
        }
        push = (7 if up else -7) if near else 0
        beside(ax, area, *ends[area], 14, push, annotation_clip=False, **look)


def lines(
    frame: pd.DataFrame, force: str, marked: list, printed: pd.DataFrame | None = None, **text
) -> Exhibit:
    """Rates of a force and of England and Wales in rolling years; a dot and its value in each year
    of `marked`.

    `frame`: area, year_ending, rate. `printed` (period, value): open diamonds around the dots.
    """
    need(frame, "area", "year_ending", "rate")
    fig, ax = canvas(3.4, text, right=1.65, above=0.15)
    wide = frame.pivot(index="year_ending", columns="area", values="rate")
    top = 1.15 * frame["rate"].max()
    ax.set_ylim(0, top)
    for area, other, look in _two(force):
        dots = wide[area].reindex(marked)
        ax.plot(wide.index, wide[area], label=area, **look)
        ax.plot(dots.index, dots, "o", color=look["color"], label=f"{area}, marked")
        for when, value in dots.items():
            low = value < 0.1 * top  # no room between it and the axis
            away = 16 if low else _away(value, wide[other][when], area == force)
            beside(ax, VALUE(value), when, value, 0, away, color=look["color"])
    _end_names(ax, {area: (wide.index[-1], wide[area].iloc[-1]) for area in (force, EW)}, force)
    if printed is not None and len(printed):
        key(ax, diamonds(ax, printed["period"], printed["value"], fillstyle="none", markersize=11))
    months = [f"{when:%B %Y}" if when.month == 6 else f"{when:%b %Y}" for when in marked]
    ax.set_xticks(marked, months)
    ax.grid(axis="y")
    ends = "; ".join(
        f"{area}: {VALUE(wide[area].iloc[0])} in the year to {wide.index[0]:%B %Y}, "
        f"{VALUE(wide[area].iloc[-1])} in the year to {wide.index[-1]:%B %Y}"
        for area in (force, EW)
    )
    return finish(fig, frame, f"Lines of rates in rolling years. {ends}.", text)


def gaps(
    frame: pd.DataFrame, force: str, printed: pd.DataFrame | None = None, *, low: float = 0, **text
) -> Exhibit:
    """Percentages of a force and of England and Wales, year by year, where some are not printed.

    `frame`: area, year_ending, value (not a number where it is not printed: a year without any
    value gets a hatched field that says so). `printed` (period, value): open diamonds around the
    dots. `low`: where the axis starts, at most.
    """
    need(frame, "area", "year_ending", "value")
    fig, ax = canvas(3.4, text, left=0.5, right=1.75, above=0.15)
    wide = frame.pivot(index="year_ending", columns="area", values="value")
    years, wide = list(wide.index), wide.reset_index(drop=True)
    low = min(low, 5 * (wide.min(axis=None) // 5) - 5)
    ax.set(xlim=(-0.5, len(wide) - 0.6), ylim=(low, 100))
    for at in wide.index[wide.isna().all(axis=1)]:
        ax.axvspan(at - 0.38, at + 0.38, facecolor="#F4F4F4", edgecolor="#D0D0D0", hatch="//", lw=0)
        style = {"color": NATIONAL, "bbox": {"fc": "white", "ec": "none", "pad": 3}}
        beside(ax, "not\nprinted", at, (low + 100) / 2, 0, fontsize=10, **style)
    for area, other, look in _two(force):
        own = wide[area].dropna()
        ax.plot(own.index, own, "o-", markersize=7, label=area, **look)
        for at, value in own.items():
            away = _away(value, wide[other][at], area == force)
            beside(ax, VALUE(value), at, value, 0, away, fontsize=10, color=look["color"])
    ends = {area: wide[area].dropna() for area in (force, EW)}
    _end_names(ax, {area: (own.index[-1], own.iloc[-1]) for area, own in ends.items()}, force)
    if printed is not None:
        places = [years.index(period) for period in printed["period"]]
        look = {"fillstyle": "none", "markersize": 12, "linestyle": ""}
        key(ax, diamonds(ax, places, printed["value"], **look))
    ax.set_xticks(wide.index, [f"{year:%B %Y}" for year in years])
    ax.grid(axis="y")
    told = "; ".join(
        f"{row.area}, {row.year_ending:%B %Y}: "
        + ("not printed" if pd.isna(row.value) else f"{VALUE(row.value)}%")
        for row in frame.itertuples()
    )
    return finish(fig, frame, f"Dots with a place for each year. {told}.", text)


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
    """Curves of arithmetic over the column `x`: a line a column of `labels` (column -> its name on
    the chart).

    `level`: a horizontal line and its label. `marked`: values of x that get a dot and their value
    (or the words given for it), and are told in words. `bands`: (low column, high column, label),
    shaded, the widest first.
    """
    names = [*labels, *(end for low, high, _ in bands for end in (low, high))]
    need(frame, x, *names)
    fig, ax = canvas(3.4, text, left=0.5, below=0.2)
    _bands(ax, frame, x, bands)
    dots, middle = frame[frame[x].isin(list(marked))], frame.iloc[len(frame) // 2]
    for (column, label), (colour, style, away) in zip(labels.items(), CURVES, strict=False):
        ax.plot(frame[x], frame[column], style, color=colour, linewidth=2.2, label=column)
        look = {"color": colour, "label": f"{column}, marked", "clip_on": False, "zorder": 4}
        ax.plot(dots[x], dots[column], "o", **look)
        for at, value in zip(dots[x], dots[column], strict=True):
            words = marked[at] if isinstance(marked, dict) else VALUE(value)
            beside(ax, words, at, value, 4, 11, color=colour)
        beside(ax, label, middle[x], middle[column], 0, away, ha="left", color=colour)
    ax.set(xlim=(frame[x].min(), frame[x].max() * 1.03), ylim=(0, None), xlabel=axis)
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

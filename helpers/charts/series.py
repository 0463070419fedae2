"""Lines of several areas over years, with the breaks in the series that fall among them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.areas import ENGLAND_AND_WALES as EW
from helpers.charts.breaks import above, named_breaks
from helpers.charts.lines import every_year
from helpers.charts.style import (
    DASHED,
    FOCUS,
    INK,
    NATIONAL,
    OTHER,
    Exhibit,
    beside,
    canvas,
    finish,
    need,
    number,
)
from helpers.charts.width import at_end, is_narrow, room_after, two_widths

MOST = 8  # lines that are named at their ends; of more, only the lowest and the highest are
OTHERS = ("#8FA9C4", "#C79A6B", "#8DB39A", "#A99BC6", "#B7A24B", "#C58B95", "#7FB2B5", "#9B9B9B")


@two_widths
def series(
    frame: pd.DataFrame,
    force: str,
    breaks: list,
    *,
    digits: int = 1,
    unit: str = "",
    sign: bool = False,
    **text,
) -> Exhibit:
    """A line an area: the force dark, England and Wales dashed, others pale with their names.

    `frame`: area, year_ending, value. `breaks`: start, end, name; each is a line (or a shade, where
    it lasted) with its name above.
    """
    need(frame, "area", "year_ending", "value")
    show = number(digits, unit, sign)
    wide = every_year(frame.pivot(index="year_ending", columns="area", values="value"))
    right = room_after(wide.columns, 2.15)
    fig, ax = canvas(3.8, text, right=right, above=above(breaks) if breaks else 0.15)
    others = [area for area in wide if area not in (force, EW)]
    few = len(others) <= MOST
    colours = dict(zip(others, OTHERS if few else [OTHER] * len(others), strict=False))
    for area in [*others, *(area for area in (EW, force) if area in wide)]:
        look = {"color": colours.get(area, FOCUS if area == force else NATIONAL)}
        look |= {"linewidth": 2.6 if area == force else 1.8 if few or area == EW else 0.9}
        look |= {"linestyle": DASHED if area == EW else "-", "zorder": 3 if area == force else 2}
        ax.plot(wide.index, wide[area], label=area, marker="o" if len(wide) == 1 else "", **look)
    if not sign:
        ax.set_ylim(0, 1.06 * np.nanmax(wide.to_numpy()))
    ax.margins(x=0)
    ends = wide.ffill().iloc[-1].sort_values()
    told = set(ends.index) if few else {force, EW, *ends[others].index[[0, -1]]} & set(ends.index)
    _names(ax, wide.index[-1], ends[ends.index.isin(told)], force, colours if few else {}, show)
    first = wide.index[0]  # one that began before is named at the edge
    named_breaks(ax, [each._replace(start=max(each.start, first)) for each in breaks])
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.10g}{unit}")
    ax.grid(axis="y")
    alt = "; ".join(
        f"{area} {show(wide[area].dropna().iloc[0])} to {show(value)}"
        for area, value in ends.items()
        if area in told
    )
    when = f"{wide.index[0]:%B %Y} to {wide.index[-1]:%B %Y}"
    said = f" Breaks: {'; '.join(each.name for each in breaks)}." if breaks else ""
    return finish(fig, frame, f"{len(ends)} lines, years to {when}: {alt}.{said}", text)


def _names(ax, at, ends: pd.Series, force: str, colours: dict[str, str], show) -> None:
    """Names and last values at the lines' ends, moved apart where they would run into another."""
    low, high = ax.get_ylim()
    step, places = (high - low) / (9 if is_narrow() else 17), ends.to_numpy(float)
    for _ in range(100):
        push = np.clip(step - np.diff(places), 0, None) / 2
        places = places + np.append(0, push) - np.append(push, 0)
    places -= is_narrow() * max(0, places[-1] + step / 2 - high)
    for (area, value), place in zip(ends.items(), places, strict=True):
        look = {"fontsize": 9, "fontweight": "bold" if area == force else "normal"}
        look["color"] = FOCUS if area == force else NATIONAL if area == EW else INK
        line = {"arrowstyle": "-", "linewidth": 0.7, "color": colours.get(area, OTHER)}
        look |= {
            "arrowprops": line | {"shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)},
            "annotation_clip": False,
        }
        lift = (place - value) / (high - low) * ax.get_window_extent().height * 72 / 100
        beside(ax, at_end(f"{area} {show(value)}"), at, value, 14, lift, **look)

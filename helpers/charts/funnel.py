"""The funnel plot: each force's rate against the count expected of it, limits as smooth curves."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator
from matplotlib.transforms import Bbox

from helpers.areas import ENGLAND_AND_WALES
from helpers.charts.style import (
    FOCUS,
    NATIONAL,
    OTHER,
    SOFT,
    Exhibit,
    beside,
    canvas,
    finish,
    key,
    need,
    number,
)
from helpers.charts.width import is_narrow, two_widths, wrapped

AROUND = [  # where a name may stand beside its dot, in points, nearest first
    (round(r * dx), round(r * dy))
    for r in (9, 14, 22, 32, 45, 60, 80, 105)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
]
ROOM = 1.4  # so many times as high as its dots a chart may be, for a limit to lie on it
# chance alone, and two ways of allowing for over-dispersion
STYLES = ((0, (1, 1.8)), "solid", (0, (6, 2)))
LIGHT = "#9A9A9A"


@two_widths
def funnel(
    frame: pd.DataFrame,
    limits: dict[str, pd.DataFrame],
    national: float,
    force: str,
    *,
    named: list[str],
    unit: str = "",
    digits: int = 1,
    **text,
) -> Exhibit:
    """One funnel plot. `frame`: area, expected, rate.

    `limits`: name of a kind of limit -> expected, low, high on a fine grid.

    The force and those `named` are labelled. A force far smaller than all others stands at the left
    edge, a rate far above at the top, each with an arrow and its value, so that the others can be
    told apart.
    """
    need(frame, "area", "expected", "rate")
    more = is_narrow() * 0.17
    room = {"right": 0.25 + more, "above": 0.3 + 2 * more, "below": 0.2 + more}
    fig, ax = canvas(4.0, text, left=0.6, **room)
    spots, show = _axes(ax, frame, national, [*limits.values()]), number(digits)
    _curves(ax, limits, ax.get_ylim()[1] / 1.04)
    ax.axhline(national, color=LIGHT, linewidth=0.9, zorder=1)
    grey = {"color": OTHER, "markersize": 5.5, "markeredgecolor": "#7C7C7C", "label": "_forces"}
    for marker, rows in spots.drop(force).groupby("marker"):
        ax.plot(rows["x"], rows["y"], marker, zorder=2, **grey)
    own = spots.loc[force]
    ax.plot(own["x"], own["y"], own["marker"], color=FOCUS, markersize=9, label=f"_{force}")
    label = f"count expected at the rate of {ENGLAND_AND_WALES}" + f" ({unit})" * bool(unit)
    ax.set_xlabel(wrapped(label, 40))
    ncols = 1 if is_narrow() else len(limits)
    look = {"title": "99.8% limits", "ncols": ncols, "fontsize": 8.5}
    key(ax, None, "lower center", (0.5, 1.0), **look)
    names = [force, *(name for name in named if name != force)]
    valued = {force, *spots.index[spots["marker"] != "o"]}
    words = {n: f"{n} {show(spots['rate'][n])}" if n in valued else n for n in names}
    _label(ax, spots, [*limits.values()], national, words, force)
    alt = [f"{force} {show(own['rate'])}, {ENGLAND_AND_WALES} {show(national)}"]
    alt += [f"labelled: {', '.join(named)}"] if named else []
    outer = spots[spots["marker"] != "o"].itertuples()
    alt += [f"{row.Index} lies beyond the axes at {show(row.rate)}" for row in outer]
    return finish(fig, frame, f"Funnel plot of {len(frame)} forces. {'; '.join(alt)}.", text)


def _axes(ax, frame: pd.DataFrame, national: float, curves: list[pd.DataFrame]) -> pd.DataFrame:
    """Set the axes; gives where every force stands on them (x, y) and by which marker."""
    smallest, second = frame["expected"].nsmallest(2)
    highest, below = frame["rate"].nlargest(2)
    left = 0.8 * (second if smallest < second / 4 else smallest)
    cap = 1.15 * max(below if highest > 1.6 * below else highest, 1.2 * national)
    highs = [1.05 * curve["high"][curve["expected"] > left].max() for curve in curves]
    cap = max([cap, *(high for high in highs if high <= ROOM * cap)])
    ax.set(xscale="log", xlim=(left, 1.3 * frame["expected"].max()), ylim=(0, cap * 1.04))
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 3) if is_narrow() else (1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.minorticks_off()
    beyond = [frame["expected"] < left, frame["rate"] > cap]
    return frame.assign(
        x=frame["expected"].clip(lower=left * 1.06),
        y=frame["rate"].clip(upper=cap),
        marker=np.select(beyond, ["<", "^"], "o"),
    ).set_index("area")


def _curves(ax, limits: dict[str, pd.DataFrame], cap: float) -> None:
    """The limits as pairs of curves, the key saying which lie beyond the axes."""
    for (name, curve), style in zip(limits.items(), STYLES, strict=False):
        unseen = curve["low"].max() <= 0 and curve["high"].min() > cap
        look = {"color": NATIONAL, "linewidth": 1.1, "linestyle": style, "zorder": 1}
        label = name + " (beyond the chart)" * bool(unseen)
        ax.plot(curve["expected"], curve["low"], label=label, **look)
        ax.plot(curve["expected"], curve["high"], label=f"_{name}", **look)


def _label(ax, spots, curves: list[pd.DataFrame], national: float, words: dict, force: str) -> None:
    """Write words where they cover no dot, no line and no other name.

    What finds no place near its dot stands further off with a thin line, or else on a line.
    """
    ax.figure.canvas.draw()
    to_pixel, point, taken = ax.transData.transform, ax.figure.dpi / 72, []
    lines = [curve[["expected", end]].to_numpy() for curve in curves for end in ("low", "high")]
    span = np.geomspace(*ax.get_xlim(), 200)
    lines.append(np.column_stack([span, np.full(200, national)]))
    crossed, dots = to_pixel(np.vstack(lines)), to_pixel(spots[["x", "y"]].to_numpy())
    for name, said in words.items():
        x, y = spots.loc[name, ["x", "y"]]
        own = name == force
        style = {"fontsize": 9 if own else 8.5, "fontweight": "bold" if own else "normal"}
        label = beside(ax, said, x, y, color=FOCUS if own else SOFT, zorder=4, **style)
        size, spot = label.get_window_extent(), to_pixel((x, y))
        label.remove()
        others = dots[np.abs(dots - spot).sum(axis=1) > 1]
        for barred, (dx, dy) in product((np.vstack([crossed, others]), others), AROUND):
            start = spot[0] + dx * point - size.width * (1 - np.sign(dx)) / 2
            box = Bbox.from_bounds(start, spot[1] + dy * point - size.height / 2, *size.size)
            wide, room = box.padded(2), ax.get_window_extent()
            inside = room.x0 <= box.x0 < box.x1 <= room.x1 and room.y0 <= box.y0 < box.y1 <= room.y1
            if inside and not wide.count_contains(barred) and not wide.count_overlaps(taken):
                taken.append(wide)
                line = {"arrowstyle": "-", "color": LIGHT, "linewidth": 0.6, "shrinkB": 4}
                style["arrowprops"] = line if max(abs(dx), abs(dy)) > 15 else None
                style["bbox"] = {"color": "white", "pad": 0.5} if barred is others else None
                beside(ax, said, x, y, dx, dy, color=label.get_color(), zorder=4, **style)
                break

"""Errors of numbers beside what their rounding leaves open."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FuncFormatter, NullLocator

from helpers.charts.style import (
    FOCUS,
    NATIONAL,
    OTHER,
    SOFT,
    Exhibit,
    canvas,
    finish,
    name_rows,
    need,
    number,
    room_for,
)
from helpers.charts.width import at_top, is_narrow, two_widths

TICKS, LINEAR = (-10, -1, -0.1, 0, 0.1, 1, 10), 0.1


@two_widths
def errors(frame: pd.DataFrame, yardstick: tuple[float, float], **text) -> Exhibit:
    """A dot a number at its error in per cent: dark inside its bar (low to high), open outside it.

    `frame`: area, kind, label, error, low, high, inside; a column of panels an area, a row a kind.
    `yardstick`: two sizes of error, shaded either way. Beyond 0.1% the axis is logarithmic.
    """
    need(frame, "area", "kind", "label", "error", "low", "high", "inside")
    kinds = {kind: list(rows["label"].unique()) for kind, rows in frame.groupby("kind", sort=False)}
    areas, sizes = list(frame["area"].unique()), [len(labels) for labels in kinds.values()]
    grid = {"nrows": len(kinds), "ncols": len(areas), "sharex": True, "squeeze": False}
    grid["gridspec_kw"] = {"wspace": 0.08, "hspace": 0.16, "height_ratios": sizes}
    rows = [label for labels in kinds.values() for label in labels]
    over = at_top(rows)
    body = (0.24 + 0.2 * over) * sum(sizes) + 0.4 * len(kinds)
    fig, axes = canvas(body, text, left=room_for(rows, over), above=0.25, **grid)
    small = {"fontsize": 8.5} if is_narrow() else {}
    panels = frame.groupby(["kind", "area"], sort=False)
    for down, (kind, labels) in enumerate(kinds.items()):
        for ax, area in zip(axes[down], areas, strict=True):
            rows = panels.get_group((kind, area))
            _panel(ax, rows.assign(row=rows["label"].map(labels.index)), yardstick)
            name_rows(ax, labels if area == areas[0] else [""] * len(labels), up=0.42 * over)
            inside = f"{int(rows['inside'].sum())} of {len(rows)}"
            ax.set_title(f"{area}\n{kind}: {inside}", loc="left", color=SOFT, **small)
    reach = 1.3 * frame[["error", "low", "high"]].abs().max(axis=None)
    axes[0][0].set_xlim(-reach, reach)
    show = number(2, "%", sign=True)
    told = (f"{r.area}, {r.label} {show(r.error)}" for r in frame.itertuples())
    return finish(fig, frame, f"Errors, a dot a number: {'; '.join(told)}.", text)


def _panel(ax, rows: pd.DataFrame, yardstick: tuple[float, float]) -> None:
    """The errors of one area's numbers of a kind, at their `row`."""
    for size, shade in zip(sorted(yardstick, reverse=True), ("#E3EAF2", "#CBD8E6"), strict=True):
        ax.axvspan(-size, size, color=shade, zorder=0, linewidth=0)
    ax.set_xscale("symlog", linthresh=LINEAR, linscale=0.7)
    ax.hlines(rows["row"], rows["low"], rows["high"], color=NATIONAL, linewidth=1.5, zorder=2)
    ax.plot(rows[["low", "high"]], rows["row"], "|", color=NATIONAL, markersize=7)
    for inside, part in rows.groupby("inside"):
        fill = FOCUS if inside else "white"
        look = {"color": FOCUS, "markerfacecolor": fill, "markersize": 6, "zorder": 3}
        ax.plot(part["error"], part["row"], "o", **look)
    ax.axvline(0, color=OTHER, linewidth=0.8, zorder=1)
    ax.set_xticks(TICKS, minor=False)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.tick_params(axis="x", labelsize=8)
    ax.grid(axis="x")

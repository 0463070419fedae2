"""Dots and spans: the same number under several choices, intervals, many forces at once."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.areas import ENGLAND_AND_WALES
from helpers.charts.style import (
    BAND,
    FOCUS,
    PRINTED,
    SOFT,
    Exhibit,
    across,
    beside,
    canvas,
    diamonds,
    finish,
    name_rows,
    need,
    number,
    room_for,
)
from helpers.prose import first_up

FAINT = "#8C96A1"


def alternatives(
    frame: pd.DataFrame, printed: tuple[float, float] | None = None, *, unit: str = "", **text
) -> Exhibit:
    """A dot a row of `frame` (way, value): filled where it lies inside the printed interval, open
    outside it.
    """
    need(frame, "way", "value")
    show, values = number(1, unit), frame["value"]
    fig, ax = canvas(0.3 * len(frame) + 0.1, text, left=room_for(frame["way"]))
    if printed:
        ax.axvspan(*printed, color="#F6D9C9", zorder=0, linewidth=0)
    for y, value in enumerate(values):
        inside = printed is None or printed[0] <= value <= printed[1]
        fill = FOCUS if inside else "white"
        ax.plot(value, y, "o", color=FOCUS, markerfacecolor=fill, markersize=7)
        white = None if printed else {"fc": "white", "ec": "none", "pad": 0.4}
        beside(ax, show(value), value, y, 9, color=FOCUS, bbox=white)
    name_rows(ax, frame["way"])
    reach = max(values.max() - values.min(), 1.0)
    ax.set_xlim(values.min() - 0.25 * reach, values.max() + 0.4 * reach)
    if ax.get_xlim()[0] < 0 < ax.get_xlim()[1]:
        ax.axvline(0, color=SOFT, linewidth=0.8, zorder=1)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}{unit}")
    ax.grid(axis="x")
    points = "; ".join(f"{row.way} {show(row.value)}" for row in frame.itertuples())
    return finish(fig, frame, f"A dot a way of counting: {points}.", text)


def spans(
    frame: pd.DataFrame,
    *,
    digits: int = 1,
    unit: str = "",
    level: dict[str, float] | None = None,
    shade: dict[str, tuple[float, float]] | None = None,
    limits: dict[str, tuple[float, float]] | None = None,
    **text,
) -> Exhibit:
    """A row a span of `frame` (label, low, high), side by side by `panel` where there is such a
    column.

    Optional columns: `value` (a dot), `printed` (a diamond), `note` (what stands at the end),
    `strong` (bool: dark). Rows without low and high show their mark alone. `level`, `shade` and
    `limits`: by panel, a dashed line, a shaded range, the ends of the axis.
    """
    need(frame, "label", "low", "high")
    table, show = frame if "panel" in frame else frame.assign(panel=""), number(digits, unit)
    panels, labels = list(table["panel"].unique()), list(table["label"].unique())
    grid = {"ncols": len(panels), "sharey": True, "squeeze": False, "gridspec_kw": {"wspace": 0.12}}
    room = {"left": room_for(labels), "right": 0.35, "above": 0.25 * (panels != [""])}
    fig, axes = canvas(0.3 * len(labels) + 0.15, text, **room, **grid)
    for ax, panel in zip(axes[0], panels, strict=True):
        if panel in (shade or {}):
            ax.axvspan(*shade[panel], color="#DDE6F0", zorder=0, linewidth=0)
        if panel in (level or {}):
            across(ax, level[panel])
        for row in table[table["panel"] == panel].to_dict("records"):
            _span(ax, labels.index(row["label"]), row)
        ax.set_xlim((limits or {}).get(panel))
        ax.set_title(panel, loc="left", color=SOFT)
        ax.xaxis.set_major_locator(MaxNLocator(4 if len(panels) == 1 else 3, steps=(1, 2, 5, 10)))
        ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}{unit}")
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x")
    name_rows(axes[0][0], labels)
    told = [f"{r['panel']} {r['label']}: {_told(r, show)}" for r in table.to_dict("records")]
    return finish(fig, frame, f"Spans: {'; '.join(map(str.lstrip, told))}.", text)


def _span(ax, y: int, row: dict) -> None:
    """A row of spans: its line, dot, diamond and note."""
    strong, bare = row.get("strong", True), pd.isna(row["low"])
    value, printed = row.get("value"), row.get("printed")
    colour = FOCUS if strong else FAINT
    if not bare:
        ends = {"marker": "|", "markersize": 9, "markeredgewidth": 1, "solid_capstyle": "butt"}
        look = {"color": colour, "linewidth": 4 if strong else 3, "label": row["label"]}
        ax.plot([row["low"], row["high"]], (y, y), **look, **ends)
    if pd.notna(value):
        ax.plot(value, y, "o", color=colour, markersize=7)
    if pd.notna(printed):
        diamonds(ax, printed, y, markerfacecolor="none")
    if row.get("note"):
        end = max(n for n in (row["low"], row["high"], value, printed) if pd.notna(n))
        beside(ax, row["note"], end, y, 9, color=PRINTED if bare and pd.notna(printed) else FOCUS)


def _told(row: dict, show) -> str:
    parts = [] if pd.isna(row["low"]) else [f"{show(row['low'])} to {show(row['high'])}"]
    parts += [
        f"{name} {show(row[name])}" for name in ("value", "printed") if pd.notna(row.get(name))
    ]
    return ", ".join([*parts, *filter(None, [row.get("note")])])


def strips(frame: pd.DataFrame, force: str, **text) -> Exhibit:
    """Every force's rate as a dot in its range of the ordinary, a panel a measure; forces in the
    order of the frame.

    `frame`: panel, area, value, low, high, national (the rate of England and Wales, a dashed line).
    Optional columns low_pm, high_pm: the range by another estimate, paler behind the first.
    """
    need(frame, "panel", "area", "value", "low", "high", "national")
    panels, order, show = frame["panel"].unique(), list(frame["area"].unique()), number(2)
    grid = {"ncols": len(panels), "sharey": True, "squeeze": False, "gridspec_kw": {"wspace": 0.1}}
    fig, axes = canvas(8.0, text, left=max(1.8, room_for(order)), above=0.3, **grid)
    for ax, panel in zip(axes[0], panels, strict=True):
        rows = frame[frame["panel"] == panel].set_index("area").loc[order].reset_index()
        _strip(ax, rows, force, show)
        ax.set_title(
            f"{first_up(panel)}\n{ENGLAND_AND_WALES} {show(rows['national'].iloc[0])}",
            loc="left",
            color=SOFT,
        )
    name_rows(axes[0][0], order, force=force, fontsize=8.5)
    alt = "; ".join(
        f"{row.panel} {show(row.value)} against {show(row.national)}, "
        f"ordinary range {show(row.low)} to {show(row.high)}"
        for row in frame[frame["area"] == force].itertuples()
    )
    return finish(fig, frame, f"Dots of {len(order)} forces' rates. {force}: {alt}.", text)


def _strip(ax, rows: pd.DataFrame, force: str, show) -> None:
    """A panel of strips; `rows` in the order in which they are drawn."""
    own = rows.index[rows["area"] == force][0]
    if "low_pm" in rows:
        ax.hlines(rows.index, rows["low_pm"], rows["high_pm"], color=BAND, linewidth=7, zorder=0)
    ax.hlines(rows.index, rows["low"], rows["high"], color="#D3DAE4", linewidth=7, zorder=0.2)
    across(ax, rows["national"].iloc[0])
    colours = [FOCUS if y == own else FAINT for y in rows.index]
    sizes = [64 if y == own else 30 for y in rows.index]
    ax.scatter(rows["value"], rows.index, sizes, colours, zorder=3)
    value, white = rows["value"][own], {"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8}
    beside(ax, show(value), value, own, 8, color=FOCUS, fontweight="bold", zorder=4, bbox=white)
    ax.set_xlim(0, 1.3 * rows[["value", "high"]].max(axis=None))
    ax.tick_params(axis="y", length=0)

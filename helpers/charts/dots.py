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
    WHITE,
    Exhibit,
    across,
    beside,
    canvas,
    diamonds,
    emphasis,
    finish,
    name_rows,
    need,
    nought,
    number,
    numbered,
    panels_of,
    room_for,
)
from helpers.charts.width import at_top, edge, is_narrow, two_widths, wrapped
from helpers.prose import first_up

FAINT = "#8C96A1"


@two_widths
def alternatives(
    frame: pd.DataFrame, printed: tuple[float, float] | None = None, *, unit: str = "", **text
) -> Exhibit:
    """A dot a row of `frame` (way, value), filled inside the printed interval, open outside it."""
    need(frame, "way", "value")
    show, values = number(1, unit), frame["value"]
    over = at_top(frame["way"])
    height = (0.3 + 0.2 * over) * len(frame) + 0.1
    fig, ax = canvas(height, text, left=room_for(frame["way"], over))
    if printed:
        ax.axvspan(*printed, color="#F6D9C9", zorder=0, linewidth=0)
    for y, value in enumerate(values):
        inside = printed is None or printed[0] <= value <= printed[1]
        fill = FOCUS if inside else "white"
        ax.plot(value, y, "o", color=FOCUS, markerfacecolor=fill, markersize=7)
        beside(ax, show(value), value, y, 9, color=FOCUS, bbox=None if printed else WHITE)
    name_rows(ax, frame["way"], up=0.42 * over)
    reach = max(values.max() - values.min(), 1.0)
    ax.set_xlim(values.min() - 0.25 * reach, values.max() + 0.4 * reach)
    if ax.get_xlim()[0] < 0 < ax.get_xlim()[1]:
        nought(ax)
    numbered(ax, unit)
    points = "; ".join(f"{row.way} {show(row.value)}" for row in frame.itertuples())
    return finish(fig, frame, f"A dot a way of counting: {points}.", text)


@two_widths
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
    """A row a span of `frame` (label, low, high); side by side by `panel` where there is one.

    Optional columns: `value` (a dot), `printed` (a diamond), `note` (what stands at the end),
    `strong` (bool: dark). Rows without low and high show their mark alone. `level`, `shade` and
    `limits`: by panel, a dashed line, a shaded range, the ends of the axis.
    """
    need(frame, "label", "low", "high")
    table, show = frame if "panel" in frame else frame.assign(panel=""), number(digits, unit)
    labels = list(table["label"].unique())
    over = at_top(labels)
    room = {"left": room_for(labels, over), "right": 0.35, "above": 0.25 * ("panel" in frame)}
    height = (0.3 + 0.2 * over) * len(labels) + 0.15
    fig, panels = panels_of(table, height, text, 0.12, **room)
    for panel, ax in panels.items():
        if panel in (shade or {}):
            ax.axvspan(*shade[panel], color="#DDE6F0", zorder=0, linewidth=0)
        if panel in (level or {}):
            across(ax, level[panel])
        for row in table[table["panel"] == panel].to_dict("records"):
            _span(ax, labels.index(row["label"]), row)
        ax.set_xlim((limits or {}).get(panel))
        ax.set_title(panel, loc="left", color=SOFT)
        ax.xaxis.set_major_locator(MaxNLocator(4 if len(panels) == 1 else 3, steps=(1, 2, 5, 10)))
        numbered(ax, unit)
        first = panel == table["panel"].iloc[0]
        name_rows(ax, labels if first or not over else [""] * len(labels), up=0.42 * over)
        if is_narrow():
            ax.tick_params(axis="x", labelsize=8)
    told = [f"{r['panel']} {r['label']}: {_told(r, show)}" for r in table.to_dict("records")]
    return finish(fig, frame, f"Spans: {'; '.join(each.lstrip() for each in told)}.", text)


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


@two_widths
def strips(frame: pd.DataFrame, force: str, **text) -> Exhibit:
    """Every force's rate as a dot in its range of the ordinary, a panel a measure.

    Forces stand in the order of the frame.

    `frame`: panel, area, value, low, high, national (the rate of England and Wales, a dashed line).
    Optional columns low_pm, high_pm: the range by another estimate, paler behind the first.
    """
    need(frame, "panel", "area", "value", "low", "high", "national")
    order, show = list(frame["area"].unique()), number(2)
    room = {"left": room_for(order), "above": 0.6 if is_narrow() else 0.3}
    fig, panels = panels_of(frame, 8.0, text, 0.1, **room)
    small = {"fontsize": 8} if is_narrow() else {}
    for panel, ax in panels.items():
        rows = frame[frame["panel"] == panel].set_index("area").loc[order].reset_index()
        _strip(ax, rows, force, show)
        name_rows(ax, order, force=force, fontsize=8.5)
        titles = first_up(panel), f"{ENGLAND_AND_WALES} {show(rows['national'].iloc[0])}"
        ax.set_title(
            "\n".join(wrapped(each, 12) for each in titles), loc="left", color=SOFT, **small
        )
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
    value, white = rows["value"][own], WHITE | {"pad": 1, "alpha": 0.8}
    reach = 1.3 * rows[["value", "high"]].max(axis=None)
    side = -8 if is_narrow() and value > reach / 2 else 8
    beside(ax, show(value), value, own, side, zorder=4, bbox=white, **emphasis(True))
    ax.set_xlim(0, reach)


@two_widths
def classes(frame: pd.DataFrame, force: str, order: list[str], of: int = 43, **text) -> Exhibit:
    """Every area's place in rows by class, a panel a measure; a bar is the mean place of a class
    of two or more. The force's dot has its name in the first panel.

    `frame`: panel, note (at the panel's right), area, kind (its class), place (1 = the lowest).
    `order`: the classes from the top; those that nobody is in are left out.
    """
    need(frame, "panel", "note", "area", "kind", "place")
    panels = frame.groupby("panel", sort=False)
    kinds = [kind for kind in order if (frame["kind"] == kind).any()]
    names = [f"{kind} ({frame.loc[frame['kind'] == kind, 'area'].nunique()})" for kind in kinds]
    high, between = 0.22 * len(kinds) + 0.4, 0.65
    body = high * len(panels)
    if is_narrow():  # titles in two lines, and the force's name above the second
        body, between = body + 0.25 * (len(panels) - 1), 0.65 / (high - 0.25)
    grid = {"nrows": len(panels), "sharex": True, "squeeze": False}
    grid["gridspec_kw"] = {"hspace": between}
    room = {"left": room_for(names), "above": 0.2 + 0.15 * is_narrow(), "below": 0.2}
    fig, axes = canvas(body, text, **room, **grid)
    for ax, (panel, rows) in zip(axes[:, 0], panels, strict=True):
        y, own = rows["kind"].map(kinds.index), rows["area"] == force
        ax.scatter(rows["place"][~own], y[~own], 26, FAINT, alpha=0.75, linewidth=0)
        ax.scatter(rows["place"][own], y[own], 60, FOCUS, zorder=3)
        mean = rows.groupby(y)["place"].agg(["mean", "size"]).query("size > 1")["mean"]
        look = {"color": SOFT, "markersize": 13, "markeredgewidth": 2, "label": "mean place"}
        ax.plot(mean, mean.index, "|", **look)
        name_rows(ax, names)
        note, at = rows["note"].iloc[0], edge(ax) if is_narrow() else 0
        ax.set_title(f"{panel}\n{note}" if is_narrow() else panel, loc="left", x=at, color=SOFT)
        if not is_narrow():
            ax.set_title(note, loc="right", color=SOFT)
        ax.grid(axis="x")
    for row in panels.get_group(frame["panel"].iloc[0]).query("area == @force").itertuples():
        ax, side = axes[0, 0], -4 if row.place > of / 2 else 4
        foot = ax.get_ylim()[0]  # there no other force's dot is hidden
        ax.plot([row.place] * 2, [kinds.index(row.kind), foot], color=FOCUS, linewidth=0.8)
        beside(ax, force, row.place, foot, side, -7, fontsize=8, **emphasis(True))
    last = axes[-1, 0]
    last.set(xlim=(0, of + 1), xticks=[1, *range(10, of - 5 * is_narrow(), 10), of])
    last.set_xlabel(f"place of {of}, 1 = lowest")
    told = "; ".join(f"{panel}: {rows['note'].iloc[0]}" for panel, rows in panels)
    own = frame[frame["area"] == force]
    where = ", ".join(f"{row.place:.0f} on {row.panel}" for row in own.itertuples())
    alt = (
        f"Dots of {frame['area'].nunique()} areas by {', '.join(names)}. {told}. {force}: {where}."
    )
    return finish(fig, frame, alt, text)

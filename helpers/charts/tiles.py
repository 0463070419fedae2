"""Tiles and panels: the map of the forces, the page of numbers, two settings as shades."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle

from helpers.areas import ENGLAND_AND_WALES
from helpers.charts.style import (
    FOCUS,
    INK,
    NATIONAL,
    OTHER,
    PRINTED,
    SOFT,
    Exhibit,
    bare,
    beside,
    canvas,
    colour_of,
    diamonds,
    finish,
    key,
    name_rows,
    need,
    number,
    room_for,
)
from helpers.charts.width import at_top, is_narrow, two_widths
from helpers.prose import fixed

SHADES = (
    ("#0B4F4A", "white", None),
    ("#7CC0B6", INK, None),
    ("#F5E3C3", INK, None),
    ("white", INK, "///"),
)
FIFTHS = ("#F3F6F5", "#CFE3DF", "#93C4BC", "#3F8F86", "#0B4F4A")  # the lowest fifth first
TILE = 0.92  # a tile's side, the map's step being 1
KEY_CELL = 3  # where the key stands among the panels, two to a row; else it is the first
TALL = 3.5  # where the last of four bars lies
PRINTED_AT, OWN_AT = 0.69, 1.0  # where a panel's two columns of numbers end, of its width


@two_widths
def tiles(frame: pd.DataFrame, force: str, classes: list[str], **text) -> Exhibit:
    """The map of the forces, a square each with its letters and its class; the force outlined.

    `frame`: area, code, x, y, kind (one of `classes`, best first; at most four).
    """
    need(frame, "area", "code", "x", "y", "kind")
    kinds, shade = frame.set_index("area")["kind"], dict(zip(classes, SHADES, strict=False))
    tally = kinds.value_counts().reindex(classes, fill_value=0)
    (x, y), ends, body = _key_at()
    fig, ax = canvas(5.3 + body, text, left=0.3)
    for row in frame.itertuples():
        letters, weight = f"{row.code}\n{row.kind[0].upper()}", "normal"
        if row.area == force:
            weight = "bold"
            _square(ax, row.x, row.y, fill=False, edgecolor=FOCUS, linewidth=4, zorder=3)
        _tile(ax, row.x, row.y, shade[row.kind], letters, weight)
    for down, (kind, n) in enumerate(tally.items()):
        middle, weight = y + 0.46 + 1.15 * down, "bold" if kind == kinds[force] else "normal"
        _tile(ax, x, middle - TILE / 2, shade[kind], kind[0].upper())
        beside(ax, f"{n}", x + 1.1, middle, fontsize=15, fontweight="bold", color=INK)
        beside(ax, kind, x + 1.95, middle, fontsize=11, fontweight=weight, color=INK)
    _square(ax, x, y + 4.9, fill=False, edgecolor=FOCUS, linewidth=4)
    beside(ax, force, x + 1.1, y + 5.36, fontsize=11, fontweight="bold", color=FOCUS)
    ax.set(**ends, aspect="equal", anchor="W")
    ax.axis("off")
    alt = [f"{n} {kind}" for kind, n in tally.items()]
    alt += [f"{k}: {', '.join(kinds.index[kinds == k])}" for k, n in tally.items() if 0 < n < 4]
    alt = "; ".join([*alt, f"{force}, outlined: {kinds[force]}"])
    return finish(fig, frame, f"Tile map of {len(frame)} forces: {alt}.", text)


@two_widths
def tile_map(
    frame: pd.DataFrame, force: str, *, digits: int = 1, unit: str = "", sign: bool = False, **text
) -> Exhibit:
    """The map of the forces with any number: each in figures, and shaded by fifths of the forces.

    `frame`: area, code, x, y, value; not a number where nothing is known.
    """
    need(frame, "area", "code", "x", "y", "value")
    show, values = number(digits, unit, sign), frame.set_index("area")["value"]
    known = values.dropna()
    fifth = np.ceil(known.rank(method="first") * len(FIFTHS) / len(known)).astype(int) - 1
    inks = [INK if n < 3 else "white" for n in range(len(FIFTHS))]
    (x, y), ends, body = _key_at()
    fig, ax = canvas(5.6 + body, text, left=0.3)
    for row in frame.itertuples():
        n = fifth.get(row.area)
        shade = SHADES[-1] if n is None else (FIFTHS[n], inks[n], None)
        words = f"{row.code}\n{'–' if n is None else show(row.value)}"
        _tile(ax, row.x, row.y, shade, words, "bold" if row.area == force else "normal", 8.5)
        if row.area == force:
            _square(ax, row.x, row.y, fill=False, edgecolor=PRINTED, linewidth=3, zorder=3)
    for n, colour in enumerate(FIFTHS):
        own = known[fifth == n]
        _tile(ax, x, y + n, (colour, inks[n], None), "")
        words = f"{show(own.min())} to {show(own.max())}: {len(own)} forces"
        beside(ax, words, x + 1.1, y + 0.46 + n, fontsize=10, color=INK)
    _square(ax, x, y + 5.4, fill=False, edgecolor=PRINTED, linewidth=3)
    beside(ax, force, x + 1.1, y + 5.86, fontsize=11, fontweight="bold", color=INK)
    ax.set(**ends, aspect="equal", anchor="W")
    ax.axis("off")
    low, high = known.idxmin(), known.idxmax()
    alt = [f"lowest {low} {show(known[low])}", f"highest {high} {show(known[high])}"]
    alt += [f"{force}, outlined: {show(known[force])}"] if force in known else []
    return finish(fig, frame, f"Tile map of {len(known)} forces: {'; '.join(alt)}.", text)


def _key_at() -> tuple[tuple[float, float], dict, float]:
    """Where a map's key starts, the axes' limits, and inches that a key under the map asks for."""
    if is_narrow():
        return (0.0, 10.4), {"xlim": (-0.1, 7.95), "ylim": (17, -0.1)}, 3.2
    return (8.2, 2.2), {"xlim": (-0.1, 14), "ylim": (10.05, -0.1)}, 0.0


def _square(ax, x: float, y: float, **style) -> None:
    ax.add_patch(Rectangle((x, y), TILE, TILE, **style))


def _tile(ax, x: float, y: float, shade: tuple, letters: str, weight="normal", size=9.5) -> None:
    fill, ink, hatch = shade
    _square(ax, x, y, facecolor=fill, edgecolor="#8C8C8C", linewidth=0.6, hatch=hatch)
    style = {"color": ink, "fontsize": size, "fontweight": weight, "linespacing": 1.05}
    beside(ax, letters, x + TILE / 2, y + TILE / 2, 0, **style)


@two_widths
def questions(frame: pd.DataFrame, scale: list[str], **text) -> Exhibit:
    """Judgments on a scale, a row each.

    `frame`: question, printed, public (each one of `scale`, or ''); `scale` runs from the worst.
    """
    need(frame, "question", "printed", "public")
    over = at_top(frame["question"])
    body, left = (0.4 + 0.2 * over) * len(frame), room_for(frame["question"], over)
    fig, ax = canvas(body, text, left=left, above=0.3, below=0.15 * over)
    handles, dot = {}, {"color": FOCUS, "markersize": 10, "label": "on HMIC's page of all forces"}
    for y, row in enumerate(frame.itertuples()):
        ax.axhline(y, color="#E0E0E0", zorder=0)
        if row.public:
            handles["public"], *_ = ax.plot(scale.index(row.public), y, "o", **dot)
        if row.printed:
            look = {"markerfacecolor": "none", "markersize": 15}
            handles["printed"], *_ = diamonds(ax, scale.index(row.printed), y, **look)
        if not row.printed and not row.public:
            style = {"style": "italic", "color": NATIONAL, "backgroundcolor": "white"}
            beside(ax, "not in this collection", (len(scale) - 1) / 2, y, 0, **style)
    name_rows(ax, frame["question"], up=0.45 * over)
    bare(ax)
    ax.set_xlim(-0.5, len(scale) - 0.5)
    ax.set_xticks(range(len(scale)), [level.replace(" ", "\n") for level in scale])
    ax.xaxis.tick_top()
    key(ax, [*handles.values()], "upper right", (1.01, 0.01), ncols=2 - over, markerscale=0.7)
    alt = "; ".join(
        f"{row.question}: {row.printed or row.public or 'not in this collection'}"
        for row in frame.itertuples()
    )
    return finish(fig, frame, f"Judgments on a scale from {scale[0]} to {scale[-1]}. {alt}.", text)


@two_widths
def panels(frame: pd.DataFrame, force: str, **text) -> Exhibit:
    """A small panel a measure, two (or one) to a row: bars are recomputed, diamonds printed.

    `frame`: panel, unit, when, area, date, printed (text or ''), printed_value, recomputed. At
    least three panels; a key stands fourth.
    """
    need(frame, *"panel unit when area date printed printed_value recomputed".split())
    sizes = frame.groupby("panel", sort=False).size().sort_values(ascending=False, kind="stable")
    ncols, at = (1, 0) if is_narrow() else (2, KEY_CELL)
    cells = [n for n in range(len(sizes) + 1) if n != at]
    tall = {n // ncols for n, size in zip(cells, sizes, strict=True) if size > 2}
    tall |= {at // ncols}
    ratios = [2 if row in tall else 1 for row in range(cells[-1] // ncols + 1)]
    high, gap = 0.65 * sum(ratios), 0.83  # inches of all panels of a column, and between two
    grid = {"hspace": gap * len(ratios) / high, "wspace": 0.84, "height_ratios": ratios}
    shape = {"nrows": len(ratios), "ncols": ncols, "squeeze": False, "gridspec_kw": grid}
    body = high + gap * (len(ratios) - 1)
    left = 1.75 if is_narrow() else 1.65
    fig, axes = canvas(body, text, left=left, above=0.4, **shape)
    for n, panel in zip(cells, sizes.index, strict=True):
        axes.flat[n].set_label(panel)
        room = TALL if n // ncols in tall else 0
        _panel(axes.flat[n], frame[frame["panel"] == panel], force, room)
    _key(axes.flat[at], force)
    for ax in axes.flat[max(*cells, at) + 1 :]:
        ax.remove()
    latest = frame[frame["date"] == frame.groupby("panel")["date"].transform("max")]
    alt = "; ".join(
        f"{row.panel}, {row.area}, {row.date:%B %Y}: printed {row.printed or 'nothing'}, "
        f"recomputed {'nothing' if pd.isna(row.recomputed) else fixed(row.recomputed, 1)}"
        for row in latest.itertuples()
    )
    words = f"{len(sizes)} small panels, {force} beside {ENGLAND_AND_WALES}. {alt}."
    return finish(fig, frame, words, text)


def _panel(ax, rows: pd.DataFrame, force: str, room: float) -> None:
    unit, top = rows["unit"].iloc[0], rows[["printed_value", "recomputed"]].max(axis=None)
    sign = "%" if unit.startswith(("per cent", "per 100 ")) else ""
    places = [n + 0.5 * (n // 2) for n in range(len(rows))]
    for y, row in zip(places, rows.itertuples(), strict=True):
        own, ink = "no data", NATIONAL
        if pd.notna(row.recomputed):
            own, ink = number(0 if row.recomputed > 100 else 1, sign)(row.recomputed), INK
            pale = 1 if row.date == rows["date"].max() else 0.55
            ax.barh(y, row.recomputed, 0.82, color=colour_of(row.area, force), alpha=pale)
        if row.printed:
            diamonds(ax, row.printed_value, y, markersize=7)
        elif pd.isna(row.recomputed):
            beside(ax, "not published", 0, y, 3, fontsize=8, style="italic", color=NATIONAL)
        ends = {"xycoords": ax.get_yaxis_transform(), "ha": "right", "fontsize": 8.5}
        beside(ax, row.printed or "–", PRINTED_AT, y, 0, color=PRINTED, **ends)
        beside(ax, own, OWN_AT, y, 0, color=ink, **ends)
    dated = rows["date"].nunique() > 1
    names = [f"{row.area}{f', {row.date.year}' if dated else ''}" for row in rows.itertuples()]
    name_rows(ax, names, places, force, fontsize=8)
    for label in ax.get_yticklabels():
        if len(force) > 13 and not is_narrow() and label.get_text().startswith(force):
            label.set_fontsize(6.8)
    bare(ax)
    ax.set(xlim=(0, 2.4 * top), ylim=(max(places[-1], room) + 0.6, -0.75))
    ax.spines["left"].set(visible=True, bounds=(-0.75, places[-1] + 0.6))
    corner = {"xycoords": "axes fraction", "va": "baseline", "fontsize": 8, "ha": "left"}
    head = corner | {"fontsize": 10.5, "fontweight": "bold"}
    beside(ax, rows["panel"].iloc[0], 0, 1, -108, 27, **head)
    beside(ax, f"{unit}, {rows['when'].iloc[0]}", 0, 1, -108, 14, color=SOFT, **corner)
    corner |= {"fontsize": 8 if is_narrow() else 7.5, "ha": "right"}
    for place, head, ink in ((PRINTED_AT, "printed", PRINTED), (OWN_AT, "recomputed", INK)):
        beside(ax, head, place, 1, 0, 1, color=ink, **corner)


def _key(ax, force: str) -> None:
    """What diamonds and bars mean."""
    ax.set(xlim=(0, 10), ylim=(5, 0), label="key")
    ax.axis("off")
    diamonds(ax, 0.4, 0.6, markersize=7)
    ax.barh((1.8, 3.0), 0.8, 0.7, color=(FOCUS, OTHER))
    means = ("printed in the report", f"recomputed, {force}", f"recomputed, {ENGLAND_AND_WALES}")
    for n, words in enumerate((*means, "paler bar: the year before")):
        beside(ax, words, 0.9, 0.6 + 1.2 * n, fontsize=8.5)


@two_widths
def surface(
    frame: pd.DataFrame, level: float, level_label: str, *, x_label: str, y_label: str, **text
) -> Exhibit:
    """Two settings as a table of shaded percentages, with the border of what reaches `level`.

    `frame`: index and columns are the settings (as labels), values per cent.
    """
    show, reached = number(0, "%"), (frame >= level).to_numpy()
    fig, ax = canvas(0.36 * len(frame), text, left=1.5, above=0.1, below=0.2)
    shades = {"cmap": "Greys", "vmin": 0, "vmax": 110, "cbar": False}
    sns.heatmap(frame, annot=frame.map(show), fmt="", annot_kws={"size": 9}, ax=ax, **shades)
    for cell, value in zip(ax.texts, frame.to_numpy().flat, strict=True):
        weight = "bold" if value >= level else "normal"
        cell.set(fontweight=weight, color="white" if value > 60 else INK)
    line = {"color": PRINTED, "linewidth": 2.4}
    for y, x in np.argwhere(reached[:, 1:] != reached[:, :-1]):
        ax.plot([x + 1, x + 1], [y, y + 1], **line)
    for y, x in np.argwhere(reached[1:] != reached[:-1]):
        ax.plot([x, x + 1], [y + 1, y + 1], **line)
    key(ax, ax.plot([], [], label=level_label, **line))
    ax.tick_params(axis="y", rotation=0)
    ax.set(xlabel=x_label, ylabel=y_label)
    low, high = show(frame.min(axis=None)), show(frame.max(axis=None))
    alt = f"Table of shades, {frame.size} settings from {low} to {high}; "
    alt += f"{reached.sum()} of them reach {show(level)}"
    return finish(fig, frame.rename_axis(y_label).reset_index(), f"{alt}.", text)

"""The specification curve: a result under every combination of choices, and which those were."""

from __future__ import annotations

from itertools import accumulate

import pandas as pd

from helpers.charts.style import (
    DASHED,
    FOCUS,
    LINE,
    NATIONAL,
    PRINTED,
    SOFT,
    Exhibit,
    beside,
    canvas,
    finish,
    key,
    need,
    number,
    on_top,
)
from helpers.charts.width import is_narrow, two_widths

ROW, TOP, LETTER = 0.225, 2.5, 0.077  # inches: of a row, of the curve, of a letter of its name
BOLD = 1.2  # how much wider a letter in bold is
KEPT, LOST = {"color": FOCUS}, {"color": PRINTED}


@two_widths
def specifications(
    frame: pd.DataFrame,
    shares: dict[str, float],
    turn: tuple[str, float],
    *,
    digits: int = 1,
    unit: str = "",
    sign: bool = True,
    axis: str = "",
    first_up: bool = False,
    **text,
) -> Exhibit:
    """A dot a row of `frame` (result, holds, is_report), sorted by result, above a row of ticks for
    every option of the choices (columns) in `shares`: choice -> its share of the variance, per
    cent. `turn`: what the dashed line is, and where; `axis`: what the result is, in a few words.
    `first_up`: the smallest result is drawn highest, as a place is.

    Where the title holds: dots and ticks dark; where not: orange, crosses in place of dots.
    """
    need(frame, "result", "holds", "is_report", *shares)
    rows = frame.sort_values(["result", *shares], kind="stable").reset_index(drop=True)
    lines = _lines(frame, shares)
    left = 0.3 + LETTER * max(len(name) * (1 if option else BOLD) for name, _, option in lines)
    left = 0.85 if is_narrow() else left
    places = _places(lines)
    height = ROW * (places[-1] + 1)
    grid = {"nrows": 2, "sharex": True}
    grid["gridspec_kw"] = {"height_ratios": (TOP, height), "hspace": 0}
    fig, (above, below) = canvas(
        TOP + height, text, left=left, above=0.32 + 0.2 * is_narrow(), **grid
    )
    _curve(above, rows, turn, number(digits, unit, sign), axis)
    if first_up:
        above.invert_yaxis()
    _ticks(below, rows, lines, places)
    own = rows.index[rows["is_report"]][0]
    for ax in (above, below):
        ax.axvline(own, color=NATIONAL, linewidth=0.9, zorder=0.6)
        ax.set_xlim(-0.02 * len(rows) - 0.6, 1.02 * len(rows) - 0.4)
    return finish(fig, frame, _in_words(rows, shares, number(digits, unit, sign)), text)


def _lines(frame: pd.DataFrame, shares: dict[str, float]) -> list[tuple[str, str, str]]:
    """The lines beneath the curve: (words, choice, option), a choice's own line without option.

    Options in the order of the frame, the report's own first.
    """
    found = []
    for choice, share in shares.items():
        found.append((f"{choice} ({_per_cent(share)} of variance)", choice, ""))
        options = [*frame.loc[frame["is_report"], choice], *frame[choice]]
        found += [(option, choice, option) for option in dict.fromkeys(options)]
    return found


def _places(lines: list[tuple[str, str, str]]) -> list[float]:
    """Where each line stands; an option of a narrow chart has its name above its ticks."""
    steps = (1.8 if is_narrow() and option else 1 for *_, option in lines)
    return [end - 1 for end in accumulate(steps)]


def _per_cent(share: float) -> str:
    return "under 1%" if 0 < share < 0.5 else f"{share:.0f}%"


def _curve(ax, rows: pd.DataFrame, turn: tuple[str, float], show, axis: str) -> None:
    size = min(30.0, max(5.0, 4000 / len(rows)))
    kept, lost = rows[rows["holds"]], rows[~rows["holds"]]
    ax.scatter(kept.index, kept["result"], size, label=f"holds: {len(kept)}", **KEPT)
    if len(lost):
        told = f"does not: {len(lost)}"
        ax.scatter(lost.index, lost["result"], 1.4 * size, marker="x", label=told, **LOST)
    line = {"color": NATIONAL, "linewidth": 1.1, "linestyle": DASHED, "zorder": 0.5}
    ax.axhline(turn[1], label=turn[0], **line)
    own = rows[rows["is_report"]].iloc[0]
    mark = {"marker": "D", "facecolor": "white", "linewidth": 1.6, "zorder": 4, "s": 62}
    mark |= {"edgecolor": FOCUS if own["holds"] else PRINTED, "label": "as the report counts"}
    ax.scatter(own.name, own["result"], **mark)
    ends = [*rows["result"], turn[1]]
    room = 0.13 * (max(ends) - min(ends) or 1.0)
    ax.set_ylim(min(ends) - room, max(ends) + room)
    side = 9 if own.name < 0.6 * len(rows) else -9
    down = -13 if side > 0 else 13
    white = {"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85}
    look = {"color": FOCUS, "fontsize": 11, "fontweight": "bold", "bbox": white, "zorder": 5}
    beside(ax, show(own["result"]), own.name, own["result"], side, down, **look)
    ax.set_ylabel(axis, fontsize=10.5, color=SOFT)
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.10g}")
    ax.tick_params(axis="y", labelsize=10.5)
    ax.tick_params(axis="x", length=0, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    ax.grid(axis="y")
    key(ax, None, ncols=4, fontsize=10, handletextpad=0.2, columnspacing=1.2)


def _ticks(ax, rows: pd.DataFrame, lines: list[tuple[str, str, str]], places: list) -> None:
    wide = min(3.0, max(0.5, 260 / len(rows)))
    for y, (_, choice, option) in zip(places, lines, strict=True):
        if not option:
            ax.axhline(y - 0.5, color="#C9CED4", linewidth=0.8)
            continue
        ax.axhline(y, color=LINE, linewidth=0.8, zorder=0)
        for style, holds in ((KEPT, True), (LOST, False)):
            at = rows.index[(rows[choice] == option) & (rows["holds"] == holds)]
            ax.vlines(at, y - 0.34, y + 0.34, linewidth=wide, **style)
    up = [0.85 * (is_narrow() and option != "") for *_, option in lines]
    at = [place - each for place, each in zip(places, up, strict=True)]
    words = [each for each, *_ in lines]
    names = on_top(ax, words, at) if is_narrow() else []
    ax.set_yticks([] if names else at, [] if names else words, fontsize=10.5)
    ax.set_ylim(places[-1] + 0.6, -0.6)
    ax.tick_params(axis="both", length=0)
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    for label, (_, _, option) in zip(names or ax.get_yticklabels(), lines, strict=True):
        if not option:
            label.set(fontweight="bold", color=SOFT)


def _in_words(rows: pd.DataFrame, shares: dict[str, float], show) -> str:
    own, kept = rows.loc[rows["is_report"], "result"].iloc[0], int(rows["holds"].sum())
    parts = "; ".join(f"{choice} {_per_cent(share)}" for choice, share in shares.items())
    ends = " to ".join(map(show, (rows["result"].min(), rows["result"].max())))
    return (
        f"Specification curve of {len(rows)} combinations: {ends}, as the report counts "
        f"{show(own)}; it holds in {kept}. Shares of the variance: {parts}."
    )

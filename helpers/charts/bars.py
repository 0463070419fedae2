"""Bars: an area beside England and Wales, all forces in order, parts of a whole."""

from __future__ import annotations

import math

import pandas as pd

from helpers.areas import ENGLAND_AND_WALES as EW
from helpers.charts.style import (
    BAND,
    FOCUS,
    INK,
    NATIONAL,
    OTHER,
    WHITE,
    Exhibit,
    across,
    bare,
    beside,
    canvas,
    colour_of,
    diamonds,
    emphasis,
    finish,
    key,
    name_rows,
    need,
    nought,
    number,
    room_for,
)
from helpers.charts.width import at_top, inches, is_narrow, two_widths, wrapped

STACK = (
    "#12436D #4F7FB0 #C4420A #7FA37F #8B0000 #28613B #D9A441 #A0522D #8E7CC3 #B7B7D7 #D5D8DC"
).split()
LETTER, MANY = 0.07 / 9, 36  # inches of a letter for each point of its size; letters of a long line


@two_widths
def bars(
    frame: pd.DataFrame,
    force: str,
    *,
    digits: int = 1,
    unit: str = "",
    sign: bool = False,
    missing: str = "no public count",
    open_to: float = 0,
    rest: str = "",
    **text,
) -> Exhibit:
    """A bar a row of `frame` (group, area, value), the rows of a group together, the force dark.

    Optional columns: `printed` (a diamond), `label` (what stands at the bar's end in place of the
    area). A row without a value says what is `missing`, or is an open box to `open_to` when that is
    given; with `rest` the box goes on from the value.
    """
    need(frame, "group", "area", "value")
    show, single = number(digits, unit, sign), frame["group"].is_unique
    over = at_top(frame["group"]) or (is_narrow() and open_to > 0)
    rows = _placed(frame, 0.75 * over)
    rows["words"] = [_words(row, show, missing) for row in rows.itertuples()]
    places = rows.groupby("group", sort=False)["place"]
    left, groups = room_for(rows["group"], over), places.mean()
    height = 0.36 * len(rows) + 0.1 if single else 0.25 * len(rows) + 0.14 * len(groups)
    height += (0.5 if open_to else 0.2) * over * len(groups)
    fig, ax = canvas(height, text, left=left)
    size = 8 if is_narrow() and rows["words"].str.len().max() > MANY else 9
    for row in rows.itertuples():
        unknown = rest if pd.notna(row.value) else missing
        _bar(ax, row, force, open_to, unknown, 0.65 if single else 0.9, size)
    if rows["printed"].notna().any():
        key(ax, diamonds(ax, rows["printed"], rows["place"]))
    name_rows(ax, groups.index, groups, force, over * (groups.iloc[0] + (0.72 if single else 0.87)))
    low = min(0.0, rows[["value", "printed"]].min(axis=None))
    if low < 0:
        nought(ax)
    share = (0.2 + LETTER * size * rows["words"].str.len()) / (inches() - 0.25 - left)
    high = 1.005 * open_to or (low + (rows["end"] - low) / (1 - share.clip(upper=0.8))).max()
    ax.set(
        xlim=(low - 0.02 * (high - low), high), ylim=(rows["place"].max() + 0.8, -0.8 - 0.6 * over)
    )
    bare(ax)
    told = [_bar_in_words(row, show, missing, single) for row in rows.itertuples()]
    alt = "; ".join([*told, *filter(None, [rest])])
    return finish(fig, frame, f"Bars: {alt}.", text)


def _placed(frame: pd.DataFrame, apart: float) -> pd.DataFrame:
    """The rows with their place, `printed`, the `end` of bar or diamond, a `note` to the value.

    `apart`: the room above a group for its name.
    """
    number_of_group, size = pd.factorize(frame["group"])[0], frame["group"].value_counts().max()
    names = frame["area"] if size > 1 else pd.Series("", index=frame.index)
    return frame.assign(
        place=number_of_group * (size + 0.5 * (size > 1) + apart)
        + frame.groupby("group").cumcount(),
        printed=frame.get("printed", math.nan),
        note=frame["label"].mask(frame["label"] == "", names) if "label" in frame else names,
        end=lambda rows: rows[["value", "printed"]].max(axis=1).clip(lower=0).fillna(0),
    )


def _words(row, show, missing: str) -> str:
    """What stands at the end of a row."""
    if pd.notna(row.value):
        return f"{show(row.value)}  {row.note}".strip()
    if pd.notna(row.printed):
        return f"{show(row.printed)}  {row.note}, printed; {missing}"
    return f"{row.note}: {missing}" if row.note else missing


def _bar_in_words(row, show, missing: str, single: bool) -> str:
    """A row as the alt text tells it."""
    what = row.group if single else f"{row.group}, {row.area}"
    printed = f" (printed {show(row.printed)})" if pd.notna(row.printed) else ""
    return f"{what} {show(row.value) if pd.notna(row.value) else missing}{printed}"


def _bar(ax, row, force: str, open_to: float, unknown: str, height: float, size: float) -> None:
    """A row: its bar and words, or an open box (from the bar on) for what is `unknown`."""
    known, own = pd.notna(row.value), row.area == force
    start = row.value if known else 0
    if known:
        colour, label = colour_of(row.area, force), f"{row.group}, {row.area}"
        ax.barh(row.place, row.value, height=height, color=colour, label=label)
    if open_to and unknown:
        line = {"fill": False, "edgecolor": "#8C8C8C", "linestyle": (0, (4, 3)), "label": "_open"}
        ax.barh(row.place, open_to - start, left=start, height=0.65, **line)
        words = wrapped(unknown, int(66 * (1 - start / open_to)))
        look = {"color": NATIONAL} | ({"fontsize": 8} if is_narrow() else {})
        beside(ax, words, (start + open_to) / 2, row.place, 0, **look)
        if known:
            beside(ax, row.words, start, row.place, -5, color="white" if own else INK)
    else:
        away = 9 if pd.notna(row.printed) or not known else 5
        look = {"color": FOCUS if own else NATIONAL, "fontsize": size}
        beside(ax, row.words, row.end, row.place, away, **look)


@two_widths
def ranking(
    frame: pd.DataFrame,
    force: str,
    *,
    unit: str = "",
    sign: bool = False,
    band: tuple[float, float] | None = None,
    dot: str = "",
    **text,
) -> Exhibit:
    """All forces as sorted bars, the force dark, England and Wales the top row and a line.

    `frame`: area, value; optional `printed` (a diamond), `other` (an open dot, called `dot`),
    `mark` (a sign after the name, where '*' also hatches the bar). A bar more than a quarter longer
    than all others is cut and says so. `band` is shaded.
    """
    need(frame, "area", "value")
    show, rows = number(1, unit, sign), _in_order(frame, sign)
    names = rows["area"] + rows["mark"]
    marked = rows[["printed", "other"]].notna().any(axis=None)
    left = room_for(names) if is_narrow() else max(1.8, room_for(names))
    fig, ax = canvas(8.3, text, left=left, above=0.4 * (is_narrow() and sign and marked))
    if band:
        ax.axvspan(*band, color=BAND, zorder=0, linewidth=0)
    for value in rows.loc[rows["area"] == EW, "value"]:
        across(ax, value)
    look = {
        "color": [{EW: NATIONAL, force: FOCUS}.get(area, OTHER) for area in rows["area"]],
        "hatch": ["/////" if "*" in mark else "" for mark in rows["mark"]],
    }
    ax.barh(
        rows["place"], rows["drawn"], 0.72, edgecolor="white", linewidth=0, label="_bars", **look
    )
    name_rows(ax, names, rows["place"], force, fontsize=8.5)
    _marks(ax, rows, dot, sign)
    if sign:
        nought(ax)
        ax.xaxis.set_major_formatter(lambda x, _: number(0, unit, True)(x))
    _values(ax, rows, rows["area"].isin([force, EW]) | rows["cut"] | sign, force, show)
    return finish(fig, frame, _order_in_words(rows, force, show), text)


def _in_order(frame: pd.DataFrame, sign: bool) -> pd.DataFrame:
    """The rows as drawn, England and Wales first: place, the bar as drawn, whether it is cut."""
    forces = frame[frame["area"] != EW].sort_values("value", ascending=sign, kind="stable")
    national = frame[frame["area"] == EW]
    *_, second, most = sorted(frame["value"])
    cap = 1.25 * second if not sign and most > 1.25 * second else math.inf
    rows = pd.concat([national, forces])
    return rows.assign(
        place=[*[-1.4] * len(national), *range(len(forces))],
        drawn=rows["value"].clip(upper=cap),
        cut=rows["value"] > cap,
        mark=rows.get("mark", ""),
        printed=rows.get("printed", math.nan),
        other=rows.get("other", math.nan),
    )


def _marks(ax, rows: pd.DataFrame, dot: str, sign: bool) -> None:
    """The diamonds and open dots of a ranking and what they mean, where there are any."""
    handles = diamonds(ax, rows["printed"], rows["place"]) if rows["printed"].notna().any() else []
    if rows["other"].notna().any():
        look = {"color": INK, "markerfacecolor": "white", "markersize": 6, "label": dot}
        handles += ax.plot(rows["other"], rows["place"], "o", **look)
    if handles and sign and is_narrow():  # bars are in all corners
        key(ax, handles, at=(0, 1), ncols=1)
    elif handles:
        corner = "lower left" if sign else "lower right"
        key(ax, handles, corner, None, frameon=True, framealpha=1, edgecolor="white")


def _values(ax, rows: pd.DataFrame, told: pd.Series, force: str, show) -> None:
    """The values of the rows that are `told`, and an axis with room for them."""
    ends = rows[["drawn", "printed", "other"]].assign(nought=0.0)
    low, high = ends.min(axis=None), ends.max(axis=None)
    for row in rows[told].itertuples():
        _at_the_end(ax, row, show(row.value), high - low, row.area == force)
    past = [0.13 * (low < 0), 0.22 if rows["cut"].any() else 0.13]
    if is_narrow():
        past = [2.3 * each for each in past]
        ax.locator_params(axis="x", nbins=5)
    ax.set_xlim(low - past[0] * (high - low), high + past[1] * (high - low))


def _at_the_end(ax, row, words: str, span: float, own: bool) -> None:
    """The value at the end of a bar, past a diamond or dot that stands close to the end."""
    side = -1 if row.value < 0 else 1
    past = [side * (mark - row.value) for mark in (row.printed, row.other)]
    step = max([0.0, *(p for p in past if -0.02 < p / span < 0.09)])
    words, away = words + " (bar cut)" * bool(row.cut), side * (9 if step else 4)
    look = {"fontsize": 8.5, "bbox": WHITE} | emphasis(own)
    beside(ax, words, row.drawn + side * step, row.place, away, **look)


def _order_in_words(rows: pd.DataFrame, force: str, show) -> str:
    """The force, England and Wales, the lowest and the highest of a ranking."""
    known = rows.set_index("area")["value"]
    forces = known.drop(EW, errors="ignore").sort_values(kind="stable")
    told = [f"{area} {show(known[area])}" for area in (force, EW) if area in known]
    told.append(f"lowest {forces.index[0]} {show(forces.iloc[0])}")
    told.append(f"highest {forces.index[-1]} {show(forces.iloc[-1])}")
    return f"Sorted bars of {len(forces)} areas: {'; '.join(told)}."


@two_widths
def stacked(frame: pd.DataFrame, kinds: list[str], **text) -> Exhibit:
    """A stacked bar a row of `frame` (index: its label; a column a kind, counts).

    `kinds` are all there can be, so that a kind keeps its colour.
    """
    need(pd.DataFrame(columns=kinds), *frame)
    colours, start = dict(zip(kinds, STACK, strict=True)), 0
    fig, ax = canvas(
        0.4 * len(frame), text, left=room_for(frame.index), below=0.75 if is_narrow() else 0.25
    )
    for kind in frame:
        look = {"color": colours[kind], "label": kind, "height": 0.66}
        drawn = ax.barh(range(len(frame)), frame[kind], left=start, **look)
        sizes = [size if size >= 3 else "" for size in frame[kind]]
        ink = INK if kind in kinds[-5:] else "white"
        ax.bar_label(drawn, sizes, label_type="center", fontsize=8.5, color=ink)
        start = start + frame[kind]
    name_rows(ax, frame.index)
    bare(ax)
    key(ax, loc="upper left", at=(-0.1, 0.02), ncols=4, fontsize=8.5)
    totals = "; ".join(f"{kind} {n}" for kind, n in frame.sum().items())
    return finish(fig, frame.reset_index(), f"Stacked bars of counts, in all: {totals}.", text)

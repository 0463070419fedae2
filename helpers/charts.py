"""Charts in one style: the finding as title, what is measured below it, the source at the foot, alt text on the picture.

Each function draws the frame it is given and returns the figure; `show` puts it into the notebook as a PNG.
"""

from __future__ import annotations

import base64
import io
import textwrap

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from helpers.names import ENGLAND_AND_WALES
from helpers.words import harmless

FOCUS, NATIONAL, OTHER, PRINTED = "#12436D", "#5B5B5B", "#BFC4CA", "#C4420A"
WIDTH, DPI = 8.0, 100
EXHIBIT = "application/vnd.inspection-exhibit+json"  # the output type that carries an exhibit's table


def canvas(height: float, title: str, subtitle: str, source: str, columns: int = 1, left: float = 0.7, **grid):
    """A figure with title, subtitle and source in place, and its axes. Sizes in inches."""
    sns.set_theme(style="white", rc={"text.parse_math": False,  # a name with dollar signs is a name
                                     "axes.spines.top": False, "axes.spines.right": False, "font.size": 10, "xtick.labelsize": 9, "ytick.labelsize": 9.5,
                                     "axes.edgecolor": "#8C8C8C", "xtick.color": "#404040", "ytick.color": "#404040"})
    fig, axes = plt.subplots(1, columns, figsize=(WIDTH, height), dpi=DPI, **grid)
    top = 0.1
    for text, style in ((title, {"fontsize": 13, "fontweight": "bold", "color": "#1A1A1A"}), (subtitle, {"fontsize": 9.5, "color": "#404040"})):
        top += 0.06 + _wrapped(fig, text, y=1 - top / height, va="top", **style)
    foot = 0.08 + _wrapped(fig, source, y=0.08 / height, va="bottom", fontsize=8, color="#5B5B5B")
    fig.subplots_adjust(left=left / WIDTH, right=1 - 0.25 / WIDTH, top=1 - (top + 0.3) / height, bottom=(foot + 0.45) / height)
    return fig, axes


def _wrapped(fig: Figure, text: str, **style) -> float:
    """Write text from the left edge, broken into as many lines as the figure's width asks for; its height in inches."""
    written = fig.text(0.015, s=text, ha="left", **style)
    room, box = 0.97 * WIDTH * DPI, written.get_window_extent()
    width = int(len(text) * room / box.width) + 4
    while box.width > room:
        written.set_text(textwrap.fill(text, width))
        box, width = written.get_window_extent(), width - 2
    return box.height / DPI


def show(fig: Figure, alt: str, exhibit: str = "", table: pd.DataFrame | None = None) -> None:
    """Put the figure into the notebook as a PNG with alt text, and close it.

    With the name of an exhibit and the frame that was drawn, the output also carries the frame as CSV: `reproduce` writes
    both out, and nbval, which does not look at pictures, compares the numbers.
    """
    from IPython.display import display  # only a notebook needs it

    picture = io.BytesIO()
    fig.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    source = " ".join(fig.texts[2].get_text().split()).removeprefix("Source: ") if len(fig.texts) > 2 else ""
    plt.close(fig)
    bundle = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": f"<figure {exhibit}: {alt}>".replace(" :", ":")}
    if exhibit:
        frame = table.assign(source=source, licence="Open Government Licence v3.0").map(harmless)
        bundle[EXHIBIT] = {"name": exhibit, "csv": frame.to_csv(index=False, float_format="%.8g", date_format="%Y-%m-%d", lineterminator="\n")}
    display(bundle, metadata={"image/png": {"alt": alt}}, raw=True)


def lines(frame: pd.DataFrame, force: str, marked: list, printed: pd.DataFrame, **text) -> Figure:
    """Rolling-year rates of a force and England and Wales. `frame`: area, year_ending, rate; years in `marked` get a dot.

    `printed` (area, period, value) is drawn as open diamonds around the dots.
    """
    fig, ax = canvas(4.6, **text)
    last_rate = frame.groupby("area")["rate"].last()
    above = {force: last_rate[force] > last_rate[ENGLAND_AND_WALES], ENGLAND_AND_WALES: last_rate[force] <= last_rate[ENGLAND_AND_WALES]}
    for area, colour, width in ((ENGLAND_AND_WALES, NATIONAL, 1.8), (force, FOCUS, 2.4)):
        own = frame[frame["area"] == area]
        ax.plot(own["year_ending"], own["rate"], color=colour, linewidth=width, label=area)
        dots = own[own["year_ending"].isin(marked)]
        ax.plot(dots["year_ending"], dots["rate"], "o", color=colour, markersize=6, label=f"{area}, marked")
        for row in dots.itertuples():
            ax.annotate(f"{row.rate:.1f}", (row.year_ending, row.rate), xytext=(0, 11 if above[area] else -19),
                        textcoords="offset points", ha="center", fontsize=9, color=colour)
        last = own.iloc[-1]
        ax.annotate(area, (last["year_ending"], last["rate"]), xytext=(14, 0), textcoords="offset points", va="center",
                    fontsize=10, color=colour, fontweight="bold" if area == force else "normal", annotation_clip=False)
    if len(printed):
        ax.plot(printed["period"], printed["value"], "D", color=PRINTED, fillstyle="none", markersize=11,
                markeredgewidth=1.3, label="printed in the report")
        ax.legend(*[[x[-1]] for x in ax.get_legend_handles_labels()], loc="lower left", frameon=False, fontsize=9)
    fig.subplots_adjust(right=1 - 1.65 / WIDTH)
    ax.set_ylim(0, frame["rate"].max() * 1.15)
    ax.set_xticks(marked, [f"June {year.year}" if year.month == 6 else f"{year:%b %Y}" for year in marked])
    ax.grid(axis="y", color="#E6E6E6")
    return fig


def pairs(frame: pd.DataFrame, force: str, **text) -> Figure:
    """Small bars side by side, a panel a measure: the force above England and Wales. `frame`: measure, area, rate, unit."""
    panels = list(frame["measure"].unique())
    fig, axes = canvas(1.35 + 0.62 * len(panels), **text, left=2.3)
    rows = [(m, a) for m in panels for a in (force, ENGLAND_AND_WALES)]
    table = frame.set_index(["measure", "area"])
    places = [2.5 * panels.index(m) + (a != force) for m, a in rows]
    axes.barh(places, [table["rate"][row] for row in rows], height=0.9, color=[FOCUS if a == force else OTHER for _, a in rows])
    for place, row in zip(places, rows, strict=True):
        axes.annotate(f"{table['rate'][row]:.1f}  {row[1]}", (table["rate"][row], place), xytext=(5, 0), va="center",
                      textcoords="offset points", fontsize=9, color=FOCUS if row[1] == force else NATIONAL)
    axes.set_yticks([2.5 * i + 0.5 for i in range(len(panels))], panels)
    axes.invert_yaxis()
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.set_xticks([])
    axes.set_xlim(0, frame["rate"].max() * 1.42)
    return fig


def ranking(column: pd.Series, national: float, force: str, band: tuple[float, float], cap: float, decimals: int = 1, **text) -> Figure:
    """All forces as sorted bars, the force dark, England and Wales as a labelled line, `band` shaded.

    Bars longer than `cap` are cut there and labelled with their value.
    """
    ordered = column.sort_values(ascending=False)
    fig, ax = canvas(9.2, **text, left=1.75)
    ax.axvspan(*band, color="#EEF1F5", zorder=0, linewidth=0)
    ax.barh(range(len(ordered)), ordered.clip(upper=cap), color=[FOCUS if f == force else OTHER for f in ordered.index], height=0.72)
    for place, (name, value) in enumerate(ordered.items()):
        if name == force or value > cap:
            ax.annotate(f"{value:,.{decimals}f}" + (" (bar cut)" if value > cap else ""), (min(value, cap), place), xytext=(4, 0),
                        textcoords="offset points", va="center", fontsize=8.5, color=FOCUS if name == force else NATIONAL)
    ax.axvline(national, color=NATIONAL, linewidth=1.2, linestyle=(0, (4, 2)))
    ax.annotate(f"{ENGLAND_AND_WALES} {national:.{decimals}f}", (national, -0.9), ha="center", va="bottom", fontsize=9,
                color=NATIONAL, annotation_clip=False)
    ax.set_yticks(range(len(ordered)), ordered.index, fontsize=8.5)
    for label in ax.get_yticklabels():
        if label.get_text() == force:
            label.set(color=FOCUS, fontweight="bold")
    ax.set_ylim(len(ordered) - 0.4, -0.6)
    ax.set_xlim(0, cap * 1.25)
    return fig


def alternatives(frame: pd.DataFrame, printed: tuple[float, float] | None, unit: str, **text) -> Figure:
    """A dot a convention, from the frame's rows (column value): filled inside the printed interval, open outside it."""
    fig, ax = canvas(1.75 + 0.3 * len(frame), **text, left=3.0)
    if printed:
        ax.axvspan(*printed, color="#F6D9C9", zorder=0, linewidth=0)
    for place, value in enumerate(frame["value"]):
        inside = printed is None or printed[0] <= value <= printed[1]
        ax.plot(value, place, "o", color=FOCUS, markerfacecolor=FOCUS if inside else "white", markersize=7)
        ax.annotate(f"{value:.1f}{unit}", (value, place), xytext=(9, 0), textcoords="offset points", va="center", fontsize=9, color=FOCUS)
    ax.set_yticks(range(len(frame)), frame.index)
    ax.set_ylim(len(frame) - 0.4, -0.6)
    reach = max(frame["value"].max() - frame["value"].min(), 1.0)
    ax.set_xlim(frame["value"].min() - 0.25 * reach, frame["value"].max() + 0.4 * reach)
    ax.grid(axis="x", color="#EEEEEE")
    return fig


def _named(ax, name: str, frame: pd.DataFrame, cap: float, taken: list[Bbox], own: bool) -> None:
    """Write a force's name by its point, where it covers neither a name nor the force's dot: boxes in `taken`, which grows."""
    x, y = frame["expected"][name], min(frame["rate"][name], cap)
    text = name + (f" {frame['rate'][name]:,.0f}" if frame["rate"][name] > cap else "")
    beside = [(8, -3, "left"), (-8, -3, "right")]
    above_below = [(0, dy, "center") for dy in (-16, 9, -28, 21)]
    room = ax.get_window_extent()
    for dx, dy, side in [*above_below, *beside] if own else [*beside, *above_below]:
        label = ax.annotate(text, (x, y), xytext=(dx, dy), textcoords="offset points", ha=side, fontsize=9 if own else 8,
                            color=FOCUS if own else NATIONAL, fontweight="bold" if own else "normal")
        box = label.get_window_extent()
        if room.x0 <= box.x0 and box.x1 <= room.x1 + 15 and room.y0 <= box.y0 and box.y1 <= room.y1 and not box.count_overlaps(taken):
            break
        label.remove()
    else:  # no free place: the name stands in the line under the figure
        return
    taken.append(box)


def funnel(frames: dict[str, pd.DataFrame], national: float, force: str, unit: str, **text) -> Figure:
    """Funnel plots side by side. `frames`: title -> area (index), expected, rate, and limits low95, high95, low, high (99.8%).

    Forces outside the wider limits are named; points far above are drawn at the edge with their value.
    """
    fig, axes = canvas(4.6, columns=2, sharey=True, **text)
    fig.subplots_adjust(bottom=fig.subplotpars.bottom + 0.04)
    cap = 2.4 * national
    for ax, (title, frame) in zip(axes, frames.items(), strict=True):
        ordered = frame.sort_values("expected")
        for low, high, style in (("low95", "high95", (0, (1, 1.5))), ("low", "high", "solid")):
            for column in (low, high):
                ax.plot(ordered["expected"], ordered[column], color=NATIONAL, linewidth=1, linestyle=style)
        ax.axhline(national, color=NATIONAL, linewidth=1, linestyle=(0, (5, 2)))
        ax.plot(frame["expected"], frame["rate"].clip(upper=cap), "o", color=OTHER, markersize=5, markeredgecolor="#8C8C8C", label="forces")
        ax.plot(frame["expected"][force], min(frame["rate"][force], cap), "o", color=FOCUS, markersize=8, label=force)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.minorticks_off()  # a third of the drawing time, and unlabelled
        ax.set_ylim(0, cap * 1.06)
        dot = ax.transData.transform((frame["expected"][force], min(frame["rate"][force], cap)))
        taken = [Bbox([dot - 5, dot + 5])]
        for name in [force, *([] if frame["outside"].sum() > 8 else [n for n in frame.index[frame["outside"]] if n != force])]:
            _named(ax, name, frame, cap, taken, name == force)
        ax.set_title(title, loc="left", fontsize=10)
        ax.set_xlabel(f"count expected at the national rate ({unit})", fontsize=8.5)
    return fig

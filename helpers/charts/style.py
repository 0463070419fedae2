"""The one style of all charts: the finding as title, what is measured, source, alt text.

A chart function draws the frame it is given and returns an `Exhibit`, which JupyterLab shows as a
picture and which carries its table: `reproduce` writes both out, and nbval, which does not look at
pictures, compares the numbers.
"""

from __future__ import annotations

import base64
import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.charts.saved import DPI, png, svg
from helpers.charts.width import edge, inches, is_narrow
from helpers.files import harmless
from helpers.prose import fill, fixed, listing, signed

FOCUS, NATIONAL, OTHER, PRINTED = "#12436D", "#5B5B5B", "#BFC4CA", "#C4420A"
INK, SOFT, LINE, BAND = "#1A1A1A", "#404040", "#E6E6E6", "#EEF1F5"
DASHED = (0, (4, 2))
WHITE = {"fc": "white", "ec": "none", "pad": 0.4}  # a box behind words that lie on something
LOOK = {
    "text.parse_math": False,  # a name with dollar signs is a name
    "axes.unicode_minus": False,  # one minus on the axis and at the marks
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8C8C8C",
    "axes.labelsize": 9.5,
    "axes.titlesize": 9.5,
    "font.size": 10,
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "inspection",  # names in a drawing are the same in every run
    "grid.color": LINE,
    "legend.title_fontsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9.5,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}
LICENCE = "Open Government Licence v3.0"
# the output type that carries an exhibit's table
EXHIBIT = "application/vnd.inspection-exhibit+json"
# that of a chart which answers to choices: JupyterLab draws it by itself
ALIVE = "application/vnd.vegalite.v5+json"
DRAWN = "EXHIBITS_DRAWN"  # set where exhibits are drawn as SVG as well; to PHONES: and narrow
PHONES = "phones"
EMBED = {  # how it is put into a page: its choices above it, side by side where there is room
    "actions": False,
    "renderer": "svg",
    "defaultStyle": """
.vega-embed { display: flex; flex-direction: column; overflow-x: auto; }
.vega-embed .vega-bindings { order: -1; display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; }
.vega-embed .vega-bind { display: flex; flex-wrap: wrap; gap: .3rem; align-items: center; }
.vega-embed .vega-bind-name { font-size: 14px; font-weight: 600; }
.vega-embed select { font-size: 14px; padding: .25rem; max-width: 100%; }
""",
}


@dataclass(frozen=True)
class Text:
    """What stands around a chart: title (the finding), what is measured, source, exhibit's name."""

    title: str
    subtitle: str
    source: str
    exhibit: str


@dataclass(frozen=True)
class Exhibit:
    """A drawn figure, the frame that was drawn, and in words what the picture shows.

    alive: the same as a Vega-Lite chart that answers to choices, or nothing; the picture is for
    where no script runs. narrow: draws the same for a phone.
    """

    figure: Figure = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    alt: str
    text: Text
    alive: dict = field(default_factory=dict, repr=False)
    narrow: Callable[[], Figure] | None = field(default=None, repr=False)

    @property
    def csv(self) -> str:
        """The table as CSV with source and licence; no cell that is a formula to a spreadsheet."""
        source = " ".join(self.text.source.split()).removeprefix("Source: ")
        frame = self.table.assign(source=source, licence=LICENCE).map(harmless)
        return frame.to_csv(
            index=False, float_format="%.8g", date_format="%Y-%m-%d", lineterminator="\n"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        alt = f"{self.text.title}. {self.alt}"
        data = {
            "image/png": base64.b64encode(png(self.figure)).decode(),
            "text/plain": f"<figure {self.text.exhibit}: {alt}>",
            EXHIBIT: {"name": self.text.exhibit, "csv": self.csv},
        }
        if os.environ.get(DRAWN):
            data["image/svg+xml"] = svg(self.figure, self.text.title)
            if self.narrow and os.environ[DRAWN] == PHONES:
                data[EXHIBIT]["narrow"] = base64.b64encode(png(self.narrow())).decode()
        about = {"image/png": {"alt": alt}}
        if self.alive:
            data[ALIVE], about[ALIVE] = self.alive, {"embed_options": EMBED}
        return data, about


def finish(fig: Figure, frame: pd.DataFrame, alt: str, text: dict) -> Exhibit:
    """The exhibit of a drawn figure; pyplot lets go of it."""
    plt.close(fig)
    return Exhibit(fig, frame.reset_index(drop=True), alt, Text(**text))


def need(frame: pd.DataFrame, *columns: str) -> None:
    """Say which of the columns that a chart draws its frame has not (ValueError)."""
    if lacking := [column for column in columns if column not in frame]:
        raise ValueError(f"nothing to draw: the frame has no column {listing(lacking, 'nor')}")


def canvas(body: float, text: dict, *, left=0.7, right=0.25, above=0.0, below=0.0, **grid):
    """A figure whose axes are `body` inches high, with title, subtitle and source around them.

    `text` holds the fields of `Text`; title and subtitle are templates, filled from `places` where
    there is such an entry. `left`, `right`, `above` and `below` are inches for labels, `grid` goes
    to `pyplot.subplots`. Gives the figure and its axes.
    """
    sns.set_theme(style="white", rc=LOOK)
    places = text.pop("places", {})
    text |= {part: fill(text[part], **places) for part in ("title", "subtitle")}
    fig, axes = plt.subplots(figsize=(inches(), body + 2), dpi=DPI, **grid)
    title = _wrapped(fig, text["title"], va="top", fontsize=13, fontweight="bold", color=INK)
    subtitle = _wrapped(fig, text["subtitle"], va="top", fontsize=9.5, color=SOFT)
    source = _wrapped(fig, text["source"], va="bottom", fontsize=8, color=NATIONAL)
    tall = [part.get_window_extent().height / DPI for part in (title, subtitle, source)]
    top, foot = 0.52 + tall[0] + tall[1] + above, 0.5 + tall[2] + below
    height = top + body + foot
    fig.set_size_inches(inches(), height)
    for part, y in ((title, 0.16), (subtitle, 0.22 + tall[0]), (source, height - 0.08)):
        part.set_y(1 - y / height)
    fig.subplots_adjust(left / inches(), foot / height, 1 - right / inches(), 1 - top / height)
    return fig, axes


def _wrapped(fig: Figure, text: str, **style):
    """Write text from the left edge, in as many lines as the figure's width asks for."""
    written = fig.text(0.015, 0.5, text, ha="left", **style)
    room, box = 0.97 * inches() * DPI, written.get_window_extent()
    width = int(len(text) * room / box.width) + 4
    while box.width > room:
        written.set_text(textwrap.fill(text, width))
        box, width = written.get_window_extent(), width - 2
    return written


def number(digits: int, unit: str = "", sign: bool = False):
    """How a chart writes its values: number(1, '%')(12.34) is '12.3%'."""
    write = signed if sign else fixed
    return lambda value: f"{write(value, digits)}{unit}"


def colour_of(area: str, force: str) -> str:
    """The force dark, everything else grey."""
    return FOCUS if area == force else OTHER


def emphasis(own: bool) -> dict:
    """How words about the force, or about any other area, are written."""
    colour, weight = (FOCUS, "bold") if own else (NATIONAL, "normal")
    return {"color": colour, "fontweight": weight}


def room_for(words, at_top: bool = False) -> float:
    """Inches that the longest of some words asks for at the left, if they do not stand on top."""
    return 0.25 if at_top else 0.35 - 0.2 * is_narrow() + 0.072 * max(map(len, words))


def beside(ax, text: str, x, y, dx: float = 5, dy: float = 0, **style):
    """Write text `dx` and `dy` points off a place: to its right, its left (dx < 0) or above it."""
    side = "left" if dx > 0 else "right" if dx < 0 else "center"
    style = {"textcoords": "offset points", "va": "center", "ha": side, "fontsize": 9} | style
    return ax.annotate(text, (x, y), (dx, dy), **style)


def diamonds(ax, x, y, **style):
    """The mark of what the report prints: an open diamond."""
    look = {"markerfacecolor": "white", "markeredgewidth": 1.4, "markersize": 8, "zorder": 4}
    return ax.plot(x, y, "D", color=PRINTED, label="printed in the report", **look | style)


def across(ax, value: float) -> None:
    """The dashed line of England and Wales, or of another number to be held against."""
    ax.axvline(value, color=NATIONAL, linewidth=1.2, linestyle=DASHED, zorder=0.5)


def nought(ax) -> None:
    """The line from which bars go either way."""
    ax.axvline(0, color=SOFT, linewidth=0.8, zorder=1)


def numbered(ax, unit: str) -> None:
    """Plain numbers with their unit along the horizontal axis, and lines up from them."""
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}{unit}")
    ax.grid(axis="x")


def panels_of(frame: pd.DataFrame, body: float, text: dict, space: float, **room):
    """Axes side by side for the `panel`s of a frame: figure, axes by panel."""
    names = list(frame["panel"].unique())
    grid = {"ncols": len(names), "sharey": True, "squeeze": False}
    grid |= {"gridspec_kw": {"wspace": space}}
    fig, axes = canvas(body, text, **room, **grid)
    return fig, dict(zip(names, axes[0], strict=True))


def key(ax, handles=None, loc: str = "lower right", at=(1.01, 1.0), **style) -> None:
    """What the marks mean; above the axes at the right unless told otherwise."""
    style = {"frameon": False, "fontsize": 9} | style
    if is_narrow() and style.get("ncols"):
        loc, at = f"{loc.split()[0]} left", (edge(ax), at[1])
        style |= {"ncols": min(style["ncols"], 2), "alignment": "left"}
    ax.legend(handles=handles, loc=loc, bbox_to_anchor=at, **style)


def name_rows(ax, names, places=None, force: str = "", up: float = 0, **style) -> None:
    """Names at the rows of a chart, the first at the top; the force's own name dark and bold.

    `up`: how far above its row a name stands, where no room is left for it. Signs after a name
    ('*', '†') and what follows a comma do not matter.
    """
    places = list(range(len(names)) if places is None else places)
    labels = on_top(ax, names, [place - up for place in places]) if up else []
    ax.set_yticks([] if up else places, [] if up else names, **style)
    ax.set_ylim(max(places) + 0.7, min(places) - 0.7 - up / 2)
    ax.tick_params(axis="y", length=0)
    for label in labels or ax.get_yticklabels():
        if label.get_text().split(",")[0].rstrip("*†") == force:
            label.set(color=FOCUS, fontweight="bold")


def on_top(ax, names, places) -> list:
    """Names from the left edge of the axes on, over what is drawn, also in axes at the right."""
    ax.set_zorder(1 - ax.get_position().x0)
    ax.patch.set_visible(False)
    look = {"xycoords": ax.get_yaxis_transform(), "ha": "left", "fontsize": 9.5, "color": SOFT}
    named = [each for each in zip(names, places, strict=True) if each[0]]
    return [beside(ax, name, 0, at, 0, zorder=3, bbox=WHITE, **look) for name, at in named]


def bare(ax) -> None:
    """Take away the axes' lines and the numbers of the horizontal one."""
    ax.set_xticks([])
    ax.spines[:].set_visible(False)

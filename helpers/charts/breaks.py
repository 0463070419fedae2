"""Breaks in a series, named above a chart of lines, and the years at its foot."""

from __future__ import annotations

from matplotlib.dates import DateFormatter, YearLocator

from helpers.charts.style import BAND, DASHED, SOFT, beside
from helpers.charts.width import inches, is_narrow


def above(breaks: list) -> float:
    """Inches for the names of breaks above a chart."""
    return 0.25 + 0.18 * len(breaks) if is_narrow() else 0.72


def few_years(ax) -> None:
    """Three to five years at the foot of a narrow chart; of a wide one as many as there are."""
    if is_narrow():
        first, last = ax.get_xlim()
        ax.xaxis.set_major_locator(YearLocator(max(1, round((last - first) / 365 / 4))))
        ax.xaxis.set_major_formatter(DateFormatter("%Y"))


def named_breaks(ax, breaks: list) -> None:
    """A line at the start of each break, a shade to its end, and its name on one of three steps; in
    a narrow chart each has a step, and there are fewer years at the foot.
    """
    steps, rise = (len(breaks), 0.05) if is_narrow() else (3, 0.065)
    few_years(ax)
    for n, each in enumerate(breaks):
        step, at = steps - 1 - n % steps, ax.get_xaxis_transform()
        if each.end > each.start:
            ax.axvspan(each.start, each.end, color=BAND, linewidth=0, zorder=0)
        reach = 1.03 + rise * step
        ax.plot([each.start] * 2, [0, reach], color=SOFT, linewidth=0.8, linestyle=DASHED,
                transform=at, clip_on=False, zorder=1, label="_break")  # fmt: skip
        left, white = ax.convert_xunits(each.start), {"fc": "white", "ec": "none", "pad": 1}
        look = {"xycoords": at, "fontsize": 8.5, "color": SOFT, "bbox": white, "zorder": 5}
        beside(ax, each.name, left, reach, 3 if _fits(ax, each.name, left) else -3, **look)


def _fits(ax, words: str, at: float) -> bool:
    """Whether words from a place on do not run over the right edge; in a wide chart they do not."""
    (low, high), box = ax.get_xlim(), ax.get_position()
    right = (box.x0 + box.width * (at - low) / (high - low)) * inches()
    return right + 0.072 * len(words) < inches() or not is_narrow()

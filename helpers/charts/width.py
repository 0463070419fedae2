"""How wide a chart is drawn: as a page and a notebook show it, and narrow, for a phone.

A narrow chart's words keep their size: they wrap, names stand above their rows, keys below one
another.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace

WIDE, NARROW = 8.0, 4.4  # inches; at 320 pixels the narrow one's smallest words have 8
LETTERS = 17  # of the longest name with room left for a narrow chart at its right
_inches: ContextVar[float] = ContextVar("inches", default=WIDE)
inches = _inches.get


def two_widths(chart: Callable) -> Callable:
    """A chart whose exhibit can be drawn again, narrow, when somebody asks for it."""

    @functools.wraps(chart)
    def drawn(*given, **choices):
        return replace(chart(*given, **choices), narrow=functools.partial(again, *given, **choices))

    def again(*given, **choices):
        before = _inches.set(NARROW)
        try:
            return chart(*given, **choices).figure
        finally:
            _inches.reset(before)

    return drawn


def is_narrow() -> bool:
    """Whether what is drawn at the moment is for a phone."""
    return inches() < WIDE


def at_top(names: Iterable[str]) -> bool:
    """Whether names stand above their rows, since no room is left at their right."""
    return is_narrow() and max(map(len, names)) > LETTERS


def wrapped(text: str, letters: int) -> str:
    """Words of a narrow chart in lines of at most so many letters."""
    return textwrap.fill(text, letters, break_long_words=False) if is_narrow() else text


def room_after(names: Iterable[str], wide: float) -> float:
    """Inches that names at the ends of lines ask for, `wide` inches if the chart is."""
    lines = [line for name in names for line in at_end(name).split("\n")]
    return 0.35 + 0.085 * max(map(len, lines)) if is_narrow() else wide


def at_end(name: str) -> str:
    """A name as it stands at the end of a line."""
    return wrapped(name, 13)


def edge(ax) -> float:
    """The left edge of a figure's words, as a share of the axes' width from their left end."""
    box = ax.get_position()
    return (0.015 - box.x0) / box.width

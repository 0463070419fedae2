"""Sentences with computed numbers: text with places, and the small words that agree with them.

A sentence is a Jinja template; its places are filled from a finding. What a number cannot fill
(nothing, not a number) is an error, so that no sentence is shown with a hole in it.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
import sys
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import jinja2
import pandas as pd
from IPython.display import Markdown, display

from helpers import areas

pd.set_option("display.max_colwidth", None)  # a statement or a reason is read whole or not at all
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def fixed(number: float, decimals: int) -> str:
    """'1,234.5': thousands commas, halves rounded away from nought, no minus before nought."""
    step = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(str(float(number))).quantize(step, ROUND_HALF_UP):,}"
    return text.removeprefix("-") if not re.search(r"[1-9]", text) else text


def whole(number: float) -> str:
    """'45,798'."""
    return fixed(number, 0)


def dp1(number: float) -> str:
    """'52.2'."""
    return fixed(number, 1)


def dp2(number: float) -> str:
    """'52.18'."""
    return fixed(number, 2)


def signed(number: float, decimals: int = 1) -> str:
    """'+15.7' or '-12.7'; nought has no sign."""
    text = fixed(number, decimals)
    return f"+{text}" if number > 0 and re.search(r"[1-9]", text) else text


def moved(change: float, decimals: int = 1) -> str:
    """A percentage change as a verb: 'rose by 15.7%', 'fell by 12.7%', 'did not change'."""
    size = fixed(abs(change), decimals)
    if not re.search(r"[1-9]", size):
        return "did not change"
    return f"{'rose' if change > 0 else 'fell'} by {size}%"


def moves(changes: dict[str, float], decimals: int = 1) -> str:
    """Changes by place: 'rose by 15.7% in Norfolk and by 4.3% in Suffolk', a verb once a run."""
    parts, last = [], ""
    for where, change in changes.items():
        verb, _, size = moved(change, decimals).partition(" by ")
        parts.append(
            f"by {size} in {where}"
            if size and verb == last
            else f"{moved(change, decimals)} in {where}"
        )
        last = verb
    return listing(parts)


def share(n: int, total: int) -> str:
    """'34 of 43 (79%)'; of fewer than 20 with a decimal where there is one: '5 of 8 (62.5%)'."""
    percent = 100 * n / total
    decimals = 0 if total >= 20 or percent == round(percent) else 1
    return f"{n:,} of {total:,} ({fixed(percent, decimals)}%)"


def ordinal(n: int) -> str:
    """'1st', '2nd', '3rd', '11th'."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def place_among(rank: int, total: int = len(areas.FORCES)) -> str:
    """A rank (1 = the lowest) from the nearer end: 'lowest', '14th lowest', '2nd highest'."""
    low = rank <= (total + 1) / 2
    steps = rank if low else total + 1 - rank
    return ("" if steps == 1 else f"{ordinal(steps)} ") + ("lowest" if low else "highest")


def place_within(rank: int, places: tuple[int, int], total: int = 43) -> str:
    """A rank with its interval: '14th lowest (12th to 17th)', '22nd lowest (18th lowest to 17th
    highest)', 'highest (no other by chance)'.
    """
    own, ends = place_among(rank, total), [place_among(end, total) for end in places]
    side = own.split()[-1]
    if {end.split()[-1] for end in ends} == {side}:
        steps = sorted(end if side == "lowest" else total + 1 - end for end in places)
        ends = [ordinal(end) for end in steps]
    only = places[0] == places[1]
    return f"{own} ({'no other by chance' if only else ' to '.join(ends)})"


def number_of(n: int, one: str, many: str = "") -> str:
    """'no force', 'one force', 'two forces', '13 forces'."""
    word = NUMBER_WORDS[n] if 0 <= n < len(NUMBER_WORDS) else f"{n:,}"
    return f"{word} {one if n in (0, 1) else many or one + 's'}"


def agree(n: int, one: str, many: str) -> str:
    """The verb's form for so many, none being singular: agree(1, 'lies', 'lie') -> 'lies'."""
    return one if n in (0, 1) else many


def compared(own: float, other: float) -> str:
    """How one rate stands to another: '17% below', '4% above', 'level with', '10.6 times'."""
    percent = round(100 * (own / other - 1))
    if percent == 0:
        return "level with"
    return (
        f"{own / other:.1f} times"
        if percent >= 100
        else f"{abs(percent)}% {'above' if percent > 0 else 'below'}"
    )


def listing(items: Iterable[str], joiner: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'; 'none' when there are none."""
    *first, last = list(items) or ["none"]
    return f"{', '.join(first)} {joiner} {last}" if first else last


def day(date) -> str:
    """'30 June 2015'."""
    return f"{date.day} {date:%B %Y}"


def month(date) -> str:
    """'June 2015'."""
    return f"{date:%B %Y}"


def first_up(text: str) -> str:
    """The text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def _whole_place(value: object) -> object:
    """What stands in a place: nothing, an empty text or not a number is a hole, and an error."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        raise ValueError(f"a place in a sentence was filled with {value!r}")
    return value


ENVIRONMENT = jinja2.Environment(undefined=jinja2.StrictUndefined, finalize=_whole_place)
# every public function above, and what an area and its police are called, may fill a place
ENVIRONMENT.filters |= {"place": areas.place, "police": areas.police} | {
    name: thing
    for name, thing in globals().items()
    if inspect.isfunction(thing) and not name.startswith("_")
}


@functools.cache
def _template(text: str) -> jinja2.Template:
    return ENVIRONMENT.from_string(text)


def fill(template: str, **names: object) -> str:
    """The text of a template, its places filled; blank lines part paragraphs of one line each.

    The filters are the functions of this module: {{ s.rate | dp1 }}. jinja2.UndefinedError: a name
    that is not given; ValueError: a place filled with nothing.
    """
    text = _template(template).render(**names)
    return "\n\n".join(
        " ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()
    )


def say(template: str) -> None:
    """Show a template as Markdown, its places filled from the notebook's own names."""
    note(fill(template, **sys._getframe(1).f_globals))


def note(*texts: str) -> None:
    """Show those texts that are not empty, in one paragraph.

    Markup is not let through: a force name or a note from a filled-in table may hold anything.
    """
    if text := " ".join(text for text in texts if text):
        display(Markdown(text.replace("&", "&amp;").replace("<", "&lt;")))


def table(frame: pd.DataFrame, decimals: int = 2) -> pd.DataFrame:
    """The frame as it is shown: thousands commas, fixed decimals, dates as 2015-06-30."""

    def column(values: pd.Series) -> pd.Series:
        if pd.api.types.is_datetime64_any_dtype(values):
            return values.dt.strftime("%Y-%m-%d")
        if pd.api.types.is_bool_dtype(values):
            return values.map({True: "yes", False: "no"})
        if not pd.api.types.is_numeric_dtype(values):
            return values
        digits = 0 if pd.api.types.is_integer_dtype(values) else decimals
        return values.map(lambda n: fixed(n, digits), na_action="ignore").astype(object).fillna("–")

    shown = frame.apply(column)
    return (
        shown.rename_axis(index=None, columns=shown.index.name)
        if shown.index.nlevels == 1
        else shown
    )

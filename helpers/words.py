"""Sentences with computed numbers: the small words that must agree with them."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd


def say(*sentences: str) -> None:
    """Show sentences as one paragraph of the notebook (Markdown); nothing when all are empty.

    Markup is not let through: a force name or a note from a filled-in table may hold anything.
    """
    from IPython.display import Markdown, display  # only a notebook needs it

    paragraph = " ".join(sentence for sentence in sentences if sentence)
    if paragraph:
        display(Markdown(paragraph.replace("&", "&amp;").replace("<", "&lt;")))


def print_anywhere() -> None:
    """Let a command print on a terminal that does not know every letter: such letters come out as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def deliver(text: str, target: str) -> None:
    """Put text on standard output ('-') or into a file, whole or not at all. OSError in a line that names the file."""
    path = Path(target)
    if target == "-" or (path.exists() and not path.is_file()):  # a device or a pipe cannot be replaced
        with (contextlib.nullcontext(sys.stdout) if target == "-" else path.open("w", encoding="utf-8", newline="\n")) as file:
            file.write(text)
        return
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise OSError(f"{path}: cannot be written ({error.strerror})") from None


def harmless(cell: object) -> object:
    """A text as a spreadsheet may take it: what it would read as a formula gets an apostrophe in front. Numbers stay."""
    if isinstance(cell, str) and re.match(r"[=@\t\r]|[-+](?![\d.,]+%?$)", cell):
        return f"'{cell}"
    return cell


def table(frame: pd.DataFrame, decimals: int = 2) -> pd.DataFrame:
    """The frame as it is shown: whole numbers with thousands commas, others with fixed decimals, dates as 2015-06-30."""
    def column(values: pd.Series) -> pd.Series:
        if pd.api.types.is_datetime64_any_dtype(values):
            return values.dt.strftime("%Y-%m-%d")
        if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
            return values
        layout = "{:,}" if pd.api.types.is_integer_dtype(values) else f"{{:,.{decimals}f}}"
        return values.map(layout.format, na_action="ignore").astype(object).fillna("–")
    shown = frame.apply(column)
    return shown.rename_axis(index=None, columns=shown.index.name) if shown.index.nlevels == 1 else shown


def moved(change: float, decimals: int = 1) -> str:
    """A percentage change as a verb: 'rose by 15.7%', 'fell by 12.7%', 'did not change'."""
    size = f"{abs(change):.{decimals}f}"
    if float(size) == 0:
        return "did not change"
    return f"{'rose' if change > 0 else 'fell'} by {size}%"


def signed(number: float, decimals: int = 1) -> str:
    """'+15.7' or '-12.7'; nought has no sign."""
    text = f"{number:+,.{decimals}f}"
    return text[1:] if float(text.replace(",", "")) == 0 else text


def share(n: int, total: int) -> str:
    """'34 of 43 (79%)'."""
    return f"{n:,} of {total:,} ({100 * n / total:.0f}%)"


def ordinal(n: int) -> str:
    """'1st', '2nd', '3rd', '11th'."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def listing(items: Iterable[str], joiner: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'; 'none' when there are none."""
    *first, last = list(items) or ["none"]
    return f"{', '.join(first)} {joiner} {last}" if first else last


def day(date) -> str:
    """'30 June 2015'."""
    return f"{date.day} {date:%B %Y}"


def compared(own: float, other: float) -> str:
    """How one rate stands to another, to be followed by it: '17% below', '4% above', 'level with', '10.6 times'."""
    percent = round(100 * (own / other - 1))
    if percent == 0:
        return "level with"
    return f"{own / other:.1f} times" if percent >= 100 else f"{abs(percent)}% {'above' if percent > 0 else 'below'}"


def place_among(rank: int, total: int = 43) -> str:
    """A rank (1 = the lowest) from the nearer end: 'lowest', '14th lowest', '2nd highest'."""
    low = rank <= (total + 1) / 2
    steps = rank if low else total + 1 - rank
    return ("" if steps == 1 else f"{ordinal(steps)} ") + ("lowest" if low else "highest")

"""Text on its way out: to a terminal, into a file whole or not at all, safe for a spreadsheet."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path


def print_anywhere() -> None:
    """Let a command print on a terminal that does not know every letter: those become escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def deliver(text: str, target: str) -> None:
    """Put text on standard output ('-') or into a file, whole or not at all.

    OSError in a line that names the file.
    """
    path = Path(target)
    if target == "-":
        sys.stdout.write(text)
        return
    if path.exists() and not path.is_file():  # a device or a pipe cannot be replaced
        path.write_text(text, encoding="utf-8", newline="\n")
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
    """A text as a spreadsheet may take it: an apostrophe before what it would read as a formula.

    Numbers stay.
    """
    if isinstance(cell, str) and re.match(r"[=@\t\r]|[-+](?![\d.,]+%?$)", cell):
        return f"'{cell}"
    return cell

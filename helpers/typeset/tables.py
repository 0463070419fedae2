"""A table as pandas writes it, typeset like that of a statistical release."""

from __future__ import annotations

import re

import pandas as pd
from bs4 import BeautifulSoup, Tag

from helpers import areas
from helpers.claims import VERDICTS
from helpers.prose import first_up, listing

CELLS = ("th", "td")
SHOWN = {"statement": "claim", "area": "area", "when": "year to", "printed": "printed"}
LETTER = re.compile(r"[^\W\d_]")


def typeset(soup: BeautifulSoup, rows: pd.DataFrame, headings: tuple[str, ...]) -> None:
    """Every table with one row of heads, each with its scope; numbers set right; the first column
    kept in sight; a caption; a box to scroll in. A row about one of the claims `rows` is linked.
    """
    taken: set[str] = set()
    for number, table in enumerate(soup("table"), 1):
        _tidy(table)
        heads = [_text(cell) for row in table("tr")[:1] for cell in row(CELLS)]
        about = _about(table, heads, headings, taken)
        _align(table)
        _cite(soup, table, heads, rows)
        _first(table)
        _boxed(soup, table, f"Table {number}. {about}")


def _text(tag: Tag | None) -> str:
    return " ".join(tag.get_text().split()) if tag else ""


def _about(table: Tag, heads: list[str], headings: tuple[str, ...], taken: set[str]) -> str:
    """What a table shows: the sentence that leads to it, in a colon, else the heading above.

    What an earlier table is called already is told apart by what stands in it.
    """
    before = table.find_previous(["p", *headings])
    led = re.split(r"(?<=[.?!]) ", _text(before))[-1] if before and before.name == "p" else ""
    heading = re.sub(r"^(\d+\.|Figure \d –) ", "", _text(table.find_previous(headings)))
    about = first_up(heading) or "Values"
    if led.endswith(":") and len(led.split()) > 6:
        about = led.removesuffix(":")
    elif "licence" in heads:
        about = "Sources"
    if about in taken:
        told = "claims and verdicts" if heads[:1] == ["claim"] else listing(filter(None, heads))
        about = f"{about}: {told}"
    taken.add(about)
    return about


def _tidy(table: Tag) -> None:
    table.attrs = {}
    _one_head(table)
    for cell in table([*CELLS, "tr"]):
        cell.attrs = {k: v for k, v in cell.attrs.items() if k in ("rowspan", "colspan")}
    for head in table("th"):
        head["scope"] = "col" if head.find_parent("thead") else "row"
        if not _text(head):
            head.name = "td"
            del head["scope"]


def _boxed(soup: BeautifulSoup, table: Tag, caption: str) -> None:
    about = soup.new_tag("caption")
    about.append(soup.new_tag("span", string=caption))
    table.insert(0, about)
    box = {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": caption}
    table.wrap(soup.new_tag("div", attrs=box))


def _one_head(table: Tag) -> None:
    """pandas puts the names of an index below those of columns: one row for both."""
    rows = table.thead("tr") if table.thead else []
    if len(rows) == 2:
        for above, below in zip(*(row(CELLS) for row in rows), strict=True):
            above.string = above.get_text() or below.get_text()
        rows[1].decompose()


def _align(table: Tag) -> None:
    """Class `number` on every column that holds no words, `whole` on what is not to be parted."""
    rows = [cells for row in table("tr") if (cells := row("td")) and row.parent.name != "thead"]
    width = min(map(len, rows), default=0)
    heads = table.thead("tr")[-1](CELLS) if table.thead else []
    for place in range(-width, 0):
        column = [row[place] for row in rows]
        words = [cell.get_text(strip=True) for cell in column]
        if not any(LETTER.search(word.replace("NaN", "")) for word in words):
            for cell in column + heads[place:][:1]:
                cell["class"] = "number"
        elif all(len(word) < 16 for word in words):
            for cell in column:
                cell["class"] = "whole"


def _first(table: Tag) -> None:
    """Class `first` on the cells of the first column, which rows below a merged cell lack."""
    below = 0
    for row in table("tr"):
        cell = row.find(CELLS)
        if below:
            below -= 1
        elif cell is not None:
            cell["class"] = ["first", *cell.get_attribute_list("class", [])]
            below = int(cell.get("rowspan", 1)) - 1


def _cite(soup: BeautifulSoup, table: Tag, heads: list[str], rows: pd.DataFrame) -> None:
    """Link the rows of a table that show one claim, and no other, to its address; its verdict in
    the colour of all verdicts.
    """
    for cell in table("td", string=VERDICTS):
        cell.string.wrap(soup.new_tag("span", attrs={"class": f"verdict {areas.slug(cell.text)}"}))
    if heads[:1] != ["claim"]:
        return
    shown = rows.rename(columns=SHOWN)[["id", *SHOWN.values(), "page"]]
    known = shown.replace("-", "").to_dict("records")
    for row in table.tbody("tr"):
        cells = row(CELLS)
        told = {h: c.get_text().strip("–") for h, c in zip(heads, cells, strict=True)}
        found = [
            each["id"]
            for each in known
            if all(told.get(head, text) == text for head, text in each.items() if head != "id")
        ]
        if len(found) == 1:
            link = soup.new_tag("a", href=f"fact-check.html#{found[0]}")
            link.extend(cells[0].contents[:])
            cells[0].append(link)

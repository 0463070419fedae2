"""A table as pandas writes it, typeset like that of a statistical release."""

from __future__ import annotations

import re

import pandas as pd
from bs4 import BeautifulSoup, Tag

from helpers import areas
from helpers.claims import VERDICTS
from helpers.prose import agree, first_up, listing

CELLS = ("th", "td")
CLAIM = "claim"  # the first head of a table whose rows are claims
FIGURES = ("printed", "could have been", "found", "difference")  # heads of claims; few are in words
ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
SHOWN = {"statement": CLAIM, "area": "area", "when": "year to", "printed": "printed"}
LETTER = re.compile(r"[^\W\d_]")


def typeset(soup: BeautifulSoup, rows: pd.DataFrame, headings: tuple[str, ...]) -> None:
    """Every table with one row of heads, each with its scope; numbers set right; the first column
    kept in sight; a caption; a box to scroll in. A row about one of the claims `rows` is linked.
    """
    taken: set[str] = set()
    for number, table in enumerate(soup("table"), 1):
        _tidy(table)
        heads = [_text(cell) for row in table("tr")[:1] for cell in row(CELLS)]
        _align(table, heads)
        about = _about(table, heads, headings, taken)
        _cite(soup, table, heads, rows)
        _first(table)
        kind = "scroll claims" if heads[:1] == [CLAIM] else "scroll"
        _boxed(soup, table, f"Table {number}. {about}", kind)


def _text(tag: Tag | None) -> str:
    return " ".join(tag.get_text().split()) if tag else ""


def _about(table: Tag, heads: list[str], headings: tuple[str, ...], taken: set[str]) -> str:
    """What a table shows: the sentence that leads to it in a colon, which then stands here only;
    how many claims; the heading above, unless that is next to it or an earlier table's; its heads.
    """
    before = table.find_previous(["p", "li", "figcaption", *CELLS, *headings])
    said = _text(before) if before and before.name == "p" else ""
    led = re.split(r"(?<=[.?!]) ", said)[-1]
    if led.endswith(":") and len(led.split()) > 6:
        last = before.contents[-1]
        if led == said:
            before.decompose()
        elif last.name is None:
            last.replace_with(re.sub(r"\s+", " ", last).rstrip().removesuffix(led))
        return led.removesuffix(":")
    heading = table.find_previous(headings)
    about = first_up(re.sub(r"^(\d+\.|Figure \d –) ", "", _text(heading)))
    if heads[:1] == [CLAIM]:
        count = len(table.tbody("tr"))
        about = f"{count} {agree(count, 'claim, with its verdict', 'claims, with their verdicts')}"
    elif "licence" in heads:
        about = "Sources"
    elif before is heading or about in taken:
        about = first_up(listing([head.split(",")[0] for head in heads if head])) or "Values"
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


def _boxed(soup: BeautifulSoup, table: Tag, caption: str, kind: str) -> None:
    about = soup.new_tag("caption")
    about.append(soup.new_tag("span", string=caption))
    table.insert(0, about)
    box = {"class": kind, "role": "group", "tabindex": "0", "aria-label": caption}
    table.wrap(soup.new_tag("div", attrs=box))


def _one_head(table: Tag) -> None:
    """pandas puts the names of an index below those of columns: one row for both."""
    rows = table.thead("tr") if table.thead else []
    if len(rows) == 2:
        for above, below in zip(*(row(CELLS) for row in rows), strict=True):
            above.string = above.get_text() or below.get_text()
        rows[1].decompose()


def _align(table: Tag, heads: list[str]) -> None:
    """Class `number` on every column that holds no words, `whole` on what is not to be parted."""
    rows = [cells for row in table("tr") if (cells := row("td")) and row.parent.name != "thead"]
    width = min(map(len, rows), default=0)
    above = table.thead("tr")[-1](CELLS) if table.thead else []
    for place in range(-width, 0):
        column = [row[place] for row in rows]
        words = [cell.get_text(strip=True) for cell in column]
        figures = heads[:1] == [CLAIM] and heads[place] in FIGURES
        if figures or not any(LETTER.search(word.replace("NaN", "")) for word in words):
            for cell in column + above[place:][:1]:
                cell["class"] = "number"
        elif all(len(word) < (26 if word[:1].isdigit() else 16) for word in words):
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
    the colour of all verdicts; with what a row needs to be a card: heads, and its cells' roles.
    """
    for cell in table("td", string=VERDICTS):
        cell.string.wrap(soup.new_tag("span", attrs={"class": f"verdict {areas.slug(cell.text)}"}))
    if heads[:1] != [CLAIM]:
        return
    for tag in [table, *table([*ROLES, "th"])]:
        tag["role"] = ROLES.get(
            tag.name, "rowheader" if tag.find_parent("tbody") else "columnheader"
        )
    shown = rows.rename(columns=SHOWN)[["id", *SHOWN.values(), "page"]]
    known = shown.replace("-", "").to_dict("records")
    for row in table.tbody("tr"):
        cells = dict(zip(heads, row(CELLS), strict=True))
        for head, cell in cells.items():
            cell["data-head"] = head
        told = {head: cell.get_text().strip("–") for head, cell in cells.items()}
        found = [
            each["id"]
            for each in known
            if all(told.get(head, text) == text for head, text in each.items() if head != "id")
        ]
        if len(found) == 1:
            link = soup.new_tag("a", href=f"fact-check.html#{found[0]}")
            link.extend(cells[CLAIM].contents[:])
            cells[CLAIM].append(link)

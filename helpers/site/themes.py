"""A notebook as a page of the site: pictures as files, code behind one switch, whole tables."""

from __future__ import annotations

import base64
import functools
import re
import struct
from dataclasses import dataclass

import nbformat
from bs4 import BeautifulSoup, Tag

from helpers import areas, charts
from helpers.reproduce import alive, pages
from helpers.site import facts

HEADINGS = ("h1", "h2", "h3", "h4")
FOR_JUPYTER = re.compile(r"Another force or year: change the two values below[^.]*\.")
SCRIPTS = "vega.js"  # what draws charts that answer to choices, once for all pages


@dataclass(frozen=True)
class Picture:
    """An exhibit as a page shows it; title: its finding, the first sentence of `alt`."""

    name: str
    png: bytes
    csv: bytes
    alt: str
    title: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the file's head."""
        return struct.unpack(">II", self.png[16:24])


def pictures(notebook: nbformat.NotebookNode) -> dict[str, Picture]:
    """The exhibits of an executed notebook, in its order, by the text that its output holds."""
    found, written = {}, pages.exhibits(notebook)
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    for shown in (o for o in outputs if charts.EXHIBIT in o.get("data", {})):
        name = areas.slug(shown.data[charts.EXHIBIT]["name"]).replace("-", "_")
        alt, files = shown.metadata["image/png"]["alt"], f"exhibits/{name}"
        title = alt.partition(". ")[0]
        png, csv = written[f"{files}.png"], written[f"{files}.csv"]
        found[base64.b64encode(png).decode()] = Picture(name, png, csv, alt, title)
    return found


def body(notebook: nbformat.NotebookNode, shown: dict[str, Picture], figure) -> str:
    """The inside of a page. `figure(Picture)` is the markup of one exhibit."""
    soup = BeautifulSoup(pages.page(notebook), "html.parser")
    main = soup.find("main")
    for gone in main.select("nav, a.anchor-link, div.prompt, summary"):
        gone.decompose()
    for fold in main.select("details.code"):
        fold.name = "div"
    for script in main("script"):
        if script.string == alive.scripts():
            script.string, script["src"] = "", SCRIPTS
    for image in main.select('img[src^="data:"]'):
        picture = shown.get(image["src"].partition(",")[2])
        if picture is None:
            raise ValueError(
                f"the site is not whole: no exhibit has the picture {image.get('alt')}"
            )
        made = BeautifulSoup(figure(picture), "html.parser")
        if chart := image.find_parent(class_="alive"):  # it takes the place of its picture
            image["src"], made.figcaption.name = made.img["src"], "p"
            chart.insert_after(made.p)
        else:
            image.replace_with(made)
    for text in main.find_all(string=FOR_JUPYTER):
        text.replace_with(FOR_JUPYTER.sub("", text))
    for code in main("pre"):
        code["tabindex"] = "0"  # it may scroll
    _headings(main)
    for table in main("table"):
        _table(soup, table)
    _unwrap(main)
    return main.decode_contents()


def _headings(main: Tag) -> None:
    """Each heading's address in plain letters, once."""
    taken: dict[str, int] = {}
    for head in main(HEADINGS):
        slug = areas.slug(head.get_text()) or "part"
        taken[slug] = taken.get(slug, 0) + 1
        head["id"] = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"


def _unwrap(main: Tag) -> None:
    """Take off what nbconvert puts around every output."""
    for cell in main.select("div.cell"):
        del cell["id"]
    for around in main("div"):
        kept = {"cell", "code", "alive", "scroll", "chart", "output_text"} & set(
            around.get("class", [])
        )
        if not kept:
            around.unwrap()


def _table(soup: BeautifulSoup, table: Tag) -> None:
    """One row of heads, each with its scope, a caption, and a box to scroll in."""
    table.attrs = {}
    rows = table.thead("tr") if table.thead else []
    if len(rows) == 2:  # pandas puts the names of an index below those of columns
        heads = zip(*(list(row(["th", "td"])) for row in rows), strict=True)
        for above, below in heads:
            above.string = above.get_text() or below.get_text()
        rows[1].decompose()
    for head in table("th"):
        head.attrs = {k: v for k, v in head.attrs.items() if k in ("class", "rowspan", "colspan")}
        head["scope"] = "col" if head.find_parent("thead") else "row"
        if not head.get_text(strip=True):
            head.name = "td"
            del head["scope"]
    for row in table("tr"):
        row.attrs = {}
    for day in table(["th", "td"], string=re.compile(r"^\d{4}-\d\d-\d\d$")):
        day["class"] = "whole"
    _cite(soup, table)
    about = table.find_previous(HEADINGS).get_text(strip=True)
    caption = soup.new_tag("caption", attrs={"class": "hidden"})
    caption.string = about
    table.insert(0, caption)
    box = {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": f"Table: {about}"}
    table.wrap(soup.new_tag("div", attrs=box))


COLUMNS = {"statement": "claim", "area": "area", "when": "year to", "printed": "printed"}


@functools.cache
def _known() -> list[tuple[str, dict[str, str]]]:
    """Each claim's id, and how a table of claims shows it, by head."""
    shown = facts.rows().rename(columns=COLUMNS).set_index("id")[[*COLUMNS.values(), "page"]]
    return list(shown.to_dict("index").items())


def _cite(soup: BeautifulSoup, table: Tag) -> None:
    """Link the rows of a table that show one claim, and no other, to its address."""
    heads = [cell.get_text() for cell in table.tr(["th", "td"])]
    if heads[0] != "claim":
        return
    for row in table.tbody("tr"):
        cells = row(["th", "td"])
        told = {h: c.get_text().strip("–") for h, c in zip(heads, cells, strict=True)}
        ids = [
            id
            for id, shown in _known()
            if all(told.get(h, each) == each for h, each in shown.items())
        ]
        if len(ids) == 1:
            link = soup.new_tag("a", href=f"fact-check.html#{ids[0]}")
            link.extend(cells[0].contents[:])
            cells[0].append(link)

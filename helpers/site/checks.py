"""What is wrong with a site that is about to be written: links, addresses, pictures, requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset"}


def faults(files: dict[str, bytes]) -> list[str]:
    """A line a fault of a site's files, by name. No file is read twice."""
    pages = {
        name: BeautifulSoup(content.decode(), "html.parser")
        for name, content in files.items()
        if name.endswith(".html")
    }
    ids = {name: [tag["id"] for tag in page(id=True)] for name, page in pages.items()}
    found = [
        f"{name}: {what}"
        for name, page in pages.items()
        for what in (*_links(name, page, files, ids), *_markup(page, ids[name]))
    ]
    sheets = (name for name in files if name.endswith(".css"))
    found += [f"{n}: asks another host" for n in sheets if re.search(rb"url\(|@import", files[n])]
    return found


def _links(name: str, page: BeautifulSoup, files: dict, ids: dict) -> Iterator[str]:
    for tag in page(["a", *LOADED]):
        target = tag.get(LOADED.get(tag.name, "href"))
        where = urlsplit(target or "")
        if tag.name != "a" and (where.scheme or where.netloc):
            yield f"asks another host: {target[:60]}"
        if target is None or where.scheme or where.netloc:
            continue
        path = unquote(where.path) or name
        if path not in files:
            yield f"there is no {path}"
        elif where.fragment and unquote(where.fragment) not in ids.get(path, []):
            yield f"there is no place {where.fragment} in {path}"


def _markup(page: BeautifulSoup, ids: list[str]) -> Iterator[str]:
    yield from (
        f"two places are called {each}" for each in sorted({i for i in ids if ids.count(i) > 1})
    )
    for image in page("img"):
        if not image.get("alt"):
            yield f"the picture {image.get('src', '')[:60]} has no words"
    levels = [int(head.name[1]) for head in page(re.compile("^h[1-6]$"))]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "a page has one first heading"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "a heading skips a level"

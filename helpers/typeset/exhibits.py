"""The exhibits of an executed notebook as files: picture, drawing and table of each."""

from __future__ import annotations

import base64
import csv
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import nbformat

from helpers import areas, charts

SVG = "image/svg+xml"


@dataclass(frozen=True)
class Picture:
    """An exhibit: in words, where its numbers are from, and its files, by ending; narrow: the
    picture for a phone, where the run made one.
    """

    name: str
    alt: str
    source: str
    licence: str
    files: dict[str, bytes] = field(repr=False)
    narrow: bytes = field(default=b"", repr=False)

    @property
    def title(self) -> str:
        """Its name in words: 'figure 1'."""
        return self.name.replace("_", " ")

    @property
    def paths(self) -> dict[str, bytes]:
        """Path beside a page -> content."""
        own = {f"exhibits/{self.name}.{end}": content for end, content in self.files.items()}
        return own | ({f"exhibits/{self.name}-narrow.png": self.narrow} if self.narrow else {})

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Width and height in pixels of the picture and of the narrow one, from the PNGs' heads."""
        heads = filter(None, (self.files["png"], self.narrow))
        return tuple(struct.unpack(">II", head[16:24]) for head in heads)


def shown(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    """The outputs that are exhibits, in order."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return (output for output in outputs if charts.EXHIBIT in output.get("data", {}))


def picture(output: nbformat.NotebookNode) -> Picture:
    """The exhibit of one output; it has a drawing (SVG) where the run made one."""
    exhibit, about = output.data[charts.EXHIBIT], output.metadata["image/png"]
    name = areas.slug(exhibit["name"]).replace("-", "_")
    files = {"png": base64.b64decode(output.data["image/png"])}
    if SVG in output.data:
        files["svg"] = output.data[SVG].encode()
    files["csv"] = exhibit["csv"].encode()
    first = next(csv.DictReader(io.StringIO(exhibit["csv"])), {})
    narrow = base64.b64decode(exhibit.get("narrow", ""))
    source, licence = first.get("source", ""), first.get("licence", "")
    return Picture(name, about["alt"], source, licence, files, narrow)


def pictures(notebook: nbformat.NotebookNode) -> list[Picture]:
    return [picture(output) for output in shown(notebook)]

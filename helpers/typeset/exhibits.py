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
    """An exhibit: in words, where its numbers are from, and its files, by ending."""

    name: str
    alt: str
    source: str
    licence: str
    files: dict[str, bytes] = field(repr=False)

    @property
    def title(self) -> str:
        """Its name in words: 'figure 1'."""
        return self.name.replace("_", " ")

    @property
    def paths(self) -> dict[str, bytes]:
        """Path beside a page -> content."""
        return {f"exhibits/{self.name}.{end}": content for end, content in self.files.items()}

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the PNG's head."""
        return struct.unpack(">II", self.files["png"][16:24])


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
    return Picture(name, about["alt"], first.get("source", ""), first.get("licence", ""), files)


def pictures(notebook: nbformat.NotebookNode) -> list[Picture]:
    return [picture(output) for output in shown(notebook)]

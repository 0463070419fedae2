"""Charts that answer to choices, as part of a page: with the scripts that draw them, whole."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

import jinja2

from helpers import charts

TEMPLATE = Path(__file__).parent / "page" / "alive.html.j2"
VEGA_LITE = "5.20"  # the version of `charts.ALIVE` that JupyterLab draws


@functools.cache
def scripts() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, from the installed package."""
    import vl_convert  # here, because only a page with such a chart needs it

    return _inside(vl_convert.javascript_bundle(vl_version=VEGA_LITE))


def _inside(script: str) -> str:
    """A script as it can stand in a page: it must not hold what would end it there."""
    return re.sub(r"<(?=/script|!--)", r"\\x3C", script, flags=re.IGNORECASE)


def _json(value: object) -> str:
    return _inside(json.dumps(value, separators=(",", ":"), sort_keys=True))


def html(output: dict, metadata: dict) -> str:
    """The part of a page for an exhibit's output that has a chart which answers to choices."""
    return jinja2.Template(TEMPLATE.read_text(encoding="utf-8")).render(
        name=output[charts.EXHIBIT]["name"],
        picture=output["image/png"].strip(),
        alt=metadata["image/png"]["alt"],
        scripts=scripts(),
        spec=_json(output[charts.ALIVE]),
        options=_json(metadata[charts.ALIVE]["embed_options"]),
    )

"""Charts that answer to choices, as part of a page, and the scripts that draw them."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys

from helpers import charts
from helpers.typeset import frame
from helpers.typeset.exhibits import Picture

SCRIPTS = "vega.js"  # beside the pages, once for all
# The scripts to be had are of Vega-Lite 6, which draws what JupyterLab draws with its 5.
VEGA_LITE = "6.4"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@functools.cache
def scripts() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one script, from the installed package.

    Asked of a process of its own: the package starts threads, and this one may have to fork.
    """
    bundle = f"vl_convert.javascript_bundle(vl_version={VEGA_LITE!r})"
    command = f"import sys, vl_convert; sys.stdout.buffer.write({bundle}.encode())"
    done = subprocess.run([sys.executable, "-c", command], stdout=subprocess.PIPE, check=True)
    return done.stdout


def needs_scripts(page: str) -> bool:
    return f'src="{SCRIPTS}"' in page


def _inside(script: str) -> str:
    """A script as it can stand in a page: it must not hold what would end it there."""
    return re.sub(r"<(?=/script|!--)", r"\\x3C", script, flags=re.IGNORECASE)


def _json(value: object) -> str:
    return _inside(json.dumps(value, separators=(",", ":"), sort_keys=True))


@functools.cache
def _template():
    return frame.environment().get_template("alive.html.j2")


def html(picture: Picture, output: dict, metadata: dict) -> str:
    """The part of a page for an exhibit's output that has a chart which answers to choices."""
    return _template().render(
        picture=picture,
        spec=_json(output[charts.ALIVE] | {"$schema": SCHEMA}),
        options=_json(metadata[charts.ALIVE]["embed_options"]),
    )

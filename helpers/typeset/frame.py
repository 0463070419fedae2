"""Templates, and the frame that every page stands in: style, ways around, what it is built from."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from helpers import areas, measures, prose, report

HERE = Path(__file__).parent / "page"
PROJECT = Path(__file__).resolve().parents[2]
WORDS = """
place police dp1 dp2 whole signed moved moves compared share listing month day place_within first_up
"""  # of `helpers.prose`, which templates may use
MAIN, END = "<!-- the page -->", "<!-- end of the page -->"
# what holds no words: code, scripts, tags
LEFT = re.compile(r"(<(pre|code|script|style)\b.*?</\2>|<[^>]*>)", re.DOTALL)


def environment(*folders: Path) -> jinja2.Environment:
    """Templates with the small words of sentences; a name that is not given is an error.

    folders: where more templates are than those of this package.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*folders, HERE]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {name: prose.ENVIRONMENT.filters[name] for name in WORDS.split()}
    made.filters |= {"slug": areas.slug, "coded": _coded}
    made.globals |= {"EW": areas.ENGLAND_AND_WALES, "FORCE": report.FORCE}
    made.globals |= {"END": report.YEAR_ENDING, "foot": footer()}
    made.globals |= {"MAIN": MAIN, "END_OF_MAIN": END}
    made.globals |= {"also": [], "home": "index.html"}
    return made


def _coded(text: str) -> Markup:
    """What stands between `backticks` as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


@functools.cache
def _ours() -> jinja2.Environment:
    return environment()


def page(template: str, made: jinja2.Environment | None = None, **names) -> str:
    """A page from a template, with a true minus before every negative number."""
    html = (made or _ours()).get_template(template).render(**names)
    return reworded(html, lambda words: re.sub(r"(?<![\w.\-–−])-(?=\d)", "−", words))


def reworded(html: str, change: Callable[[str], str]) -> str:
    """A page with its words changed; tags, code and scripts stay."""
    parts = LEFT.split(html)  # words, what is left, the name of its tag; and again
    parts[::3] = map(change, parts[::3])
    return "".join(part for n, part in enumerate(parts) if n % 3 != 2)


def inside(html: str) -> str:
    """What a page says, out of its frame where it stands in one."""
    return (html.partition(MAIN)[2].partition(END)[0] or html).strip()


def static(*names: str) -> dict[str, bytes]:
    """Files that lie beside the pages: style sheet, icon, and others asked for."""
    return {name: (HERE / name).read_bytes() for name in ("site.css", "icon.svg", *names)}


def _git(*asked: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(PROJECT), *asked], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):  # an archive, not a clone
        return ""
    return done.stdout.strip()


@functools.cache
def footer() -> dict:
    """What every page is built from: report, releases of recorded crime, commit, and whether
    anything was changed since.
    """
    return {
        "commit": _git("rev-parse", "--short=10", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "releases": [measures.release_name(vintage) for vintage in measures.VINTAGES],
        "report": report.SOURCE,
    }

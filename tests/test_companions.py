"""Companions for all 43 forces, built as a reader builds them, and every page read.

All forces for the report's year, five unlike ones for other years. `WENT_WRONG` is the list of what
went wrong once or could; each pattern is tried on a page that has the fault.
"""

import re

import pytest
from bs4 import BeautifulSoup
from test_sentences import faults

from conftest import NOTEBOOKS
from helpers import areas, measures, report
from helpers.reproduce.building import build

UNLIKE = ["Norfolk", "Metropolitan Police", "City of London", "Dyfed-Powys", "Greater Manchester"]
YEARS = ("2012-06-30", "2016-06-30", "2018-12-31", f"{measures.last_year():%Y-%m-%d}")
BLOCKS = "p, li, h1, h2, h3, h4, td, th"
NOT_IN_CELLS = ("no end", "a small letter first")  # what holds for sentences only
WENT_WRONG = {  # beside what `test_sentences` looks for: pattern -> what it is
    r"(?i:\bnan\b)|\bNaT\b|\bNone\b|<NA>|\binf\b": "a value that is none",
    r"\bTraceback\b|\w+Error: |\w+Warning: ": "an error or a warning",
    r"\{\{|\}\}|\{%|\bundefined\b": "a place left open",
    r"[-−]0(?:\.0+)?(?![\d.])": "minus nothing",
    r"\b[a-z]+_[a-z_]+\b(?![./])": "a name from the code",
    r"(?<![\d.,])(?:0|4[4-9]|[5-9]\d|\d{3,})"
    r"(?:(?:st|nd|rd|th)? of (?:the )?43\b|(?:st|nd|rd|th) (?:lowest|highest))":
        "a place outside 1 to 43",
    r"\b(?:1|0)1?(?:nd|rd)\b|\b\d*(?:1[123])(?:st|nd|rd)\b|\b\d*[04-9](?:st|nd|rd)\b":
        "an ordinal as nobody writes it",
    r"\d{1,3}(?:,\d{3})*\.\d{5,}": "a number with too many digits",
    r"\bthe the\b|\bof of\b|\bin in\b|\ba a\b": "a doubled word",
}  # fmt: skip
# What only the report's own force may be told: the report's judgment and wording about it.
OWN = re.compile(rf"\bthe report (?:says|prints|calls|states|claims)[^.]*\b{report.FORCE}\b")


def blocks(soup):
    """What a reader reads, paragraph by paragraph and cell by cell; code is folded away."""
    for part in soup.select("details, style, nav, pre"):
        part.decompose()
    for name in soup("code"):  # a name from the code that is meant
        name.string = "…"
    for block in soup.select(BLOCKS):
        if not block.find(["p", "table", "ul", "ol"]):
            yield block.name, block.get_text().replace("¶", "").strip("\n")


def wrong(html, force, folder):
    """What is wrong with a page in a folder, each with the words around it."""
    soup, found = BeautifulSoup(html, "html.parser"), []
    if soup.select(".output_error, .output_stderr"):
        found.append("an error or a warning is shown")
    for picture in soup("img"):
        drawn = (folder / picture["src"]).is_file()
        if not picture.get("alt") or not drawn or "; ." in picture["alt"]:
            found.append(f"a figure without data or words: {picture.get('alt', '')[:60]}")
    for table in soup("table"):
        if not table("td"):
            found.append("a table without rows")
    for kind, text in blocks(soup):
        if not text.strip() and kind in ("p", "li", "h1", "h2", "h3", "h4"):
            found.append(f"an empty {kind}")
        for pattern, what in WENT_WRONG.items():
            found += [f"{what}: …{text[max(0, m.start() - 30):m.end() + 20]}…"
                      for m in re.finditer(pattern, text)]  # fmt: skip
        if kind == "p":
            found += [each for each in faults(text) if not each.startswith(NOT_IN_CELLS)]
        if force != report.FORCE and OWN.search(text):
            found.append(f"a claim of another force's report: {text[:80]}")
    return found


def read(done):
    return [
        f"{each.place.name}/{page.name}: {fault}"
        for each in done
        for page in sorted(each.place.glob("*.html"))
        for fault in wrong(page.read_text(encoding="utf-8"), each.force, each.place)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("year", [f"{report.YEAR_ENDING:%Y-%m-%d}", *YEARS])
def test_every_companion_is_built_and_reads_well(tmp_path, year):
    end = measures.year_ending(year)
    forces = list(areas.FORCES) if end == report.YEAR_ENDING else UNLIKE
    done = build(forces, end, tmp_path, NOTEBOOKS)
    assert not [f"{each.force}, {error}" for each in done for error in each.errors]
    assert len(done) == len(forces) and all((each.place / "index.html").exists() for each in done)
    found = read(done)
    assert not found, f"{len(found)} faults\n" + "\n".join(found[:40])


PAGE = "<html><body><main>{}</main></body></html>"
GOOD = """<h1>How much?</h1><p>Crime is 5 of 43 (12%), the 5th lowest; it fell by 1.5%.</p>
<p>About 1.0 of 43 would lie outside.</p>
<table><tr><th>rate</th></tr><tr><td>-0.5</td></tr></table><img alt="Bars." src="bars.png">
<details><p>nan</p></details>"""


@pytest.fixture
def folder(tmp_path):
    """Where one picture lies."""
    (tmp_path / "bars.png").write_bytes(b"drawn")
    return tmp_path


@pytest.mark.parametrize(
    ("what", "html"),
    [
        ("a value that is none", "<p>The rate is nan here.</p>"),
        ("a value that is none", "<table><tr><td>NaN</td></tr></table>"),
        ("an error or a warning", "<p>ValueError: no such year.</p>"),
        ("an error or a warning is shown", '<div class="output_stderr"><pre>x</pre></div>'),
        ("a place left open", "<p>The rate is {{ rate }}.</p>"),
        ("minus nothing", "<p>It moved by -0.0%.</p>"),
        ("minus nothing", "<p>It moved by −0.0%.</p>"),
        ("a name from the code", "<table><tr><th>denominator_from</th></tr><td>1</td></table>"),
        ("a place outside 1 to 43", "<p>It is 44 of 43.</p>"),
        ("a place outside 1 to 43", "<p>It is the 0th lowest.</p>"),
        ("an ordinal as nobody writes it", "<p>It is the 22th, 11st or 4rd lowest.</p>"),
        ("a number with too many digits", "<p>The rate is 52.1999999.</p>"),
        ("a doubled word", "<p>The rate of of all.</p>"),
        ("stray punctuation", "<p>The rate.. is known.</p>"),
        ("stray punctuation", "<p>The rate  is known.</p>"),
        ("an impossible place", "<p>It is the 42nd lowest.</p>"),
        ("an empty p", "<p> </p>"),
        ("a figure without data or words", '<img alt="Bars." src="other.png">'),
        ("a figure without data or words", '<img src="bars.png">'),
        ("a table without rows", "<table><tr><th>rate</th></tr></table>"),
        ("a claim of another", f"<p>Here the report says that {report.FORCE} is good.</p>"),
    ],
)
def test_a_planted_fault_is_found(what, html, folder):
    assert any(fault.startswith(what) for fault in wrong(PAGE.format(html), "Suffolk", folder))


def test_a_good_page_has_no_fault(folder):
    assert wrong(PAGE.format(GOOD), "Suffolk", folder) == []


def test_every_pattern_has_a_planted_fault():
    marks = test_a_planted_fault_is_found.pytestmark
    tried = {what for mark in marks for what, _ in mark.args[1]}
    assert set(WENT_WRONG.values()) <= tried

"""The site in Chromium, from a server's folder and from the file system, as a reader gets it.

What is held stands in `browsing`, a function a rule; `test_browsing` shows each a fault.
"""

import itertools
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import browsing
import pytest
from browsing import WIDTHS, anchors, misfiltered, opened, watched
from test_explorer import CHOICES, wrong
from test_site import NOTEBOOKS

from helpers import claims, data, report
from helpers.reproduce.building import build
from helpers.site import __main__ as command

pytestmark = pytest.mark.slow
THEMES = [f"{path.stem}.html" for path in NOTEBOOKS]
START, CLAIMS, EXPLORER = "index.html", "fact-check.html", "09-explore.html"
OWN = [START, CLAIMS, "exhibits.html", "data.html"]
LANDING, THEME, WHOLE_SITE = 300_000, 1_500_000, 25_000_000  # bytes


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and prints nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make site` makes it: every notebook is run, and drawn for phones as well."""
    place = tmp_path_factory.mktemp("ran")
    [ran] = build([report.FORCE], report.YEAR_ENDING, place, NOTEBOOKS, phones=True)
    return command.site(ran.place, NOTEBOOKS)


@pytest.fixture(scope="module")
def folder(site, tmp_path_factory):
    """The site as files, in a folder below the one that is served."""
    place = tmp_path_factory.mktemp("served") / "a folder" / "site"
    place.parent.mkdir()
    command.write(site, place)
    return place


@pytest.fixture(scope="module")
def home(folder):
    """The address of the site's folder on a server of this machine."""
    handler = partial(Quiet, directory=str(folder.parent.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/a%20folder/site/"
        server.shutdown()


@pytest.fixture
def altered(folder, tmp_path):
    """The address of the site with one text of one file in another's place."""

    def made(name, old, new):
        copy = shutil.copytree(folder, tmp_path / "altered")
        text = (copy / name).read_text(encoding="utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, new), encoding="utf-8")
        return f"{copy.as_uri()}/"

    return made


def test_every_page_is_looked_at(site):
    assert sorted(name for name in site if name.endswith(".html")) == sorted(THEMES + OWN)


@pytest.mark.parametrize("name", OWN + THEMES)
def test_a_page_fits_and_is_accessible_light_and_dark(page, home, name):
    faults = []
    for width, scheme in itertools.product(WIDTHS, ("light", "dark")):
        with watched(page, home) as heard:
            found = opened(page, home + name, width, scheme) + browsing.sideways(page)
            found += browsing.misfitting(page)
            if width == max(WIDTHS) and name in THEMES:
                page.locator("#show-code").check()
            found += browsing.inaccessible(page)
        faults += [f"{width} pixels, {scheme}: {fault}" for fault in found + heard]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", OWN + THEMES)
def test_the_keyboard_reaches_everything_and_paper_gets_the_text_only(page, home, name):
    opened(page, home + name)
    faults = browsing.unreached(page) + browsing.misprinted(page)
    faults += browsing.code_unswitched(page) if name in THEMES else []
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", [THEMES[1], THEMES[3]])
def test_the_keyboard_leads_from_a_chart_to_its_file(page, home, name):
    opened(page, home + name)
    assert not browsing.untraced(page)


def test_a_chart_whose_file_is_not_linked_would_be_noticed(page, altered):
    opened(page, altered(THEMES[1], 'href="data.html', 'href="index.html') + THEMES[1])
    assert browsing.untraced(page)


def test_links_and_weights_from_the_file_system(page, site, folder):
    here, faults, found = f"{folder.as_uri()}/", [], {}
    for name in OWN + THEMES:
        with watched(page, here) as heard:
            lost = opened(page, here + name)
        found[name] = anchors(page)
        lost += browsing.overweight(page, here, site, THEME) if name in THEMES else []
        lost += browsing.overweight(page, here, site, LANDING, False) if name == START else []
        faults += [f"{name}: {fault}" for fault in lost + heard]
    faults += browsing.leading_nowhere(found, here, site)
    assert not faults, "\n".join(faults)
    assert sum(map(len, site.values())) < WHOLE_SITE


@pytest.fixture(scope="module")
def rows():
    """The ledger, with what each claim says."""
    return claims.ledger().merge(data.load("claims")[["id", "statement", "unit"]], on="id")


def chosen(rows, verdict="", section="", words=""):
    """The ids of the ledger's rows that the filters should leave."""
    told = rows[["statement", "area", "reason", "unit"]].agg(" ".join, axis=1).str.lower()
    kept = (rows["verdict"] == verdict) | (not verdict)
    kept &= (rows["section"] == section) | (not section)
    for word in words.lower().split():
        kept &= told.str.contains(word, regex=False)
    return list(rows["id"][kept])


def test_filters_show_the_ledger_s_rows(page, home, rows):
    faults = []
    opened(page, home + CLAIMS)
    faults += misfiltered(page, list(rows["id"]), "nothing chosen")
    for part in ("verdict", "section"):
        for value in rows[part].unique():
            page.select_option(f"#filters [name={part}]", value)
            faults += misfiltered(page, chosen(rows, **{part: value}), value)
        page.select_option(f"#filters [name={part}]", "")
    page.fill("#filters [name=words]", "crime NORFOLK")
    faults += misfiltered(page, chosen(rows, words="crime norfolk"), "words")
    assert "words=crime+NORFOLK" in page.url  # to be sent to others
    page.select_option("#filters [name=verdict]", "reproduced")
    both = chosen(rows, "reproduced", words="crime norfolk")
    faults += misfiltered(page, both, "words and verdict")
    assert 0 < len(both) < len(chosen(rows, words="crime norfolk"))
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("!location.search")
    faults += misfiltered(page, list(rows["id"]), "reset")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "asked",
    [
        {"verdict": "differs"},
        {"verdict": "not checkable", "section": "prevention"},
        {"words": "domestic norfolk"},
        {"verdict": "nonsense"},
    ],
    ids=urlencode,
)
def test_a_view_can_be_sent_as_an_address(page, home, rows, asked):
    opened(page, f"{home}{CLAIMS}?{urlencode(asked)}")
    known = {} if asked.get("verdict") == "nonsense" else asked
    assert not misfiltered(page, chosen(rows, **known), urlencode(asked))


def test_a_claim_s_address_opens_at_it_even_if_filters_would_hide_it(page, home, folder, rows):
    faults, here = [], f"{folder.as_uri()}/"
    for place, claim in itertools.product((home, here), rows["id"].iloc[[0, len(rows) // 2, -20]]):
        other = next(each for each in rows["verdict"] if claim not in chosen(rows, each))
        for query in ("", f"?verdict={other.replace(' ', '+')}"):
            page.goto("about:blank")  # an address that differs in its last part loads nothing
            opened(page, f"{place}{CLAIMS}{query}#{claim}")
            faults += browsing.unshown(page, claim)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice[0])
def test_the_explorer_draws_what_is_chosen_by_the_keyboard(page, home, choice):
    opened(page, home + EXPLORER)
    for name, value in zip(("force", "measure", "beside", "since", "until"), choice, strict=True):
        browsing.choose(page, name, value)
    assert not wrong(browsing.drawn(page), choice)


def test_a_choice_that_changed_nothing_would_be_noticed(page, home):
    opened(page, home + EXPLORER)
    assert len(wrong(browsing.drawn(page), CHOICES[1])) > 30


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CLAIMS, 'data-verdict="differs"', 'data-verdict="reproduced"'),
        ("claims.js", "(!section || ", "(true || "),
        ("claims.js", "count.textContent =", "count.title ="),
    ],
)
def test_a_filter_that_shows_others_would_be_noticed(page, altered, rows, name, old, new):
    asked = {"verdict": "differs", "section": "force_in_numbers"}
    opened(page, f"{altered(name, old, new)}{CLAIMS}?{urlencode(asked)}")
    assert misfiltered(page, chosen(rows, **asked), "planted")


@pytest.mark.parametrize("query", ["", "?verdict=differs"])
def test_a_claim_that_its_address_does_not_show_would_be_noticed(page, altered, rows, query):
    claim = rows.query("verdict == 'reproduced'")["id"].iloc[-1]
    places = {"": (CLAIMS, f'id="{claim}"'), "?verdict=differs": ("claims.js", "reveal();")}
    opened(page, f"{altered(*places[query], '')}{CLAIMS}{query}#{claim}")
    assert browsing.unshown(page, claim)

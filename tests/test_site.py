"""The web site: links, addresses, words for pictures, verdicts, filters; a hole stops the build."""

import re
from collections import Counter

import nbformat
import pytest

from helpers import claims, typeset
from helpers.reproduce import plans
from helpers.site import __main__ as command
from helpers.site import checks
from helpers.themes import recorded_crime
from helpers.typeset import frame

NOTEBOOKS = sorted(plans.NOTEBOOKS.glob("[0-9]*.ipynb"))
WHOLE = {
    "index.html": b'<h1 id="top">One</h1><a href="b.html#two">b</a><img src="a.png" alt="An a">',
    "b.html": b'<h1>B</h1><h2 id="two">Two</h2><script src="c.js"></script>',
    "a.png": b"",
    "c.js": b"",
}


@pytest.fixture(scope="module")
def site():
    """The site of the committed notebooks, as they were run."""
    return command.site(plans.NOTEBOOKS, NOTEBOOKS)


def test_a_whole_site_has_no_faults():
    assert checks.faults(WHOLE) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("index.html", b"b.html#two", b"c.html", "index.html: there is no c.html"),
        ("index.html", b"#two", b"#three", "index.html: there is no place three in b.html"),
        ("index.html", b'alt="An a"', b'alt=""', "index.html: the picture a.png has no words"),
        ("index.html", b"a.png", b"http://x.org/a.png", "asks another host: http://x.org/a.png"),
        ("index.html", b"a.png", b"//x.org/a.png", "asks another host: //x.org/a.png"),
        ("b.html", b"<h1>B</h1>", b'<h1 id="two">B</h1>', "b.html: two places are called two"),
        ("b.html", b"h2", b"h3", "b.html: a heading skips a level"),
        ("b.html", b"<h1>B</h1>", b"", "b.html: a page has one first heading"),
    ],
)
def test_each_fault_is_found(name, old, new, fault):
    wrong = checks.faults(WHOLE | {name: WHOLE[name].replace(old, new)})
    assert any(fault in each for each in wrong)


def test_a_picture_that_was_not_drawn_is_named():
    with pytest.raises(ValueError, match="no notebook drew the exhibit figure_1"):
        command.Pictures()["figure_1"]


def test_results_that_are_not_up_to_date_stop_the_build_in_a_line(tmp_path, capsys):
    assert command.main(["--results", str(tmp_path), "--out", str(tmp_path / "site")]) == 2
    assert capsys.readouterr().err == f"{tmp_path} is not up to date: run `make reproduce` first\n"
    assert not (tmp_path / "site").exists()


def test_a_run_that_fails_makes_no_site(tmp_path, monkeypatch):
    monkeypatch.setattr(command.reproduce, "main", lambda arguments: 1)
    assert command.main(["--out", str(tmp_path / "site")]) == 1
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("said", "told"), [("", "Version <code>abc</code>. "), (" M a", "</code>, changed since. ")]
)
def test_the_foot_of_a_page_says_what_it_was_built_from(monkeypatch, said, told):
    monkeypatch.setattr(frame, "_git", lambda *asked: said if asked[0] == "status" else "abc")
    monkeypatch.setattr(frame, "footer", frame.footer.__wrapped__)
    names = {"contents": [], "site": "A site", "here": "", "title": "A page", "inside": ""}
    page = frame.page("framed.html.j2", frame.environment(), **names)
    assert told in page and "the release to December 2018" in page


def test_no_notebook_rests_on_the_site(tmp_path):
    (tmp_path / "helpers" / "site").mkdir(parents=True)
    before = plans.foundation(tmp_path)
    (tmp_path / "helpers" / "site" / "page.css").write_text("a change")
    assert plans.foundation(tmp_path) == before


def test_a_site_is_replaced_as_a_whole(tmp_path):
    for content in ({"old.html": b"old"}, {"exhibits/a.png": b"new"}):
        command.write(content, tmp_path / "site")
    assert [p.name for p in tmp_path.rglob("*")] == ["site", "exhibits", "a.png"]


@pytest.mark.slow
def test_every_claim_has_its_address_once_and_its_verdict(site):
    shown = re.findall(
        r'<tr role="row" id="(\w+)" data-verdict="([^"]+)"', site["fact-check.html"].decode()
    )
    ledger = claims.ledger()
    assert shown == list(zip(ledger["id"], ledger["verdict"], strict=True))
    words = re.findall(r'<span class="verdict [\w-]+">([^<]+)', site["fact-check.html"].decode())
    assert words == list(ledger["verdict"])


@pytest.mark.slow
def test_the_start_page_counts_as_the_ledger_does(site):
    chips = re.findall(r"<b>(\d+)</b> ([^<]+)</a>", site["index.html"].decode())
    assert {verdict: int(n) for n, verdict in chips} == Counter(claims.ledger()["verdict"])
    assert site["index.html"].count(b"<article") == 5


@pytest.mark.slow
def test_pages_are_light_and_ask_nothing_of_others(site):
    assert checks.faults(site) == []
    assert len(site["index.html"]) < 300_000
    pages = [content for name, content in site.items() if name.endswith(".html")]
    assert len(pages) == len(NOTEBOOKS) + 4 and max(map(len, pages)) < 1_500_000
    assert sum(map(len, site.values())) < 25_000_000
    assert not any(b"data:image" in page or b"Traceback" in page for page in pages)


@pytest.mark.slow
def test_a_theme_links_its_sentences_and_hides_its_code(site):
    page = site["01-recorded-crime.html"].decode()
    assert 'href="fact-check.html#fin_crime_2015_norfolk">Recorded crime per' in page  # a table
    listed = page.partition('id="claims-tested-here"')[2]
    assert all(f'<a href="fact-check.html#{id}">' in listed for id in recorded_crime.CLAIMS)
    assert page.count('id="show-code"') == 1 and '<div class="code">' in page
    assert "change the two values below" not in page
    assert '<a href="data.html#official-recorded-crime-2018-csv">data/official/' in page
    assert site["data/official/recorded_crime_2018.csv"].startswith(b"force,")


def workshop_words(page):
    """Words of how the site is made, in what a page says: tags, code and scripts aside."""
    told, words = [], r"(?i)\b(?:notebook|jupyter|ledger|slot|committed|panel\.)\w*|\w+_\w+\.\w+"
    frame.reworded(page, lambda text: told.append(text) or text)
    return re.findall(words, " ".join(told))


@pytest.mark.slow
def test_the_site_s_own_pages_say_nothing_of_the_workshop(site):
    own = ("index.html", "fact-check.html", "exhibits.html")
    assert [word for name in own for word in workshop_words(site[name].decode())] == []
    page = "<p>The notebooks, by panel.csv</p><code>slot</code><p>a_b.csv"
    assert workshop_words(page) == ["notebooks", "panel.csv", "a_b.csv"]


def unknown(notebooks, ids):
    """Tags of cells that name no claim, and how many name one."""
    tags = [t for book in notebooks for c in book.cells for t in c.metadata.get("tags", [])]
    named = [tag.removeprefix("claim:") for tag in tags if tag.startswith("claim:")]
    return [name for name in named if name not in ids], len(named)


def test_cells_are_tagged_with_claims_that_there_are():
    ids = set(claims.ledger()["id"])
    wrong, count = unknown([nbformat.read(path, as_version=4) for path in NOTEBOOKS], ids)
    assert not wrong and count > 20
    cell = nbformat.v4.new_code_cell("", metadata={"tags": ["report", "claim:no_such"]})
    assert unknown([nbformat.v4.new_notebook(cells=[cell])], ids) == (["no_such"], 1)


@pytest.mark.slow
def test_a_page_that_lacks_its_picture_stops_the_build(monkeypatch):
    drawn = typeset.pictures
    monkeypatch.setattr(
        typeset, "pictures", lambda book: [p for p in drawn(book) if p.name != "figure_1"]
    )
    with pytest.raises(ValueError, match="the site is not whole: .*figure_1"):
        command.site(plans.NOTEBOOKS, NOTEBOOKS)

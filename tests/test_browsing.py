"""Each rule of `browsing` is shown a sound page, and that page with one fault."""

from base64 import b64decode

import pytest
from browsing import (
    WIDTHS,
    anchors,
    code_unswitched,
    inaccessible,
    leading_nowhere,
    misfitting,
    misprinted,
    opened,
    overweight,
    sideways,
    unreached,
    watched,
)

from helpers.site import __main__ as command

pytestmark = pytest.mark.slow

SOUND = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>One</title><style>
:focus-visible { outline: 3px solid #00f; } .code { display: none; }
main:has(:checked) .code { display: block; } @media print { nav, .switch { display: none; } }
</style></head><body><header><nav><a href="#two">Two</a></nav></header><main><h1>One</h1>
<label class="switch"><input type="checkbox" id="show-code"> Show the code</label>
<div class="code"><pre>1</pre></div> <h2 id="two">Two</h2>
<p>Or <button>Press</button></p><p><a href="a.html">One again</a></p><figure><picture>
<source media="(max-width: 40rem)" srcset="a-narrow.png"><img src="a.png" alt="A dot">
</picture></figure></main></body></html>"""
TINY = '<button style="width: 9px; height: 9px; padding: 0" aria-label="Tiny"></button>'
DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
)
FAULTS = [
    ("</main>", "</main><script>console.warn('old')</script>", "old"),
    ("</main>", "</main><script>none()</script>", "none is not defined"),
    ("</main>", '</main><script src="http://127.0.0.1:9/a.js"></script>', "asks for http://127"),
    ("a-narrow.png", "b.png", "no picture"),
    ("a-narrow.png", "b.png", "does not get"),
    ("a-narrow.png", "a.png", "for another width: a.png"),
    ("max-width: 40rem", "max-width: 10rem", "for another width: a.png"),
    ("</style>", "figure { overflow: auto; } img { width: 500px; }</style>", "moved sideways"),
    ("#two", "#three", "there is no place three in a.html"),
    ("a.html", "b.html", "there is no b.html"),
    ("a.html", "../a.html", "leads outside"),
    (' alt="A dot"', "", "image-alt"),
    ("</style>", "h2 { color: #bbb; }</style>", "color-contrast"),
    ("</style>", "@media (prefers-color-scheme: dark) { h2 { color: #bbb; }}</style>", "dark: col"),
    ("</main>", f"{TINY * 2}</main>", "target-size"),
    ("</style>", "h2 { width: 400px; }</style>", "pixels wide in 360"),
    ("<button>", '<button style="outline: none">', "no focus to see: button Press"),
    ("<button>", '<button tabindex="-1">', "not reached: button Press"),
    ("<button>", '<button tabindex="1">', "out of order"),
    ("main:has(:checked)", "main", "code shown: [1, 1, 1] of 1"),
    ("nav, .switch {", "nav {", "printed: .switch"),
    ("@media print {", "@media print { h1 { display: none; }", "no heading on paper"),
]  # fmt: skip


@pytest.fixture
def faults_of(page, tmp_path):
    """All that the rules say of a page that is a site by itself."""

    def found(text):
        files = {"a.html": text.encode(), "a.png": DOT, "a-narrow.png": DOT}
        command.write(files, tmp_path / "site")
        home = f"{(tmp_path / 'site').as_uri()}/"
        with watched(page, home) as heard:
            faults = opened(page, f"{home}a.html", WIDTHS[0]) + sideways(page) + misfitting(page)
            faults += inaccessible(page) + unreached(page)
            faults += misprinted(page) + code_unswitched(page)
            faults += leading_nowhere({"a.html": anchors(page)}, home, files)
            page.emulate_media(color_scheme="dark")
            faults += [f"dark: {fault}" for fault in inaccessible(page)]
        return faults + heard

    return found


def test_a_sound_page_has_no_fault(faults_of):
    assert faults_of(SOUND) == []


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS, ids=[fault for *_, fault in FAULTS])
def test_a_planted_fault_is_found(faults_of, old, new, fault):
    assert any(fault in each for each in faults_of(SOUND.replace(old, new, 1)))


@pytest.mark.parametrize(("pictures", "limit"), [(True, 3), (False, 1)])
def test_what_is_loaded_is_weighed(page, faults_of, tmp_path, pictures, limit):
    faults_of(SOUND)
    home, files = f"{(tmp_path / 'site').as_uri()}/", {"a.html": b"1", "a.png": b"22"}
    assert overweight(page, home, files, limit, pictures) == [f"{limit} bytes"]
    assert overweight(page, home, files, limit + 1, pictures) == []

"""What a page of the site must be in a browser, a function a rule: each gives a line a fault.

A `page` is Playwright's; `home` is the address of the site's folder, with its last stroke.
"""

from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
WIDTHS, HEIGHT = (360, 1440), 900
REACHED = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(e => !e.disabled && e.checkVisibility({visibilityProperty: true}))"""
NAMED = """e => e.tagName.toLowerCase() + ' ' + (e.id || e.getAttribute('aria-label')
    || e.name || e.textContent).trim().slice(0, 40)"""


@contextmanager
def watched(page, home):
    """The faults of what a page says in its console, asks for and does not get, as they come."""
    found = []
    heard = {
        "console": lambda m: m.type in ("error", "warning") and found.append(m.text),
        "pageerror": lambda error: found.append(f"script: {error}"),
        "request": lambda r: r.url.startswith(home) or found.append(f"asks for {r.url[:80]}"),
        "requestfailed": lambda request: found.append(f"does not get {request.url}"),
    }
    for event, hear in heard.items():
        page.on(event, hear)
    yield found
    for event, hear in heard.items():
        page.remove_listener(event, hear)


def opened(page, address, width=1440, scheme="light"):
    """Open a page, wait for its chart and every picture: the pictures that cannot be shown."""
    page.goto("about:blank")  # or the page before asks for pictures of the new width, and leaves
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=scheme, media="screen")
    page.goto(address)
    if page.locator(".alive").count():
        page.wait_for_selector(".alive svg")
    return page.evaluate("""() => Promise.all([...document.images].map(image =>
        image.decode().then(() => "", () => "no picture " + image.currentSrc)
    )).then(found => found.filter(Boolean))""")


def inaccessible(page):
    """What axe finds by the rules of WCAG 2.2 AA: the rule, and where first."""
    from axe_playwright_python.sync_playwright import Axe

    asked = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=asked).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found]


def sideways(page):
    """Whether the page has to be moved sideways."""
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{width} pixels wide in {room}"] if width > room else []


def misfitting(page):
    """Charts drawn for another width of window than this, or that have to be moved sideways."""
    return page.evaluate("""() => [...document.querySelectorAll("figure img, .card img")].flatMap(
        image => {
            const narrow = image.currentSrc.endsWith("-narrow.png"), parents = [];
            for (let e = image.parentElement; e; e = e.parentElement) parents.push(e);
            return [
                narrow !== matchMedia("(max-width: 40rem)").matches && "for another width: ",
                parents.some(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1)
                    && "to be moved sideways: ",
            ].filter(Boolean).map(fault => fault + image.currentSrc.split("/").pop());
        })""")


def unreached(page):
    """Controls and links that Tab does not reach in their order, or without a mark to see."""
    page.evaluate(f"""() => {{
        document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0);
        window.due = ({REACHED})(); window.met = []; window.faint = [];
        addEventListener("focusin", event => {{
            const e = event.target, look = getComputedStyle(e), box = e.getBoundingClientRect();
            met.push(e);
            if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2
                || box.right <= 0 || !box.width) faint.push(e);
        }});
    }}""")
    for _ in range(page.evaluate("due.length") + 2):
        page.keyboard.press("Tab")
    return page.evaluate(f"""() => {{
        const name = {NAMED}, stops = [...new Set(met)].filter(e => due.includes(e));
        const missed = due.filter(e => !stops.includes(e)).map(e => "not reached: " + name(e));
        const at = stops.findIndex((e, i) => e !== due.filter(d => stops.includes(d))[i]);
        return [...missed, ...(at < 0 ? [] : ["out of order: " + name(stops[at])]),
                ...new Set(faint.map(e => "no focus to see: " + name(e)))];
    }}""")


def untraced(page):
    """Whether the keyboard leads from a page's first chart to its file in two steps: to what the
    register says of it, open at it, then to the file.
    """
    page.locator("figcaption summary").first.focus()
    for key in ("Enter", "Tab"):
        page.keyboard.press(key)
    named = page.evaluate("document.activeElement.textContent").rpartition("/")[2]
    if not named.endswith(".csv"):
        return [f"not the name of a file: {named}"]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    told = page.evaluate("document.querySelector('section:has(:target)')?.innerText || ''")
    page.keyboard.press("Tab")
    reached = page.evaluate("document.activeElement.getAttribute('href') || ''")
    faults = [] if "Licence" in told and named in told else [f"{named}: not told of"]
    return faults + ([] if reached.endswith(f"/{named}") else [f"{named}: reached {reached}"])


def code_unswitched(page):
    """Whether the switch, worked by the keyboard, shows a page's code and hides it again."""
    visible = "[...document.querySelectorAll('.code')].filter(e => e.checkVisibility()).length"
    whole, seen = page.locator(".code").count(), []
    for _ in range(2):
        seen.append(page.evaluate(visible))
        page.locator("#show-code").focus()
        page.keyboard.press("Space")
    seen.append(page.evaluate(visible))
    return [] if whole and seen == [0, whole, 0] else [f"code shown: {seen} of {whole}"]


def misprinted(page):
    """What is on paper and should not be, or the other way round."""
    page.emulate_media(media="print")
    found = [f"printed: {rule}" for rule in ("header nav", "#pages", ".switch", "#filters", ".skip")
             if any(each.is_visible() for each in page.locator(rule).all())]  # fmt: skip
    found += [] if page.locator("main h1").is_visible() else ["no heading on paper"]
    page.emulate_media(media="screen")
    return found


def anchors(page):
    """The page's links, as addresses, and the names of its places, once its scripts have run."""
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    return links, page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")


def leading_nowhere(found, home, files):
    """Links of a site's pages without a file or a place: `found` is name -> `anchors`."""
    faults = []
    for name, (links, _) in found.items():
        for link in links:
            if not link.startswith(home):
                faults += [] if link.startswith("https:") else [f"{name}: leads outside: {link}"]
                continue
            target = urlsplit(link.removeprefix(home))
            path, place = unquote(target.path), unquote(target.fragment)
            if path not in files:
                faults.append(f"{name}: there is no {path}")
            elif place and place not in found.get(path, ([], []))[1]:
                faults.append(f"{name}: there is no place {place} in {path}")
    return faults


def overweight(page, home, files, limit, pictures=True):
    """Whether a page with all that it loads, or but for its pictures, reaches so many bytes."""
    loaded = page.evaluate("""[location.href, ...[...document.querySelectorAll(
        'img, script[src], link[rel=stylesheet]')].map(e => e.src || e.href)]""")
    names = {unquote(urlsplit(each).path.removeprefix(urlsplit(home).path)) for each in loaded}
    kept = [n for n in names if pictures or PurePosixPath(n).suffix not in (".png", ".svg")]
    size = sum(len(files[name]) for name in kept)
    return [f"{size:,} bytes"] if size >= limit else []


def misfiltered(page, expected, query):
    """Whether the claims in sight are the expected ids, in order, and are counted so."""
    shown = page.locator("tbody tr:visible").evaluate_all("rows => rows.map(row => row.id)")
    wrong = sorted({*shown} ^ {*expected}) or ([] if shown == list(expected) else ["the order"])
    faults = [f"{query}: {', '.join(wrong)}"] if wrong else []
    told = page.locator("#count").inner_text()
    return faults + ([] if told.split()[0] == str(len(expected)) else [f"{query}: told {told}"])


def unshown(page, claim):
    """Whether the address of a claim shows it, marked, in the upper half of what is in sight."""
    shown = page.evaluate("""id => {
        const row = document.getElementById(id), box = row?.getBoundingClientRect();
        return row?.matches(":target") && row.checkVisibility() ? box.top : null;
    }""", claim)  # fmt: skip
    return [] if shown is not None and -1 <= shown < HEIGHT / 2 else [f"{claim} stands at {shown}"]


def drawn(page):
    """Every text of the explorer's drawing; an axis's from top to bottom, as a reader sees them."""
    return page.evaluate("""async () => {
        for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // after the last choice
        const height = e => e.getBoundingClientRect().top, marks = [];
        for (const mark of document.querySelectorAll(".alive svg .mark-text")) {
            const texts = [...mark.children];
            if (mark.matches(".role-axis-label")) texts.sort((a, b) => height(a) - height(b));
            marks.push(...texts.flatMap(text => [text, ...text.querySelectorAll("tspan")]));
        }
        return marks.filter(e => e.firstChild?.nodeType === 3).map(e => e.firstChild.data);
    }""")


def choose(page, name, value):
    """Choose in one of the explorer's lists as a reader without a mouse does."""
    chosen = page.locator(f".alive select[name={name}]")
    chosen.focus()
    away = chosen.evaluate(
        "(list, value) => [...list.options].findIndex(o => o.value === value) - list.selectedIndex",
        str(value))  # fmt: skip
    for _ in range(abs(away)):
        page.keyboard.press("ArrowDown" if away > 0 else "ArrowUp")

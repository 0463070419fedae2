"""Every computed sentence of every notebook, read for all 43 forces and four years.

What a template says by itself is looked at as it stands: no force's name, no verb of direction.
What it says when filled is looked at in every case: no hole, no doubled word, no impossible place,
no other force's name where the force's own belongs; and no branch that no case comes to.
"""

import re
from itertools import product

import jinja2
import jinja2.nodes as nodes
import nbformat
import pytest

from conftest import NOTEBOOKS, Run
from helpers import areas, prose, report, themes
from helpers.reproduce import pages

YEARS = ("2012-06-30", "2015-06-30", "2016-06-30", "2018-12-31")
EVERY = list(product(areas.FORCES, YEARS))
UNLIKE = ("Norfolk", "City of London", "Metropolitan Police", "Dyfed-Powys")
SOME = [(force, YEARS[(n + 1) % 4]) for n, force in enumerate(UNLIKE)]  # each has another year
NAMES = re.compile(r"\b(" + "|".join(sorted(areas.FORCES, key=len, reverse=True)) + r")\b")
DIRECTION = re.compile(
    r"\b(rose|fell|risen|fallen|increased|decreased|grew|shrank|went (?:up|down)) by\b"
    r"|\b(?:is|was|are|were|lies|lie) (?:higher|lower|larger|smaller|above|below|more|fewer|less)\b"
)
EXTREMES = {
    "lowest",
    "highest",
    "nearest",
    "smallest",
    "largest",
}  # findings' fields that name another force
WRONG = {  # a pattern that once went wrong, or could -> what it is
    r"\bnan\b|\bNone\b|\bNaT\b|\binf\b|\[\]|\(\)": "a value that is none",
    r"\{\{|\}\}|\{%": "a place left open",
    r"(?i)\b([a-z]+) \1\b": "a doubled word",
    r"(?<!\d)\.\.(?!\.)| ,| \.(?!\w)| ;|,,|;\.|:\.|  ": "stray punctuation",
    r"\b0 (forces|of 0)\b|\b1 forces\b|\bone forces\b": "a number and its noun",
    r"\ba an?\b": "two articles",
    r"\b(?:rose|fell) by [-+]": "a verb and a sign",
    r"the police in the (?:Metropolitan|City)": "a name as nobody says it",
    r"\d% \d+% of|\b\d+(?:\.\d+)?% of the room\b": "a per cent of a per cent",
}


def faults(text):
    """What is wrong with a filled paragraph, each with the words around it."""
    bare = re.sub(r"\*\*|`[^`]*`", "", text)
    found = [f"{what}: …{bare[max(0, m.start() - 30):m.end() + 20]}…"
             for pattern, what in WRONG.items() for m in re.finditer(pattern, bare)]  # fmt: skip
    for place in re.findall(r"\b(\d+)(?:st|nd|rd|th) (?:lowest|highest)", bare):
        if not 2 <= int(place) <= 22:
            found.append(f"an impossible place: {place}")
    for part in bare.split("\n\n"):
        if not re.search(r"[.:!?]$|\)$", part.strip()):
            found.append(f"no end: …{part.strip()[-40:]}")
        if part.strip()[:1].islower():
            found.append(f"a small letter first: {part.strip()[:40]}…")
    return found


class Watched:
    """A Jinja environment that notes the names it brings in and which branches were taken."""

    def __init__(self):
        self.static, self.taken, self.listed, self.cache = {}, {}, set(), {}
        self.environment = prose.ENVIRONMENT.overlay()
        self.environment.filters = prose.ENVIRONMENT.filters | {"listing": self.listing}
        self.environment.globals = {"_took": self.took, "_named": self.named}

    def took(self, branch, value):
        self.taken[branch].add(bool(value))
        return value

    def named(self, value):
        self.listed |= set(NAMES.findall(str(value)))
        return value

    def listing(self, items, joiner="and"):
        return self.named(prose.listing(items, joiner))

    def template(self, text):
        if text not in self.cache:
            self.static[text] = jinja2.Environment().parse(text)
            tree = self.environment.parse(text)
            for n, node in enumerate(tree.find_all((nodes.If, nodes.CondExpr))):
                self.taken.setdefault((text, n), set())
                key = nodes.Const((text, n))
                node.test = nodes.Call(
                    nodes.Name("_took", "load"), [key, node.test], [], None, None
                )
            for output in tree.find_all(nodes.Output):
                output.nodes = [self.watched(part) for part in output.nodes]
            code = self.environment.compile(
                nodes.Template(tree.body).set_environment(self.environment)
            )
            self.cache[text] = jinja2.Template.from_code(
                self.environment, code, self.environment.globals
            )
        return self.cache[text]

    def watched(self, part):
        if not EXTREMES & {attribute.attr for attribute in part.find_all(nodes.Getattr)}:
            return part
        return nodes.Call(nodes.Name("_named", "load"), [part], [], None, None)

    def words(self):
        """The text that stands in the templates themselves, with a mark for each place."""
        for text, tree in self.static.items():
            yield text, "".join(
                part.data if isinstance(part, nodes.TemplateData) else "\0"
                for output in tree.find_all(nodes.Output) for part in output.nodes)  # fmt: skip


def read(path, cases, watched):
    """Every paragraph and title of a notebook in every case, as (force, year, where, text)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prose, "_template", watched.template)
        for force, year in cases:
            watched.listed.clear()
            run = Run(path, draw=False, FORCE=force, YEAR_ENDING=year)
            for text in run.said:
                yield force, year, "said", text
            for exhibit in run.exhibits.values():
                yield force, year, "title", exhibit.text.title + "."


def other_names(force, text, listed):
    """Forces named in a text that is about one: none but those that a list or a rank brings in."""
    if "The report is about" in text or force == report.FORCE:
        text = text.replace(report.FORCE, "")
    return sorted(set(NAMES.findall(text)) - {force} - listed)


def check(path, cases):
    watched, wrong, seen = Watched(), [], 0
    for force, year, where, text in read(path, cases, watched):
        seen += 1
        wrong += [f"{force} {year} {where}: {fault}" for fault in faults(text)]
        wrong += [f"{force} {year} {where}: names {name}: {text[:120]}"
                  for name in other_names(force, text, watched.listed)]  # fmt: skip
    for text, static in watched.words():
        wrong += [
            f"a force's name typed in: {name} in {text[:80]!r}" for name in NAMES.findall(static)
        ]
        wrong += [
            f"a direction typed in: {m[0]!r} in {text[:80]!r}" for m in DIRECTION.finditer(static)
        ]
    never = [f"a branch that is never {not next(iter(took), True)}: {key[0][:80]!r}"
             for key, took in watched.taken.items() if len(took) < 2]  # fmt: skip
    return wrong, never, seen


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_sentence_in_every_case(path):
    wrong, never, seen = check(path, EVERY)
    assert seen and not wrong, "\n".join(wrong[:20])
    assert not never, "\n".join(never)


def planted(tmp_path, cell, name="planted.ipynb"):
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell('FORCE = "Norfolk"\nYEAR_ENDING = "2015-06-30"',
                                  metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "from helpers import measures, themes\nfrom helpers.prose import say, note\n"
            "FORCE, END = themes.chosen(FORCE, YEAR_ENDING)\n" + cell)])  # fmt: skip
    nbformat.write(notebook, tmp_path / name)
    return tmp_path / name


CASES = [("Norfolk", "2015-06-30"), ("Suffolk", "2012-06-30")]


@pytest.mark.parametrize(
    ("what", "cell"),
    [
        ("a force's name typed in", 'say("Crime in Norfolk is {{ 1.0 | dp1 }}.")'),
        ("a direction typed in", 'say("Crime rose by {{ 4.0 | dp1 }}% in {{ FORCE | place }}.")'),
        ("a direction typed in", 'say("The rate of {{ FORCE | place }} is lower than all.")'),
        ("names Norfolk", 'own = "Norfolk"\nsay("The rate of {{ own }} is known.")'),
        ("a doubled word", 'say("The the rate is known.")'),
        ("a value that is none", 'note(f"It came to {None}.")'),
        ("a per cent of a per cent", 'say("It gives 9% 100% of the room.")'),
        ("stray punctuation", 'note("The rate , as it is, is known.")'),
        ("an impossible place", 'say("It is the {{ 42 | ordinal }} lowest.")'),
        ("a number and its noun", 'say("{{ 0 }} forces have a lower one.")'),
        ("no end", 'say("A sentence without an end")'),
        ("a small letter first", 'say("{{ FORCE | police }} recorded it.")'),
        ("a name as nobody says it", 'say("For the police in the Metropolitan Police area.")'),
    ],
)
def test_a_planted_fault_is_found(tmp_path, what, cell):
    wrong, _, _ = check(planted(tmp_path, cell), CASES)
    assert any(what in fault for fault in wrong), wrong


def test_a_hole_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="a place in a sentence"):
        check(planted(tmp_path, 'x = ""\nsay("It is {{ x }}.")'), CASES)


def test_a_branch_that_no_case_comes_to_is_found(tmp_path):
    cell = "say(\"It is {{ 'so' if FORCE != 'Nobody' else 'not so' }}.\")"
    assert check(planted(tmp_path, cell), CASES)[1]
    reached = "say(\"It is {{ 'so' if END.year == 2015 else 'not so' }}.\")"
    assert not check(planted(tmp_path, reached), CASES)[1]


@pytest.mark.slow
def test_themes_say_which_year_they_show():
    for path in NOTEBOOKS:
        theme = pages.theme(path)
        for force, year in SOME:
            if report.is_about(*themes.chosen(force, year)):
                continue  # the report's own page: its text says the year
            shown = theme.year_shown(*themes.chosen(force, year))
            assert f"{shown:%Y-%m-%d}" == year or prose.day(shown) in theme.about(
                *themes.chosen(force, year))  # fmt: skip

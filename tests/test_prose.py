"""Sentences: filters in each of their forms, places that must not stay empty, text that is not let
through.
"""

import jinja2
import pandas as pd
import pytest

from helpers import areas, files, prose


def test_a_template_is_filled_and_brought_to_one_line_a_paragraph():
    text = prose.fill("a {{ x | dp1 }}\n  and {{ n | whole }}\n\n\nb", x=2.25, n=45798)
    assert text == "a 2.3 and 45,798\n\nb"


@pytest.mark.parametrize("value", [None, "", float("nan")])
def test_a_place_filled_with_nothing_is_an_error(value):
    with pytest.raises(ValueError, match="a place in a sentence"):
        prose.fill("so many: {{ x }}", x=value)
    with pytest.raises(jinja2.UndefinedError):
        prose.fill("so many: {{ y }}", x=value)


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        ("{{ 15.7 | moved }}", "rose by 15.7%"),
        ("{{ -12.7 | moved }}", "fell by 12.7%"),
        ("{{ -0.01 | moved }}", "did not change"),
        ("{{ {'A': 15.7, 'B': 4.3} | moves }}", "rose by 15.7% in A and by 4.3% in B"),
        ("{{ {'A': 15.7, 'B': -4.3} | moves }}", "rose by 15.7% in A and fell by 4.3% in B"),
        ("{{ {'A': 0, 'B': 4.3} | moves }}", "did not change in A and rose by 4.3% in B"),
        ("{{ {'A': 0, 'B': 0} | moves }}", "did not change in A and did not change in B"),
        ("{{ 15.65 | signed }}", "+15.7"),
        ("{{ -15.65 | signed }}", "-15.7"),
        ("{{ -0.04 | signed }}", "0.0"),
        ("{{ 0.04 | signed(2) }}", "+0.04"),
        ("{{ 34 | share(43) }}", "34 of 43 (79%)"),
        ("{{ 5 | share(8) }}", "5 of 8 (62.5%)"),
        ("{{ 4 | share(4) }}", "4 of 4 (100%)"),
        ("{{ 1 | ordinal }} {{ 22 | ordinal }} {{ 13 | ordinal }}", "1st 22nd 13th"),
        ("{{ 1 | place_among }}, {{ 14 | place_among }}", "lowest, 14th lowest"),
        ("{{ 43 | place_among }}, {{ 42 | place_among }}", "highest, 2nd highest"),
        ("{{ 22 | place_among }}", "22nd lowest"),
        ("{{ 0 | number_of('force') }} {{ 0 | agree('has', 'have') }}", "no force has"),
        ("{{ 1 | number_of('force') }} {{ 1 | agree('has', 'have') }}", "one force has"),
        ("{{ 13 | number_of('force') }} {{ 13 | agree('has', 'have') }}", "13 forces have"),
        ("{{ 2 | number_of('inquiry', 'inquiries') }}", "two inquiries"),
        ("{{ 52.2 | compared(62.9) }}", "17% below"),
        ("{{ 66 | compared(62.9) }}", "5% above"),
        ("{{ 62.8 | compared(62.9) }}", "level with"),
        ("{{ 667.2 | compared(62.9) }}", "10.6 times"),
        ("{{ [] | listing }}; {{ ['a'] | listing }}; {{ 'abc' | list | listing('or') }}",
         "none; a; a, b or c"),
        ("{{ 'Norfolk' | police }}", "the police in Norfolk"),
        ("{{ 'Metropolitan Police' | police }}", "the Metropolitan Police"),
        ("{{ 'City of London' | police | first_up }}", "The City of London Police"),
        ("in {{ 'Metropolitan Police' | place }}", "in the Metropolitan Police area"),
    ],
)  # fmt: skip
def test_filters(filled, expected):
    assert prose.fill(filled) == expected


def test_days_and_months():
    day = pd.Timestamp("2015-06-30")
    assert prose.fill("{{ d | day }}, {{ d | month }}", d=day) == "30 June 2015, June 2015"


def test_say_takes_its_names_from_the_notebook(monkeypatch):
    shown = []
    monkeypatch.setattr(prose, "display", lambda markdown: shown.append(markdown.data))
    exec("from helpers.prose import say\nx = 3\nsay('x is {{ x }} <b> & so')", {})
    assert shown == ["x is 3 &lt;b> &amp; so"]


def test_notes_that_are_empty_show_nothing(monkeypatch):
    shown = []
    monkeypatch.setattr(prose, "display", lambda markdown: shown.append(markdown.data))
    prose.note("", "")
    prose.note("", "one", "two")
    assert shown == ["one two"]


def test_a_table_is_rounded_and_has_no_raw_values():
    frame = pd.DataFrame({"n": [1234, 5], "x": [1.005, float("nan")], "yes": [True, False]},
                         index=pd.Index(["a", "b"], name="what"))  # fmt: skip
    shown = prose.table(frame)
    assert shown.to_numpy().tolist() == [["1,234", "1.01", "yes"], ["5", "–", "no"]]
    assert shown.columns.name == "what"


def test_every_area_can_stand_in_a_sentence():
    for area in areas.AREAS:
        assert "  " not in prose.fill("in {{ a | place }} {{ a | police }}", a=area)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    files.deliver("a\n", str(tmp_path / "x.csv"))
    assert (tmp_path / "x.csv").read_text() == "a\n"
    with pytest.raises(OSError, match=r"cannot be written"):
        files.deliver("a\n", str(tmp_path / "nowhere" / "x.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]

"""The explorer: what the browser draws, read back from the drawing and held against the panel."""

import html
import re

import pandas as pd
import pytest
import vl_convert
from nbformat import NotebookNode

from helpers import areas, charts, explore, measures, prose
from helpers.explore import alive
from helpers.typeset import alive as in_page
from helpers.typeset import exhibits

pytestmark = pytest.mark.slow
EW, JUNE = areas.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30")
CHOICES = [
    ("Norfolk", "recorded_crime_rate", "similar forces", 2010, 2015),
    ("City of London", "domestic_burglary_rate", "region", 2014, 2022),
    ("Metropolitan Police", "charged_rate", "Suffolk", 2010, 2023),
    ("Dyfed-Powys", "caution_youth_rate", "all forces", 2015, 2015),
]


@pytest.fixture(scope="module")
def spec():
    return alive.spec("Norfolk", "recorded_crime_rate", JUNE, 2010)


def chosen(spec, **choices):
    """The chart after a reader's choices."""
    params = [each | {"value": choices.get(each["name"], each["value"])} for each in spec["params"]]
    return spec | {"params": params}


def texts(spec):
    """Every text of the drawing, in order; a paragraph's lines apart."""
    svg = vl_convert.vegalite_to_svg(spec, vl_version=in_page.VEGA_LITE)
    found = re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg)
    return [html.unescape(text) for text in found]


def choose(spec, choice):
    return texts(chosen(spec, **dict(zip(("force", "measure", "beside", "since", "until"), choice,
                                         strict=True))))  # fmt: skip


def wrong(found, choice):
    """What a drawing says that the panel does not, by a choice."""
    force, measure, _, since, until = choice
    rows = explore.rows_of(measure)
    rows = rows[rows["year_ending"].dt.month == 6]
    rows = rows[rows["year_ending"].dt.year.between(since, until)]
    last, first = (rows[rows["year_ending"] == end].set_index("area")
                   for end in (rows["year_ending"].max(), rows["year_ending"].min()))  # fmt: skip
    digits = 2 if last["value"].median() < 3 else 1
    shown = {area: f"{value:,.{digits}f}" for area, value in last["value"].items()}
    codes = list(areas.ABBREVIATIONS)
    start = min(found.index(code) for code in codes)
    on_map = dict(zip(found[start : start + 43], found[start + 43 : start + 86], strict=True))
    faults = [code for code, area in areas.ABBREVIATIONS.items() if on_map.get(code) != shown[area]]
    order = last["value"].sort_values(ascending=False)
    told = [text.removesuffix(" (cut)") for text in found]
    for what in (list(order.index), [shown[area] for area in areas.AREAS]):
        faults += [] if any(told[i : i + 44] == what for i in range(len(told))) else [what]
    own, moved = last.loc[force], {
        area: prose.moved(measures.percentage_change(last["value"][area], first["value"][area]))
        for area in (force, EW)
    }  # fmt: skip
    standing = "inside" if own["low998"] <= own["value"] <= own["high998"] else "outside"
    lines = [
        f"{force}, year to June {own['year_ending'].year}:",
        f"{shown[force]} {own['unit']}, the {prose.place_among(int(own['place']))} of 43.",
        f"It lies {standing} the 99.8% limits",
        f"for its size, {own['low998']:,.{digits}f} to {own['high998']:,.{digits}f}.",
    ]
    if len(set(rows["year_ending"])) > 1:
        lines += [f"From June {rows['year_ending'].min().year} it {moved[force]}",
                  f"({EW} {moved[EW]})."]  # fmt: skip
    return faults + [line for line in lines if line not in found]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice[0])
def test_what_is_drawn_is_the_panel(spec, choice):
    assert not wrong(choose(spec, choice), choice)


def test_another_number_in_the_data_would_be_noticed(spec):
    records = spec["datasets"]["panel"]
    swapped = [each | {"values": " ".join(reversed(each["values"].split()))} for each in records]
    other = spec | {"datasets": spec["datasets"] | {"panel": swapped}}
    assert len(wrong(choose(other, CHOICES[0]), CHOICES[0])) > 30


def test_years_that_a_measure_does_not_reach_say_which_it_does(spec):
    found = choose(spec, ("Norfolk", "charged_rate", "region", 2018, 2020))
    assert "This measure has June 2015 to June 2015." in found
    assert "No year to June among those chosen." in choose(
        spec, ("Norfolk", "recorded_crime_rate", "region", 2018, 2012)
    )


def test_breaks_are_drawn_and_named_within_the_years_only(spec):
    found = choose(spec, ("Norfolk", "domestic_burglary_rate", "region", 2014, 2019))
    assert "residential burglary" in found and "pandemic" not in found
    assert "A break in the series lies within these years." in found
    assert "residential burglary" not in choose(
        spec, ("Norfolk", "recorded_crime_rate", "region", 2014, 2019)
    )


def test_a_page_holds_it_and_its_script_lies_beside_it():
    data, about = explore.explorer("Norfolk", JUNE)._repr_mimebundle_()
    output = NotebookNode(data=NotebookNode(data), metadata=NotebookNode(about))
    page = in_page.html(exhibits.picture(output), data, about)
    assert 100_000 < len(page) < 300_000 and page.count("</script>") == 2
    assert in_page.needs_scripts(page)
    outside = page.replace(in_page.SCHEMA, "")  # a name; nothing is fetched from there
    assert not re.search(r"https?:|@import|import\(", outside)
    assert '<img src="exhibits/explorer.png"' in page and 'alt="Recorded crime rate' in page
    assert data[charts.ALIVE]["datasets"]["panel"] and "defaultStyle" in page
    assert 500_000 < len(in_page.scripts()) < 1_000_000


@pytest.mark.parametrize("script", ["'</script>'", "'</SCRIPT>'", "'<!--'"])
def test_a_script_cannot_end_its_place(script):
    assert not re.search(r"</script|<!--", in_page._inside(script), re.IGNORECASE)

"""Charts: each draws a made frame, and what stands in the picture is read back from its axes."""

import inspect

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from helpers import charts
from helpers.areas import ENGLAND_AND_WALES as EW

TEXT = {"title": "A {{ what }}", "subtitle": "s", "source": "Source: made up", "exhibit": "made"}
FORCE, OTHER = "Metropolitan Police", "Devon and Cornwall"
YEARS = list(pd.to_datetime(["2013-06-30", "2014-06-30", "2015-06-30"]))
NONE = float("nan")
SCALE = ["inadequate", "requires improvement", "good", "outstanding"]
LONG = "out-of-court (informal): cannabis or khat warnings"


def table(columns, *rows):
    return pd.DataFrame(rows, columns=columns.split())


BARS = table(
    "group area value printed",
    ("crime", FORCE, 52.25, 52.2),
    ("crime", EW, 62.9, NONE),
    (LONG, FORCE, NONE, 1.1),
    (LONG, EW, NONE, NONE),
)
RANKED = table(
    "area value mark printed other",
    ("Norfolk", 10.0, "", 11.0, NONE),
    (FORCE, 20.0, "*", NONE, 14.0),
    (OTHER, 90.0, "", NONE, NONE),
    (EW, 15.0, "", NONE, NONE),
)
COUNTS = pd.DataFrame({"good": [4, 2], "bad": [1, 7]}, index=["overview", "the longest section"])
WAYS = table("way value", ("as printed", 15.65), ("by the release of 19 October 2023", -14.7))
SPANS = table(
    "label low high value printed note",
    ("a count", 80.0, 90.0, 86.1, NONE, "86.1% (68 of 79)"),
    ("a printed number", NONE, NONE, NONE, 75.0, "75% (no count)"),
)
STRIPS = table(
    "panel area value low high national low_pm high_pm",
    *(
        (p, a, v, 1.0, 3.0, 2.0, 0.5, 3.5)
        for p in ("a", "b")
        for a, v in ((FORCE, 1.5), (OTHER, 4))
    ),
)
SIZES = 100.0 * 2.0 ** np.arange(8)
FUNNEL = pd.DataFrame(
    {
        "area": [FORCE, OTHER, *"cdefgh"],
        "expected": SIZES,
        "rate": [8.0, 12, 10, 9, 11, 10.5, 9.5, 40],
    }
)
LIMITS = {
    "chance": pd.DataFrame(
        {"expected": SIZES, "low": 10 - 40 / SIZES**0.5, "high": 10 + 40 / SIZES**0.5}
    )
}
RATES = pd.DataFrame(
    {"area": [FORCE] * 3 + [EW] * 3, "year_ending": YEARS * 2, "rate": [50, 45, 60.4, 60, 61, 60.0]}
)
RELEASED = pd.concat([RATES.assign(release="the first"), RATES.assign(release="the second")])
RELEASED = RELEASED[["release", "area", "year_ending", "rate"]]
BREAK = table("start end name", (YEARS[0], YEARS[1], "a long one"), (YEARS[2], YEARS[2], "a day"))
CLASSES = table(
    "panel note area kind place",
    *((p, "p 0.50", a, k, n) for p, n in (("a", 1), (LONG, 2)) for a, k in ((FORCE, "good"),
      (OTHER, "inadequate"))),
)  # fmt: skip
SHARES = RATES.rename(columns={"rate": "value"}).assign(value=[NONE, 80, 89.3, NONE, 81, 89.0])
CURVE = pd.DataFrame(
    {"n": [300, 1000, 3000], "margin": [3.5, 1.9, 1.1], "low": [1, 1, 1.0], "high": 4}
)
MAP = table("area code x y kind", (FORCE, "MET", 4, 7, "good"), (OTHER, "DVC", 1, 8, "inadequate"))
ASKED = table("question printed public", ("Overall", "good", "good"), (LONG, "", ""))
PANELS = pd.DataFrame(
    [
        (
            panel,
            "per cent",
            "year to June",
            area,
            year,
            "9.9%" if year.year == 2015 else "",
            9.9,
            own,
        )
        for panel, own in (("Crime", 10.0), ("Calls", NONE), ("Outcomes", 12.0))
        for year in YEARS[1:][::-1]
        for area in (FORCE, EW)
    ],
    columns="panel unit when area date printed printed_value recomputed".split(),
)
ERRORS = table(
    "area kind label error low high inside",
    (FORCE, "rates and changes", "crime", 0.5, -0.4, 0.4, False),
    (EW, "rates and changes", "crime", 0.1, -0.2, 0.2, True),
    (EW, "rates and changes", LONG, 9.0, -10.0, 10.0, True),
    (FORCE, "rates and changes", LONG, -4.0, -2.0, 2.0, False),
    (FORCE, "counts", "cautions", 0.0, 0.0, 0.0, True),
    (EW, "counts", "cautions", -2.0, 0.0, 0.0, False),
)
FALLS = pd.DataFrame([[91, 58.0], [65.0, 10]], index=["alike", "25%"], columns=["0.2", "1"])

CROSSED = pd.DataFrame({"release": ["early", "late"] * 2, "rule": ["one", "one", "own", "own"]})
CROSSED = CROSSED.assign(result=[-3.0, 2, -1, -2], holds=[True, False, True, True])
CROSSED = CROSSED.assign(is_report=[True, False, False, False])

DRAWN = {  # chart -> how it is called, its frame, what its alt text says
    "bars": (
        lambda f, t: charts.bars(f, FORCE, **t),
        BARS,
        ["52.3 (printed 52.2)", "no public count"],
    ),
    "ranking": (
        lambda f, t: charts.ranking(f, FORCE, dot="another", band=(9, 21), **t),
        RANKED,
        [f"{FORCE} 20.0", f"{EW} 15.0", "lowest Norfolk 10.0", f"highest {OTHER} 90.0", "3 areas"],
    ),
    "places": (
        lambda f, t: charts.places(f, FORCE, **t),
        table("year_ending place low high", (YEARS[1], 2, 2, 3), (YEARS[2], 14, 12, 17)),
        [f"{FORCE}'s place among 43: 2nd lowest (2 to 3)", "14th lowest (12 to 17)"],
    ),
    "specifications": (
        lambda f, t: charts.specifications(
            f, {"release": 60, "rule": 0.2}, ("level", 0), unit="%", **t
        ),
        CROSSED,
        ["4 combinations", "-3.0% to +2.0%", "report counts -3.0%", "in 3.", "rule under 1%"],
    ),
    "stacked": (
        lambda f, t: charts.stacked(f, [*"abcdefghi", "good", "bad"], **t),
        COUNTS,
        ["good 6; bad 8"],
    ),
    "alternatives": (
        lambda f, t: charts.alternatives(f, (15.6, 15.7), unit="%", **t),
        WAYS,
        ["15.7%", "-14.7%"],
    ),
    "spans": (
        lambda f, t: charts.spans(f, limits={"": (0, 130)}, **t),
        SPANS,
        ["80.0 to 90.0", "printed 75.0"],
    ),
    "strips": (
        lambda f, t: charts.strips(f, FORCE, **t),
        STRIPS,
        ["a 1.50 against 2.00, ordinary range 1.00 to 3.00"],
    ),
    "errors": (
        lambda f, t: charts.errors(f, (0.07, 0.4), **t),
        ERRORS,
        [f"{FORCE}, crime +0.50%", f"{EW}, cautions -2.00%"],
    ),
    "funnel": (
        lambda f, t: charts.funnel(f, LIMITS, 10.0, FORCE, named=[OTHER], **t),
        FUNNEL,
        [f"{FORCE} 8.0", f"{EW} 10.0", f"labelled: {OTHER}", "h lies beyond the axes at 40.0"],
    ),
    "lines": (lambda f, t: charts.lines(f, FORCE, YEARS, **t), RATES, [f"{FORCE}: 50.0", "60.4"]),
    "releases": (
        lambda f, t: charts.releases(f, FORCE, YEARS[1], list(BREAK.itertuples()), **t),
        RELEASED,
        [f"{FORCE} 45.0 in the year to June 2014", f"{EW} 60.0", "June 2013 a long one"],
    ),
    "classes": (
        lambda f, t: charts.classes(f, FORCE, SCALE[::-1], **t),
        CLASSES,
        ["good (1), inadequate (1)", "a: p 0.50", f"{FORCE}: 1 on a"],
    ),
    "gaps": (
        lambda f, t: charts.gaps(f, FORCE, low=70, **t),
        SHARES,
        ["June 2013: not printed", "89.3%"],
    ),
    "curves": (
        lambda f, t: charts.curves(
            f, "n", {"margin": "one year"}, (2.0, "level"), (1000,), [("low", "high", "most")], **t
        ),
        CURVE,
        ["at 1,000: margin 1.9, low 1.0, high 4.0"],
    ),
    "tiles": (
        lambda f, t: charts.tiles(f, FORCE, SCALE[::-1], **t),
        MAP,
        ["1 good", f"{FORCE}, outlined: good"],
    ),
    "series": (
        lambda f, t: charts.series(f, FORCE, list(BREAK.itertuples(index=False)), **t),
        RATES.rename(columns={"rate": "value"}),
        ["2 lines", f"{FORCE} 50.0 to 60.4", "Breaks: a long one; a day"],
    ),
    "tile_map": (
        lambda f, t: charts.tile_map(f, FORCE, **t),
        MAP.drop(columns="kind").assign(value=[float(n) for n in range(len(MAP))]),
        [f"Tile map of {len(MAP)} forces", f"{FORCE}, outlined"],
    ),
    "questions": (
        lambda f, t: charts.questions(f, SCALE, **t),
        ASKED,
        ["Overall: good", "not in this"],
    ),
    "panels": (
        lambda f, t: charts.panels(f, FORCE, **t),
        PANELS,
        ["printed 9.9%, recomputed 10.0", "nothing"],
    ),
    "surface": (
        lambda f, t: charts.surface(f, 60, "reaches 60%", x_label="x", y_label="y", **t),
        FALLS,
        ["4 settings from 10% to 91%; 2 of them reach 60%"],
    ),
}
OPTIONAL = {"printed": {"bars", "ranking", "spans"}, "mark": {"ranking"}, "other": {"ranking"}}


def draw(name, frame=None):
    how, made, _ = DRAWN[name]
    return how(made if frame is None else frame, TEXT | {"places": {"what": "finding"}})


def written(ax):
    return [text.get_text() for text in ax.texts]


def rows(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_every_chart_is_drawn_here():
    assert set(DRAWN) == {name for name, _ in inspect.getmembers(charts, inspect.isfunction)}


@pytest.mark.parametrize("name", DRAWN)
def test_the_alt_text_holds_the_facts_and_the_table_the_frame(name):
    exhibit, (_, frame, facts) = draw(name), DRAWN[name]
    assert all(fact in exhibit.alt for fact in facts), exhibit.alt
    assert exhibit.text.title == "A finding"
    kept = exhibit.table[list(frame.columns)]
    pd.testing.assert_frame_equal(kept, frame.reset_index(drop=True), check_index_type=False)
    assert exhibit.csv.splitlines()[0].endswith("source,licence")


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_no_text_overlaps_or_is_cut(name, overlaps):
    figure = draw(name).figure
    assert not overlaps(figure)
    for ax in figure.axes:
        for label in ax.get_yticklabels() if ax.axison else []:
            assert label.get_window_extent().x0 >= 0, label.get_text()


@pytest.mark.parametrize("name", [name for name in DRAWN if name not in ("stacked", "surface")])
def test_a_missing_column_is_named(name):
    frame = DRAWN[name][1]
    free = {"low_pm", "high_pm", "note"} | {c for c, where in OPTIONAL.items() if name in where}
    free |= {"value"} if name == "spans" else set()
    for column in frame.columns.difference(list(free)):
        with pytest.raises(ValueError, match=f"no column {column}$"):
            draw(name, frame.drop(columns=column))


def test_an_unknown_kind_of_a_stacked_bar_is_named():
    with pytest.raises(ValueError, match="no column neither$"):
        draw("stacked", COUNTS.assign(neither=1))


def test_values_of_lines_that_cross_keep_apart(overlaps):
    frame = RATES.assign(rate=[50, 57, 61.0, 52, 57, 59])
    assert not overlaps(draw("lines", frame).figure)


def test_bars():
    ax = draw("bars").figure.axes[0]
    assert [bar.get_width() for bar in ax.patches] == [52.25, 62.9]
    assert [to_hex(bar.get_facecolor()).upper() for bar in ax.patches] == [
        charts.FOCUS,
        charts.OTHER,
    ]
    words = [f"52.3  {FORCE}", f"62.9  {EW}", f"1.1  {FORCE}, printed; no public count"]
    assert written(ax) == [*words, f"{EW}: no public count"]
    assert rows(ax) == ["crime", LONG]
    diamonds = next(line for line in ax.get_lines() if line.get_marker() == "D")
    assert list(diamonds.get_xdata()) == pytest.approx([52.2, NONE, 1.1, NONE], nan_ok=True)


def test_bars_run_on_as_open_boxes():
    frame = table("group area value label", ("a", FORCE, 55.0, "drugs"), ("b", EW, NONE, ""))
    exhibit = charts.bars(
        frame, FORCE, digits=0, unit="%", open_to=100, rest="others", **TEXT | {"title": "t"}
    )
    ax = exhibit.figure.axes[0]
    assert [(bar.get_x(), bar.get_width(), bar.get_fill()) for bar in ax.patches] == [
        (0, 55, True), (55, 45, False), (0, 100, False)
    ]  # fmt: skip
    assert sorted(written(ax)) == ["55%  drugs", "no public count", "others"]


def test_ranking():
    ax = draw("ranking").figure.axes[0]
    assert rows(ax) == [EW, OTHER, f"{FORCE}*", "Norfolk"]
    bars = [bar for bar in ax.patches if bar.get_height() == pytest.approx(0.72)]
    assert [bar.get_width() for bar in bars] == [15, 25, 20, 10]
    assert [bar.get_hatch() or "" for bar in bars] == ["", "", "/////", ""]
    assert written(ax) == ["15.0", "90.0 (bar cut)", "20.0"]
    marks = {line.get_label(): line.get_xdata() for line in ax.get_lines()}
    assert np.nansum(marks["printed in the report"]) == 11 and np.nansum(marks["another"]) == 14


def test_stacked():
    ax = draw("stacked").figure.axes[0]
    drawn = {c.get_label(): [(bar.get_x(), bar.get_width()) for bar in c] for c in ax.containers}
    assert drawn == {"good": [(0, 4), (0, 2)], "bad": [(4, 1), (2, 7)]}
    assert [word for word in written(ax) if word] == ["4", "7"] and rows(ax) == [*COUNTS.index]


def test_dots_and_spans():
    ax = draw("alternatives").figure.axes[0]
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in dots] == [15.65, -14.7]
    fills = [to_hex(line.get_markerfacecolor()).upper() for line in dots]
    assert fills == [charts.FOCUS, "#FFFFFF"]
    ax = draw("spans").figure.axes[0]
    assert [list(map(float, line.get_xdata())) for line in ax.get_lines()] == [
        [80, 90],
        [86.1],
        [75],
    ]
    assert written(ax) == [*SPANS["note"]] and rows(ax) == [*SPANS["label"]]


def test_errors():
    own, national, own_counts, national_counts = draw("errors").figure.axes
    heads = [ax.get_title(loc="left") for ax in (own, national_counts)]
    assert heads == [f"{FORCE}\nrates and changes: 0 of 2", f"{EW}\ncounts: 0 of 1"]
    assert rows(own) == ["crime", LONG] and rows(national_counts) == [""]
    dots = {
        (ax, y, x): to_hex(line.get_markerfacecolor()).upper()
        for ax in (own, national, own_counts, national_counts)
        for line in ax.get_lines()
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }
    assert dots == {
        (own, 0, 0.5): "#FFFFFF", (own, 1, -4.0): "#FFFFFF", (national, 0, 0.1): charts.FOCUS,
        (national, 1, 9.0): charts.FOCUS, (own_counts, 0, 0.0): charts.FOCUS,
        (national_counts, 0, -2.0): "#FFFFFF"}  # fmt: skip
    bars = next(c for c in national.collections if c.get_segments())
    assert [segment[:, 0].tolist() for segment in bars.get_segments()] == [[-0.2, 0.2], [-10, 10]]


def test_strips():
    for ax in draw("strips").figure.axes:
        dots = next(c for c in ax.collections if hasattr(c, "get_sizes"))
        assert dots.get_offsets().tolist() == [[1.5, 0], [4, 1]]
        assert to_hex(dots.get_facecolors()[0]).upper() == charts.FOCUS
        assert written(ax) == ["1.50"]


def test_funnel():
    ax = draw("funnel").figure.axes[0]
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert lines["chance"].get_ydata() == pytest.approx(LIMITS["chance"]["low"])
    assert lines["_chance"].get_ydata() == pytest.approx(LIMITS["chance"]["high"])
    assert list(lines[f"_{FORCE}"].get_ydata()) == [8]
    arrows = [line for line in ax.get_lines() if line.get_marker() == "^"]
    assert [list(line.get_xdata()) for line in arrows] == [[SIZES[-1]]]
    assert written(ax) == [f"{FORCE} 8.0", OTHER]


def test_lines_and_gaps():
    lines = {line.get_label(): line for line in draw("lines").figure.axes[0].get_lines()}
    assert list(lines[FORCE].get_ydata()) == [50, 45, 60.4]
    assert list(lines[f"{EW}, marked"].get_ydata()) == [60, 61, 60]
    ax = draw("gaps").figure.axes[0]
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert list(lines[FORCE].get_ydata()) == [80, 89.3] and list(lines[EW].get_xdata()) == [1, 2]
    assert written(ax).count("not\nprinted") == 1 and {FORCE, EW, "89.3"} <= set(written(ax))


def test_curves():
    ax = draw("curves").figure.axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
    assert lines["margin"] == [3.5, 1.9, 1.1] and lines["margin, marked"] == [1.9]
    assert {"one year", "level", "most", "1.9"} == set(written(ax))


def test_tiles_and_questions():
    ax = draw("tiles").figure.axes[0]
    assert {"MET\nG", "DVC\nI", FORCE, *SCALE} <= set(written(ax))
    outlined = [patch.get_xy() for patch in ax.patches if not patch.get_fill()]
    assert (4, 7) in outlined and (1, 8) not in outlined
    ax = draw("questions").figure.axes[0]
    marks = {
        line.get_label(): line.get_xdata()[0]
        for line in ax.get_lines()
        if line.get_marker() in "oD"
    }
    assert marks == {"on HMIC's page of all forces": 2, "printed in the report": 2}
    assert written(ax) == ["not in this collection"] and rows(ax) == ["Overall", LONG]


def test_panels():
    axes = {ax.get_label(): ax for ax in draw("panels").figure.axes}
    assert set(axes) == {"Crime", "Calls", "Outcomes", "key"}
    assert [bar.get_width() for bar in axes["Crime"].patches] == [10] * 4
    assert not axes["Calls"].patches and written(axes["Calls"]).count("no data") == 4
    assert written(axes["Crime"]).count("9.9%") == 2 and written(axes["Crime"]).count("10.0%") == 4


def test_surface():
    ax = draw("surface").figure.axes[0]
    assert written(ax) == ["91%", "58%", "65%", "10%"]
    assert [text.get_fontweight() for text in ax.texts] == ["bold", "normal", "bold", "normal"]
    border = [(list(line.get_xdata()), list(line.get_ydata())) for line in ax.get_lines()]
    assert border[:2] == [([1, 1], [0, 1]), ([1, 1], [1, 2])]
    assert ax.collections[0].get_array().ravel().tolist() == [91, 58, 65, 10]

"""Slots hold what the report prints; filled in whole they are taken; anything else gets a line.

The values filled in here are made for the tests and stand nowhere else.
"""

import pandas as pd
import pytest

from helpers import data
from helpers.data import slots
from helpers.data.load import printed


def fill(root, figure, change):
    path = root / "published" / f"{figure}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    changed = change(table)
    (table if changed is None else changed).to_csv(path, index=False, lineterminator="\n")


def whole(figure):
    """Every empty cell filled; Figure 7 gets a second activity that brings each area to 100."""

    def change(table):
        value = {"figure_3": "-5", "figure_5": "84.0", "figure_6": "61.2"}.get(figure, "")
        table.loc[table["printed"] == "", "printed"] = value
        if figure == "figure_7":
            table.loc[len(table)] = ["Norfolk", "Violence", "45"]
            table.loc[len(table)] = ["England and Wales", "Violence", "36"]

    return change


@pytest.mark.parametrize("figure", slots.KEYS)
def test_as_committed_a_slot_holds_what_the_report_prints_and_nothing_else(figure):
    table, filled, faults = data.slot(figure)
    assert not filled
    assert not faults
    rows = table[table["printed"] != ""].itertuples(index=False)
    assert {tuple(row[:-2]): row.printed for row in rows} == printed()[figure]


def test_what_is_printed_comes_from_the_ledger(data_copy):
    """The numbers that the report prints in its four figures, by way of claims.csv."""
    assert printed(data_copy) == {
        "figure_3": {("Norfolk",): "-14", ("England and Wales",): "-9"},
        "figure_5": {
            ("Norfolk", "2015-03-31"): "89.3",
            ("England and Wales", "2015-03-31"): "83.8",
        },
        "figure_6": {("Norfolk",): "53.5", ("England and Wales",): "74.7"},
        "figure_7": {
            ("Norfolk", "Drug activity"): "55",
            ("England and Wales", "Drug activity"): "64",
        },
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace('"oc_drugs_norfolk"\n', '"oc_drugs"\n'), r"\[slots.figure_7\]: no"),
        (
            lambda t: t.replace("[slots.figure_7]", "[slots.figure_8]"),
            r"\[slots.figure_8\]: there are",
        ),
        (lambda t: t + "nonsense", "data/published/report.toml: "),
    ],
)
def test_a_report_that_names_no_claim_is_refused(data_copy, change, message):
    path = data_copy / "published" / "report.toml"
    head, tail = path.read_text(encoding="utf-8").split("[slots]")
    path.write_text(f"{head}[slots]{change(tail)}", encoding="utf-8")
    with pytest.raises(data.DataError, match=message):
        printed(data_copy)


@pytest.mark.parametrize("figure", slots.KEYS)
def test_filled_in_whole_it_is_taken(data_copy, figure):
    fill(data_copy, figure, whole(figure))
    table, filled, faults = data.slot(figure, data_copy)
    assert filled
    assert not faults
    assert table["value"].notna().all()
    assert list(data.faults(data_copy)) == []


def test_a_slot_filled_in_while_a_kernel_lives_is_seen(data_copy):
    assert not data.slot("figure_3", data_copy)[1]
    fill(data_copy, "figure_3", whole("figure_3"))
    assert data.slot("figure_3", data_copy)[1]
    fill(data_copy, "figure_3", lambda t: t.replace("-5", "much"))
    assert data.slot("figure_3", data_copy)[2]


def first(value, column="printed"):
    """The table with another value in its first row."""
    return lambda t: t.__setitem__(column, [value, *t[column][1:]])


def norfolk(value):
    return lambda t: t.assign(printed=t["printed"].where(t["area"] != "Norfolk", value))


def renamed(area, name):
    return lambda t: t.assign(area=t["area"].replace(area, name))


FAULTS = [  # figure, what is done to it, what is said
    ("figure_3", first("-5"), r"half-filled: row 3 \(Bedfordshire\) is empty, 41 empty in all"),
    (
        "figure_3",
        first("Avon & Somerset", "area"),
        r"row 2 \(Avon & Somerset\): unknown area; did you mean 'Avon and Somerset'\?",
    ),
    ("figure_3", first("Scotland", "area"), r"row 2 \(Scotland\): unknown force 'Scotland'"),
    (
        "figure_5",
        first("good"),
        r"row 2 \(Norfolk, 2011-03-31\): cannot read 'good' as a printed number",
    ),
    ("figure_5", first("184"), "184 lies outside 0 to 100, which is impossible here"),
    ("figure_6", norfolk(""), r"\(Norfolk\): the report prints 53.5 here; put it back"),
    ("figure_6", norfolk("53.4"), "53.4 does not round to the 53.5 that the report prints"),
    (
        "figure_6",
        renamed(slots.COMBINED, "West Mercia"),
        "one value for the two forces, in the row 'Warwickshire and West Mercia'",
    ),
    ("figure_6", renamed("Avon and Somerset", "City of London"), "leaves the City of London out"),
    (
        "figure_5",
        first("2010-03-31", "year_ending"),
        "the figure's years end on 31 March 2011 to 2015, written 2015-03-31",
    ),
    (
        "figure_7",
        lambda t: t.loc.__setitem__(len(t), ["Norfolk", "Violence", "30"]),
        "the shares of Norfolk come to 84 to 86, which leaves out 100",
    ),
    ("figure_7", lambda t: t.loc.__setitem__(len(t), list(t.loc[0])), "row 4, expected every row"),
    ("figure_3", lambda t: t.drop(index=3), "the row of Cheshire is missing"),
]


@pytest.mark.parametrize(("figure", "change", "message"), FAULTS)
def test_a_fault_is_named_with_its_row_and_the_chart_stays_as_it_was(
    data_copy, figure, change, message
):
    fill(data_copy, figure, change)
    with pytest.raises(data.DataError, match=message):
        data.load(figure, data_copy)
    table, filled, faults = data.slot(figure, data_copy)
    assert not filled
    assert len(table) == len(printed()[figure])
    assert all(line.startswith(f"data/published/{figure}.csv: ") for line in faults)


def test_a_sharper_value_may_stand_where_it_rounds_to_the_printed_one(data_copy):
    sharper = {"Norfolk": "-14.4", "England and Wales": "-8.7"}
    fill(
        data_copy,
        "figure_3",
        lambda t: t.assign(printed=[sharper.get(area, "-5.0") for area in t["area"]]),
    )
    assert data.slot("figure_3", data_copy)[1:] == (True, [])

"""Slots: empty but for what the report prints; filled in whole they are taken; anything else gets a line saying which row and why.

The values filled in here are made for the tests and stand nowhere else.
"""

import pandas as pd
import pytest

from helpers import data, slots


def fill(root, figure, change):
    path = root / "published" / f"{figure}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    changed = change(table)
    (table if changed is None else changed).to_csv(path, index=False, lineterminator="\n")


def whole(figure):
    """Every empty cell filled; Figure 7 gets a second activity that brings each area to 100."""
    def change(table):
        table.loc[table["printed"] == "", "printed"] = {"figure_3": "-5", "figure_5": "84.0", "figure_6": "61.2"}.get(figure, "")
        if figure == "figure_7":
            table.loc[len(table)] = ["Norfolk", "Violence", "45"]
            table.loc[len(table)] = ["England and Wales", "Violence", "36"]
    return change


@pytest.mark.parametrize("figure", slots.KEYS)
def test_as_committed_a_slot_holds_what_the_report_prints_and_nothing_else(figure):
    table, filled, faults = slots.read(figure)
    assert not filled and not faults
    printed = table[table["printed"] != ""]
    assert {tuple(row[key] for key in slots.KEYS[figure]): row["printed"] for _, row in printed.iterrows()} == slots.PRINTED[figure]


def test_what_a_slot_holds_is_what_the_ledger_holds():
    ledger = data.load("claims").set_index("id")["printed"]
    for figure, key, claim in (("figure_5", ("Norfolk", "2015-03-31"), "inv_satisfaction_norfolk"), ("figure_6", ("Norfolk",), "fin_groups_norfolk"),
                               ("figure_6", ("England and Wales",), "fin_groups_national"), ("figure_7", ("Norfolk", "Drug activity"), "oc_drugs_norfolk"),
                               ("figure_7", ("England and Wales", "Drug activity"), "oc_drugs_national"),
                               ("figure_5", ("England and Wales", "2015-03-31"), "inv_satisfaction_national")):
        assert ledger[claim].rstrip("%") == slots.PRINTED[figure][key]
    for key, claim in ((("Norfolk",), "prev_asb_1y_norfolk"), (("England and Wales",), "prev_asb_1y_national")):
        assert "-" + ledger[claim].rstrip("%") == slots.PRINTED["figure_3"][key]


@pytest.mark.parametrize("figure", slots.KEYS)
def test_filled_in_whole_it_is_taken(data_copy, figure):
    fill(data_copy, figure, whole(figure))
    table, filled, faults = slots.read(figure, data_copy)
    assert filled and not faults and table["value"].notna().all()
    assert not [fault for fault in data.faults(data_copy) if figure in fault]


FAULTS = {
    "half-filled": ("figure_3", lambda t: t.__setitem__("printed", ["-5", *t["printed"][1:]]), r"half-filled: row 3 \(Bedfordshire\) is empty, 41 empty in all"),
    "a misspelt force": ("figure_3", lambda t: t.__setitem__("area", ["Avon & Somerset", *t["area"][1:]]),
                         r"row 2 \(Avon & Somerset\): unknown area; did you mean 'Avon and Somerset'\?"),
    "an unknown force": ("figure_3", lambda t: t.__setitem__("area", ["Scotland", *t["area"][1:]]), r"row 2 \(Scotland\): unknown force 'Scotland'"),
    "no number": ("figure_5", lambda t: t.__setitem__("printed", ["good", *t["printed"][1:]]), r"row 2 \(Norfolk, 2011-03-31\): cannot read 'good' as a printed number"),
    "impossible": ("figure_5", lambda t: t.__setitem__("printed", ["184", *t["printed"][1:]]), "184 lies outside 0 to 100, which is impossible here"),
    "the printed value gone": ("figure_6", lambda t: t.__setitem__("printed", ""), r"\(Norfolk\): the report prints 53.5 here; put it back"),
    "the printed value contradicted": ("figure_6", lambda t: t["printed"].where(t["area"] != "Norfolk", "53.4").pipe(lambda p: t.__setitem__("printed", p)),
                                       "53.4 does not round to the 53.5 that the report prints"),
    "one of the combined forces": ("figure_6", lambda t: t.__setitem__("area", t["area"].replace(slots.COMBINED, "West Mercia")),
                                   "one value for the two forces, in the row 'Warwickshire and West Mercia'"),
    "the City of London": ("figure_6", lambda t: t.__setitem__("area", t["area"].replace("Avon and Somerset", "City of London")), "leaves the City of London out"),
    "another year": ("figure_5", lambda t: t.__setitem__("year_ending", ["2010-03-31", *t["year_ending"][1:]]), "years end on 31 March 2011 to 2015"),
    "shares that do not add up": ("figure_7", lambda t: t.loc.__setitem__(len(t), ["Norfolk", "Violence", "30"]),
                                  "the shares of Norfolk come to 84 to 86, which leaves out 100"),
    "a row twice": ("figure_7", lambda t: t.loc.__setitem__(len(t), list(t.loc[0])), "every row once"),
    "a row missing": ("figure_3", lambda t: t.drop(index=3), "the row of Cheshire is missing"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_named_with_its_row_and_the_chart_stays_as_it_was(data_copy, what):
    figure, change, message = FAULTS[what]
    fill(data_copy, figure, change)
    with pytest.raises(data.DataError, match=message):
        data.load(figure, data_copy)
    table, filled, faults = slots.read(figure, data_copy)
    assert not filled and len(table) == len(slots.PRINTED[figure])
    assert all(line.startswith(f"data/published/{figure}.csv: ") for line in faults)


def test_a_sharper_value_may_stand_where_it_rounds_to_the_printed_one(data_copy):
    fill(data_copy, "figure_3", lambda t: t.__setitem__("printed", ["-14.4" if area == "Norfolk" else "-5.0" if area != "England and Wales" else "-8.7"
                                                                    for area in t["area"]]))
    assert slots.read("figure_3", data_copy)[1:] == (True, [])

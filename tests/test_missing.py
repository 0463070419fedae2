"""Missing is not nought: marks stay missing from the publisher's file to the foot of a chart."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from test_publishers import open_outcomes

from helpers import areas, charts, data, measures
from helpers.data.schemas import ALL_OUTCOMES
from helpers.ingest import __main__ as ingest
from helpers.ingest import builders, columns, outcomes
from helpers.measures import counts
from helpers.themes import crime_outcomes, recorded_crime

JUNE, MARCH = pd.Timestamp("2015-06-30"), pd.Timestamp("2015-03-31")
TABLE = "outcomes_2015"


def text(*cells):
    places = pd.MultiIndex.from_tuples([("f.csv", "", n) for n in range(2, len(cells) + 2)])
    return pd.Series(cells, index=places, name="closed", dtype=str)


@pytest.mark.parametrize(
    "mark",
    ["", "N/A", "n/a", "N/a", "NA", "N/A - data not provided", " N/A - Data  not provided", "-",
     "..", ":", "[x]", "[z]", "Not available"],
)  # fmt: skip
def test_a_mark_is_missing_and_makes_its_sum_missing_but_no_other(mark):
    found = columns.counted(text("3", mark, "15.0", "-2"))
    assert found.isna().tolist() == [False, True, False, False]
    assert found.dropna().tolist() == [3, 15, -2] and str(found.dtype) == "Int64"
    table = pd.DataFrame({"who": ["a", "a", "b", "b"], "closed": found})
    sums = columns.summed(table, "closed").set_index("who")["closed"]
    assert sums.isna().tolist() == [True, False] and sums["b"] == 13


def test_whole_columns_stay_whole_and_another_text_is_refused_with_its_row():
    assert str(columns.counted(text("3", "0")).dtype) == "int64"
    with pytest.raises(data.DataError, match=r"f\.csv: row 3, column 'closed': .*found 'N/A - so'"):
        columns.counted(text("-", "N/A - so"))
    with pytest.raises(data.DataError, match="row 2, column 'closed': .*found 'N/A'"):
        columns.CONVERT["population"](text("N/A"))


def built(tmp_path, change):
    """The national and the force table from open data of two forces, after a change."""
    rows = pd.concat(
        [open_outcomes(force, "2014/15", q) for force in ("Norfolk", "Suffolk") for q in (1, 2)]
    )
    path = tmp_path / "open.csv"
    change(rows.reset_index(drop=True)).to_csv(path, index=False)
    tables = (builders.KINDS[kind].build(path) for kind in (TABLE, "outcomes_2023"))
    return [
        table.set_index([table.columns[1], table.columns[0], "outcome_type"])["outcomes"]
        for table in tables
    ]


def test_what_was_not_provided_is_missing_in_the_type_in_all_and_in_the_nation(tmp_path):
    whole, _ = built(tmp_path, lambda rows: rows)
    assert whole.notna().all(), "an expired code counts nought"

    def not_provided(rows):
        closed = rows.columns[-1]
        where = (rows["Force Name"] == "Norfolk") & (rows["Outcome Type"] == "3A")
        first = where & (rows["Financial Quarter"].astype(str) == "1")
        return rows.assign(**{closed: rows[closed].mask(first, "N/A - data not provided")})

    forces, nation = built(tmp_path, not_provided)
    gone = {"caution, adult", ALL_OUTCOMES}
    lacks = forces[forces.isna()].index
    assert {type for _, _, type in lacks} == gone
    assert {where[:2] for where in lacks} == {("2014-06-30", "Norfolk")}
    assert forces.dropna().to_dict() == whole[forces.notna()].to_dict()
    by_area = nation[nation.isna()].index
    assert len(by_area) == 4, "in Norfolk and in the nation, of one type and of all"


def with_gap(force, type, end, name=TABLE, kind="outcome_type", value="outcomes"):
    table = data.load(name)
    period = "quarter_ending"
    gone = (table["force"] == force) & (table[kind] == type) & (table[period] == end)
    assert gone.sum() == 1
    return table.assign(**{value: table[value].astype(float).mask(gone)})


@pytest.mark.slow
def test_an_ingest_names_what_is_missing_and_the_register_keeps_it(data_copy, capsys):
    table = with_gap("Cumbria", ALL_OUTCOMES, pd.Timestamp("2014-06-30"))
    types = {name: column for name, (column, _) in outcomes.OUTCOMES.items()}
    wide = table.pivot(index=["force", "quarter_ending"], columns="outcome_type", values="outcomes")
    wide = wide.rename(columns=types).reset_index().rename(columns={"quarter_ending": "qe"})
    whole = data.load(TABLE).pivot(
        index=["force", "quarter_ending"], columns="outcome_type", values="outcomes"
    ).rename(columns=types).reset_index().rename(columns={"quarter_ending": "qe"})  # fmt: skip
    for turn, (rows, said) in enumerate([(wide, True), (wide, True), (whole, False)]):
        path = data_copy.parent / f"wide{turn}.csv"
        rows.to_csv(path, index=False, na_rep="N/A - data not provided", float_format="%.0f")
        assert ingest.main([TABLE, str(path), "--root", str(data_copy)]) == 0
        line = "missing as published: Cumbria 2014-06-30 all outcomes assigned"
        assert (line in capsys.readouterr().out) == said
        caveats = data.register(data_copy).loc[data.FILES[TABLE], "caveats"]
        assert caveats.count("Missing as published: Cumbria 2014-06-30 all outcomes assigned.") == (
            int(said)
        )
        assert list(data.faults(data_copy)) == []
        found = data.load(TABLE, data_copy)
        assert int(found["outcomes"].isna().sum()) == int(said)


def test_a_table_with_gaps_is_still_held_to_its_schema(data_copy):
    content = (data_copy / data.FILES[TABLE]).read_text()
    head, first, *rest = content.splitlines()
    for cell, fault in (("", ""), ("1.5", "expected a whole number"), ("many", "a whole number")):
        area = first.rsplit(",", 2)[0]
        lines = [head, f"{area},{cell},core", rest[0].rsplit(",", 2)[0] + ",,core", *rest[1:]]
        text = "\n".join(lines) + "\n"
        if fault:
            with pytest.raises(data.DataError, match=f"row 2, column outcomes, .*{fault}"):
                data.parse(TABLE, text.encode())
        else:
            assert data.parse(TABLE, text.encode())["outcomes"].isna().sum() == 2
    people = (data_copy / data.FILES["population_revised"]).read_text()
    bad = people.replace(",1580383,", ",,", 1).encode()
    with pytest.raises(data.DataError, match="column population, expected a whole number"):
        data.parse("population_revised", bad)


def test_a_year_with_a_missing_quarter_is_missing_and_says_why(in_place_of):
    in_place_of(outcomes_2015=with_gap("Kent", "caution, youth", pd.Timestamp("2014-06-30")))
    assert not measures.covers("caution_youth_rate", MARCH)
    assert measures.covers("caution_youth_rate", JUNE), "which begins a quarter later"
    assert measures.covers("charged_rate", MARCH)
    with pytest.raises(ValueError, match=r"\(no count is published for Kent, to June 2014\)"):
        measures.value("caution_youth_rate", "Norfolk", MARCH)
    years = counts.outcomes(("caution, youth",)).loc[MARCH]
    assert list(years.index[years.isna()]) == ["Kent", areas.ENGLAND_AND_WALES]
    said = "Missing, as no count is published: Kent, to June 2014"
    assert said in measures.source("caution_youth_rate", JUNE)
    assert said not in measures.source("charged_rate", JUNE)


def test_recorded_crime_without_a_count_leaves_a_gap_in_the_line(in_place_of):
    end, gone = pd.Timestamp("2018-06-30"), pd.Timestamp("2016-09-30")
    table = data.load("recorded_crime_2018")
    hole = (table["force"] == "Kent") & (table["year_ending"] == gone)
    hole &= table["offence_group"] == "Robbery"
    table = table.assign(offences=table["offences"].astype(float).mask(hole))
    in_place_of(recorded_crime_2018=table)
    assert gone not in measures.counted("recorded_crime_rate").index
    assert gone not in measures.counted("sexual_offences_rate", "2018").index
    frame, marked = recorded_crime.five_years("Norfolk", end)
    source = measures.source("recorded_crime_rate", end)
    assert source.endswith("Missing, as no count is published: Kent, to September 2016")
    shown = charts.lines(
        frame, "Norfolk", marked, title="x", subtitle="y", source=source, exhibit="z"
    )
    line = next(each for each in shown.figure.axes[0].lines if each.get_label() == "Norfolk")
    days, rates = line.get_xdata(), np.asarray(line.get_ydata(), float)
    assert [str(day)[:10] for day in days[np.isnan(rates)]] == ["2016-09-30"]
    plt.close("all")


def test_a_quarter_without_a_count_takes_four_years_of_the_later_release(in_place_of):
    gone = pd.Timestamp("2019-09-30")
    name = "recorded_crime_2023"
    in_place_of(**{name: with_gap("Kent", "Robbery", gone, name, "offence_group", "offences")})
    years = measures.counted("recorded_crime_rate", "2023").index
    lost = pd.date_range(gone, periods=4, freq="QE")
    beside = {lost[0] - pd.offsets.QuarterEnd(), lost[3] + pd.offsets.QuarterEnd()}
    assert not years.isin(lost).any() and beside <= set(years)
    assert gone not in counts.quarters().index


def test_where_all_outcomes_are_missing_a_page_says_unreported(in_place_of):
    gone = pd.Timestamp("2014-09-30")
    in_place_of(outcomes_2015=with_gap("Kent", ALL_OUTCOMES, gone))
    odd = crime_outcomes.unreported(JUNE)
    assert odd.where[0] == "Kent (to September 2014)" and odd.quarters == 3
    old = crime_outcomes.old_kinds("Kent")
    assert 0 < old.low <= old.high < 100  # of the quarters that are known
    places = crime_outcomes.places("Norfolk", JUNE)
    assert "all outcomes recorded" in places.index and places.notna().all(axis=None)

"""The panel against the measures it is made of, and what is asked of it."""

import gzip

import numpy as np
import pandas as pd
import pytest

from helpers import areas, explore, measures, prose, stats
from helpers.measures import kinds

EW, FORCES, JUNE = areas.ENGLAND_AND_WALES, list(areas.FORCES), pd.Timestamp("2015-06-30")


@pytest.fixture(scope="module")
def panel():
    return explore.panel()


def off(cells):
    """Rows whose value or count is not what the measures give for that cell alone."""
    return [
        row
        for row in cells.itertuples()
        if row.value != measures.value(row.measure, row.area, row.year_ending, vintage=row.release)
        or row.count
        != round(measures.counted(row.measure, row.release).loc[row.year_ending, row.area])
    ]


@pytest.mark.slow
def test_500_cells_at_random_are_those_of_the_measures(panel):
    cells = panel.sample(500, random_state=2015)
    assert not off(cells)
    assert len(set(cells["measure"])) > 25
    assert len(off(cells.assign(value=cells["value"] + 1))) == 500


def test_every_row_stands_once_and_every_measure_and_release_is_there(panel):
    assert list(panel) == list(explore.COLUMNS)
    keys = ["area", "measure", "year_ending", "release"]
    assert not panel.duplicated(keys).any() and not panel["value"].isna().any()
    found = panel.groupby("measure", sort=False)["release"].agg(set).to_dict()
    assert set(measures.MEASURES) - set(found) == {"anti_social_behaviour_change_5y"}  # four years
    assert all(set(measures.find(name).vintages) == releases for name, releases in found.items())
    assert (panel.groupby(keys[1:])["area"].nunique() == len(areas.AREAS)).all()


@pytest.mark.slow
def test_no_year_that_the_measures_reach_is_left_out(panel):
    for name, of in measures.MEASURES.items():
        for vintage in of.vintages:
            years = set(panel.query("measure == @name and release == @vintage")["year_ending"])
            for year in measures.counted(name, vintage).index:
                try:
                    measures.values(name, year, vintage=vintage)
                    reached = True
                except (ValueError, KeyError):
                    reached = False
                assert reached == (year in years), (name, vintage, year)


@pytest.mark.parametrize("name", ["recorded_crime_rate", "charged_rate", "domestic_burglary_rate"])
def test_places_and_limits_are_those_of_the_funnel(panel, name):
    rows = panel[(panel["measure"] == name) & (panel["year_ending"] == JUNE)]
    rows = rows.drop_duplicates("area").set_index("area")
    values = measures.values(name, JUNE)
    assert rows.loc["Norfolk", "place"] == measures.rank(values, "Norfolk")
    apart = () if name == "charged_rate" else ("City of London",)
    each = rows.loc[FORCES, ["count", "denominator"]].astype(float)
    found = stats.funnel(each["count"], each["denominator"], apart).drop(columns="standing")
    found *= values[EW]
    for end in ("low95", "high95", "low998", "high998"):
        assert rows.loc[FORCES, end].to_list() == pytest.approx(found[f"{end}_tau"].to_list())
    assert rows.loc[EW, ["low95", "high998", "place"]].isna().all()


def test_limits_of_changes_are_those_of_the_test_of_changes(panel):
    rows = panel[(panel["measure"] == "recorded_crime_change_1y") & (panel["year_ending"] == JUNE)]
    rows = rows.drop_duplicates("area").set_index("area").loc[FORCES]
    tested = stats.changes(rows["denominator"].astype(float), rows["count"].astype(float))
    outside = (rows["value"] < rows["low95"]) | (rows["value"] > rows["high95"])
    assert (outside == (tested["z"].abs() > stats.REACH["95"])).all() and outside.any()


@pytest.mark.parametrize(
    ("measure", "year", "names"),
    [
        ("domestic_burglary_rate", "2017-03-31", ""),
        ("domestic_burglary_rate", "2017-06-30", "residential burglary"),
        ("domestic_burglary_rate", "2018-03-31", ""),  # wholly of the later kind
        ("domestic_burglary_change_1y", "2018-06-30", "residential burglary"),
        ("domestic_burglary_change_1y", "2019-03-31", ""),
        ("recorded_crime_rate", "2017-06-30", ""),  # burglaries of both kinds are in it
        ("victim_based_crime_rate", "2017-06-30", ""),
        ("recorded_crime_rate", "2016-03-31", ""),  # a day that is the first of the 12 months
        ("recorded_crime_rate", "2012-06-30", ""),  # fraud is in no total
        ("sexual_offences_rate", "2015-06-30", "recording inspections"),
        ("recorded_crime_rate", "2015-06-30", "recording inspections; malicious communications"),
        ("charged_rate", "2015-06-30", ""),
    ],
)
def test_breaks_are_named_where_they_touch(panel, measure, year, names):
    rows = panel[(panel["measure"] == measure) & (panel["year_ending"] == year)]
    assert set(rows["break_in_series"]) == {names}
    assert {name for each in panel["break_in_series"].unique() for name in each.split("; ")} - {
        ""
    } <= {each.name for each in kinds.BREAKS}


@pytest.mark.slow
def test_files_hold_the_panel_and_are_the_same_bytes_twice(panel, tmp_path):
    import duckdb

    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        explore.save(tmp_path / name)
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two and set(one) == {"panel.parquet", "panel.csv.gz", "panel.md"}
    assert len(one["panel.parquet"]) < 3_000_000
    read = duckdb.sql(f"SELECT * FROM '{tmp_path / 'one' / 'panel.parquet'}'").df()
    table = pd.read_csv(tmp_path / "one" / "panel.csv.gz", parse_dates=["year_ending"])
    for found in (read, table):
        assert list(found) == list(panel) and len(found) == len(panel)
        assert (found["year_ending"].to_numpy() == panel["year_ending"].to_numpy()).all()
        assert np.allclose(found["value"], panel["value"], rtol=1e-9)
        assert (found["measure"].to_numpy() == panel["measure"].to_numpy()).all()
    assert (read["value"].to_numpy() == panel["value"].to_numpy()).all()
    first, *_ = gzip.decompress(one["panel.csv.gz"]).decode().splitlines()
    assert first == ",".join(panel)
    said = one["panel.md"].decode()
    assert all(f"| {word} |" in said for word in [*panel, *panel["measure"].unique()])


def draws(exhibit):
    """Whether the chart's lines are its table, and every break among its years is named."""
    ax = exhibit.figure.axes[0]
    drawn = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
    meant = exhibit.table.sort_values("year_ending").groupby("area")["value"].agg(list)
    return all(drawn[area] == pytest.approx(values) for area, values in meant.items())


def test_compare_gives_the_rows_and_draws_them(panel, overlaps):
    found = explore.compare(
        "Norfolk", "domestic_burglary_rate", with_=["Suffolk", "similar forces"], since=2012
    )
    table = found.table
    assert list(table) == list(panel) and table["year_ending"].min() == pd.Timestamp("2012-06-30")
    similar = explore.forces_of("similar forces", "Norfolk", table["year_ending"].max())
    assert set(table["area"]) == {"Norfolk", "Suffolk", *similar} and len(similar) > 3
    assert table.merge(panel).shape == table.shape  # every row stands in the panel
    assert not table.duplicated(["area", "year_ending"]).any()
    assert draws(found) and not overlaps(found.figure)
    named = [text.get_text() for text in found.figure.axes[0].texts]
    assert "residential burglary" in named and "malicious communications" not in named
    assert "across a break" in found.text.title and "residential burglary" in found.alt
    found.table["value"] += 1
    assert not draws(found)


@pytest.mark.parametrize("with_", ["region", "all forces", ["England and Wales"], ()])
def test_compare_knows_sets_of_forces(with_, overlaps):
    found = explore.compare("Suffolk", "recorded_crime_change_1y", with_, since=2014, until=2016)
    assert draws(found) and not overlaps(found.figure)
    areas_shown = set(found.table["area"]) - {"Suffolk"}
    size = {"region": 5, "all forces": 42, (): 0}.get(with_ if isinstance(with_, str) else (), 0)
    assert len(areas_shown) == (1 if with_ == ["England and Wales"] else size)


@pytest.mark.parametrize(
    ("asked", "hints"),
    [
        ({"force": "Norflk"}, ["Norfolk", "Suffolk"]),
        ({"with_": ["simlar forces"]}, ["similar forces"]),
        ({"measure": "domestic_burglry_rate"}, ["domestic_burglary_rate"]),
        ({"measure": "charge rate"}, ["charged_rate"]),
        ({"with_": "British Transport Police"}, ["did you mean"]),
        ({"force": "London"}, ["City of London", "Metropolitan Police"]),
        ({"measure": "charged_rate", "since": 2018}, ["2015-03-31 to 2015-06-30"]),
        ({"release": "2023", "measure": "charged_rate"}, ["2024"]),
    ],
)
def test_a_wrong_name_or_year_says_what_there_is(asked, hints):
    asked = {"force": "Norfolk", "measure": "recorded_crime_rate"} | asked
    with pytest.raises(ValueError) as error:
        explore.compare(**asked)
    assert all(hint in str(error.value) for hint in hints)
    if "unknown" in str(error.value) and "London" not in str(error.value):
        assert str(error.value).count("'") == 8  # the name asked for and the nearest three


def test_years_before_the_first_are_said_to_be_none():
    found = explore.compare("Norfolk", "recorded_crime_rate", since=2005, until=2012)
    assert "there is none before September 2009" in found.text.subtitle
    joined = explore.compare("Norfolk", "recorded_crime_rate", since=2012)
    assert "from March 2019 the release of 19 October 2023" in joined.text.subtitle
    assert set(joined.table["release"]) == {"2018", "2023"}
    assert set(explore.compare("Norfolk", "recorded_crime_rate", since=2014).table["release"]) == {
        "2023"
    }


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["recorded_crime_rate", "recorded_crime_change_1y"])
def test_the_tile_map_writes_every_value(measure, overlaps):
    found = explore.mapped(measure, "Norfolk", 2015)
    written = [text.get_text() for text in found.figure.axes[0].texts]
    assert not overlaps(found.figure)
    for row in found.table.itertuples():
        shown = f"{row.value:.1f}" if measure.endswith("rate") else prose.signed(row.value, 0)
        assert f"{row.code}\n{shown}" in written
    colours = {p.get_facecolor() for p in found.figure.axes[0].patches if p.get_fill()}
    assert len(colours) == 5


def test_a_force_without_a_value_is_told_apart_on_the_map():
    from helpers import charts

    frame = explore.mapped("recorded_crime_rate", "Norfolk", 2015).table
    frame.loc[frame["area"] == "Kent", "value"] = np.nan
    text = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}
    found = charts.tile_map(frame, "Norfolk", **text)
    assert "KNT\n–" in [text.get_text() for text in found.figure.axes[0].texts]
    assert found.alt.startswith("Tile map of 42 forces")


# The five questions that a stranger is to answer in two minutes each, with the lines that do it.


def test_which_five_forces_sexual_offences_rose_most_from_2013_to_2018():
    rose = explore.changed("sexual_offences_rate", 2013, 2018).drop(EW).nlargest(5, "change")
    assert list(rose.index) == ["Durham", "Northumbria", "South Yorkshire", "Kent", "Cumbria"]
    assert rose["change"].round().to_list() == [450, 420, 342, 305, 276]
    assert rose["z"].min() > 5  # beyond chance, 3.1 being the 99.8% limit
    assert rose["standing"].to_list() == [stats.UNSURE] * 3 + [stats.INSIDE] * 2
    assert (rose["low"] < rose["change"]).all() and (rose["change"] < rose["high"]).all()
    with pytest.raises(ValueError, match="a change itself"):
        explore.changed("recorded_crime_change_1y", 2013, 2018)


def test_is_the_charge_rate_unusual_for_a_force_of_its_size():
    own = explore.at("charged_rate", 2015).loc["Norfolk"]
    assert own[["value", "low998", "high998"]].astype(float).round(1).to_list() == [20.8, 9.8, 23.3]
    assert own["high95"] < own["value"] < own["high998"]  # high, and not beyond the wide limits


def test_which_forces_had_more_crime_per_head_every_june():
    rates = explore.rows_of("recorded_crime_rate", until=2015)
    junes = rates[rates["year_ending"].dt.month == 6].pivot(
        index="year_ending", columns="area", values="value"
    )
    higher = junes.gt(junes["Norfolk"], axis=0).all()
    assert higher[FORCES].sum() == 29 and f"{junes.index[0]:%Y-%m}" == "2010-06"


def test_when_did_the_burglary_series_break():
    (broke,) = [each for each in kinds.BREAKS if each.name == "residential burglary"]
    assert f"{broke.start:%Y-%m-%d}" == "2017-04-01"
    table = explore.compare("Norfolk", "domestic_burglary_rate", (), 2016, 2018).table
    mixed = table.loc[table["break_in_series"] != "", "year_ending"]
    assert f"{mixed.min():%Y-%m} {mixed.max():%Y-%m}" == "2017-06 2017-12"
    rates = table.set_index("year_ending")["value"]
    assert rates["2018-03-31"] > 1.8 * rates["2017-03-31"]  # the same homes, with their sheds


def test_how_does_suffolk_compare_with_its_region_on_five_measures():
    five = ["recorded_crime_rate", "domestic_burglary_rate", "sexual_offences_rate",
            "anti_social_behaviour_rate", "charged_rate"]  # fmt: skip
    table = explore.table_of("Suffolk", five, with_=["region", EW], until=2015)
    assert table.shape == (5, 8) and list(table)[:2] == ["12 months to", "Suffolk"]
    assert table["Norfolk"].iloc[0] == measures.value("recorded_crime_rate", "Norfolk", JUNE)
    assert table["12 months to"].unique().tolist() == ["30 June 2015"]


def test_rows_in_words_have_their_unit_and_the_label_of_their_year(panel):
    later = JUNE + pd.DateOffset(years=3)
    rows = panel[(panel["area"] == "Norfolk") & panel["year_ending"].isin([JUNE, later])]
    shown = explore.in_words(rows).groupby(["measure", "year ending"])["release"].first()
    assert shown["domestic burglary rate, per 1,000 households", JUNE] == "release to December 2018"
    assert "domestic burglary, number" in shown[:, JUNE] and "number, number" not in str(shown)
    assert "residential burglary (with sheds and garages), number" in shown[:, later]
    assert not shown[:, later].index.str.startswith("domestic").any()

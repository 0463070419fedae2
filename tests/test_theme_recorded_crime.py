"""Recorded crime: control numbers, what is drawn against the frames, findings in every form."""

import matplotlib.dates as mdates
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from helpers import areas, charts, conventions, data, exhibits, measures
from helpers.themes import recorded_crime as theme

EW, JUNE = areas.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30")


@pytest.fixture(params=["Norfolk", "City of London"])
def run(request, run_notebook):
    return run_notebook("01", FORCE=request.param)


def drawn_lines(exhibit):
    return {line.get_label(): line for line in exhibit.figure.axes[0].get_lines()}


def draws(exhibit, force, years):
    """Whether figure 1 draws its table: each area's line and a dot in each of the years."""
    lines = drawn_lines(exhibit)
    for area in (force, EW):
        own = exhibit.table[exhibit.table["area"] == area]
        dots = own[own["year_ending"].isin(years)]
        if lines[area].get_ydata() != pytest.approx(own["rate"].to_numpy()):
            return False
        if mdates.date2num(lines[area].get_xdata()) != pytest.approx(
            mdates.date2num(own["year_ending"].to_numpy())
        ):
            return False
        if lines[f"{area}, marked"].get_ydata() != pytest.approx(dots["rate"].to_numpy()):
            return False
    return True


def test_figure_1_draws_its_table(run):
    assert draws(run.exhibits["figure_1"], run.names["FORCE"], run.names["years"])


def test_a_wrong_figure_1_would_be_noticed(run_notebook):
    run = run_notebook("01")
    frame = run.names["figure_1"].copy()
    text = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}
    frame.loc[frame["area"] == "Norfolk", "rate"] += 1
    wrong = charts.lines(frame, "Norfolk", run.names["years"], **text)
    right = run.exhibits["figure_1"]
    mixed = charts.Exhibit(wrong.figure, right.table, "", right.text)
    assert not draws(mixed, "Norfolk", run.names["years"])


@pytest.mark.slow
def test_figure_1_marks_what_was_printed_and_only_for_the_report(run_notebook):
    diamonds = drawn_lines(run_notebook("01").exhibits["figure_1"])["printed in the report"]
    assert sorted(diamonds.get_ydata()) == [45.1, 52.2, 60.3, 63.0]
    other = drawn_lines(run_notebook("01", FORCE="City of London").exhibits["figure_1"])
    assert sorted(other["printed in the report"].get_ydata()) == [60.3, 63.0]


def test_figure_2_draws_its_table(run):
    exhibit = run.exhibits["figure_2"]
    ax, frame = exhibit.figure.axes[0], exhibit.table
    assert sorted(bar.get_width() for bar in ax.patches) == pytest.approx(sorted(frame["value"]))
    labels = [text.get_text() for text in ax.texts]
    assert all(f"{row.value:.1f}  {row.area}" in labels for row in frame.itertuples())
    dark = [b for b in ax.patches if to_hex(b.get_facecolor()).upper() == charts.FOCUS]
    own = frame[frame["area"] == run.names["FORCE"]]
    assert sorted(bar.get_width() for bar in dark) == pytest.approx(sorted(own["value"]))


def test_the_ranking_draws_43_forces_in_order(run):
    exhibit = run.exhibits["recorded_crime_ranking"]
    ax, column = exhibit.figure.axes[0], exhibit.table.set_index("area")["value"]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    forces = column.drop(EW).sort_values(ascending=False)
    assert labels == [EW, *forces.index] and len(forces) == 43
    bars = [bar.get_width() for bar in ax.patches if bar.get_height() == pytest.approx(0.72)]
    cap = 1.25 * column.drop("City of London").max()
    assert bars == pytest.approx(column[labels].clip(upper=cap).to_list())


@pytest.mark.parametrize("force", ["Norfolk", "City of London", "Metropolitan Police"])
def test_no_text_runs_over_the_edge_or_into_another(run_notebook, force, overlaps):
    for exhibit in run_notebook("01", FORCE=force).exhibits.values():
        assert not overlaps(exhibit.figure), exhibit.text.exhibit


def test_control_numbers():
    spread = exhibits.spread(theme.RATE, "Norfolk", JUNE)
    change = exhibits.change("recorded_crime", "Norfolk", JUNE)
    assert [round(x, 2) for x in (spread.value, spread.national)] == [52.18, 62.90]
    assert [round(x, 2) for x in (change.value, change.national)] == [15.65, 4.35]
    assert (spread.place, change.rose, spread.lower) == (14, 34, 13)
    assert (round(spread.low, 1), round(spread.high, 1)) == (51.7, 52.7)
    assert (spread.outside, spread.doubtful) == (("City of London",), ("Dyfed-Powys",))
    assert [round(x, 2) for x in (change.z, change.z_pm)] == [2.33, 1.87]
    assert spread.standing == change.standing == "inside"


def test_of_the_printed_numbers_as_many_come_out_as_are_said(run_notebook):
    names = run_notebook("01").names
    tallies = [(names[t].reproduced, names[t].total) for t in ("own", "national")]
    assert tallies == [(9, 9), (5, 9)]
    assert not theme.printed_numbers().duplicated(["measure", "area", "period"]).any()


def test_one_correction_mends_the_misses_and_its_absence_can_be_said(monkeypatch):
    _, found = theme.correction()
    assert (found.now, round(found.fewest), round(found.most)) == (3_611_283, 3585, 5316)
    assert (round(found.share, 2), round(found.revised, 2)) == (0.12, 0.04)
    needed = theme.claims.offences_needed()
    first = next(iter(needed))
    apart = needed | {first: needed[first] + 100_000}
    monkeypatch.setattr(theme.claims, "offences_needed", lambda: apart)
    assert theme.correction()[1] is None


def test_the_sample_of_recording_names_the_targets_that_hold_the_change():
    found = theme.recording()
    assert (found.right, found.found, round(found.change, 2)) == (68, 79, 15.65)
    assert found.within == ["to 90%", "to 95%", "to 100%"]
    assert round(found.needed, 1) == 99.5
    assert theme.Recording(68, 79, 25.0, found.table).within == ["to 100%"]


def test_five_years_are_crossed_where_the_release_reaches_back():
    assert theme.crossed(JUNE) == [theme.RATE, "recorded_crime_gap", theme.CHANGE, theme.CHANGE_5Y]
    assert theme.crossed(pd.Timestamp("2011-06-30"))[-1] == theme.CHANGE


def test_chance_explains_a_gap_or_does_not():
    spread = exhibits.spread(theme.RATE, "Norfolk", JUNE)
    assert spread.chance == "does not explain"
    near = exhibits.Spread(**{**vars(spread), "national": spread.value})
    assert near.chance == "could explain"


@pytest.mark.parametrize(("standing", "where"), [
    ("inside", "inside the limits{}"), ("outside", "outside the limits{}"),
    ("outside by one estimate", "outside the limits{} by one estimate")])  # fmt: skip
def test_a_standing_in_a_title(standing, where):
    spread = exhibits.spread(theme.RATE, "Norfolk", JUNE)
    found = exhibits.Spread(**{**vars(spread), "standing": standing})
    assert found.where == where.format("")
    assert found.where_spread == where.format(" that allow for over-dispersion")


def test_the_funnel_s_title_says_which_limits():
    title = exhibits.funnel(theme.RATE, "Norfolk", JUNE).text.title
    assert title.endswith("lies inside the limits that allow for over-dispersion")


@pytest.mark.slow
def test_burglary_after_march_2017_is_called_by_its_name(run_notebook):
    run = run_notebook("01", YEAR_ENDING="2018-12-31")
    assert any("sheds and garages" in text for text in run.said)
    kinds = run.names["figure_2"]["group"].unique()
    assert not any("domestic burglary" in kind for kind in kinds)
    assert "domestic burglary" in theme.kinds_of_crime("Norfolk", JUNE)["group"].unique()


@pytest.mark.slow
def test_the_source_names_the_population_that_divides(run_notebook):
    late = run_notebook("01", YEAR_ENDING="2018-12-31").exhibits["figure_1"].text.source
    assert "population_revised.csv" in late and "population_original.csv" not in late
    assert "population_original.csv" in run_notebook("01").exhibits["figure_1"].text.source
    assert measures.release_name("2023").split("release of ")[1] in measures.source(
        theme.kinds(JUNE), JUNE
    )


def test_a_missing_row_says_from_when_it_is_known():
    assert theme.not_yet_known(JUNE) == ""
    early = theme.not_yet_known(pd.Timestamp("2012-06-30"))
    assert "assault with injury is known from the year to" in early


@pytest.mark.slow
def test_the_place_rises_from_second_to_fourteenth():
    table = theme.places("Norfolk", pd.Timestamp("2018-12-31")).set_index("year_ending")
    assert len(table) == 35 and table["place"][:"2014-06-30"].isin([2, 3, 4]).all()
    assert table["place"][JUNE] == 14 and table["place"]["2016-09-30":].between(9, 11).all()
    assert [round(table["ratio"][d], 2) for d in ("2010-06-30", "2015-06-30")] == [0.67, 0.83]
    assert (table["low"] <= table["place"]).all() and (table["place"] <= table["high"]).all()


def test_the_places_drawn_are_those_of_the_table(run):
    exhibit = run.exhibits["recorded_crime_places"]
    line = drawn_lines(exhibit)[run.names["FORCE"]]
    assert list(line.get_ydata()) == list(exhibit.table["place"])


def test_the_rise_began_before_the_inspection_of_crime_data_was_published():
    at = theme.before_publication()
    assert f"{at['published']:%Y-%m}" == "2014-08" and at["quarter"] == "April to June 2014"
    # counted apart: 10,919 crimes against 9,379; 869,888 against 867,195
    assert round(at["change"], 2) == 16.42 and round(at["national"], 2) == 0.31


def test_quarters_are_the_sums_of_the_release():
    table = measures.quarters()
    own = data.load("recorded_crime_2023").query("force == 'Norfolk' and scope == 'core'")
    by_hand = own.groupby("quarter_ending")["offences"].sum()
    for day in ("2014-06-30", "2013-06-30"):
        assert table.loc[day, "Norfolk"] == by_hand[pd.Timestamp(day)]


@pytest.mark.parametrize(("values", "n", "more", "span"), [
    ([-1.0, 2.0, 3.0], 2, "more", "in each of the last two quarters"),
    ([1.0, 2.0, -3.0], 1, "fewer", "in the last quarter"),
    ([1.0, 2.0, 3.0], 3, "more", "in all three quarters shown")])  # fmt: skip
def test_how_long_a_direction_has_lasted(values, n, more, span):
    days = pd.date_range(end=JUNE, periods=3, freq="QE")
    rows = [(a, d, v) for a in ("Norfolk", EW) for d, v in zip(days, values, strict=True)]
    table = pd.DataFrame(rows, columns=["area", "quarter_ending", "value"])
    found = theme.run(table, "Norfolk")
    assert (found.n, found.more, found.span) == (n, more, span)


def test_early_years_have_no_quarters_and_say_so():
    early = pd.Timestamp("2012-06-30")
    assert theme.quarters("Norfolk", early).empty
    assert theme.no_quarters(early).endswith("from April to June 2013 on.")
    assert theme.no_quarters(JUNE) == ""


def test_what_rose_adds_up_and_most_of_it_turns_on_recording():
    table, kinds = theme.what_rose("Norfolk", JUNE), theme.kinds_by_recording("Norfolk", JUNE)
    assert table["value"].sum() == kinds.net == 45_798 - 39_600
    assert table.loc[table["by_recording"], "value"].sum() == kinds.more
    rounded = [round(x, 1) for x in (kinds.sensitive, kinds.rest)]
    assert rounded == [38.9, 3.6] and round(kinds.more / kinds.net, 2) == 0.85
    assert [round(x, 1) for x in (kinds.national_sensitive, kinds.national_rest)] == [25.3, -3.3]
    assert theme.faster_by_year(JUNE) == {2012: 22, 2013: 32, 2014: 41, 2015: 43}


def test_the_kinds_found_least_complete_are_a_stricter_reading():
    narrow = conventions.FOUND_INCOMPLETE
    assert set(narrow) < set(conventions.BY_RECORDING)
    found = theme.kinds_by_recording("Norfolk", JUNE, narrow)
    assert [round(x, 1) for x in (found.sensitive, found.rest)] == [32.3, 9.5]
    crimes = measures.by_group("Norfolk", [JUNE - theme.YEAR, JUNE], "2018").diff().iloc[1]
    assert found.more == crimes.reindex(narrow).sum() and found.net == crimes.sum()


def test_the_title_of_figure_2_names_the_exceptions(run_notebook):
    assert run_notebook("01").exhibits["figure_2"].text.title.endswith("(not: sexual offences)")


@pytest.mark.parametrize(("force", "side"), [("Norfolk", "below"), ("City of London", "above")])
def test_comparisons_are_told_from_the_side_of_the_force(run_notebook, force, side):
    said = " ".join(run_notebook("01", FORCE=force).said)
    assert f"{side} what it is compared with" in said

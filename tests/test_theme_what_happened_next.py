"""What happened next: control numbers from the publishers' files, parts that add up, findings in
every form.
"""

import matplotlib.dates as mdates
import pandas as pd
import pytest

from conftest import RAW
from helpers import areas, charts, conventions, data, measures, ranks
from helpers.measures import kinds, later
from helpers.measures.catalogue import LAST_DOMESTIC
from helpers.themes import what_happened_next as theme

EW, JUNE, LAST = areas.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30"), pd.Timestamp("2023-06-30")
HARASSMENT, WITHOUT = "Stalking and harassment", "Violence without injury"
YEARS = [pd.Timestamp(year) for year in ("2012-06-30", "2013-06-30", "2016-06-30", "2018-12-31")]


@pytest.fixture(scope="module")
def raw():
    """The publishers' files, read without the project: quarters and people, by force."""
    if not RAW.exists():
        pytest.skip("needs the raw data, which is not in the repository")
    name = "prc_pfa_quarterly_offence_2012-13_to_2023-24.csv.gz"
    crimes = pd.read_csv(RAW / "home_office" / name).query("not grp.str.contains('raud')")
    people = pd.read_csv(RAW / "ons" / "population_by_force_revised_2009_to_2022.csv")
    return crimes, people


def in_year(crimes, end, force="Norfolk"):
    days = pd.date_range(end=end, periods=4, freq="QE").strftime("%Y-%m-%d")
    return crimes[crimes["qe"].isin(days) & (crimes["force"] == force)]


def test_the_rates_are_those_of_the_publishers_files(raw):
    crimes, people = raw
    people = people.query("force == 'Norfolk'").set_index("year")["population"]
    rates = [1_000 * in_year(crimes, end)["n"].sum() / people[end.year - 1] for end in (JUNE, LAST)]
    *_, found = theme.courses("Norfolk", JUNE)
    assert [found.start, found.stop] == pytest.approx(rates)
    assert [round(x, 1) for x in (found.start, found.stop, found.change)] == [52.2, 70.4, 34.7]
    assert (found.last, round(found.before, 1)) == (LAST, 15.7)
    assert (found.peak, round(found.peak_rate, 1)) == (pd.Timestamp("2022-06-30"), 75.4)


def test_the_kinds_are_those_of_the_publishers_file(raw):
    crimes, _ = raw
    found = kinds.parts_of_change("Norfolk", JUNE, LAST, "2023")
    subs = {HARASSMENT: HARASSMENT, "Violence with injury": "Violence with injury"}
    for kind, name in (subs | {"Burglary": "burglary", "Shoplifting": "Shoplifting"}).items():
        rows = [in_year(crimes, end) for end in (JUNE, LAST)]
        counted = [year.loc[year["sub"].str.contains(name), "n"].sum() for year in rows]
        assert found.loc[kind, ["before", "now"]].to_list() == counted


def adds_up(table, force, start, end, vintage):
    """Whether the kinds make up the change of all crimes, counted apart."""
    for area in (force, EW):
        own = table[table["area"] == area]
        total = measures.counted(theme.RATE, vintage).loc[[start, end], area].astype(int)
        change = total.iloc[1] - total.iloc[0]
        if own[["before", "now", "change"]].sum().to_list() != [*total, change]:
            return False
        if own["points"].sum() != pytest.approx(100 * change / total.iloc[0]):
            return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("end", [*YEARS, JUNE])
def test_the_parts_add_up_to_the_change_exactly(end):
    vintage, last = theme.following(end)[-1]
    for force in areas.FORCES[:: 4 if end == JUNE else 14]:
        found = theme.drivers(force, end)
        assert adds_up(found.table, force, end, last, vintage)
        assert adds_up(kinds.pooled(found.table), force, end, last, vintage)
        assert found.file == f"recorded_crime_{vintage}"
        assert found.now - found.before == found.added - found.taken


def test_a_kind_left_out_or_counted_twice_would_be_noticed():
    table = theme.drivers("Norfolk", JUNE).table
    assert not adds_up(table[table["group"] != "Robbery"], "Norfolk", JUNE, LAST, "2023")
    twice = pd.concat([table, table[table["group"] == "Robbery"]])
    assert not adds_up(twice, "Norfolk", JUNE, LAST, "2023")


def test_what_moved_most_is_said():
    found = theme.drivers("Norfolk", JUNE)
    assert (found.before, found.now, found.added, found.taken) == (45_843, 65_115, 23_133, 3_861)
    assert found.most[0] == "stalking and harassment (+6,886)" and len(found.most) == 3
    names, change = kinds.without(found.table, "harassment")
    assert names == ["stalking and harassment"]
    assert change["Norfolk"] == pytest.approx(100 * ((65_115 - 7_995) / (45_843 - 1_109) - 1))
    assert theme._moved("Burglary", 0) == "–"


def test_kinds_that_one_release_does_not_tell_apart_are_one(monkeypatch):
    early = pd.Timestamp("2013-03-31")
    joined = set(kinds.TOGETHER.values())
    assert joined <= set(kinds.by_kind(EW, [early, JUNE], "2023").index)
    assert not {HARASSMENT, WITHOUT} & set(kinds.by_kind(EW, [early, JUNE], "2023").index)
    assert {HARASSMENT, WITHOUT} <= set(kinds.by_kind(EW, [kinds.HARASSMENT_APART], "2023").index)
    monkeypatch.setattr(kinds, "HARASSMENT_APART", early)  # apart, the one would come from nothing
    assert kinds.by_kind(EW, [early, JUNE], "2023").loc[HARASSMENT, early] == 0


def test_the_breaks_have_days_sources_and_traces_in_the_data():
    starts = [each.start for each in kinds.BREAKS]
    assert starts == sorted(starts) and all(each.end >= each.start for each in kinds.BREAKS)
    assert all(each.touches and each.source for each in kinds.BREAKS)
    by_name = {each.name: each for each in kinds.BREAKS}
    assert by_name["residential burglary"].start == LAST_DOMESTIC + pd.Timedelta(days=1)
    crime = data.load("recorded_crime_2018")
    first = crime.query("offence_group == 'Residential burglary' and offences > 0")["year_ending"]
    assert first.min() == LAST_DOMESTIC + pd.offsets.QuarterEnd()
    fraud = (
        crime.query("offence_group == 'Fraud offences'").groupby("year_ending")["offences"].sum()
    )
    moved = by_name["fraud to Action Fraud"]
    assert fraud[: moved.start].iloc[-1] > 50_000 and fraud.get(moved.end + theme.YEAR, 0) == 0
    ways = kinds.by_kind(EW, list(pd.date_range("2014-03-31", "2016-03-31", freq="YE-MAR")), "2018")
    grown = ways.loc[HARASSMENT].diff().dropna()
    assert grown.iloc[1] > 3 * grown.iloc[0]  # the year from April 2015 on


@pytest.mark.parametrize(
    ("before", "number", "change", "verdict"),
    [
        (15.7, 42.0, 34.7, "the rise went on"),
        (15.7, -3.0, -0.2, "the rise did not go on"),
        (-9.2, 23.2, 4.9, "the fall did not go on"),
        (-9.2, -4.0, -4.9, "the fall went on"),
        (0.04, 6.0, 4.9, "the standstill did not go on"),
        (1.7, 35.5, -23.3, "the number rose, the rate fell"),
        (1.7, 3.5, -0.04, "the number rose, the rate stood still"),
        (0.04, 0.04, 0.04, "the standstill went on"),
    ],
)
def test_the_verdict_compares_the_directions(before, number, change, verdict):
    course = theme.Course("r", LAST, 1, 1, change, 1, number, before, LAST, 1, LAST, 1)
    assert course.verdict == verdict


@pytest.mark.parametrize(
    ("sign", "stop", "verdict"),
    [
        (1, 75.0, "the rise went on"),
        (1, 74.3, "the rise went on"),
        (1, 74.25, "the rise went on to June 2022, then turned"),
        (-1, 50.0, "the fall went on"),
        (-1, 50.4, "the fall went on"),
        (-1, 50.5, "the fall went on to June 2016, then turned"),
    ],
)
def test_a_course_that_turned_by_a_per_cent_says_when(sign, stop, verdict):
    peak, lowest = (pd.Timestamp("2022-06-30"), 75.0), (pd.Timestamp("2016-06-30"), 50.0)
    moved = (sign * 10.0, 1, sign * 10.0, sign * 5.0)
    assert theme.Course("r", LAST, 60, stop, *moved, *peak, *lowest).verdict == verdict


def test_the_highest_and_the_lowest_year_come_after_the_start():
    for force in areas.FORCES[::6]:
        for course in theme.courses(force, JUNE):
            own = theme._rates(
                dict(zip(theme.RELEASES, measures.VINTAGES, strict=True))[course.release]
            ).query("area == @force and year_ending > @JUNE")["rate"]
            assert (course.peak_rate, course.lowest_rate) == (own.max(), own.min())
            assert min(course.peak, course.lowest) > JUNE


@pytest.mark.parametrize(
    ("first", "last", "starts"),
    [
        (JUNE, LAST, ["2015-04-01", "2018-04-01", "2023-04-13"]),
        (YEARS[2], LAST, ["2018-04-01", "2023-04-13"]),
        (YEARS[0], YEARS[3], ["2015-04-01", "2018-04-01"]),
        (pd.Timestamp("2022-06-30"), LAST, ["2023-04-13"]),
        (pd.Timestamp("2016-03-31"), pd.Timestamp("2018-03-31"), []),
    ],
)
def test_the_breaks_on_a_kind_are_those_within_the_years(first, last, starts):
    found = kinds.breaks_on("harassment", first, last)
    assert [f"{each.start:%Y-%m-%d}" for each in found] == starts
    assert not kinds.breaks_on("arson", first, last)


def test_the_transport_police_is_no_way_to_count_a_force():
    ways = conventions.changes_between(theme.RATE, "Norfolk", JUNE, LAST)
    assert "transport police" not in set(ways["kind"]) and ways["kind"].nunique() == 2
    nation = conventions.changes_between(theme.RATE, EW, JUNE, LAST)
    assert "transport police" in set(nation["kind"])


def test_where_people_moved_more_than_crimes_the_verdict_says_so():
    *_, city = theme.courses("City of London", JUNE)
    assert city.verdict == "the number rose, the rate fell"
    assert (round(city.number, 1), round(city.change, 1)) == (35.5, -23.3)


@pytest.mark.parametrize(
    ("asked", "shown", "vintages"),
    [
        ("2012-06-30", "2012-06-30", ["2018"]),
        ("2015-06-30", "2015-06-30", ["2018", "2023"]),
        ("2018-12-31", "2018-12-31", ["2023"]),
        ("2023-06-30", "2022-06-30", ["2023"]),
    ],
)
def test_the_year_shown_has_years_after_it_and_is_said_first(asked, shown, vintages):
    end = pd.Timestamp(asked)
    found = theme.year_shown("Suffolk", end)
    assert f"{found:%Y-%m-%d}" == shown
    assert [vintage for vintage, _ in theme.following(found)] == vintages
    said = theme.about("Suffolk", end)
    assert ("30 June 2022" in said) == (asked != shown) and later.NATION in said
    assert ("changes end there" in said) == (vintages == ["2018"])


@pytest.mark.slow
def test_places_carry_the_intervals_of_ranks():
    found = theme.places_by_year("Norfolk", JUNE)
    places = found.table.set_index("year_ending")
    assert list(places.index[[0, -1]]) == [pd.Timestamp("2010-06-30"), LAST]
    own = ranks.places(theme.RATE, JUNE).loc["Norfolk"].to_list()
    assert places.loc[JUNE, ["place", "low", "high"]].to_list() == own
    assert (places["low"] <= places["place"]).all() and (places["place"] <= places["high"]).all()
    assert theme.places_by_year("Norfolk", YEARS[3]).then["year_ending"] == pd.Timestamp(
        "2018-06-30"
    )
    assert found.words.startswith("14th lowest (") and found.words.endswith("in June 2023")


def test_the_outcomes_are_those_of_the_publishers_file():
    if not RAW.exists():
        pytest.skip("needs the raw data, which is not in the repository")
    name = "outcomes_norfolk_and_national_quarter_2014-06_to_2023-06.csv"
    wide = pd.read_csv(RAW / "home_office" / name)
    found = later.outcomes("Norfolk", JUNE).set_index(["area", "group"])
    own = found.loc["Norfolk"]
    assert own.loc["charged or summonsed", ["rate_was", "rate_now"]].round(1).to_list() == [
        20.8,
        11.6,
    ]
    assert own.loc["cautions of youths", ["rate_was", "rate_now"]].round(2).to_list() == [
        1.33,
        0.10,
    ]
    raw = wide[wide["area"] == "Norfolk"].set_index(["fy", "q"])["charged_summonsed_t1"]
    then = raw["2014/15"][[2, 3, 4]].sum() + raw["2015/16", 1]
    now = raw["2022/23"][[2, 3, 4]].sum() + raw["2023/24", 1]
    assert own.loc["charged or summonsed", ["outcomes_was", "outcomes_now"]].to_list() == [
        then,
        now,
    ]
    assert (then, now) == (9_523, 7_540)
    parts = own.drop(index=["charged or summonsed", later.OUT_OF_COURT])["outcomes_now"].sum()
    assert own.loc[later.OUT_OF_COURT, "outcomes_now"] == parts


def test_the_nations_outcomes_are_divided_by_crimes_with_the_transport_police():
    found = later.outcomes("Suffolk", JUNE)
    assert set(found["area"]) == {later.NATION}
    crime = data.load("recorded_crime_2018").query("year_ending == @JUNE and scope != 'fraud'")
    assert found["crimes_was"].unique().tolist() == [crime["offences"].sum()]
    assert set(found["release_was"]) == {"the release to December 2018"}
    assert set(found["release_now"]) == {"the release of 19 October 2023"}
    assert theme.outcomes("Suffolk", JUNE)["label"].str.startswith(f"{EW} with BTP, ").all()
    assert later.outcomes("Suffolk", YEARS[0])["year_was"].iloc[0] == pd.Timestamp("2015-03-31")


@pytest.mark.slow
def test_revision_has_its_control_numbers():
    found = theme.revision("Norfolk", JUNE)
    assert (round(found.median, 2), round(found.ninetieth, 2)) == (0.07, 0.36)
    change = found.table["change"].round(1)
    assert (change["West Mercia"], change["North Wales"]) == (3.1, -1.4)
    assert found.table.loc["North Wales", ["kind", "by"]].to_list() == ["Burglary", -501]
    assert round(found.change, 2) == 0.10 and {"Norfolk", EW} <= set(found.table.index)
    assert theme.revision("Norfolk", YEARS[0]).year == JUNE  # only one release has 2012
    assert theme.revision("Norfolk", YEARS[3]).year == YEARS[3]
    by_kind = kinds.revised("Suffolk", JUNE)
    assert by_kind.sum() == found.table.loc["Suffolk", "now"] - found.table.loc["Suffolk", "was"]


def draws(exhibit, force):
    """Whether the chart draws its table: a line an area and release, a dot in each marked year."""
    lines = {line.get_label(): line for line in exhibit.figure.axes[0].get_lines()}
    for (release, area), own in exhibit.table.groupby(["release", "area"]):
        line = lines[f"{area}, {release}"]
        drawn = {"rate": line.get_ydata(), "day": mdates.date2num(line.get_xdata())}
        meant = {"rate": own["rate"], "day": mdates.date2num(own["year_ending"])}
        if any(list(drawn[part]) != pytest.approx(list(meant[part])) for part in drawn):
            return False
    return True


@pytest.mark.parametrize(
    ("force", "end"), [("Norfolk", "2015-06-30"), ("City of London", "2022-06-30")]
)
def test_the_chart_draws_its_table_and_names_every_break(force, end, overlaps):
    text = {"title": "t", "subtitle": "s", "source": "s", "exhibit": "x"}
    frame, end = theme.series(force), pd.Timestamp(end)
    exhibit = charts.releases(frame, force, end, kinds.BREAKS, **text)
    assert draws(exhibit, force) and not overlaps(exhibit.figure)
    shown = [text.get_text() for text in exhibit.figure.axes[0].texts]
    assert {each.name for each in kinds.BREAKS} <= set(shown)
    wrong = charts.releases(frame.assign(rate=frame["rate"] + 1), force, end, kinds.BREAKS, **text)
    mixed = charts.Exhibit(wrong.figure, exhibit.table, "", exhibit.text)
    assert not draws(mixed, force)


def test_the_notebook_says_what_the_theme_finds(run_notebook):
    run = run_notebook("08")
    said = " ".join(run.said)
    assert (
        "**the rise went on to June 2022, then turned**" in said
        and "British Transport Police" in said
    )
    assert {"after_recorded_crime", "after_kinds", "after_places", "after_outcomes"} == set(
        run.exhibits
    )

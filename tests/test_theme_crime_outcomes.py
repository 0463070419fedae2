"""Crime outcomes: control numbers, the charts read back from their axes, every branch of a word."""

import dataclasses

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from conftest import NOTEBOOKS, Run
from helpers import areas, charts, claims, conventions, data, measures, report, stats
from helpers.claims import figure_4 as printed
from helpers.themes import crime_outcomes as theme

EW, END, MARCH = theme.EW, pd.Timestamp("2015-06-30"), pd.Timestamp("2015-03-31")
COUNTS = {
    "charged": (9_523, 572_254),
    "out_of_court_formal": (3_488, 162_158),
    "caution_youth": (611, 20_358),
    "caution_adult": (2_442, 111_530),
    "penalty_notice": (435, 30_270),
    "out_of_court_informal": (2_929, 157_796),
    "cannabis_khat": (681, 41_656),
    "community_resolution": (2_248, 116_140),
}
PRINTED = {
    "charged": (9_517, 577_678),
    "taken_into_consideration": (488, 21_318),
    "out_of_court_formal": (3_486, 165_384),
    "out_of_court_informal": (2_925, 159_915),
}
FORCES = ("Norfolk", "City of London")


def rounded(interval):
    return round(interval.low), round(interval.high)


@pytest.fixture
def printed_as(in_place_of):
    """Print other texts in rows of the report: printed_as(fig4_charged_rate_norfolk="21.5")."""

    def put(**texts):
        table = data.load("claims").set_index("id", drop=False)
        table.loc[list(texts), "printed"] = list(texts.values())
        in_place_of(claims=table.reset_index(drop=True))

    return put


def test_the_report_says_one_of_the_highest_of_these_outcomes():
    table = data.load("claims").set_index("id")
    said = table[table["check"] == "wording: one_of_the_highest"]
    assert set(theme.HIGH) == set(said["measure"])
    assert set(theme.CLAIMS) <= set(table.index) and set(said.index) <= set(theme.CLAIMS)


def test_no_claim_that_this_page_tests_is_called_not_checkable():
    ledger = claims.ledger().set_index("id").loc[list(theme.CLAIMS)]
    assert not (ledger["verdict"] == "not checkable").any()
    ways = theme.places("Norfolk", END)
    for name, what in theme.HIGH.items():
        ten = conventions.support(ways["kind"], ways[what] <= 10)
        row = ledger[ledger["measure"] == name]
        row = row[row.index.str.startswith("w_inv_c")].iloc[0]
        assert (row["computed"], row["verdict"]) == (str(ten), ten.verdict)


def test_the_rows_of_figure_4_are_those_printed_for_both_areas():
    numbers = printed.numbers()
    keys = {(f"{key}_{what}", area) for key in printed.labels() for what in ("count", "rate")
            for area in (report.FORCE, EW)}  # fmt: skip
    assert set(numbers) == keys
    for key, values in PRINTED.items():
        found = [int(numbers[f"{key}_count", area].value) for area in (report.FORCE, EW)]
        assert tuple(found) == values


def test_the_counts_of_figure_4_are_those_of_the_sources():
    table = theme.figure_4("Norfolk", END).set_index(["group", "area"])
    for key, (own, national) in COUNTS.items():
        label = printed.labels()[key]
        assert table["outcomes"][label, "Norfolk"] == own
        assert table["outcomes"][label, EW] == national
    assert table["crimes"].unique().tolist() == [45_798, 3_611_283]
    assert len(table) == 18


def test_what_is_not_public_or_not_printed_is_left_open():
    label = printed.labels()[printed.TIC]
    for force in FORCES:
        table = theme.figure_4(force, END).set_index(["group", "area"])
        assert table.loc[label, ["outcomes", "value"]].isna().all(axis=None)
        own = table.xs(force, level="area")["printed"]
        assert own.notna().all() if force == report.FORCE else own.isna().all()
        assert table.xs(EW, level="area")["printed"].notna().all()
    assert theme.figure_4("Norfolk", MARCH)["printed"].isna().all()


@pytest.mark.parametrize("force", FORCES)
def test_figure_4_draws_its_table(run_notebook, force):
    exhibit = run_notebook("03", FORCE=force).exhibits["figure_4"]
    assert_bars(exhibit, force)
    wrong = dataclasses.replace(exhibit, table=exhibit.table.assign(value=lambda t: t["value"] + 1))
    with pytest.raises(AssertionError):
        assert_bars(wrong, force)


def assert_bars(exhibit, force):
    ax, known = exhibit.figure.axes[0], exhibit.table.dropna(subset=["value"])
    bars = {bar.get_label(): bar.patches[0] for bar in ax.containers}
    assert len(bars) == len(known) == 16
    for row in known.itertuples():
        bar = bars[f"{row.group}, {row.area}"]
        assert bar.get_width() == pytest.approx(row.value)
        dark = to_hex(bar.get_facecolor()).upper() == charts.FOCUS
        assert dark == (row.area == force)
    marks = [x for line in ax.get_lines() if line.get_marker() == "D" for x in line.get_xdata()]
    assert marks == pytest.approx(exhibit.table["printed"].to_list(), nan_ok=True)


@pytest.mark.parametrize("force", FORCES)
def test_43_forces_are_drawn_at_their_rates(run_notebook, force):
    exhibit = run_notebook("03", FORCE=force).exhibits["outcome_ranks"]
    assert_strips(exhibit, force)
    wrong = dataclasses.replace(exhibit, table=exhibit.table.assign(value=exhibit.table["high"]))
    with pytest.raises(AssertionError):
        assert_strips(wrong, force)


def assert_strips(exhibit, force):
    axes, table = exhibit.figure.axes, exhibit.table
    order = [label.get_text() for label in axes[0].get_yticklabels()]
    assert sorted(order) == sorted(areas.FORCES)
    for ax, (name, what) in zip(axes, theme.HIGH.items(), strict=True):
        own = table[table["panel"] == what].set_index("area").loc[order]
        dots = next(c for c in ax.collections if hasattr(c, "get_sizes"))
        assert dots.get_offsets()[:, 0].tolist() == pytest.approx(own["value"].to_list())
        assert dots.get_offsets()[:, 1].tolist() == list(range(43))
        rates = measures.values(name, END)
        assert own["value"].to_dict() == pytest.approx(rates[order].to_dict())
        dark = [to_hex(colour).upper() == charts.FOCUS for colour in dots.get_facecolors()]
        assert [order[n] for n, yes in enumerate(dark) if yes] == [force]
        pale, grey = (c.get_segments() for c in ax.collections if hasattr(c, "get_segments"))
        for segments, ends in ((grey, ["low", "high"]), (pale, ["low_pm", "high_pm"])):
            drawn = [[x for x, _ in segment] for segment in segments]
            assert drawn == [pytest.approx(row) for row in own[ends].to_numpy().tolist()]


def test_the_spans_of_crimes_are_drawn_as_worked_out(run_notebook):
    exhibit = run_notebook("03").exhibits["offences_implied"]
    assert_spans(exhibit)
    wrong = dataclasses.replace(exhibit, table=exhibit.table.assign(low=exhibit.table["low"] - 1))
    with pytest.raises(AssertionError):
        assert_spans(wrong)


def assert_spans(exhibit):
    crimes = measures.values("recorded_crime_count", END)
    for ax, area in zip(exhibit.figure.axes, printed.AREAS, strict=True):
        rows = exhibit.table[exhibit.table["panel"].str.startswith(area)].set_index("label")
        lines = {line.get_label(): line for line in ax.get_lines()}
        for label, row in rows.iterrows():
            assert lines[label].get_xdata() == pytest.approx([row["low"], row["high"]], rel=1e-9)
        assert any(set(line.get_xdata()) == {crimes[area]} for line in ax.get_lines())
        low, high = ax.get_xlim()
        assert low < rows["low"]["all of them"] and rows["high"]["all of them"] < high


@pytest.mark.slow
def test_no_text_runs_over_an_edge(run_notebook, overlaps):
    for force in (*FORCES, "Metropolitan Police"):
        for exhibit in run_notebook("03", FORCE=force).exhibits.values():
            assert not overlaps(exhibit.figure), exhibit.text.exhibit


@pytest.mark.slow
def test_the_rates_of_the_report_s_own_force():
    spreads = theme.sorts("Norfolk", END)
    assert [s.value for s in spreads] == pytest.approx([20.793, 7.616, 6.395], abs=5e-4)
    high = theme.high("Norfolk", END).values()
    assert [s.place for s in high] == [43, 40, 38]
    assert [s.standing for s in high] == [stats.UNSURE, stats.INSIDE, stats.INSIDE]


@pytest.mark.slow
def test_what_is_unusual_and_what_not_is_said(run_notebook):
    said = " ".join(run_notebook("03").said)
    assert "lie: cautions of youths (outside by one estimate)." in said
    assert "the highest (1st to 2nd) for cautions of youths, the 4th highest (4th to 5th)" in said
    assert "place of Norfolk from the highest is 1st to 3rd for cautions of youths, 3rd to" in said
    assert "Counted in 7 ways" in said
    assert "9th for cautions of adults and 6th to 22nd for community resolutions" in said
    assert "changes allow (the last bar): England and Wales." in said
    assert "prints for Norfolk, 8 of 8 rates and 1 of 8 counts come out" in said
    other = " ".join(run_notebook("03", FORCE="Metropolitan Police").said)
    assert "(nominally 99.8%) lie: none." in other and "Counted in 6 ways" in other


@pytest.mark.slow
def test_the_funnel_names_the_city_and_holds_every_limit(run_notebook):
    for force in FORCES:
        (ax,) = run_notebook("03", FORCE=force).exhibits["funnel_caution_youth_rate"].figure.axes
        named = [text.get_text() for text in ax.texts]
        assert len(named) == 3 and any(name.startswith("City of London") for name in named)
        limits = [line for line in ax.get_lines() if len(line.get_xdata()) > 2]
        top = [max(line.get_ydata()) for line in limits if line.get_linestyle() != "None"]
        assert len(top) >= 6 and max(top) < ax.get_ylim()[1]


def test_the_funnel_s_title_says_which_rate(run_notebook):
    title = run_notebook("03").exhibits["funnel_caution_youth_rate"].text.title
    assert title == (
        "For the rate of cautions of youths Norfolk lies outside the limits that allow for "
        "over-dispersion by one estimate"
    )


def test_the_youth_cautions_are_outside_by_one_estimate_only():
    own = theme.own_rates("caution_youth_rate", END)
    row = stats.funnel(own["outcomes"], own["denominator"]).loc["Norfolk"]
    assert (row["z"], row["z_pm"]) == pytest.approx((3.69, 2.28), abs=0.005)
    s = theme.high("Norfolk", END)["cautions of youths"]
    assert s.luck > 0.5 > s.luck_pm, "nominally 0.09 of 43"


@pytest.mark.slow
def test_the_most_unusual_outcome_is_drawn(run_notebook):
    assert theme.most_unusual("Norfolk", END) == "caution_youth_rate"
    assert "funnel_community_resolution_rate" in run_notebook("03", FORCE="Durham").exhibits


def test_places_and_how_they_hold():
    ways = theme.places("Norfolk", END)
    assert [theme.span(ways[what]) for what in theme.HIGH.values()] == [
        "1st to 3rd",
        "3rd to 9th",
        "5th to 22nd",
    ]
    ranked = ways.query("forces >= 42")["community resolutions"]
    assert theme.span(ranked) == "6th to 22nd", "a place of 38 forces is not one of 43"
    assert theme.span([1, 1]) == "1st"
    assert ways.loc["people", "community resolutions"] == 12
    assert ways["forces"].to_list() == [43, 43, 43, 43, 38, 43, 43, 42]
    assert theme.places("Suffolk", END)["forces"].min() == 39, "never without itself"


def test_how_forces_differ(run_notebook):
    rates = theme.own_rates("charged_rate", END)["rate"]
    assert (rates.min(), rates.max()) == pytest.approx((12.256, 25.790), abs=5e-4)
    charged = theme.sorts("Norfolk", END)[0]
    assert charged.times**2 == pytest.approx(238, abs=0.5) and charged.sd_pm > charged.sd
    assert theme.high("Norfolk", END)["cautions of youths"].doubtful == (
        "City of London",
        "Norfolk",
        "Northumbria",
    )
    table = run_notebook("03").shown[-3]
    assert table["which"].iloc[1] == "City of London, Norfolk and Northumbria"


def test_the_year_shown_comes_first():
    assert theme.year_shown("Kent", MARCH) == MARCH
    for day in ("2012-06-30", "2016-06-30", "2018-12-31"):
        asked = pd.Timestamp(day)
        assert theme.year_shown("Kent", asked) == report.YEAR_ENDING
        for force in ("Kent", report.FORCE):
            assert theme.about(force, asked).startswith(
                "**This page shows the year to 30 June 2015"
            )
    assert theme.about(report.FORCE, END) == ""
    assert "printed numbers only for England and Wales" in theme.about("Kent", END)


def test_a_warning_where_data_is_odd_or_thin(monkeypatch):
    assert theme.care("Norfolk", END) == ""
    assert "Suffolk has odd quarters" in theme.care("Suffolk", END)
    assert theme.care("City of London", END) == (
        "**Read with care:** three cautions of youths in the year are too few to say much."
    )
    monkeypatch.setattr(conventions, "FORCES_WITH_ODD_QUARTERS", ("City of London",))
    assert "odd quarters (see *Sensitivity*); three cautions" in theme.care("City of London", END)


def test_when_new_kinds_of_outcome_appear(run_notebook):
    said = next(text for text in run_notebook("03").said if "six old kinds" in text)
    assert "(93%) outcomes that" in said and "27% to 36%" in said
    old = theme.old_kinds("Norfolk")
    assert (100 * old.before / old.of, old.high) == pytest.approx((92.74, 36.16), abs=0.005)
    assert old.start == report.day("full_outcomes_from") and old.low < old.high
    assert "Norfolk" in conventions.forces_with_old_outcomes(MARCH), "it begins before July 2014"


def test_quarters_of_which_all_outcomes_look_unreported(run_notebook):
    odd = theme.unreported(END)
    assert (odd.quarters, odd.of) == (2, 172) and odd.outcomes == 3_147_493
    assert odd.where == ["the Metropolitan Police area (to September 2014 and December 2014)"]
    assert (odd.charged, odd.charged_full, odd.outcomes_full) == (572_254, 528_291, 3_068_723)
    said = next(text for text in run_notebook("03").said if "look unreported" in text)
    assert "572,254 of 3,147,493 (18%)" in said and "528,291 of 3,068,723 (17%)" in said
    before = theme.unreported(MARCH)
    assert before.quarters == 10 and len(before.where) == 8
    caveats = data.register().loc[data.FILES["outcomes_2015"], "caveats"]
    named = caveats.partition("six old kinds: ")[2].partition(" For 2014/15")[0]
    forces = {force for force in areas.FORCES if areas.place(force) in "; ".join(before.where)}
    assert forces == {force for force in areas.FORCES if force in named}


def test_a_planted_unreported_quarter_is_found(in_place_of):
    table = data.load("outcomes_2015")
    kent = (table["force"] == "Kent") & (table["quarter_ending"] == END)
    every = kent & (table["outcome_type"] == "all outcomes assigned")
    sums = table.loc[kent & ~every, "outcomes"].sum()
    in_place_of(outcomes_2015=table.assign(outcomes=table["outcomes"].mask(every, sums)))
    found = theme.unreported(END)
    assert found.quarters == 3 and found.where[0] == "Kent (to June 2015)"
    assert found.outcomes_full < found.outcomes


@pytest.mark.slow
def test_how_much_of_figure_4_comes_out():
    own, others = printed.reproduced()
    assert (str(own.rates), str(own.counts), own.off) == ("8 of 8", "1 of 8", 6)
    assert (str(others.rates), str(others.counts), others.off) == ("3 of 8", "0 of 8", 5_424)


def test_the_printed_parts_add_up():
    sums = printed.sums()
    assert all(sums.values()) and len(sums) == 8


def test_parts_that_do_not_add_up_are_seen(printed_as):
    printed_as(fig4_formal_count_norfolk="3,487", fig4_informal_rate_national="5.0")
    assert [name for name, fits in printed.sums().items() if not fits] == [
        "out-of-court (formal), count, Norfolk",
        f"out-of-court (informal), rate, {EW}",
    ]


def test_the_crimes_that_figure_4_was_divided_by():
    own, national = (printed.crimes_implied(area) for area in printed.AREAS)
    assert rounded(own[printed.ALL]) == (45_684, 45_865)
    assert rounded(national[printed.ALL]) == (3_609_529, 3_621_806)
    assert rounded(own[printed.CRIME_RATES]) == (45_797, 45_818)
    assert rounded(national[printed.CRIME_RATES]) == (3_614_868, 3_616_599)
    tried = printed.candidates()
    assert tried["Figure 4"].to_list() == [True] * 4 + [False] * 5
    assert tried["crimes"].to_list()[:2] == [45_798, 3_611_283] and len(tried) == 9


@pytest.mark.slow
def test_rows_that_exclude_each_other_are_said_to(printed_as):
    printed_as(fig4_charged_rate_norfolk="21.5")
    spans = printed.spans()
    assert spans.query("label == 'all of them'")["low"].isna().to_list() == [True, False]
    around = printed.around(spans)
    assert len(around["shade"]) == 1 and len(around["limits"]) == 2
    tried = printed.candidates()
    assert not tried.loc[tried["area"] == "Norfolk", "Figure 4"].any()
    run = Run(next(path for path in NOTEBOOKS if path.name.startswith("03")))
    assert "in 1 of 2 areas" in run.exhibits["offences_implied"].text.title


def test_what_was_revised_since():
    table = printed.revised()
    assert table["change"].to_list() == [-5_424, 655, -3_470, -411, -308, -1_811]
    assert table["transport police"].sum() == 12_611
    found = table.loc["cautions of youths", ["change, %", "with transport police, %"]]
    assert found.to_list() == pytest.approx([3.324, 4.583], abs=5e-4)


def test_kinds_that_all_but_stop():
    odd = theme.odd_quarters(END)
    assert odd.loc[("Merseyside", "community resolutions")].to_list() == [
        749,
        723,
        28,
        1_531,
        785,
        749,
    ]
    assert odd.columns[-1] == "median of 5"
    forces = set(odd.index.get_level_values("force"))
    assert forces == {*conventions.FORCES_WITH_ODD_QUARTERS} and len(odd) == 9


def test_a_planted_hole_is_found(in_place_of):
    table = data.load("outcomes_2015")
    rows = (table["force"] == "Kent") & (table["outcome_type"] == "charged or summonsed")
    rows &= table["quarter_ending"] == END
    table.loc[rows, "outcomes"] = 3
    in_place_of(outcomes_2015=table)
    assert ("Kent", "charged or summonsed") in theme.odd_quarters(END).index


@pytest.mark.slow
def test_the_verdicts_on_one_of_the_highest_are_the_ledger_s():
    assert theme.as_said().endswith(
        "highest 10 of 43, that is supported for cautions of youths and cautions of adults and "
        "depends on the method for community resolutions."
    )


@pytest.mark.slow
def test_the_other_12_months_are_those_held():
    other = theme.quarter_apart("Norfolk", END)
    assert "to 31 March 2015" in other and "the 11th highest for community resolutions" in other
    assert "to 30 June 2015" in theme.quarter_apart("Norfolk", MARCH)


@pytest.mark.slow
def test_the_crime_rates_miss_the_count_of_england_and_wales_alone(in_place_of):
    assert printed.crime_rates_miss() == [EW]
    table = data.load("claims").set_index("id", drop=False)
    table.loc["fin_crime_2015_norfolk", "printed"] = "53.4"
    in_place_of(claims=table.reset_index(drop=True))
    assert printed.crime_rates_miss() == [report.FORCE, EW]


def test_the_source_names_the_report_only_beside_its_numbers():
    assert "published/claims.csv" in printed.source("charged_rate", END)
    assert "claims.csv" not in printed.source("charged_rate", MARCH)
    assert report.SOURCE in printed.source("charged_rate", END)


def test_every_file_is_named(run_notebook):
    named = {*run_notebook("03").shown[-1].index}
    tables = {*measures.files("charged_rate", END), "claims"}
    for vintage in measures.VINTAGES:
        tables |= {*measures.files("recorded_crime_rate", END, vintage=vintage)}
    assert named == {data.FILES[table] for table in tables}


@pytest.mark.slow
def test_nothing_printed_of_the_report_s_force_is_said_of_another(run_notebook):
    run = run_notebook("03", FORCE="Metropolitan Police")
    frame = run.exhibits["figure_4"].table
    assert frame.loc[frame["area"] != EW, "printed"].isna().all()
    assert frame["crimes"].iloc[0] == 712_599
    assert not any("police in the Metropolitan Police" in text for text in run.said)

"""The same question under every convention: the table, the line of verdict, the funnels behind the charts."""

import pandas as pd
import pytest

from helpers import charts, counts, measures, names, sensitivity

YEAR = pd.Timestamp("2015-06-30")


def test_every_convention_says_why():
    assert all(why and isinstance(choices, dict) for choices, why in sensitivity.CONVENTIONS.values())
    assert next(iter(sensitivity.CONVENTIONS.values()))[0] == {}


def test_under_each_gives_the_measure_under_every_convention_that_reaches_it():
    rows = sensitivity.under_each("recorded_crime_change_1y", "Norfolk", YEAR)
    assert rows.loc["as the report counts", "value"] == pytest.approx(15.65, abs=0.005)
    assert rows.loc["release of October 2023", "value"] == pytest.approx(100 * (45_843 / 39_600 - 1))
    assert rows.loc["each year's own population", "value"] == pytest.approx(100 * (45_798 / 877_710 / (39_600 / 871_040) - 1))
    assert "forces' own fraud counted in" not in rows.index, "there was none left to count in 2014 and 2015"
    five = sensitivity.under_each("recorded_crime_change_5y", "Norfolk", YEAR)
    assert "forces' own fraud counted in" in five.index and "release of October 2023" not in five.index


def test_comparators():
    rates = measures.values("recorded_crime_rate", YEAR)
    others = sensitivity.comparators(rates, "Norfolk", 2014)
    assert others["England and Wales, pooled"] == pytest.approx(62.90, abs=0.005)
    assert others["median force"] == rates[list(names.FORCES)].median()
    assert others["mean of the rest of the Eastern region"] == pytest.approx(rates[[f for f in sensitivity.EASTERN if f != "Norfolk"]].mean())
    assert others["mean without the City of London"] < others["mean of 43 forces"]
    assert "mean of the rest of the Eastern region" not in sensitivity.comparators(rates, "Cleveland", 2014).index
    people = measures.population(2014)[0]
    similar = sensitivity.similar_forces("Norfolk", 2014)
    assert "Suffolk" in similar and "Norfolk" not in similar and "Metropolitan Police" not in similar
    assert all(0.75 <= people[force] / people["Norfolk"] <= 1.25 for force in similar)


def test_since():
    rows = sensitivity.since("recorded_crime_rate", "Norfolk", YEAR, [pd.Timestamp("2010-06-30"), pd.Timestamp("1999-06-30")])
    assert rows.index.to_list() == ["since the year to June 2010"]
    assert rows.iloc[0].to_list() == pytest.approx([7.40, -12.69], abs=0.005)


def test_recording_alone():
    rows = sensitivity.recording_alone(68, 79)
    assert rows.loc["to 100%", "value"] == pytest.approx(100 * (79 / 68 - 1))
    assert (rows["low"] <= rows["value"]).all() and (rows["value"] <= rows["high"]).all()
    assert rows.loc["to 90%", "low"] == 0, "the upper end of the interval is above 90% already"


def test_outcome_divisors():
    divisors = sensitivity.outcome_divisors(YEAR)
    assert [int(d["Norfolk"]) for d in divisors.values()] == [45_798, 39_600, 42_699, 44_175]


def test_the_verdict_can_go_either_way_and_names_what_fails():
    rows = pd.DataFrame({"value": [1, 2, 3]}, index=["a", "b", "c"])
    assert sensitivity.verdict(rows, lambda r: r["value"] > 0, "'More'") == "'More' holds under 3 of 3 (100%)."
    assert sensitivity.verdict(rows, lambda r: r["value"] > 1, "'More'") == "'More' holds under 2 of 3 (67%); not under: a."
    assert sensitivity.verdict(rows, lambda r: r["value"] > 9, "'More'") == "'More' holds under 0 of 3 (0%); not under: a; b; c."


@pytest.mark.parametrize("measure", ["recorded_crime_rate", "caution_youth_rate", "anti_social_behaviour_rate"])
def test_funnels(measure):
    frames, table, line = sensitivity.funnels(measure, YEAR)
    plain, adjusted = frames["chance alone"], frames["adjusted for over-dispersion"]
    assert len(plain) == len(adjusted) == 43 and line.startswith("43 points; outside the 99.8% limits ")
    assert adjusted["outside"].sum() < plain["outside"].sum()
    for frame in frames.values():
        assert ((frame["rate"] < frame["low"]) | (frame["rate"] > frame["high"])).equals(frame["outside"])
        assert (frame["low"] <= frame["low95"]).all() and (frame["high95"] <= frame["high"]).all()
    assert plain["rate"].to_dict() == table.drop(index=names.ENGLAND_AND_WALES)["rate"].to_dict()
    assert plain["expected"].sum() == pytest.approx(table.loc[list(names.FORCES)].iloc[:, 1].sum())


def test_the_funnel_draws_its_frames():
    frames, table, _ = sensitivity.funnels("caution_youth_rate", YEAR)
    fig = charts.funnel(frames, table["rate"][names.ENGLAND_AND_WALES], "Norfolk", "outcomes", title="t", subtitle="s", source="s")
    for ax, frame in zip(fig.axes, frames.values(), strict=True):
        lines = {line.get_label(): line for line in ax.get_lines()}
        assert sorted(lines["forces"].get_ydata()) == pytest.approx(sorted(frame["rate"].clip(upper=2.4 * table["rate"][names.ENGLAND_AND_WALES])))
        assert lines["Norfolk"].get_xydata()[0] == pytest.approx([frame["expected"]["Norfolk"], frame["rate"]["Norfolk"]])
    charts.plt.close(fig)


def test_alternatives_are_open_outside_the_printed_interval():
    rows = sensitivity.under_each("recorded_crime_change_1y", "Norfolk", YEAR)
    fig = charts.alternatives(rows, (15.65, 15.75), "%", title="t", subtitle="s", source="s")
    dots = fig.axes[0].get_lines()
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(rows["value"].to_list())
    assert [dot.get_markerfacecolor() == charts.FOCUS for dot in dots] == [15.65 <= v <= 15.75 for v in rows["value"]]
    charts.plt.close(fig)


def test_counts_are_not_changed_by_those_who_ask():
    before = counts.offences().copy()
    table = measures.counted("recorded_crime_rate")
    table["Norfolk"] = 0
    pd.testing.assert_frame_equal(counts.offences(), before)


@pytest.mark.parametrize(("notebook", "rates"), [
    ("01", ["recorded_crime", "victim_based_crime", "sexual_offences", "assault_with_injury", "domestic_burglary"]), ("02", ["anti_social_behaviour"]),
    ("03", ["charged", "caution_youth", "caution_adult", "community_resolution"])])
def test_every_rate_with_43_forces_has_its_funnel_with_one_line_under_it(run_notebook, notebook, rates):
    run = run_notebook(notebook)
    for name in rates:
        fig, table = run.exhibits[f"funnel_{name}_rate"]
        assert len(table) == 43 and len(fig.axes) == 2
    assert sum("43 points; outside the 99.8% limits" in line for line in run.said) == len(rates)
    assert any(f"of the {43 * len(rates)} points would fall outside" in line for line in run.said)

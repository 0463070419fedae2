"""Figure 3 is exact where the archive has all 24 months of a force, an estimate elsewhere, and says which is which."""

import pandas as pd
import pytest

from conftest import NOTEBOOKS, Run
from helpers import charts, counts, data, names, verdicts

EW, JUNE_2015, JUNE_2014 = names.ENGLAND_AND_WALES, pd.Timestamp("2015-06-30"), pd.Timestamp("2014-06-30")
NOTEBOOK = next(path for path in NOTEBOOKS if path.name.startswith("02"))


def archive(forces, first, last):
    """Made for the test: 1,000 incidents in the first month, 10 fewer in every month after."""
    months = pd.period_range(first, last, freq="M").astype(str)
    rows = [(force, month, 1000 - 10 * n, 1, "core") for n, month in enumerate(months) for force in forces]
    return pd.DataFrame(rows, columns=["force", "month", "incidents", "crimes", "scope"])


FIRST, SECOND = sum(1000 - 10 * n for n in range(12)), sum(1000 - 10 * n for n in range(12, 24))


def test_as_committed_no_force_has_the_months():
    assert not counts.is_counted(JUNE_2015, JUNE_2014).any()
    assert counts.incidents().equals(counts.half_year_incidents())


def test_a_force_with_24_months_is_counted_and_the_rest_is_as_before(in_place_of):
    before = counts.incidents()
    in_place_of(incidents_street=archive(["Norfolk", "Suffolk"], "2013-07", "2015-06"))
    after = counts.incidents()
    assert after.loc[[JUNE_2014, JUNE_2015], "Norfolk"].tolist() == [FIRST, SECOND]
    assert after.drop(columns=["Norfolk", "Suffolk", EW]).equals(before.drop(columns=["Norfolk", "Suffolk", EW]))
    assert after.loc[JUNE_2015, EW] == pytest.approx(after.loc[JUNE_2015, list(names.FORCES)].sum())
    assert counts.is_counted(JUNE_2015, JUNE_2014)[lambda found: found].index.tolist() == ["Norfolk", "Suffolk"]
    assert not counts.is_counted(pd.Timestamp("2016-06-30"), JUNE_2015).any()


@pytest.mark.parametrize("months", [("2013-08", "2015-06"), ("2014-07", "2015-06"), ("2013-07", "2015-05")])
def test_a_month_short_of_two_years_is_an_estimate_still(in_place_of, months):
    in_place_of(incidents_street=archive(["Norfolk"], *months))
    assert counts.incidents().equals(counts.half_year_incidents())
    assert not counts.is_counted(JUNE_2015, JUNE_2014).any()


def test_a_month_missing_in_the_middle_is_not_nought(in_place_of):
    table = archive(["Norfolk"], "2013-07", "2015-06")
    in_place_of(incidents_street=table[table["month"] != "2014-10"])
    assert not counts.is_counted(JUNE_2015)["Norfolk"]


def test_the_first_half_of_2014_is_taken_from_the_archive_where_it_is_there(in_place_of):
    in_place_of(incidents_street=archive(["Greater Manchester"], "2014-01", "2014-06"))
    shares = counts.first_half_shares()
    year = data.load("incidents_calendar_year").query("year == 2014 and force == 'Greater Manchester'")["incidents"].item()
    assert shares.loc["Greater Manchester", "known"]
    assert shares.loc["Greater Manchester", "share"] == pytest.approx(sum(1000 - 10 * n for n in range(6)) / year)


def test_years_that_only_the_archive_has_are_added(in_place_of):
    assert counts.incidents().index[-1] == pd.Timestamp("2016-06-30")
    in_place_of(incidents_street=archive(names.FORCES, "2015-07", "2018-12"))
    assert counts.calendar_years().index[-1] == 2018
    assert counts.incidents().index[-1] == pd.Timestamp("2018-06-30")
    assert counts.is_counted(pd.Timestamp("2018-06-30"), pd.Timestamp("2017-06-30")).all()


def test_the_ledger_calls_only_an_estimate_an_estimate(in_place_of):
    claim = next(data.load("claims").query("id == 'prev_asb_1y_norfolk'").itertuples(index=False))
    assert "This is an estimate" in verdicts._against_data(claim, verdicts.Printed.parse(claim.printed)).reason
    in_place_of(incidents_street=archive(["Norfolk"], "2013-07", "2015-06"))
    assert "estimate" not in verdicts._against_data(claim, verdicts.Printed.parse(claim.printed)).reason


@pytest.mark.parametrize("forces", [["Norfolk", "Suffolk"], names.FORCES], ids=["two", "all"])
def test_the_notebook_says_for_which_forces_figure_3_is_exact(in_place_of, forces):
    in_place_of(incidents_street=archive(forces, "2013-07", "2015-06"))
    found = Run(NOTEBOOK)
    said = " ".join(found.said)
    assert f"Figure 3 is exact, counted by month in both years, for {len(forces)} of 43" in said
    assert "Counted by month, incidents of anti-social behaviour in Norfolk" in said
    fig, table = found.exhibits["figure_3"]
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert "Norfolk†" in labels and (("Cumbria†" in labels) is (len(forces) == 43))
    assert table.set_index("area").loc["Norfolk", ["before", "after"]].tolist() == [FIRST, SECOND]
    assert table["counted"].sum() == (44 if len(forces) == 43 else 2)
    footer = " ".join(text.get_text() for text in fig.texts)
    assert "incidents_street.csv" in footer and ("An estimate" in footer) is (len(forces) == 2)
    charts.plt.close("all")


@pytest.mark.parametrize("force", ["Norfolk", "Metropolitan Police"])
def test_the_notebook_follows_the_archive_beyond_the_published_years(in_place_of, force):
    in_place_of(incidents_street=archive(names.FORCES, "2015-07", "2018-12"))
    found = Run(NOTEBOOK, FORCE=force, YEAR_ENDING="2018-06-30")
    assert "in the year to 30 June 2018" in " ".join(found.said)
    assert "half-year method)" not in " ".join(text.get_text() for text in found.exhibits["figure_3"][0].texts)
    charts.plt.close("all")

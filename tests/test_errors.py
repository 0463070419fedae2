"""Errors beside rounding, and how many numbers would come out by luck, against other reckonings."""

import numpy as np
import pandas as pd
import pytest

from helpers import areas, claims, data, measures, report
from helpers.claims import errors

EW, FORCES = areas.ENGLAND_AND_WALES, list(areas.FORCES)
LEDGER = data.load("claims")


def planted(id, **changes):
    copy = LEDGER.copy()
    copy.loc[copy["id"] == id, list(changes)] = list(changes.values())
    return claims.check(copy)


@pytest.fixture(scope="module")
def found():
    return claims.relative_errors(claims.ledger()).set_index("id")


@pytest.mark.parametrize(
    ("id", "error", "low"),
    [
        ("fin_crime_2015_national", 100 * (1000 * 3611283 / 57408654 / 63.0 - 1), -0.05 / 0.63),
        ("fin_crime_1y_norfolk", 100 * (45798 / 39600 / 1.157 - 1), -0.05 / 1.157),
        ("fin_crime_5y_national", 100 * (3611283 / 4136148 / 0.874 - 1), -0.05 / 0.874),
        ("fig4_charged_count_national", 100 * (572254 / 577678 - 1), 0.0),
        ("prev_victim_5y_norfolk", 0.3897, -0.5),  # printed "no change"
    ],
)
def test_an_error_is_a_per_cent_of_print_and_of_a_change_that_of_its_ratio(found, id, error, low):
    row = found.loc[id]
    assert row[["error", "low", "high"]].to_list() == pytest.approx([error, low, -low], abs=1e-3)


def test_a_fall_is_the_change_with_its_sign_turned():
    rows = planted("prev_asb_1y_national", printed="2%", check="data")
    row = claims.relative_errors(rows).set_index("id").loc["prev_asb_1y_national"]
    change = measures.value("anti_social_behaviour_change_1y", EW, "2015-06-30")
    assert row["error"] == pytest.approx(100 * ((100 + change) / 98 - 1)) and row["error"] < 0


def test_each_quantity_once_and_only_what_independent_data_speaks_to(found):
    assert not found.duplicated(["measure", "period", "area"]).any() and len(found) == 50
    assert "prev_crime_1y_norfolk" not in found.index, "the sharper print is kept"
    assert not found["measure"].str.contains("domestic_abuse|anti_social").any()
    verdicts = claims.ledger().set_index("id")["verdict"].loc[found.index]
    assert (found["inside"] == (verdicts == "reproduced")).all()
    rounded = found[found["kind"] == errors.ROUNDED]
    assert rounded["error"].between(rounded["low"], rounded["high"]).eq(rounded["inside"]).all()


def test_what_came_out_by_source():
    table = claims.by_source(claims.ledger())
    came = dict(zip(table.index, table[["come_out", "numbers"]].to_numpy().tolist(), strict=True))
    assert came == {
        ("Norfolk", errors.ROUNDED): [17, 17], (EW, errors.ROUNDED): [8, 17],
        ("Norfolk", errors.COUNTS): [1, 8], (EW, errors.COUNTS): [0, 8]}  # fmt: skip
    assert table["median"].round(2).to_list() == [0.18, 0.69, 0.06, 1.44]
    worse = planted("fig2_victim_based_norfolk", printed="44.3")
    assert claims.by_source(worse).loc[("Norfolk", errors.ROUNDED), "come_out"] == 16


def test_outcomes_are_revised_more_than_crimes(found):
    national = found[found["area"] == EW]
    crimes = national["measure"].str.match("recorded_crime|victim_based")
    assert national.loc[crimes, "error"].abs().max() < 0.2
    assert national.loc[national["kind"] == errors.COUNTS, "error"].abs().median() > 1.4


def test_the_yardstick_is_the_revision_between_the_releases():
    first, last = (
        data.load(name)[lambda t: t["scope"].eq("core") & t["force"].isin(FORCES)]
        for name in ("recorded_crime_2018", "recorded_crime_2023")
    )
    before = first[first["year_ending"] == "2015-06-30"].groupby("force")["offences"].sum()
    year = pd.to_datetime(last["quarter_ending"]).between("2014-07-01", "2015-06-30")
    after = last[year].groupby("force")["offences"].sum()
    revised = claims.revision()
    assert revised[FORCES].to_list() == pytest.approx(
        (100 * (after / before - 1))[FORCES].to_list()
    )
    size = revised[FORCES].abs()
    assert [size.median(), size.quantile(0.9)] == pytest.approx([0.068, 0.362], abs=1e-3)
    assert (revised.idxmax(), revised.idxmin()) == ("West Mercia", "North Wales")
    assert revised[EW] == pytest.approx(0.0427, abs=1e-4)


def test_the_chance_of_coming_out_is_that_of_a_simulation():
    draw, sizes, n = np.random.default_rng(7), np.array([0.01, 0.04, 0.3, 2.0]), 400_000
    for low, high in ((-0.1, 0.1), (-0.5, 0.4)):
        truth, off = draw.uniform(low, high, n), draw.choice(sizes, n) * draw.choice([-1, 1], n)
        inside = ((truth + off >= low) & (truth + off <= high)).mean()
        assert errors.chance(low, high, sizes) == pytest.approx(inside, abs=0.003)


@pytest.mark.parametrize(
    ("sizes", "chance"), [([0.0], 1), ([0.5], 0.5), ([-1.0, 0], 0.5), ([3], 0)]
)
def test_the_chance_by_hand(sizes, chance):
    assert errors.chance(-0.5, 0.5, np.array(sizes)) == chance


def test_how_many_come_out_by_luck():
    table = claims.by_source(claims.ledger())
    luck = ["revised", "as_counts", "others"]
    assert table.loc[("Norfolk", errors.ROUNDED), luck].round(1).to_list() == [13.5, 13.4, 0.4]
    assert table.loc[(EW, errors.ROUNDED), luck].round(1).to_list() == [15.2, 5.1, 0.7]
    assert table.xs(errors.COUNTS, level="kind")["as_counts"].isna().all()
    assert (table["revised"] <= table["numbers"]).all()
    counted = table.xs(errors.COUNTS, level="kind")["revised"].round(1)
    assert counted.to_dict() == {"Norfolk": 3.3, EW: 0.0}


def test_england_and_wales_is_held_against_its_own_revision():
    rows = claims.relative_errors(claims.ledger())
    rows = rows[(rows["area"] == EW) & (rows["kind"] == errors.ROUNDED)]
    by_hand = (1 - claims.revision()[EW] / (rows["high"] - rows["low"])).clip(lower=0).sum()
    table = claims.by_source(claims.ledger())
    assert table.loc[(EW, errors.ROUNDED), "revised"] == pytest.approx(by_hand)


def test_an_unrevised_record_would_bring_every_number_out(monkeypatch):
    same = claims.revision() * 0
    monkeypatch.setattr(errors, "revision", lambda: same)
    table = claims.by_source(claims.ledger())
    assert (table["revised"] == table["numbers"]).all()


def test_another_force_s_numbers_that_would_pass():
    rows = errors.spoken_to(claims.ledger()).set_index("id")
    rates = measures.values("sexual_offences_rate", report.YEAR_ENDING)[FORCES]
    near = rates.drop("Norfolk").between(1.75, 1.85).sum()
    row = next(rows.loc[["fig2_sexual_norfolk"]].itertuples())
    assert errors._share_of_others(row) == near / 42 and near == 6
    national = next(rows.loc[["fig2_sexual_national"]].itertuples())
    assert errors._share_of_others(national) == rates.between(1.55, 1.65).sum() / 43

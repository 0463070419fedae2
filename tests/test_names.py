"""Names are harmonised once; the tile map reads as a map."""

import pandas as pd
import pytest

from helpers import data, names


@pytest.mark.parametrize(("spelling", "short"), [
    ("London, City of", "City of London"), ("Devon & Cornwall", "Devon and Cornwall"), ("Metropolitan", "Metropolitan Police"),
    ("Metropolitan Police Service", "Metropolitan Police"), ("norfolk constabulary", "Norfolk"), ("dyfed-powys", "Dyfed-Powys"),
    ("avon-and-somerset", "Avon and Somerset"), ("btp", "British Transport Police"), ("  Kent Police ", "Kent"),
    ("City of London Police", "City of London"), ("England & Wales", "England and Wales"),
])
def test_publishers_spellings(spelling, short):
    assert names.harmonise(spelling) == short


def test_unknown_names_get_a_hint():
    with pytest.raises(ValueError, match="unknown force 'Suffork': did you mean Suffolk"):
        names.harmonise("Suffork")
    with pytest.raises(ValueError, match=r"see data/official/forces\.csv"):
        names.harmonise("Scotland")


@pytest.mark.parametrize("area", ["England and Wales", "British Transport Police", "Action Fraud"])
def test_a_force_is_one_of_the_43(area):
    with pytest.raises(ValueError, match="not one of the 43"):
        names.force(area)


def test_there_are_43_forces_each_with_its_own_tile():
    assert len(names.FORCES) == len(set(names.tiles().values())) == 43


def test_neighbours_lie_the_right_way_on_the_map():
    tiles = names.tiles()
    for north, south in [("Northumbria", "Durham"), ("Norfolk", "Suffolk"), ("Suffolk", "Essex"), ("North Wales", "South Wales"), ("Surrey", "Sussex")]:
        assert tiles[north][1] < tiles[south][1]
    for west, east in [("Devon and Cornwall", "Dorset"), ("Cambridgeshire", "Norfolk"), ("Dyfed-Powys", "West Midlands"), ("Surrey", "Kent")]:
        assert tiles[west][0] < tiles[east][0]


def test_the_map_keeps_the_compass(request):
    """Against ONS's points of the areas, where the raw data is at hand: rows follow latitude, columns longitude."""
    raw = request.config.rootpath.parent / "shared" / "raw" / "ons" / "force_centroids.csv"
    if not raw.exists():
        pytest.skip("needs the raw data")
    points = pd.read_csv(raw)
    points.index = points["force"].map(names.harmonise)
    forces = data.load("forces").set_index("force")
    assert forces["tile_row"].corr(-points["latitude"], method="spearman") > 0.95
    assert forces["tile_column"].corr(points["longitude"], method="spearman") > 0.9


def test_slugs_hold_nothing_that_a_file_system_could_misread():
    assert names.slug("City of London") == "city-of-london"
    assert names.slug("../../etc") == "etc"

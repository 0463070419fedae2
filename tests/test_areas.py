"""Names are harmonised once; the tile map reads as a map."""

import pandas as pd
import pytest

from conftest import RAW
from helpers import areas, data


@pytest.mark.parametrize(
    ("spelling", "short"),
    [
        ("London, City of", "City of London"),
        ("Devon & Cornwall", "Devon and Cornwall"),
        ("Metropolitan", "Metropolitan Police"),
        ("Metropolitan Police Service", "Metropolitan Police"),
        ("norfolk constabulary", "Norfolk"),
        ("dyfed-powys", "Dyfed-Powys"),
        ("avon-and-somerset", "Avon and Somerset"),
        ("btp", "British Transport Police"),
        ("  Kent Police ", "Kent"),
        ("City of London Police", "City of London"),
        ("England & Wales", "England and Wales"),
        ("met", "Metropolitan Police"),
        ("Hampshire and Isle of Wight", "Hampshire"),
        ("Hampshire & Isle of Wight Constabulary", "Hampshire"),
        ("hampshire-and-isle-of-wight", "Hampshire"),
        ("Heddlu Gwent", "Gwent"),
        ("Heddlu Gwent Police", "Gwent"),
        ("Heddlu Dyfed-Powys", "Dyfed-Powys"),
        ("Heddlu Gogledd Cymru", "North Wales"),
        ("Heddlu De Cymru", "South Wales"),
    ],
)
def test_publishers_spellings(spelling, short):
    assert areas.harmonise(spelling) == short


def test_every_abbreviation_on_the_map_is_understood():
    for code, name in areas.ABBREVIATIONS.items():
        assert areas.force(code) == areas.force(code.lower()) == name


def test_unknown_names_get_a_hint():
    with pytest.raises(ValueError, match="unknown force 'Suffork': did you mean Suffolk"):
        areas.harmonise("Suffork")
    with pytest.raises(ValueError, match="did you mean North Wales or South Wales"):
        areas.harmonise("Nort Wales")
    with pytest.raises(ValueError, match=r"did you mean Norfolk or Suffolk\?"):
        areas.harmonise("Norfolk and Suffolk Constabularies")
    with pytest.raises(ValueError, match="did you mean Hampshire"):
        areas.harmonise("Hampshire, Isle of Wight and Solent")
    with pytest.raises(ValueError, match="did you mean Devon and Cornwall"):
        areas.harmonise("Devon")
    with pytest.raises(ValueError, match=r"see data/official/forces\.csv"):
        areas.harmonise("Scotland")


@pytest.mark.parametrize("name", ["London", "london police", "Greater London"])
def test_a_name_that_two_forces_could_claim_is_asked_about(name):
    with pytest.raises(ValueError, match="did you mean City of London or Metropolitan Police?"):
        areas.force(name)


@pytest.mark.parametrize("area", ["England and Wales", "British Transport Police", "Action Fraud"])
def test_a_force_is_one_of_the_43(area):
    with pytest.raises(ValueError, match="not one of the 43"):
        areas.force(area)


def test_there_are_43_forces_each_with_its_own_tile():
    assert len(areas.FORCES) == len(set(areas.tiles().values())) == 43


@pytest.mark.skipif(not RAW.exists(), reason="needs the raw data, which is not in the repository")
def test_the_map_keeps_the_compass():
    """Against ONS's points of the areas: rows follow latitude, columns longitude."""
    points = pd.read_csv(RAW / "ons" / "force_centroids.csv")
    points.index = points["force"].map(areas.harmonise)
    forces = data.load("forces").set_index("force")
    assert forces["tile_row"].corr(-points["latitude"], method="spearman") > 0.95
    assert forces["tile_column"].corr(points["longitude"], method="spearman") > 0.9


def test_north_is_up_and_west_is_left():
    tiles = areas.tiles()
    assert tiles["Norfolk"][1] < tiles["Suffolk"][1]
    assert tiles["Cambridgeshire"][0] < tiles["Norfolk"][0]


def test_slugs_hold_nothing_that_a_file_system_could_misread():
    assert areas.slug("City of London") == "city-of-london"
    assert areas.slug("../../etc") == "etc"

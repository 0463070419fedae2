"""The 43 police force areas, their tile map, and every spelling that publishers use for them.

A name is harmonised here and nowhere else; everything else uses the Home Office's short names.
"""

from __future__ import annotations

import difflib
import re

ENGLAND_AND_WALES = "England and Wales"
TRANSPORT_POLICE = "British Transport Police"
FRAUD_BODIES = ("Action Fraud", "CIFAS", "UK Finance")

ABBREVIATIONS = {
    "AVS": "Avon and Somerset", "BED": "Bedfordshire", "CAM": "Cambridgeshire", "CHE": "Cheshire",
    "COL": "City of London", "CLE": "Cleveland", "CUM": "Cumbria", "DER": "Derbyshire",
    "DVC": "Devon and Cornwall", "DOR": "Dorset", "DUR": "Durham", "DYP": "Dyfed-Powys",
    "ESX": "Essex", "GLO": "Gloucestershire", "GMP": "Greater Manchester", "GWT": "Gwent",
    "HAM": "Hampshire", "HRT": "Hertfordshire", "HUM": "Humberside", "KNT": "Kent",
    "LAN": "Lancashire", "LEI": "Leicestershire", "LIN": "Lincolnshire", "MSY": "Merseyside",
    "MET": "Metropolitan Police", "NFK": "Norfolk", "NWA": "North Wales",
    "NYK": "North Yorkshire", "NTH": "Northamptonshire", "NBR": "Northumbria",
    "NOT": "Nottinghamshire", "SWA": "South Wales", "SYK": "South Yorkshire",
    "STF": "Staffordshire", "SFK": "Suffolk", "SRY": "Surrey", "SSX": "Sussex",
    "TVP": "Thames Valley", "WAR": "Warwickshire", "WMC": "West Mercia", "WMD": "West Midlands",
    "WYK": "West Yorkshire", "WIL": "Wiltshire",
}  # fmt: skip
FORCES = tuple(sorted(ABBREVIATIONS.values()))
AREAS = (*FORCES, ENGLAND_AND_WALES)

# A hand-drawn map of England and Wales, north at the top: every force once, '.' is sea or Scotland.
TILE_MAP = """
 .   .   .   NBR .   .   .
 .   .   CUM DUR CLE .   .
 .   .   LAN NYK HUM .   .
 .   MSY GMP WYK SYK .   .
 NWA CHE STF DER NOT LIN .
 DYP WMC WMD LEI NTH CAM NFK
 SWA GWT GLO WAR BED HRT SFK
 .   AVS WIL TVP MET COL ESX
 .   DVC DOR HAM SRY KNT .
 .   .   .   .   SSX .   .
"""

# Spellings that simple rules (see `_key`) do not bring home.
ALIASES = {
    "btp": TRANSPORT_POLICE, "financial fraud action uk": "UK Finance",
    "hampshire and isle of wight": "Hampshire", "hampshire and the isle of wight": "Hampshire",
    "hampshire and iow": "Hampshire", "met police": "Metropolitan Police",
    "gogledd cymru": "North Wales", "de cymru": "South Wales",
}  # fmt: skip
AMBIGUOUS = dict.fromkeys(["london", "greater london"], ("City of London", "Metropolitan Police"))


def _key(name: str) -> str:
    """A spelling without case, hyphens, '&' and the force's style ('Constabulary', 'Heddlu')."""
    key = re.sub(r"[\s-]+", " ", name.replace("&", " and ")).strip().lower()
    key = re.sub(r"^(?:london, city of)$", "city of london", key)
    return re.sub(r"^heddlu | (?:constabulary|police service|police)$", "", key)


_NAMES = {_key(name): name for name in (*AREAS, TRANSPORT_POLICE, *FRAUD_BODIES)}
_KNOWN = (
    {_key(code): name for code, name in ABBREVIATIONS.items()}
    | {_key(alias): name for alias, name in ALIASES.items()}
    | _NAMES
)


def harmonise(name: str) -> str:
    """The short name for any spelling or abbreviation of an area or a fraud body.

    ValueError with the nearest names: an unknown spelling, or one that fits two ('London').
    """
    key = _key(name)
    if key in _KNOWN:
        return _KNOWN[key]
    words = re.sub(r"\W+", " ", f" {key} ")
    within = [known for known in _NAMES if f" {known} " in words or words in f" {known} "]
    close = [*within, *difflib.get_close_matches(key, _NAMES, n=3)]
    near = AMBIGUOUS.get(key) or list(dict.fromkeys(_NAMES[known] for known in close))[:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "see data/official/forces.csv"
    raise ValueError(f"unknown force {name!r}: {hint}")


def force(name: str) -> str:
    """The short name of one of the 43 forces; ValueError for anything else."""
    short = harmonise(name)
    if short not in FORCES:
        raise ValueError(
            f"{short!r} is not one of the 43 territorial forces: see data/official/forces.csv"
        )
    return short


def tiles() -> dict[str, tuple[int, int]]:
    """Force -> (column, row) on the tile map, from 0 at the top left."""
    rows = [line.split() for line in TILE_MAP.strip().splitlines()]
    return {
        ABBREVIATIONS[code]: (x, y)
        for y, row in enumerate(rows)
        for x, code in enumerate(row)
        if code != "."
    }


def place(area: str) -> str:
    """The area as it stands after 'in': 'the City of London', 'the Metropolitan Police area'."""
    if area == "Metropolitan Police":
        return "the Metropolitan Police area"
    return f"the {area}" if area in ("City of London", "West Midlands") else area


def police(area: str) -> str:
    """The police of an area, in a sentence: 'the police in Norfolk', 'the Metropolitan Police'."""
    if area == "Metropolitan Police":
        return "the Metropolitan Police"
    return (
        "the City of London Police" if area == "City of London" else f"the police in {place(area)}"
    )


def slug(name: str) -> str:
    """A name as a folder is called: 'City of London' -> 'city-of-london'; a-z, 0-9 and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")

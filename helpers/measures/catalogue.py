"""Every measure: what is counted, what it is divided by, in which unit.

With what is counted in the 12 months to a quarter's end: `_count` is the number itself; `_rate` is
1,000 x number / people (or households), of outcomes 100 x number / offences excluding fraud that
were recorded in the same 12 months; `_change_1y` and `_change_5y` are 100 x (number / number one
year or five years before - 1).

England and Wales is always the sum of the 43 forces, divided by the sum of their denominators;
British Transport Police and fraud are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers import data
from helpers.data.schemas import ASSAULT

# The releases of recorded crime, earliest first, by the year in the table's name.
VINTAGES = tuple(name[-4:] for name in data.FILES if name.startswith("recorded_crime_"))
TABLES = {vintage: f"recorded_crime_{vintage}" for vintage in VINTAGES} | {"2024": "outcomes_2015"}
# fmt: off
VICTIM_BASED = (
    "Homicide", "Violence with injury", "Violence without injury", "Stalking and harassment",
    "Sexual offences", "Robbery", "Domestic burglary", "Residential burglary",
    "Non-domestic burglary", "Non-residential burglary", "Vehicle offences",
    "Theft from the person", "Bicycle theft", "Shoplifting", "All other theft offences",
    "Criminal damage and arson", ASSAULT,
)
# fmt: on
LAST_DOMESTIC = pd.Timestamp("2017-03-31")  # from the next day residential burglary is counted


class Outcome(NamedTuple):
    """A type of outcome: its name in the data, and what one and several are called.

    figure_4: where the report's Figure 4 has it, 'charged', or among the 'formal' or 'informal'
    outcomes out of court. '' for a type that is not printed there, as all that came in 2014.
    """

    type: str
    singular: str
    plural: str
    figure_4: str = ""


KINDS = ("charged", "formal", "informal")
# fmt: off
OUTCOMES = {
    "charged": Outcome(
        "charged or summonsed", "charge or summons", "charged or summonsed", "charged"),
    "caution_youth": Outcome(
        "caution, youth", "caution of a youth", "cautions of youths", "formal"),
    "caution_adult": Outcome(
        "caution, adult", "caution of an adult", "cautions of adults", "formal"),
    "penalty_notice": Outcome(
        "penalty notice for disorder", "penalty notice for disorder",
        "penalty notices for disorder", "formal"),
    "cannabis_khat": Outcome(
        "cannabis or khat warning", "cannabis or khat warning", "cannabis or khat warnings",
        "informal"),
    "community_resolution": Outcome(
        "community resolution", "community resolution", "community resolutions", "informal"),
}
# fmt: on


def outcomes_of(*kinds: str) -> tuple[str, ...]:
    """The keys of the outcome types of Figure 4: of all, or of 'charged', 'formal', 'informal'."""
    asked = kinds or KINDS
    return tuple(key for key, outcome in OUTCOMES.items() if outcome.figure_4 in asked)


@dataclass(frozen=True)
class Measure:
    """One statistic: what is `counted` (offences, outcomes, incidents; `groups` of them, or all).

    It is divided by `denominator`: 'population', 'households', 'offences', or '' for the count
    itself. `years` > 0: a change over so many years. `label_after`: from when it counts another
    thing, its label then.
    """

    name: str
    label: str
    unit: str
    counted: str = "offences"
    groups: tuple[str, ...] = ()
    denominator: str = "population"
    vintages: tuple[str, ...] = VINTAGES
    years: int = 0
    label_after: str = ""


def _family(name: str, label: str, *, after: str = "", **about) -> dict[str, Measure]:
    """A rate, its count, and its percentage changes over one year and over five."""
    kinds = [
        ("rate", "{} rate", f"per 1,000 {about.get('denominator', 'population')}", {}),
        ("count", "{}, number", "number", {"denominator": ""}),
        ("change_1y", "change in {} over one year", "per cent", {"years": 1}),
        ("change_5y", "change in {} over five years", "per cent", {"years": 5}),
    ]
    found = {}
    for kind, text, unit, more in kinds:
        own = about | more | {"label_after": after and text.format(after)}
        found[f"{name}_{kind}"] = Measure(f"{name}_{kind}", text.format(label), unit, **own)
    return found


def _outcome(key: str, label: str, *parts: str) -> dict[str, Measure]:
    """Outcomes of some types: number, and rate per 100 offences of the same 12 months."""
    types = tuple(OUTCOMES[part].type for part in parts)
    about = {"counted": "outcomes", "groups": types, "vintages": ("2024",)}
    rate = Measure(
        f"{key}_rate", f"{label}, rate", "per 100 offences", denominator="offences", **about
    )
    number = Measure(f"{key}_count", f"{label}, number", "number", denominator="", **about)
    return {rate.name: rate, number.name: number}


# fmt: off
MEASURES: dict[str, Measure] = {
    **_family("recorded_crime", "recorded crime"),
    **_family("victim_based_crime", "victim-based crime", groups=VICTIM_BASED),
    **_family("sexual_offences", "sexual offences", groups=("Sexual offences",)),
    **_family("assault_with_injury", "assault with injury", groups=(ASSAULT,),
              vintages=VINTAGES[1:]),  # kept apart from the second on
    **_family("domestic_burglary", "domestic burglary",
              after="residential burglary (with sheds and garages)",
              groups=("Domestic burglary", "Residential burglary"), denominator="households"),
    **_family("anti_social_behaviour", "anti-social behaviour", counted="incidents",
              vintages=("police.uk",)),
    **_outcome("out_of_court_formal", "out-of-court (formal)", *outcomes_of("formal")),
    **_outcome("out_of_court_informal", "out-of-court (informal)", *outcomes_of("informal")),
}
# fmt: on
for _key, _type in OUTCOMES.items():
    MEASURES |= _outcome(_key, _type.plural, _key)


def release_name(vintage: str) -> str:
    """A release as a sentence names it: 'the release of 19 October 2023'; else as it was given."""
    return f"the {data.release(TABLES[vintage])}" if vintage in TABLES else vintage


def find(name: str) -> Measure:
    """The measure of that name; ValueError naming those there are."""
    if name not in MEASURES:
        raise ValueError(f"unknown measure {name!r}: there are {', '.join(MEASURES)}")
    return MEASURES[name]


def label(name: str, year_ending: str | pd.Timestamp) -> str:
    """What a measure is called in the 12 months to that day: 'recorded crime rate'.

    From April 2017 the Home Office counts residential burglary, with sheds and garages, in place of
    domestic burglary: any 12 months that reach beyond March 2017 are called so.
    """
    chosen = find(name)
    later = chosen.label_after and pd.Timestamp(year_ending) > LAST_DOMESTIC
    return chosen.label_after if later else chosen.label


def spoken(name: str, year_ending: str | pd.Timestamp) -> str:
    """The `label` as a sentence has it: 'recorded crime rate', 'rate of cautions of youths'."""
    what, _, rate = label(name, year_ending).partition(", ")
    return f"{rate} of {what}" if rate else what

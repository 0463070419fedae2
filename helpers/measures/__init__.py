"""What is measured, and its values: notebooks, the fact-check and other forces ask this package."""
# ruff: noqa: F401

from helpers.measures.catalogue import MEASURES, OUTCOMES, VINTAGES, find, label, outcomes_of
from helpers.measures.provenance import caution, files, release_name, source
from helpers.measures.rates import (
    POPULATION_RULES,
    counted,
    covers,
    default_vintage,
    last_year,
    mid_year_before,
    per_100,
    per_1000,
    percentage_change,
    population,
    rank,
    rates,
    value,
    values,
    year_ending,
)

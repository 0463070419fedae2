"""What is measured, and its values: notebooks, the fact-check and other forces ask this package."""
# ruff: noqa: F401

from helpers.measures.arithmetic import count_at, per_100, per_1000, percentage_change
from helpers.measures.catalogue import (
    MEASURES,
    OUTCOMES,
    VINTAGES,
    Measure,
    find,
    label,
    outcomes_of,
    release_name,
    spoken,
)
from helpers.measures.counts import by_group, offences, quarters
from helpers.measures.provenance import caution, files, source
from helpers.measures.rates import (
    POPULATION_RULES,
    counted,
    covers,
    default_vintage,
    last_year,
    mid_year_before,
    population,
    rank,
    rates,
    value,
    values,
    year_ending,
)

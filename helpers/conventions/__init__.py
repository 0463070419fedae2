"""The one list of conventions: every other way of counting that the ledger and the notebooks try.

The conventions are listed in full: none was added or left out because of what it gave. Each has a
kind; ways of one kind differ in degree only and count once where prose says "under k of m".
What any measure can be asked for stands in `choices`, what a rate is held against in
`comparisons`, and what is particular to `crimes`, `incidents` and `outcomes` under their names.
"""
# ruff: noqa: F401

from helpers.conventions.choices import (
    AS_REPORTED,
    BASES,
    ESTIMATES,
    QUARTERS_OFF,
    THRESHOLDS,
    Convention,
    Support,
    conventions,
    estimates,
    support,
    threshold,
    under_each,
)
from helpers.conventions.comparisons import (
    COMPARISONS,
    COUNTRY,
    comparators,
    compared,
    neighbours,
    result,
    similar_forces,
)
from helpers.conventions.crimes import (
    BY_RECORDING,
    EARLIER,
    FOUND_INCOMPLETE,
    NEAR_CRIME,
    SAME_YEAR,
    changes_between,
    crime_divisors,
    recording_alone,
    since,
)
from helpers.conventions.incidents import (
    TWO_YEARS,
    Link,
    crime_link,
    incident_changes,
    incident_years,
)
from helpers.conventions.outcomes import (
    DEALS,
    FORCES_WITH_ODD_QUARTERS,
    OLD_OUTCOMES,
    ONE_OF_THE_HIGHEST,
    SIX,
    drug_links,
    forces_with_old_outcomes,
    old_outcomes_share,
    outcome_divisors,
    outcome_places,
)

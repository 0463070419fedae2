"""The ledger of claims: each claim of the report with a verdict, a value and a reason."""
# ruff: noqa: F401

from helpers.claims import figure_3, figure_4
from helpers.claims.errors import ROUNDED, by_source, relative_errors, revision
from helpers.claims.ledger import (
    COLUMNS,
    check,
    label,
    ledger,
    offences_needed,
    printed_of,
    printed_part,
)
from helpers.claims.tables import distances, found, quantities, summary, table
from helpers.claims.tallies import Tally, noticed, noticed_by_kind, tally
from helpers.claims.values import grim
from helpers.claims.verdicts import VERDICTS

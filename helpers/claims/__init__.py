"""The ledger of claims: each claim of the report with a verdict, a value and a reason."""
# ruff: noqa: F401

from helpers.claims.ledger import COLUMNS, check, label, ledger, offences_needed, printed
from helpers.claims.tables import distances, quantities, summary, table
from helpers.claims.tallies import Counts, noticed, noticed_by_kind, tally
from helpers.claims.values import grim
from helpers.claims.verdicts import VERDICTS

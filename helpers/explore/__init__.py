"""One place to look around from: a tidy table of every measure, and forces compared in one line.

from helpers import explore

explore.panel()                                          # every value there is, a row each
explore.compare("Norfolk", "domestic_burglary_rate", with_=["Suffolk", "similar forces"])
"""

# ruff: noqa: F401

from helpers.explore.alive import explorer
from helpers.explore.compare import (
    at,
    changed,
    compare,
    mapped,
    nearest,
    ranked,
    reached,
    rows_of,
    table_of,
)
from helpers.explore.names import area_of, forces_of, in_words, measure_of
from helpers.explore.panel import COLUMNS, dictionary, files, panel, save

"""The tables of data/ and where they come from: loading, register, schemas, slots, agreement."""
# ruff: noqa: F401

from helpers.data.load import faults, load, parse, slot
from helpers.data.register import (
    FILES,
    FILLED_IN,
    REPORT,
    ROOT,
    DataError,
    register,
    release,
    source_of,
    sources,
)

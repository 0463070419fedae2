"""The tables of data/ and where they come from: loading, register, schemas, slots, agreement."""

from helpers.data.load import faults, load, parse, slot
from helpers.data.register import FILES, ROOT, DataError, register, release, sources

__all__ = [
    "FILES",
    "ROOT",
    "DataError",
    "faults",
    "load",
    "parse",
    "register",
    "release",
    "slot",
    "sources",
]

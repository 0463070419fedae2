"""Untrusted text stays text, and the ledger prints anywhere."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from conftest import NO_UTF8, PROJECT
from helpers import data


@pytest.mark.slow
def test_the_ledger_prints_in_a_locale_that_is_not_utf_8():
    done = subprocess.run(
        [sys.executable, "-m", "helpers.claims", "--csv", "-"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        env=os.environ | NO_UTF8,
        timeout=60,
    )
    assert done.stdout.count(b"\n") == len(data.load("claims")) + 1


@pytest.mark.parametrize("name", ["<b>Drugs</b>", "=1+1", "../x", "Dru\x07gs", "a" * 80])
def test_a_slot_takes_plain_words_only(data_copy, name):
    path = data_copy / "published" / "figure_7.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[len(table)] = ["Norfolk", name, "45"]
    table.to_csv(path, index=False, lineterminator="\n")
    with pytest.raises(data.DataError, match=r"^data/published/figure_7.csv: row 4"):
        data.load("figure_7", data_copy)

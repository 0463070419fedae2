"""A type of outcome that the data has already, and no module knows: one line adds it."""

import shutil
import subprocess
import sys

import pytest

from conftest import PROJECT

LINE = '    "diversion": Outcome("diversion (type 22)", "diversion", "diversions"),\n'
CATALOGUE = "helpers/measures/catalogue.py"
# what notebook 03 asks for, as text: with the report's year, and how the new type itself comes out
ASKED = """
from helpers import claims, conventions, measures, report
from helpers.claims import figure_4 as printed
from helpers.themes import crime_outcomes as theme

FORCE, END = report.FORCE, report.YEAR_ENDING
print(theme.figure_4(FORCE, END).to_csv(), printed.labels(), printed.sums(), printed.reproduced())
print(*(printed.crimes_implied(area) for area in printed.AREAS))
print(printed.spans().to_csv(), printed.candidates().to_csv(), printed.revised().to_csv())
print(theme.ranks(END).to_csv(), theme.places(FORCE, END).to_csv(), theme.care(FORCE, END))
print(theme.odd_quarters(END).to_csv(), conventions.old_outcomes_share().to_csv())
print(conventions.OLD_OUTCOMES, conventions.forces_with_old_outcomes(END))
print(measures.values("out_of_court_informal_rate", END).to_csv(), claims.ledger().to_csv())
"""
OWN = """
print(measures.find("diversion_rate").label)
print(measures.value("diversion_count", report.FORCE, report.YEAR_ENDING))
print(len(conventions.outcome_places("diversion_rate", report.FORCE, report.YEAR_ENDING)))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What a copy of the module with the line says to both, a line a list element."""
    folder = tmp_path_factory.mktemp("added")
    shutil.copytree(PROJECT / "helpers", folder / "helpers")
    (folder / "data").symlink_to(PROJECT / "data")
    text = (folder / CATALOGUE).read_text(encoding="utf-8")
    start = "\nOUTCOMES = {\n"
    assert text.count(start) == 1 and LINE not in text
    (folder / CATALOGUE).write_text(text.replace(start, start + LINE), encoding="utf-8")
    command = [sys.executable, "-c", ASKED + OWN]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_another_type_of_outcome_moves_nothing_that_is_about_figure_4(said, capsys):
    exec(ASKED, {})
    assert said[:-3] == capsys.readouterr().out.splitlines()


@pytest.mark.slow
def test_another_type_of_outcome_has_its_measures_and_its_places(said):
    label, count, ways = said[-3:]
    assert (label, float(count)) == ("diversions, rate", 0) and int(ways) > 1

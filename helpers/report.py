"""What is particular to one report: its force, its year, and its claims by the part they play.

Another force's report is another `data/published/report.toml`; no module knows more of a report
than this one gives.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

FILE = Path(__file__).resolve().parents[1] / "data" / "published" / "report.toml"
_ABOUT = tomllib.loads(FILE.read_text(encoding="utf-8"))

FORCE: str = _ABOUT["force"]
YEAR_ENDING = pd.Timestamp(_ABOUT["year_ending"])
SOURCE: str = _ABOUT["source"]
STATISTICS: str = _ABOUT["statistics"]  # the release of statistics that the report probably had
LABELS: dict[str, str] = _ABOUT["labels"]  # what measures that only the report gives are called


def claim(part: str) -> str:
    """The id of the claim that plays a part, such as 'asb_rate.force'. KeyError: none does."""
    group, _, which = part.partition(".")
    found = _ABOUT["claims"][group]
    return found[which] if which else found


def day(name: str) -> pd.Timestamp:
    """A day that the report names, such as 'survey_year'. KeyError: it names none so."""
    return pd.Timestamp(_ABOUT["days"][name])


def is_about(force: str, end: pd.Timestamp | None = None) -> bool:
    """Whether the report is about this force (and this year, where one is given)."""
    return force == FORCE and end in (None, YEAR_ENDING)

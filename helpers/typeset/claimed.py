"""The claims as a page shows them."""

from __future__ import annotations

import functools

import pandas as pd

from helpers import claims, data
from helpers.claims.verdicts import VERDICTS


@functools.cache
def rows() -> pd.DataFrame:
    """The ledger and more of each claim: statement, unit, page, when, found."""
    about = data.load("claims")[["id", "statement", "unit", "page"]]
    rows = claims.ledger().merge(about, on="id", validate="one_to_one")
    day = pd.to_datetime(rows["period"].replace("-", None))
    return rows.assign(when=day.dt.strftime("%B %Y").fillna(""), found=claims.found(rows))


def page() -> dict:
    """What the page of claims is filled from."""
    counts = rows()["verdict"].value_counts()
    return {
        "rows": rows().to_dict("records"),
        "verdicts": {verdict: int(counts[verdict]) for verdict in VERDICTS if verdict in counts},
        "sections": list(dict.fromkeys(rows()["section"])),
    }

"""The ledger as it is shown and counted: plain words, distances, each quantity once."""

from __future__ import annotations

import re

import pandas as pd

from helpers import data, prose
from helpers.claims import values, verdicts
from helpers.printed import Printed


def distances(rows: pd.DataFrame) -> pd.Series:
    """How far each value found lies outside what was printed, in the claim's unit, with its sign.

    0 inside; not a number where no one value was found. A count is held against the count itself.
    """
    found = pd.to_numeric(rows["computed"].str.replace(",", ""), errors="coerce")
    low, high = (pd.to_numeric(rows[end]) for end in ("low", "high"))
    return (found - low).clip(upper=0) + (found - high).clip(lower=0)


def found(rows: pd.DataFrame) -> list[str]:
    """The values found in the form of what is printed: its sign, its %, one decimal more at most.

    The ledger and its reasons have more where it hangs on them on which side of a number a value
    lies. A last 5 stays: it may have been rounded already.
    """
    return [" to ".join(dict.fromkeys(_in_form(row))) for row in rows.itertuples()]


def _in_form(row: tuple) -> list[str]:
    number = Printed.parse(row.printed) if row.printed else None
    if not re.fullmatch(r"-?[\d,.]+( to -?[\d,.]+)?", row.computed) or not (number and number.step):
        return [row.computed]  # words, or against a fraction, which has no last digit
    texts, digits = row.computed.split(" to "), number.decimals + 1
    for place, text in enumerate(texts):
        if len(text.partition(".")[2]) > digits and text[-1] != "5":
            text = prose.fixed(float(text.replace(",", "")), digits)
        sign = "+" if row.printed.startswith("+") and not text.startswith("-") else ""
        texts[place] = sign + text + number.unit
    return texts


def _difference(distance: float, unit: str, printed: str) -> str:
    if pd.isna(distance):
        return "–"
    digits = Printed.parse(printed).decimals + 1 if values.is_rounded(unit) else 0
    return prose.signed(distance, digits) if distance else "0"


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the ledger in plain words, the claim as index.

    Columns: area, year to, printed, could have been, found, difference (from what could have been
    printed, in the unit), unit, verdict, page.
    """
    about = data.load("claims").set_index("id").loc[rows["id"]]
    shown = rows.set_index(about["statement"].rename("claim").to_numpy())
    unit = about["unit"].to_numpy()
    span = shown["low"] + " to " + shown["high"]
    span = span.where(shown["low"] != shown["high"], shown["printed"])
    each = zip(distances(rows), unit, rows["printed"], strict=True)
    day = pd.to_datetime(shown["period"].replace("-", None))
    columns = {
        "area": shown["area"],
        "year to": day.dt.strftime("%B %Y").fillna("–"),
        "printed": shown["printed"],
        "could have been": span,
        "found": found(rows),
        "difference": [_difference(*row) for row in each],
        "unit": unit,
        "verdict": shown["verdict"],
        "page": about["page"].to_numpy(),
    }
    frame = pd.DataFrame(columns, index=shown.index).replace({"": "–", "-": "–"})
    return frame.rename_axis(index=None, columns="claim")


def quantities(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the ledger with each quantity once: printed twice, the sharper number is kept.

    A quantity is a measure of an area in a period; words are the same when checked in one way.
    """
    checks = pd.Series(data.load("claims").set_index("id")["check"].loc[rows["id"]].to_numpy())
    way = checks.set_axis(rows.index).where(rows["printed"] == "", "")
    width = (pd.to_numeric(rows["high"]) - pd.to_numeric(rows["low"])).fillna(0)
    keyed = rows.assign(_way=way, _width=width).sort_values("_width", kind="stable")
    once = keyed.drop_duplicates(["measure", "area", "period", "_way"]).index
    return rows[rows.index.isin(once)]


def summary(found: pd.DataFrame) -> str:
    """The counts by verdict in one line."""
    tally = found["verdict"].value_counts()
    sizes = (f"{tally[verdict]} {verdict}" for verdict in verdicts.VERDICTS if verdict in tally)
    return f"{len(found)} claims: " + ", ".join(sizes)

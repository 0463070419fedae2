"""What the ledger comes to: verdicts counted, and how small an error each check notices."""

from __future__ import annotations

import bisect
import functools
from collections import namedtuple
from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers import data
from helpers.claims import values, verdicts, wording
from helpers.claims.ledger import Judge
from helpers.claims.tables import quantities
from helpers.printed import Printed
from helpers.prose import agree, first_up

FIELDS = "total numbers reproduced alternative differs consistent inconsistent supported depends "
FIELDS += "not_supported estimated repeated not_checkable own_figures"


class Tally(namedtuple("Tally", FIELDS)):
    """Claims by verdict, in the order of `verdicts.VERDICTS`; those counts add up to `total`.

    A gap to the force's own figures stands in `own_figures`, not in `differs`.
    """

    @property
    def contradictions(self) -> str:
        """'No printed number contradicts another', '2 printed numbers contradict others'."""
        n = self.inconsistent
        said = f"{n or 'no'} printed {agree(n, 'number contradicts', 'numbers contradict')}"
        return first_up(f"{said} {agree(n, 'another', 'others')}")

    @property
    def words_tested(self) -> int:
        """The claims tested under conventions."""
        return self.supported + self.depends + self.not_supported


def tally(rows: pd.DataFrame, distinct: bool = False) -> Tally:
    """Rows of the ledger counted by verdict; `distinct` counts each quantity once."""
    rows = quantities(rows) if distinct else rows
    checks = data.load("claims").set_index("id")["check"].loc[rows["id"]].to_numpy()
    own = pd.Series(checks, rows.index).str.startswith("fact: ") & (rows["verdict"] == "differs")
    size = rows["verdict"].mask(own, "own figures").value_counts()
    numbers = int((rows["printed"] != "").sum())
    each = (int(size.get(verdict, 0)) for verdict in (*verdicts.VERDICTS, "own figures"))
    return Tally(len(rows), numbers, *each)


# what a number is checked by: its verdict where independent data speaks to it, else its first way
KINDS = {
    "data": "independent data, which agrees",
    "differs": "independent data, which differs already",
    "estimated": "estimate",
    "fact": "the force's own figures",
    "from": "arithmetic",
    "grim": "whole number",
    "same": "same source",
    "list": "same source",
    "none": "none",
}


def _kind(judge: Judge, id: str, verdict: str) -> str:
    (kind, rest), *_ = verdicts.ways(judge.rows[id].check)
    if kind == "from" and rest in judge.printed:
        return KINDS["same"]
    return KINDS[verdict if verdict in KINDS and kind != "fact" else kind]


def _dependents(judge: Judge) -> dict[str, list[str]]:
    """Number's id -> the claims whose verdict can depend on it, its own first."""
    found = {id: [id] for id in judge.known}
    for row in judge.rows.values():
        used = set()
        for kind, rest in verdicts.ways(row.check):
            used |= set(values.NAME.findall(rest)) if kind in ("from", "same", "grim") else set()
            used |= wording.uses(rest) if kind in ("wording", "estimate") else set()
        for id in used & set(found) - {row.id}:
            found[id].append(row.id)
    return found


GRADES = {  # how much a verdict says against the report; those not named: nothing
    "reproduced under an alternative": 1,
    "depends on the method": 1,
    "differs": 2,
    "not supported": 2,
    "inconsistent": 3,
}


def _worsens(judge: Judge, id: str, before: dict[str, str], steps: int) -> bool:
    """Whether one of the verdicts `before` worsens when a number is printed so many steps off."""
    text, number = judge.printed[id], Printed.parse(judge.printed[id])
    off = float(number.value + steps * number.step)
    judge.put(id, f"{off:.{number.decimals}f}{number.unit}")
    try:
        grades = ((judge(other).verdict, was) for other, was in before.items())
        return any(GRADES.get(now, 0) > GRADES.get(was, 0) for now, was in grades)
    except data.DataError:  # a check that cannot be worked out any more tells, too
        return True
    finally:
        judge.put(id, text)


def _smallest(worsens: Callable[[int], bool], sign: int, most: int) -> float:
    """The fewest steps up (or down: sign -1) that worsen a verdict; not a number where none does.

    Tried one by one up to 8, then by halving up to `most`: what has worsened is taken to stay so.
    """
    few = next((n for n in range(1, min(8, most) + 1) if worsens(sign * n)), None)
    if few or not worsens(sign * most):
        return few or np.nan
    return bisect.bisect_left(range(most), True, lo=9, key=lambda n: worsens(sign * n))


def noticed(claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """How large an error in each printed number worsens a verdict: its own, or one resting on it.

    A verdict that turns for the better notices nothing: the number came nearer to the data.

    Columns: id, kind (of check), up, down (steps of its last digit; not a number where an error of
    the number's own size turns nothing), per_cent (the larger of the two, relative to the number),
    one_step (one is enough either way), never (some way nothing is). Fractions have no last digit.
    """
    judge, rows = Judge(data.load("claims") if claims is None else claims), []
    before = {id: judge(id).verdict for id in judge.rows}
    for id, others in _dependents(judge).items():
        number = Printed.parse(judge.printed[id])
        if not number.step:
            continue
        known = {other: before[other] for other in others}
        worsens = functools.partial(_worsens, judge, id, known)
        most = max(1, int(abs(number.value) / number.step))
        up, down = (_smallest(worsens, sign, most) for sign in (1, -1))
        size = abs(float(number.value)) or np.nan
        per_cent = 100 * np.max([up, down]) * float(number.step) / size
        kind, never = _kind(judge, id, before[id]), bool(np.isnan(up + down))
        rows.append([id, kind, up, down, per_cent, up == down == 1, never])
    columns = ["id", "kind", "up", "down", "per_cent", "one_step", "never"]
    return pd.DataFrame(rows, columns=columns)


def noticed_by_kind(found: pd.DataFrame) -> pd.DataFrame:
    """`noticed` by kind of check: numbers, one_step, median and largest (per cent), never."""
    by_kind = found.groupby("kind", sort=False)
    order = [kind for kind in dict.fromkeys(KINDS.values()) if kind in set(found["kind"])]
    columns = {
        "numbers": by_kind.size(),
        "one_step": by_kind["one_step"].sum(),
        "median": by_kind["per_cent"].median(),
        "largest": by_kind["per_cent"].max(),
        "never": by_kind["never"].sum(),
    }
    return pd.DataFrame(columns).loc[order]

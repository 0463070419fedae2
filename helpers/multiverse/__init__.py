"""The whole multiverse of a headline: every sensible combination of the choices that lie behind it.

One choice at a time shows how a number moves while all else stays as the report had it; crossed,
the choices show whether its words depend on any combination. After Steegen, Tuerlinckx, Gelman and
Vanpaemel, "Increasing transparency through a multiverse analysis" (Perspectives on Psychological
Science, 2016), and Simonsohn, Simmons and Nelson, "Specification curve analysis" (Nature Human
Behaviour, 2020). The combinations are no sample: how many of them bear words out is no probability.

Every option stands in `helpers.conventions`, none chosen for what it gives; the report's own is the
first of each choice. A combination that cannot be, or that cannot differ from another, is left out
by a rule that the result counts. Words are read by their side: a result holds when it lies on the
same side of what it is compared with as the report's own, and a change when it has the same sign.
"""

# ruff: noqa: F401

from helpers.multiverse.combinations import CHANGE, GAP, HEADLINES, PLACE, Headline
from helpers.multiverse.results import (
    TURNS,
    Multiverse,
    choices_of,
    other_files,
    shares,
    specifications,
    summary,
)

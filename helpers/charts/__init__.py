"""Charts: each function draws the frame it is given and returns an exhibit, picture and table in
one.
"""

from helpers.charts.bars import bars, ranking, stacked
from helpers.charts.dots import alternatives, spans, strips
from helpers.charts.funnel import funnel
from helpers.charts.lines import curves, gaps, lines
from helpers.charts.style import EXHIBIT, FOCUS, NATIONAL, OTHER, PRINTED, Exhibit
from helpers.charts.tiles import panels, questions, surface, tiles

__all__ = [
    "EXHIBIT",
    "FOCUS",
    "NATIONAL",
    "OTHER",
    "PRINTED",
    "Exhibit",
    "alternatives",
    "bars",
    "curves",
    "funnel",
    "gaps",
    "lines",
    "panels",
    "questions",
    "ranking",
    "spans",
    "stacked",
    "strips",
    "surface",
    "tiles",
]

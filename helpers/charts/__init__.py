"""Charts: each draws the frame it is given and returns an exhibit, picture and table in one."""
# ruff: noqa: F401

from helpers.charts.bars import bars, ranking, stacked
from helpers.charts.curve import specifications
from helpers.charts.dots import alternatives, classes, spans, strips
from helpers.charts.errors import errors
from helpers.charts.funnel import funnel
from helpers.charts.lines import curves, gaps, lines, places, releases
from helpers.charts.series import series
from helpers.charts.style import ALIVE, EXHIBIT, FOCUS, NATIONAL, OTHER, PRINTED, Exhibit
from helpers.charts.tiles import panels, questions, surface, tile_map, tiles

"""The panel: one row an area, measure, year ending and release, every value that there is.

All of it is computed by `helpers.measures` and `helpers.stats`; nothing is counted here.
"""

from __future__ import annotations

import functools
import gzip
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from helpers import areas, data, measures, ranks, stats
from helpers.measures import counts, kinds

AREAS, FORCES = list(areas.AREAS), slice(len(areas.FORCES))  # England and Wales comes last
LIMITS = ["low95", "high95", "low998", "high998"]
COLUMNS = {
    "area": "one of the 43 forces by its Home Office short name, or England and Wales, their sum",
    "measure": "what is measured; the list of measures is below",
    "year_ending": "last day of the 12 months",
    "release": "the table that was counted from; the list of releases is below",
    "value": "the measure, in `unit`: 1,000 x count / denominator for a rate per 1,000, 100 x "
    "count / denominator for outcomes, 100 x (count / denominator - 1) for a change, else the "
    "count",
    "unit": "the value's unit",
    "count": "offences, outcomes or incidents in the 12 months",
    "denominator": "people, households or offences; of a change the count one or five years "
    "before; empty for a count by itself",
    "denominator_from": "which people, households or offences: by the report's own rule the "
    "last mid-year estimate before the 12 months end",
    "place": "the value's place among the 43 forces, 1 = the lowest; equal values share it",
    "low95": "lower 95% limit: a force of this size that differs from England and Wales by chance "
    "and by the usual spread of forces alone lies above it in 97.5% of cases; empty for a count",
    "high95": "upper 95% limit",
    "low998": "lower 99.8% limit",
    "high998": "upper 99.8% limit",
    "break_in_series": "changes in recording, and the pandemic, that touch the measure and fall "
    "within the 12 months (of a change: within either year or between them); empty for none",
}
NOTES = """
Limits allow for over-dispersion (Spiegelhalter 2005, winsorised; `helpers/stats.py`), around the
value of England and Wales. For limits of chance alone: with E = denominator x the rate of England
and Wales, that rate x (1 - z / (2 sqrt(E)))^2 to (1 + z / (2 sqrt(E)))^2, z = 1.96 or 3.09. The
City of London counts in no spread of rates per resident. Years to June of anti-social behaviour
are estimates but for the Metropolitan Police and for what the archive counts by month.
Contains public sector information licensed under the Open Government Licence v3.0.
"""


def _years(of: measures.Measure, counted: pd.DataFrame) -> pd.DatetimeIndex:
    """The years ending for which a measure has both its count and what that is divided by."""
    years = counted.index
    if of.years:
        return years[(years - pd.DateOffset(years=of.years)).isin(years)]
    if of.denominator == "offences":
        return years[years.isin(counts.offences().index)]
    if of.denominator == "population":
        first = data.load("population_revised")["mid_year"].min()
        return years[[measures.mid_year_before(year) >= first for year in years]]
    return years


def _values(of: measures.Measure, vintage: str) -> pd.DataFrame:
    """Count, denominator and value of a measure in a release, areas in order within each year."""
    counted = measures.counted(of.name, vintage)[AREAS].round().astype("int64")
    years = _years(of, counted)
    if of.denominator and not of.years:
        rule = {"vintage": vintage, "population_rule": "each year's own"}
        table = measures.rates(of.name, list(years), **rule)
        return table.rename(columns={of.counted: "count", "rate": "value"})
    table = counted.loc[years].rename_axis(columns="area").stack().rename("count").reset_index()
    if not of.years:
        return table.assign(value=table["count"].astype(float), denominator_from="")
    before = years - pd.DateOffset(years=of.years)
    table["denominator"] = counted.loc[before].to_numpy().ravel()
    table["denominator_from"] = np.repeat(before.strftime("the 12 months to %Y-%m-%d"), len(AREAS))
    return table.assign(value=measures.percentage_change(table["count"], table["denominator"]))


def _and_none(forces: np.ndarray) -> np.ndarray:
    """A row a year as one column, with nothing for England and Wales after the forces."""
    return np.column_stack([forces, np.full(len(forces), np.nan)]).ravel()


def _limits(of: measures.Measure, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The limits of every force in every year, those of England and Wales empty."""
    count, divided = (
        table[column].to_numpy(float).reshape(-1, len(AREAS)) for column in ("count", "denominator")
    )
    common = count[:, [-1]] / divided[:, [-1]]
    if of.years:
        deviation, error = stats.log_scale(divided[:, FORCES], count[:, FORCES])
        _, tau = stats.winsorised(deviation, error)
        found = stats.change_limits(common, error, tau[:, None])
    else:
        expected = common * divided[:, FORCES]
        per_resident = of.denominator != "offences"
        among = ~np.isin(areas.FORCES, ranks.APART if per_resident else ())
        deviation, error = stats.root_scale(count[:, FORCES], expected)
        _, tau = stats.winsorised(deviation[:, among], error[:, among])
        national = table["value"].to_numpy().reshape(-1, len(AREAS))[:, [-1]]
        found = {
            name: national * share for name, share in stats.limits(expected, tau[:, None]).items()
        }
    return {name: _and_none(ends) for name, ends in found.items()}


def breaks(of: measures.Measure, year: pd.Timestamp) -> str:
    """The breaks that touch a measure in a year, or in the years that it compares; '' for none."""
    start = year - pd.DateOffset(years=1 + of.years)  # the day before the first
    return "; ".join(
        each.name
        for each in kinds.BREAKS
        if each.moved(of) and each.start <= year and each.end > start + pd.DateOffset(days=1)
    )


def _block(of: measures.Measure, vintage: str) -> pd.DataFrame:
    """The rows of a measure in a release."""
    table = _values(of, vintage)
    value = table["value"].to_numpy().reshape(-1, len(AREAS))
    place = rankdata(value[:, FORCES], method="min", axis=1)
    if of.denominator:
        table = table.assign(**_limits(of, table))
    touched = {year: breaks(of, year) for year in table["year_ending"].unique()}
    return table.assign(
        measure=of.name,
        release=vintage,
        unit=of.unit,
        place=_and_none(place),
        break_in_series=table["year_ending"].map(touched),
    )


@functools.cache
def _panel() -> pd.DataFrame:
    blocks = [_block(of, vintage) for of in measures.MEASURES.values() for vintage in of.vintages]
    table = pd.concat(blocks, ignore_index=True).reindex(columns=list(COLUMNS))
    whole = dict.fromkeys(["count", "denominator", "place"], "Int64")
    return table.astype(whole | {"value": float, "break_in_series": str})


@functools.cache
def _by_measure() -> dict[str, pd.DataFrame]:
    return dict(list(_panel().groupby("measure", sort=False)))


def panel() -> pd.DataFrame:
    """Every measure of every area in every year ending and release: columns as in `COLUMNS`."""
    return _panel().copy()


def panel_of(measure: str) -> pd.DataFrame:
    """The panel's rows of one measure."""
    return _by_measure()[measure].copy()


def dictionary() -> str:
    """What the columns, the measures and the releases of the panel are, as Markdown."""
    found = _panel().groupby(["measure", "release"], sort=False)["year_ending"].agg(["min", "max"])
    lines = ["# The panel, column by column", "", "| column | meaning |", "|---|---|"]
    lines += [f"| {column} | {meaning} |" for column, meaning in COLUMNS.items()]
    lines += NOTES.splitlines()
    lines += ["", "| measure | what | unit | release | first year ending | last |"]
    lines += ["|---|---|---|---|---|---|"]
    for (name, vintage), (first, last) in found.iterrows():
        of, release = measures.find(name), measures.release_name(vintage)
        what = of.label + (f"; from April 2017 {of.label_after}" if of.label_after else "")
        lines.append(
            f"| {name} | {what} | {of.unit} | {vintage}: {release} | {first:%Y-%m-%d} "
            f"| {last:%Y-%m-%d} |"
        )
    return "\n".join(lines) + "\n"


@functools.cache
def files() -> dict[str, bytes]:
    """The panel as files, name -> content: Parquet, CSV, and what their columns are.

    The same data gives the same bytes.
    """
    import duckdb  # here, because only whoever writes files needs it

    dated = "* REPLACE (year_ending::DATE AS year_ending)"
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as database:
        path = Path(folder) / "panel.parquet"
        database.register("panel", _panel())
        asked = f"COPY (SELECT {dated} FROM panel) TO ? (FORMAT parquet, COMPRESSION zstd)"
        database.execute(asked, [str(path)])
        parquet = path.read_bytes()
    text = _panel().to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return {
        "panel.parquet": parquet,
        "panel.csv.gz": gzip.compress(text.encode(), compresslevel=6, mtime=0),
        "panel.md": dictionary().encode(),
    }


def save(folder: str | Path) -> None:
    """Write the panel's `files` into a folder."""
    for name, content in files().items():
        (Path(folder) / name).write_bytes(content)

"""The register of sources: each table's file, publisher, licence and checksum."""

from __future__ import annotations

import calendar
import functools
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from helpers import report

ROOT = report.DATA
OFFICIAL = (
    "forces", "districts", "recorded_crime_2018", "recorded_crime_2023", "population_original",
    "population_revised", "households_2011", "outcomes_2015", "outcomes_2023",
    "incidents_calendar_year", "incidents_month_2014", "incidents_metropolitan",
    "incidents_street", "judgments_2015", "force_facts",
)  # fmt: skip
PUBLISHED = {"claims": "claims", "judgments_printed": "judgments"} | {
    figure: figure for figure in ("figure_3", "figure_5", "figure_6", "figure_7")
}
FILES = {name: f"official/{name}.csv" for name in OFFICIAL} | {
    name: f"{report.PLACE}/{stem}.csv" for name, stem in PUBLISHED.items()
}
REPORT = f"{report.PLACE}/{report.NAME}"  # registered like the tables, though it is none
REGISTER_COLUMNS = [
    "file", "publisher", "title", "release", "as_at", "licence", "attribution", "address",
    "obtained", "sha256", "rows", "caveats", "quality", "quality_reason", "suitability",
    "suitability_reason",
]  # fmt: skip
SLOT = "slot"  # stands for the checksum and the rows of a table that readers fill in
NO_ROWS = "-"  # stands for the rows of a file that is no table
NOT_STATED = "not stated"
SHORT = {  # publishers, as a source line calls them
    "Office for National Statistics": "ONS",
    "Her Majesty's Inspectorate of Constabulary": "HMIC",
}
FILLED_IN = "values filled in by a reader"
RATINGS = ("red", "amber", "green")
MEND = "restore it with `git checkout -- data` or rebuild it with `python -m helpers.ingest`"


class DataError(ValueError):
    """A data file is not what it should be. One line a fault: file, place, what, how to mend."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_bytes(root: Path, file: str) -> bytes:
    try:
        return (root / file).read_bytes()
    except OSError as error:
        raise DataError(f"data/{file}: cannot be read ({error.strerror}); {MEND}") from None


def text_table(file: str, content: bytes) -> pd.DataFrame:
    """A CSV file as text, every cell as it stands."""
    try:
        return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, UnicodeError) as error:  # pandas' own parser errors are ValueErrors
        raise DataError(
            f"data/{file}: is no UTF-8 CSV table ({str(error).strip()}); {MEND}"
        ) from None


@functools.lru_cache(maxsize=4)
def _register(content: bytes) -> pd.DataFrame:
    table = text_table("sources.csv", content)
    if list(table.columns) != REGISTER_COLUMNS:
        raise DataError(
            f"data/sources.csv: expected the columns {', '.join(REGISTER_COLUMNS)}; "
            f"found {', '.join(table.columns)}"
        )
    for row, entry in enumerate(table.itertuples(index=False), 2):
        where = f"data/sources.csv: row {row} ({entry.file})"
        if empty := [column for column in REGISTER_COLUMNS if not getattr(entry, column).strip()]:
            raise DataError(f"{where}: fill in {', '.join(empty)}")
        if {entry.quality, entry.suitability} - set(RATINGS):
            raise DataError(f"{where}: quality and suitability are red, amber or green")
    if (again := table["file"].duplicated()).any():
        raise DataError(f"data/sources.csv: {table['file'][again].iloc[0]} stands there twice")
    return table.set_index("file")


def register(root: Path = ROOT) -> pd.DataFrame:
    """The register of sources, one row a file (its index), all columns as text.

    DataError when it is not well filled in.
    """
    return _register(read_bytes(root, "sources.csv")).copy()


def checksum_fault(file: str, content: bytes, entries: pd.DataFrame) -> Iterator[str]:
    if file not in entries.index:
        need = "add one with publisher, release and licence"
        if file.startswith(report.HOME):
            need = f"`python -m helpers.ingest published data/{Path(file).parent}` adds it"
        yield f"data/{file}: has no row in data/sources.csv; {need}"
    elif entries["sha256"][file] not in (SLOT, sha256(content)):
        yield (
            f"data/{file}: was changed: its SHA-256 begins {sha256(content)[:12]}, "
            f"data/sources.csv says {entries['sha256'][file][:12]}; {MEND}"
        )


def sources(*table_names: str, root: Path = ROOT) -> pd.DataFrame:
    """Where tables come from, as a reader needs it, one row a file of data/ (its index).

    A slot without a file of its own comes from the claims.
    """
    entries, claims = register(root), FILES["claims"]
    files = [FILES[name] for name in table_names]
    files = [file if file in entries.index else claims for file in files]
    columns = ["publisher", "title", "release", "as_at", "licence", "address", "caveats"]
    return entries.loc[list(dict.fromkeys(files)), columns]


def source_of(
    *table_names: str, also: str = "", releases: Mapping[str, Iterable[str]] | None = None
) -> str:
    """The source line of a chart: the report, who published the tables, their releases and files.

    What stands in data/published/ is the report's; `also` names what else is shown (FILLED_IN).
    `releases`: by table, those of the rows used, where a table holds several. Titles are cut at the
    first comma; of a publisher with more than two the releases alone are named.
    """
    found, releases = sources(*table_names), releases or {}
    found["title"] = found["title"].str.split(",| – ").str[0]
    for name in releases:
        found.loc[FILES[name], "release"] = " and ".join(releases[name])
    own = found.index.str.startswith("published/")
    said = [report.SOURCE] * bool(own.any()) + [also] * bool(also)
    for publisher, rows in found[~own].groupby("publisher", sort=False):
        titles = rows.groupby("title", sort=False)["release"].agg(" and ".join)
        each = [f"{title} – {release}" for title, release in titles.items()]
        each = each if len(each) < 3 else [f"{len(each)} tables – {'; '.join(titles)}"]
        said.append(f"{SHORT.get(publisher, publisher)}, {'; '.join(each)}")
    names = found.index.str.partition("/").to_frame(index=False)
    files = names.groupby(0, sort=False)[2].agg(", ".join)
    where = "; ".join(f"data/{folder}/{each}" for folder, each in files.items())
    return f"Source: {'; '.join(said)}. File{'s' * (len(found) > 1)}: {where}"


def release(table_name: str, root: Path = ROOT) -> str:
    """The release that a table was read from, as it stands in a sentence after 'the'.

    'release of 19 October 2023', 'release to December 2018', 'mid-2015 release': the register's
    `release`, or its `as_at` where no release was stated.
    """
    entry = register(root).loc[FILES[table_name]]
    name = entry["release"]
    if name == NOT_STATED and entry["as_at"] != NOT_STATED:
        name = f"{pd.Timestamp(entry['as_at']):%-d %B %Y}"
    if name == NOT_STATED:
        return "release of a day not stated"
    day = rf"(\d{{1,2}} )?({'|'.join(calendar.month_name[1:])}) \d{{4}}"
    if re.fullmatch(rf"{day}( and {day})*", name):  # of several, where rows of each are there
        return f"release of {name}"
    if name.startswith("data to "):
        return f"release {name.removeprefix('data ')}"
    head = name.partition(" (")[0]
    return head if "release" in head else name

"""Notebook 00: the judgments of all forces, and the report's page of numbers."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from helpers import areas, claims, conventions, data, exhibits, measures, report
from helpers.data.schemas import JUDGMENTS
from helpers.measures import counts
from helpers.printed import Printed
from helpers.prose import agree, day, fixed, listing, number_of
from helpers.themes import other_year

EW = areas.ENGLAND_AND_WALES
PANELS = {  # measure -> the panel of Force in numbers
    "recorded_crime_rate": "Crime",
    "anti_social_behaviour_rate": "Anti-social behaviour",
    "domestic_abuse_share": "Domestic abuse",
    "charged_rate": "Charge rate",
    "calls_for_assistance_rate": "Calls for assistance",
    "organised_crime_groups_rate": "Organised crime groups",
    "victim_satisfaction": "Victim satisfaction",
}
UNITS = {  # where the claims' own is too short
    "domestic_abuse_share": "per cent of recorded crime",
    "victim_satisfaction": "per cent of victims asked",
}
DATA = [name for name in PANELS if name in measures.MEASURES]  # there is data on every force
CLAIMS = report.tested(__name__)
JUDGED = ("judgments_2015", "forces", "claims", "judgments_printed")  # tables of the judgments
NEAR = "within the estimate's error"


def year_shown(force: str, end: pd.Timestamp) -> pd.Timestamp:
    """The year asked for: the crime panel reaches every one; `about` says which others do not."""
    return end


def printed_numbers() -> pd.DataFrame:
    """The ledger's rows on Force in numbers."""
    return claims.ledger().query("section == 'force_in_numbers'")


@functools.cache
def years_of(name: str, end: pd.Timestamp) -> list[pd.Timestamp]:
    """The years a panel shows, latest first: as many as are printed, up to `end`.

    Where no data reaches them all, those printed.
    """
    rows = printed_numbers().query("measure == @name")
    printed = sorted(pd.to_datetime(rows["period"].unique()), reverse=True)
    chosen = [end - pd.DateOffset(years=n) for n in range(len(printed))]
    reached = name in DATA and all(measures.covers(name, year) for year in chosen)
    return chosen if reached else printed


def _titles(names: list[str]) -> str:
    return listing(PANELS[name].lower() for name in names)


def about(force: str, end: pd.Timestamp) -> str:
    """What the page gives for another force or year; '' for the report's own."""
    parts = []
    if end != report.YEAR_ENDING:
        reached = [name for name in DATA if end in years_of(name, end)]
        behind = [name for name in DATA if name not in reached]
        parts.append(f"**This page shows {_titles(reached)} for the year to {day(end)}.**")
        if behind:
            kept = listing(map(day, sorted({years_of(name, end)[0] for name in behind})))
            parts.append(
                f"Data on {_titles(behind)} does not reach it: the year to {kept} is shown."
            )
        parts.append(f"The judgments are those of *{edition()}*.")
    parts.append(other_year(force, end, end))
    if not report.is_about(force):
        parts.append(
            f"There are no public figures here on {_titles([n for n in PANELS if n not in DATA])} "
            f"for {areas.place(force)}: forces returned them to the inspectorate or the Home "
            "Office. These, and the four judgments behind the overall one, are left out."
        )
    return " ".join(part for part in parts if part)


def edition() -> str:
    """The title under which the judgments were published."""
    return data.sources("judgments_2015")["title"].iloc[0].split(",")[0]


def judgments() -> pd.DataFrame:
    """The map of the forces: area, code, x, y, region, kind (the overall judgment)."""
    names = {"force": "area", "abbreviation": "code", "tile_column": "x", "tile_row": "y"}
    found = data.load("forces").merge(data.load("judgments_2015"), on="force")
    columns = [*names.values(), "region", "kind"]
    return found.rename(columns=names | {"judgment": "kind"})[columns]


@dataclass(frozen=True)
class Judgment:
    """A force's overall judgment, and how many were judged so.

    alike: '23 other forces'; others: 'one force was judged better, 18 worse'.
    """

    judgment: str
    alike: str
    others: str


def judgment(force: str) -> Judgment:
    """The force's overall judgment beside those of all forces."""
    kinds = judgments().set_index("area")["kind"]
    place = kinds.map(JUDGMENTS.index)  # the best is the first
    gap = place.drop(force) - place[force]
    alike, better, worse = (int(n.sum()) for n in (gap == 0, gap < 0, gap > 0))
    said = f"{number_of(better, 'force')} {agree(better, 'was', 'were')} judged better"
    others = f"{said}, {worse or 'none'} worse"
    return Judgment(kinds[force], number_of(alike, "other force"), others)


def questions() -> pd.DataFrame:
    """The report's five judgments: question, printed, public (on HMIC's page, or '')."""
    table = data.load("judgments_printed").rename(columns={"judgment": "printed"})
    overall = {"overview": judgment(report.FORCE).judgment}
    table["public"] = table["section"].map(overall).fillna("")
    return table[["question", "printed", "public"]]


def questions_in_words() -> str:
    """The report's overall judgment, and on which questions it gives a better one."""
    table = questions().set_index(questions()["question"].str.lstrip("0123456789 ").str.lower())
    overall, *others = table["printed"].map(JUDGMENTS.index).items()
    better = [name for name, place in others if place < overall[1]]
    return f"{JUDGMENTS[overall[1]]} overall" + (f", better at {listing(better)}" if better else "")


def panels(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """The numbers of the panels, a row a panel, year and area.

    Of another force than the report's only those with data on every force.

    Columns: panel, measure, unit, when, date, area, printed (text, '' where nothing is, or where
    the panel shows other years), printed_value, recomputed (data, or the force's own figures).
    """
    chosen = PANELS if report.is_about(force) else DATA
    return pd.concat([_panel(name, force, end) for name in chosen], ignore_index=True)


@functools.cache
def _panel(name: str, force: str, end: pd.Timestamp) -> pd.DataFrame:
    years, keys = years_of(name, end), ["date", "area"]
    claimed = data.load("claims").set_index("id")[["check", "unit"]]
    ledger = printed_numbers().query("measure == @name").join(claimed, on="id")
    ledger["date"] = pd.to_datetime(ledger["period"])
    rows = pd.MultiIndex.from_product([years, [force, EW]], names=keys).to_frame(index=False)
    rows = rows.merge(ledger[[*keys, "printed", "computed", "check"]], how="left").fillna("")
    if set(years) != set(ledger["date"]):  # another comparison, divided by other people
        rows["printed"] = ""
    if name in DATA:
        rates = measures.rates(name, years).set_index(["year_ending", "area"])["rate"]
        rows["recomputed"] = rates[list(rows[keys].itertuples(index=False))].to_numpy()
    else:
        own = rows["check"].str.startswith("fact:")
        rows["recomputed"] = pd.to_numeric(rows["computed"].where(own))
    rows["printed_value"] = [float(Printed.parse(x).value if x else "nan") for x in rows["printed"]]
    unit = UNITS.get(name, ledger["unit"].iloc[0])
    about = {"panel": PANELS[name], "measure": name, "unit": unit, "when": _when(name, years)}
    values = rows[[*keys, "printed", "printed_value", "recomputed"]]
    return pd.concat([pd.DataFrame(about, rows.index), values], axis=1)


def _when(name: str, years: list[pd.Timestamp]) -> str:
    """'years to 30 June 2015 and 2014', or the one day of a count."""
    if name.startswith("organised_crime"):
        return f"on {day(years[0])}"
    earlier = "".join(f" and {year.year}" for year in years[1:])
    return f"{'years' if earlier else 'year'} to {day(years[0])}{earlier}"


def files(force: str, end: pd.Timestamp) -> list[str]:
    """The tables that the panels are recomputed from."""
    found = {}
    for name in DATA:
        latest, *_ = years = years_of(name, end)
        for year in years:
            found |= dict.fromkeys(measures.files(name, year, comparison_end=latest))
    return [*found, *(["force_facts"] if report.is_about(force) else [])]


def sides(force: str, end: pd.Timestamp) -> dict[str, str]:
    """On which side of England and Wales a force lies, by panel, in each one's latest year.

    By what is recomputed where both are, else by what is printed; to one decimal. Where a force's
    incidents are an estimate, a gap within that estimate's error is none.
    """
    found = {}
    for (panel, name), rows in panels(force, end).groupby(["panel", "measure"], sort=False):
        year = rows["date"].max()
        latest = rows[rows["date"] == year].set_index("area")
        both = latest["recomputed"].notna().all()
        pair = latest["recomputed" if both else "printed_value"]
        guessed = name == "anti_social_behaviour_rate" and not counts.is_counted(year)[force]
        error = counts.half_year_error().count if guessed else 0.0
        found[panel] = _side(pair[force], pair[EW], error)
    return found


def _side(own: float, national: float, error: float) -> str:
    if abs(measures.percentage_change(own, national)) < error:
        return NEAR
    if fixed(own, 1) == fixed(national, 1):
        return "level"
    return "below" if own < national else "above"


def drawn(frame: pd.DataFrame, force: str) -> str:
    """What the panels show: 'recomputed, and for England and Wales as printed in the report'."""
    told = set(frame.loc[frame["printed"] != "", "area"])
    if force in told:
        return "printed in the report and recomputed"
    return f"recomputed, and for {EW} as printed in the report" if told else "recomputed"


def spreads(force: str, end: pd.Timestamp) -> dict[str, exhibits.Spread]:
    """How a force stands in the spread of the 43, by panel with data, in the year it shows."""
    return {PANELS[name]: exhibits.spread(name, force, years_of(name, end)[0]) for name in DATA}


def grouped(where: dict[str, str], tell=listing) -> str:
    """'below on crime and calls; above on charge rate'; `tell=len`: 'below on 2; above on 1'."""
    groups = {}
    for panel, said in where.items():
        groups.setdefault(said, []).append(panel.lower())
    return "; ".join(f"{said} on {tell(names)}" for said, names in groups.items())


def choices(name: str, force: str, end: pd.Timestamp) -> pd.DataFrame:
    """A panel's rate under every choice that there is: way (index), value, against, kind.

    The conventions against England and Wales, the report's rate against other comparators, and of
    outcomes the other divisors. What gives the same numbers again is left out.
    """
    year, columns = years_of(name, end)[0], ["value", "against", "kind"]
    ways = conventions.under_each(name, force, year).rename(columns={"national": "against"})
    others = conventions.comparators(name, force, year).drop(f"{EW}, pooled")
    others = others.rename(columns={"value": "against"}).assign(value=ways["value"].iloc[0])
    found = pd.concat([ways[columns], others[columns]])
    if measures.find(name).counted == "outcomes":
        counted = counts.outcomes(measures.find(name).groups).loc[year]
        for way, (divisor, kind, _) in conventions.outcome_divisors(year, keep=force).items():
            found.loc[way] = [*measures.per_100(counted, divisor)[[force, EW]], kind]
    return found[~found[["value", "against"]].round(6).duplicated()]


def turns(force: str, end: pd.Timestamp) -> pd.DataFrame:
    """Whether a force stays on its side under every choice: the gap's range and the tally."""
    rows = {}
    for name in DATA:
        found = choices(name, force, end)
        gap = measures.percentage_change(found["value"], found["against"])
        same = conventions.support(found["kind"], (gap > 0) == (gap.iloc[0] > 0))
        other = "; ".join(same.fails) or "–"
        rows[PANELS[name]] = [gap.iloc[0], gap.min(), gap.max(), str(same), other]
    columns = ["gap as the report counts, %", "lowest gap, %", "highest gap, %"]
    columns += ["same side, kinds of choice", "other side with"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def turning(found: pd.DataFrame) -> str:
    """On which panels of `turns` the side hangs on the way of counting, in words."""
    names = found.index[found["other side with"] != "–"].str.lower()
    if names.empty:
        return "The sides hold under every way of counting tried"
    return f"On {listing(names)} the side turns with the way of counting"


def limits(found: dict[str, exhibits.Spread]) -> pd.DataFrame:
    """The standings of `spreads` as a table: rate, limits, where it lies, and the spread.

    The index is the panel with the unit of its rates and limits: 'Crime, per 1,000 population'.
    """
    columns = ["rate", EW, "low limit", "high limit", "lies", "times chance"]
    columns += ["by luck, narrower limits", "by luck, wider limits"]
    units = {PANELS[name]: measures.find(name).unit for name in DATA}
    rows = {}
    for panel, s in found.items():
        row = [s.value, s.national, *s.band, s.standing, s.times, s.luck, s.luck_pm]
        rows[f"{panel}, {units[panel]}"] = row
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

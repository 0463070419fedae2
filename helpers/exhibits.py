"""Exhibits that several notebooks show in the same way: a measure under every convention, and funnel plots."""

from __future__ import annotations

import pandas as pd

from helpers import charts, measures, names, sensitivity, words
from helpers.printed import Interval

EW = names.ENGLAND_AND_WALES


def _source(measure: str, year: pd.Timestamp) -> str:
    files = ", ".join(f"{file}.csv" for file in measures.find(measure).files)
    return f"Source: {measures.release(measures.default_vintage(measure, year))}; ONS. Files: data/official/{files}"


def show_conventions(measure: str, force: str, year: pd.Timestamp, printed: Interval | None = None) -> pd.DataFrame:
    """Draw a change under every convention that reaches it, `printed` shaded, and return the rows drawn."""
    rows, label, place = sensitivity.under_each(measure, force, year), measures.find(measure).label, names.place(force)
    low, high = rows["value"].min(), rows["value"].max()
    fig = charts.alternatives(
        rows, (float(printed.low), float(printed.high)) if printed else None, "%",
        title=f"However it is counted, the {label} in {place} lies between {words.signed(low)}% and {words.signed(high)}%",
        subtitle=f"12 months to {words.day(year)}, one dot a convention{'. Shaded: what the printed number could have been rounded from' if printed else ''}",
        source=_source(measure, year))
    charts.show(fig, "Dots, one a convention: " + "; ".join(f"{way} {value:.1f}%" for way, value in rows["value"].items()) + ".",
                exhibit=f"sensitivity_{measure}", table=rows.rename_axis("convention").reset_index())
    return rows


def show_funnels(measure_names: list[str], force: str, year: pd.Timestamp) -> None:
    """Draw a pair of funnel plots a measure with one line under each, and end with what chance alone would put outside."""
    outside = 0
    for name in measure_names:
        frames, table, line = sensitivity.funnels(name, year)
        chosen, adjusted = measures.find(name), frames["adjusted for over-dispersion"]
        outside += int(adjusted["outside"].sum())
        fig = charts.funnel(
            frames, table["rate"][EW], force, chosen.counted,
            title=f"{force} is {'outside' if adjusted['outside'][force] else 'inside'} the adjusted limits for {chosen.label.replace(', rate', '')}",
            subtitle=f"{chosen.unit[0].upper()}{chosen.unit[1:]}, 43 forces, 12 months to {words.day(year)}. Solid: 99.8% limits; dotted: 95%; dashed: {EW}",
            source=_source(name, year))
        charts.show(fig, f"Funnel plots of {chosen.label}: {line}", exhibit=f"funnel_{name}", table=adjusted.reset_index())
        words.say(f"**{chosen.label.capitalize()}**: {line}")
    points = 43 * len(measure_names)
    words.say(f"By chance alone about {0.002 * points:.1f} of the {points} points would fall outside 99.8% limits, were they exactly right;",
              f"{outside} fall outside the adjusted ones. A force outside is worth a question, not a conclusion.")

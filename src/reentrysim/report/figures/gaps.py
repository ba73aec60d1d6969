"""Who gets a place and who gains: dots by group, and the gap between groups before and after."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reentrysim.access import ANY
from reentrysim.analysis.answer import OUTCOME, PEOPLE
from reentrysim.analysis.equity.groups import in_words
from reentrysim.analysis.estimates import Estimates
from reentrysim.report import words
from reentrysim.report.figures.style import (
    BASELINE_COLOR,
    WIDTH,
    Drawn,
    Style,
    caption,
    footer,
    heading,
    look,
    styles_of,
    title_of,
    when,
    zero_inside,
)
from reentrysim.vocabulary import InputError, nearest

DIMENSIONS = ("sex", "age", "race")
PLACES = "served"
_SHOWN = ["dimension", "subgroup", "group", "measure", "people"]
_TOLD = ["value", "before", "change", "gap", "gap_before", "gap_change"]


def gaps(results: Estimates, scenario: str | None = None) -> Drawn:
    """One scenario's places and returns by sex, age and race, beside the baseline's, and their gaps.

    `scenario` defaults to the one that the answer names: whose difference is clear, else whose is largest.

    Raises:
        InputError: without a second scenario, or for a name that was not run.
    """
    name = _asked(results, scenario)
    table = gap_table(results, name)
    if set(table["measure"]) != {PLACES, OUTCOME}:
        raise InputError("these results do not tell who gets a place", hint="Run the comparison again")
    title = f"Who gets a place and who gains under {name}"
    places, returns = (_in_words(table[table["measure"] == measure]) for measure in (PLACES, OUTCOME))
    alt = (
        f"{title}, of {PEOPLE:,} in each group, {results.facts.baseline} first. Served by a program: {places}. "
        f"{title_of(OUTCOME)} {when(OUTCOME, results.headline_month)}: {returns}."
    )
    return Drawn("equity", title, _figure(results, name, table), alt, _caption(results, name), table)


def _asked(results: Estimates, scenario: str | None) -> str:
    facts = results.facts
    others = facts.others
    if not others:
        raise InputError("one scenario changes nothing for any group", hint="Compare it with another")
    if scenario is not None and scenario not in others:
        raise InputError(f"no scenario {scenario!r} is compared here", hint=nearest(scenario, others))
    name = scenario or results.featured
    if name in facts.elsewhere:
        what = f"months since release are another clock under {name} than under {facts.baseline}"
        raise InputError(what, hint="Its gaps are not of the same people at the same time")
    return name


def gap_table(results: Estimates, scenario: str) -> pd.DataFrame:
    """One row a measure and group: shares under the scenario and before, their change and their gaps, with ends."""
    table = results.equity()
    program = table["program"].isin([ANY, ""])
    mine = table[(table["scenario"] == scenario) & table["dimension"].isin(DIMENSIONS) & program]
    mine = mine[mine["measure"].isin([PLACES, OUTCOME])]
    named = mine.assign(group=[in_words(name) for name in mine["subgroup"]])
    ends = [f"{what}{end}" for what in _TOLD for end in ("", "_low", "_high", "_mcse") if f"{what}{end}" in named]
    reference = named["subgroup"] == named["reference"]
    return named.assign(is_reference=reference)[[*_SHOWN, "is_reference", *ends]].reset_index(drop=True)


def _in_words(rows: pd.DataFrame) -> str:
    pairs = ((row["group"], words.before_and_now(row)) for row in rows.to_dict("records"))
    return ", ".join(f"{group} {before:,} and {now:,}" for group, (before, now) in pairs)


def _caption(results: Estimates, scenario: str) -> str:
    what = (
        f"Hollow: {results.facts.baseline}; filled: {scenario}, the same people. A gap is a group's share less that of "
        "its reference group, which has a star"
    )
    lines = "Lines: 95% intervals of the change, and of the gap"
    return caption(results, what, lines, "groups of few people have none")


def _figure(results: Estimates, scenario: str, table: pd.DataFrame) -> Figure:
    style, rows = styles_of(results)[scenario], table[table["measure"] == PLACES]["group"].tolist()
    within = when(OUTCOME, results.headline_month)
    with look():
        figure = Figure(figsize=(WIDTH, 2.6 + 0.5 * len(rows)), layout="constrained")
        axes = figure.subplots(2, 2, sharey=True).ravel()
        served, returned = (table[table["measure"] == measure] for measure in (PLACES, OUTCOME))
        _pairs(axes[0], served, ("before", "value"), style)
        _gap_pairs(axes[1], served, style)
        _changes(axes[2], returned, style)
        _gap_pairs(axes[3], returned, style)
        axes[0].set_xlim(0, 1.06 * float(axes[0].dataLim.x1) or 1.0)
        for panel in axes[1:]:
            zero_inside([panel])
        titles = (
            "Served by a program",
            "Gap in being served",
            f"Change in returns {within}",
            f"Gap in returns {within}",
        )
        for panel, title in zip(axes, titles, strict=True):
            panel.set_title(title, loc="left")
            panel.set_xlabel(f"per {PEOPLE:,} in the group", fontsize="small")
        stars = [f"{row['group']}{' *' if row['is_reference'] else ''}" for _, row in returned.iterrows()]
        axes[0].set_yticks(range(len(rows)), stars)
        for first in (axes[0], axes[2]):
            first.tick_params(axis="y", labelsize="small")
        axes[0].set_ylim(len(rows) - 0.4, -0.6)
        heading(figure, f"Who gets a place and who gains under {scenario}, compared with {results.facts.baseline}")
        footer(figure, _caption(results, scenario))
    return figure


def _pairs(panel: Axes, rows: pd.DataFrame, what: tuple[str, str], style: Style) -> None:
    """Before hollow, after filled, a line between them."""
    for place, (_, row) in enumerate(rows.iterrows()):
        before, after = (PEOPLE * float(row[name]) for name in what)
        panel.plot([before, after], [place, place], "-", color="0.75", linewidth=2.5, zorder=2)
        panel.plot([before], [place], "o", color=BASELINE_COLOR, markerfacecolor="white", markersize=6, zorder=3)
        panel.plot([after], [place], style.marker, color=style.color, markersize=6, zorder=4)


def _gap_pairs(panel: Axes, rows: pd.DataFrame, style: Style) -> None:
    """Gaps before and after, with the interval of the gap after; nothing for the group that others are set against."""
    for place, (_, row) in enumerate(rows.iterrows()):
        if row["is_reference"]:
            continue
        ends = [PEOPLE * float(row[f"gap{end}"]) for end in ("_low", "_high")]
        panel.plot(ends, [place, place], "-", color=style.color, linewidth=1.2, zorder=2)
        before, after = (PEOPLE * float(row[name]) for name in ("gap_before", "gap"))
        panel.plot([before], [place], "o", color=BASELINE_COLOR, markerfacecolor="white", markersize=6, zorder=3)
        panel.plot([after], [place], style.marker, color=style.color, markersize=6, zorder=4)


def _changes(panel: Axes, rows: pd.DataFrame, style: Style) -> None:
    for place, (_, row) in enumerate(rows.iterrows()):
        ends = [PEOPLE * float(row[f"change{end}"]) for end in ("_low", "_high")]
        panel.plot(ends, [place, place], "-", color=style.color, linewidth=1.6)
        panel.plot([PEOPLE * float(row["change"])], [place], style.marker, color=style.color, markersize=6)

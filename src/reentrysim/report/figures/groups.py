"""The forest by group: what each scenario changes for women, for the young, for Black participants, …"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reentrysim.analysis.answer import PEOPLE, Counts
from reentrysim.analysis.equity.groups import in_words
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import Cell
from reentrysim.report import words
from reentrysim.report.figures.style import (
    WIDTH,
    Drawn,
    Style,
    caption,
    check_share,
    folded,
    footer,
    heading,
    in_brackets,
    look,
    styles_of,
    title_of,
    when,
    whom,
    without,
    zero_inside,
)
from reentrysim.vocabulary import LESS_IS_BETTER, InputError

EVERYBODY = "everybody"
DIMENSIONS = ("sex", "age", "race", "risk")
_ACROSS, _MANY = 3, 9
"""Panels side by side: so many, or of many scenarios five, in smaller letters on paper."""


def groups_forest(results: Estimates, outcome: str = "", dimensions: Sequence[str] = DIMENSIONS) -> Drawn:
    """Differences from the baseline for everybody and for each group, a panel a scenario, with 95% intervals.

    `outcome` is that of the answer, unless asked. Scenarios of which it is another clock are left out.

    Raises:
        InputError: without a second scenario or without groups, or for an outcome that is no share of people.
    """
    outcome = outcome or results.facts.outcome
    table = group_table(results, outcome, dimensions)
    month = results.headline_month
    figure = _figure(results, outcome, table)
    told = ". ".join(f"{name}: {_in_words(rows)}" for name, rows in table.groupby("scenario", sort=False))
    title = f"{title_of(outcome)} {when(outcome, month)}, by group"
    against = f"differences from {results.facts.baseline} per {PEOPLE:,} people{in_brackets(results)}"
    return Drawn("groups", title, figure, f"{title}: {against}. {told}.", _caption(results), table)


def group_table(results: Estimates, outcome: str, dimensions: Sequence[str]) -> pd.DataFrame:
    """One row a scenario and group: shares, as in `Estimates.difference`; groups of few people have no interval."""
    facts = results.facts
    check_share(outcome)
    names = list(facts.alike)
    asked = [group for group in facts.subgroups if group == "all" or group.partition("=")[0] in dimensions]
    if not names:
        raise InputError("one scenario changes nothing for any group", hint="Compare it with another")
    if len(asked) < 2:
        raise InputError("these results have no groups", hint="Run the comparison again")
    frames = []
    for group in asked:
        found = results.difference(outcome, results.headline_month, group).loc[names]
        frames.append(found.reset_index().assign(subgroup=group, group=_named(group)))
    shown = ["scenario", "subgroup", "group", "difference", "difference_low", "difference_high", "difference_mcse"]
    table = pd.concat(frames, ignore_index=True)[[*shown, "people"]]
    return table.iloc[np.argsort([names.index(name) for name in table["scenario"]], kind="stable")].reset_index(
        drop=True
    )


def _named(group: str) -> str:
    return EVERYBODY if group == "all" else in_words(group)


def _cell(row: pd.Series) -> Cell:
    mean, low, high, mcse = (float(row[f"difference{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Cell(mean, low, high, mcse, math.nan, 0)


def _in_words(rows: pd.DataFrame) -> str:
    """Everybody, and the groups whose interval leaves out 0."""
    counts = {str(row["group"]): Counts(_cell(row)) for _, row in rows.iterrows()}
    told = [f"{name} {words.difference(of)}" for name, of in counts.items() if name == EVERYBODY or of.clear]
    return ", ".join([*told, *([] if len(told) > 1 else ["clear for no group"])])


def _caption(results: Estimates) -> str:
    what = f"Dots: expected difference{without(results, results.facts.alike)}"
    more = "groups of few people have none, and of so many some miss by chance: look for patterns, not for one line"
    return caption(results, what, "Lines: 95% intervals", more)


def _figure(results: Estimates, outcome: str, table: pd.DataFrame) -> Figure:
    styles, parts = styles_of(results), list(table.groupby("scenario", sort=False))
    across = min(len(parts), _ACROSS if len(parts) <= _MANY else 5)
    down, rows = math.ceil(len(parts) / across), len(parts[0][1])
    with look():
        figure = Figure(
            figsize=(max(2.2 + 2.1 * across, WIDTH), 1.5 + down * (0.8 + 0.19 * rows)), layout="constrained"
        )
        axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for panel, (name, part) in zip(axes.ravel(), parts, strict=False):
            _draw(panel, part, styles[str(name)])
            panel.set_title(folded(str(name), 22), loc="left", fontsize="small")
        zero_inside(axes.ravel()[: len(parts)])
        for panel in axes.ravel()[len(parts) :]:
            panel.set_visible(False)
        for panel in axes.ravel()[max(len(parts) - across, 0) : len(parts)]:
            panel.tick_params(labelbottom=True)
        axes[0, 0].set_yticks(range(rows), parts[0][1]["group"].tolist())
        for first in axes[:, 0]:
            first.tick_params(axis="y", labelsize="small")
        axes[0, 0].set_ylim(rows - 0.4, -0.6)
        better = "fewer is better: left of 0" if LESS_IS_BETTER[outcome] else "more is better: right of 0"
        title = f"{title_of(outcome)} {when(outcome, results.headline_month)}, by group"
        people = f"people per {PEOPLE:,} {whom(outcome)}, compared with {results.facts.baseline}"
        heading(figure, f"{title}: {people} ({better})")
        footer(figure, _caption(results))
    return figure


def _draw(panel: Axes, part: pd.DataFrame, style: Style) -> None:
    for row, (_, line) in enumerate(part.iterrows()):
        ends = [PEOPLE * float(line[f"difference{end}"]) for end in ("_low", "_high")]
        panel.plot(ends, [row, row], "-", color=style.color, linewidth=1.6)
        panel.plot([PEOPLE * float(line["difference"])], [row], style.marker, color=style.color, markersize=5)

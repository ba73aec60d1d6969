"""Lines, places and caseloads of each program over the months of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from reentrysim.analysis.answer import program_words, rounded, supported_unit
from reentrysim.analysis.estimates import Estimates, Facts
from reentrysim.queues import IN_LINE, PLACED, WORKERS
from reentrysim.report.figures.style import (
    QUIET,
    WIDTH,
    Drawn,
    Styles,
    caption,
    footer,
    heading,
    label_ends,
    look,
    short,
    styles_of,
)
from reentrysim.vocabulary import MONTHS_PER_YEAR, InputError

_TITLES = {IN_LINE: "people in line", PLACED: "people with a place", WORKERS: "workers"}
PHASES = {"lead": "before", "warm_up": "warm-up", "window": "window", "tail": "tail"}
"""What is drawn; in the months after nobody is released any more."""
_SHADE = {"window": "0.93"}
_NAME = 22
_FEW = 2
"""Lines of which each has its band."""
_ERRORS = 4.0
"""Standard errors in a 95% interval, about."""
_ON_A_PAGE = 12
"""Panels from which on three are side by side."""
_KEYS = ["program", "what", "scenario", "phase"]


def queues(results: Estimates) -> Drawn:
    """People in line, people with a place and workers by month of the run, a row of panels a program.

    Raises:
        InputError: for results without programs, or a folder that keeps no such table.
    """
    drawn = queue_lines(results)
    if drawn.empty:
        raise InputError("these results keep no lines and caseloads over time", hint="Run the comparison again")
    table = queue_table(drawn)
    found = means_in_words(drawn, results.facts)
    told = "; ".join(_in_words(program, rows, found) for program, rows in table.groupby("program", sort=False))
    alt = f"Lines and caseloads by month of the run. Means in the window in which the cohort is released: {told}."
    return Drawn("queues", "Who waits, and who is served", _figure(results, drawn), alt, _caption(results), table)


def queue_lines(results: Estimates) -> pd.DataFrame:
    """Rows of `Estimates.queues` that are drawn: those of the scenarios asked for, while people are released."""
    table = results.queues
    return table[table["scenario"].isin(results.facts.names) & table["phase"].isin(list(PHASES))]


def queue_table(drawn: pd.DataFrame) -> pd.DataFrame:
    """One row a program, what and scenario: means over the steps of each phase, in people of the real system."""
    means = drawn.groupby(_KEYS, sort=False)["value"].mean().unstack("phase")
    return means[[phase for phase in PHASES if phase in means]].add_suffix("_mean").reset_index()


def means_in_words(drawn: pd.DataFrame, facts: Facts) -> dict[tuple[str, ...], str]:
    """(program, what, scenario, phase) -> the mean of `queue_table`, rounded to what the runs support."""
    draws = 0 if facts.luck_only else len(set(facts.draws.tolist()))
    wide = drawn.assign(wide=drawn["value_high"] - drawn["value_low"])
    means = wide.groupby(_KEYS, sort=False)[["value", "wide"]].mean().reset_index()
    return {
        tuple(str(row[key]) for key in _KEYS): f"{rounded(row['value'], _unit(row['value'], row['wide'], draws)):,}"
        for row in means.to_dict("records")
    }


def _unit(mean: float, wide: float, draws: int) -> int:
    """What a mean over months is rounded to, by how wide the intervals of its months are.

    An interval over D draws is about sqrt(D + 1) times as wide as that of the Monte Carlo error alone; over luck alone
    it is that. Months of a run go together, so their mean is known no better than they are. Without intervals two
    digits are told.
    """
    if math.isnan(wide):
        return int(10 ** max(len(str(round(mean))) - 2, 0))
    return supported_unit(wide / _ERRORS / math.sqrt(draws + 1))


def panel_title(program: str, what: str) -> str:
    """ "Transitional jobs: people in line"."""
    return f"{program_words(program).capitalize()}: {_TITLES[what]}"


def _in_words(program: object, rows: pd.DataFrame, found: Mapping[tuple[str, ...], str]) -> str:
    parts = []
    for what, mine in rows.groupby("what", sort=False):
        means = ", ".join(f"{name} {found[str(program), str(what), name, 'window']}" for name in mine["scenario"])
        parts.append(f"{_TITLES[str(what)]}: {means}")
    return f"{program_words(str(program))}, {', '.join(parts)}"


def _caption(results: Estimates) -> str:
    what = (
        "People and workers of the real system at the end of each month, means over runs. Warm-up: releases before the "
        "cohort that results are about; window (shaded): its releases; tail: releases after it. Scales differ"
    )
    return caption(
        results, what, f"Bands: 95% intervals of means; of {results.facts.baseline} alone where lines are many"
    )


def _figure(results: Estimates, drawn: pd.DataFrame) -> Figure:
    styles = styles_of(results)
    parts = [
        ((str(program), str(what)), rows) for (program, what), rows in drawn.groupby(["program", "what"], sort=False)
    ]
    across = 2 if len(parts) <= _ON_A_PAGE else 3
    tall = max(1.9, 0.6 + 0.19 * max(len(rows["scenario"].unique()) for _, rows in parts))
    down = math.ceil(len(parts) / across)
    with look():
        figure = Figure(figsize=(WIDTH + 2 * (across > 2), 1.5 + tall * down), layout="constrained")
        axes = figure.subplots(down, across, sharex=True, squeeze=False).ravel()
        for panel, (which, rows) in zip(axes, parts, strict=False):
            _draw(panel, rows, styles, results.facts.baseline)
            panel.set_title(panel_title(*which), loc="left")
            panel.set_xlim(0.5, float(drawn["step"].max()) + 0.5)
        for panel in axes[len(parts) :]:
            panel.set_visible(False)
        for panel in axes[max(len(parts) - across, 0) : len(parts)]:
            panel.set_xlabel("Month of the run")
            panel.tick_params(labelbottom=True)
        for panel in axes[: len(parts)]:
            ends = _ends(panel)
            label_ends(panel, ends, styles, {name: short(name, _NAME) for name in ends}, "x-small")
        heading(figure, "Who waits for each program, who is served, and by how many")
        footer(figure, _caption(results))
    return figure


def _draw(panel: Axes, rows: pd.DataFrame, styles: Styles, baseline: str) -> None:
    for phase, part in rows.groupby("phase", sort=False):
        first, last = part["step"].min() - 0.5, part["step"].max() + 0.5
        if phase in _SHADE:
            panel.axvspan(first, last, color=_SHADE[str(phase)], zorder=0, linewidth=0)
        middle = (first + last) / 2
        panel.text(
            middle, 0.98, PHASES[str(phase)], transform=panel.get_xaxis_transform(), ha="center", va="top",
            fontsize="x-small", color=QUIET,
        )  # fmt: skip
    lines = list(rows.groupby("scenario", sort=False))
    for name, line in lines:
        style, steps = styles[str(name)], line["step"]
        if name == baseline or len(lines) <= _FEW:  # all bands on one another would hide the lines
            panel.fill_between(steps, line["value_low"], line["value_high"], color=style.color, alpha=0.12, linewidth=0)
        panel.plot(steps, line["value"], label=name, **style.line)
    highest = max(float(panel.dataLim.y1), 0.0)
    panel.set_ylim(0, 1.18 * (highest or 1.0))
    panel.xaxis.set_major_locator(MultipleLocator(MONTHS_PER_YEAR))
    panel.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def _ends(panel: Axes) -> dict[str, tuple[float, float]]:
    """Where each scenario's line ends."""
    found = {}
    for line in panel.get_lines():
        points = np.asarray(line.get_xydata())
        found[str(line.get_label())] = (float(points[-1, 0]), float(points[-1, 1]))
    return found

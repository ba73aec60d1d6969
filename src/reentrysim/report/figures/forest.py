"""How scenarios differ from the baseline in the end: differences with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reentrysim.analysis.answer import PEOPLE, Counts
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import Cell
from reentrysim.report import words
from reentrysim.report.figures.curves import told_outcomes
from reentrysim.report.figures.style import (
    Drawn,
    Style,
    beside,
    caption,
    folded,
    footer,
    heading,
    in_brackets,
    look,
    panels,
    styles_of,
    title_of,
    when,
    whom,
    without,
    zero_inside,
)
from reentrysim.vocabulary import LESS_IS_BETTER, InputError


def forest(results: Estimates, outcomes: Sequence[str] = ()) -> Drawn:
    """Differences from the baseline at the headline month, in people per 1,000, with intervals; a panel an outcome.

    Scenarios whose months since release are another clock are left out; where all are, arrests since the sentence are
    the outcome.

    Raises:
        InputError: for an outcome that is no share of people, or when there is nothing to compare with.
    """
    figure, month = differences(results, outcomes), results.headline_month
    names, outcomes = list(results.facts.alike), outcomes or told_outcomes(results)
    told = ". ".join(
        f"{title_of(outcome)} {when(outcome, month)}: "
        + ", ".join(f"{name} {words.difference(Counts(results.paired(name, outcome, month)))}" for name in names)
        for outcome in outcomes
    )
    frames = [
        results.difference(outcome, month).loc[names].assign(outcome=outcome, month=month) for outcome in outcomes
    ]
    shown = ["outcome", "month", "difference", "difference_low", "difference_high", "difference_mcse"]
    return Drawn(
        "differences",
        f"What changes against {results.facts.baseline}",
        figure,
        f"Differences from {results.facts.baseline} per {PEOPLE:,} people{in_brackets(results)}. {told}.",
        _caption(results),
        pd.concat(frames)[shown].reset_index(),
    )


def _caption(results: Estimates) -> str:
    what = "Dots and numbers: expected difference, rounded to what the runs support"
    what += without(results, results.facts.alike)
    return caption(results, what, "Lines and brackets: 95% intervals")


def differences(results: Estimates, outcomes: Sequence[str] = ()) -> Figure:
    """The figure of `forest`.

    Raises:
        InputError: for an outcome that is no share of people, or when there is nothing to compare with.
    """
    facts, styles = results.facts, styles_of(results)
    names, outcomes = facts.alike, outcomes or told_outcomes(results)
    if not names:
        raise InputError("one scenario has no differences", hint="Draw its curves, or compare it with another")
    with look():
        figure, axes = panels(outcomes, 2.4 + 0.45 * len(names))
        for panel, outcome in zip(axes, outcomes, strict=True):
            for row, name in enumerate(names):
                _draw_difference(panel, row, results.paired(name, outcome, results.headline_month), styles[name])
            panel.set_title(f"{title_of(outcome)} {when(outcome, results.headline_month)}", loc="left")
            better = "fewer is better: left of 0" if LESS_IS_BETTER[outcome] else "more is better: right of 0"
            panel.set_xlabel(f"People per {PEOPLE:,} {whom(outcome)}, compared with\n{facts.baseline} ({better})")
        zero_inside(axes)
        axes[0].set_yticks(range(len(names)), [folded(name) for name in names])
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        heading(figure, _finding(results, facts.outcome if facts.outcome in outcomes else outcomes[0]))
        footer(figure, _caption(results))
    return figure


def _draw_difference(panel: Axes, row: float, cell: Cell, style: Style) -> None:
    """A difference with its interval, per 1,000 and as finely as known, and the same in numbers right of the axis."""
    counts = Counts(cell)
    if counts.known:
        ends = [counts.low, counts.high]
        panel.plot(ends, [row, row], "|-", color=style.color, linewidth=2, markersize=12, markeredgewidth=2)
    panel.plot([counts.mean], [row], style.marker, color=style.color, markersize=7)
    beside(panel, row, words.difference(counts))


def _finding(results: Estimates, outcome: str) -> str:
    month, names = results.headline_month, results.facts.alike
    counts = [Counts(results.paired(name, outcome, month)) for name in names]
    if not any(c.known for c in counts):
        return "Differences without intervals: too few runs"
    fewer, more = sum(c.clear and c.mean < 0 for c in counts), sum(c.clear and c.mean > 0 for c in counts)
    scenarios = f"of {len(names)} scenario{'' if len(names) == 1 else 's'}"
    if fewer + more == 0:
        return f"{title_of(outcome)}: clearly different from {results.facts.baseline} in none {scenarios}"
    return f"{title_of(outcome)}: clearly fewer in {fewer} and clearly more in {more} {scenarios}"

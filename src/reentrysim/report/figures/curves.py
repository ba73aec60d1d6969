"""How outcomes build up after release: curves by month, with bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period, rounded
from reentrysim.analysis.estimates import Estimates
from reentrysim.report.figures.style import (
    EVENTS,
    Drawn,
    Panels,
    Styles,
    caption,
    footer,
    label_ends,
    look,
    panels,
    short,
    styles_of,
    title_of,
    when,
    whom,
    without,
)
from reentrysim.vocabulary import MONTHS_PER_YEAR

PANELS = (OUTCOME, "rearrest")
_NAME = 28


def told_outcomes(results: Estimates) -> tuple[str, ...]:
    """PANELS, or the outcome of the answer where months since release are another clock in every scenario."""
    return PANELS if results.facts.outcome in PANELS else (results.facts.outcome,)


def curves(results: Estimates, outcomes: Sequence[str] = ()) -> Drawn:
    """Shares by month since release, a panel for each of `outcomes`, one line per scenario and the baseline's band.

    Scenarios whose months since release are another clock are left out; where all are, months count from the sentence.

    Raises:
        InputError: for an outcome that is no share of people.
    """
    figure, month = recidivism(results, outcomes), results.facts.months
    outcomes, told = outcomes or told_outcomes(results), results.curves
    told = told[told["outcome"].isin(outcomes) & (told["subgroup"] == "all") & told["scenario"].isin(_drawn(results))]
    shown = told[(told["month"] % MONTHS_PER_YEAR == 0) | (told["month"] == month)]
    endings = "; ".join(
        f"{title_of(outcome)}: " + ", ".join(f"{name} {count:,}" for name, count in _counts(results, outcome).items())
        for outcome in outcomes
    )
    return Drawn(
        "recidivism",
        f"How it builds up after {_since(results)}",
        figure,
        f"Curves of shares of people by month since {_since(results)}. Where they end, of {PEOPLE:,} after "
        f"{period(month)}: {endings}.",
        _caption(results),
        pd.DataFrame(shown.drop(columns=["subgroup", "replicates"])).reset_index(drop=True),
    )


def _caption(results: Estimates) -> str:
    what = f"Lines: expected share; at their ends the number of {PEOPLE:,}, rounded to what the runs support"
    what += without(results, _drawn(results))
    return caption(results, what, f"Band: 95% interval of {results.facts.baseline}")


def recidivism(results: Estimates, outcomes: Sequence[str] = ()) -> Figure:
    """The figure of `curves`.

    Raises:
        InputError: for an outcome that is no share of people.
    """
    styles = {name: style for name, style in styles_of(results).items() if name in _drawn(results)}
    outcomes = outcomes or told_outcomes(results)
    with look():
        figure, axes = panels(outcomes, 3.4 * len(outcomes) + 0.8, across=1)
        for panel, outcome in zip(axes, outcomes, strict=True):
            _draw_curves(panel, results, outcome, styles)
            panel.set_title(f"{title_of(outcome)}: {_ending(results, outcome)}", loc="left")
            panel.set_ylabel(f"Share of the people {whom(outcome)}")
        _label_curves(axes, results.facts.months, _since(results))
        for panel, outcome in zip(axes, outcomes, strict=True):
            label_ends(panel, _ends(panel), styles, _names(results, outcome))
        footer(figure, _caption(results))
    return figure


def _draw_curves(panel: Axes, results: Estimates, outcome: str, styles: Styles) -> None:
    curves = results.curves
    rows = curves[(curves["outcome"] == outcome) & (curves["subgroup"] == "all")]
    for name, style in styles.items():
        line = rows[rows["scenario"] == name]
        # Nobody has had an event at the moment of release; how people live then is not counted.
        start = [0.0] if outcome in EVENTS else []
        month, low, value, high = (
            np.concatenate([start, line[column].to_numpy(dtype=np.float64)])
            for column in ("month", "value_low", "value", "value_high")
        )
        if name == results.facts.baseline:  # all bands on one another would hide the lines
            panel.fill_between(month, low, high, color=style.color, alpha=0.15, linewidth=0)
        panel.plot(month, value, label=name, **style.line)


def _drawn(results: Estimates) -> tuple[str, ...]:
    return (results.facts.baseline, *results.facts.alike)


def _since(results: Estimates) -> str:
    return "release" if results.facts.outcome in PANELS else "the sentence"


def _label_curves(axes: Panels, months: int, since: str) -> None:
    axes[-1].set_xlabel(f"Months since {since}")
    for panel in axes:
        panel.set_xlim(0, months)
        panel.set_ylim(bottom=0)
        panel.xaxis.set_major_locator(MultipleLocator(MONTHS_PER_YEAR if months >= 2 * MONTHS_PER_YEAR else 2))
        panel.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))


def _ends(panel: Axes) -> dict[str, tuple[float, float]]:
    """Where each line ends."""
    return {str(line.get_label()): tuple(np.asarray(line.get_xydata())[-1].tolist()) for line in panel.get_lines()}


def _names(results: Estimates, outcome: str) -> dict[str, str]:
    """Scenario -> how many of PEOPLE, and its name."""
    return {name: f"{count:,}  {short(name, _NAME)}" for name, count in _counts(results, outcome).items()}


def _counts(results: Estimates, outcome: str) -> dict[str, int]:
    """Scenario -> how many of PEOPLE in the end, all as coarse as the least known, so that they can be compared."""
    values = {name: results.value(name, outcome, results.facts.months) for name in _drawn(results)}
    unit = max(Counts(value).unit for value in values.values())
    return {name: rounded(PEOPLE * value.mean, unit) for name, value in values.items()}


def _ending(results: Estimates, outcome: str) -> str:
    """What the panel ends with: "372 to 377 of 1,000 within 5 years"."""
    counts = _counts(results, outcome).values()
    size = f"{min(counts):,}" if min(counts) == max(counts) else f"{min(counts):,} to {max(counts):,}"
    return f"{size} of {PEOPLE:,} {when(outcome, results.facts.months)}"

"""The two pictures of a comparison: how outcomes build up after release, and how scenarios differ in the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MultipleLocator, PercentFormatter

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.tables import is_amount
from reentrysim.experiments.store import Writer
from reentrysim.vocabulary import LESS_IS_BETTER, MONTHS_PER_YEAR, OUTCOMES, InputError, nearest

PANELS = (OUTCOME, "rearrest")
_EVENTS = (*("rearrest", "reconviction", "return_to_prison", "return_new_sentence", "return_technical", "deaths"),)
"""Shares of the released to whom something has happened; the others are of those alive, or at liberty, in a month."""
SHARES = tuple(outcome for outcome in OUTCOMES if not is_amount(outcome))
_TITLES = {"return_to_prison": "Back in prison", "rearrest": "Rearrested"}
BASELINE_COLOR = "0.25"
DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)))
DOTS_PER_INCH = 150
Picture = Figure
Styles = dict[str, dict[str, object]]
Panels = np.ndarray[tuple[int], np.dtype[np.object_]]


def figure_files(results: Estimates) -> dict[str, Writer]:
    """File name -> writer; without a second scenario there are no differences to draw."""
    files: dict[str, Writer] = {"figures/recidivism.png": partial(_write, recidivism, results)}
    if len(results.facts.names) > 1:
        files["figures/differences.png"] = partial(_write, differences, results)
    return files


def recidivism(results: Estimates, outcomes: Sequence[str] = PANELS) -> Figure:
    """Shares by month since release, a panel for each of `outcomes`, one line per scenario and the baseline's band.

    Raises:
        InputError: for an outcome that is no share of people.
    """
    styles = _styles(results)
    with _look():
        figure, axes = _panels(outcomes, 5.2)
        for panel, outcome in zip(axes, outcomes, strict=True):
            _draw_curves(panel, results, outcome, styles)
            panel.set_title(f"{_title(outcome)}: {_ending(results, outcome)}", loc="left")
            panel.set_ylabel(f"Share of the people {_whom(outcome)}")
        _label_curves(axes, results.facts.months)
        _legend(figure, axes[0])
        _footer(figure, results, "Lines: expected share", f"Band: 95% interval of {results.facts.baseline}")
    return figure


def differences(results: Estimates, outcomes: Sequence[str] = PANELS) -> Figure:
    """Forest of the differences from the baseline at the headline month, in people per 1,000; a panel an outcome.

    Raises:
        InputError: for an outcome that is no share of people, or when there is nothing to compare with.
    """
    facts, styles = results.facts, _styles(results)
    names = [name for name in facts.names if name != facts.baseline]
    if not names:
        raise InputError("one scenario has no differences", hint="Draw its curves, or compare it with another")
    with _look():
        figure, axes = _panels(outcomes, 2.4 + 0.45 * len(names))
        for panel, outcome in zip(axes, outcomes, strict=True):
            for row, name in enumerate(names):
                _draw_difference(panel, row, results, name, outcome, str(styles[name]["color"]))
            panel.set_title(f"{_title(outcome)} {_when(outcome, results.headline_month)}", loc="left")
            panel.axvline(0, color=BASELINE_COLOR, linewidth=1.2, zorder=1)
            better = "fewer is better: left of 0" if LESS_IS_BETTER[outcome] else "more is better: right of 0"
            panel.set_xlabel(f"People per {PEOPLE:,} {_whom(outcome)}, compared with\n{facts.baseline} ({better})")
            panel.margins(x=0.12)
        axes[0].set_yticks(range(len(names)), names)
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        if OUTCOME in outcomes:
            figure.suptitle(_finding(results, names), fontsize="large", x=0.01, ha="left")
        _footer(figure, results, "Dots: expected difference", "Lines: 95% intervals")
    return figure


def _write(draw: Callable[[Estimates], Figure], results: Estimates, path: Path) -> None:
    figure = draw(results)
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=DOTS_PER_INCH)


def _panels(outcomes: Sequence[str], height: float) -> tuple[Figure, Panels]:
    """A figure with a panel for each outcome, side by side; InputError for an outcome that it can't show."""
    for outcome in outcomes:
        if outcome not in SHARES:
            raise InputError(f"{outcome!r} is no share of people that a picture shows", hint=nearest(outcome, SHARES))
    figure = Figure(figsize=(5 * max(len(outcomes), 2), height), layout=ConstrainedLayoutEngine(wspace=0.06))
    axes = figure.subplots(1, len(outcomes), sharex=True, sharey=True, squeeze=False)
    return figure, axes[0]


def _title(outcome: str) -> str:
    return _TITLES.get(outcome, outcome.replace("_", " ").capitalize().removesuffix(" if free"))


def _whom(outcome: str) -> str:
    """Whom an outcome is a share of."""
    return "released" if outcome in _EVENTS else "at liberty" if outcome.endswith("_if_free") else "alive"


def _when(outcome: str, month: int) -> str:
    return f"{'within' if outcome in _EVENTS else 'after'} {period(month)}"


@contextmanager
def _look() -> Iterator[None]:
    quiet = {"grid.color": "0.9", "axes.edgecolor": "0.6", "axes.titlesize": "medium", "font.family": "DejaVu Sans"}
    with sns.plotting_context("notebook", font_scale=0.85), sns.axes_style("whitegrid", rc=quiet):
        yield


def _styles(results: Estimates) -> Styles:
    """The same color in every picture: gray for the baseline, a palette that color-blind readers can tell apart."""
    facts = results.facts
    colors = sns.color_palette("colorblind").as_hex()
    styles: Styles = {facts.baseline: {"color": BASELINE_COLOR, "linewidth": 2.6, "linestyle": "-"}}
    for index, name in enumerate(name for name in facts.names if name != facts.baseline):
        dashes = DASHES[(index // len(colors) + index + 1) % len(DASHES)]
        styles[name] = {"color": colors[index % len(colors)], "linewidth": 1.6, "linestyle": dashes}
    return styles


def _draw_curves(panel: Axes, results: Estimates, outcome: str, styles: Styles) -> None:
    curves = results.curves
    rows = curves[(curves["outcome"] == outcome) & (curves["subgroup"] == "all")]
    for name, style in styles.items():
        line = rows[rows["scenario"] == name]
        # Nobody has had an event at the moment of release; how people live then is not counted.
        start = [0.0] if outcome in _EVENTS else []
        month, low, value, high = (
            np.concatenate([start, line[column].to_numpy(dtype=np.float64)])
            for column in ("month", "value_low", "value", "value_high")
        )
        if name == results.facts.baseline:  # all bands on one another would hide the lines
            panel.fill_between(month, low, high, color=str(style["color"]), alpha=0.15, linewidth=0)
        panel.plot(month, value, label=name, **style)  # type: ignore[arg-type]


def _label_curves(axes: Panels, months: int) -> None:
    for panel in axes:
        panel.set_xlabel("Months since release")
        panel.set_xlim(0, months)
        panel.set_ylim(bottom=0)
        panel.xaxis.set_major_locator(MultipleLocator(MONTHS_PER_YEAR if months >= 2 * MONTHS_PER_YEAR else 2))
        panel.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))


def _legend(figure: Figure, panel: Axes) -> None:
    handles, labels = panel.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=min(len(labels), 3), frameon=False)


def _ending(results: Estimates, outcome: str) -> str:
    """What the panel ends with: "372 to 377 of 1,000 within 5 years"."""
    month = results.facts.months
    counts = [Counts(results.value(name, outcome, month)).mean for name in results.facts.names]
    size = f"{min(counts):,}" if min(counts) == max(counts) else f"{min(counts):,} to {max(counts):,}"
    return f"{size} of {PEOPLE:,} {_when(outcome, month)}"


def _draw_difference(panel: Axes, row: int, results: Estimates, name: str, outcome: str, color: str) -> None:
    cell = results.paired(name, outcome, results.headline_month)
    low, mean, high = (PEOPLE * number for number in (cell.low, cell.mean, cell.high))
    panel.plot([low, high], [row, row], "|-", color=color, linewidth=2, markersize=12, markeredgewidth=2)
    panel.plot([mean], [row], "o", color=color, markersize=7)


def _finding(results: Estimates, names: list[str]) -> str:
    month = results.headline_month
    counts = [Counts(results.paired(name, OUTCOME, month)) for name in names]
    if not any(c.known for c in counts):
        return "Differences without intervals: too few runs"
    fewer, more = sum(c.clear and c.mean < 0 for c in counts), sum(c.clear and c.mean > 0 for c in counts)
    scenarios = f"of {len(names)} scenario{'' if len(names) == 1 else 's'}"
    if fewer + more == 0:
        return f"Returns to prison differ clearly from {results.facts.baseline} in none {scenarios}"
    return f"Returns to prison are clearly fewer in {fewer} and clearly more in {more} {scenarios}"


def _footer(figure: Figure, results: Estimates, what: str, intervals: str) -> None:
    """What is drawn; of `intervals` only where there are any."""
    facts = results.facts
    held = "luck alone" if facts.luck_only else "evidence, luck removed"
    known = math.isfinite(results.value(facts.baseline, OUTCOME, results.headline_month).low)
    text = (
        f"{what}. {f'{intervals} ({held}). ' if known else ''}"
        f"{facts.replicates} runs of {facts.participants:,} people per scenario. "
        "For comparing policies, never for deciding about a person."
    )
    figure.supxlabel(text, fontsize="x-small", color="0.4", x=0.01, ha="left")

"""The two pictures of a comparison: how outcomes build up after release, and how scenarios differ in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MultipleLocator, PercentFormatter

from reentrysim.analysis.answer import PEOPLE, Counts, period
from reentrysim.analysis.compare import Comparison
from reentrysim.experiments.store import Writer
from reentrysim.vocabulary import MONTHS_PER_YEAR

PANELS = {"return_to_prison": "Back in prison", "rearrest": "Rearrested"}
BASELINE_COLOR = "0.25"
DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)))
DOTS_PER_INCH = 150
Styles = dict[str, dict[str, object]]


def figure_files(comparison: Comparison) -> dict[str, Writer]:
    """File name -> writer; without a second scenario there are no differences to draw."""
    files: dict[str, Writer] = {"figures/recidivism.png": partial(_write, recidivism, comparison)}
    if len(comparison.plan.names) > 1:
        files["figures/differences.png"] = partial(_write, differences, comparison)
    return files


def recidivism(comparison: Comparison) -> Figure:
    """Share back in prison and share rearrested by month since release, one line and band per scenario."""
    styles = _styles(comparison)
    with _look():
        figure = Figure(figsize=(10, 5.2), layout=ConstrainedLayoutEngine(wspace=0.06))
        axes = figure.subplots(1, 2, sharex=True, sharey=True)
        for panel, (outcome, title) in zip(axes, PANELS.items(), strict=True):
            _draw_curves(panel, comparison, outcome, styles)
            panel.set_title(f"{title}: {_ending(comparison, outcome)}", loc="left")
        _label_curves(axes, comparison.plan.months)
        _legend(figure, axes[0])
        _footer(figure, comparison, "Lines: expected share. Bands: 95% intervals")
    return figure


def differences(comparison: Comparison) -> Figure:
    """Forest of the differences from the baseline at the headline month, in people per 1,000 released."""
    plan, styles = comparison.plan, _styles(comparison)
    names = [name for name in plan.names if name != plan.baseline]
    with _look():
        figure = Figure(figsize=(10, 2.4 + 0.45 * len(names)), layout=ConstrainedLayoutEngine(wspace=0.06))
        axes = figure.subplots(1, 2, sharex=True, sharey=True)
        for panel, (outcome, title) in zip(axes, PANELS.items(), strict=True):
            for row, name in enumerate(names):
                _draw_difference(panel, row, comparison, name, outcome, str(styles[name]["color"]))
            panel.set_title(f"{title} within {period(comparison.headline_month)}", loc="left")
            panel.axvline(0, color=BASELINE_COLOR, linewidth=1.2, zorder=1)
            panel.set_xlabel(
                f"People per {PEOPLE:,} released, compared with\n{plan.baseline} (fewer is better: left of 0)"
            )
            panel.margins(x=0.12)
        axes[0].set_yticks(range(len(names)), names)
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        figure.suptitle(_finding(comparison, names), fontsize="large", x=0.01, ha="left")
        _footer(figure, comparison, "Dots: expected difference. Lines: 95% intervals")
    return figure


def _write(draw: Callable[[Comparison], Figure], comparison: Comparison, path: Path) -> None:
    figure = draw(comparison)
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=DOTS_PER_INCH)


@contextmanager
def _look() -> Iterator[None]:
    quiet = {"grid.color": "0.9", "axes.edgecolor": "0.6", "axes.titlesize": "medium", "font.family": "DejaVu Sans"}
    with sns.plotting_context("notebook", font_scale=0.85), sns.axes_style("whitegrid", rc=quiet):
        yield


def _styles(comparison: Comparison) -> Styles:
    """The same color in every picture: gray for the baseline, a palette that color-blind readers can tell apart."""
    plan = comparison.plan
    colors = sns.color_palette("colorblind").as_hex()
    styles: Styles = {plan.baseline: {"color": BASELINE_COLOR, "linewidth": 2.6, "linestyle": "-"}}
    for index, name in enumerate(name for name in plan.names if name != plan.baseline):
        dashes = DASHES[(index // len(colors) + index + 1) % len(DASHES)]
        styles[name] = {"color": colors[index % len(colors)], "linewidth": 1.6, "linestyle": dashes}
    return styles


def _draw_curves(panel: Axes, comparison: Comparison, outcome: str, styles: Styles) -> None:
    curves = comparison.curves
    rows = curves[(curves["outcome"] == outcome) & (curves["subgroup"] == "all")]
    for name, style in styles.items():
        line = rows[rows["scenario"] == name]
        month = np.concatenate([[0], line["month"]])  # nobody has an event at the moment of release
        low, value, high = (_from_zero(line[c]) for c in ("value_low", "value", "value_high"))
        panel.fill_between(month, low, high, color=str(style["color"]), alpha=0.1, linewidth=0)
        panel.plot(month, value, label=name, **style)  # type: ignore[arg-type]


def _from_zero(column: pd.Series[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.concatenate([[0.0], column.to_numpy(dtype=np.float64)])


def _label_curves(axes: np.ndarray[tuple[int], np.dtype[np.object_]], months: int) -> None:
    for panel in axes:
        panel.set_xlabel("Months since release")
        panel.set_xlim(0, months)
        panel.set_ylim(bottom=0)
        panel.xaxis.set_major_locator(MultipleLocator(MONTHS_PER_YEAR if months >= 2 * MONTHS_PER_YEAR else 2))
        panel.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes[0].set_ylabel("Share of the people released")


def _legend(figure: Figure, panel: Axes) -> None:
    handles, labels = panel.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=min(len(labels), 3), frameon=False)


def _ending(comparison: Comparison, outcome: str) -> str:
    """What the panel shows: "372 to 377 of 1,000 within 5 years"."""
    month = comparison.plan.months
    counts = [Counts(comparison.value(name, outcome, month)).mean for name in comparison.plan.names]
    size = f"{min(counts):,}" if min(counts) == max(counts) else f"{min(counts):,} to {max(counts):,}"
    return f"{size} of {PEOPLE:,} within {period(month)}"


def _draw_difference(panel: Axes, row: int, comparison: Comparison, name: str, outcome: str, color: str) -> None:
    cell = comparison.paired(name, outcome, comparison.headline_month)
    low, mean, high = (PEOPLE * number for number in (cell.low, cell.mean, cell.high))
    panel.plot([low, high], [row, row], "|-", color=color, linewidth=2, markersize=12, markeredgewidth=2)
    panel.plot([mean], [row], "o", color=color, markersize=7)


def _finding(comparison: Comparison, names: list[str]) -> str:
    month = comparison.headline_month
    counts = [Counts(comparison.paired(name, "return_to_prison", month)) for name in names]
    if not any(c.known for c in counts):
        return "Differences without intervals: too few runs"
    fewer, more = sum(c.clear and c.mean < 0 for c in counts), sum(c.clear and c.mean > 0 for c in counts)
    scenarios = f"of {len(names)} scenario{'' if len(names) == 1 else 's'}"
    if fewer + more == 0:
        return f"Returns to prison differ clearly from {comparison.plan.baseline} in none {scenarios}"
    return f"Returns to prison are clearly fewer in {fewer} and clearly more in {more} {scenarios}"


def _footer(figure: Figure, comparison: Comparison, what: str) -> None:
    plan = comparison.plan
    held = "luck alone" if plan.luck_only else "evidence, luck removed"
    text = (
        f"{what} ({held}). {plan.replicates} runs of {plan.participants:,} people per scenario. "
        "For comparing policies, never for deciding about a person."
    )
    figure.supxlabel(text, fontsize="x-small", color="0.4", x=0.01, ha="left")

"""One style for all pictures: what a drawn picture is, colors that tell without color too, axes, captions."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from reentrysim.analysis.answer import OUTCOME, period
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.tables import is_amount
from reentrysim.vocabulary import OUTCOMES, InputError, nearest

EVENTS = (*("rearrest", "reconviction", "return_to_prison", "return_new_sentence", "return_technical", "deaths"),)
"""Shares of the released to whom something has happened; the others are of those alive, or at liberty, in a month."""
SHARES = tuple(outcome for outcome in OUTCOMES if not is_amount(outcome))
_TITLES = {"return_to_prison": "Back in prison", "rearrest": "Rearrested"}
BASELINE_COLOR = "0.25"
DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)))
PURPOSE = "For comparing policies, never for deciding about a person."
_CAPTION_WIDTH = 150
Picture = Figure
Styles = dict[str, dict[str, object]]
Panels = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True)
class Drawn:
    """A picture with what says the same without it."""

    file: str
    """Name of its files in `figures/`, without ending."""
    title: str
    """A heading in plain words."""
    figure: Figure
    alt: str
    """What it shows, its main numbers included, in plain words."""
    caption: str
    """What is drawn, the kind of interval, runs and people; the figure has it under its axes too."""
    table: pd.DataFrame
    """The numbers behind it."""


def caption(results: Estimates, what: str = "", intervals: str = "") -> str:
    """What is drawn, by how many runs of how many people; of `intervals` only where there are any."""
    facts = results.facts
    held = "luck alone" if facts.luck_only else "evidence, luck removed"
    known = math.isfinite(results.value(facts.baseline, OUTCOME, results.headline_month).low)
    parts = [f"{what}."] if what else []
    parts += [f"{intervals} ({held})."] if known and intervals else []
    parts.append(f"{facts.replicates} runs of {facts.participants:,} people per scenario.")
    return " ".join([*parts, PURPOSE])


def footer(figure: Figure, text: str) -> None:
    """The caption, under the axes."""
    shown = textwrap.fill(text, _CAPTION_WIDTH)
    figure.supxlabel(shown, fontsize="x-small", color="0.4", x=0.01, ha="left")


@contextmanager
def look() -> Iterator[None]:
    """The settings of every picture; matplotlib's own are left alone."""
    quiet = {"grid.color": "0.9", "axes.edgecolor": "0.6", "axes.titlesize": "medium", "font.family": "DejaVu Sans"}
    with sns.plotting_context("notebook", font_scale=0.85), sns.axes_style("whitegrid", rc=quiet):
        yield


def styles_of(results: Estimates) -> Styles:
    """The same color in every picture: gray for the baseline, a palette that color-blind readers can tell apart."""
    facts = results.facts
    colors = sns.color_palette("colorblind").as_hex()
    styles: Styles = {facts.baseline: {"color": BASELINE_COLOR, "linewidth": 2.6, "linestyle": "-"}}
    for index, name in enumerate(name for name in facts.names if name != facts.baseline):
        dashes = DASHES[(index // len(colors) + index + 1) % len(DASHES)]
        styles[name] = {"color": colors[index % len(colors)], "linewidth": 1.6, "linestyle": dashes}
    return styles


def panels(outcomes: Sequence[str], height: float) -> tuple[Figure, Panels]:
    """A figure with a panel for each outcome, side by side; InputError for an outcome that it can't show."""
    for outcome in outcomes:
        if outcome not in SHARES:
            raise InputError(f"{outcome!r} is no share of people that a picture shows", hint=nearest(outcome, SHARES))
    figure = Figure(figsize=(5 * max(len(outcomes), 2), height), layout=ConstrainedLayoutEngine(wspace=0.06))
    axes = figure.subplots(1, len(outcomes), sharex=True, sharey=True, squeeze=False)
    return figure, axes[0]


def title_of(outcome: str) -> str:
    """An outcome in plain words, as a heading."""
    return _TITLES.get(outcome, outcome.replace("_", " ").capitalize().removesuffix(" if free"))


def whom(outcome: str) -> str:
    """Whom an outcome is a share of."""
    return "released" if outcome in EVENTS else "at liberty" if outcome.endswith("_if_free") else "alive"


def when(outcome: str, month: int) -> str:
    """By or in which month it is told."""
    return f"{'within' if outcome in EVENTS else 'after'} {period(month)}"

"""One style for all pictures: what a drawn picture is, colors that tell without color too, axes, captions."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from reentrysim.analysis.answer import ARRESTED, OUTCOME, period
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.tables import is_amount
from reentrysim.report.figures.rendering import svg
from reentrysim.vocabulary import OUTCOMES, InputError, nearest

SINCE_RELEASE = ("rearrest", "reconviction", "return_to_prison", "return_new_sentence", "return_technical", "deaths")
EVENTS = (*SINCE_RELEASE, ARRESTED)
"""Shares of the released to whom something has happened; the others are of those alive, or at liberty, in a month."""
SHARES = tuple(outcome for outcome in OUTCOMES if not is_amount(outcome))
_TITLES = {OUTCOME: "Back in prison", "rearrest": "Rearrested", ARRESTED: "Rearrested since the sentence"}
BASELINE_COLOR = "0.25"
COLORS = ("#0173b2", "#d55e00", "#027a59", "#a0337f", "#332288", "#7d5f00", "#c2405a")
"""Told apart by color-blind readers, and each dark enough on white (contrast of 3:1 at least)."""
DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "h")
HATCHES = ("", "///", "...", "xxx")
INK, QUIET = "0.15", "0.4"
"""Colors of words, and of what stands back."""
FOOTER = "footer"
"""Id of the caption in an SVG: a page that has it in words of its own hides it."""
PURPOSE = "For comparing policies, never for deciding about a person."
WIDTH = 10.0
"""Inches."""
_CAPTION_WIDTH = 175
_LONGEST = 34
_FONT = ("DejaVu Sans",)
Picture = Figure
_LINE_INCHES, _AROUND_INCHES = 0.17, 1.3
Panels = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True)
class Style:
    """How a scenario is drawn."""

    color: str
    dashes: Any
    marker: str
    width: float = 1.6

    @property
    def line(self) -> dict[str, Any]:
        """Keywords of a line."""
        return {"color": self.color, "linestyle": self.dashes, "linewidth": self.width}

    @property
    def dot(self) -> dict[str, Any]:
        """Keywords of a dot."""
        return {"color": self.color, "marker": self.marker, "linestyle": "none"}


Styles = dict[str, Style]


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
    """The numbers behind it, as they are."""

    @cached_property
    def svg(self) -> str:
        """The picture as an SVG document, drawn once: its file and the page have the same."""
        return svg(self.figure)


def caption(results: Estimates, what: str = "", intervals: str = "", more: str = "") -> str:
    """What is drawn, by how many runs of how many people; `intervals` and `more` of them where there are any."""
    facts = results.facts
    held = "luck alone" if facts.luck_only else "evidence, luck removed"
    parts = [f"{what}."] if what else []
    if intervals and has_intervals(results):
        parts.append(f"{intervals} ({held}){f'; {more}' if more else ''}.")
    parts.append(f"{facts.replicates} runs of {facts.participants:,} people per scenario.")
    return " ".join([*parts, PURPOSE])


def has_intervals(results: Estimates) -> bool:
    """Whether there were runs enough for intervals."""
    return math.isfinite(results.value(results.facts.baseline, OUTCOME, results.headline_month).low)


def in_brackets(results: Estimates) -> str:
    """What follows numbers in words, where there are any."""
    return ", in brackets 95% intervals" if has_intervals(results) else ""


def without(results: Estimates, drawn: Iterable[str]) -> str:
    """The end of a sentence on scenarios that are left out because their months since release are another clock."""
    left = [name for name in results.facts.elsewhere if name not in set(drawn)]
    return f". Without {', '.join(left)}: months since release are another clock there" if left else ""


def footer(figure: Figure, text: str) -> None:
    """The caption, under the axes, on as many lines as the figure's width asks for."""
    shown = textwrap.fill(text, round(_CAPTION_WIDTH * figure.get_figwidth() / WIDTH))
    figure.supxlabel(shown, fontsize="x-small", color=QUIET, x=0.01, ha="left").set_gid(FOOTER)


def heading(figure: Figure, text: str) -> None:
    """What the picture says, above its axes."""
    shown = textwrap.fill(text, round(0.55 * _CAPTION_WIDTH * figure.get_figwidth() / WIDTH))
    figure.suptitle(shown, fontsize="large", x=0.01, ha="left")


@contextmanager
def look() -> Iterator[None]:
    """The settings of every picture; matplotlib's own are left alone. A dollar sign in words is a dollar sign."""
    quiet: Any = {
        "grid.color": "0.9",
        "axes.edgecolor": "0.6",
        "axes.titlesize": "medium",
        "font.family": list(_FONT),
        "text.parse_math": False,
    }
    with (
        sns.plotting_context("notebook", font_scale=0.85),
        sns.axes_style("whitegrid", rc=quiet),
        mpl.rc_context(quiet),
    ):
        yield


def styles_of(results: Estimates) -> Styles:
    """The same look of a scenario in every picture: color, dashes and marker; the baseline is gray and solid."""
    facts = results.facts
    styles = {facts.baseline: Style(BASELINE_COLOR, "-", "o", 2.6)}
    for index, name in enumerate(name for name in facts.names if name != facts.baseline):
        dashes = DASHES[(index + 1) % len(DASHES)]
        styles[name] = Style(COLORS[index % len(COLORS)], dashes, MARKERS[(index + 1) % len(MARKERS)])
    return styles


def short(name: str, longest: int = _LONGEST) -> str:
    """A name that fits, its middle left out where it does not: names often differ at their ends."""
    if len(name) <= longest:
        return name
    head = (longest - 1) // 2 + 2
    return f"{name[:head]}…{name[-(longest - 1 - head) :]}"


def folded(name: str, width: int = _LONGEST) -> str:
    """A name on two lines at most, broken where its words are."""
    lines = textwrap.wrap(name.replace("_", " ").replace("-", "-\u200b"), width, break_on_hyphens=True)
    kept = [line.replace("\u200b", "") for line in lines]
    return "\n".join(kept) if len(kept) < 3 else f"{kept[0]}\n{short(''.join(kept[1:]), width)}"


def spread(places: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """Places at least `gap` apart, in the same order, moved as little as possible (least squares), from low to high."""
    order = np.argsort(places, kind="stable")
    wanted = np.asarray(places, dtype=np.float64)[order] - gap * np.arange(len(order))
    blocks = list[tuple[float, int]]()
    for one in wanted:
        mean, count = float(one), 1
        while blocks and blocks[-1][0] > mean:
            before, size = blocks.pop()
            mean, count = (before * size + mean * count) / (size + count), size + count
        blocks.append((mean, count))
    level = np.repeat([mean for mean, _ in blocks], [count for _, count in blocks])
    level = np.maximum(np.minimum(level, high - gap * (len(order) - 1)), low) + gap * np.arange(len(order))
    found = np.empty(len(order))
    found[order] = level
    return [float(one) for one in found]


def label_ends(
    panel: Axes, ends: Mapping[str, tuple[float, float]], styles: Styles, texts: Mapping[str, str], size: str = "small"
) -> None:
    """Names right of an axis, each tied to where its line ends; none on another. Limits of the axis are final."""
    gap = _LINE_INCHES / _inches_high(panel)
    within = panel.transAxes.inverted()
    shares = {name: round(float(within.transform(panel.transData.transform(end))[1]), 6) for name, end in ends.items()}
    placed = spread(list(shares.values()), gap, 0.02, 0.98)
    for (name, end), share in zip(ends.items(), placed, strict=True):
        tie = {"arrowstyle": "-", "color": styles[name].color, "linewidth": 1.0, "relpos": (0.0, 0.5)}
        panel.annotate(
            texts[name],
            end,
            (1.1, share),
            textcoords="axes fraction",
            va="center",
            fontsize=size,
            color=INK,
            arrowprops=tie | {"shrinkA": 1, "shrinkB": 0},
            annotation_clip=False,
        )


def _inches_high(panel: Axes) -> float:
    """About how high an axis is once titles and captions have taken their room."""
    grid = panel.get_subplotspec()
    rows = 1 if grid is None else grid.get_gridspec().nrows
    figure = panel.figure
    assert isinstance(figure, Figure)
    return float((figure.get_figheight() - _AROUND_INCHES) / rows - (0.45 if rows > 1 else 0.0))


def beside(panel: Axes, row: float, text: str) -> None:
    """Words right of an axis, in the row that they belong to."""
    panel.annotate(
        text, (1.0, row), (5, 0), xycoords=panel.get_yaxis_transform(), textcoords="offset points",
        va="center", fontsize="small", color=INK, annotation_clip=False,
    )  # fmt: skip


def zero_inside(axes: Iterable[Axes], which: str = "x", margin: float = 0.08) -> None:
    """The same limits for all, which include 0 and everything that is drawn, and a line at 0."""
    listed = list(axes)
    bounds = [panel.dataLim.intervalx if which == "x" else panel.dataLim.intervaly for panel in listed]
    known = [float(end) for ends in bounds for end in ends if math.isfinite(end)]
    low, high = (min(0.0, *known), max(0.0, *known)) if known else (-1.0, 1.0)
    room = margin * ((high - low) or 1.0)
    for panel in listed:
        (panel.set_xlim if which == "x" else panel.set_ylim)(low - room, high + room)
        (panel.axvline if which == "x" else panel.axhline)(0, color=BASELINE_COLOR, linewidth=1.2, zorder=1)


def panels(outcomes: Sequence[str], height: float, across: int = 0) -> tuple[Figure, Panels]:
    """A figure with a panel for each outcome, side by side or so many across; InputError for one that it can't show."""
    for outcome in outcomes:
        check_share(outcome)
    columns = across or len(outcomes)
    wide = WIDTH if across else 5 * max(len(outcomes), 2)
    figure = Figure(figsize=(wide, height), layout=ConstrainedLayoutEngine(wspace=0.06))
    axes = figure.subplots(math.ceil(len(outcomes) / columns), columns, sharex=True, sharey=True, squeeze=False)
    return figure, axes.ravel()


def check_share(outcome: str) -> None:
    """InputError for an outcome that is no share of people."""
    if outcome not in SHARES:
        raise InputError(f"{outcome!r} is no share of people that a picture shows", hint=nearest(outcome, SHARES))


def title_of(outcome: str) -> str:
    """An outcome in plain words, as a heading."""
    return _TITLES.get(outcome, outcome.replace("_", " ").capitalize().removesuffix(" if free"))


def whom(outcome: str) -> str:
    """Whom an outcome is a share of."""
    if outcome == ARRESTED:
        return "sentenced"
    return "released" if outcome in EVENTS else "at liberty" if outcome.endswith("_if_free") else "alive"


def when(outcome: str, month: int) -> str:
    """By or in which month it is told."""
    return f"{'within' if outcome in EVENTS else 'after'} {period(month)}"

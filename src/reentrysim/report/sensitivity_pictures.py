"""Pictures of what drives an answer: indices, ends of ranges, the plane of Morris, and regions."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from reentrysim.analysis.sensitivity.sensitivity import Sensitivity
from reentrysim.report.sensitivity import (
    SHOWN,
    Line,
    asked_in_words,
    lines_of,
    noise_in_words,
    number,
    scale_of,
    unit_of,
)
from reentrysim.vocabulary import InputError

_COLORS = sns.color_palette("colorblind").as_hex()
_FIRST, _TOTAL, _UNCLEAR, _LINE = _COLORS[0], _COLORS[1], "0.65", "0.25"
_CAPTION_WIDTH, _RULE_WIDTH = 150, 60
_ROOM = 1.45
"""For names right of the points."""
_HOLLOW = "Gray and hollow: not told from noise"


def sensitivity_pictures(found: Sensitivity) -> dict[str, Callable[[Sensitivity], Figure]]:
    """Name -> the function that draws it, of those that the sweep has a table for."""
    tables = {"indices": found.sobol, "tornado": found.tornado, "morris": found.morris, "regions": found.tree}
    draw = {"indices": indices, "tornado": ends_of_ranges, "morris": morris_plane, "regions": regions}
    return {name: draw[name] for name, table in tables.items() if table is not None}


def indices(found: Sensitivity) -> Figure:
    """First and total Sobol' indices with intervals, a row a factor.

    Raises:
        InputError: where the sweep has none; likewise in the other pictures.
    """
    table = _there(found, found.sobol, "Sobol' indices")
    with _drawn(found, table, "Lines: 95% intervals. Tick: what noise makes of the total index") as panel:
        for row, line in enumerate(lines_of(table)):
            for shift, name, color in ((-0.16, "first", _FIRST), (0.16, "total", _TOTAL)):
                values = [line[f"{name}{end}"] for end in ("_low", "", "_high")]
                _dot(panel, row + shift, values, color, line["clear"])
            panel.plot([line["total_noise"]], [row + 0.16], "|", color=_LINE, markersize=13)
        for name, color in (("alone (first index)", _FIRST), ("with all it takes part in (total index)", _TOTAL)):
            panel.plot([], [], "o-", color=color, label=name)
        panel.axvline(0, color=_LINE, linewidth=1, zorder=1)
        panel.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
        panel.set_xlabel("Share of the variance between points")
        _legend(panel)
    return figure_of(panel)


def ends_of_ranges(found: Sensitivity) -> Figure:
    """The tornado: the outcome at the low and at the high end of each factor, the widest first."""
    table, scale = _there(found, found.tornado, "ends of ranges"), scale_of(found.question)
    how = " or ".join(table["how"].unique())
    what = f"Line: 95% interval of the high end less the low end, drawn from the low end; by {how}"
    names = [f"{row['factor']}\n{number(row['low'], 3)} to {number(row['high'], 3)}" for row in lines_of(table)]
    with _drawn(found, table.assign(factor=names), what) as panel:
        for row, line in enumerate(lines_of(table)):
            low, high = scale * line["at_low"], scale * line["at_high"]
            face = (_FIRST, _TOTAL) if line["clear"] else (_UNCLEAR, _UNCLEAR)
            panel.plot([low, high], [row, row], "-", color="0.8", linewidth=9, solid_capstyle="butt", zorder=1)
            whisker = [low + scale * line["difference_low"], low + scale * line["difference_high"]]
            panel.plot(whisker, [row, row], "|-", color=_LINE, linewidth=1.4, markersize=9)
            for value, color, marker in ((low, face[0], "s"), (high, face[1], "o")):
                panel.plot([value], [row], marker, color=color, markerfacecolor=color if line["clear"] else "white")
        for name, color, marker in (("at the low end", _FIRST, "s"), ("at the high end", _TOTAL, "o")):
            panel.plot([], [], marker, color=color, label=name)
        panel.set_xlabel(f"{asked_in_words(found.question)},\n{unit_of(found.question)}")
        _legend(panel)
    return figure_of(panel)


def morris_plane(found: Sensitivity) -> Figure:
    """Mean size of the elementary effects and their spread; far right matters, high up it depends on the others."""
    table, scale = _there(found, found.morris, "elementary effects"), scale_of(found.question)
    with _drawn(found, table, "Lines: 95% intervals of the mean size", rows=False) as panel:
        for line in lines_of(table):
            color = _FIRST if line["clear"] else _UNCLEAR
            ends = [scale * line["mu_star_low"], scale * line["mu_star_high"]]
            panel.plot(ends, [scale * line["sigma"]] * 2, "-", color=color, linewidth=1.4)
            if line["clear"]:  # the others lie on one another
                place = (scale * line["mu_star"], scale * line["sigma"])
                panel.annotate(line["factor"], place, xytext=(5, 5), textcoords="offset points", fontsize="x-small")
        sizes = table.assign(x=scale * table["mu_star"], y=scale * table["sigma"])
        for clear, color, face in ((True, _FIRST, _FIRST), (False, _UNCLEAR, "white")):
            mine = sizes[sizes["clear"] == clear]
            look = {"color": face, "edgecolor": color, "linewidth": 1.4, "s": 45}
            label = f"{len(mine)} factors {'told' if clear else 'not told'} from noise"
            sns.scatterplot(data=mine, x="x", y="y", ax=panel, label=label, **look)
        panel.axvline(scale * float(table["noise"].mean()), color=_LINE, linestyle=":", label="noise alone, on average")
        panel.set_xlabel(f"Mean size of the effect of the whole range (mu*), {unit_of(found.question)}")
        panel.set_ylabel(f"Spread of the effect (sigma),\n{unit_of(found.question)}")
        panel.set_xlim(0, _ROOM * float(sizes["x"].max()) or 1.0)  # where nothing moves, any scale will do
        panel.set_ylim(bottom=0)
        _legend(panel)
    return figure_of(panel)


def regions(found: Sensitivity) -> Figure:
    """Share of the points of each region that are cases, with intervals, and the share among all points."""
    table = _there(found, found.tree, "regions")
    names = [_named(row) for row in lines_of(table)]
    what = "Lines: exact 95% intervals. Rules were found on one half of the points and counted on the other half"
    with _drawn(found, table.assign(factor=names, clear=True), what) as panel:
        for row, line in enumerate(lines_of(table)):
            ends = [line["density_low"], line["density"], line["density_high"]]
            _dot(panel, row, ends, _FIRST, True)
        panel.axvline(found.discovery.share, color=_LINE, linestyle=":", label="among all points")
        panel.set_xlim(0, 1)
        panel.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
        panel.set_xlabel(f"Share of points where {found.discovery.cases}")
        _legend(panel)
    return figure_of(panel)


def _legend(panel: Axes) -> None:
    panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, frameon=False, fontsize="small")


def figure_of(panel: Axes) -> Figure:
    """The figure that a panel is in."""
    figure = panel.figure
    assert isinstance(figure, Figure)
    return figure


def _there(found: Sensitivity, table: pd.DataFrame | None, what: str) -> pd.DataFrame:
    if table is None:
        raise InputError(f"this sweep has no {what}", hint=" ".join(found.notes))
    return table.head(SHOWN)


@contextmanager
def _drawn(found: Sensitivity, table: pd.DataFrame, what: str, rows: bool = True) -> Iterator[Axes]:
    """A figure with one panel, with a row for each line of the table, to be filled; then its caption."""
    quiet = {"grid.color": "0.9", "axes.edgecolor": "0.6", "font.family": "DejaVu Sans"}
    with sns.plotting_context("notebook", font_scale=0.85), sns.axes_style("whitegrid", rc=quiet):
        lines = sum(1 + name.count("\n") for name in table["factor"])
        height = 2.6 + 0.26 * max(lines, 2) + 0.12 * len(table) if rows else 6.2
        figure = Figure(figsize=(9.5, height), layout="constrained")
        FigureCanvasAgg(figure)
        panel = figure.subplots()
        if rows:
            panel.set_yticks(range(len(table)), table["factor"].tolist(), fontsize="small")
            panel.set_ylim(len(table) - 0.5, -0.5)
        yield panel
        figure.suptitle(f"What drives {asked_in_words(found.question)}", fontsize="medium", x=0.01, ha="left")
        figure.supxlabel(_caption(found, table, what), fontsize="x-small", color="0.4", x=0.01, ha="left")


def _caption(found: Sensitivity, table: pd.DataFrame, what: str) -> str:
    hollow = "" if table["clear"].all() else f" {_HOLLOW}."
    more = f" {SHOWN} of {len(found.factors)} factors shown." if len(table) == SHOWN < len(found.factors) else ""
    points = f"{found.points:,} points (design: {found.design.replace('_', ' ')})"
    text = (
        f"{what}.{hollow}{more} {points}, {found.replicates} replicates each of at least {found.people:,} people. "
        f"{noise_in_words(found.noise)} For comparing policies, never for deciding about a person."
    )
    return textwrap.fill(text, _CAPTION_WIDTH)


def _dot(panel: Axes, row: float, values: list[float], color: str, clear: bool) -> None:
    """A value with its interval: low, value, high."""
    shown = color if clear else _UNCLEAR
    panel.plot([values[0], values[2]], [row, row], "-", color=shown, linewidth=1.8)
    panel.plot([values[1]], [row], "o", color=shown, markerfacecolor=shown if clear else "white", markersize=7)


def _named(region: Line) -> str:
    rule = textwrap.fill(region["rule"], _RULE_WIDTH)
    return f"{rule}\n({region['points']} points; {_percent(region['coverage'])} of all such points)"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}%"

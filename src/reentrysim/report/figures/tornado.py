"""The tornado: what the difference is at both ends of the estimates that matter most."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reentrysim.analysis.answer import PEOPLE, rounded, supported_unit
from reentrysim.analysis.why.tornado import MOST_REPLICATES
from reentrysim.analysis.why.why import Why
from reentrysim.report import words
from reentrysim.report.figures.style import (
    BASELINE_COLOR,
    COLORS,
    Drawn,
    footer,
    heading,
    look,
    short,
    zero_inside,
)
from reentrysim.report.figures.waterfall import axis_of, why_caption
from reentrysim.vocabulary import InputError

_LOW, _HIGH, _UNCLEAR = COLORS[0], COLORS[1], "0.55"
_NAME = 44
_ERRORS = 4.0
"""Standard errors in a 95% interval, about."""


def tornado(found: Why) -> Drawn:
    """The difference per 1,000 at the low and at the high end of each estimate, the others at the center.

    Raises:
        InputError: where no estimate was moved.
    """
    table = found.tornado.reset_index(drop=True)
    if table.empty:
        raise InputError("no estimate was moved to its ends", hint="Ask again with --bars")
    asked = found.question
    title = f"What the difference under {asked.plan.names[-1]} is at the ends of single estimates"
    told = "; ".join(_in_words(row) for _, row in table.iterrows())
    alt = f"{title}, per {PEOPLE:,} people compared with {asked.plan.baseline}: {told}."
    return Drawn("tornado", title, _figure(found, table, title), alt, _caption(found), table)


def _in_words(row: pd.Series) -> str:
    unit = supported_unit((float(row["per_1000_high"]) - float(row["per_1000_low"])) / _ERRORS)
    low, high = (words.signed(rounded(float(row[f"at_{end}_per_1000"]), unit)) for end in ("low", "high"))
    clear = "" if row["clear"] else ", not told from luck"
    return f"{row['estimate']} {low} at {row['low']:.3g} and {high} at {row['high']:.3g}{clear}"


def _caption(found: Why) -> str:
    what = (
        "Square: at the low end of an estimate's 95% interval; dot: at the high end; all others at the center. Lines: "
        "95% interval (luck alone) of what the high end has more, drawn from the low end. Hollow: not told from luck"
    )
    return why_caption(found, what, min(found.question.plan.replicates, MOST_REPLICATES))


def _figure(found: Why, table: pd.DataFrame, title: str) -> Figure:
    asked = found.question
    with look():
        figure = Figure(figsize=(9.5, 2.3 + 0.55 * len(table)), layout="constrained")
        panel = figure.subplots()
        for place, (_, row) in enumerate(table.iterrows()):
            _bar(panel, place, row)
        names = [
            f"{short(str(row['estimate']), _NAME)}\n{row['low']:.3g} to {row['high']:.3g}"
            for _, row in table.iterrows()
        ]
        panel.set_yticks(range(len(table)), names, fontsize="small")
        panel.set_ylim(len(table) - 0.5, -0.5)
        zero_inside([panel])
        panel.set_xlabel(axis_of(asked))
        heading(figure, title)
        footer(figure, _caption(found))
    return figure


def _bar(panel: Axes, place: int, row: pd.Series) -> None:
    low, high = float(row["at_low_per_1000"]), float(row["at_high_per_1000"])
    panel.plot([low, high], [place, place], "-", color="0.8", linewidth=9, solid_capstyle="butt", zorder=1)
    ends = [low + float(row[f"per_1000_{end}"]) for end in ("low", "high")]
    panel.plot(ends, [place, place], "|-", color=BASELINE_COLOR, linewidth=1.4, markersize=9)
    for value, color, marker in ((low, _LOW, "s"), (high, _HIGH, "o")):
        shown = color if row["clear"] else _UNCLEAR
        panel.plot([value], [place], marker, color=shown, markerfacecolor=shown if row["clear"] else "white")

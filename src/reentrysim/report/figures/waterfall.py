"""The waterfall: through what a scenario's effect comes, part by part."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.why.mediators import TOTAL
from reentrysim.analysis.why.sentence import counts
from reentrysim.analysis.why.why import Question, Why
from reentrysim.report import words
from reentrysim.report.figures.style import (
    BASELINE_COLOR,
    COLORS,
    PURPOSE,
    Drawn,
    beside,
    folded,
    footer,
    heading,
    look,
    title_of,
    when,
    whom,
    zero_inside,
)
from reentrysim.vocabulary import LESS_IS_BETTER

_FEWER, _MORE = COLORS[0], COLORS[1]


def waterfall(found: Why) -> Drawn:
    """Each mediator's part of the difference per 1,000, from where the one before ended; the total from 0.

    A mediator that no program acts on is left out: its part is exactly 0.
    """
    table = found.mediators[found.mediators["acts"].astype(bool) | (found.mediators["per_1000"] != 0)]
    table = table.reset_index(drop=True)
    told = ", ".join(f"{row['mediator']} {words.difference(counts(row))}" for row in table.to_dict("records"))
    title = f"Through what {found.question.plan.names[-1]} changes returns" if _is_return(found) else _title(found)
    alt = f"{_title(found)}, per {PEOPLE:,} people, in brackets 95% intervals: {told}."
    return Drawn("waterfall", title, _figure(found, table, title), alt, why_caption(found, _what(table)), table)


def _is_return(found: Why) -> bool:
    return found.question.outcome == "return_to_prison"


def _title(found: Why) -> str:
    asked = found.question
    compared = f"{asked.plan.names[-1]} compared with {asked.plan.baseline}"
    return f"{title_of(asked.outcome)} {when(asked.outcome, asked.month)}: {compared}"


def _what(table: pd.DataFrame) -> str:
    lines = ". Lines: 95% intervals of each part" if table["per_1000_low"].notna().any() else ""
    return (
        "Bars: what is lost when a mediator is switched off under the same luck, averaged over orders; blue is fewer, "
        f"orange (hatched) more; parts sum to the total{lines}"
    )


def why_caption(found: Why, what: str, replicates: int | None = None) -> str:
    """What is drawn, by how many runs of how many people."""
    plan = found.question.plan
    runs = plan.replicates if replicates is None else replicates
    return f"{what}. {runs} runs of {plan.participants:,} people per scenario and case. {PURPOSE}"


def axis_of(asked: Question) -> str:
    """What the axis of a picture of an explanation tells."""
    event = f"{title_of(asked.outcome).lower()} {when(asked.outcome, asked.month)}"
    return f"People per {PEOPLE:,} {whom(asked.outcome)} who are {event},\ncompared with {asked.plan.baseline}"


def _figure(found: Why, table: pd.DataFrame, title: str) -> Figure:
    asked = found.question
    with look():
        figure = Figure(figsize=(9, 2.0 + 0.42 * len(table)), layout="constrained")
        panel = figure.subplots()
        starts = _starts(table)
        for place, (start, row) in enumerate(zip(starts, table.to_dict("records"), strict=True)):
            size = float(row["per_1000"])
            _bar(panel, place, start, size, row["mediator"] == TOTAL)
            ends = [start + float(row[f"per_1000_{end}"]) for end in ("low", "high")]
            if all(map(math.isfinite, ends)):
                panel.plot(ends, [place, place], "|-", color=BASELINE_COLOR, linewidth=1.2, markersize=7)
            if place + 1 < len(table) and table["mediator"][place + 1] != TOTAL:
                panel.plot([start + size] * 2, [place, place + 1], ":", color="0.5", linewidth=1)
            beside(panel, place, words.difference(counts(row)))
        panel.set_yticks(range(len(table)), [folded(str(name)) for name in table["mediator"]], fontsize="small")
        panel.set_ylim(len(table) - 0.4, -0.6)
        zero_inside([panel])
        better = "fewer is better" if LESS_IS_BETTER[asked.outcome] else "more is better"
        panel.set_xlabel(f"{axis_of(asked)} ({better})")
        heading(figure, title)
        footer(figure, why_caption(found, _what(table)))
    return figure


def _starts(table: pd.DataFrame) -> list[float]:
    """Where each bar begins: where the one before ended; the total at 0."""
    starts, at = list[float](), 0.0
    for row in table.to_dict("records"):
        starts.append(0.0 if row["mediator"] == TOTAL else at)
        at += float(row["per_1000"])
    return starts


def _bar(panel: Axes, place: int, start: float, size: float, is_total: bool) -> None:
    color, hatch = (_MORE, "///") if size > 0 else (_FEWER, "")
    panel.barh(
        place, size, left=start, height=0.6, color=BASELINE_COLOR if is_total else color, alpha=0.8,
        hatch=hatch, edgecolor="white", linewidth=0,
    )  # fmt: skip

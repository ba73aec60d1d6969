"""Pictures inside the page: each as SVG of its own ids, with its words and the numbers behind it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts
from reentrysim.analysis.estimates import Estimates
from reentrysim.report import words
from reentrysim.report.figures import PANELS, differences, recidivism
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Picture, Table
from reentrysim.vocabulary import MONTHS_PER_YEAR, InputError

_SETTINGS: dict[Any, Any] = {"svg.hashsalt": "reentrysim", "svg.fonttype": "none"}
"""The same ids every time, and words as words: small, to be searched and read aloud."""
_MANY = 60
"""Rows of numbers behind a picture from which on every twelfth month is shown alone."""
_IDS = re.compile(r'(\bid="|(?:xlink:)?href="#|url\(#)')


@dataclass(frozen=True)
class Drawn:
    """A picture with what says the same without it."""

    title: str
    figure: Figure
    alt: str
    """What it shows, its main numbers included, in plain words."""
    table: pd.DataFrame
    """The numbers behind it."""


def curves(results: Estimates) -> Drawn:
    """Shares by month since release."""
    frame = results.curves
    shown = frame[frame["outcome"].isin(PANELS) & (frame["subgroup"] == "all")]
    month = results.facts.months
    ends = ", ".join(
        f"{name} {words.level(Counts(results.value(name, OUTCOME, month)))}" for name in results.facts.names
    )
    alt = f"Curves of the shares back in prison and rearrested by month since release. Back in prison after {month} "
    title = "Back in prison and rearrested, month by month"
    table = shown[["scenario", "outcome", "month", "value", "value_low", "value_high"]]
    return Drawn(title, recidivism(results), f"{alt}months, of {PEOPLE:,}, with 95% intervals: {ends}.", table)


def forest(results: Estimates) -> Drawn:
    """Differences from the baseline, with their intervals."""
    month, names = results.headline_month, [name for name in results.facts.names if name != results.facts.baseline]
    changes = ", ".join(f"{name} {words.difference(Counts(results.paired(name, OUTCOME, month)))}" for name in names)
    alt = (
        f"Dots with lines: differences from {results.facts.baseline} at month {month} in people back in prison and "
        f"rearrested, of {PEOPLE:,}. Back in prison, with 95% intervals: {changes}."
    )
    frames = [results.difference(outcome, month).loc[names].assign(outcome=outcome) for outcome in PANELS]
    table = pd.concat(frames)[["outcome", "difference", "difference_low", "difference_high"]].reset_index()
    return Drawn(f"What changes against {results.facts.baseline}", differences(results), alt, table)


PICTURES: Mapping[str, Callable[[Estimates], Drawn]] = {"curves": curves, "differences": forest}


def pictures(about: About, *kinds: str) -> Iterator[Picture]:
    """Pictures of these kinds, as far as they are drawn and the results have the numbers for them."""
    for kind in kinds:
        with suppress(InputError):  # one scenario has no differences
            drawn = PICTURES[kind](about.results) if kind in PICTURES else None
            if drawn:
                yield Picture(inline(drawn.figure, kind, drawn.alt), drawn.title, behind(drawn, kind))


def inline(figure: Figure, kind: str, alt: str) -> Markup:
    """A figure as an SVG element: nothing before its tag, ids that no other picture has, words for those who listen.

    What stands in the figure is escaped by matplotlib.
    """
    held = io.StringIO()
    with mpl.rc_context(_SETTINGS):
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    document = held.getvalue()
    start = re.search(r"<svg[^>]*>", document)
    assert start is not None, "matplotlib writes an svg element"
    box = re.search(r'viewBox="[^"]*"', start.group())
    body = re.sub(r"<metadata>.*?</metadata>", "", document[start.end() :], flags=re.DOTALL)
    body = _IDS.sub(rf"\1{kind}-", body).replace("xlink:href", "href")
    assert box is not None, "and says how large it is"
    return Markup(f'<svg {box.group()} role="img" aria-label="{escape(alt)}">{body}')


def behind(drawn: Drawn, kind: str) -> Table:
    """The numbers behind a picture; of many, those of every twelfth month and the last."""
    frame, which = drawn.table, ""
    if len(frame) > _MANY and "month" in frame:
        month = frame["month"]
        frame, which = frame[(month % MONTHS_PER_YEAR == 0) | (month == month.max())], ", every twelfth month"
    columns = tuple(str(name).replace("_", " ") for name in frame)
    rows = tuple(tuple(_told(cell) for cell in row) for row in frame.itertuples(index=False))
    return Table(f"behind-{kind}", f"{drawn.title}: the numbers{which}", columns, rows)


def _told(cell: object) -> str:
    return (f"{cell:.4g}" if cell == cell else words.NOTHING) if isinstance(cell, float) else str(cell)

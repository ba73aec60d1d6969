"""Pictures inside the page: each as SVG of its own ids, with its words and the numbers behind it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from reentrysim.report import words
from reentrysim.report.figures import Drawn
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Picture, Table
from reentrysim.vocabulary import MONTHS_PER_YEAR

_SETTINGS: dict[Any, Any] = {"svg.hashsalt": "reentrysim", "svg.fonttype": "none"}
"""The same ids every time, and words as words: small, to be searched and read aloud."""
_MANY = 60
"""Rows of numbers behind a picture from which on every twelfth month is shown alone."""
_IDS = re.compile(r'(\bid="|(?:xlink:)?href="#|url\(#)')


def pictures(about: About, *kinds: str) -> Iterator[Picture]:
    """Pictures of these kinds, as far as the results have the numbers for them."""
    for kind in kinds:
        if one := about.drawn.get(kind):
            yield Picture(inline(one.figure, kind, one.alt), one.title, behind(one, kind))


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

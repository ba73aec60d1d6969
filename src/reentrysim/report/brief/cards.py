"""Picture cards at the sizes that are shared: the quoted sentence, its uncertainty, and the source line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from reentrysim.analysis.answer import PEOPLE
from reentrysim.report.brief.fitting import FAMILY, LINE, fit
from reentrysim.report.brief.words import Change, Words

SIZES = ((1200, 630), (1080, 1080), (1080, 1920))
"""Pixels, width x height: a link's preview, a square post, a story."""
DPI = 100
MARGIN = 64
INK, PALE, BLUE, BACK = "#1a1a1a", "#595959", "#0173b2", "#ffffff"
DRAWN, HEAD, LOWEST = 0.42, 100, 48
"""Share of a card for its drawing, pixels of it for the heading, and the fewest for a row that can be read."""


@dataclass
class _Pen:
    """Writes from top to bottom, in pixels."""

    figure: Figure
    width: int
    height: int
    top: float

    def write(self, text: str, room: float, largest: float, color: str = INK, weight: str = "normal") -> None:
        """A text below what is there, in at most `room` pixels."""
        found = fit(text, self.width - 2 * MARGIN, room, largest, weight)
        for line in found.lines:
            self.top += LINE * found.size
            self.place(MARGIN, self.top - 0.3 * found.size, line, found.size, color=color, weight=weight)

    def place(self, x: float, y: float, text: str, size: float, **look: Any) -> Text:
        """One line with its base at (x, y), y from the top."""
        points = size * 72 / DPI
        return self.figure.text(
            x / self.width, 1 - y / self.height, text, fontsize=points, family=FAMILY, parse_math=False, **look
        )

    def line(self, x: tuple[float, float], y: tuple[float, float], color: str, thick: float) -> None:
        """A straight line."""
        across, down = [one / self.width for one in x], [1 - one / self.height for one in y]
        self.figure.add_artist(Line2D(across, down, color=color, linewidth=thick, solid_capstyle="butt"))


def card(words: Words, width: int, height: int) -> Figure:
    """A card of `width` x `height` pixels; where there is room, with the differences drawn."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=BACK)
    pen = _Pen(figure, width, height, MARGIN * 0.8)
    pen.line((0, width), (6, 6), BLUE, 14)
    rows = len(words.changes)
    drawn = height >= width and 0 < rows * LOWEST <= DRAWN * height - HEAD
    foot = 0.12 * height if height < width else 0.09 * height
    uncertain = 0.17 * height if height < width else 0.11 * height
    quote = height - pen.top - foot - uncertain - MARGIN - (DRAWN * height if drawn else 0)
    pen.write(f"“{words.sentence}”", quote, 62, weight="bold")
    pen.top += 0.02 * height
    if drawn:
        _draw(pen, words, height - foot - uncertain - MARGIN * 0.9)
        pen.top += 0.01 * height
    pen.write(words.uncertainty, uncertain, 30, color=INK)
    pen.top = height - foot - MARGIN * 0.4
    pen.line((MARGIN, width - MARGIN), (pen.top, pen.top), "#bfbfbf", 1.5)
    pen.top += 6
    pen.write(words.source, foot, 25, color=PALE)
    return figure


def write_card(words: Words, width: int, height: int, path: Path) -> None:
    """The card as a PNG of exactly so many pixels."""
    figure = card(words, width, height)
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=DPI, facecolor=BACK, metadata={"Software": "reentrysim"})


def _draw(pen: _Pen, words: Words, end: float) -> None:
    """Differences with their intervals down to `end` at most, a scenario a row, its name above its line."""
    of = f"Of {PEOPLE:,} people"
    head = f"{of}, more (+) or fewer (-) back in prison within {words.period} than under {words.baseline}"
    pen.write(head, 2 * LINE * 26, 26, PALE)
    told = words.changes
    each = min((end - pen.top - 12) / len(told), 0.075 * pen.height)
    reach = max([abs(one) for change in told for one in _ends(change)] + [1]) * 1.05
    middle, half = pen.width / 2, pen.width / 2 - MARGIN
    pen.top += 12
    for change in told:
        _row(pen, change, each, lambda count: middle + half * count / reach)
        pen.top += each


def _ends(change: Change) -> tuple[int, int, int]:
    counts = change.counts
    return (counts.low, counts.mean, counts.high) if counts.known else (counts.mean,) * 3


def _row(pen: _Pen, change: Change, each: float, at: Callable[[float], float]) -> None:
    """One scenario: name and numbers, and below them dot, line, and the place of no difference."""
    size = min(each * 0.36, 30)
    name = fit(f"{change.name}: {change.told}", pen.width - 2 * MARGIN, LINE * size, size)
    pen.place(MARGIN, pen.top + 0.95 * size, name.lines[0], name.size, color=INK)
    (low, mean, high), y, tick = _ends(change), pen.top + LINE * size + 0.18 * each, 0.13 * each
    pen.line((at(0), at(0)), (y - tick, y + tick), INK, 1.5)
    pen.line((at(low), at(high)), (y, y), BLUE, 4)
    dot = [at(mean) / pen.width], [1 - y / pen.height]
    pen.figure.add_artist(Line2D(*dot, color=BLUE, marker="o", markersize=min(each * 0.14, 12)))

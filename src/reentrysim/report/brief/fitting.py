"""Text that fits its box, whatever its length: wrapped where words end, and smaller until all of it is inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

LINE = 1.32
"""Height of a line in sizes of its letters."""
FAMILY = "DejaVu Sans"
SMALLEST = 9.0


@dataclass(frozen=True)
class Fitted:
    """Lines of a text and the size of its letters, in pixels."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """Of all lines, in pixels."""
        return len(self.lines) * LINE * self.size


def fit(text: str, width: float, height: float, largest: float, weight: str = "normal") -> Fitted:
    """The text in letters of at most `largest` pixels, in a box of `width` x `height` pixels.

    Words that are longer than a line are broken. What does not even fit in the smallest letters ends with "…".
    """
    size = largest
    while size > SMALLEST:
        found = Fitted(tuple(wrap(text, width, size, weight)), size)
        if found.height <= height:
            return found
        size = max(size * 0.96, SMALLEST)
    lines = tuple(wrap(text, width, SMALLEST, weight))
    room = max(int(height // (LINE * SMALLEST)), 1)
    return Fitted(lines if len(lines) <= room else (*lines[: room - 1], f"{lines[room - 1][:-2]}…"), SMALLEST)


def wrap(text: str, width: float, size: float, weight: str = "normal") -> Iterator[str]:
    """Lines no wider than `width` pixels in letters of `size` pixels."""
    line = ""
    for word in (piece for one in text.split() for piece in _pieces(one, width, size, weight)):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, weight) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(word: str, width: float, size: float, weight: str) -> Iterator[str]:
    """The word, or parts of it that fit on a line."""
    start = 0
    for end in range(1, len(word) + 1):
        if end - start > 1 and text_width(word[start:end], size, weight) > width:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Pixels that a line of text takes in letters of `size` pixels."""
    return _unit_width(text, weight) * size


@cache
def _unit_width(text: str, weight: str) -> float:
    font = FontProperties(family=FAMILY, weight=weight, size=100.0)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 100.0

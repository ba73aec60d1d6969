"""1,000 people as 1,000 marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reentrysim.analysis.answer import PEOPLE, period
from reentrysim.analysis.lives.lives import Kind, Lives
from reentrysim.report.lives.drawing import fill_in, identifier
from reentrysim.report.lives.words import KIND_WORDS, SIMULATED, clean, kind_words, of_1000

_COLUMNS, _CELL, _TOP = 50, 17.0, 34.0
WIDTH, _LEFT = 900.0, 20.0
_LONGEST = 34
_SHAPES = {
    Kind.IMPROVED: "M{x} {y}m0 -6l6 11h-12z",
    Kind.WORSENED: "M{x} {y}m0 6l6 -11h-12z",
    Kind.BOTH: "M{x} {y}m-4.5 -4.5h9v9h-9z",
    Kind.NEITHER: "M{x} {y}m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
}
"""Triangle up, triangle down, square, ring."""
_FILLS = {
    Kind.IMPROVED: ("#005a9c", "#003a66"),
    Kind.WORSENED: ("#d55e00", "#7a3500"),
    Kind.BOTH: ("#8c8c8c", "#8c8c8c"),
    Kind.NEITHER: ("#ffffff", "#8c8c8c"),
}
"""Fill and line."""


@dataclass(frozen=True)
class Group:
    """All marks of one kind, as one path, and its line of the legend."""

    path: str
    fill: str
    line: str
    sample: str
    y: float
    count: str
    words: str


def icon_array_svg(lives: Lives) -> str:
    """1,000 people as 1,000 marks, one shape a kind, as `<svg role="img">` with title, desc and a legend of counts."""
    return placed(lives, None)[0]


def placed(lives: Lives, y: float | None) -> tuple[str, float]:
    """The picture, as one of its own or at a height `y` within another, and how high it is."""
    groups = list(_groups(lives))
    height = groups[-1].y + 34.0
    names = clean(lives.baseline), clean(lives.scenario)
    about = "; ".join(f"{of_1000(s)} {kind_words(s.kind, *names, lives.headline_month)}" for s in lives.shares)
    picture = fill_in(
        "icons.svg.j2",
        y=y,
        id=f"icons-{identifier(lives.scenario)[:40] or 'scenario'}",
        width=WIDTH,
        height=height,
        title=f"{PEOPLE:,} simulated people, {period(lives.headline_month)} after release: each mark is one person",
        about=f"{about}. {SIMULATED}",
        groups=groups,
        simulated=SIMULATED,
    )
    return picture, height


def _groups(lives: Lives) -> Iterator[Group]:
    first, bottom = 0, _TOP + PEOPLE // _COLUMNS * _CELL + 24.0
    names = clean(lives.baseline, _LONGEST), clean(lives.scenario, _LONGEST)
    for line, share in enumerate(lives.shares):
        shape, y = _SHAPES[share.kind], bottom + 22.0 * line
        places = range(first, first + share.of_1000)
        first += share.of_1000
        what = kind_words(share.kind, *names, lives.headline_month)
        yield Group(
            path="".join(shape.format(x=x, y=y) for x, y in map(_place, places)),
            fill=_FILLS[share.kind][0],
            line=_FILLS[share.kind][1],
            sample=shape.format(x=_LEFT + 6, y=y - 4),
            y=y,
            count=f"{KIND_WORDS[share.kind]}: {of_1000(share)}",
            words=what,
        )


def _place(number: int) -> tuple[float, float]:
    """Where mark 0, 1, ... stands: along the rows."""
    row, column = divmod(number, _COLUMNS)
    return _LEFT + 8 + column * _CELL, _TOP + row * _CELL + 8

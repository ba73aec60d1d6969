"""The picture of one simulated person's two lives: a panel each, on one axis of months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reentrysim.analysis.lives.lives import Life, Pair
from reentrysim.analysis.lives.states import NOTHING
from reentrysim.report.lives import marks
from reentrysim.report.lives.drawing import fill_in, identifier, width_of
from reentrysim.report.lives.text import kind_sentence, states_of, title
from reentrysim.report.lives.words import LONGEST, SIMULATED, clean, parted_words, verdict
from reentrysim.vocabulary import MONTHS_PER_YEAR

WIDTH, _LEFT, _RIGHT = 1000.0, 150.0, 24.0
_ROW, _GAP, _EVENTS, _NAME, _BETWEEN, _TOP = 19.0, 3.0, 18.0, 22.0, 20.0, 62.0
_LETTER = 11.0
_A_LINE = WIDTH - 20.0


@dataclass(frozen=True)
class Segment:
    """A lane's state over some months."""

    x: float
    y: float
    width: float
    look: marks.Look
    words: str
    """What is written on it; "" where there is no room."""
    told: str
    """What it is, for those who point at it."""


@dataclass(frozen=True)
class Mark:
    """An event."""

    x: float
    y: float
    letter: str
    told: str


@dataclass(frozen=True)
class Label:
    """A text at a place."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Panel:
    """One life."""

    heading: Label
    result: str
    lanes: list[Label]
    segments: list[Segment]
    events: list[Mark]


@dataclass(frozen=True)
class Swatch:
    """An entry of the key."""

    x: float
    y: float
    look: marks.Look | None
    letter: str
    words: str


@dataclass(frozen=True)
class _Axis:
    months: Sequence[int]

    @property
    def step(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / len(self.months)

    def at(self, place: int) -> float:
        return round(_LEFT + place * self.step, 1)

    def of(self, month: int) -> float:
        """Where a month begins, at the edge for one beyond."""
        return self.at(sum(one < month for one in self.months))


def lives_svg(pair: Pair) -> str:
    """The two timelines of one simulated person, one under the other, as `<svg role="img">` with title and desc.

    A lane each for custody, home, work, use and programs, marks for events, and a line at the month where they part.
    States differ by shade, texture and words, so that it reads in black and white. About 10 to 30 kB.
    """
    return placed(pair, None)[0]


def placed(pair: Pair, y: float | None) -> tuple[str, float]:
    """The picture, as one of its own or at a height `y` within another, and how high it is."""
    axis, lanes = _Axis(pair.months), marks.lanes_of(pair)
    panels, spans = _panels(pair, lanes, axis)
    bottom = spans[-1][1]
    key = list(_key(pair, lanes, bottom + 40.0))
    total = (key[-1].y if key else bottom) + 34.0
    picture = fill_in(
        "timeline.svg.j2",
        y=y,
        id=f"lives-{identifier(pair.label)}",
        width=WIDTH,
        height=total,
        title=title(pair),
        about=f"{kind_sentence(pair)} {parted_words(pair)} {SIMULATED}",
        kind=kind_sentence(pair, LONGEST),
        simulated=SIMULATED,
        panels=panels,
        row=_ROW,
        spans=spans,
        bottom=bottom,
        ticks=[Label(axis.of(month), bottom + 14.0, words) for month, words in _ticks(pair)],
        judged=Label(axis.at(_places_to(axis, pair.headline_month)), _TOP - 4, f"month {pair.headline_month}"),
        parted=None if pair.parted is None else Label(axis.of(pair.parted), _TOP - 4, "paths part here"),
        key=key,
        left=_LEFT,
        right=WIDTH - _RIGHT,
    )
    return picture, total


def _panels(pair: Pair, lanes: Sequence[str], axis: _Axis) -> tuple[list[Panel], list[tuple[float, float]]]:
    """The two lives one under the other, and from where to where lines go through each."""
    height = _NAME + _EVENTS + len(lanes) * (_ROW + _GAP)
    tops = [_TOP, _TOP + height + _BETWEEN]
    panels = [_panel(pair, life, lanes, top, axis) for life, top in zip((pair.baseline, pair.other), tops, strict=True)]
    return panels, [(top + _NAME - 2, top + height) for top in tops]


def _places_to(axis: _Axis, month: int) -> int:
    return sum(one <= month for one in axis.months)


def _ticks(pair: Pair) -> Iterator[tuple[int, str]]:
    yield 1, "release"
    for month in pair.months:
        if month > 0 and month % MONTHS_PER_YEAR == 0:
            yield month + 1, f"{month // MONTHS_PER_YEAR} y"


def _panel(pair: Pair, life: Life, lanes: Sequence[str], top: float, axis: _Axis) -> Panel:
    rows = [top + _NAME + _EVENTS + n * (_ROW + _GAP) for n in range(len(lanes))]
    name, result = f"Under {clean(life.scenario, LONGEST)}:", verdict(life, pair.headline_month)
    drawn = [segment for lane, y in zip(lanes, rows, strict=True) for segment in _segments(life, lane, y, axis)]
    told = [
        Label(_LEFT - 6, y + _ROW - 5, clean(marks.lane_words(lane), 24)) for lane, y in zip(lanes, rows, strict=True)
    ]
    return Panel(
        heading=Label(10.0, top + _NAME - 7, name),
        result=result,
        lanes=[Label(_LEFT - 6, top + _NAME + _EVENTS - 5, "events"), *told],
        segments=drawn,
        events=list(_events(life, top + _NAME + _EVENTS / 2, axis)),
    )


def _segments(life: Life, lane: str, y: float, axis: _Axis) -> Iterator[Segment]:
    states, place = life.lanes.get(lane, (NOTHING,) * len(axis.months)), 0
    for state, run in groupby(states):
        first, place = place, place + len(list(run))
        if state == NOTHING:
            continue
        width = round((place - first) * axis.step, 1)
        fits = width_of(state, _LETTER) + 6 <= width
        told = f"{state}, month {axis.months[first]} to {axis.months[place - 1]}"
        yield Segment(axis.at(first), y, width, marks.LOOKS[state], state if fits else "", told)


def _events(life: Life, y: float, axis: _Axis) -> Iterator[Mark]:
    for month, letter in sorted(marks.gravest(life).items()):
        if month in axis.months:
            x = axis.of(month) + axis.step / 2
            yield Mark(round(x, 1), y, letter, f"month {month}: {marks.EVENT_KEY[letter]}")


def _key(pair: Pair, lanes: Sequence[str], y: float) -> Iterator[Swatch]:
    """Events, then states, on as many lines as they need."""
    letters = {letter for life in (pair.baseline, pair.other) for letter in marks.gravest(life).values()}
    entries: list[tuple[marks.Look | None, str, str]] = [
        (None, letter, words) for letter, words in marks.EVENT_KEY.items() if letter in letters
    ]
    states = dict.fromkeys(state for lane in lanes for state in states_of(pair, lane))
    blank = [state for state in states if marks.LOOKS[state].plain]
    entries += [(marks.LOOKS[blank[0]], "", " / ".join(blank))] if blank else []
    entries += [(marks.LOOKS[state], "", state) for state in states if state not in blank]
    x = 10.0
    for look, letter, words in entries:
        width = 26.0 + width_of(words, _LETTER) + 14.0
        if x + width > _A_LINE:
            x, y = 10.0, y + 20.0
        yield Swatch(round(x, 1), y, look, letter, words)
        x += width

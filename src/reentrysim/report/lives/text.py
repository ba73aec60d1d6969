"""Two timelines as lines of text: one letter a month, a line a lane."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from reentrysim.analysis.lives.lives import Event, Life, Lives, Pair
from reentrysim.analysis.lives.states import NOTHING
from reentrysim.report.lives import marks
from reentrysim.report.lives.words import (
    KIND_WORDS,
    clean,
    help_words,
    kind_words,
    lives_words,
    parted_words,
    stands_for,
    verdict,
)
from reentrysim.vocabulary import MONTHS_PER_YEAR

WIDTH = 100
_MARGIN = 22
_A_LINE = WIDTH - _MARGIN
"""Months that a line has room for."""


def lives_text(pair: Pair) -> str:
    """The same as plain lines of at most 100 columns: who, what kind, where they part and why, lanes and events.

    It serves as the alternative to the picture.
    """
    lines = [*_head(pair), "", *_timelines(pair), "", *_happenings(pair), *_key(pair)]
    return "\n".join(line.rstrip() for line in lines)


def story_text(lives: Lives) -> str:
    """The shares in sentences, and every pair, as lines of at most 100 columns."""
    words = [line for sentence in lives_words(lives) for line in textwrap.wrap(sentence, WIDTH)]
    return "\n\n".join(["\n".join(words), *(lives_text(pair) for pair in lives.pairs)])


def title(pair: Pair) -> str:
    """ "Participant A (simulated): 34, man, 7 prior arrests"."""
    return f"{pair.label} (simulated): {pair.who}"


def kind_sentence(pair: Pair, most: int | None = None) -> str:
    """Which kind, and what that is; names of scenarios cut to `most` letters where asked."""
    names = clean(pair.baseline.scenario, most), clean(pair.other.scenario, most)
    what = kind_words(pair.kind, *names, pair.headline_month)
    return f"{KIND_WORDS[pair.kind]}: {what}."


def _head(pair: Pair) -> Iterator[str]:
    yield title(pair)
    for line in (kind_sentence(pair), stands_for(pair), f"{parted_words(pair)} {help_words(pair)}"):
        yield from _wrapped(line)


def _wrapped(line: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _timelines(pair: Pair) -> Iterator[str]:
    for first in range(0, len(pair.months), _A_LINE):
        part = slice(first, first + _A_LINE)
        months = pair.months[part]
        yield f"{'  months':{_MARGIN}}{_axis(months)}"
        parted = None if pair.parted is None else max(pair.parted, pair.months[0])  # at the edge if before it
        if parted in months:
            yield f"{'  paths part':{_MARGIN}}{' ' * months.index(parted)}v"
        for life in (pair.baseline, pair.other):
            yield from _one(pair, life, part)


def _one(pair: Pair, life: Life, part: slice) -> Iterator[str]:
    result = f" ({verdict(life, pair.headline_month)})"
    yield f"  {clean(life.scenario, WIDTH - len(result) - 2)}{result}"
    found = marks.gravest(life)
    yield f"{'    events':{_MARGIN}}{''.join(found.get(month, ' ') for month in pair.months[part])}"
    for lane in marks.lanes_of(pair):
        states = life.lanes.get(lane, (NOTHING,) * len(pair.months))[part]
        letters = "".join(marks.LOOKS[state].letter for state in states)
        yield f"    {clean(marks.lane_words(lane), _MARGIN - 5):{_MARGIN - 4}}{letters}"


def _axis(months: Sequence[int]) -> str:
    """The months whose number stands here, at the release and every year."""
    line = [" "] * (len(months) + 4)
    for place, month in enumerate(months):
        if month == 1 or month % MONTHS_PER_YEAR == 0:
            number = str(month)
            line[place : place + len(number)] = number
    return "".join(line).rstrip()


def _happenings(pair: Pair) -> Iterator[str]:
    for life in (pair.baseline, pair.other):
        told = "; ".join(f"month {month}: {words}" for month, words in by_month(life.events))
        yield from _wrapped(f"Under {clean(life.scenario)}: {told}.")


def by_month(events: Sequence[Event]) -> list[tuple[int, str]]:
    """Month -> all that happened in it."""
    found: dict[int, list[str]] = {}
    for event in events:
        found.setdefault(event.month, []).append(event.words)
    return [(month, ", ".join(words)) for month, words in found.items()]


def states_of(pair: Pair, lane: str) -> list[str]:
    """The states of a lane in either life, in the order in which states are listed."""
    held = {state for life in (pair.baseline, pair.other) for state in life.lanes.get(lane, ())}
    return [state for state in marks.LOOKS if state in held and state != NOTHING]


def _key(pair: Pair) -> list[str]:
    letters = {letter for life in (pair.baseline, pair.other) for letter in marks.gravest(life).values()}
    events = [f"{letter} {words}" for letter, words in marks.EVENT_KEY.items() if letter in letters]
    lanes = {marks.lane_words(lane): states_of(pair, lane) for lane in marks.lanes_of(pair)}
    told = [
        f"{lane}: {', '.join(f'{marks.LOOKS[s].letter} {s}' for s in held)}" for lane, held in lanes.items() if held
    ]
    return _wrapped(f"Key. Events: {', '.join(events)}; {'; '.join(told)}.")

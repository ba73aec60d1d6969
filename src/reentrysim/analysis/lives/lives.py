"""What paired lives are: two timelines of one simulated person, and how many people of 1,000 each kind stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import pandas as pd

TIMELINE_COLUMNS = ["person", "kind", "among", "replicate", "scenario", "month", "lane", "state"]
KIND_COLUMNS = ["kind", "of_1000", "error", "runs", "reached", "died", "shown"]


class Kind(IntEnum):
    """How one person's two lives compare by the month of the answer: back in prison under which scenario."""

    IMPROVED = 0
    """Under the baseline only."""
    WORSENED = 1
    """Under the other scenario only."""
    BOTH = 2
    NEITHER = 3


@dataclass(frozen=True)
class Event:
    """Something that happened to a person in a month since release (1 is the month of release, -1 the one before)."""

    month: int
    what: str
    """One of EVENTS in `states.py`, such as "arrest"."""
    words: str
    """The same in plain words, such as "arrested (drug offense)"."""


@dataclass(frozen=True)
class Life:
    """One person under one scenario."""

    scenario: str
    lanes: Mapping[str, tuple[str, ...]]
    """Lane ("custody", "home", "work", "use", and every program) -> its state in each month; "" where it has none."""
    events: tuple[Event, ...]
    """In order of month."""
    back: int | None
    """Month since release of the first return to prison within follow-up."""
    died: int | None
    """Month since release in which the person died within follow-up."""


@dataclass(frozen=True)
class Pair:
    """One simulated person twice: same traits, same luck, two scenarios. Nobody real."""

    label: str
    """ "Participant A": never a name."""
    who: str
    """ "34, man, 7 prior arrests"."""
    kind: Kind
    of_1000: int
    """People of 1,000 who are of this kind."""
    unit: int
    """What the runs support: a number of 0 is of fewer than this."""
    shown: int
    """Shown people who stand for them, this one included."""
    among: bool
    """False for an extra: of a kind of which there is nobody among those shown in proportion."""
    people: int
    """How many are shown in proportion."""
    replicate: int
    months: tuple[int, ...]
    """Months since release that the timelines have: -lead .. -1, 1 .. horizon."""
    headline_month: int
    """The kind is judged by the end of this month."""
    baseline: Life
    other: Life
    reached: bool
    """A program gave the person a mentor or a place under either scenario by the headline month."""
    parted: int | None
    """Month since release in which the two lives first differ in anything; None if they never do."""
    through: str
    """What they part through: "a mentor", "a job", ...; "" if they never do."""
    why: str
    """The same in a plain sentence."""


@dataclass(frozen=True)
class Share:
    """How many people are of one kind, and of what the runs made again say of them."""

    kind: Kind
    of_1000: int
    """Whole people; the four kinds sum to 1,000, and agree with the printed answer."""
    unit: int
    """What the runs support: 1, 2, 5, 10, ...; a number of 0 is of fewer than this, and of nobody where this is 0."""
    error: float
    """Monte Carlo standard error of the share, in people of 1,000; nan with one replicate."""
    runs: int
    """People of this kind in all runs made again."""
    reached: int
    """Of these, people whom a program reached under either scenario by the headline month."""
    died: int
    """Of these, people who had died by the headline month under either scenario."""


@dataclass(frozen=True)
class Lives:
    """Paired lives of two scenarios: the shares, and the people who are shown."""

    baseline: str
    scenario: str
    headline_month: int
    shares: tuple[Share, ...]
    """In the order of Kind."""
    pairs: tuple[Pair, ...]
    """In the order of Kind; first those in proportion, then extras of the same kind."""
    people: int
    """How many are shown in proportion."""
    replicates: tuple[int, ...]
    """The replicates that were run again."""
    of: int
    """Replicates of the comparison."""
    participants: int
    """People of the analysis cohort in each run."""
    answer: str
    """The comparison's expected difference, in words."""
    parted: int
    """Of the people in the runs made again, those whose two lives ever differ within follow-up."""

    @property
    def timelines(self) -> pd.DataFrame:
        """Every shown person's states and events, one row each; columns TIMELINE_COLUMNS (lane "event" for these)."""
        rows = [row for pair in self.pairs for life in (pair.baseline, pair.other) for row in _rows(pair, life)]
        return pd.DataFrame(rows, columns=TIMELINE_COLUMNS)

    @property
    def kinds(self) -> pd.DataFrame:
        """The four kinds, one row each; columns KIND_COLUMNS."""
        shown = [sum(pair.kind == kind for pair in self.pairs) for kind in Kind]
        told = [(s.kind.name.lower(), s.of_1000, s.error, s.runs, s.reached, s.died) for s in self.shares]
        return pd.DataFrame([(*row, n) for row, n in zip(told, shown, strict=True)], columns=KIND_COLUMNS)


def _rows(pair: Pair, life: Life) -> Iterator[tuple[Any, ...]]:
    """What one life shows, in the columns TIMELINE_COLUMNS; states that are none are left out."""
    about = f"{pair.label} (simulated)", pair.kind.name.lower(), pair.among, pair.replicate, life.scenario
    for lane, states in life.lanes.items():
        yield from ((*about, month, lane, state) for month, state in zip(pair.months, states, strict=True) if state)
    yield from ((*about, event.month, "event", event.words) for event in life.events)

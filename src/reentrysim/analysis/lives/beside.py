"""One replicate run again under both scenarios: everybody's kind, and the lives of those who may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.analysis.lives.lives import Kind, Pair
from reentrysim.analysis.lives.parted import ALIKE, in_words
from reentrysim.analysis.lives.telling import life, who
from reentrysim.analysis.lives.watching import Watch
from reentrysim.analysis.parting import LINE, Parting, part
from reentrysim.experiments.plan import Plan
from reentrysim.model import ReentryModel
from reentrysim.outcomes import by_month
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER

LOTTERY = "story.lottery"
"""The decision that says in which order people of a kind are shown."""


@dataclass(frozen=True)
class Draft:
    """A person who may be shown, and the standing number by whose order people of a kind are."""

    lottery: float
    pair: Pair
    """Without its label and what depends on who else is shown."""


@dataclass(frozen=True)
class Beside:
    """One replicate under both scenarios. Counts have shape (kinds,)."""

    replicate: int
    people: Ints
    """Of the analysis cohort."""
    reached: Ints
    """Of these, people whom a program gave a mentor or a place under either scenario by the headline month."""
    died: Ints
    """Likewise people who had died by then under either."""
    parted: int
    """People of all kinds whose lives ever differ within follow-up."""
    back: tuple[float, float]
    """Share of the cohort back in prison by the headline month, under each."""
    drafts: tuple[Draft, ...]
    """Of every kind those whose numbers are lowest."""


@dataclass(frozen=True)
class _Seen:
    """Two finished runs, and what was seen of them."""

    models: tuple[ReentryModel, ReentryModel]
    watches: tuple[Watch, Watch]
    parting: Parting
    month: int


def run_beside(plan: Plan, replicate: int, month: int, most: int) -> Beside:
    """Run the two scenarios of a plan in one replicate; kinds are judged by `month`, `most` of each are drafted."""
    seen = _see(plan, replicate, month)
    back = [_by(seen, model.world.people.first_return, model) for model in seen.models]
    kinds = kinds_of(back[0], back[1])
    reached = _reached(seen, seen.models[0]) | _reached(seen, seen.models[1])
    died = np.logical_or(*[_by(seen, model.world.people.death, model) for model in seen.models])
    cohort, parted = seen.models[0].world.calendar.cohort, seen.parting.people
    lottery = Luck(plan.seed, replicate).uniform(LOTTERY, 0, cohort.stop, cohort.start)
    within = parted["analyzed"] & (parted["month"] <= seen.watches[0].follow_up)
    return Beside(
        replicate=replicate,
        people=_counts(kinds),
        reached=_counts(kinds[reached]),
        died=_counts(kinds[died]),
        parted=int(within.sum()),
        back=(float(back[0].mean()), float(back[1].mean())),
        drafts=tuple(_drafts(seen, replicate, kinds, lottery, reached, most)),
    )


def kinds_of(back: Flags, back_other: Flags) -> Small:
    """The kind of everybody from who is back in prison under the baseline and under the other, shape (people,)."""
    changed = np.where(back, Kind.IMPROVED, Kind.WORSENED)
    same = np.where(back, Kind.BOTH, Kind.NEITHER)
    return np.where(back != back_other, changed, same).astype(np.int8)


def lowest(kinds: Small, lottery: Floats, most: int) -> dict[Kind, Ints]:
    """Rows of those of every kind whose numbers are lowest, in order; at most `most` of each."""
    order = np.argsort(lottery, kind="stable")
    return {kind: order[kinds[order] == kind][:most] for kind in Kind}


def _see(plan: Plan, replicate: int, month: int) -> _Seen:
    watches: list[Watch] = []
    models: list[ReentryModel] = []

    def look(first: ReentryModel, other: ReentryModel) -> None:
        if not watches:
            models.extend((first, other))
            watches.extend((Watch(first), Watch(other)))
        watches[0].look(first)
        watches[1].look(other)

    parting = part(plan, replicate, look, LINE)
    return _Seen((models[0], models[1]), (watches[0], watches[1]), parting, month)


def _by(seen: _Seen, first: Ints, model: ReentryModel) -> Flags:
    """Who of the cohort has had a first event by the headline month, shape (cohort,)."""
    return by_month(first[model.world.calendar.cohort], seen.month)[:, -1]


def _reached(seen: _Seen, model: ReentryModel) -> Flags:
    """Who of the cohort a program gave a mentor or a place by the headline month, shape (cohort,)."""
    world, cohort = model.world, model.world.calendar.cohort
    last = world.calendar.release_steps[cohort] + seen.month - 1
    steps = [world.mentees.match_step, *(table.start_step for table in world.enrolled.values())]
    begun = [(step[cohort] != NEVER) & (step[cohort] <= last) for step in steps]
    return np.asarray(np.logical_or.reduce(begun), dtype=np.bool_)


def _counts(kinds: Small) -> Ints:
    return np.bincount(kinds, minlength=len(Kind))


def _drafts(seen: _Seen, replicate: int, kinds: Small, lottery: Floats, reached: Flags, most: int) -> Iterator[Draft]:
    parted = seen.parting.people.set_index("person")
    for kind, chosen in lowest(kinds, lottery, most).items():
        for row in chosen.tolist():
            pair = _pair(seen, replicate, kind, row, bool(reached[row]), parted)
            yield Draft(float(lottery[row]), pair)


def _pair(seen: _Seen, replicate: int, kind: Kind, row: int, reached: bool, parted: pd.DataFrame) -> Pair:
    first, other = seen.models
    watch, person = seen.watches[0], row + first.world.calendar.cohort.start
    line: dict[str, Any] = dict(parted.loc[person]) if person in parted.index else {}
    if line and line["month"] > watch.follow_up:
        line = {}
    return Pair(
        label="",
        who=who(first.world.traits, person),
        kind=kind,
        of_1000=0,
        unit=1,
        shown=0,
        among=True,
        people=0,
        replicate=replicate,
        months=watch.months,
        headline_month=seen.month,
        baseline=life(first, watch, row),
        other=life(other, seen.watches[1], row),
        reached=reached,
        parted=int(line["month"]) if line else None,
        through=str(line["through"]) if line else "",
        why=in_words(line, *seen.parting.names) if line else ALIKE,
    )

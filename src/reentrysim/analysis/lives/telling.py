"""One person's two lives, told from what two watches saw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reentrysim.agents.participants import Traits
from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.lives import Event, Life
from reentrysim.analysis.lives.states import program_words
from reentrysim.analysis.lives.watching import Watch
from reentrysim.dynamics.reoffending import NO_ROUTE
from reentrysim.model import ReentryModel
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import NEVER, Offense, Route


def who(traits: Traits, person: int) -> str:
    """ "34, man, 7 prior arrests": never a name."""
    sex, priors = "woman" if traits.female[person] else "man", int(traits.priors[person])
    return f"{int(traits.age[person])}, {sex}, {priors} prior arrest{'' if priors == 1 else 's'}"


def life(model: ReentryModel, watch: Watch, row: int) -> Life:
    """The life of one of the cohort (row from 0) in a finished run."""
    people, person = model.world.people, row + model.world.calendar.cohort.start
    return Life(
        scenario=model.scenario.name,
        lanes=_lanes(watch, row),
        events=tuple(sorted(_events(model, watch, row), key=lambda event: event.month)),
        back=_within(int(people.first_return[person]), watch.follow_up),
        died=_within(int(people.death[person]), watch.follow_up),
    )


def _within(month: int, follow_up: int) -> int | None:
    return month if month != NEVER and month <= follow_up else None


def _lanes(watch: Watch, row: int) -> dict[str, tuple[str, ...]]:
    lanes = {lane: tuple(states.WORDS[lane][code] for code in watch.lanes[lane][row].tolist()) for lane in states.LANES}
    for program, held in watch.held.items():
        word = states.HAS_MENTOR if program == MENTORING else states.HELD
        lanes[program] = tuple(word if here else states.NOTHING for here in held[row].tolist())
    return lanes


def _events(model: ReentryModel, watch: Watch, row: int) -> Iterator[Event]:
    """In the order in which a month brings them."""
    record, months = model.world.record, watch.months
    yield from _releases(watch, row)
    for program, held in watch.held.items():
        yield from _places(program, held[row].tolist(), months)
    for month in (np.flatnonzero(record.arrests[:, row]) + 1).tolist():
        kind = states.OFFENSES[Offense(int(record.seriousness[month - 1, row]))]
        yield Event(month, states.ARREST, f"arrested ({kind})")
        if record.convicted[month - 1, row]:
            yield Event(month, states.CONVICTION, "convicted")
    for at in np.flatnonzero(watch.route[row] != NO_ROUTE).tolist():
        route = states.ROUTES[Route(int(watch.route[row, at]))]
        yield Event(months[at], states.RETURN, f"back in prison ({route})")
    death = _within(int(model.world.people.death[row + model.world.calendar.cohort.start]), watch.follow_up)
    if death is not None:
        yield Event(death, states.DEATH, "died")


def _releases(watch: Watch, row: int) -> Iterator[Event]:
    """The release that months count from, and those after returns."""
    custody, first = watch.lanes[states.CUSTODY][row], watch.column(1)
    if first == 0 or custody[first - 1] == states.INSIDE:
        yield Event(1, states.RELEASE, "released")
    else:  # the sentence is served in the community
        yield Event(1, states.RELEASE, "first day at liberty")
    outside = (custody == states.LIBERTY) | (custody == states.JAIL_DAYS) | (custody == states.JAIL)
    for at in np.flatnonzero((custody[:-1] == states.BACK) & outside[1:]).tolist():
        yield Event(watch.months[at + 1], states.RELEASE, "released again")


def _places(program: str, held: list[bool], months: tuple[int, ...]) -> Iterator[Event]:
    """Beginnings and ends; what was had for a month begins in it and ends in the next."""
    what = "mentor" if program == MENTORING else program_words(program)
    for before, now, month in zip([False, *held], held, months, strict=False):
        if now and not before:
            yield Event(month, states.BEGINS, f"{what} begins")
        if before and not now:
            yield Event(month, states.ENDS, f"{what} ends")

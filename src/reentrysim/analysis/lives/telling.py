"""One person's two lives, told from what two watches saw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reentrysim.agents.participants import Traits
from reentrysim.analysis.answer import program_words
from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.lives import Event, Life
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
    for program in watch.programs:
        lanes[program] = tuple(_place_words(program, *flags) for flags in _had(watch, program, row))
    return lanes


def _had(watch: Watch, program: str, row: int) -> list[tuple[bool, bool]]:
    """By month: whether there is a mentor or a place at its end, and whether one begins in it."""
    return list(zip(watch.held[program][row].tolist(), watch.begun[program][row].tolist(), strict=True))


def _place_words(program: str, held: bool, begun: bool) -> str:
    whole, part = (states.HELD, states.HELD_FOR_PART)
    if program == MENTORING:
        whole, part = (states.HAS_MENTOR, states.HAD_MENTOR_FOR_PART)
    return whole if held else part if begun else states.NOTHING


def _events(model: ReentryModel, watch: Watch, row: int) -> Iterator[Event]:
    """In the order in which a month brings them."""
    record, months = model.world.record, watch.months
    yield from _releases(watch, row)
    for program in watch.programs:
        yield from _places(program, _had(watch, program, row), months)
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


def _places(program: str, had: list[tuple[bool, bool]], months: tuple[int, ...]) -> Iterator[Event]:
    """Beginnings and ends; what is there at the end of a month ends in a later one, what is not ended in this."""
    what, before = "mentor" if program == MENTORING else program_words(program), False
    for (held, begun), month in zip(had, months, strict=True):
        if (held or begun) and not before:
            yield Event(month, states.BEGINS, f"{what} begins")
        if (before or begun) and not held:
            yield Event(month, states.ENDS, f"{what} ends")
        before = held

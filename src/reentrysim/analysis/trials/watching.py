"""What happens to a cohort month by month, as a trial counts it: from randomization on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.dynamics.reoffending import NO_ROUTE
from reentrysim.model import ReentryModel
from reentrysim.programs.contract import Program
from reentrysim.vocabulary import Route, Status


@dataclass(frozen=True)
class Watched:
    """Events of a cohort released in one step. Arrays have shape (months since release, people)."""

    arrest: Flags
    conviction: Flags
    jail: Flags
    """Began a stay in jail."""
    prison: Flags
    """Went back to prison, by any route."""
    new_sentence: Flags
    at_liberty: Flags
    """Alive and in neither prison nor, for the whole month, jail; at the start of the month."""

    def happened(self, outcome: str, enrolled: int, months: int) -> Flags:
        """Whether an outcome happened to each person within `months` of randomization in month `enrolled`."""
        window = slice(enrolled - 1, enrolled - 1 + months)
        return np.asarray(OUTCOMES[outcome](self)[window].any(axis=0))

    def enrolled(self, month: int) -> Flags:
        """Who can be randomized in a month since release, shape (people,)."""
        return np.asarray(self.at_liberty[month - 1])


OUTCOMES: Mapping[str, Callable[[Watched], Flags]] = {
    "arrest": lambda seen: seen.arrest,
    "conviction": lambda seen: seen.conviction,
    "incarceration": lambda seen: seen.jail | seen.prison,
    "jail": lambda seen: seen.jail,
    "prison": lambda seen: seen.prison,
    "new_sentence": lambda seen: seen.new_sentence,
    "technical": lambda seen: seen.prison & ~seen.new_sentence,
    "any_event": lambda seen: seen.arrest | seen.conviction | seen.jail | seen.prison,
}
"""What a trial may count: at least one such event by a month.

Incarceration is jail or prison, technical a return to prison without a new sentence.
"""


class TrialModel(ReentryModel):
    """A model that notes who has what programs are for in a step, just before anybody waits for one."""

    asked_step = 0
    needs: tuple[Program, ...] = ()
    have: Flags
    """Who has the needs of all of them in that step, shape (people of the month,)."""

    def programs_say_who_waits(self) -> None:
        """As ever, after taking note."""
        if self.steps == self.asked_step:
            each = [program.needs(self.now) for program in self.needs]
            self.have = np.logical_and.reduce([np.ones(len(self.now.free), dtype=np.bool_), *each])
        super().programs_say_who_waits()


def watch(model: TrialModel, months: int, enrolled: int = 1) -> tuple[Watched, Flags]:
    """Run a model of one cohort to its end and note what happens in each of so many months since release.

    Also who has what `model.needs` are for in month `enrolled`, shape (people,). Watching changes nothing: it reads
    each month's events after the month.
    """
    cohort = model.world.calendar.cohort
    released = int(model.world.calendar.release_steps[cohort.start])
    model.asked_step = released + enrolled - 1
    seen = np.zeros((6, months, cohort.stop - cohort.start), dtype=np.bool_)
    while model.running:
        model.step()
        month = model.steps - released
        if 0 <= month < months:
            seen[:, month] = _month(model, cohort)
        if model.steps == model.asked_step:
            have = model.have[_rows(model, cohort)]
    return Watched(*seen), have


def _rows(model: ReentryModel, cohort: slice) -> slice:
    """The cohort among the people of the month."""
    return slice(cohort.start - model.now.window.start, cohort.stop - model.now.window.start)


def _month(model: ReentryModel, cohort: slice) -> Flags:
    """The six columns of one month, shape (6, people)."""
    now = model.now
    who = _rows(model, cohort)
    events, people = now.events, now.people
    back = events.route[who] != NO_ROUTE
    jailed = events.arrested[who] & ~back & (people.jail_days[who] > 0.0)
    living = (people.status[who] == Status.COMMUNITY) | back | events.died[who]
    new = events.route[who] == Route.NEW_SENTENCE
    return np.stack([events.arrested[who], events.convicted[who], jailed, back, new, living & (now.free[who] > 0.0)])

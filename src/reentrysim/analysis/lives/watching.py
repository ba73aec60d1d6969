"""Watching one run month by month: where the cohort's people are, how they live, and what happens. Changes nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reentrysim.agents.columns import Flags, Ints, Small, rows
from reentrysim.analysis.lives import states
from reentrysim.dynamics.reoffending import NO_ROUTE
from reentrysim.model import ReentryModel
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Status


class Watch:
    """Tables of shape (cohort, months): columns are months -lead .. -1, 1 .. follow-up since each person's release."""

    def __init__(self, model: ReentryModel) -> None:
        world, time = model.world, model.scenario.time
        self.lead, self.follow_up = int(world.calendar.lead_months), int(time.follow_up_months)
        self.released: Ints = world.calendar.release_steps[world.calendar.cohort]
        self.programs = (MENTORING, *world.enrolled)
        shape = (len(self.released), self.lead + self.follow_up)
        self.lanes: dict[str, Small] = {lane: np.zeros(shape, dtype=np.int8) for lane in states.LANES}
        self.held: dict[str, Flags] = {program: np.zeros(shape, dtype=np.bool_) for program in self.programs}
        """Who has a mentor or a place at the end of the month."""
        self.begun: dict[str, Flags] = {program: np.zeros(shape, dtype=np.bool_) for program in self.programs}
        """Whose match or place begins in the month, also if it is over by its end."""
        self._helped: dict[str, Ints] = {name: np.full(shape[0], NEVER) for name in world.enrolled}
        """Until which step each program's help was to go on when last looked at, shape (cohort,)."""
        self.route: Small = np.full(shape, NO_ROUTE, dtype=np.int8)
        """Route back to prison in the month; NO_ROUTE for who stays."""

    @property
    def months(self) -> tuple[int, ...]:
        """The month since release of each column; there is no month 0."""
        return (*range(-self.lead, 0), *range(1, self.follow_up + 1))

    def column(self, month: int) -> int:
        """Where a month since release stands."""
        return self.lead + (month - 1 if month > 0 else month)

    def look(self, model: ReentryModel) -> None:
        """Write down the step that has just ended."""
        begun = self._beginning(model)
        column = model.steps - self.released + self.lead
        who = np.flatnonzero((column >= 0) & (column < self.lead + self.follow_up))
        if not len(who):
            return
        at = who, column[who]
        for lane, codes in self._now(model).items():
            self.lanes[lane][at] = codes[who]
        for program, held in _holding(model).items():
            self.held[program][at] = held[who]
            self.begun[program][at] = begun[program][who]
        window, cohort = model.now.window, model.world.calendar.cohort
        here = who[(who + cohort.start >= window.start) & (who + cohort.start < window.stop)]
        row = here + cohort.start - window.start
        self.route[here, column[here]] = model.now.events.route[row]

    def _beginning(self, model: ReentryModel) -> dict[str, Flags]:
        """Program -> for whom of the cohort a match or place begins in the step, shape (cohort,).

        Of places the model notes the first beginning alone; with every further one help is to go on for longer.
        """
        world, cohort = model.world, model.world.calendar.cohort
        begun = {MENTORING: world.mentees.current_step[cohort] == model.steps}
        for name, table in world.enrolled.items():
            helped = table.helped_until[cohort].copy()
            begun[name] = (table.start_step[cohort] == model.steps) | (helped > self._helped[name])
            self._helped[name] = helped
        return begun

    def _now(self, model: ReentryModel) -> dict[str, NDArray[np.integer]]:
        """Lane -> codes of everybody of the cohort at the end of the step, shape (cohort,)."""
        world, cohort = model.world, model.world.calendar.cohort
        lives, status = rows(world.lives, cohort), world.people.status[cohort]
        outside = status == Status.COMMUNITY
        treated = lives.in_treatment
        use = np.where(treated, states.TREATED, np.where(lives.using, states.USING, states.NO_USE))
        program_job = np.zeros(len(status), dtype=np.bool_)
        for name, terms in world.terms.items():
            if terms.program.is_paid_work:
                program_job |= world.enrolled[name].place[cohort] != NEVER
        job = np.where(lives.employer != NEVER, states.JOB, states.NO_JOB)
        work = np.where(program_job, states.PROGRAM_JOB, job)
        return {
            states.CUSTODY: self._custody(model, status),
            states.HOME: np.where(outside, lives.home, 0),
            states.WORK: np.where(outside, work, 0),
            states.USE: np.where(outside, use, 0),
        }

    def _custody(self, model: ReentryModel, status: Small) -> NDArray[np.integer]:
        window, cohort = model.now.window, model.world.calendar.cohort
        days = np.zeros(len(status))
        first, stop = max(window.start, cohort.start), min(window.stop, cohort.stop)
        if first < stop:
            seen = slice(first - window.start, stop - window.start)
            days[first - cohort.start : stop - cohort.start] = model.now.days_in_custody[seen]
        some = np.where(days > 0, states.JAIL_DAYS, states.LIBERTY)
        free = np.where(days >= DAYS_PER_MONTH, states.JAIL, some)
        by_status = {Status.AWAITING_RELEASE: states.INSIDE, Status.RETURNED: states.BACK, Status.DEAD: states.DEAD}
        found = np.where(status == Status.COMMUNITY, free, 0)
        for one, code in by_status.items():
            found = np.where(status == one, code, found)
        return np.asarray(found)


def _holding(model: ReentryModel) -> dict[str, Flags]:
    """Program -> who of the cohort has a mentor or a place at the end of the step, shape (cohort,)."""
    world, cohort = model.world, model.world.calendar.cohort
    held = {name: table.place[cohort] != NEVER for name, table in world.enrolled.items()}
    return {MENTORING: world.mentees.mentor[cohort] != NEVER, **held}

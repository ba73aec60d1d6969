"""One month of one run: the people it can concern, and what its stages tell one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows
from reentrysim.agents.participants import Enrollment, Lives, Mentees, Participants, Traits
from reentrysim.dynamics import reoffending
from reentrysim.programs import enrollment, mentoring
from reentrysim.randomness import Luck, MonthLuck
from reentrysim.scenario import Scenario
from reentrysim.setup import World
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import NEVER, Risk


@dataclass
class Now:
    """The month's window of rows, and the proposals of its stages. Arrays have shape (window,) unless they say."""

    world: World
    scenario: Scenario
    values: Mapping[str, float]
    luck: Luck
    step: int
    window: slice
    """Rows of the people whom this month can concern: a window, because rows are in order of release."""
    people: Participants
    traits: Traits
    mentees: Mentees
    lives: Lives
    enrolled: dict[str, Enrollment]
    """Standing with each program other than mentoring."""
    served: dict[str, Ints]
    """Rows of who has, or has had, a mentor or a place, by program: whom it can have done anything to."""
    own: Mapping[str, Mapping[str, Floats]]
    """Mediators that programs brought along, by program and name."""
    month_luck: MonthLuck
    employer_before: Ints
    """Employers and housing providers at the start of the month; NEVER without one."""
    provider_before: Ints
    job_age: Ints
    """Months since the current or last job, and the current home, was found."""
    home_age: Ints
    waiting: Ints = field(init=False)
    """Rows of who is in the queue for a mentor."""
    in_line: dict[str, Ints] = field(default_factory=dict)
    """Rows of who waits for a place in each other program."""
    paid: dict[str, int] = field(default_factory=dict)
    """Places that money pays this month, in each program that buys them by the month."""
    hours_wanted: Floats = field(init=False)
    """Hours that each mentor's people would take, shape (posts,)."""
    events: reoffending.Month = field(init=False)
    days_in_custody: Floats = field(init=False)

    @cached_property
    def free(self) -> Floats:
        """Share of the month at liberty: settled once this month's releases have happened."""
        return reoffending.exposure(self.people)

    @property
    def treated(self) -> Flags:
        """Who is in treatment for substance use, a program's or another's."""
        treated = self.lives.in_treatment
        for name, terms in self.world.terms.items():
            if terms.program.is_treatment:
                treated = treated.copy()
                treated[self.held(name)] = True
        return treated

    @property
    def risk(self) -> Small:
        """Assessed risk band, as an agency has it now."""
        return self.world.risk[self.window]

    @property
    def plain_risk(self) -> Small:
        """The band of a first reading without bias, drift or oracle: what an agency believes changes nobody."""
        return self.world.assessed.plain[self.window]

    def may_be_placed(self, program: str) -> Flags | bool:
        """Whom the rule of a program's line does not leave waiting whatever is free, shape (window,) if anybody."""
        only = self.scenario.policies.matching.line_of(program).only_risk
        return True if only is None else of_bands(self.risk, only)

    def held(self, program: str) -> Ints:
        """Rows of who has a place in a program other than mentoring."""
        served = self.served[program]
        return np.asarray(served[self.enrolled[program].place[served] != NEVER])

    def table(self, program: str) -> Any:
        """What the scenario sets of a program that it has."""
        return self.scenario.programs.of(program)

    @property
    def release_steps(self) -> Ints:
        """Calendar of releases, in order, shape (window,)."""
        return self.world.calendar.release_steps[self.window]

    @cached_property
    def present_share(self) -> float:
        """Simulated people in units of those who are released in the months in which people look for work and rooms."""
        return min(self._simulated / self.world.released_people, 1.0)

    def unseen(self, *, scarce: bool) -> float:
        """Released people who are in the market and take nothing from anybody simulated but by competing.

        As many as those months release beyond the people simulated; where participants don't compete with one another,
        all of them.
        """
        return max(self.world.released_people - self._simulated, 0.0) if scarce else self.world.released_people

    @cached_property
    def _simulated(self) -> int:
        return int(np.count_nonzero(self.traits.release_step <= self.step))


def of_bands(risk: Small, bands: Sequence[str]) -> Flags:
    """Whose assessed risk is in one of some bands, of the shape of `risk`."""
    return np.isin(risk, [Risk[band.upper()] for band in bands])


def begin(world: World, scenario: Scenario, values: Mapping[str, float], luck: Luck, step: int) -> Now:
    """The month `step` before anything has happened."""
    calendar = world.calendar
    release = calendar.release_steps
    first = int(np.searchsorted(release, step - world.program_steps))
    last = int(np.searchsorted(release, step + calendar.lead_months, side="right"))
    if first == len(release):  # only the cohort still counts
        last = calendar.cohort.stop
    window = slice(min(first, calendar.cohort.start), last)
    lives, mentees = rows(world.lives, window), rows(world.mentees, window)
    enrolled = {name: rows(table, window) for name, table in world.enrolled.items()}
    return Now(
        world=world,
        scenario=scenario,
        values=values,
        luck=luck,
        step=step,
        window=window,
        people=rows(world.people, window),
        traits=rows(world.traits, window),
        mentees=mentees,
        lives=lives,
        enrolled=enrolled,
        served={MENTORING: mentoring.served(mentees)} | {n: enrollment.served(one) for n, one in enrolled.items()},
        own={name: {key: column[window] for key, column in mine.items()} for name, mine in world.own.items()},
        month_luck=MonthLuck(luck, step, window.start, window.stop),
        employer_before=lives.employer.copy(),
        provider_before=lives.provider.copy(),
        job_age=step - lives.job_step,
        home_age=step - lives.home_step,
    )

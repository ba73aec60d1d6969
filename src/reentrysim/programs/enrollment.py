"""What all programs but mentoring share: who may come, how long, and what it builds up.

A month in a place builds up a dose, which fades with a half-life after the place. The dose moves the log hazard of
arrest: the direct path of the program, its level solved by the simulated trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.participants import Enrollment, Participants, Traits
from reentrysim.programs.admission import Admission, fits, in_window
from reentrysim.programs.contract import Program
from reentrysim.scenario.programs import IN_PERSON
from reentrysim.vocabulary import NEVER


@dataclass(frozen=True, kw_only=True)
class Terms(Admission):
    """A program that gives people a place, as a scenario sets it."""

    program: Program
    fidelity: float = 1.0
    """Share of the program as designed that is really delivered."""
    mode: str = IN_PERSON
    """How it reaches people."""

    @property
    def name(self) -> str:
        """The program's name."""
        return self.program.name

    def strength(self, values: Mapping[str, float]) -> float:
        """Dose of a month, in units of the program as designed and in person."""
        return self.fidelity * self.times(values, "dose")

    def times(self, values: Mapping[str, float], what: str) -> float:
        """Cost or dose of its mode of delivery, in units of that in person."""
        return 1.0 if self.mode == IN_PERSON else values[f"{self.name}.{self.mode}_{what}_ratio"]


def eligible(
    people: Participants,
    traits: Traits,
    enrolled: Enrollment,
    risk: Small,
    terms: Terms,
    needs: Flags,
    step: int,
    near: slice | None = None,
) -> Ints:
    """Rows of who may be offered a place this month: who needs one, by setting, month, risk and sex.

    Who lost a place before its planned end, because money or a caseworker went, may come back until then. `near` are
    the rows that an offer can concern (default: all).
    """
    near = slice(0, len(enrolled.place)) if near is None else near
    start, release = enrolled.start_step[near], traits.release_step[near]
    in_time = np.where(start == NEVER, in_window(release, terms, step), step < start + terms.length_months)
    open_ = in_time & needs[near] & (enrolled.place[near] == NEVER) & ~enrolled.closed[near]
    return rows_where(open_ & fits(near, people, traits, risk, terms)) + np.int64(near.start)


def served(enrolled: Enrollment) -> Ints:
    """Rows of who has, or has had, a place, in order."""
    return rows_where(enrolled.start_step != NEVER)


def say_who_waits(enrolled: Enrollment, may: Ints, step: int, near: slice | None = None) -> int:
    """Who may have a place (rows `may`) joins the line, everybody else `near` leaves it; the number of newcomers."""
    since = enrolled.waiting_since[may]
    enrolled.waiting_since[near or slice(None)] = NEVER
    enrolled.waiting_since[may] = np.where(since == NEVER, step, since)
    enrolled.first_waiting[may[enrolled.first_waiting[may] == NEVER]] = step
    return int(np.count_nonzero(since == NEVER))


def hear_offers(enrolled: Enrollment, asked: Ints, step: int) -> None:
    """People `asked` (rows) hear of an offer; who declines is not asked again."""
    enrolled.offered_step[asked] = np.where(enrolled.offered_step[asked] == NEVER, step, enrolled.offered_step[asked])
    close(enrolled, asked[~enrolled.willing[asked]])


def close(enrolled: Enrollment, who: Ints) -> None:
    """People `who` (rows) get no further offers."""
    enrolled.closed[who] = True
    enrolled.waiting_since[who] = NEVER


def begin(enrolled: Enrollment, who: Ints, place: Ints, terms: Terms, step: int) -> None:
    """People `who` (rows) get a place; who had one before goes on from there."""
    enrolled.place[who] = place
    enrolled.start_step[who] = np.where(enrolled.start_step[who] == NEVER, step, enrolled.start_step[who])
    enrolled.helped_until[who] = enrolled.start_step[who] + terms.length_months + terms.after_months - 1
    enrolled.waiting_since[who] = NEVER


def through(enrolled: Enrollment, who: Ints, release_step: Ints, terms: Terms, step: int) -> Flags:
    """Which of the people `who` (rows, with a place) had all their months before this one, shape (len(who),).

    A program that stops at the gate is over with the last month before release.
    """
    over = step >= enrolled.start_step[who] + terms.length_months
    return np.asarray(over if terms.in_community else over | (step >= release_step[who]))


def lose(enrolled: Enrollment, who: Ints, step: int) -> None:
    """The places of people `who` (rows) are gone from `step` on, and help with them; they may come back."""
    enrolled.place[who] = NEVER
    enrolled.helped_until[who] = step - 1


def end(enrolled: Enrollment, who: Ints, helped_until: Ints | int) -> None:
    """The places of people `who` (rows) end for good; help goes on until `helped_until`."""
    enrolled.place[who] = NEVER
    enrolled.helped_until[who] = helped_until
    close(enrolled, who)


def build_up(
    enrolled: Enrollment, ever: Ints, held: Ints, dose: Floats, values: Mapping[str, float], name: str
) -> None:
    """A month more of dose: of people `held` (rows) towards `dose` (shape (len(held),)), fading of others.

    `ever` are the rows of everybody who has, or has had, a place.
    """
    before = enrolled.dose[held]
    enrolled.dose[ever] *= 2.0 ** (-1.0 / values[f"{name}.half_life_months"])
    speed = 1.0 - 2.0 ** (-1.0 / values[f"{name}.onset_months"])
    enrolled.dose[held] = before + (dose - before) * speed


def relief(dose: Floats, values: Mapping[str, float], program: Program) -> Floats:
    """What the dose adds to the log hazard of arrest (negative helps), of the same shape."""
    return values[program.level] * dose

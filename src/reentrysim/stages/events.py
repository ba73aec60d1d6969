"""Arrests, violations, returns and deaths of a month, and its record."""

from __future__ import annotations

from functools import partial

import numpy as np

from reentrysim.agents.columns import Floats, rows, rows_where
from reentrysim.dynamics import custody, engagement, housing, recording, reoffending
from reentrysim.programs.contract import Channel
from reentrysim.stages import circumstances, places, support
from reentrysim.stages.now import Now
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Home


def happen(now: Now) -> None:
    """Deaths, arrests and returns from the state that the month's other stages left, and the custody they lead to."""
    world, people = now.world, now.people
    outside = rows_where(now.free > 0.0)
    added = reoffending.Added(
        outside=outside,
        arrest=circumstances.arrest_hazard(now, outside) + support.arrest_hazard(now, outside),
        enforcement=circumstances.enforcement(now, outside),
        violation=partial(circumstances.violation_hazard, now),
        deaths=support.added(now, Channel.DEATH, np.arange(len(now.free))),
    )
    liable, release = rows(world.liable, now.window), now.traits.release_step
    now.events = reoffending.month_of_events(
        people, release, liable, world.hazards, added, now.free, now.step, now.month_luck
    )
    now.days_in_custody = custody.custody_days(people)
    custody.take_into_custody(people, now.traits, now.events, world.stays, now.month_luck, world.occasions)
    fade = people.recent_arrest * world.hazards.recent_arrest_fade
    people.recent_arrest[:] = np.where(now.events.arrested, 1.0, fade)
    people.last_arrest[now.events.arrested] = now.step
    gone = rows_where(now.events.died | now.events.returned)
    engagement.end_matches(now.mentees, gone, closed=True)
    circumstances.end_life_outside(now, gone)
    support.end_life_outside(now, gone)


def record(now: Now) -> None:
    """First events, the cohort's month, and the queues go into the record."""
    world = now.world
    recording.note_first_events(now.people, now.events, now.traits.release_step, now.step)
    if now.step >= world.calendar.release_steps[world.calendar.cohort.start]:
        _record_cohort(now)
    recording.note_queues(world.record, now.step, now.mentees, now.people)
    world.record.unsheltered[now.step] = np.count_nonzero((now.lives.home == Home.STREET) & (now.free > 0.0))
    active = world.mentors.active(now.step)
    world.record.active_mentors[now.step] = np.count_nonzero(active)
    world.record.strain[now.step] = world.mentors.strain[active].sum()
    places.record(now)


def _record_cohort(now: Now) -> None:
    """The cohort's month: who is in custody for all of it has neither work nor home outside."""
    calendar = now.world.calendar
    cohort = slice(calendar.cohort.start, min(calendar.cohort.stop, now.window.stop))
    who = slice(cohort.start - now.window.start, cohort.stop - now.window.start)
    released = calendar.release_steps[cohort]
    steps = np.arange(released[0], released[-1] + 2)
    months, bounds = now.step - steps[:-1] + 1, np.searchsorted(released, steps)
    days = now.days_in_custody[who]
    events, living = rows(now.events, who), _living(now, who, days)
    recording.note_cohort(now.world.record, months, bounds, events, days, living)


def _living(now: Now, who: slice, days: Floats) -> recording.Living:
    """How people of the rows `who` live at the end of the month; `days` are theirs in custody."""
    lives, world = rows(now.lives, who), now.world
    outside = days < DAYS_PER_MONTH
    free = 1.0 - days / DAYS_PER_MONTH
    earned = np.zeros(len(days))
    employed = rows_where((lives.employer != NEVER) & outside)
    hours = now.values["work.hours_per_month"] * free[employed]
    earned[employed] = world.employers.wage[lives.employer[employed]] * hours
    program_job = support.in_program_job(now)[who] & outside
    for name, wage in world.program_wages.items():
        paid = (now.enrolled[name].place[who] != NEVER) & outside
        earned[paid] = wage * free[paid]
    return recording.Living(
        employed=(lives.employer != NEVER) & outside,
        stably_housed=housing.stable(lives, now.values, now.step) & outside,
        home=np.where(outside, lives.home, Home.NONE).astype(np.int8),
        active_use=lives.using & outside,
        earned=earned,
        program_job=program_job,
    )

"""Arrests, violations, returns and deaths of a month, and its record."""

from __future__ import annotations

from functools import partial

import numpy as np

from reentrysim.agents.columns import Ints, rows
from reentrysim.dynamics import custody, engagement, housing, recording, reoffending
from reentrysim.programs import mentoring
from reentrysim.stages import circumstances, places, support
from reentrysim.stages.now import Now
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Home


def happen(now: Now) -> None:
    """Deaths, arrests and returns from the state that the month's other stages left, and the custody they lead to."""
    world, people = now.world, now.people
    outside = np.flatnonzero(now.free > 0.0)
    added = reoffending.Added(
        outside=outside,
        arrest=mentoring.relief(now.mentees.trust[outside], now.values)
        + circumstances.arrest_hazard(now, outside)
        + support.arrest_hazard(now, outside),
        violation=partial(circumstances.violation_hazard, now),
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
    gone = now.events.died | now.events.returned
    engagement.end_matches(now.mentees, gone, closed=True)
    circumstances.end_life_outside(now, gone)
    support.end_life_outside(now, np.flatnonzero(gone))


def record(now: Now) -> None:
    """First events, the cohort's month, and the queues go into the record."""
    world, window = now.world, now.window
    since = reoffending.months_since(now.step, now.traits.release_step)
    recording.note_first_events(now.people, now.events, since)
    cohort = world.calendar.cohort
    members = np.arange(max(cohort.start, window.start), min(cohort.stop, window.stop))
    if len(members):
        who = slice(int(members[0]) - window.start, int(members[-1]) + 1 - window.start)
        _record_cohort(now, members - cohort.start, since, who)
    active = int(np.count_nonzero(world.mentors.active(now.step)))
    recording.note_queues(world.record, now.step, now.mentees, now.lives, now.people, active)
    places.record(now)


def _record_cohort(now: Now, members: Ints, since: Ints, who: slice) -> None:
    """The month of the cohort's rows `who`: who is in custody for all of it has neither work nor home outside."""
    lives, world, days = rows(now.lives, who), now.world, now.days_in_custody[who]
    outside = days < DAYS_PER_MONTH
    employed = (lives.employer != NEVER) & outside
    hours = now.values["work.hours_per_month"] * (1.0 - days / DAYS_PER_MONTH)
    earned = np.zeros(len(days))
    earned[employed] = world.employers.wage[lives.employer[employed]] * hours[employed]
    program_job = support.in_program_job(now)[who] & outside
    earned[program_job] = world.program_wage * (1.0 - days[program_job] / DAYS_PER_MONTH)
    living = recording.Living(
        employed=employed,
        stably_housed=housing.stable(lives, now.values, now.step) & outside,
        home=np.where(outside, lives.home, Home.NONE).astype(np.int8),
        active_use=lives.using & outside,
        earned=earned,
        program_job=program_job,
    )
    recording.note_cohort(world.record, members, since, now.events, now.days_in_custody, living, who)

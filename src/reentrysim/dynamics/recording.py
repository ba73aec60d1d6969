"""The record of a run: what happened to the analysis cohort, month by month since release, and to the queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reentrysim.agents.columns import Flags, Floats, Ints, Small, column_names, rows_where
from reentrysim.agents.participants import Mentees, Participants
from reentrysim.dynamics.reoffending import Month, months_since
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Status

_OF_MONTH = ("seriousness", "convicted", "returned", "in_prison", "supervised")
"""What the record takes from the month's events under the same names."""


@dataclass
class Record:
    """Tables of shape (months, cohort), row m - 1 being month m since release; queues of shape (steps + 1,)."""

    arrests: NDArray[np.int8]
    seriousness: Small
    """Of the month's arrest; meaningful where there was one."""
    convicted: Flags
    returned: Flags
    """Went back to prison, for the first time or again."""
    in_prison: Flags
    """All month, after a return."""
    supervised: Flags
    """Outside prison, in a term of supervision."""
    custody_days: Floats
    in_custody: Flags
    """Whole month in prison or jail, and alive at its end."""
    employed: Flags
    """At the end of the month; never for who was in custody for all of it. Likewise the next three."""
    stably_housed: Flags
    home: Small
    active_use: Flags
    earned: Floats
    """Dollars of the scenario's price year, those of program jobs included."""
    program_job: Flags
    waiting: Floats
    """People in the queue for a mentor at the end of the month; who pauses before a new match is not in it."""
    matched: Floats
    """People with a mentor at the end of the month."""
    unsheltered: Floats
    """People at liberty who found neither a home nor a bed in the step."""
    active_mentors: Floats
    strain: Floats
    """Strain of all active mentors at the end of the month, summed."""
    contacts: Floats
    """Contacts kept in the step."""
    offers: Floats
    volunteer_hours: Floats
    """Hours that a volunteer gave in the step, of the volunteers of a circle each; summed over posts."""
    noticed: Floats
    """Matches that ended in the step because somebody noticed that they fail."""
    in_line: Floats
    """People in the line for each other program at the end of the month, shape (programs, steps + 1)."""
    held: Floats
    """People with a place in it."""
    referred: Floats
    """People sent elsewhere in the step because a team was full, shape (teams, steps + 1)."""
    workers: Floats
    """Workers of each team who could see people at the end of the month, likewise; mentors first."""

    @classmethod
    def blank(cls, months: int, cohort: int, steps: int, programs: int = 0, teams: int = 1) -> Record:
        """Nothing has happened yet."""
        table = (months, cohort)
        return cls(
            arrests=np.zeros(table, dtype=np.int8),
            seriousness=np.zeros(table, dtype=np.int8),
            convicted=np.zeros(table, dtype=np.bool_),
            returned=np.zeros(table, dtype=np.bool_),
            in_prison=np.zeros(table, dtype=np.bool_),
            supervised=np.zeros(table, dtype=np.bool_),
            custody_days=np.zeros(table),
            in_custody=np.zeros(table, dtype=np.bool_),
            employed=np.zeros(table, dtype=np.bool_),
            stably_housed=np.zeros(table, dtype=np.bool_),
            home=np.zeros(table, dtype=np.int8),
            active_use=np.zeros(table, dtype=np.bool_),
            earned=np.zeros(table),
            program_job=np.zeros(table, dtype=np.bool_),
            waiting=np.zeros(steps + 1),
            matched=np.zeros(steps + 1),
            unsheltered=np.zeros(steps + 1),
            active_mentors=np.zeros(steps + 1),
            strain=np.zeros(steps + 1),
            contacts=np.zeros(steps + 1),
            offers=np.zeros(steps + 1),
            volunteer_hours=np.zeros(steps + 1),
            noticed=np.zeros(steps + 1),
            in_line=np.zeros((programs, steps + 1)),
            held=np.zeros((programs, steps + 1)),
            referred=np.zeros((teams, steps + 1)),
            workers=np.zeros((teams, steps + 1)),
        )


@dataclass(frozen=True)
class Living:
    """How people live at the end of a month. Shape (people,)."""

    employed: Flags
    stably_housed: Flags
    home: Small
    active_use: Flags
    earned: Floats
    """Dollars earned in the month."""
    program_job: Flags


def note_first_events(people: Participants, month: Month, release_step: Ints, step: int) -> None:
    """Date first events by months since the release that counts; an arrest's consequences are dated at the arrest."""
    for column, happened in (
        (people.first_arrest, month.arrested),
        (people.first_conviction, month.convicted),
        (people.death, month.died),
    ):
        _date_first(column, happened, release_step, step)
    first = _date_first(people.first_return, month.returned, release_step, step)
    people.first_route[first] = month.route[first]


def _date_first(column: Ints, happened: Flags, release_step: Ints, step: int) -> Ints:
    """Date the event for whom (rows) it is the first."""
    who = rows_where(happened)
    first: Ints = who[column[who] == NEVER]
    column[first] = months_since(step, release_step[first])
    return first


def note_cohort(record: Record, months: Ints, bounds: Ints, month: Month, days: Floats, living: Living) -> None:
    """Book this month of the cohort, whose people, in order of release, stand in different months since theirs.

    Args:
        months: the month since release (from 1 on) of each group of people released together, shape (groups,).
        bounds: first person of each group, and the end of the last; shape (groups + 1,).
        days: in custody, shape (cohort,), as everything in `month` and `living`.
    """
    columns = (
        (record.arrests, month.arrested),
        *((getattr(record, name), getattr(month, name)) for name in _OF_MONTH),
        (record.custody_days, days),
        (record.in_custody, (days >= DAYS_PER_MONTH) & ~month.died),
        *((getattr(record, name), getattr(living, name)) for name in column_names(Living)),
    )
    for since, first, end in zip(months.tolist(), bounds.tolist(), bounds[1:].tolist(), strict=False):
        if 1 <= since <= len(record.arrests):
            for table, column in columns:
                table[since - 1, first:end] = column[first:end]


def note_queues(record: Record, step: int, mentees: Mentees, people: Participants) -> None:
    """Book the queue for mentors and the matches at the end of the month."""
    queued = (mentees.waiting_since != NEVER) & (mentees.waiting_since <= step) & (people.status != Status.DEAD)
    mentees.months_waited += queued
    record.waiting[step] = np.count_nonzero(queued)
    record.matched[step] = np.count_nonzero(mentees.mentor != NEVER)

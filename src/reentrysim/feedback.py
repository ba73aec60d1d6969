"""What participants and mentors say of programs: scores from 0 to 1 of what they got against what was meant.

A participant's score of a program is the mean of parts that an agency could ask about: the wait before the place, the
fit with the mentor, and how much of what was meant took place. Weights are equal because nothing says otherwise.
"""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints, rows
from reentrysim.model import ReentryModel
from reentrysim.vocabulary import NEVER


def satisfaction(model: ReentryModel) -> Floats:
    """Mean score of each of the analysis cohort over the programs that served them, shape (people,); nan for none."""
    scores = [_of_mentoring(model), *(_of_program(model, name) for name in model.world.enrolled)]
    each = np.stack(scores)
    served = (~np.isnan(each)).sum(axis=0)
    return np.where(served > 0, np.nansum(each, axis=0) / np.maximum(served, 1), np.nan)


def of_mentors(model: ReentryModel, steps: slice) -> float:
    """Mean score of mentors at work in these steps: full without strain; nan without mentors."""
    strain, mentors = (
        float(each[steps].sum()) for each in (model.world.record.strain, model.world.record.active_mentors)
    )
    return 1.0 - model.values["feedback.strain_weight"] * strain / mentors if mentors else np.nan


def _of_mentoring(model: ReentryModel) -> Floats:
    """What was meant are the contacts until the planned end, the release if mentoring stops at the gate."""
    cohort, design = model.world.calendar.cohort, model.world.design
    mentees, released = rows(model.world.mentees, cohort), model.world.traits.release_step[cohort]
    months = np.full(len(released), design.length_months)
    if not design.in_community:
        months = np.clip(released - mentees.match_step, 1, design.length_months)
    parts = (
        _for_the_wait(model, mentees.first_waiting, mentees.match_step),
        mentees.fit,
        np.minimum(mentees.contacts / (design.contacts_per_month * months), 1.0),
    )
    return np.where(mentees.matches > 0, np.mean(parts, axis=0), np.nan)


def _of_program(model: ReentryModel, name: str) -> Floats:
    """Without a mentor there is no fit; what was meant is a place to the end, or what the place is there for."""
    enrolled = rows(model.world.enrolled[name], model.world.calendar.cohort)
    wait = _for_the_wait(model, enrolled.first_waiting, enrolled.start_step)
    return np.where(enrolled.start_step != NEVER, (wait + enrolled.completed) / 2, np.nan)


def _for_the_wait(model: ReentryModel, first_waiting: Ints, began: Ints) -> Floats:
    months = np.maximum(began - first_waiting, 0)
    return np.asarray(2.0 ** (-months / model.values["feedback.wait_half_months"]))

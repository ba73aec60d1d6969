"""Transitional jobs: a program job is a state of its own, no job; it leaves less time to look for one."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Month, Program, Trial
from reentrysim.scenario.programs import MonthsAfter, OutsideTable
from reentrysim.vocabulary import NEVER

NAME = "transitional_jobs"


class TransitionalJobs(OutsideTable):
    """Paid temporary work for people without a job, with help to find one of their own and to keep it."""

    placement_months: MonthsAfter
    """Months after it in which there still is help to find a job and to keep it."""

    @property
    def after_months(self) -> int:
        """Months of help after it."""
        return self.placement_months


def seeks_work(month: Month) -> Flags:
    """Who is at liberty without a job and looks for one, shape (people,)."""
    return np.asarray((month.lives.employer == NEVER) & month.traits.looks_for_work & (month.free > 0.0))


def has_found_work(month: Month, _enrolled: Enrollment) -> Flags:
    """Who has a job of their own, shape (people,)."""
    return np.asarray(month.lives.employer != NEVER)


def search(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """Employers asked by people `who` (rows) in units of those asked without the program, shape (len(who),)."""
    busy = np.where(enrolled.place[who] != NEVER, month.values[f"{NAME}.lock_in_ratio"], 1.0)
    return busy * np.where(helped(month, enrolled, who), month.values[f"{NAME}.placement_ratio"], 1.0)


def loss(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What help to keep a job adds to the log hazard of losing it, shape (len(who),)."""
    return np.asarray(np.log(month.values[f"{NAME}.retention_loss_ratio"]) * helped(month, enrolled, who))


def helped(month: Month, enrolled: Enrollment, who: Ints) -> Flags:
    """Who has a job developer this month, shape (len(who),)."""
    return np.asarray(enrolled.helped_until[who] >= month.step)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=TransitionalJobs,
    usual={
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 3},
        "length_months": 3,
        "placement_months": 6,
    },
    what="program jobs",
    bound="the ceiling on program jobs",
    queue="jobs",
    needs=seeks_work,
    over=has_found_work,
    effects={Channel.JOB_SEARCH: search, Channel.JOB_LOSS: loss},
    is_paid_work=True,
    trial=Trial(dollars_per_person=500_000.0),
)

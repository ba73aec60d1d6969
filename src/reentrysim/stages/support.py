"""What programs other than mentoring add to how people find work, homes and treatment, and to their risk.

Each function answers for the programs that the scenario has; without them it says that nothing is added.
"""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.programs import case_management, enrollment, transitional_housing, transitional_jobs
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER, Home

JOBS, HOUSING, CASES = transitional_jobs.NAME, transitional_housing.NAME, case_management.NAME
NOTHING, AS_USUAL = 0.0, 1.0


def in_program_job(now: Now) -> Flags:
    """Who has a program job, shape (window,)."""
    if JOBS not in now.enrolled:
        return np.zeros(len(now.lives.employer), dtype=np.bool_)
    return np.asarray(now.enrolled[JOBS].place != NEVER)


def working(now: Now) -> Flags:
    """Who has a job or a program job, shape (window,)."""
    employed = now.lives.employer != NEVER
    return np.asarray(employed | in_program_job(now)) if JOBS in now.enrolled else employed


def job_search(now: Now, who: Ints) -> Floats | float:
    """Employers asked by people `who` (rows) in units of those asked without programs."""
    effort: Floats | float = AS_USUAL
    if JOBS in now.enrolled:
        effort = effort * transitional_jobs.search(now.enrolled[JOBS], who, now.values, now.step)
    if CASES in now.enrolled:
        effort = effort * case_management.search(now.enrolled[CASES].dose[who], now.values)
    return effort


def job_loss(now: Now, who: Ints) -> Floats | float:
    """What help to keep a job adds to the log hazard of losing it, for people `who` (rows)."""
    if JOBS not in now.enrolled:
        return NOTHING
    return transitional_jobs.loss(now.enrolled[JOBS], who, now.values, now.step)


def home(now: Now, who: Ints) -> Floats | float:
    """What programs add to the log odds that others take people `who` (rows) in."""
    return case_management.home(now.enrolled[CASES].dose[who], now.values) if CASES in now.enrolled else NOTHING


def homeless_at_release(now: Now, who: Ints) -> Floats | float:
    """Homelessness of people `who` (rows) at release in units of that without programs."""
    if CASES not in now.enrolled:
        return AS_USUAL
    return case_management.homeless_at_release(now.enrolled[CASES].dose[who], now.values)


def treatment(now: Now, who: Ints) -> Floats | float:
    """Entry of people `who` (rows) into treatment in units of that without programs."""
    return case_management.treatment(now.enrolled[CASES].dose[who], now.values) if CASES in now.enrolled else AS_USUAL


def arrest_hazard(now: Now, who: Ints) -> Floats | float:
    """What the programs' direct effects add to the log hazard of arrest of people `who` (rows)."""
    added: Floats | float = NOTHING
    for name, enrolled in now.enrolled.items():
        dose = enrolled.dose[who]
        added = added + enrollment.relief(dose, now.values, name)
        if name == HOUSING:
            added = added + transitional_housing.harm_at_low_risk(dose, now.world.risk[now.window][who], now.values)
    return added


def leave_program_jobs(now: Now) -> None:
    """Who has found a job leaves the program job; help goes on for the months after it."""
    if JOBS in now.enrolled:
        enrolled = now.enrolled[JOBS]
        hired = np.flatnonzero((enrolled.place != NEVER) & (now.lives.employer != NEVER))
        enrollment.end(enrolled, hired, now.step + now.world.terms[JOBS].after_months)


def stay_is_over(now: Now) -> Flags:
    """Who lives in a program bed without a place there any more, shape (window,)."""
    over = now.lives.home == Home.TRANSITIONAL
    return np.asarray(over & (now.enrolled[HOUSING].place == NEVER)) if HOUSING in now.enrolled else over


def leave_program_beds(now: Now) -> None:
    """Who has found a home leaves the bed to somebody else."""
    if HOUSING in now.enrolled:
        enrolled = now.enrolled[HOUSING]
        gone = np.flatnonzero((enrolled.place != NEVER) & (now.lives.home != Home.TRANSITIONAL))
        enrollment.end(enrolled, gone, now.step)


def end_life_outside(now: Now, gone: Ints) -> None:
    """Places end for people `gone` (rows), who return to prison or die."""
    for enrolled in now.enrolled.values():
        enrollment.end(enrolled, gone, np.minimum(enrolled.helped_until[gone], now.step))

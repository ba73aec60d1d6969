"""Money becomes mentors: posts open, vacant ones find people while there is need, and posts end."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.agents.mentors import recruit
from reentrysim.dynamics import engagement, staffing
from reentrysim.policies import caseload
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER


def open_fill_and_cut_posts(now: Now) -> None:
    """Money decides how many posts there are; vacant ones find new people while there is need.

    Mentors go when money for their post ends, or when they have nobody and nobody comes any more.
    """
    world, mentors, step = now.world, now.world.mentors, now.step
    money = world.ledger.available("mentoring")
    lottery = float(now.luck.uniform("mentors.last_post", 0, 1)[0])
    posts = staffing.posts_within(world.payroll_to, world.ledger.plan("mentoring", step), money, lottery)
    opened = np.arange(len(world.payroll)) < posts
    mentors_leave(now, staffing.filled(mentors) & ~opened, first_step_without=step)
    needed = _posts_needed(now)
    if not world.newcomers:
        load = caseload.load(now.mentees.mentor, len(mentors.tenure))
        mentors_leave(now, staffing.surplus(mentors, load, needed), first_step_without=step)
    payroll = int(world.payroll[mentors.active(step)].sum())
    world.ledger.spend("mentoring", step, payroll)
    missing = max(needed - int(np.count_nonzero(staffing.filled(mentors))), 0)
    vacant = np.flatnonzero(opened & ~staffing.filled(mentors))[:missing]
    hired = staffing.affordable_recruits(vacant, world.costs.recruit, world.ledger.available("mentoring"))
    world.ledger.spend("mentoring", step, len(hired) * world.costs.recruit)
    program = now.scenario.programs.mentoring
    lag = max(program.hire_lag_months + program.train_lag_months, 1)
    recruit(mentors, hired, step + lag, now.values, now.luck)
    world.ledger.lapse(step)


def _posts_needed(now: Now) -> int:
    """Posts that the people who had a mentor or waited at the end of last month would fill."""
    policy, mentees = now.scenario.policies.caseload.mentoring, now.mentees
    people = int(np.count_nonzero((mentees.mentor != NEVER) | (mentees.waiting_since != NEVER)))
    return staffing.posts_needed(people, policy.per_worker)


def tire_and_leave(now: Now) -> None:
    """Overloaded mentors tire, and some mentors leave."""
    mentors, values = now.world.mentors, now.values
    speed, multiple = values["mentors.strain_speed"], values["mentors.strain_leave_multiple"]
    mentors.strain[:] = staffing.tired(mentors.strain, now.hours_wanted, mentors.hours_per_month, speed)
    gone = mentors.active(now.step)
    posts = np.flatnonzero(gone)
    gone[posts] = now.luck.of("mentors.leave", now.step, posts) < staffing.leaving_risk(mentors, multiple)[posts]
    mentors_leave(now, gone, first_step_without=now.step + 1)


def mentors_leave(now: Now, gone: Flags, first_step_without: int) -> None:
    """Posts fall vacant; their people may queue again after some months without a mentor."""
    if not gone.any():
        return
    lost = engagement.lost_mentor(now.mentees, gone)
    engagement.end_matches(now.mentees, lost, closed=False)
    wait = now.scenario.policies.matching.mentoring.rematch_after_months
    now.mentees.waiting_since[lost] = first_step_without + wait
    now.world.mentors.ready_step[gone] = NEVER

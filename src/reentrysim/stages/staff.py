"""Money becomes staff: posts open, vacant ones find people while there is need, and posts end."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.mentors import recruit
from reentrysim.dynamics import engagement, staffing
from reentrysim.dynamics.staffing import Team
from reentrysim.policies import caseload
from reentrysim.programs import enrollment
from reentrysim.setup.money import MENTORING
from reentrysim.stages.now import Now
from reentrysim.stages.support import CASES
from reentrysim.vocabulary import NEVER


def open_fill_and_cut_posts(now: Now) -> None:
    """Money decides how many posts there are; vacant ones find new people while there is need.

    Workers go when money for their post ends, or when they have nobody and nobody comes any more.
    """
    for team in now.world.teams.values():
        opened = _opened(now, team)
        _leave(now, team, staffing.filled(team.posts) & ~opened, first_step_without=now.step)
        worker, since = _worker_and_wait(now, team)
        people = int(np.count_nonzero((worker != NEVER) | (since != NEVER))) + team.referred
        needed = staffing.posts_needed(people, team.per_worker)
        if not team.newcomers:
            load = caseload.load(worker, len(opened))
            _leave(now, team, staffing.surplus(team.posts, load, needed), first_step_without=now.step)
        _pay_and_recruit(now, team, opened, needed)


def _opened(now: Now, team: Team) -> Flags:
    """Posts that money pays this month, shape (posts,)."""
    ledger = now.world.ledger
    plan, money = ledger.plan(team.program, now.step), ledger.available(team.program)
    return np.arange(len(team.payroll)) < staffing.posts_within(team.payroll_to, plan, money, team.lottery)


def _worker_and_wait(now: Now, team: Team) -> tuple[Ints, Ints]:
    """The worker of each person, and since when each waits for one; NEVER for none."""
    if team.program == MENTORING:
        return now.mentees.mentor, now.mentees.waiting_since
    enrolled = now.enrolled[team.program]
    return enrolled.place, enrolled.waiting_since


def _pay_and_recruit(now: Now, team: Team, opened: Flags, needed: int) -> None:
    """Who can see people is paid; then vacant posts find somebody while more are needed and money is left."""
    ledger, step = now.world.ledger, now.step
    ledger.spend(team.program, step, int(team.payroll[team.posts.active(step)].sum()))
    filled = staffing.filled(team.posts)
    vacant = np.flatnonzero(opened & ~filled)[: max(needed - int(np.count_nonzero(filled)), 0)]
    hired = staffing.affordable_recruits(vacant, team.recruit_cost, ledger.available(team.program))
    ledger.spend(team.program, step, len(hired) * team.recruit_cost)
    if team.program == MENTORING:
        recruit(now.world.mentors, hired, step + team.lag, now.values, now.luck)
    else:
        team.posts.tenure[hired] += 1
        team.posts.ready_step[hired] = step + team.lag


def tire_and_leave(now: Now) -> None:
    """Overloaded mentors tire, and some mentors and caseworkers leave."""
    for team in now.world.teams.values():
        gone = team.posts.active(now.step)
        posts = np.flatnonzero(gone)
        decision = "mentors.leave" if team.program == MENTORING else f"{team.program}.leave"
        gone[posts] = now.luck.of(decision, now.step, posts) < _leaving_risk(now, team)[posts]
        _leave(now, team, gone, first_step_without=now.step + 1)


def _leaving_risk(now: Now, team: Team) -> Floats:
    """Monthly risk of leaving of each worker, shape (posts,)."""
    values = now.values
    if team.program == CASES:
        return np.full(len(team.payroll), values[f"{CASES}.leave_monthly_risk"])
    mentors = now.world.mentors
    speed, multiple = values["mentors.strain_speed"], values["mentors.strain_leave_multiple"]
    mentors.strain[:] = staffing.tired(mentors.strain, now.hours_wanted, mentors.hours_per_month, speed)
    return staffing.leaving_risk(mentors, multiple)


def _leave(now: Now, team: Team, gone: Flags, first_step_without: int) -> None:
    """Posts fall vacant; their people may queue again, those of mentors after some months."""
    if not gone.any():
        return
    team.posts.ready_step[gone] = NEVER
    if team.program != MENTORING:
        enrolled = now.enrolled[team.program]
        people = np.flatnonzero((enrolled.place != NEVER) & gone[enrolled.place])
        enrollment.lose(enrolled, people, first_step_without)
        enrolled.waiting_since[people] = first_step_without
        return
    lost = engagement.lost_mentor(now.mentees, gone)
    engagement.end_matches(now.mentees, lost, closed=False)
    wait = now.scenario.policies.matching.mentoring.rematch_after_months
    now.mentees.waiting_since[lost] = first_step_without + wait

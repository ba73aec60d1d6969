"""Money becomes staff: posts open, vacant ones find people while there is need, and posts end."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, rows_where
from reentrysim.agents.mentors import fail_training, recruit, recruit_alumni, screen
from reentrysim.dynamics import engagement, staffing
from reentrysim.dynamics.staffing import Team
from reentrysim.policies import caseload
from reentrysim.programs import enrollment
from reentrysim.setup.money import MENTORING
from reentrysim.stages import mentorships
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER, Origin, Status


def open_fill_and_cut_posts(now: Now) -> None:
    """Money decides how many posts there are; vacant ones find new people while there is need.

    Workers go when money for their post ends, or when they have nobody and nobody comes any more.
    """
    for team in now.world.teams.values():
        if team.program == MENTORING:
            _end_training_and_service(now, team)
        opened = _opened(now, team)
        _leave(now, team, staffing.filled(team.posts) & ~opened, first_step_without=now.step)
        worker, since = _worker_and_wait(now, team)
        needed = _needed(now, team, worker != NEVER, since != NEVER)
        if not team.newcomers:
            load = caseload.load(worker, len(opened))
            _leave(now, team, staffing.surplus(team.posts, load, needed), first_step_without=now.step)
        _pay_and_recruit(now, team, opened, needed)


def _needed(now: Now, team: Team, placed: Flags, waiting: Flags) -> int:
    """Posts that all these people (shape (window,)), and those sent elsewhere, would fill by heads or hours."""
    there = placed | (waiting if team.program == MENTORING else waiting & now.may_be_placed(team.program))
    needed = staffing.posts_needed(int(np.count_nonzero(there)) + team.referred, team.per_worker)
    if team.time is None:
        return needed
    needs = team.time.needs
    kept = int(needs[now.risk[there]].sum()) + team.referred * int(needs.sum()) // len(needs)
    return max(needed, staffing.posts_for_minutes(kept, team.time.minutes))


def _opened(now: Now, team: Team) -> Flags:
    """Posts that money pays this month, shape (posts,); none while the program is not open."""
    ledger = now.world.ledger
    if not is_open(now, team.program):
        return np.zeros(len(team.payroll), dtype=np.bool_)
    plan, money = planned(now, team.program), ledger.available(team.program)
    return np.arange(len(team.payroll)) < staffing.posts_within(team.payroll_to, plan, money, team.lottery)


def is_open(now: Now, program: str) -> bool:
    """Whether a program has started up and has just paid what it costs a month whoever comes."""
    if not _started(now, program):
        return False
    due, ledger = now.world.fixed_costs.get(program, 0), now.world.ledger
    if due > ledger.available(program):
        return False
    if due:
        ledger.spend(program, now.step, due, "fixed")
    return True


def planned(now: Now, program: str) -> int:
    """Cents that an open program plans to spend this month on posts or places."""
    return now.world.ledger.plan(program, now.step, paid=now.world.fixed_costs.get(program, 0))


def _started(now: Now, program: str) -> bool:
    """Whether a program has spent what it costs to start up, which it does as soon as it has the money at once."""
    due, ledger = now.world.to_start.get(program, 0), now.world.ledger
    if due and ledger.available(program) >= due:
        ledger.spend(program, now.step, due, "start_up")
        due = now.world.to_start[program] = 0
    return not due


def _worker_and_wait(now: Now, team: Team) -> tuple[Ints, Ints]:
    """The worker of each person, and since when each waits for one; NEVER for none."""
    if team.program == MENTORING:
        return now.mentees.mentor, now.mentees.waiting_since
    enrolled = now.enrolled[team.program]
    return enrolled.place, enrolled.waiting_since


def _pay_and_recruit(now: Now, team: Team, opened: Flags, needed: int) -> None:
    """Who can see people is paid; then vacant posts look for somebody while more are needed and money is left."""
    ledger, step = now.world.ledger, now.step
    ledger.spend(team.program, step, int(team.payroll[team.posts.active(step)].sum()))
    filled = staffing.filled(team.posts)
    vacant = rows_where(opened & ~filled)
    if team.program == MENTORING and np.isfinite(now.world.volunteers):
        vacant = _whom_volunteers_can_fill(now, team, vacant, filled)
    vacant = vacant[: max(needed - int(np.count_nonzero(filled)), 0)]
    cost = team.screening_cost + team.training_cost
    tried = staffing.affordable_recruits(vacant, cost, ledger.available(team.program))
    hired = _hire_mentors(now, tried, step + team.lag) if team.program == MENTORING else tried
    found = len(tried) * team.screening_cost + len(hired) * team.training_cost
    ledger.spend(team.program, step, found, "recruiting")
    if team.program != MENTORING:
        team.posts.tenure[hired] += 1
        team.posts.ready_step[hired] = step + team.lag
        team.posts.strain[hired] = 0.0


def _whom_volunteers_can_fill(now: Now, team: Team, vacant: Ints, filled: Flags) -> Ints:
    """The `vacant` posts for which there is somebody: of those for volunteers, the first ones."""
    volunteer, acceptance = now.world.mentors.origin == Origin.VOLUNTEER, now.world.community.acceptance
    there = now.world.volunteers * (1.0 + now.values["community.volunteer_gain"] * acceptance)
    left = int(there + now.world.last_volunteer) // team.volunteers - int(np.count_nonzero(filled & volunteer))
    of_volunteers = volunteer[vacant]
    return np.asarray(vacant[~of_volunteers | (np.cumsum(of_volunteers) <= left)], dtype=np.int64)


def _hire_mentors(now: Now, tried: Ints, ready_step: int) -> Ints:
    """Posts of those `tried` whose candidate passes screening and begins to train; who did well goes first."""
    mentors = now.world.mentors
    hired = screen(mentors, tried, now.values, now.luck)
    recruit(mentors, hired, ready_step, now.values, now.luck)
    if now.scenario.programs.mentoring.staff.alumni:
        for_peers = hired[mentors.origin[hired] == Origin.LIVED_EXPERIENCE]
        who = _who_did_well(now)[: len(for_peers)]
        recruit_alumni(mentors, for_peers[: len(who)], who, now.world.traits)
        now.world.mentees.mentors_others[who] = True
    return hired


def _who_did_well(now: Now) -> Ints:
    """Rows of the table of all people of those who could mentor others and wish to, the keenest first.

    They completed mentoring, have neither been arrested nor returned for some time since release, are people whom the
    month can still concern, and have not been mentors before.
    """
    people, values, wish = now.people, now.values, now.world.alumni_wish
    well = (people.status == Status.COMMUNITY) & (people.last_arrest == NEVER) & (people.returns == 0)
    long_enough = now.step - now.traits.release_step >= values["mentors.alumni_months"]
    keen = (wish[now.window] < values["mentors.alumni_willing_share"]) & ~now.mentees.mentors_others
    who = rows_where(now.mentees.completed & well & long_enough & keen) + now.window.start
    return np.asarray(who[np.argsort(wish[who], kind="stable")], dtype=np.int64)


def _end_training_and_service(now: Now, team: Team) -> None:
    """Some fail in training; who was a participant stops when arrested, or when no month can concern them any more."""
    mentors, people = now.world.mentors, now.world.people
    _leave(now, team, fail_training(mentors, now.step, now.values, now.luck), first_step_without=now.step)
    posts = rows_where(staffing.filled(mentors) & (mentors.alumnus != NEVER))
    who = mentors.alumnus[posts]
    here = (who >= now.window.start) & (who < now.window.stop)
    stop = np.zeros(len(team.payroll), dtype=np.bool_)
    stop[posts] = ~here | (people.status[who] != Status.COMMUNITY) | (people.last_arrest[who] != NEVER)
    _leave(now, team, stop, first_step_without=now.step)


def tire_and_leave(now: Now) -> None:
    """Overloaded mentors tire, and some mentors and caseworkers leave; a circle goes on without some of its own."""
    for team in now.world.teams.values():
        gone = team.posts.active(now.step)
        posts = rows_where(gone)
        decision = "mentors.leave" if team.program == MENTORING else f"{team.program}.leave"
        risk, leavers = _leaving_risk(now, team)[posts], np.zeros(len(posts), dtype=np.int64)
        for one in range(team.volunteers):
            leavers += now.luck.of(decision, now.step, posts, np.full(len(posts), one)) < risk
        gone[posts] = leavers == team.volunteers
        _replace(now, team, int(leavers[leavers < team.volunteers].sum()))
        _leave(now, team, gone, first_step_without=now.step + 1)


def _replace(now: Now, team: Team, volunteers: int) -> None:
    """Others take the place of so many who left circles, as far as money goes; those who fail are paid for too."""
    if volunteers:
        passing = (now.values["mentors.screening_pass_share"], now.values["mentors.training_pass_share"])
        each = staffing.cost_of_replacing(team, *passing)
        ledger = now.world.ledger
        paid = int(min(volunteers * each, ledger.available(team.program)))
        ledger.spend(team.program, now.step, paid, "recruiting")


def _leaving_risk(now: Now, team: Team) -> Floats:
    """Monthly risk of leaving of each worker, shape (posts,)."""
    values = now.values
    speed = values["mentors.strain_speed"]
    if team.program != MENTORING:
        if team.usual:
            wanted, usual = _overload(now, team)
            team.posts.strain[:] = staffing.tired(team.posts.strain, wanted, usual, speed)
        return staffing.strained_risk(values[f"{team.program}.leave_monthly_risk"], team.posts.strain, values)
    mentors = now.world.mentors
    mentors.strain[:] = staffing.tired(mentors.strain, now.hours_wanted, mentors.hours_per_month, speed)
    return staffing.leaving_risk(mentors, values, now.scenario.programs.mentoring.staff.support_share)


def _overload(now: Now, team: Team) -> tuple[Floats, Floats]:
    """What each worker's people take, and what is usual or there: minutes where these are counted, else heads."""
    place, posts = now.enrolled[team.program].place, len(team.payroll)
    if team.time is None:
        return caseload.load(place, posts).astype(np.float64), np.full(posts, float(team.usual))
    kept = caseload.minutes_kept(place, now.risk, team.time.needs, posts)
    return kept.astype(np.float64), np.maximum(team.time.minutes, 1).astype(np.float64)


def _leave(now: Now, team: Team, gone: Flags, first_step_without: int) -> None:
    """Posts fall vacant; their people may queue again, those of mentors after some months."""
    if not gone.any():
        return
    team.posts.ready_step[gone] = NEVER
    if team.program != MENTORING:
        enrolled = now.enrolled[team.program]
        people = rows_where((enrolled.place != NEVER) & gone[enrolled.place])
        enrollment.lose(enrolled, people, first_step_without)
        enrolled.waiting_since[people] = first_step_without
        return
    now.world.mentors.alumnus[gone] = NEVER
    mentorships.part(now, engagement.lost_mentor(now.mentees, gone), first_step_without)

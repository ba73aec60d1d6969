"""Mentoring in a month: who waits, who is offered a mentor, who meets, and which matches end."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Ints, rows
from reentrysim.dynamics import engagement
from reentrysim.policies import caseload, matching
from reentrysim.programs import mentoring
from reentrysim.programs.admission import concerned, fits, in_window
from reentrysim.scenario.own_rules import is_own
from reentrysim.setup.money import MENTORING
from reentrysim.stages import own_rules
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER, Origin, Status


def say_who_waits(now: Now) -> None:
    """Eligible people join the queue; those who no longer are leave it."""
    step, world = now.step, now.world
    pause = now.scenario.policies.matching.mentoring.rematch_after_months + 1
    near = concerned(now.release_steps, world.design, step, pause)
    people, traits, mentees = rows(now.people, near), rows(now.traits, near), rows(now.mentees, near)
    may = mentoring.eligible(people, traits, mentees, world.risk[now.window][near], world.design, now.values, step)
    joins = may & (mentees.waiting_since == NEVER)
    mentees.waiting_since[joins] = step
    mentees.first_waiting[joins & (mentees.first_waiting == NEVER)] = step
    world.teams[MENTORING].newcomers = int(np.count_nonzero(joins))
    mentees.waiting_since[~may & (mentees.waiting_since <= step)] = NEVER
    now.waiting = near.start + np.flatnonzero(may & (mentees.waiting_since <= step))
    if now.scenario.funding.rule == "need":
        now.world.in_need[MENTORING] = _in_need(now, near)


def _in_need(now: Now, near: slice) -> int:
    """People who have a mentor, or whom mentoring would take if none had ever been offered or lost."""
    design, there = now.world.design, now.mentees.mentor != NEVER
    for_them = in_window(now.traits.release_step[near], design, now.step)
    there[near] |= for_them & fits(near, now.people, now.traits, now.risk, design)
    return int(np.count_nonzero(there))


def make_offers(now: Now) -> None:
    """Offers go down the queue while seats are free; who is willing gets a mentor by the matching rule."""
    now.world.teams[MENTORING].refer(np.zeros(0, dtype=np.int8))
    if not len(now.waiting):
        return
    mentees, policy = now.mentees, now.scenario.policies.matching.mentoring
    limits = _caseload_limits(now)
    risk = now.world.risk[now.window]
    free = int(_free_seats(now, limits[-1]).sum())
    waiting = (now.waiting, mentees.waiting_since, mentees.lottery, risk)
    if is_own(policy.rule):
        line = own_rules.line(now, policy.rule, now.waiting[: len(now.waiting) * bool(free)], *waiting[1:3])
    else:
        line = matching.front(*waiting, policy.ties, mentees.willing, free)
    asked = matching.offers(line, mentees.willing, free)
    now.world.record.offers[now.step] = np.count_nonzero(mentees.offered_step[asked] == NEVER)
    engagement.hear_offers(mentees, asked, now.step)
    who = asked[mentees.willing[asked]]
    for limit in limits:
        seats = _free_seats(now, limit)
        seated = int(min(seats.sum(), len(who)))
        if seated:
            _match(now, who[:seated], seats)
        who = who[seated:]
    now.served[MENTORING] = mentoring.served(mentees)
    if now.scenario.policies.caseload.mentoring.when_full == "refer_on":
        left = now.waiting[mentees.waiting_since[now.waiting] != NEVER]
        engagement.refer_on(mentees, left)
        now.world.teams[MENTORING].refer(risk[left])


def _caseload_limits(now: Now) -> list[int]:
    """The usual caseload, and the thinner one that it may grow to once every mentor has the usual one."""
    policy, multiple = now.scenario.policies.caseload.mentoring, now.values["mentoring.thin_out_multiple"]
    return caseload.limits(policy.per_worker, policy.when_full, multiple)


def _free_seats(now: Now, most: int) -> Ints:
    """Free seats of each post at a caseload of `most`."""
    mentors = now.world.mentors
    load = caseload.load(now.mentees.mentor, len(mentors.tenure))
    return np.asarray(np.where(mentors.active(now.step), np.maximum(most - load, 0), 0), dtype=np.int64)


def _match(now: Now, who: Ints, seats: Ints) -> None:
    """Give people `who`, first in line first, a seat each."""
    mentors, policy = now.world.mentors, now.scenario.policies.matching.mentoring
    posts = np.flatnonzero(seats > 0)
    luck = now.luck.pair("matching.mentoring", who + now.window.start, mentors.identity[posts])
    gap = now.values["matching.age_gap_years"]
    score = luck
    if policy.rule == "compatibility":
        crossed = matching.pairs(now.traits, who, mentors, posts, crossed=True)
        score = matching.fit(crossed, policy.weights.model_dump(), gap)
    mentor = posts[matching.assign(score, luck, seats[posts])]
    couples = matching.pairs(now.traits, who, mentors, mentor, crossed=False)
    fit = matching.fit(couples, now.world.true_fit_weights, gap)
    engagement.begin_matches(now.mentees, who, mentor, fit, now.step)


def meet_and_build_trust(now: Now) -> None:
    """Mentors share their hours among their people; kept contacts build trust and a plan, missed months cost trust."""
    mentees, mentors, values, design = now.mentees, now.world.mentors, now.values, now.world.design
    who = np.flatnonzero(mentees.mentor != NEVER)
    now.hours_wanted = np.zeros(len(mentors.tenure))
    before = mentees.trust[who]
    mentees.trust[:] = mentoring.faded(mentees.trust, values)
    mentees.let_down[:] = mentoring.faded(mentees.let_down, values)
    if not len(who):
        return
    post, inside = mentees.mentor[who], now.people.status[who] == Status.AWAITING_RELEASE
    at = np.where(inside, 0, 1), who + now.window.start  # ways of contact differ before release and after it
    ways = now.world.contact
    planned = mentoring.planned_contacts(
        mentees.match_step[who], now.traits.release_step[who], design, values, now.step
    )
    planned = planned * ways.contacts[at]
    load = caseload.load(post, len(mentors.tenure))[post]
    hours = planned * design.hours(load, values) * ways.hours[at]
    now.hours_wanted = caseload.hours_wanted(post, hours, len(mentors.tenure))
    contacts = planned * caseload.share_delivered(now.hours_wanted, mentors.hours_per_month)[post]
    at_liberty = np.where(inside, 1.0, now.free[who])
    u = now.month_luck.of("mentoring.meeting", who)
    met = engagement.meetings_kept(u, at_liberty, design.kept_share(values))
    strength = design.strength(values) * ways.trust[at]
    after = mentoring.trust_after(before, mentees.fit[who], contacts, planned, met, strength, values)
    mentees.trust[who] = np.where(planned > 0.0, after, mentees.trust[who])  # whom no way reaches has no mentor in it
    kept = who[met]
    mentees.plan[kept] = mentoring.plan_after(mentees.plan[kept], contacts[met], design, values)
    mentees.contacts[kept] += contacts[met]
    now.world.record.contacts[now.step] = contacts[met].sum()
    by_volunteers = mentors.origin == Origin.VOLUNTEER
    given = np.minimum(now.hours_wanted[by_volunteers], mentors.hours_per_month[by_volunteers])
    now.world.record.volunteer_hours[now.step] = given.sum()


def complete_or_quit(now: Now) -> None:
    """Matches reach their planned end, or participants end them; stopping at the gate costs trust."""
    mentees, design, values = now.mentees, now.world.design, now.values
    who = np.flatnonzero(mentees.mentor != NEVER)
    release = now.traits.release_step[who]
    through = now.step >= mentoring.planned_end(mentees.match_step[who], release, design, values)
    mentees.completed[who[through]] = True
    if not design.in_community:
        at_gate = who[through & (now.step + 1 >= release)]
        mentees.trust[at_gate] *= values["mentoring.gate_trust_kept_share"]
    risk = engagement.from_participants(values)
    risks = engagement.quitting_risk(risk, now.traits.motivation[who], values["mentoring.uptake_share"], values)
    quits = now.month_luck.of("mentoring.participant_ends", who) < risks
    let_down(now, who[quits & ~through], now.step)
    engagement.end_matches(mentees, who[through | quits], closed=True)


def let_down(now: Now, who: Ints, last_step: int) -> None:
    """People `who` (rows) part with a mentor after `last_step`: if very early, they are the worse for it."""
    early = mentoring.very_early(now.mentees.match_step[who], last_step, now.values)
    now.mentees.let_down[who[early]] = 1.0

"""Mentoring in a month: who waits, who meets, and which matches end; who gets whom is in `stages/matches.py`."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Ints, rows, rows_where
from reentrysim.dynamics import engagement
from reentrysim.policies import caseload, matching
from reentrysim.programs import mentoring
from reentrysim.programs.admission import concerned, fits, in_window
from reentrysim.setup.money import MENTORING
from reentrysim.stages.now import Now
from reentrysim.vocabulary import MINUTES_PER_HOUR, NEVER, Origin, Status


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
    now.waiting = near.start + rows_where(may & (mentees.waiting_since <= step))
    if now.scenario.funding.rule == "need":
        now.world.in_need[MENTORING] = _in_need(now, near)


def _in_need(now: Now, near: slice) -> int:
    """People who have a mentor, or whom mentoring would take if none had ever been offered or lost."""
    design, there = now.world.design, now.mentees.mentor != NEVER
    for_them = in_window(now.traits.release_step[near], design, now.step)
    there[near] |= for_them & fits(near, now.people, now.traits, now.risk, design)
    return int(np.count_nonzero(there))


def meet_and_build_trust(now: Now) -> None:
    """Mentors share their hours among their people; kept contacts build trust and a plan, missed months cost trust."""
    mentees, mentors, values, design = now.mentees, now.world.mentors, now.values, now.world.design
    team = now.world.teams[MENTORING]
    who = rows_where(mentees.mentor != NEVER)
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
    if team.time is not None:
        kept_for = team.time.needs[now.risk[who]] / MINUTES_PER_HOUR
        planned = mentoring.contacts_within(planned, kept_for, design.hours(load, values) * ways.hours[at])
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
    if now.scenario.policies.matching.mentoring.monitoring:
        mentees.kept_months[kept] += 1
    now.world.record.contacts[now.step] = contacts[met].sum()
    by_volunteers = mentors.origin == Origin.VOLUNTEER
    given = np.minimum(now.hours_wanted[by_volunteers], mentors.hours_per_month[by_volunteers])
    now.world.record.volunteer_hours[now.step] = given.sum()


def complete_or_quit(now: Now) -> None:
    """Matches reach their planned end, or participants end them; stopping at the gate costs trust."""
    mentees, design, values = now.mentees, now.world.design, now.values
    who = rows_where(mentees.mentor != NEVER)
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
    _end_what_fails(now)


def _end_what_fails(now: Now) -> None:
    """Whoever looks at matches after some months ends those that fail; their people may queue again after a while."""
    policy = now.scenario.policies.matching.mentoring
    look = policy.monitoring
    if look is None:
        return
    who = engagement.looked_at(now.mentees, look.after_months, now.step)
    couples = matching.pairs(now.traits, who, now.world.mentors, now.mentees.mentor[who], crossed=False)
    fit = matching.fit(couples, policy.weights.model_dump(), now.values["matching.age_gap_years"])
    missed = now.mentees.kept_months[who] < look.least_kept_share * look.after_months
    failing = who[missed | (fit < look.least_fit_share)]
    now.world.record.noticed[now.step] = len(failing)
    part(now, failing, now.step + 1)


def part(now: Now, who: Ints, first_step_without: int) -> None:
    """People `who` (rows) are without their mentor through no choice of theirs, and may queue again after a while."""
    let_down(now, who, first_step_without - 1)
    engagement.end_matches(now.mentees, who, closed=False)
    wait = now.scenario.policies.matching.mentoring.rematch_after_months
    now.mentees.waiting_since[who] = first_step_without + wait


def let_down(now: Now, who: Ints, last_step: int) -> None:
    """People `who` (rows) part with a mentor after `last_step`: if very early, they are the worse for it."""
    early = mentoring.very_early(now.mentees.match_step[who], last_step, now.values)
    now.mentees.let_down[who[early]] = 1.0

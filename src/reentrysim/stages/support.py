"""What programs add to how people find work, homes and treatment, and to their risk, channel by channel.

Only the programs that the scenario has are asked: without them each channel says that nothing is added, and so does
a silent one whatever programs there are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.programs import enrollment, mentoring
from reentrysim.programs.contract import Capacity, Channel, Program
from reentrysim.setup.money import MENTORING
from reentrysim.stages.now import Now
from reentrysim.stages.overlap import Part, combined
from reentrysim.vocabulary import NEVER, Status

Acting = dict[str, Callable[[Ints], Floats]]
"""By program: what it does to people of some rows."""


def added(now: Now, channel: Channel, who: Ints) -> Floats | float:
    """What all programs together do in a channel to people `who` (rows, in order); shape (len(who),) if any acts."""
    if channel in now.world.silent:
        return np.full(len(who), channel.nothing)
    acting: Acting = {}
    if channel in mentoring.EFFECTS:
        acting[MENTORING] = partial(mentoring.EFFECTS[channel], now, now.mentees)
    for name, terms in now.world.terms.items():
        if channel in terms.program.effects:
            acting[name] = partial(terms.program.effects[channel], now, now.enrolled[name])
    return _combined(now, acting, who, channel.nothing) if acting else channel.nothing


def arrest_hazard(now: Now, who: Ints) -> Floats:
    """What programs add to the log hazard of arrest of people `who` (rows): direct paths, and what they declare."""
    if Channel.ARREST in now.world.silent:
        return np.full(len(who), Channel.ARREST.nothing)
    acting: Acting = {MENTORING: partial(mentoring.arrest, now, now.mentees)}
    for name, terms in now.world.terms.items():
        if terms.program.trial or Channel.ARREST in terms.program.effects:
            acting[name] = partial(_arrest, now, terms.program)
    return _combined(now, acting, who, Channel.ARREST.nothing)


def _arrest(now: Now, program: Program, who: Ints) -> Floats:
    """What one program adds to it."""
    enrolled, declared = now.enrolled[program.name], program.effects.get(Channel.ARREST)
    direct = enrollment.relief(enrolled.dose[who], now.values, program) if program.trial else np.zeros(len(who))
    return declared(now, enrolled, who) + direct if declared else direct


def _combined(now: Now, acting: Acting, who: Ints, nothing: float) -> Floats:
    """What programs do to people `who` (rows) whom they have served; to others each does nothing."""
    parts = []
    where = _places_in(who, len(now.people.status))
    for name, effect in acting.items():
        at = where(now.served[name])
        parts.append(Part(at, effect(who[at])))
    return combined(parts, len(who), nothing, now.values["effects.overlap_share"])


def _places_in(who: Ints, people: int) -> Callable[[Ints], Ints]:
    """Where rows of people stand in `who`, those left out who do not."""
    if len(who) == people:
        return lambda rows: rows
    place = np.full(people, NEVER)
    place[who] = np.arange(len(who))

    def among(rows: Ints) -> Ints:
        found = place[rows]
        return np.asarray(found[found != NEVER])

    return among


def attention(now: Now) -> Floats:
    """Share of a month's dose for people with more places at once than one has time for outside, shape (window,)."""
    most = now.values["participants.programs_at_once"]
    if len(now.world.terms) + 1 <= most:
        return np.ones(len(now.people.status))
    count = (now.mentees.mentor != NEVER).astype(np.int8)
    for name in now.enrolled:
        count[now.held(name)] += 1
    by_count = np.minimum(most / np.maximum(np.arange(len(now.world.terms) + 2), 1.0), 1.0)
    return np.where(now.people.status == Status.COMMUNITY, by_count[count], 1.0)


def belonging(now: Now) -> Floats:
    """Where programs draw everybody's self-efficacy and ties to; mentoring others is good for oneself too."""
    gain = np.asarray(added(now, Channel.BELONGING, np.arange(len(now.lives.home))))
    gain += now.values["community.self_efficacy_gain"] * now.world.community.acceptance
    if Channel.BELONGING in now.world.silent:
        return gain
    alumni = now.world.mentors.alumnus[now.world.mentors.active(now.step)]
    here = alumni[(alumni >= now.window.start) & (alumni < now.window.stop)] - now.window.start
    gain[here] += now.values["mentors.helper_gain"]
    return gain


def in_program_job(now: Now) -> Flags:
    """Who has a program job, shape (window,)."""
    found = np.zeros(len(now.lives.employer), dtype=np.bool_)
    for name, terms in now.world.terms.items():
        if terms.program.is_paid_work:
            found[now.held(name)] = True
    return found


def trade_skill(now: Now, who: Ints, trade: Small) -> Floats | float:
    """What programs taught people `who` (rows, in order) adds to their standing with employers of the trades asked."""
    if Channel.STANDING in now.world.silent:
        return 0.0
    where, parts = _places_in(who, len(now.people.status)), []
    for name, terms in now.world.terms.items():
        if terms.program.trade_skill:
            at = where(now.served[name])
            parts.append(Part(at, terms.program.trade_skill(now, now.enrolled[name], who[at], trade[at])))
    return combined(parts, len(who), 0.0, now.values["effects.overlap_share"]) if parts else 0.0


def working(now: Now) -> Flags:
    """Who has a job or a program job, shape (window,)."""
    return np.asarray((now.lives.employer != NEVER) | in_program_job(now))


def leave_what_is_over(now: Now, *, beds: bool) -> None:
    """Who has found what a program is for leaves it to somebody else; help goes on for the months after it."""
    for name, terms in now.world.terms.items():
        program = terms.program
        if (program.capacity is Capacity.BEDS) == beds:
            enrolled, held = now.enrolled[name], now.held(name)
            over = np.broadcast_to(program.over(now, enrolled), len(enrolled.place))[held]
            if program.housing:
                over = over | (now.lives.home[held] != program.housing.home)
            enrolled.completed[held[over]] = True
            enrollment.end(enrolled, held[over], now.step + terms.after_months)


def stay_is_over(now: Now) -> Flags:
    """Who lives in a program bed without a place there any more, shape (window,)."""
    over = np.zeros(len(now.lives.home), dtype=np.bool_)
    for name, terms in now.world.terms.items():
        if terms.program.housing:
            there = rows_where(now.lives.home == terms.program.housing.home)
            over[there] |= now.enrolled[name].place[there] == NEVER
    return over


def in_bed_for_now(now: Now) -> Flags:
    """Who lives in a program bed while looking for a home, shape (window,)."""
    there = np.zeros(len(now.lives.home), dtype=np.bool_)
    for terms in now.world.terms.values():
        if terms.program.housing and terms.program.housing.for_now:
            there |= now.lives.home == terms.program.housing.home
    return there


def end_life_outside(now: Now, gone: Ints) -> None:
    """Places end for people `gone` (rows), who return to prison or die."""
    for enrolled in now.enrolled.values():
        enrollment.end(enrolled, gone, np.minimum(enrolled.helped_until[gone], now.step))

"""What programs add to how people find work, homes and treatment, and to their risk, channel by channel.

Only the programs that the scenario has are asked: without them each channel says that nothing is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.programs import enrollment, mentoring
from reentrysim.programs.contract import Capacity, Channel, nobody
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER, Status

_NEXT_TO_NOTHING = 1e-300
"""What stands for none of something, which has no logarithm."""


def added(now: Now, channel: Channel, who: Ints) -> Floats | float:
    """What all programs together do in a channel to people `who` (rows)."""
    mentors = mentoring.EFFECTS.get(channel)
    parts = [mentors(now, now.mentees, who)] if mentors else []
    for name, terms in now.world.terms.items():
        effect = terms.program.effects.get(channel)
        if effect is not None:
            parts.append(effect(now, now.enrolled[name], who))
    if len(parts) < 2:
        return parts[0] if parts else channel.nothing
    if not channel.multiplies:
        return together(parts, now.values)
    return np.asarray(np.exp(together([np.log(np.maximum(part, _NEXT_TO_NOTHING)) for part in parts], now.values)))


def arrest_hazard(now: Now, who: Ints) -> Floats:
    """What programs add to the log hazard of arrest of people `who` (rows): direct paths, and what they declare."""
    parts = [mentoring.arrest(now, now.mentees, who)]
    for name, terms in now.world.terms.items():
        enrolled, declared = now.enrolled[name], terms.program.effects.get(Channel.ARREST)
        own = [declared(now, enrolled, who)] if declared else []
        if terms.program.trial is not None:
            own.append(enrollment.relief(enrolled.dose[who], now.values, terms.program))
        if own:
            parts.append(own[0] + own[1] if len(own) > 1 else own[0])
    return together(parts, now.values) if len(parts) > 1 else parts[0]


def together(parts: Sequence[Floats], values: Mapping[str, float]) -> Floats:
    """What several programs do to the same thing, from what each would alone (0 is nothing), all of one shape.

    The strongest counts in full, the others with the share `effects.overlap_share`, and all of them with no more than
    that share of the strongest; what helps and what hinders are counted apart.
    """
    share = values["effects.overlap_share"]
    up, down = list[Floats](), list[Floats]()
    for part in parts:
        helps, hinders = bool(np.max(part, initial=0.0) > 0.0), bool(np.min(part, initial=0.0) < 0.0)
        if helps:
            up.append(np.maximum(part, 0.0) if hinders else part)
        if hinders:
            down.append(np.maximum(-part, 0.0) if helps else -part)
    if not down:
        return _bounded(up, share) if up else np.zeros(len(parts[0]))
    return _bounded(up, share) - _bounded(down, share) if up else -_bounded(down, share)


def _bounded(parts: Sequence[Floats], share: float) -> Floats:
    """The largest of what is 0 or more, and a share of the rest, of the shape of each."""
    total, most = parts[0].copy(), parts[0].copy()
    for part in parts[1:]:
        np.maximum(most, part, out=most)
        total += part
    total -= most
    np.minimum(total, most, out=total)
    total *= share
    total += most
    return total


def attention(now: Now) -> Floats:
    """Share of a month's dose for people with more places at once than one has time for outside, shape (window,)."""
    most = now.values["participants.programs_at_once"]
    if len(now.world.terms) + 1 <= most:
        return np.ones(len(now.people.status))
    count = (now.mentees.mentor != NEVER).astype(np.int8)
    for enrolled in now.enrolled.values():
        count += (enrolled.place != NEVER).view(np.int8)
    by_count = np.minimum(most / np.maximum(np.arange(len(now.world.terms) + 2), 1.0), 1.0)
    return np.where(now.people.status == Status.COMMUNITY, by_count[count], 1.0)


def belonging(now: Now) -> Floats:
    """Where programs draw everybody's self-efficacy and ties to; mentoring others is good for oneself too."""
    gain = np.asarray(added(now, Channel.BELONGING, np.arange(len(now.lives.home))))
    gain += now.values["community.self_efficacy_gain"] * now.world.community.acceptance
    alumni = now.world.mentors.alumnus[now.world.mentors.active(now.step)]
    here = alumni[(alumni >= now.window.start) & (alumni < now.window.stop)] - now.window.start
    gain[here] += now.values["mentors.helper_gain"]
    return gain


def in_program_job(now: Now) -> Flags:
    """Who has a program job, shape (window,)."""
    found = np.zeros(len(now.lives.employer), dtype=np.bool_)
    for name, terms in now.world.terms.items():
        if terms.program.is_paid_work:
            found |= now.enrolled[name].place != NEVER
    return found


def trade_skill(now: Now, who: Ints, trade: Small) -> Floats | float:
    """What programs taught people `who` (rows) adds to their standing with employers of the trades asked."""
    taught = [(name, terms.program.trade_skill) for name, terms in now.world.terms.items()]
    return sum((skill(now, now.enrolled[name], who, trade) for name, skill in taught if skill), start=0.0)


def working(now: Now) -> Flags:
    """Who has a job or a program job, shape (window,)."""
    return np.asarray((now.lives.employer != NEVER) | in_program_job(now))


def leave_what_is_over(now: Now, *, beds: bool) -> None:
    """Who has found what a program is for leaves it to somebody else; help goes on for the months after it."""
    for name, terms in now.world.terms.items():
        if (terms.program.capacity is Capacity.BEDS) == beds and terms.program.over is not nobody:
            enrolled = now.enrolled[name]
            found = np.flatnonzero((enrolled.place != NEVER) & terms.program.over(now, enrolled))
            enrollment.end(enrolled, found, now.step + terms.after_months)


def stay_is_over(now: Now) -> Flags:
    """Who lives in a program bed without a place there any more, shape (window,)."""
    over = np.zeros(len(now.lives.home), dtype=np.bool_)
    for name, terms in now.world.terms.items():
        if terms.program.housing:
            over |= (now.lives.home == terms.program.housing.home) & (now.enrolled[name].place == NEVER)
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

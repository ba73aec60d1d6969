"""Where the month asks a rule of a user's own: who goes first in a line, and how programs divide the money."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.scenario.rule_views import Programs, ordered, shared, waiting
from reentrysim.setup.money import MENTORING
from reentrysim.stages.now import Now
from reentrysim.vocabulary import CENTS_PER_DOLLAR, NEVER


def line(now: Now, rule: str, who: Ints, since: Ints, lottery: Floats) -> Ints:
    """People `who` (rows) in the order of a rule of one's own; `since` and `lottery` have shape (window,)."""
    if not len(who):
        return who
    world, start = now.world, now.window.start
    seen = waiting(
        now.step,
        race=now.traits.race[who],
        risk=now.risk[who],
        release_step=now.traits.release_step[who],
        since=since[who],
        female=now.traits.female[who],
        age=now.traits.age[who],
        score=world.score[who + start],
        prior_arrests=now.traits.priors[who],
        place=now.traits.place[who],
        lottery=lottery[who],
    )
    return np.asarray(who[ordered(rule, seen, _where(now))])


def shares(now: Now) -> dict[str, float]:
    """Each program's share of this month's money, from what an agency saw at the end of last month."""
    world, names = now.world, now.scenario.programs.used
    mentored, queued = now.mentees.mentor != NEVER, now.mentees.waiting_since != NEVER
    served, lined = {MENTORING: np.count_nonzero(mentored)}, {MENTORING: np.count_nonzero(queued)}
    for name, enrolled in now.enrolled.items():
        served[name] = np.count_nonzero(enrolled.place != NEVER)
        lined[name] = np.count_nonzero(enrolled.waiting_since != NEVER)
    fixed = now.scenario.funding.shares
    seen = Programs(
        step=now.step,
        names=names,
        served=np.array([served[name] for name in names], dtype=np.int64),
        waiting=np.array([lined[name] for name in names], dtype=np.int64),
        cost_per_person=np.array([world.cost_of_person[name] / CENTS_PER_DOLLAR for name in names]),
        on_hand=np.array([world.ledger.available(name) / CENTS_PER_DOLLAR for name in names]),
        fixed_shares=np.array([fixed.get(name, 0.0) for name in names]),
    )
    return shared(now.scenario.funding.rule, seen, _where(now))


def _where(now: Now) -> str:
    return f"scenario {now.scenario.name}, step {now.step}"

"""A rule of a user's own, asked about one line or about the money: the same function sees the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from reentrysim.scenario.rule_views import Programs, ordered, shared, waiting
from reentrysim.vocabulary import NEVER

if TYPE_CHECKING:
    from twin.people import Person
    from twin.programs import Program
    from twin.world import TwinModel


def in_line(
    rule: str, people: Sequence[Person], since: Sequence[int], lottery: Sequence[float], step: int
) -> list[int]:
    """Places in `people` of who is asked, first in line first."""
    if not people:
        return []
    seen = waiting(
        step,
        race=[one.traits.race for one in people],
        risk=[one.risk for one in people],
        release_step=[one.traits.release_step for one in people],
        since=since,
        lottery=lottery,
        female=[one.traits.female for one in people],
        age=[one.traits.age for one in people],
        score=[one.score for one in people],
        prior_arrests=[one.traits.priors for one in people],
        place=[one.traits.place for one in people],
    )
    return ordered(rule, seen, "the twin").tolist()


def _cents_of_one(program: Program) -> float:
    if not hasattr(program, "workers"):
        return float(program.cents)
    count = len(program.workers)
    return float(np.mean([program.cents] * count)) / program.policy.per_worker if count else 0.0


def shares(model: TwinModel, step: int) -> dict[str, float]:
    """What each program has of the money."""
    cents = [post.monthly_cents for post in model.posts]
    mentors = float(np.mean(cents)) / model.scenario.policies.caseload.mentoring.per_worker if cents else 0.0
    names = ("mentoring", *model.programs)
    served = [sum(one.mentor is not None for one in model.watched)]
    lined = [sum(one.waiting_since != NEVER for one in model.watched)]
    cost = [mentors / 100, *(_cents_of_one(program) / 100 for program in model.programs.values())]
    for program in model.programs.values():
        standings = [one.standings[program.name] for one in model.watched]
        served.append(sum(one.place is not None for one in standings))
        lined.append(sum(one.waiting_since != NEVER for one in standings))
    seen = Programs(
        step=step,
        names=names,
        served=np.array(served),
        waiting=np.array(lined),
        cost_per_person=np.array(cost),
        on_hand=np.array([model.ledger.available(name) / 100 for name in names]),
        fixed_shares=np.array([model.scenario.funding.shares.get(name, 0.0) for name in names]),
    )
    return shared(model.scenario.funding.rule, seen, "the twin")

"""Money arrives, and is divided among programs by fixed shares or by who waits."""

from __future__ import annotations

import numpy as np

from reentrysim.scenario.own_rules import is_own
from reentrysim.setup.money import MENTORING
from reentrysim.stages import own_rules
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER


def arrives(now: Now) -> None:
    """Sources pay into the ledger."""
    rule = now.scenario.funding.rule
    by_line = rule == "waiting_list"
    now.world.ledger.receive(now.step, own_rules.shares(now) if is_own(rule) else _wanted(now) if by_line else None)


def _wanted(now: Now) -> dict[str, float]:
    """Cents a month that everybody would cost who was in each program, in line, or sent elsewhere last month."""
    there = {MENTORING: (now.mentees.mentor != NEVER) | (now.mentees.waiting_since != NEVER)}
    there |= {name: (e.place != NEVER) | (e.waiting_since != NEVER) for name, e in now.enrolled.items()}
    people = {name: int(np.count_nonzero(rows)) for name, rows in there.items()}
    for name, team in now.world.teams.items():
        people[name] += team.referred
    for name, places in now.world.places.items():
        people[name] = min(people[name], places.most)
    return {name: now.world.cost_of_person[name] * count for name, count in people.items()}

"""Money arrives, and is divided among programs by fixed shares or by who waits."""

from __future__ import annotations

import numpy as np

from reentrysim.setup.money import MENTORING
from reentrysim.stages import contracts
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER


def arrives(now: Now) -> None:
    """Sources pay into the ledger; contracts that fall due are judged."""
    by_line = now.scenario.funding.rule == "waiting_list"
    wanted = _wanted(now) if by_line else None
    now.world.ledger.receive(now.step, wanted)
    contracts.fall_due(now, wanted)


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

"""Money arrives, and is divided among programs by fixed shares or by who waits."""

from __future__ import annotations

import numpy as np

from reentrysim.setup.money import MENTORING
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER


def arrives(now: Now) -> None:
    """Sources pay into the ledger."""
    by_line = now.scenario.funding.rule == "waiting_list"
    now.world.ledger.receive(now.step, _wanted(now) if by_line else None)


def _wanted(now: Now) -> dict[str, float]:
    """Cents a month that everybody in each program, and in line for it at the end of last month, would cost."""
    people = {MENTORING: (now.mentees.mentor != NEVER) | (now.mentees.waiting_since != NEVER)}
    people |= {name: (e.place != NEVER) | (e.waiting_since != NEVER) for name, e in now.enrolled.items()}
    cost = now.world.cost_of_person
    return {name: cost[name] * int(np.count_nonzero(there)) for name, there in people.items()}

"""Lines, places and workers step by step, reckoned again person by person and post by post."""

from __future__ import annotations

import numpy as np

from behavior.small_runs import TOTAL, model_of, small
from reentrysim import queues
from reentrysim.outcomes import tabulate
from reentrysim.vocabulary import NEVER, Status

CASES = "case_management"


def test_every_step_is_counted_person_by_person_and_post_by_post() -> None:
    money = {"funding.shares": {"mentoring": 0.5, CASES: 0.5}, f"programs.{CASES}": {}, TOTAL: 600_000.0}
    model = model_of(small(money))
    seen: dict[str, list[int]] = {}
    while model.running:
        model.step()
        world, step = model.world, model.steps
        mentees, cases = world.mentees, world.enrolled[CASES]
        alive = world.people.status != Status.DEAD
        asks = (mentees.waiting_since != NEVER) & (mentees.waiting_since <= step) & alive
        now = {
            "in_line=mentoring": asks.sum(),
            "placed=mentoring": (mentees.mentor != NEVER).sum(),
            "in_line=case_management": ((cases.waiting_since != NEVER) & (cases.waiting_since <= step)).sum(),
            "placed=case_management": (cases.place != NEVER).sum(),
        }
        for program, team in world.teams.items():
            ready = team.posts.ready_step
            now[f"workers={program}"] = sum(one != NEVER and one <= step for one in ready.tolist())
        for name, count in now.items():
            seen.setdefault(name, []).append(int(count))
    told = tabulate(model).queues
    assert set(told) == set(seen)
    assert seen["workers=case_management"][20] > 0
    for name, counts in seen.items():
        assert told[name].tolist() == counts, name
        assert len(told[name]) == model.world.calendar.last_step
    assert np.array_equal(told["workers=mentoring"], model.world.record.active_mentors[1:])


def test_keys_name_what_and_whose() -> None:
    assert queues.key(queues.IN_LINE, "mentoring") == "in_line=mentoring"

"""Precision and scale are different things: fewer simulated people say the same about the same system."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for

SYSTEM = 2040


def told(participants: int, replicate: int) -> tuple[float, ...]:
    """Shares rearrested, employed, stably housed, homeless and served, and dollars for each release, at month 12."""
    scenario = load_scenario("status-quo").vary({"time.follow_up_months": 12})
    model = ReentryModel(scenario, values_for(scenario), Luck(9, replicate), participants).run()
    result = tabulate(model)
    return (
        float(result.series["rearrest"][0, 11]),
        *(float(result.series[name][0, 11]) for name in ("employed", "stably_housed", "homeless")),
        result.notes["served"],
        float(result.series["cost_programs"][0, 11]),
    )


@pytest.mark.parametrize("participants", [510, 4 * SYSTEM])
def test_part_whole_and_multiple_of_the_system_agree(participants: int) -> None:
    sizes = {participants: 40 * SYSTEM // (4 * participants) * 2, SYSTEM: 20}
    tasks = [(size, r) for size, count in sizes.items() for r in range(count)]
    outcomes = np.array([told(*task) for task in tasks])
    which = np.array([size for size, _ in tasks])
    part, whole = (outcomes[which == size] for size in sizes)
    error = np.sqrt(part.var(axis=0, ddof=1) / len(part) + whole.var(axis=0, ddof=1) / len(whole))
    gap = np.abs(part.mean(axis=0) - whole.mean(axis=0))
    print(participants, gap, error)
    # Whole posts make a small difference beyond Monte Carlo error: half a percent of what is compared is allowed.
    assert (gap <= 3.5 * error + 0.005 * whole.mean(axis=0)).all()

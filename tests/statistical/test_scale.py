"""Precision and scale are different things: fewer simulated people say the same about the same system."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for

SYSTEM = 2040


# Four times as much money a person as shipped: below some five posts or places a program, whole ones show.
TEN_TIMES = {"population.size": 10 * SYSTEM, "funding.sources.state_grant.total_dollars": 200_000_000.0}


def told(scenario: Scenario, participants: int, replicate: int) -> tuple[float, ...]:
    """Shares rearrested, employed, in stable homes and homeless, dollars for each release, and shares served."""
    model = ReentryModel(scenario, values_for(scenario), Luck(9, replicate), participants).run()
    result = tabulate(model)
    outcomes = ("rearrest", "employed", "stably_housed", "homeless", "cost_programs")
    served = [
        value for name, value in result.notes.items() if name.endswith("served") and name != "contacts_per_served"
    ]
    return (*(float(result.series[name][0, 11]) for name in outcomes), *served)


def assert_agreement(scenario: Scenario, counts: dict[int, int]) -> None:
    """Each size, run so many times, says the same as the last one, within Monte Carlo error."""
    means, errors = {}, {}
    for participants, count in counts.items():
        outcomes = np.array([told(scenario, participants, replicate) for replicate in range(count)])
        means[participants] = outcomes.mean(axis=0)
        errors[participants] = outcomes.var(axis=0, ddof=1) / count
    *parts, whole = counts
    for part in parts:
        gap = np.abs(means[part] - means[whole])
        error = np.sqrt(errors[part] + errors[whole])
        print(part, "of", whole, gap.round(4), error.round(4))
        # Whole posts make a small difference beyond Monte Carlo error: half a percent of what is compared is allowed.
        assert (gap <= 3.5 * error + 0.005 * means[whole]).all()


@pytest.mark.parametrize("participants", [510, 4 * SYSTEM])
def test_part_whole_and_multiple_of_the_system_agree(participants: int) -> None:
    scenario = load_scenario("status-quo").vary({"time.follow_up_months": 12})
    assert_agreement(scenario, {participants: 40 * SYSTEM // (4 * participants) * 2, SYSTEM: 20})


def test_a_tenth_a_half_and_all_of_a_large_system_with_every_program_agree() -> None:
    scenario = load_scenario("balanced").vary({"time.follow_up_months": 12, **TEN_TIMES})
    assert_agreement(scenario, {SYSTEM: 24, 5 * SYSTEM: 6, 10 * SYSTEM: 4})

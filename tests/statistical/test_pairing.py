"""Law 5 of the randomness: the same luck in two scenarios makes their difference far less noisy than independent luck.

Run by `pytest -n 2 tests/statistical`.
"""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for

REPLICATES = 48
MONTH = 36


def returned(scenario: Scenario, replicate: int) -> float:
    """Share back in prison by the headline month, at central values."""
    model = ReentryModel(scenario, values_for(scenario), Luck(5, replicate)).run()
    return float(tabulate(model).series["return_to_prison"][0, MONTH - 1])


def variance_ratio(one: Scenario, other: Scenario) -> float:
    """Variance of the paired difference over that of a difference of independent runs."""
    first, second = np.array([[returned(scenario, r) for r in range(REPLICATES)] for scenario in (one, other)])
    paired = np.var(first - second, ddof=1)
    independent = np.var(first, ddof=1) + np.var(second, ddof=1)
    print(f"{one.name} and {other.name}: paired variance is {paired / independent:.3f} of the independent one")
    return float(paired / independent)


@pytest.mark.parametrize("name", ["more-mentors", "jobs-first", "smaller-caseworker-caseloads", "balanced"])
def test_paired_variance_is_at_most_a_quarter(name: str) -> None:
    months = {"time.follow_up_months": MONTH}
    assert variance_ratio(load_scenario("status-quo").vary(months), load_scenario(name).vary(months)) <= 1 / 4


def test_paired_variance_is_at_most_a_twentieth_when_a_policy_touches_one_in_twenty() -> None:
    nothing = {"time.follow_up_months": MONTH, "funding.sources.state_grant.total_dollars": 0}
    little = nothing | {"funding.sources.state_grant.total_dollars": 1_600_000}
    without, with_few = load_scenario("status-quo").vary(nothing), load_scenario("status-quo").vary(little)
    served = tabulate(ReentryModel(with_few, values_for(with_few), Luck(5, 0)).run()).notes["served"]
    assert 0.02 < served < 0.06
    assert variance_ratio(without, with_few) <= 1 / 20

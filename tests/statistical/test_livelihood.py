"""Work and homes in a steady run with the status quo, where participants compete.

Run by `pytest -n 2 tests/statistical`.
"""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.model import ReentryModel
from reentrysim.outcomes import RunResult, tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for


@pytest.fixture(scope="module")
def steady() -> list[RunResult]:
    scenario = load_scenario("status-quo")
    return [tabulate(ReentryModel(scenario, values_for(scenario), Luck(6, rep)).run()) for rep in range(8)]


def test_employment_of_the_free_is_where_published_figures_put_it(steady: list[RunResult]) -> None:
    employed = np.mean([result.series["employed_if_free"][0] for result in steady], axis=0)
    print("employed of those at liberty, months 1-60:", employed.round(3))
    assert employed[2:].min() >= 0.40
    assert employed[2:].max() <= 0.55


def test_queues_are_stationary_at_the_end_of_the_warm_up(steady: list[RunResult]) -> None:
    for drift in ("queue_drift", "unsheltered_drift"):
        drifts = np.array([result.notes[drift] for result in steady])
        error = drifts.std(ddof=1) / np.sqrt(len(drifts))
        print(drift, drifts.mean(), error)
        assert abs(drifts.mean()) < 0.05 + 2 * error


def test_competition_among_participants_moves_employment_little_at_the_status_quo() -> None:
    scenario = load_scenario("status-quo")
    free = scenario.vary({"circumstances.vacancies": "free", "circumstances.rooms": "free"})
    curves = [
        np.mean(
            [
                tabulate(ReentryModel(s, values_for(s), Luck(6, rep)).run()).series["employed_if_free"][0]
                for rep in range(4)
            ],
            axis=0,
        )
        for s in (scenario, free)
    ]
    assert np.abs(curves[0] - curves[1]).max() < 0.04

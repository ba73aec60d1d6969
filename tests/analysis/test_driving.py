"""What drives each difference is kept for every scenario, and nothing where the draws are too few."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.driving import MOST
from reentrysim.experiments.run import Job
from reentrysim.outcomes import RunResult
from reentrysim.scenario.values import values_for

FOLLOWED = {"more-mentors": "work.hazard_ratio", "grant-ends-early": "housing.hazard_ratio_homeless"}


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def _follows(job: Job) -> RunResult:
    """Each scenario's share is a tenth of an estimate of its own, and luck."""
    result = fake_simulate(job)
    followed = FOLLOWED.get(job.scenario.name)
    luck = 0.0005 * np.random.default_rng([3, job.replicate]).standard_normal()
    share = 0.1 * values_for(job.scenario, job.draw)[followed] + luck if followed else 0.0
    series = {**result.series, "return_to_prison": np.full_like(result.series["return_to_prison"], share)}
    return replace(result, series=series)  # type: ignore[type-var]


def _compared(**options: Any) -> Comparison:
    asked: dict[str, Any] = {"replicates": 60, "jobs": 1, "participants": 24, **options}
    return compare(list(FOLLOWED), simulate=_follows, **asked)


def test_every_scenario_has_what_it_follows_first_and_no_other_that_is_clear() -> None:
    found = _compared().drivers
    for name, followed in FOLLOWED.items():
        own = found[found["scenario"] == name]
        assert own["estimate"].iloc[0] == followed
        assert own["clear"].tolist() == [True] + [False] * (MOST - 1)
        assert (own["estimates"] > 100).all() and (own["draws"] == 30).all()
    assert "status-quo" not in set(found["scenario"])


@pytest.mark.parametrize("options", [{"replicates": 20}, {"fixed_parameters": True}])
def test_few_draws_drive_nothing(options: dict[str, Any]) -> None:
    assert _compared(**options).drivers.empty

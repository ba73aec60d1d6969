"""From the file of a sweep to its indices: a function with published ones in the model's place, and nothing else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fakes import fake_simulate, use_fake_inputs
from known_sweeps import ISHIGAMI_FIRST, ISHIGAMI_TOTAL, ishigami
from points import MONEY
from reentrysim.analysis.sensitivity.sensitivity import Sensitivity, sensitivity
from reentrysim.experiments.run import Job
from reentrysim.experiments.sweeps import plan as plan_module
from reentrysim.experiments.sweeps.file import Sweep
from reentrysim.experiments.sweeps.results import load_results
from reentrysim.experiments.sweeps.sweeping import sweep

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

UPTAKE = "estimates.mentoring.uptake_share"
RANGES: dict[str, tuple[float, float]] = {
    MONEY: (1e6, 9e6),
    "policies.assessment.auc_share": (0.6, 0.8),
    UPTAKE: (0.2, 0.6),
}
BASE_POINTS = 64


def _asked() -> Sweep:
    tables: dict[str, Any] = {
        "schema": 1,
        "title": "A known function",
        "question": "Does it have its published indices?",
        "scenarios": ["status-quo"],
        "follow_up_months": 1,
        "participants": 60,
        "fixed_parameters": True,
        "design": {"kind": "sobol", "points": BASE_POINTS},
        "factors": {path: {"range": list(ends)} for path, ends in RANGES.items()},
    }
    return Sweep.build(tables, "ishigami")


def _in_place_of_the_model(job: Job) -> RunResult:
    """The function of the scenario's three numbers, each moved from its range to that from -pi to pi."""
    scenario = job.scenario
    numbers = (
        scenario.funding.sources["state_grant"].total_dollars,
        scenario.policies.assessment.auc_share,
        scenario.estimates[UPTAKE.removeprefix("estimates.")].value,
    )
    x = [
        math.pi * (2 * (at - low) / (high - low) - 1) for at, (low, high) in zip(numbers, RANGES.values(), strict=True)
    ]
    result = fake_simulate(job)
    for values in result.series.values():
        values[:] = ishigami(np.array([x]))[0]
    return result


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    with pytest.MonkeyPatch.context() as patch:
        use_fake_inputs(patch)
        patch.setattr(plan_module, "read_inputs", lambda _: plan_module.Inputs(40, "evidence", "calibration"))
        folder = tmp_path_factory.mktemp("ishigami") / "swept"
        sweep(_asked(), folder, jobs=1, simulate=_in_place_of_the_model)
        return sensitivity(load_results(folder))


def test_the_sweep_of_a_function_has_the_functions_indices(found: Sensitivity) -> None:
    assert (found.points, found.asked) == (5 * BASE_POINTS, 5 * BASE_POINTS)
    assert found.sobol is not None
    table = found.sobol.set_index("factor")
    for path, first, total in zip(RANGES, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, strict=True):
        row = table.loc[path]
        assert row["first_low"] <= first <= row["first_high"]
        assert row["total_low"] <= total <= row["total_high"]
        assert row["total"] == pytest.approx(total, abs=0.1)
    assert table["clear"].all()


def test_its_mean_and_variance_are_the_functions(found: Sensitivity) -> None:
    """Mean a / 2; variance a^2 / 8 + b pi^4 / 5 + b^2 pi^8 / 18 + 1 / 2, with a = 7 and b = 0.1."""
    variance = 49 / 8 + 0.1 * math.pi**4 / 5 + 0.01 * math.pi**8 / 18 + 0.5
    assert found.mean == pytest.approx(3.5, abs=0.3)
    assert found.spread**2 == pytest.approx(variance, rel=0.1)

"""A stand-in for the model: known effects, known variances, no people. For tests of what happens around the runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from reentrysim.experiments import plan as plan_module
from reentrysim.experiments.plan import Inputs
from reentrysim.experiments.run import Job
from reentrysim.vocabulary import OUTCOMES

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

SUBGROUPS = ("all", "sex=female", "sex=male", "risk=high")
EFFECTS = {"smaller-mentor-caseloads": -0.012, "more-mentors": -0.003, "grant-ends-early": 0.004}
"""Effect on every share at the end of follow-up; other scenarios have none."""
DRAWS = 40


@dataclass(frozen=True)
class FakeLedgerRow:
    source: str
    program: str
    step: int
    arrived: int
    spent: int
    lapsed: int
    unspent: int
    unpaid: int


@dataclass(frozen=True)
class FakeResult:
    subgroups: tuple[str, ...]
    people: Any
    series: dict[str, Any]
    ledger: list[FakeLedgerRow] = field(default_factory=list)
    notes: dict[str, float] = field(default_factory=dict)
    counterpart: dict[str, Any] = field(default_factory=dict)
    contracts: list[Any] = field(default_factory=list)
    errors: dict[str, Any] = field(default_factory=dict)
    access: dict[str, Any] = field(default_factory=dict)
    queues: dict[str, Any] = field(default_factory=dict)

    def beside(self, _: FakeResult) -> FakeResult:
        """Nobody was reached by any program."""
        return self


def fake_simulate(job: Job) -> RunResult:
    """Shares that rise to 0.5, moved by the draw, by luck shared between scenarios, and by the scenario's effect."""
    months = int(job.scenario.time.follow_up_months)
    luck = np.random.default_rng([job.seed, job.replicate])
    evidence = np.random.default_rng([7, 0 if job.draw is None else job.draw + 1])
    rise = 1 - np.exp(-np.arange(1, months + 1) / 20.0)
    level = 0.5 + 0.02 * evidence.standard_normal() + 0.01 * luck.standard_normal((len(SUBGROUPS), 1))
    effect = EFFECTS.get(job.scenario.name, 0.0) * (1 + 0.3 * evidence.standard_normal())
    own = 0.002 * luck.standard_normal((len(SUBGROUPS), 1)) * (effect != 0)
    share = (level + effect + own) * rise
    if job.replicate == 3:
        share[3] = np.nan  # a subgroup that happens to be empty once
    people = np.array([job.participants, 10, job.participants - 10, 0 if job.replicate == 3 else 7])
    series = {name: share * (index + 1) / 3 for index, name in enumerate(OUTCOMES)}
    series["cost_programs"] = np.full(share.shape, 686.27 + 5 * luck.standard_normal())
    row = FakeLedgerRow("state_grant", "mentoring", 1, 100_000, 97_000, 0, 3_000, 0)
    return cast("RunResult", FakeResult(SUBGROUPS, people, series, [row], {"mean_wait_months": 2.0 + job.replicate}))


def broken_simulate(job: Job) -> RunResult:
    """Fails in replicate 5 of one scenario."""
    if job.replicate == 5 and job.scenario.name == "more-mentors":
        raise ZeroDivisionError("no mentor is left")
    return fake_simulate(job)


def use_fake_inputs(patch: pytest.MonkeyPatch, draws: int = DRAWS) -> None:
    """Plans rest on `draws` stored draws and on made-up digests."""
    patch.setattr(plan_module, "read_inputs", lambda _: Inputs(draws, "evidence", "calibration"))

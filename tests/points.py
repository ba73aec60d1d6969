"""Small sweeps, and stand-ins for the model that fail, or end their process, at a point."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakes import fake_simulate
from reentrysim.experiments.run import Job
from reentrysim.experiments.sweeps.file import Sweep

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

PER_WORKER = "policies.caseload.mentoring.per_worker"
MONEY = "funding.sources.state_grant.total_dollars"
SMALL: dict[str, Any] = {
    "schema": 1,
    "title": "Small",
    "question": "Does it run?",
    "scenarios": ["status-quo", "more-mentors"],
    "outcomes": ["return_to_prison", "cost_programs"],
    "months": [6, 12],
    "follow_up_months": 12,
    "participants": 60,
    "replicates": 4,
    "design": {"kind": "grid"},
    "factors": {PER_WORKER: {"values": [1, 2, 3]}, MONEY: {"values": [1e6, 4.9e6]}},
}


def small(name: str = "small", **changes: Any) -> Sweep:
    """Six points of two scenarios, with keys changed."""
    return Sweep.build({**SMALL, **changes}, name)


def by_caseload(job: Job) -> RunResult:
    """The stand-in, moved by the people a mentor has, so that points differ."""
    result = fake_simulate(job)
    per_worker = job.scenario.policies.caseload.mentoring.per_worker
    for values in result.series.values():
        values += per_worker / 100
    return result


def failing_at_two(job: Job) -> RunResult:
    """Fails wherever a mentor has two people."""
    if job.scenario.policies.caseload.mentoring.per_worker == 2:
        raise ZeroDivisionError("two is too many")
    return by_caseload(job)


def mended(job: Job) -> RunResult:
    """Fails at two as long as the file `broken` lies in the folder."""
    return failing_at_two(job) if Path("broken").exists() else by_caseload(job)


def dying_once(mark: Path, job: Job) -> RunResult:
    """Ends its process, without a word, the first time that a mentor has two people; then there is a mark."""
    if job.scenario.policies.caseload.mentoring.per_worker == 2 and not mark.exists():
        mark.touch()
        os._exit(1)
    return by_caseload(job)


def dying_at_two(job: Job) -> RunResult:
    """Ends its process wherever a mentor has two people and much money."""
    money = job.scenario.funding.sources["state_grant"].total_dollars
    if job.scenario.policies.caseload.mentoring.per_worker == 2 and money > 2e6:
        os._exit(1)
    return by_caseload(job)

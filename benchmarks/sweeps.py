"""What a sweep costs beside the bare runs, how much faster two processes are, and what ten thousand points take.

python benchmarks/sweeps.py                    # a quarter of an hour on two cores
python benchmarks/sweeps.py --points 30 --many 1000

Ratios are of one run of this file: bare runs, one process and two take the same points in turn.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from reentrysim.experiments.run import Job, simulate
from reentrysim.experiments.sweeps.file import Sweep
from reentrysim.experiments.sweeps.plan import plan_sweep
from reentrysim.experiments.sweeps.sweeping import sweep

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

PER_WORKER, MONEY = "policies.caseload.mentoring.per_worker", "funding.sources.state_grant.total_dollars"


def asked(name: str, points: int, **changes: Any) -> Sweep:
    """Caseloads and budgets at random."""
    tables = {
        "schema": 1,
        "title": "Benchmark",
        "question": "How long does it take?",
        "scenarios": ["status-quo"],
        "design": {"kind": "random", "points": points},
        "factors": {PER_WORKER: {"range": [1.0, 12.0], "whole": True}, MONEY: {"range": [1e6, 2e7]}},
        "fixed_parameters": True,
    }
    return Sweep.build({**tables, **changes}, name)


class Drawn:
    """What a run comes back with, drawn instead of simulated."""

    def __init__(self, job: Job) -> None:
        months = int(job.scenario.time.follow_up_months)
        share = np.random.default_rng([job.seed, job.replicate]).random((1, months))
        self.subgroups, self.people = ("all",), np.array([job.participants])
        self.series = {f"outcome_{number}": share for number in range(25)} | {"return_to_prison": share}


def drawn(job: Job) -> RunResult:
    """A stand-in that takes no time."""
    return cast("RunResult", Drawn(job))


def speeds(points: int, participants: int) -> None:
    """Bare runs, a sweep on one process, and one on two."""
    question = asked("speeds", points, participants=participants)
    plan = plan_sweep(question)
    units = list({unit.name: unit for unit in plan.units()}.values())
    simulate(Job(plan.scenarios[0], None, 1, 0, participants))  # what is read once is read
    started = time.perf_counter()
    for unit in units:
        scenario = plan.scenarios[0].vary(plan.changes_at(unit.point, unit.scenario))
        for replicate in (0, 1):
            simulate(Job(scenario, unit.draw, 1, replicate, participants))
    bare = time.perf_counter() - started
    taken = {}
    for jobs in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            sweep(question, Path(folder) / "sweep", jobs=jobs)
            taken[jobs] = time.perf_counter() - started
    print(
        f"{len(units)} points, two runs of {participants} people each: bare {bare:.1f} s, one process {taken[1]:.1f} s"
    )
    more, faster = taken[1] / bare - 1, taken[1] / taken[2]
    print(f"  {more:+.1%} beside the bare runs; two processes {taken[2]:.1f} s, {faster:.2f} times as fast")


def many(points: int) -> None:
    """Ten thousand points of runs that take no time: memory of the process that keeps them, and files."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        sweep(asked("many", points, months=[12, 24, 36]), Path(folder) / "sweep", jobs=1, simulate=drawn)
        seconds = time.perf_counter() - started
        files = [Path(place) / name for place, _, names in os.walk(folder) for name in names]
        size = sum(path.stat().st_size for path in files) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = 1000 * seconds / points
    print(f"{points} points: {seconds:.0f} s, {each:.1f} ms a point, {len(files)} files, {size:.0f} MB")
    print(f"  at most {peak:.0f} MB of memory, with everything that is loaded")


def main() -> None:
    """Both parts."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--points", type=int, default=200)
    told.add_argument("--participants", type=int, default=510)
    told.add_argument("--many", type=int, default=10_000)
    given = told.parse_args()
    many(given.many)
    speeds(given.points, given.participants)


if __name__ == "__main__":
    main()

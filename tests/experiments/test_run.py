"""Runs come back in the order of replicates, whatever the processes did, and one failure is told in one message."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from fakes import SUBGROUPS, broken_simulate, fake_simulate, use_fake_inputs
from reentrysim.experiments.plan import Plan, plan_runs
from reentrysim.experiments.run import Job, RunError, Runs, run_plan
from reentrysim.outcomes import RunResult
from reentrysim.vocabulary import InputError

NAMES = ["more-mentors", "smaller-mentor-caseloads"]


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def _plan(jobs: int, replicates: int = 12) -> Plan:
    return plan_runs(NAMES, replicates=replicates, jobs=jobs, participants=100, months=24)


def _same(a: Runs, b: Runs) -> bool:
    return all(
        np.array_equal(values, b.series[name][outcome], equal_nan=True)
        for name, series in a.series.items()
        for outcome, values in series.items()
    )


def test_processes_change_nothing() -> None:
    alone, together = run_plan(_plan(1), fake_simulate), run_plan(_plan(2), fake_simulate)
    assert _same(alone, together)
    assert alone.ledger == together.ledger
    assert np.array_equal(alone.people["more-mentors"], together.people["more-mentors"])


def test_every_run_lands_in_its_own_place() -> None:
    plan = _plan(1)
    runs = run_plan(plan, fake_simulate)
    for scenario in plan.scenarios:
        for replicate in range(plan.replicates):
            job = Job(scenario, plan.draw_of(replicate), plan.seed, replicate, 100)
            expected = fake_simulate(job).series["rearrest"].astype(np.float32)
            assert np.array_equal(runs.series[scenario.name]["rearrest"][replicate], expected, equal_nan=True)
    assert runs.subgroups == SUBGROUPS
    assert runs.notes["more-mentors"]["mean_wait_months"].tolist() == [2.0 + r for r in range(12)]


def test_costs_are_known_at_the_horizon_only() -> None:
    costs = run_plan(_plan(1), fake_simulate).series["more-mentors"]["cost_programs"]
    assert np.isnan(costs[:, :, :-1]).all()
    assert np.isfinite(costs[:, :, -1]).all()


def test_progress_counts_every_run() -> None:
    seen: list[tuple[int, int]] = []
    run_plan(_plan(1), fake_simulate, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 36)
    assert seen[-1] == (36, 36)
    assert seen == sorted(seen)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_run_names_scenario_replicate_and_error(jobs: int) -> None:
    with pytest.raises(RunError) as error:
        run_plan(_plan(jobs), broken_simulate)
    assert str(error.value) == "scenario more-mentors, replicate 5: ZeroDivisionError: no mentor is left"


def test_after_a_failure_the_next_plan_runs() -> None:
    with pytest.raises(RunError):
        run_plan(_plan(2), broken_simulate)
    assert _same(run_plan(_plan(2), fake_simulate), run_plan(_plan(1), fake_simulate))


def test_a_failure_survives_the_way_between_processes() -> None:
    failure = pickle.loads(pickle.dumps(RunError("a", 3, "ValueError: b")))
    assert str(failure) == "scenario a, replicate 3: ValueError: b"


def _refuse(_: Job) -> RunResult:
    raise InputError("this estimate is missing", where="a.toml")


def test_wrong_input_found_late_is_still_wrong_input() -> None:
    with pytest.raises(InputError, match="this estimate is missing"):
        run_plan(_plan(1), _refuse)

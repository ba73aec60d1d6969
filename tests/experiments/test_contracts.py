"""Scenarios with a contract are run once more in each replicate; what comes of it is kept and put in order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from behavior.small_runs import TOTAL, small
from reentrysim.experiments.contracts import extra_runs, packed, unpacked
from reentrysim.experiments.keeping import Kept
from reentrysim.experiments.plan import Plan, plan_runs
from reentrysim.experiments.run import Job, run_plan, simulate
from reentrysim.outcomes import RunResult
from reentrysim.policies.contracts import ContractRow
from reentrysim.scenario import Scenario

SOURCE = "funding.sources.state_grant"
PAYS: dict[str, Any] = {
    f"{SOURCE}.kind": "pay_for_success",
    f"{SOURCE}.advanced_by": "investors",
    f"{SOURCE}.pays_if": {
        "outcome": "rearrest",
        "month": 12,
        "evaluator": "waiting_list",
        "at_most_ratio": 1.0,
        "last_part_share": 0.3,
    },
    TOTAL: 200_000.0,
}


def plan(jobs: int = 1, replicates: int = 4) -> Plan:
    base = small({TOTAL: 200_000.0}, size=120)
    funded: Scenario = small(PAYS, size=120).vary({}, name="fund")
    return plan_runs([funded], baseline=base, replicates=replicates, jobs=jobs)


def test_only_a_scenario_with_a_contract_runs_once_more_and_nobody_takes_part_then() -> None:
    asked: Counter[tuple[str, int, object]] = Counter()

    def noted(job: Job) -> RunResult:
        asked[job.scenario.name, job.replicate, job.scenario.programs.mentoring.uptake_share] += 1
        return simulate(job)

    runs = run_plan(plan(replicates=2), noted)
    usual = {(name, replicate, "evidence") for name in ("status-quo", "fund") for replicate in (0, 1)}
    assert set(asked) == usual | {("fund", replicate, 0.0) for replicate in (0, 1)}
    assert set(asked.values()) == {1}
    assert extra_runs(plan().scenarios) == 1
    assert runs.contracts["status-quo"] == [[], []]
    assert [len(rows) for rows in runs.contracts["fund"]] == [1, 1]
    assert runs.contracts["fund"][0] != runs.contracts["fund"][1]


def test_processes_and_breaks_change_no_contract(tmp_path: Path) -> None:
    alone = run_plan(plan())
    kept = Kept.beside(tmp_path / "x", plan())
    begun = run_plan(plan(replicates=2), kept=kept)
    again = run_plan(plan(jobs=2), kept=kept)
    longer = run_plan(plan(), begun=begun)
    assert alone.contracts == again.contracts == longer.contracts
    assert kept.read(3) is not None


def test_money_that_comes_when_it_is_earned_is_not_told_as_cut_off_by_the_end_of_the_run() -> None:
    beyond = {f"{SOURCE}.last_step": 76, f"{SOURCE}.advanced_by": "provider"}
    base = small({TOTAL: 200_000.0}, size=120)
    for share, told in ((0.5, 1), (1.0, 0)):
        terms = {**PAYS[f"{SOURCE}.pays_if"], "last_part_share": share}
        late = small({**PAYS, **beyond, f"{SOURCE}.pays_if": terms}, size=120).vary({}, name="late")
        notices = plan_runs([late], baseline=base, replicates=2, jobs=1).notices
        assert [notice.startswith("Under late: only 50% of the money") for notice in notices] == [True] * told


@pytest.mark.parametrize("rate", [1 / 3, None])
def test_rows_come_back_from_text_as_they_went(rate: float | None) -> None:
    row = ContractRow(
        source="fund",
        evaluator="matched_group",
        outcome="rearrest",
        month=12,
        step=30,
        people=7,
        rate=rate,
        comparison_people=0,
        comparison_rate=None,
        dropped=2,
        threshold=0.1 + 0.2,
        judged=0,
        at_stake_cents=10**14 + 1,
        paid_cents=0,
        lost_cents=10**14 + 1,
        lost_by="provider",
        rate_if_idle=rate,
        comparison_rate_if_idle=None,
        paid_cents_if_idle=3,
    )
    assert unpacked(packed([row, row])) == [row, row]
    assert unpacked(packed([])) == []

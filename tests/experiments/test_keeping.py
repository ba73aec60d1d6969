"""Finished replicates are kept whole, read exactly, and never stand in the way."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import fake_simulate, use_fake_inputs
from reentrysim.experiments import plan as plan_module
from reentrysim.experiments.keeping import Kept
from reentrysim.experiments.plan import Inputs, Plan, plan_runs
from reentrysim.experiments.run import Job, Runs, run_plan
from reentrysim.outcomes import LedgerRow, RunResult


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def _plan(replicates: int = 6, **options: int) -> Plan:
    return plan_runs(["more-mentors"], replicates=replicates, jobs=1, participants=100, months=24, **options)


def _same(one: Runs, other: Runs) -> bool:
    series = all(
        np.array_equal(values, other.series[name][outcome], equal_nan=True)
        for name, table in one.series.items()
        for outcome, values in table.items()
    )
    return series and _rows(one) == _rows(other) and one.subgroups == other.subgroups


def _rows(runs: Runs) -> list[tuple[object, ...]]:
    """Every line of the ledger, whatever kind of line it is."""
    lines = [row for name in runs.plan.names for rows in runs.ledger[name] for row in rows]
    return [tuple(getattr(row, field) for field in LedgerRow._fields) for row in lines]


def _run(plan: Plan, kept: Kept) -> tuple[Runs, list[int]]:
    """The runs, and which replicates were simulated."""
    seen: list[int] = []

    def simulate(job: Job) -> RunResult:
        seen.append(job.replicate)
        return fake_simulate(job)

    return run_plan(plan, simulate, kept=kept), sorted(set(seen))


def test_what_is_kept_is_not_run_again_and_changes_nothing(tmp_path: Path) -> None:
    whole = run_plan(_plan(10), fake_simulate)
    first, ran = _run(_plan(6), Kept.beside(tmp_path / "x", _plan(6)))
    assert ran == list(range(6))
    longer = Kept.beside(tmp_path / "x", _plan(10))  # the number of replicates is no part of what they hold
    again, ran = _run(_plan(10), longer)
    assert ran == [6, 7, 8, 9]
    assert _same(again, whole)
    assert first.notes["more-mentors"]["mean_wait_months"].tolist() == [2.0 + r for r in range(6)]


@pytest.mark.parametrize("damage", [b"", b"PK", b"not an archive", None])
def test_a_damaged_file_is_run_again(tmp_path: Path, damage: bytes | None) -> None:
    kept = Kept.beside(tmp_path / "x", _plan())
    whole, _ = _run(_plan(), kept)
    path = next(kept.folder.glob("3.npz"))
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    again, ran = _run(_plan(), kept)
    assert ran == [3]
    assert _same(again, whole)


def test_nothing_of_another_question_is_taken_up(tmp_path: Path) -> None:
    _run(_plan(), Kept.beside(tmp_path / "x", _plan()))
    for other in (_plan(seed=2), replace(_plan(), participants=101), replace(_plan(), fixed_parameters=True)):
        assert Kept.beside(tmp_path / "x", other).count() == 0


def test_what_a_shorter_run_does_not_hold_stays(tmp_path: Path) -> None:
    kept = Kept.beside(tmp_path / "x", _plan())
    _run(_plan(6), kept)
    kept.forget(4)
    assert sorted(path.name for path in kept.folder.iterdir()) == ["4.npz", "5.npz"]
    kept.forget(6)
    assert not kept.folder.exists()


def test_a_place_that_takes_nothing_stops_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    runs, ran = _run(_plan(), Kept(tmp_path / "file" / "kept", _plan().names))
    assert ran == list(range(6))
    assert _same(runs, run_plan(_plan(), fake_simulate))


def test_a_run_without_money_is_read_as_it_was_kept(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept", ("status-quo",))
    job = Job(_plan().scenarios[0], None, 1, 0, 100)
    kept.keep(0, {"status-quo": replace(fake_simulate(job), ledger=[])})
    read = kept.read(0)
    assert read is not None
    assert read["status-quo"].ledger == []


@pytest.mark.parametrize("error", [OSError, ValueError])
def test_what_cannot_be_kept_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(_: int) -> None:
        raise error("the disk is full")

    monkeypatch.setattr("os.fsync", fail)
    with nullcontext() if error is OSError else pytest.raises(error):
        run_plan(_plan(2), fake_simulate, kept=Kept(tmp_path / "kept", _plan().names))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_kept_once_what_the_runs_rest_on_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan()
    kept = Kept.beside(tmp_path / "x", plan)
    monkeypatch.setattr(plan_module, "read_inputs", lambda _: Inputs(40, "evidence", "another calibration"))
    _run(plan, kept)
    assert kept.count() == 0


@pytest.mark.parametrize("table", ["access", "queues"])
def test_who_has_access_and_who_waits_is_kept_too(table: str, tmp_path: Path) -> None:
    told = {"eligible=mentoring": np.array([0.5, 1 / 3, 0.7, np.nan])}

    def simulate(job: Job) -> RunResult:
        return replace(fake_simulate(job), **{table: told})

    kept = Kept.beside(tmp_path / "x", _plan(2))
    first = run_plan(_plan(2), simulate, kept=kept)
    again = run_plan(_plan(4), simulate, begun=run_plan(_plan(2), fake_simulate_no_more, kept=kept))
    for runs, replicate in ((first, 1), (again, 0), (again, 3)):
        for name in runs.plan.names:
            found = getattr(runs, table)[name]["eligible=mentoring"][replicate]
            assert np.array_equal(found, told["eligible=mentoring"].astype(np.float32), equal_nan=True)


def fake_simulate_no_more(job: Job) -> RunResult:
    raise AssertionError(f"replicate {job.replicate} is kept")

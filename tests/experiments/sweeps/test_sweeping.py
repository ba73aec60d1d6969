"""Sweeps go on where they stopped, whatever stopped them, and their tables are the same whoever ran them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info

from fakes import use_fake_inputs
from points import MONEY, PER_WORKER, by_caseload, failing_at_two, mended, small
from reentrysim.experiments.run import Job
from reentrysim.experiments.sweeps import plan as plan_module
from reentrysim.experiments.sweeps import store as store_module
from reentrysim.experiments.sweeps import working as working_module
from reentrysim.experiments.sweeps.naming import units_of
from reentrysim.experiments.sweeps.plan import plan_sweep
from reentrysim.experiments.sweeps.results import ABOUT, FAILED, RESULTS, load_results, read_sweep
from reentrysim.experiments.sweeps.store import Store
from reentrysim.experiments.sweeps.sweeping import look_ahead, status, sweep
from reentrysim.experiments.sweeps.units import OtherVersionError, Sent, Shared, version_here, work
from reentrysim.report.sweeps import told
from reentrysim.vocabulary import InputError

HOLD = """
from pathlib import Path
from reentrysim.experiments.sweeps.results import alone_in
with alone_in(Path("here")):
    print("held", flush=True)
    input()
"""
TABLES = (RESULTS, FAILED, "design.csv")


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)
    monkeypatch.setattr(plan_module, "read_inputs", lambda _: plan_module.Inputs(40, "evidence", "calibration"))
    monkeypatch.chdir(tmp_path)


def tables(folder: str) -> list[bytes]:
    return [(Path(folder) / name).read_bytes() for name in TABLES]


def counted(run: Callable[[Job], Any] = by_caseload) -> tuple[list[Job], Callable[[Job], Any]]:
    """A stand-in that leaves each job in a list."""
    jobs = list[Job]()

    def simulate(job: Job) -> Any:
        jobs.append(job)
        return run(job)

    return jobs, simulate


def test_every_point_is_run_once_and_told_in_order() -> None:
    jobs, simulate = counted()
    done = sweep(small(), "here", jobs=1, simulate=simulate)
    assert len(jobs) == 6 * 2 * 4
    results = done.results
    assert results.runs["point"].tolist() == sorted(results.runs["point"])
    assert len(results.runs) == 6 * 2 * 4 * 2  # points, scenarios, replicates, months
    table = pd.read_parquet("here/results.parquet")
    assert table.groupby("point")[PER_WORKER].unique().explode().tolist() == [1, 1, 2, 2, 3, 3]
    assert table.groupby("point")[MONEY].unique().explode().tolist() == [1e6, 4.9e6] * 3
    means = table[table["month"] == 12].groupby([PER_WORKER, "scenario"])["return_to_prison"].mean().unstack()
    assert np.allclose(means.diff().dropna(), 0.01)
    assert table.loc[table["month"] == 6, "cost_programs"].isna().all()  # told at the end alone
    assert table.loc[table["month"] == 12, "cost_programs"].notna().all()


def test_a_second_time_nothing_is_run_and_a_changed_value_only_itself() -> None:
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    before = tables("here")
    jobs, simulate = counted()
    sweep(small(), "here", jobs=1, simulate=simulate)
    assert not jobs
    assert tables("here") == before
    other = {PER_WORKER: {"values": [1, 2, 5]}, MONEY: {"values": [1e6, 4.9e6]}}
    sweep(small(factors=other), "here", jobs=1, simulate=simulate)
    assert {job.scenario.policies.caseload.mentoring.per_worker for job in jobs} == {5}
    assert len(jobs) == 2 * 2 * 4
    jobs.clear()
    sweep(small(replicates=6), "here", jobs=1, simulate=simulate)  # the old points are there still, in four of six
    assert {job.replicate for job in jobs} == {4, 5}
    jobs.clear()
    sweep(small(outcomes=["rearrest"]), "here", jobs=1, simulate=simulate)
    assert not jobs
    assert pd.read_parquet("here/results.parquet").columns[-1] == "rearrest"
    sweep(small(seed=2), "here", jobs=1, simulate=simulate)
    assert len(jobs) == 6 * 2 * 4


def test_what_is_asked_twice_is_run_once() -> None:
    jobs, simulate = counted()
    twice = {PER_WORKER: {"values": [2, 3]}, MONEY: {"values": [4.9e6]}}
    sweep(small(scenarios=["status-quo"], factors=twice), "here", jobs=1, simulate=simulate)
    one = len(jobs)
    sweep(small("other", scenarios=["status-quo"], factors={PER_WORKER: {"values": [3, 2]}}), "there", jobs=1)
    assert one == 8
    names = [
        {unit.name for unit in plan_sweep(small("any", scenarios=["status-quo"], factors=factors)).units()}
        for factors in (twice, {PER_WORKER: {"values": [3, 2]}})
    ]
    assert names[0] == names[1]  # a grant of 4.9 million is what status-quo has


@pytest.mark.parametrize("moment", range(1, 47, 5))
def test_a_stop_at_any_moment_leaves_the_tables_of_a_sweep_without_one(
    moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_module, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(working_module, "TASK_SECONDS", 0.0)
    sweep(small(), "whole", jobs=1, simulate=by_caseload)
    left = moment

    def stopping(job: Job) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return by_caseload(job)

    with pytest.raises(KeyboardInterrupt):
        sweep(small(), "here", jobs=1, simulate=stopping)
    assert not (Path("here") / RESULTS).exists()
    kept = len(Store.open(Path("here")).runs.names)
    assert kept >= moment // 2 - 1  # of pairs, but for the one under way
    jobs, simulate = counted()
    sweep(small(), "here", jobs=1, simulate=simulate)
    assert len(jobs) == 48 - 2 * kept
    assert tables("here") == tables("whole")


@pytest.mark.parametrize(("jobs", "backend"), [(2, "loky"), (3, "threading"), (1, "threading")])
def test_whoever_runs_it_the_tables_are_the_same(jobs: int, backend: str) -> None:
    sweep(small(), "one", jobs=1, simulate=failing_at_two)
    done = sweep(small(), "other", jobs=jobs, backend=backend, simulate=failing_at_two)
    assert done.tally.failed == 8 and done.tally.done == 16
    assert tables("one") == tables("other")


def test_in_whatever_order_tasks_come_back_the_tables_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep(small(), "one", jobs=1, simulate=by_caseload)
    monkeypatch.setattr(working_module, "TASK_SECONDS", 0.0)
    monkeypatch.setattr(working_module, "_in_parallel", lambda _, shared, tasks: shuffled(shared, tasks))

    def shuffled(shared: Any, tasks: list[Any]) -> list[Any]:
        order = np.random.default_rng(3).permutation(len(tasks))
        return [working_module.work(shared, tasks[number]) for number in order]

    sweep(small(), "other", jobs=4, simulate=by_caseload)
    assert tables("one") == tables("other")


def test_a_failing_point_is_data_and_can_be_tried_again() -> None:
    Path("broken").touch()
    done = sweep(small(), "here", jobs=1, simulate=mended)
    assert (done.tally.done, done.tally.failed) == (16, 8)
    failures = load_results("here").failures
    assert failures["point"].tolist() == [2] * 4 + [3] * 4
    assert set(failures["error"]) == {"ZeroDivisionError: two is too many"}
    assert all("failing_at_two" in told for told in failures["traceback"])
    Path("broken").unlink()
    jobs, simulate = counted(mended)
    assert sweep(small(), "here", jobs=1, simulate=simulate).tally.failed == 8  # only when it is asked for
    assert not jobs
    again = sweep(read_sweep(Path("here")), "here", jobs=1, simulate=simulate, retry=True)
    assert again.tally.failed == 0 and len(jobs) == 16
    sweep(small(), "whole", jobs=1, simulate=by_caseload)
    assert tables("here") == tables("whole")


def test_a_point_that_is_no_scenario_fails_without_being_run() -> None:
    factors = {PER_WORKER: {"values": [1, 2]}, "programs.mentoring.format": {"values": ["one_to_one", "circle"]}}
    jobs, simulate = counted()
    done = sweep(small(factors=factors), "here", jobs=1, simulate=simulate)
    failures = done.results.failures
    assert failures["point"].unique().tolist() == [3]  # a circle is around one person
    assert failures["error"].str.contains("a circle is around one person, not 2").all()
    assert len(jobs) == 3 * 2 * 4


def test_a_full_disk_stops_it_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_module, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(working_module, "TASK_SECONDS", 0.0)
    written, write = 0, store_module.write_whole

    def full(path: Path, table: Any) -> None:
        nonlocal written
        written += 1
        if written > 5:
            raise OSError(28, "No space left on device")
        write(path, table)

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "write_whole", full)
        with pytest.raises(OSError, match="No space left"):
            sweep(small(), "here", jobs=1, simulate=by_caseload)
    jobs, simulate = counted()
    sweep(small(), "here", jobs=1, simulate=simulate)
    assert len(jobs) == 48 - 2 * 5
    sweep(small(), "whole", jobs=1, simulate=by_caseload)
    assert tables("here") == tables("whole")


def test_a_damaged_file_is_put_aside_and_what_it_held_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_module, "KEEP_SECONDS", 0.0)
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    before, some = tables("here"), next(Path("here/runs").iterdir())
    contents = bytearray(some.read_bytes())
    contents[40] ^= 0xFF
    some.write_bytes(contents)
    (Path("here") / "index.parquet").unlink()
    done = sweep(small(), "here", jobs=1, simulate=by_caseload)
    assert done.damaged == (f"runs/{some.name}",)
    assert tables("here") == before


def test_a_folder_is_for_one_sweep() -> None:
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    with pytest.raises(InputError, match="holds the sweep small"):
        sweep(small("other"), "here", jobs=1, simulate=by_caseload)
    Path("something").mkdir()
    Path("something/precious.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        sweep(small(), "something", jobs=1, simulate=by_caseload)
    with pytest.raises(InputError, match="a file, not a folder"):
        sweep(small(), "something/precious.txt", jobs=1, simulate=by_caseload)
    with pytest.raises(InputError, match="cannot be written"):
        sweep(small(), "/proc/nowhere", jobs=1, simulate=by_caseload)
    assert Path("something/precious.txt").read_text() == "mine"


def test_two_sweeps_of_one_folder_do_not_meet() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match="another sweep is writing to this folder"):
            sweep(small(), "here", jobs=1, simulate=by_caseload)
        other.stdin.write(b"\n")
        other.stdin.flush()
    assert sweep(small(), "here", jobs=1, simulate=by_caseload).tally.failed == 0


def test_a_hypercube_is_not_extended_and_random_points_are() -> None:
    factors = {PER_WORKER: {"range": [1, 40], "whole": True}}
    cube = {"kind": "latin_hypercube", "points": 4}
    sweep(small(factors=factors, design=cube), "cube", jobs=1, simulate=by_caseload)
    with pytest.raises(InputError, match="a Latin hypercube can't be extended"):
        sweep(small(factors=factors, design={**cube, "points": 5}), "cube", jobs=1, simulate=by_caseload)
    chance = {"kind": "random", "points": 3}
    sweep(small(factors=factors, design=chance), "chance", jobs=1, simulate=by_caseload)
    jobs, simulate = counted()
    sweep(small(factors=factors, design={**chance, "points": 5}), "chance", jobs=1, simulate=simulate)
    assert len(jobs) <= 2 * 2 * 4


def test_a_dry_run_runs_one_pair_and_keeps_nothing() -> None:
    jobs, simulate = counted()
    ahead = look_ahead(small(), "here", simulate)
    assert (ahead.units, ahead.there, ahead.missing, len(jobs)) == (24, 0, 24, 2)
    assert not Path("here").exists()
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    assert look_ahead(small(replicates=6), "here", simulate).missing == 12


def test_a_status_tells_what_is_there() -> None:
    sweep(small(), "here", jobs=1, simulate=failing_at_two)
    found = status("here")
    assert (found.units, found.done, found.failed) == (24, 16, 8)
    with pytest.raises(InputError, match="holds no sweep"):
        status(".")
    about = Path("here") / ABOUT
    about.write_text(about.read_text()[:-20])
    with pytest.raises(InputError, match="can't be read"):
        status("here")
    assert sweep(small(), "fresh", jobs=1, simulate=by_caseload).folder == Path("fresh")


def test_tables_of_an_earlier_form_are_never_read_under_a_new_design() -> None:
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    kept = (Path("here") / RESULTS).read_bytes()
    other = small(factors={PER_WORKER: {"values": [40, 1, 2]}, MONEY: {"values": [1e6, 4.9e6]}})

    def stopping(_: Job) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(other, "here", jobs=1, simulate=stopping)
    with pytest.raises(InputError, match="has no tables yet"):
        load_results("here")
    (Path("here") / RESULTS).write_bytes(kept)  # somebody put an old one back
    (Path("here") / FAILED).write_text("point,scenario,replicate,error,traceback\n")
    with pytest.raises(InputError, match="of another form of this sweep"):
        load_results("here")


def test_a_factor_of_numbers_and_words_is_told_as_text() -> None:
    factors = {PER_WORKER: {"values": [2, 4, "many"]}}
    done = sweep(small(factors=factors), "here", jobs=1, simulate=by_caseload)
    assert done.tally.failed == 4  # "many" is no number
    assert pd.read_parquet("here/results.parquet")[PER_WORKER].unique().tolist() == ["2", "4"]


def test_a_damaged_or_unfinished_beginning_does_not_lock_the_folder() -> None:
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    before, about = tables("here"), Path("here") / ABOUT
    about.write_text(about.read_text()[:-20])
    jobs, simulate = counted()
    sweep(small(), "here", jobs=1, simulate=simulate)
    assert not jobs and tables("here") == before
    Path("begun").mkdir()
    for name in (".lock", f"{ABOUT}.99.partial"):
        (Path("begun") / name).write_text("")
    sweep(small(), "begun", jobs=1, simulate=by_caseload)
    assert tables("begun") == before


def test_what_was_no_scenario_was_not_run() -> None:
    factors = {PER_WORKER: {"values": [1, 2]}, "programs.mentoring.format": {"values": ["one_to_one", "circle"]}}
    tally = sweep(small(factors=factors), "here", jobs=1, simulate=by_caseload).tally
    assert (tally.done, tally.failed, tally.refused, tally.ran) == (12, 4, 4, 12)


def test_a_month_that_is_kept_anyway_runs_nothing_again() -> None:
    longer = {"follow_up_months": 24, "months": [24]}
    sweep(small(**longer), "here", jobs=1, simulate=by_caseload)
    jobs, simulate = counted()
    done = sweep(small(**{**longer, "months": [12, 24]}), "here", jobs=1, simulate=simulate)
    assert not jobs
    assert done.results.runs["month"].unique().tolist() == [12, 24]


def test_names_are_kept_until_something_else_decides_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    again = plan_sweep(small())
    expected = list(again.units())
    monkeypatch.setattr(plan_module.SweepPlan, "units", lambda *_: iter(()))
    assert units_of(again, Path("here")) == expected
    assert units_of(plan_sweep(small(seed=2)), Path("here")) == []


def test_a_task_comes_back_in_time_with_what_it_has() -> None:
    plan = plan_sweep(small())
    some = [Sent(unit, plan.changes_at(unit.point, unit.scenario)) for unit in list(plan.units())[:3]]
    shared = Shared(plan.scenarios, plan.setting, by_caseload, most_seconds=0.0)
    assert work(shared, some).names == (some[0].unit.name,)
    assert len(work(shared._replace(most_seconds=60.0), some).names) == 3


def test_a_machine_with_another_version_runs_nothing() -> None:
    plan = plan_sweep(small())
    shared = Shared(plan.scenarios, plan.setting, by_caseload, 1.0, ("another",))
    with pytest.raises(OtherVersionError, match="another version of the model"):
        work(shared, [])
    assert work(shared._replace(version=version_here()), []).names == ()


def test_quick_failures_do_not_make_long_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = list[int]()

    def seen(shared: Shared, task: list[Sent]) -> Any:
        sizes.append(len(task))
        return work(shared, task)

    def failing(_: Job) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(working_module, "work", seen)
    sweep(small(), "here", jobs=1, simulate=failing)
    assert set(sizes) == {1}


def test_a_sweep_leaves_the_threads_of_its_caller() -> None:
    def threads() -> list[int]:
        return [int(one["num_threads"]) for one in threadpool_info()]

    before = threads()
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    assert threads() == before


def test_runs_without_the_file_that_tells_of_them_are_taken_up(capsys: pytest.CaptureFixture[str]) -> None:
    sweep(small(), "here", jobs=1, simulate=by_caseload)
    (Path("here") / ABOUT).unlink()
    jobs, simulate = counted()
    done = sweep(small(), "here", jobs=1, simulate=simulate)
    assert not jobs
    assert repr(done) == "<Swept small: 6 points, 24 of 24 pairs in here>"


def test_points_that_are_alike_are_told() -> None:
    factors = {"policies.matching.mentoring.weights.sex": {"values": [0.0, 1.0]}}
    done = sweep(small(scenarios=["status-quo"], factors=factors), "here", jobs=1, simulate=by_caseload)
    assert not any("are those of another point" in line for line in told(done))  # two files, though one luck
    twice = {PER_WORKER: {"values": [2]}, MONEY: {"values": [4.9e6]}}
    both = small("both", scenarios=["status-quo", "smaller-mentor-caseloads"], factors=twice)
    done = sweep(both, "both", jobs=1, simulate=by_caseload)
    assert any("2 of 4 pairs of runs are those of another point or scenario" in line for line in told(done))

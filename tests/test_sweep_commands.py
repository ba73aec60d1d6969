"""Sweeps on the command line: exit codes, what is printed, and what is kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from commands import environment
from fakes import use_fake_inputs
from points import by_caseload, failing_at_two, mended
from reentrysim import sweeping
from reentrysim.cli import main
from reentrysim.experiments.sweeps import plan as plan_module
from reentrysim.experiments.sweeps import sweeping as doing
from reentrysim.experiments.sweeps.store import WriteError
from reentrysim.experiments.sweeps.workers import Workers
from reentrysim.report.sweeps import duration
from reentrysim.vocabulary import InputError

SWEEP = """
schema = 1
title = "Caseloads"
question = "How many?"
scenarios = ["status-quo", "more-mentors"]
outcomes = ["return_to_prison", "cost_programs"]
participants = 60
follow_up_months = 12
fixed_parameters = true
replicates = 4
[design]
kind = "grid"
[factors]
"policies.caseload.mentoring.per_worker" = { values = [1, 2, 3, 4] }
"""
ALONE = ("--out", "here", "--jobs", "1")


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)
    monkeypatch.setattr(plan_module, "read_inputs", lambda _: plan_module.Inputs(40, "evidence", "calibration"))
    monkeypatch.chdir(tmp_path)
    Path("asked.toml").write_text(SWEEP, encoding="utf-8")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Sets what stands in for a run."""

    def use(simulate: Callable[..., Any]) -> None:
        monkeypatch.setattr(sweeping, "run_sweep", partial(doing.sweep, simulate=simulate))

    use(by_caseload)
    return use


@pytest.mark.usefixtures("runs")
def test_a_sweep_from_the_plan_to_what_drives_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "asked.toml", "--dry-run", *ALONE]) == 0
    told = capsys.readouterr().out
    assert "Would run 4 points (grid) of 2 scenarios with 4 replicates of 60 people: 32 different runs." in told
    assert "s a run, from one pair" in told and not Path("here").exists()
    assert main(["sweep", "asked.toml", *ALONE]) == 0
    told = capsys.readouterr().out
    assert "4 points: 16 of 16 pairs of runs finished. Tables: here" in told
    assert "32 runs" in told and "a second" in told and "s of one core a run" in told
    assert main(["sweep", "asked.toml", *ALONE]) == 0
    assert "16 of 16 pairs of runs finished, 16 of them before" in capsys.readouterr().out
    assert main(["sweep-status", "here"]) == 0
    assert "16 of 16 pairs of runs finished, 0 failed, 0 left." in capsys.readouterr().out
    assert main(["sensitivity", "here", "--scenario", "status-quo", "--value"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("What drives return_to_prison by month 12")
    (place,) = Path("here/sensitivity").iterdir()
    assert place.name == "return_to_prison-12-all-status-quo-value"
    assert {"tornado.csv", "tornado.png", "tornado.svg"} <= {path.name for path in place.iterdir()}


def test_failures_are_code_1_until_they_are_mended(
    runs: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken").touch()
    runs(mended)
    assert main(["sweep", "asked.toml", *ALONE, "--quiet"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[-1].startswith("Failed: 4 of 16 pairs of runs; here/failures.csv says why. Where a point is to blame")
    assert main(["sweep-retry", "here", "--jobs", "1", "--quiet"]) == 1
    Path("broken").unlink()
    assert main(["sweep-retry", "here", "--jobs", "1", "--quiet"]) == 0
    assert len(pd.read_csv("here/failures.csv")) == 0
    assert main(["sweep", "asked.toml", *ALONE]) == 0


def test_ctrl_c_is_code_130_and_the_same_command_goes_on(
    runs: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    def stopping(job: Any) -> Any:
        if job.scenario.policies.caseload.mentoring.per_worker == 4:
            raise KeyboardInterrupt
        return by_caseload(job)

    runs(stopping)
    assert main(["sweep", "asked.toml", *ALONE]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: interrupted; what is finished is kept; the same command goes on with it"
    )
    runs(by_caseload)
    assert main(["sweep", "asked.toml", *ALONE]) == 0


def test_a_full_disk_is_code_1_in_words(
    runs: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise WriteError(28, "No space left on device")

    monkeypatch.setattr(doing, "run_missing", full)
    assert main(["sweep", "asked.toml", *ALONE]) == 1
    assert "results can't be written (No space left on device): what is finished is kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["askd.toml"], "Did you mean 'asked.toml'?"),
        (["caseload-by-buget"], "Did you mean 'caseload-by-budget'?"),
        (["asked.toml", "--backend", "lokky"], "Did you mean 'loky'?"),
        (["asked.toml", "--backend", "dask"], "needs the address of a cluster"),
        (["asked.toml", "--scheduler", "tcp://127.0.0.1:9"], "--scheduler goes with --backend dask"),
        (["asked.toml", "--jobs", "0"], "--jobs"),
        (["asked.toml", "--out", "asked.toml"], "this is a file, not a folder"),
        (["wrong.toml"], "Did you mean 'policies.caseload.mentoring.per_worker'?"),
    ],
)
def test_wrong_input_is_code_2_and_writes_nothing(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("wrong.toml").write_text(SWEEP.replace("per_worker", "per_wroker"), encoding="utf-8")
    before = sorted(Path().rglob("*"))
    assert main(["sweep", *options]) == 2
    told = capsys.readouterr().err
    assert said in told and told.startswith("error: ") and len(told.splitlines()) == 1
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize("command", ["sweep-status", "sweep-retry", "sensitivity"])
def test_a_folder_without_a_sweep_is_wrong_input(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "."]) == 2
    assert "this folder holds no sweep" in capsys.readouterr().err


def test_a_sweep_without_tables_says_how_to_get_them(
    runs: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    runs(failing_at_two)
    assert main(["sweep", "asked.toml", *ALONE, "--quiet"]) == 1
    Path("here/results.parquet").unlink()
    assert main(["sensitivity", "here"]) == 2
    assert "has no tables yet" in capsys.readouterr().err


def test_it_works_where_there_is_no_file_of_the_main_program() -> None:
    """As in a notebook: processes are started from a program that came by the standard input."""
    Path("asked.toml").write_text(SWEEP.replace("[1, 2, 3, 4]", "[1, 2]").replace("replicates = 4", "replicates = 2"))
    program = """
import reentrysim
done = reentrysim.sweep("asked.toml", "here", jobs=2)
print(len(done.results.runs), done.tally.failed)
"""
    told = subprocess.run(
        [sys.executable], input=program, text=True, capture_output=True, check=True, env=environment()
    )
    assert told.stdout.split() == ["8", "0"]


def test_unknown_backends_of_python_users_are_wrong_input() -> None:
    with pytest.raises(InputError, match="unknown backend"):
        doing.sweep("asked.toml", "here", backend="processes")
    assert Workers(2).backend == "loky"


@pytest.mark.parametrize(
    ("seconds", "told"), [(45, "45 s"), (119, "119 s"), (180, "3 min"), (3700, "1 h 2 min"), (float("nan"), "unknown")]
)
def test_durations_are_told_as_people_do(seconds: float, told: str) -> None:
    assert told in duration(seconds)

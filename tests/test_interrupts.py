"""What an interrupt, a failure or a precision leaves: finished replicates are kept, and the same command goes on."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import fakes
from commands import SMALL, environment, fake_runs, process, raise_, written
from reentrysim.analysis import calibrate as calibrate_module
from reentrysim.analysis import compare as compare_module
from reentrysim.analysis.compare import Comparison
from reentrysim.cli import main
from reentrysim.experiments import run as run_module
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.run import Job, Runs
from reentrysim.report import terminal


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Ctrl-C is heard, also where a shell in the background has its children ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_runs(monkeypatch)
    monkeypatch.chdir(tmp_path)


def test_an_interruption_is_code_130_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compare_module, "run_plan", interrupt)
    assert main(["compare", "more-mentors", *SMALL]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "error: interrupted; nothing was written"
    assert written() == []


def test_an_interrupt_that_shows_as_a_broken_pool_is_an_interrupt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C reaches workers, too, and their pool may break before anything else is heard of it."""

    def break_pool(*_: object, **__: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise OSError("a worker ended")

    monkeypatch.setattr(compare_module, "run_plan", break_pool)
    assert main(["compare", "more-mentors", *SMALL]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "error: interrupted; nothing was written"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("moment", "told", "stands"),
    [
        ((Comparison, "save"), "4 finished replicates are kept", False),
        ((terminal, "show"), "here holds the whole", True),
    ],
)
def test_an_interruption_after_the_runs_tells_what_is_there(
    moment: tuple[Any, str],
    told: str,
    stands: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(*moment, lambda *_, **__: raise_(KeyboardInterrupt()))
    assert main(["compare", "more-mentors", *SMALL, "--out", "here"]) == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"error: interrupted; {told}")
    assert Path("here/manifest.json").exists() is stands


def test_an_interrupted_calibration_claims_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibrate_module, "calibrate", lambda *_, **__: raise_(KeyboardInterrupt()))
    assert main(["calibrate", "--quiet"]) == 130
    assert capsys.readouterr().err.startswith("error: interrupted; finished parts are kept")


def test_a_real_process_can_be_interrupted_and_goes_on_to_the_same_bytes_as_one_process_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ctrl-C in a terminal: the signal reaches the whole group, once a few replicates are there."""
    words = ["compare", "jobs-first", "--replicates", "12", "--participants", "60", "--months", "12"]
    running = subprocess.Popen(
        process(*words, "--jobs", "2", "--out", "there"),
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".kept-*/*.npz")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    output, errors = running.communicate(timeout=120)
    assert (running.returncode, output) == (130, "")
    assert "Traceback" not in errors
    told = re.fullmatch(
        r"error: interrupted; (\d+) finished replicates? (is|are) kept in \.kept-\w+; .*", errors.splitlines()[-1]
    )
    assert told is not None
    assert 1 <= int(told[1]) < 12
    (kept,) = tmp_path.iterdir()
    assert kept.name.startswith(".kept-")
    command = process(*words, "--jobs", "2", "--out", "there")
    again = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert again.stderr.splitlines()[0].startswith("Running 2 scenarios x 12 replicates")
    monkeypatch.undo()  # from here on no made-up people
    assert main([*words, "--jobs", "1", "--out", str(tmp_path / "whole"), "--quiet"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "whole"]
    tables = list((tmp_path / "whole").rglob("*.csv"))
    assert {path.name for path in tables} >= {"comparison.csv", "curves.csv", "ledger.csv"}
    for path in tables:
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()
    frames = [pd.read_parquet(tmp_path / name / "outcomes.parquet") for name in ("there", "whole")]
    pd.testing.assert_frame_equal(*frames)


def test_what_was_finished_before_a_failure_is_kept_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_broken(plan: Plan, _: object, *others: Any, **more: Any) -> Runs:
        return run_module.run_plan(plan, fakes.broken_simulate, *others, **more)

    real = compare_module.run_plan
    monkeypatch.setattr(compare_module, "run_plan", run_broken)
    words = ["compare", "more-mentors", "--replicates", "8", *SMALL[2:], "--out", "here"]
    assert main([*words, "--quiet"]) == 1
    assert "no mentor is left; 5 finished replicates are kept in .kept-" in capsys.readouterr().err
    simulated: list[int] = []

    def counting(job: Job) -> Any:
        simulated.append(job.replicate)
        return fakes.fake_simulate(job)

    monkeypatch.setattr(
        compare_module,
        "run_plan",
        lambda plan, _, *more, **others: run_module.run_plan(plan, counting, *more, **others),
    )
    assert main([*words, "--quiet"]) == 0
    assert sorted(set(simulated)) == [5, 6, 7]
    assert written() == [name for name in written() if name.startswith("here")]
    monkeypatch.setattr(compare_module, "run_plan", real)
    assert main(["compare", "more-mentors", "--replicates", "8", *SMALL[2:], "--out", "whole", "--quiet"]) == 0
    for name in ("comparison.csv", "curves.csv", "ledger.csv", "ranking.csv"):
        assert Path("here", name).read_bytes() == Path("whole", name).read_bytes()


def test_precision_adds_replicates_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "smaller-mentor-caseloads", *SMALL, "--precision", "0.0008", "--out", "here"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    said = json.loads(Path("here/manifest.json").read_text())
    assert said["precision"]["asked"] == 0.0008
    assert said["precision"]["reached"] <= 0.0008
    assert said["precision"]["first"] == 4
    assert said["replicates"] == said["precision"]["replicates"] > 20
    assert f"Precision: {said['replicates']} replicates, after 4 to begin with" in printed
    table = pd.read_csv("here/comparison.csv").query(
        "outcome == 'return_to_prison' and subgroup == 'all' and month == 12"
    )
    assert table["difference_mcse"].max() == pytest.approx(said["precision"]["reached"])
    assert main(words) == 0  # the same run again takes its place


@pytest.mark.parametrize("wrong", ["0", "-0.1", "5", "nan", "abc"])
def test_a_precision_that_is_no_share_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "more-mentors", *SMALL, "--precision", wrong]) == 2
    assert "--precision" in capsys.readouterr().err
    assert written() == []

"""Sweeps whose processes are killed, at any moment, go on to the tables of a sweep that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from points import by_caseload, dying_at_two, dying_once, small
from reentrysim.experiments.sweeps.sweeping import sweep

TABLES = ("results.parquet", "failures.csv", "design.csv")
KILLS = 20
REAL = """
schema = 1
title = "Caseloads"
question = "Does it go on?"
scenarios = ["status-quo", "more-mentors"]
outcomes = ["return_to_prison", "rearrest", "cost_programs"]
participants = 60
follow_up_months = 24
replicates = 4
[design]
kind = "grid"
[factors]
"policies.caseload.mentoring.per_worker" = { values = [1, 2, 3, 4, 6, 8, 10, 12] }
"funding.sources.state_grant.total_dollars" = { values = [1_000_000, 3_000_000, 4_900_000, 9_000_000, 12_000_000] }
"""


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tables(folder: str) -> list[bytes]:
    return [(Path(folder) / name).read_bytes() for name in TABLES]


def test_a_process_that_dies_is_told_and_its_work_done_again(tmp_path: Path) -> None:
    done = sweep(small(), "here", jobs=2, simulate=partial(dying_once, tmp_path / "died"))
    assert len(done.tally.died) == 1
    assert done.tally.failed == 0
    sweep(small(), "whole", jobs=1, simulate=by_caseload)
    assert tables("here") == tables("whole")


def test_what_kills_its_process_every_time_fails_alone() -> None:
    done = sweep(small(replicates=2), "here", jobs=2, simulate=dying_at_two)
    failures = done.results.failures
    assert failures["point"].tolist() == [3, 3]  # in both scenarios
    assert failures["error"].str.contains("its process ended, and again when it ran alone").all()
    assert done.tally.done == 10


def test_killed_twenty_times_it_comes_to_the_same_bytes(tmp_path: Path) -> None:
    Path("real.toml").write_text(REAL, encoding="utf-8")
    asked = [sys.executable, "-m", "reentrysim", "sweep", "real.toml", "--quiet", "--out"]
    chance, midway = random.Random(7), 0
    for kill in range(KILLS):
        before = kept()
        jobs = "2" if kill % 4 == 3 else "1"  # more processes take longer to begin
        with subprocess.Popen([*asked, "here", "--jobs", jobs], stdout=subprocess.DEVNULL) as process:
            wait_until(lambda: kept() != before or process.poll() is not None)  # noqa: B023
            time.sleep(chance.uniform(0.0, 1.5))
            midway += process.poll() is None
            os.kill(process.pid, signal.SIGKILL)  # the process alone: its workers end by themselves
            process.wait()
    assert midway > KILLS / 2
    subprocess.run([*asked, "here", "--jobs", "2"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*asked, "whole", "--jobs", "1"], check=True, stdout=subprocess.DEVNULL)
    assert tables("here") == tables("whole")
    assert not list(Path("here").rglob("*.partial"))


def kept() -> set[str]:
    """Files of finished runs."""
    return {path.name for path in Path("here").glob("runs/*.parquet")}


def wait_until(told: Callable[[], bool]) -> None:
    """At most a minute."""
    for _ in range(1200):
        if told():
            return
        time.sleep(0.05)

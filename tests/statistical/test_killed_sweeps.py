"""Sweeps whose processes are killed, at any moment, go on to the tables of a sweep that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
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
    asked = [sys.executable, "-m", "reentrysim", "sweep", "real.toml", "--jobs", "2", "--quiet", "--out"]
    chance, finished = random.Random(7), 0
    for _ in range(KILLS):
        with subprocess.Popen([*asked, "here"], stdout=subprocess.DEVNULL, start_new_session=True) as process:
            time.sleep(chance.uniform(2.0, 7.0))
            os.kill(process.pid, signal.SIGKILL)  # the process alone: its workers end by themselves
            finished += process.wait() == 0
    assert finished < KILLS  # that it was disturbed, and not only begun again
    subprocess.run([*asked, "here"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*asked, "whole"], check=True, stdout=subprocess.DEVNULL)
    assert tables("here") == tables("whole")
    assert not list(Path("here").rglob("*.partial"))

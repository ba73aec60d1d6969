"""A sweep on a cluster of two workers, on loopback, gives the tables of one process, also when a worker dies."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from reentrysim.experiments.sweeps.results import load_results

TABLES = ("results.parquet", "failures.csv", "design.csv")
CLUSTER = "distributed.cli.dask_"
SWEEP = """
schema = 1
title = "Caseloads"
question = "Does a cluster say the same?"
scenarios = ["status-quo", "more-mentors"]
outcomes = ["return_to_prison", "cost_programs"]
participants = 60
follow_up_months = 24
replicates = 4
fixed_parameters = true
[design]
kind = "grid"
[factors]
"policies.caseload.mentoring.per_worker" = { values = [1, 2, 3, 4, 6, 8, 10, 12] }
"""


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", *arguments], stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    monkeypatch.chdir(tmp_path)
    file, here = tmp_path / "scheduler.json", ("--host", "127.0.0.1", "--no-dashboard")
    begun = [start(f"{CLUSTER}scheduler", *here, "--port", "0", "--scheduler-file", str(file))]
    try:
        address = wait_for(file)
        alone = ("--nworkers", "1", "--nthreads", "1", "--no-nanny")
        workers = [start(f"{CLUSTER}worker", address, *here, *alone) for _ in range(2)]
        begun += workers
        yield address, workers
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


def wait_for(file: Path) -> str:
    for _ in range(300):
        with suppress(OSError, ValueError):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")


def sweep(folder: str, *options: str) -> subprocess.Popen[bytes]:
    Path("asked.toml").write_text(SWEEP, encoding="utf-8")
    return start("reentrysim", "sweep", "asked.toml", "--out", folder, "--quiet", *options)


def tables(folder: str) -> list[bytes]:
    return [(Path(folder) / name).read_bytes() for name in TABLES]


def workers_of(address: str, number: int) -> None:
    """Wait for the workers, as a user would."""
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(number, timeout=60)


def tasks_done(address: str) -> int:
    """Workers that have run a task of ours, and so loaded the model."""
    from distributed import Client

    with Client(address) as client:
        return sum(client.run(lambda: "reentrysim.model" in __import__("sys").modules).values())


def test_a_cluster_of_one_thread_is_used_and_not_the_machine_that_asks(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, workers = cluster
    workers_of(address, 2)
    workers[1].kill()
    workers[1].wait()
    assert sweep("alone", "--backend", "dask", "--scheduler", address).wait(300) == 0
    assert tasks_done(address) == 1


def test_a_cluster_says_what_one_process_says_and_a_dead_worker_costs_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, workers = cluster
    workers_of(address, 2)
    asked = ("--backend", "dask", "--scheduler", address)
    assert sweep("cluster", *asked).wait(300) == 0
    assert tasks_done(address) >= 2
    other = sweep("disturbed", *asked)
    while not list(Path("disturbed").glob("runs/*.parquet")):
        time.sleep(0.1)
        assert other.poll() is None  # that it was disturbed, and not after its end
    workers[0].send_signal(signal.SIGKILL)
    assert other.wait(300) == 0
    assert sweep("one", "--jobs", "1").wait(300) == 0
    assert tables("cluster") == tables("disturbed") == tables("one")
    assert len(load_results("one").runs) == 8 * 2 * 4


def test_a_cluster_that_is_not_there_is_wrong_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sweep("here", "--backend", "dask", "--scheduler", "tcp://127.0.0.1:9").wait(60) == 2
    assert sweep("here", "--backend", "dask").wait(60) == 2
    assert not Path("here").exists()

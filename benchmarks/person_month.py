"""Nanoseconds a person-month, set-up included, and the ratio to the slow twin, measured in one process.

    python benchmarks/person_month.py

A person-month is one person concerned by one step: a row of the month's window. The figure to watch is the median;
run it on an otherwise idle machine.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))


def fast(scenario: Scenario, participants: int, replicate: int) -> tuple[float, int]:
    """Seconds and person-months of one run."""
    started = time.perf_counter()
    model = ReentryModel(scenario, values_for(scenario), Luck(0, replicate), participants)
    person_months = 0
    while model.running:
        model.step()
        person_months += model.now.window.stop - model.now.window.start
    return time.perf_counter() - started, person_months


def nanoseconds(scenario: Scenario, participants: int, runs: int) -> list[float]:
    """Nanoseconds a person-month of each run after one to warm up."""
    measured = [fast(scenario, participants, replicate) for replicate in range(runs + 1)]
    return [seconds / months * 1e9 for seconds, months in measured[1:]]


def twin_ratio(scenario: Scenario, participants: int) -> float:
    """How many times as long the slow twin takes for the same run."""
    from twin.world import TwinModel

    fast_seconds = statistics.median(fast(scenario, participants, 0)[0] for _ in range(3))
    started = time.perf_counter()
    TwinModel(scenario, values_for(scenario), Luck(0, 0), participants).run()
    return (time.perf_counter() - started) / fast_seconds


COHORT = {"time.intake": "cohort", "time.warmup_months": 0, "time.tail_months": 0, "population.size": 10_000}


def main() -> None:
    """Print the table."""
    steady = load_scenario("status-quo")
    cases = (
        ("10,000 people, one cohort", steady.vary(COHORT), 10_000),
        ("10,000 in the analysis cohort, 50,000 in the run", steady, 10_000),
        ("10,000 in the run, 2,000 of them in the analysis cohort", steady, 2_000),
    )
    for people, scenario, participants in cases:
        measured = nanoseconds(scenario, participants, runs=5)
        median, fastest, slowest = statistics.median(measured), min(measured), max(measured)
        print(f"{people}: {median:.0f} ns a person-month ({fastest:.0f} to {slowest:.0f})", flush=True)
    print(f"slow twin, 2,000 in the analysis cohort: {twin_ratio(steady, 2_000):.0f} times as long")


if __name__ == "__main__":
    main()

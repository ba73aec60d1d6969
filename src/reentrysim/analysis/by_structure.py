"""The headline under each structure of the hazard: the same published effects in other worlds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from reentrysim.agents.columns import Floats
from reentrysim.evidence.calibration import load_calibration
from reentrysim.experiments.plan import DEFAULT_SCENARIOS
from reentrysim.experiments.run import Job, Simulate, side_by_side, simulate
from reentrysim.scenario import Scenario, load_scenario

Progress = Callable[[str, float], None]
BASELINE = "status-quo"
OUTCOMES = ("return_to_prison", "rearrest")
MONTH = 36
_PER_1000 = 1000.0
_PEOPLE, _REPLICATES = 2040, 12
_ABOUT = ("structure", "misfit", "weight", "draws")


@dataclass(frozen=True)
class Asked:
    """Which differences are told, and from how many runs."""

    baseline: Scenario
    others: tuple[Scenario, ...]
    outcomes: tuple[str, ...] = OUTCOMES
    month: int = MONTH
    people: int = _PEOPLE
    replicates: int = _REPLICATES
    seed: int = 0
    simulate: Simulate = simulate


def headline_by_structure(seed: int = 0, jobs: int = 2, progress: Progress = lambda *_: None) -> pd.DataFrame:
    """Differences of the default comparison from status-quo at the center of each structure; see `by_structure`."""
    base, *others = (load_scenario(name) for name in (BASELINE, *DEFAULT_SCENARIOS))
    short = {"time.follow_up_months": MONTH}
    asked = Asked(base.vary(short), tuple(one.vary(short) for one in others), seed=seed)
    return by_structure(asked, jobs, progress)


def by_structure(asked: Asked, jobs: int = 2, progress: Progress = lambda *_: None) -> pd.DataFrame:
    """Differences from the baseline at the center of each structure, with the numbers that its calibration solved.

    Returns:
        One row a structure and scenario: structure, misfit, weight, draws, scenario, and for each outcome the paired
        difference per 1,000 released and its Monte Carlo standard error. Empty where the calibration has no structures.
    """
    structures = load_calibration(asked.baseline.population.calibration).get("structures", [])
    runs = [(one["structure"], replicate) for one in structures for replicate in range(asked.replicates)]
    found = dict[tuple[str, int], Floats]()
    for done, (run, changes) in enumerate(side_by_side(partial(_differences, asked), runs, jobs), start=1):
        found[run] = changes * _PER_1000
        progress(f"structures: {done} of {len(runs)} runs", done / len(runs))
    lines = [
        {key: one[key] for key in _ABOUT}
        | _line(scenario.name, asked.outcomes, [found[one["structure"], k][n] for k in range(asked.replicates)])
        for one in structures
        for n, scenario in enumerate(asked.others)
    ]
    told = [column for outcome in asked.outcomes for column in (outcome, f"{outcome}_mcse")]
    return pd.DataFrame(lines, columns=[*_ABOUT, "scenario", *told])


def _line(name: str, outcomes: Sequence[str], each: Sequence[Floats]) -> dict[str, object]:
    """Mean and Monte Carlo standard error of changes, shape (outcomes,) in each replicate."""
    changes = np.array(each)
    mean, error = changes.mean(axis=0), changes.std(axis=0, ddof=1) / np.sqrt(len(changes))
    told: dict[str, object] = {"scenario": name}
    for number, outcome in enumerate(outcomes):
        told |= {outcome: float(mean[number]), f"{outcome}_mcse": float(error[number])}
    return told


def _differences(asked: Asked, run: tuple[str, int]) -> tuple[tuple[str, int], Floats]:
    """The run, and what each scenario has more than the baseline in it, shape (scenarios, outcomes)."""
    first, *rest = (_outcomes(asked, scenario, *run) for scenario in (asked.baseline, *asked.others))
    return run, np.array(rest) - first


def _outcomes(asked: Asked, scenario: Scenario, structure: str, replicate: int) -> Floats:
    result = asked.simulate(Job(scenario, None, asked.seed, replicate, asked.people, structure=structure))
    return np.array([result.series[outcome][0, asked.month - 1] for outcome in asked.outcomes])

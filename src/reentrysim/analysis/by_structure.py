"""The headline under each structure of the hazard: the same published effects in other worlds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from reentrysim.agents.columns import Floats
from reentrysim.evidence.calibration import load_calibration
from reentrysim.experiments.plan import DEFAULT_SCENARIOS
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for

Progress = Callable[[str, float], None]
BASELINE = "status-quo"
OUTCOMES = ("return_to_prison", "rearrest")
MONTH = 36
_PER_1000 = 1000.0
_PEOPLE, _REPLICATES = 2040, 12


def headline_by_structure(seed: int = 0, jobs: int = 2, progress: Progress = lambda *_: None) -> pd.DataFrame:
    """Differences of the default comparison from status-quo at the center of each structure.

    Returns:
        One row a structure and scenario: structure, misfit, weight, draws, scenario, and for return_to_prison and
        rearrest within three years the paired difference per 1,000 released and its Monte Carlo standard error.
    """
    others = list(DEFAULT_SCENARIOS)
    structures = load_calibration(load_scenario(BASELINE).population.calibration)["structures"]
    asked = [(one["structure"], k) for one in structures for k in range(_REPLICATES)]
    tasks = (delayed(_differences)(others, name, Luck(seed, k)) for name, k in asked)
    found = []
    for done, one in enumerate(Parallel(n_jobs=jobs, return_as="generator")(tasks), start=1):
        found.append(one)
        progress(f"structures: {done} of {len(asked)} runs", done / len(asked))
    changes = np.array(found).reshape(len(structures), _REPLICATES, len(others), len(OUTCOMES)) * _PER_1000
    return pd.DataFrame(
        [
            {key: one[key] for key in ("structure", "misfit", "weight", "draws")} | _line(name, changes[s, :, n])
            for s, one in enumerate(structures)
            for n, name in enumerate(others)
        ]
    )


def _line(name: str, changes: Floats) -> dict[str, object]:
    """Mean and Monte Carlo standard error of changes, shape (replicates, outcomes)."""
    mean, error = changes.mean(axis=0), changes.std(axis=0, ddof=1) / np.sqrt(len(changes))
    told: dict[str, object] = {"scenario": name}
    for number, outcome in enumerate(OUTCOMES):
        told |= {outcome: float(mean[number]), f"{outcome}_mcse": float(error[number])}
    return told


def _differences(others: list[str], structure: str, luck: Luck) -> Floats:
    """Of each scenario from the baseline, shape (scenarios, outcomes)."""
    first, *rest = (_outcomes(name, structure, luck) for name in (BASELINE, *others))
    return np.array(rest) - first


def _outcomes(name: str, structure: str, luck: Luck) -> Floats:
    scenario = load_scenario(name).vary({"time.follow_up_months": MONTH})
    series = tabulate(ReentryModel(scenario, values_for(scenario, structure=structure), luck, _PEOPLE).run()).series
    return np.array([series[outcome][0, MONTH - 1] for outcome in OUTCOMES])

"""Sweeps put together by hand from functions of which everything is known: no model, no people."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from scipy.special import ndtri

from reentrysim.experiments.sweeps.design import Design, FactorInfo
from reentrysim.experiments.sweeps.results import SweepResults

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
"""Values of points (n,) from their factors (n, k)."""
BASELINE, OTHER = "status-quo", "more-mentors"


def uniform(path: str, low: float = 0.0, high: float = 1.0, grade: str = "") -> FactorInfo:
    return FactorInfo(path, "range", low, high, (low + high) / 2, grade)


def normal(path: str, grade: str = "") -> FactorInfo:
    """A standard normal."""
    return FactorInfo(path, "normal", -1.96, 1.96, 0.0, grade)


def design(
    kind: str, factors: Sequence[FactorInfo], points: int, *, second_order: bool = False, seed: int = 1
) -> Design:
    """Points of the unit cube, then the factors' quantiles; `points` as in a sweep's file."""
    paths = [factor.path for factor in factors]
    problem = {"num_vars": len(paths), "names": paths, "bounds": [[0.0, 1.0]] * len(paths)}
    if kind == "sobol":
        unit = sobol_sample.sample(problem, points, calc_second_order=second_order, seed=1)
    elif kind == "morris":
        unit = morris_sample.sample(problem, points, num_levels=4, seed=1)
    else:
        unit = np.random.default_rng(seed).random((points, len(paths)))
    index = pd.RangeIndex(len(unit), name="point")
    frame = pd.DataFrame(unit, index=index, columns=paths)
    table = pd.DataFrame({factor.path: _quantiles(factor, frame[factor.path].to_numpy()) for factor in factors})
    return Design(kind, tuple(factors), table.set_axis(index), frame)


def _quantiles(factor: FactorInfo, unit: Floats) -> Floats:
    if factor.kind == "normal":
        return np.asarray(ndtri(np.clip(unit, 1e-9, 1 - 1e-9)))
    assert factor.low is not None and factor.high is not None
    return factor.low + (factor.high - factor.low) * unit


def listed(kind: str, factors: Sequence[FactorInfo], rows: Sequence[Sequence[Any]]) -> Design:
    """Points that somebody chose."""
    index = pd.RangeIndex(len(rows), name="point")
    return Design(kind, tuple(factors), pd.DataFrame(rows, index, [factor.path for factor in factors]), None)


def sweep(
    made: Design,
    functions: Mapping[str, Function],
    *,
    replicates: int = 2,
    noise: float = 0.0,
    common: float = 0.0,
    tilt: float = 0.0,
    outcome: str = "return_to_prison",
    fixed: bool = True,
    seed: int = 7,
) -> SweepResults:
    """Runs with independent normal noise, and with luck that a replicate has at every point.

    `common` luck adds to the level; `tilt` to the slope of the last factor.
    """
    luck, tilting = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    points = len(made.table)
    rows = []
    for name, function in functions.items():
        expected = function(made.table.to_numpy())
        for replicate in range(replicates):
            values = expected + noise * luck.normal(size=points) + common * luck.normal()
            if tilt:
                values = values + tilt * tilting.normal() * made.table.iloc[:, -1].to_numpy()
            keys = {"point": np.arange(points), "scenario": name, "replicate": replicate, "month": 36}
            rows.append(pd.DataFrame(keys | {"subgroup": "all", "people": 1000, outcome: values}))
    runs = pd.concat(rows, ignore_index=True)
    failures = pd.DataFrame(columns=["point", "scenario", "replicate", "error", "traceback"])
    asked: Any = SimpleNamespace(fixed_parameters=fixed)
    return SweepResults(asked, made, tuple(functions), next(iter(functions)), runs, failures)


def nothing(x: Floats) -> Floats:
    return np.zeros(len(x))


def ishigami(x: Floats) -> Floats:
    """Ishigami & Homma 1990, with a = 7 and b = 0.1, of three factors from -pi to pi."""
    return np.asarray(np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


ISHIGAMI = tuple(uniform(f"estimates.x{number}", -math.pi, math.pi) for number in (1, 2, 3))
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Published indices: Saltelli et al. 2008, "Global Sensitivity Analysis: The Primer", chapter 4."""


def linear(slopes: Sequence[float]) -> Function:
    return lambda x: np.asarray(x @ np.asarray(slopes))

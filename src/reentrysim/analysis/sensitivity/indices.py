"""Sobol' indices and Morris' elementary effects, both by SALib, beside what noise alone would show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.sensitivity.asked import Floats, Sample
from reentrysim.analysis.sensitivity.fitted import shapes_of
from reentrysim.analysis.sensitivity.layout import MORRIS, SOBOL, Blocks, saltelli_blocks, trajectories
from reentrysim.analysis.sensitivity.noise import noise_variance, shows_in_steps
from reentrysim.analysis.sensitivity.ordering import ordered

FEWEST_BLOCKS, FEWEST_TRAJECTORIES = 32, 4
"""Below these a bootstrap says nothing."""
_RESAMPLES = 500
_SEED = 1
_LEVELS = 4
_ROUNDING = 16 * float(np.finfo(np.float64).eps)
_SHOWN_BY_NOISE = math.sqrt(2.0 / math.pi)
"""Mean of |x| of a standard normal."""


@dataclass(frozen=True)
class Indices:
    """Sobol' indices, or why there are none."""

    table: pd.DataFrame | None = None
    """factor, first, first_low, first_high, total, total_low, total_high, total_noise, clear, rank."""
    pairs: pd.DataFrame | None = None
    """factor, other, second, second_low, second_high; of designs made for second-order indices."""
    resampled_first: Floats | None = None
    """(resamples, factors): first indices of bootstrap samples, in design order."""
    first: Floats | None = None
    """(factors,) in design order."""
    note: str = ""


def sobol_indices(sample: Sample) -> Indices:
    """First and total indices as shares of the variance of the points' means, with 95% bootstrap intervals.

    `total_noise` is the part of the total index that luck makes; `clear` says whether the factor does anything beyond
    it. Only the clear ones have a rank.
    """
    blocks = saltelli_blocks(sample.design)
    if blocks is None:
        return Indices(note=f"Sobol' indices need a design of kind {SOBOL!r}; this is {sample.design.kind!r}.")
    blocks = blocks.whole(sample)
    if len(blocks.rows) < FEWEST_BLOCKS:
        return Indices(note=f"Sobol' indices: {len(blocks.rows)} whole base points of at least {FEWEST_BLOCKS}.")
    if np.ptp(sample.values[blocks.rows[:, [0, -1]]]) == 0.0:
        return Indices(note="Sobol' indices: the outcome is the same at every base point.")
    return _indices(sample, blocks, _analyzed(sample, blocks))


def _analyzed(sample: Sample, blocks: Blocks) -> Any:
    from SALib.analyze import sobol  # type: ignore[import-untyped, unused-ignore]

    return sobol.analyze(
        sample.design.problem(),
        sample.values[blocks.rows].ravel(),
        calc_second_order=blocks.second_order,
        num_resamples=_RESAMPLES,
        keep_resamples=True,
        seed=_SEED,
    )


def _indices(sample: Sample, blocks: Blocks, found: Any) -> Indices:
    paths = [factor.path for factor in sample.design.factors]
    runs = sample.runs[blocks.rows]  # (blocks, rows, draws)
    steps = [_rounded(runs[:, 1 + factor] - runs[:, 0], runs) for factor in range(len(paths))]
    spread = float(sample.values[blocks.rows[:, [0, -1]]].var())
    columns: dict[str, Any] = {"factor": paths}
    for name, key in (("first", "S1"), ("total", "ST")):
        columns |= _with_interval(name, found[key], found[f"{key}_conf"])
    columns["total_noise"] = [0.5 * noise_variance(step) / spread for step in steps]
    shapes = [terms[:, 1 + factor] - terms[:, 0] for factor, terms in enumerate(_shapes(sample, blocks))]
    columns["clear"] = [shows_in_steps(*both, len(paths)) for both in zip(steps, shapes, strict=True)]
    table = ordered(pd.DataFrame(columns), "total", "total_low", "total_high")
    pairs = _pairs(paths, found) if blocks.second_order else None
    return Indices(table, pairs, found["S1_conf_all"], found["S1"])


def _with_interval(name: str, values: Floats, half: Floats) -> dict[str, Floats]:
    return {name: values, f"{name}_low": values - half, f"{name}_high": values + half}


def _pairs(paths: list[str], found: Any) -> pd.DataFrame:
    one, other = np.triu_indices(len(paths), k=1)
    names = {"factor": [paths[row] for row in one], "other": [paths[row] for row in other]}
    return pd.DataFrame(names | _with_interval("second", found["S2"][one, other], found["S2_conf"][one, other]))


def morris_effects(sample: Sample) -> tuple[pd.DataFrame | None, str]:
    """Elementary effects of moving a factor over its whole range, in units of the outcome, or why there are none.

    Columns factor, mu, mu_star, mu_star_low, mu_star_high, sigma, noise, clear, rank; `noise` is what mu_star would be
    if the factor did nothing (Campolongo, Cariboni & Saltelli 2007, Environmental Modelling & Software 22(10)).
    """
    blocks = trajectories(sample.design)
    if blocks is None:
        return None, f"Elementary effects need a design of kind {MORRIS!r}; this is {sample.design.kind!r}."
    blocks = blocks.whole(sample)
    if len(blocks.rows) < FEWEST_TRAJECTORIES:
        return None, f"Elementary effects: {len(blocks.rows)} whole trajectories of at least {FEWEST_TRAJECTORIES}."
    return _effects(sample, blocks), ""


def _effects(sample: Sample, blocks: Blocks) -> pd.DataFrame:
    from SALib.analyze import morris  # type: ignore[import-untyped, unused-ignore]

    assert sample.design.unit is not None
    unit = sample.design.unit.to_numpy(dtype=np.float64)[blocks.rows]  # (trajectories, rows, factors)
    moved = np.diff(unit, axis=1)
    step = float(np.median(np.abs(moved[~np.isclose(moved, 0.0)])))
    assumed = _LEVELS / (2.0 * (_LEVELS - 1))  # the step that SALib divides by; the design's own may be another
    values = sample.values[blocks.rows].ravel() * (assumed / step)
    problem, flat = sample.design.problem(), unit.reshape(-1, unit.shape[2])
    found = morris.analyze(problem, flat, values, num_resamples=_RESAMPLES, num_levels=_LEVELS, seed=_SEED)
    runs = sample.runs[blocks.rows]  # (trajectories, rows, draws)
    by_factor = _steps(_rounded(np.diff(runs, axis=1), runs), moved)
    shapes = [_up(np.diff(terms, axis=1), moved, factor) for factor, terms in enumerate(_shapes(sample, blocks))]
    frame: dict[str, Any] = {"factor": [factor.path for factor in sample.design.factors], "mu": _plain(found["mu"])}
    frame |= _with_interval("mu_star", _plain(found["mu_star"]), _plain(found["mu_star_conf"]))
    frame["mu_star_low"] = np.maximum(frame["mu_star_low"], 0.0)
    frame["sigma"] = _plain(found["sigma"])
    frame["noise"] = [_SHOWN_BY_NOISE * math.sqrt(noise_variance(steps)) / step for steps in by_factor]
    frame["clear"] = [shows_in_steps(*both, len(by_factor)) for both in zip(by_factor, shapes, strict=True)]
    return ordered(pd.DataFrame(frame), "mu_star", "mu_star_low", "mu_star_high")


def _steps(changed: Floats, moved: Floats) -> list[Floats]:
    """For each factor what moving it changed, up being positive: (trajectories, draws)."""
    return [_up(changed, moved, factor) for factor in range(moved.shape[2])]


def _up(changed: Floats, moved: Floats, factor: int) -> Floats:
    """Of changes (trajectories, moves, anything) those at which the factor moves, as if it always moved up."""
    which = np.abs(moved[:, :, factor]).argmax(axis=1)
    rows = np.arange(len(moved))
    return np.asarray(changed[rows, which] * np.sign(moved[rows, which, factor])[:, None])


def _shapes(sample: Sample, blocks: Blocks) -> Iterator[Floats]:
    """Of each factor the curves that its effect may have, at the rows of blocks: (blocks, rows, curves)."""
    flat = blocks.rows.ravel()
    for factor in range(len(sample.design.factors)):
        yield shapes_of(sample, flat, factor).reshape(*blocks.rows.shape, -1)


def _rounded(steps: Floats, runs: Floats) -> Floats:
    """Steps without what is no more than rounding of `runs`."""
    return np.where(np.abs(steps) > _ROUNDING * np.abs(runs).max(), steps, 0.0)


def _plain(values: Any) -> Floats:
    return np.asarray(np.ma.getdata(values), dtype=np.float64)

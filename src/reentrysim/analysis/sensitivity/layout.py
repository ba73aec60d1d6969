"""Which rows of a design belong together: blocks of Saltelli's cross-sampling, and trajectories of Morris."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reentrysim.analysis.sensitivity.asked import Floats, Sample
from reentrysim.experiments.sweeps.design import Design

Ids = NDArray[np.int64]
RANDOM = ("random", "latin_hypercube")
SOBOL, MORRIS, GRID, LIST = "sobol", "morris", "grid", "list"


@dataclass(frozen=True)
class Blocks:
    """Rows of the design in blocks of equal length, shape (blocks, rows of one)."""

    rows: Ids
    second_order: bool = False

    def whole(self, sample: Sample) -> Blocks:
        """Those of which every point has a value."""
        return Blocks(self.rows[sample.whole[self.rows].all(axis=1)], self.second_order)


def saltelli_blocks(design: Design) -> Blocks | None:
    """Blocks of A, AB of each factor (BA of each factor) and B, as SALib lays them out; None for anything else.

    Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola 2010, Computer Physics Communications 181(2).
    """
    if design.kind != SOBOL or design.unit is None:
        return None
    unit, factors = design.unit.to_numpy(dtype=np.float64), len(design.factors)
    for step, second in ((factors + 2, False), (2 * factors + 2, True)):
        if len(unit) and len(unit) % step == 0 and _is_saltelli(unit.reshape(-1, step, factors), factors):
            return Blocks(np.arange(len(unit)).reshape(-1, step), second)
    return None


def _is_saltelli(unit: Floats, factors: int) -> bool:
    first, last = unit[:, 0], unit[:, -1]
    for factor in range(factors):
        crossed = first.copy()
        crossed[:, factor] = last[:, factor]
        if not np.allclose(unit[:, 1 + factor], crossed):
            return False
    return True


def trajectories(design: Design) -> Blocks | None:
    """Blocks in which each row differs from the one before in one factor, each factor once; None for anything else."""
    if design.kind != MORRIS or design.unit is None:
        return None
    unit, factors = design.unit.to_numpy(dtype=np.float64), len(design.factors)
    if not len(unit) or len(unit) % (factors + 1):
        return None
    moved = ~np.isclose(np.diff(unit.reshape(-1, factors + 1, factors), axis=1), 0.0)
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        return None
    return Blocks(np.arange(len(unit)).reshape(-1, factors + 1))


def independent_rows(sample: Sample) -> Ids | None:
    """Rows with a value that are a random sample of the factors' distributions; None where a design has none."""
    if sample.design.unit is None:
        return None
    if sample.design.kind in RANDOM:
        return np.flatnonzero(sample.whole)
    blocks = saltelli_blocks(sample.design)
    if blocks is None:
        return None
    rows = np.sort(blocks.rows[:, [0, -1]].ravel())
    return np.asarray(rows[sample.whole[rows]], dtype=np.int64)

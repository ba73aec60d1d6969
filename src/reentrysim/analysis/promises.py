"""How near the fit promises to be, family by family, and what a structure of the hazard is worth by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Floats
from reentrysim.analysis.history import Target
from reentrysim.analysis.targets import fit_targets


@dataclass(frozen=True)
class Promise:
    """How near a family of targets must be met, and which of its members must."""

    tolerance: float
    holds_for: Callable[[Target], bool] = lambda _: True
    relative: bool = False

    def of(self, target: Target) -> float:
        """The tolerance in the target's own unit."""
        return self.tolerance * (target.value if self.relative else 1.0)


def _large_group(target: Target) -> bool:
    """Not people released at 55 or older: 4% of the cohort, and too few to be promised anything."""
    return not target.subgroup.endswith(("=55-64", "=65 or older"))


def _first_year(target: Target) -> bool:
    return target.month <= 12


PROMISES = {
    "rearrest": Promise(0.010),
    "rearrest by group": Promise(0.020, _large_group),
    "arrested in the year": Promise(0.015),
    "arrests per person": Promise(0.05, relative=True),
    "reconviction": Promise(0.020),
    "reconviction by group": Promise(0.020, _large_group),
    "return": Promise(0.020),
    "return by group": Promise(0.020, _large_group),
    "monthly hazard 2005": Promise(0.010, _first_year),
}
"""Figures without a promise are printed and promised nothing."""


def promised(target: Target) -> float | None:
    """How near the fit promises to be to the target; None where it promises nothing."""
    promise = PROMISES.get(target.family)
    return promise.of(target) if promise and promise.holds_for(target) else None


def misfit(predicted: Floats) -> float:
    """How far predictions (of every fit target, in their order) break the promises: 1 a family at half of them.

    The figures of a family share their errors, so a family counts once: the mean square of its misses in units of half
    the promise, which is taken for the standard deviation of what so plain a model leaves out.
    """
    squares: dict[str, list[float]] = {}
    for target, value in zip(fit_targets(), predicted.tolist(), strict=True):
        tolerance = promised(target)
        if tolerance is not None:
            squares.setdefault(target.family, []).append((2 * (value - target.value) / tolerance) ** 2)
    return float(sum(np.mean(family) for family in squares.values()))


def weights(misfits: list[float]) -> Floats:
    """Weights of fits by their misfits, normal errors: shape (fits,), sum 1."""
    likelihood = np.exp(-0.5 * (np.asarray(misfits) - min(misfits)))
    return np.asarray(likelihood / likelihood.sum(), dtype=np.float64)

"""Fitting a structure of the baseline to the targets, and fitting it again for one draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import delayed
from scipy.optimize import least_squares

from reentrysim.agents.columns import Floats
from reentrysim.analysis.baseline import HIGHEST, LOWEST, START, predict
from reentrysim.analysis.structures import Structure
from reentrysim.analysis.targets import fit_targets
from reentrysim.evidence.catalog import Values
from reentrysim.randomness import Luck

Run = Callable[[Iterable[Any]], list[Any]]
"""Runs delayed calls, results in their order."""
Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is done."""

_STEP = 0.04  # of a parameter, for the derivatives: large against the noise of a shared-luck cohort
_WEAK_PRIOR_SD = 1.5  # of every parameter around its start; only directions that no target sees feel it


@dataclass(frozen=True)
class Fit:
    """A structure fitted."""

    structure: Structure
    theta: Floats
    """Every parameter, in the order of NAMES."""
    jacobian: Floats
    """Weighted derivatives of all residuals by the free parameters there, shape (residuals, free)."""
    predicted: Floats
    """What it says to the targets, in their order."""


class _Misfit:
    """Weighted residuals of a structure and their derivatives, on one luck."""

    def __init__(
        self, structure: Structure, theta: Floats, run: tuple[Values, int, Luck], parallel: Run, progress: Progress
    ) -> None:
        targets = fit_targets()
        self.value = np.array([target.value for target in targets])
        self.sd = np.array([target.sd for target in targets])
        self._structure, self._theta, self.free = structure, structure.at(theta), structure.free
        self._run, self._parallel, self._progress = run, parallel, progress
        self._steps = 0

    @property
    def start(self) -> Floats:
        """Of the free parameters."""
        return self._theta[self.free]

    def whole(self, free: Floats) -> Floats:
        """All parameters from the free ones."""
        theta = self._theta.copy()
        theta[self.free] = free
        return theta

    def residuals(self, free: Floats) -> Floats:
        predicted = predict(self.whole(free), *self._run)
        return np.append((predicted - self.value) / self.sd, (free - START[self.free]) / _WEAK_PRIOR_SD)

    def jacobian(self, free: Floats) -> Floats:
        self._steps += 1
        self._progress(f"fitting the baseline ({self._structure.name}), step {self._steps}", 0.0)
        points = [free, *(free + _STEP * np.eye(len(free)))]
        here, *there = self._parallel(delayed(predict)(self.whole(point), *self._run) for point in points)
        slopes = np.stack([(one - here) / _STEP for one in there], axis=1) / self.sd[:, None]
        return np.vstack([slopes, np.eye(len(free)) / _WEAK_PRIOR_SD])


def fit_structure(
    structure: Structure,
    theta: Floats,
    steps: int,
    run: tuple[Values, int, Luck],
    parallel: Run,
    progress: Progress,
) -> Fit:
    """A structure fitted from `theta` on; `run` are the evidence, the people of a cohort and their luck."""
    misfit = _Misfit(structure, theta, run, parallel, progress)
    found = least_squares(
        misfit.residuals,
        misfit.start,
        jac=misfit.jacobian,
        bounds=(LOWEST[misfit.free], HIGHEST[misfit.free]),
        ftol=1e-3,
        xtol=1e-3,
        max_nfev=steps,
    )
    missed = np.asarray(found.fun)[: len(misfit.value)]
    return Fit(structure, misfit.whole(found.x), np.asarray(found.jac), misfit.value + missed * misfit.sd)


def refit(fit: Fit, run: tuple[Values, int, Luck], noise: Floats, steps: int) -> Floats:
    """Parameters of one draw: targets moved by `noise` standard deviations, evidence as drawn, Gauss-Newton steps."""
    targets, free = fit_targets(), fit.structure.free
    value, sd = np.array([t.value for t in targets]), np.array([t.sd for t in targets])
    inverse = np.linalg.pinv(fit.jacobian)
    wanted = np.append(value / sd, START[free] / _WEAK_PRIOR_SD) + noise[: len(fit.jacobian)]
    theta = fit.theta.copy()
    for _ in range(steps):
        predicted = np.append(predict(theta, *run) / sd, theta[free] / _WEAK_PRIOR_SD)
        theta[free] = np.clip(theta[free] - inverse @ (predicted - wanted), LOWEST[free], HIGHEST[free])
    return theta

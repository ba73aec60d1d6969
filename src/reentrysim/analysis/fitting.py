"""Fitting a structure of the baseline to the targets, and fitting it again for one draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import delayed
from scipy.optimize import least_squares

from reentrysim.agents.columns import Floats
from reentrysim.analysis.baseline import HIGHEST, LOWEST, START, Cohorts, predict
from reentrysim.analysis.structures import STRUCTURES, Structure
from reentrysim.analysis.targets import fit_targets

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

    def packed(self) -> dict[str, Any]:
        """For JSON."""
        numbers = {name: getattr(self, name).tolist() for name in ("theta", "jacobian", "predicted")}
        return {"structure": self.structure.name, **numbers}

    @classmethod
    def unpacked(cls, stored: dict[str, Any]) -> Fit:
        """From what JSON holds."""
        structure = next(one for one in STRUCTURES if one.name == stored["structure"])
        return cls(structure, *(np.array(stored[name]) for name in ("theta", "jacobian", "predicted")))


class _Misfit:
    """Weighted residuals of a structure and their derivatives, averaged over cohorts that always have the same luck."""

    def __init__(
        self, structure: Structure, theta: Floats, cohorts: Cohorts, parallel: Run, progress: Progress
    ) -> None:
        targets = fit_targets()
        self.value = np.array([target.value for target in targets])
        self.sd = np.array([target.sd for target in targets])
        self._structure, self._theta, self.free = structure, structure.at(theta), structure.free
        self._cohorts, self._parallel, self._progress = cohorts, parallel, progress
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
        (predicted,) = self._predicted([free])
        return np.append((predicted - self.value) / self.sd, (free - START[self.free]) / _WEAK_PRIOR_SD)

    def jacobian(self, free: Floats) -> Floats:
        self._steps += 1
        self._progress(f"fitting the baseline ({self._structure.name}), step {self._steps}", 0.0)
        here, *there = self._predicted([free, *(free + _STEP * np.eye(len(free)))])
        slopes = np.stack([(one - here) / _STEP for one in there], axis=1) / self.sd[:, None]
        return np.vstack([slopes, np.eye(len(free)) / _WEAK_PRIOR_SD])

    def _predicted(self, points: list[Floats]) -> Floats:
        """What the model says to the targets at each point, shape (points, targets)."""
        each = self._parallel(
            delayed(predict)(self.whole(point), *cohort) for point in points for cohort in self._cohorts
        )
        by_point = np.reshape(each, (len(points), len(self._cohorts.lucks), -1))
        return np.asarray(by_point.mean(axis=1), dtype=np.float64)


def fit_structure(
    structure: Structure,
    theta: Floats,
    steps: int,
    cohorts: Cohorts,
    parallel: Run,
    progress: Progress,
) -> Fit:
    """A structure fitted from `theta` on, in at most so many steps."""
    misfit = _Misfit(structure, theta, cohorts, parallel, progress)
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


def refit(fit: Fit, cohorts: Cohorts, noise: Floats, steps: int) -> Floats:
    """Parameters of one draw: targets moved by `noise` standard deviations, evidence as drawn, Gauss-Newton steps."""
    targets, free = fit_targets(), fit.structure.free
    value, sd = np.array([t.value for t in targets]), np.array([t.sd for t in targets])
    inverse = np.linalg.pinv(fit.jacobian)
    wanted = np.append(value / sd, START[free] / _WEAK_PRIOR_SD) + noise[: len(fit.jacobian)]
    theta = fit.theta.copy()
    for _ in range(steps):
        mean = np.mean([predict(theta, *cohort) for cohort in cohorts], axis=0)
        predicted = np.append(mean / sd, theta[free] / _WEAK_PRIOR_SD)
        theta[free] = np.clip(theta[free] - inverse @ (predicted - wanted), LOWEST[free], HIGHEST[free])
    return theta

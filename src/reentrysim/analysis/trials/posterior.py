"""The place of a trial as its control arm shows it: levels around the nation's, effects of programs untouched.

Each stored draw is moved until its control arm gives the published one, which is itself moved by the sampling error of
its size (randomized maximum likelihood, as in `calibrate.py`), with the national draw as prior.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from reentrysim.agents.columns import Floats
from reentrysim.analysis.movers import MOVERS
from reentrysim.analysis.trials.arms import control_shares
from reentrysim.analysis.trials.files import Trial
from reentrysim.randomness import Luck
from reentrysim.scenario.adding import carried

LEVELS = ("arrest.level", "conviction.log_odds", "prison.log_odds", "violation.level")
"""What differs between places: arrests, convictions per arrest, custody per conviction, rule violations."""
_PRIOR_SD = np.array([next(mover.prior_sd for mover in MOVERS if mover.name == name) for name in LEVELS])
_STEP = 0.2
_CENTER_STEPS, _DRAW_STEPS = 4, 2
_HALF = 0.5
Shift = Mapping[str, float]


@dataclass(frozen=True)
class Figures:
    """What a control arm published: shares, and their sampling errors."""

    index: Floats
    """Rows of the trial's outcomes that have a number."""
    value: Floats
    sd: Floats

    @classmethod
    def of(cls, trial: Trial) -> Figures:
        """The control arm's published shares."""
        index = [row for row, one in enumerate(trial.outcomes) if one.in_numbers]
        value = np.array([trial.outcomes[row].control for row in index], dtype=np.float64)
        people = trial.protocol.arms.control.people
        errors = np.array([sampling_error(share, people) for share in value.tolist()], dtype=np.float64)
        return cls(np.array(index, dtype=np.int64), value, errors)


def sampling_error(share: float, people: int) -> float:
    """Standard error of a share of `people`; one of none or all is taken half a person short of it."""
    inside = min(max(share, _HALF / people), 1.0 - _HALF / people)
    return math.sqrt(inside * (1.0 - inside) / people)


def shift_of(found: Floats) -> Shift:
    """Moves by name."""
    return dict(zip(LEVELS, found.tolist(), strict=True))


@dataclass(frozen=True)
class Center:
    """Where the place is at the central values, and how its figures move there."""

    found: Floats
    jacobian: Floats
    """Shape (figures, LEVELS)."""


def center(trial: Trial, people: int, luck: Luck, pool: Parallel) -> Center:
    """The nation's central values moved to the control arm, by Gauss-Newton steps."""
    figures, found = Figures.of(trial), np.zeros(len(LEVELS))
    jacobian = np.zeros((len(figures.value), len(LEVELS)))
    if not len(figures.value):
        return Center(found, jacobian)
    for _ in range(_CENTER_STEPS):
        points = [found, *(found + _STEP * np.eye(len(LEVELS)))]
        here, *there = pool(
            delayed(carried(control_shares))(trial, None, shift_of(one), people, luck) for one in points
        )
        jacobian = np.stack([(one - here)[figures.index] / _STEP for one in there], axis=1)
        found = found - _newton(figures, jacobian, here[figures.index] - figures.value, found)
    return Center(found, jacobian)


def of_draw(trial: Trial, draw: int, middle: Center, people: int, luck: Luck) -> Floats:
    """Moves of one stored draw, shape (LEVELS,)."""
    figures, found = Figures.of(trial), middle.found.copy()
    noise = luck.normal("trials/control", 0, len(figures.value))
    wanted = figures.value + noise * figures.sd
    for _ in range(_DRAW_STEPS if len(wanted) else 0):
        here = control_shares(trial, draw, shift_of(found), people, luck)[figures.index]
        found = found - _newton(figures, middle.jacobian, here - wanted, found)
    return found


def _newton(figures: Figures, jacobian: Floats, missed: Floats, found: Floats) -> Floats:
    """One step towards the figures, held back by the prior."""
    weighted = jacobian / figures.sd[:, None]
    hessian = weighted.T @ weighted + np.diag(_PRIOR_SD**-2.0)
    pull = weighted.T @ (missed / figures.sd) + found / _PRIOR_SD**2
    return np.linalg.solve(hessian, pull)

"""Regressions of outcomes on factors, and what else their coefficients could be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, ndtri

from reentrysim.analysis.sensitivity.asked import Floats
from reentrysim.randomness import Luck

_EDGE = 1e-6
"""Kept from 0 and 1 on the normal scale."""
MOST_LEVELS = 10
"""A factor with at most so many values is fitted level by level."""


@dataclass(frozen=True)
class Fit:
    """Least squares of outcomes (points, columns) on terms (points, terms), an intercept among them."""

    terms: Floats
    coefficients: Floats
    """(terms, columns)."""
    root: Floats
    """(terms, terms): its product with its own transpose is the inverse of the terms' cross products."""
    residual: Floats
    """(columns, columns): covariance of what the fit leaves."""
    explained: float
    """F test of all terms but the intercept, in the first column: the chance of such a fit where nothing is."""

    def sampled(self, count: int) -> Floats:
        """(count, terms, columns): coefficients from their normal posterior under a flat prior, at fixed luck."""
        number, columns = self.coefficients.shape
        drawn = Luck(0, 0).normal("sensitivity.coefficients", 0, count * number * columns)
        values, vectors = np.linalg.eigh(self.residual)
        spread = vectors * np.sqrt(np.maximum(values, 0.0))
        return np.asarray(self.coefficients + self.root @ drawn.reshape(count, number, columns) @ spread.T)


def fit(columns: Floats, outcomes: Floats) -> Fit | None:
    """Fit `outcomes` (points, outcomes) on `columns` (points, terms) and an intercept; None if these are not apart."""
    points, outcomes = len(columns), outcomes.reshape(len(columns), -1)
    terms = np.column_stack([np.ones(points), columns])
    spare = points - terms.shape[1]
    if spare < 1 or np.linalg.matrix_rank(terms) < terms.shape[1]:
        return None
    _, triangle = np.linalg.qr(terms)
    root = np.linalg.inv(triangle)
    coefficients = root @ root.T @ terms.T @ outcomes
    left = outcomes - terms @ coefficients
    chance = _chance(outcomes[:, 0], left[:, 0], terms.shape[1] - 1, spare)
    return Fit(terms, coefficients, root, left.T @ left / spare, chance)


def _chance(outcome: Floats, left: Floats, terms: int, spare: int) -> float:
    within = float(np.square(left).sum())
    between = float(np.square(outcome - outcome.mean()).sum()) - within
    if between <= 0.0 or terms == 0:
        return 1.0
    return float(fdtrc(terms, spare, between / terms / (within / spare))) if within > 0.0 else 0.0


def curve(values: Floats, unit: Floats) -> Floats:
    """Terms (points, terms) of a smooth curve of one factor: linear on its unit, on the normal scale, and a bend.

    With at most MOST_LEVELS different values, one term for each but the first.
    """
    levels = np.unique(values)
    if len(levels) <= MOST_LEVELS and np.isfinite(values).all():
        return np.asarray(values[:, None] == levels[None, 1:], dtype=np.float64)
    centered = 2.0 * unit - 1.0
    scores = ndtri(np.clip(unit, _EDGE, 1.0 - _EDGE)) / math.sqrt(2.0)
    return np.stack([centered, scores, centered**2], axis=1)

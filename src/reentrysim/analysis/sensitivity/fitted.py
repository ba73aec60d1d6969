"""Regressions of outcomes on factors, and what else their coefficients could be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reentrysim.analysis.intervals import UPPER
from reentrysim.analysis.sensitivity.asked import Floats, Sample
from reentrysim.analysis.sensitivity.layout import Ids
from reentrysim.randomness import Luck

Z = float(ndtri(UPPER))
"""Half of a 95% interval, in standard errors."""
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

    @property
    def directions(self) -> Floats:
        """(points, terms - 1): the terms but the intercept, each without what those before it tell, of length 1."""
        return np.asarray((self.terms @ self.root)[:, 1:])

    @property
    def spare(self) -> int:
        """Degrees of freedom that the fit leaves."""
        points, terms = self.terms.shape
        return int(points - terms)

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
    return Fit(terms, coefficients, root, left.T @ left / spare)


def shapes_of(sample: Sample, rows: Ids, factor: int) -> Floats:
    """Curves (rows, curves) that a factor's effect may have; of words one for each but the first there."""
    assert sample.design.unit is not None
    values = sample.numbers[rows, factor]
    if not np.isfinite(values).all():
        path = sample.design.factors[factor].path
        values = pd.factorize(sample.table[path].iloc[rows])[0].astype(np.float64)
    return curve(values, sample.design.unit.to_numpy(dtype=np.float64)[rows, factor])


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

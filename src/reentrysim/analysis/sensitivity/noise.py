"""Monte Carlo noise: how much of what points differ by is luck, and what stands out from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri, stdtrit

from reentrysim.analysis.intervals import LOWER, UPPER
from reentrysim.analysis.sensitivity.asked import Floats

FEWEST_DRAWS = 10
"""Below this the common luck of all points is worth a word."""


@dataclass(frozen=True)
class Noise:
    """Share of the variance of the points' means that is luck, with its 95% interval; nan with a single draw."""

    share: float
    low: float
    high: float

    @property
    def drowns(self) -> bool:
        """Whether nothing but noise may be there, or how much there is can't be told."""
        return not self.high < 1.0


def noise_of(runs: Floats) -> Noise:
    """Two-way layout of `runs` (points, draws), rows with nan left out.

    A draw has the same luck at every point, so what a draw adds everywhere tells points apart in nothing and is
    removed first; what is left varies by point and draw. Interval by the F distribution (Searle, Casella & McCulloch
    1992, "Variance Components", chapter 3).
    """
    known = runs[np.isfinite(runs).all(axis=1)]
    points, draws = known.shape
    if points < 2 or draws < 2:
        return Noise(math.nan, math.nan, math.nan)
    rows = known.mean(axis=1)
    rest = known - rows[:, None] - known.mean(axis=0) + rows.mean()
    one, other = points - 1, (points - 1) * (draws - 1)
    between = float(draws * np.square(rows - rows.mean()).sum() / one)
    within = float(np.square(rest).sum() / other)
    if between == 0.0:
        return Noise(math.nan, math.nan, math.nan)
    ends = (1.0, fdtri(one, other, LOWER), fdtri(one, other, UPPER))
    return Noise(*(min(float(within / between * end), 1.0) for end in ends))


def noise_variance(differences: Floats) -> float:
    """Mean variance of the rows' means that is luck alone, for `differences` (rows, draws); nan with a single draw."""
    draws = differences.shape[1]
    return float(differences.var(axis=1, ddof=1).mean() / draws) if draws > 1 else math.nan


def beyond_noise(differences: Floats, comparisons: int) -> bool:
    """Whether the expected differences, shape (rows, draws), are not all 0: rows are independent, draws repeat them.

    The product of a difference in two draws has the square of the expected one as its mean, whatever the noise. A t
    test of its mean over rows, one-sided at 2.5% divided by the number of `comparisons` made (Bonferroni).
    """
    rows, draws = differences.shape
    if rows < 2 or draws < 2:
        return False
    products = (np.square(differences.sum(axis=1)) - np.square(differences).sum(axis=1)) / (draws * (draws - 1))
    mean, error = float(products.mean()), float(products.std(ddof=1)) / math.sqrt(rows)
    return bool(mean > error * stdtrit(rows - 1, 1.0 - LOWER / comparisons)) and mean > 0.0

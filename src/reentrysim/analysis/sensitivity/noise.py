"""Monte Carlo noise: how much of what points differ by is luck, and what stands out from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import fdtri, stdtrit

from reentrysim.analysis.intervals import LOWER, UPPER
from reentrysim.analysis.sensitivity.asked import Bools, Floats


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


def half_width(upper: float, *parts: tuple[Any, float]) -> Any:
    """Half of an interval, from variances (any one shape) each with its degrees of freedom, independent of each other.

    Every part has its own critical value at `upper`; the interval holds at least what it says whatever their ratio
    (Banerjee 1960, Sankhya 22), which Satterthwaite's degrees of freedom do not where a part has few.
    """
    return np.sqrt(sum(np.square(stdtrit(freedom, upper)) * variance for variance, freedom in parts))


def shows(by_draw: Floats, comparisons: int, points: Floats | float = 0.0, freedom: float = math.inf) -> Bools:
    """Whether expected values are not 0, from `by_draw` (values, draws): shape (values,).

    A draw has its luck at all points alike, so more points make it no smaller: what repeats are draws, one degree of
    freedom less than there are. `points` is the variance that values have because the points are a sample. Two-sided
    at 5% divided by the number of `comparisons` made (Bonferroni).
    """
    draws = by_draw.shape[1]
    if draws < 2:
        return np.zeros(len(by_draw), dtype=np.bool_)
    luck = by_draw.var(axis=1, ddof=1) / draws
    half = half_width(1.0 - LOWER / comparisons, (points, freedom), (luck, draws - 1))
    return np.asarray(np.abs(by_draw.mean(axis=1)) > half, dtype=np.bool_)


def times_its_error(draws: int, comparisons: int) -> float:
    """How many times its standard error over draws a mean has to be, to be told from 0 in one of the comparisons."""
    return float(stdtrit(draws - 1, 1.0 - LOWER / comparisons))


def shows_in_steps(steps: Floats, shapes: Floats, comparisons: int) -> bool:
    """Whether expected steps of a factor, shape (rows, draws), are not all 0.

    Looked at along `shapes` (rows, shapes) that they may have, which sees little through much noise, and by size,
    whatever their shape: the sum of squares of the mean steps over what draws differ by is F(1, draws - 1) where luck
    has one shape, and smaller where it has more.
    """
    (rows, draws), looks = steps.shape, comparisons * (shapes.shape[1] + 1)
    if draws < 2:
        return False
    limit = times_its_error(draws, looks) ** 2
    by_size = float(np.square(steps.mean(axis=1)).mean()) > limit * noise_variance(steps)
    # Luck at each point is in what draws differ by, too; but two draws may happen to differ by next to nothing.
    own = np.square(shapes).T @ steps.var(axis=1, ddof=1) / draws
    return by_size or bool(shows(shapes.T @ steps, looks, own, rows * (draws - 1)).any())


def without_each(by_draw: Floats) -> Floats:
    """Means over all draws but one, shape (..., draws), for values (..., draws) of two draws or more."""
    draws = by_draw.shape[-1]
    return np.asarray((by_draw.sum(axis=-1, keepdims=True) - by_draw) / (draws - 1))


def jackknifed(left_out: Floats) -> Floats:
    """Variance (...) of what is computed from a mean over draws, from its values (..., draws) without each of them."""
    draws = left_out.shape[-1]
    return np.asarray(left_out.var(axis=-1) * (draws - 1))

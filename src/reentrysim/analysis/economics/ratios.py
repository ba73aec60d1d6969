"""Ratios of means with the set of values that the runs do not exclude, and the cases in which no ratio is told.

Fieller 1954, "Some problems in interval estimation", Journal of the Royal Statistical Society B 16: the set of a/b
holds every r for which the interval of a - r b includes none. It is bounded where the interval of b lies on one side of
none, and only then is a ratio told. What a and b could be together is as `intervals.plausible_means` has it: evidence
and Monte Carlo error, without luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from reentrysim.analysis.intervals import FEWEST_DRAWS, UPPER, Cell, plausible_means, summarize_difference

Floats = NDArray[np.float64]
TOO_FEW = "too few draws for an interval"
NOTHING_BELOW = "what it would be divided by may be nothing"
UNCLEAR = "the interval of returns averted includes none"
HARM = "more returns, not fewer"
NO_MONEY = "no more was spent"
UNEVEN = "the money does not come evenly over all releases, so those analyzed had more or less of it than others"


@dataclass(frozen=True)
class Ratio:
    """A ratio of means, its 95% set, or why there is none (`reason`; then the numbers are nan)."""

    value: float
    low: float
    high: float
    reason: str = ""


def none(reason: str) -> Ratio:
    """No ratio is told."""
    return Ratio(math.nan, math.nan, math.nan, reason)


def ratio(top: Floats, bottom: Floats, draws: NDArray[np.int64]) -> Ratio:
    """The mean of `top` over the mean of `bottom`, shape (R,) each, with its set; never the mean of ratios."""
    points = plausible_means(np.stack([top, bottom], axis=1), draws)
    number = len(points)
    if number < FEWEST_DRAWS:
        return none(TOO_FEW)
    (a, b), spread = points.mean(axis=0), np.cov(points.T)
    t2 = float(stdtrit(number - 1, UPPER)) ** 2
    square = b * b - t2 * spread[1, 1]
    known = cell(bottom, draws)  # with many draws its interval holds quantiles, and both must agree
    if square <= 0.0 or known.low <= 0.0 <= known.high:
        return none(NOTHING_BELOW)
    half = a * b - t2 * spread[0, 1]
    root = math.sqrt(max(half * half - square * (a * a - t2 * spread[0, 0]), 0.0))
    return Ratio(float(a / b), float((half - root) / square), float((half + root) / square))


def cost_per_return(cost: Floats, averted: Floats, draws: NDArray[np.int64]) -> Ratio:
    """Dollars spent more for each return averted, of what a replicate spent and averted per person, shape (R,)."""
    if not cost.any():
        return none(NO_MONEY)
    found = ratio(cost, averted, draws)
    if found.reason:
        return none(UNCLEAR if found.reason == NOTHING_BELOW else found.reason)
    return found if averted.mean() > 0.0 else none(HARM)


def cell(sample: Floats, draws: NDArray[np.int64]) -> Cell:
    """Mean and interval of a difference, shape (R,)."""
    return summarize_difference(sample[:, None], np.zeros((len(sample), 1)), draws).at(0)

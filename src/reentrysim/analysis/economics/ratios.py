"""Ratios of means with the set of values that the runs do not exclude, and the cases in which no ratio is told.

The set of a ratio a/b holds every r for which the interval of a - r b includes none: Fieller's argument ("Some problems
in interval estimation", Journal of the Royal Statistical Society B 16, 1954), with the intervals that everything else
here has, so that evidence counts, luck does not, and draws stay whole. It is bounded where the interval of b lies on one
side of none, and only then is a ratio told.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from reentrysim.analysis.intervals import Cell, summarize_difference

Floats = NDArray[np.float64]
_STEPS = 60
"""Doublings within which an end of a bounded set is found."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of means, its set, or why there is none (`reason`; then the numbers are nan)."""

    value: float
    low: float
    high: float
    reason: str = ""


def cell(sample: Floats, draws: NDArray[np.int64]) -> Cell:
    """Mean and interval of a difference, shape (R,)."""
    return summarize_difference(sample[:, None], np.zeros((len(sample), 1)), draws).at(0)


def none(reason: str) -> Ratio:
    """No ratio is told."""
    return Ratio(math.nan, math.nan, math.nan, reason)


def ratio(top: Floats, bottom: Floats, draws: NDArray[np.int64]) -> Ratio:
    """The mean of `top` over the mean of `bottom`, shape (R,) each, and its set; never the mean of ratios.

    No ratio where the interval of `bottom` includes none, or is not known.
    """
    below = cell(bottom, draws)
    if not math.isfinite(below.low):
        return none("too few draws for an interval")
    if below.low <= 0.0 <= below.high:
        return none("what it would be divided by may be nothing")
    value = float(np.mean(top) / np.mean(bottom))
    sign = 1.0 if below.mean > 0 else -1.0

    def gap(r: float) -> Cell:
        return cell(sign * (top - r * bottom), draws)

    return Ratio(value, _end(lambda r: gap(r).low, value, -1.0), _end(lambda r: gap(r).high, value, 1.0))


def _end(edge: Callable[[float], float], start: float, side: float) -> float:
    """Where an edge of the interval of top - r bottom, which falls with r, crosses none, on one side of the ratio."""
    step = max(abs(start), 1.0) * 1e-6
    if side * edge(start) <= 0.0:  # nothing varies
        return start
    for _ in range(_STEPS):
        other = start + side * step
        if side * edge(other) <= 0.0:
            return float(brentq(edge, start, other, xtol=1e-9 * max(abs(start), 1.0)))
        step *= 2.0
    return math.nan

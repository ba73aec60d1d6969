"""How many replicates a Monte Carlo error needs, and whether the stored draws allow it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reentrysim.analysis.intervals import FEWEST_DRAWS, components
from reentrysim.experiments.plan import RUNS_PER_DRAW, Plan

Floats = NDArray[np.float64]
_FEWEST = RUNS_PER_DRAW * FEWEST_DRAWS
"""Below this many replicates an error is too badly known to stop at it."""
_HEADROOM = 0.95
"""Of the error that is asked for: what the next replicates aim at, because components are themselves estimates."""
_FASTEST = 4
"""The most by which replicates grow at once, for the same reason."""


def error_of(samples: Iterable[Floats], draws: NDArray[np.int64]) -> float:
    """The largest Monte Carlo standard error of the means of samples (R,), clustered by draw; inf while unknown."""
    errors = [components(sample, draws).error for sample in samples]
    return max((math.inf if math.isnan(error) else error for error in errors), default=0.0)


def more_replicates(samples: list[Floats], draws: NDArray[np.int64], plan: Plan) -> int | None:
    """How many replicates to go on to; None when the precision is reached, or no number within reach reaches it.

    Twice as many draws halve the variance that evidence and luck leave; once all stored draws are used, more
    replicates take from luck alone.
    """
    asked = plan.precision
    if asked is None or plan.replicates >= asked.most:
        return None
    all_used = not plan.luck_only and 0 < _all_draws(plan) <= plan.replicates
    if plan.replicates < _FEWEST and not all_used:
        return _even(min(_FEWEST, asked.most))
    if error_of(samples, draws) <= asked.error:
        return None
    needed = max(_needed(sample, draws, plan, _HEADROOM * asked.error) for sample in samples)
    if needed > asked.most:
        reach = min(asked.most, asked.most if math.isfinite(needed) else _all_draws(plan))
        return _even(min(reach, _FASTEST * plan.replicates)) if reach > plan.replicates else None
    return _even(min(max(needed, plan.replicates + RUNS_PER_DRAW), _FASTEST * plan.replicates, asked.most))


def _needed(sample: Floats, draws: NDArray[np.int64], plan: Plan, error: float) -> float:
    """Replicates at which the error of one sample falls to `error`; inf where the stored draws never allow it."""
    found = components(sample, draws)
    if plan.luck_only or not plan.inputs.stored_draws:
        return math.ceil(found.luck / error**2)
    stored = plan.inputs.stored_draws
    within = math.ceil(RUNS_PER_DRAW * (found.evidence + found.luck / RUNS_PER_DRAW) / error**2)
    if within <= RUNS_PER_DRAW * stored:
        return within
    left = error**2 - found.evidence / stored
    return math.ceil(found.luck / left) if left > 0 else math.inf


def _all_draws(plan: Plan) -> int:
    return RUNS_PER_DRAW * plan.inputs.stored_draws


def _even(count: float) -> int:
    return int(count) + int(count) % RUNS_PER_DRAW

"""Which scenario is best, and how sure that is: the probability of each rank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtri
from scipy.stats import rankdata

from reentrysim.analysis.intervals import FEWEST_DRAWS, MANY_DRAWS, plausible_means, summarize
from reentrysim.randomness import Luck

Floats = NDArray[np.float64]
_SAMPLES = 4000
"""Joint values that stand for the distribution: a probability of ranks has a standard error of .008 at most."""


def ranking(
    differences: Mapping[str, NDArray[np.floating]], draws: NDArray[np.int64], less_is_better: bool
) -> pd.DataFrame:
    """Probability that each scenario is the best, the second best, and so on.

    `differences` are each scenario's paired differences from the baseline, shape (replicates,), zeros for the baseline.
    Columns scenario, difference, expected_rank, rank_1, rank_2, ...; the best expected rank first. Scenarios that are
    equal in a draw share the ranks they take. A draw in which one of them has no value (an empty subgroup) is left out;
    nan with fewer draws than an interval needs.
    """
    names = list(differences)
    table = np.stack([np.asarray(differences[name], dtype=np.float64) for name in names], axis=1)
    means = plausible_means(table, draws)
    means = means[np.isfinite(means).all(axis=1)]
    if len(means) < FEWEST_DRAWS:
        shares = np.full((len(names), len(names)), np.nan)
    else:
        likely = means if len(means) >= MANY_DRAWS else _by_t(means)
        shares = _shares(likely if less_is_better else -likely)
    ranks = np.arange(1, len(names) + 1)
    frame = pd.DataFrame({"scenario": names, "difference": _means(table, draws), "expected_rank": shares @ ranks})
    for column, rank in enumerate(ranks):
        frame[f"rank_{rank}"] = shares[:, column]
    return frame.sort_values("expected_rank", kind="stable", ignore_index=True)


def _by_t(means: Floats) -> Floats:
    """Many joint values of a t distribution with the center and covariance of few: what P(better) is a tail of."""
    center, freedom = means.mean(axis=0), len(means) - 1
    luck = Luck(0, 0)
    mixed = luck.normal("ranking.mixture", 0, _SAMPLES * len(means)).reshape(_SAMPLES, -1) @ (means - center)
    scale = np.sqrt(freedom / chdtri(freedom, luck.uniform("ranking.scale", 0, _SAMPLES)))
    return np.asarray(center + mixed / np.sqrt(freedom) * scale[:, None], dtype=np.float64)


def _means(table: Floats, draws: NDArray[np.int64]) -> Floats:
    """The mean of each column as the tables have it, nan where there is no value."""
    return np.asarray(summarize(table, draws).mean, dtype=np.float64)


def _shares(means: Floats) -> Floats:
    """Shape (scenarios, ranks): share of draws in which each has each rank, the lowest first."""
    first, last = (rankdata(means, method=ties, axis=1).astype(np.int64) for ties in ("min", "max"))
    ranks = np.arange(1, means.shape[1] + 1)
    has = (first[:, :, None] <= ranks) & (ranks <= last[:, :, None])
    return np.asarray((has / (last - first + 1)[:, :, None]).mean(axis=0), dtype=np.float64)

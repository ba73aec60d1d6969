"""Which scenario is best, and how sure that is: the probability of each rank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from reentrysim.analysis.intervals import FEWEST_DRAWS, plausible_means

Floats = NDArray[np.float64]


def ranking(
    differences: Mapping[str, NDArray[np.floating]], draws: NDArray[np.int64], less_is_better: bool
) -> pd.DataFrame:
    """Probability that each scenario is the best, the second best, and so on.

    `differences` are each scenario's paired differences from the baseline, shape (replicates,), zeros for the baseline.
    Columns scenario, difference, expected_rank, rank_1, rank_2, ...; the best expected rank first. Scenarios that are
    equal in a draw share the ranks they take; nan with fewer draws than an interval needs.
    """
    names = list(differences)
    table = np.stack([np.asarray(differences[name], dtype=np.float64) for name in names], axis=1)
    means = plausible_means(table, draws)
    shares = _shares(means if less_is_better else -means)
    if len(means) < FEWEST_DRAWS:
        shares[:] = np.nan
    ranks = np.arange(1, len(names) + 1)
    frame = pd.DataFrame({"scenario": names, "difference": means.mean(axis=0), "expected_rank": shares @ ranks})
    for column, rank in enumerate(ranks):
        frame[f"rank_{rank}"] = shares[:, column]
    return frame.sort_values("expected_rank", kind="stable", ignore_index=True)


def _shares(means: Floats) -> Floats:
    """Shape (scenarios, ranks): share of draws in which each has each rank, the lowest first."""
    first = np.apply_along_axis(rankdata, 1, means, method="min").astype(np.int64)
    last = np.apply_along_axis(rankdata, 1, means, method="max").astype(np.int64)
    ranks = np.arange(1, means.shape[1] + 1)
    has = (first[:, :, None] <= ranks) & (ranks <= last[:, :, None])
    return np.asarray((has / (last - first + 1)[:, :, None]).mean(axis=0), dtype=np.float64)

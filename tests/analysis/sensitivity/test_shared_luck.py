"""A factor that does nothing but what the luck of a few replicates makes of it everywhere alike is not called clear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pandas as pd
import pytest

from known_sweeps import BASELINE, OTHER, design, linear, listed, normal, nothing, sweep
from reentrysim.analysis.sensitivity.asked import Sample, sample_of
from reentrysim.analysis.sensitivity.indices import morris_effects, sobol_indices
from reentrysim.analysis.sensitivity.information import value_of_information
from reentrysim.analysis.sensitivity.ranks import rank_correlations
from reentrysim.analysis.sensitivity.tornado import tornado
from reentrysim.experiments.sweeps.design import Design

TWO = [normal("estimates.a"), normal("estimates.moved")]
GRID = listed("grid", TWO, list(product((-1.0, 0.0, 1.0), (-1.0, 1.0))))
TILT, NOISE = 0.02, 0.002
"""A slope that is luck of each replicate, ten times its noise at a point."""
TABLES: dict[str, tuple[Design, Callable[[Sample], pd.DataFrame | None]]] = {
    "sobol": (design("sobol", TWO, 32), lambda sample: sobol_indices(sample).table),
    "morris": (design("morris", TWO, 8), lambda sample: morris_effects(sample)[0]),
    "ranks": (design("random", TWO, 100), lambda sample: rank_correlations(sample)[0]),
    "tornado": (design("random", TWO, 100), lambda sample: tornado(sample)[0]),
    "pairs": (GRID, lambda sample: tornado(sample)[0]),
    "information": (design("random", TWO, 100), lambda sample: value_of_information(sample)[0]),
}


def _clear(name: str, slope: float, replicates: int, seed: int) -> bool:
    """Whether the factor that luck moves is clear where `slope` is expected of it."""
    made, table_of = TABLES[name]
    functions = {BASELINE: nothing, OTHER: linear([0.01, slope])}
    results = sweep(made, functions, replicates=replicates, noise=NOISE, tilt=TILT, seed=seed)
    table = table_of(sample_of(results))
    assert table is not None
    return bool(table.set_index("factor").loc["estimates.moved", "clear"])


@pytest.mark.parametrize("replicates", [2, 10])
@pytest.mark.parametrize("name", TABLES)
def test_what_luck_moves_everywhere_alike_is_not_clear(name: str, replicates: int) -> None:
    wrong = sum(_clear(name, 0.0, replicates, seed) for seed in range(12))
    assert wrong <= 1  # of 12, of which at most 2.5% should


@pytest.mark.parametrize("name", TABLES)
def test_what_is_more_than_such_luck_is_clear(name: str) -> None:
    """The mean of 20 such slopes of two scenarios has a standard error of 0.0063."""
    assert all(_clear(name, 0.06, 20, seed) for seed in range(4))

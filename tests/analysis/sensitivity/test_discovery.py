"""A region that is there is found; noise has none."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from known_sweeps import BASELINE, OTHER, Floats, design, linear, listed, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.discovery import Discovery, discover
from reentrysim.experiments.sweeps.results import SweepResults

FACTORS = [uniform("a"), uniform("b"), uniform("c")]


def _corner(x: Floats) -> Floats:
    """Harm where a is above .6 and b at most .5: a fifth of all points."""
    return np.where((x[:, 0] > 0.6) & (x[:, 1] <= 0.5), 0.02, -0.01)


def _found(results: SweepResults) -> Discovery:
    return discover(sample_of(results))


@pytest.mark.parametrize(("kind", "points"), [("random", 300), ("sobol", 256)])
def test_a_corner_is_found_with_its_edges(kind: str, points: int) -> None:
    found = _found(sweep(design(kind, FACTORS, points), {BASELINE: nothing, OTHER: _corner}))
    assert found.cases == "more-mentors is worse than status-quo"
    assert found.share == pytest.approx(0.2, abs=0.05)
    assert found.table is not None
    best = found.table.iloc[0]
    assert best["density"] > 0.9
    assert best["coverage"] > 0.9
    assert best["density_low"] < best["density"] <= best["density_high"] <= 1
    rules = dict(part.split(" ", 1) for part in best["rule"].split(" and "))
    assert float(rules["a"].removeprefix("> ")) == pytest.approx(0.6, abs=0.05)
    assert float(rules["b"].removeprefix("<= ")) == pytest.approx(0.5, abs=0.05)
    assert "c" not in rules
    assert found.table["coverage"].sum() == pytest.approx(1)


def test_what_is_counted_was_not_seen_by_the_tree() -> None:
    """Regions explain no more of the cases than there is, though a tree of ten factors fits its own points."""
    ten, told = [uniform(name) for name in "abcdefghij"], []
    for seed in (0, 1):
        made = design("random", ten, 160, seed=seed)
        step = {BASELINE: nothing, OTHER: lambda x: np.where(x[:, 0] > 0.5, 0.5, -0.5)}
        found = _found(sweep(made, step, noise=1.0, seed=seed))
        if found.table is not None:
            assert found.table["points"].sum() == 80
            told.append(_explained(found.table))
    exact = (norm.cdf(0.5) - 0.5) ** 2 / 0.25  # the noise of a difference's mean over two replicates is 1
    assert np.mean(told) == pytest.approx(exact, abs=0.1)


def _explained(table: pd.DataFrame) -> float:
    """Share of the cases' variance that is between regions."""
    among = table["cases"].sum() / table["points"].sum()
    spread = (table["points"] * (table["density"].fillna(among) - among) ** 2).sum() / table["points"].sum()
    return float(spread / (among * (1 - among)))


def test_noise_has_no_regions() -> None:
    refused = [
        _found(sweep(design("random", FACTORS, 120), {BASELINE: nothing, OTHER: nothing}, noise=1.0, seed=seed)).table
        is None
        for seed in range(3)
    ]
    assert sum(refused) >= 2


def test_where_the_scenario_is_always_better_the_worst_quarter_is_asked_for() -> None:
    found = _found(sweep(design("random", FACTORS, 160), {BASELINE: nothing, OTHER: lambda x: x[:, 2] - 5.0}))
    assert found.cases == "more-mentors is in its worst quarter against status-quo"
    assert found.table is not None
    assert found.table.iloc[0]["rule"].startswith("c > 0.7")
    alone = _found(sweep(design("random", FACTORS, 160), {BASELINE: lambda x: x[:, 2]}, outcome="employed"))
    assert alone.cases == "status-quo is in its worst quarter"
    assert alone.table is not None
    assert alone.table.iloc[0]["rule"].startswith("c <= 0.2")


def test_words_are_told_apart() -> None:
    rows = list(product(range(60), ("front", "even")))

    def function(x: Floats) -> Floats:
        return np.where((x[:, 1] == "even") & (x[:, 0].astype(float) > 20), 1.0, -1.0)

    found = _found(sweep(listed("grid", FACTORS[:2], rows), {BASELINE: nothing, OTHER: function}))
    assert found.table is not None
    parts = found.table.iloc[0]["rule"].split(" and ")
    assert sorted(part.split(" ")[0] for part in parts) == ["a", "b"]
    assert {"b is even", "b is not front"} & set(parts)
    rest = " and ".join(found.table["rule"].iloc[1:])
    assert {"b is front", "b is not even"} & set(rest.split(" and "))


def test_what_can_not_be_told_is_said() -> None:
    assert "'morris'" in _found(sweep(design("morris", FACTORS, 30), {BASELINE: linear([1, 1, 1])})).note
    assert (
        "50 points of at least 60" in _found(sweep(design("random", FACTORS, 50), {BASELINE: linear([1, 1, 1])})).note
    )
    assert "nearly the same" in _found(sweep(design("random", FACTORS, 90), {BASELINE: nothing})).note

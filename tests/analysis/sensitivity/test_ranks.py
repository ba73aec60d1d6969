"""Rank correlations are the known ones, and words have none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from known_sweeps import BASELINE, Floats, design, linear, listed, normal, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.ranks import rank_correlations

THREE = [normal(f"estimates.{name}") for name in "abc"]


def _table(results: object) -> pd.DataFrame:
    table, _ = rank_correlations(sample_of(results))  # type: ignore[arg-type]
    assert table is not None
    return table.set_index("factor")


def test_a_rising_function_of_one_factor_has_correlation_one() -> None:
    def cubed(x: Floats) -> Floats:
        return np.asarray(-(x[:, 1] ** 3))

    table = _table(sweep(design("random", THREE, 200), {BASELINE: cubed}))
    assert table.loc["estimates.b", ["spearman", "partial"]].tolist() == pytest.approx([-1, -1])
    assert table["clear"].to_dict() == {"estimates.b": True, "estimates.a": False, "estimates.c": False}
    assert table.loc["estimates.b", "rank"] == 1


def test_of_normals_it_is_that_of_the_closed_form() -> None:
    table = _table(sweep(design("random", THREE, 2000), {BASELINE: linear([0.6, 0.8, 0.0])}))
    row = table.loc["estimates.a"]
    exact = 6 / np.pi * np.arcsin(0.6 / 2)  # Spearman's of a bivariate normal with correlation .6
    assert row["spearman_low"] <= exact <= row["spearman_high"]
    assert row["spearman_high"] - row["spearman_low"] < 0.08
    assert row["partial"] > 0.9  # with the other factor held, nearly everything
    assert table["rank"].to_dict()["estimates.b"] == 1


def test_noise_and_idle_factors_are_not_told() -> None:
    table = _table(sweep(design("random", THREE, 300), {BASELINE: nothing}, noise=1.0))
    assert not table["clear"].any()
    assert table["rank"].isna().all()


def test_intervals_hold_nothing_as_often_as_they_say() -> None:
    inside = [
        row["spearman_low"] <= 0 <= row["spearman_high"]
        for seed in range(40)
        for _, row in _table(sweep(design("random", THREE, 60), {BASELINE: nothing}, noise=1.0, seed=seed)).iterrows()
    ]
    assert 107 <= sum(inside) <= 119


def test_words_and_what_does_not_vary_are_left_out_and_named() -> None:
    rows = [(a, word, 1.0) for a in range(15) for word in ("even", "front")]
    grid = listed("grid", [uniform("a"), uniform("spend"), uniform("still")], rows)
    table, notes = rank_correlations(sample_of(sweep(grid, {BASELINE: lambda x: x[:, 0].astype(float)})))
    assert table is not None
    assert table.set_index("factor")["spearman"].notna().to_dict() == {"a": True, "spend": False, "still": False}
    assert notes == ["Rank correlations leave out words and what does not vary: spend, still."]


def test_of_crossed_points_only_the_base_points_count() -> None:
    results = sweep(design("sobol", THREE, 32), {BASELINE: linear([1, 1, 1])})
    width = _table(results)["spearman_high"] - _table(results)["spearman_low"]
    random = _table(sweep(design("random", THREE, 64), {BASELINE: linear([1, 1, 1])}))
    assert width.mean() == pytest.approx((random["spearman_high"] - random["spearman_low"]).mean(), rel=0.2)


def test_what_can_not_be_told_is_said() -> None:
    assert (
        "'morris' has none"
        in rank_correlations(sample_of(sweep(design("morris", THREE, 9), {BASELINE: nothing})))[1][0]
    )
    few = rank_correlations(sample_of(sweep(design("random", THREE, 9), {BASELINE: linear([1, 0, 0])})))
    assert few == (None, ["Rank correlations: 9 points of at least 20."])
    factors = [normal(f"estimates.{number}") for number in range(30)]
    table, notes = rank_correlations(sample_of(sweep(design("random", factors, 40), {BASELINE: linear([1.0] * 30)})))
    assert table is not None and table["partial"].isna().all()
    assert notes == ["Partial rank correlations need more points than there are, or factors that vary apart."]

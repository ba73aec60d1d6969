"""Indices are the published ones, effects the known ones, and what is not there is not told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from known_sweeps import (
    BASELINE,
    ISHIGAMI,
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    OTHER,
    Floats,
    design,
    ishigami,
    linear,
    listed,
    normal,
    nothing,
    sweep,
    uniform,
)
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.indices import Indices, morris_effects, sobol_indices

FIVE = [normal(f"estimates.{name}") for name in "abcde"]
THREE = FIVE[:3]


def _by_factor(table: pd.DataFrame | None) -> pd.DataFrame:
    assert table is not None
    return table.set_index("factor")


@pytest.fixture(scope="module")
def known() -> Indices:
    return sobol_indices(sample_of(sweep(design("sobol", ISHIGAMI, 1024), {BASELINE: ishigami})))


def test_the_ishigami_function_has_its_published_indices(known: Indices) -> None:
    table = _by_factor(known.table)
    for factor, first, total in zip(ISHIGAMI, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, strict=True):
        row = table.loc[factor.path]
        assert row["first_low"] <= first <= row["first_high"]
        assert row["total_low"] <= total <= row["total_high"]
        assert row["first"] == pytest.approx(first, abs=0.02)
        assert row["total"] == pytest.approx(total, abs=0.02)
        assert row["first_high"] - row["first_low"] < 0.15
        assert row["total_noise"] == 0
    assert table["clear"].all()
    assert table["rank"].tolist() == [1, 1, 3]  # the intervals of the first two overlap


def test_a_design_for_pairs_gives_the_same_and_the_published_pair() -> None:
    found = sobol_indices(sample_of(sweep(design("sobol", ISHIGAMI, 1024, second_order=True), {BASELINE: ishigami})))
    table = _by_factor(found.table)
    assert table.loc["estimates.x1", "total"] == pytest.approx(ISHIGAMI_TOTAL[0], abs=0.03)
    assert found.pairs is not None
    pairs = found.pairs.set_index(["factor", "other"])
    together = pairs.loc[("estimates.x1", "estimates.x3")]
    assert together["second_low"] <= ISHIGAMI_TOTAL[2] <= together["second_high"]
    assert together["second_low"] > 0.1
    apart = pairs.loc[("estimates.x1", "estimates.x2")]
    assert apart["second_low"] <= 0 <= apart["second_high"]


def test_a_base_point_of_which_a_run_failed_is_left_out_whole(known: Indices) -> None:
    results = sweep(design("sobol", ISHIGAMI, 1024), {BASELINE: ishigami})
    runs = results.runs[~((results.runs["point"] == 12) & (results.runs["replicate"] == 1))]
    less = replace(results, runs=runs)
    table = _by_factor(sobol_indices(sample_of(less)).table)
    assert table.loc["estimates.x1", "total"] != _by_factor(known.table).loc["estimates.x1", "total"]
    assert table.loc["estimates.x1", "total"] == pytest.approx(ISHIGAMI_TOTAL[0], abs=0.03)


def test_nothing_stands_out_of_pure_noise() -> None:
    noise = {"noise": 0.01, "seed": 3}
    table = _by_factor(sobol_indices(sample_of(sweep(design("sobol", FIVE, 64), {BASELINE: nothing}, **noise))).table)
    assert not table["clear"].any()
    assert table["rank"].isna().all()
    assert (table["total_low"] > 0.3).all()  # SALib alone would call every factor important
    assert table["total_noise"].mean() == pytest.approx(1, abs=0.15)
    effects, _ = morris_effects(sample_of(sweep(design("morris", FIVE, 12), {BASELINE: nothing}, **noise)))
    table = _by_factor(effects)
    assert not table["clear"].any()
    assert (table["mu_star_low"] > 0).all()  # likewise
    assert table["mu_star"].mean() == pytest.approx(table["noise"].mean(), rel=0.25)


def test_pure_noise_is_told_as_such_in_nearly_all_sweeps() -> None:
    sobol, morris = design("sobol", THREE, 32), design("morris", THREE, 8)
    wrong = 0
    for seed in range(25):
        samples = [sample_of(sweep(made, {BASELINE: nothing}, noise=1.0, seed=seed)) for made in (sobol, morris)]
        wrong += bool(_by_factor(sobol_indices(samples[0]).table)["clear"].any())
        wrong += bool(_by_factor(morris_effects(samples[1])[0])["clear"].any())
    assert wrong <= 3  # of 50 tables, of which at most 2.5% should


def test_a_weak_factor_is_told_and_an_idle_one_is_not() -> None:
    made = design("sobol", THREE, 512)
    results = sweep(made, {BASELINE: nothing, OTHER: linear([1.0, 0.5, 0.0])}, noise=0.5, replicates=4)
    table = _by_factor(sobol_indices(sample_of(results)).table)
    assert table["clear"].to_dict() == {"estimates.a": True, "estimates.b": True, "estimates.c": False}
    # Two scenarios with their own noise of .25 each in one replicate, of four, over all the variance there is.
    share = 2 * 0.25 / 4 / (1.25 + 2 * 0.25 / 4)
    assert table["total_noise"].tolist() == pytest.approx([share] * 3, rel=0.1)
    assert table.loc["estimates.c", "total"] == pytest.approx(share, rel=0.15)


def test_luck_that_all_points_share_moves_nothing() -> None:
    made = design("sobol", THREE, 64)
    without = sobol_indices(sample_of(sweep(made, {BASELINE: linear([1.0, 0.5, 0.0])})))
    shared = sobol_indices(sample_of(sweep(made, {BASELINE: linear([1.0, 0.5, 0.0])}, common=5.0)))
    assert without.table is not None and shared.table is not None
    numbers = [name for name in without.table if name not in ("factor", "clear", "rank")]
    assert np.allclose(without.table[numbers], shared.table[numbers], atol=1e-9)
    assert shared.table["clear"].tolist() == [True, True, False]


def test_an_elementary_effect_is_that_of_the_whole_range() -> None:
    factors = [uniform("a", 0, 2), uniform("b", 0, 1), uniform("c", 0, 1), uniform("d", 0, 1)]

    def function(x: Floats) -> Floats:
        return np.asarray(3.0 * x[:, 0] - 5.0 * x[:, 1] + 4.0 * x[:, 1] * x[:, 2])

    table = _by_factor(morris_effects(sample_of(sweep(design("morris", factors, 200), {BASELINE: function})))[0])
    assert table.loc["a", ["mu", "mu_star", "sigma"]].tolist() == pytest.approx([6, 6, 0])
    assert table.loc["d", ["mu", "mu_star", "sigma"]].tolist() == [0, 0, 0]
    assert table.loc["b", "mu"] == pytest.approx(-3, abs=3 * 1.5 / 200**0.5)  # three standard errors
    assert table.loc["c", "sigma"] > 0.5  # it depends on b
    assert table["clear"].to_dict() == {"a": True, "b": True, "c": True, "d": False}


def test_effects_go_by_the_step_of_the_design() -> None:
    made = design("morris", [uniform("a"), uniform("b")], 10)
    assert made.unit is not None
    squeezed = 0.05 + 0.9 * made.unit
    inside = replace(made, unit=squeezed, table=squeezed.copy())
    table = _by_factor(morris_effects(sample_of(sweep(inside, {BASELINE: linear([3.0, 1.0])})))[0])
    assert table["mu_star"].to_dict() == pytest.approx({"a": 3, "b": 1})


def test_a_single_replicate_tells_nothing_from_noise() -> None:
    results = sweep(design("sobol", THREE, 64), {BASELINE: linear([1, 1, 1])}, replicates=1)
    table = _by_factor(sobol_indices(sample_of(results)).table)
    assert not table["clear"].any()
    assert table["total_noise"].isna().all()


def test_designs_without_an_answer_say_so() -> None:
    grid = sample_of(sweep(listed("grid", THREE[:2], [(a, b) for a in (0, 1) for b in (0, 1)]), {BASELINE: nothing}))
    assert sobol_indices(grid).note == "Sobol' indices need a design of kind 'sobol'; this is 'grid'."
    assert "this is 'grid'" in morris_effects(grid)[1]
    few = sample_of(sweep(design("sobol", THREE, 16), {BASELINE: linear([1, 0, 0])}))
    assert "16 whole base points" in sobol_indices(few).note
    few = sample_of(sweep(design("morris", THREE, 3), {BASELINE: linear([1, 0, 0])}))
    assert "3 whole trajectories" in morris_effects(few)[1]
    same = sample_of(sweep(design("sobol", THREE, 64), {BASELINE: nothing}))
    assert "the same at every base point" in sobol_indices(same).note


def test_points_in_another_order_are_no_cross_sampling() -> None:
    made = design("sobol", THREE, 64)
    assert made.unit is not None
    shuffled = replace(made, unit=made.unit.iloc[::-1].reset_index(drop=True))
    assert sobol_indices(sample_of(sweep(shuffled, {BASELINE: linear([1, 0, 0])}))).table is None

"""The statistics: hand-computed cases, exact zeros, empty cells, and the law that 95% means 95%."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from reentrysim.analysis.intervals import Floats, summarize, summarize_difference

pytestmark = pytest.mark.filterwarnings("error")


def _pairs(draws: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.repeat(np.arange(draws), 2)


def _column(values: list[float]) -> Floats:
    return np.array(values)[:, None]


def test_a_case_computed_by_hand() -> None:
    """Twelve draws: means are 0..11 with replicates +-1 around each."""
    values = _column([m + s for m in range(12) for s in (-1, 1)])
    cell = summarize(values, _pairs(12)).at(0)
    between, within = 13.0, 2.0  # variance of 0..11; pooled variance of (-1, 1)
    mcse = np.sqrt(between / 12)
    # Luck is 1/13 of the variance between draws, so that much of it is taken at its upper 90% limit.
    caution = 11 / stats.chi2.ppf(0.10, 11)
    evidence = between * (1 + (caution - 1) / 13) - within / 2
    scale = np.sqrt(evidence + mcse**2)
    half = stats.t.ppf(0.975, 11) * scale
    assert cell.mean == pytest.approx(5.5)
    assert cell.mcse == pytest.approx(mcse)
    assert (cell.low, cell.high) == pytest.approx((5.5 - half, 5.5 + half))
    assert cell.below == pytest.approx(stats.t.cdf(-5.5 / scale, 11))
    assert cell.replicates == 24


def test_luck_of_one_cohort_widens_the_interval() -> None:
    values = _column([m + s for m in range(12) for s in (-1, 1)])
    cell = summarize(values, _pairs(12), luck_share=0.5).at(0)
    evidence = 13 * (1 + (11 / stats.chi2.ppf(0.10, 11) - 1) / 13) - 1
    half = stats.t.ppf(0.975, 11) * np.sqrt(evidence + 0.5 * 2 + 13 / 12)
    assert cell.high - cell.mean == pytest.approx(half)


def test_more_luck_than_between_draws_leaves_no_evidence_variance() -> None:
    values = _column([s for _ in range(10) for s in (-1.0, 1.0)])
    cell = summarize(values, _pairs(10)).at(0)
    assert (cell.mean, cell.low, cell.high, cell.mcse, cell.below) == (0, 0, 0, 0, 0.5)


def test_many_draws_give_quantiles_of_shrunken_means() -> None:
    means = np.random.default_rng(3).exponential(size=250)
    luck = np.tile([-0.5, 0.5], 250)
    cell = summarize((np.repeat(means, 2) + luck)[:, None], _pairs(250)).at(0)
    between, within = means.var(ddof=1), 0.5
    caution = 249 / stats.chi2.ppf(0.10, 249)
    evidence = between * (1 + (caution - 1) * (within / 2) / between) - within / 2
    points = means.mean() + (means - means.mean()) * np.sqrt(evidence / between)
    assert (cell.low, cell.high) == pytest.approx(tuple(np.quantile(points, [0.025, 0.975])))
    assert cell.below == pytest.approx(np.mean(points < 0))


def test_ties_count_half() -> None:
    means = np.repeat([-1.0, 0.0, 1.0], [100, 100, 0])
    cell = summarize_difference(_column(list(np.repeat(means, 2))), np.zeros((400, 1)), _pairs(200)).at(0)
    assert cell.below == pytest.approx(0.75)


def test_many_draws_with_gaps_equal_the_same_draws_without() -> None:
    values = np.random.default_rng(4).normal(size=(500, 2))
    values[400:, 1] = np.nan
    summary = summarize(values, _pairs(250))
    alone = summarize(values[:400, 1:], _pairs(200))
    assert summary.low[1] == pytest.approx(alone.low[0])
    assert summary.high[1] == pytest.approx(alone.high[0])
    assert summary.below[1] == pytest.approx(alone.below[0])
    assert summary.replicates.tolist() == [500, 400]


def test_few_draws_have_no_interval() -> None:
    cell = summarize(_column(list(range(18))), _pairs(9)).at(0)
    assert np.isnan([cell.low, cell.high, cell.below]).all()
    assert cell.mean == pytest.approx(8.5)
    assert cell.mcse == pytest.approx(np.arange(0.5, 18, 2).std(ddof=1) / 3)


def test_one_draw_makes_every_replicate_its_own_cluster() -> None:
    values = np.arange(12.0)
    cell = summarize(values[:, None], np.full(12, -1)).at(0)
    mcse = values.std(ddof=1) / np.sqrt(12)
    assert cell.mcse == pytest.approx(mcse)
    assert cell.high - cell.mean == pytest.approx(stats.t.ppf(0.975, 11) * mcse)


def test_one_draw_with_many_replicates_keeps_its_monte_carlo_error() -> None:
    values = np.random.default_rng(5).normal(size=(400, 1))
    cell = summarize(values, np.zeros(400, dtype=np.int64)).at(0)
    assert cell.high - cell.low == pytest.approx(2 * stats.t.ppf(0.975, 399) * values.std(ddof=1) / 20)


def test_draws_that_come_round_again_are_one_draw_each() -> None:
    values = np.random.default_rng(6).normal(size=(40, 1))
    draws = (np.arange(40) // 2) % 10
    order = np.argsort(draws, kind="stable")
    assert summarize(values, draws).at(0).mcse == pytest.approx(summarize(values[order], draws[order]).at(0).mcse)
    means = [values[draws == k].mean() for k in range(10)]
    assert summarize(values, draws).at(0).mcse == pytest.approx(np.std(means, ddof=1) / np.sqrt(10))


@pytest.mark.parametrize("draws", [1, 9, 10, 200])
def test_no_difference_is_exactly_zero(draws: int) -> None:
    values = np.random.default_rng(1).random((2 * draws, 3))
    for itself in (False, True):
        summary = summarize_difference(values, values.copy(), _pairs(draws), itself=itself)
        assert summary.mean.tolist() == summary.mcse.tolist() == [0.0, 0.0, 0.0]
        if itself or draws >= 10:
            assert summary.low.tolist() == summary.high.tolist() == [0.0, 0.0, 0.0]
            assert summary.below.tolist() == [0.5] * 3
        else:  # others draws could differ
            assert np.isnan([summary.low, summary.high, summary.below]).all()


def test_equal_values_have_no_spread() -> None:
    cell = summarize(np.full((24, 1), 0.1), _pairs(12)).at(0)
    assert (cell.low, cell.high, cell.mcse) == (0.1, 0.1, 0.0)


def test_replicates_without_members_are_left_out() -> None:
    values = np.random.default_rng(2).normal(size=(30, 3))
    values[[4, 5, 9], 1] = np.nan
    values[:, 2] = np.nan
    summary = summarize(values, _pairs(15))
    assert summary.replicates.tolist() == [30, 27, 0]
    means = [np.nanmean(values[2 * k : 2 * k + 2, 1]) for k in range(15) if k != 2]
    assert summary.mean[1] == pytest.approx(np.mean(means))
    assert summary.mcse[1] == pytest.approx(np.std(means, ddof=1) / np.sqrt(14))
    assert np.isnan([summary.mean[2], summary.low[2], summary.mcse[2], summary.below[2]]).all()
    gone = summarize_difference(values, values, _pairs(15))
    assert np.isnan(gone.mean[2])


def test_shape_is_kept_and_cells_do_not_touch() -> None:
    values = np.random.default_rng(8).normal(size=(24, 2, 3))
    summary = summarize(values, _pairs(12))
    assert summary.mean.shape == (2, 3)
    alone = summarize(values[:, 1:, 2], _pairs(12)).at(0)
    assert vars(summary.at(1, 2)) == pytest.approx(vars(alone), rel=1e-12)


@pytest.mark.parametrize(("draws", "cells", "luck"), [(30, 4000, 0.5), (100, 2000, 1.0), (200, 1000, 1.0)])
def test_intervals_hold_the_evidence_and_not_the_luck(draws: int, cells: int, luck: float) -> None:
    """A new draw of the evidence, standard deviation 1, falls inside 95% of the time; luck does not widen it."""
    rng = np.random.default_rng(11)
    evidence = np.repeat(rng.normal(0.2, 1.0, (draws, cells)), 2, axis=0)
    summary = summarize(evidence + rng.normal(0, luck, evidence.shape), _pairs(draws))
    new = rng.normal(0.2, 1.0, cells)
    assert np.mean((summary.low < new) & (new < summary.high)) == pytest.approx(0.95, abs=0.015)
    assert np.median(summary.high - summary.low) == pytest.approx(2 * 1.96, rel=0.10)
    assert summary.below.mean() == pytest.approx(stats.norm.cdf(-0.2), abs=0.02)


@pytest.mark.parametrize("luck", [1.0, 3.0, 6.0])
def test_luck_larger_than_the_evidence_is_removed_with_caution(luck: float) -> None:
    """However much luck there is, about 95% of new draws fall inside: never a narrow interval by chance."""
    rng = np.random.default_rng(13)
    evidence = np.repeat(rng.normal(0, 1.0, (30, 4000)), 2, axis=0)
    summary = summarize(evidence + rng.normal(0, luck, evidence.shape), _pairs(30))
    new = rng.normal(0, 1.0, 4000)
    assert 0.935 < np.mean((summary.low < new) & (new < summary.high)) < 0.98


def test_the_monte_carlo_error_is_the_spread_of_means() -> None:
    rng = np.random.default_rng(12)
    evidence = np.repeat(rng.normal(0, 1, (30, 3000)), 2, axis=0)
    summary = summarize(evidence + rng.normal(0, 2, evidence.shape), _pairs(30))
    assert summary.mean.std() == pytest.approx(np.sqrt((1 + 4 / 2) / 30), rel=0.05)
    assert np.sqrt(np.mean(summary.mcse**2)) == pytest.approx(summary.mean.std(), rel=0.05)

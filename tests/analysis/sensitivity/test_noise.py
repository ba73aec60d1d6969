"""Noise is measured as it is, and what stands out of it stands out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reentrysim.analysis.sensitivity.noise import (
    half_width,
    jackknifed,
    noise_of,
    noise_variance,
    shows,
    shows_in_steps,
    without_each,
)


def test_the_share_of_noise_is_found_and_lies_in_its_interval_as_often_as_it_says() -> None:
    luck, inside, shares = np.random.default_rng(1), 0, []
    for _ in range(200):
        runs = 2.0 * luck.normal(size=(60, 1)) + 3.0 * luck.normal(size=(1, 4)) + luck.normal(size=(60, 4))
        noise = noise_of(runs)
        shares.append(noise.share)
        inside += noise.low <= 0.25 / 4.25 <= noise.high
    assert np.mean(shares) == pytest.approx(0.25 / 4.25, rel=0.05)
    assert 182 <= inside <= 198
    assert not noise.drowns


def test_where_noise_is_all_it_may_be_all() -> None:
    runs = np.random.default_rng(2).normal(size=(80, 2))
    assert noise_of(runs).drowns
    assert noise_of(runs).low > 0.5


def test_rows_without_a_value_are_left_out() -> None:
    runs = np.random.default_rng(3).normal(size=(50, 2))
    holed = np.vstack([runs, [[math.nan, math.nan]]])
    assert noise_of(holed) == noise_of(runs)


def test_a_single_draw_tells_nothing() -> None:
    noise = noise_of(np.arange(5.0)[:, None])
    assert math.isnan(noise.share)
    assert noise.drowns
    assert math.isnan(noise_variance(np.arange(5.0)[:, None]))
    assert not shows(np.full((5, 1), 7.0), 1).any()
    assert not shows_in_steps(np.full((5, 1), 7.0), np.ones((5, 1)), 1)


def test_steps_that_are_there_in_every_draw_show() -> None:
    luck, shapes = np.random.default_rng(4), np.linspace(-1.0, 1.0, 200)[:, None]
    effect = luck.normal(size=(200, 1))
    effect -= shapes @ (shapes.T @ effect) / (shapes.T @ shapes)
    assert shows_in_steps(effect + 0.1 * luck.normal(size=(200, 6)), shapes, 3)  # of no shape that is looked for
    assert shows_in_steps(0.5 * shapes + luck.normal(size=(200, 6)), shapes, 3)  # of that shape, in much noise
    assert not shows_in_steps(luck.normal(size=(200, 6)), shapes, 3)
    assert not shows_in_steps(np.zeros((200, 2)), shapes, 3)
    assert shows_in_steps(np.ones((200, 2)), shapes, 3)


@pytest.mark.parametrize("draws", [2, 5, 20])
@pytest.mark.parametrize("kinds", [1, 3])
def test_steps_of_shared_luck_show_as_seldom_as_they_should(draws: int, kinds: int) -> None:
    """Luck of one kind or more, each with a shape of its own, beside noise at each point."""
    luck, wrong = np.random.default_rng(draws), 0
    for _ in range(400):
        shapes = luck.normal(size=(40, kinds))
        steps = shapes @ luck.normal(size=(kinds, draws)) + 0.1 * luck.normal(size=(40, draws))
        wrong += shows_in_steps(steps, shapes[:, :1], 1)
    assert wrong <= 32  # of 400, of which at most 20 should: by chance 33 or more in 4 of 1,000


@pytest.mark.parametrize("draws", [2, 5, 20])
@pytest.mark.parametrize("ratio", [0.1, 1.0, 10.0])
def test_two_parts_of_an_error_are_held_whatever_their_ratio(draws: int, ratio: float) -> None:
    luck = np.random.default_rng(6)
    points = luck.normal(size=(4000, 1))
    means = points + ratio * luck.normal(size=(4000, draws))
    assert shows(means, 1, np.ones(4000), math.inf).mean() <= 0.06
    half = half_width(0.975, (1.0, math.inf), (means.var(axis=1, ddof=1) / draws, draws - 1))
    assert (np.abs(means.mean(axis=1)) < half).mean() >= 0.94


def test_a_jackknife_of_a_mean_is_its_variance() -> None:
    values = np.random.default_rng(7).normal(size=(3, 8))
    assert jackknifed(without_each(values)) == pytest.approx(values.var(axis=1, ddof=1) / 8)


def test_the_noise_of_a_mean_falls_with_the_draws() -> None:
    luck = np.random.default_rng(5)
    for draws in (2, 8):
        assert noise_variance(3.0 * luck.normal(size=(4000, draws))) == pytest.approx(9 / draws, rel=0.1)

"""Noise is measured as it is, and what stands out of it stands out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reentrysim.analysis.sensitivity.noise import beyond_noise, noise_of, noise_variance


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
    assert not beyond_noise(np.full((5, 1), 7.0), 1)


def test_what_is_there_in_every_draw_is_beyond_noise() -> None:
    luck = np.random.default_rng(4)
    effect = luck.normal(size=(200, 1))
    assert beyond_noise(effect + luck.normal(size=(200, 2)), 10)
    assert not beyond_noise(luck.normal(size=(200, 2)), 10)
    assert not beyond_noise(np.zeros((200, 2)), 10)
    assert beyond_noise(np.ones((200, 2)), 10)


def test_the_noise_of_a_mean_falls_with_the_draws() -> None:
    luck = np.random.default_rng(5)
    for draws in (2, 8):
        assert noise_variance(3.0 * luck.normal(size=(4000, draws))) == pytest.approx(9 / draws, rel=0.1)

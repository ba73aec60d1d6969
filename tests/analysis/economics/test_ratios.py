"""Ratios of means: by the closed form, never a mean of ratios, and none where it could be anything."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reentrysim.analysis.economics.ratios import HARM, NO_MONEY, NOTHING_BELOW, TOO_FEW, UNCLEAR, cost_per_return, ratio
from reentrysim.analysis.intervals import summarize

DRAWS = np.repeat(np.arange(30), 2)


def test_a_sure_cost_gives_the_interval_of_its_inverse() -> None:
    averted = 0.02 + 0.003 * np.random.default_rng(1).standard_normal(60)
    cell = summarize(averted[:, None], DRAWS).at(0)
    told = cost_per_return(np.full(60, 100.0), averted, DRAWS)
    assert told.reason == ""
    assert told.value == pytest.approx(100.0 / cell.mean)
    assert (told.low, told.high) == pytest.approx((100.0 / cell.high, 100.0 / cell.low))


def test_no_cost_where_none_can_be_told() -> None:
    luck = np.random.default_rng(2)
    noise, cost = 0.01 * luck.standard_normal(60), 100.0 + luck.standard_normal(60)
    assert cost_per_return(cost, 0.001 + noise, DRAWS).reason == UNCLEAR
    assert cost_per_return(cost, -0.05 + noise, DRAWS).reason == HARM
    assert cost_per_return(np.zeros(60), noise, DRAWS).reason == NO_MONEY
    assert cost_per_return(cost[:4], 0.05 + noise[:4], DRAWS[:4]).reason == TOO_FEW
    untold = cost_per_return(cost, 0.001 + noise, DRAWS)
    assert all(math.isnan(number) for number in (untold.value, untold.low, untold.high))


def test_the_interval_covers_the_true_cost_as_often_as_it_says() -> None:
    luck, covered, asked = np.random.default_rng(3), 0, 400
    for _ in range(asked):
        evidence = luck.standard_normal((30, 2)).repeat(2, axis=0)
        noise = luck.standard_normal((60, 2))
        cost = 100.0 + 10.0 * evidence[:, 0] + 5.0 * noise[:, 0]
        averted = 0.02 + 0.01 * evidence[:, 1] + 0.01 * noise[:, 1]
        told = cost_per_return(cost, averted, np.repeat(np.arange(30), 2))
        # One draw's evidence is what is not known, so the true cost is that of a draw of it.
        truth = (100.0 + 10.0 * luck.standard_normal(1)) / (0.02 + 0.01 * luck.standard_normal(1))
        covered += bool(math.isnan(told.low) or told.low <= truth[0] <= told.high)
    assert covered / asked >= 0.93


def test_it_is_the_ratio_of_means_and_not_the_mean_of_ratios() -> None:
    luck = np.random.default_rng(4)
    bottom = 0.1 + 0.03 * luck.standard_normal(60)
    top = 50.0 + luck.standard_normal(60)
    told = ratio(top, bottom, DRAWS)
    assert told.value == pytest.approx(top.mean() / bottom.mean(), rel=1e-12)
    assert abs(told.value / (top / bottom).mean() - 1.0) > 0.02


def test_by_hand_with_luck_alone_it_is_fiellers_set() -> None:
    luck = np.random.default_rng(5)
    top, bottom = 3.0 + luck.standard_normal(40), 2.0 + 0.5 * luck.standard_normal(40)
    told = ratio(top, bottom, np.zeros(40, dtype=np.int64))
    t = 2.0226909200367604  # 97.5% of Student's t with 39 degrees of freedom
    for end in (told.low, told.high):
        rest = top - end * bottom
        assert abs(rest.mean()) == pytest.approx(t * rest.std(ddof=1) / np.sqrt(40), rel=1e-9)
    assert told.low < told.value < told.high


def test_no_ratio_is_infinite_or_of_the_wrong_sign() -> None:
    luck = np.random.default_rng(6)
    for _ in range(300):
        top, bottom = luck.normal(luck.normal(), 1.0, 60), luck.normal(0.3 * luck.normal(), 1.0, 60)
        told = ratio(top, bottom, DRAWS)
        if told.reason:
            assert told.reason == NOTHING_BELOW
            assert math.isnan(told.value) and math.isnan(told.low)
        else:
            assert told.low <= told.value <= told.high
            assert math.isfinite(told.low) and math.isfinite(told.high)

"""Values at numbers from 0 to 1: quantiles that are known, whole numbers alike, ends."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from reentrysim.evidence import load_catalog
from reentrysim.experiments.sweeps.factors import Factor
from reentrysim.randomness import Floats

Z = 1.959963984540054  # 97.5% quantile of the standard normal distribution


def factor(**keys: Any) -> Factor:
    return Factor.model_validate(keys)


def at(unit: float, **keys: Any) -> Any:
    return factor(**keys).at(np.array([unit]))[0]


@pytest.mark.parametrize(
    ("keys", "unit", "expected"),
    [
        ({"distribution": "normal", "mean": 5.0, "sd": 2.0}, 0.975, 5 + 2 * Z),
        ({"distribution": "lognormal", "median": 3.0, "sd_log": 0.5}, 0.975, 3 * math.exp(0.5 * Z)),
        ({"distribution": "lognormal", "median": 3.0, "sd_log": 0.5}, 0.5, 3.0),
        ({"distribution": "uniform", "low": 2.0, "high": 6.0}, 0.25, 3.0),
        ({"distribution": "triangular", "low": 0.0, "mode": 1.0, "high": 2.0}, 0.25, math.sqrt(0.5)),
        ({"distribution": "triangular", "low": 1.0, "mode": 1.0, "high": 2.0}, 0.75, 1.5),
        ({"distribution": "beta", "a": 2.0, "b": 1.0}, 0.49, 0.7),
        ({"range": [2.0, 6.0]}, 0.25, 3.0),
        ({"range": [1.0, 10_000.0], "scale": "log"}, 0.5, 100.0),
    ],
)
def test_quantiles_are_those_of_the_textbook(keys: dict[str, Any], unit: float, expected: float) -> None:
    assert at(unit, **keys) == pytest.approx(expected, rel=1e-12)


def grid(count: int) -> Floats:
    return np.asarray((np.arange(count) + 0.5) / count)


def test_each_whole_number_of_a_range_has_an_equal_part() -> None:
    values = factor(range=[2, 6], whole=True).at(grid(1000))
    assert {value: values.count(value) for value in values} == dict.fromkeys([2, 3, 4, 5, 6], 200)
    assert {type(value) for value in values} == {int}


def test_on_a_scale_of_logarithms_a_doubling_has_an_equal_part() -> None:
    values = factor(range=[1, 7], whole=True, scale="log").at(grid(3000))
    parts = [sum(low <= value < 2 * low for value in values) for low in (1, 2, 4)]
    assert parts == [1000, 1000, 1000]


def test_each_of_the_values_has_an_equal_part_and_both_ends_are_inside() -> None:
    words = factor(values=["a", "b", "c", "d"])
    assert [words.at(grid(400)).count(word) for word in "abcd"] == [100] * 4
    assert words.at(np.array([0.0, 1.0])) == ["a", "d"]
    assert factor(range=[2, 6], whole=True).at(np.array([0.0, 1.0])) == [2, 6]


def test_a_distribution_without_ends_is_finite_at_both() -> None:
    low, high = factor(distribution="normal", mean=0.0, sd=1.0).at(np.array([0.0, 1.0]))
    assert -9 < low < -8 < 8 < high < 9


def test_evidence_is_what_the_catalog_draws() -> None:
    estimate = load_catalog()["mentoring.uptake_share"]
    values = factor(distribution="evidence").at(np.array([0.1, 0.5, 0.9]), estimate)
    assert values == [estimate.at(0.1), estimate.at(0.5), estimate.at(0.9)]
    assert values[1] == pytest.approx(estimate.value)


def test_levels_of_a_grid_run_from_end_to_end() -> None:
    assert factor(range=[0, 6]).levels(4) == [0, 2, 4, 6]
    assert factor(range=[1, 1000], scale="log").levels(4) == pytest.approx([1, 10, 100, 1000])
    assert factor(range=[1, 3], whole=True).levels(9) == [1, 2, 3]
    assert factor(values=["a", "b"]).levels(9) == ["a", "b"]
    assert factor(distribution="uniform", low=0.0, high=4.0).levels(4) == pytest.approx([0.5, 1.5, 2.5, 3.5])


def test_ends_hold_95_in_100_draws() -> None:
    assert factor(range=[2, 6]).ends() == (2, 6)
    assert factor(values=[3, 1, 2]).ends() == (1, 3)
    assert factor(values=["a", "b"]).ends() == (None, None)
    assert factor(values=[True, False]).ends() == (None, None)
    assert factor(distribution="normal", mean=5.0, sd=2.0).ends() == pytest.approx((5 - 2 * Z, 5 + 2 * Z))


def test_a_table_of_decimals_gives_back_what_was_written() -> None:
    assert repr(factor(values=[2, 4]).native(np.float64(4.0))) == "4"
    assert repr(factor(values=[2, 2.5]).native(np.float64(2.5))) == "2.5"
    assert repr(factor(values=[True, False]).native(np.bool_(True))) == "True"
    assert repr(factor(values=[0, 1]).native(1.0)) == "1"
    assert repr(factor(range=[1, 9], whole=True).native(np.float64(7.0))) == "7"
    assert repr(factor(range=[1, 9]).native(np.float64(7.0))) == "7.0"

"""Sampling: the interval means what it says, and no draw leaves the physical bounds of its unit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentrysim.evidence import Estimate

SHARE = Estimate(
    name="mentoring.uptake_share",
    description="Share who accept",
    value=0.6,
    low=0.4,
    high=0.75,
    interval="95% belief",
    unit="share",
    distribution="logitnormal",
    population="adults",
    grade="D",
    rows=(),
    transform="judgment",
    assumption="An example.",
)
FAMILIES = [
    SHARE,
    replace(SHARE, distribution="normal", unit="points", value=-1.0, low=-6.0, high=1.0),
    replace(SHARE, distribution="lognormal", unit="hazard ratio", value=0.88, low=0.65, high=1.15),
]


@pytest.mark.parametrize("estimate", FAMILIES, ids=lambda estimate: estimate.distribution)
def test_value_is_the_median_and_the_interval_holds_95_percent(estimate):
    quantiles = [estimate.at(u) for u in (0.025, 0.5, 0.975)]
    assert quantiles == pytest.approx([estimate.low, estimate.value, estimate.high], rel=1e-9)


def test_an_interval_of_another_level_is_read_at_that_level():
    estimate = replace(SHARE, interval="90% CI")
    assert [estimate.at(u) for u in (0.05, 0.95)] == pytest.approx([0.4, 0.75])
    assert estimate.at(0.975) > 0.75


def test_a_range_is_read_as_95_percent():
    assert replace(SHARE, interval="range").at(0.975) == pytest.approx(0.75)


def test_uniform_spans_its_interval():
    estimate = replace(SHARE, distribution="uniform")
    assert [estimate.at(u) for u in (0.0, 0.5, 1.0)] == pytest.approx([0.4, 0.575, 0.75])


def test_fixed_never_moves():
    estimate = replace(SHARE, distribution="fixed", low=0.6, high=0.6)
    assert {estimate.at(u) for u in (0.0, 0.3, 0.999)} == {0.6}


def test_draws_are_clipped_at_physical_bounds():
    estimate = replace(SHARE, distribution="normal", value=0.9, low=0.1, high=1.0)
    assert estimate.at(1e-6) == 0.0
    assert estimate.at(0.9999) == 1.0


def test_draws_are_clipped_at_narrower_bounds_of_its_own():
    estimate = replace(SHARE, distribution="normal", at_least=0.3, at_most=0.7)
    assert (estimate.at(1e-6), estimate.at(0.9999)) == (0.3, 0.7)


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_a_larger_uniform_never_gives_a_smaller_value(u, v):
    for estimate in FAMILIES:
        assert estimate.at(min(u, v)) <= estimate.at(max(u, v))


def test_the_extreme_uniforms_are_finite():
    for estimate in FAMILIES:
        assert abs(estimate.at(0.0)) < 100
        assert abs(estimate.at(1 - 2.0**-53)) < 100

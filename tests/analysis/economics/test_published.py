"""Published benefit-cost rows come out of their own inputs."""

from __future__ import annotations

import math

import pytest

from reentrysim.analysis.economics.published import DOLLAR, balance, published_rows


def test_published_rows_reproduce_within_rounding() -> None:
    frame = published_rows()
    assert len(frame) == 39
    assert (frame["benefit"] - frame["benefit_published"]).abs().max() <= DOLLAR
    ratios = frame.dropna(subset=["ratio_published"])
    off = (ratios["ratio"] - ratios["ratio_published"]).abs()
    beyond = ratios[off > ratios["ratio_rounding"]]
    # Four ratios of one table of 2015 are not those of its own rounded rows: they were printed from finer numbers.
    assert len(ratios) == 36 and len(beyond) == 4
    assert set(beyond["source_id"]) == {"WSIPP_2015_table"}
    assert (off / ratios["ratio"].abs())[beyond.index].max() < 0.007


def test_signs_are_theirs() -> None:
    frame = published_rows().set_index(["program", "year"])
    saves = frame.loc[("Work release", 2023)]
    assert saves["net"] == 3759 + 616 and math.isnan(saves["ratio"]) and math.isnan(saves["ratio_published"])
    harms = frame.loc[("Housing assistance with services", 2023)]
    assert harms["net"] == -2256 - 14147 and round(harms["ratio"], 2) == -0.16


def test_nothing_spent_has_no_ratio() -> None:
    assert balance(10.0, 5.0, 0.0)[:2] == (15.0, 15.0)
    assert math.isnan(balance(10.0, 5.0, 0.0)[2])
    assert balance(6.0, 4.0, 5.0)[2] == pytest.approx(2.0)

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.analysis.ranking import ranking

DRAWS = np.repeat(np.arange(40), 2)


def test_a_sure_order_is_sure() -> None:
    noise = np.random.default_rng(1).normal(0, 1e-4, 80)
    frame = ranking({"base": np.zeros(80), "good": -0.02 + noise, "bad": 0.03 + noise}, DRAWS, less_is_better=True)
    assert frame["scenario"].tolist() == ["good", "base", "bad"]
    assert frame[["rank_1", "rank_2", "rank_3"]].to_numpy().tolist() == np.eye(3).tolist()
    assert frame["expected_rank"].tolist() == [1, 2, 3]
    more = ranking({"base": np.zeros(80), "good": 0.02 + noise}, DRAWS, less_is_better=False)
    assert more["scenario"].tolist() == ["good", "base"]


def test_equals_share_the_ranks_that_they_take() -> None:
    frame = ranking({"a": np.zeros(80), "b": np.zeros(80), "c": np.ones(80)}, DRAWS, less_is_better=True)
    by_name = frame.set_index("scenario")
    assert by_name.loc["a", ["rank_1", "rank_2", "rank_3"]].tolist() == [0.5, 0.5, 0.0]
    assert by_name.loc["b", ["rank_1", "rank_2", "rank_3"]].tolist() == [0.5, 0.5, 0.0]
    assert by_name.loc["c", "expected_rank"] == 3


def test_every_rank_is_somebodys_and_everybody_has_one() -> None:
    random = np.random.default_rng(2)
    evidence = random.normal(0, 0.01, (40, 3))[DRAWS]
    values = evidence + random.normal(0, 0.005, (80, 3)) + [0.0, -0.004, 0.003]
    frame = ranking(dict(zip("abc", values.T, strict=True)), DRAWS, less_is_better=True)
    shares = frame[["rank_1", "rank_2", "rank_3"]].to_numpy()
    assert shares.sum(axis=0) == pytest.approx([1, 1, 1])
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1])
    assert 0.05 < shares.max() < 0.95
    assert frame["expected_rank"].is_monotonic_increasing


def test_luck_does_not_make_an_order_surer_or_less_sure_than_the_evidence() -> None:
    """Two scenarios whose evidence differs by one standard deviation: the better one is best in 84 of 100 worlds."""
    random = np.random.default_rng(3)
    draws = np.repeat(np.arange(2000), 2)
    evidence = random.normal(-0.01, 0.01, 2000)[draws]
    shares = [
        ranking({"base": np.zeros(4000), "better": evidence + luck}, draws, less_is_better=True)
        .set_index("scenario")
        .loc["better", "rank_1"]
        for luck in (0.0, random.normal(0, 0.02, 4000))
    ]
    assert shares == pytest.approx([0.84, 0.84], abs=0.03)


def test_few_draws_rank_nobody() -> None:
    frame = ranking({"a": np.zeros(18), "b": np.ones(18)}, DRAWS[:18], less_is_better=True)
    assert frame[["rank_1", "expected_rank"]].isna().all(axis=None)
    assert frame["difference"].tolist() == [0, 1]


def test_a_draw_without_a_value_is_left_out() -> None:
    draws = np.repeat(np.arange(20), 2)
    better = np.where(draws == 3, np.nan, -1.0)
    frame = ranking({"base": np.zeros(40), "better": better}, draws, less_is_better=True).set_index("scenario")
    assert frame.loc["better", ["rank_1", "rank_2"]].tolist() == [1.0, 0.0]
    assert frame.loc["better", "difference"] == -1.0
    assert frame[["rank_1", "rank_2"]].to_numpy().sum(axis=1).tolist() == [1.0, 1.0]


def test_a_group_that_is_always_empty_has_no_ranks() -> None:
    draws = np.repeat(np.arange(20), 2)
    frame = ranking({"base": np.zeros(40), "empty": np.full(40, np.nan)}, draws, less_is_better=True)
    assert frame[["expected_rank", "rank_1", "rank_2"]].isna().all(axis=None)

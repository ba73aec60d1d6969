from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from reentrysim.tool_errors import MEASURES, Scored
from reentrysim.vocabulary import Risk

LOW, MEDIUM, HIGH = Risk.LOW, Risk.MEDIUM, Risk.HIGH


def judged(known: list[bool] | None = None) -> Scored:
    """Six people, three of them women; scores go up with the bands."""
    women = np.array([True, False, True, False, True, False])
    return Scored(
        score=np.array([-2.0, -1.5, 0.0, 0.3, 1.0, 2.0]),
        band=np.array([LOW, LOW, MEDIUM, MEDIUM, HIGH, HIGH], dtype=np.int8),
        known=np.array(known or [True] * 6),
        members={"all": np.ones(6, dtype=np.bool_), "sex=female": women, "sex=male": ~women, "offense=drug": women},
    )


def test_errors_by_hand() -> None:
    told = judged().against(np.array([False, True, False, False, True, True]))
    assert judged().groups == ("all", "sex=female", "sex=male")
    assert set(told) == set(MEASURES)
    assert told["flagged_high"] == pytest.approx([2 / 6, 1 / 3, 1 / 3])
    assert told["false_positive"] == pytest.approx([0.0, 0.0, 0.0])
    assert told["false_negative"] == pytest.approx([1 / 3, 0.0, 1 / 2])
    assert told["rearrest_low"] == pytest.approx([1 / 2, 0.0, 1.0])
    assert told["auc"] == pytest.approx([7 / 9, 1.0, 1 / 2])


def test_the_area_is_that_of_mann_and_whitney() -> None:
    luck = np.random.default_rng(1)
    score, rearrested = luck.normal(size=200), luck.random(200) < 0.4
    whole = np.ones(200, dtype=np.bool_)
    told = Scored(score, np.zeros(200, dtype=np.int8), whole, {"all": whole}).against(rearrested)
    wanted = stats.mannwhitneyu(score[rearrested], score[~rearrested]).statistic
    assert told["auc"][0] == pytest.approx(wanted / (rearrested.sum() * (~rearrested).sum()))


def test_who_is_not_assessed_is_in_the_shares_and_not_in_the_area() -> None:
    everybody, some = (judged(known).against(np.array([False, True, False, False, True, True])) for known in KNOWN)
    assert some["auc"][0] == pytest.approx(1.0)
    assert np.array_equal(some["flagged_high"], everybody["flagged_high"])


KNOWN = ([True] * 6, [True, False, True, True, True, True])


def test_nobody_to_judge_by_is_no_number() -> None:
    told = judged().against(np.ones(6, dtype=np.bool_))
    assert np.isnan(told["false_positive"]).all()
    assert np.isnan(told["auc"]).all()
    assert told["rearrest_high"] == pytest.approx([1.0, 1.0, 1.0])

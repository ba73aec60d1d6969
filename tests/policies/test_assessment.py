from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from behavior.small_runs import numbers, small
from reentrysim.policies.assessment import assessed_risk, observed, scores, truth_share, worn
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Risk

VALUES = numbers(small()).merged(
    {"assessment.mean_log_hazard": -3.0, "assessment.sd_log_hazard": 0.8, "assessment.auc_of_truth": 0.8}
)
TRUE = -3.0 + 0.8 * Luck(1, 0).normal("truth", 0, 40_000)
NOISE = Luck(1, 0).normal("noise", 0, 40_000)


def test_a_third_in_each_band_whatever_the_tool_sees() -> None:
    for auc in (0.5, 0.65, 0.79):
        _, bands = assessed_risk(TRUE, NOISE, auc, VALUES)
        assert np.bincount(bands, minlength=3) / 40_000 == pytest.approx([1 / 3] * 3, abs=0.012)


def test_a_coin_sees_nothing() -> None:
    score, _ = assessed_risk(TRUE, NOISE, 0.5, VALUES)
    assert np.array_equal(score, NOISE)


def test_a_tool_cannot_see_more_than_the_truth() -> None:
    assert truth_share(0.95, VALUES) == 1.0
    score, _ = assessed_risk(TRUE, NOISE, 0.8, VALUES)
    assert np.corrcoef(score, TRUE)[0, 1] == pytest.approx(1.0)


def test_a_better_tool_sees_more() -> None:
    seen = [np.corrcoef(assessed_risk(TRUE, NOISE, auc, VALUES)[0], TRUE)[0, 1] for auc in (0.55, 0.65, 0.75)]
    assert seen == sorted(seen)
    assert seen == pytest.approx([truth_share(auc, VALUES) for auc in (0.55, 0.65, 0.75)], abs=0.02)


@pytest.mark.parametrize("auc", [0.6, 0.7, 0.75])
def test_the_area_under_the_curve_is_the_one_asked_for(auc: float) -> None:
    # Two normal groups as far apart in truth as an area of .8 makes them: d' = sqrt(2) * ndtri(.8).
    apart = np.sqrt(2) * stats.norm.ppf(0.8)
    event = np.arange(40_000) % 2 == 1
    truth = Luck(2, 0).normal("truth", 0, 40_000) + apart * (event - 0.5)
    spread = float(truth.std())
    values = VALUES.merged({"assessment.mean_log_hazard": 0.0, "assessment.sd_log_hazard": spread})
    score, _ = assessed_risk(truth, NOISE, auc, values)
    area = stats.mannwhitneyu(score[event], score[~event]).statistic / (20_000 * 20_000)
    assert area == pytest.approx(auc, abs=0.02)  # the score's spread differs a little between the groups


def test_bands_go_up_with_the_score() -> None:
    score, bands = assessed_risk(TRUE, NOISE, 0.7, VALUES)
    assert score[bands == Risk.LOW].max() < score[bands == Risk.MEDIUM].min()
    assert score[bands == Risk.MEDIUM].max() < score[bands == Risk.HIGH].min()


def test_a_tool_wears_until_it_is_a_coin() -> None:
    steps = np.array([-5, 1, 13, 25, 1201])
    assert worn(0.7, 0.05, steps) == pytest.approx([0.7, 0.7, 0.65, 0.6, 0.5])
    assert worn(0.7, 0.0, steps) == 0.7
    shares = truth_share(worn(0.7, 0.05, steps), VALUES)
    assert list(np.ravel(shares)) == pytest.approx([truth_share(auc, VALUES) for auc in (0.7, 0.7, 0.65, 0.6, 0.5)])


def test_the_truth_alone_has_no_noise() -> None:
    score = scores(TRUE, NOISE, 1.0, VALUES)
    assert score == pytest.approx((TRUE + 3.0) / 0.8)


def test_arrests_raise_a_later_score_and_time_without_one_lowers_it() -> None:
    seen = observed(np.array([0, 2, 0, 1]), np.array([0, 0, 24, 12]), VALUES)
    arrest, year = VALUES["assessment.score_per_arrest"], VALUES["assessment.score_per_year_free"]
    assert seen == pytest.approx([0.0, 2 * arrest, -2 * year, arrest - year])
    assert min(arrest, year) > 0.0

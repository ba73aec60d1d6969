from __future__ import annotations

import numpy as np
import pytest

from reentrysim.dynamics.learning import learn, news
from reentrysim.dynamics.market import willingness
from reentrysim.vocabulary import NEVER

USUAL = {"expected": 0.25, "step_size": 0.1, "half_life_months": 12.0}
NONE = np.empty(0, dtype=np.int64)


def test_bad_hires_lower_an_opinion_and_good_ones_raise_it() -> None:
    opinion = np.zeros(3)
    learn(opinion, np.array([0, 0]), np.array([1]), **USUAL)
    assert opinion.tolist() == pytest.approx([2 * 0.1 * 0.75, -0.1 * 0.25, 0.0])


def test_opinions_and_willingness_stay_within_bounds() -> None:
    opinion = np.zeros(2)
    for _ in range(200):
        learn(opinion, np.zeros(9, dtype=np.int64), np.ones(9, dtype=np.int64), **USUAL)
    assert opinion.tolist() == [1.0, -1.0]
    assert willingness(np.array([0.9, 0.1]), opinion, 0.2).tolist() == [1.0, 0.0]
    assert willingness(np.array([0.5, 0.5]), opinion, 0.2) == pytest.approx([0.7, 0.3])


def test_what_was_expected_teaches_nothing() -> None:
    opinion = np.zeros(1)
    learn(opinion, np.zeros(1, dtype=np.int64), np.zeros(3, dtype=np.int64), **USUAL)  # one of four lasts
    assert opinion[0] == pytest.approx(0.0)


def test_an_opinion_fades_by_half() -> None:
    opinion = np.array([0.8, -0.4])
    for _ in range(12):
        learn(opinion, NONE, NONE, **USUAL)
    assert opinion == pytest.approx([0.4, -0.2])


def test_news_are_trials_passed_and_early_ends() -> None:
    before = np.array([4, 4, 4, 7, 7, NEVER, 5])
    stayed = np.array([4, NEVER, NEVER, 9, 7, 3, 5]) == before
    age = np.array([3, 3, 4, 1, 2, 0, 4])
    lasted, failed = news(before, stayed, age, 3)
    assert lasted.tolist() == [4]  # the last one passed it earlier, another is still on trial
    assert failed.tolist() == [4, 7]  # one ended after its trial: no news

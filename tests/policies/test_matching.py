from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior.small_runs import numbers, small
from reentrysim.agents.intake import cohort_calendar, draw_traits
from reentrysim.agents.mentors import Mentors, create_posts, recruit
from reentrysim.agents.participants import Traits
from reentrysim.evidence.population import load_profile
from reentrysim.policies import matching
from reentrysim.policies.matching import FIT_TRAITS
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER, Origin

VALUES = numbers(small())
LUCK = Luck(4, 0)
GAP = 20.0
EQUAL = dict.fromkeys(FIT_TRAITS, 1.0)
WEIGHTS = st.fixed_dictionaries({trait: st.floats(0, 10) for trait in FIT_TRAITS})


def test_the_longest_wait_goes_first_and_the_lottery_breaks_ties() -> None:
    waiting = np.array([0, 1, 3, 4])
    since, lottery = np.array([4, 2, 1, 4, 2]), np.array([0.1, 0.9, 0.0, 0.05, 0.3])
    risk = np.zeros(5, dtype=np.int8)
    assert matching.line(waiting, since, lottery, risk, "longest_wait").tolist() == [4, 1, 3, 0]
    assert matching.line(waiting, since, lottery, risk, "luck").tolist() == [3, 0, 4, 1]


def test_nobody_waits() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert matching.line(nobody, np.full(3, NEVER), np.zeros(3), np.zeros(3), "longest_wait").size == 0


def test_offers_go_down_the_line_to_the_last_seat() -> None:
    line, willing = np.array([4, 0, 2, 1, 3]), np.array([True, True, False, True, False])  # by person: 4 and 2 decline
    assert matching.offers(line, willing, 1).tolist() == [4, 0]
    assert matching.offers(line, willing, 2).tolist() == [4, 0, 2, 1]
    assert matching.offers(line, willing, 3).tolist() == [4, 0, 2, 1, 3]  # a seat stays free
    assert matching.offers(line, willing, 0).tolist() == []


@given(willing=st.lists(st.booleans(), max_size=30), seats=st.integers(0, 35))
def test_offers_never_overfill_and_never_stop_early(willing: list[bool], seats: int) -> None:
    line = np.arange(len(willing))
    asked = matching.offers(line, np.array(willing, dtype=bool), seats)
    taken = sum(willing[person] for person in asked)
    assert taken == min(seats, sum(willing))
    assert np.array_equal(asked, line[: len(asked)])


def world() -> tuple[Traits, Mentors]:
    calendar = cohort_calendar(60, lead=1, window=1, follow_up=1)
    traits = draw_traits(load_profile("us_2008"), calendar, VALUES, LUCK)
    mentors = create_posts(40, {Origin.VOLUNTEER: 0.5, Origin.LIVED_EXPERIENCE: 0.5}, VALUES, LUCK)
    recruit(mentors, np.arange(40), 1, VALUES, LUCK)
    return traits, mentors


def table_of_fit(weights: dict[str, float]) -> np.ndarray:
    traits, mentors = world()
    crossed = matching.pairs(traits, np.arange(60), mentors, np.arange(40), crossed=True)
    return matching.fit(crossed, weights, GAP)


def twins(**differences: object) -> tuple[Traits, Mentors]:
    """Person 0 and mentor 0 alike in everything, but for some of the mentor's traits."""
    traits, mentors = world()
    for trait in ("female", "age", "culture", "interest", "style", "place"):
        getattr(mentors, trait)[0] = getattr(traits, trait)[0]
    mentors.origin[0] = Origin.LIVED_EXPERIENCE
    for name, value in differences.items():
        getattr(mentors, name)[0] = value
    return traits, mentors


def fit_of_twins(weights: dict[str, float], **differences: object) -> float:
    traits, mentors = twins(**differences)
    couple = matching.pairs(traits, np.array([0]), mentors, np.array([0]), crossed=False)
    return float(matching.fit(couple, weights, GAP)[0])


@given(weights=WEIGHTS)
def test_fit_is_between_0_and_1(weights: dict[str, float]) -> None:
    score = table_of_fit(weights)
    assert score.shape == (60, 40)
    assert score.min() >= 0.0
    assert score.max() <= 1.0 + 1e-12


@given(weights=WEIGHTS.filter(lambda w: sum(w.values()) > 0.01))
def test_two_who_are_alike_fit_perfectly(weights: dict[str, float]) -> None:
    assert fit_of_twins(weights) == pytest.approx(1.0)


def test_fit_by_hand() -> None:
    weights = {**EQUAL, "sex": 2.0}  # 8 in all
    traits, _ = world()
    assert fit_of_twins(weights, female=not traits.female[0]) == pytest.approx(6 / 8)
    assert fit_of_twins(weights, origin=Origin.VOLUNTEER) == pytest.approx(7 / 8)
    assert fit_of_twins(weights, place=99) == pytest.approx(7 / 8)
    assert fit_of_twins(weights, age=traits.age[0] + 5.0) == pytest.approx(7.75 / 8)  # a quarter of the widest gap
    assert fit_of_twins(weights, age=traits.age[0] - 35.0) == pytest.approx(7 / 8)  # beyond it, and no worse
    assert fit_of_twins(dict.fromkeys(FIT_TRAITS, 0.0)) == 0.0


@pytest.mark.parametrize("factor", [0.001, 3.0, 500.0])
def test_only_the_proportions_of_weights_matter(factor: float) -> None:
    weights = {**EQUAL, "sex": 2.0, "age": 0.5}
    scaled = {trait: weight * factor for trait, weight in weights.items()}
    assert np.allclose(table_of_fit(weights), table_of_fit(scaled))


def test_each_against_its_own_is_the_diagonal() -> None:
    traits, mentors = world()
    own = matching.pairs(traits, np.arange(40), mentors, np.arange(40), crossed=False)
    assert np.array_equal(matching.fit(own, EQUAL, GAP), np.diagonal(table_of_fit(EQUAL)[:40]))


def test_race_is_no_part_of_fit() -> None:
    traits, mentors = world()
    other = replace(traits, race=traits.race[::-1].copy())
    people, posts = np.arange(60), np.arange(40)
    swapped = matching.fit(matching.pairs(other, people, mentors, posts, crossed=True), EQUAL, GAP)
    assert np.array_equal(swapped, table_of_fit(EQUAL))


def test_assignment_by_hand() -> None:
    score = np.array([[0.5, 0.9], [0.4, 0.8], [0.9, 0.1]])
    luck = np.zeros((3, 2))
    assert matching.assign(score, luck, np.array([1, 1])).tolist() == [1, 0, NEVER]
    assert matching.assign(score, luck, np.array([2, 2])).tolist() == [1, 1, 0]
    assert matching.assign(score, luck, np.array([0, 1])).tolist() == [1, NEVER, NEVER]


def test_luck_decides_between_equals_only() -> None:
    score = np.array([[0.5, 0.5, 0.4], [0.5, 0.5, 0.9]])
    luck = np.array([[0.1, 0.2, 0.9], [0.3, 0.2, 0.0]])
    assert matching.assign(score, luck, np.array([1, 1, 1])).tolist() == [1, 2]


def test_the_callers_seats_stay_as_they_were() -> None:
    seats = np.array([1, 1])
    matching.assign(np.zeros((2, 2)), np.zeros((2, 2)), seats)
    assert seats.tolist() == [1, 1]


@given(people=st.integers(0, 12), seats=st.lists(st.integers(0, 4), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_nobody_is_over_their_seats_and_everybody_had_the_best_that_was_free(
    people: int, seats: list[int], seed: int
) -> None:
    score = np.round(Luck(seed, 0).uniform("score", 0, people * len(seats)).reshape(people, len(seats)), 1)
    luck = Luck(seed, 1).uniform("luck", 0, people * len(seats)).reshape(people, len(seats))
    chosen = matching.assign(score, luck, np.array(seats))
    left = list(seats)
    for person, post in enumerate(chosen.tolist()):
        free = [p for p, count in enumerate(left) if count > 0]
        if post == NEVER:
            assert not free
            continue
        assert post == max(free, key=lambda p: (score[person, p], luck[person, p]))
        left[post] -= 1
    assert min(left) >= 0


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("first_come", [4, 1, 3, 0]),
        ("random", [3, 0, 4, 1]),
        ("risk_high_first", [3, 4, 1, 0]),
        ("risk_low_first", [0, 4, 1, 3]),
    ],
)
def test_a_line_by_each_rule(rule: str, order: list[int]) -> None:
    since, lottery = np.array([4, 2, 1, 4, 2]), np.array([0.1, 0.9, 0.0, 0.05, 0.3])
    risk = np.array([0, 1, 2, 2, 1], dtype=np.int8)
    assert matching.line(np.array([0, 1, 3, 4]), since, lottery, risk, rule).tolist() == order


def test_ties_within_a_band_go_to_luck_where_the_scenario_says_so() -> None:
    since, lottery = np.array([4, 2, 1, 4, 2]), np.array([0.1, 0.9, 0.0, 0.05, 0.3])
    risk = np.array([0, 1, 2, 1, 1], dtype=np.int8)
    everybody = np.arange(5)
    assert matching.line(everybody, since, lottery, risk, "risk_high_first").tolist() == [2, 4, 1, 3, 0]
    assert matching.line(everybody, since, lottery, risk, "risk_high_first", "luck").tolist() == [2, 3, 4, 1, 0]


def test_fewer_seats_than_equals_go_to_the_same_ones_every_month() -> None:
    since, lottery, risk = np.full(4, 7), np.array([0.4, 0.1, 0.3, 0.2]), np.zeros(4, dtype=np.int8)
    for rule in ("first_come", "risk_low_first", "longest_wait", "random"):
        front = matching.front(np.arange(4), since, lottery, risk, rule, np.ones(4, dtype=bool), 2)
        assert matching.offers(front, np.ones(4, dtype=bool), 2).tolist() == [1, 3]


def test_the_rule_says_who_goes_first_where_it_says_anything_of_that() -> None:
    assert matching.order_of("first_come", "luck") == "first_come"
    assert matching.order_of("risk_low_first", "luck") == "risk_low_first"
    assert [matching.order_of(rule, "luck") for rule in ("random", "optimal", "threshold")] == ["luck"] * 3

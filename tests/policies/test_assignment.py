"""Everybody at once against each in turn and against the lot, in made-up pools and in those of shipped scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from policies.pools import WEIGHTS, Drawn
from reentrysim.model import ReentryModel
from reentrysim.policies import matching
from reentrysim.policies.assignment import Pool, assign_together
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
POOLS = {
    "people": st.integers(1, 14),
    "posts": st.integers(1, 9),
    "most": st.integers(1, 3),
    "seed": st.integers(0, 999),
}
STEP = 1 / 2**14


def pool_of(score: Floats, luck: Floats) -> Pool:
    return Pool(lambda who, some: score[np.ix_(who, some)], lambda who, some: luck[np.ix_(who, some)])


def made_up(people: int, posts: int, most: int, seed: int) -> tuple[Floats, Floats, Ints]:
    """Scores, half of them in few kinds so that many are equal; luck; and seats."""
    score = Luck(seed, 0).uniform("score", 0, people * posts).reshape(people, posts)
    score = np.round(score, 1) if seed % 2 else score
    luck = Luck(seed, 1).uniform("luck", 0, people * posts).reshape(people, posts)
    return score, luck, (Luck(seed, 2).uniform("seats", 0, posts) * (most + 1)).astype(np.int64)


def total(score: Floats, chosen: Ints) -> float:
    placed = np.flatnonzero(chosen != NEVER)
    return float(score[placed, chosen[placed]].sum())


@given(**POOLS)
def test_optimal_is_no_worse_than_in_turn_or_by_lot(people: int, posts: int, most: int, seed: int) -> None:
    score, luck, seats = made_up(people, posts, most, seed)
    best = assign_together(pool_of(score, luck), people, seats)
    greedy, random = (matching.assign(wish, luck, seats) for wish in (score, luck))
    slack = people * STEP
    assert total(score, best) >= total(score, greedy) - slack
    assert total(score, best) >= total(score, random) - slack
    taken = np.bincount(best[best != NEVER], minlength=posts)
    assert (taken <= seats).all()
    assert taken.sum() == min(people, seats.sum())


@settings(max_examples=40, deadline=None)
@given(people=st.integers(1, 30), spare=st.integers(0, 10), seed=st.integers(0, 99))
def test_in_turn_comes_to_half_of_the_optimum_in_pools_of_real_traits(people: int, spare: int, seed: int) -> None:
    drawn, posts = Drawn(people, people + spare, seed), np.arange(people + spare)
    score, luck = drawn.table(np.arange(people), posts), drawn.lucks(np.arange(people), posts)
    seats = np.ones(len(posts), dtype=np.int64)
    best = assign_together(pool_of(score, luck), people, seats)
    assert total(score, matching.assign(score, luck, seats)) >= total(score, best) / 2


def test_in_turn_can_come_to_less_than_half_because_nobody_waits_for_the_best_pair() -> None:
    """Half is promised where the best pair of all is matched first; in turn the first takes what the second needs."""
    score, luck, seats = np.array([[0.1, 0.09], [1.0, 0.0]]), np.zeros((2, 2)), np.array([1, 1])
    assert total(score, matching.assign(score, luck, seats)) == pytest.approx(0.1)
    assert total(score, assign_together(pool_of(score, luck), 2, seats)) == pytest.approx(1.09)


def test_who_comes_first_gives_up_the_best_for_the_good_of_all() -> None:
    score, luck = np.array([[0.9, 0.8], [0.9, 0.1]]), np.zeros((2, 2))
    seats = np.array([1, 1])
    assert matching.assign(score, luck, seats).tolist() == [0, 1]  # 1.0 in all
    assert assign_together(pool_of(score, luck), 2, seats).tolist() == [1, 0]  # 1.7 in all


def test_seats_of_one_post_are_seats() -> None:
    score, luck = np.array([[0.9, 0.1], [0.8, 0.7], [0.9, 0.2]]), np.zeros((3, 2))
    assert assign_together(pool_of(score, luck), 3, np.array([2, 1])).tolist() == [0, 1, 0]
    assert assign_together(pool_of(score, luck), 3, np.array([2, 0])).tolist().count(NEVER) == 1
    assert assign_together(pool_of(score, luck), 3, np.array([0, 0])).tolist() == [NEVER] * 3


@given(seed=st.integers(0, 200))
def test_the_order_of_rows_counts_for_nothing(seed: int) -> None:
    score, luck, seats = made_up(9, 6, 2, 2 * seed + 1)
    people, posts = np.random.default_rng(seed).permutation(9), np.random.default_rng(seed).permutation(6)
    plain = assign_together(pool_of(score, luck), 9, seats)
    turned = assign_together(pool_of(score[people][:, posts], luck[people][:, posts]), 9, seats[posts])
    back = np.full(9, NEVER)
    back[people] = np.where(turned == NEVER, NEVER, posts[turned])
    assert np.array_equal(plain, back)


def test_luck_settles_equals_and_outweighs_no_step_of_a_score() -> None:
    luck = np.array([[0.1, 0.9, 0.2], [0.3, 0.95, 0.6], [0.9, 0.5, 0.99]])
    even = np.full((3, 3), 0.5)
    assert assign_together(pool_of(even, luck), 3, np.ones(3, dtype=np.int64)).tolist() == [1, 2, 0]  # 2.4 of luck
    better = even.copy()
    better[[0, 1, 2], [2, 1, 0]] += STEP  # 2.05 of luck, and three steps
    assert assign_together(pool_of(better, luck), 3, np.ones(3, dtype=np.int64)).tolist() == [2, 1, 0]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 50), each=st.integers(1, 2), spare=st.sampled_from([0.7, 1.0, 1.4]))
def test_blocks_come_to_99_in_a_hundred_of_the_optimum(seed: int, each: int, spare: float) -> None:
    people = 400
    posts = int(people * spare / each)
    drawn, seats = Drawn(people, posts, seed), np.full(posts, each)
    pool = drawn.pool(np.arange(people), np.arange(posts))
    whole, blocks = (assign_together(pool, people, seats, whole=most) for most in (people, 0))
    fits = drawn.table(np.arange(people), np.arange(posts))
    assert total(fits, blocks) >= 0.985 * total(fits, whole)
    if spare >= 1.0:  # in the month there is never less than a seat for everybody in reach
        assert total(fits, blocks) >= 0.99 * total(fits, whole)
    taken = np.bincount(blocks[blocks != NEVER], minlength=posts)
    assert (taken <= seats).all()
    assert taken.sum() == min(people, seats.sum())


SHIPPED = ("status-quo", "peers", "women-only", "phone-and-video", "alternative-sentencing", "more-mentors")


def waiting(name: str, step: int = 30) -> tuple[Floats, Floats, Ints]:
    """Fit and luck of those who wait in a month of a shipped scenario with its mentors, and a seat of each."""
    scenario = load_scenario(name)
    model = ReentryModel(scenario, values_for(scenario), Luck(2, 0), 600)
    for _ in range(step):
        model.step()
    now, mentors = model.now, model.world.mentors
    posts = np.flatnonzero(mentors.active(step))
    who = now.waiting[: len(posts)]
    couples = matching.pairs(now.traits, who, mentors, posts, crossed=True)
    luck = model.luck.pair("matching.mentoring", who + now.window.start, mentors.identity[posts])
    return matching.fit(couples, WEIGHTS, 20.0), luck, np.ones(len(posts), dtype=np.int64)


def test_over_shipped_pools_fit_in_turn_beats_the_lot_and_all_at_once_beats_both() -> None:
    means = []
    for name in SHIPPED:
        score, luck, seats = waiting(name)
        assert min(score.shape) >= 10, name
        best = assign_together(pool_of(score, luck), len(score), seats)
        found = [best, matching.assign(score, luck, seats), matching.assign(luck, luck, seats)]
        means.append([total(score, one) / len(score) for one in found])
        assert means[-1][0] >= means[-1][1] - STEP
    optimal, greedy, random = np.mean(means, axis=0)
    assert optimal > greedy + 0.01
    assert greedy > random + 0.1


def test_nobody_waits() -> None:
    empty = np.zeros((0, 3))
    assert assign_together(pool_of(empty, empty), 0, np.ones(3, dtype=np.int64)).tolist() == []


def test_likenesses_are_of_what_has_weight() -> None:
    drawn = Drawn(20, 10, 0)
    weights = {**dict.fromkeys(WEIGHTS, 0.0), "age": 1.0}
    (age,) = matching.likenesses(drawn.traits, np.arange(20), drawn.mentors, np.arange(10), weights, 20.0)
    assert age.weight == pytest.approx([1 - 1 / 24, 0.75])
    assert np.array_equal(age.people[1], drawn.traits.age[:20] // 10)

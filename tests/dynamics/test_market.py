from __future__ import annotations

import numpy as np
import pytest

from reentrysim.dynamics import market

NOBODY = market.rivals(np.zeros(3, dtype=np.int64), lambda provider, _: np.zeros(len(provider)))


def against(*standings: list[float]) -> market.Rivals:
    """Rivals of each provider by hand."""
    counts = np.array([len(each) for each in standings])
    flat = np.array([standing for each in standings for standing in each])
    return market.rivals(counts, lambda *_: flat)


def test_whole_numbers_keep_their_mean() -> None:
    u = (np.arange(1000) + 0.5) / 1000
    assert market.whole(np.full(1000, 2.3), u).mean() == pytest.approx(2.3)
    assert set(market.whole(np.full(1000, 2.3), u)) == {2, 3}
    assert market.whole(np.array([0.0]), np.array([0.999])).tolist() == [0]


def test_who_has_more_places_is_asked_more() -> None:
    owner = market.owners(np.array([1, 0, 3]))
    who, where = market.ask(owner, np.array([0.0, 0.24, 0.25, 0.5, 0.999]))
    assert who.tolist() == [0, 0, 2, 2, 2]
    assert where == pytest.approx([0.0, 0.96, 0.0, 0.0, 0.996])


def test_each_time_numbers_the_occasions_of_each() -> None:
    whose, number = market.each_time(np.array([2, 0, 3]))
    assert whose.tolist() == [0, 0, 2, 2, 2]
    assert number.tolist() == [0, 1, 0, 1, 2]
    assert market.first_of_each(whose).tolist() == [True, False, True, False, False]
    assert market.first_of_each(np.empty(0, dtype=np.int64)).tolist() == []


def test_the_best_get_the_openings() -> None:
    # Provider 0 has two openings and rivals at .9 and .5; .7 comes second, .6 would be third.
    provider, standing, openings = np.array([0, 0, 0]), np.array([0.6, 0.7, 0.55]), np.array([2, 0, 0])
    rivals = against([0.9, 0.5], [], [])
    assert market.chosen(provider, standing, openings, rivals, scarce=True).tolist() == [False, True, False]


def test_in_a_free_market_applicants_compete_with_rivals_alone() -> None:
    provider, standing, openings = np.array([0, 0, 0]), np.array([0.6, 0.7, 0.4]), np.array([2, 0, 0])
    rivals = against([0.9, 0.5], [], [])
    assert market.chosen(provider, standing, openings, rivals, scarce=False).tolist() == [True, True, False]


def test_every_opening_goes_to_somebody_as_long_as_there_are_applicants() -> None:
    luck = np.random.default_rng(3)
    openings = luck.integers(0, 4, 3)
    provider, standing = luck.integers(0, 3, 40), luck.random(40)
    taken = market.chosen(provider, standing, openings, NOBODY, scarce=True)
    assert np.bincount(provider[taken], minlength=3).tolist() == np.minimum(openings, np.bincount(provider)).tolist()
    for each in range(3):
        there = provider == each
        if (there & taken).any() and (there & ~taken).any():
            assert standing[there & taken].min() > standing[there & ~taken].max()


def test_without_openings_nobody_is_chosen() -> None:
    taken = market.chosen(np.array([1, 1]), np.array([0.9, 0.99]), np.zeros(3, dtype=np.int64), NOBODY, scarce=False)
    assert not taken.any()


def test_more_rivals_leave_fewer_places() -> None:
    luck = np.random.default_rng(5)
    provider, standing, openings = np.zeros(500, dtype=np.int64), luck.random(500), np.array([20])
    few, many = (against(luck.random(count).tolist()) for count in (20, 200))
    chosen = [int(market.chosen(provider, standing, openings, rivals, scarce=False).sum()) for rivals in (few, many)]
    assert chosen[0] > 3 * chosen[1] > 0

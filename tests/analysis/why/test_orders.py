"""Contributions: they add up, who does nothing has none, and one random order and its reverse aim at the same mean."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.analysis.why.orders import FEW, Parts, contributions, sets_needed
from reentrysim.randomness import Luck

SIX = tuple("abcdef")


def gloves(chosen: Parts) -> float:
    """Two left gloves and a right one: a pair is worth 1."""
    return float("right" in chosen and bool(chosen & {"left", "other left"}))


def worth_of(parts: tuple[str, ...], number: int) -> dict[Parts, float]:
    """Any worth of every set of parts."""
    luck = np.random.default_rng(number)
    sets = [frozenset(part for bit, part in enumerate(parts) if code >> bit & 1) for code in range(2 ** len(parts))]
    return {one: float(luck.standard_normal()) for one in sets}


def test_gloves_are_worth_what_the_textbook_says() -> None:
    found = contributions(("left", "other left", "right"), Luck(1, 0), gloves)
    assert found == pytest.approx({"left": 1 / 6, "other left": 1 / 6, "right": 4 / 6})


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6])
def test_contributions_sum_to_the_whole(count: int) -> None:
    parts = SIX[:count]
    worth = worth_of(parts, count)
    found = contributions(parts, Luck(3, 5), worth.__getitem__)
    assert sum(found.values()) == pytest.approx(worth[frozenset(parts)] - worth[frozenset()], abs=1e-12)


@pytest.mark.parametrize("count", [3, 6])
def test_who_changes_nothing_contributes_exactly_nothing(count: int) -> None:
    worth = worth_of(SIX[:count], 9)
    found = contributions(SIX[:count], Luck(1, 1), lambda chosen: worth[chosen - {"b"}])
    assert found["b"] == 0.0
    assert found["a"] != 0.0


@pytest.mark.parametrize("count", [2, 3, 5])
def test_the_sets_needed_are_all_that_is_asked_for(count: int) -> None:
    asked = set[Parts]()

    def worth(chosen: Parts) -> float:
        asked.add(chosen)
        return float(len(chosen))

    contributions(SIX[:count], Luck(4, 2), worth)
    needed = sets_needed(SIX[:count], Luck(4, 2))
    assert asked == set(needed)
    assert len(needed) == len(set(needed)) == (2**count if count <= FEW else 2 * count)


def test_one_order_and_its_reverse_have_the_mean_of_all_orders() -> None:
    parts = SIX[
        :4
    ]  # a pair needs both: of "a" and "b" each has a half; "c" adds up; "d" takes away what three others do

    def worth(chosen: Parts) -> float:
        return float({"a", "b"} <= chosen) + 2.0 * ("c" in chosen) - 3.0 * (len(chosen) == len(parts))

    every = [contributions(parts, Luck(7, replicate), worth) for replicate in range(600)]
    means = {part: np.mean([one[part] for one in every]) for part in parts}
    errors = {part: np.std([one[part] for one in every]) / np.sqrt(600) for part in parts}
    for part, exact in {"a": 0.5 - 0.75, "b": 0.5 - 0.75, "c": 2.0 - 0.75, "d": -0.75}.items():
        assert abs(means[part] - exact) < 4 * errors[part] + 1e-9
    assert len({tuple(one.values()) for one in every}) > 3  # orders really differ

"""Who is shown is drawn by lot, in true proportions, and nobody can do anything about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from known_lives import made_up_pair
from reentrysim.analysis.lives.beside import LOTTERY, Beside, Draft, kinds_of, lowest
from reentrysim.analysis.lives.choosing import in_proportion, label, shown_of, spread, units
from reentrysim.analysis.lives.lives import Kind, Pair
from reentrysim.analysis.lives.story import START, choose
from reentrysim.randomness import Luck

TRUE = np.array([0.15, 0.1, 0.45, 0.3])
"""Shares of the kinds in a made-up model."""
PEOPLE, SHOWN, RUNS, SEEDS = 250, 8, 4, 50


def made_up_runs(seed: int) -> list[Beside]:
    """Replicates of people whose kinds are drawn one by one with the shares TRUE; age says who they are."""
    return [_made_up_run(seed, replicate) for replicate in range(RUNS)]


def _made_up_run(seed: int, replicate: int) -> Beside:
    luck = Luck(seed, replicate)
    kinds = np.searchsorted(np.cumsum(TRUE), luck.uniform("made-up", 0, PEOPLE), side="right").astype(np.int8)
    lottery = luck.uniform(LOTTERY, 0, PEOPLE)
    drafts = tuple(
        Draft(float(lottery[row]), replace(made_up_pair(kind), who=str(row), replicate=replicate))
        for kind, rows in lowest(kinds, lottery, SHOWN).items()
        for row in rows.tolist()
    )
    counts = np.bincount(kinds, minlength=4)
    none = np.zeros(4, dtype=np.int64)
    return Beside(replicate, counts, none, none, 0, (0.0, 0.0), drafts)


def story_of(seed: int) -> tuple[list[Pair], NDArray[np.int64]]:
    runs = made_up_runs(seed)
    weights = np.sum([run.people for run in runs], axis=0)
    start = float(Luck(seed, 0).uniform(START, 0, 1)[0])
    return choose(runs, weights, [1] * 4, SHOWN, start), weights


def test_over_50_seeds_those_shown_are_of_each_kind_in_true_proportion() -> None:
    totals = np.zeros(4)
    for seed in range(SEEDS):
        pairs, weights = story_of(seed)
        shown = np.bincount([pair.kind for pair in pairs if pair.among], minlength=4)
        exact = weights * SHOWN / weights.sum()
        assert (np.abs(shown - exact) < 1.0).all()  # under every seed
        assert shown.sum() == SHOWN
        assert all(any(pair.kind == kind for pair in pairs) for kind in Kind)
        totals += shown
    # Rounding moves each kind by less than .5 people a seed (standard deviation), so 50 seeds by less than 3.6.
    assert np.abs(totals - SEEDS * SHOWN * TRUE).max() < 3 * 3.6


def test_within_a_kind_everybody_is_as_likely_to_be_shown() -> None:
    rows = [int(pair.who) for seed in range(SEEDS) for pair in story_of(seed)[0]]
    runs = Counter(pair.replicate for seed in range(SEEDS) for pair in story_of(seed)[0])
    quarters = np.bincount(np.array(rows) * 4 // PEOPLE, minlength=4)
    expected = len(rows) / 4
    assert (np.abs(quarters - expected) < 4 * np.sqrt(expected)).all()
    assert set(runs) == set(range(RUNS))
    assert max(runs.values()) < 1.5 * min(runs.values())


def test_how_large_an_effect_is_moves_nothing() -> None:
    runs = made_up_runs(3)
    chosen = choose(runs, np.array([1, 1, 1, 1]), [1] * 4, 4, 0.5)
    for pair in chosen:
        drafts = [draft for run in runs for draft in run.drafts if draft.pair.kind == pair.kind]
        first = min(drafts, key=lambda draft: draft.lottery)
        assert (first.pair.who, first.pair.replicate) == (pair.who, pair.replicate)


@given(
    st.lists(st.integers(0, 1000), min_size=4, max_size=4).filter(any),
    st.integers(1, 24),
    st.floats(0, 1, exclude_max=True),
)
def test_parts_are_rounded_down_or_up_and_sum(weights: list[int], places: int, start: float) -> None:
    found = in_proportion(np.array(weights), places, start)
    exact = np.array(weights) * places / sum(weights)
    assert found.sum() == places
    assert (found > exact - 1 - 1e-9).all() and (found < exact + 1 + 1e-9).all()
    assert (found[np.array(weights) == 0] == 0).all()


def test_parts_are_right_on_average_also_of_the_rarest() -> None:
    weights = np.array([3, 4, 477, 516])
    starts = (np.arange(1000) + 0.5) / 1000
    mean = np.mean([in_proportion(weights, 8, start) for start in starts], axis=0)
    assert mean == pytest.approx(weights * 8 / 1000)


def test_a_kind_that_is_not_among_them_comes_beside_them_once() -> None:
    among, extra = shown_of(np.array([3, 0, 497, 500]), np.array([5, 0, 9, 9]), 8, 0.5)
    assert among.tolist() == [0, 0, 4, 4]
    assert extra.tolist() == [1, 0, 0, 0]
    few, _ = shown_of(np.array([0, 0, 500, 500]), np.array([0, 0, 1, 9]), 8, 0.5)
    assert few.tolist() == [0, 0, 1, 4]


def test_kinds_are_who_is_back_under_what() -> None:
    back, other = np.array([True, False, True, False]), np.array([False, True, True, False])
    assert kinds_of(back, other).tolist() == [Kind.IMPROVED, Kind.WORSENED, Kind.BOTH, Kind.NEITHER]


def test_the_lowest_numbers_come_first() -> None:
    kinds = np.array([2, 3, 2, 2], dtype=np.int8)
    found = lowest(kinds, np.array([0.9, 0.1, 0.3, 0.5]), 2)
    assert {kind: rows.tolist() for kind, rows in found.items()} == {0: [], 1: [], 2: [2, 3], 3: [1]}


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA")])
def test_labels_are_letters_and_no_names(number: int, letters: str) -> None:
    assert label(number) == f"Participant {letters}"


def test_replicates_made_again_lie_evenly_apart() -> None:
    assert spread(54, 4) == [0, 13, 27, 40]
    assert spread(4, 4) == [0, 1, 2, 3]


def test_no_number_is_told_more_finely_than_the_runs_support() -> None:
    """2 of 600 people with a standard error of 2.2 of 1,000 are fewer than 5, and one person of 600 is 1.7 of 1,000."""
    errors = np.array([2.2, 0.0, 1.0, np.nan])
    assert units(errors, np.array([2, 0, 300, 298])) == [5, 2, 2, 2]
    assert units(errors * 0, np.array([0, 0, 4000, 4160])) == [0, 0, 1, 1]  # by all runs, nothing differs
    assert units(np.array([0.4, 0, 1, 1]), np.array([0, 0, 4000, 4160])) == [1, 1, 1, 1]  # by some it does

"""What several programs do together to one thing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentrysim.stages.overlap import Part, combined

EVERYBODY = np.arange(3)
A, B, C = ([-0.4, 0.3, -0.2], [-0.1, -0.2, 0.0], [-0.3, 0.1, 0.0])


def parts(*effects: list[float]) -> list[Part]:
    """Programs that serve everybody."""
    return [Part(EVERYBODY, np.array(effect)) for effect in effects]


def test_effects_that_add_up_overlap() -> None:
    """Two are more than the stronger, less than both, and never beyond the stronger and its share."""
    assert combined(parts(A, B), 3, 0.0, 0.5) == pytest.approx([-0.45, 0.1, -0.2])
    assert combined(parts(A, B, C), 3, 0.0, 0.5) == pytest.approx([-0.6, 0.15, -0.2])
    assert combined(parts(A), 3, 0.0, 0.5).tolist() == A
    assert combined(parts(A, B, C), 3, 0.0, 0.0) == pytest.approx([-0.4, 0.1, -0.2])


def test_effects_that_multiply_overlap_in_their_logarithms() -> None:
    """Two that halve leave a half and half of the second's halving; none of something stays none."""
    halves, none = parts([0.5] * 3), parts([0.0] * 3)
    assert combined(halves * 2, 3, 1.0, 0.5) == pytest.approx([0.5**1.5] * 3)
    assert combined(halves + none, 3, 1.0, 0.5) == pytest.approx([0.0] * 3, abs=1e-200)
    assert combined(halves, 3, 1.0, 0.5).tolist() == [0.5] * 3


def test_whom_no_program_serves_has_nothing_and_others_only_their_own() -> None:
    first, second = Part(np.array([0, 1]), np.array([-0.4, -0.4])), Part(np.array([1, 3]), np.array([-0.2, 0.2]))
    assert combined([first, second], 5, 0.0, 0.5) == pytest.approx([-0.4, -0.5, 0.0, 0.2, 0.0])
    assert combined([first, second], 5, 1.0, 0.5)[[2, 4]].tolist() == [1.0, 1.0]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6), st.floats(0, 1))
def test_together_they_lie_between_the_strongest_and_all(effects: list[float], share: float) -> None:
    whole = combined([Part(np.zeros(1, dtype=int), np.array([effect])) for effect in effects], 1, 0.0, share).item()
    up, down = ([max(side * effect, 0.0) for effect in effects] for side in (1, -1))
    bounds = [(max(side), min(sum(side), max(side) * (1 + share))) for side in (up, down)]
    assert bounds[0][0] - bounds[1][1] - 1e-12 <= whole <= bounds[0][1] - bounds[1][0] + 1e-12

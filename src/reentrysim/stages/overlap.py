"""What several programs do to the same thing, from what each would do alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, rows_where

_NEXT_TO_NOTHING = 1e-300
"""What stands for none of something, which has no logarithm."""


class Part(NamedTuple):
    """What one program does to some of the people asked of; to the others it does nothing."""

    at: Ints
    """Which of them."""
    effect: Floats
    """What it does to each, of the shape of `at`."""


def combined(parts: Sequence[Part], people: int, nothing: float, share: float) -> Floats:
    """What programs do together, shape (people,); `nothing` is 0 where effects add up, and 1 where they multiply."""
    whole = np.full(people, nothing)
    if len(parts) == 1:
        whole[parts[0].at] = parts[0].effect
    elif nothing:
        logs = [Part(at, np.log(np.maximum(effect, _NEXT_TO_NOTHING))) for at, effect in parts]
        at, total = together(logs, people, share)
        whole[at] = np.exp(total)
    else:
        at, total = together(parts, people, share)
        whole[at] = total
    return whole


def together(parts: Iterable[Part], people: int, share: float) -> Part:
    """What adds up, where 0 is nothing.

    The strongest counts in full, the others with a `share`, and all of them with no more than that share of the
    strongest; what helps and what hinders are counted apart.
    """
    touched = np.zeros(people, dtype=np.bool_)
    up, down = _Side(people), _Side(people)
    for at, effect in parts:
        touched[at] = True
        up.add(at, effect)
        down.add(at, -effect)
    at = rows_where(touched)
    return Part(at, up.bounded(at, share) - down.bounded(at, share))


class _Side:
    """What helps, or what hinders: sums and largest over programs, shape (people,)."""

    def __init__(self, people: int) -> None:
        self.total, self.most = np.zeros(people), np.zeros(people)
        self.is_empty = True

    def add(self, at: Ints, effect: Floats) -> None:
        """One program more; what is below 0 is of the other side."""
        counts: Flags = effect > 0.0
        if counts.any():
            at, effect = at[counts], effect[counts]
            self.total[at] += effect
            self.most[at] = np.maximum(self.most[at], effect)
            self.is_empty = False

    def bounded(self, at: Ints, share: float) -> Floats:
        """The largest, and a share of the rest, of people `at`."""
        if self.is_empty:
            return np.zeros(len(at))
        most = self.most[at]
        return np.asarray(np.minimum(self.total[at] - most, most) * share + most)

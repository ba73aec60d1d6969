"""Caseworkers: one row a funded post. Who fills a post next is somebody else, with the same hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.vocabulary import NEVER


@dataclass
class Caseworkers:
    """Every array has shape (posts,)."""

    tenure: Ints
    """How many people have held the post before."""
    ready_step: Ints
    """First step in which the recruit can see people; NEVER while the post is vacant."""
    strain: Floats
    """Tiredness from overload, 0 to 1; 0 where overload does nothing."""

    @classmethod
    def vacant(cls, posts: int) -> Caseworkers:
        """`posts` vacant posts."""
        return cls(np.full(posts, NEVER, dtype=np.int64), np.full(posts, NEVER, dtype=np.int64), np.zeros(posts))

    def active(self, step: int) -> Flags:
        """Shape (posts,): filled, trained and able to see people."""
        return np.asarray((self.ready_step != NEVER) & (self.ready_step <= step))

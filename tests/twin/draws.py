"""Addressed draws, one at a time."""

from __future__ import annotations

import numpy as np

from reentrysim.randomness import Luck


class Draws:
    """Uniforms of `count` people, posts or providers by decision, step and number. A vector is drawn once and kept."""

    def __init__(self, luck: Luck, count: int) -> None:
        self._luck, self._everybody = luck, np.arange(count)
        self._vectors: dict[tuple[str, int], list[float]] = {}
        self._hashed: dict[tuple[str, int, int], list[float]] = {}

    def __call__(self, decision: str, step: int, number: int) -> float:
        """Of a decision that the model draws for everybody."""
        address = decision, step
        if address not in self._vectors:
            self._vectors[address] = self._luck.uniform(decision, step, len(self._everybody)).tolist()
        return self._vectors[address][number]

    def of(self, decision: str, step: int, number: int, occasion: int = 0) -> float:
        """Of a decision that the model draws for those alone whom it concerns, and each of its occasions."""
        address = decision, step, occasion
        if address not in self._hashed:
            occasions = np.full(len(self._everybody), occasion)
            self._hashed[address] = self._luck.of(decision, step, self._everybody, occasions).tolist()
        return self._hashed[address][number]

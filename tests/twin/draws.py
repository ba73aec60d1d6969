"""Addressed draws, one at a time."""

from __future__ import annotations

from reentrysim.randomness import Luck


class Draws:
    """Uniforms of `count` people or posts: ask by decision, step and number. A vector is drawn once and kept."""

    def __init__(self, luck: Luck, count: int) -> None:
        self._luck, self._count = luck, count
        self._vectors: dict[tuple[str, int], list[float]] = {}

    def __call__(self, decision: str, step: int, number: int) -> float:
        address = decision, step
        if address not in self._vectors:
            self._vectors[address] = self._luck.uniform(decision, step, self._count).tolist()
        return self._vectors[address][number]

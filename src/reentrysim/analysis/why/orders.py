"""Contributions that add up: what each of several parts changes when it is added to the others, averaged over orders.

A part's contribution is its Shapley value (Shapley 1953, Contributions to the Theory of Games II): the mean, over all
orders in which parts can be added one after the other, of what changes when it is its turn. Along every order the
changes add up to the whole, so their means do. Few parts are averaged over all orders; more of them over one random
order and its reverse in every replicate, whose mean over replicates is the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import numpy as np

from reentrysim.randomness import Luck

Parts = frozenset[str]
"""Parts that are there together."""
FEW = 3
"""Parts up to which all orders are averaged: of three that takes eight sets, of one order and its reverse six."""


def sets_needed(parts: Sequence[str], luck: Luck) -> list[Parts]:
    """The sets of parts of which the worth must be known in a replicate, each once."""
    if len(parts) <= FEW:
        return [frozenset(chosen) for size in range(len(parts) + 1) for chosen in combinations(parts, size)]
    return list(dict.fromkeys(step for order in _orders(parts, luck) for step in _prefixes(order)))


def contributions(parts: Sequence[str], luck: Luck, worth: Callable[[Parts], float]) -> dict[str, float]:
    """What each part contributes in a replicate; together, what all parts are worth more than none.

    `luck` decides the order of more than FEW parts, and must be that of `sets_needed`.
    """
    if len(parts) <= FEW:
        return {part: _over_all_orders(part, parts, worth) for part in parts}
    total = dict.fromkeys(parts, 0.0)
    orders = _orders(parts, luck)
    for order in orders:
        for part, before, after in zip(order, _prefixes(order), _prefixes(order)[1:], strict=False):
            total[part] += worth(after) - worth(before)
    return {part: amount / len(orders) for part, amount in total.items()}


def _over_all_orders(part: str, parts: Sequence[str], worth: Callable[[Parts], float]) -> float:
    others, count = [other for other in parts if other != part], len(parts)
    total = 0.0
    for size in range(count):
        share = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for chosen in combinations(others, size):
            total += share * (worth(frozenset({*chosen, part})) - worth(frozenset(chosen)))
    return total


def _orders(parts: Sequence[str], luck: Luck) -> list[list[str]]:
    """A random order and its reverse: whoever comes early in one comes late in the other."""
    order = [parts[place] for place in np.argsort(luck.uniform("why.order", 0, len(parts))).tolist()]
    return [order, order[::-1]]


def _prefixes(order: Iterable[str]) -> list[Parts]:
    found = [frozenset[str]()]
    for part in order:
        found.append(found[-1] | {part})
    return found

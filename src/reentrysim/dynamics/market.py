"""What is scarce and has many takers: whom people ask, who considers them, and who is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints


def whole(mean: Floats, u: Floats) -> Ints:
    """Whole numbers that are `mean` on average: rounded up as often as the fraction says."""
    return np.floor(mean + u).astype(np.int64)


def owners(places: Ints) -> Ints:
    """The provider of each place, shape (sum of places,): who has more places is asked more."""
    return np.repeat(np.arange(len(places)), places)


def ask(owner: Ints, u: Floats) -> tuple[Ints, Floats]:
    """The provider of the place that each uniform falls on, and where in it, a uniform of its own."""
    at = u * len(owner)
    place = at.astype(np.int64)
    return owner[place], at - place


def willingness(usual: Floats, opinion: Floats, most: float) -> Floats:
    """Chance to consider somebody with a record, as learned so far, shape (providers,)."""
    return np.clip(usual + most * opinion, 0.0, 1.0)


def each_time(counts: Ints) -> tuple[Ints, Ints]:
    """Whose each of `counts` occasions is, and its number from 0 on; shapes (sum of counts,)."""
    whose = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return whose, np.arange(len(whose)) - first[whose]


def first_of_each(whose: Ints) -> Flags:
    """Whether an entry is the first of its owner, shape (entries,); `whose` in ascending order."""
    return np.concatenate([[True], whose[1:] != whose[:-1]])[: len(whose)]


@dataclass(frozen=True)
class Rivals:
    """Everybody else who applies this month."""

    standing: Floats
    """Provider plus standing, ascending; shape (rivals,)."""
    upto: Ints
    """Rivals of all providers up to and with each, shape (providers,)."""


def rivals(counts: Ints, standing: Callable[[Ints, Ints], Floats]) -> Rivals:
    """So many rivals of each provider, shape (providers,), by uniforms of a provider and a rival's number."""
    provider, number = each_time(counts)
    return Rivals(np.sort(provider + standing(provider, number), kind="stable"), np.cumsum(counts))


def chosen(provider: Ints, standing: Floats, openings: Ints, against: Rivals, *, scarce: bool) -> Flags:
    """Who of the applicants gets a place, shape (applicants,): the best of them and of their rivals.

    Args:
        provider: to whom each applies; shape (applicants,).
        standing: from 0 to below 1, as the rivals'; shape (applicants,).
        openings: places, shape (providers,).
        scarce: whether applicants take places from one another too.
    """
    order = np.argsort(provider + standing)
    there = provider[order]
    better = against.upto[there] - np.searchsorted(against.standing, (provider + standing)[order], side="right")
    if scarce:
        applicants = np.cumsum(np.bincount(provider, minlength=len(openings)))
        better = better + applicants[there] - 1 - np.arange(len(order))
    gets = np.empty(len(order), dtype=np.bool_)
    gets[order] = better < openings[there]
    return gets

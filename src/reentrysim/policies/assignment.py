"""Everybody at once: who gets which seat so that the total score is as high as it can be.

A pool that is not too large is solved exactly. Of a larger one those who are alike are paired first, then blocks
of people exchange their seats exactly, several times over: no exchange lowers the total, and nothing is as large as
the whole pool. Equal totals of a pool that is solved whole are settled by the luck of the pairs, so
that the order of rows counts for nothing; in a larger one people who are alike are paired in the order of the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import linear_sum_assignment

from reentrysim.agents.columns import Floats, Ints
from reentrysim.vocabulary import NEVER

_LEVELS = 2.0 ** (12 + 2)
"""Steps of a score from 0 to 1: what differs by less than half a step is level."""
_LUCK = 2.0 ** (12 + 12)
"""Steps of luck from 0 to 1."""
WHOLE = 2 ** (12 - 2 - 1)
"""People in a pool that is solved as a whole: a limit of time, see benchmarks/optimal_matching.py."""
BLOCK = WHOLE // 2 // 2
"""People in a block of a larger one."""


@dataclass(frozen=True)
class Likeness:
    """A trait in which people and posts can be alike, from the finest grain of it to the coarsest."""

    weight: Sequence[float]
    """What being alike is worth in each grain, the first the most."""
    people: Sequence[Ints]
    """Code of each person in each grain, shape (people,)."""
    posts: Sequence[Ints]
    """Code of each post in each grain, shape (posts,)."""


@dataclass(frozen=True)
class Pool:
    """People and posts, and how they get on; scores from 0 to 1, luck in [0, 1)."""

    score: Callable[[Ints, Ints], Floats]
    """Of some people (rows) with some posts (rows), shape (people, posts)."""
    luck: Callable[[Ints, Ints], Floats]
    """Likewise."""
    likenesses: Sequence[Likeness] = ()
    """What the score is made of, as far as it comes in kinds."""


def assign_together(pool: Pool, people: int, seats: Ints, whole: int = WHOLE, block: int = BLOCK) -> Ints:
    """The post of each of so many people, NEVER where no seat is left; shape (people,).

    Args:
        seats: free seats of each post, shape (posts,); where they are fewer than people, some go without.
        whole: people in the largest pool that is solved at once; `block` of them are in a larger one.
    """
    who, post = np.arange(people), np.repeat(np.arange(len(seats)), np.minimum(seats, people))
    chosen = np.full(people, NEVER, dtype=np.int64)
    if not (people and len(post)):
        return chosen
    if people <= whole:
        one, seat = _best(pool, who, post, people)
        chosen[one] = post[seat]
        return chosen
    seat_of = _exchanged(pool, _paired_by_likeness(pool, people, post), post, block)
    placed = seat_of != NEVER
    chosen[placed] = post[seat_of[placed]]
    return chosen


def _best(pool: Pool, who: Ints, post: Ints, people: int) -> tuple[Ints, Ints]:
    """Positions in `who` and in `post` of the pairs with the highest total.

    Whole numbers, so that sums are exact: a score counts in steps, each worth more than all luck together.
    """
    step = _LUCK * 2.0 ** int(people).bit_length()
    worth = np.rint(pool.score(who, post) * _LEVELS) * step + np.floor(pool.luck(who, post) * _LUCK)
    one, seat = linear_sum_assignment(worth, maximize=True)
    return one, seat


def _paired_by_likeness(pool: Pool, people: int, post: Ints) -> Ints:
    """The seat of each person: those who are alike in what weighs most first, down to who is left; NEVER for none."""
    seat_of = np.full(people, NEVER, dtype=np.int64)
    who, seat = np.arange(people), np.arange(len(post))
    for grains in _from_the_most_alike(pool.likenesses):
        if not (len(who) and len(seat)):
            break
        mine, other = (_codes(pool, grains, rows, post) for rows in ((who, None), (None, seat)))
        one, its = _same(mine, other)
        seat_of[who[one]] = seat[its]
        who, seat = np.delete(who, one), np.delete(seat, its)
    return seat_of


def _from_the_most_alike(likenesses: Sequence[Likeness]) -> list[tuple[int | None, ...]]:
    """The grain of each likeness in which pairs have to be alike (None for no matter), the weightiest demand first."""
    demands = product(*([*range(len(like.weight)), None] for like in likenesses))
    return sorted(demands, key=lambda grains: -_weight(likenesses, grains))


def _weight(likenesses: Sequence[Likeness], grains: tuple[int | None, ...]) -> float:
    pairs = zip(likenesses, grains, strict=True)
    return sum(like.weight[grain] for like, grain in pairs if grain is not None)


def _codes(pool: Pool, grains: tuple[int | None, ...], rows: tuple[Ints | None, Ints | None], post: Ints) -> Ints:
    """One number for how somebody (or the post of a seat) is in all that is asked of, shape (rows,)."""
    who, seat = rows
    codes = np.zeros(len(who if who is not None else seat), dtype=np.int64)  # type: ignore[arg-type]
    for like, grain in zip(pool.likenesses, grains, strict=True):
        if grain is not None:
            kinds = 1 + max(int(like.people[grain].max()), int(like.posts[grain].max()))
            own = like.people[grain][who] if who is not None else like.posts[grain][post[seat]]
            codes = codes * kinds + own
    return codes


def _same(codes: Ints, others: Ints) -> tuple[Ints, Ints]:
    """Positions of as many pairs with equal codes as there are."""
    mine, theirs = (np.argsort(each, kind="stable") for each in (codes, others))
    nth_of_mine, nth_of_theirs = (_nth(each) for each in (codes[mine], others[theirs]))
    most = max(len(codes), len(others))
    left, right = codes[mine] * most + nth_of_mine, others[theirs] * most + nth_of_theirs
    _, one, other = np.intersect1d(left, right, assume_unique=True, return_indices=True)
    return mine[one], theirs[other]


def _nth(ordered: Ints) -> Ints:
    """How many of its kind stand before each of some codes in order."""
    return np.arange(len(ordered)) - np.searchsorted(ordered, ordered)


def _exchanged(pool: Pool, seat_of: Ints, post: Ints, block: int) -> Ints:
    """The seats after blocks of people have exchanged theirs and taken free ones, one round for each likeness."""
    turned = (*pool.likenesses[1:], *pool.likenesses[:1])
    for mine, its in zip(pool.likenesses, turned, strict=True):
        for who, seat in _blocks(pool, seat_of, post, mine, its, block):
            one, taken = _best(pool, who, post[seat], block)
            seat_of[who] = NEVER
            seat_of[who[one]] = seat[taken]
    return seat_of


def _blocks(
    pool: Pool, seat_of: Ints, post: Ints, mine: Likeness, its: Likeness, block: int
) -> Iterator[tuple[Ints, Ints]]:
    """Blocks of about so many people and seats, those together who gain by exchanging.

    People who are alike in one likeness and whose seats are alike in another have what the others of the block want.
    """
    holder, seat = _slots(seat_of, len(post))
    kinds = (_kind(its, holder, seat, post, of_posts=True), _kind(mine, holder, seat, post, of_posts=False))
    order = np.lexsort((_lottery(pool, holder, seat, post), *kinds))
    for rows in np.array_split(order, -(-len(order) // block)):
        yield holder[rows][holder[rows] != NEVER], seat[rows][seat[rows] != NEVER]


def _slots(seat_of: Ints, seats: int) -> tuple[Ints, Ints]:
    """Who has which seat: everybody, and the free seats; NEVER for nobody and for none. Shape (slots,)."""
    free = np.setdiff1d(np.arange(seats), seat_of)
    holder = np.concatenate([np.arange(len(seat_of)), np.full(len(free), NEVER)])
    return holder, np.concatenate([seat_of, free])


def _kind(like: Likeness, holder: Ints, seat: Ints, post: Ints, *, of_posts: bool) -> Ints:
    """Coarse code of the person of each slot, or of its post; of the other where there is none."""
    mine, its = like.people[-1][holder], like.posts[-1][post[seat]]
    by_post = (seat != NEVER) if of_posts else (holder == NEVER)
    return np.where(by_post, its, mine)


def _lottery(pool: Pool, holder: Ints, seat: Ints, post: Ints) -> Floats:
    """A number of its own for each slot, from the luck of its person, or of its post where nobody has it."""
    of_people = pool.luck(holder, post[:1])[:, 0]
    return np.where(holder == NEVER, pool.luck(np.zeros(1, dtype=np.int64), post[seat])[0], of_people)

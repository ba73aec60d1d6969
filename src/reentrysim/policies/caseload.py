"""How many people a worker takes, and what happens to their hours when there are more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.vocabulary import NEVER


def limits(per_worker: int, when_full: str, thin_out_multiple: float) -> list[int]:
    """Caseloads that are filled one after the other: the usual one, then a multiple of it if caseloads thin out."""
    return [int(per_worker * multiple) for multiple in multiples(when_full, thin_out_multiple)]


def multiples(when_full: str, thin_out_multiple: float) -> list[float]:
    """Caseloads in units of the usual one, filled one after the other."""
    return [1.0, thin_out_multiple] if when_full == "thin_out" else [1.0]


def seats_in_turn(load: Ints, most: int, active: Flags) -> Ints:
    """The worker of every free seat at a caseload of `most`, the emptiest worker's first, ties by row.

    `load` and `active` have shape (workers,).
    """
    free = np.where(active, np.maximum(most - load, 0), 0)
    worker = np.repeat(np.arange(len(load)), free)
    taken = load[worker] + np.arange(len(worker)) - np.repeat(np.cumsum(free) - free, free)
    return np.asarray(worker[np.lexsort((worker, taken))], dtype=np.int64)


def load(worker: Ints, workers: int) -> Ints:
    """People each worker has, shape (workers,), from each person's worker (NEVER for none)."""
    return np.bincount(worker[worker != NEVER], minlength=workers).astype(np.int64)


def hours_wanted(worker: Ints, hours: Floats, workers: int) -> Floats:
    """Hours a month that each worker's people would take, shape (workers,)."""
    matched = worker != NEVER
    return np.asarray(np.bincount(worker[matched], weights=hours[matched], minlength=workers), dtype=np.float64)


def share_delivered(wanted: Floats, available: Floats) -> Floats:
    """Share of the wanted hours that each worker has, at most 1, shape (workers,)."""
    return np.minimum(available, wanted) / np.where(wanted > 0.0, wanted, 1.0)


def share_kept(wanted: Ints, available: Ints) -> Floats:
    """Share of what is kept for people that each worker has, at most 1, from minutes; shape (workers,)."""
    return share_delivered(wanted.astype(np.float64), available.astype(np.float64))


def minutes_kept(worker: Ints, risk: Small, needs: Ints, workers: int) -> Ints:
    """Minutes a month that each worker keeps for people, shape (workers,).

    `worker` (NEVER for none) and `risk` (the assessed band) have shape (people,), `needs` in minutes shape (bands,).
    """
    matched = worker != NEVER
    kept = np.zeros(workers, dtype=np.int64)
    np.add.at(kept, worker[matched], needs[risk[matched]])
    return kept


@dataclass
class Room:
    """What workers have left in a month: seats, and minutes where hours are counted. Shape (workers,)."""

    seats: Ints
    minutes: Ints
    over: bool = False
    """Whether the line has come to somebody for whom there is no time."""

    def fits(self, need: int) -> Flags:
        """Workers who can take somebody who needs so many minutes, shape (workers,)."""
        return np.asarray((self.seats > 0) & (self.minutes >= need))

    def take(self, worker: int, need: int) -> None:
        """Somebody comes to a worker."""
        self.seats[worker] -= 1
        self.minutes[worker] -= need


def in_turn(room: Room, wish: Floats, luck: Floats | None, willing: Flags, needs: Ints) -> tuple[Ints, Ints]:
    """Each person in turn is offered the worker they fit best of those with room; `room` is used up.

    Luck settles equals; without it the worker with the most time does, the first in order among equals. Whom nobody
    suits, or nobody with a seat, goes on waiting, without an offer, and others are asked. Nobody overtakes for needing
    less time: the line is over with the first for whom somebody has a seat and nobody the time.

    Args:
        wish: shape (people, workers), -inf where a worker is none for a person.
        luck: of the same shape.
        needs: minutes that each person takes, shape (people,).

    Returns:
        Who is offered a worker (rows of `wish`), and the worker of each who takes it, else NEVER.
    """
    asked, found = list[int](), list[int]()
    for person, need in enumerate(needs.tolist()):
        suits = (wish[person] > -np.inf) & (room.seats > 0)
        open_ = rows_where(suits & room.fits(need))
        if len(open_):
            worker = _best(open_, wish[person], luck[person] if luck is not None else room.minutes)
            asked.append(person)
            found.append(worker if willing[person] else NEVER)
            if willing[person]:
                room.take(worker, need)
        elif suits.any() or not room.seats.any():
            room.over = True
            break
    return np.array(asked, dtype=np.int64), np.array(found, dtype=np.int64)


def _best(open_: Ints, wish: Floats, among_equals: Floats | Ints) -> int:
    best = open_[wish[open_] == wish[open_].max()]
    return int(best[among_equals[best].argmax()])

"""How many people a worker takes, and what happens to their hours when there are more."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.vocabulary import NEVER


def limits(per_worker: int, when_full: str, thin_out_multiple: float) -> list[int]:
    """Caseloads that are filled one after the other: the usual one, then a multiple of it if caseloads thin out."""
    return [per_worker, int(per_worker * thin_out_multiple)] if when_full == "thin_out" else [per_worker]


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

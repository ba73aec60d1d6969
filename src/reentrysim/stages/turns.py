"""Taking turns: what workers have left for people, by seats and, where a caseload is told in hours, by time."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints, Small
from reentrysim.dynamics.staffing import Team, Time
from reentrysim.policies import caseload
from reentrysim.policies.caseload import Room
from reentrysim.vocabulary import MINUTES_PER_HOUR


def room(team: Team, worker: Ints, risk: Small, multiple: float, step: int) -> Room:
    """What each worker has left of `multiple` times the usual caseload; nobody is short of time without hours.

    `worker` (NEVER for none) and `risk` (the assessed band) have shape (people,).
    """
    posts, active = len(team.payroll), team.posts.active(step)
    seats = np.maximum(int(team.per_worker * multiple) - caseload.load(worker, posts), 0)
    seats = np.where(active, seats, 0).astype(np.int64)
    if team.time is None:
        return Room(seats, np.zeros(posts, dtype=np.int64))
    have = (team.time.minutes * multiple).astype(np.int64)
    return Room(seats, have - caseload.minutes_kept(worker, risk, team.time.needs, posts))


def needs(team: Team, risk: Small) -> Ints:
    """Minutes that are kept for people of assessed bands `risk`, of its shape; none without hours."""
    return np.zeros(len(risk), dtype=np.int64) if team.time is None else team.time.needs[risk]


def most(team: Team, left: Room) -> int:
    """No fewer people than there is room for."""
    seats = int(left.seats.sum())
    if team.time is None:
        return seats
    return min(seats, int(np.maximum(left.minutes[left.seats > 0], 0).sum()) // int(team.time.needs.min()))


def hours_got(time: Time, worker: Ints, risk: Small, held: Ints) -> Floats:
    """Hours a month that people `held` (rows) get: what is kept for them, or as much less as their worker has less."""
    kept = caseload.minutes_kept(worker, risk, time.needs, len(time.minutes))
    share = caseload.share_kept(kept, time.minutes)[worker[held]]
    return np.asarray(time.needs[risk[held]] / MINUTES_PER_HOUR * share)

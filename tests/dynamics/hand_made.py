"""People and hazards made by hand: everybody alike, every hazard a constant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from reentrysim.agents.participants import Participants, Traits
from reentrysim.dynamics.reoffending import Added, Hazards, Liability, Month, exposure, month_of_events
from reentrysim.randomness import Luck, MonthLuck
from reentrysim.vocabulary import Status

NONE = -1e9
"""A log hazard that never strikes."""


def traits(count: int, **columns: Any) -> Traits:
    """`count` men of 35 with 9 prior arrests, released unconditionally at step 1."""
    whole = {name: np.zeros(count, dtype=np.int64) for name in Traits.__dataclass_fields__}
    usual: dict[str, Any] = {"release_step": 1, "age": 35.0, "priors": 9, "frailty": 0.0, "female": False}
    usual |= {"family_ties": 0.5, "skill": 0.0, "travels": True}
    usual |= {"conditional": False, "term_months": 12, **columns}
    whole |= {name: np.broadcast_to(np.asarray(value), count).copy() for name, value in usual.items()}
    return Traits(**whole)


def people(who: Traits, status: Status = Status.COMMUNITY, **columns: Any) -> Participants:
    """The state of `who` before anything has happened, but for `columns`."""
    state = Participants.before_entry(who)
    state.status[:] = status
    for name, value in columns.items():
        getattr(state, name)[:] = value
    return state


def liable(count: int, **columns: Any) -> Liability:
    """Arrest at log hazard -2, no desistance, no violations, sure conviction, prison and revocation by a coin."""
    usual: dict[str, Any] = {"arrest": -2.0, "pace": 0.0, "violation": NONE, "conviction": 1.0, "revocation": 0.5}
    usual |= columns
    flat = {name: np.full(count, value) for name, value in usual.items() if name != "prison"}
    return Liability(prison=np.full((count, 4), usual.get("prison", 0.5)), **flat)


def hazards(months: int = 60, **changes: Any) -> Hazards:
    """No time, no deaths, no dependence on events."""
    flat = np.zeros(months + 1)
    usual = Hazards(
        arrest_by_month=flat,
        desistance_time=flat,
        violation_by_month=flat,
        death_by_month=flat,
        death_in_prison=0.0,
        most_deaths=0.0,
        recent_arrest=0.0,
        recent_arrest_fade=0.5,
        seriousness_upper=np.array([0.25, 0.5, 0.75, 1.0]),
    )
    table = replace(usual, **changes)
    return replace(table, most_deaths=max(table.death_by_month.max(), table.death_in_prison))


def month(
    who: Traits,
    state: Participants,
    risk: Liability,
    table: Hazards,
    step: int = 1,
    relief: Any = 0.0,
    temptation: Any = 0.0,
    seed: int = 1,
) -> Month:
    """One month of events for everybody; `relief` is added to the log hazard of arrest, `temptation` to violations'."""
    count = len(who.age)
    luck = MonthLuck(Luck(seed, 0), step, 0, count)
    free = exposure(state)
    outside = np.flatnonzero(free)
    added = Added(outside, np.zeros(len(outside)) + relief, lambda who: np.zeros(len(who)) + temptation)
    return month_of_events(state, who.release_step, risk, table, added, free, step, luck)

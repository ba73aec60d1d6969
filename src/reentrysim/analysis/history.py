"""What happened to a simulated cohort, as those who published figures on real cohorts counted it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reentrysim.agents.columns import Flags, Floats, Small, keep
from reentrysim.agents.columns import rows as table_rows
from reentrysim.agents.participants import Lives, Participants, Traits
from reentrysim.model import ReentryModel
from reentrysim.vocabulary import NEVER


@dataclass(frozen=True)
class History:
    """What happened to the survivors of a simulated cohort."""

    traits: Traits
    people: Participants
    lives: Lives
    """As they were at the end of the follow-up."""
    score: Floats
    """What a risk tool said at release, shape (survivors,)."""
    violators: Flags
    """Whom a violation of conditional release had brought to prison, shape (survivors,)."""
    arrests: NDArray[np.int8]
    """Shape (months, survivors), as the next three: month by month since release."""
    employed: Flags
    home: Small
    active_use: Flags


@dataclass(frozen=True)
class Target:
    """One published figure, how the model counts it, and how closely the fit should meet it."""

    row_id: str
    family: str
    quantity: str
    subgroup: str
    month: int
    value: float
    use: str
    sd: float
    """Published standard error and allowed discrepancy of the model, together."""
    observe: Callable[[History], float]


def observe(model: ReentryModel) -> History:
    """The survivors of a finished run's cohort, as the published cohorts count them."""
    cohort = model.world.calendar.cohort
    alive = model.world.people.death[cohort] == NEVER
    record = model.world.record
    traits, people, lives = (
        keep(table_rows(t, cohort), alive) for t in (model.world.traits, model.world.people, model.world.lives)
    )
    score, violators = (column[cohort][alive] for column in (model.world.score, model.world.violators))
    months = (record.arrests, record.employed, record.home, record.active_use)
    return History(traits, people, lives, score, violators, *(table[:, alive] for table in months))


_AGES = {
    "24 or younger": (0, 25),
    "25-29": (25, 30),
    "25 to 29": (25, 30),
    "30-34": (30, 35),
    "30 to 34": (30, 35),
    "35-39": (35, 40),
    "35 to 39": (35, 40),
    "25-39": (25, 40),
    "40 or older": (40, 200),
    "40-54": (40, 55),
    "55-64": (55, 65),
    "65 or older": (65, 200),
}
_PRIORS = {
    "2 or fewer": (0, 3),
    "3-4": (3, 5),
    "4 or fewer": (0, 5),
    "5-9": (5, 10),
    "5 to 9": (5, 10),
    "10 or more": (10, 10**6),
}
_OFFENSES = {"Violent": 0, "Property": 1, "Drug": 2, "Public order": 3}


def members(subgroup: str, traits: Traits) -> Flags:
    """Who belongs to a subgroup in the words of the published tables; conditions joined by `;`.

    Raises:
        KeyError: for a word that the model has no trait for.
    """
    chosen = np.ones(len(traits.age), dtype=np.bool_)
    for condition in subgroup.split(";"):
        if condition != "all":
            key, word = condition.split("=", 1)
            chosen &= _condition(key, word, traits)
    return chosen


def _condition(key: str, word: str, traits: Traits) -> Flags:
    if key == "sex":
        return traits.female if {"Female": True, "Male": False}[word] else ~traits.female
    if key == "offence":
        return np.asarray(traits.offense == _OFFENSES[word])
    low, high = {"age_at_release": _AGES, "prior_arrests": _PRIORS}[key][word]
    value = traits.age if key == "age_at_release" else traits.priors
    return np.asarray((value >= low) & (value < high))

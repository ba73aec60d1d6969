"""The first reading of everybody's risk by the scenario's tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Small
from reentrysim.agents.participants import Traits
from reentrysim.policies.assessment import Assessed, assessed_risk, bands, scores, worn
from reentrysim.randomness import Luck
from reentrysim.scenario.assessment import Assessment
from reentrysim.vocabulary import Race, Risk

YOUNG = 25
"""Age from which nobody is in the youngest group of the results any more."""
AVERAGE = 0.0
"""Score of who was not assessed."""


class Reading(NamedTuple):
    """A reading of everybody, shape (people,)."""

    score: Floats
    band: Small


def first_reading(
    tool: Assessment, traits: Traits, standing: Floats, noise: Floats, known: Flags, values: Mapping[str, float]
) -> Reading:
    """What `tool` says of everybody when they enter; `standing` is the log hazard of arrest that it reads."""
    if tool.tool == "oracle":
        score = scores(standing, noise, 1.0, values)
        return Reading(score, bands(score, values))
    auc = worn(tool.auc_share, tool.drift_per_year, traits.entry_step)
    score, band = assessed_risk(standing, noise, auc, values)
    if tool.bias.groups:
        score = score + bias(tool, traits)
        band = bands(score, values)
    if tool.assessed_share < 1.0:
        score = np.where(known, score, AVERAGE)
        band = np.where(known, band, Risk[tool.unassessed.upper()]).astype(np.int8)
    return Reading(score, band)


def assessed(
    tool: Assessment, traits: Traits, standing: Floats, values: Mapping[str, float], luck: Luck
) -> tuple[Reading, Assessed]:
    """The first reading of everybody, and what later ones and the results rest on."""
    n = len(standing)
    noise, known = luck.normal("assessment.noise", 0, n), who_is_assessed(tool, n, luck)
    reading = first_reading(tool, traits, standing, noise, known, values)
    first = reading.band.copy() if tool.reassess_months else reading.band
    return reading, Assessed(
        standing=standing,
        noise=noise,
        bias=bias(tool, traits),
        known=known,
        score=reading.score.copy() if tool.reassess_months else reading.score,
        first=first,
        plain=assessed_risk(standing, noise, tool.auc_share, values)[1] if tool.errs else first,
        arrests=np.zeros(n if tool.reassess_months else 0, dtype=np.int64),
    )


def who_is_assessed(tool: Assessment, people: int, luck: Luck) -> Flags:
    """A standing share, shape (people,)."""
    if tool.assessed_share == 1.0:
        return np.ones(people, dtype=np.bool_)
    return np.asarray(luck.uniform("assessment.assessed", 0, people) < tool.assessed_share)


def bias(tool: Assessment, traits: Traits) -> Floats:
    """What the tool adds for the groups that somebody belongs to, in standard deviations, shape (people,)."""
    of_race = {race.name.lower(): traits.race == race for race in Race}
    members = {"female": traits.female, "male": ~traits.female, **of_race, "under_25": traits.age < YOUNG}
    total = np.zeros(len(traits.female))
    for group, error in tool.bias.groups.items():
        total = total + error * members[group]
    return total

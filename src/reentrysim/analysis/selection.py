"""Who takes part, and who had come back: solved by the calibration, so that they differ as published figures say.

Neither changes a level. People who would accept a program differ in frailty from those who would decline it by as much
as participants differ from comparison groups beyond what programs do, and people whom a violation of conditional
release brought to prison are those who are likely to go back, as many as published.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from reentrysim.agents.columns import Flags, Floats
from reentrysim.analysis.trial import HORIZON_MONTHS, hazard_ratio
from reentrysim.dynamics.reoffending import going_back
from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.vocabulary import NEVER

WHO_TAKES_PART = "participants.frailty_motivation_correlation"
MOST_CORRELATION = 0.95
"""Motivation is never frailty alone: a draw whose gap needs more has the gap only in part."""
_LONGEST = 1e4
_PROGRAM = "mentoring"
"""The program whose uptake the hazard ratio of those who accept is taken at."""


def who_takes_part(model: ReentryModel, evidence: Values) -> dict[str, float]:
    """The correlation of frailty and motivation at which those who accept have the published hazard ratio.

    `model` is a baseline run, in which nobody is offered anything, so that who would accept can be weighed for any
    correlation. Where no correlation gives the ratio, the one that comes nearest.
    """
    cohort = model.world.calendar.cohort
    first, frailty = model.world.people.first_arrest[cohort], model.world.traits.frailty[cohort]
    rearrested = (first != NEVER) & (first <= HORIZON_MONTHS)
    wanted, uptake = evidence["participants.accepting_hazard_ratio"], evidence[f"{_PROGRAM}.uptake_share"]
    by_motivation = evidence["participants.uptake_by_motivation"]

    def missed(correlation: float) -> float:
        ratio = accepting_hazard_ratio(frailty, rearrested, correlation * by_motivation, uptake)
        return float(np.log(ratio / wanted))

    return {WHO_TAKES_PART: _nearest_root(missed, -MOST_CORRELATION, MOST_CORRELATION)}


def accepting_hazard_ratio(frailty: Floats, rearrested: Flags, correlation: float, uptake: float) -> float:
    """Hazard ratio of those who accept against those who decline, when acceptance is a probit in frailty.

    `frailty` (standard normal) and `rearrested` have shape (people,); each person counts on both sides by the chance
    of being there, so that nobody's lot adds noise.
    """
    accepts = ndtr((correlation * frailty + ndtri(uptake)) / np.sqrt(1.0 - correlation * correlation))
    return hazard_ratio(np.average(rearrested, weights=accepts), np.average(rearrested, weights=1.0 - accepts))


def who_came_back(model: ReentryModel, evidence: Values) -> dict[str, float]:
    """The months under supervision in which the published share of the cohort goes back (`reoffending.going_back`)."""
    hazard = going_back(model.world.liable, model.scenario.population.place.people())[model.world.calendar.cohort]
    share = evidence["participants.supervision_violators_share"]

    def missed(months: float) -> float:
        return float(np.mean(-np.expm1(-hazard * months)) - share)

    return {"population.months_before": _nearest_root(missed, 0.0, _LONGEST)}


def _nearest_root(missed: Callable[[float], float], low: float, high: float) -> float:
    """Where a monotone function is 0, or the end at which it is nearest to it."""
    ends = {low: missed(low), high: missed(high)}
    if np.prod(np.sign(list(ends.values()))) > 0.0:
        return min(ends, key=lambda end: abs(ends[end]))
    return float(brentq(missed, low, high, xtol=1e-6))

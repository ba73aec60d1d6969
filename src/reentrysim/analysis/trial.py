"""A simulated trial, in its first form: the direct effect of mentoring is solved so that the trial gives the evidence.

Everybody in a cohort is offered mentoring from six months before release on, mentors and their hours are unlimited
(the trial takes nothing from any market), and the contrast is the same people, with the same luck, without the
program. The outcome is the hazard ratio of rearrest by month 36, per offer: log(1 - F_offered) / log(1 - F_usual).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.analysis.cohorts import cohort_of
from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER

HORIZON_MONTHS = 36
LEVEL = "mentoring.log_hazard_at_full_trust"
_FIRST_TRY = -0.5
_CLOSE = 0.002  # of the log hazard ratio: a fifth of a percent
_NO_TIME = 1e-9  # hours a contact takes where mentors' hours are unlimited


def trial_scenario(participants: int, dollars: float) -> Scenario:
    """A cohort that is offered mentoring as `status-quo` designs it, with mentors for everybody if there is money."""
    return cohort_of(
        participants,
        "mentoring-trial",
        {
            "time.follow_up_months": HORIZON_MONTHS,
            "funding.sources.state_grant.total_dollars": dollars,
            "programs.mentoring.eligible.risk": ["low", "medium", "high"],
            "programs.mentoring.eligible.to_month": 12,
            "programs.mentoring.hire_lag_months": 0,
            "programs.mentoring.train_lag_months": 0,
            "policies.caseload.mentoring.per_worker": 100,
        },
    )


def hazard_ratio(offered: float, usual: float) -> float:
    """Hazard ratio from two cumulative shares at one horizon (proportional hazards)."""
    return float(np.log1p(-offered) / np.log1p(-usual))


def rearrested(scenario: Scenario, values: Mapping[str, float], luck: Luck) -> float:
    """Share of the cohort rearrested by the horizon."""
    model = ReentryModel(scenario, values, luck).run()
    first = model.world.people.first_arrest[model.world.calendar.cohort]
    return float(np.mean((first != NEVER) & (first <= HORIZON_MONTHS)))


def trial(values: Values, level: float, participants: int, luck: Luck) -> float:
    """The hazard ratio per offer when full trust changes the log hazard of arrest by `level`."""
    return hazard_ratio(_offered(values, level, participants, luck), _usual(values, participants, luck))


def _offered(values: Values, level: float, participants: int, luck: Luck) -> float:
    money = 5000.0 * participants  # far more than mentors for everybody cost
    numbers = values.merged({LEVEL: level, "mentoring.hours_per_contact": _NO_TIME})
    return rearrested(trial_scenario(participants, money), numbers, luck)


def _usual(values: Values, participants: int, luck: Luck) -> float:
    return rearrested(trial_scenario(participants, 0.0), values.merged({LEVEL: 0.0}), luck)


def solve_level(values: Values, participants: int, luck: Luck, most_tries: int = 5) -> float:
    """The level of the direct effect at which the trial gives `mentoring.hazard_ratio` (secant steps from zero).

    At zero the trial gives what trust does through work, homes and ties: the direct effect is the rest.
    Never beyond `mentoring.most_relief`: an effect that would need more is reached only in part.
    """
    most = values["mentoring.most_relief"]
    target = float(np.log(values["mentoring.hazard_ratio"]))
    usual = _usual(values, participants, luck)

    def gives(level: float) -> float:
        return float(np.log(hazard_ratio(_offered(values, level, participants, luck), usual)))

    before, gave_before = 0.0, gives(0.0)
    level = float(np.copysign(_FIRST_TRY, target - gave_before))
    for _ in range(most_tries):
        gave = gives(level)
        if abs(gave - target) < _CLOSE or gave == gave_before:
            break
        slope = (gave - gave_before) / (level - before)
        before, gave_before, level = level, gave, float(np.clip(level + (target - gave) / slope, -most, most))
        if level == before:
            break
    return level

"""Small worlds for tests: a few hundred people, a short warm-up, and a design that tests can reckon with by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER

TOTAL = "funding.sources.state_grant.total_dollars"
PER_WORKER = "policies.caseload.mentoring.per_worker"
FULL_TRUST = "mentoring.log_hazard_at_full_trust"
STRONG = {FULL_TRUST: -1.5}
"""An effect so strong that a few hundred people show it."""


OPEN: dict[str, Any] = {
    "circumstances.vacancies": "free",
    "circumstances.rooms": "free",
    "circumstances.learning": False,
}
"""Nobody takes a job, a room or a bed from anybody, and nobody who gives them learns."""
DIRECT = {
    "health.trust_gain": 0.0,
    "mentoring.early_end_loss": 0.0,
    "mentoring.plan_search_gain": 0.0,
    "mentoring.plan_homeless_at_release_ratio": 1.0,
    "mentoring.plan_treatment_entry_ratio": 1.0,
}
"""Mentors move neither self-efficacy nor ties, and help with no plan, and so move neither work nor homes."""

_NAMES = ("mentoring", *shipped())
EVERY_PROGRAM: dict[str, Any] = {
    "funding.shares": dict.fromkeys(_NAMES, 1 / len(_NAMES)),
    **{f"programs.{name}": {} for name in shipped()},
}
"""All programs, as usual, with as much money for each."""

DESIGN: dict[str, Any] = {
    "time.lead_months": 6,
    "funding.sources.state_grant.first_step": 1,
    "funding.sources.state_grant.spend": "even",
    "funding.sources.state_grant.unspent": "carry_over",
    "funding.sources.state_grant.overhead_share": 0.1,
    "programs.mentoring.setting": "both",
    "programs.mentoring.eligible.risk": ["high"],
    "programs.mentoring.eligible.from_month": -6,
    "programs.mentoring.eligible.to_month": 3,
    "programs.mentoring.length_months": 18,
    "programs.mentoring.dose": "even",
    "programs.mentoring.contacts_per_month": 4.0,
    "programs.mentoring.hire_lag_months": 2,
    "programs.mentoring.train_lag_months": 1,
    "programs.mentoring.staff.origin": {"volunteer": 0.6, "lived_experience": 0.4, "professional": 0.0},
    "policies.matching.mentoring.rule": "random",
    "policies.matching.mentoring.rematch_after_months": 1,
    PER_WORKER: 3,
    "policies.caseload.mentoring.when_full": "wait",
}
"""What the tests reckon with by hand, whatever becomes of status-quo."""


def small(changes: Mapping[str, Any] | None = None, size: int = 300) -> Scenario:
    """`size` people released over 6 months, 9 months of warm-up and 24 of follow-up; $343 a month for each release."""
    short: dict[str, Any] = {
        "population.size": size,
        "time.warmup_months": 9,
        "time.window_months": 6,
        "time.tail_months": 3,
        "time.follow_up_months": 24,
        TOTAL: 343.0 * size / 6 * 38,
        "funding.sources.state_grant.last_step": 38,
    }
    return load_scenario("status-quo").vary({**DESIGN, **short, **(changes or {})})


def numbers(scenario: Scenario, changes: Mapping[str, float] | None = None) -> Values:
    """The central values of a scenario, some replaced."""
    return values_for(scenario).merged(changes or {})


def model_of(
    scenario: Scenario,
    values: Mapping[str, float] | None = None,
    replicate: int = 0,
    participants: int | None = None,
    without: Iterable[int] = (),
) -> ReentryModel:
    """A model before its first step."""
    return ReentryModel(scenario, numbers(scenario, values), Luck(11, replicate), participants, without)


_SHARED: dict[tuple[object, ...], ReentryModel] = {}


def shared_run(scenario: Scenario, values: Mapping[str, float] | None = None) -> ReentryModel:
    """A finished run that several tests read and none changes, made once in a process."""
    asked = scenario.digest, tuple(sorted((values or {}).items()))
    if asked not in _SHARED:
        _SHARED[asked] = model_of(scenario, values).run()
    return _SHARED[asked]


def cohort(model: ReentryModel, column: NDArray[Any]) -> NDArray[Any]:
    """A column of the analysis cohort."""
    return column[model.world.calendar.cohort]


def rearrested(model: ReentryModel) -> int:
    """Members of the analysis cohort rearrested in follow-up."""
    first = cohort(model, model.world.people.first_arrest)
    return int(np.count_nonzero((first != NEVER) & (first <= model.scenario.time.follow_up_months)))


def over_replicates(
    scenario: Scenario, values: Mapping[str, float] | None = None, count: int = 4
) -> list[ReentryModel]:
    """Finished runs of replicates 0, 1, ... of a scenario."""
    return [model_of(scenario, values, replicate).run() for replicate in range(count)]

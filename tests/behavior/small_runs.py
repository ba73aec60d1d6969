"""Small worlds for tests: a few hundred people, a short warm-up, as much money a person as in status-quo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER

TOTAL = "funding.sources.state_grant.total_dollars"
PER_WORKER = "policies.caseload.mentoring.per_worker"
FULL_TRUST = "mentoring.log_hazard_at_full_trust"
STRONG = {FULL_TRUST: -1.5}
"""An effect so strong that a few hundred people show it."""


def small(changes: Mapping[str, Any] | None = None, size: int = 300, base: str = "status-quo") -> Scenario:
    """`base` with `size` people released over 6 months, 9 months of warm-up and 24 of follow-up."""
    short: dict[str, Any] = {
        "population.size": size,
        "time.warmup_months": 9,
        "time.window_months": 6,
        "time.tail_months": 3,
        "time.follow_up_months": 24,
        TOTAL: 343.0 * size / 6 * 38,  # status-quo pays $58,333 a month for 170 releases: $343 each
        "funding.sources.state_grant.last_step": 38,
    }
    return load_scenario(base).vary({**short, **(changes or {})})


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

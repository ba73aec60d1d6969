"""One cohort released at once into markets that it does not move: what calibrations and simulated trials ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reentrysim.evidence.place import Place
from reentrysim.scenario import Scenario, load_scenario


def cohort_of(participants: int, name: str, changes: Mapping[str, Any], place: Place | None = None) -> Scenario:
    """`status-quo` for one cohort without money; jobs, rooms and beds are there in usual numbers whoever takes them."""
    return load_scenario("status-quo").vary(
        {
            "population.size": participants,
            "time.intake": "cohort",
            "time.warmup_months": 0,
            "time.tail_months": 0,
            "time.window_months": 1,
            "funding.sources.state_grant.total_dollars": 0.0,
            "circumstances.vacancies": "free",
            "circumstances.rooms": "free",
            "circumstances.learning": False,
            **(_of(place) if place else {}),
            **changes,
        },
        name=name,
    )


def _of(place: Place) -> dict[str, str]:
    """Where people come from, as changes to a scenario."""
    return {f"population.{key}": value for key, value in vars(place).items() if value is not None}

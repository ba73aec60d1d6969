"""Scenarios of the families of levers run alike in both models, and all made-up cases; others do in the short suite."""

from __future__ import annotations

import pytest

from reentrysim.scenario import shipped_scenarios
from twin.test_twin import EVENTS, GENERATED, LATER, SHORT, case_alike, runs_alike


@pytest.mark.parametrize("name", [name for name, path in shipped_scenarios().items() if path.parent.name in LATER])
def test_they_run_alike(name: str) -> None:
    runs_alike(name)


@pytest.mark.xdist_group("generated")
@pytest.mark.parametrize("number", range(SHORT, GENERATED))
def test_generated_scenarios_run_alike(number: int) -> None:
    assert case_alike(number)


@pytest.mark.xdist_group("generated")
def test_generated_scenarios_are_eventful() -> None:
    """What the small cases see at least ten times between them, so that agreeing on it means something."""
    seen = {name: sum(case_alike(number)[name] for number in range(GENERATED)) for name in EVENTS}
    assert min(seen.values()) >= 10, seen

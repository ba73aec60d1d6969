"""All made-up cases run alike in both models; the first do in the short suite."""

from __future__ import annotations

import pytest

from twin.test_twin import EVENTS, GENERATED, SHORT, case_alike


@pytest.mark.parametrize("number", range(SHORT, GENERATED))
def test_generated_scenarios_run_alike(number: int) -> None:
    assert case_alike(number)


def test_generated_scenarios_are_eventful() -> None:
    """What the small cases see at least ten times between them, so that agreeing on it means something."""
    seen = {name: sum(case_alike(number)[name] for number in range(GENERATED)) for name in EVENTS}
    assert min(seen.values()) >= 10, seen

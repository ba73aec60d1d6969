"""Scenarios of the families of levers run alike in both models; others do in the short suite."""

from __future__ import annotations

import pytest

from reentrysim.scenario import shipped_scenarios
from twin.test_twin import LATER, runs_alike


@pytest.mark.parametrize("name", [name for name, path in shipped_scenarios().items() if path.parent.name in LATER])
def test_they_run_alike(name: str) -> None:
    runs_alike(name)

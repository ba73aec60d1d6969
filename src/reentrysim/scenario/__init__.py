"""What we ask: one complete question per TOML file, read, merged, checked and frozen."""

from __future__ import annotations

from reentrysim.scenario.loading import load_scenario, shipped_scenarios
from reentrysim.scenario.schema import Scenario, json_schema
from reentrysim.scenario.template import template

__all__ = ["Scenario", "json_schema", "load_scenario", "shipped_scenarios", "template"]

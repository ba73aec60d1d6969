"""From a scenario and its numbers to the state before the first step."""

from __future__ import annotations

from reentrysim.setup.markets import yearly_releases
from reentrysim.setup.money import sources
from reentrysim.setup.world import World, calendar_of, set_up

__all__ = ["World", "calendar_of", "set_up", "sources", "yearly_releases"]

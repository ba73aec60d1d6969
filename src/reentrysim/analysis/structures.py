"""Structures of the arrest hazard: worlds that published figures tell apart only in part.

Arrests pile up on some people because these differ lastingly (frailty), because an arrest leads to the next (event
dependence), and they thin out with time because people change (decline). The published figures like all three at
once best. Each other structure holds what speaks against it at a value that they still admit, and everything else is
fitted again; how well it does then is its weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from reentrysim.agents.columns import Flags, Floats
from reentrysim.analysis.baseline import NAMES


@dataclass(frozen=True)
class Structure:
    """A way to spread the risk of arrest over people and time."""

    name: str
    says: str
    held: Mapping[str, float] = field(default_factory=dict)
    """Parameters that are not fitted, and their values."""

    @property
    def free(self) -> Flags:
        """Which parameters are fitted, shape (parameters,)."""
        return np.array([name not in self.held for name in NAMES])

    def at(self, theta: Floats) -> Floats:
        """The parameters with those in place that are held."""
        return np.array([self.held.get(name, value) for name, value in zip(NAMES, theta.tolist(), strict=True)])


STRUCTURES = (
    Structure("mixed", "all three, as the figures like them best"),
    Structure("frailty", "more lasting differences between people", {"arrest.recent": 0.8}),
    Structure(
        "decline",
        "more change with time, alike for all",
        {"arrest.recent": 1.1, "arrest.divergence": 0.3, "arrest.frailty_sd": 0.1},
    ),
    Structure("events", "more arrests that lead to arrests", {"arrest.divergence": 0.28, "arrest.frailty_sd": 0.1}),
)
"""The first is the center. The values that are held are judgments: as far from where the center has them as the figures
still admit. The pure structures fit so badly that no draw would be of them (decision 026)."""


def allocate(shares: Floats, draws: int) -> list[int]:
    """The structure of each draw: any first few have them as nearly in proportion as whole numbers can be."""
    given, order = np.zeros(len(shares)), []
    for draw in range(1, draws + 1):
        order.append(int(np.argmax(shares * draw - given)))
        given[order[-1]] += 1
    return order

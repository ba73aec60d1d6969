"""Every kind of picture by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.why.why import Why
from reentrysim.report.figures.budget import budget
from reentrysim.report.figures.curves import curves
from reentrysim.report.figures.forest import forest
from reentrysim.report.figures.gaps import gaps
from reentrysim.report.figures.groups import groups_forest
from reentrysim.report.figures.plane import plane
from reentrysim.report.figures.queues import queues
from reentrysim.report.figures.style import Drawn
from reentrysim.report.figures.tornado import tornado
from reentrysim.report.figures.waterfall import waterfall
from reentrysim.vocabulary import InputError

ALL: dict[str, Callable[[Estimates], Drawn]] = {
    "curves": curves,
    "differences": forest,
    "groups": groups_forest,
    "plane": plane,
    "queues": queues,
    "budget": budget,
    "equity": gaps,
}
"""In the order in which they tell the story."""
OF_WHY: dict[str, Callable[[Why], Drawn]] = {"waterfall": waterfall, "tornado": tornado}


def draw_all(results: Estimates) -> dict[str, Drawn]:
    """Every picture of ALL that the results have the numbers for, by kind."""
    return _those_there(ALL, results)


def draw_why(found: Why) -> dict[str, Drawn]:
    """Every picture of OF_WHY that an explanation has the numbers for, by kind."""
    return _those_there(OF_WHY, found)


def _those_there(kinds: Mapping[str, Callable[[Any], Drawn]], results: Any) -> dict[str, Drawn]:
    drawn = {}
    for kind, draw in kinds.items():
        try:
            drawn[kind] = draw(results)
        except InputError:  # one scenario has no differences, an older folder no queues
            continue
    return drawn

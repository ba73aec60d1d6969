"""Which code of the model reads which number, seen by watching short runs."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import CodeType

from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario, shipped_scenarios
from reentrysim.scenario.values import values_for

_PACKAGE = Path(__file__).parent.parent
_PEOPLE = 120  # enough for every market and program to have somebody in it


class Watched(Values):
    """Numbers that remember by which function each was read, such as "dynamics/work.py: asks"."""

    def __init__(self, by_name: Mapping[str, float]) -> None:
        super().__init__(by_name)
        self._code: dict[str, set[CodeType]] = defaultdict(set)

    def __getitem__(self, name: str) -> float:
        self._code[name].add(sys._getframe(1).f_code)
        return super().__getitem__(name)

    @property
    def read_in(self) -> dict[str, set[str]]:
        """Name -> functions that read it."""
        return {name: set(map(_function, found)) for name, found in self._code.items()}


def reads_of(scenario: Scenario) -> dict[str, set[str]]:
    """Numbers that a short run of the scenario and its table read, and where."""
    watched = Watched(values_for(scenario))
    tabulate(ReentryModel(scenario, watched, Luck(0, 0), _PEOPLE).run())
    return watched.read_in


@cache
def reads_of_shipped() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Name of the number -> shipped scenario -> where a run of it reads the number."""
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for scenario in shipped_scenarios():
        for name, places in reads_of(load_scenario(scenario)).items():
            found[name][scenario] = frozenset(places)
    return found


def places(name: str, scenarios: Iterable[str] | None = None) -> list[str]:
    """Where the shipped scenarios (or some of them) read a number; empty when none does."""
    by_scenario = reads_of_shipped().get(name, {})
    chosen = by_scenario if scenarios is None else scenarios
    return sorted({place for scenario in chosen for place in by_scenario.get(scenario, ())})


def _function(code: CodeType) -> str:
    path = Path(code.co_filename)
    file = path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else path.name
    return f"{file}: {code.co_qualname.split('.<locals>')[0]}"

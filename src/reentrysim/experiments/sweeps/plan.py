"""What a sweep will run: every point's scenarios, in pairs of replicates, each under its one true name.

Equal names are equal results. A run that has its name in the store is there, whichever sweep, order or number of
processes asked for it; one whose scenario, evidence, calibration, seed or code differs has another name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reentrysim._version import VERSION
from reentrysim.experiments.code import code_digest, numbers_from
from reentrysim.experiments.plan import RUNS_PER_DRAW, Inputs, draw_of, read_inputs
from reentrysim.experiments.sweeps.design import Design, changes_at, design_of
from reentrysim.experiments.sweeps.file import Sweep
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import MONTHS_PER_YEAR, InputError

_DIGITS = 32
"""Of a name: 128 bits, which no two runs of one world will share."""


@dataclass(frozen=True)
class Setting:
    """What all runs of a sweep share beside their scenarios."""

    seed: int
    participants: int
    fixed_parameters: bool
    months: tuple[int, ...]
    """Months since release at which outcomes are kept: 12, 24, ..., the last one, and those that were asked for."""
    subgroups: tuple[str, ...]
    further: tuple[int, ...] = ()
    """Of the months, those that are kept because they were asked for."""


class Unit(NamedTuple):
    """Two replicates with the same draw of one scenario at one point: the least that is run and kept together."""

    name: str
    point: int
    scenario: int
    """Its place among the sweep's scenarios."""
    replicate: int
    """The first of the two."""
    draw: int | None
    error: str = ""
    """Why there is no scenario at this point; then it fails without being run."""


@dataclass(frozen=True)
class SweepPlan:
    """A sweep whose design is drawn."""

    sweep: Sweep
    design: Design
    setting: Setting
    _inputs: dict[str, Inputs] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """What is run at every point, before anything varies."""
        return self.sweep.loaded

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names, in order."""
        return tuple(scenario.name for scenario in self.scenarios)

    @property
    def size(self) -> int:
        """Units, with those that occur more than once."""
        return len(self.design.table) * len(self.scenarios) * (self.sweep.replicates // RUNS_PER_DRAW)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that decides the names of its units; "" where files that a point names do, too."""
        if any(factor.path.startswith("population.") for factor in self.design.factors):
            return ""
        rest = [self._rest_of(scenario) for scenario in self.scenarios]
        return hashlib.sha256(json.dumps([self.sweep.digest, rest], sort_keys=True).encode()).hexdigest()

    def units(self, watch: Callable[[int], None] = lambda _: None) -> Iterator[Unit]:
        """Every unit in the order of the design: points, scenarios, replicates; `watch` hears how many."""
        for point in range(len(self.design.table)):
            for place in range(len(self.scenarios)):
                yield from self._units_of(point, place)
            watch((point + 1) * self.size // len(self.design.table))

    def changes_at(self, point: int, place: int) -> dict[str, Any]:
        """What `Scenario.vary` changes in a scenario at a point; InputError where constraints can't hold."""
        return changes_at(self.sweep, self._row(point), self.scenarios[place])

    def _row(self, point: int) -> dict[str, Any]:
        return {str(path): column.iat[point] for path, column in self.design.table.items()}

    def _units_of(self, point: int, place: int) -> Iterator[Unit]:
        scenario, error = self.scenarios[place], ""
        try:
            here = scenario.vary(self.changes_at(point, place), name=scenario.name)
            shared, draws = self._shared(here), self._inputs_of(here).stored_draws
        except InputError as wrong:
            error, draws = str(wrong), 0
            shared = {**self._shared(scenario), "refused": [self.sweep.digest, point]}
        for replicate in range(0, self.sweep.replicates, RUNS_PER_DRAW):
            draw = draw_of(replicate, draws, self.setting.fixed_parameters)
            yield Unit(_name(shared, replicate, draw), point, place, replicate, draw, error)

    def _inputs_of(self, scenario: Scenario) -> Inputs:
        """What runs of a scenario rest on, read once for each calibration."""
        name = scenario.population.calibration
        if name not in self._inputs:
            self._inputs[name] = read_inputs(scenario)
        return self._inputs[name]

    def _shared(self, scenario: Scenario) -> dict[str, Any]:
        """What the names of a scenario's replicates have in common."""
        return {"scenario": scenario.digest, **self._rest_of(scenario)}

    def _rest_of(self, scenario: Scenario) -> dict[str, Any]:
        inputs, setting = self._inputs_of(scenario), self.setting
        return {
            "evidence": inputs.evidence,
            "calibration": inputs.calibration,
            "seed": setting.seed,
            "participants": setting.participants,
            "kept": [setting.further, setting.subgroups],
            "version": [VERSION, code_digest(), numbers_from()],
        }


def plan_sweep(sweep: Sweep) -> SweepPlan:
    """The plan of a sweep."""
    usual = {*range(MONTHS_PER_YEAR, sweep.last_month + 1, MONTHS_PER_YEAR), sweep.last_month}
    setting = Setting(
        seed=sweep.seed,
        participants=sweep.participants or int(sweep.base.population.size),
        fixed_parameters=sweep.fixed_parameters,
        months=tuple(sorted({*usual, *sweep.reported_months})),
        subgroups=sweep.subgroups,
        further=tuple(month for month in sweep.reported_months if month not in usual),
    )
    return SweepPlan(sweep, design_of(sweep, sweep.base), setting)


def _name(shared: Mapping[str, Any], replicate: int, draw: int | None) -> str:
    text = json.dumps({**shared, "replicate": replicate, "draw": draw}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]

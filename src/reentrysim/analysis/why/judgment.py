"""The headline without judgment: every effect on reoffending that is graded D set to none.

A direct path is solved so that a program's trial gives its published effect. Where that effect, or the share of it that
is taken to be left elsewhere, is a judgment, so is the path, and its level is 0. Nothing is fitted again: recidivism
itself may move with what work, homes and use do to it, in both scenarios alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.intervals import summarize
from reentrysim.analysis.trial import LATER, SHARE, TRIALS, Trial, trial_of
from reentrysim.analysis.why.mediators import pair
from reentrysim.analysis.why.runs import ENDS, Run, Runner, per_1000
from reentrysim.evidence.catalog import Catalog
from reentrysim.evidence.estimate import Estimate
from reentrysim.programs.contract import Program
from reentrysim.scenario.offered import offered
from reentrysim.scenario.programs import Programs
from reentrysim.scenario.values import catalog_of

JUDGED = "D"
AS_IT_IS, WITHOUT, SILENT = "as it is", "without effects graded D", "without any effect of programs"
COLUMNS = ["case", "baseline_per_1000", "baseline_per_1000_mcse", *(f"per_1000{end}" for end in ENDS)]
GRADED = ["effect", "estimate", "grade", "value", "none", "set_to_none"]
_RATIOS = ("hazard ratio", "odds ratio", "relative risk")
_ELASTICITIES = ("supervision.found_elasticity",)
"""Effects told as powers of something else: none is 0."""


@dataclass(frozen=True)
class Effect:
    """An effect on reoffending that a run reads, and the worst-graded estimate that it rests on."""

    name: str
    """The number that a run reads."""
    estimate: Estimate
    none: float
    """What it is where there is no such effect."""

    @property
    def judged(self) -> bool:
        """Whether it rests on judgment."""
        return self.estimate.grade == JUDGED


def effects(catalog: Catalog, programs: Collection[str]) -> Iterator[Effect]:
    """Every effect on reoffending that runs with these programs read; what a calibration alone reads is in none.

    Raises:
        ValueError: for an effect of which it is not known what none is.
    """
    unused = set(Programs.names()) - set(programs)
    for name, estimate in catalog.items():
        if estimate.effect and estimate.read_by == "run" and name.partition(".")[0] not in unused:
            yield Effect(name, estimate, nothing(estimate))
    for trial in direct_paths(programs):
        rests_on = [catalog[trial.effect], *([catalog[SHARE]] if trial.demonstrations else [])]
        yield Effect(trial.level, max(rests_on, key=lambda one: one.grade), 0.0)


def direct_paths(programs: Collection[str]) -> list[Trial]:
    """The trials that solve the direct paths of these programs."""
    shipped = {trial.program: trial for trial in (*TRIALS, *LATER)}
    others = {name: one for name, one in offered().items() if name not in shipped and one.trial is not None}
    known = shipped | {name: trial_of(cast(Program, one)) for name, one in others.items() if name in programs}
    return [known[name] for name in programs if name in known]


def nothing(estimate: Estimate) -> float:
    """The value at which an effect is none; ValueError where that is not known."""
    if estimate.unit in _RATIOS:
        return 1.0
    if estimate.name in _ELASTICITIES:
        return 0.0
    raise ValueError(f"nobody has said at which value the effect {estimate.name} is none")


def numbers_without(catalog: Catalog, programs: Collection[str]) -> tuple[tuple[str, float], ...]:
    """Name and value of every effect that rests on judgment, at none."""
    return tuple(sorted((one.name, one.none) for one in effects(catalog, programs) if one.judged))


def _pairs(runner: Runner, replicate: int) -> dict[str, tuple[Run, Run]]:
    """The scenario and the baseline in every case."""
    programs = runner.plan.programs
    without = tuple(
        runner.at(name, replicate, numbers=numbers_without(catalog_of(runner.scenarios[name]), programs))
        for name in (runner.scenario, runner.baseline)
    )
    nothing_moved = pair(runner, replicate, frozenset())
    return {AS_IT_IS: runner.both(replicate), WITHOUT: (without[0], without[1]), SILENT: nothing_moved}


def runs(runner: Runner) -> Iterator[Run]:
    """What the table needs."""
    for replicate in range(runner.plan.replicates):
        for two in _pairs(runner, replicate).values():
            yield from two


def table(runner: Runner) -> pd.DataFrame:
    """One row a case: as it is, without effects graded D, and with programs that do nothing to anybody; COLUMNS."""
    every = [_pairs(runner, replicate) for replicate in range(runner.plan.replicates)]
    rows = []
    for case in (AS_IT_IS, WITHOUT, SILENT):
        differences = np.array([runner.difference(one[case]) for one in every])
        usual = np.array([runner.known[one[case][1]] for one in every])
        cell = summarize(usual[:, None], runner.draws).at(0)
        level = {"baseline_per_1000": PEOPLE * cell.mean, "baseline_per_1000_mcse": PEOPLE * cell.mcse}
        rows.append({"case": case, **level, **per_1000(differences, runner.draws)})
    return pd.DataFrame(rows, columns=COLUMNS)


def graded(runner: Runner) -> pd.DataFrame:
    """The effects, what each rests on, and which are set to none; columns GRADED."""
    catalog, programs = catalog_of(runner.scenarios[runner.scenario]), runner.plan.programs
    rows = [
        (one.name, one.estimate.name, one.estimate.grade, one.estimate.value, one.none, one.judged)
        for one in effects(catalog, programs)
    ]
    return pd.DataFrame(rows, columns=GRADED)

"""The runs that an explanation rests on, each made once however many parts of it ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.intervals import summarize_difference
from reentrysim.analysis.tables import draws_of
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.run import Job, RunError, Simulate, side_by_side, simulate
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.programs.contract import Channel

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]
ENDS = ("", "_low", "_high", "_mcse")
"""What is told of every difference per 1,000: the mean, its 95% interval, its Monte Carlo standard error."""
_BATCHES_A_JOB, _LARGEST_BATCH = 16, 8


@dataclass(frozen=True)
class Run:
    """One run: everything that decides it but what the plan says."""

    scenario: str
    replicate: int
    draw: int | None
    silent: frozenset[Channel] = frozenset()
    structure: str | None = None
    numbers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class _Asked:
    """What all runs have in common."""

    seed: int
    participants: int
    outcome: str
    month: int
    simulate: Simulate


@dataclass
class Runner:
    """Makes runs of the scenarios of a plan, and of others that are put beside them, and keeps their one number."""

    plan: Plan
    outcome: str
    month: int
    simulate: Simulate = simulate
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    known: dict[Run, float] = field(default_factory=dict)
    parts: tuple[str, ...] | None = None
    """In what the scenario and the baseline differ, once somebody has asked."""

    def __post_init__(self) -> None:
        self.scenarios |= {scenario.name: scenario for scenario in self.plan.scenarios}

    @property
    def baseline(self) -> str:
        """Name of the baseline."""
        return self.plan.baseline

    @property
    def scenario(self) -> str:
        """Name of the scenario that is explained."""
        return next(name for name in self.plan.names if name != self.plan.baseline)

    @property
    def draws(self) -> NDArray[np.int64]:
        """(R,) the draw of each replicate; -1 for central values."""
        return draws_of(self.plan)

    def at(self, scenario: str, replicate: int, **otherwise: object) -> Run:
        """A run in the draw of its replicate."""
        return Run(scenario, replicate, self.plan.draw_of(replicate), **otherwise)  # type: ignore[arg-type]

    def both(self, replicate: int, **otherwise: object) -> tuple[Run, Run]:
        """The scenario and the baseline."""
        return self.at(self.scenario, replicate, **otherwise), self.at(self.baseline, replicate, **otherwise)

    def missing(self, asked: Iterable[Run]) -> list[Run]:
        """Those that are not yet made, each once."""
        return [run for run in dict.fromkeys(asked) if run not in self.known]

    def make(self, asked: Iterable[Run], progress: Progress = lambda *_: None) -> None:
        """Make what is missing.

        Raises:
            RunError: for the first run that fails.
        """
        missing = self.missing(asked)
        batches, done = list(self._batches(missing)), 0
        asked_of_each = _Asked(self.plan.seed, self.plan.participants, self.outcome, self.month, self.simulate)
        work = partial(_make, asked_of_each)
        made = map(work, batches) if self.plan.jobs == 1 else side_by_side(work, batches, self.plan.jobs)
        for part in made:
            self.known |= part
            done += len(part)
            progress(f"{done} of {len(missing)} runs", done / len(missing))

    def _batches(self, missing: Sequence[Run]) -> Iterable[list[tuple[Run, Scenario]]]:
        size = min(max(len(missing) // (_BATCHES_A_JOB * self.plan.jobs), 1), _LARGEST_BATCH)
        for first in range(0, len(missing), size):
            yield [(run, self.scenarios[run.scenario]) for run in missing[first : first + size]]

    def difference(self, pair: tuple[Run, Run]) -> float:
        """What the first run has more than the second."""
        return self.known[pair[0]] - self.known[pair[1]]


def _make(asked: _Asked, batch: Sequence[tuple[Run, Scenario]]) -> dict[Run, float]:
    return {run: _one(asked, run, scenario) for run, scenario in batch}


def _one(asked: _Asked, run: Run, scenario: Scenario) -> float:
    """The share of everybody in a run."""
    job = Job(
        scenario,
        run.draw,
        asked.seed,
        run.replicate,
        asked.participants,
        silent=run.silent,
        structure=run.structure,
        numbers=run.numbers,
    )
    try:
        result = asked.simulate(job)
    except InputError:
        raise
    except Exception as error:
        raise RunError(scenario.name, run.replicate, f"{type(error).__name__}: {error}") from error
    return float(result.series[asked.outcome][result.subgroups.index("all"), asked.month - 1])


def per_1000(differences: Floats, draws: NDArray[np.int64], *, nothing: bool = False) -> Mapping[str, float]:
    """Mean of differences (R,) per 1,000 people, its 95% interval over draws, its Monte Carlo standard error.

    `nothing` says that they are 0 whatever the runs are.
    """
    cell = summarize_difference(differences[:, None], np.zeros((len(differences), 1)), draws, itself=nothing).at(0)
    told = (cell.mean, cell.low, cell.high, cell.mcse)
    return {f"per_1000{end}": PEOPLE * value for end, value in zip(ENDS, told, strict=True)}

"""Running a plan: replicates in blocks, on as many processes as asked, reduced in the order of replicates."""

from __future__ import annotations

import signal
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from reentrysim.experiments.contracts import with_contracts
from reentrysim.experiments.keeping import Kept, Replicate
from reentrysim.experiments.plan import Plan
from reentrysim.scenario import Scenario
from reentrysim.scenario.adding import carried
from reentrysim.scenario.assessment import Assessment
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.outcomes import LedgerRow, RunResult
    from reentrysim.policies.contracts import ContractRow
    from reentrysim.programs.contract import Channel

Floats = NDArray[np.float64]
Series = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all)."""
LARGEST_BLOCK = 4
BLOCKS_PER_JOB = 8


@dataclass(frozen=True)
class Job:
    """One run: everything that decides it."""

    scenario: Scenario
    draw: int | None
    seed: int
    replicate: int
    participants: int
    programs: tuple[str, ...] | None = None
    """Programs whose reach is told; None for those of the scenario."""
    tool: Assessment | None = None
    """Whose first readings the bands of risk in the results are; None for the scenario's own."""
    silent: frozenset[Channel] = frozenset()
    """Channels in which programs do nothing to anybody."""
    structure: str | None = None
    """Without a draw: the structure of the hazard at whose center the numbers are; None for the usual one."""
    numbers: tuple[tuple[str, float], ...] = ()
    """Numbers by name in place of what the draw says; nothing is fitted or solved again for them."""


Simulate = Callable[[Job], "RunResult"]
Asked = TypeVar("Asked")
Told = TypeVar("Told")


class RunError(Exception):
    """One run failed; the command line prints it as one message and exits with code 1."""

    def __init__(self, scenario: str, replicate: int, reason: str) -> None:
        super().__init__(scenario, replicate, reason)

    def __str__(self) -> str:
        scenario, replicate, reason = self.args
        return f"scenario {scenario}, replicate {replicate}: {reason}"


@dataclass
class Runs:
    """All runs of a plan, scenario by scenario, replicates first. Horizon outcomes are nan before the last month."""

    plan: Plan
    subgroups: tuple[str, ...] = ()
    people: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    """scenario -> (R, G) people of the analysis cohort."""
    series: dict[str, dict[str, Series]] = field(default_factory=dict)
    """scenario -> outcome -> (R, G, M) value at months 1..M since release, to seven digits, which keeps memory low."""
    counterparts: dict[str, dict[str, Series]] = field(default_factory=dict)
    """scenario -> outcome -> (R, K, reported months) the same of the last K subgroups' members in the baseline."""
    ledger: dict[str, list[list[LedgerRow]]] = field(default_factory=dict)
    """scenario -> replicate -> rows."""
    notes: dict[str, dict[str, Floats]] = field(default_factory=dict)
    """scenario -> note -> (R,)."""
    errors: dict[str, dict[str, Series]] = field(default_factory=dict)
    """scenario -> measure of its risk tool -> (R, groups of `tool_errors`)."""
    elapsed_seconds: float = 0.0
    contracts: dict[str, list[list[ContractRow]]] = field(default_factory=dict)
    """scenario -> replicate -> rows, one a contract."""
    access: dict[str, dict[str, Series]] = field(default_factory=dict)
    """scenario -> `access.key` -> (R, fixed subgroups) share who were eligible, offered, served or completed."""
    queues: dict[str, dict[str, Series]] = field(default_factory=dict)
    """scenario -> `queues.key` -> (R, steps) simulated people in line, with a place, and workers of each program."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names of the outcomes recorded."""
        return tuple(self.series[self.plan.baseline])

    def of_the_same_people(self, scenario: str, outcome: str, months: Sequence[int]) -> Series:
        """(R, G, months) what the baseline gave the members of each subgroup as they are in the scenario.

        nan for a subgroup whose members differ between scenarios, in months that are not reported.
        """
        series = self.series[self.plan.baseline][outcome][:, :, np.array(months) - 1]
        counterpart = self.counterparts[scenario].get(outcome)
        if counterpart is not None:
            reported = self.plan.reported_months
            others = series[:, -counterpart.shape[1] :]
            for place, month in enumerate(months):
                others[:, :, place] = counterpart[:, :, reported.index(month)] if month in reported else np.nan
        return series

    def add(self, scenario: str, replicate: int, result: RunResult) -> None:
        """Put one run where it belongs, whenever it comes."""
        if scenario not in self.people:
            self._make_room(scenario, result)
        self.people[scenario][replicate] = result.people
        self.ledger[scenario][replicate] = list(result.ledger)
        self.contracts[scenario][replicate] = list(result.contracts)
        for name, values in result.series.items():
            self.series[scenario][name][replicate] = only_known(name, values)
        reported = np.array(self.plan.reported_months) - 1
        for name, values in result.counterpart.items():
            self.counterparts[scenario][name][replicate] = only_known(name, values)[:, reported]
        for name, values in result.errors.items():
            self.errors[scenario][name][replicate] = values
        for name, values in result.access.items():
            self.access[scenario][name][replicate] = values
        for name, values in result.queues.items():
            self.queues[scenario][name][replicate] = values
        for name, note in result.notes.items():
            self.notes[scenario].setdefault(name, np.full(self.plan.replicates, np.nan))[replicate] = note

    def grown(self, plan: Plan) -> Runs:
        """The same runs with room for the replicates of `plan`, which are more."""
        extra = plan.replicates - self.plan.replicates
        return Runs(
            plan,
            self.subgroups,
            {scenario: _longer(people, extra) for scenario, people in self.people.items()},
            {scenario: _all_longer(series, extra) for scenario, series in self.series.items()},
            {scenario: _all_longer(series, extra) for scenario, series in self.counterparts.items()},
            {scenario: [*rows, *([] for _ in range(extra))] for scenario, rows in self.ledger.items()},
            {scenario: _all_longer(notes, extra) for scenario, notes in self.notes.items()},
            {scenario: _all_longer(errors, extra) for scenario, errors in self.errors.items()},
            self.elapsed_seconds,
            {scenario: [*rows, *([] for _ in range(extra))] for scenario, rows in self.contracts.items()},
            {scenario: _all_longer(access, extra) for scenario, access in self.access.items()},
            {scenario: _all_longer(queues, extra) for scenario, queues in self.queues.items()},
        )

    def _make_room(self, scenario: str, result: RunResult) -> None:
        count = self.plan.replicates
        self.subgroups = result.subgroups
        self.people[scenario] = np.zeros((count, len(result.subgroups)), dtype=np.int64)
        self.series[scenario] = _room(count, result.series)
        reported = np.array(self.plan.reported_months) - 1
        self.counterparts[scenario] = _room(count, {name: v[:, reported] for name, v in result.counterpart.items()})
        self.ledger[scenario] = [[] for _ in range(count)]
        self.contracts[scenario] = [[] for _ in range(count)]
        self.notes[scenario] = {}
        self.errors[scenario] = _room(count, result.errors)
        self.access[scenario] = _room(count, result.access)
        self.queues[scenario] = _room(count, result.queues)


def _longer(values: NDArray[Any], extra: int) -> NDArray[Any]:
    """Room for `extra` more replicates, of nothing known."""
    blank = np.nan if values.dtype.kind == "f" else 0
    return np.concatenate([values, np.full((extra, *values.shape[1:]), blank, dtype=values.dtype)])


def _all_longer(series: Mapping[str, NDArray[Any]], extra: int) -> dict[str, NDArray[Any]]:
    return {name: _longer(values, extra) for name, values in series.items()}


def _room(replicates: int, like: dict[str, Floats]) -> dict[str, Series]:
    return {name: np.full((replicates, *values.shape), np.nan, dtype=np.float32) for name, values in like.items()}


def at_horizon_only(outcome: str) -> bool:
    """Whether an outcome (money, feedback) is reported at the end of follow-up only."""
    return outcome.startswith("cost_") or outcome in ("net_benefit", "satisfaction")


def only_known(outcome: str, values: Floats) -> Floats:
    """Values by month, nan before the last one where the outcome is reported at the end alone."""
    if not at_horizon_only(outcome):
        return values
    return np.where(np.arange(values.shape[1]) == values.shape[1] - 1, values, np.nan)


def simulate(job: Job) -> RunResult:
    """One run of the model, tabulated."""
    # Loaded by the process that runs, so that a plan that is only printed loads no model.
    from reentrysim.model import ReentryModel
    from reentrysim.outcomes import tabulate
    from reentrysim.randomness import Luck
    from reentrysim.scenario.values import values_for

    values = values_for(job.scenario, job.draw, job.structure).merged(dict(job.numbers))
    luck = Luck(job.seed, job.replicate)
    model = ReentryModel(job.scenario, values, luck, participants=job.participants, silent=job.silent)
    model.run()
    return tabulate(model, job.programs, job.tool)


def no_progress(done: int, total: int) -> None:
    """Say nothing."""


def run_plan(
    plan: Plan,
    simulate: Simulate = simulate,
    progress: Progress = no_progress,
    kept: Kept | None = None,
    begun: Runs | None = None,
) -> Runs:
    """All runs of a plan: those of `begun` (fewer replicates of the same), those that are `kept`, and the rest.

    What is run is kept as soon as it is there. Raises RunError for the first run that fails; the others are then
    stopped.
    """
    started = time.perf_counter()
    runs = begun.grown(plan) if begun else Runs(plan)
    each, missing = len(plan.scenarios), list[int]()
    for replicate in range(begun.plan.replicates if begun else 0, plan.replicates):
        found = kept.read(replicate) if kept else None
        for scenario, result in (found or {}).items():
            runs.add(scenario, replicate, result)
        missing += [] if found else [replicate]
    total, done = plan.replicates * each, (plan.replicates - len(missing)) * each
    progress(done, total)
    for block in _finished_blocks(plan, missing, simulate):
        for replicate, results in block:
            for scenario, result in results.items():
                runs.add(scenario, replicate, result)
            if kept:
                kept.keep(replicate, results)
        done += len(block) * each
        progress(done, total)
    runs.elapsed_seconds += time.perf_counter() - started
    return runs


Block = list[tuple[int, Replicate]]


def _finished_blocks(plan: Plan, missing: list[int], simulate: Simulate) -> Iterator[Block]:
    blocks = list(_blocks(plan, missing))
    if plan.jobs == 1:
        return (_run_block(plan, block, simulate) for block in blocks)
    return side_by_side(partial(_run_block, plan, simulate=simulate), blocks, plan.jobs)


def _blocks(plan: Plan, missing: list[int]) -> Iterable[list[int]]:
    """Replicates side by side, few enough that every process gets several blocks."""
    size = min(max(len(missing) // (BLOCKS_PER_JOB * plan.jobs), 1), LARGEST_BLOCK)
    for first in range(0, len(missing), size):
        yield missing[first : first + size]


def side_by_side(work: Callable[[Asked], Told], asked: Iterable[Asked], jobs: int) -> Iterator[Told]:
    """What `work` comes to for each thing asked, on so many processes, in the order in which they end."""
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky import get_reusable_executor

    # One thread per process: the processes already use every core.
    with parallel_config(backend="loky", inner_max_num_threads=1):
        pool = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
        try:
            with deaf_to_interrupts():
                one = delayed(carried(work))
                finished = pool(one(each) for each in asked)
            yield from finished
        except BaseException:
            with warnings.catch_warnings(action="ignore"):  # that what was pending is cancelled is what is wanted
                get_reusable_executor().shutdown(wait=True, kill_workers=True)
            raise


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started in here never hear of Ctrl-C: this one does, a little later, and ends them.

    A terminal sends it to all of them, and each would print its own traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):  # where there are no signal masks
        yield
        return
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as another

    for tracker in (resource_tracker, another):
        tracker.ensure_running()  # its start takes the mask away again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_block(plan: Plan, block: list[int], simulate: Simulate) -> Block:
    return [(replicate, _run_together(plan, replicate, simulate)) for replicate in block]


def _run_together(plan: Plan, replicate: int, simulate: Simulate) -> Replicate:
    """All scenarios of a replicate, each with what the baseline gave the people whom its programs reached."""

    def run(scenario: Scenario) -> RunResult:
        return _run_one(plan, scenario, replicate, simulate)

    results = {one.name: with_contracts(one, run(one), run) for one in plan.scenarios}
    baseline = results[plan.baseline]
    return {name: result.beside(baseline) for name, result in results.items()}


def _run_one(plan: Plan, scenario: Scenario, replicate: int, simulate: Simulate) -> RunResult:
    try:
        draw, tool = plan.draw_of(replicate), plan.tool
        return simulate(Job(scenario, draw, plan.seed, replicate, plan.participants, plan.programs, tool))
    except InputError:
        raise
    except Exception as error:
        raise RunError(scenario.name, replicate, f"{type(error).__name__}: {error}") from error

"""Running what a sweep lacks: waves of short tasks through joblib, kept as they come, whatever fails or dies.

Tasks of a wave are as long as the units before them took, so that handing them out costs little; a wave is long enough
that its end, when some processes have nothing to do, costs little too. What a wave was to run is known, and with it
what a process that died had not finished: that is run again, in smaller and smaller waves, until whatever kills its
process is alone, and has failed.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from reentrysim.experiments.plan import RUNS_PER_DRAW
from reentrysim.experiments.run import Job, Simulate, deaf_to_interrupts, only_known, simulate
from reentrysim.experiments.sweeps.plan import Setting, SweepPlan, Unit
from reentrysim.experiments.sweeps.store import NAME, Part, Store
from reentrysim.scenario import Scenario
from reentrysim.scenario.adding import carried

BACKENDS = ("loky", "threading", "dask")
TASK_SECONDS, WAVE_SECONDS, KEEP_SECONDS = 1.0, 45.0, 2.0
"""What a task and a wave should take, and how much work is lost at most when everything stops at once."""
_LARGEST_TASK = 256
_SMALLER = 8
"""Waves into which what was left of one is divided when a process has died."""


class Finished(NamedTuple):
    """What a task comes back with."""

    rows: pa.Table | None
    failed: pa.Table | None
    names: tuple[str, ...]
    seconds: float


@dataclass
class Tally:
    """How far a sweep is."""

    total: int
    done: int = 0
    failed: int = 0
    already: int = 0
    """Of those done, what was there before."""
    died: list[str] = field(default_factory=list)
    """What was said when processes died."""
    work_seconds: float = 0.0
    started: float = field(default_factory=time.perf_counter)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.started

    @property
    def ran(self) -> int:
        """Units finished or failed here."""
        return self.done + self.failed - self.already

    @property
    def left_seconds(self) -> float:
        """How long the rest will take at the present rate; nan before anything is known."""
        rest = self.total - self.done - self.failed
        return rest * self.elapsed / self.ran if self.ran else float("nan")


Watch = Callable[[Tally], None]


class Workers(NamedTuple):
    """Who runs tasks."""

    jobs: int
    backend: str = "loky"
    context: Callable[[], AbstractContextManager[Any]] | None = None
    """What the backend needs around it, such as a client of a cluster."""


def run_missing(
    plan: SweepPlan,
    units: Sequence[Unit],
    store: Store,
    workers: Workers,
    watch: Watch = lambda _: None,
    simulate: Simulate = simulate,
) -> Tally:
    """Run every unit that the store has neither as a run nor as a failure, and keep what comes of it.

    Raises:
        OSError: if results can't be written; what was kept before stays.
    """
    there, failed = store.runs.names, store.failures.names
    names = {unit.name: unit for unit in reversed(units)}
    missing = [unit for name, unit in reversed(names.items()) if name not in there | failed]
    tally = Tally(len(names), done=len(names.keys() & there), failed=len(names.keys() & failed - there))
    tally.already = tally.done + tally.failed
    keeping = _Keeping(store, tally, watch)
    keeping.take(_refused([unit for unit in missing if unit.error]))
    todo = [unit for unit in missing if not unit.error]
    try:
        with (workers.context or _nothing)():
            _Waves(plan, workers, keeping, simulate).run(todo)
    finally:
        keeping.flush()
        store.write_index()
    return tally


class _Keeping:
    """Takes finished tasks, and puts them on the disk every few seconds."""

    def __init__(self, store: Store, tally: Tally, watch: Watch) -> None:
        self.store, self.tally, self.watch = store, tally, watch
        self._waiting: dict[str, list[pa.Table]] = {"runs": [], "failures": []}
        self._last = time.perf_counter()
        watch(tally)

    def take(self, task: Finished) -> None:
        """A task that has come back."""
        failed = len(task.failed) if task.failed is not None else 0
        self.tally.failed += failed
        self.tally.done += len(task.names) - failed
        self.tally.work_seconds += task.seconds
        for kind, rows in (("runs", task.rows), ("failures", task.failed)):
            self._waiting[kind] += [] if rows is None else [rows]
        if time.perf_counter() - self._last >= KEEP_SECONDS:
            self.flush()
        self.watch(self.tally)

    def flush(self) -> None:
        """Put everything on the disk."""
        parts: dict[str, Part] = {"runs": self.store.runs, "failures": self.store.failures}
        for kind, waiting in self._waiting.items():
            if waiting:
                parts[kind].add(pa.concat_tables(waiting, promote_options="default"))
                waiting.clear()
        self._last = time.perf_counter()


class _Waves:
    """Hands units out in tasks."""

    def __init__(self, plan: SweepPlan, workers: Workers, keeping: _Keeping, simulate: Simulate) -> None:
        self.plan, self.workers, self.keeping, self.simulate = plan, workers, keeping, simulate
        self._each = 0.0
        """Seconds a unit took of late."""

    def run(self, units: Sequence[Unit]) -> None:
        """Everything, wave after wave: the first, of one unit a process, says how long they take."""
        left = list(units)
        while left:
            wave = left[: self._wave_size()]
            del left[: len(wave)]
            self._wave(wave)

    def _wave(self, units: Sequence[Unit]) -> None:
        unfinished = {unit.name: unit for unit in units}
        try:
            for task in self._tasks(units):
                for name in task.names:
                    del unfinished[name]
                self._each = task.seconds / len(task.names)
                self.keeping.take(task)
        except _broken() as death:
            self.keeping.flush()
            self._again(list(unfinished.values()), death)

    def _again(self, units: Sequence[Unit], death: Exception) -> None:
        """After a process has died: what it did not finish once more, in smaller waves; alone it has failed."""
        said = f"{type(death).__name__}: {str(death).splitlines()[0] if str(death) else 'a process has ended'}"
        self.keeping.tally.died.append(said)
        if len(units) == 1 and units[0].name in self._alone:
            self.keeping.take(_failure(units[0], f"its process ended, and again when it ran alone ({said})", ""))
            return
        if len(units) == 1:
            self._alone.add(units[0].name)
        size = max(len(units) // _SMALLER, 1)
        for first in range(0, len(units), size):
            self._wave(units[first : first + size])

    @property
    def _alone(self) -> set[str]:
        return self.__dict__.setdefault("_ran_alone", set())

    def _wave_size(self) -> int:
        jobs = self.workers.jobs
        return jobs if not self._each else max(int(WAVE_SECONDS * jobs / self._each), jobs)

    def _tasks(self, units: Sequence[Unit]) -> Iterator[Finished]:
        each = max(self._each, 1e-6)
        size = min(max(int(TASK_SECONDS / each) if self._each else 1, 1), _LARGEST_TASK, -(-len(units) // self.workers.jobs))
        tasks = [units[first : first + size] for first in range(0, len(units), size)]
        work = carried(_work)
        shared = (self.plan.scenarios, self.plan.setting, self.simulate)
        if self.workers.backend == "loky" and self.workers.jobs == 1:
            return (work(*shared, task) for task in tasks)
        return _in_parallel(self.workers, [(*shared, task) for task in tasks], work)


def _in_parallel(workers: Workers, tasks: Sequence[tuple[Any, ...]], work: Callable[..., Finished]) -> Iterator[Finished]:
    from joblib import Parallel, delayed, parallel_config

    inner = {"inner_max_num_threads": 1} if workers.backend == "loky" else {}
    with parallel_config(backend=workers.backend, n_jobs=workers.jobs, **inner):
        pool = Parallel(return_as="generator_unordered", batch_size=1)
        with deaf_to_interrupts():
            finished = pool(delayed(work)(*task) for task in tasks)
        try:
            yield from finished
        except BaseException:
            _end(workers.backend)
            raise


def _end(backend: str) -> None:
    """End what processes still run for a wave that nobody waits for any more."""
    if backend == "loky":
        import warnings

        from joblib.externals.loky import get_reusable_executor

        with warnings.catch_warnings(action="ignore"):  # that what was pending is cancelled is what is wanted
            get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _broken() -> tuple[type[Exception], ...]:
    """What says that a process has died."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        from distributed import KilledWorker
    except ImportError:
        return (BrokenProcessPool,)
    return (BrokenProcessPool, KilledWorker)


def _work(scenarios: tuple[Scenario, ...], setting: Setting, simulate: Simulate, units: Sequence[Unit]) -> Finished:
    """Run units one after the other; one that fails is a row of its own."""
    _one_thread()
    started = time.perf_counter()
    rows, failed = list[pa.Table](), list[pa.Table]()
    for unit in units:
        try:
            rows.append(_run(scenarios[unit.scenario], setting, simulate, unit))
        except Exception as error:  # a failing run is data; the rest goes on
            told = _failure(unit, f"{type(error).__name__}: {error}", traceback.format_exc())
            failed += [] if told.failed is None else [told.failed]
    names = tuple(unit.name for unit in units)
    return Finished(_one(rows), _one(failed), names, time.perf_counter() - started)


def _one(tables: list[pa.Table]) -> pa.Table | None:
    return pa.concat_tables(tables, promote_options="default") if tables else None


def _run(base: Scenario, setting: Setting, simulate: Simulate, unit: Unit) -> pa.Table:
    """Rows of a unit: replicates, months, subgroups."""
    scenario = base.vary(unit.changes, name=base.name)
    tables = []
    for replicate in range(unit.replicate, unit.replicate + RUNS_PER_DRAW):
        result = simulate(Job(scenario, unit.draw, setting.seed, replicate, setting.participants))
        groups = [result.subgroups.index(name) for name in setting.subgroups]
        months, cells = np.array(setting.months), len(setting.months) * len(groups)
        columns: dict[str, Any] = {
            NAME: [unit.name] * cells,
            "replicate": np.full(cells, replicate, dtype=np.int32),
            "month": np.repeat(months, len(groups)).astype(np.int16),
            "subgroup": list(setting.subgroups) * len(months),
            "people": np.tile(np.asarray(result.people)[groups], len(months)).astype(np.int32),
        }
        for outcome, values in result.series.items():
            known = only_known(outcome, np.asarray(values, dtype=np.float64))
            columns[outcome] = known[np.ix_(groups, months - 1)].T.ravel().astype(np.float32)
        tables.append(pa.table(columns))
    return pa.concat_tables(tables)


def _failure(unit: Unit, error: str, told: str) -> Finished:
    row = {NAME: [unit.name], "error": [error], "traceback": [told]}
    return Finished(None, pa.table(row), (unit.name,), 0.0)


def _refused(units: Sequence[Unit]) -> Finished:
    """Units of which no scenario could be made."""
    tables = [one.failed for one in (_failure(unit, unit.error, "") for unit in units) if one.failed is not None]
    return Finished(None, _one(tables), tuple(unit.name for unit in units), 0.0)


@cache
def _one_thread() -> None:
    """One thread for linear algebra in this process: the processes already use every core."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)


@contextmanager
def _nothing() -> Iterator[None]:
    yield

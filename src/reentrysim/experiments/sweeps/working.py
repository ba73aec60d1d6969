"""Running what a sweep lacks: waves of short tasks through joblib, kept as they come, whatever fails or dies.

Tasks of a wave are as long as the units before them took, so that handing them out costs little; a wave is long enough
that its end, when some processes have nothing to do, costs little too. What a wave was to run is known, and with it
what a process that died had not finished: that is run again, in smaller and smaller waves, until whatever kills its
process is alone, and has failed.
"""

from __future__ import annotations

import math
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pyarrow as pa

from reentrysim.experiments.run import Simulate, deaf_to_interrupts, simulate
from reentrysim.experiments.sweeps.plan import SweepPlan, Unit
from reentrysim.experiments.sweeps.store import Part, Store
from reentrysim.experiments.sweeps.units import Finished, Sent, Shared, not_run, version_here, work
from reentrysim.experiments.sweeps.workers import Workers
from reentrysim.scenario.adding import carried

TASK_SECONDS, WAVE_SECONDS, KEEP_SECONDS = 1.0, 45.0, 2.0
"""What a task and a wave should take, and how often what has come back is put on the disk."""
LONGEST = 2.0
"""Times TASK_SECONDS after which a task comes back with what it has."""
_LARGEST_TASK, _LARGEST_WAVE = 256, 20_000
_SMALLER = 8
"""Waves into which what was left of one is divided when a process has died."""


@dataclass
class Tally:
    """How far a sweep is."""

    total: int
    done: int = 0
    failed: int = 0
    already: int = 0
    """Of those done and failed, what was there before."""
    refused: int = 0
    """Of those failed, what was no scenario and not run."""
    named: int | None = None
    """While units get their names, how many have; then None."""
    died: list[str] = field(default_factory=list)
    """What was said when processes died."""
    work_seconds: float = 0.0
    """Of all processes, in runs that finished."""
    started: float = field(default_factory=time.perf_counter)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.started

    @property
    def ran(self) -> int:
        """Units run here."""
        return self.done + self.failed - self.already - self.refused

    @property
    def left_seconds(self) -> float:
        """How long the rest will take at the present rate; nan before anything is known."""
        rest = self.total - self.done - self.failed
        return rest * self.elapsed / self.ran if self.ran else float("nan")


Watch = Callable[[Tally], None]


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
        WriteError: if results can't be written; what was kept before stays.
        OtherVersionError: if a machine of the cluster has another version.
    """
    there, failed = store.runs.names, store.failures.names
    known, names = there | failed, {unit.name: unit for unit in reversed(units)}
    missing = [unit for name, unit in reversed(names.items()) if name not in known]
    tally = Tally(len(names), done=len(names.keys() & there), failed=len(names.keys() & failed - there))
    tally.already = tally.done + tally.failed
    keeping = _Keeping(store, tally, watch)
    refused = [unit for unit in missing if unit.error]
    tally.refused = len(refused)
    keeping.take(not_run(refused))
    todo = [unit for unit in missing if not unit.error]
    try:
        _Waves(plan, workers, keeping, simulate).run(todo)
        keeping.flush()
    except BaseException:
        with suppress(OSError):  # what stopped it is told, not what came of it
            keeping.flush()
        raise
    finally:
        with suppress(OSError):  # it is made again from the files
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
        self.plan, self.workers, self.keeping = plan, workers, keeping
        version = version_here() if workers.elsewhere else ()
        longest = LONGEST * TASK_SECONDS
        self.shared = Shared(plan.scenarios, plan.setting, simulate, longest, version)
        self._each = 0.0
        """Seconds a unit took in the last wave that finished any."""
        self._alone = set[str]()
        """Units that ran alone after a process had died."""

    def run(self, units: Sequence[Unit]) -> None:
        """Everything, wave after wave: the first, of one unit a process, says how long they take."""
        left = deque(units)
        while left:
            wave = [left.popleft() for _ in range(min(self._wave_size(), len(left)))]
            left.extendleft(reversed(self._wave(wave)))

    def _wave(self, units: Sequence[Unit]) -> list[Unit]:
        """Run units; those that tasks came back without, because they took too long."""
        unfinished = {unit.name: unit for unit in units}
        finished, seconds = 0, 0.0
        try:
            for task in self._tasks(units):
                for name in task.names:
                    del unfinished[name]
                finished += len(task.names) - (len(task.failed) if task.failed is not None else 0)
                seconds += task.seconds
                self.keeping.take(task)
        except _broken() as death:
            self.keeping.flush()
            self._again(list(unfinished.values()), death)
            return []
        self._each = seconds / finished if finished else self._each
        return list(unfinished.values())

    def _again(self, units: Sequence[Unit], death: Exception) -> None:
        """After a process has died: what it did not finish once more, in smaller waves; alone it has failed."""
        said = f"{type(death).__name__}: {str(death).splitlines()[0] if str(death) else 'a process has ended'}"
        self.keeping.tally.died.append(said)
        if len(units) == 1 and units[0].name in self._alone:
            self.keeping.take(not_run(units, f"its process ended, and again when it ran alone ({said})"))
            return
        self._alone |= {units[0].name} if len(units) == 1 else set()
        size = max(len(units) // _SMALLER, 1)
        for first in range(0, len(units), size):
            some = list(units[first : first + size])
            while some:
                some = self._wave(some)

    def _wave_size(self) -> int:
        jobs = self.workers.jobs
        if not self._each:
            return jobs
        return min(max(int(WAVE_SECONDS * jobs / self._each), jobs), _LARGEST_WAVE)

    def _tasks(self, units: Sequence[Unit]) -> Iterator[Finished]:
        long_enough = max(int(TASK_SECONDS / self._each), 1) if self._each else 1
        size = min(long_enough, _LARGEST_TASK, math.ceil(len(units) / self.workers.jobs))
        sent = [Sent(unit, self.plan.changes_at(unit.point, unit.scenario)) for unit in units]
        tasks = [sent[first : first + size] for first in range(0, len(sent), size)]
        if self.workers.jobs == 1 and not self.workers.elsewhere:
            return (work(self.shared, task) for task in tasks)
        self.workers.ready()
        return _in_parallel(self.workers, self.shared, tasks)


def _in_parallel(workers: Workers, shared: Shared, tasks: Sequence[Sequence[Sent]]) -> Iterator[Finished]:
    from joblib import Parallel, delayed, parallel_config

    inner = {"inner_max_num_threads": 1} if workers.backend == "loky" else {}
    with parallel_config(backend=workers.for_joblib(), n_jobs=workers.jobs, **inner):
        pool = Parallel(return_as="generator_unordered", batch_size=1)
        with deaf_to_interrupts():
            task_of = delayed(carried(work))
            finished = pool(task_of(shared, task) for task in tasks)
        try:
            yield from finished
        except BaseException:
            _end(workers.backend)
            raise


def _end(backend: str) -> None:
    """End what processes still run for a wave that nobody waits for any more."""
    if backend == "loky":
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

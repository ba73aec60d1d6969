"""A sweep from beginning to end: run what its folder lacks, and write its tables; look ahead; say how far it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reentrysim.experiments.run import Simulate, simulate
from reentrysim.experiments.sweeps.file import Sweep, load_sweep
from reentrysim.experiments.sweeps.naming import keep_names, units_of
from reentrysim.experiments.sweeps.plan import SweepPlan, plan_sweep
from reentrysim.experiments.sweeps.results import (
    SweepResults,
    alone_in,
    check_folder,
    keep_sweep,
    load_results,
    read_sweep,
    write_tables,
)
from reentrysim.experiments.sweeps.store import Store
from reentrysim.experiments.sweeps.units import Sent, Shared, work
from reentrysim.experiments.sweeps.workers import check_workers, workers_of
from reentrysim.experiments.sweeps.working import Tally, Watch, run_missing

MEGABYTE = 1e6


@dataclass(frozen=True, repr=False)
class Swept:
    """What a sweep came to."""

    folder: Path
    plan: SweepPlan
    tally: Tally
    damaged: tuple[str, ...] = ()
    """Files of the store that could not be read, and what they held was run again."""

    @property
    def results(self) -> SweepResults:
        """Its tables."""
        return load_results(self.folder)

    def __repr__(self) -> str:
        points, tally = len(self.plan.design.table), self.tally
        return f"<Swept {self.plan.sweep.name}: {points} points, {tally.done} of {tally.total} pairs in {self.folder}>"


def default_folder(sweep: Sweep) -> Path:
    """Where a sweep is kept when nobody says so; the same for all forms of it, so that what is done stays done."""
    return Path("results") / f"sweep-{sweep.name}"


def sweep(
    asked: str | Path | Sweep,
    out: str | Path | None = None,
    *,
    jobs: int | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
    watch: Watch = lambda _: None,
    retry: bool = False,
    simulate: Simulate = simulate,
) -> Swept:
    """Run what a sweep (a name, a path, or one that is loaded) lacks in the folder `out`, and write its tables.

    `retry` runs again what failed. `watch` is called with how far it is. With `backend = "dask"`, tasks go to the
    cluster at `scheduler`.

    Raises:
        InputError: for a wrong sweep, folder or option; nothing is run then.
        WriteError: when results can't be written any more; what was kept stays.
    """
    loaded = asked if isinstance(asked, Sweep) else load_sweep(asked)
    folder = default_folder(loaded) if out is None else Path(out)
    check_workers(jobs, backend, scheduler)
    check_folder(folder, loaded)
    with workers_of(jobs, backend, scheduler) as workers, alone_in(folder):
        check_folder(folder, loaded)
        keep_sweep(folder, loaded)
        store = Store.open(folder, mend=True)
        store.check()
        plan = plan_sweep(loaded)
        units = units_of(plan, folder, lambda named: watch(Tally(plan.size, named=named)))
        keep_names(plan, folder, units)
        if retry:
            store.failures.clear({unit.name for unit in units})
        tally = run_missing(plan, units, store, workers, watch, simulate)
        write_tables(folder, plan, units, store)
    return Swept(folder, plan, tally, store.damaged)


@dataclass(frozen=True)
class Ahead:
    """What a sweep would do."""

    plan: SweepPlan
    folder: Path
    units: int
    there: int
    refused: int
    seconds_each: float
    """Seconds of one core for a unit, from one that was run; nan when nothing is missing."""
    bytes_each: float

    @property
    def missing(self) -> int:
        """Units to run."""
        return self.units - self.there - self.refused


def look_ahead(asked: str | Path | Sweep, out: str | Path | None = None, simulate: Simulate = simulate) -> Ahead:
    """How large a sweep is, how much of it is there, and what the rest will take: one unit is run, nothing is kept."""
    loaded = asked if isinstance(asked, Sweep) else load_sweep(asked)
    folder = default_folder(loaded) if out is None else Path(out)
    check_folder(folder, loaded)
    plan, store = plan_sweep(loaded), Store.open(folder, mend=False)
    units = {unit.name: unit for unit in units_of(plan, folder)}
    there = units.keys() & (store.runs.names | store.failures.names)
    todo = [unit for name, unit in units.items() if name not in there and not unit.error]
    refused = len(units) - len(there) - len(todo)
    seconds, size = math.nan, math.nan
    if todo:
        first = todo[0]
        sent = Sent(first, plan.changes_at(first.point, first.scenario))
        done = work(Shared(plan.scenarios, plan.setting, simulate, math.inf), [sent])
        seconds, size = done.seconds, float(done.rows.nbytes) if done.rows is not None else 0.0
    return Ahead(plan, folder, len(units), len(there), refused, seconds, size)


@dataclass(frozen=True)
class Status:
    """How far a sweep's folder is."""

    sweep: Sweep
    units: int
    done: int
    failed: int
    files: int
    megabytes: float


def status(folder: str | Path) -> Status:
    """How far a sweep's folder is; nothing in it changes."""
    place = Path(folder)
    asked = read_sweep(place)
    store = Store.open(place)
    names = {unit.name for unit in units_of(plan_sweep(asked), place)}
    there = store.runs.names
    sizes = list(_sizes(place))
    failed = len(names & store.failures.names - there)
    return Status(asked, len(names), len(names & there), failed, len(sizes), sum(sizes) / MEGABYTE)


def _sizes(folder: Path) -> Iterator[int]:
    """Bytes of every file; somebody else may be merging them."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file():
                yield path.stat().st_size

"""One task of a sweep, where it is run: units one after the other, and what comes of them as rows."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from reentrysim.experiments.plan import RUNS_PER_DRAW
from reentrysim.experiments.run import Job, Simulate, only_known
from reentrysim.experiments.sweeps.plan import Setting, Unit
from reentrysim.experiments.sweeps.store import NAME
from reentrysim.scenario import Scenario


class Finished(NamedTuple):
    """What a task comes back with: rows of finished runs, rows of failures, and all names of both."""

    rows: pa.Table | None
    failed: pa.Table | None
    names: tuple[str, ...]
    seconds: float = 0.0


def work(scenarios: tuple[Scenario, ...], setting: Setting, simulate: Simulate, units: Sequence[Unit]) -> Finished:
    """Run units one after the other; one that fails is a row of its own."""
    _one_thread()
    started = time.perf_counter()
    rows, failed = list[pa.Table](), list[pa.Table]()
    for unit in units:
        try:
            rows.append(_run(scenarios[unit.scenario], setting, simulate, unit))
        except Exception as error:  # a failing run is data; the rest goes on
            failed.append(_failure(unit, f"{type(error).__name__}: {error}", traceback.format_exc()))
    return Finished(_one(rows), _one(failed), _names(units), time.perf_counter() - started)


def not_run(units: Sequence[Unit], error: str = "") -> Finished:
    """Units that failed without being run, for this error or their own."""
    return Finished(None, _one([_failure(unit, error or unit.error, "") for unit in units]), _names(units))


def _run(base: Scenario, setting: Setting, simulate: Simulate, unit: Unit) -> pa.Table:
    """Rows of a unit: replicates, months, subgroups."""
    scenario = base.vary(unit.changes, name=base.name)
    tables = []
    for replicate in range(unit.replicate, unit.replicate + RUNS_PER_DRAW):
        result = simulate(Job(scenario, unit.draw, setting.seed, replicate, setting.participants))
        tables.append(_rows(result, setting, unit.name, replicate))
    return pa.concat_tables(tables)


def _rows(result: Any, setting: Setting, name: str, replicate: int) -> pa.Table:
    """What is kept of a run; outcomes to seven digits, as comparisons hold them."""
    groups = np.array([result.subgroups.index(group) for group in setting.subgroups])
    months, cells = np.array(setting.months), len(setting.months) * len(groups)
    columns: dict[str, Any] = {
        NAME: [name] * cells,
        "replicate": np.full(cells, replicate, dtype=np.int32),
        "month": np.repeat(months, len(groups)).astype(np.int16),
        "subgroup": list(setting.subgroups) * len(months),
        "people": np.tile(np.asarray(result.people)[groups], len(months)).astype(np.int32),
    }
    for outcome, values in result.series.items():
        known = only_known(outcome, np.asarray(values, dtype=np.float64))
        columns[outcome] = known[np.ix_(groups, months - 1)].T.ravel().astype(np.float32)
    return pa.table(columns)


def _failure(unit: Unit, error: str, told: str) -> pa.Table:
    return pa.table({NAME: [unit.name], "error": [error], "traceback": [told]})


def _one(tables: list[pa.Table]) -> pa.Table | None:
    return pa.concat_tables(tables, promote_options="default") if tables else None


def _names(units: Sequence[Unit]) -> tuple[str, ...]:
    return tuple(unit.name for unit in units)


@cache
def _one_thread() -> None:
    """One thread for linear algebra in this process: the processes already use every core."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)

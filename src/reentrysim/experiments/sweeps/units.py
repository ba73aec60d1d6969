"""One task of a sweep, where it is run: units one after the other, and what comes of them as rows."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from reentrysim.experiments.code import code_digest, numbers_from
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
    """Of finished runs."""


class Sent(NamedTuple):
    """A unit on its way to who runs it."""

    unit: Unit
    changes: Mapping[str, Any]


class Shared(NamedTuple):
    """What all tasks of a sweep have in common."""

    scenarios: tuple[Scenario, ...]
    setting: Setting
    simulate: Simulate
    most_seconds: float
    """After so long a task comes back with what it has, though not with less than one unit."""
    version: tuple[str, ...] = ()
    """What another machine must have to run it (`version_here`); () where it is this one."""


class OtherVersionError(Exception):
    """A machine that would run something else under the same names."""


def version_here() -> tuple[str, ...]:
    """Digests of code and evidence, and the software below them."""
    from reentrysim.evidence import evidence_digest

    return code_digest(), numbers_from(), evidence_digest(programs=True)


def work(shared: Shared, sent: Sequence[Sent]) -> Finished:
    """Run units one after the other; one that fails is a row of its own.

    Raises:
        OtherVersionError: on a machine that has another version than the one that sweeps.
    """
    if shared.version and shared.version != _version():
        what = "a worker has another version of the model, of its evidence or of numpy, scipy, mesa or Python"
        raise OtherVersionError(what)
    rows, failed, names, seconds = list[pa.Table](), list[pa.Table](), list[str](), 0.0
    begun = time.perf_counter()
    with threadpool_limits(limits=1):  # the processes already use every core
        for unit, changes in sent:
            if names and time.perf_counter() - begun > shared.most_seconds:
                break
            started = time.perf_counter()
            try:
                rows.append(_run(shared, unit, changes))
                seconds += time.perf_counter() - started
            except Exception as error:  # a failing run is data; the rest goes on
                failed.append(_failure(unit, f"{type(error).__name__}: {error}", traceback.format_exc()))
            names.append(unit.name)
    return Finished(_one(rows), _one(failed), tuple(names), seconds)


def not_run(units: Sequence[Unit], error: str = "") -> Finished:
    """Units that failed without being run, for this error or their own."""
    failed = _one([_failure(unit, error or unit.error, "") for unit in units])
    return Finished(None, failed, tuple(unit.name for unit in units))


def _run(shared: Shared, unit: Unit, changes: Mapping[str, Any]) -> pa.Table:
    """Rows of a unit: replicates, months, subgroups."""
    base, setting = shared.scenarios[unit.scenario], shared.setting
    scenario = base.vary(changes, name=base.name)
    tables = []
    for replicate in range(unit.replicate, unit.replicate + RUNS_PER_DRAW):
        result = shared.simulate(Job(scenario, unit.draw, setting.seed, replicate, setting.participants))
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


@cache
def _version() -> tuple[str, ...]:
    return version_here()

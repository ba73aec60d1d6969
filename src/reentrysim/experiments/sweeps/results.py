"""The folder of a sweep: what it asks, what was run, and its tables in the order of the design.

sweep.json          the sweep with its scenarios and list, whole, so that nothing else is needed to go on
runs/ failures/     the store (`store.py`)
design.csv          one row a point
results.parquet     one row a point, scenario, replicate, month and subgroup; factors and outcomes by name
failures.csv        one row a unit that failed
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reentrysim.experiments.store import write_csv
from reentrysim.experiments.sweeps.design import POINT, Design, check_extension
from reentrysim.experiments.sweeps.file import Held, Sweep
from reentrysim.experiments.sweeps.plan import SweepPlan, Unit, plan_sweep
from reentrysim.experiments.sweeps.store import PARTIAL, PLACE, Store, sweep_up
from reentrysim.scenario import Scenario
from reentrysim.scenario.messages import Layer
from reentrysim.vocabulary import InputError

FORMAT = "reentrysim sweep 1"
ABOUT, RESULTS, DESIGN, FAILED = "sweep.json", "results.parquet", "design.csv", "failures.csv"
KEYS = (POINT, "scenario", "replicate", "month", "subgroup", "people")
_LOCK = ".lock"
_AT_ONCE = 4096
"""Units whose rows are in memory together while tables are written."""


@dataclass(frozen=True)
class SweepResults:
    """Everything that a sweep's runs said, in the order of its design."""

    sweep: Sweep
    design: Design
    scenarios: tuple[str, ...]
    baseline: str
    runs: pd.DataFrame
    """Columns KEYS, then one an outcome."""
    failures: pd.DataFrame
    """Columns point, scenario, replicate, error, traceback."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else writes to the folder in here; what a killed process left half written goes.

    Raises:
        InputError: if another process writes to it, or it can't be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        hint = "Wait for it, or choose another --out"
        raise InputError("another sweep is writing to this folder", where=str(folder), hint=hint) from None
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise InputError(what, where=str(folder), hint="Choose another --out") from None
    try:
        sweep_up(folder)
        yield
    finally:
        lock.release()


def check_folder(folder: Path, sweep: Sweep) -> None:
    """Refuses a folder that holds anything but this sweep, an earlier form of it, or nothing.

    Raises:
        InputError: saying what it holds.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError("this is a file, not a folder", where=str(folder), hint="Choose another --out")
    if not (folder / ABOUT).exists():
        if any(path.name != _LOCK for path in folder.iterdir()):
            raise InputError("this folder holds something else", where=str(folder), hint="Choose another --out")
        return
    before = read_sweep(folder)
    if before.name != sweep.name:
        what = f"this folder holds the sweep {before.name}"
        raise InputError(what, where=str(folder), hint="Choose another --out, or give the sweep's file that name")
    check_extension(before, sweep)


def keep_sweep(folder: Path, sweep: Sweep) -> None:
    """Write what the sweep asks, whole or not at all."""
    held = {
        "format": FORMAT,
        "digest": sweep.digest,
        "sweep": sweep.resolved(),
        "scenarios": [one.resolved() for one in sweep.loaded],
        "columns": sweep.columns,
    }
    partial = folder / f"{ABOUT}.{os.getpid()}{PARTIAL}"
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(held, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / ABOUT)


def read_sweep(folder: Path) -> Sweep:
    """The sweep of a folder.

    Raises:
        InputError: if there is none, or it can't be read.
    """
    path = folder / ABOUT
    if not path.is_file():
        hint = "Name the folder that `reentrysim sweep` has written"
        raise InputError("this folder holds no sweep", where=str(folder), hint=hint)
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise InputError(f"is of another version ({held['format']})", where=str(path), hint="Sweep again")
        scenarios = tuple(_scenario(tables) for tables in held["scenarios"])
        tables, columns = held["sweep"], held["columns"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        what, hint = f"can't be read ({error})", "`reentrysim sweep` with the sweep's file writes it again"
        raise InputError(what, where=str(path), hint=hint) from None
    return Sweep.build(tables, tables["name"], folder, str(path), held=Held(scenarios, columns))


def _scenario(tables: Mapping[str, Any]) -> Scenario:
    inner = {key: value for key, value in tables.items() if key != "name"}
    return Scenario.build(inner, tables["name"], [Layer(tables["name"], inner)])


def write_tables(folder: Path, plan: SweepPlan, units: Sequence[Unit], store: Store) -> None:
    """Write every table, in the order of the design; whole or not at all, one after the other."""
    _whole_csv(plan.design.table.reset_index(), folder / DESIGN)
    _whole_csv(_failures(plan, units, store), folder / FAILED)
    partial = folder / f"{RESULTS}.{os.getpid()}{PARTIAL}"
    schema = _schema(plan)
    with pq.ParquetWriter(partial, schema, compression="zstd", write_page_checksum=True) as writer:
        for first in range(0, len(units), _AT_ONCE):
            writer.write_table(_filled(store, plan, units[first : first + _AT_ONCE], schema))
    partial.replace(folder / RESULTS)


def load_results(folder: str | Path) -> SweepResults:
    """The results of a sweep's folder, as far as its tables go.

    Raises:
        InputError: if there are none yet, or they can't be read.
    """
    place = Path(folder)
    plan = plan_sweep(read_sweep(place))
    try:
        table = pq.read_table(place / RESULTS, page_checksum_verification=True)
        failures = pd.read_csv(place / FAILED, keep_default_na=False)
    except FileNotFoundError:
        hint = "`reentrysim sweep` writes them when it is through; what it asks is in sweep.json"
        raise InputError("this sweep has no tables yet", where=str(folder), hint=hint) from None
    except (OSError, pa.ArrowException, ValueError) as error:
        hint = "`reentrysim sweep` with the sweep's file writes it again"
        raise InputError(f"can't be read ({error})", where=str(place / RESULTS), hint=hint) from None
    runs = table.select([*KEYS, *plan.sweep.outcomes]).to_pandas()
    return SweepResults(plan.sweep, plan.design, plan.names, plan.sweep.base.name, runs, failures)


def _schema(plan: SweepPlan) -> pa.Schema:
    keys = [pa.int64(), pa.string(), pa.int32(), pa.int16(), pa.string(), pa.int32()]
    factors = pa.Schema.from_pandas(plan.design.table, preserve_index=False).remove_metadata()
    outcomes = [pa.field(name, pa.float32()) for name in plan.sweep.outcomes]
    return pa.schema([*map(pa.field, KEYS, keys), *factors, *outcomes])


def _filled(store: Store, plan: SweepPlan, units: Sequence[Unit], schema: pa.Schema) -> pa.Table:
    """Rows of some units, with their points' factors."""
    rows = store.runs.rows([unit.name for unit in units])
    which = rows[PLACE].to_pylist()
    points = [units[place].point for place in which]
    factors = pa.Table.from_pandas(plan.design.table.iloc[points], preserve_index=False)
    columns = {POINT: points, "scenario": [plan.names[units[place].scenario] for place in which]}
    columns |= {name: factors[name] for name in factors.column_names}
    blank = pa.nulls(len(rows), pa.float32())
    for name in schema.names:
        if name not in columns:
            columns[name] = rows[name] if name in rows.column_names else blank
    return pa.table({one.name: columns[one.name] for one in schema}, schema=schema)


def _failures(plan: SweepPlan, units: Sequence[Unit], store: Store) -> pd.DataFrame:
    held = store.failures.names - store.runs.names
    failed = [unit for unit in units if unit.name in held]
    rows = store.failures.rows([unit.name for unit in failed])
    which = [failed[place] for place in rows[PLACE].to_pylist()]
    told = {name: rows[name].to_pylist() if which else [] for name in ("error", "traceback")}
    keys = {
        POINT: [unit.point for unit in which],
        "scenario": [plan.names[unit.scenario] for unit in which],
        "replicate": [unit.replicate for unit in which],
    }
    return pd.DataFrame({**keys, **told})


def _whole_csv(frame: pd.DataFrame, path: Path) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")
    write_csv(frame, partial)
    partial.replace(path)

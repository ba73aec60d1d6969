"""The folder of a sweep: what it asks, what was run, and its tables in the order of the design.

sweep.json          the sweep with its scenarios and list, whole, so that nothing else is needed to go on
runs/ failures/     the store (`store.py`)
design.csv          one row a point
results.parquet     one row a point, scenario, replicate, month and subgroup; factors and outcomes by name
failures.csv        one row a unit that failed
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reentrysim.experiments.store import write_csv
from reentrysim.experiments.sweeps.design import POINT, Design, check_extension
from reentrysim.experiments.sweeps.file import Held, Sweep
from reentrysim.experiments.sweeps.plan import SweepPlan, Unit, plan_sweep
from reentrysim.experiments.sweeps.store import FAILURES, INDEX, PARTIAL, PLACE, RUNS, Store, sweep_up, whole
from reentrysim.scenario import Scenario
from reentrysim.scenario.messages import Layer
from reentrysim.vocabulary import InputError

FORMAT = "reentrysim sweep 1"
ABOUT, RESULTS, DESIGN, FAILED = "sweep.json", "results.parquet", "design.csv", "failures.csv"
TABLES = (DESIGN, FAILED, RESULTS)
KEYS = (POINT, "scenario", "replicate", "month", "subgroup", "people")
_LOCK, _DIGEST = ".lock", b"sweep"
_OURS = {_LOCK, *TABLES, RUNS, FAILURES, INDEX, "names.parquet", "sensitivity"}
"""What may lie in the folder of a sweep whose `sweep.json` is gone: runs have their names, whatever it said."""
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
        if any(path.name not in _OURS and path.suffix != PARTIAL for path in folder.iterdir()):
            raise InputError("this folder holds something else", where=str(folder), hint="Choose another --out")
        return
    held = _held(folder).get("sweep", {})  # nothing where it is damaged: it is written again, and runs have their names
    if held.get("name", sweep.name) != sweep.name:
        what = f"this folder holds the sweep {held['name']}"
        raise InputError(what, where=str(folder), hint="Choose another --out, or give the sweep's file that name")
    design = SimpleNamespace(**{"kind": "", "points": None, **held.get("design", {})})
    check_extension(cast("Sweep", SimpleNamespace(design=design)), sweep)


def _held(folder: Path) -> dict[str, Any]:
    """What `sweep.json` says; nothing where it can't be read."""
    with suppress(OSError, ValueError):
        held = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return held if isinstance(held, dict) else {}
    return {}


def keep_sweep(folder: Path, sweep: Sweep) -> None:
    """Write what the sweep asks, whole or not at all; tables of an earlier form of it, which would be misread, go.

    Raises:
        WriteError: if it can't be written.
    """
    if _held(folder).get("digest") != sweep.digest:
        for name in TABLES:
            (folder / name).unlink(missing_ok=True)
    held = {
        "format": FORMAT,
        "digest": sweep.digest,
        "sweep": sweep.resolved(),
        "scenarios": [one.resolved() for one in sweep.loaded],
        "columns": sweep.columns,
    }
    with whole(folder / ABOUT) as partial:
        partial.write_text(json.dumps(held, indent=1), encoding="utf-8", newline="\n")


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
    """Write every table, in the order of the design, and put them in place when all are written.

    Raises:
        WriteError: if they can't be written.
    """
    columns = _columns(plan)
    schema = _schema(plan, columns)
    with ExitStack() as stack:
        places = {name: stack.enter_context(whole(folder / name)) for name in TABLES}
        write_csv(plan.design.table.reset_index(), places[DESIGN])
        write_csv(_failures(plan, units, store), places[FAILED])
        with pq.ParquetWriter(places[RESULTS], schema, compression="zstd", write_page_checksum=True) as writer:
            for first in range(0, len(units), _AT_ONCE):
                writer.write_table(_filled(store, plan, units[first : first + _AT_ONCE], schema, columns))


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
    if (table.schema.metadata or {}).get(_DIGEST) != plan.sweep.digest.encode():
        hint = "`reentrysim sweep` with the sweep's file writes them again"
        raise InputError("the tables are of another form of this sweep", where=str(folder), hint=hint)
    runs = table.select([*KEYS, *plan.sweep.outcomes]).to_pandas()
    return SweepResults(plan.sweep, plan.design, plan.names, plan.sweep.base.name, runs, failures)


def _columns(plan: SweepPlan) -> dict[str, pa.Array]:
    """The factors by path, one value a point; as text where they are of several kinds."""
    return {str(path): _column(column.tolist()) for path, column in plan.design.table.items()}


def _column(values: Sequence[Any]) -> pa.Array:
    if len({type(value) for value in values} - {int, float}) > (0 if isinstance(values[0], int | float) else 1):
        return pa.array([str(value) for value in values], pa.string())
    return pa.array(values)


def _schema(plan: SweepPlan, columns: Mapping[str, pa.Array]) -> pa.Schema:
    keys = [pa.int64(), pa.string(), pa.int32(), pa.int16(), pa.string(), pa.int32()]
    factors = [pa.field(path, column.type) for path, column in columns.items()]
    outcomes = [pa.field(name, pa.float32()) for name in plan.sweep.outcomes]
    return pa.schema([*map(pa.field, KEYS, keys), *factors, *outcomes], {_DIGEST: plan.sweep.digest})


def _filled(
    store: Store, plan: SweepPlan, units: Sequence[Unit], schema: pa.Schema, factors: Mapping[str, pa.Array]
) -> pa.Table:
    """Rows of some units in the months that were asked for, with their points' factors."""
    rows = store.runs.rows([unit.name for unit in units])
    if len(rows):
        rows = rows.filter(pc.is_in(rows["month"], value_set=pa.array(plan.sweep.reported_months, pa.int16())))
    which = [units[place] for place in rows[PLACE].to_pylist()]
    columns = {POINT: [unit.point for unit in which], "scenario": [plan.names[unit.scenario] for unit in which]}
    places = pa.array(columns[POINT], pa.int64())
    columns |= {path: column.take(places) for path, column in factors.items()}
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

"""The names of a sweep's units, kept in its folder: making them takes minutes where points are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reentrysim.experiments.sweeps.plan import SweepPlan, Unit
from reentrysim.experiments.sweeps.store import DAMAGE, whole

NAMES = "names.parquet"
_DIGEST = b"plan"


def units_of(plan: SweepPlan, folder: Path, watch: Callable[[int], None] = lambda _: None) -> list[Unit]:
    """Every unit of a plan, in order, from the folder if they are there."""
    with suppress(*DAMAGE, KeyError):
        table = pq.read_table(folder / NAMES, page_checksum_verification=True)
        if plan.digest and (table.schema.metadata or {}).get(_DIGEST) == plan.digest.encode():
            return [Unit(*line) for line in zip(*(table[name].to_pylist() for name in Unit._fields), strict=True)]
    return list(plan.units(watch))


def keep_names(plan: SweepPlan, folder: Path, units: Sequence[Unit]) -> None:
    """Write them down."""
    if not plan.digest:
        return
    columns = zip(*units, strict=True) if units else ([] for _ in Unit._fields)
    table = pa.table(dict(zip(Unit._fields, map(list, columns), strict=True)))
    with whole(folder / NAMES) as partial:
        pq.write_table(table.replace_schema_metadata({_DIGEST: plan.digest}), partial, write_page_checksum=True)

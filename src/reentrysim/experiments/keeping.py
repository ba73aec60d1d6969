"""Finished replicates of a comparison that is not finished, kept beside its folder so that the same command goes on.

A replicate is one file without code in it (NumPy arrays), under the digest of everything that decides its numbers.
Numbers are kept as finely as `Runs` holds them, so that a run with a break gives the same bytes as one without.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from reentrysim.experiments.plan import Plan

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

_PACKAGE = Path(__file__).parents[1]
_AMOUNTS = ("step", "arrived", "spent", "lapsed", "unspent", "unpaid")
Replicate = Mapping[str, "RunResult"]
"""Scenario -> its result."""


@dataclass(frozen=True)
class Kept:
    """A folder of finished replicates of one family of plans, which differ in their number of replicates alone."""

    folder: Path
    names: tuple[str, ...]

    @classmethod
    def beside(cls, folder: Path, plan: Plan) -> Kept:
        """The one for runs that will be written to `folder`."""
        family = hashlib.sha256(f"{plan.family} {_code()}".encode()).hexdigest()
        return cls(folder.resolve().parent / f".kept-{family[:16]}", plan.names)

    def keep(self, replicate: int, results: Replicate) -> None:
        """Put a replicate on disk, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(replicate)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            np.savez(file, **_packed([results[name] for name in self.names]))
        os.replace(partial, path)

    def read(self, replicate: int) -> Replicate | None:
        """A replicate that is kept; None without one, or with a file that can't be read."""
        try:
            with np.load(self._path(replicate), allow_pickle=False) as arrays:
                return dict(zip(self.names, _unpacked(arrays), strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def count(self) -> int:
        """Replicates that are kept."""
        return len(list(self.folder.glob("*.npz")))

    def forget(self) -> None:
        """The run is whole: nothing is left to go on with."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, replicate: int) -> Path:
        return self.folder / f"{replicate}.npz"


def _packed(results: Iterable[RunResult]) -> dict[str, Any]:
    """Arrays by the number of the scenario and what they hold."""
    arrays: dict[str, Any] = {}
    for number, result in enumerate(results):
        ledger = result.ledger
        arrays |= {
            f"{number} subgroups": np.array(result.subgroups),
            f"{number} people": np.asarray(result.people),
            **_table(f"{number} series", result.series),
            **_table(f"{number} counterpart", result.counterpart),
            f"{number} accounts": np.array([(row.source, row.program) for row in ledger], dtype=np.str_).reshape(-1, 2),
            f"{number} amounts": np.array(
                [[getattr(row, amount) for amount in _AMOUNTS] for row in ledger], dtype=np.int64
            ).reshape(-1, len(_AMOUNTS)),
            f"{number} notes": np.array(list(result.notes.values()), dtype=np.float64),
            f"{number} note names": np.array(list(result.notes), dtype=np.str_),
        }
    return arrays


def _table(name: str, series: Mapping[str, Any]) -> dict[str, Any]:
    values = np.array(list(series.values()), dtype=np.float32)
    return {name: values, f"{name} names": np.array(list(series), dtype=np.str_)}


def _unpacked(arrays: Any) -> Iterator[RunResult]:
    from reentrysim.outcomes import LedgerRow, RunResult

    for number in range(sum(key.endswith(" people") for key in arrays)):
        held = {key: arrays[f"{number} {key}"] for key in ("subgroups", "people", "accounts", "amounts", "notes")}
        rows = zip(held["accounts"].tolist(), held["amounts"].tolist(), strict=True)
        yield RunResult(
            subgroups=tuple(held["subgroups"].tolist()),
            people=held["people"],
            series=_series(arrays, f"{number} series"),
            ledger=[LedgerRow(*account, *amounts) for account, amounts in rows],
            notes=dict(zip(arrays[f"{number} note names"].tolist(), held["notes"].tolist(), strict=True)),
            counterpart=_series(arrays, f"{number} counterpart"),
        )


def _series(arrays: Any, name: str) -> dict[str, Any]:
    return dict(zip(arrays[f"{name} names"].tolist(), arrays[name], strict=True))


@cache
def _code() -> str:
    """SHA-256 (hex) of the package: what another version has run is not taken up."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()

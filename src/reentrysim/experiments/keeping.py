"""Finished replicates of a comparison that is not finished, kept beside its folder so that the same command goes on.

A replicate is one file without code in it (NumPy arrays), under the digest of everything that decides its numbers.
Numbers are kept as finely as `Runs` holds them, so that a run with a break gives the same bytes as one without.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reentrysim.experiments.code import code_digest, numbers_from
from reentrysim.experiments.contracts import packed, unpacked
from reentrysim.experiments.plan import Plan

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

Replicate = Mapping[str, "RunResult"]
"""Scenario -> its result."""
AMOUNTS = ("step", "arrived", "spent", "lapsed", "unspent", "unpaid")
"""Numbers of a line of the ledger."""


@dataclass(frozen=True)
class Kept:
    """A folder of finished replicates of one family of plans, which differ in their number of replicates alone."""

    folder: Path
    names: tuple[str, ...]
    still: Callable[[], bool] = lambda: True
    """Whether what the runs rest on is still what it was when they were planned."""

    @classmethod
    def beside(cls, folder: Path, plan: Plan) -> Kept:
        """The one for runs that will be written to `folder`."""
        family = hashlib.sha256(f"{plan.family} {code_digest()} {numbers_from()}".encode()).hexdigest()
        return cls(folder.resolve().parent / f".kept-{family[:16]}", plan.names, plan.still_holds)

    def keep(self, replicate: int, results: Replicate) -> None:
        """Put a replicate on disk, whole or not at all: not where it can't be, or when its inputs have changed since.

        What is not kept is run again next time, and no reason to stop now.
        """
        path = self._path(replicate)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with suppress(OSError):
            if not self.still():
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with partial.open("wb") as file:
                    np.savez(file, replicate=replicate, **_packed([results[name] for name in self.names]))
                    os.fsync(file.fileno())
                os.replace(partial, path)
            except BaseException:
                partial.unlink(missing_ok=True)
                with suppress(OSError):  # it holds others
                    self.folder.rmdir()
                raise

    def read(self, replicate: int) -> Replicate | None:
        """A replicate that is kept; None without one, or with a file that can't be read."""
        try:
            with self._path(replicate).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if int(arrays["replicate"]) != replicate:
                    return None  # somebody renamed it
                return dict(zip(self.names, _unpacked(arrays), strict=True))
        except Exception:  # whatever a damaged file does to its reader: the replicate is run again
            return None

    def count(self) -> int:
        """Replicates that are kept."""
        return len(list(self.folder.glob("*.npz")))

    def forget(self, replicates: int) -> None:
        """A run of so many is whole: what it held is not needed any more, what a larger one left stays."""
        for path in self.folder.glob("*"):
            number = path.name.partition(".")[0]
            if path.suffix == ".partial" or (number.isdecimal() and int(number) < replicates):
                with suppress(OSError):
                    path.unlink()
        with suppress(OSError):
            self.folder.rmdir()

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
            **_table(f"{number} errors", result.errors),
            **_table(f"{number} access", result.access),
            **_table(f"{number} queues", result.queues),
            f"{number} accounts": np.array([(row.source, row.program) for row in ledger], dtype=np.str_).reshape(-1, 2),
            f"{number} amounts": np.array([_amounts(row) for row in ledger], dtype=np.int64).reshape(-1, len(AMOUNTS)),
            f"{number} contracts": np.array(packed(result.contracts)),
            f"{number} notes": np.array(list(result.notes.values()), dtype=np.float64),
            f"{number} note names": np.array(list(result.notes), dtype=np.str_),
        }
    return arrays


def _amounts(row: Any) -> list[int]:
    """The numbers of a line of the ledger, in its order."""
    return [getattr(row, field) for field in AMOUNTS]


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
            contracts=unpacked(str(arrays[f"{number} contracts"])),
            errors=_series(arrays, f"{number} errors"),
            access=_series(arrays, f"{number} access"),
            queues=_series(arrays, f"{number} queues"),
        )


def _series(arrays: Any, name: str) -> dict[str, Any]:
    return dict(zip(arrays[f"{name} names"].tolist(), arrays[name], strict=True))

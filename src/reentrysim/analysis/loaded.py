"""A comparison read again from the folder that it was written to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.answer import OUTCOME
from reentrysim.analysis.compare import FEW_MEMBERS, SUMMARY
from reentrysim.experiments.run import at_horizon_only
from reentrysim.experiments.store import read_manifest
from reentrysim.vocabulary import InputError, nearest

_INTERVALS = ["value_low", "value_high", "difference_low", "difference_high"]


@dataclass(frozen=True)
class Loaded:
    """The tables of a finished comparison, its sentence and its warnings; nothing is computed again."""

    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Values and paired differences at months 12, 24, ... and the last one."""
        return pd.read_csv(self._file("comparison.csv"))

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Values at every month since release."""
        return pd.read_csv(self._file("curves.csv"))

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Every replicate, wide: every month for everybody, every 12th for subgroups."""
        return pd.read_parquet(self._file("outcomes.parquet"))

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every movement of money, in integer cents."""
        return pd.read_csv(self._file("ledger.csv"))

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before trusting the intervals."""
        return list(self.manifest["warnings"])

    def sentence(self) -> str:
        """The answer in one sentence, as it was printed."""
        return str(self.manifest["sentence"])

    def difference(self, outcome: str = OUTCOME, month: int | None = None, subgroup: str = "all") -> pd.DataFrame:
        """Every scenario's value and paired difference, indexed by scenario; as `Comparison.difference`.

        Raises:
            InputError: for an outcome, a month or a subgroup that is not in the table.
        """
        frame = self.comparison
        month = int(self.manifest["headline_month"]) if month is None else month
        for column, asked in (("outcome", outcome), ("subgroup", subgroup), ("month", month)):
            frame = frame[frame[column] == asked]
            if frame.empty:
                known = self.comparison[column].unique().tolist()
                hint = nearest(str(asked), map(str, known))
                raise InputError(f"no {column} {asked!r} in these results", where=str(self.folder), hint=hint)
        rows = frame.drop(columns=["baseline", "outcome", "subgroup", "month"]).set_index("scenario")
        rows["people"] = self._people(subgroup)
        system = float(self.manifest["system_size"]) / float(self.manifest["participants"])
        rows.loc[rows["people"] * system < FEW_MEMBERS, _INTERVALS] = np.nan
        return rows

    def summary(self) -> pd.DataFrame:
        """The headline outcomes of every scenario, by scenario and outcome."""
        last = int(self.manifest["months"])
        headline = int(self.manifest["headline_month"])
        frames = []
        for outcome in SUMMARY:
            month = last if at_horizon_only(outcome) else headline
            frames.append(self.difference(outcome, month).assign(outcome=outcome, month=month))
        names = list(self.manifest["scenarios"])
        return pd.concat(frames).reset_index().set_index(["scenario", "outcome"]).loc[names]

    def _people(self, subgroup: str) -> pd.Series[float]:
        """Members in a run, on average, by scenario."""
        members = self.outcomes[(self.outcomes["subgroup"] == subgroup)]
        counts: pd.Series[float] = members.groupby("scenario")["people"].mean()
        return counts

    def _file(self, name: str) -> Path:
        """A file of the run; InputError when it is not the one that was written."""
        path = self.folder / name
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(f"cannot be read ({error.strerror})", where=str(path), hint="Run it again") from None
        if found != self.manifest["files"][name]:
            raise InputError("is not the file that the run wrote", where=str(path), hint="Run it again")
        return path


def load(folder: str | Path) -> Loaded:
    """The comparison in a results folder.

    Raises:
        InputError: for a folder that holds no complete run of this version's format.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest is None or "sentence" not in manifest:
        hint = "Name a folder that `reentrysim compare` wrote, such as results/compare-…"
        raise InputError("holds no complete run", where=str(place), hint=hint)
    return Loaded(place, manifest)

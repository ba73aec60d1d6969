"""A comparison read again from the folder that it was written to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import OUTCOME
from reentrysim.analysis.contracts import CONTRACT_COLUMNS, payments
from reentrysim.analysis.driving import COLUMNS as DRIVER_COLUMNS
from reentrysim.analysis.driving import DRIVERS
from reentrysim.analysis.economics.books import Books
from reentrysim.analysis.economics.reading import from_folder
from reentrysim.analysis.estimates import Estimates, Facts, Floats
from reentrysim.analysis.intervals import Cell
from reentrysim.analysis.tables import draw_numbers
from reentrysim.experiments.again import SCENARIOS, plan_again, read_scenarios
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.store import MANIFEST, SEAL, read_manifest, seal
from reentrysim.outcomes import REACH
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import LESS_IS_BETTER, OUTCOMES, InputError

_KEYS = ["scenario", "subgroup", "month"]


@dataclass(frozen=True, repr=False)
class Loaded(Estimates):
    """The tables of a finished comparison, its sentence and its warnings; nothing is simulated again."""

    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def facts(self) -> Facts:
        """What the results are about."""
        said, held = self.manifest, set(self.outcomes.columns)
        return Facts(
            names=tuple(name for name in said["scenarios"] if name not in said["next_dollar"]),
            baseline=said["baseline"],
            months=int(said["months"]),
            draws=draw_numbers(int(said["replicates"]), int(said["stored_draws"]), bool(said["fixed_parameters"])),
            participants=int(said["participants"]),
            system_size=int(said["system_size"]),
            outcomes=tuple(name for name in OUTCOMES if name in held),
            subgroups=tuple(self.outcomes["subgroup"].unique()),
            elsewhere=tuple(said.get("money", {}).get("elsewhere", ())),
        )

    @property
    def said(self) -> Mapping[str, Any]:
        """What the manifest says of the plan, the software, and the command that runs it again."""
        return self.manifest

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
        """Every replicate, wide: every month for everybody, every 12th and the last for subgroups."""
        return pd.read_parquet(self._file("outcomes.parquet"))

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every movement of money, in integer cents."""
        return pd.read_csv(self._file("ledger.csv"))

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Lines, places and workers of programs by step of the run, in people of the real system."""
        if "queues.csv" not in self.manifest["files"]:
            raise InputError("keeps no lines and caseloads over time", where=str(self.folder), hint="Run it again")
        return pd.read_csv(self._file("queues.csv"))

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """What every contract came to in each replicate, in integer cents; no rows where no scenario has one."""
        if "contracts.csv" not in self.manifest["files"]:
            return pd.DataFrame(columns=CONTRACT_COLUMNS)
        return pd.read_csv(self._file("contracts.csv"))

    def plan(self) -> Plan:
        """What was run, to run part of it again; InputError where this installation would run something else."""
        if SCENARIOS not in self.manifest["files"]:
            raise InputError("keeps no scenarios", where=str(self.folder), hint="Run it again")
        return plan_again(self.manifest, self._file(SCENARIOS))

    def titles(self) -> dict[str, tuple[str, str]]:
        """Scenario -> its title and its question; empty for a folder that keeps no scenarios."""
        if SCENARIOS not in self.manifest["files"]:
            return {}
        listed = [one["scenario"] for one in json.loads(self._file(SCENARIOS).read_text(encoding="utf-8"))]
        return {one["name"]: (one["title"], one["question"]) for one in listed}

    @cached_property
    def asked(self) -> tuple[Scenario, ...]:
        """The scenarios, to tell of them; files of one's own that they name are not kept.

        Raises:
            InputError: for a folder that keeps none, or whose programs or rules are not allowed here.
        """
        if SCENARIOS not in self.manifest["files"]:
            raise InputError("keeps no scenarios", where=str(self.folder), hint="Run it again")
        return tuple(one for one in read_scenarios(self._file(SCENARIOS)) if one.name in self.facts.names)

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """What each difference goes with most of all that is not known (`driving.table`), as written."""
        if len(self.facts.names) < 2:
            return pd.DataFrame(columns=DRIVER_COLUMNS)
        if DRIVERS not in self.manifest["files"]:
            raise InputError("does not keep what drives its result", where=str(self.folder), hint="Run it again")
        return pd.read_csv(self._file(DRIVERS))

    @cached_property
    def books(self) -> Books:
        """What the replicates hold about money."""
        if "money" not in self.manifest:
            raise InputError("keeps no prices", where=str(self.folder), hint="Run it again")
        prices = pd.read_csv(self._file("prices.csv"))
        try:
            return from_folder(self.outcomes, prices, self.manifest["money"], self.facts)
        except KeyError as missing:
            what = f"was written by another version, which keeps no {missing.args[0]} of its money"
            raise InputError(what, where=str(self.folder), hint="Run it again") from None

    def payments(self) -> pd.DataFrame:
        """How often and how much each contract pays, also if its programs do nothing (`contracts.payments`)."""
        return payments(self.contracts, self.facts.draws)

    @property
    def notes(self) -> pd.DataFrame:
        """What the runs say about themselves, averaged over replicates: one row per scenario, one column per note."""
        if "notes" not in self.manifest:
            raise InputError("keeps no notes of its runs", where=str(self.folder), hint="Run it again")
        frame = pd.DataFrame.from_dict(dict(self.manifest["notes"]), orient="index", dtype="float64")
        return frame.reindex(self.facts.names)

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before trusting the intervals."""
        return list(self.manifest["warnings"])

    def sentence(self) -> str:
        """The answer in one sentence, as it was printed."""
        return str(self.manifest["sentence"])

    def reach(self, scenario: str, outcome: str = OUTCOME, month: int | None = None) -> pd.DataFrame:
        """Effects per person released, offered, served and completing, as written: at the headline month."""
        month = self.headline_month if month is None else month
        self._check(scenario, outcome, month, "all")
        if "reach.csv" not in self.manifest["files"]:
            raise InputError("one scenario alone changes nothing for anybody", where=str(self.folder))
        table = pd.read_csv(self._file("reach.csv"), dtype={"program": "str"})
        rows = table[(table["scenario"] == scenario) & (table["outcome"] == outcome) & (table["month"] == month)]
        if rows.empty:
            kept = f"{', '.join(table['outcome'].unique())} at month {table['month'].max()}"
            raise InputError(f"who is reached is not kept for {outcome} at month {month}", hint=f"Kept: {kept}")
        return rows.assign(program=rows["program"].fillna("")).reset_index(drop=True)

    def equity(self, references: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Access, gains and gaps by sex, age, race, risk and need, as written: at the headline month.

        Raises:
            InputError: for other `references` than the usual ones, which a folder does not keep.
        """
        if references:
            what = "gaps to other groups are not in a folder"
            raise InputError(what, where=str(self.folder), hint="compare() again, and equity(references) of that")
        if "equity.csv" not in self.manifest["files"]:
            raise InputError("keeps no table of access and gaps", where=str(self.folder), hint="Compare two scenarios")
        table = pd.read_csv(self._file("equity.csv"), dtype={"program": "str"})
        return table.assign(program=table["program"].fillna(""))

    def sample(self, scenario: str, outcome: str, month: int, subgroup: str) -> Floats:
        """(R,) the value of one scenario in each replicate."""
        return self._rows(scenario, subgroup, month)[outcome].to_numpy(dtype="float64")

    def same_people(self, scenario: str, outcome: str, month: int, subgroup: str) -> Floats:
        """(R,) what the baseline gave the same people.

        Raises:
            InputError: of whom a program reached, because a folder does not keep each replicate's.
        """
        if _reached(subgroup) and scenario != self.facts.baseline:
            raise InputError(
                f"{subgroup} has other members in every scenario, and a folder keeps their means alone",
                where=str(self.folder),
                hint="difference() and paired() have them; compare() again for the rest",
            )
        return self.sample(self.facts.baseline, outcome, month, subgroup)

    def members(self, scenario: str, subgroup: str) -> float:
        """People of a subgroup in a run, on average."""
        return float(self._rows(scenario, subgroup, self.facts.months)["people"].mean())

    def paired(self, scenario: str, outcome: str, month: int, subgroup: str = "all", luck: float = 0.0) -> Cell:
        """The expected paired difference from the baseline; of whom a program reached, the one that was written."""
        if not _reached(subgroup) or luck:
            return super().paired(scenario, outcome, month, subgroup, luck)
        self._check(scenario, outcome, month, subgroup)
        table = self.comparison
        chosen = (table["outcome"] == outcome) & (table["subgroup"] == subgroup) & (table["scenario"] == scenario)
        rows = table[chosen & (table["month"] == month)]
        if rows.empty:
            raise self._not_kept(subgroup, month)
        row = rows.iloc[0]
        better = float(row["probability_better"])
        below = better if LESS_IS_BETTER[outcome] else 1.0 - better
        mean, low, high, mcse = (float(row[f"difference{end}"]) for end in ("", "_low", "_high", "_mcse"))
        return Cell(mean, low, high, mcse, below, int(row["replicates"]))

    @cached_property
    def _indexed(self) -> pd.DataFrame:
        return self.outcomes.set_index(_KEYS).sort_index(kind="stable")

    def _rows(self, scenario: str, subgroup: str, month: int) -> pd.DataFrame:
        """One row a replicate, in their order."""
        try:
            rows: pd.DataFrame = self._indexed.loc[[(scenario, subgroup, month)]]
        except KeyError:
            raise self._not_kept(subgroup, month) from None
        return rows

    def _not_kept(self, subgroup: str, month: int) -> InputError:
        return InputError(
            f"month {month} of {subgroup} is not kept in a folder",
            where=str(self.folder),
            hint="Of subgroups it keeps months 12, 24, ... and the last",
        )

    def _file(self, name: str) -> Path:
        """A file of the run; InputError when it is not the one that was written."""
        path = self.folder / name
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(f"cannot be read ({error.strerror})", where=str(path), hint="Run it again") from None
        if found != self.manifest["files"].get(name):
            raise _changed(path)
        return path


def load(folder: str | Path) -> Loaded:
    """The comparison in a results folder.

    Raises:
        InputError: for a folder that holds no complete run of this version's format, or whose manifest was changed.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest is None or "sentence" not in manifest:
        hint = "Name a folder that `reentrysim compare` wrote, such as results/compare-…"
        raise InputError("holds no complete run", where=str(place), hint=hint)
    if manifest.get(SEAL) != seal(manifest):  # sentence, warnings and money are read from it
        raise _changed(place / MANIFEST)
    return Loaded(place, manifest)


def _changed(path: Path) -> InputError:
    return InputError("is not the file that the run wrote", where=str(path), hint="Run it again")


def _reached(subgroup: str) -> bool:
    return subgroup.partition("=")[0] in REACH

"""Computing a folder again, all of it or its first replicates, and comparing what comes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.loaded import Loaded, load
from reentrysim.analysis.verifying.findings import Finding, Kind
from reentrysim.analysis.verifying.sameness import Same, compare_files, compare_tables, read_table
from reentrysim.experiments.next_dollar import NextDollar, the_sum
from reentrysim.experiments.plan import Plan, Precision, check_range
from reentrysim.experiments.run import Progress, no_progress, run_plan, simulate
from reentrysim.experiments.store import MANIFEST, SEAL

OF_THE_MOMENT = ("elapsed_seconds", "jobs", "python", "packages", "files", "warnings", SEAL)
"""What a manifest says that need not come out again word for word; files and warnings are compared otherwise."""
LAST_DIGITS = 6
OF_EACH_REPLICATE = ("outcomes.parquet", "ledger.csv")
"""Files with rows of each replicate."""


@dataclass
class Again:
    """What came out again."""

    what: str
    findings: list[Finding] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, alike: Same, why: str) -> None:
        """Note how alike a file is."""
        if alike is Same.NO:
            self.findings.append(Finding(name, Kind.DIFFERENT, why))
        else:
            (self.same if alike is Same.YES else self.near).append(name)


def whole(loaded: Loaded, jobs: int | None = None, progress: Progress = no_progress) -> Again:
    """Run the whole plan of a folder again and compare every table, and what the manifest says of results.

    Raises:
        InputError: where this installation would run something else, or files of one's own are not kept.
    """
    plan = plan_of(loaded, jobs)
    progress(0, len(plan.scenarios) * plan.replicates)
    again = Again(f"{len(plan.scenarios)} scenarios x {plan.replicates} replicates")
    result = Comparison(run_plan(plan, simulate, progress))
    with TemporaryDirectory(prefix="reentrysim-") as place:
        folder = result.save(Path(place) / "again")
        made = load(folder).manifest
        _of_files(again, loaded, folder, made["files"])
        _of_manifest(again, loaded.manifest, made)
    again.left_out.append(f"the command as typed, times, machine and packages in {MANIFEST}")
    return again


def _of_files(again: Again, loaded: Loaded, folder: Path, made: Collection[str]) -> None:
    """Compare every file that is `made` in `folder`; pictures and pages are not."""
    kept = loaded.manifest["files"]
    for name in kept:
        if name in made:
            again.add(name, *compare_files(loaded.folder / name, folder / name))
        else:
            again.left_out.append(name)
    left = [name for name in made if name not in kept]
    again.findings += [Finding(name, Kind.MISSING, "is missing, and the run writes it") for name in left]


def _of_manifest(again: Again, kept: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    """Compare what two manifests say; warnings that came of how it was asked may be more."""
    said = [key for key in made if key not in OF_THE_MOMENT]
    differ = [key for key in said if key not in kept or _told(kept[key]) != _told(made[key])]
    differ += ["warnings"] if set(made["warnings"]) - set(kept.get("warnings", ())) else []
    again.add(MANIFEST, Same.NO if differ else Same.YES, f"says otherwise of {', '.join(differ)}")


def _told(said: Any) -> Any:
    """With the digits that processors agree on."""
    if isinstance(said, dict):
        return {key: _told(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_told(value) for value in said]
    return f"{said:.{LAST_DIGITS}g}" if isinstance(said, float) else said


def first(loaded: Loaded, replicates: int, jobs: int | None = None, progress: Progress = no_progress) -> Again:
    """Run the first replicates of a folder again and compare their rows; raises as `whole`."""
    held = loaded.facts.replicates
    check_range("replicates", replicates, 1, held)
    plan = replace(plan_of(loaded, jobs), replicates=replicates)
    progress(0, len(plan.scenarios) * replicates)
    result = Comparison(run_plan(plan, simulate, progress))
    again = Again(f"{len(plan.scenarios)} scenarios x the first {replicates} of {held} replicates")
    with TemporaryDirectory(prefix="reentrysim-") as place:
        for name in OF_EACH_REPLICATE:
            path = Path(place) / name
            result.files()[name](path)
            kept, new = read_table(loaded.folder / name), read_table(path)
            old = kept[kept["replicate"] < replicates].reset_index(drop=True)
            again.add(f"{name} (replicates 0 to {replicates - 1})", *compare_tables(old, new))
    again.left_out.append("every other file, which rests on all replicates")
    return again


def plan_of(loaded: Loaded, jobs: int | None = None) -> Plan:
    """The plan of a folder, with what it asks of the next dollar and of precision."""
    plan = replace(loaded.plan(), notices=())
    if asked := loaded.manifest["precision"]:
        plan = replace(plan, precision=Precision(asked["asked"], asked["first"]))
    further = set(loaded.manifest["next_dollar"])
    if further:
        plan = replace(plan, next_dollar=_next_dollar(plan, further))
    return plan if jobs is None else replace(plan, jobs=jobs)


def _next_dollar(plan: Plan, further: set[str]) -> NextDollar:
    """Which scenarios have a sum more for which program: each stands behind the one that it is otherwise like."""
    pairs, base, dollars = list[tuple[str, str, str]](), plan.scenarios[0], 0.0
    for scenario in plan.scenarios:
        if scenario.name not in further:
            base = scenario
            continue
        more = the_sum(base, scenario)
        dollars = more.total_dollars
        pairs.append((base.name, more.earmark[0], scenario.name))
    return NextDollar(dollars, tuple(pairs))

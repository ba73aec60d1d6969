"""Check a results folder: whether it is what its run wrote, and what its command gives again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reentrysim.analysis.loaded import Loaded, load
from reentrysim.analysis.verifying.findings import Verification
from reentrysim.analysis.verifying.integrity import damage, manifest_of
from reentrysim.analysis.verifying.rerun import first, whole
from reentrysim.experiments.plan import check_options
from reentrysim.experiments.run import Progress, no_progress
from reentrysim.vocabulary import InputError

ONLY_CHECKED = "Its files are what was written; run the command of its manifest again to compare"


def verify(
    folder: str | Path,
    rerun: bool = False,
    *,
    replicates: int | None = None,
    jobs: int | None = None,
    progress: Progress = no_progress,
) -> Verification:
    """Whether every file of a results folder is the one that was written, by the SHA-256 in its manifest.

    With `rerun` the same plan is run again in a temporary folder, on `jobs` processes, and every table must come out
    the same: to the byte, or in its values where two versions of a library store them otherwise; `near` lists what
    agrees to six digits. With `replicates` only the first so many are run, and their rows of outcomes.parquet and
    ledger.csv compared. A damaged folder is not run again. Pictures and pages are never computed again, nor what the
    manifest says of the command as typed, times, machine and packages.

    Raises:
        InputError: for a folder that is no run, for a number out of range, and where this installation would run
            something else than the folder's, or nothing because it holds no comparison.
    """
    check_options(replicates=replicates, jobs=jobs)
    place = Path(folder)
    manifest = manifest_of(place)
    findings = tuple(damage(place, manifest))
    checked = 1 + len(manifest["files"]) if manifest else 0
    if findings or not (rerun or replicates):
        left = ("anything, because the folder is damaged",) if findings and (rerun or replicates) else ()
        return Verification(place, checked, findings, left_out=left)
    loaded = _comparison(place, manifest)
    again = whole(loaded, jobs, progress) if replicates is None else first(loaded, replicates, jobs, progress)
    found = tuple(again.findings)
    return Verification(place, checked, found, again.what, tuple(again.same), tuple(again.near), tuple(again.left_out))


def _comparison(folder: Path, manifest: Mapping[str, Any] | None) -> Loaded:
    """What can be run again; a folder of another command is whole, and no comparison."""
    if manifest is not None and "sentence" not in manifest:
        raise InputError("holds no comparison, and nothing else is run again", where=str(folder), hint=ONLY_CHECKED)
    return load(folder)

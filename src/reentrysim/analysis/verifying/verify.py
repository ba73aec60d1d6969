"""Check a results folder: whether it is what its run wrote, and what its command gives again."""

from __future__ import annotations

from pathlib import Path

from reentrysim.analysis.loaded import load
from reentrysim.analysis.verifying.findings import Verification
from reentrysim.analysis.verifying.integrity import damage, manifest_of
from reentrysim.analysis.verifying.rerun import first, whole
from reentrysim.experiments.plan import check_options
from reentrysim.experiments.run import Progress, no_progress


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
    manifest says of times, machine and packages.

    Raises:
        InputError: for a folder that is no run, for a number out of range, and where this installation would run
            something else than the folder's.
    """
    check_options(replicates=replicates, jobs=jobs)
    place = Path(folder)
    manifest = manifest_of(place)
    findings = tuple(damage(place, manifest))
    checked = 1 + len(manifest["files"]) if manifest else 0
    if findings or not (rerun or replicates):
        left = ("anything, because the folder is damaged",) if findings and (rerun or replicates) else ()
        return Verification(place, checked, findings, left_out=left)
    loaded = load(place)
    again = whole(loaded, jobs, progress) if replicates is None else first(loaded, replicates, jobs, progress)
    found = tuple(again.findings)
    return Verification(place, checked, found, again.what, tuple(again.same), tuple(again.near), tuple(again.left_out))

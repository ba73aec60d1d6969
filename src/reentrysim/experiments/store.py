"""Keeping a run: a folder that is either complete or not there, with a manifest of what it holds."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from reentrysim._version import VERSION
from reentrysim.disk import partial_of, takes_files
from reentrysim.experiments.plan import Plan
from reentrysim.vocabulary import InputError

Writer = Callable[[Path], None]
"""Writes one file at the path it is given."""
MANIFEST = "manifest.json"
FORMAT = "reentrysim run 1"
SEAL = "manifest_sha256"
"""Key of the digest of everything else that a manifest says."""
CSV: dict[str, Any] = {"index": False, "float_format": "%.9g", "lineterminator": "\n"}
"""How every table is written."""
PACKAGES = ("mesa", "numpy", "pandas", "scipy", "pydantic", "pyarrow", "joblib", "seaborn", "matplotlib")


def default_folder(name: str, plan: Plan) -> Path:
    """Where a run goes when nobody says so: results/<name>-<first ten digits of its digest>."""
    return Path("results") / f"{name}-{plan.digest[:10]}"


def check_folder(folder: Path, run: str) -> None:
    """Raises InputError unless `folder` can take the run with digest `run`: absent, empty, or holding that same run."""
    place = folder.resolve()
    if not place.exists():
        _check_parent(folder, place.parent)
    elif not place.is_dir():
        raise InputError("this is a file, not a folder", where=str(folder), hint="Choose another --out")
    elif any(place.iterdir()):
        _check_same_run(folder, place, run)
    elif not os.access(place.parent, os.W_OK):
        raise InputError("its parent folder cannot be written", where=str(folder), hint="Choose another --out")


def holds_run(folder: Path) -> bool:
    """Whether a complete run stands in `folder`."""
    return read_manifest(folder) is not None


def save(folder: Path, run: str, files: Mapping[str, Writer], about: Mapping[str, Any]) -> Path:
    """Write a run into `folder`: all of it, or nothing. Returns the folder.

    `files` maps a path inside the folder to its writer; `about` is what the manifest says besides the files' hashes.
    Raises InputError like `check_folder`.
    """
    check_folder(folder, run)
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(place)
    try:
        _fill(partial, run, files, about)
        _put_in_place(partial, place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A CSV whose bytes depend on the numbers alone; missing values are empty cells."""
    frame.to_csv(path, **CSV)


def write_parquet(frames: Iterable[pd.DataFrame], path: Path) -> None:
    """One Parquet file out of frames with the same columns, one after the other so that few are in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    try:
        for frame in frames:
            table = pa.Table.from_pandas(frame, preserve_index=False)
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def about_plan(plan: Plan) -> dict[str, Any]:
    """What the manifest says about a plan, and about the software that ran it."""
    return {
        "version": VERSION,
        "family": plan.family,
        "seed": plan.seed,
        "replicates": plan.replicates,
        "participants": plan.participants,
        "system_size": plan.system_size,
        "months": plan.months,
        "fixed_parameters": plan.fixed_parameters,
        "stored_draws": plan.inputs.stored_draws,
        "jobs": plan.jobs,
        "baseline": plan.baseline,
        "scenarios": {scenario.name: scenario.digest for scenario in plan.scenarios},
        "next_dollar": [scenario.name for scenario in plan.scenarios if scenario not in plan.asked.scenarios],
        **({"code": code} if (code := _code(plan)) else {}),
        "evidence": plan.inputs.evidence,
        "calibration": plan.inputs.calibration,
        "python": platform.python_version(),
        "packages": {name: _installed(name) for name in PACKAGES},
    }


def _code(plan: Plan) -> dict[str, str]:
    """SHA-256 of what runs from outside by name; what shares its name with something else has its own digits too."""
    found = sorted({pair for scenario in plan.scenarios for pair in scenario.code})
    often = Counter(name for name, _ in found)
    return {name if often[name] == 1 else f"{name} {held[:10]}": held for name, held in found}


def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _check_parent(folder: Path, parent: Path) -> None:
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not takes_files(parent):
        raise InputError(
            f"{parent} is not a folder that can be written", where=str(folder), hint="Choose another --out"
        )


def _check_same_run(folder: Path, place: Path, run: str) -> None:
    manifest = read_manifest(place)
    if manifest is None:
        raise InputError("this folder holds something other than a run", where=str(folder), hint="Choose another --out")
    if manifest["run"] != run:
        raise InputError(
            "this folder holds another run", where=str(folder), hint="Choose another --out, or remove the folder"
        )
    strangers = strangers_in(place, manifest)
    if strangers:
        raise InputError(
            f"this folder also holds {strangers[0]}, which the run did not write",
            where=str(folder),
            hint="Move it away, or choose another --out",
        )


def read_manifest(place: Path) -> dict[str, Any] | None:
    """What a complete run in `place` says of itself; None where there is none."""
    path = place / MANIFEST
    try:
        manifest: Any = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("format") == FORMAT and "run" in manifest
    return manifest if ours and isinstance(manifest.get("files"), dict) else None


def written(manifest: Mapping[str, Any]) -> str:
    """The text of a manifest's file."""
    return json.dumps(manifest, indent=2) + "\n"


def seal(manifest: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of everything that a manifest says but this."""
    said = {key: value for key, value in manifest.items() if key != SEAL}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def strangers_in(place: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Paths inside a run's folder of what the run did not write: files, links, and folders with nothing in them."""
    files = {MANIFEST, *manifest["files"]}
    known = files | {folder.as_posix() for name in files for folder in Path(name).parents}
    found = {path.relative_to(place).as_posix(): path for path in place.rglob("*")}
    folders = {name for name, path in found.items() if _is_folder(path)}
    bare = {name for name in folders - known if _is_bare(found[name])}
    return sorted((found.keys() - folders - files) | bare)


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself: a link to one is a stranger, whatever is in it."""
    return path.is_dir() and not path.is_symlink()


def _is_bare(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:  # nobody can say what is in it
        return True


def _fill(partial: Path, run: str, files: Mapping[str, Writer], about: Mapping[str, Any]) -> None:
    partial.mkdir()
    for name, write in files.items():
        (partial / name).parent.mkdir(parents=True, exist_ok=True)
        write(partial / name)
    hashes = {name: hashlib.sha256((partial / name).read_bytes()).hexdigest() for name in sorted(files)}
    manifest = {"format": FORMAT, "run": run, **about, "files": hashes}
    manifest = json.loads(json.dumps(manifest, default=_plain))  # as it will be read again
    manifest[SEAL] = seal(manifest)
    (partial / MANIFEST).write_text(written(manifest), encoding="utf-8")
    for path in [*partial.rglob("*"), partial]:
        _flush(path)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_in_place(partial: Path, place: Path) -> None:
    """Rename; an older copy of the same run steps aside first, goes when the new one stands, and else comes back."""
    aside = place.with_name(f".{place.name}.{uuid4().hex[:8]}.old")
    try:
        if place.exists():
            place.rename(aside)
        partial.rename(place)
        _flush(place.parent)
    finally:  # also when interrupted between the two names
        if aside.exists() and not place.exists():
            aside.rename(place)
        shutil.rmtree(aside, ignore_errors=True)

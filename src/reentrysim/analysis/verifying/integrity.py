"""Whether every file of a folder is the one that its manifest names, by SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reentrysim.analysis.verifying.findings import Finding, Kind
from reentrysim.experiments.again import SCENARIOS
from reentrysim.experiments.store import MANIFEST, SEAL, files_in, read_manifest, seal, written
from reentrysim.vocabulary import InputError

_TRACES = ("comparison.csv", "outcomes.parquet", SCENARIOS)
"""Files by which a folder is known to be a run although its manifest cannot be read."""


def manifest_of(folder: Path) -> Mapping[str, Any] | None:
    """What a run says of itself; None where the folder is a run whose manifest is damaged.

    Raises:
        InputError: for a folder that is no run.
    """
    found = read_manifest(folder)
    if found is not None:
        return found
    if any((folder / name).is_file() for name in _TRACES):
        return None
    hint = "Name a folder that `reentrysim compare` wrote, such as results/compare-…"
    raise InputError("holds no complete run", where=str(folder), hint=hint)


def damage(folder: Path, manifest: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Every file that is changed, missing, or not the run's; the manifest first."""
    if manifest is None:
        there = (folder / MANIFEST).exists()
        what = "is no manifest that a run writes, so no other file can be checked" if there else "is missing"
        yield Finding(MANIFEST, Kind.CHANGED if there else Kind.MISSING, what)
        return
    yield from _of_manifest(folder, manifest)
    for name, digest in manifest["files"].items():
        yield from _of_file(folder, name, digest)
    for name in sorted(files_in(folder) - set(manifest["files"]) - {MANIFEST}):
        yield Finding(name, Kind.STRANGE, "is not a file of the run")


def _of_manifest(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    if (folder / MANIFEST).read_text(encoding="utf-8") != written(manifest):
        yield Finding(MANIFEST, Kind.CHANGED, "was changed: it is not laid out as a run writes it")
    elif SEAL not in manifest:
        yield Finding(MANIFEST, Kind.CHANGED, "holds no digest of what it says")
    elif manifest[SEAL] != seal(manifest):
        yield Finding(MANIFEST, Kind.CHANGED, "was changed: what it says has another digest than it holds")


def _of_file(folder: Path, name: str, digest: str) -> Iterator[Finding]:
    path = folder / name
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        yield Finding(name, Kind.MISSING, "is missing")
        return
    except OSError as error:
        yield Finding(name, Kind.CHANGED, f"cannot be read ({error.strerror})")
        return
    if found != digest:
        yield Finding(name, Kind.CHANGED, f"was changed (SHA-256 {found[:10]}…, written as {str(digest)[:10]}…)")

"""Whether every file of a folder is the one that its manifest names, by SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reentrysim.analysis.verifying.findings import Finding, Kind
from reentrysim.experiments.again import SCENARIOS
from reentrysim.experiments.store import MANIFEST, SEAL, read_manifest, seal, strangers_in, written
from reentrysim.vocabulary import InputError

_TRACES = ("comparison.csv", "outcomes.parquet", SCENARIOS)
"""Files by which a folder is known to be a run although its manifest cannot be read."""
LINKED = "is no file of its own, but a link or something else"


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
    for name in strangers_in(folder, manifest):
        yield Finding(name, Kind.STRANGE, "is not of the run")


def _of_manifest(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    if (folder / MANIFEST).is_symlink():
        yield Finding(MANIFEST, Kind.CHANGED, LINKED)
    elif (folder / MANIFEST).read_text(encoding="utf-8") != written(manifest):
        yield Finding(MANIFEST, Kind.CHANGED, "was changed: it is not laid out as a run writes it")
    elif SEAL not in manifest:
        yield Finding(MANIFEST, Kind.CHANGED, "holds no digest of what it says")
    elif manifest[SEAL] != seal(manifest):
        yield Finding(MANIFEST, Kind.CHANGED, "was changed: what it says has another digest than it holds")


def _of_file(folder: Path, name: str, digest: str) -> Iterator[Finding]:
    path = folder / name
    if not _is_there(path):
        yield Finding(name, Kind.MISSING, "is missing")
        return
    if path.is_symlink() or not path.is_file():  # a pipe would be waited for
        yield Finding(name, Kind.CHANGED, LINKED)
        return
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        yield Finding(name, Kind.CHANGED, f"cannot be read ({error.strerror})")
        return
    if found != digest:
        yield Finding(name, Kind.CHANGED, f"was changed (SHA-256 {found[:10]}…, written as {str(digest)[:10]}…)")


def _is_there(path: Path) -> bool:
    """Whether anything has that name, a link that leads nowhere included; nothing has one that no file can have."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True

"""Stored calibrations, and the digest of the evidence by which a stale one is recognized."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reentrysim.evidence.entries import NUMBERS
from reentrysim.evidence.population import FOLDER as POPULATIONS
from reentrysim.evidence.published import FOLDER as PUBLISHED
from reentrysim.vocabulary import InputError, nearest

CALIBRATIONS = Path(__file__).parent / "calibrations"


def evidence_digest() -> str:
    """SHA-256 (hex) over names and bytes of numbers, populations and published tables, line ends normalized."""
    digest = hashlib.sha256()
    files = [*NUMBERS.glob("*.toml"), *POPULATIONS.glob("*.toml"), *PUBLISHED.glob("*.csv")]
    for path in sorted(files, key=lambda path: path.name):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        # The length keeps the end of one file from passing for the beginning of the next.
        digest.update(f"{path.name} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def load_calibration(name_or_path: str | Path) -> dict[str, Any]:
    """A calibration by shipped name or by path to a JSON file; InputError when it can't be read."""
    path = _calibration_path(name_or_path)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"is not a readable calibration ({error})", where=str(name_or_path)) from error
    if not isinstance(stored, dict):
        raise InputError("is not a JSON object", where=str(name_or_path))
    return stored


def save_calibration(path: str | Path, calibration: Mapping[str, Any]) -> None:
    """Write a calibration as JSON with sorted keys; InputError for a number that isn't finite, nothing written."""
    try:
        text = json.dumps(dict(calibration), indent=1, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"a calibration that JSON can't hold ({error})", where=str(path)) from error
    Path(path).write_text(text + "\n", encoding="utf-8", newline="\n")


def _calibration_path(name_or_path: str | Path) -> Path:
    shipped = {path.stem: path for path in CALIBRATIONS.glob("*.json")}
    path = shipped.get(str(name_or_path), Path(name_or_path))
    if not path.exists():
        raise InputError(f"no calibration {str(name_or_path)!r}", hint=nearest(path.stem, shipped))
    return path


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a number")

"""Stored calibrations, and the digest of the evidence by which a stale one is recognized."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reentrysim.disk import partial_of
from reentrysim.evidence.entries import NUMBERS, OF_PROGRAMS
from reentrysim.evidence.population import FOLDER as POPULATIONS
from reentrysim.evidence.published import FOLDER as PUBLISHED
from reentrysim.vocabulary import InputError, nearest

CALIBRATIONS = Path(__file__).parent / "calibrations"
LONGEST_NAME = 60


def evidence_digest(*, programs: bool = False) -> str:
    """SHA-256 (hex) over names and bytes of numbers, populations and published tables, line ends normalized.

    With `programs`, over the numbers and levels too on which no calibration rests.
    """
    digest = hashlib.sha256()
    files = [*NUMBERS.glob("*.toml"), *POPULATIONS.glob("*.toml"), *PUBLISHED.glob("*.csv")]
    if programs:
        files += [*OF_PROGRAMS.glob("*.toml"), *CALIBRATIONS.glob("*/*.json")]
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


def load_levels(name_or_path: str | Path, program: str) -> dict[str, Any] | None:
    """The direct path of a shipped program as it was solved after a shipped calibration; None where it was not."""
    path = levels_path(str(name_or_path), program)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def levels_path(calibration: str, program: str) -> Path:
    """Where they are stored."""
    return CALIBRATIONS / calibration / f"{program}.json"


def is_whole(stored: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Whether a calibration solves exactly these numbers, at the center and in every one of its draws."""

    def solves(numbers: object) -> bool:
        return (
            isinstance(numbers, list)
            and len(numbers) == len(names)
            and all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers)
        )

    draws = stored.get("draws")
    whole = stored.get("names") == list(names) and isinstance(stored.get("draw_seed"), int)
    return (
        whole and solves(stored.get("center")) and isinstance(draws, list) and draws != [] and all(map(solves, draws))
    )


def calibration_id(name_or_path: str) -> str:
    """What a calibration is called in a digest: a shipped one by name, a file by what is in it."""
    path = _calibration_path(name_or_path)
    return path.stem if path.parent == CALIBRATIONS else hashlib.sha256(path.read_bytes()).hexdigest()


def check_name(name: str, hint: str = "Such as us_2008") -> None:
    """InputError unless a calibration can have this name."""
    if not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", name) or len(name) > LONGEST_NAME:
        what = f"{name!r} is not a name: at most {LONGEST_NAME} lower-case letters and digits"
        raise InputError(f"{what}, words joined by _ or -", hint=hint)


def place_for(name: str) -> Path:
    """Where the shipped calibration `name` is stored; InputError for no plain name or a folder that can't be written.

    For asking before a fit that takes hours.
    """
    check_name(name)
    if not CALIBRATIONS.is_dir() or not os.access(CALIBRATIONS, os.W_OK):
        raise InputError("this is not a folder that can be written", where=str(CALIBRATIONS))
    return CALIBRATIONS / f"{name}.json"


def save_calibration(path: str | Path, calibration: Mapping[str, Any]) -> None:
    """Write a calibration as JSON with sorted keys, all of it or nothing; InputError for a number that isn't finite."""
    try:
        text = json.dumps(dict(calibration), indent=1, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"a calibration that JSON can't hold ({error})", where=str(path)) from error
    place = Path(path)
    partial = partial_of(place)
    try:
        partial.write_text(text + "\n", encoding="utf-8", newline="\n")
        os.replace(partial, place)
    finally:
        partial.unlink(missing_ok=True)


def _calibration_path(name_or_path: str | Path) -> Path:
    shipped = {path.stem: path for path in CALIBRATIONS.glob("*.json")}
    path = shipped.get(str(name_or_path), Path(name_or_path))
    if not path.exists():
        hint = f"{nearest(path.stem, shipped)}. A file of your own is named by its path, ending in .json"
        raise InputError(f"no calibration {str(name_or_path)!r}", hint=hint)
    return path


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a number")

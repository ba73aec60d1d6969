"""What else decides the numbers of a run: the package's own code, and the software below it."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_ONLY_SHOWN = ("analysis", "report", "calibrating.py", "cli", "console.py", "results.py", "sweeping.py")
"""What reads runs and has no part in making them."""
_BELOW = ("numpy", "scipy", "mesa")


@cache
def code_digest() -> str:
    """SHA-256 (hex) of the modules that make a run: what another version has run is not taken up."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        place = path.relative_to(_PACKAGE)
        if place.parts[0] not in _ONLY_SHOWN:
            digest.update(place.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def numbers_from() -> str:
    """The software besides that decides the last bits of numbers."""
    return " ".join([platform.python_version(), *(f"{name} {version(name)}" for name in _BELOW)])

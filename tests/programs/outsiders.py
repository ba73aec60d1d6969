"""The made-up program of tests/outside, added to a process and taken away again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reentrysim.evidence.calibration import load_calibration
from reentrysim.scenario.adding import add_program, contents_digest, levels_path, remove_program
from reentrysim.scenario.offered import added

OUTSIDE = Path(__file__).parents[1] / "outside"
NAME = "theater_group"
LEVEL = -0.4


def copied(folder: Path, level: float | None = LEVEL) -> Path:
    """Its files in a folder of their own, with a level that nobody solved, or none."""
    for file in (f"{NAME}.py", f"{NAME}.toml"):
        shutil.copy(OUTSIDE / file, folder / file)
    place = folder / f"{NAME}.py"
    if level is not None:
        stored = load_calibration("us_2008")
        structures = {one["structure"]: level for one in stored["structures"]}
        draws = [level] * len(stored["draws"])
        whose = {"program": NAME, "contents": contents_digest(place), "calibration": "us_2008"}
        levels = {**whose, "center": level, "structures": structures, "draws": draws}
        levels_path(place).write_text(json.dumps(levels))
    return place


@contextmanager
def theater_group(folder: Path, level: float | None = LEVEL) -> Iterator[Path]:
    """The program is there while this lasts; its module."""
    place = copied(folder, level)
    add_program(place)
    try:
        yield place
    finally:
        remove_program(NAME)


def digest_of(name: str) -> str:
    """What this process has of the program; here, where other processes can import it whatever folder they began in."""
    return added()[name].digest

"""Direct paths that are solved after the calibration: those of programs on which no calibration rests.

The baseline knows nothing of programs, so a program can come later: its level is solved at the stored center, at the
center of every structure, and in every stored draw, by the same simulated trials (`analysis.trial`). The package's own
levels lie beside the calibration, those of a program from outside beside the program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from joblib import Parallel, delayed

from reentrysim.analysis.fingerprint import files_digest
from reentrysim.analysis.trial import LATER, Near, Trial, run_trial, solve_level, trial_of, usual_arm
from reentrysim.evidence import calibration as stored_calibrations
from reentrysim.evidence.calibration import calibration_id, load_calibration, save_calibration
from reentrysim.evidence.entries import OF_PROGRAMS
from reentrysim.programs.contract import Program
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.adding import add_program, carried, contents_digest, levels_path
from reentrysim.scenario.offered import offered
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError

PEOPLE = 12_000
PEOPLE_OF_THE_PACKAGE = 8_000
"""In the trials of the package's own programs, of which there are many."""
CALIBRATION = "us_2008"
_REPLICATE = 1 << 35  # people whom neither comparisons, `validate` nor the calibration ever see
_STEP = 0.2
Progress = Callable[[str, float], None]
Numbers = tuple[int | None, str | None]
"""Draw and structure; neither is the center."""


def solve_program(
    path: str | Path, *, jobs: int = 2, seed: int = 1, people: int = PEOPLE, progress: Progress = lambda *_: None
) -> Path:
    """Solve the level of a program's direct path at the center and in every draw of the national calibration.

    The file it is stored in lies beside the program's. At each draw the level is that at which the program's simulated
    trial gives the draw of its published effect (`analysis.trial`).

    Raises:
        InputError: if the program can't be read, or has no direct path.
    """
    name = add_program(path)
    program, place = cast(Program, offered()[name]), Path(path).resolve()
    if program.trial is None:
        raise InputError(f"{name} has no direct path to solve", where=str(path), hint="Its PROGRAM declares no trial")
    (levels,) = _solved([name], jobs, seed, people, progress)
    save_calibration(levels_path(place), levels | {"contents": contents_digest(place)})
    add_program(place)  # with them
    return levels_path(place)


def solve_later(
    names: Sequence[str] = (),
    *,
    jobs: int = 2,
    seed: int = 1,
    people: int = PEOPLE_OF_THE_PACKAGE,
    progress: Progress = lambda *_: None,
) -> list[Path]:
    """The same for the package's own programs that are solved after the calibration (default: all); their files."""
    asked = [trial.program for trial in LATER if not names or trial.program in names]
    paths = []
    for levels in _solved(asked, jobs, seed, people, progress):
        paths.append(stored_calibrations.levels_path(CALIBRATION, levels["program"]))
        paths[-1].parent.mkdir(exist_ok=True)
        save_calibration(paths[-1], levels | {"rests_on": rests_on(levels["program"])})
    return paths


def rests_on(name: str) -> str:
    """SHA-256 (hex) of what the levels of one of the package's programs rest on: it, its numbers, the calibration."""
    stored = load_calibration(CALIBRATION)
    numbers = [stored[key] for key in ("names", "center", "draws")] + [one["center"] for one in stored["structures"]]
    digest = hashlib.sha256(files_digest([f"programs/{name}.py"]).encode() + json.dumps(numbers).encode())
    digest.update((OF_PROGRAMS / f"{name}.toml").read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _solved(names: Sequence[str], jobs: int, seed: int, people: int, progress: Progress) -> Iterator[dict[str, Any]]:
    """What is stored of each program; draws begin where the center was found."""
    stored = load_calibration(CALIBRATION)
    structures = [one["structure"] for one in stored["structures"]]
    rest: list[Numbers] = [
        *((None, one) for one in structures),
        *((draw, None) for draw in range(len(stored["draws"]))),
    ]
    with Parallel(n_jobs=jobs, return_as="generator") as pool:
        centers = list(pool(delayed(carried(_center))(name, people, seed) for name in names))
        near = dict(zip(names, centers, strict=True))
        found = []
        for done, levels in enumerate(
            pool(delayed(carried(_levels))(near, one, people, seed) for one in rest), start=1
        ):
            found.append(levels)
            progress(f"solving draw {done} of {len(rest)}", done / len(rest))
    for name in names:
        each = [_rounded(levels[name]) for levels in found]
        yield {
            "program": name,
            "calibration": calibration_id(CALIBRATION),
            "people": people,
            "seed": seed,
            "center": _rounded(near[name].level),
            "structures": dict(zip(structures, each, strict=False)),
            "draws": each[len(structures) :],
        }


def _center(name: str, people: int, seed: int) -> Near:
    trial, values, luck = _trial(name), _values((None, None)), Luck(seed, _REPLICATE)
    level = solve_level(trial, values, people, luck)
    further = level + (_STEP if level < 0.0 else -_STEP)
    gave, beyond = (float(np.log(run_trial(trial, values, each, people, luck))) for each in (level, further))
    return Near(level, gave, (beyond - gave) / (further - level))


def _levels(near: dict[str, Near], one: Numbers, people: int, seed: int) -> dict[str, float]:
    values, luck = _values(one), Luck(seed, _REPLICATE + (one[0] or 0))
    trials = {name: _trial(name) for name in near}
    usual = {trial.usual_is_shared_with: trial for trial in trials.values()}
    arms = {shared: usual_arm(trial, values, people, luck) for shared, trial in usual.items()}
    return {
        name: solve_level(trial, values, people, luck, arms[trial.usual_is_shared_with], near=near[name])
        for name, trial in trials.items()
    }


def _trial(name: str) -> Trial:
    return trial_of(cast(Program, offered()[name]))


def _values(one: Numbers) -> Any:
    return values_for(load_scenario("status-quo"), *one)


def _rounded(number: float) -> float:
    return float(f"{number:.7g}")

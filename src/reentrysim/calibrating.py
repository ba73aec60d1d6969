"""What `reentrysim calibrate` does: fit a place, fit the nation again, or say which parameters move what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reentrysim.console import BadFitError, interruptible, print_frame, progressing
from reentrysim.disk import check_free
from reentrysim.vocabulary import InputError


def calibrate_place(
    targets: Path, name: str, files: dict[str, str], jobs: int, seed: dict[str, Any], quiet: bool
) -> None:
    """Fit a place of one's own and print the fit; what is wrong with its files is told before anything else is.

    Raises:
        BadFitError: for figures that are missed.
    """
    from reentrysim.analysis.local import calibrate_local
    from reentrysim.analysis.own_targets import read_targets
    from reentrysim.evidence.calibration import check_name
    from reentrysim.report.validation import show_local

    check_name(name, hint="Give it one by --name, such as my-state")
    read_targets(targets)
    place = _place(files)
    check_free(Path(f"{name}.json"))
    with interruptible(lambda: _kept(f".{name}.draws")), progressing("Fitting your figures", quiet) as progress:
        report = calibrate_local(targets, name, jobs=jobs, progress=progress, place=place, **seed)
    print("\n".join(show_local(report)))
    if not report.good:
        advice = "Check them against one another, or say how sure they are (low and high, or n)"
        raise BadFitError(f"this is not a good fit: figures marked NO are missed. {advice}; comparisons with it warn")


def _kept(file: str) -> str:
    """What an interrupted fit leaves: a line for its digest, and one for each finished draw."""
    try:
        draws = Path(file).read_text(encoding="utf-8").count("\n") - 1
    except OSError:
        draws = 0
    if draws < 1:
        return "no draw was finished, so nothing is kept"
    return f"{draws} finished draw{'s are' if draws > 1 else ' is'} kept in {file}; the same command goes on with them"


def _place(files: dict[str, str]) -> Any:
    """The place of these files, which are read once to see that they can be."""
    from reentrysim.evidence.place import Place

    if {"margins", "file"} <= set(files):
        raise InputError("--margins and --file both say who is released", hint="Give one of them")
    place = Place(**files)
    place.people()
    return place


def calibrate_nation(name: str, jobs: int, seed: dict[str, Any], quiet: bool) -> None:
    """Fit again to the national figures, solve what is solved after that, and print how near figures are met."""
    from reentrysim.analysis.calibrate import calibrate
    from reentrysim.analysis.solving import CALIBRATION, solve_later
    from reentrysim.evidence.calibration import place_for

    place_for(name)
    kept = "finished parts are kept; the same command goes on with them"
    what = "Fitting the national figures again, which takes about half an hour on two cores"
    with interruptible(lambda: kept), progressing(what, quiet) as progress:
        report = calibrate(name, jobs=jobs, progress=progress, **seed)
        if name == CALIBRATION:
            solve_later(jobs=jobs, progress=progress, **seed)
    print_frame(report.frame)
    print_frame(report.structures)
    print(f"Stored: {report.path}")


def calibrate_program(path: Path, jobs: int, seed: dict[str, Any], quiet: bool) -> None:
    """Solve the direct path of a program from outside, and say where the levels are."""
    from reentrysim.analysis.solving import solve_program

    with interruptible(), progressing("Solving the program's direct path", quiet) as progress:
        stored = solve_program(path, jobs=jobs, progress=progress, **seed)
    print(f"Stored: {stored}")


def print_guide(jobs: int, quiet: bool) -> None:
    """Print which parameters move which published figures."""
    from reentrysim.analysis.guide import guide
    from reentrysim.report.validation import show_guide

    with interruptible(), progressing("Moving each parameter", quiet) as progress:
        moved = guide(jobs=jobs, progress=progress)
    print("\n".join(show_guide(moved)))

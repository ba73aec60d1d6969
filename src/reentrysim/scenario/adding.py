"""Programs from outside the package: a module with a PROGRAM, its evidence file beside it, and nothing else.

Code runs only when its file is named by the user, with `--allow-code` or `add_program`; no scenario file can make it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar, get_args, get_origin

from pydantic import ValidationError

from reentrysim.evidence.catalog import add_numbers, forget_numbers, load_catalog
from reentrysim.scenario.offered import Added, Offered, added, forget, register
from reentrysim.scenario.own_rules import allow_rules, digests, ensure_rules, holds_program
from reentrysim.scenario.programs import IN_PERSON
from reentrysim.vocabulary import InputError, nearest

Asked = ParamSpec("Asked")
Told = TypeVar("Told")
_NEEDED = ("name", "table", "usual", "line", "usual_caseload", "trial", "level", "what", "bound", "capacity", "effects")
_SNAKE = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = ("mentoring", "overhead", "supervision", "jobs", "beds", "shelter", "transitional")
"""Words that mean something else in scenarios and results."""
_EVERYBODY = {
    "uptake_share": ("share",),
    "quit_monthly_risk": ("per month",),
    "onset_months": ("months",),
    "half_life_months": ("months",),
}
_WORKERS = {
    "salary": ("USD/year",),
    "support_share": ("share",),
    "training_weeks": ("weeks",),
    "leave_monthly_risk": ("per month",),
}
_PAID_WORK = {"wage_per_hour": ("USD/hour",), "hours_per_month": ("hours/month",)}
_OF_A_MODE = {"reach_share": ("share",), "cost_ratio": ("ratio",), "dose_ratio": ("ratio",)}
_EFFECTS = ("odds ratio", "hazard ratio")


def add_program(path: str | Path) -> str:
    """Let scenarios of this process offer the program of a Python file; its name.

    Beside `my_program.py`, whose PROGRAM is called "my_program", lies `my_program.toml` with its numbers, and
    `my_program.levels.json` once `reentrysim calibrate --program` has solved its direct path. A file that was added is
    read again.

    Raises:
        InputError: naming file and reason, if one of them can't be read or breaks a rule; then nothing was added.
    """
    place = Path(path).resolve()
    numbers = place.with_suffix(".toml")
    for file, what in ((place, "program"), (numbers, "evidence of a program")):
        if not file.is_file():
            known = [other.name for other in file.parent.glob(f"*{file.suffix}")] if file.parent.is_dir() else []
            raise InputError(f"no such {what}", where=str(file), hint=nearest(file.name, known))
    program = _program(place)
    before = added().get(program.name)
    if before and before.path != place:
        what = f"a program {program.name!r} was added already"
        raise InputError(what, where=str(place), hint=f"It is {before.path}; give one of them another name")
    add_numbers(numbers)
    try:
        for fault, whose in _faults(program):
            raise InputError(fault, where=str(numbers if whose == "numbers" else place), hint="See docs/programs.md")
        contents = place.read_bytes() + numbers.read_bytes()
        solved, stored = _levels(place, contents)
    except InputError:
        forget_numbers(numbers)
        raise
    register(Added(program, place, hashlib.sha256(contents + stored).hexdigest(), solved))
    return program.name


def add_programs(paths: Iterable[str | Path]) -> None:
    """The same for several."""
    for path in paths:
        add_program(path)


def allow_code(paths: Iterable[str | Path]) -> None:
    """Let scenarios use Python files, each of which is run: programs (`add_program`) or rules (`allow_rules`)."""
    for path in paths:
        place = Path(path).resolve()
        if holds_program(place):
            add_program(place)
        else:
            allow_rules(place)


def remove_program(name: str) -> None:
    """Forget a program that was added, and its numbers."""
    forget_numbers(added()[name].path.with_suffix(".toml"))
    forget(name)


def levels_path(program: Path) -> Path:
    """Where the solved levels of a program from outside are kept."""
    return program.with_name(f"{program.stem}.levels.json")


def contents_digest(program: Path) -> str:
    """SHA-256 (hex) of a program and its evidence: what its levels were solved for."""
    return hashlib.sha256(program.read_bytes() + program.with_suffix(".toml").read_bytes()).hexdigest()


def carried(function: Callable[Asked, Told]) -> Callable[Asked, Told]:
    """The same function for another process, which first adds the programs that were added to this one."""
    those, rules = {one.path: one.digest for one in added().values()}, digests()
    return partial(_with_code, those, rules, function) if those or rules else function


def ensure(those: Mapping[Path, str]) -> None:
    """Add the programs of these paths, as they were when they had these digests; others of their names go.

    Raises:
        InputError: if a file has changed since.
    """
    for path, digest in those.items():
        there = added().get(path.stem)
        if there and (there.path, there.digest) == (path, digest):
            continue
        if there:
            remove_program(path.stem)
        name = add_program(path)
        if added()[name].digest != digest:
            raise InputError("has changed while it was used", where=str(path), hint="Start again")


def _with_code(
    those: Mapping[Path, str],
    rules: Mapping[Path, str],
    function: Callable[Asked, Told],
    *args: Asked.args,
    **kwargs: Asked.kwargs,
) -> Told:
    ensure(those)
    ensure_rules(rules)
    return function(*args, **kwargs)


def _program(path: Path) -> Offered:
    spec = importlib.util.spec_from_file_location(f"reentrysim_program_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError("is not a Python file", where=str(path), hint="A program ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where annotations written as text are looked up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        where = f"{path}{_line(error, path)}"
        raise InputError(f"does not run ({type(error).__name__}: {error})", where=where) from error
    program: Any = getattr(module, "PROGRAM", None)
    if program is None or any(not hasattr(program, needed) for needed in _NEEDED):
        raise InputError("has no PROGRAM", where=str(path), hint="See docs/programs.md")
    if program.name != path.stem:
        what = f"its PROGRAM is called {program.name!r}"
        raise InputError(what, where=str(path), hint=f"Name the file {program.name}.py, or the program {path.stem!r}")
    if program.name in _TAKEN or not _SNAKE.fullmatch(program.name):
        what = f"{program.name!r} can't be the name of a program"
        raise InputError(what, where=str(path), hint="Use snake_case, and no word that means something else")
    return program  # type: ignore[no-any-return]


def _line(error: BaseException, path: Path) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""


def _faults(program: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a program or its numbers, and in which of its two files."""
    capacity = getattr(program.capacity, "name", "")
    if capacity not in ("PLACES", "WORKERS"):
        yield "its capacity is neither Capacity.PLACES nor Capacity.WORKERS (providers' beds are taken)", "program"
    if (capacity == "WORKERS") != bool(program.usual_caseload):
        yield "usual_caseload goes with Capacity.WORKERS", "program"
    if wrong := [key for key in program.effects if type(key).__name__ != "Channel"]:
        yield f"effects has a key that is no Channel: {wrong[0]!r}", "program"
    table, workers = program.table, capacity == "WORKERS"
    if ("hire_lag_months" in table.model_fields) != workers:
        yield f"its table is not one for {'workers: StaffTable' if workers else 'places'}", "program"
    try:
        table.model_validate(dict(program.usual))
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda one: one["type"] == "missing")  # misspelt, not missing
        yield f"usual: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}", "program"
    yield from ((fault, "numbers") for fault in _faults_of_numbers(program, workers=workers))


def _faults_of_numbers(program: Any, *, workers: bool) -> Iterator[str]:
    units = _EVERYBODY | (_WORKERS if workers else {program.costs: ("USD/month", "USD/day")})
    units |= _PAID_WORK if program.is_paid_work else {}
    units |= {program.trial.effect: _EFFECTS} if program.trial is not None else {}
    units |= {f"{mode}_{what}": allowed for mode in _modes(program) for what, allowed in _OF_A_MODE.items()}
    catalog = load_catalog()
    for read in {effect.estimate for effect in program.effects.values() if hasattr(effect, "estimate")} - set(catalog):
        yield f"{read} is missing, which an effect reads"
    for key, allowed in units.items():
        name = f"{program.name}.{key}"
        if name not in catalog:
            yield f"{key} is missing, in {' or '.join(allowed)}"
        elif catalog[name].unit not in allowed:
            yield f"{key} must be in {' or '.join(allowed)}, not in {catalog[name].unit}"


def _modes(program: Any) -> set[str]:
    """Ways in which the program can reach people beside in person: what its table can be told, choice by choice."""
    found = {IN_PERSON}
    for key, about in program.table.model_fields.items():
        for choice in get_args(about.annotation) if get_origin(about.annotation) is Literal else ():
            with suppress(ValidationError):
                found.add(program.table.model_validate({**program.usual, key: choice}).mode)
    return found - {IN_PERSON}


def _levels(place: Path, contents: bytes) -> tuple[Mapping[str, Any] | None, bytes]:
    """The levels that were solved for this very program, and the bytes of their file; None where there are none."""
    path = levels_path(place)
    if not path.is_file():
        return None, b""
    stored = path.read_bytes()
    hint = "Solve them again: reentrysim calibrate --program"
    try:
        levels = json.loads(stored)
    except ValueError as error:
        raise InputError(f"is no file of levels ({error})", where=str(path), hint=hint) from error
    whole = isinstance(levels, dict) and {"program", "calibration", "center", "structures", "draws"} <= set(levels)
    if not whole or levels["program"] != place.stem:
        raise InputError("is no file of levels of this program", where=str(path), hint=hint)
    fresh = levels.get("contents") == hashlib.sha256(contents).hexdigest()
    return (levels, stored) if fresh else (None, b"")

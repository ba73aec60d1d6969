"""What is wrong with a sweep whatever the point, found before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reentrysim.experiments.plan import plan_runs
from reentrysim.experiments.sweeps.constraints import constrained
from reentrysim.experiments.sweeps.design import central, changes_at, design_of, size_of
from reentrysim.experiments.sweeps.estimates import PREFIX, estimate_of, is_read
from reentrysim.experiments.sweeps.expanding import place
from reentrysim.experiments.sweeps.factors import HIGH_TAIL, LOW_TAIL, Factor, is_number, near
from reentrysim.experiments.sweeps.lists import MOST_POINTS, line_of
from reentrysim.scenario import Scenario, json_schema, load_scenario
from reentrysim.scenario.known import known_paths
from reentrysim.scenario.programs import Programs
from reentrysim.vocabulary import AGE_BANDS, InputError, Offense, Race, Risk, nearest

if TYPE_CHECKING:
    from reentrysim.experiments.sweeps.file import Sweep

Key = tuple[str, ...]
_TRIED = 256
"""Points, spread over the design, of which one must be a scenario; a design of which none is would only fail."""
_LABELS = ("schema", "title", "question", "name", "based_on")
_FOLLOW_UP = "time.follow_up_months"


def loaded(sweep: Sweep) -> tuple[Scenario, ...]:
    """The scenarios of a sweep, checked to be about the same people at the same times.

    Raises:
        InputError: for one that is wrong, or a baseline that is not among them.
    """
    found = {}
    for name in sweep.scenarios:
        scenario = load_scenario(name)
        if scenario.name in found:
            hint = "Give each scenario its own file name"
            raise InputError(
                f"the scenario {scenario.name!r} is listed twice", where=_at(sweep, "scenarios"), hint=hint
            )
        found[scenario.name] = scenario
    base = sweep.baseline or next(iter(found))
    base = Path(base).stem if base in sweep.scenarios else base  # a path that stands among them, or a name
    if base not in found:
        hint = nearest(base, found)
        raise InputError(f"{base!r} is none of the scenarios", where=_at(sweep, "baseline"), hint=hint)
    try:
        plan_runs(list(found.values()), baseline=found[base], jobs=1)
    except InputError as error:
        raise InputError(error.what, where=_at(sweep, "scenarios"), hint=error.hint) from None
    return tuple(found.values())


def check(sweep: Sweep) -> None:
    """Finds what is wrong with a sweep before anything runs.

    Raises:
        InputError: for a path that leads nowhere or to a table, a month, subgroup or cell that can't be, a design
            that is too large, or one of which no point is a scenario.
    """
    for path, factor in sweep.expanded.items():
        for scenario in sweep.loaded:
            _check_path(sweep, path, factor, scenario)
    _check_months(sweep)
    _check_subgroups(sweep)
    _check_levels(sweep)
    if (size := size_of(sweep)) > MOST_POINTS:
        what = f"the design has {size:,} points, and {MOST_POINTS:,} are the most"
        raise InputError(what, where=_at(sweep, "design"), hint="Use fewer levels or factors, or a random design")
    if sweep.design.file is not None:
        _check_words(sweep, Path(sweep.design.file))
    for scenario in sweep.loaded:
        _check_values(sweep, scenario)


def _at(sweep: Sweep, key: str) -> str:
    return f"{sweep.label}: {key}"


def _check_path(sweep: Sweep, path: str, factor: Factor, scenario: Scenario) -> None:
    """Raises InputError unless the path leads to one key of the scenario, or an estimate that its runs read."""
    where = place(sweep, path)
    if path.startswith(PREFIX):
        _check_estimate(sweep, path, factor, where)
        return
    if path == _FOLLOW_UP:
        hint = "Set follow_up_months, and the months at which outcomes are kept"
        raise InputError("every point is followed as long as the others", where=where, hint=hint)
    keys = tuple(path.split("."))
    _check_program(keys, scenario, where)
    known, here = _known(Programs.names()), tuple(leaves(scenario.resolved()))
    if keys[0] in _LABELS:
        what = "is what a scenario is called, or what it is based on, and changes nothing in its runs"
        raise InputError(what, where=where, hint="Name scenarios that differ in scenarios")
    if not (path in here or _may_be_set(keys, known, scenario)):
        candidates = {*here, *(".".join(other) for other in known if "*" not in other and not _is_table(other, known))}
        hint = near(path, sorted(candidates), "Paths are those of a scenario's file, with a point between keys")
        raise InputError(f"unknown path {path!r}", where=where, hint=hint)
    if _is_table(keys, known):
        hint = "Name a key in it, or make a scenario of each and name them in scenarios"
        raise InputError("is a table, and a factor is one value", where=where, hint=hint)


def _check_estimate(sweep: Sweep, path: str, factor: Factor, where: str) -> None:
    name, estimate = path.removeprefix(PREFIX), estimate_of(path)
    if estimate is None:
        hint = near(path, _estimates(), "The names are those of the evidence catalog")
        raise InputError(f"unknown path {path!r}", where=where, hint=hint)
    if estimate.read_by == "calibration":
        what = "only the calibration reads it, so a number here would change nothing"
        raise InputError(what, where=where, hint="What was solved from it stays as the calibration has it")
    by_name = factor.distribution != "evidence" or path in sweep.factors  # what nobody reads, the wildcard leaves out
    if by_name and not any(is_read(name, scenario) for scenario in sweep.loaded):
        what = "does nothing: a key of the scenario stands in its place, or what was solved"
        raise InputError(what, where=where, hint="Vary that key")


def _check_program(keys: Key, scenario: Scenario, where: str) -> None:
    if keys[0] == "programs" and len(keys) > 1 and keys[1] in set(Programs.names()) - set(scenario.programs.used):
        hint = "Leave the scenario out, or name one with that program"
        raise InputError(f"{scenario.name} has no program {keys[1]}", where=where, hint=hint)


@cache
def _known(_programs: tuple[str, ...]) -> frozenset[Key]:
    return known_paths(json_schema())


def _estimates() -> list[str]:
    from reentrysim.evidence import load_catalog

    return [f"{PREFIX}{name}" for name in load_catalog()]


def leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted paths of everything in a table that is no table itself."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def _may_be_set(keys: Key, known: frozenset[Key], scenario: Scenario) -> bool:
    """Whether it is a key that the scenario leaves out, in a table with a name that it has."""
    for pattern in known:
        if len(pattern) == len(keys) and all(one in ("*", key) for one, key in zip(pattern, keys, strict=True)):
            named = [".".join(keys[: depth + 1]) for depth, one in enumerate(pattern) if one == "*"]
            if all(central(path, scenario) is not None for path in named):
                return True
    return False


def _is_table(keys: Key, known: frozenset[Key]) -> bool:
    return any(
        len(pattern) > len(keys) and all(one in ("*", key) for one, key in zip(pattern, keys, strict=False))
        for pattern in known
    )


def _check_months(sweep: Sweep) -> None:
    last = sweep.last_month
    for month in sweep.months or ():
        if month > last:
            what = f"month {month} is beyond the follow-up, which ends at month {last}"
            hint = "Leave it out, or set follow_up_months"
            raise InputError(what, where=_at(sweep, "months"), hint=hint)


def _check_subgroups(sweep: Sweep) -> None:
    known = known_subgroups(sweep.loaded)
    for group in sweep.subgroups:
        if group not in known:
            where = _at(sweep, "subgroups")
            raise InputError(f"unknown subgroup {group!r}", where=where, hint=nearest(group, known))


def known_subgroups(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Every subgroup of which runs of the scenarios tell outcomes."""
    from reentrysim.outcomes import PRIORS_BANDS, program_groups

    used = tuple(dict.fromkeys(program for scenario in scenarios for program in scenario.programs.used))
    words = {
        "sex": ("female", "male"),
        "age": tuple(AGE_BANDS),
        "priors": tuple(PRIORS_BANDS),
        **{kind.__name__.lower(): tuple(one.name.lower() for one in kind) for kind in (Race, Risk, Offense)},
        "release": ("conditional", "unconditional"),
        "admission": ("violation", "new_commitment"),
        "need": ("substance_use", "mental_illness", "no_home", "none"),
    }
    return ("all", *(f"{trait}={word}" for trait, ours in words.items() for word in ours), *program_groups(used))


def _check_levels(sweep: Sweep) -> None:
    """Raises InputError for a Morris design whose levels leave values of a factor out, or come to some more often."""
    design = sweep.design
    counts = {path: len(factor.values) for path, factor in sweep.expanded.items() if factor.values is not None}
    if design.kind != "morris" or all(design.levels % count == 0 for count in counts.values()):
        return
    path, count = next((path, count) for path, count in counts.items() if design.levels % count)
    least = math.lcm(2, *counts.values())  # a Morris design has an even number
    what = f"{path} has {count} values, and {design.levels} levels don't come to each alike"
    raise InputError(what, where=_at(sweep, "design.levels"), hint=f"Set it to {least}, or a multiple")


def _check_words(sweep: Sweep, path: Path) -> None:
    """Raises InputError for a cell of a list that is a word where the scenarios take numbers alone."""
    for column, factor in sweep.expanded.items():
        for value in factor.values or ():
            if is_number(value) or not is_number(central(column, sweep.loaded[0])):
                continue
            refused = [_refused(scenario, {column: value}) for scenario in sweep.loaded]
            if all(refused):
                hint = "A point before decimals and nothing else"
                where = line_of(path, column, value)
                raise InputError(f"{column}: {value!r} is not a number that it takes", where=where, hint=hint)


def _check_values(sweep: Sweep, scenario: Scenario) -> None:
    """Raises InputError if not one point is a scenario: that of the factor to blame, if it is one alone."""
    first: InputError | None = None
    for row in _some_rows(sweep, scenario):
        refused = _at_point(sweep, row, scenario)
        if refused is None:
            return
        first = first or refused
    for path, factor in sweep.expanded.items():
        alone = [_refused_alone(sweep, {path: value}, scenario) for value in _some_values(path, factor)]
        if alone and all(alone):
            raise _told(_how(factor, alone[0]), place(sweep, path), scenario, "with every value of it")
    if first is not None:
        raise _told(first, sweep.label, scenario, "at every point that was tried")


def _how(factor: Factor, error: InputError | None) -> InputError | None:
    """What to do where a range gives decimals to a key that takes whole numbers."""
    if error is None or factor.whole or factor.values is not None or "whole number" not in error.what:
        return error
    return InputError(error.what, where=error.where, hint="Add whole = true to the factor")


def _told(error: InputError | None, where: str, scenario: Scenario, when: str) -> InputError:
    assert error is not None
    key = error.where.rpartition(": ")[2]
    what = error.what if key in where else f"{key}: {error.what}"
    return InputError(f"{what} (in {scenario.name}, {when})", where=where, hint=error.hint)


def _at_point(sweep: Sweep, row: Mapping[str, Any], scenario: Scenario) -> InputError | None:
    try:
        return _refused(scenario, changes_at(sweep, row, scenario))
    except InputError as error:
        return error


def _refused_alone(sweep: Sweep, changes: Mapping[str, Any], scenario: Scenario) -> InputError | None:
    try:
        return _refused(scenario, constrained(changes, sweep.constraints, scenario))
    except InputError as error:
        return error


def _refused(scenario: Scenario, changes: Mapping[str, Any]) -> InputError | None:
    try:
        scenario.vary(changes)
    except InputError as error:
        return error
    return None


def _some_values(path: str, factor: Factor) -> list[Any]:
    if factor.values is not None:
        return list(factor.values)
    if factor.distribution == "evidence":
        return []  # the catalog keeps to its own bounds
    return factor.at(np.array([0.5, LOW_TAIL, HIGH_TAIL, 0.0, 1.0]), estimate_of(path))


def _some_rows(sweep: Sweep, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Points spread over the design, few enough to be tried."""
    random = np.random.default_rng(1)  # which points are tried changes no result
    if sweep.design.kind == "grid":
        levels = {
            path: factor.levels(sweep.design.levels, estimate_of(path) if factor.distribution == "evidence" else None)
            for path, factor in sweep.expanded.items()
        }
        for _ in range(_TRIED):
            yield {path: values[random.integers(len(values))] for path, values in levels.items()}
        return
    table = design_of(_smaller(sweep), scenario).table
    for number in random.permutation(len(table))[:_TRIED]:
        yield {path: table[path].iloc[number] for path in table.columns}


def _smaller(sweep: Sweep) -> Sweep:
    """The same sweep with fewer points, which other designs than lists spread as widely."""
    design = sweep.design
    if design.points is None:
        return sweep
    each = size_of(sweep) // design.points
    points = min(design.points, 1 << max(0, (_TRIED // each).bit_length() - 1))
    return sweep.model_copy(update={"design": design.model_copy(update={"points": points})})

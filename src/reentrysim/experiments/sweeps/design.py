"""The points of a sweep: which values its factors have together, in an order that more points only add to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reentrysim.experiments.sweeps.constraints import constrained
from reentrysim.experiments.sweeps.estimates import PREFIX, estimate_of, followers
from reentrysim.experiments.sweeps.factors import HIGH_TAIL, LOW_TAIL, Factor
from reentrysim.randomness import Floats, Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.experiments.sweeps.file import Sweep

POINT = "point"


@dataclass(frozen=True)
class FactorInfo:
    """What varies, told for tables and pictures."""

    path: str
    """Dotted path of a scenario's key, or "estimates." and a name of the catalog."""
    kind: str
    """How its values are said: "values", "range", or the name of a distribution."""
    low: float | None
    """Lower end of a range or of values; 2.5% quantile of a distribution; None for words. `high` likewise."""
    high: float | None
    central: Any
    """What it is in the scenario, or the estimate's own value; None where the scenario leaves it out."""
    grade: str = ""
    """Grade of the estimate, A to D; "" for what is no estimate."""
    scale: str = "linear"
    """"linear" or "log"."""
    values: tuple[Any, ...] = ()
    """Its values in the order in which they are listed; none of a range or a distribution."""


@dataclass(frozen=True)
class Design:
    """All points of a sweep, in order."""

    kind: str
    factors: tuple[FactorInfo, ...]
    table: pd.DataFrame
    """One row a point (index 0..n-1 named "point"), one column a factor, under its path."""
    unit: pd.DataFrame | None
    """The same rows from 0 to 1 before they became values, which is what SALib analyzes; None of grids and lists."""

    def problem(self) -> dict[str, Any]:
        """The factors as SALib names them, on the unit cube."""
        return _problem(tuple(factor.path for factor in self.factors))


def design_of(sweep: Sweep, scenario: Scenario) -> Design:
    """The points of a sweep; `scenario` says what is central.

    Random points, Sobol' points and Morris trajectories begin with those of the same sweep with fewer `points`.
    """
    factors = sweep.expanded
    infos = tuple(info_of(path, factor, scenario) for path, factor in factors.items())
    if sweep.design.kind in ("grid", "list"):
        rows = list(sweep.points) if sweep.design.kind == "list" else list(itertools.product(*_levels(sweep)))
        columns = {path: [row[place] for row in rows] for place, path in enumerate(factors)}
        return Design(sweep.design.kind, infos, _table(columns), None)
    unit = _SAMPLES[sweep.design.kind](sweep, tuple(factors))
    columns = {
        path: factor.at(_inner(unit[:, place], factor, sweep), estimate_of(path) if _drawn(factor) else None)
        for place, (path, factor) in enumerate(factors.items())
    }
    return Design(sweep.design.kind, infos, _table(columns), _table(dict(zip(factors, unit.T, strict=True))))


def changes_at(sweep: Sweep, row: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """What `Scenario.vary` changes at a point: the row by path, what moves with it, follow-up, and the constraints.

    Raises:
        InputError: if the constraints can't hold at this point.
    """
    factors = sweep.expanded
    changes = {path: factor.native(row[path]) for path, factor in factors.items()}
    changes |= followers(sweep.factors, changes)
    if sweep.follow_up_months is not None:
        changes["time.follow_up_months"] = sweep.follow_up_months
    return constrained(changes, sweep.constraints, scenario)


def check_extension(before: Sweep, now: Sweep) -> None:
    """Refuses a Latin hypercube with another number of points, of which no point of the old one would be left.

    Raises:
        InputError: naming both numbers.
    """
    kind, old, new = "latin_hypercube", before.design, now.design
    if (old.kind, new.kind) == (kind, kind) and old.points != new.points:
        what = f"a Latin hypercube can't be extended: {old.points} points were asked for, and {new.points} are now"
        hint = f"Set it to {old.points}, write to another folder, or use random or sobol, which keep what is done"
        raise InputError(what, where=f"{now.label}: design.points", hint=hint)


def size_of(sweep: Sweep) -> int:
    """How many points the design has, counted without making them."""
    design, count = sweep.design, len(sweep.expanded)
    if design.kind == "grid":
        return math.prod(len(levels) for levels in _levels(sweep))
    if design.kind == "list":
        return len(sweep.points)
    each = {"sobol": 2 * count + 2 if design.second_order else count + 2, "morris": count + 1}
    return design.count * each.get(design.kind, 1)


def info_of(path: str, factor: Factor, scenario: Scenario) -> FactorInfo:
    """What is told of a factor."""
    estimate = estimate_of(path)
    low, high = factor.ends(estimate if _drawn(factor) else None)
    grade = estimate.grade if estimate else ""
    return FactorInfo(path, factor.kind, low, high, central(path, scenario), grade, factor.scale, factor.values or ())


def central(path: str, scenario: Scenario) -> Any:
    """What a path is in the scenario: its own number or the catalog's for an estimate; None if it says nothing."""
    name = path.removeprefix(PREFIX)
    if path.startswith(PREFIX):
        estimate = estimate_of(path)
        return scenario.estimates[name].value if name in scenario.estimates else estimate and estimate.value
    found: Any = scenario.resolved()
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _levels(sweep: Sweep) -> Iterator[list[Any]]:
    for path, factor in sweep.expanded.items():
        yield factor.levels(sweep.design.levels, estimate_of(path) if _drawn(factor) else None)


def _drawn(factor: Factor) -> bool:
    """Whether its values come from the distribution of an estimate."""
    return factor.distribution == "evidence"


def _inner(unit: Floats, factor: Factor, sweep: Sweep) -> Floats:
    """Where on a distribution the numbers of a design lie, shape (n,).

    Morris steps from end to end, and a distribution has its ends at infinity: its own are the 2.5% and 97.5% quantiles.
    """
    if sweep.design.kind == "morris" and factor.distribution is not None:
        return LOW_TAIL + (HIGH_TAIL - LOW_TAIL) * unit
    return unit


def _table(columns: Mapping[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(dict(columns))
    table.index = pd.RangeIndex(len(table), name=POINT)
    return table


def _problem(paths: tuple[str, ...]) -> dict[str, Any]:
    return {"names": list(paths), "num_vars": len(paths), "bounds": [[0.0, 1.0]] * len(paths)}


def _random(sweep: Sweep, paths: tuple[str, ...]) -> Floats:
    """Uniforms addressed by factor and point, so that neither more points nor other factors move them: (n, k)."""
    luck, points = Luck(sweep.design.seed, 0), sweep.design.count
    return np.column_stack([luck.uniform(f"sweep/{path}", 0, points) for path in paths])


def _latin_hypercube(sweep: Sweep, paths: tuple[str, ...]) -> Floats:
    """McKay, Beckman & Conover 1979: one point in each of n equal parts of every factor, shape (n, k)."""
    from SALib.sample import latin

    return np.asarray(latin.sample(_problem(paths), sweep.design.count, seed=sweep.design.seed), dtype=np.float64)


def _sobol(sweep: Sweep, paths: tuple[str, ...]) -> Floats:
    """Scrambled Sobol' points, crossed as Saltelli 2002 does: for each, k + 2 rows (2k + 2 for second order)."""
    from SALib.sample import sobol

    asked, seed = sweep.design.count, sweep.design.seed
    rows = sobol.sample(_problem(paths), asked, calc_second_order=sweep.design.second_order, seed=seed)
    return np.asarray(rows, dtype=np.float64)


def _morris(sweep: Sweep, paths: tuple[str, ...]) -> Floats:
    """Morris 1991: trajectories of k + 1 points that each move one factor, every one from a seed of its own."""
    from SALib.sample import morris

    design = sweep.design
    walks = [
        morris.sample(_problem(paths), 1, design.levels, seed=np.random.default_rng([design.seed, walk]))
        for walk in range(design.count)
    ]
    steps = design.levels - 1  # rounded to its level exactly, so that equal points have equal numbers
    return np.asarray(np.rint(np.concatenate(walks) * steps) / steps, dtype=np.float64)


_SAMPLES = {"random": _random, "latin_hypercube": _latin_hypercube, "sobol": _sobol, "morris": _morris}

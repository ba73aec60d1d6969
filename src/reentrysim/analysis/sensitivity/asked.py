"""What is asked of a sweep, and the value of every point that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.experiments.plan import RUNS_PER_DRAW
from reentrysim.experiments.sweeps.design import Design, FactorInfo
from reentrysim.experiments.sweeps.estimates import PREFIX
from reentrysim.experiments.sweeps.results import KEYS, SweepResults
from reentrysim.vocabulary import LESS_IS_BETTER, InputError, nearest

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_COST = "cost_"


@dataclass(frozen=True)
class Question:
    """Which number of each point is explained."""

    outcome: str
    month: int
    subgroup: str
    scenario: str
    baseline: str
    """What the scenario is compared with; empty where its own value is asked for."""

    @property
    def less_is_better(self) -> bool:
        """Whether less of the outcome is better; costs count as such."""
        return LESS_IS_BETTER.get(self.outcome, self.outcome.startswith(_COST))


@dataclass(frozen=True)
class Sample:
    """The values of a sweep, by point and draw.

    `by_scenario` has an array (points, draws) of each scenario, in design order: means over the replicates of a draw,
    nan in the whole row of a point of which a replicate is missing. With one draw, or with fixed parameters, a
    replicate stands for a draw.
    """

    question: Question
    design: Design
    by_scenario: Mapping[str, Floats]
    replicates: int
    by_draw: bool
    """Whether the columns are draws of the estimates, and not replicates."""
    people: int

    @cached_property
    def runs(self) -> Floats:
        """(points, draws): the number asked for, paired with the baseline's where a difference is."""
        own = self.by_scenario[self.question.scenario]
        return own - self.by_scenario[self.question.baseline] if self.question.baseline else own

    @cached_property
    def values(self) -> Floats:
        """(points,): means over draws; nan where a point is not whole."""
        return np.asarray(self.runs.mean(axis=1), dtype=np.float64)

    @cached_property
    def whole(self) -> Bools:
        """(points,): whether all replicates of the point have a value."""
        return np.isfinite(self.values)

    @cached_property
    def numbers(self) -> Floats:
        """(points, factors): the factors' values; all nan for a factor with words among them."""
        return np.stack([_column(self.design.table[factor.path]) for factor in self.design.factors], axis=1)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The design's table with words as text, whatever they are (lists among them)."""
        table = self.design.table
        paths = [factor.path for factor in self.design.factors]
        words = [path for path, column in zip(paths, self.numbers.T, strict=True) if np.isnan(column).any()]
        return table.assign(**{path: table[path].map(str) for path in words})

    @property
    def draws(self) -> int:
        """Columns of `runs`."""
        return int(self.runs.shape[1])


def sample_of(
    results: SweepResults,
    outcome: str | None = None,
    month: int | None = None,
    subgroup: str = "all",
    scenario: str | None = None,
    difference: bool = True,
) -> Sample:
    """The values asked for; without a name the first outcome, its last month, and the first that is no baseline.

    Raises:
        InputError: for a name that the sweep doesn't have, a month in which the outcome has no value, or a difference
            of the baseline from itself.
    """
    outcomes = [column for column in results.runs.columns if column not in KEYS]
    outcome = _known("outcome", outcomes[0] if outcome is None else outcome, outcomes)
    there = results.runs.loc[
        results.runs[outcome].notna(), "month"
    ]  # some outcomes have a value in the last month alone
    months = sorted(set(there.tolist()))
    if not months:
        raise InputError(f"{outcome} has no value at any point", hint="Let the sweep go on, or see why its points fail")
    month = _known("month", months[-1] if month is None else month, months)
    subgroup = _known("subgroup", subgroup, sorted(set(results.runs["subgroup"])))
    name, baseline = _compared(results, scenario, difference)
    question = Question(outcome, int(month), subgroup, name, baseline)
    rows = results.runs[(results.runs["month"] == month) & (results.runs["subgroup"] == subgroup)]
    return _sample(results, question, rows)


def _sample(results: SweepResults, question: Question, rows: pd.DataFrame) -> Sample:
    replicates = sorted(set(rows["replicate"].tolist()))
    by_draw = len(replicates) > RUNS_PER_DRAW and not results.sweep.fixed_parameters
    groups = np.asarray(replicates) // RUNS_PER_DRAW if by_draw else np.asarray(replicates)
    points = range(len(results.design.table))
    tables = {}
    for name in results.scenarios:
        mine = rows[rows["scenario"] == name]
        table = mine.pivot(index="point", columns="replicate", values=question.outcome)
        wide = table.reindex(index=points, columns=replicates).to_numpy(dtype=np.float64, copy=True)
        wide[~np.isfinite(wide).all(axis=1)] = np.nan
        tables[name] = np.stack([wide[:, groups == group].mean(axis=1) for group in np.unique(groups)], axis=1)
    people = int(rows["people"].min()) if len(rows) else 0
    return Sample(question, results.design, tables, len(replicates), by_draw, people)


def _compared(results: SweepResults, scenario: str | None, difference: bool) -> tuple[str, str]:
    """Name of the scenario, and of the baseline if there is a difference."""
    others = [name for name in results.scenarios if name != results.baseline]
    if scenario is None:
        name = others[0] if difference and others else results.baseline
    else:
        name = _known("scenario", scenario, results.scenarios)
    if difference and name == results.baseline and others:
        hint = f"Ask for {others[0]!r}, or for its own value with difference=False"
        raise InputError(f"{name!r} is the baseline and has no difference from itself", hint=hint)
    return name, results.baseline if difference and others else ""


def _known(what: str, asked: Any, there: Sequence[Any]) -> Any:
    if asked in there:
        return asked
    raise InputError(f"the sweep has no {what} {asked!r}", hint=nearest(str(asked), map(str, there)))


def _column(values: pd.Series[Any]) -> Floats:
    listed = values.tolist()
    if not all(isinstance(value, bool | int | float | np.number | np.bool_) for value in listed):
        return np.full(len(listed), np.nan)
    return np.asarray(listed, dtype=np.float64)


def is_estimate(factor: FactorInfo) -> bool:
    """Whether a factor is something one could come to know, and nothing one chooses."""
    return factor.path.startswith(PREFIX)

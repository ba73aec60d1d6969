"""The engine that solves direct effects, checked: what it meets, and what it was not solved for.

What was not solved is asked of published findings that set no number and were named before the first run (`NAMED`). A
rival, in which every program multiplies the hazards of arrest and of rule violations by .90 from release on and does
nothing else, answers the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Participants
from reentrysim.analysis.trial import (
    HORIZON_MONTHS,
    LATER,
    MENTORING,
    TRIALS,
    Trial,
    arm,
    expected,
    hazard_ratio,
    in_time,
)
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER, PER_CENT, Route

PEOPLE = 12_000
DRAWS = 8
_REPLICATE = 1 << 36  # people whom neither the solver nor anybody else ever sees
_RIVAL = 0.90
YES, NO, UNTOLD = "yes", "no", "cannot tell"
_NULL = (0.95, 1.05)
_SURE = 2.0  # standard errors
_LENGTHS = (3, 6, 12, 18)
_FEW_MONTHS = 3
_NO_POINTS = 2.0


@dataclass(frozen=True)
class Cohort:
    """What happened to the cohort in one arm, and whom the program offered a place; arrays have shape (people,)."""

    people: Participants
    offered: Flags

    def happened(self, event: str, month: int) -> Flags:
        """To whom it had happened by then."""
        column = getattr(self.people, "first_return" if event == "technical" else f"first_{event}")
        found = (column != NEVER) & (column <= month)
        return np.asarray(found & (self.people.first_route == Route.RULE_VIOLATION) if event == "technical" else found)


@dataclass(frozen=True)
class Sum:
    """A figure, and what each person adds to its Monte Carlo error."""

    value: float
    each: Floats
    """Influence of the people it is about, mean 0."""
    who: Flags
    """Who they are, shape (people,)."""

    def less(self, other: Sum) -> Sum:
        """This figure less another of the same cohort."""
        each = np.zeros(len(self.who))
        for one, weight in ((self, 1.0), (other, -1.0)):
            each[one.who] += weight * one.each * len(each) / np.count_nonzero(one.who)
        return Sum(self.value - other.value, each, np.ones(len(each), dtype=np.bool_))

    @property
    def error(self) -> float:
        """Monte Carlo error, paired."""
        return float(np.sqrt(np.mean(self.each**2) / len(self.each)))

    def verdict(self, low: float = -np.inf, high: float = np.inf) -> str:
        """Whether it lies between two limits, as far as two errors tell."""
        inside = min(self.value - low, high - self.value)
        return UNTOLD if abs(inside) < _SURE * self.error else YES if inside > 0.0 else NO


class Model:
    """One way that programs could work, asked by cohorts: as the center of the calibration has it, or the rival."""

    def __init__(self, luck: Luck, people: int, rival: bool = False) -> None:
        self.luck, self.people, self.rival = luck, people, rival
        self.values = values_for(load_scenario("status-quo"))

    @cached_property
    def usual(self) -> Cohort:
        """Without any program."""
        return self._cohort(MENTORING, {}, funded=False)

    def offered(self, trial: Trial, changes: Mapping[str, Any] | None = None) -> Cohort:
        """Everybody is offered the program, designed as in its trial but for `changes`."""
        found = self._cohort(trial, changes or {}, funded=True)
        if not self.rival:
            return found
        shift = {name: self.values[name] + np.log(_RIVAL) for name in ("arrest.level", "violation.level")}
        constant = self._cohort(trial, {}, funded=False, shift=shift)
        return replace(constant, offered=found.offered)

    def log_ratio(self, trial: Trial, event: str, month: int = HORIZON_MONTHS) -> Sum:
        """Log hazard ratio among those who were offered a place."""
        offered = self.offered(trial)
        who = offered.offered
        there, usual = (one.happened(event, month)[who].astype(np.float64) for one in (offered, self.usual))
        shares = float(there.mean()), float(usual.mean())
        slopes = [1.0 / ((share - 1.0) * np.log1p(-share)) for share in shares]  # of log(-log(1 - share))
        each = slopes[0] * (there - shares[0]) - slopes[1] * (usual - shares[1])
        return Sum(float(np.log(hazard_ratio(*shares))), each, who)

    def reduction(self, trial: Trial, month: int) -> Sum:
        """Relative reduction of the share arrested by a month."""
        offered = self.offered(trial)
        who = offered.offered
        there, usual = (one.happened("arrest", month)[who].astype(np.float64) for one in (offered, self.usual))
        ratio = float(there.mean() / usual.mean())
        return Sum(1.0 - ratio, (ratio * usual - there) / usual.mean(), who)

    def points(self, trial: Trial, month: int, changes: Mapping[str, Any] | None = None) -> Sum:
        """Difference in the share arrested by a month, in points."""
        each = self.offered(trial, changes).happened("arrest", month).astype(np.float64)
        each -= self.usual.happened("arrest", month)
        return Sum(PER_CENT * float(each.mean()), PER_CENT * (each - each.mean()), np.ones(len(each), dtype=np.bool_))

    def _cohort(
        self, trial: Trial, changes: Mapping[str, Any], *, funded: bool, shift: Mapping[str, float] | None = None
    ) -> Cohort:
        scenario = trial.scenario(self.people, funded=funded)
        numbers = values_for(scenario).merged({**trial.values, **(shift or {})})
        model = ReentryModel(scenario.vary(changes) if changes else scenario, numbers, self.luck).run()
        world, cohort = model.world, model.world.calendar.cohort
        table = world.mentees if trial.program == MENTORING.program else world.enrolled[trial.program]
        columns = {name: column[cohort] for name, column in vars(world.people).items()}
        return Cohort(Participants(**columns), table.offered_step[cohort] != NEVER)


Answer = tuple[str, str]
"""What a model says, in numbers, and whether the published row says so too."""


@dataclass(frozen=True)
class Named:
    """A published finding that sets no number, what it says, and how a model is asked."""

    row: str
    what: str
    """Which kind of thing was not solved: another outcome, horizon, dose or subgroup."""
    says: str
    ask: Callable[[Model], Answer]


def _both(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return NO if NO in found else UNTOLD if UNTOLD in found else YES


def _null(program: str) -> Callable[[Model], Answer]:
    def ask(model: Model) -> Answer:
        found = model.log_ratio(_TRIALS[program], "technical")
        return f"{np.exp(found.value):.2f}", found.verdict(*np.log(_NULL))

    return ask


def _grows(model: Model) -> Answer:
    found = [model.points(MENTORING, HORIZON_MONTHS, {_LENGTH: months}) for months in _LENGTHS]
    steps = [after.less(before) for before, after in pairwise(found)]
    return " ".join(f"{one.value:.1f}" for one in found), _both(_grew(step) for step in steps)


def _grew(step: Sum) -> str:
    return NO if step.error == 0.0 else step.verdict(high=0.0)


def _little(model: Model) -> Answer:
    found = model.points(MENTORING, MONTHS_PER_YEAR, {_LENGTH: _FEW_MONTHS})
    return f"{found.value:.1f}", found.verdict(-_NO_POINTS, _NO_POINTS)


def _narrows(model: Model) -> Answer:
    found = [model.reduction(MENTORING, months) for months in (12, 24, 36)]
    steps = [after.less(before) for before, after in pairwise(found)]
    return " ".join(f"{one.value:.3f}" for one in found), _both(step.verdict(high=0.0) for step in steps)


def _more_for(event: str) -> Callable[[Model], Answer]:
    def ask(model: Model) -> Answer:
        arrest, later = (model.log_ratio(MENTORING, one) for one in ("arrest", event))
        more = later.less(arrest)  # both are negative where mentoring helps
        return f"{later.value / arrest.value:.2f}", more.verdict(high=0.0)

    return ask


_LENGTH = "programs.mentoring.length_months"
_TRIALS = {trial.program: trial for trial in (*TRIALS, *LATER)}
_UNCHANGED = "technical revocations unchanged (hazard ratio .95 to 1.05)"
_STRONGER = "more than for rearrest (ratio of log hazard ratios above 1)"
NAMED = (
    Named("PE050", "outcome", f"mentoring: {_UNCHANGED}", _null("mentoring")),
    Named("PE078", "outcome", f"supportive housing: {_UNCHANGED}", _null("supportive_housing")),
    Named("PE168", "outcome", f"case management: {_UNCHANGED}", _null("case_management")),
    Named("PE048", "outcome", f"mentoring: reconviction, {_STRONGER}", _more_for("conviction")),
    Named("PE049", "outcome", f"mentoring: return to prison, {_STRONGER}", _more_for("return")),
    Named("PE065", "dose", "mentoring of 3, 6, 12, 18 months: each does more (points, rearrest by month 36)", _grows),
    Named("PE260", "dose", "mentoring of some months: next to nothing in a year (under 2 points)", _little),
    Named("PE169", "horizon", "mentoring: the gap narrows (relative reduction by months 12, 24, 36)", _narrows),
)
"""Chosen by what a row is about, before a model was asked; no unused row gives the size of a mediator's path."""


def unsolved(people: int = PEOPLE, seed: int = 1) -> pd.DataFrame:
    """Every named row, what the model and the rival say, and whether each holds.

    Columns row, kind, published, model, model_holds, rival, rival_holds: yes, no, or cannot tell within two Monte Carlo
    errors. Central values, one cohort of `people`.
    """
    model, rival = (Model(Luck(seed, _REPLICATE), people, rival) for rival in (False, True))
    lines = []
    for named in NAMED:
        (ours, holds), (theirs, rival_holds) = named.ask(model), named.ask(rival)
        lines.append((named.row, named.what, named.says, ours, holds, theirs, rival_holds))
    columns = ["row", "kind", "published", "model", "model_holds", "rival", "rival_holds"]
    return pd.DataFrame(lines, columns=columns)


def solved(draws: int = DRAWS, people: int = PEOPLE, seed: int = 1) -> pd.DataFrame:
    """What each trial gives with its solved level among people whom the solver never saw, draw by draw.

    Columns program, draw (-1 for the center), wanted and found (log ratios), error (Monte Carlo, of the solver's cohort
    and this one), z. Levels at the cap are left out: they meet the evidence only in part.
    """
    lines = [line for draw in (None, *range(draws)) for line in _solved(draw, people, seed)]
    return pd.DataFrame(lines, columns=["program", "draw", "wanted", "found", "error", "z"])


def _solved(draw: int | None, people: int, seed: int) -> Iterator[tuple[str, int, float, float, float, float]]:
    values = values_for(load_scenario("status-quo"), draw)
    number = NEVER if draw is None else draw
    luck = Luck(seed, _REPLICATE + number + 2)
    usual = arm(TRIALS[0], values, people, luck, level=0.0, funded=False)
    for trial in TRIALS:
        level, most = values[trial.level], values["mentoring.most_relief"]
        if abs(level) >= most:
            continue
        offered = arm(trial, values, people, luck, level=level, funded=True)
        who = in_time(offered, usual)
        shares = offered.rearrested(who), usual.rearrested(who)
        found, error = float(np.log(trial.measure(*shares))), _error(trial, offered, usual, who)
        wanted = expected(trial, values)
        yield trial.program, number, wanted, found, error, (found - wanted) / error


def _error(trial: Trial, offered: Any, usual: Any, who: Flags) -> float:
    """Monte Carlo error of the log ratio, of two cohorts of the same size: delta method on paired shares."""
    both = [(one.first_arrest[who] != NEVER) & (one.first_arrest[who] <= HORIZON_MONTHS) for one in (offered, usual)]
    shares, step = [float(one.mean()) for one in both], 1e-5
    slopes = (
        (np.log(trial.measure(shares[0] + step, shares[1])) - np.log(trial.measure(*shares))) / step,
        (np.log(trial.measure(shares[0], shares[1] + step)) - np.log(trial.measure(*shares))) / step,
    )
    each = slopes[0] * both[0] + slopes[1] * both[1]
    return float(np.sqrt(2.0 / who.sum()) * each.std())


DOSES: dict[str, tuple[tuple[float | str, Mapping[str, Any], Mapping[str, float]], ...]] = {
    "contacts a month": tuple((n, {"programs.mentoring.contacts_per_month": n}, {}) for n in (1, 2, 4, 8)),
    "share of months kept": tuple((n, {}, {"mentoring.kept_share": n}) for n in (0.4, 0.6, 0.8, 0.95)),
    "length in months": tuple((n, {_LENGTH: n}, {}) for n in (*_LENGTHS, 24)),
    "at the gate": (
        ("stops", {"programs.mentoring.setting": "custody", "programs.mentoring.eligible.to_month": -1}, {}),
        ("goes on", {"programs.mentoring.eligible.to_month": -1}, {}),
    ),
    "share of what fit can take away": tuple((n, {}, {"mentoring.fit_weight": n}) for n in (0.9, 0.5, 0.1)),
}
"""More of something, step by step, in the trial of mentoring, in which nothing is scarce."""


def dose_response(people: int = PEOPLE, seed: int = 1) -> pd.DataFrame:
    """What more of each dose does to the same people, and who is arrested only with more.

    Columns dose, level, points (difference from nobody mentored in the share arrested by month 36), step (from the
    level before), error (paired standard error of the step), reversals (people arrested with more of the dose and not
    with less), let_down (of them those whose mentoring ended very early) and otherwise_in_prison (those who, with less
    of it, were back in prison before). What is left of the reversals are lives that took another turn: a job, a home,
    use.
    """
    luck = Luck(seed, _REPLICATE)
    usual = _mentored(luck, people, {}, {}, funded=False)
    lines = []
    for dose, levels in DOSES.items():
        before: ReentryModel | None = None
        for level, changes, values in levels:
            model = _mentored(luck, people, changes, values)
            points = PER_CENT * float((_arrested(model) - _arrested(usual)).mean())
            step = _arrested(model) - _arrested(before or usual)
            error = PER_CENT * float(step.std() / np.sqrt(len(step)))
            reversals = np.flatnonzero(step > 0)
            told = (len(reversals), *_why(reversals, model, before or usual))
            lines.append((dose, level, points, PER_CENT * float(step.mean()), error, *told))
            before = model
    columns = ["dose", "level", "points", "step", "error", "reversals", "let_down", "otherwise_in_prison"]
    return pd.DataFrame(lines, columns=columns)


def _mentored(
    luck: Luck, people: int, changes: Mapping[str, Any], values: Mapping[str, float], *, funded: bool = True
) -> ReentryModel:
    scenario = MENTORING.scenario(people, funded=funded)
    numbers = values_for(load_scenario("status-quo")).merged({**MENTORING.values, **values})
    return ReentryModel(scenario.vary(changes) if changes else scenario, numbers, luck).run()


def _arrested(model: ReentryModel) -> Floats:
    """1 for whom the first arrest came by month 36, shape (people,)."""
    first = model.world.people.first_arrest[model.world.calendar.cohort]
    return np.asarray((first != NEVER) & (first <= HORIZON_MONTHS), dtype=np.float64)


def _why(reversals: Ints, more: ReentryModel, less: ReentryModel) -> tuple[int, int]:
    """Of people arrested only with more of a dose, how many were let down, and how many else in prison before."""
    cohort = more.world.calendar.cohort
    arrest, returned = more.world.people.first_arrest[cohort], less.world.people.first_return[cohort]
    let_down = more.world.mentees.let_down[cohort][reversals] > 0.0
    away = (returned[reversals] != NEVER) & (returned[reversals] < arrest[reversals]) & ~let_down
    return int(let_down.sum()), int(away.sum())

"""The arms of a trial simulated: the same people with and without what the program arm was offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from reentrysim.agents.columns import Flags, Floats
from reentrysim.analysis.cohorts import cohort_of
from reentrysim.analysis.trial import LATER, MENTORING, TRIALS
from reentrysim.analysis.trials.files import Arm, Published, Trial
from reentrysim.analysis.trials.watching import TrialModel, Watched, watch
from reentrysim.model import ReentryModel
from reentrysim.programs.contract import Program
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.offered import offered
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import Risk

_SOON = 2
"""Months after randomization in which who was offered a place may still begin, unless the file says otherwise."""
_ENOUGH = {trial.program: trial for trial in (*TRIALS, *LATER)}
"""Money, staff and hours that are enough for everybody, by program: a trial takes little of its market."""
_DOLLARS = 50_000.0
"""More than a place costs in programs that no trial solves."""


@dataclass(frozen=True)
class Both:
    """What happened in both arms to the same people; who was enrolled is the same in both."""

    program: Watched
    control: Watched
    enrolled: Flags

    def shares(self, outcome: Published, month: int) -> tuple[float, float]:
        """Shares of the enrolled with an outcome, in the program arm and in the control arm."""
        happened = (arm.happened(outcome.outcome, month, outcome.months) for arm in (self.program, self.control))
        program, control = (float(np.mean(who[self.enrolled])) for who in happened)
        return program, control


def both_arms(trial: Trial, draw: int | None, shift: Mapping[str, float], people: int, luck: Luck) -> Both:
    """Both arms of a cohort of so many people at a stored draw (None: central values), its place moved by `shift`."""
    program, control = (run_arm(trial, arm, draw, shift, people, luck) for arm in _arms(trial))
    return Both(program[0], control[0], control[1])


def control_shares(trial: Trial, draw: int | None, shift: Mapping[str, float], people: int, luck: Luck) -> Floats:
    """Shares of the control arm by outcome, in the order of the file."""
    seen, enrolled = run_arm(trial, trial.protocol.arms.control, draw, shift, people, luck)
    month = trial.protocol.who.enrolled_month
    found = (seen.happened(one.outcome, month, one.months)[enrolled].mean() for one in trial.outcomes)
    return np.array(list(found), dtype=np.float64)


def run_arm(
    trial: Trial, arm: Arm, draw: int | None, shift: Mapping[str, float], people: int, luck: Luck
) -> tuple[Watched, Flags]:
    """What happens to a cohort in one arm, and who of it is enrolled, shape (people,).

    Raises:
        InputError: for settings of a program or of circumstances that a scenario would refuse.
    """
    scenario = arm_scenario(trial, arm, people)
    numbers = values_for(scenario, draw)
    enough = MENTORING.values if MENTORING.program in arm.programs else {}
    model = TrialModel(
        scenario, numbers.merged({**enough, **{name: numbers[name] + by for name, by in shift.items()}}), luck
    )
    month = trial.protocol.who.enrolled_month
    nation = ReentryModel(scenario, numbers, luck) if shift else model
    taken = _of_bands(nation, trial.protocol.who.risk)
    model.needs = tuple(cast(Program, offered()[name]) for name in trial.protocol.who.needs)
    seen, have = watch(model, month - 1 + trial.months, month)
    return seen, taken & have & seen.enrolled(month)


def _of_bands(model: ReentryModel, bands: Sequence[str]) -> Flags:
    """Who of the cohort is in these bands, assessed as in the nation: a place's level makes nobody another person."""
    return np.isin(model.world.risk[model.world.calendar.cohort], [Risk[band.upper()] for band in bands])


def arm_scenario(trial: Trial, arm: Arm, people: int) -> Scenario:
    """The scenario of one arm: its cohort, its programs with places for everybody, its circumstances."""
    changes: dict[str, Any] = {
        "time.follow_up_months": trial.protocol.who.enrolled_month - 1 + trial.months,
        **{f"circumstances.{key}": value for key, value in arm.circumstances.items()},
    }
    if arm.programs:
        changes |= dict(_programs(trial, arm, people))
    return cohort_of(people, trial.name, changes, trial.at)


def _programs(trial: Trial, arm: Arm, people: int) -> Iterator[tuple[str, Any]]:
    """Each program open to everybody from randomization on, and money enough for all."""
    enrolled = trial.protocol.who.enrolled_month
    each = {program: _ENOUGH[program].dollars_per_person for program in arm.programs if program in _ENOUGH}
    dollars = {program: each.get(program, _DOLLARS) * people for program in arm.programs}
    total = sum(dollars.values())
    yield "funding.sources.state_grant.total_dollars", total
    yield "funding.shares", {"mentoring": 0.0} | {program: money / total for program, money in dollars.items()}
    for program, settings in arm.programs.items():
        enough = _ENOUGH[program].design.items() if program in _ENOUGH else ()
        yield from ((key, value) for key, value in enough if key.startswith(("policies.", "circumstances.")))
        opened = {"risk": ["low", "medium", "high"], "from_month": enrolled, "to_month": enrolled + _SOON}
        table: dict[str, Any] = {"eligible": opened} | _at_once(program)
        yield f"programs.{program}", _merged(table, settings)


def _at_once(program: str) -> dict[str, Any]:
    has_workers = program == "mentoring" or offered()[program].usual_caseload
    return {"hire_lag_months": 0, "train_lag_months": 0} if has_workers else {}


def _merged(table: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    eligible = {**table["eligible"], **settings.get("eligible", {})}
    return {**table, **settings, "eligible": eligible}


def _arms(trial: Trial) -> tuple[Arm, Arm]:
    return trial.protocol.arms.program, trial.protocol.arms.control

"""Simulated trials: the direct effect of each program is solved so that its trial gives the evidence.

Everybody in a cohort who may be offered a place is offered one, places and hours are unlimited (the trial takes
nothing from any market), and the contrast is the same people, with the same luck, without the program. The outcome is
rearrest by month 36 among those offered, per offer: a hazard ratio, log(1 - F_offered) / log(1 - F_usual), or an odds
ratio, as the evidence has it. What the program does through work, homes, treatment and ties is part of the outcome,
so the direct effect is what the evidence leaves for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from scipy.special import logit

from reentrysim.agents.columns import Flags, Ints
from reentrysim.analysis.cohorts import cohort_of
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.evidence.entries import is_solved_later
from reentrysim.evidence.place import Place
from reentrysim.evidence.population import FOLDER as POPULATIONS
from reentrysim.model import ReentryModel
from reentrysim.programs.contract import Program
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.offered import shipped
from reentrysim.vocabulary import NEVER

HORIZON_MONTHS = 36
MOST, SHARE = "mentoring.most_relief", "effects.demonstration_share"
_FIRST_TRY = 0.5
_CLOSE = 0.002  # of the log ratio: a fifth of a percent
_NO_TIME = 1e-9  # hours a contact takes where mentors' hours are unlimited


def hazard_ratio(offered: float, usual: float) -> float:
    """Hazard ratio from two cumulative shares at one horizon (proportional hazards)."""
    return float(np.log1p(-offered) / np.log1p(-usual))


def odds_ratio(offered: float, usual: float) -> float:
    """Odds ratio from two cumulative shares at one horizon."""
    return float(np.exp(logit(offered) - logit(usual)))


@dataclass(frozen=True)
class Trial:
    """How one program's effect is measured, and the number that is solved for it."""

    program: str
    level: str
    """The solved number: the change of the log hazard of arrest at full trust or dose."""
    effect: str
    """The estimate that the trial must give."""
    measure: Callable[[float, float], float]
    dollars_per_person: float
    """Far more than places for everybody cost."""
    design: Mapping[str, Any]
    """Changes to `status-quo`: who is offered a place, and staff at once."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the trial sets because nothing is scarce in it."""
    demonstrations: bool = False
    """Whether the estimate is pooled from demonstrations, of which only a share is left elsewhere."""
    place: Place | None = None
    """Where it is held; None is the nation."""

    @property
    def usual_is_shared_with(self) -> tuple[Any, ...]:
        """Trials with the same people in the same months have the same arm without a program."""
        return self.design.get("time.lead_months"), self.place, tuple(sorted(self.values.items()))

    def scenario(self, participants: int, *, funded: bool) -> Scenario:
        """The trial's cohort, with places for everybody or with none."""
        changes = {
            "time.follow_up_months": HORIZON_MONTHS,
            "funding.sources.state_grant.total_dollars": self.dollars_per_person * participants * funded,
            **self.design,
        }
        return cohort_of(participants, f"{self.program.replace('_', '-')}-trial", changes, self.place)


def trial_of(program: Program) -> Trial:
    """The trial of a program of which people are offered a place of their own.

    Raises:
        ValueError: if the program declares none.
    """
    declared, name = program.trial, program.name
    if declared is None:
        raise ValueError(f"{name} has no direct path to solve")
    effect = f"{name}.{declared.effect}"
    measure = hazard_ratio if load_catalog()[effect].unit == "hazard ratio" else odds_ratio
    money = {"funding.shares": {"mentoring": 0.0, name: 1.0}, f"programs.{name}": {}}
    return Trial(
        name,
        program.level,
        effect,
        measure,
        declared.dollars_per_person,
        {**money, **declared.changes},
        declared.values,
        place=Place(margins=str(POPULATIONS / declared.margins)) if declared.margins else None,
    )


MENTORING = Trial(
    program="mentoring",
    level="mentoring.log_hazard_at_full_trust",
    effect="mentoring.hazard_ratio",
    measure=hazard_ratio,
    dollars_per_person=5000.0,
    design={
        "programs.mentoring.eligible.risk": ["low", "medium", "high"],
        "programs.mentoring.eligible.to_month": 12,
        "programs.mentoring.hire_lag_months": 0,
        "programs.mentoring.train_lag_months": 0,
        "policies.caseload.mentoring.per_worker": 100,
    },
    values={
        "mentoring.hours_per_contact": _NO_TIME,
        "mentors.screening_pass_share": 1.0,
        "mentors.training_pass_share": 1.0,
    },
    demonstrations=True,
)
_SHIPPED = tuple(trial_of(cast(Program, one)) for one in shipped().values() if cast(Program, one).trial)
TRIALS = (MENTORING, *(trial for trial in _SHIPPED if not is_solved_later(trial.program)))
"""Those that the calibration solves; of the package's other programs with a direct path, those of `LATER`."""
LATER = tuple(trial for trial in _SHIPPED if is_solved_later(trial.program))
"""Those that are solved after it (`analysis.solving`), because the baseline knows nothing of programs."""


@dataclass(frozen=True)
class Near:
    """Where the level of another draw was found: a place to begin that only saves time."""

    level: float
    gave: float
    """The log ratio of the trial at it."""
    slope: float
    """Log ratio a unit of level."""

    def level_for(self, target: float) -> float:
        """Where a log ratio is expected; the same level where levels move nothing."""
        return self.level + (target - self.gave) / self.slope if self.slope else self.level


@dataclass(frozen=True)
class Arm:
    """What happened to the cohort in one arm. Arrays have shape (people,)."""

    first_arrest: Ints
    """Month since release; NEVER without one."""
    offered_month: Ints
    """Month since release of the first offer; NEVER without one."""

    def rearrested(self, who: Flags) -> float:
        """Share of people `who` rearrested by the horizon."""
        first = self.first_arrest[who]
        return float(np.mean((first != NEVER) & (first <= HORIZON_MONTHS)))


def arm(trial: Trial, values: Values, participants: int, luck: Luck, *, level: float, funded: bool) -> Arm:
    """One arm of a trial when full trust or dose changes the log hazard of arrest by `level`."""
    numbers = values.merged({**trial.values, trial.level: level})
    model = ReentryModel(trial.scenario(participants, funded=funded), numbers, luck)
    return happened(model.run(), trial.program)


def happened(model: ReentryModel, program: str) -> Arm:
    """What happened in a run that is over, and when people were first offered the program."""
    world, cohort = model.world, model.world.calendar.cohort
    table = world.mentees if program == MENTORING.program else world.enrolled[program]
    offered, released = table.offered_step[cohort], world.traits.release_step[cohort]
    month = np.where(offered == NEVER, NEVER, np.maximum(offered - released + 1, 1))
    return Arm(world.people.first_arrest[cohort].copy(), month)


def ratio(trial: Trial, offered: Arm, usual: Arm) -> float:
    """The trial's effect among those who were offered a place in time: the same people in both arms.

    Raises:
        ValueError: if nobody was.
    """
    who = in_time(offered, usual)
    if not who.any():
        raise ValueError(f"the trial of {trial.program} offered nobody a place")
    return trial.measure(offered.rearrested(who), usual.rearrested(who))


def in_time(offered: Arm, usual: Arm) -> Flags:
    """Who was offered a place before any arrest, shape (people,)."""
    asked, arrest = offered.offered_month, usual.first_arrest
    return np.asarray((asked != NEVER) & ((arrest == NEVER) | (arrest >= asked)))


def usual_arm(trial: Trial, values: Values, participants: int, luck: Luck) -> Arm:
    """The arm without the program."""
    return arm(trial, values, participants, luck, level=0.0, funded=False)


def run_trial(trial: Trial, values: Values, level: float, participants: int, luck: Luck) -> float:
    """The ratio per offer that a level of the direct effect gives."""
    offered = arm(trial, values, participants, luck, level=level, funded=True)
    return ratio(trial, offered, usual_arm(trial, values, participants, luck))


def expected(trial: Trial, values: Values) -> float:
    """The log ratio that the trial must give: the evidence, and of demonstrations the share that is left."""
    return float(np.log(values[trial.effect])) * (values[SHARE] if trial.demonstrations else 1.0)


def solve_levels(values: Values, participants: int, luck: Luck, place: Place | None = None) -> dict[str, float]:
    """The level of every program's direct effect, each solved alone against the same people without any program."""
    trials = [replace(trial, place=place) for trial in TRIALS]
    usual = usual_arm(trials[0], values, participants, luck)
    return {trial.level: solve_level(trial, values, participants, luck, usual) for trial in trials}


def solve_level(
    trial: Trial,
    values: Values,
    participants: int,
    luck: Luck,
    usual: Arm | None = None,
    most_tries: int = 5,
    near: Near | None = None,
) -> float:
    """The level of the direct effect at which the trial gives the evidence (secant steps from zero, or from `near`).

    At zero the trial gives what the program does through work, homes, treatment and ties: the direct effect is the
    rest, of either sign. Never beyond `mentoring.most_relief`: an effect that would need more is reached only in part.
    """
    most = values[MOST]
    target = expected(trial, values)
    without = usual or usual_arm(trial, values, participants, luck)

    def gives(level: float) -> float:
        offered = arm(trial, values, participants, luck, level=level, funded=True)
        return float(np.log(ratio(trial, offered, without)))

    before = float(np.clip(near.level_for(target), -most, most)) if near else 0.0
    gave_before = gives(before)
    if near and abs(gave_before - target) < _CLOSE:
        return before
    step = (target - gave_before) / near.slope if near and near.slope else np.copysign(_FIRST_TRY, target - gave_before)
    level = float(np.clip(before + step, -most, most))
    if level == before:
        return level
    for _ in range(most_tries):
        gave = gives(level)
        if gave == gave_before:  # it reaches nobody, or nobody to whom it matters
            return before
        if abs(gave - target) < _CLOSE:
            break
        slope = (gave - gave_before) / (level - before)
        before, gave_before, level = level, gave, float(np.clip(level + (target - gave) / slope, -most, most))
        if level == before:
            break
    return level

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
from typing import Any

import numpy as np
from scipy.special import logit

from reentrysim.agents.columns import Flags, Ints
from reentrysim.analysis.cohorts import cohort_of
from reentrysim.evidence.catalog import Values
from reentrysim.evidence.place import Place
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
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

    def scenario(self, participants: int, *, funded: bool) -> Scenario:
        """The trial's cohort, with places for everybody or with none."""
        changes = {
            "time.follow_up_months": HORIZON_MONTHS,
            "funding.sources.state_grant.total_dollars": self.dollars_per_person * participants * funded,
            **self.design,
        }
        return cohort_of(participants, f"{self.program.replace('_', '-')}-trial", changes, self.place)


def _enrolling(program: str, dollars_per_person: float, design: Mapping[str, Any]) -> Trial:
    """A trial of a program of which people are offered a place of their own."""
    money = {"funding.shares": {"mentoring": 0.0, program: 1.0}, f"programs.{program}": {}}
    level = f"{program}.log_hazard_at_full_dose"
    return Trial(program, level, f"{program}.odds_ratio", odds_ratio, dollars_per_person, {**money, **design})


_AT_ONCE = {"hire_lag_months": 0, "train_lag_months": 0}
_EVERYBODY = {"risk": ["low", "medium", "high"]}
MENTORING = Trial(
    program="mentoring",
    level="mentoring.log_hazard_at_full_trust",
    effect="mentoring.hazard_ratio",
    measure=hazard_ratio,
    dollars_per_person=5000.0,
    design={
        "programs.mentoring.eligible.risk": _EVERYBODY["risk"],
        "programs.mentoring.eligible.to_month": 12,
        **{f"programs.mentoring.{lag}": months for lag, months in _AT_ONCE.items()},
        "policies.caseload.mentoring.per_worker": 100,
    },
    values={"mentoring.hours_per_contact": _NO_TIME},
    demonstrations=True,
)
JOBS = _enrolling("transitional_jobs", 500_000.0, {})
HOUSING = _enrolling(
    "transitional_housing",
    500_000.0,
    {
        "programs.transitional_housing": {"eligible": _EVERYBODY},
        "circumstances.beds_per_100.transitional": 200.0,
    },
)
CASES = _enrolling(
    "case_management",
    50_000.0,
    {
        "programs.case_management": {"eligible": _EVERYBODY, **_AT_ONCE},
        "policies.caseload.case_management.per_worker": 15,
    },
)
TRIALS = (MENTORING, JOBS, HOUSING, CASES)


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
    model = ReentryModel(trial.scenario(participants, funded=funded), numbers, luck).run()
    world, cohort = model.world, model.world.calendar.cohort
    table = world.mentees if trial.program == MENTORING.program else world.enrolled[trial.program]
    offered, released = table.offered_step[cohort], world.traits.release_step[cohort]
    month = np.where(offered == NEVER, NEVER, np.maximum(offered - released + 1, 1))
    return Arm(world.people.first_arrest[cohort].copy(), month)


def ratio(trial: Trial, offered: Arm, usual: Arm) -> float:
    """The trial's effect among those who were offered a place before any arrest: the same people in both arms.

    Raises:
        ValueError: if nobody was offered a place.
    """
    asked, arrest = offered.offered_month, usual.first_arrest
    who = (asked != NEVER) & ((arrest == NEVER) | (arrest >= asked))
    if not who.any():
        raise ValueError(f"the trial of {trial.program} offered nobody a place")
    return trial.measure(offered.rearrested(who), usual.rearrested(who))


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
    trial: Trial, values: Values, participants: int, luck: Luck, usual: Arm | None = None, most_tries: int = 5
) -> float:
    """The level of the direct effect at which the trial gives the evidence (secant steps from zero).

    At zero the trial gives what the program does through work, homes, treatment and ties: the direct effect is the
    rest, of either sign. Never beyond `mentoring.most_relief`: an effect that would need more is reached only in part.
    """
    most = values[MOST]
    target = expected(trial, values)
    without = usual or usual_arm(trial, values, participants, luck)

    def gives(level: float) -> float:
        offered = arm(trial, values, participants, luck, level=level, funded=True)
        return float(np.log(ratio(trial, offered, without)))

    before, gave_before = 0.0, gives(0.0)
    level = float(np.copysign(_FIRST_TRY, target - gave_before))
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

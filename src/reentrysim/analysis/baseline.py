"""What the calibration solves of the baseline, and the baseline simulated: a cohort without any program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Floats
from reentrysim.analysis.cohorts import cohort_of
from reentrysim.analysis.history import History, Target, observe
from reentrysim.analysis.targets import fit_targets
from reentrysim.analysis.trial import TRIALS
from reentrysim.evidence.catalog import Values
from reentrysim.evidence.place import Place
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario


@dataclass(frozen=True)
class Parameter:
    """A number that the calibration solves: its unit, where it starts and what it may be."""

    name: str
    unit: str
    start: float
    low: float = -8.0
    high: float = 8.0


HAZARD, ODDS, FACTOR = "log hazard", "log odds", "ratio"
PARAMETERS = (
    Parameter("arrest.level", HAZARD, -3.0),
    Parameter("arrest.female", HAZARD, -0.4),
    Parameter("arrest.age", HAZARD, -0.25),
    Parameter("arrest.age_beyond_bend", HAZARD, -0.5),
    Parameter("arrest.priors", HAZARD, 0.7),
    Parameter("arrest.age_priors", HAZARD, 0.2),
    Parameter("arrest.property", HAZARD, 0.5),
    Parameter("arrest.drug", HAZARD, 0.3),
    Parameter("arrest.public_order", HAZARD, 0.1),
    Parameter("arrest.frailty_sd", HAZARD, 0.4, low=0.0),
    Parameter("arrest.divergence", HAZARD, 0.3, low=0.0),
    Parameter("arrest.decline", HAZARD, 0.4, low=0.0),
    Parameter("arrest.age_decline", HAZARD, 0.2),
    Parameter("arrest.recent", HAZARD, 1.0),
    Parameter("arrest.first_month", HAZARD, 0.5),
    Parameter("arrest.start", HAZARD, 0.4),
    Parameter("violation.level", HAZARD, -3.8),
    Parameter("violation.female", HAZARD, -0.4),
    Parameter("violation.share_of_arrest_risk", FACTOR, 0.3, low=0.0, high=2.0),
    Parameter("violation.start", HAZARD, 1.0),
    Parameter("violation.decline", HAZARD, 0.3, low=0.0),
    Parameter("prison.log_odds", ODDS, -0.4),
    Parameter("prison.female", ODDS, -0.2),
    Parameter("revocation.log_odds", ODDS, -1.2),
    Parameter("conviction.log_odds", ODDS, -0.4),
    Parameter("conviction.age", ODDS, -0.1),
    Parameter("population.age_priors_correlation", "correlation", 0.25, low=-0.9, high=0.9),
    Parameter("work.effort", "log employers/month", 1.0),
    Parameter("work.effort_decline", "log employers/month", 0.4, low=-2.0, high=4.0),
    Parameter("work.loss_level", HAZARD, -1.0),
    Parameter("work.loss_decline", HAZARD, 0.4, low=-1.0, high=4.0),
    Parameter("housing.rent_search_log_odds", ODDS, 0.0),
    Parameter("housing.others_log_odds", ODDS, 0.0),
)
NAMES = tuple(parameter.name for parameter in PARAMETERS)
START = np.array([parameter.start for parameter in PARAMETERS])
LOWEST = np.array([parameter.low for parameter in PARAMETERS])
HIGHEST = np.array([parameter.high for parameter in PARAMETERS])
FIXED = {"arrest.violent": 0.0}
"""The reference offense: a definition."""
NO_EFFECT = {trial.level: 0.0 for trial in TRIALS}
_UNUSED = {
    # The baseline has no program: these must exist and can change nothing.
    "assessment.mean_log_hazard": 0.0,
    "assessment.sd_log_hazard": 1.0,
    "assessment.auc_of_truth": 0.8,
    "participants.frailty_motivation_correlation": 0.0,
    "population.months_before": 1.0,
    **NO_EFFECT,
}


def baseline_scenario(participants: int, follow_up: int = 60, place: Place | None = None) -> Scenario:
    """A cohort of a place (by default the nation) without any program: nothing but what happens to people."""
    changes = {
        "time.lead_months": 0,
        "programs.mentoring.eligible.from_month": 1,
        "time.follow_up_months": follow_up,
    }
    return cohort_of(participants, "baseline", changes, place)


def named(theta: Floats) -> dict[str, float]:
    """Parameters in the order of NAMES, by name, with those that are fixed."""
    return FIXED | dict(zip(NAMES, theta.tolist(), strict=True))


def simulate(
    theta: Floats, evidence: Values, participants: int, luck: Luck, place: Place | None = None
) -> ReentryModel:
    """One baseline cohort at parameters `theta`, in the order of NAMES."""
    values = evidence.merged(_UNUSED | named(theta))
    return ReentryModel(baseline_scenario(participants, place=place), values, luck).run()


@dataclass(frozen=True)
class Cohorts:
    """What a set of parameters is tried on: the numbers of the evidence, and cohorts of so many people, one a luck."""

    evidence: Values
    people: int
    lucks: tuple[Luck, ...]

    def __iter__(self) -> Iterator[tuple[Values, int, Luck]]:
        return ((self.evidence, self.people, luck) for luck in self.lucks)


def predict(theta: Floats, evidence: Values, participants: int, luck: Luck) -> Floats:
    """What the model says to every fit target, in their order, in one cohort."""
    return predictions(observe(simulate(theta, evidence, participants, luck)), fit_targets())


def predictions(history: History, targets: Iterable[Target]) -> Floats:
    """Observed values of targets in a simulated history, shape (targets,)."""
    return np.array([target.observe(history) for target in targets])

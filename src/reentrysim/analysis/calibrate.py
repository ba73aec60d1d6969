"""Fit the baseline to the published figures that may set it, draw from what they leave open, solve the effects.

The fit is weighted least squares (`scipy.optimize.least_squares`) on simulated cohorts that share their luck, so
that a change of a parameter shows as a change of the cohort and not as noise. The ensemble is a randomized maximum
likelihood sample: for each draw the evidence is sampled, the targets are perturbed by their standard deviations, and
the baseline is refitted by Gauss-Newton steps (Oliver, He and Reynolds 1996). Then each draw's direct effects are
solved in simulated trials, one a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import least_squares
from scipy.stats import rankdata

from reentrysim.agents.columns import Floats, Ints
from reentrysim.analysis.cohorts import cohort_of
from reentrysim.analysis.fingerprint import code_digest
from reentrysim.analysis.history import History, Target, observe
from reentrysim.analysis.targets import fit_targets
from reentrysim.analysis.trial import HORIZON_MONTHS, MENTORING, MOST, TRIALS, solve_levels
from reentrysim.evidence.calibration import CALIBRATIONS, evidence_digest, save_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER

Run = Callable[[Iterable[Any]], list[Any]]
"""Runs delayed calls, results in their order."""
Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is done."""

_STEP = 0.04  # of a parameter, for the derivatives: large against the noise of a shared-luck cohort
_REPLICATE = 1 << 33  # from here on: people whom neither comparisons nor `validate` ever see
_WEAK_PRIOR_SD = 1.5  # of every parameter around its start; only directions that no target sees feel it


@dataclass(frozen=True)
class Size:
    """How large the calibration's simulations are (people) and how many draws it stores."""

    fit: int = 60_000
    refit: int = 20_000
    refit_steps: int = 3
    trial: int = 12_000
    draws: int = 100
    most_steps: int = 12


@dataclass(frozen=True)
class Parameter:
    """A number that the calibration solves: where it starts and what it may be."""

    name: str
    start: float
    low: float = -8.0
    high: float = 8.0


PARAMETERS = (
    Parameter("arrest.level", -3.0),
    Parameter("arrest.female", -0.4),
    Parameter("arrest.age", -0.25),
    Parameter("arrest.age_beyond_bend", -0.5),
    Parameter("arrest.priors", 0.7),
    Parameter("arrest.age_priors", 0.2),
    Parameter("arrest.property", 0.5),
    Parameter("arrest.drug", 0.3),
    Parameter("arrest.public_order", 0.1),
    Parameter("arrest.frailty_sd", 0.4, low=0.0),
    Parameter("arrest.divergence", 0.3, low=0.0),
    Parameter("arrest.decline", 0.4, low=0.0),
    Parameter("arrest.recent", 1.0),
    Parameter("arrest.first_month", 0.5),
    Parameter("arrest.start", 0.4),
    Parameter("violation.level", -3.8),
    Parameter("violation.female", -0.4),
    Parameter("violation.share_of_arrest_risk", 0.3, low=0.0, high=2.0),
    Parameter("violation.start", 1.0),
    Parameter("violation.decline", 0.3, low=0.0),
    Parameter("prison.log_odds", -0.4),
    Parameter("prison.female", -0.2),
    Parameter("revocation.log_odds", -1.2),
    Parameter("conviction.log_odds", -0.4),
    Parameter("population.age_priors_correlation", 0.25, low=-0.9, high=0.9),
    Parameter("work.effort", 1.0),
    Parameter("work.effort_decline", 0.4, low=-2.0, high=4.0),
    Parameter("work.loss_level", -1.0),
    Parameter("work.loss_decline", 0.4, low=-1.0, high=4.0),
    Parameter("housing.rent_search_log_odds", 0.0),
    Parameter("housing.others_log_odds", 0.0),
)
NAMES = tuple(parameter.name for parameter in PARAMETERS)
FIXED = {"arrest.violent": 0.0}
"""The reference offense: a definition."""


@dataclass(frozen=True)
class CalibrationReport:
    """What a calibration did: where it is stored, and how far it misses each target."""

    path: Path
    frame: pd.DataFrame
    """Columns family, quantity, subgroup, month, target, predicted, miss, sd."""


def baseline_scenario(participants: int, follow_up: int = 60) -> Scenario:
    """A cohort without any program: nothing but what happens to people."""
    return cohort_of(
        participants,
        "baseline",
        {
            "time.lead_months": 0,
            "programs.mentoring.eligible.from_month": 1,
            "time.follow_up_months": follow_up,
        },
    )


_UNUSED = {
    # The baseline has no program: these must exist and can change nothing.
    "assessment.mean_log_hazard": 0.0,
    "assessment.sd_log_hazard": 1.0,
    "assessment.auc_of_truth": 0.8,
    MENTORING.level: 0.0,
}


_NO_EFFECT = {trial.level: 0.0 for trial in TRIALS}


def simulate(theta: Floats, evidence: Values, participants: int, luck: Luck) -> ReentryModel:
    """One baseline cohort at parameters `theta`, in the order of NAMES."""
    solved = dict(zip(NAMES, theta.tolist(), strict=True))
    values = evidence.merged(_UNUSED | FIXED | solved)
    return ReentryModel(baseline_scenario(participants), values, luck).run()


def predict(theta: Floats, evidence: Values, participants: int, luck: Luck) -> Floats:
    """What the model says to every fit target, in their order."""
    history = observe(simulate(theta, evidence, participants, luck))
    return predictions(history, fit_targets())


def predictions(history: History, targets: Iterable[Target]) -> Floats:
    """Observed values of targets in a simulated history, shape (targets,)."""
    return np.array([target.observe(history) for target in targets])


class _Misfit:
    """Weighted residuals and their derivatives, on one luck."""

    def __init__(self, evidence: Values, participants: int, luck: Luck, parallel: Run, progress: Progress) -> None:
        targets = fit_targets()
        self.value = np.array([target.value for target in targets])
        self.sd = np.array([target.sd for target in targets])
        self.start = np.array([parameter.start for parameter in PARAMETERS])
        self._run = (evidence, participants, luck)
        self._parallel, self._progress = parallel, progress
        self._steps = 0

    def residuals(self, theta: Floats) -> Floats:
        return self._weighted(predict(theta, *self._run), theta)

    def jacobian(self, theta: Floats) -> Floats:
        self._steps += 1
        self._progress(f"fitting the baseline, step {self._steps}", 0.0)
        points = [theta, *(theta + _STEP * np.eye(len(theta)))]
        here, *there = self._parallel(delayed(predict)(point, *self._run) for point in points)
        slopes = np.stack([(one - here) / _STEP for one in there], axis=1) / self.sd[:, None]
        return np.vstack([slopes, np.eye(len(theta)) / _WEAK_PRIOR_SD])

    def _weighted(self, predicted: Floats, theta: Floats) -> Floats:
        return np.append((predicted - self.value) / self.sd, (theta - self.start) / _WEAK_PRIOR_SD)


def fit_baseline(evidence: Values, size: Size, luck: Luck, parallel: Run, progress: Progress) -> tuple[Floats, Floats]:
    """Fitted parameters and the weighted derivatives of all residuals there, shape (residuals, parameters)."""
    misfit = _Misfit(evidence, size.fit, luck, parallel, progress)
    found = least_squares(
        misfit.residuals,
        misfit.start,
        jac=misfit.jacobian,
        bounds=([p.low for p in PARAMETERS], [p.high for p in PARAMETERS]),
        ftol=1e-3,
        xtol=1e-3,
        max_nfev=size.most_steps,
    )
    return np.asarray(found.x), np.asarray(found.jac)


def refit(theta: Floats, jacobian: Floats, evidence: Values, noise: Floats, size: Size, luck: Luck) -> Floats:
    """Parameters of one draw: targets moved by `noise` standard deviations, evidence as drawn, Gauss-Newton steps."""
    targets = fit_targets()
    value, sd = np.array([t.value for t in targets]), np.array([t.sd for t in targets])
    start = np.array([parameter.start for parameter in PARAMETERS])
    low, high = np.array([p.low for p in PARAMETERS]), np.array([p.high for p in PARAMETERS])
    inverse = np.linalg.pinv(jacobian)
    wanted = np.append(value / sd, start / _WEAK_PRIOR_SD) + noise
    for _ in range(size.refit_steps):
        predicted = np.append(predict(theta, evidence, size.refit, luck) / sd, theta / _WEAK_PRIOR_SD)
        theta = np.clip(theta - inverse @ (predicted - wanted), low, high)
    return theta


def assessment_values(model: ReentryModel) -> dict[str, float]:
    """What a risk tool's score rests on: mean and spread of the log hazard, and how well the truth itself predicts."""
    cohort = model.world.calendar.cohort
    risk = model.world.liable.arrest[cohort]
    first = model.world.people.first_arrest[cohort]
    return {
        "assessment.mean_log_hazard": float(risk.mean()),
        "assessment.sd_log_hazard": float(risk.std()),
        "assessment.auc_of_truth": area_under_curve(risk, first),
    }


def area_under_curve(score: Floats, first_arrest: Ints) -> float:
    """Chance that somebody rearrested by month 36 scores above somebody who is not (Mann-Whitney)."""
    rearrested = (first_arrest != NEVER) & (first_arrest <= HORIZON_MONTHS)
    ranks = rankdata(score)
    ones, zeros = int(rearrested.sum()), int((~rearrested).sum())
    return float((ranks[rearrested].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def complete(theta: Floats, evidence: Values, size: Size, luck: Luck) -> dict[str, float]:
    """Every solved number of one draw: the baseline, what the risk tool rests on, the direct effects."""
    solved = FIXED | dict(zip(NAMES, theta.tolist(), strict=True))
    solved |= assessment_values(simulate(theta, evidence, size.refit, luck))
    return solved | solve_levels(evidence.merged(solved | _NO_EFFECT), size.trial, luck)


def one_draw(draw: int, theta: Floats, jacobian: Floats, size: Size, seed: int) -> dict[str, float]:
    """Every solved number of stored draw `draw`, whose evidence is the catalog's draw of that number."""
    evidence = load_catalog().values(draw, seed=seed)
    luck = Luck(seed, _REPLICATE + draw + 1)
    noise = Luck(seed, 0).normal("draw/targets", draw, len(jacobian))
    return complete(refit(theta, jacobian, evidence, noise, size, luck), evidence, size, luck)


def calibrate(
    name: str = "us_2008",
    seed: int = 1,
    jobs: int = 2,
    progress: Progress = lambda *_: None,
    size: Size | None = None,
    folder: Path = CALIBRATIONS,
) -> CalibrationReport:
    """Fit, draw, solve, and store the calibration `name` under `folder`; deterministic in `seed`."""
    size = size or Size()
    evidence = load_catalog().values()
    with Parallel(n_jobs=jobs, return_as="generator") as pool:

        def parallel(tasks: Iterable[Any]) -> list[Any]:
            return list(pool(tasks))

        theta, jacobian = fit_baseline(evidence, size, Luck(seed, _REPLICATE), parallel, progress)
        center = complete(theta, evidence, size, Luck(seed, _REPLICATE))
        tasks = (delayed(one_draw)(draw, theta, jacobian, size, seed) for draw in range(size.draws))
        draws = list(_counted(pool(tasks), size.draws, progress))
    frame = misfits(predict(theta, evidence, size.fit, Luck(seed, 2 * _REPLICATE)))
    path = folder / f"{name}.json"
    save_calibration(path, _stored(name, seed, center, draws, frame))
    return CalibrationReport(path, frame)


def _counted(draws: Iterable[dict[str, float]], total: int, progress: Progress) -> Iterator[dict[str, float]]:
    for done, draw in enumerate(draws, start=1):
        progress(f"refitting and solving draw {done} of {total}", done / total)
        yield draw


def misfits(predicted: Floats) -> pd.DataFrame:
    """Target by target, how far the fit is off."""
    targets = fit_targets()
    frame = pd.DataFrame(
        [(t.row_id, t.family, t.quantity, t.subgroup, t.month, t.value, t.sd) for t in targets],
        columns=["row", "family", "quantity", "subgroup", "month", "target", "sd"],
    )
    return frame.assign(predicted=predicted, miss=predicted - frame["target"])


def _stored(
    name: str, seed: int, center: dict[str, float], draws: list[dict[str, float]], frame: pd.DataFrame
) -> dict[str, Any]:
    names = sorted(center)
    misses = frame.groupby("family", sort=True)["miss"].agg(lambda miss: float(np.sqrt(np.mean(miss**2))))
    return {
        "name": name,
        "draw_seed": seed,
        "names": names,
        "center": [_rounded(center[key]) for key in names],
        "draws": [[_rounded(draw[key]) for key in names] for draw in draws],
        "draws_at_most_relief": _at_most(draws),
        "root_mean_square_miss": {family: _rounded(miss) for family, miss in misses.items()},
        "evidence_digest": evidence_digest(),
        "code_digest": code_digest(),
        "question_digest": question_digest(),
    }


def question_digest() -> str:
    """What the calibration asked: the digests of its scenarios, which follow `status-quo`."""
    asked = [baseline_scenario(1000), *(trial.scenario(1000, funded=True) for trial in TRIALS)]
    return "/".join(scenario.digest for scenario in asked)


def _at_most(draws: list[dict[str, float]]) -> dict[str, int]:
    """Draws of each program whose effect would need more than it can have, and is reached only in part."""
    most = load_catalog()[MOST].value
    return {trial.program: sum(abs(draw[trial.level]) >= most for draw in draws) for trial in TRIALS}


def _rounded(number: float) -> float:
    """Seven significant digits: far below the noise of the fit, and short to store."""
    return float(f"{number:.7g}")

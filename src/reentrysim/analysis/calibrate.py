"""Fit the baseline to the published figures that may set it, draw from what they leave open, solve the effects.

The fit is weighted least squares (`scipy.optimize.least_squares`) on simulated cohorts that share their luck, so
that a change of a parameter shows as a change of the cohort and not as noise. It is done for each structure of the
hazard. The ensemble is a randomized maximum likelihood sample: for each draw a structure has its turn, the evidence is
sampled, the targets are perturbed by their standard deviations, and the baseline is refitted by Gauss-Newton steps
(Oliver, He and Reynolds 1996). Then each draw's direct effects are solved in simulated trials, one a program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import rankdata

from reentrysim.agents.columns import Floats, Ints
from reentrysim.analysis.baseline import NO_EFFECT, START, baseline_scenario, named, predict, predictions, simulate
from reentrysim.analysis.fingerprint import code_digest
from reentrysim.analysis.fitting import Fit, Progress, Run, fit_structure, refit
from reentrysim.analysis.history import observe
from reentrysim.analysis.promises import misfit, weights
from reentrysim.analysis.structures import STRUCTURES, allocate
from reentrysim.analysis.targets import fit_targets
from reentrysim.analysis.trial import HORIZON_MONTHS, MOST, TRIALS, solve_levels
from reentrysim.evidence.calibration import CALIBRATIONS, evidence_digest, save_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER

_REPLICATE = 1 << 33  # from here on: people whom neither comparisons nor `validate` ever see


@dataclass(frozen=True)
class Size:
    """How large the calibration's simulations are (people) and how many draws it stores."""

    fit: int = 60_000
    refit: int = 20_000
    refit_steps: int = 3
    trial: int = 12_000
    draws: int = 100
    most_steps: int = 12
    more_steps: int = 4
    """Steps of each structure from where the first one ended."""


@dataclass(frozen=True)
class CalibrationReport:
    """What a calibration did: where it is stored, how far it misses each target, how the structures do."""

    path: Path
    frame: pd.DataFrame
    """Columns family, quantity, subgroup, month, target, predicted, miss, sd, draws_low, draws_high (95% of draws)."""
    structures: pd.DataFrame
    """Columns structure, misfit (of the promises), weight, draws."""


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


@dataclass(frozen=True)
class Draw:
    """One draw: every number solved for it, and what it says to the targets."""

    solved: dict[str, float]
    predicted: Floats


def complete(theta: Floats, evidence: Values, size: Size, luck: Luck) -> Draw:
    """Every solved number of one draw: the baseline, what the risk tool rests on, the direct effects."""
    model = simulate(theta, evidence, size.refit, luck)
    solved = named(theta) | assessment_values(model)
    solved |= solve_levels(evidence.merged(solved | NO_EFFECT), size.trial, luck)
    return Draw(solved, predictions(observe(model), fit_targets()))


def one_draw(draw: int, fit: Fit, size: Size, seed: int) -> Draw:
    """Stored draw `draw`, whose evidence is the catalog's draw of that number."""
    evidence = load_catalog().values(draw, seed=seed)
    luck = Luck(seed, _REPLICATE + draw + 1)
    noise = Luck(seed, 0).normal("draw/targets", draw, len(fit_targets()) + len(START))
    theta = refit(fit, (evidence, size.refit, luck), noise, size.refit_steps)
    return complete(theta, evidence, size, luck)


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

        fits = list(_fits(size, (evidence, size.fit, Luck(seed, _REPLICATE)), parallel, progress))
        centers = parallel(delayed(complete)(fit.theta, evidence, size, Luck(seed, _REPLICATE)) for fit in fits)
        turns = allocate(_shares(fits), size.draws)
        tasks = (delayed(one_draw)(draw, fits[turn], size, seed) for draw, turn in enumerate(turns))
        draws = list(_counted(pool(tasks), size.draws, progress))
    predicted = predict(fits[0].theta, evidence, size.fit, Luck(seed, 2 * _REPLICATE))
    frame, table = misfits(predicted, draws), structure_table(fits, turns)
    path = folder / f"{name}.json"
    save_calibration(path, _stored(name, seed, centers, draws, frame, table))
    return CalibrationReport(path, frame, table)


def _fits(size: Size, run: tuple[Values, int, Luck], parallel: Run, progress: Progress) -> Iterator[Fit]:
    """Every structure fitted, the first from the start, the others from where it ended."""
    first = fit_structure(STRUCTURES[0], START, size.most_steps, run, parallel, progress)
    yield first
    for structure in STRUCTURES[1:]:
        yield fit_structure(structure, first.theta, size.more_steps, run, parallel, progress)


def _shares(fits: list[Fit]) -> Floats:
    return weights([misfit(fit.predicted) for fit in fits])


def structure_table(fits: list[Fit], turns: list[int]) -> pd.DataFrame:
    """How well each structure does, and how many draws it has."""
    return pd.DataFrame(
        {
            "structure": [fit.structure.name for fit in fits],
            "misfit": [misfit(fit.predicted) for fit in fits],
            "weight": _shares(fits),
            "draws": np.bincount(turns, minlength=len(fits)),
        }
    )


def _counted(draws: Iterable[Draw], total: int, progress: Progress) -> Iterator[Draw]:
    for done, draw in enumerate(draws, start=1):
        progress(f"refitting and solving draw {done} of {total}", done / total)
        yield draw


def misfits(predicted: Floats, draws: list[Draw]) -> pd.DataFrame:
    """Target by target, how far the fit is off, and where 95% of the draws are."""
    targets = fit_targets()
    frame = pd.DataFrame(
        [(t.row_id, t.family, t.quantity, t.subgroup, t.month, t.value, t.sd) for t in targets],
        columns=["row", "family", "quantity", "subgroup", "month", "target", "sd"],
    )
    low, high = np.quantile([draw.predicted for draw in draws], (0.025, 0.975), axis=0)
    return frame.assign(predicted=predicted, miss=predicted - frame["target"], draws_low=low, draws_high=high)


def _stored(
    name: str, seed: int, centers: list[Draw], draws: list[Draw], frame: pd.DataFrame, table: pd.DataFrame
) -> dict[str, Any]:
    names = sorted(centers[0].solved)
    misses = frame.groupby("family", sort=True)["miss"].agg(lambda miss: float(np.sqrt(np.mean(miss**2))))
    by_structure = table.assign(misfit=table["misfit"].map(_rounded), weight=table["weight"].map(_rounded))
    return {
        "name": name,
        "draw_seed": seed,
        "names": names,
        "center": _numbers(centers[0], names),
        "structures": [
            line | {"center": _numbers(center, names)}
            for line, center in zip(by_structure.to_dict("records"), centers, strict=True)
        ],
        "draws": [_numbers(draw, names) for draw in draws],
        "draws_at_most_relief": _at_most(draws),
        "spread": {row: [_rounded(low), _rounded(high)] for row, low, high in _spread(frame)},
        "root_mean_square_miss": {family: _rounded(miss) for family, miss in misses.items()},
        "evidence_digest": evidence_digest(),
        "code_digest": code_digest(),
        "question_digest": question_digest(),
    }


def _numbers(draw: Draw, names: list[str]) -> list[float]:
    return [_rounded(draw.solved[name]) for name in names]


def _spread(frame: pd.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Row, and where 95% of the draws are, of the figures on everybody by year."""
    whole = frame[(frame["subgroup"] == "all") & ~frame["family"].str.startswith("monthly")]
    yield from whole[["row", "draws_low", "draws_high"]].itertuples(index=False, name=None)


def question_digest() -> str:
    """What the calibration asked: the digests of its scenarios, which follow `status-quo`."""
    asked = [baseline_scenario(1000), *(trial.scenario(1000, funded=True) for trial in TRIALS)]
    return "/".join(scenario.digest for scenario in asked)


def _at_most(draws: list[Draw]) -> dict[str, int]:
    """Draws of each program whose effect would need more than it can have, and is reached only in part."""
    most = load_catalog()[MOST].value
    return {trial.program: sum(abs(draw.solved[trial.level]) >= most for draw in draws) for trial in TRIALS}


def _rounded(number: float) -> float:
    """Seven significant digits: far below the noise of the fit, and short to store."""
    return float(f"{number:.7g}")

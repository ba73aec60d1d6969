"""Fit the baseline to the published figures that may set it, draw from what they leave open, solve the effects.

The fit is weighted least squares (`scipy.optimize.least_squares`) on simulated cohorts that share their luck, so
that a change of a parameter shows as a change of the cohort and not as noise. It is done for each structure of the
hazard. The ensemble is a randomized maximum likelihood sample: for each draw a structure has its turn, the evidence is
sampled, the targets are perturbed by their standard deviations, and the baseline is refitted by Gauss-Newton steps
(Oliver, He and Reynolds 1996). Then each draw's direct effects are solved in simulated trials, one a program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import rankdata

from reentrysim.agents.columns import Floats, Ints
from reentrysim.analysis.baseline import (
    NO_EFFECT,
    START,
    Cohorts,
    baseline_scenario,
    named,
    predict,
    predictions,
    simulate,
)
from reentrysim.analysis.fingerprint import code_digest
from reentrysim.analysis.fitting import Fit, Progress, Run, fit_structure, refit
from reentrysim.analysis.history import observe
from reentrysim.analysis.keeping import Keeper
from reentrysim.analysis.promises import misfit, weights
from reentrysim.analysis.selection import MOST_CORRELATION, WHO_TAKES_PART, who_came_back, who_takes_part
from reentrysim.analysis.structures import STRUCTURES, allocate
from reentrysim.analysis.targets import fit_targets
from reentrysim.analysis.trial import HORIZON_MONTHS, MOST, TRIALS, solve_levels
from reentrysim.evidence.calibration import CALIBRATIONS, evidence_digest, save_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.evidence.place import Place
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER

_REPLICATE = 1 << 33  # from here on: people whom neither comparisons nor `validate` ever see
_APART = 1 << 40


@dataclass(frozen=True)
class Size:
    """How large the calibration's simulations are (people) and how many draws it stores."""

    fit: int = 20_000
    fit_cohorts: int = 5
    """Cohorts, each with its own luck, over which every trial of parameters is averaged."""
    refit: int = 10_000
    refit_cohorts: int = 2
    refit_steps: int = 3
    trial: int = 12_000
    draws: int = 100
    most_steps: int = 12
    """Steps of the first structure from the start, in one cohort."""
    more_steps: int = 4
    """Steps of each structure, in all cohorts, from where those ended."""


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

    def packed(self) -> list[Any]:
        """For JSON."""
        return [self.solved, self.predicted.tolist()]

    @classmethod
    def unpacked(cls, stored: list[Any]) -> Draw:
        """From what JSON holds."""
        solved, predicted = stored
        return cls(solved, np.array(predicted))


def complete(theta: Floats, evidence: Values, size: Size, luck: Luck, place: Place | None = None) -> Draw:
    """Every solved number of one draw: the baseline, what the risk tool rests on, the direct effects."""
    model = simulate(theta, evidence, size.refit * size.refit_cohorts, luck, place)
    solved = named(theta) | assessment_values(model) | who_takes_part(model, evidence) | who_came_back(model, evidence)
    solved |= solve_levels(evidence.merged(solved | NO_EFFECT), size.trial, luck, place)
    return Draw(solved, predictions(observe(model), fit_targets()))


def one_draw(draw: int, fit: Fit, size: Size, seed: int) -> Draw:
    """Stored draw `draw`, whose evidence is the catalog's draw of that number."""
    evidence = load_catalog().values(draw, seed=seed)
    luck = Luck(seed, _REPLICATE + draw + 1)
    noise = Luck(seed, 0).normal("draw/targets", draw, len(fit_targets()) + len(START))
    cohorts = Cohorts(evidence, size.refit, lucks(luck, size.refit_cohorts))
    return complete(refit(fit, cohorts, noise, size.refit_steps), evidence, size, luck)


def lucks(first: Luck, count: int) -> tuple[Luck, ...]:
    """The luck of so many cohorts: that of the first, and others far from any that is used elsewhere."""
    return tuple(Luck(first.seed, first.replicate + number * _APART) for number in range(count))


def calibrate(
    name: str = "us_2008",
    seed: int = 1,
    jobs: int = 2,
    progress: Progress = lambda *_: None,
    size: Size | None = None,
    folder: Path = CALIBRATIONS,
) -> CalibrationReport:
    """Fit, draw, solve, and store the calibration `name` under `folder`; deterministic in `seed`.

    Structures fitted and draws solved are kept beside it while it runs: an interrupted calibration goes on with them.
    """
    size, path = size or Size(), folder / f"{name}.json"
    evidence, luck = load_catalog().values(), Luck(seed, _REPLICATE)
    cohorts = Cohorts(evidence, size.fit, lucks(luck, size.fit_cohorts))
    digest = _digest(seed, size)
    fitted = Keeper(path.with_name(f".{name}.structures"), digest, Fit.packed, Fit.unpacked)
    solved = Keeper(path.with_name(f".{name}.draws"), digest, Draw.packed, Draw.unpacked)
    with Parallel(n_jobs=jobs, return_as="generator") as pool:

        def parallel(tasks: Iterable[Any]) -> list[Any]:
            return list(pool(tasks))

        def more_draws(kept: list[Draw]) -> Iterable[Draw]:
            rest = list(enumerate(turns))[len(kept) :]
            drawn: Iterable[Draw] = pool(delayed(one_draw)(draw, fits[turn], size, seed) for draw, turn in rest)
            return drawn

        fits = list(fitted.parts(lambda kept: _more_fits(kept, size, cohorts, parallel, progress)))
        turns = allocate(_shares(fits), size.draws)
        draws = list(_counted(solved.parts(more_draws), size.draws, progress))
        centers = parallel(delayed(complete)(fit.theta, evidence, size, luck) for fit in fits)
    predicted = predict(fits[0].theta, evidence, size.fit * size.fit_cohorts, Luck(seed, 2 * _REPLICATE))
    frame, table = misfits(predicted, draws), structure_table(fits, turns)
    save_calibration(path, _stored(name, seed, centers, draws, frame, table))
    fitted.forget()
    solved.forget()
    return CalibrationReport(path, frame, table)


def _digest(seed: int, size: Size) -> str:
    """Of everything that structures and draws rest on."""
    rest = (seed, vars(size), code_digest(), evidence_digest(), question_digest())
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _more_fits(kept: list[Fit], size: Size, cohorts: Cohorts, parallel: Run, progress: Progress) -> Iterator[Fit]:
    """Every structure that is not yet fitted: the first from near, which one cohort finds, the others from there."""
    if kept:
        near = kept[0].theta
    else:
        one = replace(cohorts, lucks=cohorts.lucks[:1])
        near = fit_structure(STRUCTURES[0], START, size.most_steps, one, parallel, progress).theta
    for structure in STRUCTURES[len(kept) :]:
        fit = fit_structure(structure, near, size.more_steps, cohorts, parallel, progress)
        near = fit.theta if structure is STRUCTURES[0] else near
        yield fit


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
        "draws_without_the_gap": sum(abs(draw.solved[WHO_TAKES_PART]) >= MOST_CORRELATION for draw in draws),
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

"""How well trials were predicted, against rivals that anybody could have asked: scores, coverage, ranks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri
from scipy.stats import binomtest, norm, spearmanr

from reentrysim.agents.columns import Floats
from reentrysim.analysis.trial import LATER, SHARE, TRIALS
from reentrysim.analysis.trials.files import Arm, Trial
from reentrysim.analysis.trials.posterior import sampling_error
from reentrysim.analysis.trials.predicting import Asked
from reentrysim.evidence.catalog import load_catalog
from reentrysim.randomness import Luck

MODEL = "the model"
FEWEST_TRIALS = 5
"""Below this many trials nothing is claimed."""
FEWEST_PROGRAMS = 5
"""Nor where they are of fewer programs than this."""
_RESAMPLES = 4000
_NEARLY_NONE = 1e-6
"""A control level of none or all has no odds."""
_LEVEL = 0.95
_Z = float(-ndtri((1.0 - _LEVEL) / 2.0))
SCORE_COLUMNS = ["trial", "rival", "predicted", "sd", "log_score", "interval_score"]


@dataclass(frozen=True)
class Scoreboard:
    """How the trials that were asked came out."""

    scores: pd.DataFrame
    """One row a trial and rival (MODEL among them), of primary outcomes; columns SCORE_COLUMNS. Higher log scores and
    lower interval scores are better."""
    skill: pd.DataFrame
    """One row a rival: rival, log_score_gain, low, high, interval_score_gain, verdict; gains are the model's.

    Trials of the same program are no independent witnesses: intervals draw programs, and all trials of each.
    """
    programs: int
    """Programs, or sets of them, that the trials are of."""
    covered: int
    trials: int
    coverage_low: float
    coverage_high: float
    """95% interval of the share of trials inside their 95% interval (Clopper and Pearson)."""
    width: float
    """Mean width of the predictive intervals."""
    rank_correlation: float
    """Spearman's, of predicted and published differences; nan below three trials."""


@dataclass(frozen=True)
class Guess:
    """A predictive distribution of a difference: normal."""

    mean: float
    sd: float

    def log_score(self, published: float) -> float:
        """Log density at what was published."""
        return float(norm.logpdf(published, self.mean, self.sd))

    def interval_score(self, published: float) -> float:
        """Width of the 95% interval and forty times what it is missed by (Gneiting and Raftery 2007)."""
        low, high = self.mean - _Z * self.sd, self.mean + _Z * self.sd
        missed = max(low - published, 0.0) + max(published - high, 0.0)
        return high - low + 2.0 / (1.0 - _LEVEL) * missed


def scoreboard(asked: list[Asked], seed: int = 1) -> Scoreboard:
    """The scores of all trials whose primary outcome was published in numbers."""
    primaries = [(one.trial, _primary(one)) for one in asked if one.trial.primary.in_numbers]
    lines = [
        {
            "trial": trial.name,
            "rival": rival,
            "predicted": guess.mean,
            "sd": guess.sd,
            "log_score": guess.log_score(float(row["published"])),
            "interval_score": guess.interval_score(float(row["published"])),
        }
        for trial, row in primaries
        for rival, guess in _guesses(trial, row).items()
    ]
    scores = pd.DataFrame(lines, columns=SCORE_COLUMNS)
    rows = [row for _, row in primaries]
    covered, trials = sum(bool(row["inside"]) for row in rows), len(rows)
    low, high = binomtest(covered, trials).proportion_ci(_LEVEL, method="exact") if trials else (math.nan, math.nan)
    width = float(np.mean([row["predicted_high"] - row["predicted_low"] for row in rows])) if rows else math.nan
    pairs = np.array([(row["predicted"], row["published"]) for row in rows], dtype=np.float64).reshape(-1, 2)
    differ = len(pairs) > 2 and bool((np.ptp(pairs, axis=0) > 0.0).all())
    ranks = float(spearmanr(pairs[:, 0], pairs[:, 1]).statistic) if differ else math.nan
    of = {trial.name: "+".join(sorted(trial.protocol.arms.program.programs)) for trial, _ in primaries}
    skill = _skill(scores, of, seed)
    return Scoreboard(scores, skill, len(set(of.values())), covered, trials, float(low), float(high), width, ranks)


def _primary(asked: Asked) -> pd.Series:
    return asked.frame[asked.frame["primary"]].iloc[0]


def _guesses(trial: Trial, row: pd.Series) -> dict[str, Guess]:
    """What each rival says before the result, at the published sizes; all but the last are told the control level."""
    arms, control = trial.protocol.arms, float(row["published_control"])
    effects = [_effect(program) for program in arms.program.programs]
    everything = [_effect(name) for name in PROGRAMS]
    return {
        MODEL: Guess(float(row["predicted"]), float(row["sd"])),
        "no effect anywhere": _of_effect((0.0, 0.0), control, trial),
        "one pooled effect everywhere": _of_effect(_mean(everything), control, trial),
        "the program's own effect": _of_effect(_sum(effects), control, trial),
        "the national control level, no effect": _of_effect((0.0, 0.0), float(row["national_control"]), trial),
    }


PROGRAMS = {trial.program: trial for trial in (*TRIALS, *LATER)}


def _effect(program: str) -> tuple[float, float]:
    """Log odds ratio that the evidence gives a program, and its standard deviation; a hazard ratio is taken for one.

    None, and sure of it, where the evidence gives none.
    """
    if program not in PROGRAMS:
        return 0.0, 0.0
    solved = PROGRAMS[program]
    estimate, shrink = load_catalog()[solved.effect], load_catalog()[SHARE].value if solved.demonstrations else 1.0
    spread = (math.log(estimate.high) - math.log(estimate.low)) / (2.0 * _Z)
    return shrink * math.log(estimate.value), shrink * spread


def _sum(effects: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(mean for mean, _ in effects), math.sqrt(sum(sd * sd for _, sd in effects))


def _mean(effects: list[tuple[float, float]]) -> tuple[float, float]:
    return float(np.mean([mean for mean, _ in effects])), math.sqrt(float(np.mean([sd * sd for _, sd in effects])))


def _of_effect(effect: tuple[float, float], control: float, trial: Trial) -> Guess:
    """The difference that a log odds ratio makes at a control level, with the sampling error of both arms."""
    mean, sd = effect
    control = min(max(control, _NEARLY_NONE), 1.0 - _NEARLY_NONE)
    program = float(expit(logit(control) + mean))
    arms = trial.protocol.arms
    sampling = _sampling(program, arms.program) + _sampling(control, arms.control)
    return Guess(program - control, math.sqrt(sampling + (sd * program * (1.0 - program)) ** 2))


def _sampling(share: float, arm: Arm) -> float:
    return sampling_error(share, arm.people) ** 2


def _skill(scores: pd.DataFrame, of: Mapping[str, str], seed: int) -> pd.DataFrame:
    """The model's gain over each rival, with the interval that leaving programs out and drawing them again gives.

    `of` is the program of each trial.
    """
    logs, intervals = (
        scores.pivot(index="trial", columns="rival", values=what) for what in ("log_score", "interval_score")
    )
    lines = []
    for rival in dict.fromkeys(name for name in scores["rival"] if name != MODEL):
        gains = logs[MODEL] - logs[rival]
        by_program = [part.to_numpy(dtype=np.float64) for _, part in gains.groupby(gains.index.map(of))]
        low, high = _interval(by_program, seed)
        lines.append(
            {
                "rival": rival,
                "log_score_gain": float(gains.mean()),
                "low": low,
                "high": high,
                "interval_score_gain": float((intervals[rival] - intervals[MODEL]).mean()),
                "verdict": _verdict(len(gains), len(by_program), low, high),
            }
        )
    return pd.DataFrame(lines, columns=["rival", "log_score_gain", "low", "high", "interval_score_gain", "verdict"])


def _interval(gains: list[Floats], seed: int) -> tuple[float, float]:
    """95% interval of the mean over trials, by drawing programs again: every draw leaves about a third of them out."""
    if len(gains) < 2:
        return math.nan, math.nan
    lots = Luck(seed, 0).uniform("trials/bootstrap", 0, _RESAMPLES * len(gains)).reshape(_RESAMPLES, -1)
    drawn = (lots * len(gains)).astype(np.int64)
    sums, counts = np.array([each.sum() for each in gains]), np.array([len(each) for each in gains])
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, ((1.0 - _LEVEL) / 2.0, (1.0 + _LEVEL) / 2.0))
    return float(low), float(high)


def _verdict(trials: int, programs: int, low: float, high: float) -> str:
    if trials < FEWEST_TRIALS:
        return "too few trials to tell"
    if programs < FEWEST_PROGRAMS:
        return "trials of too few programs to tell"
    if not (low > 0.0 or high < 0.0):
        return "not told apart"
    return "better" if low > 0.0 else "worse"

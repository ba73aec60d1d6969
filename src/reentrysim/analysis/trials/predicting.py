"""What the model says to a trial before its result: the control level, the difference, and both arms at their size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.special import ndtri
from scipy.stats import binom

from reentrysim.agents.columns import Floats
from reentrysim.analysis.trials.arms import both_arms
from reentrysim.analysis.trials.files import Published, Trial
from reentrysim.analysis.trials.posterior import LEVELS, Center, center, of_draw, sampling_error, shift_of
from reentrysim.experiments.plan import DEFAULT_SEED
from reentrysim.randomness import Luck, decision_key
from reentrysim.scenario import load_scenario
from reentrysim.scenario.adding import carried
from reentrysim.scenario.values import stored_draws

Progress = Callable[[str, float], None]
MIDDLE = (0.025, 0.975)
PEOPLE, DRAWS, SAMPLES = 3000, 40, 200
"""People simulated in an arm, stored draws that are asked, and pairs of arms that are sampled for each of them."""
COLUMNS = [
    *("trial", "outcome", "months", "primary", "program_people", "control_people"),
    *("published_control", "national_control", "national_control_low", "national_control_high", "control"),
    *("published", "published_low", "published_high"),
    *("expected", "predicted", "predicted_low", "predicted_high", "sd", "z", "inside"),
]
_FAR = 1 << 35
"""Replicates from here on: people whom neither comparisons nor calibrations ever see."""


@dataclass(frozen=True)
class Asked:
    """What the model says to one trial."""

    trial: Trial
    frame: pd.DataFrame
    """One row an outcome; columns COLUMNS."""
    place: pd.DataFrame
    """Columns parameter, moved, low, high: by how much the control arm moves the place's levels."""
    samples: Floats = field(repr=False)
    """Shape (outcomes, draws x samples): differences between arms of the published sizes."""

    @property
    def moved(self) -> bool:
        """Whether the control arm said anything about its place."""
        return any(one.in_numbers for one in self.trial.outcomes)


@dataclass(frozen=True)
class _Drawn:
    """One draw: shares of both arms in its place, the national control arm, and the moves."""

    program: Floats
    control: Floats
    national: Floats
    moved: Floats


def ask(
    trial: Trial,
    pool: Parallel,
    seed: int = DEFAULT_SEED,
    people: int = PEOPLE,
    draws: int = DRAWS,
    progress: Progress = lambda *_: None,
) -> Asked:
    """Everything the model says to a trial; only the verdict reads the published result of the program arm."""
    far = _FAR + (decision_key(f"trials/{trial.name}") >> 24)  # other people in every trial
    luck = Luck(seed, far)
    progress(f"{trial.name}: the place", 0.0)
    middle = center(trial, people, luck, pool)
    count = min(draws, stored_draws(load_scenario("status-quo")))
    progress(f"{trial.name}: {count} draws", 0.2)
    found = pool(
        delayed(carried(_draw))(trial, draw, middle, people, Luck(seed, far + 1 + draw)) for draw in range(count)
    )
    return _told(trial, list(found), luck)


def _draw(trial: Trial, draw: int, middle: Center, people: int, luck: Luck) -> _Drawn:
    """Other people in each draw, the same in both arms."""
    month = trial.protocol.who.enrolled_month
    national = both_arms(trial, draw, {}, people, luck)
    moved = of_draw(trial, draw, middle, people, luck)
    here = both_arms(trial, draw, shift_of(moved), people, luck)
    pairs = np.array([here.shares(one, month) for one in trial.outcomes])
    levels = np.array([national.shares(one, month)[1] for one in trial.outcomes])
    return _Drawn(pairs[:, 0], pairs[:, 1], levels, moved)


def _told(trial: Trial, found: list[_Drawn], luck: Luck) -> Asked:
    keys = ("program", "control", "national")
    program, control, national = (np.array([getattr(one, key) for one in found]).T for key in keys)
    arms = trial.protocol.arms
    sampled = [
        _sampled(share, arm.people, f"trials/{name}", luck)
        for share, arm, name in ((program, arms.program, "program"), (control, arms.control, "control"))
    ]
    samples = sampled[0] - sampled[1]
    levels = _sampled(national, arms.control.people, "trials/national", luck)
    lines = [
        _line(trial, one, samples[row], levels[row], float(control[row].mean()), float((program - control)[row].mean()))
        for row, one in enumerate(trial.outcomes)
    ]
    moved = np.array([one.moved for one in found])
    ends = np.quantile(moved, MIDDLE, axis=0)
    place = pd.DataFrame({"parameter": LEVELS, "moved": moved.mean(axis=0), "low": ends[0], "high": ends[1]})
    return Asked(trial, pd.DataFrame(lines, columns=COLUMNS), place, samples)


def _sampled(shares: Floats, people: int, decision: str, luck: Luck) -> Floats:
    """Shares of arms of `people`, SAMPLES for each of `shares` (outcomes, draws): shape (outcomes, draws x SAMPLES).

    The same lots for every outcome of an arm.
    """
    lots = luck.uniform(decision, 0, shares.shape[1] * SAMPLES).reshape(shares.shape[1], SAMPLES)
    counts = np.asarray(binom.ppf(lots[None], people, np.clip(shares, 0.0, 1.0)[:, :, None]), dtype=np.float64)
    return counts.reshape(len(shares), -1) / people


def _line(
    trial: Trial, one: Published, samples: Floats, levels: Floats, control: float, expected: float
) -> dict[str, object]:
    arms = trial.protocol.arms
    published = one.program - one.control
    half = wald(one.program, arms.program.people, one.control, arms.control.people)
    low, high = np.quantile(samples, MIDDLE)
    sd = float(samples.std(ddof=1))
    return {
        "trial": trial.name,
        "outcome": one.outcome,
        "months": one.months,
        "primary": one == trial.primary,
        "program_people": arms.program.people,
        "control_people": arms.control.people,
        "published_control": one.control,
        "national_control": float(levels.mean()),
        "national_control_low": float(np.quantile(levels, MIDDLE[0])),
        "national_control_high": float(np.quantile(levels, MIDDLE[1])),
        "control": control,
        "published": published,
        "published_low": published - half,
        "published_high": published + half,
        "expected": expected,
        "predicted": float(samples.mean()),
        "predicted_low": float(low),
        "predicted_high": float(high),
        "sd": sd,
        "z": (published - float(samples.mean())) / sd,
        "inside": bool(low <= published <= high) if one.in_numbers else None,
    }


def wald(program: float, program_people: int, control: float, control_people: int) -> float:
    """Half the width of the 95% interval of a difference between two shares."""
    variance = sampling_error(program, program_people) ** 2 + sampling_error(control, control_people) ** 2
    return float(-ndtri(MIDDLE[0]) * math.sqrt(variance))


def ask_all(
    trials: Iterable[Trial], jobs: int, seed: int = DEFAULT_SEED, progress: Progress = lambda *_: None
) -> Iterator[Asked]:
    """Every one of these trials, one after the other."""
    listed = list(trials)
    with Parallel(n_jobs=jobs) as pool:
        for number, trial in enumerate(listed):
            yield ask(trial, pool, seed, progress=partial(_step, progress, number, len(listed)))


def _step(progress: Progress, number: int, total: int, what: str, share: float) -> None:
    progress(what, (number + share) / total)

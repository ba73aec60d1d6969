"""The record: every trial asked, those that can't be asked yet, and the scores of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from reentrysim.analysis.trials.arms import arm_scenario
from reentrysim.analysis.trials.files import Trial, load_trial, shipped_trials
from reentrysim.analysis.trials.predicting import COLUMNS, Asked, Progress, ask_all
from reentrysim.analysis.trials.scoring import Scoreboard, scoreboard
from reentrysim.experiments.plan import DEFAULT_SEED
from reentrysim.vocabulary import InputError


@dataclass(frozen=True)
class TrialsReport:
    """What the model says to published trials, and how it does."""

    asked: list[Asked]
    left: list[Trial]
    """Trials that need what the model does not have yet."""
    board: Scoreboard

    @property
    def frame(self) -> pd.DataFrame:
        """One row a trial and outcome; columns COLUMNS."""
        frames = [one.frame for one in self.asked]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def run_trials(
    names: Iterable[str] = (), jobs: int = 2, seed: int = DEFAULT_SEED, progress: Progress = lambda *_: None
) -> TrialsReport:
    """Predict trials by shipped name or path (none: every shipped one); deterministic in `seed`.

    Raises:
        InputError: for a name or a file that is wrong, a trial named twice, or only trials that can't be run yet;
            before the first is run.
    """
    trials = [load_trial(name) for name in (list(names) or shipped_trials())]
    found = [trial.name for trial in trials]
    for name in found:
        if found.count(name) > 1:
            raise InputError(f"the trial {name!r} is listed twice", hint="Leave one out")
    ready, left = ([trial for trial in trials if bool(trial.protocol.needs) == waits] for waits in (False, True))
    if not ready:
        needs = "; ".join(f"{trial.name} needs {', '.join(trial.protocol.needs)}" for trial in left)
        raise InputError(f"nothing can be run yet: {needs}", hint="`reentrysim trials` runs those that can be")
    for trial in ready:
        for arm in ("program", "control"):
            _check(trial, arm)  # what is wrong in the last trial is told before the first runs
    asked = list(ask_all(ready, jobs, seed, progress))
    return TrialsReport(asked, left, scoreboard(asked, seed))


def _check(trial: Trial, arm: str) -> None:
    """InputError for settings that a scenario would refuse, naming the trial and the arm."""
    settings = getattr(trial.protocol.arms, arm)
    try:
        arm_scenario(trial, settings, settings.people)
    except InputError as error:
        where = f"{trial.name}: arms.{arm}.{error.where.rpartition(': ')[2]}"
        raise InputError(error.what, where=where, hint=error.hint) from None

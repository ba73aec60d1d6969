"""How well the model meets the published figures it was fitted to, on people the fit never saw, misses included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from reentrysim.agents.columns import Floats
from reentrysim.analysis.calibrate import baseline_scenario, predictions
from reentrysim.analysis.history import Target, observe
from reentrysim.analysis.livelihood import livelihood_predictions
from reentrysim.analysis.targets import fit_targets
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario.values import values_for

Progress = Callable[[str, float], None]
_COHORTS = 8


@dataclass(frozen=True)
class Bar:
    """How near a family of targets must be met, and which of its members must."""

    tolerance: float
    holds_for: Callable[[Target], bool] = lambda _: True
    relative: bool = False


def _sex_or_priors(target: Target) -> bool:
    return target.subgroup.startswith(("sex", "prior_arrests"))


BARS = {
    "rearrest": Bar(0.010),
    "rearrest by group": Bar(0.030, _sex_or_priors),
    "arrested in the year": Bar(0.015),
    "arrests per person": Bar(0.05, relative=True),
    "return": Bar(0.020, lambda target: target.month == 36),
    "monthly hazard 2005": Bar(0.010, lambda target: target.month <= 12),
}
"""What the fit promises; figures without a bar are printed and promised nothing."""


@dataclass(frozen=True)
class ValidationReport:
    """Every fitted or predicted figure."""

    frame: pd.DataFrame
    """Columns row, family, quantity, subgroup, month, target, predicted, miss, tolerance, ok, use.

    Where nothing is promised tolerance is nan and ok is None.
    """

    @property
    def passed(self) -> bool:
        """Whether every promised figure is met."""
        return bool(self.frame["ok"].dropna().all())


def figures() -> list[Target]:
    """Every figure that is fitted, and those on how people live that are predicted."""
    return [*fit_targets(), *livelihood_predictions()]


def validate(
    participants: int = 80_000, seed: int = 0, jobs: int = 2, progress: Progress = lambda *_: None
) -> ValidationReport:
    """Predict every figure at the central values, on `participants` people in cohorts of their own luck."""
    size = max(participants // _COHORTS, 1000)
    tasks = (delayed(_cohort)(size, seed, number) for number in range(_COHORTS))
    predicted = []
    for done, one in enumerate(Parallel(n_jobs=jobs, return_as="generator")(tasks), start=1):
        predicted.append(one)
        progress(f"cohort {done} of {_COHORTS}", done / _COHORTS)
    return ValidationReport(_frame(np.mean(predicted, axis=0)))


def _cohort(participants: int, seed: int, number: int) -> Floats:
    scenario = baseline_scenario(participants)
    # Replicates far from those of comparisons and of the calibration, so that the people are nobody the fit has seen.
    luck = Luck(seed, (1 << 32) + number)
    return predictions(observe(ReentryModel(scenario, values_for(scenario), luck).run()), figures())


def _frame(predicted: Floats) -> pd.DataFrame:
    rows = [_row(target, float(value)) for target, value in zip(figures(), predicted, strict=True)]
    return pd.DataFrame(rows)


def _row(target: Target, predicted: float) -> dict[str, object]:
    bar = BARS.get(target.family)
    miss = predicted - target.value
    promised = bar is not None and bar.holds_for(target)
    tolerance = bar.tolerance * (target.value if bar.relative else 1.0) if bar and promised else float("nan")
    return {
        "row": target.row_id,
        "family": target.family,
        "quantity": target.quantity,
        "subgroup": target.subgroup,
        "month": target.month,
        "target": target.value,
        "predicted": predicted,
        "miss": miss,
        "tolerance": tolerance,
        "ok": abs(miss) <= tolerance if promised else None,
        "use": target.use,
    }

"""How well the model meets the figures it was fitted to and predicts those it never saw, misses included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from reentrysim.agents.columns import Floats
from reentrysim.analysis.baseline import baseline_scenario, predictions
from reentrysim.analysis.by_structure import headline_by_structure
from reentrysim.analysis.history import History, Target, observe
from reentrysim.analysis.holdouts import MONTHS, Holdout, holdouts
from reentrysim.analysis.livelihood import livelihood_predictions
from reentrysim.analysis.promises import promised
from reentrysim.analysis.targets import fit_targets
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario.values import values_for

Progress = Callable[[str, float], None]
SHORTFALLS = {
    "RT00395": "people with three or four earlier arrests go on being arrested longer than one slope and one pace say",
}
"""Fitted figures that miss the promise, and the likeliest reason. README names them."""
_COHORTS, _DRAWS, _DRAW_PEOPLE = 8, 40, 6000


@dataclass(frozen=True)
class ValidationReport:
    """Every fitted or predicted figure, and the headline under each structure of the hazard."""

    frame: pd.DataFrame
    """Columns row, family, quantity, subgroup, month, target, predicted, miss, tolerance, ok, use.

    Where nothing is promised tolerance is nan and ok is None.
    """
    holdouts: pd.DataFrame
    """Columns row, family, quantity, subgroup, month, target, predicted, low, high, miss, rival, rival_miss, rival_is:
    figures that set nothing; low and high hold 95% of the draws, the luck of a cohort included."""
    left_out: pd.DataFrame
    """Columns reason, figures: held-out figures that the model cannot be asked, or is not scored on."""
    structures: pd.DataFrame
    """See `headline_by_structure`."""

    @property
    def broken(self) -> pd.DataFrame:
        """Rows of `frame` whose promise is broken, with the reason of those that are known to fall short."""
        broken = self.frame[self.frame["ok"].eq(False)]
        return broken.assign(reason=broken["row"].map(SHORTFALLS).fillna(""))

    @property
    def passed(self) -> bool:
        """Whether every promised figure is met but those that are known, and named, to fall short."""
        return bool((self.broken["reason"] != "").all())

    @property
    def figures(self) -> pd.DataFrame:
        """Every figure, fitted or predicted; columns of both tables, empty where one has none."""
        return pd.concat([self.frame, self.holdouts.assign(use="holdout")], ignore_index=True)

    @property
    def fit(self) -> pd.DataFrame:
        """Columns family, figures, mean_miss, largest_miss, promised, kept: how near the fit is, by family."""
        return _by_family(self.frame, _fit_line)

    @property
    def skill(self) -> pd.DataFrame:
        """Columns family, figures, mean_miss, rival_mean_miss, skill, inside: how good predictions are, by family.

        Skill is the share of the rival's mean absolute miss that is removed; inside is the share of published figures
        within the interval.
        """
        return _by_family(self.holdouts, _skill_line)


def _by_family(frame: pd.DataFrame, line: Callable[[pd.DataFrame], dict[str, float]]) -> pd.DataFrame:
    families = frame.groupby("family", sort=False)
    return pd.DataFrame([{"family": name, "figures": len(rows), **line(rows)} for name, rows in families])


def _fit_line(rows: pd.DataFrame) -> dict[str, float]:
    bound, misses = rows[rows["tolerance"].notna()], rows["miss"].abs()
    kept = int(bound["ok"].astype(bool).sum())
    return {"mean_miss": misses.mean(), "largest_miss": misses.max(), "promised": len(bound), "kept": kept}


def _skill_line(rows: pd.DataFrame) -> dict[str, float]:
    miss, rival = rows["miss"].abs().mean(), rows["rival_miss"].abs().mean()
    inside = ((rows["target"] >= rows["low"]) & (rows["target"] <= rows["high"])).mean()
    return {"mean_miss": miss, "rival_mean_miss": rival, "skill": 1.0 - miss / rival, "inside": inside}


def figures() -> list[Target]:
    """Every figure that is fitted, and those on how people live that are predicted."""
    return [*fit_targets(), *livelihood_predictions()]


def validate(
    participants: int = 80_000, seed: int = 0, jobs: int = 2, progress: Progress = lambda *_: None
) -> ValidationReport:
    """Predict every figure at the central values, on `participants` people in cohorts of their own luck.

    Held-out figures are predicted at the central values and for stored draws, which give their intervals.
    """
    size = max(participants // _COHORTS, 1000)
    asked, left = holdouts()
    draws = _DRAWS if participants >= _COHORTS * _DRAW_PEOPLE else 2
    work = [
        *(delayed(_fitted)(size, seed, number) for number in range(_COHORTS)),
        *(delayed(_held_out)(size, seed, number, None) for number in range(_COHORTS)),
        *(delayed(_held_out)(min(size, _DRAW_PEOPLE), seed, draw, draw) for draw in range(draws)),
    ]
    found = []
    for done, one in enumerate(Parallel(n_jobs=jobs, return_as="generator")(work), start=1):
        found.append(one)
        progress(f"cohort {done} of {len(work)}", done / len(work))
    fitted, central, drawn = found[:_COHORTS], found[_COHORTS : 2 * _COHORTS], found[2 * _COHORTS :]
    reasons = pd.DataFrame(sorted(left.items()), columns=["reason", "figures"])
    held = _predicted(asked, np.mean(central, axis=0), np.array(drawn))
    return ValidationReport(_frame(np.mean(fitted, axis=0)), held, reasons, headline_by_structure(seed, jobs, progress))


def _fitted(participants: int, seed: int, number: int) -> Floats:
    return predictions(_history(participants, seed, number, None), figures())


def _held_out(participants: int, seed: int, number: int, draw: int | None) -> Floats:
    history = _history(participants, seed, _COHORTS + number, draw, MONTHS)
    return np.array([one.observe(history) for one in holdouts()[0]])


def _history(participants: int, seed: int, number: int, draw: int | None, months: int = 60) -> History:
    """A cohort that is followed for some months; the draws' cohorts have luck of their own."""
    scenario = baseline_scenario(participants, months)
    # Replicates far from those of comparisons and of the calibration, so that the people are nobody the fit has seen.
    luck = Luck(seed, (1 << 32) + number + (0 if draw is None else _COHORTS))
    return observe(ReentryModel(scenario, values_for(scenario, draw), luck).run())


def _predicted(asked: list[Holdout], central: Floats, drawn: Floats) -> pd.DataFrame:
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    return pd.DataFrame(
        [
            {
                "row": one.row.id,
                "family": one.family,
                "quantity": one.row.quantity,
                "subgroup": one.row.subgroup,
                "month": one.row.follow_up_months,
                "target": one.value,
                "predicted": central[n],
                "low": low[n],
                "high": high[n],
                "miss": central[n] - one.value,
                "rival": one.rival,
                "rival_miss": one.rival - one.value,
                "rival_is": one.rival_is,
            }
            for n, one in enumerate(asked)
        ]
    )


def _frame(predicted: Floats) -> pd.DataFrame:
    rows = [_row(target, float(value)) for target, value in zip(figures(), predicted, strict=True)]
    return pd.DataFrame(rows)


def _row(target: Target, predicted: float) -> dict[str, object]:
    tolerance, miss = promised(target), predicted - target.value
    return {
        "row": target.row_id,
        "family": target.family,
        "quantity": target.quantity,
        "subgroup": target.subgroup,
        "month": target.month,
        "target": target.value,
        "predicted": predicted,
        "miss": miss,
        "tolerance": float("nan") if tolerance is None else tolerance,
        "ok": None if tolerance is None else abs(miss) <= tolerance,
        "use": target.use,
    }

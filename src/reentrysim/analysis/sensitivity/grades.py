"""How much of the variance rests on estimates of each grade."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.intervals import LOWER, UPPER
from reentrysim.analysis.sensitivity.asked import Floats, Sample
from reentrysim.analysis.sensitivity.fitted import Fit, Z, fit
from reentrysim.analysis.sensitivity.indices import Indices
from reentrysim.analysis.sensitivity.layout import independent_rows
from reentrysim.analysis.sensitivity.noise import Noise
from reentrysim.evidence.estimate import GRADES

UNGRADED, REST = "none", "rest"
BY_INDICES = "sum of first Sobol' indices"
BY_LINES = "linear regression on all factors"
POINTS_PER_FACTOR = 2
_SAMPLES = 400


def by_grade(sample: Sample, indices: Indices, noise: Noise) -> tuple[pd.DataFrame | None, str]:
    """Share of the variance that each grade's factors explain one by one, with a 95% interval, or why none is told.

    Columns grade, factors, share, share_low, share_high, how. The row "none" has factors without a grade; the row
    "rest" what no factor explains alone: factors together, bends where the regression has lines only, and noise. From
    Sobol' indices where there are any, else from a linear regression. `share` is not above 1, nor below 0.
    """
    grades = [factor.grade or UNGRADED for factor in sample.design.factors]
    if not set(grades) - {UNGRADED}:
        return None, "Grades: no factor is a graded estimate."
    if noise.drowns:
        return None, "Grades: how much of the variance is more than noise is not known."
    if indices.first is not None and indices.resampled_first is not None:
        return _from_indices(grades, indices.first, indices.resampled_first), ""
    return _from_lines(sample, grades)


def _from_indices(grades: list[str], first: Floats, resampled: Floats) -> pd.DataFrame:
    rows = []
    for grade, mine in _groups(grades):
        share, others = float(first[mine].sum()), resampled[:, mine].sum(axis=1)
        rows.append(_row(grade, grades, share, Z * float(others.std(ddof=1)), BY_INDICES))
    return pd.DataFrame(rows)


def _row(grade: str, grades: list[str], share: float, half: float, how: str) -> dict[str, Any]:
    if grade == REST:
        share = 1.0 - share
    return _told(grade, grades, share, share - half, share + half, how)


def _told(grade: str, grades: list[str], share: float, low: float, high: float, how: str) -> dict[str, Any]:
    share, low, high = (min(max(number, 0.0), 1.0) for number in (share, low, high))
    ends = {"share": share, "share_low": low, "share_high": high}
    return {"grade": grade, "factors": grades.count(grade), **ends, "how": how}


def _groups(grades: list[str]) -> list[tuple[str, list[int]]]:
    """The grades there are, in order, with the positions of their factors; the rest has those of all."""
    there = [grade for grade in (*GRADES, UNGRADED) if grade in grades]
    groups = [(grade, [row for row, mine in enumerate(grades) if mine == grade]) for grade in there]
    return [*groups, (REST, list(range(len(grades))))]


def _from_lines(sample: Sample, grades: list[str]) -> tuple[pd.DataFrame | None, str]:
    rows = independent_rows(sample)
    if rows is None:
        return None, f"Grades: a design of kind {sample.design.kind!r} does not share the variance out."
    if len(rows) < POINTS_PER_FACTOR * (len(grades) + 1):
        return None, f"Grades: {len(rows)} points of at least {POINTS_PER_FACTOR * (len(grades) + 1)}."
    outcome = sample.values[rows]
    if np.ptp(outcome) == 0.0:
        return None, "Grades: the outcome is the same at every point."
    outcome = (outcome - outcome.mean()) / outcome.std()
    found = fit(_scores(sample)[rows], outcome)
    if found is None:
        return None, "Grades: the factors don't vary apart, so nothing can be told from a regression on all."
    return pd.DataFrame(_linear_rows(found, outcome, grades)), ""


def _scores(sample: Sample) -> Floats:
    """(points, factors): the factors' values, or their unit where they are words or go by orders of magnitude."""
    assert sample.design.unit is not None
    values, unit = sample.numbers, sample.design.unit.to_numpy(dtype=np.float64)
    columns = []
    for column, factor in enumerate(sample.design.factors):
        mine = values[:, column]
        if np.isfinite(mine).all() and mine.min() > 0.0 and (factor.scale == "log" or factor.kind == "lognormal"):
            mine = np.log(mine)
        mine = mine if np.isfinite(mine).all() else unit[:, column]
        spread = float(mine.std())
        columns.append((mine - mine.mean()) / (spread if spread > 0.0 else 1.0))
    return np.stack(columns, axis=1)


def _linear_rows(found: Fit, outcome: Floats, grades: list[str]) -> list[dict[str, Any]]:
    """Variance of each grade's part of the line, the excess that the error of slopes adds taken off."""
    sampled = found.sampled(_SAMPLES)[:, 1:, 0]
    slopes, scores = found.coefficients[1:, 0], found.terms[:, 1:]
    error = found.root @ found.root.T * found.residual[0, 0]
    rows = []
    for grade, mine in _groups(grades):
        spread = np.atleast_2d(np.cov(scores[:, mine], rowvar=False, ddof=0))
        at = np.asarray(mine) + 1
        excess = float(np.sum(spread * error[np.ix_(at, at)]))
        share = float(slopes[mine] @ spread @ slopes[mine]) - excess
        others = np.einsum("si,ij,sj->s", sampled[:, mine], spread, sampled[:, mine]) - 2.0 * excess
        low, high = np.quantile(others, [LOWER, UPPER])
        # Samples spread around the fit as the fit does around the truth: mirrored below, and their own end above.
        low, high = min(low, 2.0 * share - high), max(high, 2.0 * share - low)
        points = Z * _of_points(scores[:, mine] @ slopes[mine], outcome)
        low, high = share - math.hypot(share - low, points), share + math.hypot(high - share, points)
        if grade == REST:
            share, low, high = 1.0 - share, 1.0 - high, 1.0 - low
        rows.append(_told(grade, grades, share, low, high, BY_LINES))
    return rows


def _of_points(part: Floats, outcome: Floats) -> float:
    """Standard error that a share of variance has because the points are a sample (by the delta method)."""
    part = np.square(part - part.mean())
    return float(np.std(part - part.mean() * np.square(outcome))) / math.sqrt(len(part))

"""What it would be worth to know an estimate before choosing between the scenarios."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.intervals import LOWER, UPPER
from reentrysim.analysis.sensitivity.asked import Floats, Sample, is_estimate
from reentrysim.analysis.sensitivity.fitted import Z, curve, fit
from reentrysim.analysis.sensitivity.layout import Ids, independent_rows
from reentrysim.analysis.sensitivity.noise import Noise, half_width, jackknifed, noise_of, shows, without_each
from reentrysim.analysis.sensitivity.ordering import ordered
from reentrysim.randomness import Luck

ALL = "all estimates together"
FEWEST_POINTS = 60
_SAMPLES = 300


@dataclass(frozen=True)
class Choice:
    """The scenarios' advantages over the first, shape (points, scenarios - 1), by draw and on average."""

    advantages: Floats
    by_draw: Floats
    """(points, scenarios - 1, draws)."""

    @property
    def apart(self) -> Floats:
        """(points, columns, draws): the scenarios less their mean, whichever is the first; of two the one column."""
        if self.by_draw.shape[1] == 1:
            return self.by_draw
        whole = np.concatenate([np.zeros_like(self.by_draw[:, :1]), self.by_draw], axis=1)
        return np.asarray(whole - whole.mean(axis=1, keepdims=True))


def value_of_information(sample: Sample) -> tuple[pd.DataFrame | None, list[str]]:
    """How much the expected outcome of the choice would gain if an estimate were known, or why that can't be told.

    Columns factor, value, value_low, value_high (units of the outcome, not below 0), changes, changes_low,
    changes_high (chance that the choice would be another; nan where nothing is clear), clear, rank. Expected value
    of partial perfect information by regression (Strong, Oakley & Brennan 2014, Medical Decision Making 34(3)): the
    expected advantage of each scenario as a curve of the estimate, the best of them point by point less the best on
    average. The upward bias of the best of uncertain curves is taken off. The first row, where every factor is an
    estimate, has the value of knowing all of them.
    """
    rows = independent_rows(sample)
    estimates = [row for row, factor in enumerate(sample.design.factors) if is_estimate(factor)]
    if len(sample.by_scenario) < 2:
        return None, ["Value of information: one scenario leaves no choice."]
    if not estimates:
        return None, ["Value of information: no factor is an estimate; what one chooses can't be learned."]
    if rows is None:
        return None, [f"Value of information: a design of kind {sample.design.kind!r} is no sample of what may be."]
    rows = rows[np.stack([np.isfinite(runs[rows]).all(axis=1) for runs in sample.by_scenario.values()]).all(axis=0)]
    if len(rows) < FEWEST_POINTS:
        return None, [f"Value of information: {len(rows)} points of at least {FEWEST_POINTS}."]
    choice = _choice(sample, rows)
    frame = pd.DataFrame([_row(sample, rows, choice, factor, len(estimates)) for factor in estimates])
    frame = ordered(frame, "value", "value_low", "value_high")
    whole, notes = _all_of_them(sample, choice, len(estimates))
    if whole is not None:
        frame = pd.concat([whole.astype(frame.dtypes), frame], ignore_index=True)
    return frame, notes


def _choice(sample: Sample, rows: Ids) -> Choice:
    sign = -1.0 if sample.question.less_is_better else 1.0
    first, *others = (sign * runs[rows] for runs in sample.by_scenario.values())
    by_draw = np.stack([other - first for other in others], axis=1)
    return Choice(by_draw.mean(axis=2), by_draw)


def _row(sample: Sample, rows: Ids, choice: Choice, factor: int, factors: int) -> dict[str, Any]:
    assert sample.design.unit is not None
    row: dict[str, Any] = {"factor": sample.design.factors[factor].path}
    unit = sample.design.unit.to_numpy(dtype=np.float64)[rows, factor]
    terms = curve(sample.numbers[rows, factor], unit)
    found = fit(terms, choice.advantages) if terms.shape[1] else None
    if found is None:
        nothing = dict.fromkeys(("value", "value_low", "value_high", *_CHANGES), math.nan)
        return row | nothing | {"clear": False}
    value, changes = _gain(found.terms @ found.coefficients)
    sampled = [_gain(found.terms @ coefficients) for coefficients in found.sampled(_SAMPLES)]
    gains = np.array([gain.mean() for gain, _ in sampled])
    gains += _sampling(value) * Luck(0, 0).normal("sensitivity.points", factor, _SAMPLES)
    low, high = 2.0 * value.mean() - np.quantile(gains, UPPER), np.quantile(gains, UPPER)
    row |= {"value": max(2.0 * float(value.mean()) - float(gains.mean()), 0.0)}
    row |= {"value_low": max(float(low), 0.0), "value_high": max(float(high), row["value"])}
    clear = bool(low > 0.0) and _moves(terms, choice.apart, factors)
    shares = np.array([share for _, share in sampled])
    ends = (changes, *np.quantile(shares, [LOWER, UPPER])) if clear else (math.nan,) * 3
    return row | dict(zip(_CHANGES, map(float, ends), strict=True)) | {"clear": clear}


def _moves(terms: Floats, apart: Floats, factors: int) -> bool:
    """Whether an estimate moves any scenario against the others, with other points and other draws, too.

    Every direction of the curve is looked at in every column of `apart` (points, columns, draws), and allowed for.
    """
    found = fit(terms, apart.mean(axis=2))
    if found is None:
        return False
    directions, draws = found.directions, apart.shape[2]
    by_draw = np.einsum("pd,pcr->dcr", directions, apart).reshape(-1, draws)
    points = np.tile(np.diag(found.residual), directions.shape[1])
    return bool(shows(by_draw, factors * len(by_draw), points, found.spare).any())


_CHANGES = ("changes", "changes_low", "changes_high")


def _gain(advantages: Floats) -> tuple[Floats, float]:
    """What the best choice at each point gains over the best on average (points,), and how often it is another."""
    whole = np.column_stack([np.zeros(len(advantages)), advantages])
    usual = int(whole.mean(axis=0).argmax())
    return whole.max(axis=1) - whole[:, usual], float((whole.argmax(axis=1) != usual).mean())


def _sampling(gains: Floats) -> float:
    """Standard error of a mean over points."""
    return float(gains.std(ddof=1)) / math.sqrt(len(gains))


def _all_of_them(sample: Sample, choice: Choice, estimates: int) -> tuple[pd.DataFrame | None, list[str]]:
    """The row of all estimates together: points pulled together by what of their variance is noise."""
    if estimates < len(sample.design.factors):
        return None, [
            "Value of information: what one chooses varies, too, and is averaged over; nothing on all at once."
        ]
    shrink = np.array([_shrink(noise_of(choice.by_draw[:, other])) for other in range(choice.advantages.shape[1])])
    if not shrink.any():
        return None, ["Value of information: noise may be all that scenarios differ by, so nothing on all at once."]
    gains, changes = _known(choice.advantages, shrink)
    luck = jackknifed(np.array([_known(mean, shrink)[0].mean() for mean in _left_out(choice.by_draw)]))
    parts = (_sampling(gains) ** 2, math.inf), (float(luck), choice.by_draw.shape[2] - 1)
    value, half = float(gains.mean()), float(half_width(UPPER, *parts))
    error = Z * math.sqrt(changes * (1.0 - changes) / len(gains))
    row = {"factor": ALL, "value": value, "value_low": max(value - half, 0.0), "value_high": value + half}
    row |= dict(zip(_CHANGES, (changes, max(changes - error, 0.0), min(changes + error, 1.0)), strict=True))
    return pd.DataFrame([row | {"clear": value - half > 0.0, "rank": pd.NA}]), []


def _shrink(noise: Noise) -> float:
    """By how much points are pulled to their mean; to the mean itself where noise may be all that they differ by."""
    return 0.0 if noise.drowns else math.sqrt(1.0 - noise.share)


def _known(advantages: Floats, shrink: Floats) -> tuple[Floats, float]:
    center = advantages.mean(axis=0)
    return _gain(center + (advantages - center) * shrink)


def _left_out(by_draw: Floats) -> Floats:
    """(draws, points, scenarios - 1): the advantages without each of the draws."""
    return np.moveaxis(without_each(by_draw), -1, 0)

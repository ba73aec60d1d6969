"""Rank correlations of factors with the outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from reentrysim.analysis.intervals import LOWER, UPPER
from reentrysim.analysis.sensitivity.asked import Bools, Floats, Sample
from reentrysim.analysis.sensitivity.fitted import fit
from reentrysim.analysis.sensitivity.layout import GRID, LIST, independent_rows
from reentrysim.analysis.sensitivity.noise import shows
from reentrysim.analysis.sensitivity.ordering import ordered

FEWEST_POINTS = 20
_MOST = 1.0 - 1e-12
"""A correlation beyond it has no interval by Fisher's z."""


def rank_correlations(sample: Sample) -> tuple[pd.DataFrame | None, list[str]]:
    """Spearman's and partial rank correlation, each with its 95% interval, or why there are none.

    Columns factor, spearman, spearman_low, spearman_high, partial, partial_low, partial_high, clear, rank. Standard
    error of Fisher's z by Bonett & Wright 2000, Psychometrika 65(1). `clear` is told from the partial one where there
    is one, at 5% divided by the number of factors, if lines through the factors' ranks show it in other draws, too; the
    intervals are those of points alone, and the rank is by size.
    """
    rows = _rows(sample)
    if rows is None:
        return None, [f"Rank correlations need a sample of points; a design of kind {sample.design.kind!r} has none."]
    if len(rows) < FEWEST_POINTS:
        return None, [f"Rank correlations: {len(rows)} points of at least {FEWEST_POINTS}."]
    if np.ptp(sample.values[rows]) == 0.0:
        return None, ["Rank correlations: the outcome is the same at every point."]
    factors = rankdata(sample.numbers[rows], axis=0, nan_policy="propagate")
    varied = np.isfinite(factors).all(axis=0) & (np.ptp(factors, axis=0) > 0.0)
    frame = _correlations(factors, sample.runs[rows], varied)
    frame.insert(0, "factor", [factor.path for factor in sample.design.factors])
    return _ranked(frame), list(_notes(sample, varied, frame))


def _rows(sample: Sample) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    if sample.design.kind in (GRID, LIST):
        return np.flatnonzero(sample.whole)
    return independent_rows(sample)


def _correlations(factors: Floats, runs: Floats, varied: Bools) -> pd.DataFrame:
    points, count = len(runs), max(int(varied.sum()), 1)
    simple, partial = _both(factors, rankdata(runs.mean(axis=1)), varied)
    columns: dict[str, Floats] = {}
    for name, values, freedom in (("spearman", simple, points), ("partial", partial, _spare(points, varied))):
        low, high = interval(values, freedom, UPPER)
        columns |= {name: values, f"{name}_low": low, f"{name}_high": high}
    held = bool(np.isfinite(partial).any())
    told, freedom = (partial, _spare(points, varied)) if held else (simple, points)
    low, high = interval(told, freedom, 1.0 - LOWER / count)
    clear = ((low > 0.0) | (high < 0.0)) & _repeated(factors, runs, varied, held)
    return pd.DataFrame({**columns, "clear": clear})


def _repeated(factors: Floats, runs: Floats, varied: Bools, held: bool) -> Bools:
    """Which have a slope with other points and other draws, too: of lines, which are means of their draws' lines.

    Correlations are not, and one of 1 may be the luck of draws alone. `held` says whether the other factors are.
    """
    found = np.zeros(len(varied), dtype=np.bool_)
    count = int(varied.sum())
    groups = [np.flatnonzero(varied)] if held else np.flatnonzero(varied)[:, None]
    for group in groups:
        line = fit(factors[:, group], runs)
        if line is not None:
            points = line.residual.mean() * np.square(line.root).sum(axis=1)[1:]
            found[group] = shows(line.coefficients[1:], count, points, line.spare)
    return found


def _spare(points: int, varied: Bools) -> int:
    """Points less the other factors that a partial correlation holds."""
    return points - (int(varied.sum()) - 1)


def _both(factors: Floats, outcome: Floats, varied: Bools) -> tuple[Floats, Floats]:
    """Correlation and partial correlation of each factor's ranks with the outcome's; nan where there is none."""
    simple, partial = np.full((2, len(varied)), np.nan)
    together = np.atleast_2d(np.corrcoef(np.column_stack([factors[:, varied], outcome]), rowvar=False))
    simple[varied] = together[-1, :-1]
    enough = _spare(len(outcome), varied) >= FEWEST_POINTS
    if enough and np.linalg.cond(together[:-1, :-1]) < 1.0 / np.finfo(np.float64).eps:
        partial[varied] = _partial(together)
    return simple, partial


def _partial(together: Floats) -> Floats:
    """Of each factor with the outcome (the last row) given all the others, from their correlation matrix.

    By the slopes of the regression and what it leaves, so that an outcome that follows exactly has 1 or -1.
    """
    inverse = np.linalg.inv(together[:-1, :-1])
    slopes = inverse @ together[:-1, -1]
    left = max(1.0 - float(together[:-1, -1] @ slopes), 1.0 - _MOST)  # not what rounding leaves
    scale = np.sqrt(slopes**2 + left * np.diag(inverse))
    return np.asarray(np.clip(slopes / np.where(scale > 0.0, scale, 1.0), -1.0, 1.0), dtype=np.float64)


def interval(values: Floats, points: int, upper: float) -> tuple[Floats, Floats]:
    """Ends of the interval of rank correlations at `upper`, from so many points; of their shape."""
    error = np.sqrt((1.0 + values**2 / 2.0) / (points - 3))
    center = np.arctanh(np.clip(values, -_MOST, _MOST))
    half = float(ndtri(upper)) * error
    return np.tanh(center - half), np.tanh(center + half)


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    name = "partial" if frame["partial"].notna().any() else "spearman"
    low, high = frame[f"{name}_low"], frame[f"{name}_high"]
    sizes = frame.assign(
        _size=frame[name].abs(),
        _low=np.where((low > 0) | (high < 0), np.minimum(low.abs(), high.abs()), 0.0),
        _high=np.maximum(low.abs(), high.abs()),
    )
    return ordered(sizes, "_size", "_low", "_high").drop(columns=["_size", "_low", "_high"])


def _notes(sample: Sample, varied: Bools, frame: pd.DataFrame) -> list[str]:
    left = [factor.path for factor, is_in in zip(sample.design.factors, varied, strict=True) if not is_in]
    told = []
    if left:
        told.append(f"Rank correlations leave out words and what does not vary: {', '.join(left)}.")
    if not frame["partial"].notna().any():
        told.append("Partial rank correlations need more points than there are, or factors that vary apart.")
    if sample.design.kind == LIST:
        told.append("Rank correlations of listed points: their intervals hold if the points are a random sample.")
    return told

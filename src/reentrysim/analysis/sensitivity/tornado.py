"""The outcome at the low and the high end of each factor, the other factors at the same values or averaged over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.intervals import LOWER
from reentrysim.analysis.sensitivity.asked import Bools, Floats, Sample
from reentrysim.analysis.sensitivity.layout import GRID, LIST, independent_rows
from reentrysim.analysis.sensitivity.noise import half_width
from reentrysim.analysis.sensitivity.ordering import ordered

Ids = NDArray[np.int64]
PAIRED = "paired points that differ in this factor alone"
AVERAGED = "mean of the lowest and of the highest fifth of points, the others averaged over"
EXTREMES = "mean of the points at the first and at the last of its values, the others averaged over"
_FIFTH = 0.2
FEWEST_AT_AN_END = 5
_COLUMNS = (
    *("factor", "low", "high", "at_low", "at_high", "difference", "difference_low", "difference_high"),
    *("points", "how", "clear"),
)


@dataclass(frozen=True)
class _Ends:
    """The two ends of a factor, and the runs there."""

    low: Any
    high: Any
    at_low: Floats
    """(points, draws); likewise `at_high`."""
    at_high: Floats
    how: str


def tornado(sample: Sample) -> tuple[pd.DataFrame | None, list[str]]:
    """What a factor's high end has more than its low end, with a 95% t interval; or why nothing can be said.

    A grid, or a list of points one factor at a time: pairs of points with the same other factors, whose difference
    has the luck of draws alone. A random sample: lowest and highest fifth of points, whose difference has the error of
    a sample, too. What the luck of draws does at every point alike repeats with draws only, so two of them leave wide
    intervals.
    """
    paired = sample.design.kind in (GRID, LIST)
    rows = np.flatnonzero(sample.whole) if paired else independent_rows(sample)
    if rows is None:
        return None, [f"Ends of ranges: a design of kind {sample.design.kind!r} does not tell them apart."]
    found = {number: _ends(sample, number, rows, paired) for number in range(len(sample.design.factors))}
    there = {number: ends for number, ends in found.items() if ends is not None}
    without = [sample.design.factors[number].path for number in found if number not in there]
    notes = [f"Ends of ranges: no points to compare for {', '.join(without)}."] if without else []
    if not there:
        return None, notes
    table = [(sample.design.factors[number].path, *_row(ends, len(there))) for number, ends in there.items()]
    return _by_size(pd.DataFrame(table, columns=list(_COLUMNS))), notes


def _ends(sample: Sample, factor: int, rows: Ids, paired: bool) -> _Ends | None:
    return _matched(sample, factor, rows) if paired else _fifths(sample, factor, rows)


def _matched(sample: Sample, factor: int, rows: Ids) -> _Ends | None:
    """Pairs of the factor's extreme values; of words the first and the last listed in the sweep."""
    table = sample.table.iloc[rows].reset_index(drop=True)
    path = sample.design.factors[factor].path
    known = np.isfinite(sample.numbers[rows, factor]).all() and len(rows)
    listed = sorted(set(table[path])) if known else _listed(sample, factor, table[path].tolist())
    if len(listed) < 2:
        return None
    pairs = list(_pairs(table, path, listed[0], listed[-1]))
    if not pairs:
        return None
    lows, highs = (rows[list(side)] for side in zip(*pairs, strict=True))
    return _Ends(listed[0], listed[-1], sample.runs[lows], sample.runs[highs], PAIRED)


def _listed(sample: Sample, factor: int, there: list[str]) -> list[str]:
    """The words that are there, each once: in the order of the sweep, and what it doesn't list behind."""
    order = [str(value) for value in sample.design.factors[factor].values]
    return [word for word in dict.fromkeys([*order, *there]) if word in set(there)]


def _pairs(table: pd.DataFrame, path: str, low: Any, high: Any) -> Iterator[tuple[int, int]]:
    others = [column for column in table.columns if column != path]
    seen: dict[tuple[Any, ...], dict[Any, int]] = {}
    for row, (value, *rest) in enumerate(table[[path, *others]].itertuples(index=False, name=None)):
        seen.setdefault(tuple(rest), {})[value] = row
    return ((mine[low], mine[high]) for mine in seen.values() if low in mine and high in mine)


def _fifths(sample: Sample, factor: int, rows: Ids) -> _Ends | None:
    """Lowest and highest fifth of the points; where one value takes both, and of words, the two extremes alone."""
    values = sample.numbers[rows, factor]
    if np.isfinite(values).all() and len(rows):
        lows, highs, how = _number_ends(values)
        ends: tuple[Any, Any] = (float(values[lows].mean()), float(values[highs].mean()))
    else:
        table = sample.table[sample.design.factors[factor].path].iloc[rows].tolist()
        listed = _listed(sample, factor, table) or [""]
        ends, how = (listed[0], listed[-1]), EXTREMES
        lows, highs = (np.array([value == end for value in table], dtype=np.bool_) for end in ends)
    if ends[0] == ends[1] or min(lows.sum(), highs.sum()) < FEWEST_AT_AN_END:
        return None
    return _Ends(*ends, sample.runs[rows[lows]], sample.runs[rows[highs]], how)


def _number_ends(values: Floats) -> tuple[Bools, Bools, str]:
    low, high = np.quantile(values, [_FIFTH, 1.0 - _FIFTH])
    if low < high:
        return values <= low, values >= high, AVERAGED
    return values == values.min(), values == values.max(), EXTREMES


def _row(ends: _Ends, factors: int) -> tuple[Any, ...]:
    difference = float(ends.at_high.mean() - ends.at_low.mean())
    half, safe = (float(half_width(1.0 - LOWER / count, *_parts(ends))) for count in (1, factors))
    at_low, at_high = float(ends.at_low.mean()), float(ends.at_high.mean())
    points = min(len(ends.at_low), len(ends.at_high))
    sides = (difference, difference - half, difference + half)
    return ends.low, ends.high, at_low, at_high, *sides, points, ends.how, abs(difference) > safe


def _parts(ends: _Ends) -> tuple[tuple[float, float], ...]:
    """Variances of the difference, each with its degrees of freedom: of the draws' luck, and of points as a sample."""
    draws = ends.at_low.shape[1]
    by_draw = ends.at_high.mean(axis=0) - ends.at_low.mean(axis=0)
    among = (float(by_draw.var(ddof=1)) / draws, draws - 1) if draws > 1 else (math.nan, 1)
    if ends.how == PAIRED:  # the same points in every draw
        return (among,)
    return _welch(ends.at_low.mean(axis=1), ends.at_high.mean(axis=1)), among


def _welch(*sides: Floats) -> tuple[float, float]:
    """Variance of the difference of two means, and its degrees of freedom (Satterthwaite 1946, Biometrics 2(6))."""
    parts = [(float(side.var(ddof=1)) / len(side), len(side) - 1) for side in sides]
    total, shared = sum(part for part, _ in parts), sum(part**2 / freedom for part, freedom in parts)
    return total, total**2 / shared if shared > 0.0 else math.inf


def _by_size(frame: pd.DataFrame) -> pd.DataFrame:
    ends = frame[["difference_low", "difference_high"]].abs()
    sizes = frame.assign(_size=frame["difference"].abs(), _low=ends.min(axis=1), _high=ends.max(axis=1))
    return ordered(sizes, "_size", "_low", "_high").drop(columns=["_size", "_low", "_high"])

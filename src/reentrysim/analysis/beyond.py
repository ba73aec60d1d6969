"""What the sentence adds to the count where it is known well enough: the price of a return averted, and its driver."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reentrysim.analysis import answer
from reentrysim.analysis.economics.economics import Economics
from reentrysim.analysis.sensitivity.ranks import FEWEST_POINTS
from reentrysim.analysis.why import drivers
from reentrysim.experiments.plan import Plan

Floats = NDArray[np.float64]


def price(found: Economics, name: str, kind: str) -> Iterator[str]:
    """What a return averted costs under a scenario, or that it has the baseline's money; nothing if neither is so."""
    frame = found.averted
    if name not in found.others:
        return
    (row,) = frame[frame["scenario"] == name].to_dict("records")
    value, low, high = (float(row[f"dollars_per_averted{end}"]) for end in ("", "_low", "_high"))
    if told := answer.price(value, low, high, kind):
        yield told
    elif row["same_money"]:
        yield f"It has the same money as {found.books.baseline}."


def driver(plan: Plan, name: str, change: Floats, draws: NDArray[np.int64]) -> Iterator[str]:
    """The estimate that a paired difference (R,) goes with most over the draws, where that is clear of chance."""
    which = np.unique(draws)
    each = np.array([change[draws == draw].mean() for draw in which])
    if len(which) < FEWEST_POINTS or np.ptp(each) == 0.0:
        return
    scenarios = {one.name: one for one in plan.scenarios}
    first = drivers.ranked(scenarios[name], scenarios[plan.baseline], which.tolist(), each).iloc[0]
    if first["clear"]:
        yield answer.driver(str(first["estimate"]), float(first["spearman"]))

"""Values of groups under two scenarios, their gaps to a reference, and how these change; all with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.intervals import Summary, summarize_difference
from reentrysim.analysis.tables import possible

Floats = NDArray[np.float64]
ENDS = ("", "_low", "_high", "_mcse")
ESTIMATES = ("value", "change", "gap", "gap_before", "gap_change")
COLUMNS = [
    *(f"value{end}" for end in ENDS),
    *("before", *(f"change{end}" for end in ENDS), "change_per_1000"),
    *(f"{name}{end}" for name in ESTIMATES[2:] for end in ENDS),
    "replicates",
]


@dataclass(frozen=True)
class Sides:
    """What a measure comes to in each replicate and group, under the scenario and its baseline; shape (R, groups)."""

    after: Floats
    before: Floats
    reference: NDArray[np.int64]
    """Place of each group's reference, shape (groups,)."""
    few: NDArray[np.bool_]
    """Groups of so few people that they have no intervals, shape (groups,)."""
    draws: NDArray[np.int64]
    """(R,)"""
    itself: bool
    """Whether the scenario is the baseline."""


def columns(sides: Sides, *, is_share: bool = True) -> dict[str, Any]:
    """COLUMNS of one measure, each of shape (groups,).

    `change` is value less `before`, of the same people; `gap` is a group's value less that of its reference,
    `gap_change` what the scenario makes of it: the group's change less the reference's. No luck is counted twice:
    differences are taken in each replicate.
    """
    after, before, of = sides.after, sides.before, sides.reference
    gap, gap_before = after - after[:, of], before - before[:, of]
    nothing = np.zeros_like(after)
    value = summarize_difference(after, nothing, sides.draws)
    told = {
        "value": possible("share", value) if is_share else value,
        "change": summarize_difference(after, before, sides.draws, itself=sides.itself),
        "gap": _gap(gap, sides),
        "gap_before": _gap(gap_before, sides),
        "gap_change": summarize_difference(gap, gap_before, sides.draws, itself=sides.itself),
    }
    found = {"before": summarize_difference(before, nothing, sides.draws).mean, "replicates": value.replicates}
    for name, summary in told.items():
        few = sides.few | sides.few[of] if name.startswith("gap") else sides.few
        found |= _four(name, summary, few)
    found["change_per_1000"] = PEOPLE * found["change"]
    return {name: found[name] for name in COLUMNS}


def _gap(gap: Floats, sides: Sides) -> Summary:
    """A gap with its interval; exactly none of a reference to itself."""
    return summarize_difference(gap, np.zeros_like(gap), sides.draws)


def _four(name: str, summary: Summary, few: NDArray[np.bool_]) -> dict[str, Any]:
    """Mean, interval and Monte Carlo error; no interval of few."""
    low, high = (np.where(few, np.nan, end) for end in (summary.low, summary.high))
    return dict(zip((f"{name}{end}" for end in ENDS), (summary.mean, low, high, summary.mcse), strict=True))

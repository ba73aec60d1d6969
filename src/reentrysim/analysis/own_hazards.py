"""A monthly hazard table of one's own, turned into the shares by month that it amounts to.

A hazard is the share with a first event in a month among those without one before. Twelve noisy hazards say less about
a fit than the curve they add up to, so the curve is what is fitted, at a few months.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reentrysim.vocabulary import InputError

HAZARDS = {
    "monthly_hazard_first_rearrest": "rearrest",
    "monthly_hazard_first_return_to_prison": "return_to_prison",
}
"""Quantities of hazard tables, and what their curves are of."""
AT_MONTHS = (1, 3, 6, 12, 24, 36, 48, 60)


@dataclass(frozen=True)
class Hazard:
    """One line of a table."""

    where: str
    month: int
    share: float
    variance: float | None
    """Of the share; None where nobody says how many people it is of."""


def curve(table: Sequence[Hazard]) -> Iterator[tuple[str, int, float, float | None]]:
    """Where it stands, month, share with an event by then, and the share's standard deviation, if known.

    The last month of the table is among them. The variance of the log of who is left adds up over months (Greenwood
    1926).

    Raises:
        InputError: for a table that does not begin at month 1, or leaves a month out.
    """
    left, variance, known = 1.0, 0.0, True
    ordered = sorted(table, key=lambda line: line.month)
    for expected, line in enumerate(ordered, start=1):
        if line.month != expected:
            wrong = "is missing" if line.month > expected else "stands twice"
            what = f"month {min(expected, line.month)} of the hazard table {wrong}"
            raise InputError(what, where=line.where, hint="A table has every month from 1 on, once")
        left *= 1.0 - line.share
        known = known and line.variance is not None
        variance += (line.variance or 0.0) / max(1.0 - line.share, 1e-9) ** 2
        if line.month in AT_MONTHS or expected == len(ordered):
            yield line.where, line.month, 1.0 - left, left * math.sqrt(variance) if known else None

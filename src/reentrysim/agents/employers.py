"""Employers: one row an employer, with so many entry-level places, and a willingness that learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.agents.intake import geometric
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Trade


@dataclass
class Employers:
    """Every array has shape (employers,)."""

    trade: Small
    place: Small
    """Part of town, as people's."""
    seats: Ints
    """Entry-level places, filled or not."""
    good: Flags
    """Its jobs are good ones: they pay more and last longer."""
    wage: Floats
    """Dollars an hour in the scenario's price year."""
    willing: Floats
    """Chance that it considers an applicant with a record before it has learned anything, 0 to 1."""
    opinion: Floats
    """What it has learned from hires so far: -1 at worst, 1 at best."""
    openings: Ints
    """Vacancies of this month."""


def create_employers(
    count: int, willing_share: float, wage_per_hour: float, values: Mapping[str, float], luck: Luck
) -> Employers:
    """`count` employers, each drawn by its own number."""
    seats = 1 + geometric(luck.uniform("employers.seats", 0, count), values["work.seats_per_employer"] - 1.0)
    good = luck.uniform("employers.good", 0, count) < values["work.good_job_share"]
    return Employers(
        trade=(luck.uniform("employers.trade", 0, count) * len(Trade)).astype(np.int8),
        place=(luck.uniform("employers.place", 0, count) * values["participants.place_kinds"]).astype(np.int8),
        seats=seats.astype(np.int64),
        good=good,
        wage=wage_per_hour * np.where(good, values["work.good_job_wage_ratio"], 1.0),
        willing=spread(luck.uniform("employers.willing", 0, count), willing_share),
        opinion=np.zeros(count),
        openings=np.zeros(count, dtype=np.int64),
    )


def spread(u: Floats, mean: float) -> Floats:
    """Chances spread evenly around `mean` as widely as 0 and 1 allow, from uniforms; exactly `mean` on average."""
    widest = min(mean, 1.0 - mean)
    return np.asarray(mean + widest * (2.0 * u - 1.0), dtype=np.float64)

"""Intervals hold what they say as often as they say: resampled from real paired runs, and in toys with known variances.

Run by `pytest -n 2 tests/statistical`; `-s` prints the shares.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from reentrysim.analysis.compare import compare
from reentrysim.analysis.intervals import summarize, summarize_difference
from reentrysim.analysis.tables import draws_of
from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for

POOL, RESAMPLES = 5000, 2000
NEAR = (0.93, 0.97)
DESIGN = {
    "time.warmup_months": 0,
    "time.window_months": 1,
    "time.tail_months": 0,
    "time.follow_up_months": 9,
    "time.lead_months": 2,
    "programs.mentoring.eligible.from_month": -2,
    "programs.mentoring.hire_lag_months": 0,
    "programs.mentoring.train_lag_months": 0,
    "population.size": 150,
}
FUNDED = {"funding.sources.state_grant.last_step": 9, "funding.sources.state_grant.total_dollars": 1_000_000.0}
WORLDS = 4000


@cache
def _scenarios() -> tuple[tuple[Scenario, Values], ...]:
    """Much mentoring, and none."""
    everybody = {"programs.mentoring.eligible.risk": ["low", "medium", "high"]}
    changes = (DESIGN | FUNDED | everybody, DESIGN | {"funding.sources.state_grant.total_dollars": 0.0})
    both = [load_scenario("status-quo").vary(change) for change in changes]
    return tuple((scenario, values_for(scenario)) for scenario in both)


def _pair(replicate: int) -> float:
    """The paired difference of rearrest in one replicate, at central values."""
    rich, poor = (_rearrested(*one, replicate) for one in _scenarios())
    return rich - poor


def _rearrested(scenario: Scenario, values: Values, replicate: int) -> float:
    model = ReentryModel(scenario, values, Luck(31, replicate)).run()
    return float(np.mean(model.world.people.first_arrest[model.world.calendar.cohort] > 0))


def test_the_interval_of_luck_covers_the_long_run_value() -> None:
    """At 10, 30 and 100 replicates, resampled from a pool of pairs that differ by luck alone."""
    pool, shares = np.array([_pair(replicate) for replicate in range(POOL)]), []
    for replicates in (10, 30, 100):
        chosen = np.random.default_rng(replicates).integers(0, POOL, (replicates, RESAMPLES))
        told = summarize_difference(pool[chosen], np.zeros((replicates, RESAMPLES)), np.full(replicates, -1))
        shares.append(np.mean((told.low <= pool.mean()) & (pool.mean() <= told.high)))
    print("10, 30, 100 replicates:", np.round(shares, 3).tolist(), "hold the long-run value", pool.mean().round(4))
    assert NEAR[0] <= min(shares)
    assert max(shares) <= NEAR[1]


@pytest.mark.parametrize("draws", [30, 100, 400])
@pytest.mark.parametrize("luck_sd", [0.0, 0.01, 0.03])
def test_the_interval_of_evidence_covers_another_world(luck_sd: float, draws: int) -> None:
    """Evidence of a known spread: the interval holds what a fresh draw of it would be, whatever the luck."""
    random = np.random.default_rng(draws)
    evidence = random.normal(-0.005, 0.01, (draws, WORLDS))
    runs = np.repeat(evidence, 2, axis=0) + random.normal(0, luck_sd, (2 * draws, WORLDS))
    told = summarize(runs, np.repeat(np.arange(draws), 2))
    truth = random.normal(-0.005, 0.01, WORLDS)
    covers = np.mean((told.low <= truth) & (truth <= told.high))
    print(f"{draws} draws, luck {luck_sd / 0.01:.0f} times the evidence: {covers:.3f}")
    assert NEAR[0] <= covers <= NEAR[1] + 0.01  # luck that is not sure to be luck is left in


def _ends(differences: NDArray[np.float64], draws: NDArray[np.int64]) -> NDArray[np.float64]:
    told = summarize_difference(differences[:, None], np.zeros((len(differences), 1)), draws)
    return np.array([told.low[0], told.high[0]])


def _errors(differences: NDArray[np.float64], draws: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard errors of both ends, by leaving out one draw at a time."""
    names = np.unique(draws)
    left_out = np.array([_ends(differences[draws != name], draws[draws != name]) for name in names])
    return np.sqrt((len(names) - 1) * left_out.var(axis=0))


def test_three_times_as_many_people_leave_the_interval_where_it_is() -> None:
    """Precision and scale differ: the ends move by no more than their own errors allow."""
    ends, errors = [], []
    for participants in (680, 2040):
        result = compare(["more-mentors"], replicates=60, seed=3, jobs=2, participants=participants, months=36)
        both = (result.runs.series[name]["return_to_prison"] for name in ("more-mentors", "status-quo"))
        values, base = (series[:, 0, 35] for series in both)
        differences, draws = (values - base).astype(np.float64), draws_of(result.plan)
        ends.append(_ends(differences, draws))
        errors.append(_errors(differences, draws))
    moved, allowed = np.abs(ends[1] - ends[0]), 2 * np.hypot(*errors)
    print("ends", np.round(ends, 4).tolist(), "moved", moved.round(4).tolist(), "allowed", allowed.round(4).tolist())
    assert (moved <= allowed).all()

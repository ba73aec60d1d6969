"""Shares of a linear function's variance are the squares of its slopes, grade by grade."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from known_sweeps import BASELINE, Floats, design, linear, listed, normal, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.grades import BY_INDICES, BY_LINES, by_grade
from reentrysim.analysis.sensitivity.indices import sobol_indices
from reentrysim.analysis.sensitivity.noise import noise_of
from reentrysim.experiments.sweeps.results import SweepResults

FACTORS = [normal("estimates.a", "D"), normal("estimates.b", "B"), normal("estimates.c", "D"), normal("policies.d")]
SLOPES = (3.0, 2.0, 1.0, 1.0)
VARIANCE = 15.0
SHARES = {"B": 4 / VARIANCE, "D": 10 / VARIANCE, "none": 1 / VARIANCE, "rest": 0.0}


def _found(results: SweepResults) -> tuple[pd.DataFrame | None, str]:
    sample = sample_of(results)
    return by_grade(sample, sobol_indices(sample), noise_of(sample.runs))


def _table(results: SweepResults) -> pd.DataFrame:
    table, note = _found(results)
    assert table is not None, note
    return table.set_index("grade")


@pytest.mark.parametrize(("kind", "points", "how"), [("sobol", 1024, BY_INDICES), ("random", 2000, BY_LINES)])
def test_shares_are_the_known_ones(kind: str, points: int, how: str) -> None:
    table = _table(sweep(design(kind, FACTORS, points), {BASELINE: linear(SLOPES)}))
    assert table["how"].unique().tolist() == [how]
    assert table["factors"].to_dict() == {"B": 1, "D": 2, "none": 1, "rest": 0}
    assert table["share"].to_dict() == pytest.approx(SHARES, abs=0.06)
    assert 0 < table.loc["D", "share_high"] - table.loc["D", "share_low"] < 0.25


def test_intervals_of_indices_hold_the_known_shares() -> None:
    table = _table(sweep(design("sobol", FACTORS, 1024), {BASELINE: linear(SLOPES)}))
    for grade, share in SHARES.items():
        assert table.loc[grade, "share_low"] <= share <= table.loc[grade, "share_high"]


def test_intervals_of_lines_hold_the_known_shares_as_often_as_they_say() -> None:
    tables = [
        _table(
            sweep(design("random", FACTORS, 150, seed=seed), {BASELINE: linear(SLOPES)}, noise=1.0, seed=1000 + seed)
        )
        for seed in range(40)
    ]
    whole = VARIANCE + 0.5  # with the noise of two replicates
    shares = {grade: share * VARIANCE / whole for grade, share in SHARES.items()} | {"rest": 0.5 / whole}
    for grade, share in shares.items():
        inside = [table.loc[grade, "share_low"] <= share <= table.loc[grade, "share_high"] for table in tables]
        assert sum(inside) >= 35, grade


def test_many_idle_factors_of_a_grade_add_nothing() -> None:
    idle = [normal(f"estimates.idle_{number}", "D") for number in range(60)]
    made = design("random", [normal("estimates.a", "B"), *idle], 200)
    table = _table(sweep(made, {BASELINE: linear([1.0] + [0.0] * 60)}, noise=1.0))
    assert table.loc["D", "share_low"] == 0
    assert table.loc["D", "share"] < 0.1  # the slopes' own errors would explain a third


def test_what_factors_do_together_is_the_rest() -> None:
    def together(x: Floats) -> Floats:
        return np.asarray(x[:, 0] * x[:, 1])

    table = _table(sweep(design("sobol", FACTORS[:2], 1024), {BASELINE: together}))
    assert table.loc["rest", "share_low"] > 0.5
    assert table.loc["D", "share_low"] == 0


def test_what_can_not_be_told_is_said() -> None:
    made = design("random", FACTORS, 200)
    assert "more than noise" in _found(sweep(made, {BASELINE: nothing}, noise=1.0))[1]
    assert "8 points of at least 10" in _found(sweep(design("random", FACTORS, 8), {BASELINE: linear(SLOPES)}))[1]
    assert "'morris'" in _found(sweep(design("morris", FACTORS, 8), {BASELINE: linear(SLOPES)}))[1]
    ungraded = sweep(design("random", [uniform("a")], 50), {BASELINE: linear([1])})
    assert _found(ungraded) == (None, "Grades: no factor is a graded estimate.")
    grid = listed("grid", FACTORS[:2], [(a, b) for a in range(5) for b in range(5)])
    assert "'grid'" in _found(sweep(grid, {BASELINE: linear(SLOPES[:2])}))[1]

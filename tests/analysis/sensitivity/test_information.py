"""The worth of knowing is the closed form's, and nothing where nothing would change."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from known_sweeps import BASELINE, OTHER, Floats, Function, design, linear, listed, normal, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.information import ALL, value_of_information
from reentrysim.experiments.sweeps.results import SweepResults

THREE = [normal("estimates.a"), normal("estimates.b"), normal("estimates.c")]
MEAN = -0.01


def _better(slopes: list[float], mean: float = MEAN) -> Function:
    return lambda x: mean + linear(slopes)(x)


def _closed(deviation: float, mean: float = MEAN) -> tuple[float, float]:
    """What knowing a normal difference is worth, and how often it changes the choice (Raiffa & Schlaifer 1961)."""
    distance = abs(mean) / deviation
    return deviation * float(norm.pdf(distance)) - abs(mean) * float(norm.sf(distance)), float(norm.sf(distance))


def _table(results: SweepResults) -> pd.DataFrame:
    table, notes = value_of_information(sample_of(results))
    assert table is not None, notes
    return table.set_index("factor")


@pytest.mark.parametrize(
    ("kind", "points", "noise"), [("random", 2000, 0.0), ("sobol", 512, 0.0), ("random", 2000, 0.02)]
)
def test_it_is_the_closed_form(kind: str, points: int, noise: float) -> None:
    slopes = [0.03, 0.02, 0.0]
    results = sweep(design(kind, THREE, points), {BASELINE: nothing, OTHER: _better(slopes)}, noise=noise, replicates=4)
    table = _table(results)
    for name, deviation in (("estimates.a", 0.03), ("estimates.b", 0.02), (ALL, math.hypot(0.03, 0.02))):
        row, (worth, changes) = table.loc[name], _closed(deviation)
        assert row["value_low"] <= worth <= row["value_high"]
        assert row["value"] == pytest.approx(worth, abs=0.001)
        assert row["changes_low"] - 0.01 <= changes <= row["changes_high"] + 0.01
        assert row["clear"]
    assert table.loc["estimates.c", "value"] < 0.0002
    assert not table.loc["estimates.c", "clear"]
    assert math.isnan(table.loc["estimates.c", "changes"])
    assert table["rank"].tolist()[:3] == [pd.NA, 1, 2]


def test_its_interval_holds_the_closed_form_as_often_as_it_says() -> None:
    inside, worth = 0, _closed(0.03)[0]
    for seed in range(20):
        made = design("random", THREE, 200, seed=seed)
        both = {BASELINE: nothing, OTHER: _better([0.03, 0.02, 0.0])}
        row = _table(sweep(made, both, noise=0.01, seed=1000 + seed))
        inside += row.loc["estimates.a", "value_low"] <= worth <= row.loc["estimates.a", "value_high"]
    assert inside >= 17


def test_where_the_choice_is_sure_nothing_is_worth_knowing() -> None:
    table = _table(sweep(design("random", THREE, 500), {BASELINE: nothing, OTHER: _better([0.01, 0, 0], -0.5)}))
    assert table["value"].tolist() == [0.0] * 4
    assert table["value_high"].max() == 0
    assert not table["clear"].any()


def test_noise_makes_nothing_worth_knowing() -> None:
    wrong = 0
    for seed in range(15):
        results = sweep(design("random", THREE, 100), {BASELINE: nothing, OTHER: nothing}, noise=1.0, seed=seed)
        table, notes = value_of_information(sample_of(results))
        assert table is not None
        wrong += bool(table["clear"].any())
    assert wrong <= 1
    assert ALL not in table["factor"].tolist()
    assert notes == ["Value of information: noise may be all that scenarios differ by, so nothing on all at once."]


def test_the_best_of_uncertain_curves_is_not_taken_for_a_gain() -> None:
    ten = [normal(f"estimates.x{number}") for number in range(10)]
    values, wrong = [], 0
    for seed in range(8):
        made = design("random", ten, 100, seed=seed)
        table, _ = value_of_information(
            sample_of(sweep(made, {BASELINE: nothing, OTHER: nothing}, noise=1.0, seed=seed))
        )
        assert table is not None
        values.append(table["value"].mean())
        wrong += bool(table["clear"].any())
    assert np.mean(values) < 0.04  # the mean over samples of the curve is .05
    assert wrong <= 1


def test_better_goes_by_the_outcome() -> None:
    """Of three scenarios the same one is never best: with returns to prison the last, with employment the second."""

    def curves(sign: float) -> dict[str, Function]:
        def high(x: Floats) -> Floats:
            return np.asarray(sign * (0.5 + 0.01 * x[:, 0]))

        return {BASELINE: nothing, "worst": high, OTHER: linear([0.03, 0.0, 0.0])}

    made = design("random", THREE, 1000)
    fewer = _table(sweep(made, curves(1.0))).loc["estimates.a"]
    more = _table(sweep(made, curves(-1.0), outcome="employed")).loc["estimates.a"]
    worth = _closed(0.03, 0.0)[0]
    for row in (fewer, more):
        assert row["value_low"] <= worth <= row["value_high"]
    assert _table(sweep(made, curves(-1.0))).loc["estimates.a", "value"] == 0  # now "worst" is far the best


def test_the_order_of_scenarios_decides_nothing() -> None:
    """What moves one of three scenarios alone is worth the same wherever that one stands."""
    curves = {BASELINE: nothing, "still": lambda x: np.full(len(x), 0.05), "moved": _better([0.0, 0.1, 0.0], 0.0)}
    made, rows = design("random", THREE, 300), []
    runs = sweep(made, curves, noise=0.01, replicates=4)
    for names in permutations(curves):
        ordered = SweepResults(runs.sweep, made, names, BASELINE, runs.runs, runs.failures)
        rows.append(_table(ordered).loc["estimates.b"])
    assert all(row["clear"] and row["rank"] == 1 and 0.0 < row["changes"] < 1.0 for row in rows)
    assert all(row["value_low"] <= _closed(0.1, 0.0)[0] <= row["value_high"] for row in rows)
    assert [row["value"] for row in rows] == pytest.approx([rows[0]["value"]] * 6, rel=0.02)


def test_a_scenario_that_only_noise_moves_does_not_hide_the_others() -> None:
    """The mean of its noise has a tenth of the deviation that the estimates make of the other, and is told as none."""
    constant = {BASELINE: nothing, "apart": lambda x: np.full(len(x), 0.5), OTHER: _better([0.03, 0.02, 0.0])}
    row = _table(sweep(design("random", THREE, 1000), constant, noise=0.01, replicates=20)).loc[ALL]
    worth = _closed(math.hypot(0.03, 0.02))[0]
    assert row["value_low"] <= worth <= row["value_high"]
    assert row["value"] == pytest.approx(worth, abs=0.0015)


def test_what_can_not_be_told_is_said() -> None:
    both = {BASELINE: nothing, OTHER: _better([0.03, 0.0, 0.0])}
    cases = [
        (sweep(design("random", THREE, 200), {BASELINE: nothing}), "one scenario leaves no choice"),
        (
            sweep(design("random", [uniform("policies.a")], 200), {BASELINE: nothing, OTHER: nothing}),
            "can't be learned",
        ),
        (sweep(design("morris", THREE, 30), both), "'morris' is no sample"),
        (sweep(listed("list", THREE, [(0, 0, 0), (1, 1, 1)]), both), "'list' is no sample"),
        (sweep(design("random", THREE, 50), both), "50 points of at least 60"),
    ]
    for results, words in cases:
        table, notes = value_of_information(sample_of(results))
        assert table is None
        assert words in notes[0]


def test_what_one_chooses_is_averaged_over_and_not_learned() -> None:
    factors = [THREE[0], uniform("policies.caseload")]
    results = sweep(design("random", factors, 400), {BASELINE: nothing, OTHER: _better([0.03, 0.02])})
    table, notes = value_of_information(sample_of(results))
    assert table is not None and table["factor"].tolist() == ["estimates.a"]
    assert "what one chooses varies, too" in notes[0]

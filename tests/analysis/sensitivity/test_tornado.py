"""The ends of each range, in pairs where a design has them, with intervals that hold what they should."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from known_sweeps import BASELINE, OTHER, Floats, design, linear, listed, normal, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.tornado import AVERAGED, EXTREMES, PAIRED, tornado
from reentrysim.experiments.sweeps.design import FactorInfo
from reentrysim.experiments.sweeps.results import SweepResults

TWO = [uniform("a"), uniform("b")]
GRID = list(product((0.0, 0.5, 1.0), (0.0, 1.0)))


def _table(results: SweepResults) -> pd.DataFrame:
    table, _ = tornado(sample_of(results))
    assert table is not None
    return table.set_index("factor")


def test_a_grid_is_compared_in_pairs() -> None:
    def function(x: Floats) -> Floats:
        return np.asarray(2.0 * x[:, 0] - 3.0 * x[:, 1] + x[:, 0] * x[:, 1])

    table = _table(sweep(listed("grid", TWO, GRID), {BASELINE: function}))
    told = ["low", "high", "at_low", "at_high", "difference", "difference_low", "difference_high", "points"]
    assert table.loc["a", told].tolist() == pytest.approx([0, 1, -1.5, 1.0, 2.5, 2.5, 2.5, 2])
    assert table.loc["b", told].tolist() == pytest.approx([0, 1, 1.0, -1.5, -2.5, -2.5, -2.5, 3])
    assert table["how"].unique().tolist() == [PAIRED]
    assert table["clear"].all()


def test_a_list_of_points_one_factor_at_a_time_is_compared_with_the_others_central() -> None:
    rows = [(5.0, 5.0), (0.0, 5.0), (9.0, 5.0), (5.0, 1.0), (5.0, 8.0)]
    table = _table(sweep(listed("list", TWO, rows), {BASELINE: linear([1.0, -2.0])}))
    assert table["difference"].to_dict() == pytest.approx({"a": 9, "b": -14})
    assert table["points"].tolist() == [1, 1]
    assert table.index.tolist() == ["b", "a"]
    assert table["rank"].tolist() == [1, 2]


def test_what_has_no_pairs_is_named() -> None:
    rows = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.5)]
    table, notes = tornado(sample_of(sweep(listed("list", TWO, rows), {BASELINE: linear([1, 1])})))
    assert (table, notes) == (None, ["Ends of ranges: no points to compare for a, b."])


def test_a_point_that_failed_takes_its_pair_along() -> None:
    results = sweep(listed("grid", TWO, GRID), {BASELINE: linear([2.0, 1.0])})
    runs = results.runs[results.runs["point"] != 0]
    table = _table(SweepResults(results.sweep, results.design, results.scenarios, BASELINE, runs, results.failures))
    assert table["points"].to_dict() == {"a": 1, "b": 2}
    assert table["difference"].to_dict() == pytest.approx({"a": 2, "b": 1})


def test_words_go_from_the_first_to_the_last_listed() -> None:
    rows = list(product(("front", "even", "late"), (0.0, 1.0)))
    worth = {"front": 1.0, "even": 9.0, "late": 4.0}

    def function(x: Floats) -> Floats:
        return np.array([worth[word] for word in x[:, 0]])

    table = _table(sweep(listed("grid", TWO, rows), {BASELINE: function}))
    assert table.loc["a", ["low", "high", "difference"]].tolist() == ["front", "late", pytest.approx(3.0)]


@pytest.mark.parametrize("kind", ["list", "random"])
def test_words_are_listed_in_the_file_and_not_by_the_points(kind: str) -> None:
    """The last word of the file comes first among the points."""
    words = ("front", "even", "late")
    factor = FactorInfo("a", "values", None, None, "even", values=words)
    rows = list(product(reversed(words), np.linspace(0.0, 1.0, 6)))
    made = listed(kind, [factor, uniform("b")], rows)
    if kind == "random":
        made = replace(made, unit=pd.DataFrame(np.zeros((len(rows), 2)), columns=["a", "b"]))

    def function(x: Floats) -> Floats:
        return np.array([{"front": 1.0, "even": 9.0, "late": 4.0}[word] for word in x[:, 0]])

    row = _table(sweep(made, {BASELINE: function})).loc["a"]
    assert row[["low", "high", "difference"]].tolist() == ["front", "late", pytest.approx(3.0)]


def test_ends_have_no_point_in_common() -> None:
    """Of a factor that is 1 at 14 of 200 points both outer fifths begin at 0."""
    rare, still = uniform("a"), uniform("b")
    rows = [(float(number % 14 == 3), float(number)) for number in range(200)]
    made = replace(listed("random", [rare, still], rows), unit=pd.DataFrame(np.zeros((200, 2)), columns=["a", "b"]))
    row = _table(sweep(made, {BASELINE: linear([1.0, 0.0])})).loc["a"]
    assert row[["low", "high", "difference"]].tolist() == [0.0, 1.0, pytest.approx(1.0)]
    assert row["points"] == 15 and row["clear"] and row["how"] == EXTREMES
    assert row["difference_low"] <= 1.0 <= row["difference_high"]


def test_an_end_with_hardly_a_point_is_no_end() -> None:
    rows = [(float(number == 7), float(number)) for number in range(200)]
    factors = [uniform("a"), uniform("b")]
    made = replace(listed("random", factors, rows), unit=pd.DataFrame(np.zeros((200, 2)), columns=["a", "b"]))
    table, notes = tornado(sample_of(sweep(made, {BASELINE: linear([1.0, 0.1])})))
    assert table is not None and table["factor"].tolist() == ["b"]
    assert notes == ["Ends of ranges: no points to compare for a."]


def test_a_random_sample_is_compared_by_its_outer_fifths() -> None:
    table = _table(sweep(design("random", TWO, 1000), {BASELINE: linear([1.0, 0.0])}))
    row = table.loc["a"]
    assert (row["low"], row["high"]) == pytest.approx((0.1, 0.9), abs=0.02)
    assert row["difference_low"] <= row["high"] - row["low"] <= row["difference_high"]
    assert table.loc["b", "difference_low"] < 0 < table.loc["b", "difference_high"]
    assert table["clear"].to_dict() == {"a": True, "b": False}
    assert table["how"].unique().tolist() == [AVERAGED]


@pytest.mark.parametrize(("replicates", "common", "least"), [(2, 0.02, 0.9), (8, 0.02, 0.9)])
def test_intervals_hold_the_truth_though_points_share_their_luck(replicates: int, common: float, least: float) -> None:
    inside = 0
    for seed in range(40):
        results = sweep(
            listed("grid", TWO, GRID), {BASELINE: nothing, OTHER: linear([0.03, 0.0])},
            noise=0.01, replicates=replicates, seed=seed,
        )  # fmt: skip
        luck = common * np.random.default_rng(1000 + seed).normal(size=replicates)
        mine, runs = results.runs["scenario"] == OTHER, results.runs
        place = np.array([row[0] for row in GRID])[runs.loc[mine, "point"]]
        runs.loc[mine, "return_to_prison"] += luck[runs.loc[mine, "replicate"]] * place
        row = _table(results).loc["a"]
        inside += row["difference_low"] <= 0.03 <= row["difference_high"]
    assert inside / 40 >= least


def test_nothing_stands_out_of_pure_noise() -> None:
    factors = [normal(f"estimates.{name}") for name in "abcde"]
    wrong = sum(
        _table(sweep(design("random", factors, 80), {BASELINE: nothing}, noise=1.0, seed=seed))["clear"].any()
        for seed in range(25)
    )
    assert wrong <= 4


def test_steps_of_morris_tell_no_ends() -> None:
    table, notes = tornado(sample_of(sweep(design("morris", TWO, 6), {BASELINE: linear([1, 1])})))
    assert table is None
    assert "'morris' does not tell them apart" in notes[0]

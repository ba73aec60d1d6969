"""Designs: what they are known to be, that more points only add, and that SALib can analyze them."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris, sobol

from reentrysim.evidence import load_catalog
from reentrysim.experiments.sweeps.design import Design, changes_at, check_extension, design_of, size_of
from reentrysim.vocabulary import InputError
from sweep_files import CASELOAD, DOLLARS, FEW_ESTIMATES, sweep

SHARE = "policies.assessment.auc_share"
RULES = ["random", "first_come", "compatibility", "optimal", "risk_high_first", "risk_low_first"]
MIXED: dict[str, Any] = {
    CASELOAD: {"range": [1, 8], "whole": True},
    DOLLARS: {"range": [1e6, 2e7], "scale": "log"},
    SHARE: {"distribution": "triangular", "low": 0.6, "mode": 0.7, "high": 0.8},
    "policies.matching.mentoring.rule": {"values": ["random", "first_come"]},
    "estimates.mentoring.uptake_share": {"distribution": "evidence"},
}


def made(kind: str, points: int | None = None, factors: dict[str, Any] | None = None, **more: Any) -> Design:
    asked = {"kind": kind, **({"points": points} if points else {}), **more}
    one = sweep(MIXED if factors is None else factors, asked)
    return design_of(one, one.base)


@pytest.mark.parametrize(("kind", "few", "many"), [("random", 5, 9), ("sobol", 4, 16), ("morris", 3, 7)])
def test_a_design_with_more_points_begins_with_those_of_the_smaller(kind: str, few: int, many: int) -> None:
    small, large = made(kind, few), made(kind, many)
    assert len(large.table) / len(small.table) == many / few
    pd.testing.assert_frame_equal(large.table.iloc[: len(small.table)], small.table)
    assert small.unit is not None and large.unit is not None
    pd.testing.assert_frame_equal(large.unit.iloc[: len(small.unit)], small.unit)
    following = large.unit.to_numpy()[len(small.unit) :][: len(small.unit)]
    assert not np.array_equal(following, small.unit.to_numpy()[: len(following)])  # and goes on with others


@pytest.mark.parametrize("kind", ["random", "sobol", "morris", "latin_hypercube"])
def test_the_seed_decides_the_points(kind: str) -> None:
    pd.testing.assert_frame_equal(made(kind, 4, seed=7).table, made(kind, 4, seed=7).table)
    assert not made(kind, 4, seed=7).table.equals(made(kind, 4, seed=8).table)


def test_another_factor_moves_no_random_point() -> None:
    fewer = {path: factor for path, factor in MIXED.items() if path != DOLLARS}
    pd.testing.assert_frame_equal(made("random", 6).table.drop(columns=DOLLARS), made("random", 6, fewer).table)


def test_random_points_are_independent_and_even() -> None:
    unit = made("random", 4000).unit
    assert unit is not None
    off_diagonal = np.corrcoef(unit.to_numpy().T)[~np.eye(len(MIXED), dtype=bool)]
    assert np.abs(off_diagonal).max() < 4 / np.sqrt(4000)
    assert np.abs(unit.mean() - 0.5).max() < 4 * np.sqrt(1 / 12 / 4000)
    assert unit.to_numpy().min() >= 0 and unit.to_numpy().max() < 1


def test_a_latin_hypercube_has_one_point_in_each_part_of_every_factor() -> None:
    unit = made("latin_hypercube", 20).unit
    assert unit is not None
    for column in unit.to_numpy().T:
        assert sorted(np.floor(column * 20)) == list(range(20))


@pytest.mark.parametrize("second_order", [False, True])
def test_sobol_points_are_crossed_one_factor_at_a_time(second_order: bool) -> None:
    unit = made("sobol", 8, second_order=second_order).unit
    assert unit is not None
    count = len(MIXED)
    size = 2 * count + 2 if second_order else count + 2
    assert len(unit) == 8 * size
    for block in np.split(unit.to_numpy(), 8):
        first, last = block[0], block[-1]
        for place in range(count):
            expected = first.copy()
            expected[place] = last[place]
            assert np.array_equal(block[1 + place], expected)


def test_a_morris_trajectory_moves_each_factor_once_by_the_same_step() -> None:
    unit = made("morris", 5, levels=6).unit
    assert unit is not None
    assert set(unit.to_numpy().ravel()) <= {level / 5 for level in range(6)}
    for walk in np.split(unit.to_numpy(), 5):
        steps = [after - before for before, after in pairwise(walk)]
        assert sorted(int(np.flatnonzero(step)[0]) for step in steps) == list(range(len(MIXED)))
        assert all(np.abs(step).sum() == pytest.approx(6 / (2 * 5)) for step in steps)


def test_a_morris_step_of_a_distribution_runs_between_its_outer_quantiles() -> None:
    design = made("morris", 30, {DOLLARS: {"distribution": "normal", "mean": 5e6, "sd": 1e6}})
    low, high = design.factors[0].low, design.factors[0].high
    assert (low, high) == pytest.approx((5e6 - 1.959964e6, 5e6 + 1.959964e6))
    assert (design.table[DOLLARS].min(), design.table[DOLLARS].max()) == pytest.approx((low, high))


@pytest.mark.parametrize(("count", "levels"), [(2, 4), (3, 6), (4, 4), (6, 6), (6, 12)])
def test_a_morris_step_of_listed_values_comes_to_each_and_always_to_another(count: int, levels: int) -> None:
    factors = {CASELOAD: {"values": list(range(1, count + 1))}, DOLLARS: {"range": [1e6, 2e7]}}
    table = made("morris", 150, factors, levels=levels).table
    assert set(table[CASELOAD]) == set(range(1, count + 1))
    walks = table[CASELOAD].to_numpy().reshape(150, 3)
    assert (walks[:, 0] != walks[:, -1]).all()


def test_a_morris_design_that_would_leave_values_out_is_refused() -> None:
    """At four levels, of six values the second and the fourth would never be run."""
    six = {"policies.matching.mentoring.rule": {"values": RULES}, CASELOAD: {"values": [2, 4]}}
    with pytest.raises(InputError) as refused:
        made("morris", 20, six)
    assert refused.value.where == "a-sweep.toml: design.levels"
    assert refused.value.what == (
        "policies.matching.mentoring.rule has 6 values, and 4 levels don't come to each alike"
    )
    assert refused.value.hint == "Set it to 6, or a multiple"
    assert set(made("morris", 20, six, levels=6).table["policies.matching.mentoring.rule"]) == set(RULES)
    with pytest.raises(InputError, match="per_worker has 3 values") as refused:
        made("morris", 20, {CASELOAD: {"values": [2, 4, 8]}, DOLLARS: {"range": [1e6, 2e7]}})
    assert refused.value.hint == "Set it to 6, or a multiple"  # and even, as a Morris design has them


def test_factors_tell_their_values_in_the_order_of_the_file() -> None:
    factors = made("random", 2, {**MIXED, CASELOAD: {"values": [4, 2]}}).factors
    assert [factor.values for factor in factors] == [(4, 2), (), (), ("random", "first_come"), ()]


def test_salib_finds_what_drives_a_sum() -> None:
    """y = 3 a + b of uniform factors: a has 9 tenths of the variance, and steps of 3 and 1 in the unit cube."""
    factors = {DOLLARS: {"range": [0.0, 1.0]}, SHARE: {"range": [0.6, 0.8]}}
    crossed, walked = made("sobol", 512, factors), made("morris", 4, factors)
    assert crossed.unit is not None and walked.unit is not None
    y = (3 * crossed.unit[DOLLARS] + crossed.unit[SHARE]).to_numpy()
    found = sobol.analyze(crossed.problem(), y, calc_second_order=False, seed=1)
    assert found["S1"] == pytest.approx([0.9, 0.1], abs=0.01)
    y = (3 * walked.unit[DOLLARS] + walked.unit[SHARE]).to_numpy()
    effects = morris.analyze(walked.problem(), walked.unit.to_numpy(), y, num_levels=4, seed=1)
    assert list(effects["mu"]) == pytest.approx([3, 1])


def test_a_grid_has_every_pair_the_first_factor_slowest() -> None:
    design = made("grid", factors={CASELOAD: {"values": [4, 2]}, DOLLARS: {"range": [1e6, 3e6]}}, levels=3)
    assert list(design.table.itertuples(index=False, name=None)) == [
        *((4, 1e6), (4, 2e6), (4, 3e6)),
        *((2, 1e6), (2, 2e6), (2, 3e6)),
    ]
    assert design.unit is None
    assert (design.table.index.name, list(design.table.index)) == ("point", list(range(6)))


def test_a_list_is_its_lines(tmp_path: Path) -> None:
    rule = "policies.matching.mentoring.rule"
    lines = [f"{CASELOAD},{rule},circumstances.learning", "2,random,true", "", "4,first_come,false", "2,random,true"]
    (tmp_path / "points.csv").write_text("\n".join(lines))
    one = sweep({}, {"kind": "list", "file": "points.csv"}, tmp_path)
    design = design_of(one, one.base)
    assert [tuple(row) for row in design.table.to_numpy()] == [
        *((2, "random", True), (4, "first_come", False), (2, "random", True)),
    ]
    assert changes_at(one, design.table.iloc[1], one.base) == {
        CASELOAD: 4,
        rule: "first_come",
        "circumstances.learning": False,
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "grid", "levels": 2},
        {"kind": "random", "points": 7},
        {"kind": "sobol", "points": 4},
        {"kind": "sobol", "points": 4, "second_order": True},
        {"kind": "morris", "points": 3},
        {"kind": "latin_hypercube", "points": 5},
    ],
)
def test_the_size_is_counted_without_making_the_points(asked: dict[str, Any]) -> None:
    one = sweep(MIXED, asked)
    assert size_of(one) == len(design_of(one, one.base).table)


def test_factors_tell_what_is_central_and_how_sure_it_is() -> None:
    caseload, dollars, share, rule, uptake = made("random", 2).factors
    estimate = load_catalog()["mentoring.uptake_share"]
    assert (caseload.kind, caseload.low, caseload.high, caseload.central) == ("range", 1, 8, 2)
    assert (dollars.scale, dollars.central) == ("log", 4_900_000)
    assert (share.kind, share.central) == ("triangular", 0.7)
    assert (rule.low, rule.high, rule.central, rule.grade) == (None, None, "random", "")
    assert (uptake.central, uptake.grade) == (estimate.value, estimate.grade)
    assert (uptake.low, uptake.high) == (estimate.at(0.025), estimate.at(0.975))


@pytest.mark.parametrize("kind", ["random", "sobol", "morris", "latin_hypercube"])
def test_every_point_is_a_scenario_that_says_what_the_table_says(kind: str) -> None:
    one = sweep(MIXED, {"kind": kind, "points": 2})
    table = design_of(one, one.base).table
    for _, row in table.iterrows():
        varied = one.base.vary(changes_at(one, row, one.base))
        assert varied.policies.caseload.mentoring.per_worker == row[CASELOAD]
        assert varied.funding.sources["state_grant"].total_dollars == row[DOLLARS]
        assert varied.estimates["mentoring.uptake_share"].value == row["estimates.mentoring.uptake_share"]


def test_the_follow_up_of_a_sweep_holds_at_every_point() -> None:
    one = sweep(follow_up_months=24, months=[12])
    row = design_of(one, one.base).table.iloc[0]
    assert one.base.vary(changes_at(one, row, one.base)).time.follow_up_months == 24


def test_a_sweep_goes_to_another_process_whole() -> None:
    one = sweep(FEW_ESTIMATES, {"kind": "random", "points": 3})
    other = pickle.loads(pickle.dumps(one))
    assert other.digest == one.digest
    pd.testing.assert_frame_equal(design_of(other, other.base).table, design_of(one, one.base).table)


def test_a_latin_hypercube_is_not_extended_and_the_others_are() -> None:
    def of(kind: str, points: int) -> Any:
        return sweep(MIXED, {"kind": kind, "points": points})

    check_extension(of("latin_hypercube", 8), of("latin_hypercube", 8))
    for kind in ("random", "sobol", "morris"):
        check_extension(of(kind, 8), of(kind, 16))
    with pytest.raises(InputError, match=r"a-sweep\.toml: design\.points: .* 8 points .* 16 are now\. Set it to 8"):
        check_extension(of("latin_hypercube", 8), of("latin_hypercube", 16))

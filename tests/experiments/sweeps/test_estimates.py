"""The wildcard: every uncertain estimate that a run reads, those that are drawn together moving together."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.evidence import load_catalog
from reentrysim.evidence.catalog import Values
from reentrysim.experiments.sweeps.design import changes_at, design_of
from reentrysim.experiments.sweeps.estimates import movable
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Floats, Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from sweep_files import FEW_ESTIMATES, sweep

RULE, REVOKED, SENTENCED = (
    f"estimates.custody.{name}_stay_months" for name in ("rule_violation", "revocation", "new_sentence")
)
POINTS = {"kind": "random", "points": 40}


def uncertain() -> set[str]:
    return {name for name, estimate in load_catalog().items() if estimate.uncertain and estimate.read_by == "run"}


def test_what_is_left_out_changes_no_result() -> None:
    scenario = load_scenario("status-quo")
    left_out = uncertain() - set(movable([scenario]))
    assert len(left_out) > 100  # most are of programs that it does not have

    def series(values: Values) -> dict[str, Floats]:
        return tabulate(ReentryModel(scenario, values, Luck(1, 0), participants=200).run()).series

    other = scenario.vary({f"estimates.{name}": load_catalog()[name].at(0.9) for name in left_out})
    usual = series(values_for(scenario))
    for outcome, values in series(values_for(other)).items():
        np.testing.assert_array_equal(values, usual[outcome])


def test_what_is_left_in_is_what_a_run_reads_in_place_of_the_evidence() -> None:
    scenario = load_scenario("balanced")
    chosen = movable([scenario])
    changed = {name: load_catalog()[name].at(0.123) for name in chosen}
    values = values_for(scenario.vary({f"estimates.{name}": value for name, value in changed.items()}))
    assert {name: values[name] for name in chosen} == changed
    assert {"transitional_jobs", "case_management", "transitional_housing"} <= {name.split(".")[0] for name in chosen}


def test_a_key_of_the_scenario_takes_its_estimate_out() -> None:
    scenario = load_scenario("status-quo")
    assert "mentoring.uptake_share" in movable([scenario])
    assert "mentoring.uptake_share" not in movable([scenario.vary({"programs.mentoring.uptake_share": 0.5})])


def test_a_program_of_any_scenario_brings_its_estimates() -> None:
    alone, together = (movable([load_scenario(name) for name in names]) for names in (["status-quo"], _BOTH))
    assert set(alone) < set(together)
    assert any(name.startswith("transitional_jobs.") for name in together)


_BOTH = ["status-quo", "balanced"]


def test_grades_and_subjects_narrow_it() -> None:
    one = sweep({"estimates.*": {"distribution": "evidence", "grade": ["C"], "subject": ["mentoring", "work"]}}, POINTS)
    chosen = {load_catalog()[path.removeprefix("estimates.")] for path in one.expanded}
    assert chosen
    assert {estimate.grade for estimate in chosen} == {"C"}
    assert {estimate.name.split(".")[0] for estimate in chosen} <= {"mentoring", "work"}


def test_stays_in_prison_are_one_factor_and_keep_their_order() -> None:
    one = sweep(FEW_ESTIMATES, POINTS)
    assert RULE in one.expanded and REVOKED not in one.expanded and SENTENCED not in one.expanded
    table = design_of(one, one.base).table
    for _, row in table.iterrows():
        changes = changes_at(one, row, one.base)
        assert changes[RULE] <= changes[REVOKED] <= changes[SENTENCED]
    assert len({changes_at(one, row, one.base)[REVOKED] for _, row in table.iterrows()}) == len(table)


def test_what_moves_with_an_estimate_has_its_luck() -> None:
    one = sweep(FEW_ESTIMATES, POINTS)
    design, catalog = design_of(one, one.base), load_catalog()
    assert design.unit is not None
    for place in range(5):
        luck = float(design.unit[RULE].iloc[place])
        changes = changes_at(one, design.table.iloc[place], one.base)
        assert changes[REVOKED] == pytest.approx(catalog["custody.revocation_stay_months"].at(luck), rel=1e-9)


def test_what_moves_against_an_estimate_keeps_their_sum() -> None:
    one = sweep({"estimates.*": {"distribution": "evidence", "subject": ["assessment"]}}, POINTS)
    low, high = "estimates.assessment.low_band_share", "estimates.assessment.high_band_share"
    rows = [changes_at(one, row, one.base) for _, row in design_of(one, one.base).table.iterrows()]
    sums = [changes[low] + changes[high] for changes in rows]
    assert np.ptp(sums) < 1e-9 < np.ptp([changes[low] for changes in rows])


def test_the_whole_of_an_estimate_is_its_own_factor_where_it_is_named() -> None:
    one = sweep({RULE: {"distribution": "evidence"}}, POINTS)
    assert set(changes_at(one, design_of(one, one.base).table.iloc[0], one.base)) == {RULE}

"""Equal spending at every point: totals and shares rescaled together."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reentrysim.experiments.sweeps.constraints import Constraints, constrained
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.vocabulary import InputError

STATE, OTHER = "funding.sources.state_grant.total_dollars", "funding.sources.second.total_dollars"


@pytest.fixture(scope="module")
def two_payers() -> Scenario:
    second = load_scenario("status-quo").resolved()["funding"]["sources"]["state_grant"]
    changes = {f"funding.sources.second.{key}": value for key, value in second.items()}
    return load_scenario("balanced").vary({**changes, STATE: 3e6, OTHER: 1e6})


def apply(changes: dict[str, Any], scenario: Scenario, **constraints: Any) -> dict[str, Any]:
    return constrained(changes, Constraints.model_validate(constraints), scenario)


def test_totals_sum_to_what_the_scenario_has_in_the_proportion_of_the_point(two_payers: Scenario) -> None:
    made = apply({STATE: 1e6}, two_payers, total_dollars="as_in_scenario")
    assert made == {STATE: 2e6, OTHER: 2e6}


def test_totals_sum_to_what_is_asked_for(two_payers: Scenario) -> None:
    assert apply({}, two_payers, total_dollars=8e6) == {STATE: 6e6, OTHER: 2e6}


def test_shares_sum_to_one_in_the_proportion_of_the_point() -> None:
    balanced = load_scenario("balanced")
    path = "funding.shares.mentoring"
    made = apply({path: 1.4}, balanced, shares="rescaled")
    assert math.fsum(made.values()) == pytest.approx(1, abs=1e-12)
    assert made[path] == pytest.approx(0.7)
    varied = balanced.vary(made)
    assert varied.funding.shares["case_management"] == pytest.approx(0.125)


def test_without_constraints_a_point_is_what_its_factors_say(two_payers: Scenario) -> None:
    assert apply({STATE: 1.0, "x": "y"}, two_payers) == {STATE: 1.0, "x": "y"}


def test_other_changes_stay_as_they_are(two_payers: Scenario) -> None:
    made = apply({"policies.assessment.auc_share": 0.6}, two_payers, total_dollars=8e6, shares="rescaled")
    assert made["policies.assessment.auc_share"] == 0.6


@pytest.mark.parametrize(
    ("changes", "constraints", "message"),
    [
        ({"funding.shares.mentoring": 0.0}, {"shares": "rescaled"}, "constraints.shares: all shares are 0"),
        ({STATE: 0.0}, {"total_dollars": 1e6}, "constraints.total_dollars: no source pays anything"),
        ({STATE: -1.0}, {"total_dollars": 1e6}, "-1.0 can't be rescaled"),
        ({STATE: "much"}, {"total_dollars": 1e6}, "'much' can't be rescaled"),
    ],
)
def test_what_cannot_be_rescaled_is_an_error_of_its_point(
    changes: dict[str, Any], constraints: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        apply(changes, load_scenario("status-quo"), **constraints)


def test_a_factor_that_the_constraint_undoes_is_refused() -> None:
    """One source, rescaled to the same at every point: the table would name amounts that nothing was run with."""
    with pytest.raises(InputError, match="the same at every point") as caught:
        apply({STATE: 1e6}, load_scenario("status-quo"), total_dollars="as_in_scenario")
    assert STATE in str(caught.value)
    with pytest.raises(InputError, match="the same at every point"):
        apply({"funding.shares.mentoring": 0.4}, load_scenario("status-quo"), shares="rescaled")
    assert apply({}, load_scenario("status-quo"), total_dollars=1e6) == {STATE: 1e6}

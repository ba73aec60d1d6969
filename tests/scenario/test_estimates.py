"""Numbers of a scenario's own: whatever passes the check runs, changes something, and solves nothing again."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from reentrysim.evidence import load_catalog
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError

SHORT: dict[str, Any] = {
    "population.size": 60,
    "time.warmup_months": 3,
    "time.window_months": 3,
    "time.tail_months": 0,
    "time.follow_up_months": 6,
    "funding.sources.state_grant.total_dollars": 200_000.0,
    "funding.sources.state_grant.last_step": 12,
    "programs.mentoring.eligible.risk": ["low", "medium", "high"],
    "programs.mentoring.hire_lag_months": 0,
    "programs.mentoring.train_lag_months": 0,
    "programs.mentoring.staff.origin": {"volunteer": 0.4, "lived_experience": 0.3, "professional": 0.3},
}
OTHER_RULES: dict[str, Any] = {
    "funding.shares": {"mentoring": 0.4, "transitional_jobs": 0.2, "transitional_housing": 0.2, "case_management": 0.2},
    "programs.transitional_jobs": {},
    "programs.transitional_housing": {},
    "programs.case_management": {},
    "programs.mentoring.dose": "front_loaded",
    "policies.matching.mentoring.rule": "compatibility",
    "policies.caseload.mentoring.per_worker": 1,
    "policies.caseload.mentoring.when_full": "thin_out",
    "circumstances.ban_the_box": True,
    "circumstances.rooms": "free",
}
"""Together with those of status-quo, every rule that reads an estimate."""

WRONG = {
    "mentoring.trust_half_life_months": 0,
    "mentors.volunteer_hours_per_month": 0,
    "mentoring.hours_per_contact": 0,
    "mentoring.thin_out_multiple": 0.5,
    "mentoring.front_loaded_months": 0.5,
    "custody.rule_violation_stay_months": 0.5,
    "custody.revocation_stay_months": 1e300,
    "custody.mean_extra_term_months": 0,
    "custody.longest_jail_days": 60,
    "matching.age_gap_years": 0,
    "mentors.recruit_cost": 1e300,
    "participants.culture_kinds": 300,
    "participants.style_kinds": 0,
    "participants.oldest_age": 30,
    "participants.longest_months_served": 60,
    "reoffending.age_unit_years": 0,
    "reoffending.arrest_ramp_months": 0,
    "reoffending.center_priors": 0,
}


class Watched(dict[str, float]):
    """Values that remember who was asked for."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(values_for(scenario))
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.asked.add(name)
        return super().__getitem__(name)


def designs() -> list[Scenario]:
    """Two short runs."""
    return [load_scenario("status-quo").vary(SHORT | rules) for rules in ({}, OTHER_RULES)]


def at_its_limits(scenario: Scenario) -> Iterator[tuple[str, float, Scenario]]:
    """The scenario with each estimate in turn at the ends of its bounds, and at 0 where that is within them."""
    for name, estimate in load_catalog().items():
        lowest, highest = estimate.bounds
        for value in {lowest, highest, 0.0} if estimate.read_by == "run" else ():
            if lowest <= value <= highest:
                yield name, value, scenario.vary({f"estimates.{name}": value})


@pytest.mark.parametrize("scenario", designs(), ids=["status-quo", "other rules"])
def test_whatever_passes_the_check_runs_without_a_warning(scenario: Scenario) -> None:
    broken = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, value, varied in at_its_limits(scenario):
            try:
                result = tabulate(ReentryModel(varied, values_for(varied), Luck(3, 0)).run())
                assert np.isfinite([series[0, -1] for series in result.series.values()]).all()
            except (ArithmeticError, ValueError, RuntimeWarning, AssertionError) as error:
                broken.append(f"{name} = {value:g}: {error!r}")
    assert broken == []


@pytest.mark.parametrize(("name", "value"), WRONG.items(), ids=WRONG)
def test_a_number_that_the_model_cannot_reckon_with_is_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match=r"is outside .*, its bounds in ") as caught:
        load_scenario("status-quo").vary({f"estimates.{name}": value})
    assert f'estimates."{name}"' in str(caught.value)


def test_a_run_reads_every_estimate_but_those_marked_as_the_calibrations() -> None:
    asked: set[str] = set()
    for scenario in designs():
        values = Watched(scenario)
        ReentryModel(scenario, values, Luck(3, 0)).run()
        asked |= values.asked
    assert set(load_catalog()) - asked == {n for n, e in load_catalog().items() if e.read_by == "calibration"}


@pytest.mark.parametrize("name", [name for name, e in load_catalog().items() if e.read_by == "calibration"])
def test_a_number_that_changes_nothing_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"only the calibration reads it.*Leave it out: what was solved"):
        load_scenario("status-quo").vary({f"estimates.{name}": 0.5})


@pytest.mark.parametrize("draw", [None, 0])
def test_an_override_changes_its_number_and_nothing_is_solved_again(draw: int | None) -> None:
    base, name = load_scenario("status-quo"), "mentoring.kept_share"
    before, after = values_for(base, draw), values_for(base.vary({f"estimates.{name}": 0.1}), draw)
    assert after[name] == 0.1
    assert {other for other in before if before[other] != after[other]} == {name}

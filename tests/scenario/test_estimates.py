"""Numbers of a scenario's own: whatever passes the check runs, changes something, and solves nothing again."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from reentrysim.evidence import load_catalog
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError
from scenario.designs import designs

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
    "mentors.training_cost": 1e300,
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


def read_by(scenario: Scenario) -> set[str]:
    """The numbers that a run and its table read."""
    values = Watched(scenario)
    tabulate(ReentryModel(scenario, values, Luck(3, 0)).run())
    return values.asked


def at_its_limits(scenario: Scenario) -> Iterator[tuple[str, float, Scenario]]:
    """The scenario with each estimate in turn at the ends of its bounds, and at 0 where that is within them."""
    read = read_by(scenario)
    for other in designs():
        if other.digest == scenario.digest:
            break
        read -= read_by(other)  # it has been there
    for name in sorted(read & set(load_catalog())):
        estimate = load_catalog()[name]
        lowest, highest = estimate.bounds
        for value in {lowest, highest, 0.0} if estimate.read_by == "run" else ():
            if lowest <= value <= highest:
                yield name, value, scenario.vary({f"estimates.{name}": value})


@pytest.mark.parametrize("scenario", designs(), ids=["circles", "other rules", "groups", "every program"])
def test_whatever_passes_the_check_runs_without_a_warning(scenario: Scenario) -> None:
    broken = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, value, varied in at_its_limits(scenario):
            try:
                result = tabulate(ReentryModel(varied, values_for(varied), Luck(3, 0)).run())
                told = {name: series[0, -1] for name, series in result.series.items()}
                assert np.isfinite([value for name, value in told.items() if name != "satisfaction"]).all()
            except (ArithmeticError, ValueError, RuntimeWarning, AssertionError) as error:
                broken.append(f"{name} = {value:g}: {error!r}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(("name", "value"), WRONG.items(), ids=WRONG)
def test_a_number_that_the_model_cannot_reckon_with_is_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match=r"is outside .*, its bounds in ") as caught:
        load_scenario("status-quo").vary({f"estimates.{name}": value})
    assert f'estimates."{name}"' in str(caught.value)


def test_a_run_reads_every_estimate_but_those_marked_as_the_calibrations() -> None:
    asked: set[str] = set()
    for scenario in designs():
        asked |= read_by(scenario)
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

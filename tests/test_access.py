"""Who is eligible, offered, served and completes, reckoned again month by month; and groups by need."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import TOTAL, cohort, numbers, small
from reentrysim import access
from reentrysim.model import ReentryModel
from reentrysim.outcomes import memberships, tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER, Home, Risk, Status

JOBS, CASES, TREATMENT = "transitional_jobs", "case_management", "outpatient_treatment"
USED = ("mentoring", JOBS, CASES, TREATMENT)
QUESTION: dict[str, Any] = {
    TOTAL: 900_000.0,
    "funding.shares": dict.fromkeys(USED, 0.25),
    f"programs.{JOBS}": {"eligible": {"risk": ["medium", "high"], "sex": ["male"]}},
    f"programs.{CASES}": {},
    f"programs.{TREATMENT}": {},
}


class Watched(ReentryModel):
    """Notes whom the rules of each program fit when lines form, and who comes out to nowhere."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario, numbers(scenario), Luck(11, 0))
        self.fitted = {name: np.zeros(len(self.world.risk), dtype=np.bool_) for name in scenario.programs.used}
        self.nowhere = np.zeros(len(self.world.risk), dtype=np.bool_)

    def programs_say_who_waits(self) -> None:
        for name, fitted in self.fitted.items():
            fitted[self.now.window] |= self._fits(name)
        super().programs_say_who_waits()

    def staff_vacancies_rooms_and_beds_change(self) -> None:
        out = self.now.traits.release_step == self.now.step
        self.nowhere[self.now.window] |= out & (self.now.lives.home == Home.STREET)
        super().staff_vacancies_rooms_and_beds_change()

    def _fits(self, name: str) -> Any:
        """By the table of the program, of people who may still be asked."""
        now, table = self.now, self.scenario.programs.of(name)
        setting = table.setting if name == "mentoring" else table.where
        inside = (now.people.status == Status.AWAITING_RELEASE) & (setting != "community")
        outside = (now.people.status == Status.COMMUNITY) & (setting != "custody")
        since = now.step - now.traits.release_step
        month = np.where(since >= 0, since + 1, since)
        fits = (inside | outside) & (month >= table.eligible.from_month) & (month <= table.eligible.to_month)
        fits &= np.isin(now.risk, [Risk[band.upper()] for band in table.eligible.risk])
        fits &= np.isin(now.traits.female, [sex == "female" for sex in table.eligible.sex])
        own = now.mentees if name == "mentoring" else now.enrolled[name]
        return fits & ~own.closed & self._needs(name)

    def _needs(self, name: str) -> Any:
        at_liberty, traits = self.now.free > 0.0, self.now.traits
        if name == JOBS:
            return at_liberty & traits.looks_for_work & (self.now.lives.employer == NEVER)
        in_prison = self.now.people.status == Status.AWAITING_RELEASE
        return traits.substance_use_disorder & (at_liberty | in_prison) if name == TREATMENT else True


@cache
def watched() -> Watched:
    return Watched(small(QUESTION))  # not yet run


@pytest.fixture(scope="module")
def model() -> Watched:
    made = watched()
    return made if made.steps else made.run()  # type: ignore[return-value]


def test_eligible_is_whom_the_rules_fitted_in_some_month_place_or_no_place(model: Watched) -> None:
    for name in USED:
        found = access.standing(model.world, name)
        assert np.array_equal(found["eligible"], cohort(model, model.fitted[name])), name
        assert found["eligible"].sum() > 20
    jobs = access.standing(model.world, JOBS)
    assert not jobs["eligible"][cohort(model, model.world.traits.female)].any()


def test_each_step_is_of_those_of_the_step_before(model: Watched) -> None:
    left_out = 0
    for name in USED:
        eligible, offered, served, completed = access.standing(model.world, name).values()
        assert (offered <= eligible).all() and (served <= offered).all() and (completed <= served).all()
        left_out += int((eligible & ~offered).sum())
    assert left_out > 50  # places are scarce, or the test shows nothing


def test_shares_are_those_of_the_groups_and_of_the_subgroups_reached(model: Watched) -> None:
    result, members = tabulate(model), memberships(model.world)
    groups = result.subgroups[: len(members)]
    assert tuple(members) == groups
    found = access.standing(model.world, CASES)
    for place, group in enumerate(groups):
        mine = members[group]
        for how in access.HOW:
            assert result.access[access.key(how, CASES)][place] == pytest.approx(found[how][mine].mean()), group
    served = result.people[result.subgroups.index(f"served={CASES}")]
    assert result.access[access.key("served", CASES)][0] == pytest.approx(served / result.people[0])
    served_by_any = np.logical_or.reduce([access.standing(model.world, name)["served"] for name in USED])
    assert result.access[access.key("served", access.ANY)][0] == pytest.approx(served_by_any.mean())


def test_a_program_that_a_scenario_does_not_have_is_for_nobody(model: Watched) -> None:
    told = tabulate(model, programs=("mentoring", "supportive_housing")).access
    assert not told[access.key("eligible", "supportive_housing")].any()
    assert told[access.key("eligible", "mentoring")].any()


def test_needs_are_those_of_traits_and_of_the_release(model: Watched) -> None:
    """Without a program that bridges it, and with the published numbers, who needs a home is who has none."""
    bare = Watched(small({TOTAL: 0.0}))
    bare.run()
    members, traits = memberships(bare.world), bare.world.traits
    assert np.array_equal(members["need=no_home"], cohort(bare, bare.nowhere))
    assert np.array_equal(members["need=mental_illness"], cohort(bare, traits.mental_illness))
    assert np.array_equal(members["need=substance_use"], cohort(bare, traits.substance_use_disorder))
    any_need = members["need=no_home"] | members["need=mental_illness"] | members["need=substance_use"]
    assert np.array_equal(members["need=none"], ~any_need)
    assert min(flags.sum() for name, flags in members.items() if name.startswith("need=")) > 5


def test_needs_are_the_same_peoples_whatever_a_scenario_does_about_homes(model: Watched) -> None:
    fewer = {"estimates.housing.others_at_release": {"value": 0.4, "assumption": "made up for a test"}}
    other = Watched(small({**QUESTION, **fewer}))
    mine, theirs = memberships(model.world), memberships(other.world)
    for name in mine:
        if name.startswith("need="):
            assert np.array_equal(mine[name], theirs[name]), name
    assert other.world.rooms.homeless_at_release[0] != model.world.rooms.homeless_at_release[0]

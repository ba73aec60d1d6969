from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from programs.test_mentoring import RELEASE, people
from reentrysim.agents.participants import Enrollment, Participants
from reentrysim.programs import case_management, enrollment, transitional_housing, transitional_jobs
from reentrysim.programs.admission import concerned
from reentrysim.programs.enrollment import Terms
from reentrysim.vocabulary import NEVER, Risk, Status

VALUES = numbers(small())
TERMS = Terms(
    program=case_management.PROGRAM,
    in_custody=True,
    in_community=True,
    risk=np.array([True, True, True]),
    sexes=np.array([True, True]),
    from_month=-2,
    to_month=3,
    length_months=4,
    after_months=2,
)
COMMUNITY_ONLY, CUSTODY_ONLY = replace(TERMS, in_custody=False), replace(TERMS, in_community=False)


def enrolled(count: int = 1, **columns: Any) -> Enrollment:
    """`count` willing people without a place."""
    table = Enrollment.none(np.ones(count, dtype=bool), np.arange(count) / 10)
    for name, value in columns.items():
        getattr(table, name)[:] = value
    return table


def may(step: int, status: Status, terms: Terms = TERMS, *, needs: bool = True, **columns: Any) -> bool:
    traits = people(1)
    state = Participants.before_entry(traits)
    state.status[:] = status
    band, need = np.zeros(1, dtype=np.int8), np.array([needs])
    return len(enrollment.eligible(state, traits, enrolled(**columns), band, terms, need, step)) == 1


@pytest.mark.parametrize(
    ("step", "status", "terms", "allowed"),
    [
        (RELEASE - 3, Status.AWAITING_RELEASE, TERMS, False),
        (RELEASE - 2, Status.AWAITING_RELEASE, TERMS, True),
        (RELEASE - 1, Status.AWAITING_RELEASE, COMMUNITY_ONLY, False),
        (RELEASE, Status.COMMUNITY, TERMS, True),
        (RELEASE, Status.COMMUNITY, CUSTODY_ONLY, False),
        (RELEASE + 2, Status.COMMUNITY, TERMS, True),
        (RELEASE + 3, Status.COMMUNITY, TERMS, False),
        (RELEASE, Status.RETURNED, TERMS, False),
    ],
)
def test_offers_come_within_the_months_and_the_setting(step: int, status: Status, terms: Terms, allowed: bool) -> None:
    assert may(step, status, terms) == allowed


def test_only_who_needs_a_place_and_is_open_to_one_may_have_it() -> None:
    assert not may(RELEASE, Status.COMMUNITY, needs=False)
    assert not may(RELEASE, Status.COMMUNITY, closed=True)
    assert not may(RELEASE, Status.COMMUNITY, place=0)
    assert not may(RELEASE, Status.COMMUNITY, replace(TERMS, risk=np.array([False, True, True])))
    assert not may(RELEASE, Status.COMMUNITY, replace(TERMS, sexes=np.array([False, False])))


def test_who_lost_a_place_may_come_back_until_its_planned_end() -> None:
    begun = {"start_step": RELEASE + 2}
    assert may(RELEASE + 5, Status.COMMUNITY, **begun)
    assert not may(RELEASE + 6, Status.COMMUNITY, **begun)


def test_every_row_that_may_wait_is_among_those_concerned() -> None:
    release = np.sort(np.tile(np.arange(1, 30), 3))
    for step in range(1, 40):
        near = concerned(release, TERMS, step)
        gap = step - release
        month = np.where(gap >= 0, gap + 1, gap)
        new = (month >= TERMS.from_month) & (month <= TERMS.to_month)
        left = (month == TERMS.to_month + 1) | (
            (month > TERMS.to_month) & (month <= TERMS.to_month + TERMS.length_months)
        )
        inside = np.zeros(len(release), dtype=bool)
        inside[near] = True
        assert (inside | ~(new | left)).all()


def test_the_line_is_joined_once_and_left_when_one_no_longer_may() -> None:
    table = enrolled(4, waiting_since=np.array([3, NEVER, 5, NEVER]))
    assert enrollment.say_who_waits(table, np.array([0, 1]), 7) == 1
    assert table.waiting_since.tolist() == [3, 7, NEVER, NEVER]


def test_who_declines_is_not_asked_again_and_who_accepts_begins_once() -> None:
    table = enrolled(2, waiting_since=4)
    table.willing[0] = False
    enrollment.hear_offers(table, np.array([0, 1]), 6)
    assert table.closed.tolist() == [True, False]
    assert table.offered_step.tolist() == [6, 6]
    enrollment.begin(table, np.array([1]), np.array([9]), TERMS, 6)
    assert (table.place[1], table.start_step[1], table.helped_until[1]) == (9, 6, 11)  # 4 months in it, 2 after
    table.place[1] = NEVER
    enrollment.begin(table, np.array([1]), np.array([8]), TERMS, 8)
    assert (table.start_step[1], table.helped_until[1]) == (6, 11)


def test_places_last_their_months_or_stop_at_the_gate() -> None:
    table, who = enrolled(2, start_step=RELEASE - 2), np.array([0, 1])
    release = np.full(2, RELEASE)
    steps = range(RELEASE, RELEASE + 4)
    done = [bool(enrollment.through(table, who, release, TERMS, step).all()) for step in steps]
    assert done == [False, False, True, True]  # after four months, from two before release on
    assert enrollment.through(table, who, release, CUSTODY_ONLY, RELEASE).all()
    assert not enrollment.through(table, who, release, CUSTODY_ONLY, RELEASE - 1).any()


def test_dose_builds_up_and_fades_by_its_half_lives() -> None:
    values = VALUES.merged({"case_management.onset_months": 1.0, "case_management.half_life_months": 2.0})
    table = enrolled(3, dose=np.array([0.0, 0.8, 0.8]), place=np.array([0, NEVER, 0]))
    enrollment.build_up(table, np.arange(3), np.array([0, 2]), np.array([1.0, 0.4]), values, "case_management")
    assert table.dose == pytest.approx([0.5, 0.8 / np.sqrt(2), 0.6])
    relief = VALUES.merged({"case_management.log_hazard_at_full_dose": -0.4})
    assert enrollment.relief(table.dose, relief, case_management.PROGRAM) == pytest.approx(-0.4 * table.dose)


def test_a_program_job_takes_time_and_its_help_outlasts_it() -> None:
    ratios = {"lock_in_ratio": 0.5, "placement_ratio": 1.4, "retention_loss_ratio": 0.8}
    values = VALUES.merged({f"transitional_jobs.{name}": ratio for name, ratio in ratios.items()})
    table, who = enrolled(3, place=np.array([0, NEVER, NEVER]), helped_until=np.array([9, 9, 5])), np.arange(3)
    month = SimpleNamespace(values=values, step=9)
    assert transitional_jobs.search(month, table, who) == pytest.approx([0.7, 1.4, 1.0])
    assert transitional_jobs.loss(month, table, who) == pytest.approx([np.log(0.8), np.log(0.8), 0.0])


def test_a_caseworkers_hours_are_shared_and_enough_is_enough() -> None:
    hours = {"hours_per_month": 120.0, "full_dose_hours_per_month": 4.0}
    values = VALUES.merged({f"case_management.{name}": value for name, value in hours.items()})
    load = np.array([0, 15, 30, 60, 120])
    month = SimpleNamespace(values=values)
    assert case_management.dose_of_hours(month, np.arange(5), load).tolist() == [1.0, 1.0, 1.0, 0.5, 0.25]


def test_what_a_caseworker_moves_by_hand() -> None:
    moves = {"search_gain": 0.2, "home_log_odds": 0.3, "homeless_at_release_ratio": 0.6, "treatment_entry_ratio": 4.0}
    values = VALUES.merged({f"case_management.{name}": value for name, value in moves.items()})
    plan = {"case_management": {"plan": np.array([0.5])}}
    month, half, who = SimpleNamespace(values=values, own=plan), enrolled(1, dose=1.0), np.array([0])
    assert case_management.search(month, half, who) == pytest.approx(np.exp(0.1))
    assert case_management.home(month, half, who) == pytest.approx(0.15)
    assert case_management.homeless_at_release(month, half, who) == pytest.approx(0.8)
    assert case_management.treatment(month, half, who) == pytest.approx(2.0)


def test_only_low_risk_is_harmed_more() -> None:
    values = VALUES.merged({"transitional_housing.low_risk_hazard_ratio": 1.2})
    risk = np.array([Risk.LOW, Risk.MEDIUM, Risk.HIGH], dtype=np.int8)
    table, month = enrolled(3, dose=np.array([0.5, 1.0, 1.0])), SimpleNamespace(values=values, plain_risk=risk)
    harm = transitional_housing.harm_at_low_risk(month, table, np.arange(3))
    assert harm == pytest.approx([0.5 * np.log(1.2), 0.0, 0.0])

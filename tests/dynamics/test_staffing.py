from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior.small_runs import numbers, small
from reentrysim.agents.mentors import create_posts, recruit
from reentrysim.dynamics import staffing
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER, Origin

VALUES = numbers(small())
YEARS = {
    "mentors.peer_wage_per_hour": 2015,
    "mentors.professional_wage_per_hour": 2020,
    "mentors.support_cost_per_month": 2024,
    "mentors.screening_cost": 2024,
    "mentors.training_cost": 2024,
}
THREE = np.cumsum([100, 300, 100])


@pytest.mark.parametrize(
    ("planned", "lottery", "posts"),
    [
        (0, 0.5, 0),
        (99, 0.5, 1),  # 99 of 100 cents: the lottery says yes
        (99, 0.995, 0),
        (100, 0.0, 1),
        (250, 0.49, 2),  # half of the second post
        (250, 0.51, 1),
        (400, 0.99, 2),
        (10_000, 0.99, 3),
    ],
)
def test_posts_within_by_hand(planned: int, lottery: float, posts: int) -> None:
    assert staffing.posts_within(THREE, planned, 100_000, lottery) == posts


def test_a_post_that_nobody_can_pay_stays_shut() -> None:
    assert staffing.posts_within(THREE, 399, 399, 0.0) == 1
    assert staffing.posts_within(THREE, 399, 400, 0.0) == 2


@given(costs=st.lists(st.integers(1, 10**6), min_size=1, max_size=20), data=st.data())
def test_payroll_is_never_more_than_there_is(costs: list[int], data: st.DataObject) -> None:
    payroll = np.cumsum(costs)
    available = data.draw(st.integers(0, 10**7))
    planned = data.draw(st.integers(0, available))
    posts = staffing.posts_within(payroll, planned, available, data.draw(st.floats(0, 1, exclude_max=True)))
    assert payroll[:posts].sum() == 0 or payroll[posts - 1] <= available
    assert posts == len(costs) or payroll[posts] > planned


def test_on_average_the_money_planned_is_the_money_spent() -> None:
    lotteries = Luck(1, 0).uniform("lottery", 0, 4000)
    spent = [np.append(0, THREE)[staffing.posts_within(THREE, 337, 10_000, float(u))] for u in lotteries]
    assert np.mean(spent) == pytest.approx(337, abs=4 * 150 / np.sqrt(4000) + 1)


def test_costs_of_a_post_by_hand() -> None:
    values = VALUES.merged(
        {
            "mentors.fringe_share": 0.3,
            "mentors.peer_wage_per_hour": 15.0,
            "mentors.lived_experience_hours_per_month": 20,
            "mentors.support_cost_per_month": 240,
            "mentors.screening_cost": 150,
            "mentors.training_cost": 400,
        }
    )
    costs = staffing.post_costs(values, dict.fromkeys(YEARS, 2024), 2024, scale=1.0, support_share=0.5)
    assert costs.monthly[Origin.VOLUNTEER] == 12_000  # half of the usual support
    assert costs.monthly[Origin.LIVED_EXPERIENCE] == 12_000 + 39_000  # 15 * 20 * 1.3 dollars
    assert (costs.screening, costs.training) == (15_000, 40_000)


def test_costs_are_in_the_scenarios_prices() -> None:
    assert in_dollars_of(100.0, 2015, 2024) == pytest.approx(100 * 313.689 / 237.017)  # CPI-U
    values = VALUES.merged({"mentors.fringe_share": 0.0, "mentors.support_cost_per_month": 0.0})
    then = staffing.post_costs(values, YEARS, 2015, 1.0, 1.0).monthly[Origin.LIVED_EXPERIENCE]
    now = staffing.post_costs(values, YEARS, 2024, 1.0, 1.0).monthly[Origin.LIVED_EXPERIENCE]
    assert then == round(15.42 * 20 * 100)
    assert now / then == pytest.approx(313.689 / 237.017, rel=1e-4)


def test_a_post_that_stands_for_four_costs_four() -> None:
    one, four = (staffing.post_costs(VALUES, YEARS, 2024, scale, 1.0) for scale in (1.0, 4.0))
    assert four.monthly == pytest.approx(4 * one.monthly, abs=2)
    assert four.screening == pytest.approx(4 * one.screening, abs=2)
    assert four.training == pytest.approx(4 * one.training, abs=2)


def test_recruits_that_money_pays() -> None:
    vacant = np.array([2, 5, 9])
    assert staffing.affordable_recruits(vacant, 100, 250).tolist() == [2, 5]
    assert staffing.affordable_recruits(vacant, 100, 99).tolist() == []
    assert staffing.affordable_recruits(vacant, 0, 0).tolist() == [2, 5, 9]


def test_posts_that_people_would_fill() -> None:
    assert [staffing.posts_needed(people, 3) for people in (0, 1, 3, 4, 6, 7)] == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(("needed", "let_go"), [(4, []), (3, [3]), (2, [1, 3]), (0, [1, 3])])
def test_only_idle_mentors_are_let_go_the_last_first(needed: int, let_go: list[int]) -> None:
    mentors = create_posts(5, {Origin.VOLUNTEER: 1.0}, VALUES, Luck(1, 0))
    recruit(mentors, np.array([0, 1, 2, 3]), 1, VALUES, Luck(1, 0))
    gone = staffing.surplus(mentors, np.array([2, 0, 1, 0, 0]), needed)
    assert np.flatnonzero(gone).tolist() == let_go


def test_strain_moves_towards_the_overload() -> None:
    strain = staffing.tired(np.array([0.0, 0.0, 0.5, 0.5]), np.array([15.0, 45.0, 5.0, 0.0]), np.full(4, 10.0), 0.2)
    assert strain == pytest.approx([0.1, 0.2, 0.4, 0.4])  # overload .5, 1 (capped), 0, 0


def test_strain_makes_leaving_likelier() -> None:
    mentors = create_posts(2, {Origin.VOLUNTEER: 1.0}, VALUES, Luck(1, 0))
    mentors.leave_monthly_risk[:] = 0.02
    mentors.strain[:] = [0.0, 0.5]
    values = VALUES.merged({"mentors.strain_leave_multiple": 2.0, "mentors.support_leave_elasticity": 0.5})
    assert staffing.leaving_risk(mentors, values, 1.0) == pytest.approx([0.02, 0.04])
    assert staffing.leaving_risk(mentors, values, 4.0) == pytest.approx([0.01, 0.02])  # four times the support
    mentors.leave_monthly_risk[:] = 0.9
    assert staffing.leaving_risk(mentors, values, 0.25).tolist() == [1.0, 1.0]  # a risk, whatever the support


def test_posts_in_training_are_filled() -> None:
    mentors = create_posts(3, {Origin.VOLUNTEER: 1.0}, VALUES, Luck(1, 0))
    recruit(mentors, np.array([2]), 9, VALUES, Luck(1, 0))
    assert staffing.filled(mentors).tolist() == [False, False, True]
    mentors.ready_step[2] = NEVER
    assert not staffing.filled(mentors).any()


@pytest.mark.parametrize(
    ("planned", "available", "lottery", "places"),
    [(1000, 1000, 0.0, 10), (1050, 2000, 0.4, 11), (1050, 2000, 0.6, 10), (1050, 1090, 0.4, 10), (0, 0, 0.0, 0)],
)
def test_places_within_by_hand(planned: int, available: int, lottery: float, places: int) -> None:
    assert staffing.places_within(planned, available, 100, lottery) == places


def test_posts_that_hours_would_fill() -> None:
    minutes = np.array([450, 450, 1200])  # 700 on average
    assert [staffing.posts_for_minutes(kept, minutes) for kept in (0, 1, 700, 701)] == [0, 1, 1, 2]
    assert staffing.posts_for_minutes(500, np.zeros(0, dtype=np.int64)) == 0


def test_a_strained_worker_leaves_sooner_and_does_worse() -> None:
    values = VALUES.merged({"mentors.strain_leave_multiple": 2.0, "caseworkers.strain_quality_loss_share": 0.4})
    strain = np.array([0.0, 0.5, 1.0])
    assert staffing.strained_risk(0.1, strain, values) == pytest.approx([0.1, 0.2, 0.3])
    assert staffing.strained_risk(0.6, strain, values)[2] == 1.0
    assert staffing.quality(strain, values) == pytest.approx([1.0, 0.8, 0.6])

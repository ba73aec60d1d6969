from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from reentrysim.agents.intake import cohort_calendar, draw_traits
from reentrysim.agents.mentors import Mentors, create_posts, fail_training, recruit, recruit_alumni, screen
from reentrysim.evidence.population import load_profile
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER, Origin

VALUES = numbers(small())
LUCK = Luck(5, 0)
MIXED = {Origin.VOLUNTEER: 0.5, Origin.LIVED_EXPERIENCE: 0.3, Origin.PROFESSIONAL: 0.2}


def who(mentors: Mentors, post: int) -> tuple[float, ...]:
    return (mentors.age[post], mentors.female[post], mentors.culture[post], mentors.interest[post], mentors.place[post])


def test_posts_are_vacant_and_hired_for_in_the_given_shares() -> None:
    posts = create_posts(20_000, MIXED, VALUES, LUCK)
    assert not posts.active(100).any()
    assert np.bincount(posts.origin, minlength=3) / 20_000 == pytest.approx([0.5, 0.3, 0.2], abs=0.015)


def test_one_origin_alone() -> None:
    assert set(create_posts(500, {Origin.PROFESSIONAL: 1.0}, VALUES, LUCK).origin) == {Origin.PROFESSIONAL}
    assert set(create_posts(500, {Origin.VOLUNTEER: 1.0}, VALUES, LUCK).origin) == {Origin.VOLUNTEER}


def test_hours_and_risk_of_leaving_go_with_the_origin() -> None:
    posts = create_posts(300, MIXED, VALUES, LUCK)
    by_hand = {
        Origin.VOLUNTEER: (7.5, 0.0184),
        Origin.LIVED_EXPERIENCE: (20, 0.0184),
        Origin.PROFESSIONAL: (120, 0.0087),
    }
    for post in range(300):
        assert (posts.hours_per_month[post], posts.leave_monthly_risk[post]) == by_hand[Origin(posts.origin[post])]


def test_a_recruit_is_active_from_the_ready_step_on() -> None:
    posts = create_posts(3, MIXED, VALUES, LUCK)
    recruit(posts, np.array([1]), 7, VALUES, LUCK)
    assert not posts.active(6).any()
    assert posts.active(7).tolist() == [False, True, False]


def test_a_successor_is_somebody_else_with_no_strain() -> None:
    posts = create_posts(2, MIXED, VALUES, LUCK)
    recruit(posts, np.array([0, 1]), 1, VALUES, LUCK)
    first, identity, neighbor = who(posts, 0), posts.identity.tolist(), who(posts, 1)
    posts.strain[:] = 0.5
    screen(posts, np.array([0]), VALUES, LUCK)
    recruit(posts, np.array([0]), 9, VALUES, LUCK)
    assert who(posts, 0) != first
    assert who(posts, 1) == neighbor
    assert posts.strain.tolist() == [0.0, 0.5]
    assert len({*identity, *posts.identity.tolist()}) == 3


def test_who_holds_a_post_depends_on_post_and_tenure_alone() -> None:
    alone, crowd = create_posts(4, MIXED, VALUES, LUCK), create_posts(50, MIXED, VALUES, LUCK)
    recruit(alone, np.array([3]), 1, VALUES, LUCK)
    recruit(crowd, np.arange(50), 20, VALUES, LUCK)
    assert who(alone, 3) == who(crowd, 3)
    assert alone.origin[3] == crowd.origin[3]


def test_recruits_are_adults_of_every_kind() -> None:
    posts = create_posts(4000, MIXED, VALUES, LUCK)
    recruit(posts, np.arange(4000), 1, VALUES, LUCK)
    assert 25 <= posts.age.min() < 26
    assert 64 < posts.age.max() <= 65
    assert posts.female.mean() == pytest.approx(0.5, abs=0.035)
    for trait, kinds in ((posts.culture, 4), (posts.interest, 6), (posts.style, 3), (posts.place, 5)):
        assert np.bincount(trait) / 4000 == pytest.approx([1 / kinds] * kinds, abs=0.03)


def test_recruiting_nobody_changes_nothing() -> None:
    posts = create_posts(3, MIXED, VALUES, LUCK)
    recruit(posts, np.array([], dtype=np.int64), 4, VALUES, LUCK)
    assert (posts.tenure == NEVER).all()
    assert (posts.ready_step == NEVER).all()


def test_screening_and_training_pass_their_shares_by_post_and_tenure() -> None:
    values = VALUES.merged({"mentors.screening_pass_share": 0.6, "mentors.training_pass_share": 0.85})
    posts, everybody = create_posts(4000, MIXED, values, LUCK), np.arange(4000)
    passed = screen(posts, everybody, values, LUCK)
    assert len(passed) / 4000 == pytest.approx(0.6, abs=0.03)
    recruit(posts, passed, 5, values, LUCK)
    assert not fail_training(posts, 4, values, LUCK).any()
    failed = fail_training(posts, 5, values, LUCK)
    assert failed.sum() / len(passed) == pytest.approx(0.15, abs=0.03)
    assert not np.setdiff1d(np.flatnonzero(failed), passed).size
    assert not fail_training(posts, 6, values, LUCK).any()  # once
    again = screen(posts, everybody, values, LUCK)  # others
    assert 0.3 < np.isin(again, passed).mean() < 0.9
    few = create_posts(4000, MIXED, values, LUCK)
    assert np.array_equal(screen(few, everybody[:10], values, LUCK), passed[passed < 10])


def test_a_participant_who_mentors_keeps_traits_and_identity() -> None:
    calendar = cohort_calendar(50, lead=1, window=1, follow_up=1)
    traits = draw_traits(load_profile("us_2008"), calendar, VALUES, LUCK)
    posts = create_posts(3, MIXED, VALUES, LUCK)
    recruit(posts, np.array([0, 1]), 3, VALUES, LUCK)
    before = posts.identity.copy()
    recruit_alumni(posts, np.array([1]), np.array([37]), traits)
    assert (posts.alumnus.tolist(), posts.age[1]) == ([NEVER, 37, NEVER], traits.age[37])
    assert (posts.female[1], posts.culture[1]) == (traits.female[37], traits.culture[37])
    assert posts.identity[0] == before[0]
    identity = int(posts.identity[1])
    recruit(posts, np.array([2]), 3, VALUES, LUCK)
    recruit_alumni(posts, np.array([2]), np.array([37]), traits)
    assert posts.identity[2] == identity not in before.tolist()  # whatever the post

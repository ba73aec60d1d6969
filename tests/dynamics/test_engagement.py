from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from reentrysim.agents.participants import Mentees
from reentrysim.dynamics import engagement
from reentrysim.vocabulary import NEVER

VALUES = numbers(small()).merged({"mentoring.kept_share": 0.8})


def mentees(count: int) -> Mentees:
    return Mentees.unmet(np.ones(count, dtype=bool), np.zeros(count))


def test_jail_days_cut_the_chance_of_meeting() -> None:
    luck, liberty = np.array([0.79, 0.81, 0.39, 0.41, 0.0]), np.array([1.0, 1.0, 0.5, 0.5, 0.0])
    assert engagement.meetings_kept(luck, liberty, 0.8).tolist() == [True, False, True, False, False]


def test_participants_end_what_mentors_do_not() -> None:
    ends = VALUES.merged({"mentoring.match_end_monthly_risk": 0.03, "mentoring.mentor_share_of_match_ends": 0.6})
    assert abs(engagement.from_participants(ends) - 0.012) < 1e-12


@pytest.mark.parametrize("uptake", [0.2, 0.6, 0.95])
@pytest.mark.parametrize("slope", [-0.6, 0.0, 0.4])
def test_those_who_begin_quit_as_often_as_published_whatever_motivation_does(uptake: float, slope: float) -> None:
    """Monte Carlo over who would accept, against the closed form of their mean."""
    values = VALUES.merged({"participants.quitting_by_motivation": slope, "participants.uptake_by_motivation": 0.7})
    motivation, own = np.random.default_rng(1).standard_normal((2, 400_000))
    inclination = 0.7 * motivation + np.sqrt(1 - 0.49) * own
    begins = inclination > np.quantile(inclination, 1 - uptake)
    risk = engagement.quitting_risk(0.02, motivation[begins], uptake, values)
    assert risk.mean() == pytest.approx(0.02, rel=0.01)
    most, least = risk[np.argmax(motivation[begins])], risk[np.argmin(motivation[begins])]
    assert np.sign(np.round(most - least, 12)) == np.sign(slope)


def test_nobody_quits_where_nobody_began() -> None:
    assert engagement.quitting_risk(0.02, np.empty(0), 0.0, VALUES).shape == (0,)


def test_a_match_begins_and_ends() -> None:
    table = mentees(3)
    table.waiting_since[:] = 2
    engagement.begin_matches(table, np.array([1]), np.array([7]), np.array([0.4]), step=5)
    assert table.mentor.tolist() == [NEVER, 7, NEVER]
    assert table.match_step.tolist() == [NEVER, 5, NEVER]
    assert table.waiting_since.tolist() == [2, NEVER, 2]
    assert (table.matches[1], table.fit[1]) == (1, 0.4)
    engagement.end_matches(table, np.array([1]), closed=True)
    assert table.mentor.tolist() == [NEVER] * 3
    assert table.closed.tolist() == [False, True, False]


def test_a_second_match_goes_on_from_where_the_first_began() -> None:
    table = mentees(2)
    engagement.begin_matches(table, np.array([0]), np.array([3]), np.array([0.4]), step=5)
    engagement.end_matches(table, np.array([0]), closed=False)
    engagement.begin_matches(table, np.array([0, 1]), np.array([1, 2]), np.array([0.7, 0.2]), step=9)
    assert table.match_step.tolist() == [5, 9]
    assert table.matches.tolist() == [2, 1]
    assert table.fit.tolist() == [0.7, 0.2]


def test_who_lost_a_mentor_may_queue_again() -> None:
    table = mentees(2)
    engagement.begin_matches(table, np.array([0, 1]), np.array([0, 1]), np.array([0.4, 0.4]), step=5)
    engagement.end_matches(table, np.array([0]), closed=False)
    assert not table.closed.any()


def test_losing_a_mentor_by_hand() -> None:
    table = mentees(4)
    table.mentor[:] = [0, 2, NEVER, 2]
    lost = engagement.lost_mentor(table, np.array([False, False, True]))
    assert lost.tolist() == [1, 3]  # not the one without a mentor, whose NEVER is an index, too

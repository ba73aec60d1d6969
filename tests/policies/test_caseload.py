from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reentrysim.policies import caseload
from reentrysim.vocabulary import NEVER

HOURS = st.floats(0, 500, allow_subnormal=False)


def test_caseloads_are_filled_one_after_the_other() -> None:
    assert caseload.limits(3, "wait", 2.0) == [3]
    assert caseload.limits(3, "thin_out", 2.0) == [3, 6]
    assert caseload.limits(3, "thin_out", 1.5) == [3, 4]  # whole people


def test_load_counts_people_with_a_worker() -> None:
    assert caseload.load(np.array([0, 2, NEVER, 2, 2]), 4).tolist() == [1, 0, 3, 0]
    assert caseload.load(np.array([NEVER]), 2).tolist() == [0, 0]


def test_hours_wanted_add_up_by_worker() -> None:
    worker, hours = np.array([1, NEVER, 1, 0]), np.array([5.0, 99.0, 2.5, 1.0])
    assert caseload.hours_wanted(worker, hours, 3).tolist() == [1.0, 7.5, 0.0]


def test_share_delivered_by_hand() -> None:
    share = caseload.share_delivered(np.array([10.0, 5.0, 0.0]), np.array([7.5, 7.5, 7.5]))
    assert share.tolist() == [0.75, 1.0, 0.0]


@given(wanted=arrays(float, 5, elements=HOURS), available=arrays(float, 5, elements=HOURS))
def test_nobody_gets_more_than_wanted_or_gives_more_than_there_is(wanted: np.ndarray, available: np.ndarray) -> None:
    share = caseload.share_delivered(wanted, available)
    assert (share >= 0.0).all()
    assert (share <= 1.0).all()
    assert (share * wanted <= available * (1 + 1e-12)).all()
    assert (share[(wanted > 0) & (available >= wanted)] == 1.0).all()


def test_refer_on_and_wait_have_the_same_caseload() -> None:
    assert caseload.limits(3, "refer_on", 2.0) == [3]


def test_free_seats_go_to_the_emptiest_worker_in_turn() -> None:
    load, active = np.array([2, 0, 1, 0]), np.array([True, True, True, False])
    assert caseload.seats_in_turn(load, 3, active).tolist() == [1, 1, 2, 0, 1, 2]
    assert len(caseload.seats_in_turn(load, 0, active)) == 0


def two_workers() -> caseload.Room:
    return caseload.Room(np.array([3, 3]), np.array([600, 300]))


def test_whoever_has_most_time_takes_the_next_and_nobody_overtakes() -> None:
    room, wish, needs = two_workers(), np.zeros((5, 2)), np.array([200, 200, 200, 400, 100])
    asked, worker = caseload.in_turn(room, wish, None, np.ones(5, dtype=bool), needs)
    assert asked.tolist() == [0, 1, 2]  # nobody has the time for the fourth, and the fifth waits too
    assert worker.tolist() == [0, 0, 1]  # 600 before 300, 400 before 300, then 300 before 200
    assert room.over
    assert room.minutes.tolist() == [200, 100]


def test_who_declines_takes_no_time_and_whom_nobody_suits_goes_on_waiting() -> None:
    room, needs = two_workers(), np.array([500, 500, 100])
    wish = np.array([[0.5, 0.9], [-np.inf, -np.inf], [0.2, 0.1]])
    luck, willing = np.zeros((3, 2)), np.array([False, True, True])
    asked, worker = caseload.in_turn(room, wish, luck, willing, needs)
    assert asked.tolist() == [0, 2]
    assert worker.tolist() == [NEVER, 0]
    assert not room.over


def test_seats_end_a_line_too_and_luck_settles_equals() -> None:
    room = caseload.Room(np.array([1, 1]), np.zeros(2, dtype=np.int64))
    luck = np.array([[0.1, 0.2], [0.9, 0.8], [0.5, 0.5]])
    asked, worker = caseload.in_turn(room, np.zeros((3, 2)), luck, np.ones(3, dtype=bool), np.zeros(3, dtype=np.int64))
    assert asked.tolist() == [0, 1]
    assert worker.tolist() == [1, 0]
    assert room.over


def test_minutes_kept_by_risk() -> None:
    worker, risk = np.array([1, 1, NEVER, 0]), np.array([0, 2, 2, 1], dtype=np.int8)
    assert caseload.minutes_kept(worker, risk, np.array([60, 90, 240]), 3).tolist() == [90, 300, 0]


@given(st.lists(st.integers(1, 300), max_size=20), st.integers(0, 900), st.integers(1, 4))
def test_no_worker_keeps_more_time_than_there_is(needs: list[int], minutes: int, seats: int) -> None:
    room = caseload.Room(np.full(3, seats), np.full(3, minutes))
    people = np.array(needs, dtype=np.int64)
    asked, worker = caseload.in_turn(room, np.zeros((len(people), 3)), None, np.ones(len(people), dtype=bool), people)
    for one in range(3):
        mine = people[asked[worker == one]]
        assert mine.sum() <= minutes
        assert len(mine) <= seats

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

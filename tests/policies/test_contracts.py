"""Contracts judged by hand: what is owed to the cent, and where it goes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentrysim.policies.allocation import FIXED, Claims
from reentrysim.policies.contracts import Contract, Judgment, Observed, judge
from reentrysim.policies.funding import Ledger, Source

LAST_PART = 420_000_00


def contract(**changes: Any) -> Contract:
    """Pays $420,000 when at most 4 of 10 of the cohort have the outcome."""
    usual: dict[str, Any] = {
        "source": "fund",
        "advanced_by": "investors",
        "outcome": "return_to_prison",
        "month": 24,
        "evaluator": "historical_rate",
        "cohort": "served",
        "programs": ("mentoring",),
        "first_release_step": 1,
        "last_release_step": 12,
        "judged_step": 39,
        "at_stake": LAST_PART,
        "least_people": 1,
        "scale": 1.0,
    }
    rule = {} if {"at_most_ratio", "price"} & changes.keys() else {"at_most": 0.4}
    return Contract(**{**usual, **rule, **changes})


def seen(mine: str, others: str = "", strata: str = "") -> Observed:
    """People of the cohort, then of the comparison group: x had the outcome, o had not; a digit each: the stratum."""
    everybody = mine + others
    cohort = np.arange(len(everybody)) < len(mine)
    failed = np.array([letter == "x" for letter in everybody], dtype=np.bool_)
    stratum = np.array([int(digit) for digit in strata or "0" * len(everybody)], dtype=np.int64)
    return Observed(cohort, ~cohort, failed, stratum)


def judged(mine: str, others: str = "", strata: str = "", **changes: Any) -> Judgment:
    return judge(contract(**changes), seen(mine, others, strata))


def test_a_threshold_that_is_just_met_pays_all_and_one_that_is_just_missed_pays_nothing() -> None:
    met, missed = judged("xxxxoooooo"), judged("xxxxxooooo")
    assert (met.rate, met.paid) == (0.4, LAST_PART)
    assert (missed.rate, missed.paid) == (0.5, 0)
    assert met.judged and missed.judged


def test_a_threshold_missed_by_the_rounding_of_a_product_alone_is_met() -> None:
    """0.7 * 0.1 is less than 0.07 as computers have it; 7 of 100 against 1 of 10 is 0.7 times."""
    assert 0.7 * (1 / 10) < 7 / 100
    just = judged("x" * 7 + "o" * 93, "x" + "o" * 9, evaluator="waiting_list", at_most_ratio=0.7)
    assert just.paid == LAST_PART


def test_a_threshold_of_one_always_pays_and_one_of_zero_only_without_events() -> None:
    assert judged("xxx", at_most=1.0).paid == LAST_PART
    assert judged("oox", at_most=0.0).paid == 0
    assert judged("ooo", at_most=0.0).paid == LAST_PART


@given(people=st.integers(1, 3000), data=st.data())
def test_a_threshold_written_as_a_ratio_of_rates_is_met_by_equality_whatever_the_rounding(
    people: int, data: st.DataObject
) -> None:
    failed = data.draw(st.integers(0, people))
    mine = "x" * failed + "o" * (people - failed)
    equal = judged(mine, mine, evaluator="waiting_list", at_most_ratio=1.0)
    assert equal.paid == LAST_PART
    one_more = judged("x" + mine[:failed] + mine[failed + 1 :], mine, evaluator="waiting_list", at_most_ratio=1.0)
    assert failed == people or one_more.paid == 0


def test_a_price_schedule_by_hand() -> None:
    """8 people where half were expected: 4 expected, 1 seen, 3 averted; each simulated one stands for 10."""
    paid = judged("xooooooo", price=1_000_00, historical_share=0.5, scale=10.0)
    assert (paid.comparison_rate, paid.rate) == (0.5, 0.125)
    assert paid.paid == 30 * 1_000_00
    assert math.isnan(paid.threshold)


def test_a_price_schedule_stops_at_the_last_part_and_never_asks_for_money_back() -> None:
    assert judged("ooooo", price=200_000_00, historical_share=0.6).paid == LAST_PART  # 3 averted
    assert judged("xxxxx", price=200_000_00, historical_share=0.6).paid == 0


def test_a_price_schedule_against_a_waiting_list_by_hand() -> None:
    """Half of those who waited, a quarter of 4 served: one averted."""
    assert judged("xooo", "xxoo", evaluator="waiting_list", price=777).paid == 777


def test_too_few_people_are_not_judged_and_not_paid() -> None:
    few, enough = judged("oooo", least_people=5), judged("ooooo", least_people=5)
    assert (few.judged, few.paid, few.rate) == (False, 0, 0.0)
    assert (enough.judged, enough.paid) == (True, LAST_PART)
    assert judged("oooo", least_people=40, scale=10.0).judged  # people of the real system
    assert not judged("ooooo", "oo", evaluator="waiting_list", at_most_ratio=1.0, least_people=5).judged


def test_nobody_on_the_waiting_list_or_in_the_cohort_is_no_judgment() -> None:
    alone = judged("oooo", "", evaluator="waiting_list", at_most_ratio=1.0)
    assert (alone.judged, alone.paid, alone.comparison_people) == (False, 0, 0)
    assert (alone.people, alone.rate, alone.dropped) == (4, 0.0, 0)
    assert math.isnan(alone.comparison_rate)
    nobody = judged("", "oo", evaluator="waiting_list", at_most_ratio=1.0)
    assert (nobody.judged, nobody.paid) == (False, 0)


def test_a_ratio_by_hand() -> None:
    """Half of those who waited: 0.9 of that is 9 of 20."""
    assert judged("x" * 9 + "o" * 11, "xo", evaluator="waiting_list", at_most_ratio=0.9).paid == LAST_PART
    assert judged("x" * 10 + "o" * 10, "xo", evaluator="waiting_list", at_most_ratio=0.9).paid == 0


def test_a_matched_group_has_the_composition_of_the_cohort() -> None:
    """Cohort: 3 in stratum 0, 1 in 2. Others: 1 of 2 failed in 0, all 4 in 2. Expected (3 * 1/2 + 1 * 1) / 4."""
    found = judged("xooo", "xoxxxx", "0002" + "002222", evaluator="matched_group", at_most_ratio=0.5)
    assert found.comparison_rate == pytest.approx(0.625)
    assert (found.people, found.comparison_people, found.dropped) == (4, 6, 0)
    assert found.threshold == pytest.approx(0.3125)
    assert found.paid == LAST_PART  # 1 of 4


def test_whom_nobody_matches_is_dropped_and_told() -> None:
    """The two of stratum 1 who failed are like nobody; the others of stratum 3 like none of the cohort."""
    found = judged("xxooo", "xoxx", "11000" + "0033", evaluator="matched_group", at_most_ratio=1.0)
    assert (found.people, found.dropped, found.rate) == (3, 2, 0.0)
    assert (found.comparison_people, found.comparison_rate) == (2, 0.5)
    nobody = judged("xo", "xo", "01" + "23", evaluator="matched_group", at_most_ratio=1.0)
    assert (nobody.judged, nobody.people, nobody.dropped, nobody.paid) == (False, 0, 2, 0)


PAID_LATE: dict[str, Any] = {"advanced_by": "provider", "at_stake": 300, "judged_step": 6}


def provider_ledger() -> Ledger:
    """$11 of which $3 are held back, in 4 months, a tenth of overhead, half to each of two programs."""
    shares = {"jobs": 0.5, "mentoring": 0.5}
    source = Source("fund", 1100, 1, 4, "even", False, 0.1, shares, held_back=300)
    return Ledger([source], ["jobs", "mentoring"], 8)


def through(earned: int) -> Ledger:
    """The ledger after 8 steps in which nothing was bought."""
    book = provider_ledger()
    for step in range(1, 9):
        book.receive(step)
        if step == 6:
            book.settle("fund", step, earned, 300 - earned, FIXED, [])
    return book


@given(st.integers(0, 300))
def test_a_last_part_conserves_every_cent(earned: int) -> None:
    book = through(earned)
    assert book.conserves()
    assert book.unpaid.sum() == 300 - earned
    assert book.arrived.sum() == 1100
    book.close(8)
    assert book.spent.sum() + book.unspent.sum() + book.unpaid.sum() == 1100


def test_a_last_part_that_is_earned_comes_late_and_one_that_is_not_never_comes() -> None:
    book = through(300)
    assert book.arrived[:, 0].sum(axis=1).tolist() == [0, 200, 200, 200, 200, 0, 300, 0, 0]
    assert book.balance[0].tolist() == [495, 495, 0]
    assert book.spent[6, 0].tolist() == [0, 0, 30]
    without = through(0)
    assert without.unpaid[6, 0].tolist() == [135, 135, 30]
    assert without.balance[0].tolist() == [360, 360, 0]


def test_a_last_part_is_planned_with_over_a_year_and_not_in_the_month_in_which_it_comes() -> None:
    book = provider_ledger()
    for step in range(1, 7):
        book.receive(step)
        book.spend("jobs", step, book.available("jobs"))
    book.settle("fund", 6, 300, 0, FIXED, [])
    assert book.available("jobs") == 135
    assert book.plan("jobs", 6) == 135 // 12


def test_a_last_part_loses_to_prices_and_goes_where_money_is_still_wanted() -> None:
    """After a year of 25%, 300 cents buy what 240 did; mentoring's turn comes first, and jobs have the rest."""
    shares = {"jobs": 0.5, "mentoring": 0.5}
    source = Source("fund", 1100, 1, 4, "even", False, 0.0, shares, held_back=300, inflation=0.25)
    book = Ledger([source], ["jobs", "mentoring"], 13)
    book.settle("fund", 13, 300, 0, Claims(in_turn=[{"mentoring": 200}]), [{"mentoring": 200}])
    assert book.unpaid[13, 0].sum() == 60
    assert book.balance[0].tolist() == [20, 220, 0]
    assert book.conserves()

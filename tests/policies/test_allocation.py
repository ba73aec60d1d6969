from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentrysim.policies import allocation
from reentrysim.policies.allocation import Claims, averted_by, pay_in_turn, turns_by_rank, turns_by_risk, value_of
from reentrysim.policies.funding import Ledger, Source
from reentrysim.vocabulary import Risk

NAMES = ("a", "b", "c")
WISHES = st.fixed_dictionaries({name: st.integers(0, 2000) for name in NAMES})
EVEN = {"a": 0.5, "b": 0.25, "c": 0.25}


def test_turns_are_paid_one_after_the_other() -> None:
    turns = [{"a": 30, "b": 10}, {"b": 40}, {"a": 50}]
    assert pay_in_turn(60, turns, EVEN) == {"a": 30, "b": 30, "c": 0}
    assert turns == [{"a": 0, "b": 0}, {"b": 20}, {"a": 50}]
    assert pay_in_turn(45, turns, EVEN) == {"a": 25, "b": 20, "c": 0}  # where the first source left off


def test_a_turn_that_money_does_not_reach_is_paid_in_proportion() -> None:
    assert pay_in_turn(30, [{"a": 80, "b": 20, "c": 20}], EVEN) == {"a": 20, "b": 5, "c": 5}


def test_who_has_no_share_gets_no_turn() -> None:
    assert pay_in_turn(100, [{"a": 60}, {"b": 60}, {"d": 9}], {"a": 0.0, "b": 1.0}) == {"a": 0, "b": 60}


@given(cents=st.integers(0, 10_000), wishes=st.lists(WISHES, max_size=4))
def test_nobody_is_paid_more_than_wished_nor_before_an_earlier_turn(cents: int, wishes: list[dict[str, int]]) -> None:
    turns = [dict(turn) for turn in wishes]
    paid = pay_in_turn(cents, turns, EVEN)
    assert sum(paid.values()) == min(cents, sum(sum(turn.values()) for turn in wishes))
    for name in NAMES:
        assert paid[name] + sum(turn[name] for turn in turns) == sum(turn[name] for turn in wishes)
    unpaid = [sum(turn.values()) for turn in turns]
    for turn, (wish, left) in enumerate(zip(wishes, unpaid, strict=True)):
        if left:  # a cent of rounding within a turn at most
            assert all(
                abs(turns[later][name] - wishes[later][name]) == 0
                for later in range(turn + 1, len(turns))
                for name in NAMES
            )
        assert 0 <= left <= sum(wish.values())


@given(data=st.data(), wishes=WISHES, order=st.permutations(NAMES))
def test_the_next_dollar_never_goes_beyond_what_the_best_can_use_while_another_wants_it(
    data: st.DataObject, wishes: dict[str, int], order: list[str]
) -> None:
    shares = {name: data.draw(st.sampled_from([0.0, 1.0, 3.0])) for name in NAMES}
    sources = [
        Source(f"s{number}", data.draw(st.integers(0, 3000)), 1, 1, "even", False, 0.1, allocation.within((), shares))
        for number in range(3)
    ]
    book = Ledger(sources, NAMES, 2)
    book.receive(1, Claims(in_turn=turns_by_rank(order, wishes)))
    got = dict(zip(NAMES, book.arrived[1].sum(axis=0).tolist(), strict=False))
    counted = [name for name in order if sources[0].shares[name] > 0.0]
    for rank, name in enumerate(counted):
        hungry = [other for other in counted if got[other] < wishes[other] and other != name]
        assert not (hungry and got[name] > wishes[name])
        assert not (got[name] < wishes[name] and any(got[worse] > 0 for worse in counted[rank + 1 :]))


def test_wishes_are_not_used_up_by_dividing_them() -> None:
    claims = Claims(in_turn=[{"a": 10}])
    book = Ledger([Source("s", 40, 1, 2, "even", False, 0.0, {"a": 0.5, "b": 0.5})], ("a", "b"), 2)
    for step in (1, 2):
        book.receive(step, claims)
        assert book.arrived[step, 0].tolist() == [15, 5, 0]  # ten of twenty, and half of what is left


def test_bands_take_turns_up_to_the_ceiling() -> None:
    people = {"a": np.array([5, 3, 2]), "b": np.array([0, 4, 4])}
    order = allocation.RISK_ORDERS["risk_high_first"]
    assert turns_by_risk(order, people, {"a": 10.0, "b": 2.5}, {"b": 6}) == [
        {"a": 20, "b": 10},
        {"a": 30, "b": 5},  # two of four, because there are six places
        {"a": 50, "b": 0},
    ]
    assert allocation.RISK_ORDERS["risk_low_first"] == order[::-1]
    assert set(order) == set(Risk)


def test_a_ratio_in_people_by_hand() -> None:
    assert averted_by(0.5, "odds ratio", 0.6) == pytest.approx(0.6 - 0.75 / 1.75)  # odds 1.5 to .75
    assert averted_by(0.5, "hazard ratio", 0.64) == pytest.approx(
        0.64 - 0.4
    )  # .36 survive, and .6 with half the hazard
    for unit in ("odds ratio", "hazard ratio"):
        assert averted_by(1.0, unit, 0.6) == pytest.approx(0.0)
        assert averted_by(1.3, unit, 0.6) < 0.0


def test_null_harmful_and_unpublished_effects_come_last_by_name() -> None:
    ranked = sorted(
        [
            value_of("harmful", 1.2, -0.05, 10.0),
            value_of("dear", 0.8, 0.05, 1000.0),
            value_of("null", 1.0, 0.0, 1.0),
            value_of("cheap", 0.9, 0.02, 10.0),
            value_of("free", 0.99, 0.001, 0.0),
            value_of("hopes", float("nan"), 0.0, 5.0),
        ]
    )
    assert [one.program for one in ranked] == ["free", "cheap", "dear", "harmful", "hopes", "null"]

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentrysim.policies.allocation import Claims, split, within
from reentrysim.policies.funding import OVERHEAD, Ledger, Source, arrivals, cents

SPEND = st.sampled_from(["even", "front_loaded", "late"])


def source(name: str = "grant", **changes: Any) -> Source:
    """1,200 cents in 12 even months, no overhead, for mentoring."""
    usual: dict[str, Any] = {
        "total_cents": 1200,
        "first_step": 1,
        "last_step": 12,
        "spend": "even",
        "lapses": False,
        "overhead_share": 0.0,
        "shares": {"mentoring": 1.0},
        "earmark": (),
    }
    return Source(name, **{**usual, **changes})


def ledger(*sources: Source, programs: tuple[str, ...] = ("mentoring",), steps: int = 30) -> Ledger:
    return Ledger(sources, programs, steps)


def test_an_even_grant_by_hand() -> None:
    assert arrivals(source(total_cents=10, last_step=4), 6).tolist() == [0, 2, 3, 3, 2, 0, 0]  # 2.5 5 7.5 10, to even


def test_front_loaded_and_late_by_hand() -> None:
    front = source(total_cents=1600, first_step=2, last_step=5, spend="front_loaded")
    late = source(total_cents=1600, first_step=2, last_step=5, spend="late")
    assert arrivals(front, 6).tolist() == [0, 0, 700, 500, 300, 100, 0]  # 1600 * (7, 5, 3, 1) / 16
    assert arrivals(late, 6).tolist() == [0, 0, 100, 300, 500, 700, 0]


@given(total=st.integers(0, 10**13), first=st.integers(1, 50), length=st.integers(1, 120), spend=SPEND)
def test_a_whole_source_arrives_to_the_cent_and_only_in_its_steps(
    total: int, first: int, length: int, spend: str
) -> None:
    one = source(total_cents=total, first_step=first, last_step=first + length - 1, spend=spend)
    arrived = arrivals(one, first + length + 5)
    assert arrived.sum() == total
    assert (arrived >= 0).all()
    assert not arrived[:first].any()
    assert not arrived[first + length :].any()


@given(total=st.integers(0, 10**10), length=st.integers(2, 120), cut=st.integers(1, 119))
def test_a_run_that_ends_early_gets_the_same_months(total: int, length: int, cut: int) -> None:
    one = source(total_cents=total, last_step=length)
    assert np.array_equal(arrivals(one, length)[: cut + 1], arrivals(one, cut)[: length + 1])


@given(amount=st.integers(0, 10**13), weights=st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_a_split_conserves_and_is_fair_to_a_cent(amount: int, weights: list[int]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    parts = split(amount, shares)
    assert sum(parts) == amount
    assert all(abs(part - share * amount) <= 1 + 1e-9 * amount for part, share in zip(parts, shares, strict=True))
    assert min(parts) >= 0


def test_a_split_by_hand() -> None:
    assert split(100, [0.25, 0.75]) == [25, 75]
    assert split(5, [0.1, 0.9]) == [0, 5]
    assert split(1, [1.0]) == [1]
    assert split(100, [0.0, 1.0]) == [0, 100]
    assert sum(split(10**12, [0.5, 0.5 - 5e-10])) == 10**12  # shares may miss 1 by as much as a file may


def test_overhead_is_spent_on_arrival() -> None:
    book = ledger(source(overhead_share=0.1))
    book.receive(1)
    assert book.available("mentoring") == 90
    assert book.spent[1, 0].tolist() == [0, 10]
    assert book.programs == ["mentoring", OVERHEAD]


@given(data=st.data(), spend=SPEND, lapses=st.booleans(), overhead=st.floats(0, 0.9), total=st.integers(0, 10**9))
def test_money_is_conserved_at_every_step(
    data: st.DataObject, spend: str, lapses: bool, overhead: float, total: int
) -> None:
    both = {"mentoring": 0.3, "work": 0.7}
    book = ledger(
        source("a", total_cents=total, spend=spend, lapses=lapses, overhead_share=overhead, shares=both, last_step=17),
        source("b", total_cents=total // 3, first_step=4, shares=both, last_step=26, lapses=not lapses),
        source("c", total_cents=977, shares={"work": 1.0}, earmark=("work",)),
        programs=("mentoring", "work"),
    )
    for step in range(1, 31):
        book.receive(step)
        for program in ("mentoring", "work"):
            share = data.draw(st.sampled_from([0.0, 0.01, 0.37, 1.0]))
            book.spend(program, step, int(book.available(program) * share))
        book.lapse(step)
        assert book.conserves()
        assert (book.balance >= 0).all()
    book.close(30)
    assert book.conserves()
    assert not book.balance.any()
    assert book.arrived.sum() == total + total // 3 + 977
    assert book.arrived.sum() == (book.spent + book.lapsed + book.unspent + book.unpaid).sum()


def test_a_cent_that_vanishes_is_noticed() -> None:
    book = ledger(source())
    book.receive(1)
    book.balance[0, 0] -= 1
    assert not book.conserves()


def test_unspent_money_lapses_at_every_twelfth_step_and_no_other() -> None:
    book = ledger(source(total_cents=2600, last_step=26, lapses=True))
    for step in range(1, 27):
        book.receive(step)
        book.lapse(step)
    assert book.lapsed.sum(axis=(1, 2)).nonzero()[0].tolist() == [12, 24]
    assert book.lapsed[12].sum() == book.lapsed[24].sum() == 1200
    assert book.available("mentoring") == 200


def test_carried_over_money_stays() -> None:
    book = ledger(source())
    for step in range(1, 13):
        book.receive(step)
        book.lapse(step)
    assert book.available("mentoring") == 1200


def test_an_earmark_is_spent_first_then_what_ends_first() -> None:
    book = ledger(
        source("long", last_step=24), source("short", last_step=6), source("tied", earmark=("mentoring",), last_step=30)
    )
    book.receive(1)
    names = [one.name for one in book.sources]
    assert names == ["tied", "short", "long"]  # 40, 200 and 50 cents a month
    book.spend("mentoring", 1, 41)
    assert book.spent[1, :, 0].tolist() == [40, 1, 0]
    book.spend("mentoring", 1, 209)
    assert book.spent[1, :, 0].tolist() == [40, 200, 10]


def test_nobody_spends_more_than_there_is() -> None:
    book = ledger(source())
    book.receive(1)
    with pytest.raises(ValueError, match="mentoring cannot spend 101 cents: 100 on hand"):
        book.spend("mentoring", 1, 101)
    with pytest.raises(ValueError, match="cannot spend -1"):
        book.spend("mentoring", 1, -1)
    assert book.available("mentoring") == 100
    assert not book.spent.any()


def test_one_program_cannot_spend_the_money_of_another() -> None:
    book = ledger(source(shares={"mentoring": 0.25, "work": 0.75}), programs=("mentoring", "work"))
    book.receive(1)
    with pytest.raises(ValueError, match="25 on hand"):
        book.spend("mentoring", 1, 26)


def test_the_plan_is_this_months_money_and_a_twelfth_of_what_was_left() -> None:
    book = ledger(source())
    book.receive(1)
    assert book.plan("mentoring", 1) == 100
    book.receive(2)
    assert book.plan("mentoring", 2) == 100 + 100 // 12
    book.spend("mentoring", 2, 150)
    assert book.plan("mentoring", 2) == 50  # no more than is on hand


def test_the_largest_month_counts_all_sources_together() -> None:
    book = ledger(source("a"), source("b", first_step=12, last_step=13, total_cents=600))
    assert book.largest_arrival() == 400  # step 12: 100 and 300
    match = source("c", total_cents=77, match_of="a", match_ratio=1.0)
    assert ledger(source("a"), match).largest_arrival() == 177  # a match may pay all it has at once


def test_dollars_to_cents() -> None:
    assert cents(3_500_000) == 350_000_000
    assert cents(0.29) == 29


def test_money_goes_by_what_is_wanted_and_by_fixed_shares_while_nothing_is() -> None:
    shared = source(shares={"jobs": 0.75, "mentoring": 0.25})
    assert shared.divided({"mentoring": 30.0, "jobs": 10.0}) == {"mentoring": 0.75, "jobs": 0.25}
    assert shared.divided({"mentoring": 0.0, "jobs": 0.0}) == {"jobs": 0.75, "mentoring": 0.25}
    marked = source(shares={"jobs": 1.0}, earmark=("jobs",))
    assert marked.divided({"mentoring": 30.0, "jobs": 10.0}) == {"jobs": 1.0}
    assert marked.divided({"mentoring": 30.0, "jobs": 0.0}) == {"jobs": 1.0}
    assert source().divided({"mentoring": 30.0, "jobs": 10.0}) == {"mentoring": 1.0}  # jobs has no share
    books = ledger(shared, programs=("mentoring", "jobs"))
    books.receive(1, Claims(together={"mentoring": 3.0, "jobs": 1.0}))
    assert books.arrived[1, 0].tolist() == [75, 25, 0]
    books.receive(2, Claims(together={"mentoring": 0.0, "jobs": 0.0}))
    assert books.arrived[2, 0].tolist() == [25, 75, 0]
    assert books.conserves()


def test_shares_within_an_earmark() -> None:
    shares = {"a": 0.2, "b": 0.6, "c": 0.2}
    assert within((), shares) == shares
    assert within(("a", "b"), shares) == pytest.approx({"a": 0.25, "b": 0.75})
    assert within(("d", "e"), shares) == {"d": 0.5, "e": 0.5}


def test_a_match_pays_a_month_later_for_what_the_other_has_spent() -> None:
    match = source("match", total_cents=300, match_of="grant", match_ratio=0.5)
    book = ledger(source(), match)
    paid = []
    for step, spent in enumerate((100, 0, 150, 50), start=1):  # the grant brings 100 a month
        book.receive(step)
        paid.append(int(book.arrived[step, 1].sum()))
        book.spend("mentoring", step, spent)
    assert [one.name for one in book.sources] == ["grant", "match"]
    assert paid == [0, 50, 0, 75]  # the grant's money goes first, and half of it follows


def test_a_match_pays_no_more_than_it_has_and_never_what_the_other_did_not_spend() -> None:
    poor = source("match", total_cents=120, match_of="grant", match_ratio=1.0)
    rich = source("match", total_cents=5000, match_of="grant", match_ratio=1.0)
    ends = {}
    for match in (poor, rich):
        book = ledger(source(overhead_share=0.25), match, steps=14)
        for step in range(1, 15):
            book.receive(step)
            book.spend("mentoring", step, min(book.available("mentoring"), 70))
            book.lapse(step)
        book.close(14)
        assert book.conserves()
        grant, own = (book.sources.index(one) for one in (book.sources[0], match))
        ends[match.total_cents] = (
            int(book.spent[:13, grant].sum()),
            int((book.spent + book.unspent)[:, own].sum()),
            int(book.unpaid[:, own].sum()),
        )
    spent, paid, unpaid = ends[120]
    assert (paid, unpaid) == (120, 0)
    spent, paid, unpaid = ends[5000]
    assert paid == spent  # of 1,200 cents, 300 for administration and 70 a month
    assert paid + unpaid == 5000


def test_a_match_counts_only_what_is_spent_in_its_steps() -> None:
    match = source("match", total_cents=1000, match_of="grant", match_ratio=1.0, first_step=3, last_step=4)
    book = ledger(source(), match)
    for step in range(1, 8):
        book.receive(step)
        book.spend("mentoring", step, 100)
    own = book.sources.index(match)
    assert (book.arrived - book.unpaid)[:, own].sum(axis=1)[:8].tolist() == [0, 0, 0, 0, 100, 100, 0, 0]
    assert own == 1  # though it ends first: what it waits for is spent before it
    assert book.unpaid[:, own].sum(axis=1).nonzero()[0].tolist() == [5]  # a month after its last step, 800 for good
    assert book.unpaid[5, own].sum() == 800


def test_a_fixed_sum_buys_less_as_prices_rise() -> None:
    book = ledger(source(total_cents=240_000, last_step=24, first_step=1, inflation=0.21))
    for step in range(1, 25):
        book.receive(step)
    real = (book.arrived - book.unpaid).sum(axis=(1, 2))
    assert real[1] == 10_000
    assert real[13] == round(10_000 / 1.21)
    assert real[7] == round(10_000 / 1.1)  # half a year: the root of 1.21
    assert book.arrived.sum() == 240_000
    assert book.conserves()


@pytest.mark.parametrize("change", [{"first_step": 5, "last_step": 16}, {"first_step": 9, "last_step": 20}])
def test_prices_count_from_the_first_step_of_a_source(change: dict[str, int]) -> None:
    book = ledger(source(inflation=0.5, **change))
    for step in range(1, 25):
        book.receive(step)
    real = (book.arrived - book.unpaid).sum(axis=(1, 2))
    assert real[change["first_step"]] == 100
    assert real.sum() == sum(round(100 * 1.5 ** (-month / 12)) for month in range(12))


def test_fixed_costs_come_out_of_the_plan_and_not_out_of_what_was_left() -> None:
    book = ledger(source())
    for step in (1, 2, 3):
        book.receive(step)
    before = book.plan("mentoring", 3)
    assert before == 100 + 200 // 12
    book.spend("mentoring", 3, 60)
    assert book.plan("mentoring", 3, paid=60) == before - 60
    assert book.plan("mentoring", 3) == 100 + 140 // 12  # as if nothing had been paid of it


def _turns(data: st.DataObject, programs: tuple[str, ...]) -> Claims:
    wishes = st.integers(0, 5000)
    kind = data.draw(st.sampled_from(["shares", "together", "turns", "one by one"]))
    if kind == "together":
        return Claims(together={name: float(data.draw(wishes)) for name in programs})
    if kind == "turns":
        return Claims(in_turn=[{name: data.draw(wishes) for name in programs} for _ in range(3)])
    if kind == "one by one":
        return Claims(in_turn=[{name: data.draw(wishes)} for name in data.draw(st.permutations(programs))])
    return Claims()


@given(data=st.data())
def test_every_cent_of_every_source_ends_somewhere(data: st.DataObject) -> None:
    programs, sources = ("a", "b", "c"), []
    for number in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(1, 20))
        weights = data.draw(st.lists(st.integers(0, 9), min_size=3, max_size=3))
        earmark = tuple(data.draw(st.sets(st.sampled_from(programs), max_size=2)))
        other = data.draw(st.sampled_from(["", *(f"source_{n}" for n in range(number))]))
        sources.append(
            source(
                f"source_{number}",
                total_cents=data.draw(st.integers(0, 10**7)),
                first_step=first,
                last_step=data.draw(st.integers(first, 24)),
                spend=data.draw(SPEND),
                lapses=data.draw(st.booleans()),
                overhead_share=data.draw(st.floats(0, 0.9)),
                shares=within(earmark, dict(zip(programs, weights, strict=True))),
                earmark=earmark,
                match_of=other,
                match_ratio=data.draw(st.sampled_from([0.3, 1.0, 7.0])),
                inflation=0.0 if other else data.draw(st.sampled_from([0.0, 0.03, 0.5])),
            )
        )
    book = ledger(*sources, programs=programs)
    for step in range(1, 31):
        book.receive(step, _turns(data, programs) if step % 7 == 1 else Claims())
        for program in programs:
            book.spend(program, step, int(book.available(program) * data.draw(st.sampled_from([0.0, 0.4, 1.0]))))
        book.lapse(step)
        assert book.conserves()
        assert (book.balance >= 0).all()
    book.close(30)
    ended = book.spent + book.lapsed + book.unspent + book.unpaid
    assert min(table.min() for table in (book.arrived, book.spent, book.lapsed, book.unspent, book.unpaid)) >= 0
    for row, one in enumerate(book.sources):
        assert ended[:, row].sum() == one.total_cents
        assert book.arrived[:, row].sum() == one.total_cents
        for column, program in enumerate(programs):
            assert one.shares.get(program, 0.0) > 0.0 or not ended[:, row, column].any()

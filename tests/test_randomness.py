from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reentrysim.randomness import Floats, Ids, Luck, MonthLuck, Occasions, decision_key

LUCK = Luck(7, 3)
SEEDS = st.integers(-(2**70), 2**70)


@given(seed=SEEDS, replicate=st.integers(0, 10**6), few=st.integers(0, 60), more=st.integers(0, 60))
def test_more_people_leave_the_numbers_of_the_first_ones_alone(seed: int, replicate: int, few: int, more: int) -> None:
    luck = Luck(seed, replicate)
    assert np.array_equal(luck.uniform("arrest", 5, few + more)[:few], luck.uniform("arrest", 5, few))


@given(start=st.integers(0, 90), length=st.integers(0, 30))
def test_a_window_of_people_gets_the_numbers_it_has_in_the_whole(start: int, length: int) -> None:
    whole = LUCK.uniform("arrest", 5, 120)
    assert np.array_equal(LUCK.uniform("arrest", 5, start + length, start), whole[start : start + length])


def test_offset_37_of_100() -> None:
    assert np.array_equal(LUCK.uniform("death", 1, 100)[37:], LUCK.uniform("death", 1, stop=100, start=37))


def test_nobody_gets_no_numbers() -> None:
    assert LUCK.uniform("death", 1, stop=5, start=5).shape == (0,)
    assert LUCK.uniform("death", 1, stop=4, start=5).shape == (0,)


def test_every_part_of_the_address_matters() -> None:
    addresses = product((0, 1, 7), (0, 1), ("arrest", "death", "arrest.prison"), (0, 1, 2))
    firsts = [float(Luck(seed, rep).uniform(name, step, 1)[0]) for seed, rep, name, step in addresses]
    assert len(set(firsts)) == len(firsts) == 54


def test_swapping_two_parts_of_an_address_is_another_address() -> None:
    assert Luck(1, 2).uniform("arrest", 3, 4).tolist() != Luck(2, 1).uniform("arrest", 3, 4).tolist()
    assert Luck(1, 2).uniform("arrest", 3, 4).tolist() != Luck(1, 3).uniform("arrest", 2, 4).tolist()


def test_step_and_entity_do_not_run_into_each_other() -> None:
    blocks = np.concatenate([LUCK.uniform("arrest", step, 1000) for step in range(50)])
    assert len(np.unique(blocks)) == 50_000


def test_seed_zero_is_a_seed_like_any_other() -> None:
    zero, one = Luck(0, 0).uniform("arrest", 1, 1000), Luck(1, 0).uniform("arrest", 1, 1000)
    assert not np.intersect1d(zero, one).size
    assert 0.45 < zero.mean() < 0.55


def test_negative_and_huge_seeds_work_and_differ() -> None:
    seeds = (-1, 1, 2**63, 2**63 - 1, -2, 2, 10**18, 2**64 - 3)
    firsts = {float(Luck(seed, 0).uniform("arrest", 1, 1)[0]) for seed in seeds}
    assert len(firsts) == len(seeds)


def test_a_call_in_between_changes_nothing() -> None:
    alone = LUCK.uniform("arrest", 1, 10)
    LUCK.uniform("death", 2, 3)
    LUCK.pair("matching", np.arange(3), np.arange(3))
    Luck(9, 9).normal("other", 1, 5)
    assert np.array_equal(LUCK.uniform("arrest", 1, 10), alone)


def test_numpy_own_randomness_is_left_alone() -> None:
    np.random.seed(3)  # noqa: NPY002 - the global state is what must not move
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    LUCK.uniform("arrest", 1, 10)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_threads_get_the_numbers_that_they_get_alone() -> None:
    def draw(seed: int) -> list[float]:
        return [float(Luck(seed, 0).uniform("arrest", step, 5)[-1]) for step in range(3000)]

    alone = {seed: draw(seed) for seed in range(4)}
    together: dict[int, list[float]] = {}
    threads = [threading.Thread(target=lambda s=seed: together.update({s: draw(s)})) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


@pytest.mark.parametrize("name", ["arrest", "death", "participants.age"])
def test_uniform_over_people(name: str) -> None:
    assert stats.kstest(LUCK.uniform(name, 1, 20_000), "uniform").pvalue > 1e-3


def test_uniform_over_steps_replicates_and_decisions_of_one_person() -> None:
    over_steps = [float(LUCK.uniform("arrest", step, 6, 5)[0]) for step in range(3000)]
    over_replicates = [float(Luck(7, rep).uniform("arrest", 1, 6, 5)[0]) for rep in range(3000)]
    over_seeds = [float(Luck(seed, 3).uniform("arrest", 1, 6, 5)[0]) for seed in range(3000)]
    over_decisions = [float(LUCK.uniform(f"decision {n}", 1, 6, 5)[0]) for n in range(3000)]
    for sample in (over_steps, over_replicates, over_seeds, over_decisions):
        assert stats.kstest(sample, "uniform").pvalue > 1e-3


def test_neighboring_addresses_are_independent() -> None:
    n = 20_000
    here = LUCK.uniform("arrest", 1, n)
    neighbors = [
        LUCK.uniform("arrest", 2, n),
        LUCK.uniform("arrest", 1, n + 1, 1),
        LUCK.uniform("arrest", 1, n + 4, 4),
        LUCK.uniform("arrests", 1, n),
        Luck(8, 3).uniform("arrest", 1, n),
        Luck(7, 4).uniform("arrest", 1, n),
    ]
    for there in neighbors:
        assert abs(np.corrcoef(here, there)[0, 1]) < 4 / np.sqrt(n)
        counts = np.histogram2d(here, there, bins=8, range=[[0, 1], [0, 1]])[0].ravel()
        assert stats.chisquare(counts).pvalue > 1e-4


def test_normals_are_standard_and_never_infinite() -> None:
    drawn = LUCK.normal("frailty", 0, 200_000)
    assert np.isfinite(drawn).all()
    assert stats.kstest(drawn, "norm").pvalue > 1e-3


@pytest.mark.parametrize(("u", "sigmas"), [(0.0, -8.2), (1 - 2.0**-53, 8.2)])
def test_the_most_extreme_uniforms_make_finite_normals(
    monkeypatch: pytest.MonkeyPatch, u: float, sigmas: float
) -> None:
    monkeypatch.setattr(Luck, "uniform", lambda *_: np.array([u]))
    assert LUCK.normal("frailty", 0, 1)[0] == pytest.approx(sigmas, abs=0.2)


def test_a_normal_is_the_inverse_transform_of_its_uniform() -> None:
    u, z = LUCK.uniform("frailty", 0, 1000), LUCK.normal("frailty", 0, 1000)
    assert np.allclose(stats.norm.cdf(z), u, atol=1e-12)


@settings(max_examples=50)
@given(
    first=st.lists(st.integers(0, 10**6), min_size=1, max_size=6, unique=True),
    second=st.lists(st.integers(0, 10**12), min_size=1, max_size=6, unique=True),
)
def test_the_number_of_a_pair_depends_on_nobody_else(first: list[int], second: list[int]) -> None:
    table = LUCK.pair("matching", np.array(first), np.array(second))
    assert table.shape == (len(first), len(second))
    for row, one in enumerate(first):
        alone = LUCK.pair("matching", np.array([one]), np.array(second[::-1]))
        assert np.array_equal(table[row], alone[0, ::-1])


def test_pairs_are_uniform_and_neighbors_independent() -> None:
    table = LUCK.pair("matching", np.arange(300), np.arange(300))
    assert table.min() >= 0.0
    assert table.max() < 1.0
    assert len(np.unique(table)) == table.size
    assert stats.kstest(table.ravel(), "uniform").pvalue > 1e-3
    for here, there in ((table[1:], table[:-1]), (table[:, 1:], table[:, :-1]), (table, table.T)):
        assert abs(np.corrcoef(here.ravel(), there.ravel())[0, 1]) < 4 / np.sqrt(here.size)


def test_pair_luck_has_an_address_too() -> None:
    one, other = np.arange(5), np.arange(4)
    table = LUCK.pair("matching", one, other)
    for different in (Luck(8, 3), Luck(7, 4), Luck(73, 0)):
        assert not np.intersect1d(table, different.pair("matching", one, other)).size
    assert not np.intersect1d(table, LUCK.pair("housing", one, other)).size


def test_the_key_of_a_name_is_the_same_in_every_process() -> None:
    # blake2b("arrest", 8 bytes), little end first: `printf arrest | b2sum -l 64`
    assert decision_key("arrest") == int.from_bytes(bytes.fromhex("35ca12a99d2d7c2c"), "little")


def test_occasions_depend_on_how_often_and_who_and_on_nobody_else() -> None:
    whole = Occasions(LUCK, 20).uniform("custody.stay", np.array([1, 2, 1, 3]), np.array([4, 4, 9, 0]))
    assert len(set(whole.tolist())) == 4
    occasions = Occasions(LUCK, 50)
    again = [float(occasions.uniform("custody.stay", np.array([n]), np.array([w]))[0]) for n, w in ((3, 0), (1, 9))]
    assert again == [whole[3], whole[2]]
    assert occasions.uniform("custody.stay", np.array([], dtype=np.int64), np.array([], dtype=np.int64)).size == 0


def test_draws_of_some_are_the_same_whoever_else_is_asked() -> None:
    luck, everybody = Luck(3, 1), np.arange(1000)
    u = luck.of("work.loss", 7, everybody)
    some = np.array([3, 999, 4, 0])
    assert np.array_equal(luck.of("work.loss", 7, some), u[some])
    assert np.array_equal(luck.of("work.loss", 7, some, np.zeros(4, dtype=np.int64)), u[some])


@pytest.mark.parametrize(
    "other",
    [
        lambda who: Luck(3, 1).of("work.loss", 8, who),
        lambda who: Luck(3, 2).of("work.loss", 7, who),
        lambda who: Luck(4, 1).of("work.loss", 7, who),
        lambda who: Luck(3, 1).of("work.asks", 7, who),
        lambda who: Luck(3, 1).of("work.loss", 7, who + 1),
        lambda who: Luck(3, 1).of("work.loss", 7, who, np.ones(len(who), dtype=np.int64)),
        lambda who: Luck(3, 1).uniform("work.loss", 7, len(who)),
    ],
)
def test_draws_at_other_addresses_have_nothing_to_do_with_one_another(other: Callable[[Ids], Floats]) -> None:
    who = np.arange(100_000)
    u, v = Luck(3, 1).of("work.loss", 7, who), other(who)
    assert abs(np.corrcoef(u, v)[0, 1]) < 4 / np.sqrt(len(who))
    assert not (u == v).any()


def test_draws_of_some_are_even() -> None:
    u = Luck(3, 1).of("work.loss", 7, np.arange(100_000))
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    v = np.concatenate([Luck(3, 1).of("work.loss", step, np.arange(10)) for step in range(2000)])
    assert stats.kstest(v, "uniform").pvalue > 1e-3


def test_a_months_luck_stands_for_rows_of_its_window() -> None:
    month = MonthLuck(Luck(3, 1), 7, 40, 90)
    rows = np.array([0, 9, 49])
    assert np.array_equal(month.of("work.loss", rows), Luck(3, 1).of("work.loss", 7, rows + 40))
    assert np.array_equal(month.beyond("work.loss", rows), Luck(3, 1).of("work.loss", 7, rows))
    assert np.array_equal(month("death"), Luck(3, 1).uniform("death", 7, 90, 40))

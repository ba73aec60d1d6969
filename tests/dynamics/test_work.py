from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from dynamics.hand_made import people, traits
from reentrysim.agents.employers import Employers
from reentrysim.agents.participants import Lives, Traits
from reentrysim.dynamics import work
from reentrysim.randomness import Luck, MonthLuck
from reentrysim.vocabulary import NEVER, Home, Race, Trade

KNOWN = {
    "work.willing_employers_share": 0.4,
    "work.assured_willing_share": 0.5,
    "work.wage_support_gain": 0.2,
    "work.record_callback_ratio": 1.5,
    "work.employers_asking_share": 0.8,
    "work.black_gap_with_record": 0.25,
    "work.black_gap_without_record": 0.5,
    "work.loss_level": np.log(0.3),
    "work.loss_decline": 0.5,
    "work.good_job_loss_ratio": 0.5,
    "work.use_loss_ratio": 2.0,
    "work.effort": np.log(2.0),
    "work.effort_decline": 1.0,
    "work.homeless_effort_ratio": 0.5,
    "work.turnover_monthly": 0.1,
    "work.rivals_per_opening": 2.0,
    "work.learning_most": 0.2,
    "health.search_gain": 1.0,
    "health.start": 0.5,
}
VALUES = numbers(small(), KNOWN)
MANY = 20_000
NEAR = 4 * np.sqrt(0.25 / MANY)
ROWS = np.arange(MANY)
FREE = np.ones(MANY)
USUAL: dict[str, Any] = {
    "demand": 1.0,
    "tightness": np.ones(len(Trade)),
    "barred": np.zeros(len(Trade), dtype=np.bool_),
    "assurance": "none",
    "wage_support": 0.0,
    "ban_the_box": False,
    "discrimination": True,
    "scarce": True,
}


def luck(step: int = 20) -> MonthLuck:
    return MonthLuck(Luck(4, 0), step, 0, MANY)


def employers(count: int = 50, **columns: Any) -> Employers:
    """Employers of 100 places in carpentry, of whom each considers two in five."""
    usual: dict[str, Any] = {
        "trade": Trade.CARPENTRY,
        "place": 0,
        "seats": 100,
        "good": False,
        "wage": 10.0,
        "willing": 0.4,
    }
    usual |= {"opinion": 0.0, "openings": 1000, **columns}
    return Employers(**{name: np.broadcast_to(value, count).copy() for name, value in usual.items()})


def lives(who: Traits, **columns: Any) -> Lives:
    state = Lives.inside(who, 0.5)
    for name, value in columns.items():
        getattr(state, name)[:] = value
    return state


def considered(who: Traits, released: int = 1, last_arrest: int = NEVER, **rules: Any) -> float:
    """Chance to be considered by an employer who considers two in five."""
    labor = work.labor_market(employers(), VALUES, **USUAL | rules)
    state = people(who, released_step=released, last_arrest=last_arrest)
    return float(work.consideration(np.full(1, 0.4), state, who, np.arange(1), labor, clean_since=8)[0])


ONE, BLACK = traits(1), traits(1, race=Race.BLACK)


@pytest.mark.parametrize(
    ("who", "rules", "chance"),
    [
        (ONE, {}, 0.4),
        (BLACK, {}, 0.4 * 0.75),
        (BLACK, {"discrimination": False}, 0.4),
        (ONE, {"ban_the_box": True}, 0.4 * (1 + 0.8 * 0.5)),
        (BLACK, {"ban_the_box": True}, 0.4 * (1 + 0.8 * 0.5) * 0.5),
        (ONE, {"assurance": "insurance"}, 0.5),
        (ONE, {"assurance": "review"}, 0.5),
        (ONE, {"wage_support": 0.5}, 0.5),
        (ONE, {"wage_support": 1.0, "assurance": "insurance"}, 0.7),
        (traits(1, race=Race.HISPANIC), {}, 0.4),
    ],
)
def test_who_is_considered_by_hand(who: Traits, rules: dict[str, Any], chance: float) -> None:
    assert considered(who, **rules) == pytest.approx(chance)


def test_a_clean_year_counts_only_with_one_and_only_where_it_is_asked() -> None:
    rule = {"assurance": "clean_year"}
    assert considered(ONE, released=8, **rule) == pytest.approx(0.5)  # at the start of the month: a whole year out
    assert considered(ONE, released=9, **rule) == pytest.approx(0.4)
    assert considered(ONE, released=1, last_arrest=7, **rule) == pytest.approx(0.5)
    assert considered(ONE, released=1, last_arrest=8, **rule) == pytest.approx(0.4)
    assert considered(ONE, released=1) == pytest.approx(0.4)


def test_vacancies_and_rivals_follow_the_market() -> None:
    tight = work.labor_market(employers(2), VALUES, **USUAL | {"tightness": np.full(4, 3.0), "demand": 0.5})
    assert tight.openings.tolist() == pytest.approx([30.0, 30.0])  # a tenth of 100 places, times three
    assert tight.rivals.tolist() == pytest.approx([10.0, 10.0])  # two for each usual opening, times a half
    there = employers(2)
    work.open_vacancies(there, tight, luck())
    assert set(there.openings.tolist()) <= {30, 31}


def losing(**columns: Any) -> float:
    who = traits(MANY)
    state = lives(who, employer=0, **columns)
    return len(work.job_losers(state, np.arange(MANY), FREE, VALUES, luck())) / MANY


def test_the_longer_a_job_has_lasted_the_safer_it_is() -> None:
    assert losing(job_step=19) == pytest.approx(1 - np.exp(-0.3), abs=NEAR)
    assert losing(job_step=16) == pytest.approx(1 - np.exp(-0.15), abs=NEAR)  # four months, and their root
    assert losing(job_step=19, good_job=True) == pytest.approx(1 - np.exp(-0.15), abs=NEAR)
    assert losing(job_step=19, using=True) == pytest.approx(1 - np.exp(-0.6), abs=NEAR)


def test_a_month_in_jail_ends_a_job() -> None:
    state = lives(traits(MANY), employer=3, job_step=1)
    assert len(work.job_losers(state, np.arange(MANY), np.zeros(MANY), VALUES, luck())) == MANY
    work.end_jobs(state, ROWS[:10])
    assert (state.employer == NEVER).sum() == 10


@pytest.mark.parametrize(
    ("since", "free", "columns", "mean"),
    [
        (1, 1.0, {}, 2.0),
        (4, 1.0, {}, 0.5),
        (1, 0.5, {}, 1.0),
        (1, 1.0, {"home": Home.STREET}, 1.0),
        (1, 1.0, {"home": Home.OTHERS}, 2.0),
        (1, 1.0, {"self_efficacy": 1.0}, 2.0 * np.exp(0.5)),
    ],
)
def test_how_many_employers_are_asked(since: int, free: float, columns: dict[str, Any], mean: float) -> None:
    even = (np.arange(MANY) + 0.5) / MANY
    asks = work.asks(ROWS, np.full(MANY, since), FREE * free, lives(traits(MANY), **columns), VALUES, even)
    assert asks.mean() == pytest.approx(mean, abs=0.001)


def test_nobody_asks_more_than_the_most() -> None:
    eager = VALUES.merged({"work.effort": 9.0})
    assert (
        work.asks(ROWS, np.ones(MANY), FREE, lives(traits(MANY)), eager, FREE * 0.5).max() == VALUES["work.most_asks"]
    )


def hired(who: Traits, asks: int = 1, **columns: Any) -> Lives:
    """Everybody asks so many employers, without rivals."""
    there, state = employers(**columns), lives(who)
    labor = work.labor_market(there, VALUES, **USUAL | {"demand": 0.0})
    work.find_jobs(people(who), who, state, ROWS, np.full(MANY, asks), there, labor, 0.0, VALUES, luck())
    return state


@pytest.mark.parametrize(("asks", "share"), [(0, 0.0), (1, 0.4), (3, 1 - 0.6**3)])
def test_with_vacancies_for_all_those_considered_are_hired(asks: int, share: float) -> None:
    state = hired(traits(MANY), asks)
    assert (state.employer != NEVER).mean() == pytest.approx(share, abs=NEAR)
    assert (state.job_step[state.employer != NEVER] == 20).all()


def test_what_an_employer_has_learned_changes_whom_it_considers() -> None:
    shares = [(hired(traits(MANY), opinion=opinion).employer != NEVER).mean() for opinion in (-1.0, 0.0, 1.0)]
    assert shares == pytest.approx([0.2, 0.4, 0.6], abs=NEAR)


def test_vacancies_are_the_most_that_can_be_had_and_go_to_one_s_own_trade_first() -> None:
    half = np.where(np.arange(MANY) % 2 == 0, Trade.CARPENTRY, Trade.OFFICE)
    state = hired(traits(MANY, trade=half), openings=20)
    assert np.bincount(state.employer[state.employer != NEVER]).tolist() == [20] * 50
    own_trade = (half == Trade.CARPENTRY)[state.employer != NEVER]
    assert own_trade.mean() > 0.65


def test_vacancies_can_be_more_in_one_trade() -> None:
    there = employers(2, trade=np.array([Trade.CARPENTRY, Trade.OFFICE]))
    labor = work.labor_market(there, VALUES, **USUAL | {"tightness": np.array([1.0, 1.0, 1.0, 2.0])})
    assert labor.openings.tolist() == pytest.approx([10.0, 20.0])


def test_a_trade_without_licenses_hires_nobody_with_a_record_and_others_as_before() -> None:
    there = employers(2, trade=np.array([Trade.CARPENTRY, Trade.OFFICE]), openings=MANY, willing=1.0)
    labor = work.labor_market(there, VALUES, **USUAL | {"barred": np.arange(4) == Trade.OFFICE, "demand": 0.0})
    who = traits(MANY)
    state = lives(who)
    work.find_jobs(people(who), who, state, ROWS, np.ones(MANY, dtype=np.int64), there, labor, 0.0, VALUES, luck())
    assert set(state.employer.tolist()) == {NEVER, 0}
    assert np.mean(state.employer == 0) == pytest.approx(0.5, abs=NEAR)


def test_who_cannot_travel_works_near_home() -> None:
    there = employers(2, place=np.array([0, 1]), openings=MANY, willing=1.0)
    labor = work.labor_market(there, VALUES, **USUAL | {"demand": 0.0})
    who = traits(MANY, travels=False, place=1)
    state = lives(who)
    work.find_jobs(people(who), who, state, ROWS, np.ones(MANY, dtype=np.int64), there, labor, 0.0, VALUES, luck())
    assert set(state.employer.tolist()) == {NEVER, 1}


def test_what_programs_taught_and_acceptance_help_to_be_hired() -> None:
    there = employers(openings=10)
    labor = work.labor_market(there, VALUES, **USUAL | {"scarce": False})
    who = traits(MANY, trade=Trade.OFFICE)
    found = []
    for skills, accepted in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.2)):
        state, asking = lives(who), np.ones(MANY, dtype=np.int64)
        taught = lambda who, trade, skills=skills: np.full(len(who), skills)  # noqa: E731
        work.find_jobs(people(who), who, state, ROWS, asking, there, labor, 0.0, VALUES, luck(), taught, accepted)
        found.append((state.employer != NEVER).mean())
    assert found[1] > found[0] + 0.05
    assert found[2] > found[0] + 0.05


def test_without_employers_nobody_is_hired() -> None:
    who, there = traits(5), employers(0)
    labor = work.labor_market(there, VALUES, **USUAL)
    state = lives(who)
    work.find_jobs(people(who), who, state, np.arange(5), np.full(5, 8), there, labor, 3.0, VALUES, luck())
    assert (state.employer == NEVER).all()


def test_peers_take_vacancies() -> None:
    who, there = traits(MANY, trade=Trade.OFFICE), employers(openings=100)
    labor = work.labor_market(there, VALUES, **USUAL | {"demand": 0.0, "scarce": False})
    found = []
    for peers in (0.0, 50 * 200.0):
        state = lives(who)
        work.find_jobs(
            people(who), who, state, ROWS, np.ones(MANY, dtype=np.int64), there, labor, peers, VALUES, luck()
        )
        found.append((state.employer != NEVER).mean())
    assert found[0] == pytest.approx(0.4, abs=NEAR)
    assert found[1] == pytest.approx(0.4 * 0.5, abs=0.02)  # 100 vacancies each, and 200 peers for them

from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from dynamics.hand_made import people, traits
from reentrysim.agents.participants import Participants, Traits
from reentrysim.dynamics import custody
from reentrysim.dynamics.custody import custody_days, enter_and_release, take_into_custody
from reentrysim.dynamics.reoffending import NO_ROUTE, Month
from reentrysim.evidence.population import load_profile
from reentrysim.randomness import Luck, MonthLuck, Occasions
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Route, Status

VALUES = numbers(small())
LASTING = custody.stays(VALUES, load_profile("us_2008"))
LUCK = Luck(6, 0)


def happens(count: int, *, arrested: bool = False, route: int = NO_ROUTE, died: bool = False) -> Month:
    """The same month for everybody."""
    dead, flags, no = (np.full(count, flag) for flag in (died, arrested, False))
    return Month(dead, flags, np.zeros(count, np.int8), flags, np.full(count, route, np.int8), no, no, np.zeros(count))


def take(who: Traits, state: Participants, month: Month, step: int = 1) -> None:
    count = len(who.age)
    take_into_custody(state, who, month, LASTING, MonthLuck(LUCK, step, 0, count), Occasions(LUCK, count))


def release(who: Traits, state: Participants, step: int) -> None:
    enter_and_release(state, who, step, VALUES, Occasions(LUCK, len(who.age)), start=0)


def test_a_person_enters_waits_and_is_released() -> None:
    who = traits(1, release_step=5, entry_step=3)
    state = Participants.before_entry(who)
    statuses = []
    for step in range(1, 7):
        release(who, state, step)
        statuses.append(int(state.status[0]))
    away, inside, free = Status.AWAY, Status.AWAITING_RELEASE, Status.COMMUNITY
    assert statuses == [away, away, inside, inside, free, free]


def test_a_person_sentenced_to_nothing_enters_on_the_day_of_release() -> None:
    who = traits(1, release_step=5, entry_step=5)
    state = Participants.before_entry(who)
    release(who, state, 5)
    assert state.status[0] == Status.COMMUNITY


def test_the_supervision_term_has_its_months() -> None:
    state = Participants.before_entry(traits(2, release_step=5, conditional=[True, False], term_months=12))
    assert state.supervised_until.tolist() == [16, NEVER]


def test_release_comes_the_step_after_the_stay() -> None:
    who = traits(1)
    state = people(who, Status.RETURNED, prison_until=8, route=Route.RULE_VIOLATION)
    release(who, state, 8)
    assert state.status[0] == Status.RETURNED
    release(who, state, 9)
    assert state.status[0] == Status.COMMUNITY
    assert state.released_step[0] == 9


def test_a_new_sentence_brings_a_new_term_and_a_revocation_none() -> None:
    who = traits(3, conditional=[True, False, True])
    route = [Route.NEW_SENTENCE, Route.NEW_SENTENCE, Route.REVOKED_AFTER_ARREST]
    state = people(who, Status.RETURNED, prison_until=29, returns=1, route=route, supervised_until=[12, NEVER, 12])
    release(who, state, 30)
    assert state.supervised_until[0] >= 30 + VALUES["custody.shortest_term_months"] - 1
    assert state.supervised_until[1] == NEVER
    assert state.supervised_until[2] == 12


@pytest.mark.parametrize("sex", [0, 1])
def test_jail_stays_hit_the_published_points(sex: int) -> None:
    count = 40_000
    who = traits(count, female=bool(sex))
    state = people(who)
    take(who, state, happens(count, arrested=True))
    men = {3: 0.614, 7: 0.443, 14: 0.322, 30: 0.197, 60: 0.101, 90: 0.061, 270: 0.0}
    women = {3: 0.559, 7: 0.385, 14: 0.266, 30: 0.149, 60: 0.068, 90: 0.037, 270: 0.0}
    for days, share in (men, women)[sex].items():
        assert np.mean(state.jail_days >= days) == pytest.approx(share, abs=0.01)
    assert state.jail_days.min() >= 0.0
    middle = men[3] if sex == 0 else women[3]
    assert np.mean(state.jail_days < 1.5) == pytest.approx((1 - middle) / 2, abs=0.01)  # a straight line from day 0


def test_a_month_of_jail_is_served_a_month() -> None:
    who = traits(3)
    state = people(who, jail_days=[10.0, DAYS_PER_MONTH, 100.0])
    take(who, state, happens(3))
    assert state.jail_days == pytest.approx([0.0, 0.0, 100.0 - DAYS_PER_MONTH])


def test_a_return_swallows_jail_and_begins_next_step() -> None:
    who = traits(500)
    state = people(who, jail_days=50.0)
    take(who, state, happens(500, arrested=True, route=Route.NEW_SENTENCE), step=7)
    assert (state.jail_days == 0.0).all()
    assert (state.status == Status.RETURNED).all()
    assert state.prison_until.min() >= 8  # at least one whole month inside
    assert (state.returns == 1).all()


@pytest.mark.parametrize(
    ("route", "months"), [(Route.NEW_SENTENCE, 17), (Route.REVOKED_AFTER_ARREST, 8), (Route.RULE_VIOLATION, 6)]
)
def test_mean_stays_by_route(route: Route, months: int) -> None:
    count = 40_000
    who = traits(count)
    state = people(who)
    take(who, state, happens(count, route=route), step=1)
    stay = state.prison_until - 1
    assert stay.mean() == pytest.approx(months, abs=4 * months / np.sqrt(count))
    assert stay.min() == 1


def test_stays_are_drawn_by_occasion_and_not_by_date() -> None:
    who = traits(50)
    early, late = people(who), people(who)
    take(who, early, happens(50, route=Route.RULE_VIOLATION), step=3)
    take(who, late, happens(50, route=Route.RULE_VIOLATION), step=20)
    assert np.array_equal(early.prison_until - 3, late.prison_until - 20)
    again = people(who, returns=1)
    take(who, again, happens(50, route=Route.RULE_VIOLATION), step=3)
    assert not np.array_equal(early.prison_until, again.prison_until)


def test_death_is_final() -> None:
    who = traits(4, release_step=2)
    state = people(who, jail_days=20.0, prison_until=3)
    take(who, state, happens(4, died=True))
    assert (state.status == Status.DEAD).all()
    assert (state.jail_days == 0.0).all()
    for step in range(2, 8):
        release(who, state, step)
        assert (state.status == Status.DEAD).all()


def test_days_in_custody_by_hand() -> None:
    state = people(traits(4), jail_days=[0.0, 10.0, 45.0, 0.0])
    state.status[3] = Status.RETURNED
    assert custody_days(state) == pytest.approx([0.0, 10.0, 365.25 / 12, 365.25 / 12])

from __future__ import annotations

import numpy as np

from dynamics.hand_made import people, traits
from reentrysim.dynamics.recording import Living, Record, note_cohort, note_first_events
from reentrysim.dynamics.reoffending import NO_ROUTE, Month
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Home, Offense, Route


def month(arrested: list[bool], route: list[int], died: list[bool] | None = None) -> Month:
    flags = np.array(arrested)
    dead, kind = np.array(died or [False] * len(arrested)), np.full(len(flags), Offense.DRUG, np.int8)
    return Month(dead, flags, kind, flags, np.array(route, np.int8), ~flags, flags, np.zeros(len(flags)))


def living(count: int, **columns: list[float]) -> Living:
    whole = {name: np.zeros(count) for name in Living.__dataclass_fields__}
    return Living(**whole | {name: np.array(values) for name, values in columns.items()})


def test_first_events_are_dated_once() -> None:
    state = people(traits(2))
    release_step = np.array([8, 6])
    note_first_events(state, month([True, False], [NO_ROUTE, Route.RULE_VIOLATION]), release_step, 10)
    note_first_events(state, month([True, True], [Route.NEW_SENTENCE] * 2, [False, True]), release_step, 11)
    assert state.first_arrest.tolist() == [3, 6]
    assert state.first_conviction.tolist() == [3, 6]
    assert state.first_return.tolist() == [4, 5]
    assert state.first_route.tolist() == [Route.NEW_SENTENCE, Route.RULE_VIOLATION]
    assert state.death.tolist() == [NEVER, 6]


def test_the_cohorts_month_lands_in_its_row_and_column() -> None:
    record = Record.blank(months=3, cohort=4, steps=10)
    days = np.array([9.0, 9.0, 2.0, DAYS_PER_MONTH])
    happened, homes = month([True] * 4, [NO_ROUTE] * 4), [Home.OTHERS, Home.NONE, Home.STREET, Home.OWN]
    lives = living(4, employed=[True, False, False, True], home=homes, earned=[9.0, 0.0, 0.0, 900.0])
    # Released together by ones, by nobody, by twos, by ones: months 4 (beyond the follow-up), 3, 1, 0 (not out yet).
    note_cohort(record, np.array([4, 3, 1, 0]), np.array([0, 1, 1, 3, 4]), happened, days, lives)
    assert record.arrests.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    note_cohort(record, np.array([3]), np.array([3, 4]), happened, days, lives)
    assert record.arrests.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert record.supervised.tolist() == record.convicted.tolist() == (record.arrests > 0).tolist()
    assert np.argwhere(record.seriousness == Offense.DRUG).tolist() == [[0, 1], [0, 2], [2, 3]]
    assert not record.returned.any() and not record.in_prison.any()
    assert record.custody_days[0].tolist() == [0.0, 9.0, 2.0, 0.0]
    assert np.argwhere(record.in_custody).tolist() == np.argwhere(record.employed).tolist() == [[2, 3]]
    assert record.home.tolist() == [[0, Home.NONE, Home.STREET, 0], [0, 0, 0, 0], [0, 0, 0, Home.OWN]]
    assert record.earned.sum() == record.earned[2, 3] == 900.0

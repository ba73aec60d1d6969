"""Whoever watches changes nothing, and sees what the model's own record says."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from behavior.small_runs import EVERY_PROGRAM, TOTAL, model_of, small
from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.telling import life
from reentrysim.analysis.lives.watching import Watch
from reentrysim.dynamics.reoffending import NO_ROUTE
from reentrysim.model import ReentryModel
from reentrysim.vocabulary import NEVER

RICH = small({**EVERY_PROGRAM, TOTAL: 6e6}, size=120)


@pytest.fixture(scope="module")
def watched() -> tuple[ReentryModel, Watch]:
    model = model_of(RICH)
    watch = Watch(model)
    while model.running:
        model.step()
        watch.look(model)
    return model, watch


def test_a_watch_changes_nothing_bit_for_bit(watched: tuple[ReentryModel, Watch]) -> None:
    alone, (model, _) = model_of(RICH), watched
    while alone.running:
        alone.step()
    for table in ("people", "lives", "mentees", "record", "mentors", "employers", "providers"):
        one, other = getattr(alone.world, table), getattr(model.world, table)
        for field in fields(one):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True), field.name
    assert np.array_equal(alone.world.ledger.spent, model.world.ledger.spent)


def test_it_sees_what_the_record_says(watched: tuple[ReentryModel, Watch]) -> None:
    model, watch = watched
    record = model.world.record
    seen = {lane: table[:, watch.lead :].T for lane, table in watch.lanes.items()}
    outside = ~record.in_custody & (seen[states.CUSTODY] != states.DEAD)
    assert np.array_equal(np.where(record.in_custody, 0, seen[states.HOME])[outside], record.home[outside])
    held = np.isin(seen[states.WORK], [states.PROGRAM_JOB])
    assert np.array_equal(held & outside, record.program_job)
    assert np.array_equal((seen[states.WORK] == states.JOB) & outside, record.employed & ~record.program_job)
    inside = np.isin(seen[states.CUSTODY], [states.JAIL, states.BACK])
    assert np.array_equal(inside & (record.custody_days >= 30.4), record.in_custody)
    assert np.array_equal(watch.route[:, watch.lead :].T != NO_ROUTE, record.returned)
    some = (record.custody_days > 0) & (record.custody_days < 30.4) & ~record.returned & outside
    assert (seen[states.CUSTODY][some] == states.JAIL_DAYS).all()
    assert held.any() and some.any() and inside.any()


def test_before_release_there_is_prison_and_nothing_else(watched: tuple[ReentryModel, Watch]) -> None:
    model, watch = watched
    before = watch.lanes[states.CUSTODY][:, : watch.lead]
    served = model.world.traits.months_served[model.world.calendar.cohort]
    assert ((before == states.INSIDE).sum(axis=1) == np.minimum(served, watch.lead)).all()
    assert (watch.lanes[states.HOME][:, : watch.lead] == 0).all()
    assert (watch.lanes[states.CUSTODY][:, watch.lead] != states.INSIDE).all()


def test_months_have_no_zero_and_stand_where_they_say(watched: tuple[ReentryModel, Watch]) -> None:
    _, watch = watched
    assert watch.months[:8] == (-6, -5, -4, -3, -2, -1, 1, 2)
    assert watch.months[-1] == 24
    assert len(watch.months) == watch.lanes[states.HOME].shape[1]


def test_a_life_tells_every_event_in_its_month(watched: tuple[ReentryModel, Watch]) -> None:
    model, watch = watched
    people, record = model.world.people, model.world.record
    cohort = model.world.calendar.cohort
    for row in range(120):
        told = life(model, watch, row)
        assert told.lanes.keys() == {"custody", "home", "work", "use", "mentoring", *model.world.enrolled}
        months = {what: [e.month for e in told.events if e.what == what] for what in states.EVENTS}
        assert months["arrest"] == (np.flatnonzero(record.arrests[:, row]) + 1).tolist()
        assert months["conviction"] == (np.flatnonzero(record.convicted[:, row]) + 1).tolist()
        assert months["return"] == (np.flatnonzero(record.returned[:, row]) + 1).tolist()
        first = int(people.first_return[row + cohort.start])
        assert told.back == (first if first != NEVER and first <= 24 else None)
        assert (months["death"] == [told.died]) if told.died else not months["death"]
        assert months["release"][0] == 1
        assert [event.month for event in told.events] == sorted(event.month for event in told.events)


def test_matches_and_places_begin_and_end(watched: tuple[ReentryModel, Watch]) -> None:
    model, watch = watched
    served = 0
    for row in range(120):
        told = life(model, watch, row)
        states_of = [state != "" for state in told.lanes["case_management"]]
        turns = sum(now and not before for before, now in zip([False, *states_of], states_of, strict=False))
        begun = [event for event in told.events if event.words == "case management begins"]
        assert len(begun) == turns
        served += bool(begun)
    table = model.world.enrolled["case_management"]
    cohort = model.world.calendar.cohort
    assert served == np.count_nonzero(table.start_step[cohort] != NEVER) > 10

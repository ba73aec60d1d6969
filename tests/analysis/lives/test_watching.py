"""Whoever watches changes nothing, and sees what the model's own record says."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import EVERY_PROGRAM, TOTAL, model_of, small
from reentrysim.agents.columns import Ints, rows_where
from reentrysim.agents.participants import Enrollment, Mentees
from reentrysim.analysis.answer import program_words
from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.telling import life
from reentrysim.analysis.lives.watching import Watch
from reentrysim.dynamics import engagement
from reentrysim.dynamics.reoffending import NO_ROUTE
from reentrysim.model import ReentryModel
from reentrysim.programs import enrollment
from reentrysim.programs.enrollment import Terms
from reentrysim.vocabulary import NEVER

BEGIN, BEGIN_MATCHES = enrollment.begin, engagement.begin_matches
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


def test_every_match_and_place_begins_and_ends_in_its_month() -> None:
    """By hand: whatever the stages begin is noted on the way, also what is over by the end of the month."""
    model = model_of(RICH)
    watch, begun, held = Watch(model), set(), set()
    cohort, released = model.world.calendar.cohort, model.world.calendar.release_steps

    def note(program: str, who: Ints) -> None:
        for person in (who + model.now.window.start).tolist():
            begun.add((program, person, model.steps - int(released[person])))

    def begin(enrolled: Enrollment, who: Ints, place: Ints, terms: Terms, step: int) -> None:
        note(terms.name, who)
        BEGIN(enrolled, who, place, terms, step)

    def begin_matches(mentees: Mentees, who: Ints, *more: Any) -> None:
        note("mentoring", who)
        BEGIN_MATCHES(mentees, who, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enrollment, "begin", begin)
        patch.setattr(engagement, "begin_matches", begin_matches)
        while model.running:
            model.step()
            watch.look(model)
            having = {"mentoring": model.world.mentees.mentor}
            having |= {name: table.place for name, table in model.world.enrolled.items()}
            held |= {
                (n, p, model.steps - int(released[p])) for n, of in having.items() for p in rows_where(of != NEVER)
            }
    short, later = begun - held, set[Any]()
    for row in range(120):
        person, told = row + cohort.start, life(model, watch, row)
        for program in watch.programs:
            words = "mentor" if program == "mentoring" else program_words(program)
            for place, month in enumerate(watch.months):
                since = place - watch.lead
                now, before = ((program, person, since - back) in held for back in (0, 1))
                new = (program, person, since) in begun
                here = [event.words for event in told.events if event.month == month]
                assert (f"{words} begins" in here) == ((now or new) and not before)
                assert (f"{words} ends" in here) == ((before or new) and not now)
                state = told.lanes[program][place]
                assert (state in (states.HAS_MENTOR, states.HELD)) == now
                assert (state in (states.HAD_MENTOR_FOR_PART, states.HELD_FOR_PART)) == (new and not now)
                if new and not now and any(told.lanes[program][:place]):
                    later.add((program, person, since))
    cohort_short = {program for program, person, _ in short if cohort.start <= person < cohort.stop}
    assert "mentoring" in cohort_short and "transitional_jobs" in cohort_short
    assert later and {program for program, *_ in later} - {"mentoring"}  # second places, of which there is no record


def test_whoever_is_reached_begins_something(watched: tuple[ReentryModel, Watch]) -> None:
    model, watch = watched
    cohort = model.world.calendar.cohort
    for row in range(120):
        told = life(model, watch, row)
        begins = {event.words for event in told.events if event.what == states.BEGINS}
        starts = {name: table.start_step[row + cohort.start] for name, table in model.world.enrolled.items()}
        reached = {f"{program_words(name)} begins" for name, step in starts.items() if step != NEVER}
        reached |= {"mentor begins"} if model.world.mentees.matches[row + cohort.start] else set()
        assert begins == reached

"""What must hold in every month of every run, and what a run may leave behind: nothing."""

from __future__ import annotations

import gc
import tracemalloc
import weakref

import mesa
import numpy as np
import pytest

from behavior.small_runs import PER_WORKER, TOTAL, cohort, model_of, numbers, small
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario, shipped_scenarios
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Route, Status

SHIPPED = sorted(shipped_scenarios())
COPY = ("status", "released_step", "returns", "death", "first_arrest", "first_return", "prison_until")
VARIANTS = {
    "wait": {},
    "thin out": {"policies.caseload.mentoring.when_full": "thin_out", TOTAL: 60_000.0},
    "dense": {"programs.mentoring.dose": "front_loaded"},
    "everybody": {"programs.mentoring.eligible.risk": ["low", "medium", "high"]},
    "by luck": {"policies.matching.mentoring.ties": "luck", "policies.matching.mentoring.rematch_after_months": 3},
    "inside": {"programs.mentoring.setting": "custody"},
    "outside": {"programs.mentoring.setting": "community", "programs.mentoring.eligible.from_month": 1},
    "cohort": {"time.intake": "cohort", "time.warmup_months": 0, "time.tail_months": 0},
}


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS)
def model(request: pytest.FixtureRequest) -> ReentryModel:
    """A small world with much custody, supervision and death, before its first step."""
    busy = {"mortality.annual_death_rate": 0.2, "mortality.custody_death_rate": 0.2, "violation.level": -2.5}
    return model_of(small({"time.follow_up_months": 18, **request.param}, size=200), busy)


def test_no_mentor_has_more_people_than_allowed_at_any_step(model: ReentryModel) -> None:
    policy = model.scenario.policies.caseload.mentoring
    most = policy.per_worker * (2 if policy.when_full == "thin_out" else 1)
    busiest = 0
    while model.running:
        model.step()
        mentor = model.world.mentees.mentor
        load = np.bincount(mentor[mentor != NEVER], minlength=len(model.world.mentors.tenure))
        assert load.max() <= most
        assert not load[~model.world.mentors.active(model.steps)].any()
        busiest = max(busiest, int(load.max()))
    assert busiest == most


def test_custody_and_death_are_what_they_say_in_every_step(model: ReentryModel) -> None:
    world, people = model.world, model.world.people
    ever_dead = np.zeros(len(people.status), dtype=bool)
    arrests_seen = returns_seen = 0
    while model.running:
        before = {name: getattr(people, name).copy() for name in COPY}
        model.step()
        window, month = model.now.window, model.now.events
        was, now = before["status"][window], people.status[window]
        released = (was == Status.RETURNED) & (now != Status.RETURNED) & (now != Status.DEAD)
        inside = ((was == Status.RETURNED) & (before["prison_until"][window] >= model.steps)) | (
            world.traits.release_step[window] > model.steps
        )
        assert not (month.arrested & inside).any()
        assert not ((month.route != -1) & inside).any()
        assert (before["prison_until"][window][released] == model.steps - 1).all()  # out the step after the stay
        assert (people.released_step[window][released] == model.steps).all()
        assert not (month.arrested & (was == Status.DEAD)).any()
        dead = people.status == Status.DEAD
        assert not (ever_dead & ~dead).any()
        assert not (dead & (world.mentees.mentor != NEVER)).any()
        assert not ((people.status == Status.RETURNED) & (world.mentees.mentor != NEVER)).any()
        assert not people.jail_days[dead].any()
        for name in ("death", "first_arrest", "first_return"):
            kept = before[name] != NEVER
            assert np.array_equal(getattr(people, name)[kept], before[name][kept])
        ever_dead = dead
        arrests_seen += int(month.arrested.sum())
        returns_seen += int(month.returned.sum())
    assert ever_dead.sum() > 20
    assert arrests_seen > 100
    assert returns_seen > 50


def test_an_arrest_is_remembered_and_half_forgotten_in_six_months() -> None:
    model = model_of(small({"time.follow_up_months": 12}), {"reoffending.recent_arrest_half_life_months": 6.0})
    memory = model.world.people.recent_arrest
    while model.running:
        before = memory.copy()
        model.step()
        expected = np.where(model.now.events.arrested, 1.0, before[model.now.window] * 0.5 ** (1 / 6))
        assert memory[model.now.window] == pytest.approx(expected)
    assert ((memory > 0) & (memory < 0.3)).any()


def test_counts_of_the_record_agree_with_the_people(model: ReentryModel) -> None:
    model.run()
    people, months = model.world.people, model.scenario.time.follow_up_months
    first = cohort(model, people.first_arrest)
    in_time = (first != NEVER) & (first <= months)
    record = model.world.record
    assert np.array_equal(record.arrests.any(axis=0), in_time)
    assert np.array_equal(record.arrests.argmax(axis=0)[in_time] + 1, first[in_time])
    assert record.custody_days.max() <= DAYS_PER_MONTH
    returned = cohort(model, people.first_return) != NEVER
    assert np.array_equal(cohort(model, people.returns) > 0, returned)


def test_mentored_people_were_willing_offered_eligible_and_seen(model: ReentryModel) -> None:
    model.run()
    mentees, traits, program = model.world.mentees, model.world.traits, model.scenario.programs.mentoring
    served = mentees.matches > 0
    assert served.sum() > 10
    assert mentees.willing[served].all()
    assert (mentees.offered_step[served] != NEVER).all()
    bands = [("low", "medium", "high").index(band) for band in program.eligible.risk]
    assert set(model.world.risk[served]) <= set(bands)
    gap = mentees.match_step[served] - traits.release_step[served]
    if program.setting == "custody":
        assert gap.max() < 0
    if program.setting == "community":
        assert gap.min() >= 0
    assert gap.min() >= -6
    assert gap.max() <= 2  # month 3
    assert ((mentees.contacts > 0) <= served).all()
    assert ((mentees.trust > 0) <= served).all()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_ledger_conserves_in_every_shipped_scenario(name: str) -> None:
    scenario = load_scenario(name)
    model = model_of(scenario, participants=100)
    while model.running:
        model.step()
        assert model.world.ledger.conserves()
    model.run()
    ledger = model.world.ledger
    assert ledger.conserves()
    gone = ledger.spent + ledger.lapsed + ledger.unspent + ledger.unpaid
    grants = scenario.funding.sources.values()  # all of which end before the run does
    assert ledger.arrived.sum() == gone.sum() == round(sum(100 * grant.total_dollars for grant in grants))
    overhead = sum(100 * grant.total_dollars * grant.overhead_share for grant in grants)
    administered = (ledger.spent + ledger.unpaid)[:, :, -1].sum()  # and what it would have had of what was not paid
    assert administered == pytest.approx(overhead, abs=200)  # a cent of rounding a month at most, of either
    assert not ledger.balance.any()


def test_running_twice_gives_the_same() -> None:
    first, second = model_of(small()).run(), model_of(small()).run()
    for table in ("people", "lives", "mentees", "mentors", "traits", "employers", "providers"):
        for name in vars(getattr(first.world, table)):
            one, other = getattr(getattr(first.world, table), name), getattr(getattr(second.world, table), name)
            assert np.array_equal(one, other), name
    assert np.array_equal(first.world.ledger.spent, second.world.ledger.spent)


def test_replicates_and_seeds_differ() -> None:
    one, other = model_of(small(), replicate=0).run(), model_of(small(), replicate=1).run()
    assert not np.array_equal(one.world.people.first_arrest, other.world.people.first_arrest)
    assert not np.array_equal(one.world.traits.age, other.world.traits.age)


@pytest.mark.parametrize("seed", [0, -1, 2**70])
def test_every_whole_number_is_a_seed(seed: int) -> None:
    scenario = small({"time.follow_up_months": 3}, size=48)
    model = ReentryModel(scenario, numbers(scenario), Luck(seed, 0)).run()
    assert (cohort(model, model.world.people.released_step) >= 1).all()


def test_a_run_ends_when_the_last_of_the_cohort_has_been_followed() -> None:
    model = model_of(small()).run()
    assert model.steps == 9 + 6 + 24 - 1
    assert not model.running


def test_nobody_of_the_cohort_is_forgotten_and_others_may_be() -> None:
    model = model_of(small()).run()
    at_the_end = cohort(model, model.world.people.status)
    assert set(np.unique(at_the_end)) <= {Status.COMMUNITY, Status.RETURNED, Status.DEAD}


def test_a_model_leaves_nothing_behind_without_the_garbage_collector() -> None:
    scenario = small({"time.follow_up_months": 3}, size=48)
    gc.collect()
    gc.disable()
    try:
        model = model_of(scenario).run()
        gone = weakref.ref(model)
        del model
        assert gone() is None
    finally:
        gc.enable()


def test_many_models_leave_no_memory_and_no_ids_behind() -> None:
    scenario = small({"time.follow_up_months": 3}, size=48)
    ids = len(mesa.Agent._ids)
    model_of(scenario).run()
    tracemalloc.start()
    try:
        model_of(scenario).run()
        before = tracemalloc.get_traced_memory()[0]
        for replicate in range(20):
            model_of(scenario, replicate=replicate).run()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50_000  # twenty models hold some four megabytes
    assert len(mesa.Agent._ids) == ids


def test_no_money_no_mentors() -> None:
    model = model_of(small({TOTAL: 0.0})).run()
    assert not model.world.record.active_mentors.any()
    assert not model.world.record.offers.any()
    assert not model.world.mentees.contacts.any()


def test_routes_of_first_returns_are_the_three() -> None:
    model = model_of(small(size=600)).run()
    routes = model.world.people.first_route[model.world.people.first_return != NEVER]
    assert set(routes.tolist()) == set(Route)


def test_mentors_become_active_after_hiring_and_training() -> None:
    changes = {"programs.mentoring.hire_lag_months": 3, "programs.mentoring.train_lag_months": 2}
    model = model_of(small(changes)).run()
    active = model.world.record.active_mentors
    assert not active[:7].any()  # people wait from step 1 on, mentors are hired for them in step 2 and ready in step 7
    assert active[7] > 0


def test_people_wait_when_mentors_are_few_and_not_when_they_are_many() -> None:
    few = model_of(small({TOTAL: 20_000.0})).run()
    many = model_of(small({TOTAL: 2_000_000.0, PER_WORKER: 50})).run()
    assert few.world.record.waiting[15] > 20
    assert many.world.record.waiting[15] < few.world.record.waiting[15] / 10

"""Short stories of transitional jobs, transitional housing and case management."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from behavior.small_runs import DIRECT, OPEN, TOTAL, cohort, model_of, over_replicates, rearrested, small
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.programs.contract import Channel
from reentrysim.scenario import Scenario
from reentrysim.stages import places, staff, support
from reentrysim.vocabulary import NEVER, Home, HousingKind, Risk, Status

JOBS, HOUSING, CASES = "transitional_jobs", "transitional_housing", "case_management"
EVERYBODY = {"eligible": {"risk": ["low", "medium", "high"]}, "uptake_share": 1.0}
AT_ONCE = {"hire_lag_months": 0, "train_lag_months": 0}
RICH = 50_000_000.0
"""Places for everybody at any price."""
SHARES, RULE = "funding.shares", "funding.rule"
PER_CASEWORKER = "policies.caseload.case_management.per_worker"


def offering(program: str, dollars: float, changes: Mapping[str, Any] | None = None, **table: Any) -> Scenario:
    """300 people in a world where all money goes to one program that everybody may have and accepts."""
    lags = AT_ONCE if program == CASES else {}
    own = {SHARES: {"mentoring": 0.0, program: 1.0}, f"programs.{program}": {**EVERYBODY, **lags, **table}}
    return small({TOTAL: dollars, "circumstances.beds_per_100.transitional": 50.0, **own, **(changes or {})})


def month_by_month(scenario: Scenario, values: Mapping[str, float] | None = None) -> list[ReentryModel]:
    """The same model after every step."""
    model = model_of(scenario, values)
    while model.running:
        model.step()
        yield model


def share(models: list[ReentryModel], outcome: str, month: int) -> float:
    """An outcome at a month, over all runs."""
    return float(np.mean([tabulate(model).series[outcome][0, month - 1] for model in models]))


def served(model: ReentryModel, program: str) -> int:
    """Members of the cohort who ever had a place."""
    return int(np.count_nonzero(cohort(model, model.world.enrolled[program].start_step) != NEVER))


@pytest.mark.parametrize("program", [JOBS, HOUSING, CASES])
def test_every_month_nobody_has_a_place_they_may_not_have(program: str) -> None:
    seen = 0
    for model in month_by_month(offering(program, 2_000_000.0)):
        world = model.world
        enrolled, people = world.enrolled[program], world.people
        held = enrolled.place != NEVER
        seen += int(held.sum())
        assert np.isin(people.status[held], [Status.COMMUNITY, Status.AWAITING_RELEASE]).all()
        assert (enrolled.waiting_since[held] == NEVER).all()
        assert not enrolled.closed[held].any()
        assert (model.steps < enrolled.start_step[held] + world.terms[program].length_months).all()
        assert ((enrolled.dose >= 0.0) & (enrolled.dose <= 1.0)).all()
        assert world.ledger.conserves()
        if program != CASES:
            assert held.sum() <= model.now.paid[program]
        if program == JOBS:
            assert (world.lives.employer[held] == NEVER).all()
        if program == HOUSING:
            assert np.array_equal(held, world.lives.home == Home.TRANSITIONAL)
            assert np.array_equal(world.lives.provider[held], enrolled.place[held])
    assert seen > 50


def test_a_program_job_is_no_job_but_pays() -> None:
    models = over_replicates(offering(JOBS, RICH), {"work.effort": -9.0})
    assert share(models, "program_job", 2) > 0.3
    assert share(models, "employed", 2) < 0.05
    idle = over_replicates(offering(JOBS, 0.0), {"work.effort": -9.0})
    assert share(models, "earnings", 6) > share(idle, "earnings", 6) + 500
    assert share(idle, "program_job", 2) == 0.0


def test_a_program_job_takes_time_to_look_and_placement_gives_it_back() -> None:
    def employed(lock_in: float, placement: float) -> tuple[float, float]:
        values = {
            f"{JOBS}.lock_in_ratio": lock_in,
            f"{JOBS}.placement_ratio": placement,
            f"{JOBS}.quit_monthly_risk": 0,
        }
        models = over_replicates(offering(JOBS, RICH, OPEN, length_months=6, placement_months=0), values)
        return share(models, "employed", 6), share(models, "employed", 12)

    usual, locked, placed = employed(1.0, 1.0), employed(0.0, 1.0), employed(1.0, 6.0)
    assert locked[0] < usual[0] - 0.15  # nobody in a program job looks for another
    # Half a year after it part of that is left: the first months, in which people look hardest, are gone.
    assert 0.0 < usual[1] - locked[1] < 0.6 * (usual[0] - locked[0])
    assert placed[0] > usual[0] + 0.01


def test_help_to_keep_a_job_keeps_it() -> None:
    def employed(ratio: float) -> float:
        values = {f"{JOBS}.retention_loss_ratio": ratio}
        return share(over_replicates(offering(JOBS, RICH, OPEN, placement_months=12), values), "employed", 12)

    assert employed(0.01) > employed(1.0) + 0.1


def displacement(vacancies: str) -> float:
    """What a job program adds to employment in months 4 to 12, where only participants compete."""
    market = {
        "circumstances.vacancies": vacancies,
        "circumstances.background_demand.jobs": 0.0,
        "circumstances.labor_market": 0.1,
        "circumstances.willing_employers_share": 0.2,
        "circumstances.learning": False,
    }
    values = {f"{JOBS}.placement_ratio": 4.0, "work.seeking_share": 0.0}
    means = [
        np.mean([model.world.record.employed[3:12].mean() for model in over_replicates(scenario, values)])
        for scenario in (offering(JOBS, dollars, market, length_months=1) for dollars in (0.0, RICH))
    ]
    return float(means[1] - means[0])


def test_a_job_program_adds_less_where_vacancies_are_fixed() -> None:
    """Displacement: what its people gain, others lose. Both figures stand in docs/model.md."""
    fixed, free = displacement("fixed"), displacement("free")
    print(f"a job program adds {fixed:.3f} where vacancies are fixed and {free:.3f} where they are free")
    assert free > 0.05
    assert fixed < 0.75 * free


def test_beds_without_money_are_nothing_and_money_without_beds_stays_unspent() -> None:
    few = model_of(offering(HOUSING, 0.0)).run()
    many = model_of(offering(HOUSING, 0.0, {"circumstances.beds_per_100.transitional": 100.0})).run()
    for table in ("people", "lives"):
        for field in fields(getattr(few.world, table)):
            one, other = (getattr(getattr(model.world, table), field.name) for model in (few, many))
            assert np.array_equal(one, other), field.name
    assert served(many, HOUSING) == 0
    none = model_of(offering(HOUSING, RICH, {"circumstances.beds_per_100.transitional": 0.0})).run()
    assert served(none, HOUSING) == 0
    spent, arrived = (table.sum(axis=(0, 1)) for table in (none.world.ledger.spent, none.world.ledger.arrived))
    column = none.world.ledger.programs.index(HOUSING)
    assert spent[column] == 0 < arrived[column]


def test_more_beds_and_the_money_for_them_leave_fewer_homeless() -> None:
    def homeless(beds: float) -> float:
        scenario = offering(HOUSING, RICH, {"circumstances.beds_per_100.transitional": beds})
        return share(over_replicates(scenario), "homeless", 3)

    assert homeless(60.0) < homeless(3.0) - 0.02 < homeless(0.0) - 0.02


def test_providers_that_bar_use_take_nobody_who_uses() -> None:
    values = {f"{HOUSING}.barring_use_share": 1.0, "health.relapse_monthly_risk": 0.3}
    model, starts, users = model_of(offering(HOUSING, RICH), values), 0, 0
    while model.running:
        using = model.world.lives.using.copy()
        model.step()
        came = model.world.enrolled[HOUSING].start_step == model.steps
        starts, users = starts + int(came.sum()), users + int(using.sum())
        assert not (using & came).any()
    assert min(starts, users) > 20


def test_a_bed_harms_people_at_low_risk_more() -> None:
    values = {f"{HOUSING}.log_hazard_at_full_dose": 0.0, f"{HOUSING}.low_risk_hazard_ratio": 20.0}
    harmful = over_replicates(offering(HOUSING, RICH), values)
    harmless = over_replicates(offering(HOUSING, RICH), {**values, f"{HOUSING}.low_risk_hazard_ratio": 1.0})

    def arrests(models: list[ReentryModel], *, low: bool) -> int:
        return sum(int(m.world.record.arrests[:6, (cohort(m, m.world.risk) == Risk.LOW) == low].sum()) for m in models)

    assert arrests(harmful, low=True) > arrests(harmless, low=True) + 10
    assert arrests(harmful, low=False) == pytest.approx(arrests(harmless, low=False), rel=0.1)


def test_the_ceiling_on_places_holds_and_leaves_money() -> None:
    free = model_of(offering(JOBS, RICH)).run()
    bound = model_of(offering(JOBS, RICH, places=5)).run()
    assert free.world.record.held.max() > 30
    assert bound.world.record.held.max() <= 5
    assert bound.world.ledger.unspent.sum() > free.world.ledger.unspent.sum()


def test_when_money_ends_places_end_and_who_came_last_goes_first() -> None:
    cliff = {"funding.sources.state_grant.last_step": 12, "funding.sources.state_grant.unspent": "lapse"}
    values = {f"{JOBS}.quit_monthly_risk": 0.0, "work.effort": -9.0}
    model = model_of(offering(JOBS, 3_000_000.0, cliff, length_months=12), values)
    for _ in range(12):
        model.step()
    enrolled = model.world.enrolled[JOBS]
    before = enrolled.place != NEVER
    model.step()
    after = enrolled.place != NEVER
    assert before.sum() > 20
    assert not after.any()
    assert not enrolled.closed[before & (model.world.people.status == Status.COMMUNITY)].all()
    tighter = model_of(
        offering(JOBS, 3_000_000.0, {"funding.sources.state_grant.spend": "front_loaded"}, length_months=24), values
    )
    cut_after_kept = 0
    while tighter.running:
        held = tighter.world.enrolled[JOBS].place != NEVER
        tighter.step()
        enrolled = tighter.world.enrolled[JOBS]
        cut = held & (enrolled.place == NEVER) & ~enrolled.closed
        kept = held & (enrolled.place != NEVER)
        if cut.any() and kept.any():
            cut_after_kept += 1
            assert enrolled.start_step[cut].min() >= enrolled.start_step[kept].max()
    assert cut_after_kept > 0


STRONG_CASES = {f"{CASES}.log_hazard_at_full_dose": -1.5}


def test_without_caseworkers_people_fare_as_without_the_program() -> None:
    with_them = over_replicates(offering(CASES, RICH, {PER_CASEWORKER: 20}), STRONG_CASES)
    without = over_replicates(offering(CASES, 0.0, {PER_CASEWORKER: 20}), STRONG_CASES)
    assert not any(served(model, CASES) for model in without)
    assert sum(map(rearrested, with_them)) < sum(map(rearrested, without)) - 60  # of 1,200
    plain = over_replicates(small({TOTAL: 0.0, "circumstances.beds_per_100.transitional": 50.0}))
    assert [rearrested(model) for model in without] == [rearrested(model) for model in plain]


def test_smaller_caseloads_give_each_more_and_serve_fewer() -> None:
    def story(people: int) -> tuple[float, int]:
        doses = []
        for model in month_by_month(offering(CASES, 1_000_000.0, {PER_CASEWORKER: people})):
            enrolled = model.world.enrolled[CASES]
            doses += enrolled.dose[(enrolled.place != NEVER) & (model.steps > 9)].tolist()
        return float(np.mean(doses)), served(model, CASES)

    small_load, large_load = story(15), story(120)
    assert small_load[0] > 1.5 * large_load[0]
    assert small_load[1] < large_load[1]


def test_caseworkers_bridge_the_gate() -> None:
    sure = {f"{CASES}.homeless_at_release_ratio": 0.0, f"{CASES}.onset_months": 0.5, f"{CASES}.review_months": 1.0}
    early = offering(CASES, RICH, {PER_CASEWORKER: 10}, eligible={**EVERYBODY["eligible"], "from_month": -6})
    late = offering(CASES, RICH, {PER_CASEWORKER: 10}, setting="community")
    bridged, not_bridged = (share(over_replicates(scenario, sure), "homeless", 1) for scenario in (early, late))
    assert bridged < 0.5 * not_bridged


def test_a_program_that_stops_at_the_gate_has_nobody_outside() -> None:
    for model in month_by_month(offering(CASES, RICH, setting="custody", eligible={"from_month": -6, "to_month": -1})):
        held = model.world.enrolled[CASES].place != NEVER
        assert (model.world.people.status[held] == Status.AWAITING_RELEASE).all()


@pytest.mark.parametrize("when_full", ["wait", "thin_out", "refer_on"])
def test_what_happens_when_caseworkers_are_full(when_full: str) -> None:
    policy = {PER_CASEWORKER: 10, "policies.caseload.case_management.when_full": when_full}
    most, waited = 0, 0
    for model in month_by_month(offering(CASES, 250_000.0, policy), {f"{CASES}.quit_monthly_risk": 0.0}):
        place = model.world.enrolled[CASES].place
        loads = np.bincount(place[place != NEVER], minlength=1)
        most = max(most, int(loads.max()))
        waited += int(np.count_nonzero(model.world.enrolled[CASES].waiting_since != NEVER))
    assert most == (20 if when_full == "thin_out" else 10)
    assert (waited == 0) == (when_full == "refer_on")
    referred = model.world.enrolled[CASES]
    if when_full == "refer_on":
        assert np.count_nonzero(referred.closed & (referred.offered_step == NEVER)) > 50


def test_mentoring_too_can_refer_on() -> None:
    model = model_of(small({"policies.caseload.mentoring.when_full": "refer_on"})).run()
    mentees = model.world.mentees
    assert model.world.record.waiting.max() == 0
    assert np.count_nonzero(mentees.closed & (mentees.offered_step == NEVER)) > 50
    assert np.count_nonzero(mentees.matches) > 10


@pytest.mark.parametrize(("rule", "first"), [("risk_high_first", Risk.HIGH), ("risk_low_first", Risk.LOW)])
def test_who_goes_first_is_served_more(rule: str, first: Risk) -> None:
    usual, drawn, chosen = (float(np.mean(_risk_of_served(each) == first)) for each in ("first_come", "random", rule))
    assert chosen > usual + 0.2
    assert drawn == pytest.approx(usual, abs=0.1)


@cache
def _risk_of_served(rule: str) -> NDArray[np.int8]:
    """Risk of every member of the cohort who had a program job, over all runs."""
    models = over_replicates(offering(JOBS, 1_000_000.0, {"policies.matching.jobs.rule": rule}))
    came = [cohort(m, m.world.risk)[cohort(m, m.world.enrolled[JOBS].start_step) != NEVER] for m in models]
    return np.concatenate(came)


def test_money_by_waiting_list_goes_where_people_wait() -> None:
    programs = {
        f"programs.{JOBS}": EVERYBODY,
        f"programs.{CASES}": {**EVERYBODY, **AT_ONCE, "eligible": {"risk": ["low"]}},
    }
    shares = {SHARES: {"mentoring": 0.2, JOBS: 0.2, CASES: 0.6}}
    spent = {}
    for rule in ("fixed_shares", "waiting_list"):
        model = model_of(small({**programs, **shares, RULE: rule, TOTAL: 600_000.0})).run()
        assert model.world.ledger.conserves()
        arrived = model.world.ledger.arrived.sum(axis=(0, 1))
        spent[rule] = dict(zip(model.world.ledger.programs, arrived.tolist(), strict=True))
    assert sum(spent["fixed_shares"].values()) == sum(spent["waiting_list"].values())
    assert spent["waiting_list"][JOBS] > 2 * spent["fixed_shares"][JOBS]
    assert spent["waiting_list"][CASES] < 0.5 * spent["fixed_shares"][CASES]


@pytest.mark.parametrize("program", [JOBS, HOUSING, CASES])
def test_a_program_that_nobody_accepts_changes_nobody(program: str) -> None:
    without = model_of(small({TOTAL: 0.0, "circumstances.beds_per_100.transitional": 50.0})).run()
    unused = model_of(offering(program, RICH, uptake_share=1e-12)).run()
    for table in ("traits", "people", "lives"):
        for field in fields(getattr(without.world, table)):
            one, other = (getattr(getattr(model.world, table), field.name) for model in (without, unused))
            assert np.array_equal(one, other), f"{table}.{field.name}"


@pytest.mark.parametrize("program", [JOBS, HOUSING, CASES])
@pytest.mark.parametrize("missing", [450, 620])
def test_with_places_for_all_one_person_missing_changes_nobody_else(program: str, missing: int) -> None:
    everything = {**OPEN, "circumstances.beds_per_100.transitional": 1000.0, PER_CASEWORKER: 1000}
    scenario = offering(program, 4 * RICH, everything)
    time_for_all = {f"{CASES}.full_dose_hours_per_month": 1e-6, **DIRECT}
    # Who uses finds a bed as soon as who does not: no provider asks.
    everywhere = {f"{HOUSING}.barring_use_share": 0.0, f"{HOUSING}.beds_per_provider": 5000.0}
    values = {**time_for_all, **everywhere, f"{CASES}.leave_monthly_risk": 0.0}
    everybody, others = model_of(scenario, values).run(), model_of(scenario, values, without=[missing]).run()
    assert served(everybody, program) > 20
    for table in ("people", "lives"):
        for field in fields(getattr(everybody.world, table)):
            one, other = (np.delete(getattr(getattr(m.world, table), field.name), missing) for m in (everybody, others))
            assert np.array_equal(one, other), f"{table}.{field.name}"


def test_beds_are_of_their_own_kind() -> None:
    model = model_of(offering(HOUSING, RICH)).run()
    lives, providers = model.world.lives, model.world.providers
    in_bed = lives.home == Home.TRANSITIONAL
    assert (providers.kind[lives.provider[in_bed]] == HousingKind.TRANSITIONAL).all()
    window = model.now.lives
    load = np.bincount(window.provider[window.home == Home.TRANSITIONAL], minlength=len(providers.places))
    assert (load <= providers.places).all()


def test_help_of_two_programs_multiplies() -> None:
    both = {
        SHARES: {"mentoring": 0.0, JOBS: 0.5, CASES: 0.5},
        f"programs.{JOBS}": EVERYBODY,
        f"programs.{CASES}": EVERYBODY,
    }
    model = model_of(small({**both, TOTAL: RICH}))
    for _ in range(12):
        model.step()
    now, values = model.now, model.values
    jobs, cases = now.enrolled[JOBS], now.enrolled[CASES]
    who = np.flatnonzero((jobs.place != NEVER) & (cases.dose > 0.1))
    assert len(who) > 10
    usual = values[f"{JOBS}.lock_in_ratio"] * values[f"{JOBS}.placement_ratio"]
    assert usual < 1.0  # what hinders is apart from what helps, so the two don't overlap
    expected = usual * np.exp(values[f"{CASES}.search_gain"] * now.own[CASES]["plan"][who])
    assert support.added(now, Channel.JOB_SEARCH, who) == pytest.approx(expected)


@pytest.mark.parametrize("length", [1, 3])
def test_every_month_that_is_paid_is_lived(length: int) -> None:
    steady = {f"{JOBS}.quit_monthly_risk": 0.0, "work.effort": -9.0}
    first_month = {"risk": ["low", "medium", "high"], "from_month": 1, "to_month": 1}
    model = model_of(offering(JOBS, RICH, length_months=length, eligible=first_month), steady).run()
    world = model.world
    column = world.ledger.programs.index(JOBS)
    paid = world.ledger.spent[:, :, column].sum() / world.places[JOBS].cost
    began = np.count_nonzero(world.enrolled[JOBS].start_step != NEVER)
    assert world.record.held.sum() == pytest.approx(paid, rel=0.1)  # but for those who went to prison in the month
    assert 0.8 * length < paid / began <= length
    assert world.record.program_job.sum() > 0.8 * length * served(model, JOBS)


def test_nobody_is_offered_a_bed_in_a_month_in_jail() -> None:
    came = 0
    for model in month_by_month(offering(HOUSING, RICH)):
        new = model.now.enrolled[HOUSING].offered_step == model.steps
        came += int(new.sum())
        assert (model.now.free[new] > 0.0).all()
    assert came > 50


def test_who_suits_no_free_bed_keeps_nobody_behind_from_one() -> None:
    line, using, willing = (
        np.arange(5),
        np.array([True, False, True, False, False]),
        np.array([1, 1, 1, 0, 1], dtype=bool),
    )

    def asked(barring: int, open_to_all: int) -> list[int]:
        lives = SimpleNamespace(using=using)
        providers = SimpleNamespace(bars_use=np.array([True, False]))
        now = SimpleNamespace(
            lives=lives,
            world=SimpleNamespace(providers=providers),
            enrolled={HOUSING: SimpleNamespace(willing=willing)},
        )
        return places._suited(now, HOUSING, line, np.repeat([0, 1], [barring, open_to_all])).tolist()

    assert asked(1, 0) == [1]  # who uses is passed over, unasked
    assert asked(2, 0) == [1, 3, 4]  # the third declines, so the fifth is asked
    assert asked(1, 1) == [0, 1]
    assert asked(0, 2) == [0, 1]
    assert asked(1, 2) == [0, 1, 2]
    assert asked(0, 0) == []


def test_money_by_waiting_list_finds_those_who_were_sent_elsewhere() -> None:
    programs = {f"programs.{JOBS}": EVERYBODY, f"programs.{CASES}": {**EVERYBODY, "hire_lag_months": 3}}
    refer = {"policies.caseload.case_management.when_full": "refer_on", RULE: "waiting_list", TOTAL: 3_000_000.0}
    model = model_of(small({**programs, **refer, SHARES: {"mentoring": 0.0, JOBS: 0.5, CASES: 0.5}})).run()
    names, arrived = model.world.ledger.programs, model.world.ledger.arrived[2:18].sum(axis=1)
    assert (arrived[:, names.index(CASES)] > 0).all()
    assert not arrived[:, names.index("mentoring")].any()  # whose share is none


def test_money_by_waiting_list_stops_at_the_ceiling_on_places() -> None:
    programs = {f"programs.{CASES}": {**EVERYBODY, **AT_ONCE}}
    money = {RULE: "waiting_list", TOTAL: 3_000_000.0, SHARES: {"mentoring": 0.0, JOBS: 0.5, CASES: 0.5}}

    def given(places: int) -> int:
        model = model_of(small({**programs, **money, f"programs.{JOBS}": {**EVERYBODY, "places": places}})).run()
        return int(model.world.ledger.arrived.sum(axis=(0, 1))[model.world.ledger.programs.index(JOBS)])

    assert given(2) < 0.5 * given(500)


def test_a_caseworker_who_leaves_is_replaced_at_once() -> None:
    """People who have just lost theirs count among those who need one."""
    scenario = offering(CASES, RICH, {PER_CASEWORKER: 1000}, length_months=24)
    model = model_of(scenario, {f"{CASES}.leave_monthly_risk": 0.0})
    for _ in range(8):
        model.step()
    posts = model.world.caseworkers
    assert np.count_nonzero(posts.ready_step != NEVER) == 1
    staff._leave(model.now, model.world.teams[CASES], posts.ready_step != NEVER, first_step_without=model.steps + 1)
    assert not (model.world.enrolled[CASES].place != NEVER).any()
    model.step()
    assert np.count_nonzero(posts.ready_step != NEVER) == 1  # somebody is being trained

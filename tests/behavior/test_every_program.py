"""Short stories of the programs beside mentoring, jobs, beds and caseworkers: what each is for, and what bounds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import OPEN, TOTAL, cohort, model_of, numbers, over_replicates, small
from reentrysim import feedback
from reentrysim.dynamics import housing
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.programs.contract import Channel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.offered import offered
from reentrysim.scenario.values import values_for
from reentrysim.stages import support
from reentrysim.vocabulary import NEVER, Home, InputError, Status, Trade

ROOT = Path(__file__).parents[2]
RICH = 30_000_000.0
BEDS = {f"circumstances.beds_per_100.{kind}": 50.0 for kind in ("transitional", "sober_living", "supportive")}
WOMEN = {"risk": ["low", "medium", "high"], "sex": ["female"]}
EVERYBODY = {"eligible": {"risk": ["low", "medium", "high"]}, "uptake_share": 1.0}


def offering(*names: str, changes: Mapping[str, Any] | None = None, dollars: float = RICH, **table: Any) -> Scenario:
    """300 people; all money goes to these programs alike, which everybody accepts."""
    own: dict[str, Any] = {"funding.shares": {"mentoring": 0.0, **dict.fromkeys(names, 1.0 / len(names))}}
    for name in names:
        lags = {"hire_lag_months": 0, "train_lag_months": 0} if offered()[name].usual_caseload else {}
        own[f"programs.{name}"] = {**EVERYBODY, **lags, **table}
    return small({TOTAL: dollars, **BEDS, **own, **(changes or {})})


def no_direct_path(*names: str) -> dict[str, float]:
    return {offered()[name].level: 0.0 for name in names if offered()[name].trial}


def share(models: list[ReentryModel], outcome: str, month: int = 12) -> float:
    return float(np.mean([tabulate(model).series[outcome][0, month - 1] for model in models]))


def started(model: ReentryModel, name: str) -> np.ndarray:
    return model.world.enrolled[name].start_step != NEVER


@pytest.mark.parametrize(
    ("name", "trait"),
    [
        ("therapeutic_community", "substance_use_disorder"),
        ("outpatient_treatment", "substance_use_disorder"),
        ("medication_treatment", "opioid_use_disorder"),
        ("job_placement", "looks_for_work"),
        ("womens_services", "female"),
    ],
)
def test_a_program_is_for_those_who_need_it(name: str, trait: str) -> None:
    table = {"eligible": WOMEN} if name == "womens_services" else {}
    model = model_of(offering(name, **table)).run()
    assert started(model, name).sum() > 20
    assert getattr(model.world.traits, trait)[started(model, name)].all()


def test_mental_health_care_is_for_illness_or_abuse() -> None:
    model = model_of(offering("mental_health_care")).run()
    traits, served = model.world.traits, started(model, "mental_health_care")
    assert (traits.mental_illness | traits.trauma)[served].all()
    assert traits.trauma[served & ~traits.mental_illness].any()


@pytest.mark.parametrize("name", ["education", "therapeutic_community"])
def test_what_is_for_prison_ends_at_the_gate(name: str) -> None:
    model = model_of(offering(name))
    while model.running:
        model.step()
        here = np.flatnonzero(model.world.enrolled[name].place != NEVER)
        assert (model.world.people.status[here] == Status.AWAITING_RELEASE).all()
    assert model.world.enrolled[name].completed.sum() > 20


def test_the_amity_model_leaves_people_time_to_complete_its_therapeutic_community() -> None:
    scenario = load_scenario(ROOT / "scenarios/models/amity-foundation.toml")
    model = ReentryModel(scenario, values_for(scenario, None), Luck(1, 0), participants=200).run()
    enrolled = model.world.enrolled["therapeutic_community"]
    assert enrolled.completed.sum() > np.count_nonzero(enrolled.start_step != NEVER) / 2


def test_a_trade_helps_most_where_its_employers_have_vacancies() -> None:
    """The same training in towns whose kitchens hire nobody, as usual, or everybody; soft skills switched off.

    Where everybody is hired a trade is no advantage, so the gain is largest where there are vacancies and rivals.
    """
    strong = {
        "vocational_training.standing_gain": 0.0,
        "vocational_training.trade_gain": 2.0,
        **no_direct_path("vocational_training"),
    }
    gains = []
    for vacancies in (0.0, 1.0, 4.0):
        town = {"circumstances.vacancies_by_trade": {"culinary": vacancies}}
        trained = over_replicates(offering("vocational_training", trade="culinary", changes=town), strong)
        untrained = over_replicates(small({TOTAL: 0.0, **BEDS, **town}))
        gains.append(share(trained, "employed_if_free") - share(untrained, "employed_if_free"))
    assert gains[0] == 0.0
    assert gains[1] > 0.01
    assert gains[2] < gains[1]


def test_a_learned_trade_counts_with_employers_of_that_trade_alone() -> None:
    model = model_of(offering("vocational_training", trade="office"))
    for _ in range(15):
        model.step()
    now, trade = model.now, model.now.traits.trade
    learned = np.flatnonzero(now.enrolled["vocational_training"].dose > 0.3)
    office = support.trade_skill(now, learned, np.full(len(learned), Trade.OFFICE, dtype=np.int8))
    assert (office[trade[learned] != Trade.OFFICE] > 0.0).all()
    assert not office[trade[learned] == Trade.OFFICE].any()  # who brought it along has learned nothing new
    assert not support.trade_skill(now, learned, np.full(len(learned), Trade.PLUMBING, dtype=np.int8)).any()


def test_womens_services_act_through_womens_needs() -> None:
    """Women without abuse, illness and children are not moved; the others are, by what each needs."""
    model = model_of(offering("womens_services"), no_direct_path("womens_services"))
    for _ in range(15):
        model.step()
    now = model.now
    traits, dose = now.traits, now.enrolled["womens_services"].dose
    gain = support.belonging(now)
    there = dose > 0.2
    needs = traits.trauma.astype(int) + traits.mental_illness
    each = model.values["womens_services.belonging_gain"] * dose
    assert gain[there] == pytest.approx((each * needs)[there])
    assert (needs[there] == 0).any() and (needs[there] == 2).any()
    assert not gain[~traits.female].any()


def test_on_a_screen_peers_reach_fewer_with_less_at_less_cost() -> None:
    room, screen = (
        model_of(offering("peer_support", delivery=delivery), {"peer_support.virtual_reach_share": 0.6})
        for delivery in ("in_person", "virtual")
    )
    for model in (room, screen):
        model.run()
    assert started(screen, "peer_support").sum() < 0.75 * started(room, "peer_support").sum()
    assert screen.world.enrolled["peer_support"].dose.max() < room.world.enrolled["peer_support"].dose.max()
    assert screen.world.cost_of_person["peer_support"] < room.world.cost_of_person["peer_support"]


def test_an_app_reaches_more_people_for_the_money_and_does_less() -> None:
    little, levels = 60_000.0, {"peer_support.hazard_ratio": 1.0}
    app = model_of(offering("digital_support", dollars=little), levels).run()
    peers = model_of(offering("peer_support", dollars=little), levels).run()
    assert started(app, "digital_support").sum() > 2 * started(peers, "peer_support").sum()
    assert app.values["digital_support.belonging_gain"] < peers.values["peer_support.belonging_gain"]


def test_a_peers_hours_are_shared_and_a_group_shares_them_better() -> None:
    def dose(form: str, per_worker: int) -> float:
        changes = {"policies.caseload.peer_support.per_worker": per_worker}
        model = model_of(offering("peer_support", format=form, changes=changes)).run()
        return float(model.world.enrolled["peer_support"].dose.max())

    assert dose("one_to_one", 100) < dose("one_to_one", 10)
    assert dose("one_to_one", 100) < dose("group", 100)


def test_without_treatment_outside_little_is_left_of_a_therapeutic_community() -> None:
    model = model_of(offering("therapeutic_community"), no_direct_path("therapeutic_community"))
    for _ in range(14):
        model.step()
    now, enrolled = model.now, model.now.enrolled["therapeutic_community"]
    who = np.flatnonzero(enrolled.dose > 0.2)
    effect = model.world.terms["therapeutic_community"].program.effects
    now.lives.in_treatment[who] = False
    alone = effect[Channel.USE](now, enrolled, who)
    now.lives.in_treatment[who] = True
    with_aftercare = effect[Channel.USE](now, enrolled, who)
    kept = model.values["therapeutic_community.share_without_aftercare"]
    assert np.log(alone) == pytest.approx(kept * np.log(with_aftercare))
    assert (with_aftercare < alone).all()


def test_a_treatment_slot_is_treatment() -> None:
    model = model_of(offering("outpatient_treatment"))
    for _ in range(12):
        model.step()
    slot = model.now.enrolled["outpatient_treatment"].place != NEVER
    assert slot.sum() > 10
    assert model.now.treated[slot].all()
    assert not model.now.lives.in_treatment[slot].all()
    usual, with_slots = over_replicates(small({TOTAL: 0.0})), over_replicates(offering("outpatient_treatment"))
    assert share(with_slots, "active_use_if_free", 6) < share(usual, "active_use_if_free", 6) - 0.01


def test_medication_and_aftercare_prevent_deaths() -> None:
    deadly = {"mortality.annual_death_rate": 0.3, "participants.opioid_share": 1.0}
    spared = {**deadly, "medication_treatment.death_ratio": 0.3, "medication_treatment.quit_monthly_risk": 0.0}
    usual = over_replicates(small({TOTAL: 0.0}), deadly)
    treated = over_replicates(offering("medication_treatment"), spared)
    assert share(treated, "deaths") < share(usual, "deaths") - 0.02
    slots = over_replicates(offering("outpatient_treatment"), {**deadly, "outpatient_treatment.death_ratio": 0.3})
    assert share(slots, "deaths") < share(usual, "deaths") - 0.01


def test_who_uses_again_has_to_leave_a_sober_house() -> None:
    model = model_of(offering("sober_living", changes=OPEN), {"health.relapse_monthly_risk": 0.4})
    left = 0
    while model.running:
        there = model.world.enrolled["sober_living"].place != NEVER
        using = model.world.lives.using & there
        model.step()
        assert not (model.world.enrolled["sober_living"].place[using] != NEVER).any()
        left += int(using.sum())
    assert left > 5


def test_supportive_housing_is_a_home_and_bars_nobody() -> None:
    model = model_of(offering("supportive_housing", changes=OPEN))
    seen = using = 0
    while model.running:
        model.step()
        here = model.world.lives.home == Home.SUPPORTIVE
        assert (model.world.enrolled["supportive_housing"].place[here] != NEVER).all()
        seen, using = seen + int(here.sum()), using + int((here & model.world.lives.using).sum())
    assert seen > 100
    assert using > 10
    usual = over_replicates(small({TOTAL: 0.0, **OPEN}))
    housed = over_replicates(offering("supportive_housing", changes=OPEN))
    assert share(housed, "homeless_if_free", 6) < share(usual, "homeless_if_free", 6) - 0.03
    assert share(housed, "stably_housed_if_free", 6) > share(usual, "stably_housed_if_free", 6)


def test_with_rent_help_more_people_rent() -> None:
    usual, helped = over_replicates(small({TOTAL: 0.0})), over_replicates(offering("rent_help"))
    assert share(helped, "stably_housed_if_free", 6) > share(usual, "stably_housed_if_free", 6) + 0.02


def test_the_family_takes_more_people_in_and_parents_gain_more_ties() -> None:
    model = model_of(offering("family_contact"), no_direct_path("family_contact"))
    for _ in range(12):
        model.step()
    now = model.now
    enrolled, parents = now.enrolled["family_contact"], now.traits.minor_children
    who = np.flatnonzero(enrolled.dose > 0.2)
    given = support.added(
        now, next(c for c in now.world.terms["family_contact"].program.effects if c.name == "TIES"), who
    )
    each = given / enrolled.dose[who]
    assert each[parents[who]].min() > each[~parents[who]].max()


def test_sessions_are_the_dose_and_cost_what_they_are() -> None:
    half, usual = (model_of(offering("workshops", sessions_per_month=sessions)) for sessions in (4.0, 8.0))
    for model in (half, usual):
        for _ in range(3):
            model.step()
    assert half.world.enrolled["workshops"].dose == pytest.approx(usual.world.enrolled["workshops"].dose / 2)
    assert half.world.places["workshops"].cost * 2 == pytest.approx(usual.world.places["workshops"].cost, abs=1)
    two = model_of(offering("workshops", topics=["life_skills", "anger_management"]))
    assert two.world.places["workshops"].cost == pytest.approx(2 * usual.world.places["workshops"].cost, abs=1)


def test_each_topic_moves_its_own() -> None:
    moved = {}
    for topic in ("anger_management", "life_skills", "financial_literacy"):
        model = model_of(offering("workshops", topics=[topic]))
        for _ in range(12):
            model.step()
        now, who = model.now, np.arange(len(model.now.lives.home))
        effects = model.world.terms["workshops"].program.effects
        moved[topic] = {
            channel.name
            for channel, effect in effects.items()
            if (effect(now, now.enrolled["workshops"], who) != channel.nothing).any()
        }
    assert moved == {
        "anger_management": {"JOB_LOSS"},
        "life_skills": {"BELONGING"},
        "financial_literacy": {"HOME_LOSS"},
    }


def test_a_plan_is_as_good_as_the_time_for_it_and_ages_without_review() -> None:
    values = {"case_management.review_months": 1e9, "case_management.plan_half_life_months": 4.0}
    model = model_of(offering("case_management"), values)
    before: np.ndarray = model.world.own["case_management"]["plan"].copy()
    aged = 0
    while model.running:
        model.step()
        plan, enrolled = model.world.own["case_management"]["plan"], model.world.enrolled["case_management"]
        window = np.arange(model.now.window.start, model.now.window.stop)
        begun = enrolled.start_step[window] == model.steps
        assert plan[window[begun]] == pytest.approx(enrolled.dose[window[begun]])
        rest = window[~begun & (before[window] > 0.0)]
        assert plan[rest] == pytest.approx(before[rest] * 2 ** (-1 / 4))
        aged, before = aged + len(rest), plan.copy()
    assert aged > 300


def test_more_places_than_time_are_less_of_each() -> None:
    busy = {"participants.programs_at_once": 2.0}
    names = ("peer_support", "workshops", "family_contact", "cognitive_behavioral_groups")
    few, many = (model_of(offering(*names), each) for each in ({"participants.programs_at_once": 9.0}, busy))
    for model in (few, many):
        for _ in range(12):
            model.step()
    assert support.attention(many.now).min() == pytest.approx(0.5)
    inside = many.now.people.status == Status.AWAITING_RELEASE
    assert (support.attention(many.now)[inside] == 1.0).all()
    assert (support.attention(few.now) == 1.0).all()


def test_a_bed_is_for_who_has_found_no_other() -> None:
    model = model_of(offering("sober_living", "supportive_housing", "transitional_housing", changes=OPEN))
    while model.running:
        model.step()
        held = sum((enrolled.place != NEVER).astype(int) for enrolled in model.world.enrolled.values())
        assert held.max() <= 1


def test_a_program_that_no_level_was_solved_for_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from reentrysim.scenario import values

    monkeypatch.setattr(values, "_levels", lambda *_: None)
    with pytest.raises(InputError, match="the direct path of peer_support is not solved for this calibration"):
        model_of(offering("peer_support"))


def test_cohort_members_are_served_by_every_program() -> None:
    """Every program of the registry reaches somebody when everybody may come and there is money."""
    for name in offered():
        sexes = (
            {"eligible": {"risk": ["low", "medium", "high"], "sex": ["female"]}} if name == "womens_services" else {}
        )
        model = model_of(offering(name, **sexes)).run()
        assert cohort(model, started(model, name)).sum() >= 3, name


def test_a_course_in_prison_is_completed_by_who_had_all_of_it_and_not_by_who_was_released_before() -> None:
    model = model_of(offering("education", length_months=4)).run()
    enrolled, release = model.world.enrolled["education"], model.world.traits.release_step
    had = (release - enrolled.start_step)[started(model, "education")]
    completed = enrolled.completed[started(model, "education")]
    assert (had[completed] >= 4).all()
    assert 10 < completed.sum() < (~completed).sum() + completed.sum()
    assert (had < 4).sum() > 10


def test_who_finds_what_a_program_is_for_has_completed_it() -> None:
    model = model_of(offering("transitional_jobs", changes=OPEN)).run()
    completed = model.world.enrolled["transitional_jobs"].completed
    found = started(model, "transitional_jobs") & (model.world.lives.job_step != NEVER)
    assert found.sum() > 20
    assert completed[found].mean() > 0.5  # the others lost it in jail, or quit
    assert np.nanmean(feedback.satisfaction(model)) > 0.5


def test_nobody_in_jail_for_the_whole_month_is_offered_a_place() -> None:
    model = model_of(offering("cognitive_behavioral_groups"), {"custody.longest_jail_days": 300.0})
    jailed = 0
    while model.running:
        model.step()
        in_jail = (model.now.free == 0.0) & (model.now.people.status == Status.COMMUNITY)
        jailed += int(in_jail.sum())
        assert not (in_jail & (model.now.enrolled["cognitive_behavioral_groups"].start_step == model.steps)).any()
    assert jailed > 20


def test_rent_help_keeps_nobody_in_a_shelter() -> None:
    lives = SimpleNamespace(home=np.array([Home.SHELTER, Home.OWN]), home_step=np.zeros(2, dtype=np.int64))
    everybody, u = np.arange(2), np.full(2, 1e-6)
    out = housing.leavers(lives, everybody, np.ones(2, dtype=bool), numbers(small()), 9, u, np.zeros(2))
    assert out.tolist() == [0]


def test_a_trade_counts_only_for_those_who_learned_it() -> None:
    model = model_of(offering("vocational_training", dollars=100_000.0))
    for _ in range(8):
        model.step()
    now = model.now
    terms = now.world.terms["vocational_training"]
    program = replace(terms.program, trade_skill=lambda _month, _enrolled, who, _trade: np.ones(len(who)))
    now.world.terms["vocational_training"] = replace(terms, program=program)
    everybody = np.arange(len(now.people.status))
    added = support.trade_skill(now, everybody, np.zeros(len(everybody), dtype=np.int8))
    ever = now.enrolled["vocational_training"].start_step != NEVER
    assert 0 < ever.sum() < len(ever)
    assert np.array_equal(added == 1.0, ever)

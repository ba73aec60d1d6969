"""Short stories of the world outside: take something away, or give more of it, and people fare as they should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import TOTAL, cohort, model_of, over_replicates, rearrested, small
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.vocabulary import NEVER, Home, Race, Route

CALM = {"work.learning_step": 0.0, "housing.learning_step": 0.0}
STRONG_WORK = {"work.hazard_ratio": 0.4, "work.any_job_share": 1.0, "housing.hazard_ratio_homeless": 2.0}
"""Effects so strong that a few hundred people show them."""


def world(changes: Mapping[str, Any] | None = None, values: Mapping[str, float] | None = None) -> list[ReentryModel]:
    """Four runs of 300 people without a program; keys are circumstances."""
    few = {"employers_per_100": 5.0, "landlords_per_100": 5.0, "beds_per_100.shelter": 10.0}
    named = {f"circumstances.{key}": value for key, value in {**few, **(changes or {})}.items()}
    return over_replicates(small({TOTAL: 0.0, **named}), values)


def share(models: list[ReentryModel], outcome: str, month: int = 18) -> float:
    """An outcome at a month, over all runs."""
    return float(np.mean([tabulate(model).series[outcome][0, month - 1] for model in models]))


@pytest.fixture(scope="module")
def usual() -> list[ReentryModel]:
    return world(values=STRONG_WORK)


def test_without_vacancies_nobody_works_fewer_rent_and_more_are_rearrested(usual: list[ReentryModel]) -> None:
    for nothing in ({"labor_market": 0.0}, {"employers_per_100": 0.0}, {"willing_employers_share": 0.0}):
        idle = world(nothing, STRONG_WORK)
        assert share(idle, "employed") == 0.0
        assert share(idle, "earnings") == 0.0
        assert share(idle, "stably_housed") < share(usual, "stably_housed") - 0.05
        assert sum(map(rearrested, idle)) > sum(map(rearrested, usual)) + 40  # of 1,200


def test_without_landlords_nobody_rents_and_more_are_homeless(usual: list[ReentryModel]) -> None:
    none = world({"landlords_per_100": 0.0}, STRONG_WORK)
    assert all((model.world.lives.provider[model.world.lives.home == Home.OWN] == NEVER).all() for model in none)
    assert share(none, "stably_housed") < share(usual, "stably_housed") - 0.1
    assert share(none, "homeless") > share(usual, "homeless")


def test_without_beds_more_sleep_on_the_street(usual: list[ReentryModel]) -> None:
    none = world({"beds_per_100.shelter": 0.0}, STRONG_WORK)

    def nights(models: list[ReentryModel], home: Home) -> int:
        return int(sum(np.count_nonzero(model.world.record.home == home) for model in models))

    assert nights(none, Home.SHELTER) == 0
    assert nights(none, Home.STREET) > 1.1 * nights(usual, Home.STREET)
    assert share(none, "homeless") >= share(usual, "homeless")


@pytest.mark.parametrize(("lever", "outcome"), [("jobs", "employed"), ("beds", "stably_housed")])
def test_without_everybody_else_there_is_more_for_participants(
    lever: str, outcome: str, usual: list[ReentryModel]
) -> None:
    alone = world({f"background_demand.{lever}": 0.0}, STRONG_WORK)
    crowded = world({f"background_demand.{lever}": 4.0}, STRONG_WORK)
    assert share(crowded, outcome) + 0.01 < share(usual, outcome) < share(alone, outcome) - 0.01


def test_a_tight_labor_market_helps() -> None:
    slack, tight = world({"labor_market": 0.5}), world({"labor_market": 2.0})
    assert share(tight, "employed") > share(slack, "employed") + 0.15
    assert share(tight, "earnings") > 1.3 * share(slack, "earnings")


@pytest.mark.parametrize(
    "lever",
    [{"employer_assurance": "insurance"}, {"wage_support_share": 1.0}, {"ban_the_box": True, "discrimination": False}],
)
def test_what_makes_employers_willing_helps_more_where_vacancies_are_free(lever: dict[str, Any]) -> None:
    """Displacement: where vacancies are few, part of what one participant gains another loses."""
    gains, few = {}, {"background_demand.jobs": 0.0, "labor_market": 0.1, "willing_employers_share": 0.2}
    alone = {**CALM, "work.seeking_share": 0.0}  # nobody competes but participants
    for vacancies in ("fixed", "free"):
        without, with_it = (world({**few, "vacancies": vacancies, **more}, alone) for more in ({}, lever))
        gains[vacancies] = share(with_it, "employed_if_free") - share(without, "employed_if_free")
    print(lever, gains)
    assert gains["free"] > 0.08
    assert -0.02 < gains["fixed"] < 0.5 * gains["free"]


def test_a_clean_year_helps_only_those_who_have_one() -> None:
    without, clean = world({}, CALM), world({"employer_assurance": "clean_year"}, CALM)
    assert share(clean, "employed", 9) == pytest.approx(share(without, "employed", 9), abs=0.02)
    assert share(clean, "employed", 24) > share(without, "employed", 24)


def gap(models: list[ReentryModel], outcome: str) -> float:
    """White less Black share over the last half year, pooled over runs."""
    differences = []
    for model in models:
        race = cohort(model, model.world.traits.race)
        table = {"employed": model.world.record.employed, "stable": model.world.record.stably_housed}[outcome]
        differences.append(table[12:, race == Race.WHITE].mean() - table[12:, race == Race.BLACK].mean())
    return float(np.mean(differences))


def test_discrimination_makes_the_gaps_in_work_and_homes() -> None:
    wide = {"work.black_gap_with_record": 0.7, "housing.black_gap": 0.8}
    with_it, without = world({}, wide), world({"discrimination": False}, wide)
    assert gap(with_it, "employed") > 0.08
    assert gap(with_it, "stable") > 0.08
    assert abs(gap(without, "employed")) < 0.06  # what chance leaves of 4 x 300 people
    assert abs(gap(without, "stable")) < 0.06


def violations(models: list[ReentryModel]) -> int:
    """First returns for a rule violation alone."""
    people = [model.world.people for model in models]
    return int(sum(np.sum((p.first_return != NEVER) & (p.first_route == Route.RULE_VIOLATION)) for p in people))


def test_smaller_officer_caseloads_find_more_violations_and_no_fewer_arrests() -> None:
    few, usual, many = (
        over_replicates(small({TOTAL: 0.0, "policies.caseload.supervision.per_worker": people}))
        for people in (20, 60, 240)
    )
    assert violations(few) > 1.3 * violations(usual) > 1.3 * violations(many) > 0
    # More days in prison leave fewer to be arrested in; watching itself prevents none.
    ratio = sum(m.world.record.arrests.sum() for m in few) / sum(m.world.record.arrests.sum() for m in usual)
    assert 0.8 < ratio <= 1.02


def test_milder_responses_return_fewer_people() -> None:
    stern, mild = world({"violation_response": 1.0}), world({"violation_response": 0.0})
    assert violations(stern) > 50
    assert violations(mild) == 0


def test_learning_moves_willingness_both_ways() -> None:
    reliable = world({}, {"work.loss_level": -6.0})
    unreliable = world({}, {"work.loss_level": 1.0})
    opinion = [np.mean([m.world.employers.opinion.mean() for m in models]) for models in (unreliable, reliable)]
    assert opinion[0] < -0.1 < 0.1 < opinion[1]
    for model in (*reliable, *unreliable):
        assert np.abs(model.world.employers.opinion).max() <= 1.0
    still = world({"learning": False}, {"work.loss_level": 1.0})
    assert not any(model.world.employers.opinion.any() or model.world.providers.opinion.any() for model in still)


def test_use_and_homelessness_raise_arrests() -> None:
    values = {"health.hazard_ratio_use": 3.0, "housing.hazard_ratio_homeless": 3.0}
    assert sum(map(rearrested, world({}, values))) > sum(map(rearrested, world())) + 60


def test_who_is_in_prison_has_neither_work_nor_home(usual: list[ReentryModel]) -> None:
    for model in usual:
        inside = model.world.record.in_custody
        assert inside.sum() > 500
        assert not model.world.record.employed[inside].any()
        assert (model.world.record.home[inside] == Home.NONE).all()
        assert (model.world.record.earned[inside] == 0.0).all()


def test_from_jail_nobody_finds_a_home_or_keeps_a_shelter_bed() -> None:
    jailed = lost = 0
    model = model_of(small({"circumstances.beds_per_100.shelter": 20.0}), {"housing.others_leave_monthly_risk": 0.3})
    while model.running:
        before = model.world.lives.home_step.copy()
        model.step()
        now, homes = model.now, model.now.lives.home
        inside = (now.free == 0.0) & (homes != Home.NONE)
        jailed += int(inside.sum())
        moved = inside & (now.lives.home_step != before[now.window])
        lost += int(moved.sum())
        assert (homes[moved] == Home.STREET).all()
        assert not (homes[inside] == Home.SHELTER).any()
        assert model.world.record.unsheltered[model.steps] == np.sum((homes == Home.STREET) & (now.free > 0.0))
    assert jailed > 50
    assert lost > 5


def test_a_person_has_one_home_and_every_landlord_and_shelter_no_more_than_its_places(
    usual: list[ReentryModel],
) -> None:
    for model in usual:
        lives, providers = model.world.lives, model.world.providers
        placed = lives.provider != NEVER
        assert np.isin(lives.home[placed], [Home.OWN, Home.SHELTER]).all()
        window = model.now.lives
        in_beds = np.bincount(window.provider[window.home == Home.SHELTER], minlength=len(providers.places))
        assert (in_beds[model.world.rooms.landlords :] <= providers.places[model.world.rooms.landlords :]).all()

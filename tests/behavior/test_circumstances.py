"""What the world does: each circumstance changes what it should, and at its usual value nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from behavior.small_runs import TOTAL, cohort, model_of, over_replicates, small
from behavior.test_laws import differing
from reentrysim.model import ReentryModel
from reentrysim.outcomes import memberships, tabulate
from reentrysim.vocabulary import NEVER, Home, Origin, Route, Status, Trade

AS_EVER: dict[str, Any] = {
    "circumstances.vacancies_by_trade": {"office": 1.0},
    "circumstances.licensing_bars": [],
    "circumstances.transport_share": 1.0,
    "circumstances.benefits_barred_share": 0.0,
    "circumstances.supervision_length": 1.0,
    "circumstances.consent_share": 1.0,
    "circumstances.program_reach_share": 1.0,
    "circumstances.volunteers_per_100": 1000.0,
    "population.sentence": "prison",
}


INTAKES: dict[str, dict[str, Any]] = {"steady": {}, "cohort": {"time.warmup_months": 0, "time.tail_months": 0}}


def share(models: list[ReentryModel], outcome: str, month: int = 24) -> float:
    return float(np.mean([tabulate(model).series[outcome][0, month - 1] for model in models]))


@pytest.mark.parametrize("key", AS_EVER)
def test_the_usual_value_changes_nobody(key: str) -> None:
    assert not differing(model_of(small()).run(), model_of(small({key: AS_EVER[key]})).run())


def test_opinion_that_is_fixed_never_moves_and_a_campaign_moves_it_up_to_its_level() -> None:
    fixed = model_of(small()).run()
    assert fixed.world.community.acceptance == 0.0
    moving = {"circumstances.community_opinion": "moves", "circumstances.campaign_share": 1.0}
    values = {"community.campaign_push": 0.02, "community.fade_half_life_months": 24.0}
    model = model_of(small(moving), values)
    heard = []
    while model.running:
        model.step()
        heard.append(model.world.community.acceptance)
    level = 0.02 / (1 - 2 ** (-1 / 24))
    assert heard[0] == pytest.approx(0.02)
    assert (np.diff(heard) > 0.0).all()
    assert heard[-1] < level


def test_opinion_moves_with_campaigns_alone() -> None:
    """Whoever happens to be outside, and whatever they do."""
    for intake in ("steady", "cohort"):
        model = model_of(small({"circumstances.community_opinion": "moves", "time.intake": intake} | INTAKES[intake]))
        assert model.run().world.community.acceptance == 0.0


def test_acceptance_opens_doors() -> None:
    open_minded = small({"circumstances.community_opinion": "moves", "circumstances.campaign_share": 1.0})
    strong = {"community.campaign_push": 0.2, "community.employer_gain": 0.4, "community.landlord_gain": 0.4}
    usual, accepted = over_replicates(small()), over_replicates(open_minded, strong)
    assert share(accepted, "employed_if_free") > share(usual, "employed_if_free") + 0.02
    assert share(accepted, "homeless_if_free") < share(usual, "homeless_if_free")


def test_nobody_with_a_record_works_in_a_trade_that_bars_them() -> None:
    model = model_of(small({"circumstances.licensing_bars": ["culinary", "office"]}))
    while model.running:
        model.step()
        employer = model.world.lives.employer
        trades = model.world.employers.trade[employer[employer != NEVER]]
        assert not np.isin(trades, [Trade.CULINARY, Trade.OFFICE]).any()
    assert len(trades) > 20


def test_without_transport_fewer_find_work_and_without_benefits_fewer_rent() -> None:
    usual = over_replicates(small())
    stuck = over_replicates(small({"circumstances.transport_share": 0.0}))
    assert share(stuck, "employed_if_free") < share(usual, "employed_if_free") - 0.05
    barred = over_replicates(small({"circumstances.benefits_barred_share": 1.0}))
    rents = [np.mean([np.mean(m.world.lives.home == Home.OWN) for m in models]) for models in (usual, barred)]
    assert rents[1] < rents[0]


def test_longer_supervision_finds_more_rule_violations() -> None:
    found = []
    for length in (0.2, 1.0, 3.0):
        models = over_replicates(small({"circumstances.supervision_length": length}))
        found.append(sum(int(np.sum(cohort(m, m.world.people.route) == Route.RULE_VIOLATION)) for m in models))
    assert found[0] < found[1] < found[2]


def test_terms_are_as_long_as_the_multiple_says() -> None:
    usual, longer = (model_of(small({"circumstances.supervision_length": each})).world.traits for each in (1.0, 2.0))
    assert (longer.term_months == 2 * usual.term_months).all()
    shortest = model_of(small({"circumstances.supervision_length": 0.001})).world.traits
    assert (shortest.term_months == 1).all()


def test_who_does_not_consent_accepts_nothing() -> None:
    model = model_of(small({"circumstances.consent_share": 0.0, TOTAL: 5e6})).run()
    assert not model.world.mentees.willing.any()
    some = model_of(small({"circumstances.consent_share": 0.5})).world.mentees.willing
    everybody = model_of(small()).world.mentees.willing
    assert (everybody | ~some).all()
    assert some.sum() == pytest.approx(everybody.sum() / 2, rel=0.2)


def test_who_cannot_get_there_is_reached_by_a_screen_or_before_release_alone() -> None:
    far = {"circumstances.program_reach_share": 0.0, TOTAL: 5e6}
    phone = {"programs.mentoring.contact.community": {"phone": 1.0}}
    gate = {"programs.mentoring.setting": "custody", "programs.mentoring.eligible.to_month": -1}
    assert not model_of(small(far)).world.mentees.willing.any()
    for reached in (phone, gate):
        assert model_of(small({**far, **reached})).world.mentees.willing.any()
    peers = {**far, "funding.shares": {"mentoring": 0.0, "peer_support": 1.0}}
    rooms, screens = (
        model_of(small({**peers, "programs.peer_support.delivery": each})).world.enrolled["peer_support"].willing
        for each in ("in_person", "virtual")
    )
    assert not rooms.any()
    assert screens.any()


def test_places_are_no_more_than_those_who_run_them_can_offer() -> None:
    name = "cognitive_behavioral_groups"
    groups = {TOTAL: 5e6, "funding.shares": {"mentoring": 0.0, name: 1.0}}
    for own, most in (({}, 6), ({"places": 4}, 4)):  # 600 people are released in a year
        tables = {f"programs.{name}": own, "circumstances.nonprofit_places_per_100": 1.0}
        assert model_of(small(groups | tables)).run().world.record.held.max() == most


def test_a_fraction_of_a_volunteer_is_one_as_often_as_it_says() -> None:
    worlds = [
        model_of(small({"circumstances.volunteers_per_100": 0.1}), replicate=each).world for each in range(40)
    ]  # .6 of one of 600 people a year
    assert [world.volunteers for world in worlds] == pytest.approx([0.6] * len(worlds))
    assert np.mean([int(world.volunteers + world.last_volunteer) for world in worlds]) == pytest.approx(0.6, abs=0.25)


def test_volunteers_are_no_more_than_there_are() -> None:
    rich = {TOTAL: 5e6, "programs.mentoring.staff.origin": {"volunteer": 0.6, "professional": 0.4}}
    model = model_of(small({**rich, "circumstances.volunteers_per_100": 1.0}))
    most = 0
    while model.running:
        model.step()
        mentors = model.world.mentors
        most = max(most, int(np.sum((mentors.ready_step != NEVER) & (mentors.origin == Origin.VOLUNTEER))))
    assert most == 6  # one for every hundred of the 600 people released in a year
    assert np.sum((mentors.tenure != NEVER) & (mentors.origin == Origin.PROFESSIONAL)) > 6


def test_people_sentenced_to_the_community_are_supervised_and_free_from_day_0() -> None:
    inside, outside = (model_of(small({"population.sentence": how})) for how in ("prison", "community"))
    traits = outside.world.traits
    assert np.array_equal(traits.release_step, inside.world.traits.release_step)
    assert traits.conditional.all()
    assert not traits.months_served.any()
    while outside.running:
        outside.step()
        people, window = outside.world.people, outside.now.window
        begun = (traits.release_step <= outside.steps) & (np.arange(len(traits.age)) < window.stop)
        assert not np.any(people.status[begun] == Status.AWAITING_RELEASE)
        if outside.steps == 1:
            first = traits.release_step == 1
            assert (people.supervised_until[first] == traits.term_months[first]).all()


def test_people_sentenced_otherwise_are_in_the_same_groups() -> None:
    prison, community = (model_of(small({"population.sentence": how})).run() for how in ("prison", "community"))
    groups = [memberships(model.world) for model in (prison, community)]
    assert groups[0].keys() == groups[1].keys()
    assert [name for name in groups[0] if not np.array_equal(groups[0][name], groups[1][name])] == []
    assert community.world.traits.conditional.all()  # supervised, whatever they would have been


def test_the_same_people_on_two_clocks() -> None:
    """Since the first day outside they are as often arrested; since the sentence those in prison are not, for a while.

    With the published difference switched off; what is left is supervision, which everybody has outside.
    """
    same = {"sentencing.community_hazard_ratio": 1.0}
    prison, community = (
        over_replicates(small({"population.sentence": how}), same, count=6) for how in ("prison", "community")
    )
    free = [share(models, "rearrest") for models in (prison, community)]
    assert free[0] == pytest.approx(free[1], abs=0.03)
    sentence = [share(models, "rearrest_since_sentence", 12) for models in (prison, community)]
    assert sentence[1] > sentence[0] + 0.15
    days = [share(models, "days_in_custody_since_sentence", 12) for models in (prison, community)]
    assert days[0] > days[1] + 150
    harmed = over_replicates(small({"population.sentence": "community"}), {"sentencing.community_hazard_ratio": 0.5})
    assert share(harmed, "rearrest") < free[1] - 0.1

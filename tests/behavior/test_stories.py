"""Short stories: change one thing, and people fare better or worse, in the direction it should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import (
    DIRECT,
    FULL_TRUST,
    OPEN,
    PER_WORKER,
    STRONG,
    TOTAL,
    cohort,
    model_of,
    numbers,
    over_replicates,
    rearrested,
    small,
)
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER, Route, Status

EVERYBODY = {"programs.mentoring.eligible.risk": ["low", "medium", "high"]}
HOURS = ("mentors.volunteer_hours_per_month", "mentors.lived_experience_hours_per_month")
LEAVING = ("mentors.volunteer_leave_monthly_risk", "mentors.lived_experience_leave_monthly_risk")
CLIFF = {"funding.sources.state_grant.last_step": 12, "funding.sources.state_grant.unspent": "lapse"}
RICH = 3_500_000.0
"""Dollars for 300 people, with which there are mentors for all who want one."""


def generous(changes: Mapping[str, Any] | None = None) -> Scenario:
    """A small world in which everybody is eligible and mentors are plenty."""
    return small({**EVERYBODY, TOTAL: RICH, **(changes or {})})


def total(models: list[ReentryModel]) -> int:
    """People of the cohorts rearrested."""
    return sum(map(rearrested, models))


def contacts(models: list[ReentryModel]) -> float:
    """Contacts kept in all."""
    return float(sum(model.world.mentees.contacts.sum() for model in models))


def mean_trust(models: list[ReentryModel]) -> float:
    """Mean trust at the end."""
    return float(np.mean([model.world.mentees.trust.mean() for model in models]))


@pytest.fixture(scope="module")
def usual() -> list[ReentryModel]:
    return over_replicates(generous(), STRONG)


def test_without_mentors_more_people_are_rearrested(usual: list[ReentryModel]) -> None:
    without = over_replicates(generous({TOTAL: 0.0}), STRONG)
    assert contacts(without) == 0.0
    assert total(without) > total(usual) + 40  # of 1,200
    for helped, alone in zip(usual, without, strict=True):
        assert rearrested(alone) > rearrested(helped)  # in every pair


def test_nobody_is_arrested_earlier_for_having_had_a_mentor() -> None:
    # With the same luck relief can only delay a first arrest, as long as custody without arrest doesn't interfere.
    values = {**STRONG, **DIRECT, "violation.level": -50.0}
    helped, alone = (model_of(generous({**OPEN, **money}), values).run() for money in ({}, {TOTAL: 0.0}))
    first = [np.where(c == NEVER, 10**6, c) for c in (cohort(m, m.world.people.first_arrest) for m in (helped, alone))]
    died = (cohort(helped, helped.world.people.death) != NEVER) | (cohort(alone, alone.world.people.death) != NEVER)
    assert (first[0] >= first[1])[~died].all()
    assert (first[0] > first[1]).sum() > 10


def test_half_the_hours_mean_less_contact_less_trust_and_more_rearrests() -> None:
    tight = generous({"programs.mentoring.contacts_per_month": 8})  # 3 people, 30 hours wanted of 7.5 or 20
    full = over_replicates(tight, STRONG, count=6)
    half = over_replicates(tight, {**STRONG, HOURS[0]: 7.5 / 2, HOURS[1]: 10.0, "mentors.fringe_share": 1.6}, count=6)
    # Dearer fringe leaves a peer's post as dear as before: only the hours halve.
    assert contacts(half) < 0.65 * contacts(full)
    assert mean_trust(half) < 0.85 * mean_trust(full)
    assert total(half) > total(full)


def test_when_all_mentors_leave_matches_break_and_more_people_are_rearrested(usual: list[ReentryModel]) -> None:
    fleeting = over_replicates(generous(), {**STRONG, **dict.fromkeys(LEAVING, 1.0)})
    for model in fleeting:
        assert (model.world.mentees.mentor == NEVER).all()
        assert not model.world.record.active_mentors.any()  # gone by the end of their first month
        assert not model.world.record.matched[-1]
    assert contacts(fleeting) < contacts(usual) / 2
    assert mean_trust(fleeting) < 0.7 * mean_trust(usual)
    assert total(fleeting) > total(usual) + 20


def test_who_lost_a_mentor_may_get_another() -> None:
    model = model_of(generous(), dict.fromkeys(LEAVING, 0.3))
    mentees, last_with = model.world.mentees, np.zeros(len(model.world.traits.age))
    while model.running:
        model.step()
        last_with[mentees.mentor != NEVER] = model.steps
    again = mentees.matches >= 2
    assert again.sum() > 50
    lasted = (last_with - mentees.match_step + 1)[again]
    assert lasted.max() <= 18  # mentoring goes on and gets no longer: it still ends 18 months after it began


def test_who_has_finished_declined_or_quit_is_not_asked_again() -> None:
    model = model_of(generous({"programs.mentoring.length_months": 2}))
    mentees = model.world.mentees
    while model.running:
        closed = mentees.closed.copy()
        model.step()
        assert not closed[model.now.window][model.now.waiting].any()
        assert not (closed & (mentees.match_step == model.steps)).any()
        assert mentees.closed[closed].all()
    for answer in (True, False):
        assert np.count_nonzero(mentees.closed & (mentees.willing == answer)) > 100


@pytest.mark.parametrize("months", [1, 4])
def test_a_broken_match_leaves_so_many_months_without_a_mentor(months: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = generous({"policies.matching.mentoring.rematch_after_months": months})
    model = model_of(scenario, dict.fromkeys(LEAVING, 0.2))
    last_met = np.full(len(model.world.traits.age), NEVER)
    without = []

    def meet_and_count() -> None:
        meet = model.world.mentees.mentor != NEVER
        gap = model.steps - last_met - 1
        without.extend(gap[meet & (last_met != NEVER) & (gap > 0)].tolist())
        last_met[meet] = model.steps
        ReentryModel.people_meet_and_build_trust(model)

    monkeypatch.setattr(model, "people_meet_and_build_trust", meet_and_count)
    model.run()
    assert len(without) > 50
    assert min(without) == months


def test_a_broken_match_waits_for_the_next_one() -> None:
    leaving = dict.fromkeys(LEAVING, 0.3)
    scenario = generous({"programs.mentoring.eligible.to_month": 12})
    soon = model_of(scenario, leaving).run()
    late = model_of(scenario.vary({"policies.matching.mentoring.rematch_after_months": 9}), leaving).run()
    assert soon.world.mentees.matches.sum() > 1.2 * late.world.mentees.matches.sum()


def test_when_the_grant_ends_mentors_go() -> None:
    active = model_of(generous(CLIFF)).run().world.record.active_mentors
    assert active[12] > 20
    assert active[13:].max() == 0  # what was left at step 12 has lapsed


def test_with_nothing_left_over_nearly_all_mentors_go_with_the_grant() -> None:
    tight = {**EVERYBODY, TOTAL: 100_000.0, "funding.sources.state_grant.last_step": 12}
    active = model_of(small(tight)).run().world.record.active_mentors
    assert active[12] > 8
    assert active[13:].max() < active[12] / 4


def test_people_lose_their_mentor_at_the_cliff_and_trust_fades() -> None:
    # The same dollars a month, and then none.
    ended = over_replicates(generous({**CLIFF, TOTAL: RICH * 12 / 38}), STRONG)
    lasting = over_replicates(generous(), STRONG)
    assert contacts(ended) < contacts(lasting)
    assert total(ended) > total(lasting)


def test_a_harmful_program_harms_more_with_more_mentors() -> None:
    harmful = {FULL_TRUST: 0.7}
    none, many = over_replicates(generous({TOTAL: 0.0}), harmful), over_replicates(generous(), harmful)
    assert total(many) > total(none) + 20
    for alone, met in zip(none, many, strict=True):
        assert rearrested(met) > rearrested(alone)


def test_matching_by_likeness_makes_better_matches() -> None:
    chance = over_replicates(small(size=600))
    likeness = over_replicates(small({"policies.matching.mentoring.rule": "compatibility"}, size=600))
    fits = [np.concatenate([m.world.mentees.fit[m.world.mentees.matches > 0] for m in ms]) for ms in (chance, likeness)]
    assert fits[1].mean() > fits[0].mean() + 0.08
    # By hand: sex .5, lived experience .4 of posts, 1/4, 1/6, 1/3, age about .3, place 1/5; weights 2 and six times 1.
    assert fits[0].mean() == pytest.approx((2 * 0.5 + 0.4 + 1 / 4 + 1 / 6 + 1 / 3 + 0.3 + 1 / 5) / 8, abs=0.05)


def test_a_smaller_caseload_serves_fewer_people_and_each_more() -> None:
    busy = {"programs.mentoring.contacts_per_month": 8}
    three = over_replicates(small({**busy, PER_WORKER: 3}, size=600), count=2)
    one = over_replicates(small({**busy, PER_WORKER: 1}, size=600), count=2)
    served = [[int(np.count_nonzero(cohort(m, m.world.mentees.matches))) for m in models] for models in (three, one)]
    assert sum(served[1]) < 0.7 * sum(served[0])
    each = [
        np.mean([cohort(m, m.world.mentees.contacts)[cohort(m, m.world.mentees.matches) > 0].mean() for m in models])
        for models in (three, one)
    ]
    assert each[1] > 1.2 * each[0]


def test_thin_contact_serves_more_people_with_less() -> None:
    tight = {**EVERYBODY, "programs.mentoring.contacts_per_month": 8}
    waits = model_of(small(tight, size=600)).run()
    thins = model_of(small({**tight, "policies.caseload.mentoring.when_full": "thin_out"}, size=600)).run()
    served = [np.count_nonzero(model.world.mentees.matches) for model in (waits, thins)]
    assert served[1] > 1.3 * served[0]
    assert contacts([thins]) / served[1] < contacts([waits]) / served[0]
    assert thins.world.mentors.strain.max() > waits.world.mentors.strain.max() - 1e-12


def test_a_front_loaded_dose_brings_contacts_earlier_and_no_more_of_them() -> None:
    free = {"mentoring.hours_per_contact": 1e-9, "mentoring.match_end_monthly_risk": 0.0}
    free |= dict.fromkeys(LEAVING, 0.0)
    even, dense = (model_of(generous({"programs.mentoring.dose": dose}), free) for dose in ("even", "front_loaded"))
    early = []
    for model in (even, dense):
        for _ in range(18):  # months 4 to 9 of the cohort; by hand 68 contacts against 50, quits and returns apart
            model.step()
        early.append(float(cohort(model, model.world.mentees.contacts).sum()))
        while model.running:
            model.step()
    assert early[1] > 1.2 * early[0]
    ends = [float(cohort(model, model.world.mentees.contacts).sum()) for model in (even, dense)]
    assert ends[1] < 1.2 * ends[0]
    assert ends[1] > 0.95 * ends[0]


def test_the_unsupervised_come_back_only_by_a_new_sentence() -> None:
    model = model_of(small(size=600))
    model.world.traits.conditional[:] = False
    model.world.people.supervised_until[:] = NEVER
    model.run()
    people = model.world.people
    assert set(people.first_route[people.first_return != NEVER].tolist()) == {Route.NEW_SENTENCE}
    assert set(people.route[people.returns > 0].tolist()) == {Route.NEW_SENTENCE}


def test_a_program_does_not_touch_rule_violations_where_nobody_is_arrested() -> None:
    unarrested = {**STRONG, "arrest.level": -60.0}
    helped, alone = model_of(generous(), unarrested).run(), model_of(generous({TOTAL: 0.0}), unarrested).run()
    assert helped.world.mentees.trust.max() > 0.5
    assert (helped.world.people.first_return != NEVER).sum() > 100
    for column in ("first_return", "returns", "status", "death", "route"):
        assert np.array_equal(getattr(helped.world.people, column), getattr(alone.world.people, column)), column


def test_who_is_not_offered_a_mentor_is_not_changed_by_the_program() -> None:
    helped, alone = (model_of(small({**OPEN, **money}, size=600), STRONG).run() for money in ({}, {TOTAL: 0.0}))
    never_met = helped.world.mentees.matches == 0
    assert never_met.sum() > 500
    for column in ("first_arrest", "first_return", "death", "status", "jail_days"):
        one, other = getattr(helped.world.people, column), getattr(alone.world.people, column)
        assert np.array_equal(one[never_met], other[never_met]), column
    assert not np.array_equal(helped.world.people.first_arrest, alone.world.people.first_arrest)


def test_earlier_help_than_release_is_possible() -> None:
    model = model_of(generous()).run()
    mentees, traits = model.world.mentees, model.world.traits
    before = (mentees.match_step != NEVER) & (mentees.match_step < traits.release_step)
    assert before.sum() > 100
    assert (traits.entry_step[before] <= mentees.match_step[before]).all()


def test_longer_stays_keep_more_people_inside() -> None:
    stays = dict.fromkeys(
        ("custody.new_sentence_stay_months", "custody.revocation_stay_months", "custody.rule_violation_stay_months"),
        60.0,
    )
    short, long = model_of(small(size=600)).run(), model_of(small(size=600), stays).run()
    inside = [np.count_nonzero(cohort(m, m.world.people.status) == Status.RETURNED) for m in (short, long)]
    assert inside[1] > 1.5 * inside[0]
    assert long.world.record.arrests.sum() < short.world.record.arrests.sum()


class _Watched(ReentryModel):
    """Looks at caseloads right after the month's matching."""

    doubled = 0

    def people_meet_and_build_trust(self) -> None:
        usual, mentors = self.scenario.policies.caseload.mentoring.per_worker, self.world.mentors
        load = np.bincount(self.now.mentees.mentor + 1, minlength=len(mentors.tenure) + 1)[1:]
        began = self.now.mentees.mentor[
            (self.now.mentees.match_step == self.steps) & (self.now.mentees.mentor != NEVER)
        ]
        if (load[began] > usual).any():
            assert load[mentors.active(self.steps)].min() >= usual
            self.doubled += 1
        super().people_meet_and_build_trust()


def test_nobody_doubles_up_beside_an_empty_seat() -> None:
    scenario = small({"policies.caseload.mentoring.when_full": "thin_out", **EVERYBODY, TOTAL: 200_000.0})
    model = _Watched(scenario, numbers(scenario), Luck(11, 0))
    model.run()
    assert model.doubled > 3

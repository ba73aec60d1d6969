"""Short stories of mentors: how they come, in which form and by which ways they meet people, how it ends, who stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import PER_WORKER, TOTAL, cohort, model_of, over_replicates, small
from behavior.test_laws import differing
from reentrysim.model import ReentryModel
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER, InputError, Origin, Status

PROGRAM = "programs.mentoring"
PEERS = {f"{PROGRAM}.staff.origin": {"volunteer": 0.0, "lived_experience": 1.0, "professional": 0.0}}
VOLUNTEERS = {f"{PROGRAM}.staff.origin": {"volunteer": 1.0, "lived_experience": 0.0, "professional": 0.0}}
NO_LAG = {f"{PROGRAM}.hire_lag_months": 0, f"{PROGRAM}.train_lag_months": 0}
SURE = {"mentors.screening_pass_share": 1.0, "mentors.training_pass_share": 1.0}
STAYING = {f"mentors.{who}_leave_monthly_risk": 0.0 for who in ("volunteer", "lived_experience", "professional")}
RICH = 5_000_000.0
GATE = {f"{PROGRAM}.eligible.to_month": -1}


def served(model: ReentryModel) -> int:
    """People who ever had a mentor."""
    return int(np.count_nonzero(model.world.mentees.matches))


def trust_at_release(models: list[ReentryModel]) -> float:
    """Mean trust at the end of the month of release of those of the cohort who had a mentor before it."""
    found = []
    for model in models:
        while model.running:
            model.step()
            table, released = model.world.mentees, model.world.traits.release_step == model.steps
            found += table.trust[released & (table.matches > 0)].tolist()
    return float(np.mean(found))


def test_who_fails_screening_costs_screening_and_who_fails_training_both() -> None:
    def spent(screening: float, training: float) -> tuple[int, int]:
        values = {"mentors.screening_pass_share": screening, "mentors.training_pass_share": training}
        model = model_of(small({TOTAL: RICH, **VOLUNTEERS}), values)
        for _ in range(4):
            model.step()
        team = model.world.teams["mentoring"]
        paid = int(model.world.ledger.spent[:, :, 0].sum())
        assert not served(model) or min(screening, training) > 0
        return paid, team.screening_cost if training else team.screening_cost + team.training_cost

    none, cost = spent(0.0, 1.0)
    assert none > 0
    assert none % cost == 0  # nobody is trained or works
    untrained, both = spent(1.0, 0.0)
    assert untrained > none
    assert untrained % both == 0  # nobody works


def test_training_takes_its_time_and_some_posts_must_look_again() -> None:
    def first_match(values: Mapping[str, float], **lags: int) -> int:
        changes = {f"{PROGRAM}.{name}": months for name, months in lags.items()}
        model = model_of(small({TOTAL: RICH, **changes}), values).run()
        began = model.world.mentees.match_step
        return int(began[began != NEVER].min())

    at_once, later = (first_match(SURE, hire_lag_months=0, train_lag_months=lag) for lag in (0, 4))
    assert later == at_once + 3  # a recruit is ready the month after at the earliest
    unsure = {"mentors.screening_pass_share": 0.3, "mentors.training_pass_share": 0.5}
    filled = [served(model_of(small({TOTAL: RICH}), values).run()) for values in (SURE, unsure)]
    assert filled[1] < filled[0]


def test_a_circle_costs_five_and_outlives_those_who_leave_it() -> None:
    circle = {f"{PROGRAM}.format": "circle", PER_WORKER: 1, **VOLUNTEERS}
    one = {PER_WORKER: 1, **VOLUNTEERS}
    alone, around = (model_of(small({TOTAL: RICH, **changes})) for changes in (one, circle))
    assert np.array_equal(around.world.teams["mentoring"].payroll[:3], 5 * alone.world.teams["mentoring"].payroll[:3])
    leaving = {"mentors.volunteer_leave_monthly_risk": 0.3, "mentoring.match_end_monthly_risk": 0.0}
    matches = []
    for changes in (one, circle):
        model = model_of(small({TOTAL: 4 * RICH, **changes}), {**leaving, **SURE}).run()
        had = model.world.mentees.matches
        matches.append(had[had > 0].mean())
        assert model.world.ledger.conserves()
    assert matches[0] > 2.0  # who leaves is followed by another mentor
    assert matches[1] < 1.1  # a circle is left by all of its five at once hardly ever


def test_a_circle_is_around_one_person() -> None:
    with pytest.raises(InputError, match="a circle is around one person, not 3"):
        small({f"{PROGRAM}.format": "circle"})
    thin = {PER_WORKER: 1, "policies.caseload.mentoring.when_full": "thin_out"}
    with pytest.raises(InputError, match="can't thin out to two"):
        small({f"{PROGRAM}.format": "circle", **thin})
    with pytest.raises(InputError, match="one person is no group"):
        small({f"{PROGRAM}.format": "group", PER_WORKER: 1})


def test_former_participants_need_posts_and_ambassadors_need_former_participants() -> None:
    with pytest.raises(InputError, match=r"Set staff\.alumni = true too"):
        small({f"{PROGRAM}.staff.ambassadors": True})
    with pytest.raises(InputError, match=r"Give staff\.origin\.lived_experience a share"):
        small({**VOLUNTEERS, f"{PROGRAM}.staff.alumni": True})


def test_a_group_reaches_more_people_and_builds_less_trust() -> None:
    group = {f"{PROGRAM}.format": "group", PER_WORKER: 8}
    few = {TOTAL: 120_000.0}
    alone, together = over_replicates(small(few), SURE), over_replicates(small({**few, **group}), SURE)
    assert sum(map(served, together)) > 1.3 * sum(map(served, alone))
    trust = [
        np.mean([m.world.mentees.trust[m.world.mentees.completed].mean() for m in each]) for each in (alone, together)
    ]
    assert trust[1] < 0.9 * trust[0]


def test_calls_reach_fewer_people_take_less_time_and_build_less_trust() -> None:
    calls = {"visit": 0.0, "letter": 0.0, "phone": 1.0, "video": 0.0}
    changes = {TOTAL: RICH, f"{PROGRAM}.contact.custody": calls, f"{PROGRAM}.contact.community": calls}
    visits, phone = model_of(small({TOTAL: RICH}), SURE), model_of(small(changes), SURE)
    hours = []
    for model in (visits, phone):
        for _ in range(14):
            model.step()
        matched = np.count_nonzero(model.now.mentees.mentor != NEVER)
        hours.append(model.now.hours_wanted.sum() / matched)
    ratio, reach = phone.values["mentoring.phone_hours_ratio"], phone.values["mentoring.phone_reach_share"]
    assert hours[1] == pytest.approx(hours[0] * ratio * reach, rel=0.2)
    had = [model.world.mentees.matches > 0 for model in (visits, phone)]
    reached = phone.world.contact.contacts[0][had[1]]
    assert set(reached.tolist()) == {0.0, 1.0}
    assert phone.world.mentees.trust[had[1]][reached == 0.0].max() == 0.0  # whom no call reaches
    assert phone.world.mentees.trust[had[1]].mean() < 0.85 * visits.world.mentees.trust[had[0]].mean()


def test_what_stops_at_the_gate_loses_most_of_its_trust() -> None:
    scenario = small({TOTAL: RICH, **GATE})
    stops = scenario.vary({f"{PROGRAM}.setting": "custody"})
    assert trust_at_release([model_of(stops, SURE)]) < 0.5 * trust_at_release([model_of(scenario, SURE)])


def test_very_early_endings_harm_for_a_while_and_later_ones_do_not() -> None:
    values = {**SURE, **STAYING, "mentoring.match_end_monthly_risk": 0.3, "mentoring.mentor_share_of_match_ends": 0.0}
    model = model_of(small({TOTAL: RICH}), values)
    early, late = 0, 0
    while model.running:
        table = model.world.mentees
        had = table.mentor.copy()
        model.step()
        left = np.flatnonzero((had != NEVER) & (table.mentor == NEVER))
        home = left[model.world.people.status[left] == Status.COMMUNITY]
        months = model.steps - table.match_step[home] + 1
        down = table.let_down[home] == 1.0
        unfinished = ~table.completed[home]
        assert not down[months > 3].any()
        assert down[(months <= 3) & unfinished].all()
        early, late = early + int(down.sum()), late + int((~down).sum())
    assert min(early, late) > 10
    harmless = {**values, "mentoring.early_end_hazard_ratio": 1.0, "mentoring.early_end_loss": 0.0}
    harmful = {**harmless, "mentoring.early_end_hazard_ratio": 8.0}

    def arrests(numbers: Mapping[str, float]) -> int:
        return sum(int(m.world.record.arrests.sum()) for m in over_replicates(small({TOTAL: RICH}), numbers))

    assert arrests(harmful) > arrests(harmless) + 20


def test_somebody_else_than_a_mentor_may_end_it_and_a_cut_lets_people_down_too() -> None:
    cliff = {"funding.sources.state_grant.last_step": 10, "funding.sources.state_grant.unspent": "lapse"}
    model = model_of(small({TOTAL: RICH / 3, **NO_LAG, **cliff}), {**SURE, **STAYING})
    for _ in range(13):
        model.step()
    table = model.world.mentees
    assert (table.mentor == NEVER).all()  # the year is over, and with it the money
    new = (table.match_step >= 10) & ~table.completed
    assert new.sum() > 5
    assert table.let_down[new].min() > 0.5


ALUMNI = {
    **PEERS,
    **NO_LAG,
    TOTAL: RICH,
    f"{PROGRAM}.staff.alumni": True,
    PER_WORKER: 1,
    f"{PROGRAM}.length_months": 4,
    f"{PROGRAM}.eligible.risk": ["low", "medium", "high"],
}
SOON = {
    **SURE,
    "mentors.alumni_months": 2.0,
    "mentors.alumni_willing_share": 0.9,
    "mentors.lived_experience_leave_monthly_risk": 0.2,
    "arrest.level": -9.0,
}
"""A world in which many have done well after two months, and mentors come and go."""


def test_who_did_well_becomes_a_mentor_and_stops_when_in_trouble_or_too_long_out() -> None:
    model, ever, served = model_of(small(ALUMNI), SOON), 0, list[int]()
    while model.running:
        before = model.world.mentors.alumnus.copy()
        model.step()
        mentors, world = model.world.mentors, model.world
        posts = np.flatnonzero((mentors.alumnus != NEVER) & (mentors.ready_step != NEVER))
        who = mentors.alumnus[posts]
        since = model.steps - world.traits.release_step[who]
        assert world.mentees.completed[who].all()
        assert (since >= 2).all()
        assert ((who >= model.now.window.start) & (who < model.now.window.stop)).all()
        new = mentors.alumnus[(mentors.alumnus != before) & (mentors.alumnus != NEVER)]
        served += new.tolist()
        assert (mentors.origin[posts] == Origin.LIVED_EXPERIENCE).all()
        assert np.array_equal(mentors.age[posts], world.traits.age[who])
        ever += len(posts)
    assert ever > 20
    assert len(set(served)) == len(served)  # nobody twice
    arrested = {**SOON, "arrest.level": -1.0}
    troubled = model_of(small(ALUMNI), arrested)
    while troubled.running:
        last = troubled.world.people.last_arrest.copy()
        troubled.step()
        who = troubled.world.mentors.alumnus[troubled.world.mentors.ready_step != NEVER]
        assert (last[who[who != NEVER]] == NEVER).all()


def test_without_alumni_nobody_does_and_mentoring_others_is_good_for_oneself() -> None:
    def ran(changes: Mapping[str, Any], values: Mapping[str, float]) -> ReentryModel:
        return model_of(small({**ALUMNI, **changes}), {**SOON, **values}).run()

    assert (ran({f"{PROGRAM}.staff.alumni": False}, {}).world.mentors.alumnus == NEVER).all()
    kind, idle = ran({}, {"mentors.helper_gain": 0.5}), ran({}, {"mentors.helper_gain": 0.0})
    assert kind.world.lives.self_efficacy.sum() > idle.world.lives.self_efficacy.sum() + 0.5


def test_where_nobody_can_become_a_mentor_the_question_changes_nothing() -> None:
    for changes in (PEERS, {}):
        values = {"mentors.alumni_willing_share": 0.0}
        scenario = small({TOTAL: RICH, **changes})
        asked = scenario.vary({f"{PROGRAM}.staff.alumni": True, f"{PROGRAM}.staff.ambassadors": True})
        assert not differing(model_of(scenario, values).run(), model_of(asked, values).run())


def test_a_group_shares_a_visit_among_those_who_are_there() -> None:
    model = model_of(small({TOTAL: RICH, f"{PROGRAM}.format": "group", PER_WORKER: 3}), SURE)
    for _ in range(12):
        model.step()
    assert model.now.hours_wanted.max() <= 4 * model.values["mentoring.hours_per_contact"] + 1e-9
    busy = model.now.hours_wanted > 0.0
    assert model.now.hours_wanted[busy] == pytest.approx(4 * model.values["mentoring.hours_per_contact"])


def test_ambassadors_move_employers_and_landlords() -> None:
    def opinions(*, talking: bool) -> tuple[float, float]:
        scenario = small({**ALUMNI, f"{PROGRAM}.staff.ambassadors": talking, "circumstances.learning": True})
        model = model_of(scenario, {**SOON, "mentors.ambassador_talks_per_month": 1.0}).run()
        return float(model.world.employers.opinion.mean()), float(model.world.providers.opinion.mean())

    quiet, loud = opinions(talking=False), opinions(talking=True)
    assert loud[0] > quiet[0] + 0.02
    assert loud[1] > quiet[1] + 0.01


def test_supported_mentors_cost_more_and_stay_longer() -> None:
    def stays(share: float) -> tuple[int, int]:
        scenario = small({TOTAL: RICH, **VOLUNTEERS, f"{PROGRAM}.staff.support_share": share})
        values = {**SURE, "mentors.volunteer_leave_monthly_risk": 0.1, "mentors.support_leave_elasticity": 1.0}
        models = over_replicates(scenario, values)
        return sum(int(m.world.mentors.tenure.sum()) for m in models), models[0].world.teams["mentoring"].payroll[0]

    (usual, cost), (supported, dear) = stays(1.0), stays(2.0)
    assert supported < 0.8 * usual  # fewer have held each post
    assert dear == pytest.approx(2 * cost, abs=1)  # a volunteer costs support alone


def test_a_plan_helps_at_the_gate_and_to_find_treatment() -> None:
    helping = {
        **SURE,
        "mentoring.plan_gain_per_contact": 1.0,
        "mentoring.plan_homeless_at_release_ratio": 0.0,
        "mentoring.log_hazard_at_full_trust": 0.0,
    }
    scenario: Scenario = small({TOTAL: RICH, **GATE, f"{PROGRAM}.eligible.risk": ["low", "medium", "high"]})

    def homeless(values: Mapping[str, float]) -> float:
        models = over_replicates(scenario, values)
        whole = [cohort(m, m.world.mentees.plan) == 1.0 for m in models]
        assert sum(int(w.sum()) for w in whole) > 50
        return float(
            np.mean([np.isin(m.world.record.home[0], [1, 2])[w].mean() for m, w in zip(models, whole, strict=True)])
        )

    assert homeless(helping) < homeless({**helping, "mentoring.plan_homeless_at_release_ratio": 1.0}) - 0.03

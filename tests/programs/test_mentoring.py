from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior.small_runs import numbers, small
from reentrysim.agents.intake import cohort_calendar, draw_traits
from reentrysim.agents.participants import Mentees, Participants, Traits
from reentrysim.evidence.population import load_profile
from reentrysim.programs import mentoring
from reentrysim.programs.admission import in_window
from reentrysim.programs.mentoring import Design
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Status, Way

VALUES = numbers(small())
LUCK = Luck(2, 0)
RELEASE = 10
EVEN = Design(
    in_custody=True,
    in_community=True,
    risk=np.array([True, True, True]),
    sexes=np.array([True, True]),
    from_month=-6,
    to_month=3,
    length_months=18,
    front_loaded=False,
    contacts_per_month=4.0,
    fidelity=0.9,
)
DENSE = replace(EVEN, front_loaded=True)
INSIDE_ONLY = replace(EVEN, in_community=False)


def people(count: int) -> Traits:
    """`count` people released at step 10."""
    calendar = cohort_calendar(count, lead=RELEASE - 1, window=1, follow_up=1)
    return draw_traits(load_profile("us_2008"), calendar, VALUES, LUCK)


def mentees(count: int = 1, **columns: object) -> Mentees:
    table = Mentees.unmet(np.ones(count, dtype=bool), np.zeros(count))
    for name, value in columns.items():
        getattr(table, name)[:] = value
    return table


def eligible_at(step: int, status: Status, design: Design = EVEN, **columns: object) -> bool:
    traits = people(1)
    state = Participants.before_entry(traits)
    state.status[:] = status
    band = np.zeros(1, dtype=np.int8)
    return bool(mentoring.eligible(state, traits, mentees(**columns), band, design, VALUES, step)[0])


@pytest.mark.parametrize(
    ("months", "allowed"), [((-2, -1), [8, 9]), ((-1, 1), [9, 10]), ((1, 1), [10]), ((2, 3), [11, 12])]
)
def test_there_is_no_month_zero(months: tuple[int, int], allowed: list[int]) -> None:
    design = replace(EVEN, from_month=months[0], to_month=months[1])
    release = people(1).release_step
    assert [step for step in range(1, 20) if in_window(release, design, step)[0]] == allowed


def test_the_eligible_window_is_six_months_before_and_three_after() -> None:
    inside = [step for step in range(1, 20) if eligible_at(step, Status.AWAITING_RELEASE)]
    outside = [step for step in range(1, 20) if eligible_at(step, Status.COMMUNITY)]
    assert inside[0] == outside[0] == RELEASE - 6
    assert inside[-1] == outside[-1] == RELEASE + 2  # month 3
    assert len(outside) == 9  # six before, three after, none between


def test_who_lost_a_mentor_is_eligible_until_the_planned_end() -> None:
    short = replace(EVEN, length_months=8)  # from step 9 to step 16, beyond the window that closes at step 12
    lost = {"matches": 1, "match_step": 9}
    assert [eligible_at(step, Status.COMMUNITY, short, **lost) for step in (12, 13, 16, 17)] == [True] * 3 + [False]
    assert not eligible_at(13, Status.COMMUNITY, short)


@pytest.mark.parametrize("status", [Status.AWAY, Status.RETURNED, Status.DEAD])
def test_nobody_away_returned_or_dead_is_eligible(status: Status) -> None:
    assert not any(eligible_at(step, status) for step in range(1, 20))


def test_settings_hold() -> None:
    outside_only = replace(EVEN, in_custody=False)
    assert eligible_at(RELEASE - 1, Status.AWAITING_RELEASE, INSIDE_ONLY)
    assert not eligible_at(RELEASE, Status.COMMUNITY, INSIDE_ONLY)
    assert not eligible_at(RELEASE - 1, Status.AWAITING_RELEASE, outside_only)
    assert eligible_at(RELEASE, Status.COMMUNITY, outside_only)


def test_only_the_risk_bands_and_sexes_of_the_design() -> None:
    traits = people(300)
    state = Participants.before_entry(traits)
    state.status[:] = Status.COMMUNITY
    band = (np.arange(300) % 3).astype(np.int8)
    design = replace(EVEN, risk=np.array([False, False, True]), sexes=np.array([False, True]))
    may = mentoring.eligible(state, traits, mentees(300), band, design, VALUES, RELEASE)
    assert np.array_equal(may, (band == 2) & traits.female)


@pytest.mark.parametrize("uptake", [0.1, 0.6, 0.95])
@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.3, 1.0])
def test_the_willing_are_the_share_that_takes_up(uptake: float, correlation: float) -> None:
    traits = people(20_000)
    answer = mentoring.willing(traits, LUCK.normal("own", 0, 20_000), uptake, correlation)
    assert answer.mean() == pytest.approx(uptake, abs=4 * np.sqrt(uptake * (1 - uptake) / 20_000))


def test_the_motivated_are_more_willing_and_less_frail() -> None:
    traits = people(20_000)
    answer = mentoring.willing(traits, LUCK.normal("own", 0, 20_000), 0.6, 0.3)
    assert traits.motivation[answer].mean() > traits.motivation[~answer].mean() + 0.3
    assert traits.frailty[answer].mean() < traits.frailty[~answer].mean()


def plan(design: Design, match_step: int) -> dict[int, float]:
    """Planned contacts of one person, step by step, from the match to its planned end."""
    match = np.array([match_step]), people(1).release_step
    end = int(mentoring.planned_end(*match, design, VALUES)[0])
    steps = range(match_step, end + 1)
    return {step: float(mentoring.planned_contacts(*match, design, VALUES, step)[0]) for step in steps}


def test_an_even_match_by_hand() -> None:
    assert plan(EVEN, 4) == dict.fromkeys(range(4, 22), 4.0)  # 18 months of 4


def test_a_front_loaded_match_from_before_release_by_hand() -> None:
    # Even: 6 months inside, 12 outside. Front loaded: the 48 contacts of those 12 in the 6 after release.
    assert plan(DENSE, 4) == dict.fromkeys(range(4, 10), 4.0) | dict.fromkeys(range(10, 16), 8.0)


def test_a_front_loaded_match_from_after_release_by_hand() -> None:
    assert plan(DENSE, 12) == dict.fromkeys(range(12, 18), 12.0)  # 18 * 4 / 6


@given(match_step=st.integers(1, 15), length=st.integers(1, 40), contacts=st.sampled_from([1.0, 4.0, 10.0]))
def test_front_loading_moves_contacts_and_adds_none(match_step: int, length: int, contacts: float) -> None:
    even = replace(EVEN, length_months=length, contacts_per_month=contacts)
    planned = plan(replace(even, front_loaded=True), match_step)
    assert sum(planned.values()) == pytest.approx(length * contacts)
    assert max(planned) <= match_step + length - 1
    assert max(planned) <= max(match_step, RELEASE) + 5 or max(planned) < RELEASE


@given(match_step=st.integers(1, 9), length=st.integers(1, 40), front_loaded=st.booleans())
def test_mentoring_in_custody_alone_ends_at_release(match_step: int, length: int, front_loaded: bool) -> None:
    planned = plan(replace(INSIDE_ONLY, length_months=length, front_loaded=front_loaded), match_step)
    assert max(planned) == min(match_step + length - 1, RELEASE - 1)
    assert set(planned.values()) == {4.0}


def trust(contacts: float, met: bool, design: Design = EVEN, *, before: float, fit: float = 1.0) -> float:
    """Trust after a month with a mentor."""
    contact, had = np.array([contacts]), (np.array([before]), np.array([fit]))
    strength = design.strength(VALUES)
    return float(mentoring.trust_after(*had, contact, contact, np.array([met]), strength, VALUES)[0])


def test_trust_by_hand() -> None:
    # 4 contacts of .08 each, fidelity .9, fit .6 at half weight: .32 * .9 * (.5 + .5 * .6) = .2304 of the gap.
    assert trust(4.0, True, fit=0.6, before=0.5) == pytest.approx(0.5 + 0.5 * 0.2304)
    assert trust(4.0, True, fit=1.0, before=0.0) == pytest.approx(0.288)
    assert trust(4.0, False, fit=0.6, before=0.5) == pytest.approx(0.5 * (1 - 2 * 0.2304))  # twice the share is lost
    assert mentoring.faded(np.array([0.5]), VALUES)[0] == pytest.approx(0.5 * 2 ** (-1 / 12))


def test_trust_without_a_mentor_halves_in_a_year() -> None:
    level = 0.8
    for _ in range(12):
        level = float(mentoring.faded(np.array([level]), VALUES)[0])
    assert level == pytest.approx(0.4)


def test_a_program_not_delivered_builds_no_trust() -> None:
    assert trust(4.0, True, replace(EVEN, fidelity=0.0), before=0.25) == 0.25


@given(
    contacts=st.floats(0, 100),
    met=st.booleans(),
    fit=st.floats(0, 1),
    before=st.floats(0, 1),
)
def test_trust_stays_between_0_and_1_and_grows_only_by_meeting(
    contacts: float, met: bool, fit: float, before: float
) -> None:
    after = trust(contacts, met, fit=fit, before=before)
    assert 0.0 <= after <= 1.0
    assert after >= before if met else after <= before


def test_better_fit_and_more_contact_build_more_trust() -> None:
    assert trust(4.0, True, fit=0.9, before=0.0) > trust(4.0, True, fit=0.3, before=0.0)
    assert trust(5.0, True, fit=0.3, before=0.0) > trust(4.0, True, fit=0.3, before=0.0)


def test_relief_is_in_proportion_to_trust() -> None:
    table = mentees(3, trust=np.array([0.0, 0.5, 1.0]))
    values = VALUES.merged({"mentoring.log_hazard_at_full_trust": -1.2})
    assert mentoring.relief(table.trust, values) == pytest.approx([0.0, -0.6, -1.2])


def test_trust_is_lost_faster_than_it_is_won() -> None:
    """Of what there is a missed month takes a larger share than a kept month wins of what is missing."""
    for fit in (0.0, 0.5, 1.0):
        won, lost = trust(4.0, True, fit=fit, before=0.5) - 0.5, 0.5 - trust(4.0, False, fit=fit, before=0.5)
        assert lost == pytest.approx(2 * won)
    both_ways = trust(4.0, True, before=trust(4.0, False, before=0.6))
    assert both_ways < 0.6  # a month that was missed is not made good by the next


def test_a_missed_month_costs_the_same_whatever_time_the_mentor_had() -> None:
    before, fit, met = np.array([0.5]), np.array([0.6]), np.array([False])
    after = [
        mentoring.trust_after(before, fit, np.array([c]), np.array([4.0]), met, 1.0, VALUES)[0] for c in (0.0, 4.0)
    ]
    assert after[0] == after[1]


def test_groups_and_circles_by_hand() -> None:
    values = VALUES.merged(
        {
            "mentoring.hours_per_contact": 1.2,
            "mentoring.group_size": 8.0,
            "mentoring.group_trust_ratio": 0.4,
            "mentoring.circle_size": 5.0,
            "mentoring.kept_share": 0.8,
            "mentoring.mentor_share_of_match_ends": 0.6,
        }
    )
    group, circle = replace(EVEN, form="group", fidelity=0.5), replace(EVEN, form="circle")
    load = np.array([1, 4, 8, 16])
    assert group.hours(load, values) == pytest.approx(np.array([1.2, 0.3, 0.15, 0.15]))
    assert (group.strength(values), group.volunteers(values)) == pytest.approx((0.2, 1))
    assert circle.hours(load, values).tolist() == [1.2] * 4
    assert circle.volunteers(values) == 5
    # Of the .2 that are missed, .4 are the participant's: .92 come, and each mentor keeps .8 / .92 of those.
    assert circle.kept_share(values) == pytest.approx(0.92 * (1 - (1 - 0.8 / 0.92) ** 5))
    assert group.kept_share(values) == EVEN.kept_share(values) == 0.8


def test_ways_of_contact_by_hand() -> None:
    ratios = {"phone_hours_ratio": 0.4, "phone_trust_ratio": 0.6, "video_hours_ratio": 0.5, "video_trust_ratio": 0.8}
    values = VALUES.merged({f"mentoring.{name}": ratio for name, ratio in ratios.items()})
    reached = {way: np.array([True, True, False]) for way in Way} | {Way.VISIT: np.ones(3, dtype=bool)}
    reached[Way.VIDEO] = np.array([True, False, False])
    mixes = ({Way.VISIT: 1.0}, {Way.VISIT: 0.2, Way.PHONE: 0.5, Way.VIDEO: 0.3})
    found = mentoring.contact(mixes, reached, values)
    assert found.contacts == pytest.approx(np.array([[1, 1, 1], [1.0, 0.7, 0.2]]))
    assert found.hours == pytest.approx(np.array([[1, 1, 1], [0.2 + 0.2 + 0.15, 0.4 / 0.7, 1.0]]))
    assert found.trust == pytest.approx(np.array([[1, 1, 1], [0.2 + 0.3 + 0.24, 0.5 / 0.7, 1.0]]))
    nobody = mentoring.contact(({Way.PHONE: 1.0},), reached, values)
    assert (nobody.contacts[0, 2], nobody.hours[0, 2]) == (0.0, 0.0)


def test_a_plan_grows_with_kept_contacts_and_what_it_moves_by_hand() -> None:
    moves = {
        "plan_gain_per_contact": 0.1,
        "plan_search_gain": 0.2,
        "plan_homeless_at_release_ratio": 0.8,
        "plan_treatment_entry_ratio": 4.0,
        "early_end_hazard_ratio": 1.1,
        "early_end_loss": 0.04,
        "log_hazard_at_full_trust": -0.6,
    }
    values = VALUES.merged({f"mentoring.{name}": value for name, value in moves.items()} | {"health.trust_gain": 0.1})
    assert mentoring.plan_after(np.array([0.5]), np.array([4.0]), EVEN, values) == pytest.approx(0.5 + 0.5 * 0.36)
    month, who = SimpleNamespace(values=values), np.array([0])
    table = mentees(plan=0.5, trust=0.5, let_down=0.5)
    assert mentoring.search(month, table, who) == pytest.approx(np.exp(0.1))
    assert mentoring.homeless_at_release(month, table, who) == pytest.approx(0.9)
    assert mentoring.treatment(month, table, who) == pytest.approx(2.0)
    assert mentoring.belonging(month, table, who) == pytest.approx(0.05 - 0.02)
    assert mentoring.arrest(month, table, who) == pytest.approx(-0.3 + np.log(1.1) / 2)


def test_three_months_or_fewer_are_very_early() -> None:
    assert mentoring.very_early(np.array([5, 5, 5]), 7, VALUES).all()  # months 5, 6 and 7
    assert not mentoring.very_early(np.array([5]), 8, VALUES).any()

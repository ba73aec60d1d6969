"""Contracts in whole runs: judged on what was observed, paid as agreed, and noticed by services only as agreed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from behavior.small_runs import DIRECT, FULL_TRUST, OPEN, STRONG, TOTAL, model_of, small
from reentrysim.experiments.contracts import idle
from reentrysim.model import ReentryModel
from reentrysim.policies.contracts import account
from reentrysim.vocabulary import NEVER, Route

SOURCE = "funding.sources.state_grant"
DUE = 15 + 12 + 3
TOTAL_CENTS = 343 * 50 * 38 * 100
FEW_MENTORS = {TOTAL: 200_000.0}
"""So that there is a waiting list."""
TERMS: dict[str, Any] = {
    "outcome": "rearrest",
    "month": 12,
    "evaluator": "historical_rate",
    "at_most": 1.0,
    "last_part_share": 0.3,
}


def scenario(advanced_by: str = "investors", changes: dict[str, Any] | None = None, **terms: Any) -> Any:
    """A small world whose only source pays for success; people of steps 10 to 15 are judged in step 30."""
    own = {key: value for key, value in {**TERMS, **terms}.items() if value is not None}
    payer = {f"{SOURCE}.kind": "pay_for_success", f"{SOURCE}.advanced_by": advanced_by, f"{SOURCE}.pays_if": own}
    return small({**payer, **(changes or {})})


def finished(*args: Any, replicate: int = 0, **terms: Any) -> ReentryModel:
    return model_of(scenario(*args, **terms), STRONG, replicate).run()


@pytest.mark.parametrize("evaluator", ["historical_rate", "waiting_list", "matched_group"])
@pytest.mark.parametrize("replicate", [0, 1, 2])
def test_a_threshold_that_cannot_be_missed_always_pays_and_one_that_cannot_be_met_never(
    evaluator: str, replicate: int
) -> None:
    most, least = ({"at_most": 1.0}, {"at_most": 0.0})
    if evaluator != "historical_rate":
        most, least = ({"at_most": None, "at_most_ratio": ratio} for ratio in (2.0, 0.0))
    who = ("investors", FEW_MENTORS)
    (paid,) = finished(*who, evaluator=evaluator, replicate=replicate, **most).world.judged
    (unpaid,) = finished(*who, evaluator=evaluator, replicate=replicate, **least).world.judged
    assert paid.judgment.paid == paid.contract.at_stake == 60_000 * 100
    assert unpaid.judgment.rate > 0
    assert unpaid.judgment.paid == 0


@pytest.mark.parametrize("advanced_by", ["investors", "government"])
@pytest.mark.parametrize("at_most", [0.0, 1.0])
def test_who_is_repaid_late_or_never_is_no_matter_to_services(advanced_by: str, at_most: float) -> None:
    grant, fund = model_of(small(), STRONG).run().world, finished(advanced_by, at_most=at_most).world
    for name in ("arrived", "spent", "lapsed", "unspent", "unpaid"):
        assert np.array_equal(getattr(grant.ledger, name), getattr(fund.ledger, name))
    assert np.array_equal(grant.people.first_arrest, fund.people.first_arrest)
    assert np.array_equal(grant.mentees.contacts, fund.mentees.contacts)


def test_a_provider_has_the_last_part_after_the_judgment_or_never() -> None:
    total = TOTAL_CENTS
    paid, unpaid = (finished("provider", at_most=share).world.ledger for share in (1.0, 0.0))
    for ledger in (paid, unpaid):
        assert ledger.arrived[:DUE].sum() == pytest.approx(0.7 * total * (DUE - 1) / 38, abs=1)
        assert ledger.arrived.sum() == total
        assert ledger.conserves()
        assert np.array_equal(ledger.arrived[:DUE], paid.arrived[:DUE])
        assert np.array_equal(ledger.spent[:DUE], paid.spent[:DUE])
    assert paid.unpaid.sum() == 0
    assert unpaid.unpaid.sum() == unpaid.unpaid[DUE].sum() == round(0.3 * total)
    assert paid.spent[DUE:].sum() > unpaid.spent[DUE:].sum()
    assert unpaid.spent.sum() + unpaid.unspent.sum() == total - round(0.3 * total)


def test_a_provider_who_must_wait_serves_fewer() -> None:
    advanced, waits = (finished(who).world.mentees.contacts.sum() for who in ("investors", "provider"))
    assert waits < 0.9 * advanced


def test_a_contract_is_about_whom_it_says() -> None:
    """Every count again, person by person, from the finished run."""
    world = finished("investors", FEW_MENTORS, evaluator="waiting_list", at_most=None, at_most_ratio=1.0).world
    mentees, people, release = world.mentees, world.people, world.traits.release_step
    window = range(world.calendar.cohort.start, world.calendar.cohort.stop)
    assert {int(release[person]) for person in window} == set(range(10, 16))
    failed = {person for person in window if 1 <= people.first_arrest[person] <= 12}
    served = {person for person in window if mentees.match_step[person] != NEVER}
    waited = {
        person for person in window if mentees.first_waiting[person] != NEVER and mentees.offered_step[person] == NEVER
    }
    (one,) = world.judged
    found = one.judgment
    assert len(waited) > 10 < len(served)
    assert (found.people, found.comparison_people) == (len(served), len(waited))
    assert found.rate == len(failed & served) / len(served)
    assert found.comparison_rate == pytest.approx(len(failed & waited) / len(waited))
    rate = found.rate <= found.comparison_rate
    assert (found.paid > 0) == rate


def test_a_contract_may_count_part_of_the_releases_and_everybody_offered() -> None:
    world = finished(cohort="offered", first_release_step=11, last_release_step=12).world
    offered = (world.mentees.offered_step != NEVER) & np.isin(world.traits.release_step, [11, 12])
    (one,) = world.judged
    assert one.judgment.people == np.count_nonzero(offered) > 5
    assert one.contract.judged_step == 12 + 12 + 3


def test_new_sentences_and_violations_are_told_apart() -> None:
    rates = {}
    for outcome in ("return_to_prison", "return_new_sentence", "return_technical"):
        (one,) = finished(outcome=outcome).world.judged
        rates[outcome] = one.judgment.rate
    assert rates["return_to_prison"] == pytest.approx(rates["return_new_sentence"] + rates["return_technical"])
    assert min(rates.values()) > 0


def test_matched_people_are_in_no_program_and_not_in_the_cohort() -> None:
    world = finished(cohort="offered", evaluator="matched_group", at_most=None, at_most_ratio=1.0).world
    (one,) = world.judged
    members = world.calendar.cohort
    offered, matched = (column[members] != NEVER for column in (world.mentees.offered_step, world.mentees.match_step))
    assert np.array_equal(one.observed.comparison, ~offered & ~matched)
    alike = one.observed.stratum == one.observed.stratum[np.flatnonzero(one.observed.cohort)[0]]
    for column in (world.risk[members], world.traits.female[members]):
        assert len(np.unique(column[alike])) == 1
    assert np.ptp(world.traits.age[members][alike]) < 25 or world.traits.age[members][alike].min() >= 40


NOTHING = {**DIRECT, FULL_TRUST: 0.0, "mentoring.early_end_hazard_ratio": 1.0}


def test_where_the_program_does_nothing_the_run_without_it_says_the_same() -> None:
    question = scenario(changes={**OPEN, **FEW_MENTORS}, evaluator="waiting_list", at_most=None, at_most_ratio=1.0)
    other = idle(question)
    assert other is not None
    for replicate in range(3):
        (one,) = model_of(question, NOTHING, replicate).run().world.judged
        (without,) = model_of(other, NOTHING, replicate).run().world.judged
        told = account(one, without)
        assert told.people > 10
        assert (told.rate_if_idle, told.comparison_rate_if_idle) == (told.rate, told.comparison_rate)
        assert told.paid_cents_if_idle == told.paid_cents


def test_where_the_program_helps_the_same_people_do_worse_without_it() -> None:
    """Of those who would be compared with them, who never met it, none does where nobody takes from anybody."""
    question = scenario(changes={**OPEN, **FEW_MENTORS}, evaluator="waiting_list", at_most=None, at_most_ratio=1.0)
    other = idle(question)
    assert other is not None
    gains = []
    for replicate in range(3):
        model, empty = (model_of(one, STRONG, replicate).run() for one in (question, other))
        assert not (empty.world.mentees.match_step != NEVER).any()
        told = account(*model.world.judged, *empty.world.judged)
        assert told.comparison_rate_if_idle == told.comparison_rate
        assert told.rate is not None
        assert told.rate_if_idle is not None
        gains.append(told.rate_if_idle - told.rate)
    assert min(gains) >= 0
    assert max(gains) > 0


def test_money_and_other_programs_stay_when_nobody_takes_part_in_what_is_paid_for() -> None:
    both = {
        "programs.case_management": {},
        "funding.shares": {"mentoring": 0.5, "case_management": 0.5},
    }
    question = scenario(changes=both, programs=["mentoring"])
    other = idle(question)
    assert other is not None
    with_, without = (model_of(one, STRONG).run().world for one in (question, other))
    assert np.array_equal(with_.ledger.arrived, without.ledger.arrived)
    served = without.enrolled["case_management"].start_step != NEVER
    assert np.count_nonzero(served) > 20
    assert not (without.mentees.match_step != NEVER).any()


def test_a_scenario_without_a_contract_has_no_run_more_and_judges_nothing() -> None:
    assert idle(small()) is None
    assert model_of(small()).run().world.judged == []


def test_least_people_are_those_of_the_real_system() -> None:
    """100 simulated people stand for 300: each for three."""
    counts = {}
    for least in (30, 300):
        world = model_of(scenario(least_people=least), STRONG, participants=100).run().world
        (one,) = world.judged
        assert one.contract.scale == 3.0
        counts[least] = (one.judgment.people, one.judgment.judged, one.judgment.paid)
    assert 10 <= counts[30][0] < 100
    assert counts[30][1:] == (True, one.contract.at_stake)
    assert counts[300][1:] == (False, 0)


def test_routes_are_dated_as_records_date_them() -> None:
    (one,) = (model := finished(outcome="return_technical")).world.judged
    members = model.world.calendar.cohort
    people = model.world.people
    first, route = people.first_return[members], people.first_route[members]
    expected = (first != NEVER) & (first <= 12) & (route != Route.NEW_SENTENCE)
    assert np.array_equal(one.observed.failed, expected)

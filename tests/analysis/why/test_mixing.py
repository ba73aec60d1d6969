"""Scenarios between two: every program has its own dollars to the cent, and its own settings."""

from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import model_of, numbers
from reentrysim.analysis.why.mixing import MONEY, REST, mixed, players
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario, shipped_scenarios

SHORT = {"time.follow_up_months": 6, "time.warmup_months": 12}


def short(name: str) -> Scenario:
    return load_scenario(name).vary(SHORT)


def money(scenario: Scenario) -> dict[str, tuple[int, int]]:
    """Cents that came and were spent by program, in the whole run."""
    ledger = ReentryModel(scenario, numbers(scenario), Luck(1, 0), 200).run().world.ledger
    totals = zip(ledger.programs, ledger.arrived.sum(axis=(0, 1)), ledger.spent.sum(axis=(0, 1)), strict=True)
    return {name: (int(came), int(spent)) for name, came, spent in totals}


def test_every_program_has_the_dollars_of_the_scenario_that_it_is_taken_from() -> None:
    base, other = short("jobs-first"), short("balanced")
    more = {
        "funding.sources.state_grant.overhead_share": 0.25,
        "funding.sources.state_grant.total_dollars": 6_000_000.0,
    }
    other = other.vary(more)
    chosen = ["transitional_jobs", "case_management"]
    between, first, second = (money(one) for one in (mixed(base, other, chosen, "between"), base, other))
    steps = 29  # of which each program's month may round by a cent
    for name, own in {"mentoring": first, "transitional_jobs": second, "case_management": second}.items():
        assert abs(between[name][0] - own[name][0]) <= steps
    assert "transitional_housing" not in between  # which the baseline has not
    net, shares = {"mentoring": 0.9, "transitional_jobs": 0.75, "case_management": 0.75}, between
    overhead = sum(shares[name][0] / part * (1 - part) for name, part in net.items())
    assert between["overhead"][0] == pytest.approx(overhead, abs=3 * steps)


def test_mixing_everything_is_the_scenario_and_nothing_the_baseline() -> None:
    base, other = short("status-quo"), short("balanced")
    for chosen, whole in ((players(base, other), other), ((), base)):
        one, two = (model_of(each, participants=150).run() for each in (mixed(base, other, chosen, "x"), whole))
        assert np.array_equal(one.world.people.first_return, two.world.people.first_return)
        assert np.array_equal(one.world.people.first_arrest, two.world.people.first_arrest)
        ledgers = zip(*(run.world.ledger.spent.sum(axis=(0, 1)) for run in (one, two)), strict=True)
        assert all(abs(int(a) - int(b)) <= len(one.world.ledger.spent) for a, b in ledgers)


def test_settings_and_caseloads_go_with_their_program_and_shared_lines_do_not() -> None:
    base = load_scenario("balanced")
    changes = {
        "programs.mentoring.length_months": 9,
        "policies.caseload.mentoring.per_worker": 4,
        "policies.caseload.case_management.per_worker": 25,
        "policies.matching.jobs.rule": "risk_high_first",
        "policies.matching.beds.rule": "random",
    }
    other = base.vary(changes, name="other")
    assert players(base, other) == ("mentoring", "case_management", "transitional_jobs", REST)
    between = mixed(base, other, ["mentoring", "transitional_jobs"], "between")
    policies = between.policies
    assert (between.programs.mentoring.length_months, policies.caseload.mentoring.per_worker) == (9, 4)
    assert policies.matching.line_of("transitional_jobs").rule == "risk_high_first"
    assert policies.caseload.of("case_management").per_worker == base.policies.caseload.of("case_management").per_worker
    assert policies.matching.line_of("transitional_housing").rule == "first_come"  # of beds, shelters' among them


def test_the_same_scenario_under_another_name_differs_in_nothing() -> None:
    base = load_scenario("balanced")
    assert players(base, base.vary({"title": "Another"}, name="another")) == ()


def test_the_same_dollars_by_an_earmark_instead_of_a_share_are_no_difference() -> None:
    base = load_scenario("jobs-first")
    grant = base.resolved()["funding"]["sources"]["state_grant"]
    parts = {
        "funding.sources.state_grant.total_dollars": 0.75 * grant["total_dollars"],
        "funding.sources.state_grant.earmark": ["transitional_jobs"],
        "funding.sources.the_rest": {**grant, "total_dollars": 0.25 * grant["total_dollars"], "earmark": ["mentoring"]},
    }
    moved = base.vary(parts)
    assert players(base, moved) == ("mentoring",)  # whose payer has another name, if not other dollars
    one, two = (money(each.vary(SHORT)) for each in (base, moved))
    assert all(one[name] == pytest.approx(two[name], abs=60) for name in one)


def test_money_that_hangs_on_rules_or_contracts_is_one_part() -> None:
    base = load_scenario("status-quo")
    for name in ("waiting-list", "pay-for-success", "public-private-match", "rising-prices"):
        assert MONEY in players(base, load_scenario(name))
    by_need = load_scenario("by-need")
    between = mixed(base, by_need, (), "between")  # its programs are there, and have no money
    assert between.programs.used == by_need.programs.used
    assert {name for name, share in between.funding.shares.items() if share} == {"mentoring"}


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_mixes_with_the_status_quo(name: str) -> None:
    base, other = load_scenario("status-quo"), load_scenario(name)
    for part in players(base, other):
        assert mixed(base, other, [part], f"{name}-between").name == f"{name}-between"


def test_a_program_without_money_anywhere_still_has_a_payer() -> None:
    between = mixed(load_scenario("status-quo"), load_scenario("rent-help"), ["mentoring"], "nobody-paid")
    assert sum(source.total_dollars for source in between.funding.sources.values()) == 0.0

"""Short stories about money: who pays what and when, what ends with it, and who is paid for first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import (
    DIRECT,
    OPEN,
    STRONG,
    TOTAL,
    cohort,
    model_of,
    over_replicates,
    small,
)
from reentrysim.model import ReentryModel
from reentrysim.outcomes import in_kind, ledger_rows
from reentrysim.policies.allocation import Claims
from reentrysim.scenario import Scenario
from reentrysim.stages import money
from reentrysim.vocabulary import NEVER, Risk

GRANT = "funding.sources.state_grant"
RULE, SHARES, PRICES = "funding.rule", "funding.shares", "funding.inflation_share"
ALL_RISKS = {"programs.mentoring.eligible.risk": ["low", "medium", "high"]}
LEAVING = ("mentors.volunteer_leave_monthly_risk", "mentors.lived_experience_leave_monthly_risk")
RICH = 3_500_000.0
"""Dollars for 300 people, with which there are mentors for all who want one."""
CLIFF = {f"{GRANT}.last_step": 12, f"{GRANT}.unspent": "lapse", TOTAL: RICH * 12 / 38}
GROUPS = "cognitive_behavioral_groups"


def partner(**terms: Any) -> dict[str, Any]:
    """A second payer, who pays nothing unless told otherwise."""
    usual = {"kind": "business", "total_dollars": 0.0, "first_step": 1, "last_step": 38, "unspent": "carry_over"}
    return {"funding.sources.partner": {**usual, "overhead_share": 0.0, **terms}}


def several(rule: str, dollars: float, changes: Mapping[str, Any] | None = None, **groups: Any) -> Scenario:
    """Three programs with even shares, mentoring for people at high risk and groups for those at low risk."""
    names = ("mentoring", GROUPS, "education")
    table = {"uptake_share": 1.0}
    return small(
        {
            RULE: rule,
            SHARES: dict.fromkeys(names, 1 / 3),
            TOTAL: dollars,
            f"programs.{GROUPS}": {**table, "eligible": {"risk": ["low"]}, **groups},
            "programs.education": {**table, "eligible": {"risk": ["medium"]}},
            **(changes or {}),
        },
        size=600,
    )


def months_of(scenario: Scenario, values: Mapping[str, float] | None = None) -> list[ReentryModel]:
    """The same model after every step."""
    model = model_of(scenario, values)
    while model.running:
        model.step()
        yield model


def arrived(model: ReentryModel) -> dict[str, int]:
    """Cents each program was given over the run."""
    ledger = model.world.ledger
    return dict(zip(ledger.programs, ledger.arrived.sum(axis=(0, 1)).tolist(), strict=True))


def test_at_a_cliff_everybody_loses_the_mentor_in_that_month_and_the_ledger_shows_it() -> None:
    model = model_of(small({**ALL_RISKS, **CLIFF}))
    for _ in range(12):
        model.step()
    met = model.world.mentees.mentor != NEVER
    record, ledger = model.world.record, model.world.ledger
    assert met.sum() > 50
    assert record.contacts[12] > 100
    model.run()
    assert (model.world.mentees.mentor == NEVER).all()
    for column in ("matched", "contacts", "active_mentors", "volunteer_hours"):
        table = getattr(record, column)
        assert table[12] > 0
        assert not table[13:].any()
    assert record.waiting[14] > record.waiting[12]  # they queue again, in vain
    assert ledger.spent[12].sum() > 0
    assert not (ledger.arrived[13:].any() or ledger.spent[13:].any())
    assert [row.step for row in ledger_rows(model.world) if row.lapsed] == [12]


def test_a_cliff_hurts_those_who_were_in_the_program_when_it_fell() -> None:
    alone, together, people = 0, 0, 0
    for replicate in range(4):
        ended, lasting = (
            model_of(small({**ALL_RISKS, **OPEN, TOTAL: RICH, **change}, size=600), {**STRONG, **DIRECT}, replicate)
            for change in (CLIFF, {})
        )
        for model in (ended, lasting):
            for _ in range(12):
                model.step()
        met = ended.world.mentees.mentor != NEVER
        assert np.array_equal(met, lasting.world.mentees.mentor != NEVER)
        before = [model.world.people.first_arrest.copy() for model in (ended, lasting)]
        assert np.array_equal(*before)
        counts = []
        for model in (ended, lasting):
            model.run()
            counts.append(np.count_nonzero((model.world.people.first_arrest != before[0]) & met))
        alone, together, people = alone + counts[0], together + counts[1], people + met.sum()
    gone = (alone - together) / np.sqrt(people)  # standard errors if they were independent, and they are paired
    assert people > 400
    assert gone > 2.0


def test_when_one_of_two_payers_goes_a_part_of_the_mentors_goes() -> None:
    half = {TOTAL: RICH / 20, f"{GRANT}.unspent": "lapse"}
    payers = partner(total_dollars=RICH / 20 * 12 / 38, last_step=12, spend="even", unspent="lapse")
    active = model_of(small({**ALL_RISKS, **half, **payers}, size=600)).run().world.record.active_mentors
    assert 0.35 < active[16:24].mean() / active[8:13].mean() < 0.75


_FLAT = {
    **dict.fromkeys(("arrest.decline", "arrest.divergence", "arrest.age_decline", "arrest.start"), 0.0),
    **dict.fromkeys(("arrest.first_month", "arrest.frailty_sd", "arrest.recent"), 0.0),
}
"""The same hazard of arrest in every month since release, for whoever is left."""
_STEEP = {**_FLAT, "arrest.decline": 2.0, "arrest.level": -2.1}
"""Seven in ten arrests of two years in the first six months."""


def _gain_of_a_dense_dose(hazard: Mapping[str, float], contacts_per_month: float) -> tuple[float, float]:
    """Share of people rearrested in two years fewer with a front-loaded dose, and its standard error."""
    free = {"mentoring.hours_per_contact": 1e-9, "mentoring.match_end_monthly_risk": 0.0, **dict.fromkeys(LEAVING, 0.0)}
    values = {**STRONG, **DIRECT, **free, **hazard}
    changes = {
        **ALL_RISKS,
        **OPEN,
        TOTAL: 35_000_000.0,
        "time.warmup_months": 6,
        "time.tail_months": 0,
        "programs.mentoring.eligible.to_month": 1,
        "programs.mentoring.contacts_per_month": contacts_per_month,
    }
    gains = []
    for replicate in range(3):
        again = []
        for dose in ("even", "front_loaded"):
            model = model_of(small({**changes, "programs.mentoring.dose": dose}, size=3000), values, replicate).run()
            again.append(cohort(model, model.world.people.first_arrest) != NEVER)
        gains.append(again[0].astype(float) - again[1])
    each = np.concatenate(gains)
    return float(each.mean()), float(each.std() / np.sqrt(len(each)))


def test_a_dense_dose_beats_an_even_one_when_the_hazard_is_front_loaded_and_not_when_it_is_flat() -> None:
    gain, error = _gain_of_a_dense_dose(_STEEP, contacts_per_month=1.0)
    assert gain > 4 * error
    gain, error = _gain_of_a_dense_dose(_FLAT, contacts_per_month=1.0)
    assert gain < -2 * error


def test_where_trust_is_full_with_an_even_dose_a_dense_one_only_ends_sooner() -> None:
    gain, error = _gain_of_a_dense_dose(_STEEP, contacts_per_month=4.0)  # a mentor a week, from six months before
    assert gain < 2 * error


def test_prices_take_nothing_from_who_is_indexed() -> None:
    usual = model_of(small()).run()
    indexed = model_of(small({PRICES: 0.2, f"{GRANT}.indexed": True})).run()
    assert ledger_rows(usual.world) == ledger_rows(indexed.world)
    assert np.array_equal(usual.world.people.first_arrest, indexed.world.people.first_arrest)


def test_rising_prices_end_posts_and_the_ledger_says_what_they_took() -> None:
    steady, rising = (model_of(small({**ALL_RISKS, PRICES: rate})).run() for rate in (0.0, 0.25))
    last_year = slice(27, 39)
    assert (
        rising.world.record.active_mentors[last_year].sum() < 0.8 * steady.world.record.active_mentors[last_year].sum()
    )
    lost = rising.world.ledger.unpaid[:39].sum() / rising.world.ledger.arrived.sum()
    assert lost == pytest.approx(1 - np.mean(1.25 ** (-np.arange(38) / 12)), abs=1e-4)
    assert rising.world.ledger.conserves()


def test_a_match_follows_what_the_other_spends_and_a_bottleneck_costs_twice() -> None:
    match = partner(match_of="state_grant", match_ratio=0.5, total_dollars=RICH / 2)
    quick, slow = (
        model_of(small({TOTAL: RICH, **ALL_RISKS, **match, "programs.mentoring.hire_lag_months": lag})).run()
        for lag in (0, 12)
    )
    for model in (quick, slow):
        ledger = model.world.ledger
        grant, own = (
            next(n for n, s in enumerate(ledger.sources) if s.name == name) for name in ("state_grant", "partner")
        )
        paid = int((ledger.arrived - ledger.unpaid)[:, own].sum())
        matched = ledger.spent[:38, grant].sum()  # the last step of the run is matched when nobody counts any more
        assert paid == pytest.approx(0.5 * matched, abs=1)
        assert ledger.unpaid[:, own].sum() == ledger.sources[own].total_cents - paid
    gave_up = [int(model.world.ledger.unpaid.sum()) for model in (quick, slow)]
    assert gave_up[1] > gave_up[0] > 0


@pytest.mark.parametrize("participants", [600, 150])
def test_fixed_costs_are_the_same_whatever_the_scale(participants: int) -> None:
    office = {"fixed_dollars_per_month": 500.0, "start_up_dollars": 4_000.0, "uptake_share": 0.0}
    model = model_of(several("fixed_shares", 1_000_000.0, **office), participants=participants).run()
    ledger = model.world.ledger
    spent = ledger.spent[:, :, ledger.programs.index(GROUPS)].sum(axis=1)
    assert spent[1] == 450_000  # as soon as a third of the first month's money is there
    assert (spent[2:39] == 50_000).all()


def test_who_cannot_pay_the_rent_has_nobody_that_month() -> None:
    held: dict[bool, float] = {}
    for rent in (4_000.0, 20_000.0):
        model = model_of(
            several("fixed_shares", 600_000.0, fixed_dollars_per_month=rent)
        ).run()  # $4,700 a month after administration
        held[rent > 5_000] = float(model.world.record.held[0].max())
    assert held[False] > 0
    ledger, column = model.world.ledger, model.world.ledger.programs.index(GROUPS)
    opened = ledger.spent[:, :, column].sum(axis=1) >= 2_000_000
    assert opened.any()  # what is left over pays for a month now and then
    assert not model.world.record.held[0][~opened].any()


def test_mentoring_can_have_a_start_and_a_rent_too() -> None:
    office = {"programs.mentoring.start_up_dollars": 60_000.0, "programs.mentoring.fixed_dollars_per_month": 1_000.0}
    model = model_of(small({**ALL_RISKS, **office})).run()
    plain = model_of(small(ALL_RISKS)).run()
    spent = model.world.ledger.spent[:, 0, 0]
    assert not spent[1:4].any()  # $15,435 a month after administration
    assert spent[4] >= 6_100_000
    assert not model.world.record.active_mentors[:7].any()
    assert model.world.record.active_mentors.sum() < plain.world.record.active_mentors.sum()


def test_a_program_that_people_decline_keeps_its_need_and_loses_its_line() -> None:
    def share(rule: str) -> float:
        scenario = several(rule, 1_000_000.0, uptake_share=0.1)
        given = arrived(model_of(scenario).run())
        return given[GROUPS] / sum(given.values())

    assert share("need") > 1.5 * share("waiting_list")


def test_need_counts_people_whatever_became_of_their_offer() -> None:
    for model in months_of(several("need", 300_000.0)):
        there = model.world.in_need
        mentees, step = model.now.mentees, model.steps
        waiting = np.count_nonzero((mentees.waiting_since != NEVER) & (mentees.waiting_since <= step))
        assert there["mentoring"] >= waiting - np.count_nonzero(mentees.matches > 0)
        declined = model.now.enrolled[GROUPS].closed & (model.now.risk == Risk.LOW)
        if step == 20:
            assert there[GROUPS] > model.world.record.in_line[0, step] + model.world.record.held[0, step]
            assert declined.any()


def test_people_at_the_end_that_comes_first_are_paid_for_before_others() -> None:
    high, low = (arrived(model_of(several(rule, 600_000.0)).run()) for rule in ("risk_high_first", "risk_low_first"))
    assert high["mentoring"] > 1.5 * low["mentoring"]
    assert low[GROUPS] > 1.5 * high[GROUPS]


def test_the_next_dollar_goes_down_the_ranking_every_month(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Claims] = []
    claims = money.claims
    monkeypatch.setattr(money, "claims", lambda now: asked.append(claims(now)) or asked[-1])
    model = model_of(several("next_dollar", 600_000.0)).run()
    assert model.world.ranked == ("mentoring", GROUPS, "education")  # with caseloads of three, and uptake of everybody
    ledger, scarce = model.world.ledger, 0
    for step, claim in enumerate(asked, start=1):
        left = int(ledger.arrived[step, :, :-1].sum())
        for turn in claim.in_turn:
            ((name, wanted),) = turn.items()
            got = int(ledger.arrived[step, :, ledger.programs.index(name)].sum())
            assert got >= min(wanted, left)
            assert got == left or got >= wanted
            scarce += got < wanted
            left -= got
    assert scarce > 20


def test_a_program_without_a_share_stays_without_money_under_every_rule() -> None:
    shares = {SHARES: {"mentoring": 1.0, GROUPS: 0.0, "education": 0.0}}
    for rule in ("waiting_list", "need", "risk_high_first", "risk_low_first", "next_dollar"):
        model = model_of(several(rule, 600_000.0, {**shares, "time.follow_up_months": 6})).run()
        assert arrived(model)[GROUPS] == arrived(model)["education"] == 0
        earmarked = {**shares, f"{GRANT}.earmark": ["education"], "time.follow_up_months": 6}
        given = arrived(model_of(several(rule, 600_000.0, earmarked)).run())
        assert given["mentoring"] == given[GROUPS] == 0 < given["education"]


def test_volunteers_hours_are_counted_and_are_no_money() -> None:
    def origin(volunteer: float) -> dict[str, Any]:
        return {"programs.mentoring.staff.origin": {"volunteer": volunteer, "professional": 1.0 - volunteer}}

    stay = dict.fromkeys(LEAVING, 0.0)
    paid, given = (model_of(small({**ALL_RISKS, **origin(share)}), stay).run() for share in (0.0, 1.0))
    assert in_kind(paid) == {"volunteer_hours": 0.0, "volunteer_dollars": 0.0}
    told = in_kind(given)
    # As many hours as the contacts took, kept or not, where there is time for all of them.
    assert told["volunteer_hours"] > given.world.record.contacts.sum() * given.values["mentoring.hours_per_contact"]
    most = given.world.record.active_mentors.sum() * given.values["mentors.volunteer_hours_per_month"]
    assert told["volunteer_hours"] <= most
    assert told["volunteer_dollars"] / told["volunteer_hours"] == pytest.approx(31.8 * 313.689 / 292.655, rel=1e-3)
    dearer = model_of(small({**ALL_RISKS, **origin(1.0)}), {**stay, "mentors.volunteer_value_per_hour": 500.0}).run()
    assert ledger_rows(dearer.world) == ledger_rows(given.world)


def test_in_kind_hours_are_those_of_the_real_system() -> None:
    scenario = small(ALL_RISKS, size=1200)
    whole, part = (
        np.mean([in_kind(model_of(scenario, None, r, n).run())["volunteer_hours"] for r in range(3)])
        for n in (1200, 300)
    )
    assert part == pytest.approx(whole, rel=0.25)


def test_everything_together_conserves_money() -> None:
    payers = partner(match_of="state_grant", match_ratio=2.0, total_dollars=400_000.0, earmark=["education"])
    office = {"fixed_dollars_per_month": 900.0, "start_up_dollars": 9_000.0}
    for rule in ("need", "risk_high_first", "next_dollar"):
        scenario = several(rule, 900_000.0, {**payers, PRICES: "evidence", f"{GRANT}.spend": "late"}, **office)
        for model in over_replicates(scenario, count=1):
            ledger = model.world.ledger
            gone = (ledger.spent + ledger.lapsed + ledger.unspent + ledger.unpaid).sum(axis=(0, 2))
            assert gone.tolist() == [source.total_cents for source in ledger.sources]

"""Money arrives, and is divided among programs by fixed shares, by who is there, or by who and what comes first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Flags, Ints
from reentrysim.policies.allocation import FIXED, RISK_ORDERS, Claims, turns_by_rank, turns_by_risk
from reentrysim.scenario.own_rules import is_own
from reentrysim.setup.money import MENTORING
from reentrysim.stages import contracts, own_rules
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER, Risk


def arrives(now: Now) -> None:
    """Sources pay into the ledger; contracts that fall due are judged."""
    asked = claims(now)
    contracts.fall_due(now, asked, now.world.ledger.receive(now.step, asked))


def claims(now: Now) -> Claims:
    """What the programs ask of this month's money, as an agency saw it at the end of last month."""
    rule = now.scenario.funding.rule
    if rule == "fixed_shares":
        return FIXED
    if is_own(rule):
        return Claims(together=own_rules.shares(now))
    if rule == "need":
        return Claims(together=_cost_of(now, dict(now.world.in_need)))
    if rule in RISK_ORDERS:
        by_band = {name: _by_band(now, name, there) for name, there in _there(now).items()}
        return Claims(in_turn=turns_by_risk(RISK_ORDERS[rule], by_band, now.world.cost_of_person, _ceilings(now)))
    wanted = _cost_of(now, _people(now))
    return (
        Claims(together=wanted) if rule == "waiting_list" else Claims(in_turn=turns_by_rank(now.world.ranked, wanted))
    )


def _there(now: Now) -> dict[str, Flags]:
    """Who was in each program, or in line for it with a chance, at the end of last month; shape (window,)."""
    there = {MENTORING: (now.mentees.mentor != NEVER) | (now.mentees.waiting_since != NEVER)}
    for name, one in now.enrolled.items():
        there[name] = (one.place != NEVER) | ((one.waiting_since != NEVER) & now.may_be_placed(name))
    return there


def _people(now: Now) -> dict[str, int]:
    """How many were there, or were sent elsewhere last month."""
    people = {name: int(np.count_nonzero(rows)) for name, rows in _there(now).items()}
    for name, team in now.world.teams.items():
        people[name] += team.referred
    return people


def _by_band(now: Now, name: str, there: Flags) -> Ints:
    """The same by assessed risk, shape (3,)."""
    counts = np.bincount(now.risk[there], minlength=len(Risk))
    return counts + now.world.teams[name].referred_by_risk if name in now.world.teams else counts


def _ceilings(now: Now) -> dict[str, int]:
    """People that a program can have at a time, of those whose places are bought by the month."""
    return {name: places.most for name, places in now.world.places.items()}


def _cost_of(now: Now, people: Mapping[str, int]) -> dict[str, float]:
    """Cents a month of so many people in each program, up to its ceiling."""
    most = _ceilings(now)
    return {name: now.world.cost_of_person[name] * min(count, most.get(name, count)) for name, count in people.items()}

"""Contracts that fall due this month are judged on what records show of the people released in their window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from reentrysim.agents.columns import Flags, Ints, rows
from reentrysim.agents.participants import Enrollment, Mentees, Participants
from reentrysim.policies.allocation import Claims, Turn
from reentrysim.policies.contracts import Contract, Judged, Observed, judge
from reentrysim.setup import World
from reentrysim.setup.money import MENTORING
from reentrysim.stages.now import Now
from reentrysim.vocabulary import AGE_BANDS, NEVER, Route


def fall_due(now: Now, claims: Claims, turns: Sequence[Turn]) -> None:
    """Judge what is due; a last part that was held back arrives as far as it is earned, for what is still wanted."""
    for contract in now.world.contracts:
        if contract.judged_step == now.step:
            seen = observe(now.world, contract)
            judged = Judged(contract, seen, judge(contract, seen))
            now.world.judged.append(judged)
            if contract.holds_back:
                paid = judged.judgment.paid
                now.world.ledger.settle(contract.source, now.step, paid, contract.at_stake - paid, claims, turns)


def observe(world: World, contract: Contract) -> Observed:
    """What an agency's records show of the analysis cohort, shape (cohort,), in the month of the judgment."""
    members = world.calendar.cohort
    release = rows(world.traits, members).release_step
    inside = (release >= contract.first_release_step) & (release <= contract.last_release_step)
    cohort = inside & _reached(world, contract.programs, contract.cohort)
    comparison = inside & _others(world, contract, cohort)
    failed = had(rows(world.people, members), contract.outcome, contract.month)
    matched = contract.evaluator == "matched_group"
    stratum = _strata(world) if matched else np.zeros(len(release), dtype=np.int64)
    return Observed(cohort, comparison, failed, stratum)


def _others(world: World, contract: Contract, cohort: Flags) -> Flags:
    """With whom the cohort is compared."""
    if contract.evaluator == "waiting_list":
        stood_in_line = _reached(world, contract.programs, "eligible")
        return stood_in_line & ~_reached(world, contract.programs, "offered")
    if contract.evaluator == "matched_group":
        return ~_reached(world, (MENTORING, *world.enrolled), "served") & ~cohort
    return np.zeros(len(cohort), dtype=np.bool_)


def _reached(world: World, programs: Iterable[str], how: str) -> Flags:
    """Whom of the analysis cohort any of the programs served, offered a place, or had in line for one."""
    members = world.calendar.cohort
    found = np.zeros(members.stop - members.start, dtype=np.bool_)
    for name in programs:
        standing = rows(world.mentees if name == MENTORING else world.enrolled[name], members)
        found |= _step_of(standing, how) != NEVER
    return found


def _step_of(standing: Mentees | Enrollment, how: str) -> Ints:
    if how == "eligible":
        return standing.first_waiting
    if how == "offered":
        return standing.offered_step
    return standing.match_step if isinstance(standing, Mentees) else standing.start_step


def had(people: Participants, outcome: str, month: int) -> Flags:
    """Who had a first event of the kind by a month since release, shape as `people`."""
    column = {"rearrest": people.first_arrest, "reconviction": people.first_conviction}
    first = column.get(outcome, people.first_return)
    happened = (first != NEVER) & (first <= month)
    if outcome == "return_new_sentence":
        return np.asarray(happened & (people.first_route == Route.NEW_SENTENCE))
    if outcome == "return_technical":
        return np.asarray(happened & (people.first_route != Route.NEW_SENTENCE))
    return np.asarray(happened)


def _strata(world: World) -> Ints:
    """First assessed risk band, sex and age group of the analysis cohort in one number.

    Later readings see arrests since release, which may be what is judged.
    """
    members = world.calendar.cohort
    traits = rows(world.traits, members)
    edges = [band[0] for band in AGE_BANDS.values()]
    age = np.maximum(np.searchsorted(edges, traits.age, side="right") - 1, 0)
    group = world.assessed.first[members].astype(np.int64) * 2 + traits.female
    return np.asarray(group * len(AGE_BANDS) + age, dtype=np.int64)

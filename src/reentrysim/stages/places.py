"""Transitional jobs, transitional housing and case management in a month: who waits, who gets a place, who leaves."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, rows
from reentrysim.agents.participants import Enrollment
from reentrysim.dynamics import engagement, housing, staffing
from reentrysim.policies import caseload, matching
from reentrysim.programs import case_management, enrollment
from reentrysim.programs.admission import concerned
from reentrysim.stages.now import Now
from reentrysim.stages.support import CASES, HOUSING, JOBS
from reentrysim.vocabulary import NEVER, Home, HousingKind, Status


def open_places(now: Now) -> None:
    """Money pays for program jobs and beds; those it no longer pays end, the last to come going first."""
    for name, places in now.world.places.items():
        ledger = now.world.ledger
        money = ledger.available(name)
        paid = staffing.places_within(ledger.plan(name, now.step), money, places.cost, places.lottery)
        paid = min(paid, places.most)
        if name == HOUSING:
            paid = _open_beds(now, paid)
        enrolled = now.enrolled[name]
        held = np.flatnonzero(enrolled.place != NEVER)
        if len(held) > paid:
            by_start = held[np.lexsort((enrolled.lottery[held], enrolled.start_step[held]))]
            enrollment.lose(enrolled, by_start[paid:], now.step)
        now.paid[name] = paid


def _open_beds(now: Now, paid: int) -> int:
    """Beds that are both there and paid, the first providers' first."""
    providers = now.world.providers
    beds = providers.rows_of(HousingKind.TRANSITIONAL)
    there = providers.places[beds]
    providers.openings[beds] = np.clip(paid - (np.cumsum(there) - there), 0, there)
    return min(paid, int(there.sum()))


def say_who_waits(now: Now) -> None:
    """Who may have a place joins the line; who no longer may leaves it."""
    for name, terms in now.world.terms.items():
        near = concerned(now.release_steps, terms, now.step)
        enrolled, risk = rows(now.enrolled[name], near), now.world.risk[now.window][near]
        people, traits, needs = rows(now.people, near), rows(now.traits, near), _needs(now, name, near)
        may = enrollment.eligible(people, traits, enrolled, risk, terms, needs, now.step)
        newcomers = enrollment.say_who_waits(enrolled, may, now.step)
        now.in_line[name] = near.start + may
        if name in now.world.teams:
            now.world.teams[name].newcomers = newcomers


def _needs(now: Now, name: str, near: slice) -> Flags:
    """Whether people need what a program has, shape of the rows `near`: work, a home, or nothing special."""
    if name == JOBS:
        seeks = (now.lives.employer[near] == NEVER) & now.traits.looks_for_work[near]
        return np.asarray(seeks & (now.free[near] > 0.0))
    if name == HOUSING:
        return np.asarray(housing.homeless(now.lives.home[near]) & (now.free[near] > 0.0))
    return np.ones(len(now.lives.home[near]), dtype=np.bool_)


def make_offers(now: Now) -> None:
    """Offers go down each line while there are places; who is willing gets one, and what money pays is paid."""
    for name, terms in now.world.terms.items():
        enrolled, line = now.enrolled[name], _line(now, name)
        seats = _free_places(now, name)
        asked = _suited(now, line, seats) if name == HOUSING else matching.offers(line, enrolled.willing, len(seats))
        enrollment.hear_offers(enrolled, asked, now.step)
        who = asked[enrolled.willing[asked]]
        if name == HOUSING:
            who, seats = _move_in(now, who, seats)
        enrollment.begin(enrolled, who, seats[: len(who)], terms, now.step)
        if name in now.world.places:
            held = int(np.count_nonzero(enrolled.place != NEVER))
            now.world.ledger.spend(name, now.step, held * now.world.places[name].cost)
        elif now.scenario.policies.caseload.case_management.when_full == "refer_on":
            left = line[enrolled.waiting_since[line] != NEVER]
            enrollment.close(enrolled, left)
            now.world.teams[name].referred = len(left)


def _line(now: Now, name: str) -> Ints:
    """Who waits for a place in a program, first in line first."""
    policies, enrolled = now.scenario.policies.matching, now.enrolled[name]
    rule = {JOBS: policies.jobs.rule, HOUSING: policies.beds.rule}.get(name, "first_come")
    risk = now.world.risk[now.window]
    return matching.line(now.in_line[name], enrolled.waiting_since, enrolled.lottery, risk, rule)


def _free_places(now: Now, name: str) -> Ints:
    """The place of each free seat, in the order in which they are given out."""
    place = now.enrolled[name].place
    held = place[place != NEVER]
    if name == CASES:
        return _caseworkers_seats(now)
    free = max(now.paid[name] - len(held), 0)
    if name == JOBS:
        return np.zeros(free, dtype=np.int64)
    providers = now.world.providers
    left = np.maximum(providers.openings - np.bincount(held, minlength=len(providers.places)), 0)
    left[: providers.rows_of(HousingKind.TRANSITIONAL).start] = 0
    return np.repeat(np.arange(len(left)), left)[:free]


def _caseworkers_seats(now: Now) -> Ints:
    """The caseworker of each free seat: the emptiest first, thinner caseloads after all usual ones."""
    policy, posts = now.scenario.policies.caseload.case_management, now.world.caseworkers
    load = caseload.load(now.enrolled[CASES].place, len(posts.ready_step))
    most = caseload.limits(policy.per_worker, policy.when_full, now.values["mentoring.thin_out_multiple"])[-1]
    return caseload.seats_in_turn(load, most, posts.active(now.step))


def _suited(now: Now, line: Ints, seats: Ints) -> Ints:
    """Who of the `line` is offered a bed: everybody whom a bed still suits when their turn comes.

    Who doesn't use goes where use is barred as long as there are such beds, and leaves the others to those who do.
    """
    using, willing = now.lives.using[line], now.enrolled[HOUSING].willing[line]
    barring = int(np.count_nonzero(now.world.providers.bars_use[seats]))
    takes = willing & ~using
    may_be_sober = ~using & (np.cumsum(takes) - takes < barring)
    takes = willing & ~may_be_sober
    return line[may_be_sober | (np.cumsum(takes) - takes < len(seats) - barring)]


def _move_in(now: Now, who: Ints, seats: Ints) -> tuple[Ints, Ints]:
    """People `who` get the beds that suit them; who, and the provider of each."""
    providers = now.world.providers
    free = np.bincount(seats, minlength=len(providers.places))
    placed, bed = housing.beds_in_line(now.lives.using[who], free, providers.bars_use)
    housing.move(now.lives, who[placed], Home.TRANSITIONAL, now.step)
    now.lives.provider[who[placed]] = bed
    return who[placed], bed


def take_part(now: Now) -> None:
    """A month in a place builds up the dose, jail days less of it; elsewhere it fades."""
    for name, enrolled in now.enrolled.items():
        held = np.flatnonzero(enrolled.place != NEVER)
        inside = now.people.status[held] == Status.AWAITING_RELEASE
        dose = np.where(inside, 1.0, now.free[held])
        if name == CASES:
            dose = dose * _dose_of_caseworkers(now, enrolled)[enrolled.place[held]]
        enrollment.build_up(enrolled, held, dose, now.values, name)


def _dose_of_caseworkers(now: Now, enrolled: Enrollment) -> Floats:
    """Dose that each caseworker has for each of their people, shape (posts,)."""
    load = caseload.load(enrolled.place, len(now.world.caseworkers.ready_step))
    return case_management.dose_of_hours(load, now.values)


def complete_or_quit(now: Now) -> None:
    """Places end that were had to the end last month; others are left early, or lost for a month in jail."""
    for name, terms in now.world.terms.items():
        enrolled = now.enrolled[name]
        held = np.flatnonzero(enrolled.place != NEVER)
        through = enrollment.through(enrolled, held, now.traits.release_step, terms, now.step)
        leaves = now.month_luck.of(f"{name}.quit", held) < _quitting_risks(now, name, held)
        if name in now.world.places:
            leaves |= now.free[held] == 0.0
        quits = leaves & ~through
        enrolled.completed[held[through]] = True
        enrollment.end(enrolled, held[through], enrolled.helped_until[held[through]])
        enrollment.end(enrolled, held[quits], now.step - 1)


def _quitting_risks(now: Now, name: str, held: Ints) -> Floats:
    """Monthly risk of leaving a program early of people `held`."""
    risk, uptake = (now.values[f"{name}.{key}"] for key in ("quit_monthly_risk", "uptake_share"))
    return engagement.quitting_risk(risk, now.traits.motivation[held], uptake, now.values)


def _queued(enrolled: Enrollment, step: int) -> Flags:
    """Who is in line by now; who has just lost a caseworker is from the next month on."""
    return np.asarray((enrolled.waiting_since != NEVER) & (enrolled.waiting_since <= step))


def record(now: Now) -> None:
    """Who is in line, who has a place at the end of the month, and how many were sent elsewhere."""
    for row, team in enumerate(now.world.teams.values()):
        now.world.record.referred[row, now.step] = team.referred
    for row, enrolled in enumerate(now.enrolled.values()):
        now.world.record.in_line[row, now.step] = np.count_nonzero(_queued(enrolled, now.step))
        now.world.record.held[row, now.step] = np.count_nonzero(enrolled.place != NEVER)

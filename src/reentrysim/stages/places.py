"""Programs other than mentoring in a month: who waits, who gets a place, what it gives, who leaves."""

from __future__ import annotations

from typing import cast

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.dynamics import engagement, housing, staffing
from reentrysim.dynamics.staffing import Places
from reentrysim.policies import caseload, matching
from reentrysim.programs import enrollment
from reentrysim.programs.admission import concerned, fits, in_window
from reentrysim.programs.contract import Beds, Capacity
from reentrysim.programs.enrollment import Terms
from reentrysim.scenario.own_rules import is_own
from reentrysim.stages import own_rules, staff, support, turns
from reentrysim.stages.now import Now
from reentrysim.vocabulary import MINUTES_PER_HOUR, NEVER, Status


def open_places(now: Now) -> None:
    """Money pays for places and beds; those it no longer pays end, the last to come going first."""
    for name, places in now.world.places.items():
        paid = min(_within_money(now, name, places), places.most) if staff.is_open(now, name) else 0
        if now.world.terms[name].program.capacity is Capacity.BEDS:
            paid = _open_beds(now, name, paid)
        enrolled = now.enrolled[name]
        held = now.held(name)
        if len(held) > paid:
            by_start = held[np.lexsort((enrolled.lottery[held], enrolled.start_step[held]))]
            enrollment.lose(enrolled, by_start[paid:], now.step)
        now.paid[name] = paid


def _within_money(now: Now, name: str, places: Places) -> int:
    ledger = now.world.ledger
    return staffing.places_within(staff.planned(now, name), ledger.available(name), places.cost, places.lottery)


def _beds_of(now: Now, name: str) -> slice:
    """Rows of the providers whose beds are the program's places."""
    return now.world.providers.rows_of(cast(Beds, now.world.terms[name].program.housing).kind)


def _open_beds(now: Now, name: str, paid: int) -> int:
    """Beds that are both there and paid, the first providers' first."""
    providers, beds = now.world.providers, _beds_of(now, name)
    there = providers.places[beds]
    providers.openings[beds] = np.clip(paid - (np.cumsum(there) - there), 0, there)
    return min(paid, int(there.sum()))


def say_who_waits(now: Now) -> None:
    """Who may have a place joins the line; who no longer may leaves it."""
    for name, terms in now.world.terms.items():
        near, needs = concerned(now.release_steps, terms, now.step), terms.program.needs(now)
        if name in now.world.places:
            needs = needs & ~_in_jail(now)  # who would lose the place for it
        enrolled = now.enrolled[name]
        may = enrollment.eligible(now.people, now.traits, enrolled, now.risk, terms, needs, now.step, near)
        newcomers = enrollment.say_who_waits(enrolled, may, now.step, near)
        now.in_line[name] = may
        if now.scenario.funding.rule == "need":
            now.world.in_need[name] = _in_need(now, name, needs, near)
        if name in now.world.teams:
            now.world.teams[name].newcomers = newcomers


def _in_need(now: Now, name: str, needs: Flags, near: slice) -> int:
    """People who have a place, or whom the program would take if none had ever been offered or lost."""
    terms, enrolled = now.world.terms[name], now.enrolled[name]
    there = enrolled.place != NEVER
    for_them = in_window(now.traits.release_step[near], terms, now.step) & needs[near]
    there[near] |= for_them & fits(near, now.people, now.traits, now.risk, terms)
    return int(np.count_nonzero(there))


def make_offers(now: Now) -> None:
    """Offers go down each line while there are places; who is willing gets one, and what money pays is paid."""
    for name, terms in now.world.terms.items():
        enrolled, seats = now.enrolled[name], _free_places(now, terms)
        beds = terms.program.capacity is Capacity.BEDS
        if beds:
            asked = _suited(now, name, _line_for_beds(now, name, len(seats)), seats)
        elif name in now.world.teams and now.world.teams[name].time is not None:
            asked, seats = _by_hours(now, name)
        else:
            asked = matching.offers(_line(now, name, len(seats)), enrolled.willing, len(seats))
        enrollment.hear_offers(enrolled, asked, now.step)
        who = asked[enrolled.willing[asked]]
        if beds:
            who, seats = _move_in(now, name, who, seats)
        enrollment.begin(enrolled, who, seats[: len(who)], terms, now.step)
        if len(who):
            now.served[name] = enrollment.served(enrolled)
        if name in now.world.places:
            now.world.ledger.spend(name, now.step, len(now.held(name)) * now.world.places[name].cost)
        elif now.scenario.policies.caseload.of(name).when_full == "refer_on":
            line = now.in_line[name]
            left = line[enrolled.waiting_since[line] != NEVER]
            enrollment.close(enrolled, left)
            now.world.teams[name].refer(now.risk[left])


def _line(now: Now, name: str, seats: int) -> Ints:
    """Who waits for a place in a program, first in line first, as far as offers can reach."""
    rule, enrolled = now.scenario.policies.matching.line_of(name), now.enrolled[name]
    who, waiting = _may_be_placed(now, name), (enrolled.waiting_since, enrolled.lottery)
    if is_own(rule.rule):
        return own_rules.line(now, rule.rule, who[: len(who) * bool(seats)], *waiting)
    return matching.front(who, *waiting, now.risk, rule.order, enrolled.willing, seats, rule.then)


def _may_be_placed(now: Now, name: str) -> Ints:
    """Rows of who waits for a program and is not left waiting by the rule of its line."""
    who, may = now.in_line[name], now.may_be_placed(name)
    return who if isinstance(may, bool) else who[may[who]]


def _line_for_beds(now: Now, name: str, seats: int) -> Ints:
    """Everybody who waits for a bed and has found no other, first in line first; which of them it suits is open."""
    rule, enrolled = now.scenario.policies.matching.line_of(name), now.enrolled[name]
    who = _may_be_placed(now, name)
    who = who[now.world.terms[name].program.needs(now)[who]][: len(who) * bool(seats)]
    if is_own(rule.rule):
        return own_rules.line(now, rule.rule, who, enrolled.waiting_since, enrolled.lottery)
    return matching.line(who, enrolled.waiting_since, enrolled.lottery, now.risk, rule.order, rule.then)


def _free_places(now: Now, terms: Terms) -> Ints:
    """The place of each free seat, in the order in which they are given out."""
    if terms.program.capacity is Capacity.WORKERS:
        return _workers_seats(now, terms.name)
    held = now.enrolled[terms.name].place[now.held(terms.name)]
    free = max(now.paid[terms.name] - len(held), 0)
    if terms.program.capacity is Capacity.PLACES:
        return np.zeros(free, dtype=np.int64)
    providers, beds = now.world.providers, _beds_of(now, terms.name)
    left = np.maximum(providers.openings[beds] - np.bincount(held, minlength=len(providers.places))[beds], 0)
    return np.repeat(np.arange(beds.start, beds.stop), left)[:free]


def _workers_seats(now: Now, name: str) -> Ints:
    """The worker of each free seat: the emptiest first, thinner caseloads after all usual ones."""
    policy, posts = now.scenario.policies.caseload.of(name), now.world.teams[name].posts
    load = caseload.load(now.enrolled[name].place[now.held(name)], len(posts.ready_step))
    most = caseload.limits(policy.per_worker, policy.when_full, now.values["mentoring.thin_out_multiple"])[-1]
    return caseload.seats_in_turn(load, most, posts.active(now.step))


def _by_hours(now: Now, name: str) -> tuple[Ints, Ints]:
    """Who is offered a worker while anybody has the time, and the worker of each who accepts: whoever has most time."""
    policy, team, enrolled = now.scenario.policies.caseload.of(name), now.world.teams[name], now.enrolled[name]
    multiple = caseload.multiples(policy.when_full, now.values["mentoring.thin_out_multiple"])[-1]
    room = turns.room(team, enrolled.place, now.risk, multiple, now.step)
    line = _line(now, name, turns.most(team, room))
    wish = np.broadcast_to(0.0, (len(line), len(room.seats)))
    asked, worker = caseload.in_turn(room, wish, None, enrolled.willing[line], turns.needs(team, now.risk[line]))
    return line[asked], worker[worker != NEVER]


def _suited(now: Now, name: str, line: Ints, seats: Ints) -> Ints:
    """Who of the `line` is offered a bed: everybody whom a bed still suits when their turn comes.

    Who doesn't use goes where use is barred as long as there are such beds, and leaves the others to those who do.
    """
    using, willing = now.lives.using[line], now.enrolled[name].willing[line]
    barring = int(np.count_nonzero(now.world.providers.bars_use[seats]))
    takes = willing & ~using
    may_be_sober = ~using & (np.cumsum(takes) - takes < barring)
    takes = willing & ~may_be_sober
    return line[may_be_sober | (np.cumsum(takes) - takes < len(seats) - barring)]


def _move_in(now: Now, name: str, who: Ints, seats: Ints) -> tuple[Ints, Ints]:
    """People `who` get the beds that suit them; who, and the provider of each."""
    home = cast(Beds, now.world.terms[name].program.housing).home
    providers = now.world.providers
    free = np.bincount(seats, minlength=len(providers.places))
    placed, bed = housing.beds_in_line(now.lives.using[who], free, providers.bars_use)
    housing.move(now.lives, who[placed], home, now.step)
    now.lives.provider[who[placed]] = bed
    return who[placed], bed


def take_part(now: Now) -> None:
    """A month in a place builds up the dose, jail days less of it; elsewhere it fades. Own mediators follow."""
    attention = support.attention(now)
    for name, terms in now.world.terms.items():
        enrolled = now.enrolled[name]
        held = now.held(name)
        inside = now.people.status[held] == Status.AWAITING_RELEASE
        share = np.where(inside, 1.0, now.free[held]) * terms.strength(now.values) * attention[held]
        dose = share * terms.program.dose(now, held, _load(now, name, held)) * _quality(now, name, held)
        enrollment.build_up(enrolled, now.served[name], held, dose, now.values, name)
        for key, mediator in terms.program.mediators.items():
            column = now.own[name][key]
            column[:] = mediator.change(now, enrolled, column)


def _load(now: Now, name: str, held: Ints) -> Ints | Floats:
    """People that the worker of each of the people `held` has, 1 where there are no workers; shape (len(held),).

    Where the caseload is told in hours: how many like this one would share all of a worker's time.
    """
    if name not in now.world.teams:
        return np.ones(len(held), dtype=np.int64)
    team, place = now.world.teams[name], now.enrolled[name].place
    if team.time is not None:
        got = turns.hours_got(team.time, place, now.risk, held)
        return np.asarray(team.time.minutes[place[held]] / MINUTES_PER_HOUR / got)
    return caseload.load(place[held], len(team.payroll))[place[held]]


def _quality(now: Now, name: str, held: Ints) -> Floats | float:
    """What an hour of the workers of people `held` is worth, in units of a rested worker's."""
    team = now.world.teams.get(name)
    if team is None or not team.usual:
        return 1.0
    return staffing.quality(team.posts.strain[now.enrolled[name].place[held]], now.values)


def complete_or_quit(now: Now) -> None:
    """Places end that were had to the end last month; others are left early, or lost for a month in jail."""
    for name, terms in now.world.terms.items():
        enrolled = now.enrolled[name]
        held = now.held(name)
        through = enrollment.through(enrolled, held, now.traits.release_step, terms, now.step)
        leaves = now.month_luck.of(f"{name}.quit", held) < _quitting_risks(now, name, held)
        if name in now.world.places:
            leaves |= _in_jail(now)[held]
        expelled = terms.program.expels(now, enrolled)
        leaves |= expelled if isinstance(expelled, bool) else expelled[held]
        quits = leaves & ~through
        had_all = now.step >= enrolled.start_step[held] + terms.length_months  # who is released before that has not
        enrolled.completed[held[had_all]] = True
        enrollment.end(enrolled, held[through], enrolled.helped_until[held[through]])
        enrollment.end(enrolled, held[quits], now.step - 1)


def _in_jail(now: Now) -> Flags:
    """Who is in jail for the whole month, shape (window,)."""
    return np.asarray((now.free == 0.0) & (now.people.status == Status.COMMUNITY))


def _quitting_risks(now: Now, name: str, held: Ints) -> Floats:
    """Monthly risk of leaving a program early of people `held`."""
    risk, uptake = (now.values[f"{name}.{key}"] for key in ("quit_monthly_risk", "uptake_share"))
    return engagement.quitting_risk(risk, now.traits.motivation[held], uptake, now.values)


def _queued(enrolled: Enrollment, step: int) -> Flags:
    """Who is in line by now; who has just lost a caseworker is from the next month on."""
    return np.asarray(enrolled.waiting_since.view(np.uint64) <= step)  # where NEVER is later than any step


def record(now: Now) -> None:
    """Who is in line, who has a place at the end of the month, who works there, and how many were sent elsewhere."""
    for row, team in enumerate(now.world.teams.values()):
        now.world.record.referred[row, now.step] = team.referred
        now.world.record.workers[row, now.step] = np.count_nonzero(team.posts.active(now.step))
    for row, (name, enrolled) in enumerate(now.enrolled.items()):
        queued = _queued(enrolled, now.step)
        enrolled.months_waited += queued
        now.world.record.in_line[row, now.step] = np.count_nonzero(queued)
        now.world.record.held[row, now.step] = len(now.held(name))

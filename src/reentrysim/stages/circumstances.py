"""Work, housing, substance use and ties in a month, and what employers and landlords learn from it."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.dynamics import health, housing, learning, reoffending, work
from reentrysim.policies import matching
from reentrysim.stages import support
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER, Home, Status


def open_vacancies_rooms_and_beds(now: Now) -> None:
    """Jobs, rooms and beds that people can have this month."""
    world = now.world
    work.open_vacancies(world.employers, world.labor, now.month_luck)
    housing.open_rooms_and_beds(world.providers, world.rooms, now.present_share, now.month_luck)


def leave_prison(now: Now) -> None:
    """Where people go who are released this month, for the first time or again."""
    out = np.flatnonzero((now.people.status == Status.COMMUNITY) & (now.people.released_step == now.step))
    u = now.month_luck.of("housing.release", out)
    bridged = support.homeless_at_release(now, out)
    housing.leave_prison(now.lives, now.traits, out, now.world.rooms, now.values, u, now.step, bridged)


def lose_and_find_work(now: Now) -> None:
    """Some jobs end; people who began the month without one ask employers."""
    lives, values, luck, world = now.lives, now.values, now.month_luck, now.world
    seekers = np.flatnonzero((now.free > 0.0) & (lives.employer == NEVER) & now.traits.looks_for_work)
    workers = np.flatnonzero(lives.employer != NEVER)
    work.end_jobs(lives, work.job_losers(lives, workers, now.free, values, luck, support.job_loss(now, workers)))
    since = reoffending.months_since(now.step, now.people.released_step)
    u = luck.of("work.asks", seekers)
    asking = work.asks(seekers, since, now.free, lives, values, u, support.job_search(now, seekers))
    peers = now.unseen(scarce=world.labor.scarce) * values["work.seeking_share"]
    work.find_jobs(now.people, now.traits, lives, seekers, asking, world.employers, world.labor, peers, values, luck)
    support.leave_program_jobs(now)


def lose_and_find_homes(now: Now) -> None:
    """Homes end; people rent, are taken in, find a bed, or sleep on the street. From jail nobody finds anything."""
    lives, values, step, luck = now.lives, now.values, now.step, now.month_luck
    was_homeless, ends = housing.homeless(lives.home), _homes_that_end(now)
    needs = (was_homeless | ends) & (now.free > 0.0)
    tenants, landlord = _tenants(now, needs)
    housing.move(lives, tenants, Home.OWN, step)
    lives.provider[tenants] = landlord
    needs[tenants] = False
    rest = np.flatnonzero(needs)
    u, help_ = luck.of("housing.others", rest), support.home(now, rest)
    taken = rest[housing.taken_in(lives, rest, was_homeless[rest], values, u, help_)]
    housing.move(lives, taken, Home.OTHERS, step)
    ends[tenants] = ends[taken] = False
    newly = np.flatnonzero(ends)
    housing.move(lives, newly, Home.STREET, step)
    lives.moves[np.concatenate([tenants, taken, newly])] += 1
    support.leave_program_beds(now)
    _queue_for_beds(now)


def _homes_that_end(now: Now) -> Flags:
    """Whose home ends this month; nobody keeps a shelter bed from jail. Shape (window,)."""
    lives, working = now.lives, support.working(now)
    outside = np.flatnonzero(lives.home != Home.NONE)
    u = now.month_luck.of("housing.leave", outside)
    ends = support.stay_is_over(now) | ((lives.home == Home.SHELTER) & (now.free == 0.0))
    ends[housing.leavers(lives, outside, working, now.values, now.step, u)] = True
    return np.asarray(ends)


def _tenants(now: Now, needs: Flags) -> tuple[Ints, Ints]:
    """Who rents a room this month, and from which landlord.

    People look who can pay and need a home, or have one that is not their own: in a program bed everybody, elsewhere
    some.
    """
    home, values, luck, world = now.lives.home, now.values, now.month_luck, now.world
    can_pay = housing.can_pay(support.working(now), now.traits) & (now.free > 0.0)
    looks = needs | (home == Home.TRANSITIONAL)
    housed = np.flatnonzero(can_pay & ~looks & ((home == Home.OTHERS) | (home == Home.INSTITUTION)))
    looks[housed] = luck.of("housing.search", housed) < housing.rent_search_chance(values)
    peers = now.unseen(scarce=world.rooms.scarce) * values["housing.rooms_seeking_share"]
    who = np.flatnonzero(looks & can_pay)
    return housing.tenants(now.lives, now.traits, who, world.providers, world.rooms, peers, values, luck)


def _queue_for_beds(now: Now) -> None:
    """People on the street queue for shelter beds by the matching rule, who waits longest being longest out there."""
    world, window, home = now.world, now.window, now.lives.home
    rule = now.scenario.policies.matching.beds.rule
    out = np.flatnonzero((home == Home.STREET) & (now.free > 0.0))
    line = matching.line(out, now.lives.home_step, world.shelter_lottery[window], world.risk[window], rule)
    housing.to_shelters(now.lives, line, now.world.providers, now.world.rooms, now.values, now.month_luck)


def change_health_and_ties(now: Now) -> None:
    """Use begins and ends, treatment too, and self-efficacy and ties follow how people live."""
    lives, values, luck = now.lives, now.values, now.month_luck
    who = np.flatnonzero(now.traits.substance_use_disorder & (now.free > 0.0))
    use = health.use_changes(lives, who, now.free, values, luck.of("health.use", who))
    u = luck.of("health.treatment", who)
    treatment = health.treatment_changes(lives, who, values, u, support.treatment(now, who))
    lives.using[who[use]] ^= True
    lives.in_treatment[who[treatment]] ^= True
    employed, stable = support.working(now), housing.stable(lives, values, now.step)
    health.move_self_efficacy_and_ties(lives, now.traits.family_ties, employed, stable, now.mentees.trust, values)


def violation_hazard(now: Now, who: Ints) -> Floats:
    """What use and officers' contact add to the log hazard of a rule violation of people `who` (rows)."""
    contact = now.world.supervision[now.world.risk[now.window][who]]
    return np.asarray(np.log(now.values["health.violation_ratio_use"]) * now.lives.using[who] + contact)


def arrest_hazard(now: Now, who: Ints) -> Floats:
    """What work, housing and use add to the log hazard of arrest of people `who` (rows), shape (len(who),)."""
    values, lives = now.values, now.lives
    good = np.log(values["work.hazard_ratio"])
    by_job = np.array([0.0, values["work.any_job_share"] * good, good])  # none, any, good
    by_home = np.log(values["housing.hazard_ratio_homeless"]) * housing.homeless(np.arange(len(Home), dtype=np.int8))
    by_use = np.array([0.0, np.log(values["health.hazard_ratio_use"])])
    job = support.working(now)[who].view(np.int8) + lives.good_job[who].view(np.int8)
    return np.asarray(by_job[job] + by_home[lives.home[who]] + by_use[lives.using[who].view(np.int8)])


def end_life_outside(now: Now, gone: Ints) -> None:
    """Jobs, homes, treatment and use end for people `gone` (rows), who return to prison or die."""
    lives = now.lives
    work.end_jobs(lives, gone)
    housing.move(lives, gone, Home.NONE, now.step)
    lives.using[gone] = False
    lives.in_treatment[gone] = False


def providers_learn(now: Now) -> None:
    """Employers and landlords learn from hires and tenancies that passed their trial, or ended before it."""
    if not now.scenario.circumstances.learning:
        return
    world, values = now.world, now.values
    before, trial = now.employer_before, int(values["work.trial_months"])
    learning.learn(
        world.employers.opinion,
        *learning.news(before, now.lives.employer == before, now.job_age, trial),
        expected=values["work.good_hire_share"],
        step_size=values["work.learning_step"],
        half_life_months=values["work.opinion_half_life_months"],
    )
    before, trial = now.provider_before, int(values["housing.trial_months"])
    stayed = (now.lives.provider == before) & (now.lives.home_step < now.step)
    lasted, failed = learning.news(before, stayed, now.home_age, trial)
    landlords = world.rooms.landlords
    learning.learn(
        world.providers.opinion[:landlords],
        lasted[lasted < landlords],
        failed[failed < landlords],
        expected=values["housing.good_tenancy_share"],
        step_size=values["housing.learning_step"],
        half_life_months=values["housing.opinion_half_life_months"],
    )

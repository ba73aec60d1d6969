"""Work, housing, substance use and ties in a month, and what employers and landlords learn from it."""

from __future__ import annotations

from functools import partial

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.dynamics import health, housing, learning, reoffending, work
from reentrysim.policies import matching
from reentrysim.programs.contract import Channel
from reentrysim.scenario.own_rules import is_own
from reentrysim.stages import own_rules, support
from reentrysim.stages.now import Now, of_bands
from reentrysim.vocabulary import NEVER, Home, Status


def open_vacancies_rooms_and_beds(now: Now) -> None:
    """Jobs, rooms and beds that people can have this month."""
    world = now.world
    work.open_vacancies(world.employers, world.labor, now.month_luck)
    housing.open_rooms_and_beds(world.providers, world.rooms, now.present_share, now.month_luck)


def leave_prison(now: Now) -> None:
    """Where people go who are released this month, for the first time or again."""
    out = rows_where((now.people.status == Status.COMMUNITY) & (now.people.released_step == now.step))
    u = now.month_luck.of("housing.release", out)
    bridged = support.added(now, Channel.HOMELESS_AT_RELEASE, out)
    housing.leave_prison(now.lives, now.traits, out, now.world.rooms, now.values, u, now.step, bridged)


def lose_and_find_work(now: Now) -> None:
    """Some jobs end; people who began the month without one ask employers."""
    lives, values, luck, world = now.lives, now.values, now.month_luck, now.world
    seekers = rows_where((now.free > 0.0) & (lives.employer == NEVER) & now.traits.looks_for_work)
    workers = rows_where(lives.employer != NEVER)
    help_ = support.added(now, Channel.JOB_LOSS, workers)
    work.end_jobs(lives, work.job_losers(lives, workers, now.free, values, luck, help_))
    since = reoffending.months_since(now.step, now.people.released_step)
    u = luck.of("work.asks", seekers)
    asking = work.asks(seekers, since, now.free, lives, values, u, support.added(now, Channel.JOB_SEARCH, seekers))
    peers = now.unseen(scarce=world.labor.scarce) * values["work.seeking_share"]
    skills, market = partial(_skills, now), (world.employers, world.labor, peers)
    accepted = values["community.employer_gain"] * world.community.acceptance
    work.find_jobs(now.people, now.traits, lives, seekers, asking, *market, values, luck, skills, accepted)
    support.leave_what_is_over(now, beds=False)


def _skills(now: Now, who: Ints, trade: Small) -> Floats | float:
    """What programs add to the standing of people `who` (rows) with employers of the trades asked."""
    return support.added(now, Channel.STANDING, who) + support.trade_skill(now, who, trade)


def lose_and_find_homes(now: Now) -> None:
    """Homes end; people rent, are taken in, find a bed, or sleep on the street. From jail nobody finds anything."""
    lives, values, step, luck = now.lives, now.values, now.step, now.month_luck
    was_homeless, ends = housing.homeless(lives.home), _homes_that_end(now)
    needs = (was_homeless | ends) & (now.free > 0.0)
    tenants, landlord = _tenants(now, needs)
    housing.move(lives, tenants, Home.OWN, step)
    lives.provider[tenants] = landlord
    needs[tenants] = False
    rest = rows_where(needs)
    u, help_ = luck.of("housing.others", rest), support.added(now, Channel.TAKEN_IN, rest)
    taken = rest[housing.taken_in(lives, rest, was_homeless[rest], values, u, help_)]
    housing.move(lives, taken, Home.OTHERS, step)
    ends[tenants] = ends[taken] = False
    newly = rows_where(ends)
    housing.move(lives, newly, Home.STREET, step)
    lives.moves[np.concatenate([tenants, taken, newly])] += 1
    support.leave_what_is_over(now, beds=True)
    _queue_for_beds(now)


def _homes_that_end(now: Now) -> Flags:
    """Whose home ends this month; nobody keeps a shelter bed from jail. Shape (window,)."""
    lives, working = now.lives, support.working(now)
    outside = rows_where(lives.home != Home.NONE)
    u = now.month_luck.of("housing.leave", outside)
    ends = support.stay_is_over(now) | ((lives.home == Home.SHELTER) & (now.free == 0.0))
    help_ = support.added(now, Channel.HOME_LOSS, outside)
    ends[housing.leavers(lives, outside, working, now.values, now.step, u, help_)] = True
    return np.asarray(ends)


def _tenants(now: Now, needs: Flags) -> tuple[Ints, Ints]:
    """Who rents a room this month, and from which landlord.

    People look who can pay and need a home, or have one that is not their own: in a program bed everybody, elsewhere
    some.
    """
    home, values, luck, world = now.lives.home, now.values, now.month_luck, now.world
    helped = np.asarray(support.added(now, Channel.RENT, np.arange(len(home)))) > 0.0
    can_pay = (housing.can_pay(support.working(now), now.traits) | helped) & (now.free > 0.0)
    looks = needs | support.in_bed_for_now(now)
    housed = rows_where(can_pay & ~looks & ((home == Home.OTHERS) | (home == Home.INSTITUTION)))
    looks[housed] = luck.of("housing.search", housed) < housing.rent_search_chance(values)
    peers = now.unseen(scarce=world.rooms.scarce) * values["housing.rooms_seeking_share"]
    who = rows_where(looks & can_pay)
    accepted = values["community.landlord_gain"] * world.community.acceptance
    return housing.tenants(now.lives, now.traits, who, world.providers, world.rooms, peers, values, luck, accepted)


def _queue_for_beds(now: Now) -> None:
    """People on the street queue for shelter beds by the matching rule, who waits longest being longest out there."""
    world, window, home = now.world, now.window, now.lives.home
    rule = now.scenario.policies.matching.beds
    out = rows_where((home == Home.STREET) & (now.free > 0.0))
    if rule.only_risk is not None:
        out = out[of_bands(now.risk[out], rule.only_risk)]
    lottery, since = world.shelter_lottery[window], now.lives.home_step
    if is_own(rule.rule):
        line = own_rules.line(now, rule.rule, out, since, lottery)
    else:
        line = matching.line(out, since, lottery, now.risk, rule.order, rule.then)
    housing.to_shelters(now.lives, line, now.world.providers, now.world.rooms, now.values, now.month_luck)


def change_health_and_ties(now: Now) -> None:
    """Use begins and ends, treatment too, and self-efficacy and ties follow how people live."""
    lives, values, luck = now.lives, now.values, now.month_luck
    who = rows_where(now.traits.substance_use_disorder & (now.free > 0.0))
    relapse, quitting = (support.added(now, channel, who) for channel in (Channel.USE, Channel.QUIT_USE))
    use = health.use_changes(
        lives, who, now.treated[who], now.free, values, luck.of("health.use", who), relapse, quitting
    )
    u = luck.of("health.treatment", who)
    treatment = health.treatment_changes(lives, who, values, u, support.added(now, Channel.TREATMENT, who))
    lives.using[who[use]] ^= True
    lives.in_treatment[who[treatment]] ^= True
    employed, stable = support.working(now), housing.stable(lives, values, now.step)
    given = support.belonging(now), support.added(now, Channel.TIES, np.arange(len(stable)))
    health.move_self_efficacy_and_ties(lives, now.traits.family_ties, employed, stable, *given, values)


def violation_hazard(now: Now, who: Ints) -> Floats:
    """What use, officers' contact and programs add to the log hazard of a rule violation of people `who` (rows)."""
    contact = now.world.supervision[now.risk[who]] + support.added(now, Channel.VIOLATION, who)
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


def enforcement(now: Now, who: Ints) -> Floats | float:
    """Arrests made of the same offending of people `who` (rows), in units of the usual, shape (len(who),) if not 1."""
    by_race = now.world.arrest_intensity
    return by_race[now.traits.race[who]] if np.any(by_race != 1.0) else 1.0


def end_life_outside(now: Now, gone: Ints) -> None:
    """Jobs, homes, treatment and use end for people `gone` (rows), who return to prison or die."""
    lives = now.lives
    work.end_jobs(lives, gone)
    housing.move(lives, gone, Home.NONE, now.step)
    lives.using[gone] = False
    lives.in_treatment[gone] = False


def providers_learn(now: Now) -> None:
    """Employers and landlords learn from hires and tenancies that passed their trial, or ended before it.

    A talk with somebody who did well is news like a hire or a tenancy that lasted.
    """
    if not now.scenario.circumstances.learning:
        return
    world, values = now.world, now.values
    before, trial = now.employer_before, int(values["work.trial_months"])
    lasted, failed = learning.news(before, now.lives.employer == before, now.job_age, trial)
    learning.learn(
        world.employers.opinion,
        np.concatenate([lasted, _talked_to(now, "employer", len(world.employers.opinion))]),
        failed,
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
        np.concatenate([lasted[lasted < landlords], _talked_to(now, "landlord", landlords)]),
        failed[failed < landlords],
        expected=values["housing.good_tenancy_share"],
        step_size=values["housing.learning_step"],
        half_life_months=values["housing.opinion_half_life_months"],
    )


def community_learns(now: Now) -> None:
    """Acceptance follows campaigns, where it moves."""
    world = now.scenario.circumstances
    if world.community_opinion == "moves":
        learning.hear_campaign(now.world.community, world.campaign_share, now.values)


def _talked_to(now: Now, kind: str, count: int) -> Ints:
    """Employers or landlords to whom an ambassador talks this month, an entry for each talk."""
    mentors, none = now.world.mentors, np.empty(0, dtype=np.int64)
    if not (now.scenario.programs.mentoring.staff.ambassadors and count):
        return none
    who = rows_where(mentors.active(now.step) & (mentors.alumnus != NEVER))
    talks = now.luck.of(f"mentors.talk_{kind}", now.step, who) < now.values["mentors.ambassador_talks_per_month"]
    return np.asarray(now.luck.of(f"mentors.which_{kind}", now.step, who[talks]) * count, dtype=np.int64)

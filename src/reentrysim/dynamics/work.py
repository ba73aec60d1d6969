"""Work: vacancies, asking employers, who considers and who hires whom, and how jobs end.

Somebody without a job asks some employers a month. The first who considers an applicant with a record weighs them
against everybody else who applies: the best get the vacancies. Jobs end the sooner the shorter they have lasted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.employers import Employers
from reentrysim.agents.participants import Lives, Participants, Traits
from reentrysim.dynamics import market
from reentrysim.dynamics.hazard import strikes
from reentrysim.randomness import MonthLuck
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER, Home, Race


@dataclass(frozen=True)
class LaborMarket:
    """What a scenario and the evidence say about the market for entry-level work."""

    openings: Floats
    """Mean vacancies of each employer in a month, shape (employers,)."""
    rivals: Floats
    """Mean applicants a month from everybody who was never in prison, shape (employers,)."""
    owner: Ints
    """The employer of each place, shape (places,)."""
    share: Floats
    """Share of each employer in the places, shape (employers,)."""
    added: float
    """What wage support and assurance add to each employer's willingness."""
    added_for_clean_year: float
    """What a check that looks back one year adds for people whose last year was clean."""
    banned_box_multiple: float
    """Chance to be considered where boxes are banned, in units of that where they are not; 1 without a ban."""
    black_multiple: float
    """Chance of Black applicants to be considered, in units of others'; 1 without discrimination."""
    licensed: Flags
    """Whether somebody with a record can have a job there, whatever the employer thinks, shape (employers,)."""
    scarce: bool
    """Whether participants take vacancies from one another."""


def labor_market(
    employers: Employers,
    values: Mapping[str, float],
    *,
    demand: float,
    tightness: Floats,
    barred: Flags,
    assurance: str,
    wage_support: float,
    ban_the_box: bool,
    discrimination: bool,
    scarce: bool,
) -> LaborMarket:
    """The market of a scenario.

    Args:
        demand: multiple of the usual applicants from everybody else.
        tightness: multiple of the usual vacancies by trade, shape (4,).
        barred: trades in which nobody with a record gets a license, shape (4,).
        assurance: none, insurance, review or clean_year.
        wage_support: share of the wage that is paid for the employer.
    """
    usual = np.asarray(employers.seats * values["work.turnover_monthly"], dtype=np.float64)
    assured = max(values["work.assured_willing_share"] - values["work.willing_employers_share"], 0.0)
    box = 1.0 + values["work.employers_asking_share"] * (values["work.record_callback_ratio"] - 1.0)
    gap = values["work.black_gap_without_record" if ban_the_box else "work.black_gap_with_record"]
    return LaborMarket(
        openings=usual * tightness[employers.trade],
        licensed=~barred[employers.trade],
        rivals=usual * values["work.rivals_per_opening"] * demand,
        owner=market.owners(employers.seats),
        share=employers.seats / max(int(employers.seats.sum()), 1),
        added=values["work.wage_support_gain"] * wage_support + assured * (assurance in ("insurance", "review")),
        added_for_clean_year=assured * (assurance == "clean_year"),
        banned_box_multiple=box if ban_the_box else 1.0,
        black_multiple=1.0 - gap if discrimination else 1.0,
        scarce=scarce,
    )


def open_vacancies(employers: Employers, labor: LaborMarket, luck: MonthLuck) -> None:
    """This month's vacancies: places whose holders have left, as whole numbers around their mean."""
    u = luck.beyond("work.openings", np.arange(len(employers.seats)))
    employers.openings[:] = market.whole(labor.openings, u)


def end_jobs(lives: Lives, ended: Ints) -> None:
    """The jobs of people `ended` (rows) are over."""
    lives.employer[ended] = NEVER
    lives.good_job[ended] = False


def job_losers(
    lives: Lives, who: Ints, free: Floats, values: Mapping[str, float], luck: MonthLuck, help_: Floats | float = 0.0
) -> Ints:
    """People (rows) who lose their job this month: by a hazard that falls with its length, or by a month in jail.

    `who` are the rows of people with a job, `help_` is what programs add to their log hazard.
    """
    tenure = luck.step - lives.job_step[who]
    log_hazard = (
        values["work.loss_level"]
        - values["work.loss_decline"] * np.log(tenure)
        + np.log(values["work.good_job_loss_ratio"]) * lives.good_job[who]
        + np.log(values["work.use_loss_ratio"]) * lives.using[who]
        + help_
    )
    lost = strikes(np.exp(log_hazard), luck.of("work.loss", who))
    return np.asarray(who[lost | (free[who] == 0.0)], dtype=np.int64)


def asks(
    who: Ints,
    since: Ints,
    free: Floats,
    lives: Lives,
    values: Mapping[str, float],
    u: Floats,
    help_: Floats | float = 1.0,
) -> Ints:
    """Employers that people `who` ask this month, whole numbers from uniforms `u`; shape (len(who),).

    Fewer with months since release and on jail days, fewer without a home, more with self-efficacy; `help_` is what
    programs make of them, in units of the usual number.
    """
    drive = values["health.search_gain"] * (lives.self_efficacy[who] - values["health.start"])
    effort = np.exp(values["work.effort"] - values["work.effort_decline"] * np.log(since[who]) + drive)
    homeless = (lives.home[who] == Home.STREET) | (lives.home[who] == Home.SHELTER)
    effort = effort * free[who] * np.where(homeless, values["work.homeless_effort_ratio"], 1.0) * help_
    return np.asarray(np.minimum(market.whole(effort, u), int(values["work.most_asks"])), dtype=np.int64)


def consideration(
    usual: Floats, people: Participants, traits: Traits, who: Ints, labor: LaborMarket, clean_since: int
) -> Floats:
    """Chance that each of people `who` (rows) is considered, shape (len(who),).

    Args:
        usual: willingness of the employer that each asks, shape (len(who),).
        clean_since: first step of a clean year, without an arrest and out of prison.
    """
    clean = (people.last_arrest[who] < clean_since) & (people.released_step[who] <= clean_since)
    willing = usual + labor.added + labor.added_for_clean_year * clean
    black = np.where(traits.race[who] == Race.BLACK, labor.black_multiple, 1.0)
    return np.asarray(willing * labor.banned_box_multiple * black, dtype=np.float64)


def standing(
    traits: Traits,
    lives: Lives,
    who: Ints,
    trade: Flags,
    values: Mapping[str, float],
    noise: Floats,
    learned: Floats | float = 0.0,
) -> Floats:
    """Where applicants stand among everybody who applies, 0 to 1; shape (len(who),).

    Skill and chance as a normal score, better in one's own trade and by what programs taught (`learned`), worse with
    active use. `noise` are uniforms.
    """
    weight = values["work.skill_weight"]
    score = weight * traits.skill[who] + np.sqrt(1.0 - weight * weight) * ndtri(noise)
    score = score + values["work.trade_bonus"] * trade - values["work.use_penalty"] * lives.using[who]
    return np.asarray(ndtr(score + learned), dtype=np.float64)


def find_jobs(
    people: Participants,
    traits: Traits,
    lives: Lives,
    seekers: Ints,
    asking: Ints,
    employers: Employers,
    labor: LaborMarket,
    peers: float,
    values: Mapping[str, float],
    luck: MonthLuck,
    skills: Callable[[Ints, Small], Floats | float] = lambda _who, _trade: 0.0,
    accepted: float = 0.0,
) -> None:
    """People `seekers` (rows) ask as many employers as `asking` says, and some are hired this month.

    `skills` is what programs taught people (rows) that counts with employers of the trades asked; `accepted` is what
    acceptance by the community adds to each employer's willingness.
    """
    whose, number = market.each_time(asking)
    if not len(employers.seats) or not len(whose):
        return
    asker = seekers[whose]
    asked, u = market.ask(labor.owner, luck.of("work.employer", asker, number))
    willing = market.willingness(employers.willing, employers.opinion, values["work.learning_most"])
    chance = consideration(willing[asked] + accepted, people, traits, asker, labor, luck.step - MONTHS_PER_YEAR)
    near = traits.travels[asker] | (traits.place[asker] == employers.place[asked])
    chance = chance * (near & labor.licensed[asked])
    considered = rows_where(u < chance)
    first = considered[market.first_of_each(whose[considered])]
    who, where = asker[first], asked[first]
    trade, noise = employers.trade[where], luck.of("work.standing", who)
    stands = standing(traits, lives, who, traits.trade[who] == trade, values, noise, skills(who, trade))
    against = _rivals(labor, peers, luck)
    hired = market.chosen(where, stands, employers.openings, against, scarce=labor.scarce)
    who, where = who[hired], where[hired]
    lives.employer[who] = where
    lives.job_step[who] = luck.step
    lives.good_job[who] = employers.good[where]


def _rivals(labor: LaborMarket, peers: float, luck: MonthLuck) -> market.Rivals:
    """The month's other applicants: everybody else, and `peers` whom the run does not simulate."""
    u = luck.beyond("work.rivals", np.arange(len(labor.rivals)))
    counts = market.whole(labor.rivals + peers * labor.share, u)
    return market.rivals(counts, partial(luck.beyond, "work.rival"))

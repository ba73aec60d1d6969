"""Participants: what each brings along, what changes, how they live, and where they stand with mentoring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.vocabulary import NEVER, Status


@dataclass(frozen=True)
class Traits:
    """What a person brings along; never changes. Every array has shape (people,), ordered by release step."""

    release_step: Ints
    """Step of the release that the analysis counts from."""
    entry_step: Ints
    """First step in the model: up to the lead time before release, never before the sentence began."""
    female: Flags
    age: Floats
    """Years at release."""
    race: Small
    priors: Ints
    """Arrests before release, the one that led to prison included."""
    offense: Small
    """Of the sentence."""
    months_served: Ints
    """Months in prison before that release; 0 where the sentence is served in the community."""
    conditional: Flags
    """Released to supervision."""
    term_months: Ints
    """Length of the supervision term, if released conditionally."""
    mental_illness: Flags
    substance_use_disorder: Flags
    opioid_use_disorder: Flags
    """Of opioids, too or alone; only who has a substance use disorder."""
    trauma: Flags
    minor_children: Flags
    trade: Small
    skill: Floats
    """Standing among applicants for entry-level work, standard normal."""
    looks_for_work: Flags
    """Applies for jobs when without one; the others never do."""
    travels: Flags
    """Can get to a job in another part of town."""
    can_rent_without_work: Flags
    """Has benefits or help to pay a rent without a job."""
    family_ties: Floats
    """Family and friends to turn to, 0 to 1."""
    culture: Small
    interest: Small
    style: Small
    place: Small
    frailty: Floats
    """Unobserved liability to arrest, standard normal."""
    motivation: Floats
    """Unobserved wish to take part, standard normal, correlated with frailty."""


@dataclass
class Participants:
    """What changes about a person, month by month. Every array has shape (people,)."""

    status: Small
    released_step: Ints
    """Step of the latest release."""
    supervised_until: Ints
    """Last step of the supervision term; NEVER without supervision."""
    prison_until: Ints
    """Last step in prison after a return."""
    returns: Ints
    """Returns to prison so far."""
    route: Small
    """Route of the latest return (meaningful once `returns` > 0)."""
    jail_days: Floats
    """Days in jail still ahead."""
    recent_arrest: Floats
    """Memory of the last arrest: 1 in the month after it, halving with time; 0 without one."""
    last_arrest: Ints
    """Step of the last arrest since the release that counts; NEVER without one."""
    first_arrest: Ints
    """Month since release of the first arrest; NEVER without one. Likewise the next three."""
    first_conviction: Ints
    first_return: Ints
    death: Ints
    first_route: Small
    """Route of the first return (meaningful where `first_return` is not NEVER)."""

    @classmethod
    def before_entry(cls, traits: Traits) -> Participants:
        """Everybody before the first step."""
        n = len(traits.age)
        never = [np.full(n, NEVER, dtype=np.int64) for _ in range(5)]
        return cls(
            status=np.full(n, Status.AWAY, dtype=np.int8),
            released_step=traits.release_step.copy(),
            supervised_until=np.where(traits.conditional, traits.release_step + traits.term_months - 1, NEVER),
            prison_until=np.full(n, NEVER, dtype=np.int64),
            returns=np.zeros(n, dtype=np.int64),
            route=np.zeros(n, dtype=np.int8),
            jail_days=np.zeros(n),
            recent_arrest=np.zeros(n),
            last_arrest=never[4],
            first_arrest=never[0],
            first_conviction=never[1],
            first_return=never[2],
            death=never[3],
            first_route=np.zeros(n, dtype=np.int8),
        )


@dataclass
class Lives:
    """How each person lives: work, home, substance use, and what carries them. Every array has shape (people,)."""

    employer: Ints
    """Row of the employer; NEVER without a job."""
    job_step: Ints
    """Step in which the current or last job was found; NEVER before the first."""
    good_job: Flags
    """The current job is a good one; False without a job."""
    home: Small
    home_step: Ints
    """Step in which the person came to the current home."""
    provider: Ints
    """Row of the housing provider: the landlord or the shelter; NEVER where there is none."""
    moves: Ints
    """Moves in the community so far."""
    using: Flags
    """Active substance use."""
    in_treatment: Flags
    self_efficacy: Floats
    """0 to 1."""
    ties: Floats
    """Prosocial ties, 0 to 1."""

    @classmethod
    def inside(cls, traits: Traits, self_efficacy: float) -> Lives:
        """Everybody before release."""
        n = len(traits.age)
        never = [np.full(n, NEVER, dtype=np.int64) for _ in range(4)]
        no = [np.zeros(n, dtype=np.bool_) for _ in range(3)]
        return cls(
            employer=never[0],
            job_step=never[1],
            good_job=no[0],
            home=np.zeros(n, dtype=np.int8),
            home_step=never[2],
            provider=never[3],
            moves=np.zeros(n, dtype=np.int64),
            using=no[1],
            in_treatment=no[2],
            self_efficacy=np.full(n, self_efficacy),
            ties=traits.family_ties.copy(),
        )


@dataclass
class Mentees:
    """Where each person stands with mentoring. Every array has shape (people,)."""

    willing: Flags
    """Would accept an offer: a standing answer, whenever the offer comes."""
    lottery: Floats
    """Standing number that breaks ties in the queue, in [0, 1)."""
    waiting_since: Ints
    """Step from which the person is in the queue; NEVER when not waiting."""
    first_waiting: Ints
    """Step in which the person first was in it; NEVER before that."""
    months_waited: Ints
    """Months at whose end the person was in it."""
    offered_step: Ints
    """Step of the first offer; NEVER without one."""
    mentor: Ints
    """Post of the current mentor; NEVER without one."""
    match_step: Ints
    """Step in which mentoring began, with whichever mentor; NEVER before the first match."""
    matches: Ints
    """Matches so far."""
    current_step: Ints
    """Step in which the current or last match began; NEVER before the first."""
    kept_months: Ints
    """Months of it in which meetings were kept, where somebody looks at that."""
    closed: Flags
    """Declined, completed or quit: no further offers."""
    completed: Flags
    """Had a mentor when the planned end came."""
    fit: Floats
    """How well the current or last mentor fits, 0 to 1."""
    trust: Floats
    """Trust in the mentor, 0 to 1; outlasts the match and fades."""
    contacts: Floats
    """Contacts kept so far."""
    plan: Floats
    """Goals and a reentry plan, 0 to 1."""
    let_down: Floats
    """What is left of a very early end, 0 to 1."""
    mentors_others: Flags
    """Became a mentor, now or before; nobody does so twice."""

    @classmethod
    def unmet(cls, willing: Flags, lottery: Floats) -> Mentees:
        """Everybody before mentoring begins."""
        n = len(willing)
        never = [np.full(n, NEVER, dtype=np.int64) for _ in range(6)]
        return cls(
            willing=willing,
            lottery=lottery,
            waiting_since=never[0],
            first_waiting=never[4],
            months_waited=np.zeros(n, dtype=np.int64),
            offered_step=never[1],
            mentor=never[2],
            match_step=never[3],
            matches=np.zeros(n, dtype=np.int64),
            current_step=never[5],
            kept_months=np.zeros(n, dtype=np.int64),
            closed=np.zeros(n, dtype=np.bool_),
            completed=np.zeros(n, dtype=np.bool_),
            fit=np.zeros(n),
            trust=np.zeros(n),
            contacts=np.zeros(n),
            plan=np.zeros(n),
            let_down=np.zeros(n),
            mentors_others=np.zeros(n, dtype=np.bool_),
        )


@dataclass
class Enrollment:
    """Where each person stands with one program other than mentoring. Every array has shape (people,)."""

    willing: Flags
    """Standing answer to an offer."""
    lottery: Floats
    """Standing number that breaks ties in the line, in [0, 1)."""
    waiting_since: Ints
    """Step in which the person joined the line; NEVER for who is not in it."""
    first_waiting: Ints
    """Step in which the person first joined it; NEVER before that."""
    months_waited: Ints
    """Months at whose end the person was in it."""
    offered_step: Ints
    """Step of the first offer; NEVER without one."""
    start_step: Ints
    """Step in which the person first got a place; NEVER without one."""
    place: Ints
    """Row of the caseworker or housing provider, 0 for a program job; NEVER without a place."""
    helped_until: Ints
    """Last step in which the program helps, in a place or after it; NEVER before the first place."""
    closed: Flags
    """No further offers: declined, completed, quit, or returned to prison."""
    completed: Flags
    """Had a place for all its months, or left it for what it is there for."""
    dose: Floats
    """What the program has built up in the person, 0 to 1."""

    @classmethod
    def none(cls, willing: Flags, lottery: Floats) -> Enrollment:
        """Nobody has a place or has heard of one."""
        n = len(willing)
        never = [np.full(n, NEVER, dtype=np.int64) for _ in range(6)]
        return cls(
            willing=willing,
            lottery=lottery,
            waiting_since=never[0],
            first_waiting=never[5],
            months_waited=np.zeros(n, dtype=np.int64),
            offered_step=never[1],
            start_step=never[2],
            place=never[3],
            helped_until=never[4],
            closed=np.zeros(n, dtype=np.bool_),
            completed=np.zeros(n, dtype=np.bool_),
            dose=np.zeros(n),
        )
